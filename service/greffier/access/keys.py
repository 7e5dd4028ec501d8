"""API keys: made, found, counted as used, revoked."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select

from greffier.access.errors import KeyRefused
from greffier.access.key_text import hash_of, id_of, new_key
from greffier.access.model import Principal, Role
from greffier.access.tenants import NoSuchTenant
from greffier.errors import HallError
from greffier.store.database import Database
from greffier.store.tables import Key, Tenant, now

#: Seconds for which a key that was found counts without being looked up again: a key revoked on
#: another machine, or by the command line, is refused after so long at the latest.
REMEMBERED_S = 5
_REMEMBERED = 10_000
#: Which of unknown, expired and revoked it is, is not told to whoever tries.
_REFUSED = "The key is not known here, or counts no longer."
#: How exactly the last use is kept: not every request writes.
_USE_EXACT_TO = timedelta(minutes=5)


class KeyExists(HallError):
    """A key that counts has this name already."""


class NoSuchKey(HallError):
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is told of a key: everything but its text."""

    id: str
    tenant: str | None
    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def state(self) -> Literal["valid", "expired", "revoked"]:
        """Tell whether it counts."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now() else "valid"


class Keys:
    """The keys of an installation.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        #: Hash -> whom it stands for, until when it counts without looking, and when it expires.
        self._found: OrderedDict[str, tuple[Principal, float, datetime | None]] = OrderedDict()
        self._noting: set[asyncio.Task[None]] = set()

    async def make(
        self,
        tenant: str | None,
        name: str,
        roles: Sequence[Role],
        *,
        expires_at: datetime | None = None,
    ) -> tuple[KeyInfo, str]:
        """Make a key; gives it and, this once, its text.

        Args:
            tenant: slug of one that there is; None: a key of the installation's operator.
            name: what people call it.
            roles: what it may do; an operator's key may do everything.
            expires_at: from when on it is refused; None: never.

        Raises:
            KeyExists: one that counts has this name.
            NoSuchTenant: there is no such tenant.
        """
        made = new_key()
        async with self._database.write_all() as session:
            if tenant is not None and await session.get(Tenant, tenant) is None:
                raise NoSuchTenant(f"There is no tenant {tenant!r}.")
            same = select(Key).where(Key.name == name, Key.tenant == tenant, _counts())
            if await session.scalar(same) is not None:
                raise KeyExists(
                    f"There is a key {name!r} already. Revoke it, or take another name."
                )
            row = Key(
                id=made.id,
                tenant=tenant,
                name=name,
                hash=made.hash,
                roles=sorted(roles),
                expires_at=expires_at,
            )
            session.add(row)
            await session.flush()
            info = _info(row)
        return info, made.text

    async def find(self, text: str) -> Principal:
        """Say whom a key stands for, and take note that it was used.

        Raises:
            KeyRefused: it does not count here.
        """
        hashed = hash_of(text)
        known = self._found.get(hashed)
        if known is not None and time.monotonic() < known[1]:
            if known[2] is None or now() < known[2]:
                return known[0]
            raise KeyRefused(_REFUSED)
        principal, expires_at = await self._look_up(text, hashed)
        self._found[hashed] = principal, time.monotonic() + REMEMBERED_S, expires_at
        self._found.move_to_end(hashed)
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return principal

    async def rotate(
        self, tenant: str | None, key: str, *, grace: timedelta = timedelta(0)
    ) -> tuple[KeyInfo, str]:
        """Make a key that takes the place of another: same name, roles and end; gives its text.

        Args:
            tenant: whose key it is; None: the installation's.
            key: id of the old one.
            grace: how long the old one counts yet.

        Raises:
            NoSuchKey: the tenant has no such key that counts.
        """
        made = new_key()
        async with self._database.write_all() as session:
            old = await session.scalar(
                select(Key).where(Key.id == key, Key.tenant == tenant, _counts())
            )
            if old is None:
                raise NoSuchKey(f"There is no key {key!r} that counts.")
            row = Key(
                id=made.id,
                tenant=tenant,
                name=old.name,
                hash=made.hash,
                roles=old.roles,
                expires_at=old.expires_at,
            )
            session.add(row)
            if grace:
                end = now() + grace
                old.expires_at = end if old.expires_at is None else min(end, old.expires_at)
            else:
                old.revoked_at = now()
            await session.flush()
            info = _info(row)
            self._found.pop(old.hash, None)
        return info, made.text

    async def get(self, key: str) -> KeyInfo:
        """Give a key of whomever: for the operator's commands.

        Raises:
            NoSuchKey: there is none of this id.
        """
        async with self._database.read_all() as session:
            row = await session.get(Key, key)
        if row is None:
            raise NoSuchKey(f"There is no key {key!r}.")
        return _info(row)

    async def revoke(self, tenant: str | None, key: str) -> KeyInfo:
        """Refuse a key from now on.

        Args:
            tenant: whose key it is; None: the installation's.
            key: its id.

        Raises:
            NoSuchKey: the tenant has no such key.
        """
        async with self._database.write_all() as session:
            row = await session.scalar(select(Key).where(Key.id == key, Key.tenant == tenant))
            if row is None:
                raise NoSuchKey(f"There is no key {key!r}.")
            row.revoked_at = row.revoked_at or now()
            info = _info(row)
            self._found.pop(row.hash, None)
        return info

    async def list(self, tenant: str | None) -> Sequence[KeyInfo]:
        """List the keys of a tenant, or of the installation, the newest first."""
        async with self._database.read_all() as session:
            rows = await session.scalars(
                select(Key).where(Key.tenant == tenant).order_by(Key.created_at.desc(), Key.id)
            )
            return [_info(row) for row in rows]

    async def any_of_the_installation(self) -> bool:
        """Tell whether an operator has a key that counts."""
        async with self._database.read_all() as session:
            found = await session.scalar(select(Key.id).where(Key.tenant.is_(None), _counts()))
            return found is not None

    def forget(self) -> None:
        """Look every key up anew: a tenant was closed."""
        self._found.clear()

    async def finish(self) -> None:
        """Wait until every use is taken note of."""
        await asyncio.gather(*self._noting, return_exceptions=True)

    async def _look_up(self, text: str, hashed: str) -> tuple[Principal, datetime | None]:
        key_id = id_of(text)
        if key_id is None:
            raise KeyRefused(_REFUSED)
        async with self._database.read_all() as session:
            found = (
                await session.execute(
                    select(Key, Tenant.closed_at)
                    .outerjoin(Tenant, Tenant.slug == Key.tenant)
                    .where(Key.id == key_id, _counts())
                )
            ).one_or_none()
        if found is None or not hmac.compare_digest(found[0].hash, hashed):
            raise KeyRefused(_REFUSED)
        row, closed_at = found
        if closed_at is not None:
            raise KeyRefused(_REFUSED)
        if row.last_used_at is None or now() - row.last_used_at > _USE_EXACT_TO:
            task = asyncio.create_task(self._note_use(row.id), name="note use of a key")
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)
        roles = frozenset(Role(each) for each in row.roles)
        return Principal(row.tenant, row.name, roles), row.expires_at

    async def _note_use(self, key: str) -> None:
        async with self._database.write_all() as session:
            row = await session.get(Key, key)
            if row is not None:
                row.last_used_at = now()


def _counts() -> ColumnElement[bool]:
    """Narrow to keys that are neither revoked nor expired."""
    return and_(Key.revoked_at.is_(None), or_(Key.expires_at.is_(None), Key.expires_at > now()))


def _info(row: Key) -> KeyInfo:
    return KeyInfo(
        id=row.id,
        tenant=row.tenant,
        name=row.name,
        roles=tuple(Role(each) for each in row.roles),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
