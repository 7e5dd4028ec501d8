"""Whatever the bytes are: the gate refuses by name or lets through, and never breaks."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from greffier_templates.errors import FileRefused
from greffier_templates.gate import odf_rules
from greffier_templates.gate.documents import KINDS, clean_document
from greffier_templates.gate.odf_names import ELEMENTS, NS
from greffier_templates.gate.sniff import sniff
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from odt import cell, odt, p, pack, part, picture, row, table

DOCUMENT = odt(
    p("Dear ", '<text:a xlink:href="https://example.org">link</text:a>', picture("Logo")),
    table(row(cell("a"), cell("b"))),
    header=p('<text:page-number text:select-page="current">1</text:page-number>'),
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ONCE = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LONG = settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))


def judge(source: bytes, kind: str) -> None:
    """Only refusals may come out, and what is let through is let through again unchanged."""
    with contextlib.suppress(FileRefused):
        cleaned = clean_document(source, kind)
        assert clean_document(cleaned.content, kind).content == cleaned.content


# --- bytes ----------------------------------------------------------------------------------


@st.composite
def broken_bytes(draw: st.DrawFn) -> bytes:
    """The document with some bytes changed, cut out or put in."""
    data = bytearray(DOCUMENT)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["set", "cut", "insert"])):
            case "set":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del data[at : at + draw(st.integers(1, 200))]
            case _:
                data[at:at] = draw(st.binary(max_size=30))
    return bytes(data)


@ONCE
@given(broken_bytes())
def test_broken_packages(source: bytes) -> None:
    judge(source, "odt")


@ONCE
@given(st.binary(max_size=400), st.sampled_from(sorted(KINDS)))
def test_any_bytes_as_any_kind(source: bytes, kind: str) -> None:
    assert isinstance(sniff(source), str)
    judge(source, kind)


@ONCE
@given(
    st.sampled_from([b"PK\x03\x04", OLE2, b"{\\rtf1", b"<svg", b"<html>"]),
    st.binary(max_size=2_000),
    st.sampled_from(sorted(KINDS)),
)
def test_any_bytes_after_a_known_beginning(head: bytes, rest: bytes, kind: str) -> None:
    judge(head + rest, kind)


@pytest.mark.full
@pytest.mark.timeout(600)
@LONG
@given(broken_bytes())
def test_broken_packages_for_long(source: bytes) -> None:
    judge(source, "odt")


# --- packages -------------------------------------------------------------------------------

_NAMES = st.sampled_from(
    [
        "content.xml",
        "styles.xml",
        "meta.xml",
        "settings.xml",
        "META-INF/manifest.xml",
        "Object 1/content.xml",
        "Pictures/a.png",
        "Basic/script-lc.xml",
        "../x",
        "mimetype",
    ]
) | st.text(max_size=12)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@ONCE
@given(st.lists(st.tuples(_NAMES, st.binary(max_size=120)), max_size=8))
def test_packages_of_any_parts(parts: list[tuple[str, bytes]]) -> None:
    out = io.BytesIO(DOCUMENT)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in parts:
            with contextlib.suppress(UnicodeEncodeError):
                archive.writestr(zipfile.ZipInfo(name), content)
    judge(out.getvalue(), "odt")


# --- elements -------------------------------------------------------------------------------

_TAGS = sorted(ELEMENTS | odf_rules.DROPPED.keys() | odf_rules.FROZEN.keys())
_ATTRIBUTES = sorted(
    odf_rules.DROPPED_ATTRIBUTES.keys()
    | odf_rules.COMPONENTS.keys()
    | {f"{{{NS['xlink']}}}href", f"{{{NS['text']}}}style-name", f"{{{NS['table']}}}formula"}
    | {f"{{{NS['table']}}}number-columns-repeated", f"{{{NS['text']}}}c", "{urn:x}y", "plain"}
)
_VALUES = st.sampled_from(
    [
        "",
        "#here",
        "Pictures/dot.png",
        "https://example.org",
        "file:///etc/passwd",
        "../a",
        "vnd.sun.star.expand:$HOME",
        "-1",
        "3",
        "99999999999999",
        "of:=SUM([.A1])",
        "of:='file:///a'#$A.A1",
        "./Object 1",
    ]
)


@st.composite
def elements(draw: st.DrawFn) -> str:
    """XML of a few nested elements with any names, attributes and values."""
    root = etree.Element(f"{{{NS['text']}}}p")
    nodes = [root]
    for _ in range(draw(st.integers(1, 12))):
        node = etree.SubElement(draw(st.sampled_from(nodes)), draw(st.sampled_from(_TAGS)))
        node.text, node.tail = draw(st.sampled_from(["", "t"])), draw(st.sampled_from(["", "u"]))
        for name in draw(st.lists(st.sampled_from(_ATTRIBUTES), max_size=3, unique=True)):
            node.set(name, draw(_VALUES))
        nodes.append(node)
    return etree.tostring(root, encoding="unicode")


@ONCE
@given(elements())
def test_documents_of_any_elements_come_out_clean_and_stay_so(xml: str) -> None:
    source = odt(xml)
    judge(source, "odt")
    with contextlib.suppress(FileRefused):
        content = part(clean_document(source, "odt").content)
        for node in content.iter():
            assert node.tag not in odf_rules.DROPPED
            for value in node.attrib.values():
                assert "expand:" not in value
                assert "passwd" not in value


@ONCE
@given(st.binary(max_size=300))
def test_content_of_any_bytes(content: bytes) -> None:
    judge(pack({"content.xml": content}), "odt")
