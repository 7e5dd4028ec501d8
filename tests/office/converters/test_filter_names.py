"""The filter names against the registry of the LibreOffice installed here."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from greffier_converters.formats import INPUTS, OUTPUTS, Family

OOR = "{http://openoffice.org/2001/registry}"
SERVICES = {
    Family.TEXT: "com.sun.star.text.TextDocument",
    Family.SPREADSHEET: "com.sun.star.sheet.SpreadsheetDocument",
    Family.DRAWING: "com.sun.star.drawing.DrawingDocument",
    Family.PRESENTATION: "com.sun.star.presentation.PresentationDocument",
}


@pytest.fixture(scope="module")
def filters() -> dict[str, dict[str, str]]:
    """Filter name -> its properties, from every package of LibreOffice installed."""
    registry = Path("/usr/lib/libreoffice/share/registry")
    found: dict[str, dict[str, str]] = {}
    for file in registry.glob("*.xcd"):
        for data in ElementTree.parse(file).getroot().iter(f"{OOR}component-data"):
            if data.get(f"{OOR}package") != "org.openoffice.TypeDetection":
                continue
            for node in data.findall(f"node[@{OOR}name='Filters']/node"):
                found[node.get(f"{OOR}name", "")] = {
                    prop.get(f"{OOR}name", ""): "".join(prop.itertext()).strip() for prop in node
                }
    return found


@pytest.mark.parametrize("kind", INPUTS)
def test_import_filters_exist_and_give_the_family(
    kind: str, filters: dict[str, dict[str, str]]
) -> None:
    accepts = INPUTS[kind]
    if accepts.family is Family.PRESENTATION and "impress8" not in filters:
        pytest.skip("LibreOffice Impress is not installed")
    found = filters[accepts.filter_name]
    assert "IMPORT" in found["Flags"].split()
    assert found["DocumentService"] == SERVICES[accepts.family]


@pytest.mark.parametrize(
    ("format", "family"),
    [(name, family) for name, output in OUTPUTS.items() for family in output.filters],
)
def test_export_filters_exist_for_the_family(
    format: str, family: Family, filters: dict[str, dict[str, str]]
) -> None:
    if family is Family.PRESENTATION and "impress8" not in filters:
        pytest.skip("LibreOffice Impress is not installed")
    found = filters[OUTPUTS[format].filters[family].name]
    assert "EXPORT" in found["Flags"].split()
    assert found["DocumentService"] == SERVICES[family]
