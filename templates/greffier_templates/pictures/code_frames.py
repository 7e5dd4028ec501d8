"""The frames of codes: ``py3o.qr(…)`` and the others of :mod:`.codes.kinds`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ValueRefused
from ..fill import Fill
from ..functions.amounts import is_missing
from ..nodes import Body
from ..scope import MISSING, Getter
from ..telling.site import Site
from ..telling.wording import say
from .codes.kinds import Code
from .codes.symbols import Symbol, drawing
from .frames import without_name, without_value
from .image_size import centimetres, read_length
from .images import Picture, read_image
from .stand_ins import StandIn, read_policy

#: What every frame of a code may say beside the arguments of its kind.
OPTIONS = ("size", "alt", "missing")
#: Steps of the budget that one code takes: as long as some thousand fields.
_STEPS = 2_000
#: Modules narrower than this, mm, are not read from paper with a telephone.
_FINEST_MM = 0.25
_FINEST_BAR_MM = 0.17


@dataclass(frozen=True, slots=True)
class CodeFrame:
    """A frame with a code."""

    code: Code
    #: The arguments of its kind.
    arguments: Mapping[str, Getter]
    #: Those of :data:`OPTIONS`.
    options: Mapping[str, Getter]
    #: The arguments without which there is no code.
    needed: tuple[str, ...]
    stand_in: StandIn
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the frame with its code; without what it needs do what the template asks."""
        values = {name: get(fill.scope) for name, get in self.arguments.items()}
        options = {name: get(fill.scope) for name, get in self.options.items()}
        if MISSING in (*values.values(), *options.values()):
            without_name(fill, self.stand_in, self.body)
            return
        try:
            if any(is_missing(values[name]) for name in self.needed):
                policy = read_policy(options.get("missing"))
                without_value(fill, self.site, policy, self.stand_in, self.body)
                return
            fill.scope.budget.spend(_STEPS, self.site)
            self._write(fill, self.code.make(**values), options)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)

    def _write(self, fill: Fill, symbol: Symbol, options: Mapping[str, object]) -> None:
        width, height = self._size_cm(symbol, options.get("size"))
        finest = _FINEST_MM if symbol.is_matrix else _FINEST_BAR_MM
        if width * 10 / symbol.width < finest:
            fill.warn(
                self.site,
                "code-too-small",
                say("The code in this frame is too small to be read from paper."),
                say("Make the frame larger, or let the code say less."),
            )
        ratio = round(width / height, 3)
        picture = fill.pictures.made((symbol, ratio), lambda: _drawn(symbol, ratio))
        fill.frame = {
            "href": fill.pictures.store(picture),
            "width": f"{width:.3f}cm",
            "height": f"{height:.3f}cm",
            **self.stand_in.told(options.get("alt"), self.code.told_in(fill.locale)),
        }
        self.body.write(fill)

    def _size_cm(self, symbol: Symbol, size: object) -> tuple[float, float]:
        """Width and height: of a matrix as much as fits, of bars the frame as it is."""
        if self.code.side_mm is not None:
            return self.code.side_mm / 10, self.code.side_mm / 10
        asked = None if is_missing(size) else centimetres(read_length(size, "size"))
        width, height = (_drawn_cm(side) for side in (self.stand_in.width, self.stand_in.height))
        ratio = symbol.ratio
        if ratio is None:
            width = asked or width
            if width is None:
                raise ValueRefused(_without_size())
            return width, height or width / 3
        side = asked or min((one for one in (width, height) if one), default=None)
        if side is None:
            raise ValueRefused(_without_size())
        return side * min(ratio, 1.0), side / max(ratio, 1.0)


def _without_size() -> str:
    return say("needs a size, for it has no frame: {example}", example="size='25mm'")


def _drawn(symbol: Symbol, ratio: float) -> Picture:
    return read_image(drawing(symbol, ratio))


def _drawn_cm(side: str) -> float | None:
    try:
        return centimetres(read_length(side, "side")) if side else None
    except ValueRefused:  # a percentage
        return None
