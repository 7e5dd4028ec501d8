"""The language a template is written in: that of its text when no style says otherwise."""

from __future__ import annotations

from lxml import etree

from .errors import ValueRefused
from .functions.amounts import read_locale
from .gate.odf_names import q

#: Where the template says none, or one that is in no dictionary.
_UNKNOWN = "en"


def locale_of(styles: etree._Element) -> str:
    """The locale, ``fr_BE``, of the text of a template; English where it says none we know.

    Args:
        styles: the root of ``styles.xml``.
    """
    return locale_told(styles) or _UNKNOWN


def locale_told(styles: etree._Element) -> str | None:
    """The locale that a template says its text has; None when it says none we know.

    It is the language of *Tools › Language › For All Text*, which Writer writes into the default
    paragraph style.

    Args:
        styles: the root of ``styles.xml``.
    """
    for style in styles.iter(q("style:default-style")):
        if style.get(q("style:family")) != "paragraph":
            continue
        for properties in style.iter(q("style:text-properties")):
            names = (properties.get(q("fo:language")), properties.get(q("fo:country")))
            locale = "_".join(name for name in names if name and name != "none")
            try:
                return str(read_locale(locale))
            except ValueRefused:
                return None
    return None
