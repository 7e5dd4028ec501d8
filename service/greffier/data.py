"""The data of a document, read from JSON the same way everywhere."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn

from greffier.errors import DataMalformed


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


def _number(text: str) -> float | Decimal:
    """A float, which prints as stock py3o.template prints it; a decimal where digits were lost."""
    number, exact = float(text), Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _refuse_constant(name: str) -> NoReturn:
    raise DataMalformed(f"The data holds {name}, which is no number in JSON; send null instead.")
