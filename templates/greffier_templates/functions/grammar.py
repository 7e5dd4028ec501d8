"""Functions that make words agree: with a number, with a person, with yes or no."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ValueRefused
from ..scope import MISSING
from ..telling.wording import say
from ..values import to_text
from .amounts import is_missing, kind_of, read_locale, to_decimal
from .lists import all_parts_of

Function = Callable[..., object]

#: Longest text in which ``#`` is replaced by a number.
_MAX_FORM = 1_000

_YES_NO = {
    "da": ("ja", "nej"),
    "de": ("ja", "nein"),
    "en": ("yes", "no"),
    "fr": ("oui", "non"),
    "it": ("sì", "no"),
    "nl": ("ja", "nee"),
}

#: How registers write a sex: in letters and words of our languages, and as ISO/IEC 5218.
_MALE = "m male man h homme monsieur masculin mannelijk heer männlich mann herr mand maschio uomo 1"
_FEMALE = (
    "f female woman femme madame féminin v vrouw vrouwelijk mevrouw w weiblich frau "
    "k kvinde femmina donna 2"
)
_NEITHER = "x d divers o other u unknown 0 9"
_SEXES = {
    **dict.fromkeys(_MALE.split(), "m"),
    **dict.fromkeys(_FEMALE.split(), "f"),
    **dict.fromkeys(_NEITHER.split(), "x"),
}


def grammar_functions(locale: str) -> dict[str, Function]:
    """The functions of agreement, by the name they have in templates."""
    found = read_locale(locale)

    def plural(number: object, one: str, many: str, zero: str | None = None) -> str:
        if is_missing(number):
            return ""
        shown = len(number) if isinstance(number, list | tuple) else number
        counted = to_decimal(shown)
        if zero is not None and counted == 0:
            form = zero
        else:
            form = one if found.plural_form(abs(counted)) == "one" else many
        if "#" not in form:
            return form
        if len(form) > _MAX_FORM:
            raise ValueRefused(say("takes words of at most {most} characters", most=_MAX_FORM))
        return form.replace("#", to_text(shown))

    def agree(  # noqa: PLR0917 - a template writes the forms one after another
        who: object,
        masculine: str,
        feminine: str,
        plural: str | None = None,
        feminine_plural: str | None = None,
        other: str | None = None,
        key: object = None,
    ) -> str:
        people = all_parts_of(who, key) if isinstance(who, list | tuple) else [who]
        sexes = {_sex(one) for one in people}
        if not people:
            return ""
        if len(people) > 1 and plural is not None:
            return feminine_plural if feminine_plural and sexes == {"f"} else plural
        if sexes == {"f"}:
            return feminine
        if sexes == {"m"}:
            return masculine
        if other is not None:
            return other
        return f"{to_text(masculine)}/{to_text(feminine)}"

    def yes_no(value: object, yes: str | None = None, no: str | None = None) -> str:
        if is_missing(value):
            return ""
        if not isinstance(value, bool):
            raise ValueRefused(say("needs true or false and was given {kind}", kind=kind_of(value)))
        words = _YES_NO.get(found.language)
        if words is None and (yes is None or no is None):
            raise ValueRefused(say("does not know yes and no in this language; write both words"))
        own_yes, own_no = words or ("", "")
        if value:
            return own_yes if yes is None else yes
        return own_no if no is None else no

    return {"agree": agree, "plural": plural, "yes_no": yes_no}


def _sex(value: object) -> str:
    """``m``, ``f`` or ``x`` of what the data say."""
    if value is MISSING or is_missing(value):
        return "x"
    sex = _SEXES.get(str(value).strip(". ").lower()) if isinstance(value, str | int) else None
    if sex is None:
        raise ValueRefused(say("needs a sex written M, F or X"))
    return sex
