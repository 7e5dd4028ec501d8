"""Fills, checks and cleans by a pool of render processes: what the press sees of them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from greffier_converters import sandbox
from greffier_converters.model import Answer, Job, Lane, Launch, Limits
from greffier_converters.observer import Observer
from greffier_converters.options import PdfOptions, needs_finish
from greffier_converters.supervisor import Supervisor
from greffier_converters.xmp import Facts
from greffier_templates.gate.font_face import FontFace
from greffier_templates.model import Finding
from greffier_templates.telling.catalogues import all_translated

from greffier import understanding
from greffier.blocks import Memory, Supply
from greffier.model import Caller, CheckOrder, DocumentOrder, Report
from greffier.render_messages import read_error, read_findings
from greffier.understanding import Described, DescribeOrder, Diff, DiffOrder

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled template."""

    path: Path
    warnings: tuple[Finding, ...]
    #: Font families that its text asks for.
    fonts: frozenset[str]
    #: SHA-256 of the file, as its maker says: good enough to recognise a poison document.
    digest: str
    #: SHA-256 of what it was made from: the template, the text of the data, each block by
    #: name, or the document that was let through the gate. Empty where there was none.
    template_digest: str
    data_digest: str
    blocks: Mapping[str, str]
    source_digest: str
    queue_s: float
    run_s: float


