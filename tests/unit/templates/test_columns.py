"""for-column and if-column: tables whose columns come from the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from filling import filled, mistakes
from odt import cell, field, find, link, odt, p, part, plain, row, table

MONTHS = {"months": ["Jan", "Feb", "Mar"], "yes": True, "no": False, "rows": [[1, 2, 3], [4, 5, 6]]}
COLUMN = link('for-column="m in months"')


def grid(source: bytes, data: dict[str, Any]) -> list[list[str]]:
    """The texts of the cells of the only table, row by row; its geometry is checked."""
    root = part(filled(source, data))
    rows = []
    widths = []
    for one in find(root, "//table:table-row"):
        cells = find(one, "table:table-cell | table:covered-table-cell")
        rows.append(["|".join(map(plain, find(each, ".//text:p"))) for each in cells])
        _check_spans(cells)
        widths.append(len(cells))
    columns = [
        int(str(next(iter(find(each, "@table:number-columns-repeated")), "1")))
        for each in find(root, "//table:table-column")
    ]
    assert set(widths) <= {sum(columns)}
    return rows


def _check_spans(cells: Sequence[Any]) -> None:
    """A merged cell is followed by as many covered ones as it covers besides itself."""
    kinds = [each.tag.partition("}")[2] for each in cells]
    for number, each in enumerate(cells):
        (span,) = find(each, "@table:number-columns-spanned") or ["1"]
        covered = kinds[number + 1 : number + int(str(span))]
        assert covered == ["covered-table-cell"] * (int(str(span)) - 1)
        if kinds[number] == "table-cell":
            assert kinds[number + int(str(span)) :][:1] != ["covered-table-cell"]


def merged(columns: int, *blocks: str) -> str:
    covered = "<table:covered-table-cell/>" * (columns - 1)
    span = f'<table:table-cell table:number-columns-spanned="{columns}"'
    return cell(*blocks).replace("<table:table-cell", span, 1) + covered


def cells(*parts: str) -> str:
    """A row of cells given as they are."""
    return f"<table:table-row>{''.join(parts)}</table:table-row>"


def test_a_column_is_repeated_in_every_row() -> None:
    source = odt(table(row("", cell(p(COLUMN), p(field("m")))), row("total", field("m[0]"))))
    assert grid(source, MONTHS) == [["", "Jan", "Feb", "Mar"], ["total", "J", "F", "M"]]


def test_beside_text_in_its_paragraph() -> None:
    source = odt(table(row("", cell(p(COLUMN, "in ", field("m"))))))
    assert grid(source, MONTHS) == [["", "in Jan", "in Feb", "in Mar"]]


@pytest.mark.parametrize("months", [[], None])
def test_a_column_for_nothing_is_not_there(months: object) -> None:
    source = odt(table(row("", COLUMN, "sum"), row("a", "b", "c"), columns=3))
    assert grid(source, {"months": months}) == [["", "sum"], ["a", "c"]]


def test_together_with_a_loop_of_rows() -> None:
    source = odt(
        table(
            row("", cell(p(COLUMN), p(field("m")))),
            row(link('for="r in rows"'), ""),
            row(field("loop.index"), cell(p(field("r[loop.index - 1]")))),
            row(link("/for"), ""),
        )
    )
    assert grid(source, MONTHS) == [
        ["", "Jan", "Feb", "Mar"],
        ["1", "1", "2", "3"],
        ["2", "4", "5", "6"],
    ]


def test_in_the_row_where_the_loop_of_rows_begins() -> None:
    source = odt(
        table(
            row(link('for="r in rows"'), COLUMN),
            row("x", field("r[loop.index - 1]")),
            row(link("/for"), ""),
        )
    )
    assert grid(source, MONTHS) == [["x", "1", "2", "3"], ["x", "4", "5", "6"]]


def test_a_row_that_is_repeated_by_its_own_cells() -> None:
    source = odt(
        table(
            row("", COLUMN),
            row(
                cell(p(link('for="r in rows"'), field("loop.index"))),
                cell(p(field("m"), link("/for"))),
            ),
        )
    )
    assert grid(source, MONTHS) == [
        ["", "", "", ""],
        ["1", "Jan", "Feb", "Mar"],
        ["2", "Jan", "Feb", "Mar"],
    ]


@pytest.mark.parametrize(("test", "shown"), [("yes", [["a", "b", "c"]]), ("no", [["a", "c"]])])
def test_a_column_on_a_condition(test: str, shown: list[list[str]]) -> None:
    source = odt(table(row("a", cell(p(link(f'if-column="{test}"')), p("b")), "c"), columns=3))
    assert grid(source, MONTHS) == shown


def test_a_condition_on_each_of_the_repeated_columns() -> None:
    both = cell(p(COLUMN, link("if-column=\"m != 'Feb'\"")), p(field("m")))
    title = cells(merged(2, p("Title")))
    assert grid(odt(table(title, row("", both))), MONTHS) == [["Title", "", ""], ["", "Jan", "Mar"]]


def test_a_merged_cell_repeats_all_its_columns() -> None:
    head = cells(cell(p("")), merged(2, p(COLUMN), p(field("m"))))
    source = odt(table(head, row("a", "p", field("m[0]")), columns=3))
    assert grid(source, MONTHS | {"months": ["Jan", "Feb"]}) == [
        ["", "Jan", "", "Feb", ""],
        ["a", "p", "J", "p", "F"],
    ]


@pytest.mark.parametrize("months", [[], ["Jan"], ["Jan", "Feb", "Mar"]])
def test_a_merged_cell_above_grows_and_shrinks(months: list[str]) -> None:
    before = cells(merged(3, p("all")))
    first = cells(merged(2, p("first")), cell(p("z")))
    last = cells(cell(p("a")), merged(2, p("last")))
    head = row("", COLUMN, "sum")
    source = odt(table(before, first, last, head, columns=3))
    count = len(months)
    assert grid(source, {"months": months}) == [
        ["all", *[""] * (count + 1)],
        ["first", *[""] * count, "z"],
        ["a", "last", *[""] * count],
        ["", *[""] * count, "sum"],
    ]


def test_two_repeated_columns_below_one_merged_cell() -> None:
    title = cells(merged(3, p("all")))
    source = odt(table(title, row(COLUMN, cell(link('for-column="r in rows"')), "z"), columns=3))
    assert grid(source, MONTHS) == [["all", *[""] * 5], ["", "", "", "", "", "z"]]


def test_columns_of_a_table_in_a_cell_are_its_own() -> None:
    inner = table(row("i", cell(p(COLUMN), p(field("m")))), name="Inner")
    root = part(filled(odt(table(row("a", cell(inner, p(""))))), MONTHS))
    outer, within = find(root, "//table:table")
    assert len(find(outer, "table:table-row/table:table-cell")) == 2
    assert len(find(within, "table:table-row/table:table-cell")) == 4


def test_names_in_repeated_columns_stay_unique() -> None:
    inner = table(row("x"), name="Inner")
    root = part(filled(odt(table(row("", cell(p(COLUMN), inner, p(""))))), MONTHS))
    assert find(root, "//table:table/@table:name") == ["Table1", "Inner", "Inner_2", "Inner_3"]


def test_column_styles_go_with_their_columns() -> None:
    columns = "".join(f'<table:table-column table:style-name="T.{one}"/>' for one in "ABC")
    source = table(row("", COLUMN, ""), columns=3).replace(
        '<table:table-column table:number-columns-repeated="3"/>', columns
    )
    root = part(filled(odt(source), MONTHS))
    styles = find(root, "//table:table-column/@table:style-name")
    assert styles == ["T.A", "T.B", "T.B", "T.B", "T.C"]


def test_a_list_that_is_missing() -> None:
    source = odt(table(row("", cell(p(COLUMN), p(field("m")))), row("a", "b")))
    assert grid_of(source, {}, undefined="blank") == [[""], ["a"]]
    assert grid_of(source, {}, undefined="mark") == [["", "⟦m⟧"], ["a", "b"]]


def grid_of(source: bytes, data: dict[str, Any], **filling: Any) -> list[list[str]]:
    rows = find(part(filled(source, data, **filling)), "//table:table-row")
    return [[plain(each) for each in find(one, ".//text:p")] for one in rows]


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ((p(COLUMN),), "column-outside-table"),
        (
            (table(cells(cell(p("")), merged(2, COLUMN)), cells(merged(2, p("x")), cell(p("")))),),
            "column-merged",
        ),
        ((table(cells(merged(2, p("all"))), row(COLUMN, COLUMN)),), "column-merged"),
        (
            (table(cells(merged(2, COLUMN)), row("", link('if-column="yes"'))),),
            "columns-overlap",
        ),
        ((table(row("", COLUMN), columns=501),), "columns-too-many"),
        ((table(row("", link("/for-column"))),), "instruction-not-closable"),
        ((table(row("", link("for-column"))),), "instruction-without-argument"),
        ((table(row("", link('for-column="months"'))),), "expression-refused"),
    ],
)
def test_mistakes(blocks: tuple[str, ...], code: str) -> None:
    assert [one.code for one in mistakes(*blocks)] == [code]
