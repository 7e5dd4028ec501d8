"""What it takes to check a long template, from its bytes to all its findings."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from greffier_templates.telling.check import check
from odt import field, footnote, h, link, odt, p, row, section, table

from benchmarks.table import Measured

PAGES, CHECK_BAR_MS = 10, 100.0

_RULE = "Such is the rule. " * 16


def long_template(pages: int = PAGES) -> bytes:
    """A template of about so many pages, with as many instructions as a permit has."""
    return odt(
        *(
            block
            for number in range(pages)
            for block in (
                h(f"Chapter {number}"),
                *(p(f"Paragraph {n} of the rules about ", field("subject"), _RULE)
                  for n in range(13)),
                p(link('if="urgent"')),
                p("For ", field("person.name"), ", ", field("person.city"),
                  footnote(p("See ", field("law"), "."))),
                p(link("/if")),
                table(
                    row(link('for="line in lines"'), "", ""),
                    row(field("line.name"), field("line.price"), field("line.remark")),
                    row(link("/for"), "", ""),
                    header=row("Name", "Price", "Remark"),
                ),
                section(p("Typed: {{ person.name }}, {% if urgent %}at once{% endif %}.")),
            )
        ),
        header=p(field("subject")),
    )  # fmt: skip


def long_data() -> dict[str, object]:
    """Data of it."""
    return {
        "subject": "verandas",
        "urgent": True,
        "law": "art. 12",
        "person": {"name": "Ann Peeters", "city": "Liège"},
        "lines": [{"name": f"Plan {n}", "price": n, "remark": ""} for n in range(10)],
    }


def _median_ms(run: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:]) * 1000


def measure(*, quick: bool = False) -> list[Measured]:
    """The measure; ``quick`` only shows that it runs."""
    template, data = long_template(), long_data()
    assert not [one for one in check(template, data) if one.severity == "error"]
    took_ms = _median_ms(lambda: check(template, data), 3 if quick else 30)
    return [
        Measured(
            f"Checking a template of {PAGES} pages, with data",
            f"{took_ms:.0f} ms",
            f"≤ {CHECK_BAR_MS:g} ms",
            took_ms <= CHECK_BAR_MS,
        )
    ]
