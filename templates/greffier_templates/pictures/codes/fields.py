"""The fields of payment codes: read, checked, and refused by name without their value."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NoReturn

from ...errors import ValueRefused
from ...functions import references
from ...functions.amounts import is_missing, kind_of, round_half_up, to_decimal
from ...telling.wording import say

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BELGIAN = re.compile(r"\+{3}.*\+{3}|\*{3}.*\*{3}")
_MOST_EUROS = Decimal("999999999.99")


def wrong(field: str, why: str) -> NoReturn:
    """Refuse a field; ``why`` goes on from “has a field “iban” that”.

    Raises:
        ValueRefused: always.
    """
    raise ValueRefused(say("has a field “{field}” that {why}", field=field, why=why))


def text(field: str, value: object, most: int, allowed: Callable[[str], bool] | None = None) -> str:
    """One line of text, its blanks squeezed; empty when it is missing.

    Args:
        field: the name of the field.
        value: of the data.
        most: characters.
        allowed: whether a character may stand in it.

    Raises:
        ValueRefused: it is longer, has other characters, or is no text.
    """
    if is_missing(value):
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        wrong(field, say("is {kind} where a text belongs", kind=kind_of(value)))
    line = " ".join(str(value).split())
    if _CONTROL.search(line):
        wrong(field, say("has characters that cannot be printed"))
    if allowed is not None and not all(map(allowed, line)):
        wrong(field, say("has characters that the standard does not allow"))
    if len(line) > most:
        wrong(field, say("has more than {limit} characters", limit=most))
    return line


def required(field: str, line: str) -> str:
    """A text that must not be empty.

    Raises:
        ValueRefused: it is.
    """
    if not line:
        wrong(field, say("is empty"))
    return line


def checked(kind: str, number: str) -> str | None:
    """A number without blanks, its check digits right; None when it is none.

    Args:
        kind: the module of python-stdnum that knows it: ``ch.esr``.
        number: as it was given.
    """
    # Late: few templates need it.
    errors, numbers = (importlib.import_module(f"stdnum.{one}") for one in ("exceptions", kind))
    try:
        return str(numbers.validate(number))
    except errors.ValidationError:
        return None


def iban(field: str, value: object) -> str:
    """An IBAN without blanks, its check digits right.

    Raises:
        ValueRefused: it is none.
    """
    line = required(field, text(field, value, 42))
    try:
        return references.iban(line).replace(" ", "")
    except ValueRefused:
        wrong(field, say("is not an IBAN, or has wrong check digits"))


def creditor_reference(field: str, value: object) -> str:
    """A creditor reference of ISO 11649 (``RF…``) without blanks; empty when it is missing.

    Raises:
        ValueRefused: it is none.
    """
    line = text(field, value, 35)
    if line and not line.upper().startswith("RF"):
        wrong(field, say("is not a creditor reference, which begins with RF"))
    try:
        return references.creditor_reference(line).replace(" ", "")
    except ValueRefused:
        wrong(field, say("is a creditor reference with wrong check digits"))


def message(field: str, value: object, most: int) -> str:
    """A text for the payee; a Belgian structured communication in it must be right.

    Raises:
        ValueRefused: it is longer than ``most`` characters, or its check digits are wrong.
    """
    line = text(field, value, most)
    if _BELGIAN.fullmatch(line):
        try:
            return references.structured_communication(line)
        except ValueRefused:
            wrong(field, say("is a structured communication with wrong check digits"))
    return line


def amount(field: str, value: object, most: Decimal = _MOST_EUROS) -> Decimal | None:
    """An amount in whole cents from 0.01 to ``most``; None when it is missing.

    Raises:
        ValueRefused: it is none, out of these bounds, or has parts of cents.
    """
    if is_missing(value):
        return None
    try:
        number = to_decimal(value)
    except ValueRefused:
        wrong(field, say("is not an amount; write it with a point and without spaces: 1234.50"))
    if number != round_half_up(number, 2):
        wrong(field, say("has parts of cents"))
    if not Decimal("0.01") <= number <= most:
        wrong(field, say("is not between {least} and {most}", least="0.01", most=f"{most}"))
    return round_half_up(number, 2)


def digits(field: str, value: object, count: int) -> str:
    """So many digits, blanks left out. A number of JSON would have lost its leading zeros.

    Raises:
        ValueRefused: it is anything else.
    """
    if not isinstance(value, str):
        wrong(field, say("is {kind} where a text of digits belongs", kind=kind_of(value)))
    number = value.replace(" ", "")
    if len(number) != count or not (number.isascii() and number.isdigit()):
        wrong(field, say("does not have {count} digits", count=count))
    return number


def members(field: str, value: object, known: frozenset[str]) -> Mapping[str, object]:
    """An object of the data that has no members but those.

    Raises:
        ValueRefused: it is no object, or has others; their names are not told.
    """
    if not isinstance(value, Mapping):
        wrong(field, say("is {kind} where an object belongs", kind=kind_of(value)))
    if not value.keys() <= known:
        wrong(
            field,
            say("has other members than {members}", members=", ".join(sorted(known))),
        )
    return value
