"""What will give trouble one day: links that lead away, rows that cannot be repeated cleanly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from lxml import etree

from ...gate.odf_names import q
from ...trees import plain_text
from ..wording import quoted, say
from .looking import Look

_LINK, _HREF = q("text:a"), q("xlink:href")
_SCHEME = "py3o://"
_TABLE, _ROWS_SPANNED = q("table:table"), q("table:number-rows-spanned")


class Upkeep:
    """External links, links in pieces, merged cells where rows are repeated."""

    def __init__(self, look: Look) -> None:
        """Look at one part."""
        self._look = look
        self._addresses: set[str] = set()

    def sees(self) -> Mapping[str, Callable[[etree._Element], None]]:
        """Links and tables."""
        return {_LINK: self._link, _TABLE: self._table}

    def _link(self, link: etree._Element) -> None:
        address = link.get(_HREF, "")
        if address.startswith(_SCHEME):
            self._instruction(link, unquote(address.removeprefix(_SCHEME)))
        elif address.lower().startswith(("http://", "https://")) and not _is_old(address):
            self._external(link, address)

    def _instruction(self, link: etree._Element, instruction: str) -> None:
        """A link that LibreOffice wrote in pieces is read as one; that is told once."""
        before, after = link.getprevious(), link.getnext()
        first = before is None or not _continues(before, link)
        if first and after is not None and _continues(link, after):
            shown = plain_text(link)
            if len(shown) < len(instruction):
                self._look.report.info(
                    "instruction-in-pieces",
                    say("LibreOffice divided this link into pieces; they are read as one."),
                    self._look.site(link, instruction),
                    say("Select it, and choose Format › Clear Direct Formatting."),
                )

    def _external(self, link: etree._Element, address: str) -> None:
        if address in self._addresses:
            return
        self._addresses.add(address)
        self._look.report.info(
            "link-external",
            say("The link leads out of the document, to {host}.", host=quoted(_host(address))),
            self._look.site(link, address),
            say("Make sure that it will lead there as long as the document is kept."),
        )

    def _table(self, table: etree._Element) -> None:
        if not _repeats_rows(table):
            return
        for cell in table.iter(q("table:table-cell")):
            if cell.get(_ROWS_SPANNED, "1") not in ("1", "0"):
                name = table.get(q("table:name"), "")
                self._look.report.warning(
                    "cells-merged",
                    say(
                        "The table {name} repeats rows and has cells that are merged over rows; "
                        "they come out too high or too low.",
                        name=quoted(name),
                    ),
                    self._look.site(table, name),
                    say("Split them: Table › Split Cells…"),
                )
                return


def _continues(link: etree._Element, following: etree._Element) -> bool:
    return following.tag == _LINK and not link.tail and link.get(_HREF) == following.get(_HREF, "")


def _repeats_rows(table: etree._Element) -> bool:
    return any(
        link.get(_HREF, "").startswith(f"{_SCHEME}for") for link in table.iter(_LINK)
    ) or any(
        one.get(q("text:description"), "").startswith(f"{_SCHEME}for")
        for one in table.iter(q("text:text-input"))
    )


def _is_old(address: str) -> bool:
    """Whether it is an instruction that LibreOffice put ``http://`` before; told elsewhere."""
    return "py3o:" in address.lower()


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address
