"""Finds the places of a document that are to be filled: py3o's fields, links and frames.

- ``text:user-field-get`` named ``py3o.<expression>``: a field;
- ``text:a`` to ``py3o://<instruction>`` and ``text:text-input`` described so: an instruction,
  ``for="x in xs"`` or ``/for``;
- a tag typed into the text, which :mod:`.typed_tags` has made one of these;
- ``draw:frame`` named ``py3o.image(<arguments>)`` or ``py3o.staticimage.<id>``: a picture;
- ``text:section``, ``table:table`` and ``draw:frame`` named ``py3o.if(<condition>)`` or
  ``py3o.for(<item> in <items>)``: a block that is that element.
- ``draw:frame`` named ``py3o.qr(<arguments>)`` and the like, or a field or ``function`` that
  calls one: a code.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import remove
from .named import FRAME, NAME_OF, instruction_in, is_like_instruction
from .pictures.codes.kinds import CODES
from .pictures.stand_ins import NO_STAND_IN, StandIn
from .telling.lint import warn_of_dollars
from .telling.misspelt import asks_for_picture, field_meant, is_nearly_py3o, picture_meant
from .telling.notes import Report
from .telling.places import Places
from .telling.site import Site
from .telling.wording import did_you_mean, quoted, say
from .trees import PARAGRAPHS, plain_text, replace
from .typed import tell, typed_text

_FIELD, _FIELD_INPUT = q("text:user-field-get"), q("text:user-field-input")
_LINK, _TEXT_INPUT, _ANCHOR = q("text:a"), q("text:text-input"), q("text:anchor-type")
_NAME, _HREF, _DESCRIPTION = q("text:name"), q("xlink:href"), q("text:description")
_FRAME_NAME = q("draw:name")

_SCHEME, _PREFIX = "py3o://", "py3o."
#: A picture or code, and the number that a copied frame gets.
_PICTURE = re.compile(rf"py3o\.(image|{'|'.join(CODES)})(\(.*\))\s*#?\d*", re.DOTALL)
_CODE_CALL = re.compile(rf"\s*({'|'.join(CODES)})\s*\(")
_STATIC_IMAGE = "py3o.staticimage."
_NUMBER = re.compile(r"\s*#\d+$")  # makes a name unique, and means nothing

#: Instructions that enclose something and are closed by ``/name``.
BLOCKS = ("for", "if", "with", "choose", "when", "otherwise")
#: Instructions that divide a block, and the block that they divide.
BRANCHES = {"elif": "if", "else": "if", "empty": "for"}
#: Instructions that stand for the columns of their cell.
COLUMNS = ("for-column", "if-column")
_BARE = ("else", "empty")
_WITHOUT_ARGUMENT = ("choose", "otherwise", *_BARE)
_INSTRUCTIONS = (*BLOCKS, *BRANCHES, *COLUMNS, "function", "include")

#: Quotes and blanks that word processors put in place of those of the keyboard.
_CURLED = str.maketrans("“”„‟«»‘’‚‛\u00a0\u202f", '""""""\'\'\'\'  ')


class Kind(enum.Enum):
    """What a marker stands for."""

    FIELD = enum.auto()
    FUNCTION = enum.auto()
    INCLUDE = enum.auto()
    OPEN = enum.auto()
    BRANCH = enum.auto()
    CLOSE = enum.auto()
    COLUMN = enum.auto()
    NAMED = enum.auto()
    IMAGE = enum.auto()
    STATIC_IMAGE = enum.auto()
    CODE = enum.auto()


#: Markers that are frames, and enclose what is in them.
FRAMES = frozenset({Kind.IMAGE, Kind.STATIC_IMAGE, Kind.CODE})


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """One place to be filled."""

    kind: Kind
    #: ``for``, ``if``…; the id of a static image; the block to include; empty for a field.
    name: str
    #: How its expression may be read; the first that is valid counts.
    readings: tuple[Reading, ...]
    element: etree._Element
    site: Site
    #: How wide a frame may become where it stands, cm; None where nothing bounds it.
    room_cm: float | None = None
    #: What the frame shows in the template.
    stand_in: StandIn = NO_STAND_IN


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what the designer wrote."""

    source: str
    #: Whether curled quotes had to be made straight for it.
    repaired: bool = False


def find_markers(root: etree._Element, report: Report) -> list[Marker]:
    """Every marker of a part in document order; what cannot be one is reported."""
    places = Places()
    markers: list[Marker] = []
    taken: set[etree._Element] = set()
    filled = (_FIELD, _FIELD_INPUT, _LINK, _TEXT_INPUT, *NAME_OF)
    wanted = (*filled, *Places.WATCHED, *PARAGRAPHS)
    for element in list(root.iter(*wanted)):  # a list, because joining links changes the tree
        if element.tag in Places.WATCHED:
            places.pass_by(element)
        if element.tag in PARAGRAPHS:
            warn_of_dollars(element, places, report)
        elif element.tag in Places.WATCHED:
            continue
        elif element.getparent() is None:
            continue  # a piece of a link, joined with the piece before it
        elif not any(ancestor in taken for ancestor in element.iterancestors()):
            marker = _read(element, places, report)
            if marker is not None:
                markers.append(marker)
                if marker.kind is not Kind.NAMED:
                    taken.add(element)
    return markers


