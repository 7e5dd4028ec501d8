from __future__ import annotations

from pathlib import Path

import pytest
from greffier_converters.errors import OptionRefused
from greffier_converters.formats import (
    INPUTS,
    OUTPUTS,
    Family,
    accepted,
    export_filter,
    import_options,
)


def test_every_kind_can_become_a_pdf() -> None:
    for kind in INPUTS:
        assert export_filter(kind, "pdf").name.endswith("_pdf_Export")


def test_the_filter_follows_from_the_family_of_the_source() -> None:
    assert export_filter("docx", "pdf").name == "writer_pdf_Export"
    assert export_filter("csv", "pdf").name == "calc_pdf_Export"
    assert export_filter("ods", "xlsx").name == "Calc MS Excel 2007 XML"


def test_an_unknown_format_is_refused_with_those_that_exist() -> None:
    with pytest.raises(OptionRefused, match=r"'pfd'.*pdf, png, odt") as refused:
        export_filter("odt", "pfd")
    assert refused.value.option == "format"


def test_a_format_the_family_cannot_give_is_refused_by_name() -> None:
    with pytest.raises(OptionRefused, match="docx cannot be made from ods"):
        export_filter("ods", "docx")


def test_kinds_that_read_other_files_need_the_operator() -> None:
    everything = accepted(tuple(Family))
    assert {"odt", "docx", "csv", "odg", "pptx"} <= set(everything)
    assert {"rtf", "html", "svg", "fodt", "fods", "fodg"}.isdisjoint(everything)
    assert "rtf" in accepted(tuple(Family), operator_kinds={"rtf"})


def test_presentations_need_impress() -> None:
    without = accepted([Family.TEXT, Family.SPREADSHEET, Family.DRAWING])
    assert "odp" not in without
    assert "pptx" not in without


def test_extensions_and_media_types_are_unique() -> None:
    assert len({output.extension for output in OUTPUTS.values()}) == len(OUTPUTS)
    assert len({accepts.media_type for accepts in INPUTS.values()}) == len(INPUTS)


def test_only_csv_is_loaded_with_options_and_they_come_from_its_content(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"naam;bedrag\n")
    assert import_options("csv", source) == "59,34,76,1,1/2/2/2"
    assert import_options("odt", source) == ""
