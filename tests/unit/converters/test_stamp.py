"""Facts in the metadata of a PDF; tests/office has the PDFs of LibreOffice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from greffier_converters import stamp as stamping
from greffier_converters.errors import DocumentRejected
from greffier_converters.stamp import stamp
from greffier_converters.testing import simple_pdf
from greffier_converters.xmp import NAMESPACE, PROPERTIES, packet, with_facts
from pypdf import PdfReader, PdfWriter

FACTS = {
    "Template": "namur/permit@3",
    "TemplateDigest": "sha256:" + "ab" * 32,
    "Blocks": ["head sha256:1", "foot sha256:2"],
    "SourceDigest": "",
    "FontsSubstituted": ["A & <B> → C"],
}


def facts_of(path: Path) -> dict[str, list[str]]:
    """What a reader of XMP finds: name -> texts."""
    with PdfReader(path) as reader:
        metadata = reader.root_object["/Metadata"].get_object()
        assert (metadata["/Type"], metadata["/Subtype"]) == ("/Metadata", "/XML")
        root = ElementTree.fromstring(metadata.get_data())
    found = {}
    for element in root.iter():
        if element.tag.startswith(f"{{{NAMESPACE}}}"):
            texts = [text for text in element.itertext() if text.strip()]
            found[element.tag.rpartition("}")[2]] = texts
    return found


EXPECTED = {
    "Template": ["namur/permit@3"],
    "TemplateDigest": ["sha256:" + "ab" * 32],
    "Blocks": ["head sha256:1", "foot sha256:2"],
    "FontsSubstituted": ["A & <B> → C"],
}


def check(path: Path) -> None:
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    path = tmp_path / "simple.pdf"
    path.write_bytes(simple_pdf(["A line"]))
    return path


@pytest.fixture
def rewritten(tmp_path: Path) -> Path:
    """With object streams, as newer writers make them, and a title."""
    path = tmp_path / "written.pdf"
    with PdfWriter() as writer:
        writer.add_blank_page(width=595, height=842)
        writer.add_metadata({"/Title": "Été & <hiver>"})
        writer.write(path)
    command = ["qpdf", "--object-streams=generate", "--min-version=1.7"]
    subprocess.run([*command, path, tmp_path / "rewritten.pdf"], check=True)
    return tmp_path / "rewritten.pdf"


def test_facts_go_behind_what_is_there(simple: Path) -> None:
    before = simple.read_bytes()
    stamp(simple, FACTS)
    assert simple.read_bytes().startswith(before)
    assert facts_of(simple) == EXPECTED
    check(simple)


def test_a_large_file_is_not_read(simple: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = simple.read_bytes()
    begin, rest = content.split(b"xref\n0")
    filler = b"%" + b"x" * 50_000_000 + b"\n"
    start = len(begin) + len(filler)
    rest = re.sub(rb"startxref\n\d+", b"startxref\n%d" % start, rest)
    simple.write_bytes(begin + filler + b"xref\n0" + rest)
    read = 0
    of_the_file = stamping._Update._read

    def counted(self: stamping._Update, place: int, length: int) -> bytes:
        nonlocal read
        got = of_the_file(self, place, length)
        read += len(got)
        return got

    monkeypatch.setattr(stamping._Update, "_read", counted)
    stamp(simple, FACTS)
    assert read < 3 * 2**20
    assert facts_of(simple) == EXPECTED


def test_any_other_layout_is_stamped_too(rewritten: Path) -> None:
    assert b"/ObjStm" in rewritten.read_bytes()
    stamp(rewritten, FACTS)
    assert facts_of(rewritten) == EXPECTED
    check(rewritten)
    with PdfReader(rewritten) as reader:
        assert reader.pdf_header == "%PDF-1.7"
        assert reader.metadata is not None and reader.xmp_metadata is not None
        assert reader.metadata.title == "Été & <hiver>"
        assert reader.xmp_metadata.dc_title == {"x-default": "Été & <hiver>"}


def test_facts_are_written_into_the_metadata_that_is_there(rewritten: Path) -> None:
    with PdfWriter(clone_from=rewritten) as writer:
        writer.xmp_metadata = packet({"Author": "Ann", "Title": "T"})
        writer.write(rewritten)
    stamp(rewritten, {"Template": "t"})
    assert facts_of(rewritten) == {"Template": ["t"]}
    with PdfReader(rewritten) as reader:
        assert reader.xmp_metadata is not None
        assert reader.xmp_metadata.dc_creator == ["Ann"]


@pytest.mark.parametrize(
    "content", [b"no PDF", b"%PDF-1.4\ntrailer<</Root 9 0 R>>\nstartxref\n3\n%%EOF\n"]
)
def test_what_cannot_be_read_is_rejected(simple: Path, content: bytes) -> None:
    simple.write_bytes(content)
    with pytest.raises(DocumentRejected) as rejected:
        stamp(simple, FACTS)
    assert rejected.value.phase == "finish"


def test_texts_that_xml_cannot_hold_do_no_harm() -> None:
    told = with_facts(packet({"Title": "a\x01b\ud800c"}), {"Template": "x\x00y"})
    root = ElementTree.fromstring(told)
    assert "a\ufffdb\ufffdc" in "".join(root.itertext())
    assert "x\ufffdy" in "".join(root.itertext())


def test_every_property_is_described_in_pdf_a() -> None:
    """ISO 19005-2, 6.6.2.3: what is not predefined is described in the file."""
    identified = packet({}).replace(b"</rdf:RDF>", b"<pdfaid:part>2</pdfaid:part></rdf:RDF>")
    every = {name: ["x"] if many else "x" for name, (many, _) in PROPERTIES.items()}
    told = with_facts(identified, every).decode()
    described = re.findall("<pdfaProperty:name>(.*?)</pdfaProperty:name>", told)
    assert described == list(PROPERTIES)
    assert told.count("<pdfaExtension:schemas>") == 1
    assert "pdfaExtension" not in with_facts(packet({}), every).decode()
