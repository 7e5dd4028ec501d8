"""HTML of the data becomes paragraphs, lists and tables in the styles of the template."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import pytest
from filling import filled, mismatches
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.errors import DataMismatch, FillLimitExceeded
from greffier_templates.gate.odf import open_odf
from greffier_templates.model import Filled
from greffier_templates.prepared import prepare
from lxml import etree
from odt import (
    NAMESPACES,
    bullets,
    cell,
    field,
    find,
    footnote,
    frame,
    h,
    item,
    link,
    odt,
    p,
    paragraphs,
    part,
    plain,
    row,
    span,
    table,
)
from PIL import Image

STYLES = (
    '<style:style style:name="Text_20_body" style:display-name="Text body" '
    'style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties '
    'fo:margin-bottom="0.25cm"/></style:style>'
    '<style:style style:name="Heading_20_2" style:display-name="Heading 2" '
    'style:family="paragraph" style:default-outline-level="2"/>'
    '<style:style style:name="Citation" style:family="paragraph"/>'
    '<style:style style:name="Article_20_head" style:display-name="Article head" '
    'style:family="paragraph"/>'
    '<style:style style:name="Fort" style:family="text"/>'
)
BODY = "Text_20_body"


def rich(html: str, call: str = "html(x)", data: Mapping[str, Any] | None = None, **around: str):
    """The body of a document with that text alone in a paragraph of the style Text body."""
    source = odt(p(link(f'function="{call}"'), style=BODY), styles=STYLES, **around)
    return part(filled(source, {"x": html, **(data or {})}))


def lines(html: str, call: str = "html(x)", data: Mapping[str, Any] | None = None) -> list[str]:
    return [plain(one) for one in find(rich(html, call, data), "//text:p | //text:h")]


def report(html: str, *blocks: str, **around: str) -> tuple[Filled, bytes]:
    out = io.BytesIO()
    blocks = blocks or (p(link('function="html(x)"'), style=BODY),)
    told = prepare(odt(*blocks, styles=STYLES, **around)).fill({"x": html}, out)
    return told, out.getvalue()


def style_of(root: etree._Element, element: etree._Element) -> Mapping[str, str]:
    """What the automatic style of a paragraph, span or cell says, by prefixed names."""
    attribute = "table" if element.tag.startswith(f"{{{NAMESPACES['table']}}}") else "text"
    name = element.get(f"{{{NAMESPACES[attribute]}}}style-name")
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    said = {}
    for properties in find(root, f"//office:automatic-styles/style:style[@style:name='{name}']/*"):
        for key, value in properties.items():
            uri, _, local = key[1:].partition("}")
            said[f"{prefixes[uri]}:{local}"] = value
    return said


def data_uri(width: int = 60, height: int = 30) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


# --- how it is asked for ------------------------------------------------------------------


def test_it_is_asked_for_by_function_suffix_and_data() -> None:
    html = "<p>One</p><p>Two</p>"
    for value, data in (
        (link('function="html(x)"'), html),
        (field("x.as_html"), html),
        (field("x"), {"$html": html}),
        (link('function="html(x)"'), {"$html": html}),
    ):
        assert paragraphs(filled(odt(p("before"), p(value), p("after")), {"x": data})) == [
            "before",
            "One",
            "Two",
            "after",
        ]


def test_alone_in_its_paragraph_blocks_take_its_place_and_have_its_style() -> None:
    root = rich("<p>One</p><p>Two</p>")
    assert [one.get(f"{{{NAMESPACES['text']}}}style-name") for one in find(root, "//text:p")] == [
        BODY,
        BODY,
    ]


def test_inside_a_sentence_blocks_become_lines() -> None:
    html = "<p>One <b>bold</b></p><ul><li>a</li><li>b</li></ul><ol start='3'><li>c</li></ol>"
    source = odt(p("We say: ", link('function="html(x)"'), "."))
    document = filled(source, {"x": html})
    assert paragraphs(document) == ["We say: One bold\n• a\n• b\n3. c."]
    (bold,) = find(part(document), "//text:span")
    assert style_of(part(document), bold)["fo:font-weight"] == "bold"


def test_an_empty_text_leaves_no_paragraph_but_in_a_cell() -> None:
    for nothing in ("", None, "<p></p>", " \n ", "<!-- x -->", "<script>x</script>", "<p>  </p>"):
        value = link('function="html(x)"')
        source = odt(p("a"), p(value), p("b"), table(row(cell(p(value)), "c")))
        assert paragraphs(filled(source, {"x": nothing})) == ["a", "b", "", "c"]


def test_the_data_may_have_it_though_the_template_does_not_mention_it() -> None:
    """Also after so many rows that the beginning of the part has long been written."""
    rows = [{"v": f"row {number}"} for number in range(6_000)] + [{"v": {"$html": "<p>x<b>y"}}]
    source = odt(p(link('for="r in rows"')), p(field("r.v")), p(link("/for")))
    document = filled(source, {"rows": rows})
    assert paragraphs(document)[-2:] == ["row 5999", "xy"]
    (bold,) = find(part(document), "//text:span")
    assert style_of(part(document), bold)["fo:font-weight"] == "bold"


def test_it_stands_in_a_loop_and_in_a_condition() -> None:
    source = odt(
        p(link('for="x in xs"')),
        p(link('if="x.text"')),
        p(field("x.text.as_html")),
        p(link("/if")),
        p(link("/for")),
    )
    data = {"xs": [{"text": "<p>1</p><p>2</p>"}, {"text": ""}, {"text": "3"}]}
    assert paragraphs(filled(source, data)) == ["1", "2", "3"]


def test_a_missing_name_is_told_once_and_null_prints_nothing() -> None:
    (finding,) = mismatches(p(link('function="html(nope)"')), data={})
    assert (finding.code, finding.where) == ("field-missing", 'body › “function="html(nope)"”')


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("html(12)", "needs HTML and was given a number"),
        ("html('a', keep_last=-1)", "needs a number from 0 to 50 for “keep_last”"),
        ("html('a', hide=3)", "needs a class, or a list of classes, for “hide”"),
        ("html('a', styles='b')", "needs {'class': 'text'} for “styles”"),
    ],
)
def test_arguments_of_another_kind_are_refused(call: str, told: str) -> None:
    (finding,) = mismatches(p(link(f'function="{call}"')), data={})
    assert told in finding.message


# --- characters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<b>x</b>", {"fo:font-weight": "bold"}),
        ("<strong>x</strong>", {"fo:font-weight": "bold"}),
        ("<span style='font-weight: 700'>x</span>", {"fo:font-weight": "bold"}),
        ("<em>x</em>", {"fo:font-style": "italic"}),
        ("<u>x</u>", {"style:text-underline-style": "solid"}),
        ("<ins>x</ins>", {"style:text-underline-style": "solid"}),
        ("<s>x</s>", {"style:text-line-through-style": "solid"}),
        ("<del>x</del>", {"style:text-line-through-style": "solid"}),
        ("<sub>x</sub>", {"style:text-position": "sub 58%"}),
        ("<sup>x</sup>", {"style:text-position": "super 58%"}),
        ("<code>x</code>", {"fo:font-family": "'Liberation Mono'"}),
        ("<mark>x</mark>", {"fo:background-color": "#ffff00"}),
        ("<span style='color:#c0392b'>x</span>", {"fo:color": "#c0392b"}),
        ("<span style='color:hsl(0, 75%, 60%)'>x</span>", {"fo:color": "#e64c4c"}),
        ("<font color=red>x</font>", {"fo:color": "#ff0000"}),
        ("<span style='background-color:rgb(1,2,3)'>x</span>", {"fo:background-color": "#010203"}),
        ("<span style='font-size:18px'>x</span>", {"fo:font-size": "13.5pt"}),
        ("<span style='font-size:900pt'>x</span>", {"fo:font-size": "48pt"}),
        ("<span class='text-big'>x</span>", {"fo:font-size": "17pt"}),
        ("<span lang='fr-BE'>x</span>", {"fo:language": "fr", "fo:country": "BE"}),
        ("<span style='font-variant:small-caps'>x</span>", {"fo:font-variant": "small-caps"}),
    ],
)
def test_formats_of_characters(html: str, said: dict[str, str]) -> None:
    root = rich(f"<p>a {html} b</p>")
    (styled,) = find(root, "//text:span")
    assert said.items() <= style_of(root, styled).items()
    assert [plain(one) for one in find(root, "//text:p")] == ["a x b"]


@pytest.mark.parametrize(
    "html",
    [
        "<span style='color:black;background:white'>x</span>",
        "<span style='color:inherit;font-weight:normal'>x</span>",
        "<b style='font-weight:normal'>x</b>",
        "<span style='font-family:Comic Sans MS; line-height:1.2; position:absolute'>x</span>",
        "<span style='color:url(javascript:x)'>x</span>",
    ],
)
def test_what_changes_nothing_makes_no_style(html: str) -> None:
    assert find(rich(f"<p>{html}</p>"), "//text:span") == []


def test_blanks_are_those_that_a_browser_shows() -> None:
    html = "<p>\n  one <b> two</b>\n three<br>\n  four <br></p>\n<p>a&nbsp;&nbsp;b</p>tail"
    assert lines(html) == ["one two three\nfour", "a\xa0\xa0b", "tail"]
    assert lines("<pre>a  b\n\tc</pre>") == ["a  b\n        c"]
    assert lines("<p>a</p><p><br></p><p>&nbsp;</p><p></p><p>b</p>") == ["a", "", "", "b"]


def test_markup_controls_and_entities_are_text() -> None:
    html = "<p>a &lt;b&gt; &amp; &#146;c&#150; \x01\x0b é ß 😀 &#x1; &copy;</p>"
    assert lines(html) == ["a <b> & ’c– é ß 😀 ©"]


# --- links and pictures -------------------------------------------------------------------


def test_links_to_the_web_stay_and_others_are_text() -> None:
    html = (
        '<a href="https://example.org/?a=1&amp;b=2">web</a> <a href="mailto:a@b.be">mail</a> '
        '<a href="#note">place</a> <a href="javascript:alert(1)">script</a> '
        '<a href="file:///etc/passwd">file</a> <a href="py3o://for=x">py3o</a>'
    )
    told, document = report(html)
    links = find(part(document), "//text:a")
    href = f"{{{NAMESPACES['xlink']}}}href"
    assert [(one.get(href), plain(one)) for one in links] == [
        ("https://example.org/?a=1&b=2", "web"),
        ("mailto:a@b.be", "mail"),
    ]
    assert paragraphs(document) == ["web mail place script file py3o"]
    assert [one.code for one in told.warnings] == ["html-link-left-out"]


def test_pictures_in_the_text_are_kept_and_those_of_the_web_left_out() -> None:
    html = (
        f'<p>a <img src="{data_uri()}" alt="A <plan>" width="96"> b '
        f'<img src="https://example.org/x.png"><img src="{data_uri()}" style="width:50%"></p>'
    )
    told, document = report(html)
    root = part(document)
    sizes = [
        (one.get(f"{{{NAMESPACES['svg']}}}width"), one.get(f"{{{NAMESPACES['svg']}}}height"))
        for one in find(root, "//draw:frame")
    ]
    assert sizes == [("2.54cm", "1.27cm"), ("8.5cm", "4.25cm")]
    assert [one.text for one in find(root, "//svg:title")] == ["A <plan>"]
    assert [one.code for one in told.warnings] == ["html-picture-left-out"]
    names = [one.get(f"{{{NAMESPACES['draw']}}}name") for one in find(root, "//draw:frame")]
    assert len(set(names)) == 2
    assert len([n for n in open_odf(document, kinds={"odt"}).parts if n.startswith("Pic")]) == 1


def test_a_picture_is_no_wider_than_its_place() -> None:
    root = rich(f'<p><img src="{data_uri(3000, 300)}"></p>')
    (framed,) = find(root, "//draw:frame")
    assert framed.get(f"{{{NAMESPACES['svg']}}}width") == "17cm"


def test_a_damaged_picture_is_an_error_with_its_place() -> None:
    with pytest.raises(DataMismatch) as caught:
        report(f'<img src="data:image/png;base64,{"A" * 100}">')
    (finding,) = caught.value.findings
    assert (finding.code, finding.where) == ("value-refused", 'body › “function="html(x)"”')


# --- paragraphs ---------------------------------------------------------------------------


def test_headings_have_the_styles_of_the_template_and_their_level() -> None:
    root = rich("<h2>Two</h2><h4 style='font-size:40px'>Four</h4>")
    two, four = find(root, "//text:h")
    level = f"{{{NAMESPACES['text']}}}outline-level"
    assert two.get(f"{{{NAMESPACES['text']}}}style-name") == "Heading_20_2"
    assert (two.get(level), four.get(level)) == ("2", "4")
    assert style_of(root, four)["fo:keep-with-next"] == "always"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p style='text-align:center'>x</p>", {"fo:text-align": "center"}),
        ("<p align=right>x</p>", {"fo:text-align": "end"}),
        ("<div style='text-align:justify'><p>x</p></div>", {"fo:text-align": "justify"}),
        ("<p style='margin-left:40px'>x</p>", {"fo:margin-left": "1.058cm"}),
        ("<div style='margin-left:1cm'><p style='margin-left:1cm'>x", {"fo:margin-left": "2cm"}),
        ("<p style='text-indent:1cm'>x</p>", {"fo:text-indent": "1cm"}),
        ("<p lang=nl>x</p>", {"fo:language": "nl"}),
        ("<p style='background:#eee'>x</p>", {"fo:background-color": "#eeeeee"}),
        ("<blockquote>x</blockquote>", {"fo:margin-left": "1cm", "fo:margin-right": "1cm"}),
        ("<pre>x</pre>", {"fo:font-family": "'Liberation Mono'"}),
        ("<hr>", {"fo:border-bottom": "0.5pt solid #000000"}),
        (
            "<div style='page-break-after:always'><span style='display:none'>&nbsp;</span></div>x",
            {"fo:break-before": "page"},
        ),
    ],
)
def test_how_paragraphs_stand(html: str, said: dict[str, str]) -> None:
    root = rich(html)
    (paragraph,) = find(root, "//text:p")
    assert said.items() <= style_of(root, paragraph).items()


def test_a_formatted_paragraph_of_the_template_passes_its_format_on() -> None:
    automatic = (
        '<style:style style:name="P5" style:family="paragraph" '
        'style:parent-style-name="Text_20_body"><style:paragraph-properties '
        'fo:text-align="justify" fo:break-before="page" fo:keep-with-next="always"/>'
        '<style:text-properties fo:color="#112233"/></style:style>'
    )
    source = odt(p(field("x.as_html"), style="P5"), p("signed"), styles=STYLES, automatic=automatic)
    root = part(filled(source, {"x": "<p>a</p><p>b</p><p style='text-align:right'>c</p>"}))
    said = [style_of(root, one) for one in find(root, "//text:p")[:3]]
    assert [one.get("fo:color") for one in said] == ["#112233"] * 3
    assert [one.get("fo:text-align") for one in said] == ["justify", "justify", "end"]
    assert [one.get("fo:break-before") for one in said] == ["page", None, None]
    assert [one.get("fo:keep-with-next") for one in said] == ["auto", "auto", "always"]


def test_a_character_style_on_the_field_goes_for_the_whole_text() -> None:
    root = part(filled(odt(p(span(field("x.as_html")))), {"x": "<p>a</p><p>b <i>c</i></p>"}))
    for paragraph in find(root, "//text:p"):
        assert style_of(root, paragraph)["fo:font-weight"] == "bold"


def test_the_last_paragraphs_are_kept_with_what_follows() -> None:
    html = "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>"
    root = rich(html, "html(x, keep_last=3)")
    said = [style_of(root, one).get("fo:keep-with-next") for one in find(root, "//text:p")]
    assert said == [None, "always", "always", "always"]
    (kept,) = find(rich("<p>a</p><table><tr><td>b", "html(x, keep_last=1)"), "//table:table")
    assert style_of(kept.getroottree().getroot(), kept)["fo:keep-with-next"] == "always"


# --- styles of the template ---------------------------------------------------------------


def test_a_class_that_is_called_like_a_style_has_it() -> None:
    root = rich('<p class="x Citation">a <span class="Fort">b</span></p><p class="Article-head">c')
    names = [one.get(f"{{{NAMESPACES['text']}}}style-name") for one in find(root, "//text:p")]
    assert names == ["Citation", "Article_20_head"]
    (strong,) = find(root, "//text:span")
    assert strong.get(f"{{{NAMESPACES['text']}}}style-name") == "Fort"


def test_the_template_says_which_style_a_class_or_an_element_has() -> None:
    call = "html(x, styles={'quote': 'Citation', 'p.art': 'Article head', 'b': 'Fort'})"
    html = '<p class="quote">a</p><p class="art">b</p><div class="art">c</div><p><b>d</b></p>'
    root = rich(html, call)
    names = [one.get(f"{{{NAMESPACES['text']}}}style-name") for one in find(root, "//text:p")]
    assert names == ["Citation", "Article_20_head", BODY, BODY]
    assert find(root, "//text:span[@text:style-name]")[0].text == "d"


def test_a_style_that_the_template_does_not_have_is_warned_of() -> None:
    source = odt(p(link("function=\"html(x, styles={'q': 'Citaton'})\"")), styles=STYLES)
    prepared = prepare(source)
    (finding,) = prepared.warnings
    assert finding.code == "html-style-unknown"
    assert "Citaton" in finding.message
    assert finding.hint == "Did you mean “Citation”?"
    told = prepare(odt(p(link('function="html(x, styles=s)"')))).fill(
        {"x": "<p>a</p>", "s": {"q": "Secret"}}, io.BytesIO()
    )
    (finding,) = told.warnings
    assert finding.code == "html-style-unknown"
    assert "Secret" not in repr(finding)


# --- anonymous variants -------------------------------------------------------------------


HIDDEN = '<p>Mr <span class="pm-anonymize">Dupont</span> said</p><p class="pm-anonymize">no</p>'


def test_a_class_is_hidden_or_replaced_when_the_data_ask_for_it() -> None:
    assert lines(HIDDEN) == ["Mr Dupont said", "no"]
    assert lines(HIDDEN, "html(x, hide='pm-anonymize')") == ["Mr said"]
    assert lines(HIDDEN, "html(x, replace={'pm-anonymize': '[…]'})") == ["Mr […] said", "[…]"]
    call = "html(x, hide='pm-anonymize' if public else None)"
    assert lines(HIDDEN, call, {"public": True}) == ["Mr said"]
    assert lines(HIDDEN, call, {"public": False}) == ["Mr Dupont said", "no"]


def test_rows_and_cells_are_hidden_or_replaced_too() -> None:
    html = (
        "<table><tr class=pm><td>a</td><td>b</td></tr><tr><td class=pm>c</td><td>d</td></tr>"
        "<tr><td>e</td><td>f</td></tr></table>"
    )
    assert grid(rich(html, "html(x, hide='pm')")) == [["", "d"], ["e", "f"]]
    assert grid(rich(html, "html(x, replace={'pm': '…'})")) == [["…", "…"], ["…", "d"], ["e", "f"]]


def test_text_in_the_wrong_place_is_not_lost() -> None:
    assert lines("<ul>a<li>b</li>c<p>d</p></ul>") == ["a", "b", "c", "d"]
    html = "<table>a<tr>b<td>c</td>d</tr><p>e</p><tbody><p>f</p><tr><td>g</td></tr></tbody></table>"
    assert lines(html) == ["a", "e", "bd", "f", "c", "g"]
    assert lines("<table><table>a</table></table>") == ["a"]
    assert lines("<table><td>a</td><td>b</td></table>") == ["a", "b"]


# --- lists --------------------------------------------------------------------------------


def list_tree(element: etree._Element) -> list[object]:
    found: list[object] = []
    for child in element:
        name = etree.QName(child).localname
        if name == "list":
            found.append(list_tree(child))
        elif name in ("list-item", "list-header"):
            found += list_tree(child)
        elif name in ("p", "h"):
            found.append(plain(child))
    return found


def test_lists_nest() -> None:
    html = "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li><p>d</p><p>e</p></li></ul>"
    (outer,) = find(rich(html), "//office:text/text:list")
    assert list_tree(outer) == ["a", ["b", "c"], "d", "e"]
    assert len(find(outer, "text:list-item")) == 2


def test_a_list_beside_its_item_belongs_to_it() -> None:
    (outer,) = find(rich("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>"), "//office:text/*")
    assert list_tree(outer) == ["a", ["b"], "c"]


def formats(root: etree._Element) -> list[tuple[str | None, str | None]]:
    """The number format or bullet of each list of the text, and where it starts."""
    text, style = NAMESPACES["text"], NAMESPACES["style"]
    found = []
    for one in find(root, "//office:text//text:list"):
        name = one.get(f"{{{text}}}style-name")
        level = find(root, f"//text:list-style[@style:name='{name}']/*")[0]
        shown = level.get(f"{{{style}}}num-format") or level.get(f"{{{text}}}bullet-char")
        found.append((shown, find(one, "text:list-item")[0].get(f"{{{text}}}start-value")))
    return found


def test_numbers_and_bullets_are_those_asked_for() -> None:
    html = (
        "<ol start=4 type=a><li>x</li></ol><ol style='list-style-type:upper-roman'><li>x</ol>"
        "<ol><li value=7>x</ol><ul><li>x<ul><li>y</ul></ul><ul style='list-style:square'><li>x</ul>"
    )
    assert formats(rich(html)) == [
        ("a", "4"),
        ("I", "1"),
        ("1", "7"),
        ("•", None),
        ("◦", None),
        ("▪", None),
    ]


def test_a_table_in_a_list_interrupts_it_and_the_item_goes_on() -> None:
    html = "<ol><li>a<table><tr><td>t</td></tr></table>b</li><li>c</li></ol>"
    root = rich(html)
    names = [etree.QName(one).localname for one in find(root, "//office:text/*")]
    assert names == ["list", "table", "list"]
    again = find(root, "//office:text/text:list")[1]
    assert again.get(f"{{{NAMESPACES['text']}}}continue-numbering") == "true"
    assert [plain(one) for one in find(again, "text:list-header/text:p")] == ["b"]
    assert [plain(one) for one in find(again, "text:list-item/text:p")] == ["c"]


def test_paragraphs_of_word_that_are_items_become_lists() -> None:
    def word(level: int, marker: str, text: str) -> str:
        return (
            f"<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level{level} lfo1'>"
            f"<![if !supportLists]><span style='mso-list:Ignore'>{marker}<span>&nbsp;</span></span>"
            f"<![endif]>{text}<o:p></o:p></p>"
        )

    html = (
        word(1, "·", "a")
        + word(2, "o", "b")
        + word(1, "·", "c")
        + "<p class=MsoNormal>between</p>"
        + word(1, "3)", "d")
        + word(2, "a.", "e")
    )
    root = rich(html)
    first, _, second = find(root, "//office:text/*")
    assert list_tree(first) == ["a", ["b"], "c"]
    assert list_tree(second) == ["d", ["e"]]
    assert formats(root) == [("•", None), ("◦", None), ("1", "3"), ("a", "1")]


def test_what_word_pastes_has_the_sizes_of_the_template() -> None:
    html = (
        "<p class=MsoNormal><span style='font-size:11.0pt;font-family:Calibri;color:windowtext'>"
        "a<o:p></o:p></span></p><!--[if gte mso 9]><xml>no</xml><![endif]-->"
    )
    root = rich(html)
    assert [plain(one) for one in find(root, "//text:p")] == ["a"]
    assert find(root, "//text:span") == []


# --- tables -------------------------------------------------------------------------------


def grid(root: etree._Element) -> list[list[str]]:
    """The cells of the first table: text, ``-`` where one from elsewhere stretches to."""
    return [
        [
            "-" if etree.QName(one).localname == "covered-table-cell" else plain(one[0])
            for one in line
        ]
        for line in find(find(root, "//table:table")[0], ".//table:table-row")
    ]


def test_spans_cover_cells_and_short_rows_are_filled_up() -> None:
    html = (
        "<table><tr><td colspan=2>a</td><td rowspan=2>b</td></tr><tr><td>c</td></tr>"
        "<tr><td rowspan=9>d</td><td>e</td><td>f</td></tr></table>"
    )
    root = rich(html)
    assert grid(root) == [["a", "-", "b"], ["c", "", "-"], ["d", "e", "f"]]
    spans = [
        one.get(f"{{{NAMESPACES['table']}}}number-rows-spanned")
        for one in find(root, "//table:table-cell")
    ]
    assert spans == [None, "2", None, None, None, None, None]


def test_rows_of_headings_are_repeated() -> None:
    html = "<table><tr><th>h</th><th>i</th></tr><tr><th>a</th><td>b</td></tr></table>"
    (head,) = find(rich(html), "//table:table-header-rows")
    assert (plain(head), len(head)) == ("hi", 1)
    html = "<table><thead><tr><td>h</td></tr></thead><tfoot><tr><td>f</td></tr></tfoot>" + (
        "<tbody><tr><td>b</td></tr></tbody></table>"
    )
    assert grid(rich(html)) == [["h"], ["b"], ["f"]]
    assert len(find(rich(html), "//table:table-header-rows/table:table-row")) == 1


def widths(html: str) -> list[str | None]:
    root = rich(html)
    names = [
        one.get(f"{{{NAMESPACES['table']}}}style-name")
        for one in find(root, "//table:table-column")
    ]
    return [
        find(root, f"//style:style[@style:name='{name}']/*")[0].get(
            f"{{{NAMESPACES['style']}}}column-width"
        )
        for name in names
    ]


def test_columns_are_as_wide_as_asked_and_never_wider_than_the_page() -> None:
    assert widths(
        "<table><col style='width:25%'><col style='width:75%'><tr><td>a<td>b</table>"
    ) == ["4.25cm", "12.75cm"]
    assert widths("<table><tr><td width=96>a<td style='width:5.08cm'>b</table>") == [
        "2.54cm",
        "5.08cm",
    ]
    assert widths("<table style='width:3000px'><tr><td>a<td>a</table>") == ["8.5cm", "8.5cm"]
    assert widths("<figure style='width:50%'><table><tr><td>a<td>a</table></figure>") == [
        "4.25cm",
        "4.25cm",
    ]
    narrow, wide = widths(f"<table><tr><td>a<td>{'words ' * 40}</table>")
    assert float(str(narrow)[:-2]) < 3 < float(str(wide)[:-2])


@pytest.mark.parametrize(
    ("table_", "cell_", "border"),
    [
        ("", "", {"fo:border": "0.5pt solid #000000"}),
        ("border=0", "", {"fo:border": "none"}),
        ("style='border:none'", "", {"fo:border": "none"}),
        ("style='border:none'", "style='border:1pt solid red'", {"fo:border": "1pt solid #ff0000"}),
        ("", "style='border-top:none'", {"fo:border-top": "none"}),
        ("style='border:2pt dashed #ccc'", "", {"fo:border": "2pt dashed #cccccc"}),
        ("", "bgcolor=#eeeeee", {"fo:background-color": "#eeeeee"}),
        ("", "style='vertical-align:middle'", {"style:vertical-align": "middle"}),
    ],
)
def test_lines_and_colours_of_cells(table_: str, cell_: str, border: dict[str, str]) -> None:
    root = rich(f"<table {table_}><tr><td {cell_}>a</td></tr></table>")
    (one,) = find(root, "//table:table-cell")
    assert border.items() <= style_of(root, one).items()


def test_tables_nest_and_have_names_of_their_own() -> None:
    root = rich("<table><tr><td><table><tr><td>a</table><td><table><tr><td>b</table></table>")
    names = [one.get(f"{{{NAMESPACES['table']}}}name") for one in find(root, "//table:table")]
    assert len(set(names)) == 3


def test_a_caption_stands_above_its_table() -> None:
    html = "<table><caption>Prices</caption><tr><td>a</td></tr></table>"
    first, second = find(rich(html), "//office:text/*")
    assert (plain(first), etree.QName(second).localname) == ("Prices", "table")


# --- where it stands ----------------------------------------------------------------------


HTML = "<p>a</p><ul><li>b</li></ul><table><tr><td>c</td><td>d</td></tr></table><h2>e</h2>"


def test_in_headers_the_styles_are_those_of_the_header() -> None:
    document = filled(odt(p("x"), header=p(field("x.as_html"))), {"x": f"{HTML}<p><b>f</b></p>"})
    root = part(document, "styles.xml")
    assert paragraphs(document, "styles.xml") == ["a", "b", "c", "d", "e", "f"]
    (bold,) = find(root, "//style:header//text:span")
    assert style_of(root, bold)["fo:font-weight"] == "bold"
    assert find(root, "//text:h") == []


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        (lambda value: table(row(cell(p(value)), "z")), ["a", "b", "c", "d", "e", "z"]),
        (lambda value: p(frame(p(value))), ["", "a", "b", "c", "d", "e"]),
        (lambda value: bullets(item(p(value))), ["a", "b", "c | d", "e"]),
        (lambda value: p("n", footnote(p(value))), ["n", "a", "b", "c | d", "e"]),
        (h, ["a\n• b\nc | d\ne"]),
        (lambda value: p("so: ", value), ["so: a\n• b\nc | d\ne"]),
    ],
)
def test_everywhere_with_what_is_valid_there(around: Any, expected: list[str]) -> None:
    told, document = report(HTML, around(field("x.as_html")), p("end"))
    assert paragraphs(document) == [*expected, "end"]
    flattened = any(" | " in line for line in expected)
    assert [one.code for one in told.warnings] == ["html-table-as-text"] * flattened


def test_a_picture_in_a_cell_fits_the_cell() -> None:
    columns = (
        '<style:style style:name="C1" style:family="table-column">'
        '<style:table-column-properties style:column-width="5cm"/></style:style>'
    )
    source = odt(
        table(row(cell(p(field("x.as_html"))), "z")).replace(
            "<table:table-column ", '<table:table-column table:style-name="C1" '
        ),
        automatic=columns,
    )
    root = part(filled(source, {"x": f'<img src="{data_uri(2000, 20)}">'}))
    (framed,) = find(root, "//draw:frame")
    assert framed.get(f"{{{NAMESPACES['svg']}}}width") == "4.8cm"


# --- hostile ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>a",
        "<style>p{}</style>a",
        "<iframe src=x>b</iframe>a",
        "<form><input value=b>c</form>a",
        "<object data=x>b</object>a",
        "<svg><text>b</text></svg>a",
        "<math>b</math>a",
        "<p style=display:none>b</p>a",
        "<!--[if mso]><p>b</p><![endif]-->a",
        "<?php b ?>a",
        "<link rel=x><meta http-equiv=refresh><base href=x>a",
        '<p onclick="b" id="b" title="b">a</p>',
        "<o:p>a</o:p>",
        "<x-unknown>a</x-unknown>",
        "<py:for each='x'>a</py:for>",
    ],
)
def test_what_is_not_allowed_goes(html: str) -> None:
    assert lines(html) == ["a"]


@pytest.mark.parametrize(
    ("html", "error", "told"),
    [
        ("<div>" * 100_000, DataMismatch, "nested more than 60 deep"),
        ("<b>" * 61, DataMismatch, "nested more than 60 deep"),
        ("<ul><li>" * 31, DataMismatch, "nested more than 60 deep"),
        ("<table><tr><td>" * 30, DataMismatch, "nested more than 60 deep"),
        ("a" * 50_000_000, FillLimitExceeded, "HTML of more than 4,000,000 characters"),
        ("<p>x</p>" * 200_000, FillLimitExceeded, "a text of more than 200,000 tags"),
        ("<table>" + "<tr><td>" * 51_000, FillLimitExceeded, "more than 50,000 cells"),
        (
            "<table><tr><td colspan=1000>" + "<tr><td>" * 600,
            FillLimitExceeded,
            "more than 50,000 cells",
        ),
        (
            "".join(f"<p style='margin-left:{n / 1000}cm'>x" for n in range(5_100)),
            FillLimitExceeded,
            "more than 5,000 different looks",
        ),
    ],
    ids=range(9),
)
def test_bombs_are_refused_with_their_place(html: str, error: type, told: str) -> None:
    with pytest.raises(error) as caught:
        filled(odt(p("a"), p(field("x.as_html"))), {"x": html})
    (finding,) = caught.value.findings
    assert told in finding.message
    assert finding.where == "body › “x.as_html”"


def test_a_large_picture_is_not_counted_as_text() -> None:
    noise = Image.effect_noise((1600, 1600), 100)
    out = io.BytesIO()
    noise.convert("RGB").save(out, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    assert len(uri) > 4_000_000
    assert len(find(rich(f'<p>a <img src="{uri}"> b</p>'), "//draw:frame")) == 1


# --- fonts --------------------------------------------------------------------------------


def test_the_fonts_of_its_styles_are_told() -> None:
    carlito = (
        '<style:style style:name="Heading_20_3" style:family="paragraph">'
        '<style:text-properties style:font-name="Carlito"/></style:style>'
    )
    source = odt(p(field("x.as_html")), styles=carlito)
    for html, fonts in (
        ("<p>a</p>", {"Liberation Serif"}),
        ("<h3>a</h3>", {"Liberation Serif", "Carlito"}),
        ("<code>a</code>", {"Liberation Serif", "Liberation Mono"}),
    ):
        assert prepare(source).fill({"x": html}, io.BytesIO()).fonts == fonts


# --- together with the rest of the language -----------------------------------------------


@pytest.mark.parametrize(
    "blocks",
    [
        (p("{{ html(x) }}"),),
        (p("{{ x.as_html }}"),),
        (p("{% if x %}{{ x.as_html }}{% else %}no{% endif %}"),),
        (p("{% if x %}"), p("{{ x.as_html }}"), p("{% endif %}")),
    ],
)
def test_typed_tags_ask_for_it_too(blocks: tuple[str, ...]) -> None:
    expected = ["a", "b c"] if "else" not in "".join(blocks) else ["a\nb c"]
    assert paragraphs(filled(odt(*blocks), {"x": "<p>a</p><p>b <b>c</b></p>"})) == expected


def test_a_block_that_is_included_prints_it_in_the_styles_of_the_letter() -> None:
    block = odt(p(link("function=\"html(x, styles={'q': 'Citation'})\""), style=BODY))
    host = odt(p(link('include="block"')), styles=STYLES)
    prepared = prepare(host, GivenBlocks({"block": block}))
    assert [one.code for one in prepared.warnings if one.code.startswith("html")] == []
    out = io.BytesIO()
    prepared.fill({"x": "<p>a</p><p class=q>b <b>c</b></p>"}, out)
    root = part(out.getvalue())
    names = [one.get(f"{{{NAMESPACES['text']}}}style-name") for one in find(root, "//text:p")]
    assert names == [BODY, "Citation"]


def test_a_named_character_style_on_the_field_goes_for_the_whole_text() -> None:
    styles = (
        '<style:style style:name="Small" style:family="text"><style:text-properties '
        'fo:font-size="8pt"/></style:style>'
    )
    source = odt(p(span(field("x.as_html"), style="Small")), styles=styles)
    root = part(filled(source, {"x": "<p>a</p><p>b</p>"}))
    sizes = [style_of(root, one)["fo:font-size"] for one in find(root, "//text:p")]
    assert sizes == ["8pt", "8pt"]


def test_what_it_makes_of_a_text_is_the_same_in_every_document() -> None:
    """One template fills many documents: nothing of one may be left in the next."""
    source = odt(p(field("x.as_html")), table(row(cell(p(field("x.as_html"))), "c")))
    prepared = prepare(source)
    html = f'{HTML}<p>a <b>b</b><img src="{data_uri()}"></p>'

    def content() -> bytes:
        out = io.BytesIO()
        prepared.fill({"x": html}, out)
        return etree.tostring(part(out.getvalue()))

    first = content()
    prepared.fill({"x": "<ul><li>other<table><tr><td>x</table>"}, io.BytesIO())
    with pytest.raises(DataMismatch):
        prepared.fill({"x": "<ul><li><img src='data:image/png;base64,xx'>"}, io.BytesIO())
    assert content() == first
