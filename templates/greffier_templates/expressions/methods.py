"""The methods that expressions may call, by the type of their owner; none changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .operators import refuse_text_of

Method = Callable[..., object]


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    times = text.count(old) if count < 0 else min(count, text.count(old))
    refuse_text_of(len(text) + times * len(new))
    return text.replace(old, new, count)


def _join(separator: str, parts: Iterable[str]) -> str:
    texts = list(parts)
    refuse_text_of(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _padded(pad: Method) -> Method:
    def method(text: str, width: int, *fill: str) -> object:
        refuse_text_of(width)
        return pad(text, width, *fill)

    return method


_TEXT_AS_IT_IS = (
    "capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower "
    "isnumeric isspace istitle isupper lower lstrip partition removeprefix removesuffix rfind "
    "rindex rpartition rsplit rstrip split splitlines startswith strip swapcase title upper"
)
_TEXT: dict[str, Method] = {
    **{name: getattr(str, name) for name in _TEXT_AS_IT_IS.split()},
    **{name: _padded(getattr(str, name)) for name in ("center", "ljust", "rjust", "zfill")},
    "join": _join,
    "replace": _replace,
}
_LIST: dict[str, Method] = {
    "count": lambda items, value: items.count(value),
    "index": lambda items, value: items.index(value),
}
_OBJECT: dict[str, Method] = {
    "get": lambda entries, key, default=None: entries.get(key, default),
    "items": lambda entries: list(entries.items()),
    "keys": list,
    "values": lambda entries: list(entries.values()),
}

OF_TEXTS, OF_LISTS, OF_OBJECTS = frozenset(_TEXT), frozenset(_LIST), frozenset(_OBJECT)
#: Every method of any type: what a template may name at all.
NAMES = OF_TEXTS | OF_LISTS | OF_OBJECTS


def method_of(owner: object, name: str) -> Callable[..., Any] | None:
    """The method of that name for a value of that type, or None; takes the owner first."""
    if isinstance(owner, str):
        return _TEXT.get(name)
    if isinstance(owner, Mapping):
        return _OBJECT.get(name)
    if isinstance(owner, list | tuple):
        return _LIST.get(name)
    return None
