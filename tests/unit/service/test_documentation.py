"""The tables in docs/ say what the code does. On a failure, paste the table that is shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from greffier.problem_types import TABLE
from greffier.settings import Settings
from greffier_converters.formats import OUTPUTS
from greffier_converters.options import Encryption, Images, InitialView, PdfOptions

DOCS = Path(__file__).parents[3] / "docs"


def settings_table() -> str:
    rows = ["| Setting | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default in (None, ()) else field.default
        meaning = " ".join((field.description or "").split())
        shown = f"`{default}`" if default != "" else ""
        rows.append(f"| `{name}` | {shown} | {meaning} |")
    return "\n".join(rows)


def problems_table() -> str:
    rows = ["| Status | Type | Retry | Meaning |", "|---|---|---|---|"]
    for each in TABLE.values():
        again = "yes" if each.retryable else "no"
        rows.append(
            f"| {each.status} | `{each.name}` | {again} | {each.title}. {each.explanation} |"
        )
    return "\n".join(rows)


def test_every_setting_is_documented() -> None:
    assert settings_table() in (DOCS / "operators/settings.md").read_text(), settings_table()


def test_every_problem_is_documented() -> None:
    assert problems_table() in (DOCS / "callers/http.md").read_text(), problems_table()


def test_every_format_and_pdf_option_is_documented() -> None:
    text = (DOCS / "callers/output.md").read_text()
    parts = (PdfOptions, Encryption, Images, InitialView)
    options = [field.name for part in parts for field in dataclasses.fields(part)]
    for name in (*OUTPUTS, *options):
        assert f"`{name}`" in text, name
