"""How wide the columns of a table are, and the styles of tables and cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .automatic import AutomaticStyles, written
from .model import Block, Border, Cell, Image, Inline, Listing, Paragraph, Run, Size, Table
from .paragraph_styles import cm

_NARROWEST_CM = 0.6
#: Characters that make a column wider than another; longer texts are broken into lines anyway.
_MOST_CHARACTERS, _FEWEST_CHARACTERS = 120, 4
_LONGEST_WORD = 20
#: A bold letter of 12 points, on average.
_CHARACTER_CM = 0.24
_ROWS_MEASURED = 200
#: Characters of a row that is not divided between pages.
_SHORT_ROW = 1_000
_SIDES = ("top", "right", "bottom", "left")
_PADDING_CM = 0.1
_SPACE_CM = 0.2


def column_widths(table: Table, available: float) -> list[float]:
    """The width of each column in centimetres, within ``available``."""
    available = max(available - table.indent, 1.0)
    total = _resolved(table.width, available) if table.width is not None else None
    if total is not None:
        total = min(max(total, _NARROWEST_CM * len(table.widths)), available)
    around = available if total is None else total
    given = [None if one is None else _resolved(one, around) for one in table.widths]
    if all(given):
        widths = [one or 0.0 for one in given]
        total = min(sum(widths), available) if total is None else total
    else:
        total = around
        widths = _shared(table, given, total)
    factor = total / sum(widths)
    widths = [max(width * factor, _NARROWEST_CM) for width in widths]
    over = sum(widths) / total
    return [width / over for width in widths] if over > 1 else widths


def _resolved(size: Size, around: float) -> float:
    return size.value / 100 * around if size.is_percent else size.value


def _shared(table: Table, given: list[float | None], total: float) -> list[float]:
    """Widths where some are not given: those share what is left by the text they hold."""
    measures = [_measure(table, column) for column in range(len(given))]
    asking = [m for m, one in zip(measures, given, strict=True) if not one]
    words = sum(m.word_cm for m in asking)
    known = sum(one or 0.0 for one in given)
    left = max(total - known, min(words, total / 2))
    factor = min(1.0, (total - left) / known) if known else 1.0
    weights = sum(m.weight for m in asking)
    # Every column gets room for its longest word, and a share of the rest.
    scale = min(1.0, left / words)
    return [
        one * factor if one else m.word_cm * scale + max(left - words, 0.0) * m.weight / weights
        for one, m in zip(given, measures, strict=True)
    ]


class _Measure(NamedTuple):
    """What a column holds."""

    #: How wide its longest word is, about.
    word_cm: float
    weight: float


def _measure(table: Table, column: int) -> _Measure:
    word, longest = 1, _FEWEST_CHARACTERS
    for row in table.rows[:_ROWS_MEASURED]:
        cell = row[column]
        if cell is not None and cell.columns == 1:
            text = text_of(cell.blocks)
            longest = max(longest, max(map(len, text.split("\n")), default=0))
            word = max(word, max(map(len, text.split(" ")), default=0))
    width = min(word, _LONGEST_WORD) * _CHARACTER_CM + 3 * _PADDING_CM
    # Twice the text is not twice the width, for it may take more lines.
    return _Measure(width, min(longest, _MOST_CHARACTERS) ** 0.75)


def text_of(blocks: list[Block]) -> str:
    """The text of blocks, a line for each paragraph; a picture counts as a long word."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph():
                lines.append("".join(map(_text, block.inlines)))
            case Listing():
                lines += (text_of(item.blocks) for item in block.items)
            case Table():
                lines += (text_of(cell.blocks) for row in block.rows for cell in row if cell)
    return "\n".join(lines)


def _text(inline: Inline) -> str:
    if isinstance(inline, Run):
        return inline.text
    return "x" * _LONGEST_WORD if isinstance(inline, Image) else "\n"


def table_style(
    table: Table, widths: list[float], available: float, automatic: AutomaticStyles, *, keep: bool
) -> str:
    """The style of a table."""
    total = sum(widths)
    attributes = {"style:width": cm(total), "table:border-model": "collapsing"}
    is_full = total + table.indent > available - 0.05 and not table.indent
    attributes["table:align"] = "margins" if is_full else table.align or "left"
    if table.indent and attributes["table:align"] == "left":
        attributes["fo:margin-left"] = cm(table.indent)
    attributes["fo:margin-top"] = attributes["fo:margin-bottom"] = cm(_SPACE_CM)
    if table.page_break:
        attributes["fo:break-before"] = "page"
    if keep:
        attributes["fo:keep-with-next"] = "always"
    rest = f' style:family="table"><style:table-properties{written(attributes)}/></style:style>'
    return automatic.name("B", "style:style", rest)


def column_style(width: float, automatic: AutomaticStyles) -> str:
    """The style of a column."""
    return automatic.name("C", "style:style", _of_column(round(width, 3)))


@lru_cache(maxsize=1024)
def _of_column(width: float) -> str:
    attributes = {"style:column-width": cm(width)}
    about = f"<style:table-column-properties{written(attributes)}/></style:style>"
    return f' style:family="table-column">{about}'


def row_style(row: Sequence[Cell | None], automatic: AutomaticStyles) -> str:
    """The style of a row that stays on one page, or nothing for a long one."""
    if sum(len(text_of(cell.blocks)) for cell in row if cell is not None) > _SHORT_ROW:
        return ""
    about = '<style:table-row-properties fo:keep-together="always"/></style:style>'
    return automatic.name("W", "style:style", f' style:family="table-row">{about}')


def cell_style(cell: Cell, automatic: AutomaticStyles) -> str:
    """The style of a cell."""
    rest = _of_cell(cell.borders, cell.background, cell.vertical)
    return automatic.name("Z", "style:style", rest)


@lru_cache(maxsize=1024)
def _of_cell(
    borders: tuple[Border | None, ...], background: str | None, vertical: str | None
) -> str:
    attributes = {"fo:padding": cm(_PADDING_CM)}
    if len(set(borders)) == 1:
        attributes["fo:border"] = _line(borders[0])
    else:
        for side, border in zip(_SIDES, borders, strict=True):
            attributes[f"fo:border-{side}"] = _line(border)
    if background:
        attributes["fo:background-color"] = background
    if vertical:
        attributes["style:vertical-align"] = vertical
    about = f"<style:table-cell-properties{written(attributes)}/></style:style>"
    return f' style:family="table-cell">{about}'


def _line(border: Border | None) -> str:
    return "none" if border is None else f"{border.width:g}pt {border.line} {border.color}"
