"""The test documents are what they claim to be."""

import io
import zipfile

from odt import ODT, bullets, field, link, odt, p, paragraphs, row, table, text


def test_reads_back_what_it_was_given() -> None:
    document = odt(
        p("Dear ", field("name"), text(" & co,")),
        table(row("a", link('for="x in xs"'))),
        bullets("one"),
        header=p("Town hall"),
    )

    assert paragraphs(document) == ["Dear name & co,", "a", 'for="x in xs"', "one"]
    assert paragraphs(document, "styles.xml") == ["Town hall"]


def test_mimetype_comes_first_and_uncompressed() -> None:
    with zipfile.ZipFile(io.BytesIO(odt(p("x")))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == ODT
