"""Fill a template with both engines and compare the text of what they make."""

from __future__ import annotations

import enum
import io
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import py3o.template.main as stock
from conformance.deriving import construct_names, derive, static_images
from conformance.known_defects import known_defects
from greffier_templates.errors import TemplateError
from greffier_templates.functions.offered import functions
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from greffier_templates.py3o_engine import fill_with_py3o
from odt import find, part, plain

_REFUSED = "py3o.template cannot read this template: "
_BLANKS = re.compile(r"[ \t\r\n]+")
#: The locale that Babel takes when, as for stock py3o, nobody names one.
STOCK_LOCALE = "en_US_POSIX"


class Verdict(enum.StrEnum):
    SAME = "same text"
    DIFFERENT = "different text"
    WE_REFUSE = "only stock renders it"
    STOCK_WRONG = "stock renders it wrongly"
    STOCK_REFUSES = "stock refuses it"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class Outcome:
    """What came of one template."""

    name: str
    verdict: Verdict
    #: Why it was refused, or where the texts part.
    detail: str = ""
    #: What of py3o it uses: ``field``, ``for``, ``function``, …
    constructs: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        return self.verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.WE_REFUSE)


def text_of(document: bytes) -> dict[str, list[str]]:
    """Paragraph by paragraph as a reader sees it: the body, and the headers and footers."""
    return {name: list(_paragraphs(document, name)) for name in ("content.xml", "styles.xml")}


def _paragraphs(document: bytes, name: str) -> Iterator[str]:
    root = part(document, name)
    for paragraph in find(root, "//text:p | //text:h"):
        for element in paragraph.iter():
            # ODF 1.3, part 3, 6.1.2: line breaks and tabs in the XML are blanks to a reader.
            element.text = _BLANKS.sub(" ", element.text or "")
            element.tail = _BLANKS.sub(" ", element.tail or "")
    for paragraph in find(root, "//text:p | //text:h"):
        if not find(paragraph, "ancestor::text:tracked-changes"):
            yield plain(paragraph)


def stock_text(
    source: bytes,
    data: Mapping[str, object],
    images: Mapping[str, bytes],
    *,
    corrected: bool = False,
) -> dict[str, list[str]]:
    """Fill with stock; ``corrected``: with Greffier's functions in the place of its own.

    Raises TemplateError.
    """
    out = io.BytesIO()
    with warnings.catch_warnings(), _our_functions() if corrected else nullcontext():
        # py3o.template announced in 2019 that some of its functions would go; they stayed.
        warnings.filterwarnings("ignore", "The format_.* function", DeprecationWarning)
        fill_with_py3o(source, data, out, images=images)
    return text_of(out.getvalue())


@contextmanager
def _our_functions() -> Iterator[None]:
    theirs = stock.Template.add_base_data_to_template
    ours = functions(Filling(locale=STOCK_LOCALE))
    named = {name: call for name, call in ours.items() if name.isidentifier()}
    stock.Template.add_base_data_to_template = lambda self: theirs(self) | named
    try:
        yield
    finally:
        stock.Template.add_base_data_to_template = theirs


def our_text(
    source: bytes, data: Mapping[str, object], images: Mapping[str, bytes]
) -> dict[str, list[str]]:
    """Raises TemplateError."""
    out = io.BytesIO()
    prepare(source).fill(data, out, Filling(locale=STOCK_LOCALE), images=images)
    return text_of(out.getvalue())


def compare(name: str, source: bytes, data: Mapping[str, object]) -> Outcome:
    """Fill with both engines; stock decides whether the template counts."""
    images = static_images(source)
    try:
        expected = stock_text(source, data, images)
    except TemplateError as error:
        reason = error.findings[0].message.removeprefix(_REFUSED)
        return Outcome(name, Verdict.STOCK_REFUSES, reason)
    try:
        found = our_text(source, data, images)
    except TemplateError as error:
        return Outcome(name, Verdict.WE_REFUSE, "; ".join(map(str, error.findings)))
    if found == expected:
        return Outcome(name, Verdict.SAME)
    if found == stock_text(source, data, images, corrected=True):
        return Outcome(name, Verdict.STOCK_WRONG, "a function: rounding, dates or missing values")
    if defects := known_defects(source):
        return Outcome(name, Verdict.STOCK_WRONG, "; ".join(defects))
    return Outcome(name, Verdict.DIFFERENT, _first_difference(expected, found))


def _first_difference(expected: Mapping[str, list[str]], found: Mapping[str, list[str]]) -> str:
    for name, theirs in expected.items():
        ours = found[name]
        for number, (one, other) in enumerate(zip(theirs, ours, strict=False), 1):
            if one != other:
                return f"{name}, paragraph {number}: stock {one!r}, ours {other!r}"
        if len(theirs) != len(ours):
            return f"{name}: {len(theirs)} paragraphs by stock, {len(ours)} by ours"
    return ""


def compare_file(path: Path) -> Outcome:
    """Compare for a file: with the data beside it (NAME.json), else with derived data.

    Derived data are tried with three items in each list, with one and with none.
    """
    if path.suffix not in (".odt", ".ott"):
        return Outcome(path.name, Verdict.NOT_COMPARED, "not an ODT")
    source = path.read_bytes()
    beside = path.with_suffix(".json")
    if beside.exists():
        outcome = compare(path.name, source, json.loads(beside.read_text("utf-8")))
    else:
        outcome = _compare_derived(path.name, source)
    return replace(outcome, constructs=construct_names(source))


def _compare_derived(name: str, source: bytes) -> Outcome:
    try:
        variants = [derive(source, items=items) for items in (3, 1, 0)]
    except SyntaxError:
        variants = [{}]  # an expression is none: stock refuses it before it needs data
    first, *others = (compare(name, source, data) for data in variants)
    # Fewer items can make stock fail where more did not: max() of nothing.
    unlike = (one for one in others if one.verdict not in (first.verdict, Verdict.STOCK_REFUSES))
    return first if first.verdict is not Verdict.SAME else next(unlike, first)
