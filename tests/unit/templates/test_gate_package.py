"""Zip packages that lie, burst or break: refused before anything is unpacked."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from greffier_templates.errors import (
    FileDamaged,
    FileEncrypted,
    FileRefused,
    FileTooLarge,
    FileUnsafe,
    NotTheDeclaredType,
)
from greffier_templates.gate.documents import clean_document
from greffier_templates.gate.limits import Limits
from greffier_templates.gate.odf import open_odf
from greffier_templates.gate.package import write_package
from odt import ODT, odt, p, pack, picture

GOOD = odt(p("Good day"))


def refusal(source: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        open_odf(source, kinds={"odt"})
    return caught.value


def with_part(
    name: str, content: bytes = b"x", *, method: int = zipfile.ZIP_DEFLATED, base: bytes = GOOD
) -> bytes:
    """A good document with one part more."""
    out = io.BytesIO(base)
    with zipfile.ZipFile(out, "a", method) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def patched(source: bytes, name: str, change: Callable[[bytearray, int], None]) -> bytes:
    """``source`` with the directory entry of a part changed; ``change`` gets where it starts."""
    data = bytearray(source)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        length = int.from_bytes(data[at + 28 : at + 30], "little")
        if data[at + 46 : at + 46 + length] == name.encode():
            change(data, at)
            return bytes(data)
        at = data.find(b"PK\x01\x02", at + 1)
    raise AssertionError(name)


def set_size(size: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        data[at + 24 : at + 28] = size.to_bytes(4, "little")

    return change


# --- not a document at all ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (b"", "empty"),
        (b"plain text", "plain text"),
        (b"<html><body><img src='file:///etc/passwd'></body></html>", "HTML"),
        (b"<!DOCTYPE html><meta http-equiv='refresh' content='0;url=file:///etc/passwd'>", "HTML"),
        (b"{\\rtf1 text}", "RTF"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "PNG"),
        (b"%PDF-1.7\n", "PDF"),
        (bytes(range(256)) * 40, "not a document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "OLE2"),
    ],
)
def test_bytes_of_another_type_named_odt_say_what_they_are(source: bytes, word: str) -> None:
    error = refusal(source)
    assert isinstance(error, NotTheDeclaredType)
    assert word in error.findings[0].message


def test_random_bytes_that_begin_like_a_zip_are_damaged() -> None:
    assert isinstance(refusal(b"PK\x03\x04" + bytes(range(256)) * 9), FileDamaged)


def test_zip_that_is_no_document_is_not_the_declared_type() -> None:
    assert isinstance(refusal(write_package([("a.txt", b"x")])), NotTheDeclaredType)


def test_package_without_parts_is_damaged() -> None:
    error = refusal(b"PK\x05\x06" + b"\0" * 18)
    assert isinstance(error, FileDamaged)
    assert error.findings[0].code == "package-empty"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_file_that_was_cut_off_says_so(keep: float) -> None:
    error = refusal(GOOD[: int(len(GOOD) * keep)])
    assert isinstance(error, FileDamaged)
    assert error.findings[0].code == "package-truncated"


def test_part_with_a_wrong_checksum_is_damaged_and_named() -> None:
    def change(data: bytearray, at: int) -> None:
        data[at + 16] ^= 0xFF

    error = refusal(patched(GOOD, "content.xml", change))
    assert isinstance(error, FileDamaged)
    assert error.findings[0].where == "part “content.xml”"


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../evil.xml",
        "Pictures/../../evil.png",
        "/etc/passwd",
        "\\\\server\\evil",
        "Pictures\\evil.png",
        "C:/evil",
        "Pictures//evil.png",
        "./evil",
        "Pictures/evil\x01.png",
        "Pictures/evil\n.png",
        "a" * 600,
    ],
)
def test_names_that_lead_out_of_the_package_are_refused(name: str) -> None:
    error = refusal(with_part(name))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "package-unsafe-name"


def test_name_cut_by_a_nul_is_refused() -> None:
    # zipfile reads "evil" here; a reader that goes on sees another name.
    source = with_part("evil!tail").replace(b"evil!tail", b"evil\0tail")
    assert refusal(source).findings[0].code == "package-unsafe-name"


def test_folders_with_absolute_names_do_not_matter() -> None:
    # Old versions of LibreOffice wrote them; many municipal templates have them.
    package = open_odf(with_part("/Configurations2/popupmenu/", b""), kinds={"odt"})
    assert not package.warnings


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["Pictures/dot.png", "PICTURES/DOT.PNG", "mimetype"])
def test_two_parts_of_one_name_are_refused(name: str) -> None:
    error = refusal(with_part(name))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "package-duplicate-name"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_document_part_appended_anew_counts_and_the_old_one_is_judged_too() -> None:
    # Programs that append to a zip leave the old part in it; real templates have them.
    content = open_odf(odt(p("Newer")), kinds={"odt"}).parts["content.xml"]
    package = open_odf(with_part("content.xml", content), kinds={"odt"})
    assert b"Newer" in package.parts["content.xml"]
    assert [warning.code for warning in package.warnings] == ["earlier-part-removed"]

    hostile = odt(p('<draw:frame><draw:image xlink:href="file:///etc/passwd"/></draw:frame>'))
    out = io.BytesIO(hostile)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("content.xml", content)
    assert refusal(out.getvalue()).findings[0].code == "external-reference"


# --- features no document needs -------------------------------------------------------------


def test_something_in_front_of_the_package_is_refused() -> None:
    prefixed = b"PK\x03\x04#!/bin/sh\n" + GOOD
    assert refusal(prefixed).findings[0].code == "package-prefixed"


def test_other_compressions_are_refused() -> None:
    error = refusal(with_part("x.xml", b"x" * 999, method=zipfile.ZIP_BZIP2))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "package-unusual"


def test_zip64_is_refused() -> None:
    end = GOOD.rfind(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)
    assert refusal(GOOD[:end] + locator + GOOD[end:]).findings[0].code == "package-unusual"


def test_encrypted_parts_are_told_apart() -> None:
    def change(data: bytearray, at: int) -> None:
        data[at + 8] |= 1

    assert isinstance(refusal(patched(GOOD, "content.xml", change)), FileEncrypted)


# --- bombs ----------------------------------------------------------------------------------


def zeros(mebibytes: int) -> bytes:
    """A raw deflate stream of zeros, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(mebibytes)) + packer.flush()


