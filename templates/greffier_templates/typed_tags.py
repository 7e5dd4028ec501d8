"""Tags that are typed into the text: ``{{ person.name }}``, ``{% if urgent %}``, ``{# note #}``.

A second carrier of py3o's language: before anything looks for markers, each tag becomes the
element that carries the same words in a py3o template, a field or an input field, and from
there on it is one, with the same checks. What Writer changed while the tag was typed is
repaired; :mod:`.typed` tells of it, and of what cannot be a tag, where markers are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lxml import etree

from . import typed
from .extents import is_hollow
from .gate.odf_names import q
from .gate.xml_parts import attributes, parse, remove
from .runs import BARRIER, Runs
from .telling.notes import Report
from .telling.site import Site
from .telling.wording import say
from .trees import PARAGRAPHS, SPAN

#: The custom property of a document (File › Properties) that switches typed tags off.
SWITCH = "py3o.typed_tags"
_OFF = frozenset({"off", "no", "false", "0", "non", "nee", "nein", "nej"})
_ON = frozenset({"on", "yes", "true", "1", "oui", "ja", "sì"})

_SCHEME, _PREFIX = "py3o://", "py3o."
#: French autocorrection puts a narrow space before % too.
_OPENING = re.compile("\\{\\{#|\\{\\{|\\{[\u00a0\u202f]?%|\\{#")
#: A text in quotes of any kind, in which no tag ends.
_QUOTED = (
    "\"(?:(?!\\}\\}|%\\})[^\"])*\"|'(?:(?!\\}\\}|%\\})[^'])*'"
    "|“[^“”]*”|„[^„“”]*[“”]|‘[^‘’]*’|«[^«»]*»"
)
#: What may stand in a tag that opened so, and ends it.
_TOKENS = {
    kind: re.compile(f"(?P<close>{close})|(?P<other>{_OPENING.pattern}|{BARRIER})|{_QUOTED}")
    for kind, close in (("{{", "\\}\\}"), ("{%", "%[\u00a0\u202f]?\\}"))
}
#: What follows an opening that was meant to be one: a name, a number, a text, a bracket.
_LIKE_TAG = re.compile("[\\s\u00a0\u202f]*[-+/]?[\\s\u00a0\u202f]*[\\w\"'“‘„(\\[]")
#: Signs that Writer makes of others, and what they were; blanks that look like others.
_CHANGED = {"–": "-", "—": "-", "−": "-", "…": "..."}
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
_BLANKS = dict.fromkeys("\u00a0\u202f\u2007\u2009\t\n", " ")
_MENDED = str.maketrans({**_CHANGED, **_UNSEEN, **_BLANKS})
_UNTOLD = str.maketrans({"\t": " ", "\n": " "})

#: More than any template has, whatever it costs to read them.
_MOST_TAGS = 20_000
#: Characters told of a tag that is not closed.
_MOST_TOLD = 40

_INSTRUCTION = re.compile(r"(/?)\s*([^\W\d][\w-]*)\s*(.*)", re.DOTALL)
_END = re.compile(r"end[-_]?(?=[a-z])")


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag in the text of a paragraph."""

    start: int
    end: int
    #: ``{{``, ``{%`` or ``{#``.
    kind: str
    #: What stands between the braces.
    inner: str
    closed: bool = True


def wants_typed_tags(meta: bytes | None) -> bool:
    """Whether the tags of a document, whose ``meta.xml`` this is, are to be read."""
    return _switch(meta) not in _OFF


def warn_of_switch(meta: bytes | None, report: Report) -> None:
    """Warn of a switch that is neither on nor off."""
    if _switch(meta) not in {None, *_OFF, *_ON}:
        report.warning(
            "property-not-understood",
            say("The document property “{name}” is neither on nor off.", name=SWITCH),
            Site(field=SWITCH),
            say("Write {off} to switch typed tags off.", off="off"),
        )


def _switch(meta: bytes | None) -> str | None:
    if meta is None or SWITCH.encode() not in meta:
        return None
    entries = parse(meta, "meta.xml").iter(q("meta:user-defined"))
    switches = (one for one in entries if one.get(q("meta:name"), "").strip() == SWITCH)
    return next(((one.text or "").strip().lower() for one in switches), None)


def read_typed_tags(root: etree._Element, report: Report) -> None:
    """Put an element in the place of every typed tag of a part."""
    left, looks = _MOST_TAGS, _Looks(root)
    for paragraph in list(root.iter(*PARAGRAPHS)):
        if any("{" in text for text in paragraph.itertext()) and not _is_copy(paragraph):
            left -= _read_paragraph(paragraph, left, looks)
            if left < 0:
                message = say(
                    "The template holds more than {limit:,} typed tags.", limit=_MOST_TAGS
                )
                report.error("tags-too-many", message, Site())
                return


def _is_copy(paragraph: etree._Element) -> bool:
    """Whether it belongs to a table of contents, which LibreOffice copies from headings anew."""
    return next(paragraph.iterancestors(q("text:index-body")), None) is not None


