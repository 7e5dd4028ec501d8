"""How a template and the data ask for formatted text: ``html(…)`` and ``{"$html": "…"}``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..errors import ValueRefused
from ..functions.amounts import kind_of
from ..telling.wording import say
from .model import RichText

#: The one member of an object of the data that is formatted text.
MEMBER = "$html"
#: Most values of fields, told from objects at once.
_NEVER_RICH = frozenset({str, int, float, bool, type(None), Decimal, list})
#: Lines that are kept together: more is no end of a text any more.
_MOST_KEPT = 50
#: Classes and styles that one call may name.
_MOST_NAMES = 200


def html(
    text: object,
    styles: object = None,
    hide: object = None,
    replace: object = None,
    keep_last: object = 0,
) -> RichText:
    """Formatted text, from the HTML that a web editor made.

    Args:
        text: the HTML; null and an empty text print nothing.
        styles: object of element, class or ``element.class`` -> style of the template.
        hide: a class, or a list of them, of which the text is left out.
        replace: object of class -> what is printed instead of its text.
        keep_last: how many of the last paragraphs stay with what follows.

    Raises:
        ValueRefused: an argument is of another kind.
    """
    found = rich_text_of(text)
    if text is None:
        source = ""
    elif found is not None:
        source = found.source
    elif isinstance(text, str):
        source = text
    else:
        raise ValueRefused(say("needs HTML and was given {kind}", kind=kind_of(text)))
    return RichText(
        source,
        _names(styles, "styles"),
        _classes(hide),
        _names(replace, "replace"),
        _count(keep_last),
    )


def rich_text_of(value: object) -> RichText | None:
    """The formatted text that a value is, or None when it is something else."""
    if isinstance(value, RichText):
        return value
    if type(value) in _NEVER_RICH:
        return None
    if isinstance(value, Mapping) and len(value) == 1:
        source = value.get(MEMBER)
        if isinstance(source, str):
            return RichText(source)
        if source is None and MEMBER in value:
            return RichText("")
    return None


def _names(given: object, option: str) -> Mapping[str, str]:
    if given is None:
        return {}
    if isinstance(given, Mapping) and len(given) <= _MOST_NAMES:
        names = {
            key.strip(): value
            for key, value in given.items()
            if isinstance(key, str) and isinstance(value, str)
        }
        if len(names) == len(given):
            return names
    raise ValueRefused(
        say("needs {example} for “{option}”", example="{'class': 'text'}", option=option)
    )


def _classes(given: object) -> frozenset[str]:
    if given is None or given is False:
        return frozenset()
    classes = given.split() if isinstance(given, str) else given
    if isinstance(classes, list | tuple) and len(classes) <= _MOST_NAMES:
        names = [one for one in classes if isinstance(one, str)]
        if len(names) == len(classes):
            return frozenset(names)
    raise ValueRefused(say("needs a class, or a list of classes, for “{option}”", option="hide"))


def _count(given: object) -> int:
    if not isinstance(given, int) or not 0 <= given <= _MOST_KEPT:
        raise ValueRefused(
            say(
                "needs a number from 0 to {limit} for “{option}”",
                limit=_MOST_KEPT,
                option="keep_last",
            )
        )
    return int(given)
