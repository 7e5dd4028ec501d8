"""What any renderer must do; run against the fake and the real render processes."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fonts import font
from greffier.blocks import NoBlocks
from greffier.errors import DataMalformed
from greffier.library import LibraryTemplate, UploadedTemplate
from greffier.model import Caller, CheckOrder, DocumentOrder, Output, Template
from greffier.render import Renderer
from greffier.understanding import DescribeOrder, DiffOrder
from greffier_converters.errors import DocumentRejected, OptionRefused
from greffier_converters.options import PdfOptions
from greffier_converters.testing import simple_pdf
from greffier_templates.errors import (
    DataMismatch,
    FontRefused,
    NotTheDeclaredType,
    TemplateInvalid,
)
from greffier_templates.model import Filling
from odt import PNG, field, find, link, odt, p, paragraphs, part, picture, plain

ANN = Caller(tenant="town", key="k")
#: A page of 72 by 36 points, nothing on it.
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 36]>>endobj
trailer<</Root 1 0 R>>
"""


def deadline() -> float:
    return asyncio.get_running_loop().time() + 60


@dataclass
class Shelf:
    """Blocks in a folder, as a library has them."""

    folder: Path
    brought: tuple[str, ...] = ()

    async def get(self, name: str) -> Template | None:
        path = self.folder / f"{name}.odt"
        if not path.exists():
            return None
        return LibraryTemplate(name, hashlib.sha256(path.read_bytes()).hexdigest(), path)

    async def names(self) -> list[str]:
        return [path.stem for path in self.folder.glob("*.odt")]


def order(folder: Path, template: bytes, request: bytes, **images: bytes) -> DocumentOrder:
    (folder / "template").write_bytes(template)
    for name, content in images.items():
        (folder / name).write_bytes(content)
    return DocumentOrder(
        template=UploadedTemplate(folder / "template"),
        request=request,
        engine="greffier",
        filling=Filling(),
        output=Output(),
        blocks=NoBlocks(),
        images={name: folder / name for name in images},
    )


