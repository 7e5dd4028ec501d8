"""Filling, against stock py3o.template, side by side in one run.

Templates are made here, as large as LibreOffice writes them; data
hold no amounts or dates to format, for that is Babel's time and the same for both. A prepared
template is kept warm; stock py3o.template can fill a template only once and prepares each time.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable

from greffier_templates.prepared import Prepared, prepare
from odt import cell, field, h, link, odt, p, paragraphs, picture, row, section, table
from py3o.template import Template

from benchmarks.table import Measured

#: Rounds of a full run; each fills with both engines, one after the other.
LETTER_ROUNDS, TABLE_ROUNDS = 60, 7
ROWS = 5_000
LETTER_BAR, TABLE_BAR = 8.0, 5.0
#: How much more memory four times the rows may take: nothing but noise.
MEMORY_BAR = 1.2

#: The size of a long decision of a council, and the seconds that printing it may take.
ARTICLE_CHARACTERS, ARTICLE_BAR_S = 20_000, 0.010

Data = dict[str, object]


def letter(ending: str = "") -> bytes:
    """A letter of one page: 15 fields, a logo, a condition, a loop over rows, header, footer.

    ``ending``: a last line that makes it another one.
    """
    return odt(
        p(picture("Logo")),
        p(field("office.name")),
        p(field("office.street"), ", ", field("office.city")),
        p(field("person.title"), " ", field("person.name")),
        p(field("person.street")),
        p(field("person.postcode"), " ", field("person.city")),
        h("Your request ", field("request.number")),
        p("Dear ", field("person.title"), " ", field("person.name"), ","),
        p(
            "We received your request about ",
            field("request.subject"),
            ". " + "It is treated. " * 20,
        ),
        p(link('if="request.urgent"')),
        p("It is treated before all others. " * 5),
        p(link("/if")),
        table(
            row(link('for="piece in request.pieces"'), ""),
            row(field("piece.name"), field("piece.state")),
            row(link("/for"), ""),
            header=row("Piece", "State"),
        ),
        section(p("Rules and deadlines. " * 30), p("How to object. " * 30)),
        p(field("office.signatory")),
        *([p(ending)] if ending else []),
        header=p(field("office.name")),
        footer=p("Request ", field("request.number")),
        automatic=_styles("P", 12),
        styles=_styles("Named", 40),
    )


def letter_data() -> Data:
    """Data of the letter."""
    return {
        "office": {
            "name": "Town planning & housing",
            "street": "Grand-Place 1",
            "city": "4000 Liège",
            "signatory": "The secretary",
        },
        "person": {
            "title": "Mrs",
            "name": "Ann Peeters",
            "street": "Rue Neuve 12",
            "postcode": 4000,
            "city": "Liège",
        },
        "request": {
            "number": "2026/1234",
            "subject": "a veranda <behind> the house",
            "urgent": True,
            "pieces": [{"name": f"Plan {n}", "state": "received"} for n in range(5)],
        },
    }


def report() -> bytes:
    """Some paragraphs and a table with six fields a row."""
    fields = ("number", "name", "street", "city", "state", "remark")
    return odt(
        *(p(f"Paragraph {n}. " * 20) for n in range(20)),
        table(
            row(link('for="line in lines"'), *("" for _ in fields[1:])),
            row(*(cell(p(field(f"line.{name}"), style="P1")) for name in fields)),
            row(link("/for"), *("" for _ in fields[1:])),
            columns=len(fields),
        ),
        automatic=_styles("P", 12),
        styles=_styles("Named", 40),
    )


def report_data(rows: int) -> Data:
    """Data of the table."""
    return {
        "lines": [
            {
                "number": number,
                "name": f"Person {number}",
                "street": f"Rue Neuve {number}",
                "city": "4000 Liège",
                "state": "open & waiting",
                "remark": "",
            }
            for number in range(rows)
        ]
    }


def _styles(prefix: str, count: int) -> str:
    return "".join(
        f'<style:style style:name="{prefix}{n}" style:family="paragraph" '
        f'style:parent-style-name="Standard"><style:paragraph-properties fo:margin-top="0.{n}cm" '
        'fo:margin-bottom="0.2cm" fo:text-align="justify" style:justify-single-word="false"/>'
        '<style:text-properties style:font-name="Carlito" fo:font-size="10pt"/></style:style>'
        for n in range(1, count + 1)
    )


def fill(prepared: Prepared, data: Data) -> bytes:
    """Fill once with our engine."""
    out = io.BytesIO()
    prepared.fill(data, out)
    return out.getvalue()


def fill_with_stock(source: bytes, data: Data) -> bytes:
    """Fill once with stock py3o.template, as its documentation shows."""
    out = io.BytesIO()
    Template(io.BytesIO(source), out).render(data)
    return out.getvalue()


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int, repeat: int
) -> tuple[float, float]:
    """Median wall time of each, seconds, taken in turns after a warm-up.

    Ours runs ``repeat`` times a turn, so that both turns are long enough to be
    interrupted by whatever else the machine does.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for run, runs, taken in ((ours, repeat, times[0]), (theirs, 1, times[1])):
            start = time.perf_counter()
            for _ in range(runs):
                run()
            taken.append((time.perf_counter() - start) / runs)
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def speed(
    name: str, source: bytes, data: Data, *, rounds: int, repeat: int, bar: float
) -> Measured:
    """How many times faster a prepared template is filled than stock fills it."""
    prepared = prepare(source)
    assert paragraphs(fill(prepared, data)) == paragraphs(fill_with_stock(source, data))
    ours, theirs = side_by_side(
        lambda: fill(prepared, data),
        lambda: fill_with_stock(source, data),
        rounds=rounds,
        repeat=repeat,
    )
    ratio = theirs / ours
    value = f"{ours * 1000:.2f} ms, stock {theirs * 1000:.1f} ms: {ratio:.1f} x faster"
    return Measured(f"Filling {name}", value, f"≥ {bar:g} x", ratio >= bar)


