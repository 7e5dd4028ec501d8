"""The table of texts in several languages that a template may bring: ``t('greeting')``.

::

    | py3o.translations | fr                      | nl                    |
    | greeting          | Madame, Monsieur,       | Geachte heer, mevrouw |
    | closing           | Salutations distinguées | Met vriendelijke groet|

Its first cell tells it from other tables; it is taken out of the document. The locale of the
request chooses the column: ``fr_BE`` if there is one, or else ``fr``.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from ..errors import ValueRefused
from ..expressions import ExpressionRefused
from ..extents import is_hollow
from ..gate.odf_names import q
from ..gate.xml_parts import remove
from ..telling.notes import Report
from ..telling.site import Site
from ..telling.wording import did_you_mean, say
from ..trees import PARAGRAPHS, plain_text
from .amounts import kind_of, read_locale
from .offered import Function

#: What the first cell of the table says.
HEADING = "py3o.translations"

_TABLE, _ROW = q("table:table"), q("table:table-row")
_CELLS = (q("table:table-cell"), q("table:covered-table-cell"))
_REPEATED = q("table:number-columns-repeated")
#: Languages a table may have; a wider row is a blank one that LibreOffice repeats.
_MOST_COLUMNS = 50


class Translations:
    """The texts of one template and the blocks it includes; those of the template come first."""

    def __init__(self) -> None:
        #: Key -> locale -> text.
        self._texts: dict[str, dict[str, str]] = {}
        self._locales: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(self._locales)

    @property
    def keys(self) -> Collection[str]:
        """The keys of the texts."""
        return self._texts.keys()

    def take(self, root: etree._Element, report: Report, *, keeps: bool = False) -> None:
        """Read the tables of a part and take them out of it.

        ``keeps``: leave them there, for a document that is to be filled again.
        """
        for table in list(root.iter(_TABLE)):
            rows = list(_rows(table))
            if rows and rows[0] and rows[0][0].strip() == HEADING:
                self._read(rows, report)
                if not keeps:
                    _take_out(table)

    def _read(self, rows: Sequence[Sequence[str]], report: Report) -> None:
        columns: dict[int, str] = {}
        for place, heading in enumerate(rows[0]):
            if place and heading.strip():
                self._read_heading(heading.strip(), place, columns, report)
        own = set()
        for number, (first, *texts) in enumerate(rows[1:], 2):
            key = first.strip()
            if not key:
                continue
            site = _site(number, key)
            if key in own:
                report.error("translation-twice", say("“{key}” stands twice.", key=key), site)
            own.add(key)
            found = self._texts.setdefault(key, {})
            for place, locale in columns.items():
                text = texts[place - 1].strip() if place <= len(texts) else ""
                found.setdefault(locale, text)
                if not text:
                    message = say("“{key}” has no text for “{language}”.", key=key, language=locale)
                    report.warning("translation-empty", message, site)

    def _read_heading(
        self, heading: str, place: int, columns: dict[int, str], report: Report
    ) -> None:
        try:
            locale = str(read_locale(heading))
        except ValueRefused:
            report.error(
                "translation-language",
                say("“{language}” is not a language.", language=heading),
                _site(1, heading),
                say("Write {examples} above the columns.", examples="fr, nl, nl_BE"),
            )
            return
        columns[place] = locale
        self._locales[locale] = None

    def known(self, key: object) -> None:
        """What ``t`` is while a template is prepared: looks whether a key it writes is there.

        Raises:
            ExpressionRefused: there is no such key, or no table at all.
        """
        if not self:
            raise ExpressionRefused(
                say("The template has no table of translations."),
                say("Make a table and write {heading} into its first cell.", heading=HEADING),
            )
        if isinstance(key, str) and key not in self._texts:
            near = difflib.get_close_matches(key, self._texts, 1)
            raise ExpressionRefused(
                say("“{key}” is not in the table of translations.", key=key),
                did_you_mean(near[0]) if near else "",
            )

    def function(self, locale: str) -> Function:
        """``t`` for a request of this locale."""
        chosen = self._column(locale)

        def t(key: object) -> str:
            if key is None or key == "":
                return ""
            if not isinstance(key, str):
                raise ValueRefused(say("needs a text and was given {kind}", kind=kind_of(key)), "t")
            if chosen is None:
                known = ", ".join(self._locales)
                raise ValueRefused(
                    say(
                        "has no column for the language of the request; there are {known}",
                        known=known,
                    ),
                    "t",
                )
            texts = self._texts.get(key)
            if texts is None:  # the key is of the data, and not to be told
                raise ValueRefused(say("finds no translation for this value"), "t")
            return texts.get(chosen, "")

        return t

    def _column(self, locale: str) -> str | None:
        wanted = read_locale(locale)
        names = (str(wanted), wanted.language)
        return next((name for name in names if name in self._locales), None)


def _site(row: int, field: str) -> Site:
    return Site(say("table of translations › row {number}", number=row), field)


def _rows(table: etree._Element) -> Iterator[list[str]]:
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE)) is table:
            yield list(_cells(row))


def _cells(row: etree._Element) -> Iterator[str]:
    left = _MOST_COLUMNS
    for cell in row.iterchildren(*_CELLS):
        text = "\n".join(plain_text(one) for one in cell.iter(*PARAGRAPHS))
        times = cell.get(_REPEATED, "1")
        for _ in range(min(left, int(times) if times.isdecimal() and len(times) < 6 else 1)):
            left -= 1
            yield text


def _take_out(table: etree._Element) -> None:
    """Remove the table, and the empty paragraph that Writer forces behind a last table."""
    following, before = table.getnext(), table.getprevious()
    remove(table)
    if (
        following is not None
        and before is not None
        and before.tag in PARAGRAPHS
        and following.tag in PARAGRAPHS
        and following.getnext() is None
        and is_hollow(following, set())
    ):
        remove(following)
