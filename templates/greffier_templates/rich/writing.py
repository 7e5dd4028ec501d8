"""Writes blocks as OpenDocument at one spot of a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from .automatic import AutomaticStyles
from .characters import CharacterWriter
from .flat import lines_of, rows_as_lines
from .lists import DEEPEST, OpenLists, list_style, step_of
from .model import Block, Cell, Inline, Item, Listing, Paragraph, Table
from .paragraph_styles import ParagraphStyles, Setting
from .spots import Spot
from .stylebook import Stylebook
from .table_styles import cell_style, column_style, column_widths, row_style, table_style

if TYPE_CHECKING:
    from ..fill import Fill

_CELL_PADDING_CM = 0.2
_NO_CELL = "<table:covered-table-cell/>"


class BlockWriter:
    """Writes the texts of one spot; remembers the styles it chose."""

    def __init__(
        self, spot: Spot, stylebook: Stylebook, automatic: AutomaticStyles, fill: Fill
    ) -> None:
        self._spot = spot
        self._automatic = automatic
        self._fill = fill
        self._styles = ParagraphStyles(spot, stylebook, automatic)
        self._characters = CharacterWriter(spot, stylebook, automatic, fill)
        self._must_stay = spot.is_sole or stylebook.breaks_page(spot.style)
        self._lists = OpenLists()
        self._left = 0.0
        #: Paragraphs and tables that stay with what follows.
        self._kept: set[int] = set()
        #: The one that ends the text, and the paragraph that ends the list.
        self._last = self._last_of_list = 0
        self._is_first = True
        #: Tables that were written as lines of text.
        self.flattened = 0

    def inline(self, blocks: Sequence[Block]) -> str:
        """The blocks as content of the paragraph that is around: lines of text."""
        inlines: list[Inline] = []
        self.flattened = 0
        for line in lines_of(blocks, self._count_flat):
            inlines += line
        return self._characters.write(inlines, self._styles.points("p", None))

    def alone(self, blocks: Sequence[Block], keep_last: int) -> str:
        """The blocks in place of the paragraph of the spot."""
        self.flattened = 0
        self._is_first = True
        in_list = self._spot.lists > 0
        self._left = self._spot.list_indent if in_list else self._styles.base_indent
        self._lists = OpenLists()
        last = list(_from_the_end(blocks))
        self._kept = {id(one) for one in last[:keep_last]}
        self._last = id(last[0]) if last else 0
        written = "".join(self._blocks(blocks))
        if not written and self._must_stay:
            return self._paragraph(Paragraph("p", []))
        return written

    def _count_flat(self) -> None:
        self.flattened += 1

    # --- blocks ---------------------------------------------------------------------------

    def _blocks(self, blocks: Sequence[Block]) -> Iterator[str]:
        for number, block in enumerate(blocks):
            match block:
                case Paragraph():
                    following = blocks[number + 1] if number + 1 < len(blocks) else None
                    if _is_pair(block, following):
                        self._kept.add(id(block))
                    yield self._paragraph(block)
                case Listing():
                    yield from self._listing(block)
                case Table() if self._spot.has_tables:
                    if number + 1 < len(blocks) and _is_caption(blocks[number + 1]):
                        self._kept.add(id(block))
                    yield from self._table(block)
                case Table():
                    self.flattened += 1
                    for line in rows_as_lines(block):
                        yield self._paragraph(Paragraph("p", line))

    def _paragraph(self, paragraph: Paragraph) -> str:
        in_list = self._lists.depth > 0
        is_tight = paragraph.tight and in_list
        style = self._styles.name(
            paragraph.role,
            paragraph.style,
            Setting(
                paragraph.look,
                no_top=is_tight,
                no_bottom=is_tight and id(paragraph) != self._last_of_list,
                keep=self._keep(paragraph),
                no_break=not self._is_first,
                in_list=in_list,
            ),
        )
        self._is_first = False
        role = paragraph.role
        points = self._styles.points(role, paragraph.style)
        inner = self._characters.write(paragraph.inlines, points, is_pre=role == "pre")
        opened = self._lists.resume()
        if role[0] == "h" and role[1:].isdigit() and self._spot.has_headings and inner:
            level = self._styles.outline(role, paragraph.style)
            return (
                f'{opened}<text:h text:style-name="{style}" '
                f'text:outline-level="{level}">{inner}</text:h>'
            )
        return f'{opened}<text:p text:style-name="{style}">{inner}</text:p>'

    def _keep(self, block: Block) -> bool | None:
        """Whether a block stays with the next; only the last has that of the spot's style."""
        if id(block) in self._kept:
            return True
        return None if id(block) == self._last else False

    # --- lists ----------------------------------------------------------------------------

    def _listing(self, listing: Listing) -> Iterator[str]:
        lists, left = self._lists, self._left
        level = self._spot.lists + lists.depth + 1
        if level > DEEPEST:
            for item in listing.items:
                yield from self._blocks(item.blocks)
            return
        if not lists.depth:
            self._last_of_list = _last_tight(listing)
        self._left = left + listing.look.indent
        style = list_style(listing, self._left, level, self._automatic)
        self._left += step_of(listing)
        yield lists.open(style)
        for number, item in enumerate(listing.items):
            yield lists.item(self._number(listing, number, item))
            yield from self._blocks(item.blocks)
            yield lists.close_item()
        yield lists.close()
        self._left = left

    def _number(self, listing: Listing, number: int, item: Item) -> int | None:
        if item.value is None and number == 0 and listing.is_numbered:
            return 1
        return item.value

    # --- tables ---------------------------------------------------------------------------

    def _table(self, table: Table) -> Iterator[str]:
        yield self._lists.suspend()
        available = self._characters.pictures.width
        table.indent += self._left if self._lists.depth else 0.0
        widths = column_widths(table, available)
        is_last = id(table) == self._last
        keep = id(table) in self._kept or (is_last and self._styles.is_kept)
        name = self._fill.free_name("Table")
        style = table_style(table, widths, available, self._automatic, keep=keep)
        yield f'<table:table table:name="{name}" table:style-name="{style}">'
        for width in widths:
            yield (
                f'<table:table-column table:style-name="{column_style(width, self._automatic)}"/>'
            )
        around = self._lists, self._left, self._is_first, self._last, self._last_of_list
        self._lists, self._left, self._is_first, self._last = OpenLists(), 0.0, False, 0
        head = table.head_rows
        if head:
            yield "<table:table-header-rows>"
            yield from self._rows(table.rows[:head], widths)
            yield "</table:table-header-rows>"
        yield from self._rows(table.rows[head:], widths)
        self._lists, self._left, self._is_first, self._last, self._last_of_list = around
        self._is_first = False
        self._characters.pictures.width = available
        yield "</table:table>"

    def _rows(
        self, rows: Iterable[Sequence[Cell | None]], widths: Sequence[float]
    ) -> Iterator[str]:
        for row in rows:
            style = row_style(row, self._automatic)
            named = f' table:style-name="{style}"' if style else ""
            yield f"<table:table-row{named}>"
            for column, cell in enumerate(row):
                if cell is None:
                    yield _NO_CELL
                else:
                    width = sum(widths[column : column + cell.columns]) - _CELL_PADDING_CM
                    self._characters.pictures.width = max(width, 0.5)
                    yield from self._cell(cell)
            yield "</table:table-row>"

    def _cell(self, cell: Cell) -> Iterator[str]:
        spans = ""
        if cell.columns > 1:
            spans += f' table:number-columns-spanned="{cell.columns}"'
        if cell.rows > 1:
            spans += f' table:number-rows-spanned="{cell.rows}"'
        style = cell_style(cell, self._automatic)
        yield f'<table:table-cell table:style-name="{style}"{spans} office:value-type="string">'
        if cell.blocks:
            yield from self._blocks(cell.blocks)
        else:
            yield self._paragraph(Paragraph("cell", []))
        yield "</table:table-cell>"


def _is_pair(block: Paragraph, following: Block | None) -> bool:
    """Whether one is the caption of the other."""
    if block.role == "caption":
        return isinstance(following, Table)
    return _is_caption(following)


def _is_caption(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.role == "caption"


def _from_the_end(blocks: Sequence[Block]) -> Iterator[Paragraph | Table]:
    """The paragraphs, those of lists among them, and the tables, the last one first."""
    for block in reversed(blocks):
        if isinstance(block, Listing):
            for item in reversed(block.items):
                yield from _from_the_end(item.blocks)
        else:
            yield block


def _last_tight(listing: Listing) -> int:
    """The paragraph that ends a list, and has the space below it that its style wants."""
    return id(next(_from_the_end([listing]), None))