def _read(element: etree._Element, places: Places, report: Report) -> Marker | None:
    if element.tag in (_FIELD, _FIELD_INPUT):
        name = element.get(_NAME, "")
        if not name.startswith(_PREFIX):
            _warn_of_field(name, element, places, report)
            return None
        source = name.removeprefix(_PREFIX)
        site = places.site(element, typed_text(element) or source)
        if not tell(element, site, report):
            return None
        return _value(Kind.FIELD, "", tuple(as_written(source)), element, site)
    if element.tag in NAME_OF:
        if element.tag == FRAME and instruction_in(element) is None:
            return _read_frame(element, places, report)
        return _read_named(element, places, report)
    instruction = _instruction(element)
    if instruction is None:
        _warn_of_address(element, places, report)
        return None
    site = places.site(element, typed_text(element) or instruction)
    if not tell(element, site, report):
        return None
    return _read_instruction(instruction, element, site, report)


def _read_named(element: etree._Element, places: Places, report: Report) -> Marker | None:
    name = element.get(NAME_OF[str(element.tag)], "")
    found = instruction_in(element)
    if found is not None:
        instruction, argument = found
        site = places.site(element, name)
        if element.tag == FRAME and instruction == "for" and element.get(_ANCHOR) != "as-char":
            report.error(
                "frame-not-in-text",
                say("A frame that is repeated must be anchored as a character."),
                site,
                say("Right-click the frame: Anchor › As Character."),
            )
            return None
        return Marker(Kind.NAMED, instruction, tuple(as_written(argument)), element, site)
    if is_like_instruction(element):
        report.error(
            "name-not-understood",
            say("The name “{name}” is not understood.", name=name),
            places.site(element, name),
            say(
                "It is written {one} or {other}.",
                one="py3o.if(condition)#1",
                other="py3o.for(item in items)#1",
            ),
        )
    return None


def _read_frame(frame: etree._Element, places: Places, report: Report) -> Marker | None:
    name = frame.get(_FRAME_NAME, "")
    identifier = _NUMBER.sub("", name).removeprefix(_STATIC_IMAGE)
    if identifier not in (_NUMBER.sub("", name), ""):
        return Marker(Kind.STATIC_IMAGE, identifier, (), frame, places.site(frame, name))
    for text in (name, unquote(name)):
        match = _PICTURE.fullmatch(text)
        if match:
            kind, name = (Kind.IMAGE, "") if match[1] == "image" else (Kind.CODE, match[1])
            readings = tuple(as_written(match[1] + match[2]))
            return Marker(kind, name, readings, frame, places.site(frame, text))
    meant = picture_meant(name)
    if meant is not None:
        note = report.error if asks_for_picture(name) else report.warning
        note(
            "picture-name-unknown",
            say("The name of the frame, “{name}”, is not understood.", name=name),
            places.site(frame, name),
            did_you_mean(meant),
        )
    return None


def _warn_of_field(name: str, element: etree._Element, places: Places, report: Report) -> None:
    """Warn of a field that stock py3o leaves as it is too, so that it may not be refused."""
    if is_nearly_py3o(name):
        report.warning(
            "field-not-filled",
            say(
                "The field “{name}” is not filled: its name does not begin with “{prefix}”.",
                name=name,
                prefix=_PREFIX,
            ),
            places.site(element, name),
            did_you_mean(field_meant(name)),
        )


def _warn_of_address(element: etree._Element, places: Places, report: Report) -> None:
    """Warn of a link or input field that is almost an instruction."""
    is_link = element.tag == _LINK
    address = element.get(_HREF if is_link else _DESCRIPTION, "")
    if is_nearly_py3o(address):
        address = unquote(address)
        if is_link:
            what = say("The link to {address}", address=quoted(address))
        else:
            what = say("The input field {description}", description=quoted(address))
        report.warning(
            "instruction-not-read",
            say(
                "{what} is no instruction: it does not begin with “{start}”.",
                what=what,
                start=_SCHEME,
            ),
            places.site(element, address),
            say("An instruction is written like {example}.", example=f'{_SCHEME}if="condition"'),
        )


