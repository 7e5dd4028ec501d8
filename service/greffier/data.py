"""The data of a document, read from JSON the same way everywhere."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn, cast

from greffier.errors import DataMalformed

_BEGIN, _COLON, _END = (re.compile(rf"[ \t\n\r]*{sign}[ \t\n\r]*") for sign in (r"\{", ":", "[,}]"))


def read_json(text: bytes) -> object:
    """Read JSON for a template.

    Raises:
        DataMalformed: it is not JSON.
    """
    try:
        value: object = json.loads(text, parse_float=_number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DataMalformed("The data is not JSON as RFC 8259 has it.") from error
    return value


def read_data(request: bytes) -> tuple[dict[str, object], str]:
    """Read the member ``data`` of a request, which is known to be an object with that member.

    Gives it with the SHA-256 of its text: of the bytes that stand for it in the request.

    Raises:
        DataMalformed: it is not JSON.
    """
    try:
        # Of two members of one name the last one counts, as for whoever read the request first.
        data, text = {name: (value, text) for name, value, text in _members(request)}["data"]
    except (ValueError, RecursionError) as error:
        raise DataMalformed("The data is not JSON as RFC 8259 has it.") from error
    return cast("dict[str, object]", data), hashlib.sha256(text.encode()).hexdigest()


def _members(request: bytes) -> Iterator[tuple[str, object, str]]:
    """Give name, value and text of each member of an object."""
    text = request.decode()
    decoder = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)
    found = _expect(_BEGIN, text, 0)
    while "}" not in found[0]:
        name, end = decoder.raw_decode(text, found.end())
        begin = _expect(_COLON, text, end).end()
        value, end = decoder.raw_decode(text, begin)
        yield str(name), value, text[begin:end]
        found = _expect(_END, text, end)


def _expect(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError
    return found


def _number(text: str) -> float | Decimal:
    """A float, which prints as stock py3o.template prints it; a decimal where digits were lost."""
    number, exact = float(text), Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _refuse_constant(name: str) -> NoReturn:
    raise DataMalformed(f"The data holds {name}, which is no number in JSON; send null instead.")
