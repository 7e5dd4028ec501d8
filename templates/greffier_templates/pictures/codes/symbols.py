"""Codes as drawings: dark modules on white, with the quiet zone that scanners need.

The modules come from zxing-cpp's writer; a drawing is SVG of a few paths, so it prints sharp in
any size. Quiet zones: ISO/IEC 18004 (QR), 16022 (Data Matrix), 24778 (Aztec, none: two modules
keep text away), 15417 (Code 128), GS1 General Specifications 5.2 (EAN-13).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ParamSpec

from ...errors import ValueRefused
from ...telling.wording import say

if TYPE_CHECKING:
    from zxingcpp import BarcodeFormat

_P = ParamSpec("_P")
#: More than any code holds: a QR code 2,953 bytes, a Data Matrix 1,555, an Aztec code 1,914.
MAX_CHARACTERS = 3_000
#: Pixels a module has where a drawing is turned into dots, as in a DOCX.
_MODULE_PX = 8


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code: its modules and what belongs around and onto them."""

    #: One row of bars, or a matrix of modules; true is dark.
    rows: tuple[tuple[bool, ...], ...]
    #: Modules left free at the left, and above and below a matrix.
    quiet: float
    #: Modules left free at the right.
    quiet_right: float
    #: SVG drawn onto a square of side 1 in the middle of it, and that side in modules.
    mark: str = ""
    mark_modules: float = 0.0

    @property
    def is_matrix(self) -> bool:
        """Whether it has two dimensions; bars may be of any height."""
        return len(self.rows) > 1

    @property
    def width(self) -> float:
        """Modules across, the quiet zone included."""
        return self.quiet + len(self.rows[0]) + self.quiet_right

    @property
    def ratio(self) -> float | None:
        """Width divided by height; None for bars, which fill the height they are given."""
        return self.width / (2 * self.quiet + len(self.rows)) if self.is_matrix else None


def matrix(
    kind: str,
    content: str,
    *,
    quiet: float,
    raw: bool = False,
    options: Sequence[tuple[str, object]] = (),
) -> Symbol:
    """A square code.

    Args:
        kind: ``QRCode``, ``DataMatrix`` or ``Aztec``.
        content: what it says.
        quiet: modules to leave free on each side.
        raw: write UTF-8 without saying so, as payment standards want it.
        options: further options of zxing-cpp's writer.

    Raises:
        ValueRefused: it is more than such a code can hold.
    """
    given = dict(options)
    text: str | bytes = content
    if not content.isascii():
        text = content.encode()
        if not raw:
            given["eci"] = "UTF-8"
    return Symbol(_modules(kind, text, content, given), quiet, quiet)


def bars(kind: str, content: str, *, quiet: float, quiet_right: float) -> Symbol:
    """A code of bars.

    Raises:
        ValueRefused: it is more than such a code can hold.
    """
    rows = _modules(kind, content, content, {})
    return Symbol(rows[:1], quiet, quiet_right)


def saying(text: Callable[_P, str], draw: Callable[[str], Symbol]) -> Callable[_P, Symbol]:
    """What makes a code of what ``text`` makes of the same arguments."""

    @functools.wraps(text)
    def make(*args: _P.args, **kwargs: _P.kwargs) -> Symbol:
        return draw(text(*args, **kwargs))

    return make


def _modules(
    kind: str, text: str | bytes, content: str, options: dict[str, object]
) -> tuple[tuple[bool, ...], ...]:
    import zxingcpp  # late: most documents have no code

    if len(content) > MAX_CHARACTERS:
        raise ValueRefused(say("is given more text than such a code can hold"))
    format_: BarcodeFormat = getattr(zxingcpp.BarcodeFormat, kind)
    try:
        made = zxingcpp.create_barcode(text, format_, **options)
        image = zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False)
    except (ValueError, RuntimeError):  # it quotes the text
        raise ValueRefused(say("is given more text than such a code can hold")) from None
    view = memoryview(image)  # type: ignore[arg-type] # a buffer, which its stubs do not say
    height, width = (view.shape or (0, 0))[:2]
    dots = view.tobytes()
    return tuple(
        tuple(dot == 0 for dot in dots[row * width : (row + 1) * width])
        for row in range(height if kind in ("QRCode", "DataMatrix", "Aztec") else 1)
    )


def drawing(symbol: Symbol, ratio: float) -> bytes:
    """A code in SVG.

    Args:
        symbol: the code.
        ratio: width divided by height, for bars; a matrix has its own.
    """
    width, height = symbol.width, symbol.width / (symbol.ratio or ratio)
    top = symbol.quiet if symbol.is_matrix else 0.0
    tall = 1.0 if symbol.is_matrix else height
    path = "".join(_paths(symbol, top, tall))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width * _MODULE_PX:.6g}" height="{height * _MODULE_PX:.6g}" '
        f'viewBox="0 0 {width:.6g} {height:.6g}">'
        f'<path fill="#ffffff" d="M0 0H{width:.6g}V{height:.6g}H0z"/>'
        f'<path fill="#000000" d="{path}"/>{_marked(symbol, width, height)}</svg>'
    ).encode()


def _paths(symbol: Symbol, top: float, tall: float) -> Iterator[str]:
    """A rectangle for each run of dark modules."""
    for number, row in enumerate(symbol.rows):
        x = symbol.quiet
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x:.6g} {top + number:.6g}h{length}v{tall:.6g}h-{length}z"
            x += length


def _marked(symbol: Symbol, width: float, height: float) -> str:
    if not symbol.mark:
        return ""
    side = symbol.mark_modules
    x, y = (width - side) / 2, (height - side) / 2
    return f'<g transform="translate({x:.6g} {y:.6g}) scale({side:.6g})">{symbol.mark}</g>'
