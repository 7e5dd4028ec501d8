"""What every converter promises; subclass it and give the fixture ``converter``."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import odt
import pytest
from documents import pdf_pages, pdf_text
from greffier_converters.errors import (
    ConversionError,
    DeadlineExceeded,
    DocumentRejected,
    OptionRefused,
)
from greffier_converters.model import Conversion, Lane
from greffier_converters.pool import Converter


def in_60_s() -> float:
    return asyncio.get_running_loop().time() + 60


class ConverterContract:
    @pytest.fixture
    def letter(self, tmp_path: Path) -> Conversion:
        source = tmp_path / "letter.odt"
        source.write_bytes(odt.odt(odt.p("Geachte mevrouw Peeters &amp; co,"), odt.p("Tot gauw.")))
        return Conversion(source=source, kind="odt", target=tmp_path / "letter.pdf")

    async def test_the_target_holds_the_text(
        self, converter: Converter, letter: Conversion
    ) -> None:
        converted = await converter.convert(letter, deadline=in_60_s())
        assert "Geachte mevrouw Peeters & co," in pdf_text(letter.target)
        assert "Tot gauw." in pdf_text(letter.target)
        assert converted.path == letter.target
        assert converted.pages == pdf_pages(letter.target) == 1
        assert converted.fonts_used
        assert set(converted.timings_s) == {"queue", "load", "layout", "export"}
        assert converted.attempts == 1
        assert re.fullmatch(r"\d+(\.\d+)+", converted.office_version)

    async def test_the_source_is_left_as_it_was(
        self, converter: Converter, letter: Conversion
    ) -> None:
        before = letter.source.read_bytes()
        await converter.convert(letter, lane=Lane.BATCH, deadline=in_60_s())
        assert letter.source.read_bytes() == before

    async def test_a_broken_document_is_rejected_when_loading(
        self, converter: Converter, letter: Conversion
    ) -> None:
        letter.source.write_bytes(b"PK\x03\x04 and no more")
        with pytest.raises(DocumentRejected) as rejected:
            await converter.convert(letter, deadline=in_60_s())
        assert rejected.value.phase == "load"
        assert not letter.target.exists()

    @pytest.mark.parametrize(
        ("kind", "format"), [("odt", "gif"), ("odt", "xlsx"), ("nonsense", "pdf")]
    )
    async def test_impossible_pairs_are_refused(
        self, converter: Converter, letter: Conversion, kind: str, format: str
    ) -> None:
        impossible = Conversion(
            source=letter.source, kind=kind, target=letter.target, format=format
        )
        with pytest.raises(OptionRefused):
            await converter.convert(impossible, deadline=in_60_s())

    async def test_a_deadline_in_the_past_is_missed(
        self, converter: Converter, letter: Conversion
    ) -> None:
        with pytest.raises(DeadlineExceeded):
            await converter.convert(letter, deadline=asyncio.get_running_loop().time() - 1)

    async def test_no_error_repeats_what_the_document_says(
        self, converter: Converter, letter: Conversion
    ) -> None:
        letter.source.write_bytes(b"Peeters is no zip file")
        with pytest.raises(ConversionError) as error:
            await converter.convert(letter, deadline=in_60_s())
        assert "Peeters" not in str(error.value)
