"""The documents that are kept, by id and by the idempotency key they were asked for under."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from greffier_converters.tasks import Tasks
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.access.policy import read_policy
from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.model import NewJob
from greffier.kept.errors import (
    DocumentErased,
    KeyReused,
    NoSuchDocument,
    StillInProgress,
)
from greffier.kept.model import (
    ORDER_BLOB,
    RESULT_BLOB,
    TOLD,
    Claim,
    KeptDocument,
    State,
    new_id,
)
from greffier.kept.storing import Storing
from greffier.model import Caller
from greffier.store.database import Database
from greffier.store.tables import Document, Tenant, now

#: Kind of the jobs that make documents.
JOB = "document"
#: Seconds that a request may take besides making its document: to keep it.
CLAIM_EXTRA_S = 360
#: How often a key is looked at that others let go meanwhile, before we say it is in use.
_LOOKS = 10


class KeptDocuments:
    """Keeps documents for a tenant's time, and erases them.

    Args:
        database: where they are told of.
        storing: where their bytes are.
        dispatcher: has those made that are accepted to be made later.
        ttl_s: seconds for which they are kept, where a tenant's policy does not say.
        claim_s: seconds after which a request that was to make one is over for certain.
    """

    def __init__(
        self,
        database: Database,
        storing: Storing,
        dispatcher: Dispatcher,
        *,
        ttl_s: float,
        claim_s: float,
    ) -> None:
        self._database, self._storing, self._dispatcher = database, storing, dispatcher
        self._ttl = timedelta(seconds=ttl_s)
        self._claim = timedelta(seconds=claim_s)
        self._tasks = Tasks()

    @asynccontextmanager
    async def claimed(self, caller: Caller, key: str, fingerprint: str) -> AsyncIterator[Claim]:
        """Have an idempotency key for one request alone, or learn what it was used for.

        The key is free again if the request fails; if the service is killed meanwhile, once the
        time of any request is over.

        Args:
            caller: who asks.
            key: empty: there is none, and nothing is claimed.
            fingerprint: of the request.

        Raises:
            KeyReused, StillInProgress, DocumentErased: see ``errors.py``.
        """
        claim = await self._take(caller, key, fingerprint) if key else Claim()
        try:
            yield claim
        except BaseException:
            if claim.id:
                # Also when the caller has left, and whatever this task is told meanwhile.
                await asyncio.shield(
                    self._tasks.start(self._release(caller.tenant, claim.id), "release a claim")
                )
            raise

    async def keep(
        self, claim: Claim, caller: Caller, path: Path, description: Mapping[str, Any]
    ) -> KeptDocument:
        """Keep a finished document.

        Args:
            claim: its place.
            caller: who asked for it.
            path: its file, to which random bytes are added: it ends after ``KeptDocument.size``.
            description: what is told of it.

        Raises:
            StorageFull, StoreUnavailable: it could not be kept, and nothing of it is.
        """
        size, digest = await self._storing.put(caller.tenant, RESULT_BLOB, path)
        async with self._database.write(caller.tenant) as session:
            await self._storing.adopt(session, caller.tenant, RESULT_BLOB, digest)
            row = await self._place(session, claim, caller)
            await self.finish(session, row, State.DONE, description)
            row.result_digest, row.size = digest, size
            await session.flush()
            return kept(row)

    async def accept(
        self, claim: Claim, caller: Caller, order: Path, description: Mapping[str, Any]
    ) -> KeptDocument:
        """Keep an order, and have it done by a job; the order does not expire before.

        Args:
            claim: the place of the document.
            caller: who asked for it.
            order: a file that only we have, to which random bytes are added.
            description: what is told of the document until it is made.

        Raises:
            StorageFull, StoreUnavailable: it could not be kept, and nothing of it is.
        """
        _, digest = await self._storing.put(caller.tenant, ORDER_BLOB, order)
        async with self._database.write(caller.tenant) as session:
            await self._storing.adopt(session, caller.tenant, ORDER_BLOB, digest)
            row = await self._place(session, claim, caller)
            row.state, row.order_digest, row.expires_at = State.WAITING, digest, None
            row.description = dict(description)
            await session.flush()
            await self._dispatcher.enqueue(session, NewJob(caller.tenant, JOB, row.id))
            return kept(row)

    async def finish(
        self, session: AsyncSession, row: Document, state: State, description: Mapping[str, Any]
    ) -> None:
        """Say how a document ended, and for how long that is remembered."""
        policy = await session.scalar(select(Tenant.policy).where(Tenant.slug == row.tenant))
        own = read_policy(policy or {}).result_ttl_s
        moment = now()
        row.state, row.description, row.done_at = state, dict(description), moment
        row.expires_at = moment + (self._ttl if own is None else timedelta(seconds=own))

    async def get(self, tenant: str, document: str) -> KeptDocument:
        """Give a document that callers see.

        Raises:
            NoSuchDocument: there is none.
        """
        async with self._database.read(tenant) as session:
            row = await session.scalar(select(Document).where(Document.id == document))
        if row is None or row.state not in TOLD or _expired(row):
            raise NoSuchDocument
        return kept(row)

    async def list(
        self, tenant: str, *, by: str = "", state: str = "", after: str = "", limit: int
    ) -> Sequence[KeptDocument]:
        """List documents, the newest first.

        Args:
            tenant: whose.
            by: name of the key that asked for them; empty: all.
            state: empty: all that callers see.
            after: id of the last one of the page before; empty: begin with the newest.
            limit: how many at most.
        """
        found = (
            select(Document)
            .where(Document.state.in_([state] if state else TOLD))
            .where(Document.expires_at.is_(None) | (Document.expires_at > now()))
            .order_by(Document.id.desc())
            .limit(limit)
        )
        if by:
            found = found.where(Document.by == by)
        if after:
            found = found.where(Document.id < after)
        async with self._database.read(tenant) as session:
            return [kept(row) for row in await session.scalars(found)]

    async def fetch(self, document: KeptDocument, path: Path) -> None:
        """Write the bytes of a finished document into a new file."""
        await self._storing.fetch(document.tenant, RESULT_BLOB, document.result_digest, path)

    async def erase(self, tenant: str, document: str) -> None:
        """Erase a document and its order now, made or not.

        Its idempotency key stays used until its time is over.

        Raises:
            NoSuchDocument: there is none.
        """
        async with self._database.write(tenant) as session:
            # The job first, as it does that ends: otherwise each would wait for the other.
            await self._dispatcher.cancel(session, JOB, document)
            row = await session.scalar(
                select(Document).where(Document.id == document).with_for_update()
            )
            if row is None or row.state not in TOLD:
                raise NoSuchDocument
            blobs = self.forget(session, row)
            if row.idempotency_key is None:
                await session.delete(row)
            else:
                await self.finish(session, row, State.ERASED, {})
        for kind, digest in blobs:
            await self._storing.erase(tenant, kind, digest)

    def forget(self, session: AsyncSession, row: Document) -> Sequence[tuple[str, str]]:
        """Take the names of its blobs from a row; gives them, to be erased after the commit."""
        blobs = ((ORDER_BLOB, row.order_digest), (RESULT_BLOB, row.result_digest))
        for kind, digest in blobs:
            self._storing.let_go(session, row.tenant, kind, digest)
        row.order_digest, row.result_digest, row.size = "", "", 0
        return blobs

    async def finish_releasing(self) -> None:
        """Wait until every claim that was given up is released."""
        await self._tasks.finish()

    async def _take(self, caller: Caller, key: str, fingerprint: str) -> Claim:
        for _ in range(_LOOKS):
            row = Document(
                id=new_id(),
                state=State.CLAIMED,
                by=caller.key,
                idempotency_key=key,
                fingerprint=fingerprint,
                expires_at=now() + self._claim,
            )
            try:
                async with self._database.write(caller.tenant) as session:
                    session.add(row)
                return Claim(row.id)
            except IntegrityError:
                earlier = await self._earlier(caller.tenant, key, fingerprint)
            if earlier is not None:
                return Claim(earlier=earlier)
        raise StillInProgress

    async def _earlier(self, tenant: str, key: str, fingerprint: str) -> KeptDocument | None:
        """Give what a key was used for; None: nothing any longer."""
        async with self._database.read(tenant) as session:
            row = await session.scalar(select(Document).where(Document.idempotency_key == key))
        if row is None:
            return None
        if _expired(row):
            await self._remove(tenant, row.id)
            return None
        if row.fingerprint != fingerprint:
            raise KeyReused
        if row.state == State.CLAIMED:
            raise StillInProgress
        if row.state == State.ERASED:
            raise DocumentErased
        return kept(row)

    async def _place(self, session: AsyncSession, claim: Claim, caller: Caller) -> Document:
        """Give the row of a claim, or a new one where nothing was claimed."""
        if not claim.id:
            row = Document(id=new_id(), tenant=caller.tenant, state=State.CLAIMED, by=caller.key)
            session.add(row)
            return row
        held = select(Document).where(Document.id == claim.id, Document.state == State.CLAIMED)
        found = await session.scalar(held.with_for_update())
        if found is None:
            raise StillInProgress  # so late that another request has the key
        return found

    async def _release(self, tenant: str, document: str) -> None:
        async with self._database.write(tenant) as session:
            await session.execute(
                delete(Document).where(Document.id == document, Document.state == State.CLAIMED)
            )

    async def _remove(self, tenant: str, document: str) -> None:
        """Remove a row that has expired, and what it names."""
        async with self._database.write(tenant) as session:
            row = await session.scalar(
                select(Document).where(Document.id == document).with_for_update()
            )
            if row is None or not _expired(row):
                return
            blobs = self.forget(session, row)
            await session.delete(row)
        for kind, digest in blobs:
            await self._storing.erase(tenant, kind, digest)

    async def sweep(self, limit: int = 200) -> int:
        """Remove what has expired, in all tenants; gives how many rows there were."""
        async with self._database.read_all() as session:
            expired = select(Document.tenant, Document.id).where(Document.expires_at < now())
            found = (await session.execute(expired.limit(limit))).all()
        for tenant, document in found:
            await self._remove(tenant, document)
        return len(found)


def _expired(row: Document) -> bool:
    return row.expires_at is not None and row.expires_at < now()


def kept(row: Document) -> KeptDocument:
    """Tell of a row."""
    return KeptDocument(
        id=row.id,
        tenant=row.tenant,
        state=State(row.state),
        by=row.by,
        result_digest=row.result_digest,
        size=row.size,
        description=row.description,
        created_at=row.created_at,
        done_at=row.done_at,
        expires_at=row.expires_at,
    )