def _instruction(element: etree._Element) -> str | None:
    """What a link or input field says after ``py3o://``; None when it is an ordinary one."""
    if element.tag == _LINK:
        href = element.get(_HREF, "")
        if not href.startswith(_SCHEME):
            return None
        _join_pieces(element)
        return unquote(href.removeprefix(_SCHEME)).strip()
    text = element.get(_DESCRIPTION, "").strip()
    if not text.startswith(_SCHEME):
        return None
    text = text.removeprefix(_SCHEME)
    # Stock py3o decodes descriptions like addresses, which spoils '%02d'; those that tools
    # wrote encoded have no quote that is not.
    return unquote(text) if "%22" in text and '"' not in text else text


def _join_pieces(link: etree._Element) -> None:
    """Join a link that LibreOffice wrote in pieces, one for each formatting of its text."""
    instruction = _squeezed(unquote(link.get(_HREF, "").removeprefix(_SCHEME)))
    shown = _squeezed(plain_text(link))
    following = link.getnext()
    while (
        not link.tail
        and following is not None
        and following.tag == _LINK
        and following.get(_HREF) == link.get(_HREF)
        and shown != instruction
        and instruction.startswith(shown)
    ):
        shown += _squeezed(plain_text(following))
        link.tail, following.tail = following.tail, None
        remove(following)
        following = link.getnext()


def _squeezed(text: str) -> str:
    return "".join(text.translate(_CURLED).split())


def _read_instruction(
    instruction: str, element: etree._Element, site: Site, report: Report
) -> Marker | None:
    name, equals, argument = instruction.partition("=")
    name = name.strip()
    closing = name.startswith("/")
    name = name.strip("/ ")
    if name not in _INSTRUCTIONS:
        near = difflib.get_close_matches(name, _INSTRUCTIONS, 1)
        report.error(
            "instruction-unknown",
            say("“{name}” is not an instruction.", name=name),
            site,
            did_you_mean(near[0])
            if near
            else say("There are {instructions}.", instructions=", ".join(_INSTRUCTIONS)),
        )
        return None
    if closing and name not in BLOCKS:
        report.error(
            "instruction-not-closable",
            say("“{name}” is not closed; it has no end.", name=name),
            site,
            say("The end of the block is “/{block}”.", block=BRANCHES[name])
            if name in BRANCHES
            else "",
        )
        return None
    if closing:
        return Marker(Kind.CLOSE, name, (), element, site)
    if not equals and name not in _WITHOUT_ARGUMENT:
        report.error(
            "instruction-without-argument",
            say("“{name}” needs an argument.", name=name),
            site,
            say("Write {example}.", example=f'{name}="…"'),
        )
        return None
    if name == "include":
        block = argument.translate(_CURLED).strip(" \"'")
        return Marker(Kind.INCLUDE, block, (), element, site)
    readings = tuple(_argument_readings(argument))
    if name in _BARE and readings[0].source:
        report.error(
            "instruction-with-argument",
            say("“{name}” asks nothing, so it takes no argument.", name=name),
            site,
            say("To ask something, write {example}.", example='elif="condition"')
            if name == "else"
            else "",
        )
        return None
    return _value(_kind(name), name, readings, element, site)


def _value(
    kind: Kind, name: str, readings: tuple[Reading, ...], element: etree._Element, site: Site
) -> Marker:
    """The marker of an instruction or field; of a code, when it asks for one."""
    code = _CODE_CALL.match(readings[0].source)
    if code is not None and kind in (Kind.FUNCTION, Kind.FIELD):
        return Marker(Kind.CODE, code[1], readings, _frame_instead_of(element), site)
    return Marker(kind, name, readings, element, site)


def _frame_instead_of(link: etree._Element) -> etree._Element:
    """Put a frame in the place of a link, anchored as a character."""
    frame = etree.Element(FRAME)
    frame.set(q("text:anchor-type"), "as-char")
    replace(link, frame)
    return frame


def _kind(instruction: str) -> Kind:
    if instruction == "function":
        return Kind.FUNCTION
    if instruction in COLUMNS:
        return Kind.COLUMN
    return Kind.BRANCH if instruction in BRANCHES else Kind.OPEN


def _argument_readings(argument: str) -> Iterator[Reading]:
    """The readings of ``"x in xs"``: without the quotes around it, or as it stands.

    It is tried as it stands where it has quotes of its own (``if=x == "a"``,
    ``if="a" == x``), and with straight quotes last because “ in a text may be meant.
    """
    argument = argument.strip()
    for text in dict.fromkeys((argument, argument.translate(_CURLED).strip())):
        for variant in dict.fromkeys(_without_quotes(text)):
            yield Reading(variant.strip(), repaired=text != argument)


def _without_quotes(text: str) -> Iterator[str]:
    inner = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        yield inner
        if '"' in inner:
            yield text
    else:
        yield text
        yield text.strip('"')  # one of them was forgotten, which stock py3o allows
        yield text.strip("'")


def as_written(source: str) -> Iterator[Reading]:
    """The readings of an expression that stands for itself."""
    yield Reading(source.strip())
    straight = source.translate(_CURLED).strip()
    if straight != source.strip():
        yield Reading(straight, repaired=True)
