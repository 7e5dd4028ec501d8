"""Compiles what a marker says into the node that writes it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TypeVar

from .expressions import Compiler, ExpressionRefused, parse, parse_assignments
from .functions.number_styles import DATA_STYLE, NumberStyles, StyleUnknown, shaped
from .functions.offered import Function, advice
from .markers import Kind, Marker
from .nodes import Cases, Choose, Field, For, If, Maker, When, With
from .pictures.picture_calls import code_maker, image_maker, static_image_maker
from .scope import Getter
from .telling.notes import Report
from .telling.wording import say

_Parsed = TypeVar("_Parsed")


def compile_value(
    marker: Marker, compiler: Compiler, styles: NumberStyles, report: Report
) -> Field | None:
    """The node of a field or ``function``; None when it was reported."""
    compiled = _compiled(marker, compiler, report)
    if compiled is None:
        return None
    get, expression = compiled
    get = _formatted(get, marker, styles, report)
    return Field(get, marker.site, ast.unparse(expression))


def compile_expression(
    marker: Marker, functions: Mapping[str, Function], report: Report
) -> tuple[Getter, ast.expr] | None:
    """What computes an expression, and the expression; None when it was reported."""
    return _compiled(marker, Compiler(marker.site, functions), report)


def _compiled(marker: Marker, compiler: Compiler, report: Report) -> tuple[Getter, ast.expr] | None:
    try:
        expression = _read(marker, parse, report)
        return compiler.guarded(expression), expression
    except ExpressionRefused as error:
        _refuse(marker, error, report)
        return None


def _formatted(get: Getter, marker: Marker, styles: NumberStyles, report: Report) -> Getter:
    """The value in the format that the designer picked for its field."""
    name = marker.element.get(DATA_STYLE)
    if name is None:
        return get
    try:
        shape = styles.shape(name)
    except StyleUnknown:
        report.warning(
            "format-unknown",
            say("The format of this field is not known here; its value is printed as it is."),
            marker.site,
            say("Choose another format, or print it with a function."),
        )
        return get
    return get if shape is None else shaped(get, shape, marker.site)


def compile_block(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    """What makes the node of an instruction or picture that encloses a body."""
    try:
        by_name = marker.kind in (Kind.OPEN, Kind.COLUMN, Kind.NAMED)
        return _MAKERS[marker.name if by_name else marker.kind](marker, compiler, report)
    except ExpressionRefused as error:
        _refuse(marker, error, report)
        return lambda body: body


def compile_branch(marker: Marker, compiler: Compiler, report: Report) -> Getter | None:
    """What ``elif`` asks; None for ``else`` and ``empty``, which ask nothing."""
    try:
        return _optional(marker, compiler, report)
    except ExpressionRefused as error:
        _refuse(marker, error, report)
        return None


def _refuse(marker: Marker, error: ExpressionRefused, report: Report) -> None:
    report.error("expression-refused", str(error), marker.site, error.hint)


def _read(marker: Marker, parse_one: Callable[[str], _Parsed], report: Report) -> _Parsed:
    """The first reading that is valid; otherwise what is wrong with the first."""
    first_error: ExpressionRefused | None = None
    for reading in marker.readings:
        try:
            parsed = parse_one(reading.source)
        except ExpressionRefused as error:
            first_error = first_error or error
            continue
        if reading.repaired:
            report.warning(
                "quotes-repaired",
                say("Curled quotes were read as straight ones."),
                marker.site,
                say("Switch off typographical quotes while writing instructions."),
            )
        for finding in advice(reading.source):
            report.warning(finding.code, finding.message, marker.site, finding.hint)
        return parsed
    assert first_error is not None
    raise first_error


def _for(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    def parse_loop(source: str) -> tuple[ast.expr, ast.expr, str]:
        target, found, items = source.partition(" in ")
        if not found:
            raise ExpressionRefused(
                say("A loop is written: {example}.", example='for="item in items"')
            )
        return parse(target), parse(items), items.strip()

    target, items, label = _read(marker, parse_loop, report)
    store, names = compiler.setter(target)
    get = compiler.guarded(items)
    return lambda body: For(get, store, names, label, body, marker.site)


def _if(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    test = compiler.guarded(_read(marker, parse, report))
    return lambda body: Cases(test, body) if body.branches else If(test, body)


def _with(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    assignments = []
    names: list[str] = []
    for target, value in _read(marker, parse_assignments, report):
        store, stored = compiler.setter(target)
        assignments.append((store, compiler.guarded(value)))
        names += stored
    return lambda body: With(tuple(assignments), tuple(names), body)


def _optional(marker: Marker, compiler: Compiler, report: Report) -> Getter | None:
    if not marker.readings or not marker.readings[0].source:
        return None
    return compiler.guarded(_read(marker, parse, report))


def _choose(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    value = _optional(marker, compiler, report)
    return lambda body: Choose(value, body)


def _when(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    test = compiler.guarded(_read(marker, parse, report))
    return lambda body: When(test, body)


def _otherwise(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    return lambda body: When(None, body)


def _image(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    return image_maker(marker, compiler, _read(marker, parse, report))


def _static_image(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    return static_image_maker(marker)


def _code(marker: Marker, compiler: Compiler, report: Report) -> Maker:
    return code_maker(marker, compiler, _read(marker, parse, report))


_MAKERS: dict[str | Kind, Callable[[Marker, Compiler, Report], Maker]] = {
    "for": _for,
    "if": _if,
    "for-column": _for,
    "if-column": _if,
    "with": _with,
    "choose": _choose,
    "when": _when,
    "otherwise": _otherwise,
    Kind.IMAGE: _image,
    Kind.STATIC_IMAGE: _static_image,
    Kind.CODE: _code,
}
