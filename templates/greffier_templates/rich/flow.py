"""Puts paragraphs together from the texts met in them, with blanks as browsers show them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .model import Block, Break, Format, Image, Inline, Look, Paragraph, Run
from .parsing import clean

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_PLAIN_SPACE = " \t\n\r\f"


class Context(NamedTuple):
    """What the elements around a text say about it."""

    format: Format = Format()
    href: str | None = None
    role: str = "p"
    look: Look = Look()
    style: str | None = None
    tight: bool = False
    #: Whether blanks and line ends are kept.
    is_pre: bool = False


@dataclass(slots=True)
class Flow:
    """The blocks of a body, cell or item, the last paragraph of which may still be open."""

    blocks: list[Block] = field(default_factory=list)
    #: Whether the next paragraph begins a page.
    page_break: bool = False
    _open: Paragraph | None = None
    #: Whether a blank now would be the second, or at the beginning of a line.
    _after_blank: bool = True

    def text(self, text: str | None, context: Context) -> None:
        """Add text to the open paragraph, or to one that is opened for it."""
        if not text:
            return
        text = clean(text)
        if context.is_pre:
            self._lines(text, context)
            return
        if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
            text = _BLANKS.sub(" ", text)
        if self._after_blank:
            text = text.lstrip(" ")
        if not text:
            return
        self._after_blank = text[-1] == " "
        self._add(Run(text, context.format, context.href), context)

    def _lines(self, text: str, context: Context) -> None:
        for number, line in enumerate(text.expandtabs().splitlines()):
            if number:
                self.break_line(context)
            if line:
                self._add(Run(line, context.format, context.href), context)
        if text.endswith("\n"):
            self.break_line(context)
        self._after_blank = False

    def break_line(self, context: Context) -> None:
        """End the line."""
        if self._open is not None and not context.is_pre:
            _strip_end(self._open.inlines)
        self._add(Break(), context)
        self._after_blank = True

    def image(self, image: Image, context: Context) -> None:
        """Add a picture."""
        self._add(image, context)
        self._after_blank = False

    def _add(self, inline: Inline, context: Context) -> None:
        if self._open is None:
            look = context.look
            if self.page_break:
                look, self.page_break = look._replace(page_break=True), False
            self._open = Paragraph(context.role, [], look, context.style, context.tight)
        inlines = self._open.inlines
        last = inlines[-1] if inlines else None
        if (
            isinstance(inline, Run)
            and isinstance(last, Run)
            and last.format == inline.format
            and last.href == inline.href
        ):
            inlines[-1] = last._replace(text=last.text + inline.text)
        else:
            inlines.append(inline)

    def close(self) -> None:
        """End the open paragraph, if there is one."""
        paragraph = self._open
        if paragraph is None:
            return
        self._open, self._after_blank = None, True
        inlines = paragraph.inlines
        _strip_end(inlines)
        if inlines and isinstance(inlines[-1], Break):
            inlines.pop()  # browsers do not show a break at the end; editors put one into ""
        elif not inlines:
            return
        if all(map(_is_blank, inlines)):
            inlines.clear()
        self.blocks.append(paragraph)

    def add(self, block: Block) -> None:
        """Add a block after what came before."""
        self.close()
        self.blocks.append(block)


def _is_blank(inline: Inline) -> bool:
    """Whether there is nothing to see: editors write a line of its own as ``&nbsp;``."""
    return isinstance(inline, Run) and inline.text.isspace()


def _strip_end(inlines: list[Inline]) -> None:
    """Take blanks off the end of a line."""
    while inlines:
        last = inlines[-1]
        if not isinstance(last, Run):
            return
        text = last.text.rstrip(_PLAIN_SPACE)
        if text:
            inlines[-1] = last._replace(text=text)
            return
        inlines.pop()
