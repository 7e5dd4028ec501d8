"""Renders every sample of every live version again, to see whether what comes out is the same.

After an upgrade of LibreOffice, of the fonts of a machine, or of Greffier, what no sample shows
is found out by towns. Nothing is changed, and a service may run beside it.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from greffier.model import Caller
from greffier.problems import Problem, problem_of
from greffier.registry.descriptions import Descriptions
from greffier.registry.model import Kind
from greffier.registry.proofs import ProofOrder, Proofs, as_request, told_of
from greffier.registry.samples import INVENTED, Samples, invented
from greffier.registry.sources import Sources
from greffier.registry.versions import Versions
from greffier.store import tables
from greffier.store.database import Database

#: Statuses of problems that are the machine's, and say nothing of a template.
_NOT_THE_TEMPLATES = frozenset({503, 507})


@dataclass(frozen=True, slots=True)
class Live:
    """A version that is live."""

    tenant: str
    slug: str
    number: int
    engine: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one version with one sample."""

    live: Live
    sample: str
    #: None where nothing came out.
    pages: int | None
    #: When it went live, or was recorded since; None: nobody took note.
    pages_before: int | None
    #: Fonts that are missing now and were not then.
    fonts_lost: Sequence[str] = ()
    #: Why nothing came out.
    problem: Problem | None = None
    #: What is to be recorded of it.
    proof: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Whether somebody took note of what came out before."""
        return self.pages_before is not None

    @property
    def faults(self) -> Sequence[str]:
        """What is not as it should be: ``failed``, ``pages``, ``fonts``."""
        if self.problem is not None:
            # Data that was invented need not fit; a version may go live though it does not.
            return () if self.sample == INVENTED and not self.is_recorded else ("failed",)
        found = [] if self.pages_before in (None, self.pages) else ["pages"]
        return [*found, "fonts"] if self.fonts_lost else found


class Verifying:
    """Renders samples.

    Args:
        database: where versions are told of.
        versions, samples, sources: of the registry.
        descriptions: tells what was invented for versions.
        proofs: what renders.
        folder: where work folders are made.
        deadline_s: for each sample.
    """

    def __init__(
        self,
        database: Database,
        *,
        versions: Versions,
        samples: Samples,
        sources: Sources,
        descriptions: Descriptions,
        proofs: Proofs,
        folder: Path,
        deadline_s: float,
    ) -> None:
        self._database, self._versions, self._samples = database, versions, samples
        self._sources, self._descriptions, self._proofs = sources, descriptions, proofs
        self._folder, self._deadline_s = folder, deadline_s

    async def live(self, tenant: str | None = None) -> Sequence[Live]:
        """List the versions that are live, of one tenant or of all that are not closed."""
        template = tables.Template
        query = (
            select(template.tenant, template.slug, template.published, template.engine)
            .join(tables.Tenant, tables.Tenant.slug == template.tenant)
            .where(
                template.published.is_not(None),
                template.archived_at.is_(None),
                template.kind == Kind.TEMPLATE,
                tables.Tenant.closed_at.is_(None),
            )
            .order_by(template.tenant, template.slug)
        )
        if tenant is not None:
            query = query.where(template.tenant == tenant)
        async with self._database.read_all() as session:
            rows = await session.execute(query)
            return [Live(one.tenant, one.slug, one.published, one.engine) for one in rows]

    async def run(self, versions: Iterable[Live], *, at_once: int) -> AsyncIterator[Outcome]:
        """Render all samples of these versions, so many at once; outcomes as they come.

        Raises:
            ConversionError, HallError: the machine cannot do it, or the store does not answer.
        """
        waiting = iter(versions)
        done: asyncio.Queue[Outcome | None] = asyncio.Queue()

        async def work() -> None:
            for one in waiting:
                for outcome in await self._version(one):
                    await done.put(outcome)

        async def all_work() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(at_once):
                        group.create_task(work())
            finally:
                await done.put(None)

        working = asyncio.create_task(all_work(), name="verify")
        try:
            while (outcome := await done.get()) is not None:
                yield outcome
            await working
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def record(self, outcomes: Iterable[Outcome]) -> None:
        """Take note of what came out, so that later runs compare with it."""
        by_version: dict[Live, dict[str, Mapping[str, Any]]] = {}
        for one in outcomes:
            if one.problem is None:
                by_version.setdefault(one.live, {})[one.sample] = one.proof
        for live, proofs in by_version.items():
            await self._samples.note_proofs(live.tenant, live.slug, live.number, proofs)
            await self._versions.note_proofs(live.tenant, live.slug, live.number, proofs)

    async def _version(self, live: Live) -> Sequence[Outcome]:
        caller = Caller(tenant=live.tenant, key="verify")
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir()
        try:
            return await self._outcomes(live, caller, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _outcomes(self, live: Live, caller: Caller, folder: Path) -> Sequence[Outcome]:
        samples = await self._samples.list(live.tenant, live.slug)
        source = await self._sources.version(live.tenant, live.slug, live.number)
        try:
            described = await self._descriptions.usable(
                caller, source, folder=folder, deadline=self._deadline()
            )
        except Exception as error:
            return [Outcome(live, "", None, None, problem=_problem(error))]
        recorded = (await self._versions.get(live.tenant, live.slug, live.number)).report
        outcomes = []
        for sample in samples or invented(described):
            before = sample.proofs.get(str(live.number), {})
            if sample.name == INVENTED:
                before = recorded.get("proofs", {}).get(INVENTED, {})
            order = ProofOrder(
                template=source,
                request=as_request(sample.data),
                blocks=self._sources.blocks(live.tenant),
                pictures=described["pictures"],
                engine=live.engine,
            )
            nothing = Outcome(live, sample.name, None, before.get("pages"))
            try:
                document = await self._proofs.make(
                    order, caller=caller, folder=folder, deadline=self._deadline()
                )
            except Exception as error:
                outcomes.append(replace(nothing, problem=_problem(error)))
                continue
            proof = told_of(document)
            lost = set(proof["fonts_substituted"]) - set(before.get("fonts_substituted", ()))
            outcomes.append(
                replace(nothing, pages=document.pages, fonts_lost=sorted(lost), proof=proof)
            )
        return outcomes

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._deadline_s


def _problem(error: Exception) -> Problem:
    """Say what a version is at fault for.

    Raises:
        Exception: the error itself, where it is none of the version's.
    """
    problem = problem_of(error)
    if problem is None or problem.type.status in _NOT_THE_TEMPLATES:
        raise error
    return problem
