"""Stock py3o.template fills behind our errors, and leaves nothing behind."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from greffier_templates.errors import (
    DataMismatch,
    FileRefused,
    FileUnsafe,
    TemplateError,
    TemplateInvalid,
)
from greffier_templates.model import Filling, Undefined
from greffier_templates.py3o_engine import fill_with_py3o
from odt import (
    NAMESPACES,
    PNG,
    cell,
    field,
    find,
    link,
    odt,
    p,
    paragraphs,
    part,
    picture,
    row,
    table,
)

SECRET = "Vandenbroucke"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go in these tests."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def filled(source: bytes, data: dict[str, object], **options: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    fill_with_py3o(source, data, out, **options)
    return out.getvalue()


def refusal(source: bytes, data: dict[str, object]) -> TemplateError:
    """The error of filling, which shows no value of the data however it is logged."""
    with pytest.raises(TemplateError) as caught:
        filled(source, data)
    assert len(caught.value.findings) == 1
    assert SECRET not in repr(caught.value.findings)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


def test_any_python_runs_and_every_part_is_filled() -> None:
    source = odt(
        p(link('for="n in sorted(set(numbers), reverse=True)"')),
        p(field("'%03d' % n")),
        p(link("/for")),
        footer=p("Page of ", field("who.title()")),
    )
    document = filled(source, {"numbers": [1, 2, 2], "who": "ann"})
    assert paragraphs(document) == ["002", "001"]
    assert paragraphs(document, "styles.xml") == ["Page of Ann"]


def test_the_locale_of_the_request_stands_for_that_of_the_machine() -> None:
    source = odt(
        p(field("format_datetime('2026-03-09', 'd MMMM')")),
        p(field("format_currency(2, 'EUR')")),
        p(field("format_datetime('2026-03-09', 'd MMMM', locale='nl')")),
    )
    out = io.BytesIO()
    fill_with_py3o(source, {}, out, Filling(locale="fr_BE"))
    assert paragraphs(out.getvalue()) == ["9 mars", "2,00\xa0€", "9 maart"]
    assert paragraphs(filled(source, {})) == ["9 March", "€\xa02.00", "9 maart"]


def test_what_is_undefined_is_an_error_blank_or_refused_to_be_marked() -> None:
    source = odt(p("Dear ", field("nope"), "!"))
    out = io.BytesIO()
    fill_with_py3o(source, {}, out, Filling(undefined=Undefined.BLANK))
    assert paragraphs(out.getvalue()) == ["Dear !"]
    with pytest.raises(DataMismatch, match="can neither mark nor keep"):
        fill_with_py3o(source, {}, out, Filling(undefined=Undefined.MARK))


def test_the_fonts_of_the_document_are_reported() -> None:
    assert fill_with_py3o(odt(p("x")), {}, io.BytesIO()).fonts == {"Liberation Serif"}


def test_static_images_come_from_the_request() -> None:
    source = odt(p(picture("py3o.staticimage.logo")))
    document = filled(source, {}, images={"logo": PNG})
    (image,) = find(part(document), "//draw:image")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.read(image.get(f"{{{NAMESPACES['xlink']}}}href")) == PNG


def test_what_may_not_be_opened_is_refused_before_stock_sees_it() -> None:
    with pytest.raises(FileRefused):
        filled(b"garbage", {})
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    with pytest.raises(FileUnsafe):
        filled(odt(p("Here", include)), {})


def test_a_result_that_is_no_document_is_told_as_such() -> None:
    error = refusal(odt(p(field("name"))), {"name": SECRET + "\b"})
    assert error.findings[0].code == "py3o-result-refused"


def test_an_unknown_name_is_named_and_not_its_owner() -> None:
    error = refusal(odt(p(field("person.naam"))), {"person": {"name": SECRET}})
    assert isinstance(error, DataMismatch)
    assert error.findings[0].message == "“naam” is not in the data."
    assert error.findings[0].field == "person.naam"
    error = refusal(odt(p(field("nope"))), {"name": SECRET})
    assert error.findings[0].message == "“nope” is not in the data."


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ("int(name)", {"name": SECRET}),
        ("{}[name]", {"name": SECRET}),
        ("format_datetime(name)", {"name": SECRET}),
        ("name + 1", {"name": SECRET}),
    ],
)
def test_an_expression_that_fails_is_quoted_and_its_data_is_not(
    expression: str, data: dict[str, object]
) -> None:
    error = refusal(odt(p(field(expression))), data)
    assert isinstance(error, DataMismatch)
    assert error.findings[0].field == expression


def test_a_loop_over_what_is_no_list_is_quoted() -> None:
    source = odt(p(link('for="x in total"')), p("x"), p(link("/for")))
    error = refusal(source, {"total": 3})
    assert isinstance(error, DataMismatch)
    assert error.findings[0].field == "total"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (odt(p(field("i +"))), 'invalid syntax in expression "i +"'),
        (odt(p(link("/for"))), "No open instruction for /for"),
        (odt(p(link('for="x in y"', "another text"))), "url and text do not match"),
        (odt(table(row(cell(p(link('if="a"')))))), "UnboundLocalError"),
        (odt(p(link('for="x in y"'), link("/for"), link('if="a"'), link("/if"))), "own line"),
    ],
)
def test_a_template_it_cannot_read_is_invalid(source: bytes, words: str) -> None:
    error = refusal(source, {"a": SECRET, "y": [SECRET]})
    assert isinstance(error, TemplateInvalid)
    assert words in error.findings[0].message


def test_a_key_it_would_trip_over_is_refused_by_name() -> None:
    assert "“self”" in refusal(odt(p("x")), {"self": SECRET}).findings[0].message


def test_no_temporary_file_stays_whatever_happens(scratch: Path) -> None:
    filled(odt(p("x")), {})
    refusal(odt(p(field("name")), p(field("nope"))), {"name": SECRET})
    assert list(scratch.iterdir()) == []
