"""Compiles the names of frames: ``py3o.image(…)`` and the codes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping

from ..expressions import Compiler, ExpressionRefused, identifier
from ..functions.signatures import misfit
from ..markers import Marker
from ..nodes import Maker
from ..scope import Getter
from ..telling.wording import say
from .code_frames import OPTIONS, CodeFrame
from .codes.kinds import CODES
from .frames import Image, StaticImage, tell_what_it_shows
from .images import ImageCall


def image_maker(marker: Marker, compiler: Compiler, call: ast.expr) -> Maker:
    """What makes the node of ``py3o.image(…)``.

    Raises:
        ExpressionRefused: it is no call, or its arguments are not those of a picture.
    """
    if not isinstance(call, ast.Call):
        raise ExpressionRefused(
            say("A picture is written: {example}.", example="py3o.image(data, 'png')")
        )
    getters = _arguments(call, ImageCall, "image", "py3o.image(photo)", compiler)
    if "alt" in getters:
        tell_what_it_shows(marker.element)
    arguments = tuple(getters.items())
    return lambda body: Image(arguments, marker.stand_in, marker.room_cm, body, marker.site)


def static_image_maker(marker: Marker) -> Maker:
    """What makes the node of ``py3o.staticimage.<id>``."""
    return lambda body: StaticImage(marker.name, marker.stand_in, body, marker.site)


def code_maker(marker: Marker, compiler: Compiler, call: ast.expr) -> Maker:
    """What makes the node of ``py3o.qr(…)`` and the other codes.

    Raises:
        ExpressionRefused: it is no call, or its arguments are not those of the code.
    """
    code = CODES[marker.name]
    if not isinstance(call, ast.Call):
        raise ExpressionRefused(say("A code is written: {example}.", example=code.example))
    options = {one.arg: one.value for one in call.keywords if one.arg in OPTIONS}
    if code.side_mm is not None and "size" in options:
        raise ExpressionRefused(
            say("{function} has no size: a standard sets it.", function=f"py3o.{marker.name}")
        )
    own = ast.Call(call.func, call.args, [one for one in call.keywords if one.arg not in OPTIONS])
    arguments = _arguments(own, code.make, marker.name, code.example, compiler)
    if "size" not in options and code.side_mm is None and not marker.stand_in.width:
        raise ExpressionRefused(
            say("The code needs a size."), say("Write {example}.", example="size='25mm'")
        )
    tell_what_it_shows(marker.element)
    getters = {str(name): compiler.guarded(value) for name, value in options.items()}
    needed = tuple(inspect.signature(code.make).parameters)[: code.needed]
    return lambda body: CodeFrame(
        code=code,
        arguments=arguments,
        options=getters,
        needed=needed,
        stand_in=marker.stand_in,
        body=body,
        site=marker.site,
    )


def _arguments(
    call: ast.Call,
    function: Callable[..., object],
    name: str,
    example: str,
    compiler: Compiler,
) -> Mapping[str, Getter]:
    """What computes each argument, by the name of its parameter."""
    named = {identifier(keyword.arg): keyword.value for keyword in call.keywords}
    wrong = misfit(function, len(call.args), named)
    if wrong:
        raise ExpressionRefused(
            say("{function} {refusal}.", function=f"py3o.{name}", refusal=wrong),
            say("It is written: {example}.", example=example),
        )
    bound = inspect.signature(function).bind(*call.args, **named)
    return {name: compiler.guarded(node) for name, node in bound.arguments.items()}
