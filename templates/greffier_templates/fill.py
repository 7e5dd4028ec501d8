"""The state of one filling: what was written, what was missing, which turn of which loop."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from typing import Protocol

from .budget import Budget
from .functions.amounts import kind_of
from .model import Finding, Severity, Undefined
from .pictures.images import Pictures
from .pointers import Pointers
from .rich.printing import RichPart
from .rich.stylebook import Stylebook
from .scope import Scope
from .staying import Miss, Staying
from .telling.site import Site
from .telling.wording import did_you_mean, joined, say
from .turns import Turn

#: Pieces of text gathered before they are written: keeps memory flat in the number of rows.
_FLUSH_PIECES = 4096
#: Pieces after which what is held is written even if there is nothing to see in it.
_MOST_HELD = 64 * _FLUSH_PIECES
#: More mistakes than this help nobody; the filling goes no further for them.
_MOST_FINDINGS = 200
#: Names looked through for one that resembles a missing one.
_MOST_NAMES = 1_000


class Sink(Protocol):
    """Where the XML goes."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


class Choice:
    """The state of one ``choose`` while it is written."""

    __slots__ = ("is_probe", "is_undecided", "made", "value")

    def __init__(
        self, value: object, *, is_probe: bool = False, is_undecided: bool = False
    ) -> None:
        self.value = value
        self.made = False
        #: Whether its cases are only asked whether they hold.
        self.is_probe = is_probe
        #: Whether something that its cases need is missing, so that they stay.
        self.is_undecided = is_undecided


@dataclass(slots=True)
class _Hold:
    """Pieces that may be taken back, from ``start`` on."""

    needed: re.Pattern[str]
    start: int
    settled: bool = False

    def is_needed(self, pieces: Sequence[str]) -> bool:
        return self.needed.search("".join(pieces[self.start :])) is not None


