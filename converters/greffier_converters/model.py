"""What the print room gives and takes: frozen values that at most check themselves."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
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
    #: File name in the job folder -> the file to hand over. It is linked, so the
    #: process could write to it: name only files made for this job.
    inputs: Mapping[str, Path] = field(default_factory=dict)
    #: File name in the job folder -> where to put it afterwards. Outputs that the
    #: process did not write are left out without complaint: its answer says why.
    outputs: Mapping[str, Path] = field(default_factory=dict)
    #: Bytes sent along with the message, so that small data needs no file.
    blob: bytes = b""
    #: Identity of the work (a digest), for the quarantine of poison documents;
    #: empty: never quarantined.
    digest: str = ""
    #: Whose work it is: tenants take turns, and quarantine is kept per tenant.
    tenant: str = ""
    #: Set of fonts the process must have been started with; empty: with none.
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
    #: Bytes sent along with the answer.
    blob: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many processes a supervisor keeps, and what it allows them."""

    #: Processes, and thereby jobs at the same time.
    processes: int = 1
    #: Of these, how many the batch lane never takes.
    interactive_reserved: int = 0
    #: Processes kept ready beyond that, to stand in at once for one that is lost.
    spares: int = 0
    #: Processes kept beyond those, started with an affinity once a job asks for it: the one
    #: longest without work gives way. They let no more jobs be at work.
    with_affinity: int = 1
    #: Seconds without work after which one of them is ended.
    affinity_idle_s: float = 600
    #: Jobs that may wait, in each lane; see ``turns.py`` for the share of a tenant.
    queue_length: int = 100
    #: A process is replaced after so many jobs,
    recycle_jobs: int = 200
    #: or once it and its children occupy this much memory (resident, in bytes).
    recycle_rss_bytes: int = 800 * 2**20
    #: A process that is not ready by then is given up.
    start_timeout_s: float = 60
    #: How long a document that crashed two processes is refused.
    quarantine_s: float = 600

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise ValueError(f"There must be at least one process, not {self.processes}.")
        if self.with_affinity < 1:
            raise ValueError("There must be room for one process with an affinity at least.")
        if not 0 <= self.interactive_reserved < self.processes:
            raise ValueError(
                f"Of {self.processes} processes {self.interactive_reserved} cannot be reserved: "
                "the batch lane needs one at least."
            )


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one process."""

    argv: Sequence[str]
    #: All environment variables it gets.
    env: Mapping[str, str]
    #: Where it starts, usually its own folder.
    cwd: Path


@dataclass(frozen=True, slots=True)
class Suspect:
    """A document that is refused because it crashed two processes."""

    tenant: str
    digest: str
    #: Seconds until it is let in again.
    remaining_s: float


@dataclass(frozen=True, slots=True)
class Status:
    """How a supervisor is doing, for readiness and operators."""

    #: Name of the program: ``office``.
    program: str
    #: Processes that are alive, those at work included; without those of the next line.
    ready: int
    #: Processes that were started with an affinity.
    with_affinity: int
    #: Processes of either sort that are at work.
    busy: int
    starting: int
    waiting: Mapping[Lane, int]
    #: Starts that failed since the last one that succeeded.
    start_failures: int
    #: Why the last of them failed; empty when none did.
    start_failure: str
    quarantined: tuple[Suspect, ...]
    #: What the processes said of themselves when they became ready (the newest one).
    facts: Mapping[str, object]


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
    #: Properties of one's own set on it in the same way, each a text under its name. Only
    #: formats with ``Output.custom_properties`` keep them.
    custom_properties: Mapping[str, str] = field(default_factory=dict)
    #: Font families the text of the document names; empty: not known, and no
    #: substitution is reported.
    fonts_wanted: frozenset[str] = frozenset()
    digest: str = ""
    tenant: str = ""
    #: Name of the set of fonts to use beside the machine's; empty: none.
    affinity: str = ""


@dataclass(frozen=True, slots=True)
class Substitution:
    """One font family that was wanted, is not installed, and was replaced."""

    wanted: str
    used: str
    #: Whether the replacement has the same widths, so that lines break where they did.
    metric_compatible: bool


@dataclass(frozen=True, slots=True)
class Converted:
    """The exported file and what the office reports about it."""

    path: Path
    #: Pages of the document as laid out; None where the format has no pages.
    pages: int | None
    #: Font families in a PDF; empty for other formats.
    fonts_used: tuple[str, ...]
    fonts_substituted: tuple[Substitution, ...]
    #: Phase -> seconds: queue, load, layout, export.
    timings_s: Mapping[str, float]
    #: Of the LibreOffice that did it: ``7.4.7.2``.
    office_version: str
    attempts: int = 1
