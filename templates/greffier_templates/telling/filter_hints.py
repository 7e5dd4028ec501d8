"""Says how to write with functions what Jinja writes with filters: ``{{ name | upper }}``."""

from __future__ import annotations

import difflib
import re

from ..functions.offered import functions
from ..model import Filling
from .wording import say

#: Filters of Jinja and Django whose function is called otherwise.
_CALLED = {
    "capfirst": "capitalize",
    "count": "len",
    "currency": "money",
    "d": "default",
    "floatformat": "number",
    "groupby": "group",
    "length": "len",
    "pluralize": "plural",
    "string": "str",
    "yesno": "yes_no",
}
#: Filters for HTML, which no document needs.
_NEEDLESS = ("e", "escape", "safe", "linebreaks", "linebreaksbr")
_FILTER = re.compile(r"\|\s*(\w+)\s*(?:\((.*?)\)|:\s*([^|]+))?\s*", re.DOTALL)
_PLAIN = re.compile(r"[\w.\[\]'\"]{1,60}")


def how_to_call(value: str, filters: str) -> str:
    """The hint for ``value`` followed by ``| upper`` or the like."""
    found = _FILTER.match(filters)
    name = found[1] if found else ""
    if name in _NEEDLESS:
        return say("Leave “{name}” out: values are printed as they are.", name=name)
    known = [one for one in functions(Filling()) if one.isidentifier()]
    near = difflib.get_close_matches(_CALLED.get(name, name), known, 1, 0.75)
    if found is None or not near:
        return say("Functions are written like {example}.", example="upper(person.name)")
    # Of {% for x in xs | sort %} only the last word is the value.
    last = value.rsplit(maxsplit=1)[-1] if value.split() else ""
    arguments = (found[2] or found[3] or "").strip()
    whole = ", ".join(filter(None, [last if _PLAIN.fullmatch(last) else "…", arguments]))
    return say("Write {example}.", example=f"{near[0]}({whole})")