def peak_bytes(prepared: Prepared, rows: int) -> int:
    """Most memory that Python holds while the table is filled into a file, its data aside."""
    data = report_data(rows)
    with tempfile.TemporaryFile() as out:
        tracemalloc.start()
        prepared.fill(data, out)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


def memory() -> Measured:
    """Whether memory stays flat in the number of rows."""
    prepared = prepare(report())
    few, many = peak_bytes(prepared, ROWS), peak_bytes(prepared, 4 * ROWS)
    ratio = many / few
    value = f"{few / 1e6:.1f} MB for {ROWS:,} rows, {many / 1e6:.1f} MB for {4 * ROWS:,}"
    return Measured("Memory of filling", value, f"≤ {MEMORY_BAR:g} x for 4 x", ratio <= MEMORY_BAR)


def council_article() -> str:
    """A decision as CKEditor writes it, 20 KB: prose with formats, lists, a table of amounts."""
    clause = (
        '<p style="text-align:justify">Considering that the <strong>council decision {n}</strong> '
        "must give its reasons in law and in fact, that its circumstances are to be recalled, and "
        "that <em>the fee</em> is in proportion to the cost of the service for those who use "
        "it, whether they live in the town or not&nbsp;;</p><ul><li>the first point of list "
        "number {n}, long enough to be like others</li><li>the second point</li></ul>"
    )
    rows = "".join(
        f'<tr><td>Post {n}</td><td style="text-align:right">{n}00.00&nbsp;€</td></tr>'
        for n in range(20)
    )
    table = f'<table border="1" style="width:100%"><tbody>{rows}</tbody></table>'
    text = "<h2>Reasons</h2>"
    while len(text) + len(table) < ARTICLE_CHARACTERS:
        text += clause.format(n=len(text))
    return text + table


def formatted_text(*, rounds: int) -> Measured:
    """How long a letter takes that prints such a text."""
    prepared = prepare(odt(p(field("text.as_html")), automatic=_styles("P", 12)))
    data: Data = {"text": council_article()}
    fill(prepared, data)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        fill(prepared, data)
        times.append(time.perf_counter() - start)
    took = statistics.median(times)
    bar = f"≤ {ARTICLE_BAR_S * 1000:g} ms"
    return Measured("Filling 20 KB of HTML", f"{took * 1000:.1f} ms", bar, took <= ARTICLE_BAR_S)


def measure(*, quick: bool = False) -> list[Measured]:
    """Every measure of filling; ``quick`` only shows that they run."""
    letters, tables = (3, 1) if quick else (LETTER_ROUNDS, TABLE_ROUNDS)
    return [
        speed("a letter", letter(), letter_data(), rounds=letters, repeat=20, bar=LETTER_BAR),
        speed(
            f"a table of {ROWS:,} rows",
            report(),
            report_data(ROWS),
            rounds=tables,
            repeat=5,
            bar=TABLE_BAR,
        ),
        formatted_text(rounds=letters),
        memory(),
    ]
