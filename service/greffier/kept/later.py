"""Makes the documents that were accepted to be made later: the handler of their jobs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.errors import HallError
from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.errors import TakenOver
from greffier.jobs.model import Job, Kind, Lane
from greffier.kept.documents import JOB, KeptDocuments, kept
from greffier.kept.model import ORDER_BLOB, RESULT_BLOB, State, links
from greffier.kept.orders import Order, read_order
from greffier.kept.storing import Storing
from greffier.model import Document
from greffier.problems import Problem
from greffier.provenance import hexadecimal
from greffier.records.drafts import name_of
from greffier.records.model import OK, Entry
from greffier.records.recorder import Recorder
from greffier.store import tables
from greffier.store.database import Database
from greffier.workfolder import WorkFolders

_log = logging.getLogger(__name__)

#: How often one is tried, if its workers die or the service has no room.
_ATTEMPTS = 5

#: How making one is called in the records, where its id stands for that of a request.
_ACTION = "documents.make"

DONE, FAILED = "document.finished", "document.failed"


class Announce(Protocol):
    """Tells the webhooks of a tenant; see ``webhooks.announcing.Announcer.announce``."""

    async def __call__(
        self, session: AsyncSession, tenant: str, event: str, data: Mapping[str, Any], /
    ) -> object:
        """Have an event told once the session's transaction is committed."""


#: Makes the document of an order in a folder; gives it and its description.
Make = Callable[[Order, Path], Awaitable[tuple[Document, Mapping[str, Any]]]]


class Later:
    """Makes accepted documents.

    Args:
        database: where they are told of.
        kept: where they are kept.
        storing: where their orders are.
        dispatcher: gives the jobs.
        folders: where the files of one are while it is made.
        make: makes one.
        announce: tells of the end of each.
        recorder: has each recorded, and counted.
    """

    def __init__(
        self,
        database: Database,
        kept: KeptDocuments,
        storing: Storing,
        dispatcher: Dispatcher,
        *,
        folders: WorkFolders,
        make: Make,
        announce: Announce,
        recorder: Recorder,
    ) -> None:
        self._database, self._kept, self._storing = database, kept, storing
        self._dispatcher, self._folders = dispatcher, folders
        self._make, self._announce, self._recorder = make, announce, recorder
        self.kind = Kind(JOB, Lane.PRESS, self, attempts=_ATTEMPTS)

    async def run(self, job: Job) -> None:
        """Make a document; see ``jobs.model.Handler``."""
        begun, order_digest = tables.now(), await self._begin(job)
        if not order_digest:
            return  # erased, or made already
        with self._folders.one() as folder:
            await self._storing.fetch(job.tenant, ORDER_BLOB, order_digest, folder / "order")
            order = await read_order(folder / "order", folder)
            document, description = await self._make(order, folder)
            size, digest = await self._storing.put(job.tenant, RESULT_BLOB, document.path)
        # Before it can be had: nobody has a document of which there is no record.
        await self._recorder.write(_record(job, order, document, begun))
        try:
            await self._end(job, digest, size, description)
        except TakenOver:
            await self._clear(job.tenant, RESULT_BLOB, digest)
            raise
        await self._clear(job.tenant, ORDER_BLOB, order_digest)

    async def give_up(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        """Say that a document could not be made; the sweeper erases its order."""
        row = await _row(session, job)
        if row is None:
            return
        self._kept.forget(session, row)
        members = problem.members(
            f"urn:greffier:document:{row.id}", row.description.get("language", "en")
        )
        description = {**row.description, "problem": members}
        await self._kept.finish(session, row, State.FAILED, description)
        await self._tell(session, row, FAILED)
        # Noted, not waited for: the transaction would wait for itself.
        self._recorder.note(
            Entry(
                at=tables.now(),
                tenant=row.tenant,
                key=row.by,
                action=_ACTION,
                outcome=problem.type.name,
                subject=_name(row.description.get("template", "")),
                request_id=row.id,
                counts=True,
            )
        )

    async def _begin(self, job: Job) -> str:
        """Say that it is being made; gives the digest of the order, empty: there is none."""
        async with self._database.write(job.tenant) as session:
            row = await _row(session, job)
            if row is None:
                return ""
            row.state = State.RUNNING
            return row.order_digest

    async def _end(self, job: Job, digest: str, size: int, description: Mapping[str, Any]) -> None:
        async with self._database.write(job.tenant) as session:
            await self._dispatcher.complete(session, job)
            row = await _row(session, job)
            if row is None:
                raise TakenOver
            await self._storing.adopt(session, job.tenant, RESULT_BLOB, digest)
            self._kept.forget(session, row)
            row.result_digest, row.size = digest, size
            await self._kept.finish(session, row, State.DONE, description)
            await self._tell(session, row, DONE)

    async def _tell(self, session: AsyncSession, row: tables.Document, event: str) -> None:
        data = {"id": row.id, "state": row.state, "links": links(kept(row))}
        await self._announce(session, row.tenant, event, data)

    async def _clear(self, tenant: str, kind: str, digest: str) -> None:
        """Erase what no row names; where that cannot be now, the sweeper does it."""
        try:
            await self._storing.erase(tenant, kind, digest)
        except HallError as error:
            _log.error("Of a document that was made something is left for now: %s", error)


def _record(job: Job, order: Order, document: Document, begun: datetime) -> Entry:
    origin = document.provenance
    return Entry(
        at=begun,
        tenant=job.tenant,
        key=name_of(order.caller),
        action=_ACTION,
        outcome=OK,
        subject=_name(document.template),
        version=order.version,
        data_digest=hexadecimal(origin.data_digest or origin.source_digest),
        pages=document.pages,
        milliseconds=round((tables.now() - begun).total_seconds() * 1000),
        request_id=job.subject,
        counts=True,
    )


def _name(template: str) -> str:
    """Give the name of a template of which the version may be told too: ``permit@3``."""
    return template.partition("@")[0]


async def _row(session: AsyncSession, job: Job) -> tables.Document | None:
    """Give the row of a job while there is something to do about it, and hold it."""
    found = select(tables.Document).where(
        tables.Document.id == job.subject,
        tables.Document.tenant == job.tenant,
        tables.Document.state.in_((State.WAITING, State.RUNNING)),
    )
    return await session.scalar(found.with_for_update())
