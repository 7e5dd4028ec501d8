"""Functions over lists: added up, counted, sorted, grouped and written one after another.

``sum(lines, 'total')`` takes a part of each item by its dotted name; the compiler makes a
:class:`Key` of it, so that a part that is missing is told like any other missing name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from ..errors import ValueRefused
from ..scope import MISSING
from ..telling.wording import say
from ..values import to_text
from .amounts import is_missing, kind_of, read_locale, to_decimal

Function = Callable[..., object]

#: The functions whose second value may be the dotted name of a part of each item.
KEYED = frozenset({"count", "group", "max", "min", "sort", "sum"})
#: The functions that take such a name as ``key='name'``.
WITH_KEY = frozenset({"agree", "count", "group", "join", "sort"})
#: Longest text between two items: longer ones would make much out of little.
_MAX_SEPARATOR = 100

_DIGITS = re.compile(r"(\d+)", re.ASCII)
#: Letters that Danish and Norwegian put after z, in this order.
_AFTER_Z = str.maketrans({"æ": "z\ue001", "ø": "z\ue002", "å": "z\ue003"})
_NORDIC = ("da", "nb", "nn", "no")
#: Letters that Unicode does not take apart, as others look them up.
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})


class Key(str):
    """The dotted name of a part of each item; it knows how to find that part."""

    __slots__ = ("part_of",)

    #: The part of an item, or MISSING.
    part_of: Callable[[object], object]

    def __new__(cls, name: str, part_of: Callable[[object], object]) -> Key:
        """A name like any other text, and how to find what it names."""
        self = super().__new__(cls, name)
        self.part_of = part_of
        return self


def items_of(values: object) -> Iterable[Any]:
    """A list of the data, a missing one being empty.

    Raises:
        ValueRefused: it is no list.
    """
    if values is None:
        return ()
    if isinstance(values, Iterable):
        return values
    raise ValueRefused(say("needs a list and was given {kind}", kind=kind_of(values)))


def _list_of(values: object) -> Iterable[Any]:
    """The same, where a text is not meant as the list of its letters, nor an object as its names.

    Raises:
        ValueRefused: it is no list.
    """
    if isinstance(values, str | dict):
        raise ValueRefused(say("needs a list and was given {kind}", kind=kind_of(values)))
    return items_of(values)


def all_parts_of(values: object, key: object) -> list[object]:
    """The items of a list, or the part ``key`` names of each."""
    items = _list_of(values)
    return list(items if key is None else map(_finder(key), items))


def parts_of(values: object, key: object) -> list[object]:
    """The same without what is missing."""
    parts = all_parts_of(values, key)
    return [part for part in parts if part is not MISSING and not is_missing(part)]


def _finder(key: object) -> Callable[[Any], object]:
    if isinstance(key, Key):
        return key.part_of
    if callable(key):
        return key
    raise ValueRefused(say("needs the name of a part of each item, between quotes: 'total'"))


def total(values: object, start: object = 0) -> int | float | Decimal:
    """Add up exactly: 0.1 + 0.2 is 0.3. A missing number adds nothing, true counts as one."""
    if isinstance(start, Key):
        numbers = parts_of(values, start)
    else:
        numbers = [one for one in (start, *items_of(values)) if not is_missing(one)]
    numbers = [int(one) if isinstance(one, bool) else one for one in numbers]
    added = sum(map(to_decimal, numbers), Decimal())
    if all(isinstance(number, int) for number in numbers):
        return int(added)
    if any(isinstance(number, Decimal | str) for number in numbers):
        return added
    return float(added)


def extreme(choose: Callable[..., object], in_order: Callable[[object], object]) -> Function:
    """``min`` or ``max`` as Python has them, and of a part of each item: the part itself."""

    def extreme(
        iterable: object,
        /,
        *others: object,
        key: Callable[[Any], Any] | None = None,
        default: object = None,
    ) -> object:
        if len(others) == 1 and isinstance(others[0], Key) and not isinstance(iterable, str):
            candidates = parts_of(iterable, others[0])
            return choose(candidates, key=in_order) if candidates else default
        candidates = [iterable, *others] if others else list(items_of(iterable))
        return choose(candidates, key=key) if candidates else default

    return extreme


def list_functions(locale: str) -> dict[str, Function]:
    """The functions over lists, by the name they have in templates."""
    in_order = _order(locale)

    def count(values: object, key: object = None) -> int:
        return sum(map(bool, parts_of(values, key))) if key else len(list(_list_of(values)))

    def sort(values: object, key: object = None, reverse: bool = False) -> list[object]:
        find = _finder(key) if key is not None else _itself
        return sorted(_list_of(values), key=lambda one: in_order(find(one)), reverse=reverse)

    def group(values: object, key: object) -> list[dict[str, object]]:
        groups: dict[object, list[object]] = {}
        find = _finder(key)
        for item in _list_of(values):
            named = find(item)
            if isinstance(named, dict | list | tuple):
                raise ValueRefused(say("cannot put into groups by {kind}", kind=kind_of(named)))
            groups.setdefault(None if named is MISSING else named, []).append(item)
        return [{"key": named, "items": items} for named, items in groups.items()]

    def join(
        values: object, separator: str | None = None, last: str | None = None, key: object = None
    ) -> str:
        texts = [to_text(part) for part in parts_of(values, key)]
        for between in (separator, last):
            if between is not None and len(between) > _MAX_SEPARATOR:
                raise ValueRefused(
                    say("takes at most {most} characters between two items", most=_MAX_SEPARATOR)
                )
        if separator is None:
            separator, by_locale = _separators(locale)
            last = by_locale if last is None else last
        if last is None or len(texts) < 2:
            return separator.join(texts)
        return separator.join(texts[:-1]) + last + texts[-1]

    return {
        "count": count,
        "group": group,
        "join": join,
        "max": extreme(max, in_order),
        "min": extreme(min, in_order),
        "sort": sort,
        "sum": total,
    }


def _itself(item: object) -> object:
    return item


def _separators(locale: str) -> tuple[str, str]:
    """What stands between the items of a list in words: ``, `` and `` et ``; source CLDR."""
    patterns = read_locale(locale).list_patterns["standard"]
    between = patterns["middle"].replace("{0}", "").replace("{1}", "")
    return between, patterns["2"].replace("{0}", "").replace("{1}", "")


def _order(locale: str) -> Callable[[object], tuple[Any, ...]]:
    """How values are compared: numbers by size, texts as a reader looks them up.

    Capitals and accents do not count, numbers within texts do: 2, 12, 12A; in Danish, æ, ø and
    å come last. What is missing comes after everything.
    """
    nordic = read_locale(locale).language in _NORDIC

    def in_order(value: object) -> tuple[Any, ...]:
        if value is MISSING or is_missing(value):
            return (1,)
        if isinstance(value, str):
            return (0, *_words(value, nordic))
        if isinstance(value, list | tuple | dict):
            raise ValueRefused(say("cannot compare {kind}", kind=kind_of(value)))
        return (0, (0, int(value) if isinstance(value, bool) else to_decimal(value)))

    return in_order


def _words(text: str, nordic: bool) -> Iterator[tuple[int, object]]:
    try:
        yield 0, to_decimal(text)
        return
    except ValueRefused:
        folded = text.strip().casefold()
    folded = folded.translate(_AFTER_Z if nordic else _LIGATURES)
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one)
    )
    for place, word in enumerate(_DIGITS.split(plain)):
        if word:
            yield (0, Decimal(word)) if place % 2 else (1, word)
