"""The designer's own file comes back with a comment at each finding, and otherwise as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from greffier_templates.errors import FileRefused
from greffier_templates.telling.check import check
from greffier_templates.telling.comments import author, with_comments
from lxml import etree
from odt import (
    bullets,
    cell,
    field,
    find,
    footnote,
    frame,
    item,
    link,
    odt,
    p,
    part,
    picture,
    plain,
    row,
    section,
    span,
    table,
)

WRITTEN = datetime(2026, 11, 25, 14, 30)


def annotated(source: bytes, language: str = "en") -> bytes:
    found = check(source, language=language)
    return with_comments(source, found, language=language, written=WRITTEN)


def comments(document: bytes) -> list[etree._Element]:
    return find(part(document), "//office:annotation")


def told(comment: etree._Element) -> list[str]:
    return [plain(line) for line in find(comment, "text:p")]


def test_a_comment_stands_at_each_finding() -> None:
    source = odt(
        p("Dear ", span(field("a +")), ","),
        p("f ", frame(p("in a frame ", link("/for")))),
        p("n", footnote(p("in a note ", link("/if")))),
        table(row("a", cell(p("in a cell ${x}"))), header=row("b", "c")),
        section(p(link('iff="x"'))),
        bullets(item(p("in a list ", link('for="x"')))),
        p("Seal ", picture("Seal")),
    )
    document = annotated(source)
    assert [told(one)[0] for one in comments(document)] == [
        "Error: The expression is not understood: something is missing at its end.",
        "Error: “/for” closes nothing: no “for” is open here.",
        "Error: “/if” closes nothing: no “if” is open here.",
        "Warning: “${…}” is printed as it stands; only fields and instructions are filled.",
        "Error: “iff” is not an instruction.",
        'Error: A loop is written: for="item in items".',
        'Error: “for="x"” is not closed.',
        "Advice: The picture “Seal” has no text for readers who cannot see it.",
    ]
    around = [plain(one.getparent()) for one in comments(document)]  # type: ignore[arg-type]
    assert around[1] == "in a frame /for"
    assert around[2] == "in a note /if"
    assert around[3] == "in a cell ${x}"
    assert comments(document)[0].getnext().tag.endswith("user-field-get")  # type: ignore[union-attr]
    assert told(comments(document)[0])[1:3] == [
        "a +",
        "→ An expression is written like person.name, request.fee * 2, name == 'Ann'.",
    ]


def test_what_has_no_place_in_the_text_is_told_at_its_beginning() -> None:
    source = odt(p("First"), p("x"), header=p("Town ", link("/if")))
    (comment,) = comments(annotated(source))
    assert plain(comment.getparent()) == "First"  # type: ignore[arg-type]
    assert "Place: header of page style “Standard” › “Town /if”" in told(comment)


def test_nothing_else_changes() -> None:
    source = odt(p("a ", field("x"), " b", link("/if")), p("c"), header=p("h"))
    document = annotated(source)
    with (
        zipfile.ZipFile(io.BytesIO(source)) as before,
        zipfile.ZipFile(io.BytesIO(document)) as after,
    ):
        assert after.namelist() == before.namelist()
        for name in before.namelist():
            assert name == "content.xml" or after.read(name) == before.read(name)
        assert after.infolist()[0].compress_type == zipfile.ZIP_STORED
    root = part(document)
    for comment in find(root, "//office:annotation"):
        parent = comment.getparent()
        assert parent is not None
        previous = comment.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + (comment.tail or "")
        else:
            previous.tail = (previous.tail or "") + (comment.tail or "")
        parent.remove(comment)
    assert etree.tostring(root, method="c14n") == etree.tostring(part(source), method="c14n")


def test_comments_of_a_check_are_replaced_and_those_of_people_stay() -> None:
    by = "<office:annotation><dc:creator>{}</dc:creator>{}</office:annotation>"
    people = [by.format(name, p("Look again")) for name in ("Anna", "Greffier", "Le greffier")]
    source = odt(p(*people, "x ", link("/if")))
    once = annotated(source)
    assert len(comments(once)) == 4
    again = annotated(once, "fr")
    assert len(comments(again)) == 4
    creators = [
        one.findtext("{http://purl.org/dc/elements/1.1/}creator") for one in comments(again)
    ]
    assert creators == ["Anna", "Greffier", "Le greffier", author("fr")]


def test_a_template_without_mistakes_loses_the_comments_of_an_earlier_check() -> None:
    wrong = annotated(odt(p("x ", link("/if"))))
    content = part(wrong)
    for one in find(content, "//text:a"):
        one.getparent().remove(one)  # type: ignore[union-attr]
    with zipfile.ZipFile(io.BytesIO(wrong)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = etree.tostring(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part_ in parts.items():
            archive.writestr(name, part_)
    assert comments(annotated(out.getvalue())) == []


def test_a_file_that_cannot_be_read_gets_no_comments() -> None:
    with pytest.raises(FileRefused):
        annotated(b"not a document")