def bomb(claimed: int, mebibytes: int, base: bytes = GOOD) -> bytes:
    """A document whose picture unpacks to much more than its packed size."""
    content = zeros(mebibytes)
    source = with_part("Pictures/big.png", content, method=zipfile.ZIP_STORED, base=base)

    def change(data: bytearray, at: int) -> None:
        data[at + 10 : at + 12] = (8).to_bytes(2, "little")
        local = int.from_bytes(data[at + 42 : at + 46], "little")
        data[local + 8 : local + 10] = (8).to_bytes(2, "little")
        set_size(claimed)(data, at)

    return patched(source, "Pictures/big.png", change)


def peak_mebibytes(source: bytes) -> float:
    tracemalloc.start()
    try:
        refusal(source)
        return tracemalloc.get_traced_memory()[1] / 1024 / 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("claimed", [3 * 1024**3, 65 * 1024**2, 60 * 1024**2])
def test_bomb_is_refused_by_what_it_claims(claimed: int) -> None:
    source = bomb(claimed, 20)
    assert isinstance(refusal(source), FileTooLarge)
    assert peak_mebibytes(source) < 5


def test_bomb_that_claims_to_be_small_is_never_unpacked_beyond_its_claim() -> None:
    source = bomb(1000, 20, base=odt(p(picture("Logo", href="Pictures/big.png"))))
    error = refusal(source)
    assert isinstance(error, FileDamaged)
    assert error.findings[0].where == "part “Pictures/big.png”"
    assert peak_mebibytes(source) < 5


def test_many_parts_are_refused_by_the_count_alone() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODT)
        for number in range(20_000):
            archive.writestr(zipfile.ZipInfo(f"Pictures/{number}"), b"")
    source = out.getvalue()
    assert refusal(source).findings[0].code == "package-too-many-parts"
    assert peak_mebibytes(source) < 1

    end = source.rfind(b"PK\x05\x06")  # a count that lies is seen by the directory's size
    lying = source[: end + 8] + b"\x01\0\x01\0" + source[end + 12 :]
    assert refusal(lying).findings[0].code == "package-too-many-parts"


def test_large_parts_together_are_refused() -> None:
    limits = Limits(total_bytes=2_000)
    with pytest.raises(FileTooLarge) as caught:
        open_odf(GOOD, kinds={"odt"}, limits=limits)
    assert caught.value.findings[0].code == "package-too-large"


# --- what is written ------------------------------------------------------------------------


def test_cleaned_document_is_a_package_of_its_own() -> None:
    source = with_part("unknown.bin", b"anything")
    cleaned = clean_document(source, "odt")
    assert [warning.code for warning in cleaned.warnings] == ["part-removed"]
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as archive:
        assert archive.testzip() is None
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == ODT
        manifest = archive.read("META-INF/manifest.xml").decode()
        assert set(archive.namelist()) == {
            "mimetype",
            "content.xml",
            "styles.xml",
            "meta.xml",
            "META-INF/manifest.xml",
        }
    assert 'full-path="content.xml"' in manifest
    assert "unknown" not in manifest


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4"])
def test_manifest_and_parts_agree_on_the_version(version: str) -> None:
    # LibreOffice does not load a package whose manifest says another version than a part.
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {
            name: archive.read(name).replace(
                b'office:version="1.3"', f'office:version="{version}"'.encode()
            )
            for name in ("content.xml", "styles.xml", "meta.xml")
        }
    cleaned = clean_document(pack(parts), "odt")
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as archive:
        assert b'manifest:version="1.3"' in archive.read("META-INF/manifest.xml")
        for name in parts:
            assert b'office:version="1.3"' in archive.read(name)
