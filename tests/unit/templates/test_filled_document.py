"""The filled document around its text: pictures, names, description, fonts, package."""

import base64
import io
import zipfile

import pytest
from filling import filled, mismatches, mistakes
from greffier_templates.gate.odf import open_odf
from greffier_templates.prepared import prepare
from odt import (
    NAMESPACES,
    ODT,
    PNG,
    bullets,
    field,
    find,
    frame,
    link,
    odt,
    p,
    pack,
    paragraphs,
    part,
    picture,
    row,
    section,
    span,
    table,
)

WIDTH, HEIGHT = (f"{{{NAMESPACES['svg']}}}{side}" for side in ("width", "height"))
HREF, NAME = f"{{{NAMESPACES['xlink']}}}href", f"{{{NAMESPACES['draw']}}}name"
TWO_TO_ONE = bytes.fromhex("47494638376102000100800000808080ffffff2c00000000020001000002028451003b")


def names(document: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.namelist()


# --- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encode", [bytes, lambda raw: base64.b64encode(raw).decode()])
def test_picture_of_the_data(encode) -> None:
    document = filled(odt(p(picture("py3o.image(logo, 'png', isb64=True)"))), {"logo": encode(PNG)})
    (image,) = find(part(document), "//draw:image")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.read(image.attrib[HREF]) == PNG
        assert image.attrib[HREF] in archive.read("META-INF/manifest.xml").decode()


def test_picture_fits_the_frame_that_was_drawn() -> None:
    source = odt(p(picture("py3o.image(logo)", width="3cm", height="1cm")))
    (drawn,) = find(part(filled(source, {"logo": PNG})), "//draw:frame")
    assert (drawn.attrib[WIDTH], drawn.attrib[HEIGHT]) == ("1.000cm", "1.000cm")


def test_picture_with_a_width_of_its_own() -> None:
    source = odt(p(picture("py3o.image(logo, width='5cm', keep_ratio=False)", height="1cm")))
    (drawn,) = find(part(filled(source, {"logo": PNG})), "//draw:frame")
    assert (drawn.attrib[WIDTH], drawn.attrib[HEIGHT]) == ("5.000cm", "1.000cm")


def test_text_that_stands_for_a_picture_is_kept() -> None:
    described = picture("py3o.image(logo)").replace(
        "</draw:frame>", "<svg:title>Arms</svg:title></draw:frame>"
    )
    assert find(part(filled(odt(p(described)), {"logo": PNG})), "//svg:title")[0].text == "Arms"


@pytest.mark.parametrize("nothing", [None, ""])
def test_frame_without_a_picture_is_left_out(nothing: object) -> None:
    source = odt(p("a ", picture("py3o.image(logo)"), " z"))
    document = filled(source, {"logo": nothing})
    assert paragraphs(document) == ["a  z"]
    assert not find(part(document), "//draw:frame")


def test_frame_left_out_is_told_once_as_a_warning() -> None:
    source = odt(p(link('for="x in xs"')), p(picture("py3o.image(x)")), p(link("/for")))
    filled_document = prepare(source).fill({"xs": [None, ""]}, io.BytesIO())
    (warning,) = filled_document.warnings
    assert (warning.code, warning.severity) == ("picture-missing", "warning")
    assert "py3o.image(x)" in warning.where


def test_pictures_in_a_loop_are_stored_once_and_named_apart() -> None:
    blocks = p(link('for="x in xs"')), p(picture("py3o.image(x)")), p(link("/for"))
    document = filled(odt(*blocks), {"xs": [PNG, PNG, TWO_TO_ONE]})
    drawn = find(part(document), "//draw:frame")
    assert len({one.attrib[NAME] for one in drawn}) == 3
    assert len([name for name in names(document) if name.startswith("Pictures/")]) == 2
    assert "py3o" not in zipfile.ZipFile(io.BytesIO(document)).read("content.xml").decode()


def test_frame_that_libreoffice_renamed_when_it_was_copied() -> None:
    document = filled(odt(p(picture("py3o.image(logo) 2"))), {"logo": PNG})
    assert len(find(part(document), "//draw:image")) == 1


def test_picture_sent_beside_the_data() -> None:
    source = odt(p(picture("py3o.image(logo)")), p(picture("py3o.staticimage.arms")))
    sent = {"logo.png": PNG, "arms": TWO_TO_ONE}
    document = filled(source, {"logo": "logo.png"}, images=sent)
    hrefs = [image.attrib[HREF] for image in find(part(document), "//draw:image")]
    assert [href.rpartition(".")[2] for href in hrefs] == ["png", "gif"]


def test_a_picture_that_was_sent_for_nothing_is_told() -> None:
    source = odt(p(picture("py3o.image(logo)")), p(picture("py3o.staticimage.arms")))
    sent = {"logo.png": PNG, "arms": PNG, "lgoo.png": PNG}
    told = prepare(source).fill({"logo": "logo.png"}, io.BytesIO(), images=sent).warnings
    assert [(each.code, each.field) for each in told] == [("picture-unused", "lgoo.png")]


def test_static_image_may_be_in_the_data() -> None:
    data = {"staticimage": {"arms": base64.b64encode(TWO_TO_ONE).decode()}}
    document = filled(odt(p(picture("py3o.staticimage.arms"))), data)
    (href,) = find(part(document), "//draw:image/@xlink:href")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.read(href) == TWO_TO_ONE


def test_static_picture_keeps_the_size_that_was_drawn() -> None:
    document = filled(odt(p(picture("py3o.staticimage.arms"))), {}, images={"arms": TWO_TO_ONE})
    (drawn,) = find(part(document), "//draw:frame")
    assert (drawn.attrib[WIDTH], drawn.attrib[HEIGHT]) == ("2cm", "1cm")


def test_static_picture_that_was_not_sent() -> None:
    blocks = (p("a", picture("py3o.staticimage.arms")),)
    (finding,) = mismatches(*blocks, data={})
    assert finding.message == "The picture “arms” was not sent."
    assert finding.hint == "Send it as form part “arms”, or in the data as staticimage.arms."
    assert not find(part(filled(odt(*blocks), {}, undefined="blank")), "//draw:frame")
    draft = filled(odt(*blocks), {}, undefined="mark")
    (image,) = find(part(draft), "//draw:image")
    with zipfile.ZipFile(io.BytesIO(draft)) as archive:
        assert archive.read(image.attrib[HREF]) == PNG


def test_data_must_name_the_picture_that_is_sent_beside_it() -> None:
    blocks = (p("a", picture("py3o.image(photo)")),)
    (finding,) = mismatches(*blocks, data={"phot": 1}, images={"photo": PNG})
    assert finding.message == "“photo” is not in the data."
    assert '"photo": "photo"' in finding.hint
    sent = filled(odt(*blocks), {"photo": "photo"}, images={"photo": PNG})
    assert find(part(sent), "//draw:image")


def test_picture_that_is_none_is_a_located_error() -> None:
    (finding,) = mismatches(p("a ", picture("py3o.image(logo)")), data={"logo": "Novak"})
    assert finding.where == "body › “a” › frame “py3o.image(logo)”"
    assert "Novak" not in finding.message


@pytest.mark.parametrize(
    "name", ["py3o.image()", "py3o.image(logo, colour='red')", "py3o.image(open(1))"]
)
def test_wrong_calls_of_image_are_refused(name: str) -> None:
    (finding,) = mistakes(p(picture(name)))
    assert finding.code == "expression-refused"


def test_static_image_frame_without_a_picture() -> None:
    (finding,) = mistakes(p(frame(p("x"), name="py3o.staticimage.arms")))
    assert finding.code == "picture-without-place"


# --- names ------------------------------------------------------------------------------------


def test_names_and_ids_stay_unique_in_loops() -> None:
    bookmark = '<text:bookmark-start text:name="B"/>x<text:bookmark-end text:name="B"/>'
    repeated = (
        bullets("a", xml_id="L"),
        bullets("b", xml_id="M").replace("<text:list ", '<text:list text:continue-list="L" '),
        section(p(frame(p("in"), name="F")), name="S"),
        table(row("a"), name="T"),
        p(bookmark),
    )
    source = odt(p(link('for="x in xs"')), *repeated, p(link("/for")), table(row("z"), name="T_2"))
    content = part(filled(source, {"xs": [1, 2]}))
    assert find(content, "//text:list/@xml:id") == ["L", "M", "L_2", "M_2"]
    assert find(content, "//text:list/@text:continue-list") == ["L", "L_2"]
    assert find(content, "//text:section/@text:name") == ["S", "S_2"]
    assert find(content, "//draw:frame/@draw:name") == ["F", "F_2"]
    assert find(content, "//table:table/@table:name") == ["T", "T_3", "T_2"]
    assert find(content, "//text:bookmark-start/@text:name") == ["B", "B_2"]
    assert find(content, "//text:bookmark-end/@text:name") == ["B", "B_2"]


def test_names_outside_loops_stay_as_they_are() -> None:
    content = part(filled(odt(p(link('if="yes"')), section(p("a")), p(link("/if"))), {"yes": 1}))
    assert find(content, "//text:section/@text:name") == ["Section1"]


# --- description and package ------------------------------------------------------------------


def test_the_authors_of_the_template_are_forgotten() -> None:
    meta = (
        "<dc:title>Permit</dc:title><dc:creator>Ann</dc:creator><dc:language>nl</dc:language>"
        "<meta:initial-creator>Bob</meta:initial-creator><meta:printed-by>Cid</meta:printed-by>"
        "<meta:editing-cycles>7</meta:editing-cycles><meta:keyword>permit</meta:keyword>"
        "<meta:creation-date>2020-01-01T00:00:00</meta:creation-date>"
        '<meta:user-defined meta:name="Service">Planning</meta:user-defined>'
    )
    left = find(part(filled(odt(p("x"), meta=meta), {}), "meta.xml"), "//office:meta/*")
    assert [element.text for element in left] == ["Permit", "nl", "permit", "Greffier"]


def test_nothing_of_the_template_language_is_left() -> None:
    declaration = (
        '<text:user-field-decls><text:user-field-decl text:name="py3o.x" '
        'office:value-type="string" office:string-value="y"/></text:user-field-decls>'
    )
    document = filled(odt(declaration, p(field("x"))), {"x": "z"})
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert not any(b"py3o" in archive.read(name) for name in archive.namelist())


def test_the_package_is_an_odt_also_when_the_template_was_an_ott() -> None:
    with zipfile.ZipFile(io.BytesIO(odt(p(field("x"))))) as archive:
        parts = {
            name: archive.read(name)
            for name in archive.namelist()
            if name not in ("mimetype", "META-INF/manifest.xml")
        }
    document = filled(pack(parts, mimetype=f"{ODT}-template"), {"x": "a"})
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == ODT
        assert archive.testzip() is None
    assert open_odf(document, kinds={"odt"}).warnings == ()


# --- fonts ------------------------------------------------------------------------------------


def style(name: str, *, font: str = "", parent: str = "", family: str = "paragraph") -> str:
    based = f'style:parent-style-name="{parent}"' if parent else ""
    text = f'<style:text-properties style:font-name="{font}"/>' if font else ""
    return f'<style:style style:name="{name}" style:family="{family}" {based}>{text}</style:style>'


def test_fonts_are_those_of_the_styles_in_use() -> None:
    styles = style("Base", font="Carlito") + style("Child", parent="Base") + style("No", font="X")
    automatic = style("T9", font="Liberation Mono", family="text")
    source = odt(p("a", span("b", style="T9"), style="Child"), styles=styles, automatic=automatic)
    out = io.BytesIO()
    assert prepare(source).fill({}, out).fonts == {"Carlito", "Liberation Mono"}


def test_text_without_a_font_has_the_default_one() -> None:
    assert prepare(odt(p("a"))).fill({}, io.BytesIO()).fonts == {"Liberation Serif"}


def test_a_template_may_have_no_styles_and_no_description() -> None:
    with zipfile.ZipFile(io.BytesIO(odt(p(field("x"))))) as archive:
        bare = pack({"content.xml": archive.read("content.xml")})
    assert paragraphs(filled(bare, {"x": "a"})) == ["a"]


def test_automatic_styles_of_header_and_body_may_share_a_name() -> None:
    common = "</office:styles><office:automatic-styles>" + style("P1", font="Carlito")
    header_style = common + "</office:automatic-styles><office:styles>"
    source = odt(
        p("a", style="P1"),
        header=p("b", style="P1"),
        automatic=style("P1", font="Liberation Mono"),
        styles=header_style,
    )
    assert prepare(source).fill({}, io.BytesIO()).fonts == {"Carlito", "Liberation Mono"}
