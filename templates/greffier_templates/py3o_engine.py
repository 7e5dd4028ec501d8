"""The stock ``py3o.template`` as a second engine, for templates that use arbitrary Python.

A template run by it can do whatever Python can do, so it belongs in a child process
under the launcher, and only once an operator trusts the people who write templates.
Around the package, unchanged, this file does three things: it keeps its temporary
files (which hold the filled document) together and removes them however it ends, it
turns its errors into ours without the values of the data that they quote, and it
cleans both what goes in and what comes out, as if each had been uploaded.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from types import MappingProxyType, TracebackType
from typing import Any, BinaryIO

import babel.dates
import babel.numbers
import py3o.template.main as stock
from genshi.template import TemplateSyntaxError
from genshi.template.directives import Directive
from genshi.template.eval import Code, UndefinedError

from .errors import DataMismatch, FileRefused, TemplateInvalid
from .fonts import fonts_in_use
from .gate.odf import open_odf
from .gate.package import write_odf
from .gate.xml_parts import parse
from .language import locale_of
from .model import Filled, Filling, Finding, Package, Undefined
from .telling.wording import say
from .unpacked import unpack

#: Names that Genshi uses for itself when it is called with the data.
_RESERVED = frozenset({"self"})
#: As stock fills when it is told nothing and the machine has no locale.
_AS_STOCK = Filling(locale="en_US_POSIX")


def fill_with_py3o(
    source: bytes,
    data: Mapping[str, object],
    out: BinaryIO,
    filling: Filling = _AS_STOCK,
    *,
    images: Mapping[str, bytes] = MappingProxyType({}),
) -> Filled:
    """Fill an ODT template with stock py3o.template and write the ODT to ``out``.

    ``images`` replace the frames named ``py3o.staticimage.<name>``. The locale of the
    filling, or else of the template, stands for that of the machine, which stock takes
    where a template names none; its time zone has no use, for stock reads no times that
    have a zone. Not thread-safe: one call at a time in a process.

    Raises FileRefused when the template may not be opened, TemplateInvalid when it
    cannot be prepared, and DataMismatch when an expression fails on this data or the
    result is not a sound document. The last two have one finding, stock's first
    error; the field it names is an instruction of the template, and no value is quoted.
    """
    _refuse_reserved(data)
    if filling.undefined in (Undefined.MARK, Undefined.KEEP):
        raise DataMismatch(
            Finding(
                code="py3o-cannot-mark",
                message=say("py3o.template can neither mark nor keep what is not in the data."),
                hint=say("Ask for “error” or “blank”, or use Greffier's own engine."),
            )
        )
    package = open_odf(source, kinds=("odt", "ott"))
    locale = filling.locale or locale_of(unpack(package).roots["styles.xml"])
    filled = BytesIO()
    with _temporary_files_removed(), _locale(locale):
        template = _Template(
            BytesIO(_packed(package)),
            filled,
            ignore_undefined_variables=filling.undefined is Undefined.BLANK,
        )
        for name, content in images.items():
            template.set_image_data(f"staticimage.{name}", content)
        try:
            template.render(data)
        except Exception as error:  # whatever the Python in the template raises
            finding = _finding(error, template)
            _close_files(error.__traceback__)
            wrong = DataMismatch if template.prepared else TemplateInvalid
            raise wrong(finding) from None
    cleaned = _cleaned(filled.getvalue())
    out.write(_packed(cleaned))
    roots = [parse(cleaned.parts[name], name) for name in ("content.xml", "styles.xml")]
    return Filled((*package.warnings, *cleaned.warnings), fonts_in_use(*roots))


def _packed(package: Package) -> bytes:
    return write_odf("odt", package.parts.items(), package.folders)


def _cleaned(filled: bytes) -> Package:
    try:
        return open_odf(filled, kinds=("odt",))
    except FileRefused as refusal:
        raise DataMismatch(
            Finding(
                code="py3o-result-refused",
                message=say(
                    "What py3o.template made is not a sound document: {refusal}",
                    refusal=refusal.findings[0].message,
                ),
                hint=say("Look for control characters in the data, or for XML that it inserts."),
            )
        ) from None


class _Template(stock.Template):  # type: ignore[misc]  # py3o.template has no types
    """The stock template, which also remembers how far it came."""

    prepared = False

    def render_tree(self, data: Mapping[str, object]) -> None:
        super().render_tree(data)
        self.prepared = True


def _refuse_reserved(data: Mapping[str, object]) -> None:
    clashes = _RESERVED & data.keys()
    if clashes:
        raise DataMismatch(
            Finding(
                code="py3o-reserved-name",
                message=say(
                    "The data has a key “{name}”, which py3o.template cannot take.",
                    name=min(clashes),
                ),
                hint=say("Give it another name, or use Greffier's own engine."),
            )
        )


@contextmanager
def _temporary_files_removed() -> Iterator[None]:
    """Have stock put its temporary files in one folder; after an error it leaves them behind."""
    with tempfile.TemporaryDirectory(prefix="greffier-py3o-") as folder:

        def temporary_file() -> str:
            handle, path = tempfile.mkstemp(dir=folder)
            os.close(handle)
            return path

        theirs = stock.get_secure_filename
        stock.get_secure_filename = temporary_file
        try:
            yield
        finally:
            stock.get_secure_filename = theirs


@contextmanager
def _locale(name: str) -> Iterator[None]:
    """Have Babel take this locale where a template names none."""
    theirs = babel.dates.LC_TIME, babel.numbers.LC_MONETARY
    babel.dates.LC_TIME = babel.numbers.LC_MONETARY = name
    try:
        yield
    finally:
        babel.dates.LC_TIME, babel.numbers.LC_MONETARY = theirs


# --- errors --------------------------------------------------------------------------


def _finding(error: Exception, template: _Template) -> Finding:
    instruction = _instruction(error.__traceback__)
    if isinstance(error, UndefinedError):
        return _undefined(error, instruction)
    if template.prepared:
        return Finding(
            code="py3o-data-error",
            message=say(
                "py3o.template could not use the data here ({error}).", error=type(error).__name__
            ),
            field=instruction,
            hint=say("Compare what this expression expects with the data that is sent."),
        )
    # Before the data is used, stock's messages can only quote the template.
    told = isinstance(error, stock.TemplateException | TemplateSyntaxError)
    reason = str(error).splitlines()[0] if told and str(error) else type(error).__name__
    return Finding(
        code="py3o-template-error",
        message=say("py3o.template cannot read this template: {reason}.", reason=reason),
        field=instruction,
    )


def _undefined(error: UndefinedError, instruction: str) -> Finding:
    # The message quotes the whole object that lacks the name; only the name is kept, and
    # only when it comes from the template: in rows[key] it is a value of the data.
    name = re.search(r'(?:^"|has no member named ")([^"]*)"[^"]*$', str(error))
    known = name is not None and re.search(rf"\b{re.escape(name[1])}\b", instruction)
    said = say("Something is not in the data.")
    if name and known:
        said = say("“{name}” is not in the data.", name=name[1])
    return Finding(
        code="undefined",
        message=said,
        field=instruction,
        hint=say("Send it with the data, or correct the name in the template."),
    )


def _frames(traceback: TracebackType | None) -> Iterator[dict[str, Any]]:
    """The local names of each frame, the innermost first."""
    found: list[dict[str, Any]] = []
    while traceback is not None:
        found.append(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next
    yield from reversed(found)


def _instruction(traceback: TracebackType | None) -> str:
    """The expression or instruction that was being worked on, as the designer wrote it."""
    for names in _frames(traceback):
        owner = names.get("self")
        if isinstance(owner, Directive):
            owner = getattr(owner, "expr", None)
        if isinstance(owner, Code):
            # What a loop goes through, Genshi wraps in iter(…).
            return re.sub(r"^iter\((.*)\)$", r"\1", str(owner.source))
        if isinstance(names.get("py3o_base"), str):
            return str(names["py3o_base"])
    return ""


def _close_files(traceback: TracebackType | None) -> None:
    """Close what stock had open when it failed."""
    for names in _frames(traceback):
        for name in ("streamout", "out"):
            if hasattr(names.get(name), "close"):
                names[name].close()
