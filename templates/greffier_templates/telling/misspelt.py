"""Notices what was probably meant to be filled, but is not written as py3o wants it."""

from __future__ import annotations

import difflib
import re

from ..pictures.codes.kinds import CODES

#: The word that a name or an address begins with: ``py30`` of ``py30.name``. LibreOffice puts
#: ``http://`` before an address that it does not take for one.
_FIRST_WORD = re.compile(r"\s*(?:https?:/+)?(\w+)(?:[.:;,/\\].*|\s*)", re.DOTALL)
#: One letter too many, too few or wrong, or two in the wrong order; ``python`` is no more near.
_NEAR = 0.75

#: “aztek” and “data_matrix” are near their codes, “photo” is near none.
_NEAR_KIND = 0.5
#: What codes are called elsewhere.
_OTHER_NAMES = {"qrcode": "qr", "barcode": "code128", "girocode": "epc", "sepa": "epc"}

_FRAME = re.compile(r"py3o\.", re.IGNORECASE)
_FRAME_WORDS = re.compile(r"\s*(\w*)[\s.(]*(.*?)[\s)]*", re.DOTALL)
_FRAME_KINDS = ("image", "staticimage", *CODES)


def is_nearly_py3o(text: str) -> bool:
    """Whether a field's name, or an address, begins with something like ``py3o``."""
    found = _FIRST_WORD.fullmatch(text)
    if found is None:
        return False
    return bool(difflib.get_close_matches(found[1].lower(), ("py3o",), cutoff=_NEAR))


def field_meant(name: str) -> str:
    """The name of a user field that is filled, most like ``name``."""
    _, _, rest = name.partition(".")
    return f"py3o.{rest.strip() or 'name'}"


def picture_meant(name: str) -> str | None:
    """The frame name most like ``name``, which is no picture's; None when it is not like one."""
    if _FRAME.match(name) is None:
        return None
    near, rest = _kinds_near(name)
    if near == ["staticimage"]:
        return f"py3o.staticimage.{rest or 'logo'}"
    if near and near[0] in CODES:
        return f"py3o.{near[0]}({rest})" if rest else CODES[near[0]].example
    return f"py3o.image({rest or 'photo'})"


def asks_for_picture(name: str) -> bool:
    """Whether a frame name that is not understood must have been meant as a picture or code.

    Stock py3o leaves a frame ``py3o.logo`` as it is, and so may not be refused; one with
    brackets, or with a word like ``image``, would be wrong in every document.
    """
    near, _ = _kinds_near(name)
    return "(" in name or bool(near)


def _kinds_near(name: str) -> tuple[list[str], str]:
    """The kind of picture that a frame name most likely means, and what stands behind it."""
    words = _FRAME_WORDS.fullmatch(name[len("py3o.") :])
    assert words is not None
    kind, rest = words.groups()
    known = _OTHER_NAMES.get(kind.lower(), kind.lower())
    return difflib.get_close_matches(known, _FRAME_KINDS, 1, _NEAR_KIND), rest