class RendererContract:
    """Subclass it and give a fixture ``renderer``."""

    async def fill(self, renderer: Renderer, folder: Path, *given: bytes, **images: bytes) -> Path:
        filled = await renderer.fill(
            order(folder, *given, **images), caller=ANN, folder=folder, deadline=deadline()
        )
        return filled.path

    async def test_it_fills_with_the_data_of_the_request(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        template = odt(p("Dear ", field("name")))
        request = '{"output": {}, "data": {"name": "Élise"}}'.encode()
        filled = await self.fill(renderer, tmp_path, template, request)
        assert paragraphs(filled.read_bytes()) == ["Dear Élise"]

    async def test_functions_find_what_they_need(self, renderer: Renderer, tmp_path: Path) -> None:
        """Some import a library, with data files of its own, when they are first called."""
        template = odt(
            p(field("words(21, locale='fr_BE')")),
            p(field("phone('+32475123456')")),
            p(field("iban('BE68539007547034')")),
            p(field("structured_communication(2026001234)")),
        )
        done = await self.fill(renderer, tmp_path, template, b'{"data": {}}')
        assert paragraphs(done.read_bytes()) == [
            "vingt et un",
            "+32 475 12 34 56",
            "BE68 5390 0754 7034",
            "+++202/6001/23464+++",
        ]

    async def test_pictures_go_in(self, renderer: Renderer, tmp_path: Path) -> None:
        template = odt(p(picture("py3o.staticimage.seal")))
        filled = await self.fill(renderer, tmp_path, template, b'{"data": {}}', seal=PNG)
        assert PNG[:8] in filled.read_bytes()

    async def test_it_tells_the_fonts_it_wants(self, renderer: Renderer, tmp_path: Path) -> None:
        filled = await renderer.fill(
            order(tmp_path, odt(p("x")), b'{"data": {}}'),
            caller=ANN,
            folder=tmp_path,
            deadline=deadline(),
        )
        assert "Liberation Serif" in filled.fonts

    @pytest.mark.parametrize(
        ("template", "request_text", "expected"),
        [
            (odt(p(field("name"))), b'{"data": {}}', DataMismatch),
            (odt(p(field("name."))), b'{"data": {}}', TemplateInvalid),
            (b"nothing", b'{"data": {}}', NotTheDeclaredType),
            (odt(p("x")), b'{"data": {"a": NaN}}', DataMalformed),
        ],
        ids=["data", "template", "file", "json"],
    )
    async def test_errors_are_those_of_the_template_room(
        self,
        renderer: Renderer,
        tmp_path: Path,
        template: bytes,
        request_text: bytes,
        expected: type[Exception],
    ) -> None:
        with pytest.raises(expected) as raised:
            await self.fill(renderer, tmp_path, template, request_text)
        for finding in getattr(raised.value, "findings", ()):
            assert finding.code
            assert finding.message

    async def test_a_check_reports_and_does_not_raise(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        (tmp_path / "t").write_bytes(odt(p(field("name")), p(field("city"))))
        template = UploadedTemplate(tmp_path / "t")

        async def check(request: bytes) -> list[str]:
            report = await renderer.check(
                CheckOrder(template, NoBlocks(), request),
                caller=ANN,
                folder=tmp_path,
                deadline=deadline(),
            )
            return [finding.field for finding in report.findings]

        assert await check(b"") == []
        assert await check(b'{"data": {"city": "X"}}') == ["name"]

    async def test_a_check_gives_the_template_back_with_comments_in_the_language_asked_for(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        (tmp_path / "t").write_bytes(odt(p("Dear ", link("/if"))))
        report = await renderer.check(
            CheckOrder(
                UploadedTemplate(tmp_path / "t"),
                NoBlocks(),
                families=["Carlito"],
                annotated=True,
            ),
            caller=replace(ANN, language="fr"),
            folder=tmp_path,
            deadline=deadline(),
        )
        assert [one.code for one in report.findings] == ["font-unavailable", "block-not-opened"]
        assert (report.errors, report.warnings) == (1, 1)
        assert report.annotated is not None
        comments = find(part(report.annotated.read_bytes()), "//office:annotation/text:p[1]")
        assert [plain(one).partition(": ")[2] or plain(one) for one in comments]
        assert all(one.message in "".join(map(plain, comments)) for one in report.findings)

    @pytest.mark.parametrize("known", [True, False], ids=["library", "uploaded"])
    async def test_blocks_are_handed_over_as_they_are_now(
        self, renderer: Renderer, tmp_path: Path, known: bool
    ) -> None:
        """Through two levels, and again when only the innermost has changed."""
        shelf = Shelf(tmp_path / "shelf")
        shelf.folder.mkdir()
        source = tmp_path / "template.odt"
        source.write_bytes(odt(p(link('include="outer"'))))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        (shelf.folder / "outer.odt").write_bytes(odt(p("Outer"), p(link('include="inner"'))))
        for number, text in enumerate(["one", "two", "two", "three"]):
            (shelf.folder / "inner.odt").write_bytes(odt(p(text), p(field("n"))))
            folder = tmp_path / str(number)
            folder.mkdir()
            asked = replace(
                order(folder, source.read_bytes(), b'{"data": {"n": 7}}'),
                blocks=shelf,
            )
            if known:
                asked = replace(asked, template=LibraryTemplate("t", digest, source))
            filled = await renderer.fill(asked, caller=ANN, folder=folder, deadline=deadline())
            assert paragraphs(filled.path.read_bytes()) == ["Outer", text, "7"]

    async def test_a_tenants_block_is_not_another_tenants(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        source = tmp_path / "template.odt"
        source.write_bytes(odt(p(link('include="head"'))))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        for turn in range(2):
            for town in ("a", "b"):
                shelf = Shelf(tmp_path / town)
                shelf.folder.mkdir(exist_ok=True)
                (shelf.folder / "head.odt").write_bytes(odt(p(f"Town {town}")))
                folder = tmp_path / f"{town}{turn}"
                folder.mkdir()
                asked = replace(
                    order(folder, b"", b'{"data": {}}'),
                    blocks=shelf,
                    template=LibraryTemplate("t", digest, source),
                )
                caller = Caller(tenant=town, key="k")
                filled = await renderer.fill(
                    asked, caller=caller, folder=folder, deadline=deadline()
                )
                assert paragraphs(filled.path.read_bytes()) == [f"Town {town}"]

    async def test_a_block_that_is_not_there_is_told_with_the_nearest_name(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        shelf = Shelf(tmp_path / "shelf")
        shelf.folder.mkdir()
        (shelf.folder / "letterhead.odt").write_bytes(odt(p()))
        asked = order(tmp_path, odt(p(link('include="leterhead"'))), b'{"data": {}}')
        with pytest.raises(TemplateInvalid) as raised:
            await renderer.fill(
                replace(asked, blocks=shelf), caller=ANN, folder=tmp_path, deadline=deadline()
            )
        (finding,) = raised.value.findings
        assert (finding.code, finding.hint) == ("block-missing", "Did you mean “letterhead”?")

    async def test_a_check_looks_into_blocks_and_tells_of_those_sent_in_vain(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        shelf = Shelf(tmp_path / "shelf", brought=("head", "spare"))
        shelf.folder.mkdir()
        (shelf.folder / "head.odt").write_bytes(odt(p(field("a."))))
        (tmp_path / "t").write_bytes(odt(p(link('include="head"'))))
        template = UploadedTemplate(tmp_path / "t")
        report = await renderer.check(
            CheckOrder(template, shelf), caller=ANN, folder=tmp_path, deadline=deadline()
        )
        assert [(one.code, one.where or one.field) for one in report.findings] == [
            ("expression-refused", "block “head” › body › “a.”"),
            ("block-unused", "spare"),
        ]

    async def test_cleaning_takes_out_what_is_unsafe(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        source = tmp_path / "source"
        source.write_bytes(odt(p("Body"), parts={"Basic/script.xml": b"<x/>"}))
        cleaned = await renderer.clean(
            source, "odt", caller=ANN, folder=tmp_path, deadline=deadline()
        )
        assert b"Basic/script.xml" not in cleaned.path.read_bytes()
        assert paragraphs(cleaned.path.read_bytes()) == ["Body"]
        assert cleaned.warnings

    async def test_it_tells_the_digests_of_all_that_went_in(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        shelf = Shelf(tmp_path / "shelf")
        shelf.folder.mkdir()
        blocks = {"outer": odt(p(link('include="inner"'))), "inner": odt(p("Inner"))}
        for name, content in blocks.items():
            (shelf.folder / f"{name}.odt").write_bytes(content)
        source = odt(p(link('include="outer"')))
        asked = replace(order(tmp_path, source, b'{"data": {"a":1} }'), blocks=shelf)
        filled = await renderer.fill(asked, caller=ANN, folder=tmp_path, deadline=deadline())
        assert filled.template_digest == hashlib.sha256(source).hexdigest()
        assert filled.data_digest == hashlib.sha256(b'{"a":1}').hexdigest()
        assert filled.blocks == {
            name: hashlib.sha256(content).hexdigest() for name, content in blocks.items()
        }

    async def test_it_tells_the_digest_of_what_it_cleaned(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        source = tmp_path / "source"
        source.write_bytes(odt(p("Body"), parts={"Basic/script.xml": b"<x/>"}))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        cleaned = await renderer.clean(
            source, "odt", caller=ANN, folder=tmp_path, deadline=deadline()
        )
        assert cleaned.source_digest == digest != cleaned.digest

    async def test_facts_are_written_into_a_pdf(self, renderer: Renderer, tmp_path: Path) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(simple_pdf(["A line"]))
        path = await renderer.finish(
            pdf,
            PdfOptions(),
            {"Template": "permit@3"},
            caller=ANN,
            folder=tmp_path,
            deadline=deadline(),
        )
        assert b"permit@3" in path.read_bytes()

    async def test_a_page_is_drawn(self, renderer: Renderer, tmp_path: Path) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(PDF)
        png = await renderer.draw(
            pdf, page=1, dpi=144, caller=ANN, folder=tmp_path, deadline=deadline()
        )
        assert png.read_bytes()[16:24] == (144).to_bytes(4, "big") + (72).to_bytes(4, "big")

    async def test_a_page_that_is_not_there_is_refused(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(PDF)
        with pytest.raises(OptionRefused) as refused:
            await renderer.draw(
                pdf, page=2, dpi=144, caller=ANN, folder=tmp_path, deadline=deadline()
            )
        assert refused.value.option

    async def test_a_font_is_judged(self, renderer: Renderer, tmp_path: Path) -> None:
        path = tmp_path / "font"
        path.write_bytes(font("Stadhuis Grotesk", "Bold"))
        face = await renderer.read_font(path, caller=ANN, folder=tmp_path, deadline=deadline())
        assert (face.family, face.style, face.weight) == ("Stadhuis Grotesk", "Bold", 700)
        path.write_bytes(font("Stadhuis Grotesk", embedding=2))
        with pytest.raises(FontRefused) as refused:
            await renderer.read_font(path, caller=ANN, folder=tmp_path, deadline=deadline())
        assert refused.value.findings[0].code == "font-embedding-forbidden"

    async def test_what_is_no_pdf_is_rejected(self, renderer: Renderer, tmp_path: Path) -> None:
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(b"nothing")
        with pytest.raises(DocumentRejected) as rejected:
            await renderer.draw(
                pdf, page=1, dpi=144, caller=ANN, folder=tmp_path, deadline=deadline()
            )
        assert rejected.value.phase == "finish"

    async def test_a_version_is_described_with_its_blocks_and_its_own_schema(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        shelf = Shelf(tmp_path / "shelf")
        shelf.folder.mkdir()
        (shelf.folder / "head.odt").write_bytes(odt(p(field("town"))))
        version = tmp_path / "version"
        version.mkdir()
        (version / "template.odt").write_bytes(odt(p(link('include="head"')), p(field("name"))))
        (version / "schema.json").write_text('{"type": "object", "properties": {"town": {}}}')
        described = await renderer.describe(
            DescribeOrder(LibraryTemplate("t", "", version / "template.odt"), shelf, ["Carlito"]),
            caller=replace(ANN, language="fr"),
            folder=tmp_path,
            deadline=deadline(),
        )
        assert [(one.code, one.field) for one in described.findings] == [
            ("font-unavailable", "Liberation Serif"),
            ("schema-field-optional", "town"),
            ("schema-field-unknown", "name"),
        ]
        assert (described.errors, described.warnings) == (0, 3)
        assert described.schema is not None
        assert described.schema["required"] == ["town", "name"]
        assert described.samples[0]["title"] == "tout"
        assert described.samples[0]["data"].keys() == {"town", "name"}
        assert [one["field"] for one in described.fields] == ["town", "name"]
        assert (described.included, sorted(described.blocks)) == (("head",), ["head"])
        assert described.fonts == {"Liberation Serif"}
        assert (described.title, described.locale) == ("A test", "en_GB")

    async def test_describing_does_not_raise(self, renderer: Renderer, tmp_path: Path) -> None:
        (tmp_path / "t").write_bytes(b"nothing")
        described = await renderer.describe(
            DescribeOrder(UploadedTemplate(tmp_path / "t"), NoBlocks()),
            caller=ANN,
            folder=tmp_path,
            deadline=deadline(),
        )
        assert [one.code for one in described.findings] == ["not-the-declared-type"]
        assert described.schema is None

    async def test_versions_are_compared_in_the_language_asked_for(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        templates = []
        for name, text in (("one", "Dear "), ("two", "Hello ")):
            (tmp_path / name).mkdir()
            path = tmp_path / name / "template.odt"
            path.write_bytes(odt(p(text, field(name))))
            templates.append(LibraryTemplate(name, "", path))
        schemas = [
            {"type": "object", "properties": {name: {}}, "required": [name]}
            for name in ("one", "two")
        ]
        found = await renderer.diff(
            DiffOrder(templates[0], templates[1], (schemas[0], schemas[1])),
            caller=replace(ANN, language="fr"),
            folder=tmp_path,
            deadline=deadline(),
        )
        assert [(one["subject"], one["change"]) for one in found.told["changes"]] == [
            ("field", "added"),
            ("field", "removed"),
            ("text", "changed"),
        ]
        assert "Texte\n  corps du texte\n    - Dear «one»\n    + Hello «two»\n" in found.text
        needed = await renderer.contract(*schemas, caller=ANN, deadline=deadline())
        assert [one["message"] for one in needed["needs"]] == ["“two” is new, and must be sent."]

    async def test_a_file_that_is_no_template_is_not_compared(
        self, renderer: Renderer, tmp_path: Path
    ) -> None:
        (tmp_path / "t").write_bytes(b"nothing")
        template = UploadedTemplate(tmp_path / "t")
        with pytest.raises(NotTheDeclaredType):
            await renderer.diff(
                DiffOrder(template, template), caller=ANN, folder=tmp_path, deadline=deadline()
            )
