"""Reads the tables of HTML: rows, spans, widths and lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from ..errors import ValueTooLarge
from ..gate.xml_parts import words
from ..telling.wording import say
from . import css, looks
from .flow import Context, Flow
from .model import Border, Cell, Size, Table

if TYPE_CHECKING:
    from .reading import Reader

#: Columns of a table, and cells of one: a page shows ten columns, Writer can have some hundred.
MOST_COLUMNS = 100
MOST_CELLS = 50_000
_LONGEST_SPAN = 1_000
_LINE = Border(0.5, "solid", "#000000")
_VERTICAL = {"top": "top", "middle": "middle", "center": "middle", "bottom": "bottom"}
_GROUPS = ("thead", "tbody", "tfoot")
_CELLS = ("td", "th")
#: Parts of a table -> what may stand in them.
_PARTS = {
    "table": words("thead tbody tfoot tr td th caption col colgroup"),
    **dict.fromkeys(_GROUPS, words("tr td th")),
    "tr": words("td th"),
    "colgroup": words("col"),
}
#: A row of cells before spans are counted out: each with its element.
_Row = list[etree._Element]


def read_table(reader: Reader, element: etree._Element, context: Context, flow: Flow) -> None:
    """Read a table, and its caption before or after it, into ``flow``."""
    properties = looks.properties_of(element)
    for one in _parts(element):
        _read_stray(reader, one, context, flow)
    is_below = properties.get("caption-side") == "bottom"
    if not is_below:
        _read_captions(reader, element, context, flow)
    table = _Grid(reader, element, context).read(list(_groups(reader, element)))
    if table is not None:
        table.page_break, flow.page_break = flow.page_break, False
        flow.add(table)
    if is_below:
        _read_captions(reader, element, context, flow)


def _read_captions(reader: Reader, table: etree._Element, context: Context, flow: Flow) -> None:
    for caption in table.iterfind("caption"):
        if not reader.is_taken_out(caption, context, flow):
            reader.children(caption, reader.contexts.block(caption, context), flow)
        flow.close()


def _parts(table: etree._Element) -> Iterator[etree._Element]:
    """The table, its groups and its rows: what may hold nothing but each other and cells."""
    yield table
    for child in table:
        if child.tag in _PARTS and child.tag != "table":
            yield child
            if child.tag in _GROUPS:
                yield from child.iterfind("tr")


def _read_stray(reader: Reader, part: etree._Element, context: Context, flow: Flow) -> None:
    """Read what stands between the cells, which browsers show before the table."""
    if reader.is_hidden(part):
        return
    flow.text(part.text, context)
    for child in part:
        if child.tag not in _PARTS[str(part.tag)]:
            reader.element(child, context, flow)
        flow.text(child.tail, context)
    flow.close()


def _groups(reader: Reader, table: etree._Element) -> Iterator[tuple[str, list[_Row]]]:
    """The rows by group, as browsers order them: head, bodies, foot."""
    parts: dict[str, list[_Row]] = {name: [] for name in _GROUPS}
    parts["tbody"] += _rows(reader, table)
    for child in table:
        if child.tag in parts and not reader.is_hidden(child):
            parts[str(child.tag)] += _rows(reader, child)
    for name, rows in parts.items():
        if rows:
            yield name, rows


def _rows(reader: Reader, group: etree._Element) -> list[_Row]:
    """The rows of a group; cells without one are a row."""
    rows: list[_Row] = []
    is_loose = False
    for child in group:
        if child.tag == "tr":
            if not reader.is_hidden(child):
                rows.append([cell for cell in child if cell.tag in _CELLS])
            is_loose = False
        elif child.tag in _CELLS:
            if not is_loose:
                rows.append([])
            rows[-1].append(child)
            is_loose = True
    return rows


class _Grid:
    """One table while it is read."""

    def __init__(self, reader: Reader, element: etree._Element, context: Context) -> None:
        self._reader = reader
        self._element = element
        self._properties = looks.properties_of(element)
        self._indent = context.look.indent
        self._context = reader.contexts.table(element, context)
        self._lines = self._lines_of_table()
        self._cells = 0
        self._widths: dict[int, Size] = {}

    def read(self, groups: list[tuple[str, list[_Row]]]) -> Table | None:
        """The table; None when it has no cell."""
        rows: list[list[Cell | None]] = []
        head_rows = 0
        self._read_columns()
        for name, group in groups:
            for row in _laid_out(group, self):
                is_head = name == "thead" or (
                    head_rows == len(rows) and all(cell is None or cell.is_head for cell in row)
                )
                if is_head and head_rows == len(rows):
                    head_rows += 1
                rows.append(row)
        rows = [row for row in rows if row]
        columns = max(map(len, rows), default=0)
        if not columns:
            return None
        if len(rows) * columns > MOST_CELLS:
            raise _too_many_cells()
        for row in rows:
            row += [Cell([]) for _ in range(columns - len(row))]
        if head_rows >= len(rows) or _is_cut(rows, head_rows):
            head_rows = 0
        return Table(
            rows,
            head_rows,
            [self._widths.get(column) for column in range(columns)],
            self._width(),
            self._align(),
            self._indent,
        )

    # --- cells ----------------------------------------------------------------------------

    def cell(self, element: etree._Element, column: int, rows_left: int, columns: int) -> Cell:
        """Read one cell, which stands in that column."""
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise _too_many_cells()
        properties = looks.properties_of(element)
        is_head = element.tag == "th"
        cell = Cell(
            [],
            columns,
            min(_span(element, "rowspan") or rows_left, rows_left),
            is_head,
            css.borders(properties, self._lines),
            looks.background_of(element, properties) or self._background_of_row(element),
            _VERTICAL.get(properties.get("vertical-align") or element.get("valign", "").lower()),
        )
        if columns == 1 and column not in self._widths:
            width = css.size(properties.get("width")) or css.size(element.get("width"))
            if width is not None:
                self._widths[column] = width
        inner = Flow()
        contexts, row = self._reader.contexts, element.getparent()
        context = self._context
        is_taken_out = self._reader.is_taken_out(element, context, inner)
        if row is not None and row.attrib and not is_taken_out:
            is_taken_out = self._reader.is_taken_out(row, context, inner)
            context = contexts.row(row, context)
        if not is_taken_out:
            self._reader.children(element, contexts.cell(element, context), inner)
        inner.close()
        cell.blocks = inner.blocks
        return cell

    def _background_of_row(self, element: etree._Element) -> str | None:
        row = element.getparent()
        if row is None or not row.attrib:
            return None
        return looks.background_of(row, looks.properties_of(row))

    # --- the table ------------------------------------------------------------------------

    def _lines_of_table(self) -> tuple[Border | None, ...]:
        """The lines around cells that say nothing themselves.

        Without a word there are lines: editors show them, and a letter needs them.
        """
        attribute = self._element.get("border", "").strip().lower()
        said = self._properties.get("border-style") or self._properties.get("border", "")
        if attribute in ("0", "0px", "none") or "none" in said.split() or said.strip() == "0":
            return (None,) * 4
        if attribute in ("", "1", "1px") and said:
            return css.borders(self._properties, (_LINE,) * 4)
        return (_LINE,) * 4

    def _read_columns(self) -> None:
        column = 0
        for col in self._element.iter("col", "colgroup", "table"):
            if col.tag == "table" and col is not self._element:
                break
            if col.tag == "table" or (col.tag == "colgroup" and len(col)):
                continue
            width = css.size(looks.properties_of(col).get("width")) or css.size(col.get("width"))
            for _ in range(min(_span(col, "span") or 1, MOST_COLUMNS - column)):
                if width is not None:
                    self._widths[column] = width
                column += 1

    def _width(self) -> Size | None:
        found = css.size(self._properties.get("width")) or css.size(self._element.get("width"))
        if found is not None or self._element.getparent() is None:
            return found
        figure = self._element.getparent()
        if figure is not None and figure.tag == "figure":
            return css.size(looks.properties_of(figure).get("width"))
        return None

    def _align(self) -> str | None:
        align = self._element.get("align", "").strip().lower()
        margins = css.sides(self._properties.get("margin", ""))
        left = self._properties.get("margin-left") or margins[3]
        right = self._properties.get("margin-right") or margins[1]
        if left == right == "auto" or align == "center":
            return "center"
        if left == "auto" or align == "right" or self._properties.get("float") == "right":
            return "right"
        return "left" if align == "left" or self._properties.get("float") == "left" else None


def _too_many_cells() -> ValueTooLarge:
    limit = f"{MOST_CELLS:,}"
    return ValueTooLarge(say("prints HTML whose table has more than {limit} cells", limit=limit))


def _laid_out(rows: list[_Row], grid: _Grid) -> Iterator[list[Cell | None]]:
    """The rows of one group with every cell in its column, spans cut to the group."""
    covered: dict[int, int] = {}  # column -> rows that a cell above stretches into
    for number, row in enumerate(rows):
        placed: list[Cell | None] = []
        below: dict[int, int] = {}
        for element in row:
            _skip_covered(placed, covered, below)
            if len(placed) >= MOST_COLUMNS:
                break
            wanted = min(_span(element, "colspan") or 1, MOST_COLUMNS - len(placed))
            columns = 1
            while columns < wanted and not covered.get(len(placed) + columns):
                columns += 1
            cell = grid.cell(element, len(placed), len(rows) - number, columns)
            if cell.rows > 1:
                below.update(
                    dict.fromkeys(range(len(placed), len(placed) + columns), cell.rows - 1)
                )
            placed += [cell, *[None] * (columns - 1)]
        while covered:  # also those beyond the last cell of the row
            placed += [Cell([]) for _ in range(min(covered) - len(placed))]
            _skip_covered(placed, covered, below)
        covered = below
        yield placed


def _skip_covered(
    placed: list[Cell | None], covered: dict[int, int], below: dict[int, int]
) -> None:
    """Go past the columns that cells from above stretch into."""
    while rows := covered.pop(len(placed), 0):
        if rows > 1:
            below[len(placed)] = rows - 1
        placed.append(None)


def _is_cut(rows: list[list[Cell | None]], head_rows: int) -> bool:
    """Whether a cell stretches out of the repeated rows."""
    return any(
        cell is not None and number + cell.rows > head_rows
        for number, row in enumerate(rows[:head_rows])
        for cell in row
    )


def _span(element: etree._Element, name: str) -> int | None:
    """A span; 0 means to the end, which is None."""
    text = element.get(name, "1").strip()
    if not (text.isascii() and text.isdecimal()):
        return 1
    return min(int(text[:6]), _LONGEST_SPAN) or None
