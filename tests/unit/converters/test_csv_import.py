from __future__ import annotations

import pytest
from greffier_converters.csv_import import import_options


@pytest.mark.parametrize(
    ("head", "options"),
    [
        (b"naam;bedrag\nJan;1,50\n", "59,34,76,1,1/2/2/2"),
        (b"naam,bedrag\n", "44,34,76,1,1/2/2/2"),
        (b"naam\tbedrag\tdatum\n", "9,34,76,1,1/2/2/2/3/2"),
        (b'"Janssens; Jan, Piet",x,y\n', "44,34,76,1,1/2/2/2/3/2"),
        (b"naam\n", "59,34,76,1,1/2"),
        (b"", "59,34,76,1,1/2"),
        ("\ufeffnaam;é\n".encode(), "59,34,76,1,1/2/2/2"),
        ("naam;é\n".encode("cp1252"), "59,34,1,1,1/2/2/2"),
        ("naam;é".encode()[:-1], "59,34,76,1,1/2/2/2"),
        (b"a;b\nc;d;e\n", "59,34,76,1,1/2/2/2/3/2"),
    ],
)
def test_separator_character_set_and_columns_are_told_from_the_content(
    head: bytes, options: str
) -> None:
    assert import_options(head) == options
