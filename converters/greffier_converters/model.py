"""What the print room gives and takes: plain frozen values, no behaviour."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Lane(enum.StrEnum):
    """Which queue a job waits in; interactive work always goes first."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for a supervised process, complete enough to be done twice.

    A process sees only its own folder, so files are handed over: each input is
    linked (or copied) into a fresh job folder inside the process's folder under
    the name given here, and each output is moved from there when it has answered.
    """

    #: What the process is to do, as JSON; it names files by their names below.
    message: Mapping[str, object]
    #: File name in the job folder -> the file to hand over.
    inputs: Mapping[str, Path] = field(default_factory=dict)
    #: File name in the job folder -> where to put it afterwards. Outputs that the
    #: process did not write are left out without complaint: its answer says why.
    outputs: Mapping[str, Path] = field(default_factory=dict)
    #: Bytes sent along with the message, so that small data needs no file.
    blob: bytes = b""
    #: Identity of the work (a digest), for the quarantine of poison documents;
    #: empty: never quarantined.
    digest: str = ""
    #: Whose work it is: quarantine is kept per tenant.
    tenant: str = ""
    #: Set of fonts the process must have been started with; empty: any.
    affinity: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process answered, and what it took."""

    message: Mapping[str, object]
    #: Seconds from asking for a process until one was at work on the job.
    queue_s: float
    #: Seconds the process that answered spent on it.
    run_s: float
    #: 1, or 2 when the first process died and the job was done again on another.
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Conversion:
    """One document to be loaded by an office and exported."""

    source: Path
    #: The declared and verified kind of the source, a key of ``formats.INPUTS``: ``odt``.
    kind: str
    target: Path
    #: The format to write, a key of ``formats.OUTPUTS``: ``pdf``.
    format: str = "pdf"
    #: LibreOffice's own export options, typed (see ``options.py``).
    options: Mapping[str, bool | int | str] = field(default_factory=dict)
    #: Properties set on the loaded document before it is exported, so that they
    #: reach its metadata: Title, Author, Subject, Language (a BCP 47 tag: the
    #: document's own language) as text, Keywords as a tuple. Absent: left as loaded.
    properties: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    #: Font families the text of the document names (``faces.wanted_families``);
    #: empty: not known, so no substitution is reported.
    fonts_wanted: frozenset[str] = frozenset()
    digest: str = ""
    tenant: str = ""
    affinity: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """The exported file and what the office reports about it."""

    path: Path
    #: Pages of the document as laid out; None where the format has no pages.
    pages: int | None
    #: Font families in the result (names in the PDF); empty for other formats.
    fonts_used: tuple[str, ...]
    #: Wanted family -> family used in its place.
    fonts_substituted: Mapping[str, str]
    #: Phase -> seconds: queue, load, layout, export.
    timings_s: Mapping[str, float]
    attempts: int = 1