class Fill:
    """One document being filled."""

    def __init__(
        self,
        data: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]],
        *,
        undefined: Undefined,
        keep_comments: bool = False,
        images: Mapping[str, bytes],
        budget: Budget,
        names: frozenset[str],
        words: Collection[str] = (),
        is_rich: bool = False,
        locale: str = "en",
    ) -> None:
        #: The CLDR locale of the document.
        self.locale = locale
        self.undefined = undefined
        self.keep_comments = keep_comments
        self.images = images
        #: Names of the images that were asked for.
        self.images_used: set[str] = set()
        self.scope = Scope(data, functions, budget, self)
        self._pointers = Pointers(data, words)
        #: What is known of the tags that stay: with Undefined.KEEP.
        self.staying = Staying(self.scope, names)
        self.pictures = Pictures()
        self.choices: list[Choice] = []
        #: The attributes of the frame that is being written.
        self.frame: Mapping[str, str] = {}
        #: The columns of the merged cell that is being written.
        self.columns = 0
        #: The style of a paragraph with a page break that vanished; the next one takes it.
        self.page_break = ""
        #: What the document properties say in this document; see :mod:`.properties`.
        self.properties: Mapping[str, str] = {}
        #: Language and country of the text, where a property sets them.
        self.language: tuple[str, str] | None = None
        self._pieces: list[str] = []
        self.put = self._pieces.append
        self._budget = budget
        self._sink: Sink | None = None
        self._holds: list[_Hold] = []
        self._turns: list[Turn] = []
        self._taken_names = names
        self._uses: Counter[str | tuple[str, str]] = Counter()
        self._current: dict[str, str] = {}
        self._found: dict[tuple[Site, str], Finding] = {}
        self._met: Counter[tuple[Site, str]] = Counter()
        self._warned: dict[tuple[Site, str], Finding] = {}
        self._is_rich = is_rich
        #: Where the text waits, while styles may still be added before it.
        self._waiting: BytesIO | None = None
        #: What formatted text asked for: styles of the template by family and name, and fonts.
        self.styles_used: set[tuple[str, str]] = set()
        self.fonts_used: set[str] = set()

    # --- output ---------------------------------------------------------------------------

    def begin(self, sink: Sink, stylebook: Stylebook) -> None:
        """Begin a part of the document, which goes into ``sink`` and has these styles."""
        self._sink = sink
        #: What prints formatted text in this part.
        self.rich = RichPart(stylebook, is_open=self._is_rich)

    def await_styles(self) -> None:
        """Let what follows wait, for formatted text in it adds to the styles that end here."""
        if self._is_rich:
            self.flush()
            self._waiting = BytesIO()

    def end(self) -> None:
        """End the part."""
        self.flush()
        if self._waiting is not None:
            waiting, self._waiting = self._waiting.getvalue(), None
            self.put(self.rich.automatic.xml)
            self.flush()
            assert self._sink is not None
            self._sink.write(waiting)
            self.styles_used |= self.rich.automatic.used
            self.fonts_used |= self.rich.automatic.fonts
        self._sink = None

    def flush(self) -> None:
        """Hand over what was put so far."""
        if self._sink is not None and self._pieces:
            data = "".join(self._pieces).encode()
            self._pieces.clear()
            self._budget.write(len(data))
            (self._waiting or self._sink).write(data)

    def flush_when_full(self) -> None:
        """Hand over once there is enough to be worth it."""
        if len(self._pieces) > _FLUSH_PIECES and self._sink is not None and self._settled():
            self.flush()

    @contextmanager
    def held(self, needed: re.Pattern[str]) -> Iterator[None]:
        """Take back what is put meanwhile, unless ``needed`` is found in it."""
        hold = _Hold(needed, len(self._pieces))
        self._holds.append(hold)
        page_break = self.page_break
        yield
        self._holds.pop()
        if not hold.settled and not hold.is_needed(self._pieces):
            del self._pieces[hold.start :]
            self.page_break = page_break

    @contextmanager
    def aside(self) -> Iterator[list[str]]:
        """Gather what is put meanwhile, instead of writing it."""
        pieces, put, sink = self._pieces, self.put, self._sink
        self._pieces, self._sink = [], None
        self.put = self._pieces.append
        yield self._pieces
        self._pieces, self.put, self._sink = pieces, put, sink

    def _settled(self) -> bool:
        """Whether everything that was put is to be written."""
        end = len(self._pieces)
        for number, hold in reversed(list(enumerate(self._holds))):
            # Where an inner one stays, so do those around it.
            if hold.settled or end > _MOST_HELD or hold.is_needed(self._pieces[:end]):
                for outer in self._holds[: number + 1]:
                    outer.settled = True
                break
            end = hold.start
        return all(hold.settled for hold in self._holds)

    # --- loops and names ------------------------------------------------------------------

    @contextmanager
    def turns_of(
        self, label: str, names: tuple[str, ...], items: Collection[object]
    ) -> Iterator[Turn]:
        """Count the turns of a loop, so that what goes wrong in one can be told."""
        turn = Turn(label, len(items), names, items)
        self._turns.append(turn)
        try:
            yield turn
        finally:
            self._turns.pop()

    def in_last_turn(self, loops: int) -> bool:
        """Whether the innermost ``loops`` loops are in their last turn."""
        return all(turn.number == turn.length for turn in self._turns[-loops:])

    def image(self, name: str) -> bytes:
        """A picture that was sent beside the data; there must be one of this name."""
        self.images_used.add(name)
        return self.images[name]

    def new_name(self, base: str) -> str:
        """A name no other element of the document has, like ``base``."""
        self._uses[base] += 1
        name = base
        if self._uses[base] > 1:
            name = f"{base}_{self._uses[base]}"
            while name in self._taken_names:
                self._uses[base] += 1
                name = f"{base}_{self._uses[base]}"
        self._current[base] = name
        return name

    def free_name(self, base: str) -> str:
        """A name no other element has, for one that is not of the template: ``Table3``."""
        while True:
            self._uses["", base] += 1
            name = f"{base}{self._uses['', base]}"
            if name not in self._taken_names:
                return name

    def current_name(self, base: str) -> str:
        """The name that ``base`` has in this turn of the loop."""
        return self._current.get(base, base)

    # --- what is wrong with the data ------------------------------------------------------

    def missing(self, site: Site, name: str, owner: str, known: object) -> None:
        """Take note of a name that is not in the data; see scope.Reporter."""
        if self.undefined is Undefined.KEEP:
            miss = Miss(site, name, owner, known)
            if not self.staying.note(miss):
                self._note_missing(miss)
        elif self.undefined is Undefined.ERROR:
            self._note_missing(Miss(site, name, owner, known))

    def cannot_stay(self, miss: Miss, bound: str) -> None:
        """Take note of a tag that has no data and cannot wait for it.

        ``bound`` is a name in it of a loop that is written now.
        """
        self._note_missing(
            miss,
            say(
                "It cannot stay for a second filling, for “{name}” is gone then: "
                "its loop is written now.",
                name=bound,
            ),
        )

    def _note_missing(self, miss: Miss, hint_instead: str = "") -> None:
        site, name = miss.site, miss.name
        if self._is_news(site, name):
            message, hint = why_missing(name, miss.owner, miss.known)
            if name in self.images:
                hint = say(
                    "The data holds the name of the picture that is sent: {example}.",
                    example=f'"{name}": "{name}"',
                )
            pointer = self._pointers.to_part(miss.owner, miss.known, name, self.scope, self._turns)
            self._note("field-missing", message, site, name, hint_instead or hint, pointer=pointer)

    def not_sent(self, site: Site, identifier: str) -> None:
        """Take note of a static image that came neither beside the data nor in it."""
        if self.undefined is Undefined.KEEP and self.staying.note(Miss(site, identifier, "", None)):
            return
        wanted = self.undefined in (Undefined.ERROR, Undefined.KEEP)
        if wanted and self._is_news(site, identifier):
            message = say("The picture “{name}” was not sent.", name=identifier)
            hint = say(
                "Send it as form part “{name}”, or in the data as {path}.",
                name=identifier,
                path=f"staticimage.{identifier}",
            )
            self._note("field-missing", message, site, identifier, hint)

    def refused(
        self, site: Site, message: str, subject: str = "", paths: Collection[str] = ()
    ) -> None:
        """Take note of an expression that cannot be computed; see scope.Reporter."""
        if self._is_news(site, ""):
            whole = say(
                "{subject} {refusal}.",
                subject=subject or say("“{text}”", text=site.field),
                refusal=message,
            )
            pointer = ""
            if len(paths) == 1:  # of several, nobody knows which is wrong
                (path,) = paths
                pointer = self._pointers.to_value(path, self.scope, self._turns)
            self._note("value-refused", whole, site, "", "", pointer=pointer)

    def _is_news(self, site: Site, name: str) -> bool:
        """Whether a mistake is to be told; one met before is only counted."""
        self._met[site, name] += 1
        return self._met[site, name] == 1 and len(self._found) < _MOST_FINDINGS

    def _note(
        self, code: str, message: str, site: Site, name: str, hint: str, *, pointer: str = ""
    ) -> None:
        turns = [
            say("item {number} of “{list}”", number=turn.number, list=turn.label)
            for turn in self._turns
        ]
        where = joined(filter(None, [site.where, *turns]))
        finding = Finding(
            code, message, where, site.field, hint, anchor=site.anchor, pointer=pointer
        )
        self._found[site, name] = finding

    def left_out(self, site: Site) -> None:
        """Take note of a frame whose picture is null: it is left out, which may be meant."""
        message = say("The data has no picture for this frame, so it is left out.")
        self.warn(site, "picture-missing", message)

    def unformatted(self, site: Site) -> None:
        """Take note of a value that its field's format cannot print; see scope.Reporter."""
        self.warn(
            site,
            "format-not-applied",
            say("The value does not fit the format of its field, so it is printed as it is."),
            say("Choose the format Text for the field, or send numbers and ISO dates."),
        )

    def warn(self, site: Site, code: str, message: str, hint: str = "") -> None:
        """Take note of what was done though it may not be meant; told once for each site."""
        if (site, code) not in self._warned and len(self._warned) < _MOST_FINDINGS:
            self._warned[site, code] = Finding(
                code, message, site.where, site.field, hint, Severity.WARNING, anchor=site.anchor
            )

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What was done though it may not be meant, each place once."""
        return tuple(self._warned.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything missing or refused, each once, the first time it was met."""
        return tuple(
            replace(
                finding,
                message=say(
                    "{message} The same in {number} more items.",
                    message=finding.message,
                    number=self._met[key] - 1,
                ),
            )
            if self._met[key] > 1
            else finding
            for key, finding in self._found.items()
        )


def why_missing(name: str, owner: str, known: object) -> tuple[str, str]:
    """Why ``name`` is not in ``owner``, and what may have been meant; never a value."""
    if isinstance(known, Mapping):
        names = [key for key in islice(known, _MOST_NAMES) if isinstance(key, str)]
        near = difflib.get_close_matches(name, names, 1)
        hint = did_you_mean(near[0]) if near else ""
        if not owner:
            return say("“{name}” is not in the data.", name=name), hint
        return say("“{name}” is not in “{owner}”.", name=name, owner=owner), hint
    if not isinstance(known, list | tuple):
        wrong = say(
            "“{owner}” is {kind}, so it has no “{name}”.",
            owner=owner,
            kind=kind_of(known),
            name=name,
        )
        return wrong, ""
    if not name.isidentifier():
        return say("“{owner}” has no item {name}.", owner=owner, name=name), ""
    hint = say("Go through it: {example}.", example=f'for="item in {owner}"')
    return say("“{owner}” is a list, so it has no “{name}”.", owner=owner, name=name), hint