class _Looks:
    """What the character styles of a part look like.

    Writer gives text that was typed at another time a style of its own, which looks the same.
    """

    def __init__(self, root: etree._Element) -> None:
        self._root = root

    @cached_property
    def _automatic(self) -> dict[str, frozenset[tuple[str, str]]]:
        styles = self._root.iterfind(f"{q('office:automatic-styles')}/{q('style:style')}")
        return {
            style.get(q("style:name"), ""): frozenset(
                (name, value)
                for properties in style.iterchildren(q("style:text-properties"))
                for name, value in attributes(properties)
                if not name.endswith("}rsid")
            )
            for style in styles
            if style.get(q("style:family")) == "text"
        }

    def differ(self, styles: set[str]) -> bool:
        """Whether text in these styles does not all look the same."""
        if len(styles) < 2:
            return False
        plain: frozenset[tuple[str, str]] = frozenset()
        return len({self._automatic.get(one, one) if one else plain for one in styles}) > 1


def _read_paragraph(paragraph: etree._Element, most: int, looks: _Looks) -> int:
    """Put elements in the place of at most so many tags; how many there are, one more if more."""
    runs = Runs(paragraph, _SCHEME)
    tags = list(islice(_tags(runs.text), most + 1))
    if len(tags) > most:
        return len(tags)
    comments: list[etree._Element] = []
    for tag in reversed(tags):
        if tag.kind == "{#":
            comments.append(etree.Element(SPAN))
            runs.replace(tag.start, tag.end, comments[-1])
        else:
            runs.replace(tag.start, tag.end, _element(tag, runs, looks))
    runs.finish()
    for comment in comments:
        remove(comment)
    if tags and all(tag.kind == "{#" for tag in tags) and is_hollow(paragraph, set()):
        container = paragraph.getparent()
        if container is not None and len(container) > 1:
            remove(paragraph)
    return len(tags)


def _tags(text: str) -> Iterator[_Tag]:
    place, last_end = 0, text.rfind("#}")
    while opening := _OPENING.search(text, place):
        place = opening.end()
        kind = opening[0][0] + opening[0][-1]
        if kind == "{#":
            # {{#…#}} is the mark of a signing service, which is to be printed.
            if place <= last_end:
                end = text.index("#}", place)
                if opening[0] == "{#":
                    yield _Tag(opening.start(), end + 2, kind, text[place:end])
                place = end + 2
            continue
        closing = _closing(text, place, kind)
        if closing is not None:
            start, place = closing
            yield _Tag(opening.start(), place, kind, text[opening.end() : start])
        elif _LIKE_TAG.match(text, place):
            begun = text[place : place + _MOST_TOLD].partition(BARRIER)[0]
            yield _Tag(opening.start(), place, kind, begun, closed=False)


def _closing(text: str, place: int, kind: str) -> tuple[int, int] | None:
    """Where a tag that opened before ``place`` is closed, if it is before another one opens."""
    for found in _TOKENS[kind].finditer(text, place):
        if found["close"]:
            return found.span()
        if found["other"]:
            return None
    return None


def _element(tag: _Tag, runs: Runs, looks: _Looks) -> etree._Element:
    """The element that says in a py3o template what the tag says."""
    source, repaired = _mended(tag.inner)
    bar = _filter_at(source) if tag.closed else None
    if tag.kind == "{{":
        new = etree.Element(q("text:user-field-get"))
        new.set(q("text:name"), _PREFIX + source.strip())
    else:
        instruction, also_repaired = _instruction(source)
        repaired |= also_repaired
        new = etree.Element(q("text:text-input"))
        new.set(q("text:description"), _SCHEME + instruction)
    new.text = runs.text[tag.start : tag.end]
    new.set(typed.SHOWN, new.text if tag.closed else new.text + tag.inner)
    new.set(typed.VALUE, source[:bar])
    if bar is not None:
        new.set(typed.FILTERS, source[bar:])
    braces = len(new.text) - len(tag.inner) if tag.closed else 0
    told = {
        typed.UNCLOSED: not tag.closed,
        typed.REPAIRED: repaired or braces > len("{%%}"),
        typed.SPLIT: looks.differ(runs.styles(tag.start, tag.end)),
    }
    new.set(typed.TOLD, " ".join(what for what, is_so in told.items() if is_so))
    return new


def _mended(inner: str) -> tuple[str, bool]:
    """The words of a tag as they were typed, outside quotes, and whether they were changed."""
    words = inner.removeprefix("-").removesuffix("-")  # Jinja’s, to join what is around
    pieces = re.split(f"({_QUOTED})", words)
    pieces[::2] = [piece.translate(_MENDED) for piece in pieces[::2]]
    mended = "".join(pieces)
    return mended.strip(), mended != inner.translate(_UNTOLD)


def _instruction(source: str) -> tuple[str, bool]:
    """``if urgent`` as py3o writes it, ``if="urgent"``, and whether capitals were repaired."""
    found = _INSTRUCTION.fullmatch(source)
    if found is None:
        return source, False
    slash, name, argument = found[1], found[2].lower(), found[3].strip()
    if _END.match(name):
        slash, name = "/", _END.sub("", name)
    repaired = found[2] != found[2].lower()
    if name == "include" and argument[:1] in "\"'“„«‘":
        argument = argument.strip("\"'“”„«»‘’ ")
    if argument.startswith("=") and not argument.startswith("=="):
        return f"{slash}{name}{argument}", repaired
    return f'{slash}{name}="{argument}"' if argument else f"{slash}{name}", repaired


def _filter_at(source: str) -> int | None:
    """Where a | stands outside quotes: what Jinja calls a filter."""
    for found in re.finditer(rf"{_QUOTED}|(?P<bar>\|)", source):
        if found["bar"]:
            return found.start()
    return None
