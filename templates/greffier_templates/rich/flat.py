"""Makes lines of text of blocks, where no block can stand: in a sentence, a heading, a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .model import Block, Break, Format, Inline, Item, Listing, Paragraph, Run, Table

_BETWEEN_CELLS = Run(" | ", Format())
_BULLET = "•"


def lines_of(blocks: Sequence[Block], flattened: Callable[[], None]) -> Iterator[list[Inline]]:
    """The lines, each but the last with its end; ``flattened`` is told of each table."""
    pending: list[Inline] | None = None
    for line in _lines(blocks, flattened):
        if not line:
            continue
        if pending is not None:
            yield [*pending, Break()]
        pending = line
    if pending is not None:
        yield pending


def rows_as_lines(table: Table) -> Iterator[list[Inline]]:
    """The rows of a table, each as a line."""
    for row in table.rows:
        line: list[Inline] = []
        for cell in row:
            parts = [] if cell is None else list(lines_of(cell.blocks, _unheard))
            if parts:
                if line:
                    line.append(_BETWEEN_CELLS)
                line += [_joined(one) for part in parts for one in part]
        if line:
            yield line


def _lines(blocks: Sequence[Block], flattened: Callable[[], None]) -> Iterator[list[Inline]]:
    for block in blocks:
        match block:
            case Paragraph():
                yield block.inlines
            case Listing():
                for number, item in enumerate(block.items):
                    yield from _item_lines(block, number, item, flattened)
            case Table():
                flattened()
                yield from rows_as_lines(block)


def _item_lines(
    listing: Listing, number: int, item: Item, flattened: Callable[[], None]
) -> Iterator[list[Inline]]:
    label = _BULLET
    if listing.is_numbered:
        start = listing.items[0].value or 1
        label = f"{item.value or start + number}."
    for line in _lines(item.blocks, flattened):
        yield [Run(f"{label} ", Format()), *line] if label else line
        label = ""


def _joined(inline: Inline) -> Inline:
    """A line that ends within a cell goes on."""
    return Run(" ", Format()) if isinstance(inline, Break) else inline


def _unheard() -> None:
    """Tables in tables are told of once."""
