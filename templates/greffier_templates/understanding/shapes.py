"""What a template does with each place of its data, gathered over all its expressions.

A :class:`Shape` is one place: the data as a whole, a name in it, the items of a list. Each time
the template touches it, what it does (:class:`Use`) is noted together with the conditions
around (:class:`Frame`), for what happens only in one branch binds nobody in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..telling.site import Site

ALL: Final = frozenset({"string", "number", "boolean", "null", "array", "object"})
#: Every value of JSON that a condition takes for no.
NOTHINGS: Final[tuple[object, ...]] = (None, False, 0, "", [], {})


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that templates do with values."""

    #: What it makes of the value, to tell people and to invent samples: ``amount``, ``date``.
    kind: str
    #: The types of JSON it takes without an error.
    takes: frozenset[str]
    #: What its texts must be like; see ``formats.py``.
    format: str = ""


def _use(kind: str, takes: str, format: str = "") -> Use:
    return Use(kind, frozenset(takes.split()), format)


#: An object is formatted text then: ``{"$html": "…"}``.
PRINTED: Final = _use("text", "string number boolean null object")
#: Made a text, within an expression.
WRITTEN: Final = _use("text", "string number boolean null")
TESTED: Final = Use("condition", ALL)
EQUALLED: Final = Use("value", ALL)
TEXT: Final = _use("text", "string")
AMOUNT: Final = _use("amount", "number string null", "decimal")
SHARE: Final = _use("share", "number string null", "decimal")
NUMBER: Final = _use("number", "number string boolean", "decimal")
SUMMED: Final = _use("number", "number string boolean null", "decimal")
#: ``a - b``: a text that holds a number is none there.
COMPUTED: Final = _use("number", "number boolean")
#: ``a * 2`` and ``a + b``, which Python also does with texts and lists.
ADDED: Final = _use("number", "number boolean string array")
INTEGER: Final = _use("integer", "number boolean")
DATE: Final = _use("date", "string null", "date")
MOMENT: Final = _use("moment", "string null", "date-time")
PICTURE: Final = _use("picture", "string null")
HTML: Final = _use("html", "string null object")
LOOPED: Final = _use("list", "array object null")
#: What functions go through: a text is a list of its letters there.
GATHERED: Final = _use("list", "array object string null")
MEASURED: Final = _use("list", "array object string null")
#: ``x in a``
SEARCHED: Final = _use("list", "array object string")
INDEXED: Final = _use("list", "array string")
KEYED: Final = _use("table", "object array string")
OWNER: Final = _use("object", "object")
TEXT_OR_LIST: Final = _use("text", "string array")
#: What goes through lists only, and not through the letters of a text.
LISTED: Final = _use("list", "array null")
ACCOUNT: Final = _use("account", "string number null")
COUNTED: Final = _use("integer", "number string null", "decimal")
HOW_MANY: Final = _use("integer", "number string null array", "decimal")
KEY: Final = _use("text", "string null")
PHONE: Final = _use("phone", "string number null")
REFERENCE: Final = _use("reference", "string number null")
SEX: Final = _use("sex", "string number null boolean array")
TIME: Final = _use("time", "string null")
YES_NO: Final = _use("condition", "boolean null string")
#: What a code says, and what the standards of some want it to say.
CODED: Final = _use("text", "string number null")
ADDRESS: Final = _use("address", "object null")
ARTICLE: Final = _use("article", "string number null")
NOTICE: Final = _use("notice", "string number null")
SWISS_ACCOUNT: Final = _use("swiss account", "string null")
TAX_CODE: Final = _use("tax code", "string number null")
CURRENCY: Final = Use("currency", ALL)
LOCALE: Final = Use("locale", ALL)
#: An argument whose kind is not known.
GIVEN: Final = Use("value", ALL)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What is done only sometimes: a branch, the turns of a loop, the end of ``a and b``."""

    #: Shape -> the values with which the branch is not entered at all.
    guards: Mapping[Shape, tuple[object, ...]] = field(default_factory=dict)
    #: The instruction, where it is a condition; None within an expression.
    site: Site | None = None
    #: The lists of which each item has its turn: for the items this is no condition.
    turns_of: tuple[Shape, ...] = ()


Frames = tuple[Frame, ...]


@dataclass(slots=True, eq=False)
class Shape:
    """One place of the data."""

    name: str
    #: The whole way to it, as a designer would write it: ``pieces[].name``.
    path: str
    members: dict[str, Shape] = field(default_factory=dict)
    #: The items of a list.
    items: Shape | None = None
    #: The values of an object whose names are computed.
    others: Shape | None = None
    #: The places whose values are its names, where names are computed.
    keys: list[Shape] = field(default_factory=list)
    #: Where only some items of the list are touched: ``pieces[0]``.
    some: Frame = field(default_factory=Frame)
    #: What is done with it, and under which conditions.
    uses: list[tuple[Frames, Use, Site]] = field(default_factory=list)
    #: Under which frames it was touched at all, each once.
    touched: dict[Frames, None] = field(default_factory=dict)
    #: Member -> under which frames it must be there.
    needed: dict[str, dict[Frames, None]] = field(default_factory=dict)
    #: What it is compared with.
    examples: dict[object, None] = field(default_factory=dict)
    #: Index -> it is asked for by number; one more than the largest are needed.
    least_items: int = 0

    def note(self, use: Use, frames: Frames, site: Site) -> None:
        """Take note of a use."""
        self.uses.append((self.touch(frames), use, site))

    def touch(self, frames: Frames) -> Frames:
        """Take note that it was come upon; gives the frames that are conditions for it."""
        conditions = tuple(
            frame
            for frame in frames
            if not any(self.path.startswith(f"{whole.path}[]") for whole in frame.turns_of)
        )
        self.touched[conditions] = None
        return conditions

    def member(self, name: str, frames: Frames, site: Site, *, needed: bool = True) -> Shape:
        """The member of that name, which must be there where it is ``needed``."""
        self.note(OWNER, frames, site)
        if needed:
            self.needed.setdefault(name, {})[self.touch(frames)] = None
        if name not in self.members:
            path = f"{self.path}.{name}" if self.path else name
            self.members[name] = Shape(name, path)
        return self.members[name]

    def item(self) -> Shape:
        """The items of the list that it is."""
        if self.items is None:
            self.items = Shape(self.name, f"{self.path}[]")
        return self.items

    def other(self) -> Shape:
        """The members whose names are not written in the template."""
        if self.others is None:
            self.others = Shape(self.name, f"{self.path}[…]")
        return self.others

    def all(self) -> Iterator[Shape]:
        """This place and all within it."""
        yield self
        for inner in (*self.members.values(), self.items, self.others):
            if inner is not None:
                yield from inner.all()

    # --- what binds -----------------------------------------------------------------------

    def binding(self, frames: Frames) -> tuple[object, ...] | None:
        """With which values something done under ``frames`` is not done after all.

        Empty when it is done whenever the template touches this place; None when there are
        other conditions, so that nothing can be said.
        """
        spared: list[object] = []
        for touched in self.touched:
            if touched[: len(frames)] == frames:
                continue
            if frames[: len(touched)] != touched:
                return None
            guards = [frame.guards.get(self) for frame in frames[len(touched) :]]
            if None in guards:
                return None
            spared += [one for guard in guards for one in guard or () if one not in spared]
        return tuple(spared)

    def required(self) -> list[str]:
        """The members that must be there whenever this is an object."""
        return [
            name
            for name in self.members
            if any(self.binding(frames) is not None for frames in self.needed.get(name, ()))
        ]