class Renderer(Protocol):
    """Does what costs processor time. ``testing.FakeRenderer`` stands in for it."""

    async def fill(
        self, order: DocumentOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Fill the template of an order; see :class:`RenderPool`."""

    async def check(
        self, order: CheckOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Report:
        """Report on a template; see :class:`RenderPool`."""

    async def clean(
        self, source: Path, kind: str, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Let an uploaded document through the gate."""

    async def finish(
        self,
        pdf: Path,
        options: PdfOptions,
        facts: Facts,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Path:
        """Have a PDF say how it was made and claim what was asked for; check that it does."""

    async def draw(
        self, pdf: Path, *, page: int, dpi: int, caller: Caller, folder: Path, deadline: float
    ) -> Path:
        """Draw a page of a PDF."""

    async def read_font(
        self, font: Path, *, caller: Caller, folder: Path, deadline: float
    ) -> FontFace:
        """Judge a font that somebody brings."""

    async def describe(
        self, order: DescribeOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Described:
        """Say all that a registry keeps of a version; see :class:`RenderPool`."""

    async def diff(
        self, order: DiffOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Diff:
        """Say what is not the same in two versions; see :class:`RenderPool`."""

    async def contract(
        self, before: object, after: object, *, caller: Caller, deadline: float
    ) -> Mapping[str, Any]:
        """Compare what two versions ask for; see :class:`RenderPool`."""


class RenderProgram:
    """Starts render processes; see ``greffier_converters.process.Program``."""

    def __init__(self, name: str, *, sandbox_required: bool) -> None:
        self.name = name
        self._required = sandbox_required

    def launch(self, folder: Path, affinity: str) -> Launch:
        """Say how to start one: no network, no other programs, no files but its own."""
        temporary = folder / "tmp"
        temporary.mkdir()
        policy = sandbox.Policy(
            read=[*sandbox.system_read(), *sandbox.python_read()],
            write=[folder],
            execute=[sys.executable, *sandbox.loader_of(sys.executable)],
            environment={"LANG": "C.UTF-8", "TMPDIR": str(temporary)},
            memory_bytes=2048 * _MIB,
            required=self._required,
        )
        argv = sandbox.command(policy, [sys.executable, "-I", "-m", "greffier.render_program"])
        return Launch(argv, env={}, cwd=folder)

    def cleanup(self, folder: Path) -> None:
        """Leave nothing: all it writes lies in its folder."""


class RenderPool:
    """A supervisor of render processes that speaks of documents instead of jobs.

    Each method raises what the work raises (``TemplateError``, ``OptionRefused``,
    ``DocumentRejected``, ``DataMalformed``) and what ``Supervisor.run`` raises;
    ``RenderFailed`` is a bug in the process.

    Args:
        folder: where the processes' folders are made.
        limits: how many processes, and what they may take.
        observer: is told what happens.
        sandbox_required: whether to refuse to start without a sandbox.
        py3o: keep a process for the engine ``py3o`` too, apart from the others because
            its templates may do anything there.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits,
        *,
        observer: Observer,
        sandbox_required: bool,
        py3o: bool,
    ) -> None:
        def supervise(name: str, limits: Limits) -> Supervisor:
            program = RenderProgram(name, sandbox_required=sandbox_required)
            return Supervisor(program, limits, folder=folder / name, observer=observer)

        self._supervisor = supervise("render", limits)
        alone = dataclasses.replace(limits, processes=1, interactive_reserved=0)
        self._py3o = supervise("py3o", alone) if py3o else None
        self._memory = Memory()

    @property
    def supervisors(self) -> tuple[Supervisor, ...]:
        """Those that run processes, for readiness and metrics."""
        return tuple(each for each in (self._supervisor, self._py3o) if each is not None)

    async def start(self) -> None:
        """Start the processes; see ``Supervisor.start``."""
        for supervisor in self.supervisors:
            await supervisor.start()

    async def stop(self, *, grace_s: float) -> None:
        """Stop for good; see ``Supervisor.stop``."""
        for supervisor in self.supervisors:
            await supervisor.stop(grace_s=grace_s)

    async def fill(
        self, order: DocumentOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Fill the template of an order.

        A process that has seen the template's digest before, and those of its blocks, needs
        no bytes, so they are only handed over when it asks for them or when there is no digest.
        """
        target = folder / "filled.odt"
        job = Job(
            message={
                "op": "fill",
                "language": caller.language,
                "filling": dataclasses.asdict(order.filling),
                "images": {name: f"image-{n}" for n, name in enumerate(order.images)},
                "target": target.name,
            },
            inputs={f"image-{n}": path for n, path in enumerate(order.images.values())},
            outputs={target.name: target},
            blob=order.request,
            tenant=caller.tenant,
        )
        schema = await order.template.schema_into(folder)
        if schema is not None:
            job = dataclasses.replace(
                job,
                message={**job.message, "schema": schema.name},
                inputs={**job.inputs, schema.name: schema},
            )
        supply = Supply(order.template, order.blocks, folder)
        if order.engine == "py3o":
            assert self._py3o is not None
            job = dataclasses.replace(job, message={**job.message, "op": "fill_with_py3o"})
            await supply.give_template()
            return read_filled(
                target, await _run(self._py3o, _supplied(job, supply), deadline, caller.lane)
            )
        await supply.begin(self._memory.recall(caller.tenant, order.template.digest))
        answer = await _run_supplied(self._supervisor, job, supply, deadline, caller.lane)
        used = cast("dict[str, str]", answer.message["blocks"])
        self._memory.remember(caller.tenant, order.template.digest, used)
        return read_filled(target, answer, supply.unused(used))

    async def check(
        self, order: CheckOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Report:
        """Report everything about a template that its designer should know.

        Args:
            order: what to check.
            caller: for whom, and in which language.
            folder: the work folder of the request.
            deadline: time of the running loop.
        """
        supply = Supply(order.template, order.blocks, folder)
        await supply.give_template()
        message: dict[str, object] = {
            "op": "check",
            "language": caller.language,
            "families": sorted(order.families),
        }
        target = folder / "annotated.odt" if order.annotated else None
        job = Job(message=message, blob=order.request, tenant=caller.tenant)
        if target is not None:
            job = dataclasses.replace(
                job,
                message={**message, "target": target.name},
                outputs={target.name: target},
            )
        answer = await _run_supplied(self._supervisor, job, supply, deadline, caller.lane)
        return read_report(answer.message, supply, caller.language, target)

    async def clean(
        self, source: Path, kind: str, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Let an uploaded document through the gate; gives what an office may open."""
        target = folder / f"clean.{kind}"
        job = Job(
            message={
                "op": "clean",
                "language": caller.language,
                "source": "source",
                "kind": kind,
                "target": target.name,
            },
            inputs={"source": source},
            outputs={target.name: target},
            tenant=caller.tenant,
        )
        return read_filled(target, await _run(self._supervisor, job, deadline, caller.lane))

    async def finish(
        self,
        pdf: Path,
        options: PdfOptions,
        facts: Facts,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Path:
        """Have a PDF say how it was made and claim what was asked for; check that it does.

        Args:
            pdf: what an office wrote; it is not used any more afterwards.
            options: what was asked for.
            facts: what it is to say of itself; see ``xmp.PROPERTIES``. None: nothing.
            folder: the work folder of the request.
            deadline: time of the running loop.
        """
        # Reading options takes longer than all the rest, and most PDFs have none to check.
        given = {"options": dataclasses.asdict(options)} if needs_finish(options) else {}
        job = Job(
            message={"op": "finish", "source": "result.pdf", "facts": facts, **given},
            inputs={"result.pdf": pdf},
            outputs={"result.pdf": folder / "finished.pdf"},
            tenant=caller.tenant,
        )
        await _run(self._supervisor, job, deadline, caller.lane)
        return folder / "finished.pdf"

    async def draw(
        self, pdf: Path, *, page: int, dpi: int, caller: Caller, folder: Path, deadline: float
    ) -> Path:
        """Draw a page of a PDF."""
        target = folder / "page.png"
        job = Job(
            message={
                "op": "draw",
                "source": "result.pdf",
                "page": page,
                "dpi": dpi,
                "target": target.name,
            },
            inputs={"result.pdf": pdf},
            outputs={target.name: target},
            tenant=caller.tenant,
        )
        await _run(self._supervisor, job, deadline, caller.lane)
        return target

    async def read_font(
        self, font: Path, *, caller: Caller, folder: Path, deadline: float
    ) -> FontFace:
        """Judge a font that somebody brings; gives what it says of itself."""
        job = Job(
            message={"op": "read_font", "language": caller.language, "source": "font"},
            inputs={"font": font},
            tenant=caller.tenant,
        )
        answer = await _run(self._supervisor, job, deadline, caller.lane)
        return FontFace(**cast("dict[str, Any]", answer.message["face"]))

    async def describe(
        self, order: DescribeOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Described:
        """Say all that a registry keeps of a version, errors included.

        Never raises TemplateError. Sentences are in the language of the caller.
        """
        supply = Supply(order.template, order.blocks, folder)
        await supply.give_template()
        schema = await order.template.schema_into(folder)
        job = Job(
            message=understanding.describe_message(order, caller, schema),
            inputs={} if schema is None else {schema.name: schema},
            tenant=caller.tenant,
        )
        answer = await _run_supplied(self._supervisor, job, supply, deadline, caller.lane)
        return understanding.read_described(answer.message)

    async def diff(
        self, order: DiffOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Diff:
        """Say what is not the same in two versions, in the language of the caller.

        Raises:
            FileRefused: one is no template that may be opened.
        """
        job = Job(
            message=understanding.diff_message(caller),
            inputs=await understanding.diff_files(order, folder),
            blob=understanding.as_blob(*order.schemas),
            tenant=caller.tenant,
        )
        return understanding.read_diff(
            (await _run(self._supervisor, job, deadline, caller.lane)).message
        )

    async def contract(
        self, before: object, after: object, *, caller: Caller, deadline: float
    ) -> Mapping[str, Any]:
        """Compare what two versions ask for, by their schemas as JSON has them.

        Gives ``needs_more``, ``needs``, ``offers``, ``unread`` and ``complete``; see
        ``greffier_templates.understanding.contracts.comparing``.
        """
        job = Job(
            message=understanding.contract_message(caller),
            blob=understanding.as_blob(before, after),
            tenant=caller.tenant,
        )
        answer = await _run(self._supervisor, job, deadline, caller.lane)
        return cast("Mapping[str, Any]", answer.message["contract"])


def read_report(
    answer: Mapping[str, object], supply: Supply, language: str, annotated: Path | None
) -> Report:
    """Read what a render process answers to ``check``, and add what only the hall knows."""
    unused = all_translated(supply.unused(cast("list[str]", answer["blocks"])), language)
    return Report(
        findings=(*read_findings(answer["findings"]), *unused),
        foreign=cast("Mapping[str, Mapping[str, int]]", answer["foreign"]),
        annotated=annotated,
        blocks=tuple(cast("list[str]", answer["blocks"])),
    )


def _supplied(job: Job, supply: Supply) -> Job:
    return dataclasses.replace(
        job,
        message={**job.message, **supply.message},
        inputs={**job.inputs, **supply.inputs},
    )


async def _run_supplied(
    supervisor: Supervisor, job: Job, supply: Supply, deadline: float, lane: Lane
) -> Answer:
    answer = await _run(supervisor, _supplied(job, supply), deadline, lane)
    while await supply.grows(answer.message):
        answer = await _run(supervisor, _supplied(job, supply), deadline, lane)
    return answer


async def _run(supervisor: Supervisor, job: Job, deadline: float, lane: Lane) -> Answer:
    answer = await supervisor.run(job, lane=lane, deadline=deadline)
    error = answer.message.get("error")
    if isinstance(error, dict):
        raise read_error(error)
    return answer


def read_filled(path: Path, answer: Answer, warnings: Iterable[Finding] = ()) -> Filled:
    """Read what a render process answers to ``fill`` and ``clean``."""
    message = cast("dict[str, Any]", answer.message)
    return Filled(
        path=path,
        warnings=(*read_findings(message["warnings"]), *warnings),
        fonts=frozenset(message["fonts"]),
        digest=message["digest"],
        template_digest=message.get("template_digest", ""),
        data_digest=message.get("data_digest", ""),
        blocks=message.get("blocks", {}),
        source_digest=message.get("source_digest", ""),
        queue_s=answer.queue_s,
        run_s=answer.run_s,
    )
