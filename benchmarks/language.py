"""What the language of templates costs beyond plain fields: formatted text, and checking."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from greffier_templates.prepared import prepare
from greffier_templates.telling.check import check
from odt import field, footnote, h, link, odt, p, row, section, table

from benchmarks.filling import fill
from benchmarks.table import Measured

HTML_BYTES, HTML_BAR_MS = 20_000, 10.0
PAGES, CHECK_BAR_MS = 10, 100.0

_RULE = "Such is the rule. " * 16
_ITEM = (
    "<li>Vu le Code de la démocratie locale et de la décentralisation, <em>articles L1122-30 et "
    'L1133-1</em>&nbsp;; <a href="https://example.org/loi?a=1&amp;b=2">texte coordonné</a></li>'
)
#: What an editor such as CKEditor sends for a page of a decision.
_PIECE = (
    '<h2>Motivation</h2><p style="text-align:justify;margin-left:40px">Considérant que '
    "<strong>la demande</strong> du <u>9 mars</u> porte sur une véranda de 12&nbsp;m<sup>2</sup> "
    'à l’arrière de l’habitation, et que <span style="color:#c00000">le délai</span> prévu par le '
    "règlement communal est échu&nbsp;;</p>"
    "<p>Considérant que l’enquête publique n’a donné lieu à aucune réclamation et que l’avis du "
    "fonctionnaire délégué est favorable, sous réserve des conditions reprises ci-après&nbsp;;</p>"
    f"<ol>{_ITEM * 2}<li>Sous-points&nbsp;:<ul>{_ITEM * 2}</ul></li></ol>"
    '<table border="1" style="width:100%"><thead><tr><th>Zone</th><th>Tarif</th></tr></thead>'
    "<tbody>"
    + "<tr><td>Zone bleue, première demi-heure</td><td><b>1,50&nbsp;€</b></td></tr>" * 3
    + "</tbody></table>"
)


def html_text() -> str:
    """Formatted text of at least ``HTML_BYTES`` bytes."""
    return _PIECE * -(-HTML_BYTES // len(_PIECE.encode()))


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
    """Both measures; ``quick`` only shows that they run."""
    rounds = 3 if quick else 30
    rich = prepare(odt(p(link('function="html(text)"'))))
    html = html_text()
    html_ms = _median_ms(lambda: fill(rich, {"text": html}), rounds)
    template, data = long_template(), long_data()
    assert not [one for one in check(template, data) if one.severity == "error"]
    check_ms = _median_ms(lambda: check(template, data), rounds)
    return [
        Measured(
            f"Formatted text: {len(html.encode()) // 1000} KB of an editor's HTML filled in",
            f"{html_ms:.1f} ms",
            f"≤ {HTML_BAR_MS:g} ms",
            html_ms <= HTML_BAR_MS,
        ),
        Measured(
            f"Checking a template of {PAGES} pages, with data",
            f"{check_ms:.0f} ms",
            f"≤ {CHECK_BAR_MS:g} ms",
            check_ms <= CHECK_BAR_MS,
        ),
    ]
