"""What stock py3o.template gets wrong is still wrong there, right here, and told upstream."""

from __future__ import annotations

from pathlib import Path

import pytest
from conformance.comparing import our_text, stock_text
from conformance.defects import DEFECTS, Defect
from greffier_templates.errors import TemplateError

UPSTREAM = Path(__file__).parents[2] / "docs" / "upstream.md"


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.title)
def test_stock_gets_it_wrong(defect: Defect) -> None:
    try:
        seen: list[str] | str = stock_text(defect.source, defect.data, {})["content.xml"]
    except TemplateError as error:
        seen = error.findings[0].message
    if isinstance(defect.stock, str):
        assert defect.stock in seen
    else:
        assert seen == defect.stock


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.title)
def test_we_get_it_right(defect: Defect) -> None:
    if isinstance(defect.right, list):
        assert our_text(defect.source, defect.data, {})["content.xml"] == defect.right
        return
    with pytest.raises(TemplateError) as caught:
        our_text(defect.source, defect.data, {})
    [finding] = [each for each in caught.value.findings if defect.right in each.message]
    assert finding.where.startswith("body")


def test_every_defect_is_written_up_for_its_makers() -> None:
    titles = [line[4:] for line in UPSTREAM.read_text().splitlines() if line.startswith("### ")]
    assert {defect.title for defect in DEFECTS} <= set(titles)
