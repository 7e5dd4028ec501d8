"""What tenants propose to ``commons``, and what its operator says to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.access.model import COMMONS
from greffier.registry.bundles import Brought, bring, bundle_of
from greffier.registry.errors import (
    NoSuchProposal,
    NotPublishable,
    ProposalDecided,
    TemplateExists,
)
from greffier.registry.model import TEMPLATE_BLOB, Decision, Kind, ProposalInfo
from greffier.registry.templates import locked
from greffier.registry.versions import find_version
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import Proposal, Template, Version, now


class Proposals:
    """The proposals of all tenants.

    Where a method takes a tenant, None stands for the operator of the installation, who sees all;
    it raises ``NoSuchProposal`` where there is none of the number, or it is another tenant's.

    Args:
        database: where they are.
        blobs: where their bytes are.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    async def propose(
        self, tenant: str, slug: str, number: int, *, name: str, note: str, by: str
    ) -> ProposalInfo:
        """Propose a version to ``commons``.

        Args:
            tenant: whose template.
            slug: which.
            number: of a version without mistakes.
            name: what it is to be called in ``commons``; empty: the same.
            note: for whoever decides.
            by: name of the key that proposes it.

        Raises:
            NoSuchTemplate, NoSuchVersion: there is none.
            NotPublishable: it has mistakes.
            ProposalDecided: another version of it is still proposed.
        """
        async with self._database.write(tenant) as session:
            template = await locked(session, slug)
            version = await find_version(session, template, number)
            if version.checked_at is None:
                raise NotPublishable(f"Version {number} of {slug!r} has mistakes: mend them first.")
            still = await session.scalar(
                select(Proposal).where(
                    Proposal.template_id == template.id, Proposal.state == Decision.OPEN
                )
            )
            if still is not None:
                raise ProposalDecided(
                    f"Version {still.version} of {slug!r} is proposed already, as number "
                    f"{still.id}: withdraw that proposal first."
                )
            row = Proposal(
                template_id=template.id, version=number, slug=name or slug, note=note, by=by
            )
            session.add(row)
            await session.flush()
            return _info(row, template, version)

    async def list(
        self, tenant: str | None, *, state: Decision | None, before: int, limit: int
    ) -> Sequence[ProposalInfo]:
        """List proposals, the newest first.

        Args:
            tenant: whose; None: of all.
            state: only these; None: all.
            before: begin before this number.
            limit: how many at most.
        """
        query = _proposals().where(Proposal.id < before).order_by(Proposal.id.desc()).limit(limit)
        if state is not None:
            query = query.where(Proposal.state == state)
        async with self._reading(tenant) as session:
            found = await session.execute(query)
            return [_info(proposal, template, version) for proposal, template, version in found]

    async def get(self, tenant: str | None, number: int) -> ProposalInfo:
        """Give a proposal."""
        async with self._reading(tenant) as session:
            return _info(*await _find(session, number))

    async def blob(self, tenant: str | None, number: int) -> BlobName:
        """Name the blob with the proposed bytes."""
        info = await self.get(tenant, number)
        return BlobName(info.tenant, TEMPLATE_BLOB, info.digest)

    async def bring(self, number: int, *, by: str) -> Brought:
        """Give ``commons`` the proposed version, as a draft; the proposal stays open.

        Raises:
            ProposalDecided: it is open no more.
            TemplateExists: ``commons`` has something of another kind under the name.
        """
        async with self._database.read_all() as session:
            proposal, template, version = await _find(session, number)
            _refuse_decided(proposal)
            bundle = await bundle_of(session, self._blobs, template, version)
        kind = bundle.new.kind

        async def settle(session: AsyncSession, row: Template, is_new: bool) -> None:
            if row.kind != kind:
                raise TemplateExists(
                    f"In commons {row.slug!r} is a {row.kind}, and this is a {kind}."
                )

        return await bring(
            self._database,
            self._blobs,
            COMMONS,
            dataclasses.replace(bundle, new=dataclasses.replace(bundle.new, slug=proposal.slug)),
            by=by,
            note=f"Proposed by {template.tenant}: {proposal.note}".rstrip(": "),
            settle=settle,
        )

    async def decide(
        self, tenant: str | None, number: int, decision: Decision, *, answer: str = ""
    ) -> ProposalInfo:
        """Close a proposal.

        Args:
            tenant: who does so; None: the operator of the installation.
            number: of the proposal.
            decision: what becomes of it.
            answer: for whoever proposed it.

        Raises:
            ProposalDecided: it is open no more.
        """
        writing = self._database.write_all() if tenant is None else self._database.write(tenant)
        async with writing as session:
            row, template, version = await _find(session, number)
            await session.refresh(row, with_for_update=True)
            _refuse_decided(row)
            row.state, row.answer, row.decided_at = decision, answer, now()
            return _info(row, template, version)

    def _reading(self, tenant: str | None) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.read_all() if tenant is None else self._database.read(tenant)


def _proposals() -> Select[Proposal, Template, Version]:
    return (
        select(Proposal, Template, Version)
        .join(Template, Template.id == Proposal.template_id)
        .join(
            Version,
            (Version.template_id == Proposal.template_id) & (Version.number == Proposal.version),
        )
    )


async def _find(session: AsyncSession, number: int) -> tuple[Proposal, Template, Version]:
    found = (await session.execute(_proposals().where(Proposal.id == number))).one_or_none()
    if found is None:
        raise NoSuchProposal(f"There is no proposal {number}.")
    proposal, template, version = found
    return proposal, template, version


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.state != Decision.OPEN:
        raise ProposalDecided(f"Proposal {proposal.id} was {proposal.state} already.")


def _info(row: Proposal, template: Template, version: Version) -> ProposalInfo:
    return ProposalInfo(
        id=row.id,
        tenant=row.tenant,
        template=template.slug,
        kind=Kind(template.kind),
        version=row.version,
        digest=version.digest,
        slug=row.slug,
        note=row.note,
        state=Decision(row.state),
        answer=row.answer,
        by=row.by,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )
