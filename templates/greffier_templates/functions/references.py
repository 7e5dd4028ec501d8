"""Numbers that people copy: telephone, bank account, payment reference.

What carries a check digit is checked, and refused when it is wrong: it must not go out on a
letter. The libraries are imported when they are first needed, for few templates need them.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ValueRefused
from ..telling.wording import say
from .amounts import is_missing, kind_of, read_locale

Function = Callable[..., object]

#: Longest text looked at: an IBAN has 34 characters, written in groups 42.
_MAX_NUMBER = 100
#: Digits of a Belgian structured communication before its two check digits.
_OGM_DIGITS = 10


def reference_functions(locale: str) -> dict[str, Function]:
    """The functions of such numbers, by the name they have in templates."""

    def phone(number: object, country: str | None = None, style: str | None = None) -> str:
        if is_missing(number):
            return ""
        if style not in (None, "national", "international"):
            raise ValueRefused(say("knows the styles national and international"))
        home = read_locale(locale).territory
        region = country.upper() if country else home
        return _phone(_digits(number), region, home or region, style)

    return {
        "creditor_reference": creditor_reference,
        "iban": iban,
        "phone": phone,
        "structured_communication": structured_communication,
    }


def _phone(text: str, region: str | None, home: str | None, style: str | None) -> str:
    """A number of ``region`` as it is dialled at ``home``; what is no number as it stands.

    A clerk may have written “02/123.45.67 (evenings)”, which is better printed than lost.
    """
    import phonenumbers

    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueRefused(say("was given a country that does not exist; write BE or NL"))
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number) or _says_more(text):
        return text
    if style is None:
        here = phonenumbers.country_code_for_region(home) if home else 0
        style = "national" if number.country_code == here else "international"
    shape = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if style == "national"
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(number, shape))


def _says_more(text: str) -> bool:
    return any(one.isalpha() for one in text)


def iban(account: object) -> str:
    """A bank account in groups of four, its check digits and its length checked.

    That its bank exists is not: lists of banks grow older than the accounts they are asked for.
    Source: ISO 13616, as python-stdnum knows it.
    """
    if is_missing(account):
        return ""
    from stdnum import iban as known
    from stdnum.exceptions import ValidationError

    try:
        return str(known.format(known.validate(_digits(account), check_country=False)))
    except ValidationError:
        raise ValueRefused(say("was given an account number that is wrong")) from None


def structured_communication(reference: object) -> str:
    """A Belgian structured communication: ``+++202/6001/23464+++``.

    Of at most ten digits it is made, by adding their remainder modulo 97 (97 for 0); twelve
    digits are checked. Source: Febelfin, as python-stdnum knows it.
    """
    if is_missing(reference):
        return ""
    from stdnum.be import ogm_vcs
    from stdnum.exceptions import ValidationError

    digits = ogm_vcs.compact(_digits(reference).strip("*"))
    if not digits.isascii() or not digits.isdecimal() or int(digits) == 0:
        raise ValueRefused(say("needs a number of at most ten digits, or a whole reference"))
    if len(digits) <= _OGM_DIGITS:
        digits = digits.zfill(_OGM_DIGITS)
        digits += ogm_vcs.calc_check_digits(digits)
    elif isinstance(reference, int):
        digits = digits.zfill(_OGM_DIGITS + 2)  # a number has lost its leading zeros
    try:
        return f"+++{ogm_vcs.format(ogm_vcs.validate(digits))}+++"
    except ValidationError:
        raise ValueRefused(say("was given a reference that is wrong")) from None


def creditor_reference(reference: object) -> str:
    """An international creditor reference, in groups of four: ``RF18 5390 0754 7034``.

    One that begins with RF is checked; to any other its two check digits are added.
    Source: ISO 11649, as python-stdnum knows it.
    """
    if is_missing(reference):
        return ""
    from stdnum import iso11649
    from stdnum.exceptions import ValidationError
    from stdnum.iso7064 import mod_97_10

    try:
        compact = iso11649.compact(_digits(reference))
        if not compact.startswith("RF"):
            compact = f"RF{mod_97_10.calc_check_digits(compact + 'RF')}{compact}"
        return str(iso11649.format(iso11649.validate(compact)))
    except ValidationError:
        raise ValueRefused(say("was given a reference that is wrong")) from None


def _digits(value: object) -> str:
    """The number as text; JSON may hold it as either."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueRefused(
            say("needs a number written as a text and was given {kind}", kind=kind_of(value))
        )
    if isinstance(value, int) and (value < 0 or value >= 10**_MAX_NUMBER):
        raise ValueRefused(say("was given a number with too many digits"))
    text = str(value).strip()
    if len(text) > _MAX_NUMBER:
        raise ValueRefused(say("was given a number with too many digits"))
    return text
