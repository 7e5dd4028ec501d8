"""Taking a library in: what differs from what the tenant has becomes new versions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from greffier_templates.gate.package import Archive
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.model import Caller
from greffier.problems import Fault, Problem, fault, invalid, problem_of
from greffier.registry.bundles import Brought, Bundle, bring
from greffier.registry.errors import TemplateExists
from greffier.registry.folder_format import AboutFile, Files, open_zip, read_bundle
from greffier.registry.publishing import Publishing
from greffier.registry.samples import MOST_SAMPLES
from greffier.registry.templates import Templates, searched
from greffier.store.blobs import Blobs
from greffier.store.database import Database
from greffier.store.tables import Sample, Template, now

#: From which status on a refusal is no fault of the template.
_NOT_ITS_FAULT = 500


@dataclass(slots=True)
class Taken:
    """What became of one template of a library."""

    slug: str
    #: ``new``, ``changed``, ``unchanged`` or ``refused``.
    outcome: str
    #: What changed: ``content``, ``about``, ``samples``.
    changes: tuple[str, ...] = ()
    #: Number of the version that has its content; None: it was refused.
    version: int | None = None
    #: Whether that version is live now.
    live: bool = False
    #: Why it was refused, or did not go live: the problem, and its mistakes.
    problem: str = ""
    detail: str = ""
    errors: tuple[Fault, ...] = ()

    def refuse(self, problem: Problem) -> None:
        """Take note of why something was not done."""
        self.problem, self.detail = problem.type.name, problem.detail
        self.errors = problem.errors


@dataclass(frozen=True, slots=True)
class Import:
    """What to do with a library."""

    caller: Caller
    #: Of new versions, for people.
    note: str = ""
    #: Whether what it brings goes live, where it has no mistakes.
    publish: bool = False
    #: Also blocks that break live templates.
    allow_broken: bool = False


@dataclass(slots=True)
class Importing:
    """Takes libraries in, each of their templates wholly or not at all.

    Nothing is deleted: what a library does not have stays as it is.
    """

    database: Database
    blobs: Blobs
    templates: Templates
    publishing: Publishing
    #: Gives an empty work folder that is gone afterwards.
    folder: Callable[[], AbstractContextManager[Path]]
    #: Most bytes of one file.
    template_bytes: int
    #: Seconds that checking one version may take.
    deadline_s: float
    _loop: asyncio.AbstractEventLoop = field(init=False, default_factory=asyncio.get_running_loop)

    async def take(self, source: bytes, order: Import) -> Sequence[Taken]:
        """Take a library in; blocks first.

        What is begun and then broken off, by a full queue say, can be done again: what is there
        already is unchanged.

        Args:
            source: the zip; see ``folder_format``.
            order: for whom, and whether it goes live.

        Raises:
            TemplateError: the zip is damaged, too large, or made to harm.
            Problem: something in it is not understood; nothing was taken.
            Exception: the service could not work on it now.
        """
        archive, found = await asyncio.to_thread(
            open_zip, source, template_bytes=self.template_bytes
        )
        taken = [await self._take(archive, files, order) for files in found]
        await self._settle([each for each in taken if each.version is not None], order)
        return taken

    async def _take(self, archive: Archive, files: Files, order: Import) -> Taken:
        changes: list[str] = []
        try:
            bundle, about = await asyncio.to_thread(read_bundle, archive, files)

            async def settle(session: AsyncSession, row: Template, is_new: bool) -> None:
                if row.kind != bundle.new.kind:
                    raise TemplateExists(f"{row.slug!r} is a {row.kind} already.")
                if (_say(row, about) or is_new) and about is not None:
                    changes.append("about")
                if (is_new and bundle.samples) or await _keep_samples(session, row, bundle):
                    changes.append("samples")

            brought = await bring(
                self.database,
                self.blobs,
                order.caller.tenant,
                bundle,
                by=order.caller.key,
                note=order.note,
                settle=settle,
            )
        except Exception as error:
            taken = Taken(files.slug, "refused")
            taken.refuse(_its_fault(error))
            return taken
        if brought.is_new_version:
            changes.insert(0, "content")
        return Taken(files.slug, _outcome(brought, changes), tuple(changes), brought.number)

    async def _settle(self, taken: Sequence[Taken], order: Import) -> None:
        """Check what is new, or put it live; what includes others may have to wait for them."""
        left = list(taken)
        while left:
            waiting = [each for each in left if not await self._try(each, order)]
            if len(waiting) == len(left) or not order.publish:
                return
            left = waiting

    async def _try(self, taken: Taken, order: Import) -> bool:
        caller, slug, number = order.caller, taken.slug, taken.version
        assert number is not None
        template = await self.templates.get(caller.tenant, slug)
        taken.live = template.published == number
        if taken.live or not (order.publish or "content" in taken.changes):
            return True
        deadline = self._loop.time() + self.deadline_s
        try:
            with self.folder() as folder:
                if not order.publish:
                    checked = await self.publishing.check(
                        caller, slug, number, folder=folder, deadline=deadline
                    )
                    taken.errors = tuple(checked.report.get("findings", ()))
                    return True
                await self.publishing.publish(
                    caller,
                    slug,
                    number,
                    folder=folder,
                    deadline=deadline,
                    allow_broken=order.allow_broken,
                )
        except Exception as error:
            taken.refuse(_its_fault(error))
            return False
        taken.live, taken.problem, taken.detail, taken.errors = True, "", "", ()
        return True


def _its_fault(error: Exception) -> Problem:
    """Say what is wrong with a template; whatever else went wrong is raised again."""
    problem = problem_of(error)
    if problem is None or problem.type.retryable or problem.type.status >= _NOT_ITS_FAULT:
        raise error
    return problem


def _outcome(brought: Brought, changes: Sequence[str]) -> str:
    if brought.is_new:
        return "new"
    return "changed" if changes else "unchanged"


def _say(row: Template, about: AboutFile | None) -> bool:
    """Say of a template what its file says; whether that differs."""
    if about is None:
        return False
    said = about.model_dump(exclude={"origin"}, exclude_unset=True)
    wanted = {
        name: list(said[name]) if isinstance(said[name], tuple) else said[name] for name in said
    }
    if about.origin is not None:
        wanted["origin"], wanted["origin_version"] = about.origin.name, about.origin.version
        wanted["origin_digest"] = about.origin.digest
    differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.searched, row.changed_at = searched(row), now()
    return bool(differing)


async def _keep_samples(session: AsyncSession, row: Template, bundle: Bundle) -> bool:
    """Add samples, and change those that differ; whether there were any."""
    rows = await session.scalars(select(Sample).where(Sample.template_id == row.id))
    known = {each.name: each for each in rows}
    if len(known.keys() | bundle.samples.keys()) > MOST_SAMPLES:
        message = f"With those that are there already, it has more than {MOST_SAMPLES} samples."
        raise invalid([fault(f"{row.slug}/samples", message, where="zip")])
    changed = False
    for name, data in bundle.samples.items():
        if name not in known:
            session.add(Sample(template_id=row.id, name=name, data=data))
        elif known[name].data != data:
            known[name].data, known[name].pages, known[name].changed_at = data, {}, now()
        else:
            continue
        changed = True
    return changed
