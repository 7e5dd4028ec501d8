"""Puts the body of a block into the place of a template where it is included.

Alone in its paragraph, the instruction gives way to the block's paragraphs, tables and lists;
inside a sentence, to the words of the one paragraph that the block may then have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from ..extents import is_hollow
from ..gate.odf_names import names, q
from ..gate.xml_parts import remove
from ..markers import Marker
from ..names import named_attributes
from ..telling.notes import Report
from ..telling.site import Site
from ..telling.wording import Wording, say
from ..trees import PARAGRAPHS, SPAN
from ..unpacked import Unpacked
from .borrowed_styles import BorrowedStyles, bring_note_configuration

_DECLARATIONS = tuple(q(f"text:{name}-decls") for name in ("variable", "sequence", "user-field"))
_LEFT_BEHIND = names("office:forms text:tracked-changes")
_TABLES = names(
    "table:table text:section text:table-of-content text:illustration-index text:table-index "
    "text:object-index text:user-index text:alphabetical-index text:bibliography"
)
_ITEMS = names("text:list-item text:list-header")
_IN_ITEMS = PARAGRAPHS | {q("text:list")}
_NOTE, _CONTROL, _ANCHOR = q("text:note"), q("draw:control"), q("text:anchor-type")
_NAME, _HREF, _REF_NAME, _ID = (
    q("text:name"),
    q("xlink:href"),
    q("text:ref-name"),
    q("text:id"),
)
#: What names.py leaves alone, because it need not differ from turn to turn of a loop.
_DEFINING = {
    q("text:sequence"): _REF_NAME,
    **dict.fromkeys(names("text:toc-mark-start text:user-index-mark-start"), _ID),
    q("text:alphabetical-index-mark-start"): _ID,
}
_REFERRING = {
    q("text:sequence-ref"): _REF_NAME,
    **dict.fromkeys(names("text:toc-mark-end text:user-index-mark-end"), _ID),
    q("text:alphabetical-index-mark-end"): _ID,
}
#: What stands around the text of every page.
AROUND_PAGE = names(
    "style:header style:header-left style:header-first style:footer style:footer-left "
    "style:footer-first loext:header-first loext:footer-first"
)
#: What has declarations of its own.
_TEXTS = AROUND_PAGE | {q("office:text")}

#: The marks that may share a paragraph with a block that is put in its place.
_AROUND = {"open", "branch", "close", "include"}
#: An instruction that includes something, once it has become a mark in the tree.
Mark = etree._Element


class Graft:
    """One block put into one place."""

    def __init__(self, block: Unpacked, host: Unpacked, part: str, report: Report) -> None:
        """Prepare to put ``block``, which is used up, into ``part`` of ``host``.

        ``report`` takes what is wrong with it there.
        """
        self._block, self._host, self._part, self._report = block, host, part, report
        body = block.roots["content.xml"].find(f"{q('office:body')}/{q('office:text')}")
        assert body is not None, "the gate lets no other document through"
        self._body = body
        #: Name -> the number that was tried last, for a block may hold one a thousand times.
        self._last_numbers: dict[str, int] = {}

    def put(self, mark: Mark, marker: Marker) -> None:
        """Put it in the place of ``mark``, which stands for ``marker``."""
        site, name = marker.site, marker.name
        paragraph = _lifted(mark)
        units = [one for one in self._body if one.tag not in (*_DECLARATIONS, *_LEFT_BEHIND)]
        units = _without_forced_end(units)
        problem = self._problem(units, mark, inline=paragraph is not None)
        if problem is not None:
            code, message, hint = problem
            message = say("The block “{name}” cannot stand here: {why}.", name=name, why=message)
            self._report.error(code, message, site, hint)
            return
        styles = BorrowedStyles(self._block, self._host, self._part)
        self._warn_of_pages(units, styles, site, name)
        if paragraph is not None:
            units = [_as_words(one, styles) for one in units]
        controls = [one for unit in units for one in unit.iter(_CONTROL)]
        if controls:
            message = say("The form controls of the block “{name}” are left out.", name=name)
            self._report.warning("block-controls-left-out", message, site)
        for control in controls:
            remove(control)
        self._declare(mark)
        for unit in units:
            unit.tail = None
            mark.addprevious(unit)
        styles.bring(units)
        if any(True for unit in units for _ in unit.iter(_NOTE)):
            styles.bring(bring_note_configuration(self._block, self._host))
        self._rename(units)
        self._bring_parts([*units, *styles.copied], styles.prefix)
        remove(mark)

    # --- what is wrong --------------------------------------------------------------------

    def _problem(
        self, units: Sequence[etree._Element], mark: Mark, *, inline: bool
    ) -> tuple[str, Wording, str] | None:
        elements = [one for one in units if isinstance(one.tag, str)]
        if any(one.get(_ANCHOR) == "page" for unit in elements for one in unit.iter()):
            return (
                "block-frame-on-page",
                say("it has a frame that is anchored to a page"),
                say("Anchor the frame to a paragraph or as character."),
            )
        if self._part == "styles.xml" and any(True for e in elements for _ in e.iter(_NOTE)):
            return (
                "block-note-in-header",
                say("a header or footer holds no footnotes, and it has one"),
                say("Take the footnote out of the block."),
            )
        if inline and not (len(elements) == 1 and elements[0].tag in PARAGRAPHS):
            return (
                "block-not-inline",
                say("inside a sentence it may have one paragraph only, no table and no list"),
                say("Put the instruction in a paragraph of its own."),
            )
        parent = mark.getparent()
        in_item = parent is not None and parent.tag in _ITEMS
        if in_item and not {one.tag for one in elements} <= _IN_ITEMS:
            return (
                "block-not-in-list",
                say("an item of a list holds no table and no section, and it has one"),
                say("Put the instruction in a paragraph outside the list."),
            )
        return None

    def _warn_of_pages(
        self, units: Sequence[etree._Element], styles: BorrowedStyles, site: Site, name: str
    ) -> None:
        # Writer gives the first paragraph of every document a page style.
        if any(styles.page_styles(unit) for unit in units[1:] if isinstance(unit.tag, str)):
            self._report.warning(
                "block-page-style-left-out",
                say(
                    "The block “{name}” changes to another page style, which is ignored.", name=name
                ),
                site,
                say("Page styles are those of the template that includes it."),
            )

    # --- what comes along -----------------------------------------------------------------

    def _declare(self, mark: Mark) -> None:
        """Bring variables, sequences and user fields; the template's own of a name counts."""
        for tag in _DECLARATIONS:
            mine = self._body.find(tag)
            if mine is None:
                continue
            place = _declarations(tag, mark)
            there = {one.get(_NAME) for one in place}
            for one in list(mine):
                if one.get(_NAME) not in there:
                    place.append(one)

    def _rename(self, units: Sequence[etree._Element]) -> None:
        """Make the names of what was brought unlike those that were there."""
        new: dict[str, str] = {}
        elements = [one for unit in units for one in unit.iter(etree.Element)]
        for element in elements:
            for attribute, defines in _names(element):
                if defines:
                    base = element.get(attribute, "")
                    new[base] = self._unique(base)
                    element.set(attribute, new[base])
        for element in elements:
            for attribute, defines in _names(element):
                base = element.get(attribute, "")
                if not defines and base in new:
                    element.set(attribute, new[base])
            target, bar, what = element.get(_HREF, "").removeprefix("#").partition("|")
            if element.get(_HREF, "").startswith("#") and target in new:
                element.set(_HREF, f"#{new[target]}{bar}{what}")

    def _unique(self, base: str) -> str:
        name, number = base, self._last_numbers.get(base, 1)
        while name in self._host.names:
            number += 1
            name = f"{base}_{number}"
        self._last_numbers[base] = number
        self._host.names.add(name)
        return name

    def _bring_parts(self, elements: Sequence[etree._Element], prefix: str) -> None:
        """Bring the pictures and embedded documents that ``elements`` show."""
        for root in elements:
            for element in root.iter(etree.Element):
                address = element.get(_HREF, "")
                name = address.removeprefix("./").removesuffix("/")
                if name in self._block.parts:
                    element.set(_HREF, self._bring_part(name, prefix))
                elif f"{name}/content.xml" in self._block.parts:
                    element.set(_HREF, f"./{self._bring_folder(name, prefix)}")

    def _bring_part(self, name: str, prefix: str) -> str:
        content = self._block.parts[name]
        if self._host.parts.get(name, content) != content:
            folder, slash, file = name.rpartition("/")
            name = f"{folder}{slash}{prefix}{file}"
        self._host.parts[name] = content
        return name

    def _bring_folder(self, folder: str, prefix: str) -> str:
        new = folder if f"{folder}/content.xml" not in self._host.parts else prefix + folder
        for name, content in self._block.parts.items():
            if name.startswith(f"{folder}/"):
                self._host.parts[f"{new}/{name.removeprefix(f'{folder}/')}"] = content
        for inner, media_type in self._block.folders.items():
            if inner.startswith(f"{folder}/"):
                self._host.folders[f"{new}/{inner.removeprefix(f'{folder}/')}"] = media_type
        return new


