"""Regular expressions of a schema that end soon, whatever text they are held against.

Python looks for a match by trying; a pattern such as ``(a+)+$`` makes it try for years. Here the
ways a pattern leaves open are multiplied, and one that leaves too many is refused.
"""

from __future__ import annotations

import re

#: Longest pattern, and longest text that one is held against.
MAX_PATTERN = 200
MAX_TEXT = 250
#: Most ways to match that a pattern may leave open: some milliseconds.
_MAX_WAYS = 100_000
_REPEAT = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def is_quick(pattern: str) -> bool:
    """Whether a pattern is one that can be held against any text in little time.

    It is when all it leaves open can be counted and is little: signs, classes, alternatives,
    repetitions of single signs, and groups that are repeated only as a whole.
    """
    if len(pattern) > MAX_PATTERN:
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    ways = _ways(pattern)
    return ways is not None and ways <= _MAX_WAYS


def _ways(pattern: str) -> int | None:
    """How many ways a pattern leaves open; None when that cannot be said."""
    ways = 1 if pattern.startswith("^") else MAX_TEXT
    opened: list[int] = []
    last = 1  # the ways within what a repetition may follow
    position = 0
    while position < len(pattern):
        sign = pattern[position]
        step = 1
        if sign == "\\":
            if pattern[position + 1].isdigit() or pattern[position + 1] in "gk":
                return None
            last, step = 1, 2
        elif sign == "[":
            found = _CLASS.match(pattern, position)
            if found is None:
                return None
            last, step = 1, found.end() - position
        elif sign == "(":
            if pattern.startswith("(?", position) and not pattern.startswith("(?:", position):
                return None
            opened.append(ways)
            last, step = 1, 3 if pattern.startswith("(?:", position) else 1
        elif sign == ")":
            before = opened.pop() if opened else 1
            last = max(1, ways // before)
        elif sign == "|":
            ways *= 2
        elif sign in "*+?{":
            repeat = _REPEAT.match(pattern, position)
            if sign == "{" and repeat is None:
                last = 1
            else:
                counted = _turns(sign, repeat)
                if last > 1 and counted != 2:
                    return None
                ways *= counted
                step = repeat.end() - position if repeat else 1
                if pattern[position + step : position + step + 1] in ("?", "+"):
                    step += 1  # lazy or possessive: as many ways or fewer
        else:
            last = 1
        position += step
        if ways > _MAX_WAYS:
            return ways
    return ways


def _turns(sign: str, repeat: re.Match[str] | None) -> int:
    """In how many ways something can be repeated."""
    if sign == "?":
        return 2
    if repeat is None:
        return MAX_TEXT
    least, comma, most = repeat.groups()
    if not comma:
        return 1
    return max(1, (int(most) if most else MAX_TEXT) - int(least) + 1)
