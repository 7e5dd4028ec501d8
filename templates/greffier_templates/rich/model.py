"""What formatted text is, once it has been read: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


@dataclass(frozen=True, slots=True)
class RichText:
    """HTML that an expression, or the data, asks to print as formatted text."""

    source: str = field(repr=False)
    #: Element, class, or element and class (``p.article``) -> name of a style of the template.
    styles: Mapping[str, str] = field(default_factory=dict)
    #: Classes of which the text is left out.
    hide: frozenset[str] = frozenset()
    #: Class -> what is printed instead of its text.
    replace: Mapping[str, str] = field(default_factory=dict)
    #: How many of the last paragraphs stay on one page with what follows the text.
    keep_last: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything, so that ``if="html(x)"`` asks what it seems to."""
        return bool(self.source.strip())


class Format(NamedTuple):
    """How characters look; None and False leave that to the paragraph."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool = False
    strike: bool = False
    #: ``super`` or ``sub``.
    position: str | None = None
    monospaced: bool = False
    small_caps: bool = False
    #: ``uppercase``, ``lowercase`` or ``capitalize``.
    transform: str | None = None
    #: ``#rrggbb``.
    color: str | None = None
    background: str | None = None
    #: Percent of the size around it, or points as a negative number.
    size: float | None = None
    #: ``fr-BE``.
    lang: str | None = None
    #: A character style of the template.
    style: str | None = None


class Run(NamedTuple):
    """Text of one looks; blanks are as they are to be printed."""

    text: str
    format: Format
    #: The address it leads to, a safe one.
    href: str | None = None


class Break(NamedTuple):
    """A line that ends within a paragraph."""


class Size(NamedTuple):
    """A length as HTML gives it: centimetres, or percent of what is around."""

    value: float
    is_percent: bool = False


class Image(NamedTuple):
    """A picture within a paragraph."""

    #: A data URI.
    source: str
    alt: str = ""
    width: Size | None = None
    height: Size | None = None


Inline: TypeAlias = Run | Break | Image


class Look(NamedTuple):
    """How a paragraph stands; None leaves that to its style."""

    #: ``start``, ``center``, ``end`` or ``justify``.
    align: str | None = None
    #: Further in than the text around, left and right, centimetres.
    indent: float = 0.0
    indent_right: float = 0.0
    first_line: float | None = None
    background: str | None = None
    lang: str | None = None
    page_break: bool = False


_AS_AROUND = Look()


@dataclass(slots=True)
class Paragraph:
    """A paragraph or heading."""

    #: ``p``, ``h1`` … ``h6``, ``quote``, ``pre``, ``hr``, ``term``, ``caption``, ``head``.
    role: str
    inlines: list[Inline]
    look: Look = _AS_AROUND
    #: A paragraph style of the template, where one was asked for.
    style: str | None = None
    #: Without the space that its style puts around it: an item of a list.
    tight: bool = False


@dataclass(slots=True)
class Item:
    """One item of a list."""

    blocks: list[Block]
    #: Its number, where it does not go on from the one before.
    value: int | None = None


@dataclass(slots=True)
class Listing:
    """A list."""

    #: ``1``, ``a``, ``A``, ``i``, ``I``; a bullet; empty for no label.
    label: str
    items: list[Item]
    look: Look = _AS_AROUND
    #: What is put behind a number.
    suffix: str = "."

    @property
    def is_numbered(self) -> bool:
        """Whether its items have numbers."""
        return self.label in NUMBERS


NUMBERS = frozenset("1aAiI")


class Border(NamedTuple):
    """A line around a cell."""

    #: Points.
    width: float
    #: ``solid``, ``dashed``, ``dotted`` or ``double``.
    line: str
    color: str


@dataclass(slots=True)
class Cell:
    """A cell of a table; those that it covers are not there."""

    blocks: list[Block]
    columns: int = 1
    rows: int = 1
    is_head: bool = False
    #: Top, right, bottom, left; None for no line.
    borders: tuple[Border | None, ...] = (None,) * 4
    background: str | None = None
    #: ``top``, ``middle`` or ``bottom``.
    vertical: str | None = None


@dataclass(slots=True)
class Table:
    """A table."""

    #: Rows of cells; None where a cell from above or from the left stretches to.
    rows: list[list[Cell | None]]
    #: Rows at its beginning that are repeated on every page.
    head_rows: int
    #: The width of each column, where it is given.
    widths: list[Size | None]
    width: Size | None = None
    #: ``left``, ``center`` or ``right``.
    align: str | None = None
    indent: float = 0.0
    page_break: bool = False


Block: TypeAlias = Paragraph | Listing | Table
