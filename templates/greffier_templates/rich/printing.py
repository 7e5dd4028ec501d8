"""Prints formatted text while a document is filled: the recipe of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..budget import exceeded
from ..errors import ValueRefused, ValueTooLarge
from ..telling.wording import say
from .automatic import AutomaticStyles
from .model import RichText
from .naming import StyleNames
from .parsing import parse
from .reading import Reader
from .spots import Spot
from .stylebook import Stylebook
from .writing import BlockWriter

if TYPE_CHECKING:
    from ..fill import Fill
    from ..telling.site import Site

#: Characters read in what counts as one step of the budget.
_CHARACTERS_PER_STEP = 16


class StylesAreWritten(Exception):
    """Formatted text came up in a part whose styles have been written; it must wait for them."""


class RichPart:
    """What formatted text needs of the part that is being filled."""

    def __init__(self, stylebook: Stylebook, *, is_open: bool) -> None:
        """Begin a part; ``is_open`` says whether styles can still be added to it."""
        self._stylebook = stylebook
        self._is_open = is_open
        self._writers: dict[Spot, BlockWriter] = {}
        self.automatic = AutomaticStyles(stylebook.prefix)

    def print(self, rich: RichText, spot: Spot, site: Site, fill: Fill) -> str:
        """The XML of a text at that spot; what is wrong with it is told to ``fill``.

        Raises:
            StylesAreWritten: this part cannot take styles any more.
            FillLimitExceeded: the text is longer, or deeper, than any text.
        """
        if not self._is_open:
            raise StylesAreWritten
        try:
            return self._written(rich, spot, site, fill)
        except ValueTooLarge as error:
            raise exceeded(site, f"{error.subject or say('it')} {error}") from None
        except ValueRefused as error:
            fill.refused(site, str(error), error.subject)
            return ""

    def _written(self, rich: RichText, spot: Spot, site: Site, fill: Fill) -> str:
        fill.scope.budget.spend(len(rich.source) // _CHARACTERS_PER_STEP, site)
        names = StyleNames(rich, self._stylebook)
        reader = Reader(rich, parse(rich.source), names)
        blocks = reader.blocks()
        writer = self._writers.get(spot)
        if writer is None:
            writer = self._writers[spot] = BlockWriter(spot, self._stylebook, self.automatic, fill)
        xml = writer.alone(blocks, rich.keep_last) if spot.is_alone else writer.inline(blocks)
        for happened, warn in (
            (names.has_unknown, _unknown_style),
            (reader.dropped_images, _dropped_image),
            (reader.dropped_links, _dropped_link),
            (writer.flattened, _flattened),
        ):
            if happened:
                warn(fill.warn, site)
        return xml


_Warn = Callable[..., None]


def _unknown_style(warn: _Warn, site: Site) -> None:
    warn(
        site,
        "html-style-unknown",
        say("A style that “html” is to use is not in the template."),
        say("Create it in the template, or name another in styles={{…}}."),
    )


def _dropped_image(warn: _Warn, site: Site) -> None:
    warn(
        site,
        "html-picture-left-out",
        say("A picture in the HTML is left out: it is not in the text itself."),
        say("Send pictures within the HTML, as data: addresses; none is fetched from the web."),
    )


def _dropped_link(warn: _Warn, site: Site) -> None:
    warn(
        site,
        "html-link-left-out",
        say("A link in the HTML is printed as plain text: its address may not be in a document."),
        say("Addresses begin with http:, https:, mailto: or tel:."),
    )


def _flattened(warn: _Warn, site: Site) -> None:
    warn(
        site,
        "html-table-as-text",
        say("A table in the HTML is printed as lines of text: no table can stand here."),
        say("Let the field stand alone in a paragraph of the text or of a cell."),
    )
