from __future__ import annotations

import io
import zipfile

import odt
from greffier_converters.faces import wanted_families
from greffier_converters.fonts import InstalledFonts
from greffier_converters.model import Substitution

FONTS = InstalledFonts(
    families=frozenset({"Carlito", "DejaVu Sans", "Liberation Serif", "Noto Color Emoji"}),
    family_of={
        "Carlito-Bold": "Carlito",
        "DejaVuSans": "DejaVu Sans",
        "LiberationSerif": "Liberation Serif",
    },
)


def text_style(name: str, font: str = "", parent: str = "", family: str = "paragraph") -> str:
    inherits = f' style:parent-style-name="{parent}"' if parent else ""
    sets = f'<style:text-properties style:font-name="{font}"/>' if font else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}"{inherits}>{sets}</style:style>'
    )


# --- reports ----------------------------------------------------------------------------


def test_installed_fonts_are_not_reported() -> None:
    report = FONTS.report({"Carlito", "liberation serif"}, ["Carlito-Bold", "LiberationSerif"])
    assert report.used == ("Carlito", "Liberation Serif")
    assert report.substituted == ()


def test_a_replacement_of_the_same_widths_is_marked() -> None:
    report = FONTS.report({"Calibri", "Liberation Serif"}, ["Carlito-Bold", "LiberationSerif"])
    assert report.substituted == (Substitution("Calibri", "Carlito", True),)


def test_a_font_nobody_asked_for_explains_a_missing_one() -> None:
    report = FONTS.report({"Frutiger", "Liberation Serif"}, ["DejaVuSans", "LiberationSerif"])
    assert report.substituted == (Substitution("Frutiger", "DejaVu Sans", False),)


def test_a_missing_font_that_no_text_used_is_not_reported() -> None:
    assert FONTS.report({"Frutiger", "Carlito"}, ["Carlito-Bold"]).substituted == ()


def test_a_font_unknown_here_is_named_by_its_postscript_name() -> None:
    assert FONTS.report(set(), ["Gelasio-BoldItalic"]).used == ("Gelasio",)


def test_the_fonts_of_this_machine_are_found() -> None:
    installed = InstalledFonts.look_up()
    assert "Carlito" in installed.families
    assert installed.family_of["LiberationSerif-Bold"] == "Liberation Serif"


# --- what documents want ----------------------------------------------------------------


def test_families_come_from_used_styles_and_those_they_inherit() -> None:
    document = odt.odt(
        odt.p("Dear reader", style="Letter"),
        styles=text_style("Base", "Carlito") + text_style("Letter", parent="Base"),
    )
    assert wanted_families(document, "odt") == {"Carlito", "Liberation Serif"}


def test_styles_nothing_uses_want_nothing() -> None:
    document = odt.odt(odt.p("x"), styles=text_style("Unused", "Carlito"))
    assert wanted_families(document, "odt") == {"Liberation Serif"}


def test_headers_and_footers_count() -> None:
    document = odt.odt(
        odt.p("x"), footer=odt.p("y", style="Small"), styles=text_style("Small", "Carlito")
    )
    assert "Carlito" in wanted_families(document, "odt")


def test_a_name_shared_by_two_automatic_styles_stands_for_both() -> None:
    document = odt.odt(
        odt.p("x", style="P1"),
        automatic=text_style("P1", "Carlito"),
        styles=text_style("P1", "Frutiger"),
    )
    assert wanted_families(document, "odt") >= {"Carlito", "Frutiger"}


def test_styles_that_inherit_in_a_circle_end() -> None:
    document = odt.odt(
        odt.p("x", style="A"), styles=text_style("A", parent="B") + text_style("B", parent="A")
    )
    assert wanted_families(document, "odt") == {"Liberation Serif"}


def test_fonts_of_a_word_document_are_found() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{w}"><w:rFonts w:ascii="Calibri" w:hAnsi="calibri"/>'
            "</w:document>",
        )
        archive.writestr(
            "word/theme/theme1.xml",
            f'<a:theme xmlns:a="{a}"><a:latin typeface="Cambria"/><a:latin typeface="+mn-lt"/>'
            "</a:theme>",
        )
    assert {name.casefold() for name in wanted_families(out.getvalue(), "docx")} == {
        "calibri",
        "cambria",
    }


def test_kinds_that_cannot_be_looked_into_want_nothing() -> None:
    assert wanted_families(b"\xd0\xcf\x11\xe0", "doc") == frozenset()
