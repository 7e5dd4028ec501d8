"""Frames of pictures and codes: how they fit, what they tell, and what they do with nothing."""

from __future__ import annotations

import functools
import io
import zipfile

import pytest
from filling import filled, mismatches, mistakes
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.gate.odf import open_odf
from greffier_templates.pictures.codes.swiss import swissqr_text
from greffier_templates.prepared import prepare
from greffier_templates.telling.check import check
from lxml import etree
from odt import NAMESPACES, PNG, field, find, link, odt, p, paragraphs, part, picture, row, table
from PIL import Image

SVG, XLINK = NAMESPACES["svg"], NAMESPACES["xlink"]


def sizes(document: bytes) -> list[tuple[str, str]]:
    return [
        (one.get(f"{{{SVG}}}width", ""), one.get(f"{{{SVG}}}height", ""))
        for one in find(part(document), "//draw:frame")
    ]


def stored(document: bytes) -> list[bytes]:
    """The pictures shown, in order."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return [
            archive.read(str(href)) for href in find(part(document), "//draw:image/@xlink:href")
        ]


def told(document: bytes) -> list[str]:
    return [one.text or "" for one in find(part(document), "//svg:title | //svg:desc") if one.text]


def described(name: str, *, title: str = "", description: str = "") -> str:
    inner = (f"<svg:title>{title}</svg:title>" if title else "") + (
        f"<svg:desc>{description}</svg:desc>" if description else ""
    )
    return picture(name).replace("</draw:frame>", f"{inner}</draw:frame>")


@functools.cache
def wide() -> bytes:
    target = io.BytesIO()
    Image.effect_noise((400, 100), 90).save(target, "PNG")
    return target.getvalue()


# --- how a picture fits ---------------------------------------------------------------------


def test_a_picture_that_fills_its_frame_is_cropped_to_its_shape() -> None:
    source = odt(p(picture("py3o.image(photo, fit='fill')", width="3cm", height="3cm")))
    document = filled(source, {"photo": wide()})
    assert sizes(document) == [("3.000cm", "3.000cm")]
    (content,) = stored(document)
    assert Image.open(io.BytesIO(content)).size == (100, 100)


def test_a_picture_that_is_stretched_is_stored_as_it_is() -> None:
    source = odt(p(picture("py3o.image(photo, fit='stretch')", width="3cm", height="3cm")))
    document = filled(source, {"photo": wide()})
    assert sizes(document) == [("3.000cm", "3.000cm")]
    assert stored(document) == [wide()]


COLUMNS = (
    '<style:style style:name="co1" style:family="table-column">'
    '<style:table-column-properties style:column-width="6cm"/></style:style>'
)


def test_a_picture_is_no_wider_than_the_page_or_its_cell() -> None:
    high = picture("py3o.image(photo, height='10cm')", width="2cm")
    in_table = table(row(p("a"), p(high))).replace(
        "<table:table-column ", '<table:table-column table:style-name="co1" '
    )
    document = filled(odt(p(high), in_table, automatic=COLUMNS), {"photo": wide()})
    assert sizes(document) == [("17.000cm", "4.250cm"), ("5.800cm", "1.450cm")]


def test_a_way_to_fit_that_is_none_is_told() -> None:
    (finding,) = mismatches(p(picture("py3o.image(photo, fit='x')")), data={"photo": PNG})
    assert finding.message.endswith("has a “fit” that is none of fit, fill, stretch.")


def test_the_crop_of_the_stand_in_is_not_that_of_the_picture() -> None:
    cropped = (
        '<style:style style:name="fr1" style:family="graphic"><style:graphic-properties '
        'style:wrap="none" fo:clip="rect(0cm, 1.5cm, 0cm, 0cm)"/></style:style>'
    )
    names = ("py3o.image(x)", "py3o.qr(link)", "py3o.staticimage.x", "Logo")
    frames = [
        picture(one).replace("<draw:frame ", '<draw:frame draw:style-name="fr1" ') for one in names
    ]
    source = odt(*map(p, frames), automatic=cropped)
    document = part(filled(source, {"x": PNG, **DATA}, images={"x": PNG}))
    styles = {
        style.get(f"{{{NAMESPACES['style']}}}name"): style[0]
        for style in find(document, "//style:style[style:graphic-properties]")
    }
    used = [
        styles[one.get(f"{{{NAMESPACES['draw']}}}style-name")]
        for one in find(document, "//draw:frame")
    ]
    clip, wrap = f"{{{NAMESPACES['fo']}}}clip", f"{{{NAMESPACES['style']}}}wrap"
    assert [clip in style.attrib for style in used] == [False, False, False, True]
    assert {style.get(wrap) for style in used} == {"none"}


# --- what is told to readers who cannot see it ----------------------------------------------


def test_what_a_picture_shows_may_come_from_the_data() -> None:
    source = odt(p(described("py3o.image(photo, alt=name)", title="x", description="y")))
    assert told(filled(source, {"photo": PNG, "name": "Élise\n<b> & 'Co'"})) == ["Élise <b> & 'Co'"]
    assert told(filled(source, {"photo": PNG, "name": "a\x00\x0bb\ufffe"})) == ["a b"]
    assert told(filled(source, {"photo": PNG, "name": None})) == ["x", "y"]


def test_what_the_designer_wrote_stays() -> None:
    source = odt(
        p(described("py3o.image(photo)", title="Arms")),
        p(described("py3o.qr(link)", description="Pay here")),
    )
    assert told(filled(source, {"photo": PNG, "link": "x"})) == ["Arms", "Pay here"]


def test_a_code_has_a_text_in_the_language_of_the_document() -> None:
    source = odt(p(picture("py3o.qr(link)")), p(picture("py3o.ean13(number, alt='Dossier')")))
    data = {"link": "x", "number": "400638133393"}
    assert told(filled(source, data, locale="fr_BE")) == ["Code QR", "Dossier"]
    assert told(filled(source, data, locale="da")) == ["QR-kode", "Dossier"]


def test_check_asks_for_no_text_where_there_will_be_one() -> None:
    for name in ("image(photo, alt=name)", "image(photo, fit='fill', alt = name)", "qr(link)"):
        assert not check(odt(p(picture(f"py3o.{name}"))))
    (finding,) = check(odt(p(picture("py3o.image(photo)"))))
    assert finding.code == "alt-text-missing"


# --- without a picture ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["image(x{})", "qr(x{})", "epc(x, 'Town'{})"])
def test_what_to_do_without_a_picture(name: str) -> None:
    def blocks(missing: str) -> str:
        return p(picture("py3o." + name.format(missing)))

    def document(missing: str, value: object = None) -> bytes:
        return filled(odt(blocks(missing)), {"x": value})

    assert not sizes(document(""))
    assert not sizes(document(", missing='skip'", ""))
    kept = document(", missing='keep'")
    assert sizes(kept) == [("2cm", "1cm")]
    assert stored(kept) == [PNG]
    (finding,) = mismatches(blocks(", missing='error'"), data={"x": None})
    assert "needs a picture or a code, and the data has none" in finding.message
    (finding,) = mismatches(blocks(", missing='x'"), data={"x": None})
    assert "none of skip, error, keep" in finding.message


@pytest.mark.parametrize("name", ["image(x)", "qr(x)", "staticimage.x"])
def test_a_draft_shows_the_stand_in(name: str) -> None:
    source = odt(p(picture(f"py3o.{name}")))
    draft = filled(source, {}, undefined="mark")
    assert sizes(draft) == [("2cm", "1cm")]
    assert stored(draft) == [PNG]
    assert not sizes(filled(source, {}, undefined="blank"))


def test_a_stand_in_is_stored_only_where_it_is_shown() -> None:
    source = odt(p(picture("py3o.image(x, missing='keep')")), p(picture("py3o.staticimage.y")))
    document = filled(source, {"x": wide()}, images={"y": wide()})
    assert stored(document) == [wide(), wide()]
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert sum(name.startswith("Pictures/") for name in archive.namelist()) == 1


def test_a_stand_in_of_another_name_in_a_block_is_its_own() -> None:
    block = odt(p(picture("py3o.image(x, missing='keep')")), parts={"Pictures/dot.png": wide()})
    host = odt(p(picture("Logo")), p(link('include="block"')))
    out = io.BytesIO()
    prepare(host, GivenBlocks({"block": block})).fill({"x": None}, out)
    assert stored(out.getvalue()) == [PNG, wide()]


# --- codes ----------------------------------------------------------------------------------

ALL = {
    "qr(link)": ("4.000cm", "4.000cm"),
    "qr(link, size='25mm')": ("2.500cm", "2.500cm"),
    "epc(iban, name, 5)": ("4.000cm", "4.000cm"),
    "pagopa(notice, tax_code, 5)": ("4.000cm", "4.000cm"),
    "swissqr(swiss, address)": ("5.600cm", "5.600cm"),
    "datamatrix(link)": ("4.000cm", "4.000cm"),
    "aztec(link)": ("4.000cm", "4.000cm"),
    "code128(link)": ("6.000cm", "4.000cm"),
    "code128(link, size='5cm')": ("5.000cm", "4.000cm"),
    "ean13(number)": ("6.000cm", "4.000cm"),
}
DATA = {
    "link": "https://example.org",
    "iban": "BE71096123456769",
    "name": "Town",
    "notice": "301000000000000144",
    "tax_code": "00000000000",
    "swiss": "CH9300762011623852957",
    "address": {"name": "Town", "postal_code": "1", "town": "Bern", "country": "CH"},
    "number": "400638133393",
}


@pytest.mark.parametrize("name", ALL)
def test_a_code_fills_its_frame(name: str) -> None:
    source = odt(p(picture(f"py3o.{name}", width="6cm", height="4cm")))
    assert not check(source)
    document = filled(source, DATA)
    assert sizes(document) == [ALL[name]]
    (content,) = stored(document)
    assert etree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "py3o" not in etree.tostring(part(document), encoding="unicode")


def test_what_is_filled_passes_the_gate_as_it_is() -> None:
    frames = [p(picture(f"py3o.{name}")) for name in ALL]
    document = filled(odt(*frames, p(picture("py3o.image(x, alt='y')"))), {**DATA, "x": PNG})
    package = open_odf(document, kinds=["odt"])
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("Pictures/")]
        assert len(pictures) == len(set(pictures)) > 5
        for name in pictures:
            assert package.parts[name] == archive.read(name)


def test_codes_of_like_modules_keep_what_is_their_own() -> None:
    said = swissqr_text(DATA["swiss"], DATA["address"])
    names = ("py3o.swissqr(swiss, address)", "py3o.qr(said)")
    source = odt(*(p(picture(name, width="5.6cm", height="5.6cm")) for name in names))
    swiss, plain = stored(filled(source, {**DATA, "said": said}))
    assert b"<g " in swiss
    assert b"<g " not in plain


def test_like_codes_are_made_once() -> None:
    source = odt(p(link('for="x in xs"')), p(picture("py3o.qr(x)")), p(link("/for")))
    document = filled(source, {"xs": ["a"] * 5 + ["b"]})
    assert len(stored(document)) == 6
    assert len(set(stored(document))) == 2


@pytest.mark.parametrize("name", ["image(x)", "qr(x)"])
def test_the_paragraph_of_a_frame_left_out_stays(name: str) -> None:
    note = link('if="note"') + "note" + link("/if")
    blocks = p("a"), p(picture(f"py3o.{name}"), note), p("z")
    assert paragraphs(filled(odt(*blocks), {"x": None, "note": False})) == ["a", "", "z"]


@pytest.mark.parametrize(
    "written",
    [
        link("function=\"qr(link, size='25mm')\""),
        field("qr(link, size='25mm')"),
        "{{ qr(link, size='25mm') }}",
    ],
)
def test_a_code_may_be_written_as_an_instruction(written: str) -> None:
    source = odt(p("before ", written, " after"))
    document = filled(source, DATA)
    assert sizes(document) == [("2.500cm", "2.500cm")]
    assert paragraphs(document) == ["before  after"]
    (frame,) = find(part(document), "//draw:frame")
    assert frame.get(f"{{{NAMESPACES['text']}}}anchor-type") == "as-char"
    assert told(document) == ["QR code"]


def test_an_instruction_without_a_size_is_a_mistake() -> None:
    (finding,) = mistakes(p(link('function="qr(link)"')))
    assert (finding.code, finding.hint) == ("expression-refused", "Write size='25mm'.")
    source = odt(p(link('function="swissqr(swiss, address)"')))
    assert sizes(filled(source, DATA)) == [("5.600cm", "5.600cm")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("qr()", "py3o.qr needs"),
        ("qr(a, b, c)", "py3o.qr takes at most"),
        ("epc(a)", "py3o.epc needs"),
        ("epc(a, b, amout=1)", "py3o.epc has no option “amout”"),
        ("qr(a, colour='red')", "py3o.qr has no option “colour”"),
        ("swissqr(a, b, size='3cm')", "py3o.swissqr has no size: a standard sets it."),
        ("image(a, fitt='fill')", "py3o.image has no option “fitt”"),
    ],
)
def test_arguments_that_do_not_fit_are_mistakes_of_the_template(name: str, message: str) -> None:
    (finding,) = mistakes(p(picture(f"py3o.{name}")))
    assert finding.message.startswith(message)


def test_a_field_that_does_not_fit_is_told_with_its_place_and_without_its_value() -> None:
    blocks = (p("Pay: ", picture("py3o.epc(iban, name, 5)")),)
    (finding,) = mismatches(*blocks, data={"iban": "Vandenbroucke", "name": "x"})
    assert finding.message == (
        "“py3o.epc(iban, name, 5)” has a field “iban” that is not an IBAN, "
        "or has wrong check digits."
    )
    assert finding.where.startswith("body › “Pay:”")


def test_a_code_too_small_to_be_read_is_warned_of() -> None:
    source = odt(p(picture("py3o.qr(x)", width="1cm", height="1cm")))
    (warning,) = prepare(source).fill({"x": "y" * 500}, io.BytesIO()).warnings
    assert (warning.code, warning.severity) == ("code-too-small", "warning")
    assert not prepare(source).fill({"x": "y"}, io.BytesIO()).warnings