def _lifted(mark: Mark) -> etree._Element | None:
    """The paragraph a mark stands in; None when it had one for itself, which is then gone.

    Other marks may stand there too: those of a condition around it, or of other blocks.
    """
    paragraph = next((one for one in mark.iterancestors() if one.tag in PARAGRAPHS), None)
    if paragraph is None or not _holds_only_marks(paragraph):
        return paragraph
    for one in list(paragraph.iter(etree.PI)):
        one.tail = None
        paragraph.addprevious(one)
    remove(paragraph)
    return None


def _holds_only_marks(paragraph: etree._Element) -> bool:
    marks = set(paragraph.iter(etree.PI))
    kinds = {(one.text or "").partition(" ")[0] for one in marks}
    return kinds <= _AROUND and is_hollow(paragraph, marks)


def _without_forced_end(units: list[etree._Element]) -> list[etree._Element]:
    """Leave out the empty paragraph that Writer puts after a table at the end of a text."""
    after_table = len(units) > 1 and units[-2].tag in _TABLES and units[-1].tag in PARAGRAPHS
    return units[:-1] if after_table and is_hollow(units[-1], set()) else units


def _as_words(unit: etree._Element, styles: BorrowedStyles) -> etree._Element:
    """The content of a paragraph as words of another."""
    if unit.tag not in PARAGRAPHS:
        return unit  # the mark of an instruction around it
    words = etree.Element(SPAN)
    words.text = unit.text
    words.extend(list(unit))
    style = styles.as_words(unit)
    if style:
        words.set(q("text:style-name"), style)
    return words


def _names(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """The attributes of an element that hold a name, and whether they define it."""
    yield from named_attributes(element)
    for attributes, defines in ((_DEFINING, True), (_REFERRING, False)):
        attribute = attributes.get(str(element.tag))
        if attribute is not None and attribute in element.attrib:
            yield attribute, defines


def _declarations(tag: str, mark: Mark) -> etree._Element:
    """Where the text around ``mark`` declares what ``tag`` is for."""
    text = next(one for one in mark.iterancestors() if one.tag in _TEXTS)
    found = text.find(tag)
    if found is None:
        found = etree.Element(tag)
        before = (*_LEFT_BEHIND, *_DECLARATIONS[: _DECLARATIONS.index(tag)])
        text.insert(sum(child.tag in before for child in text), found)
    return found
