"""Columns of tables that are repeated or left out: ``for-column`` and ``if-column`` in a cell.

Such an instruction stands for every cell of its column, so that marks are put around each of
them and around the definition of the column. In a merged cell it stands for all the columns
that the cell covers. A cell that reaches over the column from outside grows with it.
LibreOffice keeps the width of a table and divides it in proportion to those of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from .gate.odf_names import q
from .markers import Kind, Marker
from .marks import mark
from .telling.notes import Report
from .telling.wording import say
from .trees import insert_after, parent_of

_TABLE, _ROW, _COLUMN = q("table:table"), q("table:table-row"), q("table:table-column")
_CELL, _COVERED = q("table:table-cell"), q("table:covered-table-cell")
_REPEATED, _SPANNED = q("table:number-columns-repeated"), q("table:number-columns-spanned")
#: Columns of a table that may be looked into: far more than fit on a page.
_MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Span:
    """A merged cell whose width depends on how often columns below it are repeated."""

    cell: etree._Element
    #: The columns that it covers in any case.
    fixed: int
    #: Markers of repeated columns, by number, and how many columns each repeats.
    repeated: Sequence[tuple[tuple[int, ...], int]]

    def numbered_from(self, first: int) -> Span:
        """The same, when ``first`` other markers come before those of its part."""
        repeated = [
            (tuple(first + number for number in numbers), columns)
            for numbers, columns in self.repeated
        ]
        return Span(self.cell, self.fixed, repeated)


@dataclass(slots=True)
class _Group:
    """Columns, ``start`` to ``end`` without it, that instructions stand for."""

    start: int
    end: int
    numbers: list[int] = field(default_factory=list)


class Columns:
    """The columns of one part that instructions stand for."""

    def __init__(self, numbers: Mapping[Marker, int], report: Report) -> None:
        """Look at every such instruction; what cannot be repeated is reported."""
        self._report = report
        #: What :class:`.program.Program` needs to write merged cells.
        self.spans: list[Span] = []
        #: The instructions themselves.
        self.elements = {one.element for one in numbers if one.kind is Kind.COLUMN}
        self._tables: dict[etree._Element, list[_Group]] = {}
        for marker, number in numbers.items():
            if marker.kind is Kind.COLUMN:
                self._add(marker, number)
        for table, groups in self._tables.items():
            self._check_merged(table, groups, numbers)

    def _add(self, marker: Marker, number: int) -> None:
        cell = next(marker.element.iterancestors(_CELL), None)
        table = None if cell is None else next(cell.iterancestors(_TABLE), None)
        if cell is None or table is None:
            self._report.error(
                "column-outside-table",
                say("“{instruction}” stands in no table.", instruction=marker.site.field),
                marker.site,
                say("Put it into a cell of the column that is meant."),
            )
            return
        if table not in self._tables and not _expand(table):
            self._report.error(
                "columns-too-many",
                say("The table has more than {most} columns.", most=_MOST_COLUMNS),
                marker.site,
            )
            return
        groups = self._tables.setdefault(table, [])
        start, end = next(
            (start, end) for one, start, end in _cells(parent_of(cell)) if one is cell
        )
        for group in groups:
            if (group.start, group.end) == (start, end):
                group.numbers.append(number)
                return
            if group.start < end and start < group.end:
                self._report.error(
                    "columns-overlap",
                    say(
                        "“{instruction}” stands for columns that another instruction also "
                        "stands for, but not for the same ones.",
                        instruction=marker.site.field,
                    ),
                    marker.site,
                    say("Put both into cells that cover the same columns."),
                )
                return
        groups.append(_Group(start, end, [number]))

    def _check_merged(
        self, table: etree._Element, groups: Sequence[_Group], numbers: Mapping[Marker, int]
    ) -> None:
        markers = {number: marker for marker, number in numbers.items()}
        for row in _of(table, _ROW):
            for _, start, end in _cells(row):
                for group in groups:
                    if (
                        start < group.end
                        and group.start < end
                        and not (
                            (group.start <= start and end <= group.end)
                            or (
                                start <= group.start
                                and group.end <= end
                                and _fixed(start, end, groups)
                            )
                        )
                    ):
                        self._report_merged(markers[group.numbers[0]])
                        return

    def _report_merged(self, marker: Marker) -> None:
        self._report.error(
            "column-merged",
            say(
                "A cell is merged with a part of the columns that “{instruction}” stands for.",
                instruction=marker.site.field,
            ),
            marker.site,
            say("Split that cell, or merge it with all of them and a column that stays."),
        )

    def mark(self, *, renewing: bool = False) -> None:
        """Put the marks around columns and cells, once all other marks are there.

        ``renewing``: also one before each table, in which a tag of a column may stand but once.
        """
        for table, groups in self._tables.items():
            groups.sort(key=lambda group: group.start)
            for group in groups:
                group.numbers.sort()
                for number in group.numbers if renewing else ():
                    table.insert(0, mark("renew", number))
            definitions = list(_of(table, _COLUMN))
            for group in groups:
                _enclose(definitions[group.start : group.end], group)
            for row in _of(table, _ROW):
                self._mark_row(list(_cells(row)), groups)

    def _mark_row(
        self, cells: Sequence[tuple[etree._Element, int, int]], groups: Sequence[_Group]
    ) -> None:
        elements = [cell for cell, _, _ in cells]
        done: set[int] = set()
        for cell, start, end in cells:
            below = _below(start, end, groups)
            if not below:
                continue
            self.spans.append(
                Span(
                    cell,
                    _fixed(start, end, groups),
                    [(tuple(one.numbers), one.end - one.start) for one in below],
                )
            )
            # All the covered cells behind it are alike: each group takes some of them.
            place = start + 1
            for group in below:
                _enclose(elements[place : place + group.end - group.start], group)
                place += group.end - group.start
                done.add(group.start)
        for group in groups:
            if group.start not in done:
                _enclose(elements[group.start : group.end], group)


def _below(start: int, end: int, groups: Sequence[_Group]) -> list[_Group]:
    """The groups that a merged cell reaches over, though they are not all it covers."""
    return [
        one
        for one in groups
        if start <= one.start and one.end <= end and (start, end) != (one.start, one.end)
    ]


def _fixed(start: int, end: int, groups: Sequence[_Group]) -> int:
    """The columns of a merged cell that are neither repeated nor left out."""
    return end - start - sum(one.end - one.start for one in _below(start, end, groups))


def _enclose(elements: Sequence[etree._Element], group: _Group) -> None:
    """Put the marks of a group around some elements of a row."""
    if elements:
        for number in group.numbers:
            elements[0].addprevious(mark("open", number))
            insert_after(elements[-1], mark("close", number))


def _of(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows or columns of a table, not those of tables in its cells."""
    for element in table.iter(tag):
        if next(element.iterancestors(_TABLE)) is table:
            yield element


def _cells(row: etree._Element) -> Iterator[tuple[etree._Element, int, int]]:
    """The cells of a row with the columns they cover: from, and to without it.

    Those that a merged cell of the same row covers stand in the row too, and cover their own.
    """
    for place, cell in enumerate(row.iterchildren(_CELL, _COVERED)):
        width = _count(cell.get(_SPANNED, "1")) if cell.tag == _CELL else 1
        yield cell, place, place + width


def _expand(table: etree._Element) -> bool:
    """Write out the columns and cells that stand for several; False when they are too many."""
    for row in (table, *_of(table, _ROW)):
        elements = _of(table, _COLUMN) if row is table else row.iterchildren(_CELL, _COVERED)
        total = 0
        for element in list(elements):
            repeated = _count(str(element.attrib.pop(_REPEATED, "1")))
            total += repeated
            if total > _MOST_COLUMNS:
                return False
            for _ in range(repeated - 1):
                element.addnext(deepcopy(element))
    return True


def _count(text: str) -> int:
    """A number of columns; 1 for what is none."""
    return max(int(text), 1) if text.isdecimal() else 1
