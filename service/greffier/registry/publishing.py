"""How a version goes live: checked with the blocks of today, and tried with every sample."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greffier_templates.errors import TemplateInvalid
from greffier_templates.model import Finding

from greffier.model import Caller
from greffier.problems import told
from greffier.records.callers import Callers
from greffier.registry.descriptions import (
    Descriptions,
    described_in,
    description_json,
    own_schema,
)
from greffier.registry.errors import NotPublishable
from greffier.registry.impact import Impact
from greffier.registry.live import Live
from greffier.registry.model import Kind, TemplateInfo, VersionInfo
from greffier.registry.proofs import AT_FAULT, ProofOrder, Proofs, as_request, faults_of, told_of
from greffier.registry.samples import Samples, invented
from greffier.registry.sources import Sources
from greffier.registry.templates import Templates
from greffier.registry.versions import Versions
from greffier.understanding import Described


class Publishing:
    """Checks and publishes versions.

    Args:
        templates: of the registry.
        versions: of the registry.
        samples: of the registry.
        sources: where blocks come from.
        descriptions: what checks.
        proofs: what renders samples.
        live: what was live before.
        impact: what a block would break.
        callers: who rendered a template lately.
    """

    def __init__(
        self,
        templates: Templates,
        versions: Versions,
        *,
        samples: Samples,
        sources: Sources,
        descriptions: Descriptions,
        proofs: Proofs,
        live: Live,
        impact: Impact,
        callers: Callers,
    ) -> None:
        self._templates, self._versions, self._samples = templates, versions, samples
        self._sources, self._descriptions, self._proofs = sources, descriptions, proofs
        self._live, self._impact, self._callers = live, impact, callers

    async def check(
        self, caller: Caller, slug: str, number: int, *, folder: Path, deadline: float
    ) -> VersionInfo:
        """Check a version, and keep what was found.

        Args:
            caller: for whom.
            slug: of the template.
            number: of the version.
            folder: the work folder of the request.
            deadline: time of the running loop.

        Raises:
            RegistryError: there is no such version.
            TemplateError, ConversionError: it could not be checked; it stays as it was.
        """
        template = await self._templates.get(caller.tenant, slug)
        work = _Work(caller, template, number, folder, deadline)
        _, version = await self._examine(work, {})
        return version

    async def publish(
        self,
        caller: Caller,
        slug: str,
        number: int,
        *,
        folder: Path,
        deadline: float,
        allow_broken: bool = False,
    ) -> VersionInfo:
        """Make a version the one that counts; arguments and errors as :meth:`check`.

        Every sample is rendered first; of a template that has none, the one that was invented for
        it. One that was live before is gone back to without that, for that may be in a hurry.

        Args:
            allow_broken: of a block: also when live templates that include it would break.

        Raises:
            NotPublishable: it has mistakes, or a sample cannot be rendered.
            BlockInUse: live templates would have mistakes.
        """
        template = await self._templates.get(caller.tenant, slug)
        work = _Work(caller, template, number, folder, deadline)
        before = await self._versions.get(caller.tenant, slug, number)
        described, version = await self._examine(work, before.report.get("proofs", {}))
        if described.errors:
            raise NotPublishable(
                f"Version {number} of {slug!r} has mistakes, so it cannot go live.",
                described.findings,
            )
        if template.kind is Kind.TEMPLATE and version.published_at is None:
            await self._prove(work, described)
        if template.kind is Kind.BLOCK and not allow_broken:
            block = await self._sources.version(caller.tenant, slug, number)
            await self._impact.refuse(caller, slug, block, folder=folder, deadline=deadline)
        return await self._versions.publish(caller.tenant, slug, number, by=caller.key)

    async def roll_back(
        self,
        caller: Caller,
        slug: str,
        number: int | None,
        *,
        folder: Path,
        deadline: float,
        allow_broken: bool = False,
    ) -> VersionInfo:
        """Go back to what was live before, or to a version that was; errors as ``Live.before``.

        It is checked as in :meth:`publish`: a block may have changed since.
        """
        before = await self._live.before(caller.tenant, slug, number)
        return await self.publish(
            caller, slug, before, folder=folder, deadline=deadline, allow_broken=allow_broken
        )

    async def refuse_missed(
        self, caller: Caller, slug: str, *, folder: Path, deadline: float
    ) -> None:
        """Refuse to take a block away that live templates need.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
            BlockInUse: they would have mistakes without it.
        """
        version = await self._sources.live_block(caller.tenant, slug)
        if version is not None:
            behind = await self._sources.block_behind(caller.tenant, slug)
            await self._impact.refuse(caller, slug, behind, folder=folder, deadline=deadline)

    async def _examine(
        self, work: _Work, proofs: Mapping[str, Any]
    ) -> tuple[Described, VersionInfo]:
        caller, slug = work.caller, work.template.slug
        source = await self._sources.version(caller.tenant, slug, work.number)
        described = await self._descriptions.make(
            caller, source, folder=work.new_folder("describe"), deadline=work.deadline
        )
        contract = None if described.errors else await self._contract(work, described)
        version = await self._versions.note_report(
            caller.tenant,
            slug,
            work.number,
            errors=described.errors,
            warnings=described.warnings,
            report={
                "findings": list(told(described.findings)),
                "foreign": dict(described.foreign),
                "description": description_json(described),
                "contract": contract,
                "proofs": dict(proofs),
            },
            blocks=described.blocks,
        )
        return described, version

    async def _contract(self, work: _Work, described: Described) -> Mapping[str, Any] | None:
        """What the version needs that the one that is live does not; None: there is none.

        Where it needs more, it tells who rendered the template lately: their data may lack it.
        """
        caller, live = work.caller, work.template.published
        if live is None or live == work.number:
            return None
        slug = work.template.slug
        now = await self._sources.version(caller.tenant, slug, live)
        new = await self._sources.version(caller.tenant, slug, work.number)
        try:
            before = await own_schema(now, work.new_folder("live"))
        except TemplateInvalid:
            return None  # of an earlier Greffier, which took more
        if before is None:
            kept = described_in(await self._versions.get(caller.tenant, slug, live))
            before = None if kept is None else kept["schema"]
        if before is None:
            return None
        after = await own_schema(new, work.new_folder("new")) or described.schema
        compared = await self._descriptions.contract(caller, before, after, deadline=work.deadline)
        compared_with = {"against": live, **compared}
        if compared["needs_more"]:
            compared_with["callers"] = await self._callers.recent(caller.tenant, slug)
        return compared_with

    async def _prove(self, work: _Work, described: Described) -> None:
        """Render every sample, and keep what came out; one that cannot be is a mistake."""
        caller, slug = work.caller, work.template.slug
        samples = await self._samples.list(caller.tenant, slug)
        proofs: dict[str, Mapping[str, Any]] = {}
        faults: list[Finding] = []
        for sample in samples or invented(description_json(described)):
            try:
                document = await self._proofs.make(
                    ProofOrder(
                        template=await self._sources.version(caller.tenant, slug, work.number),
                        request=as_request(sample.data),
                        blocks=self._sources.blocks(caller.tenant),
                        pictures=described.pictures,
                        engine=work.template.engine,
                    ),
                    caller=caller,
                    folder=work.folder,
                    deadline=work.deadline,
                )
            except AT_FAULT as error:
                # Nobody can mend what was invented: it is no reason to keep a version back.
                if samples:
                    faults += faults_of(error, sample.name, caller.language)
                continue
            proofs[sample.name] = told_of(document)
        if faults:
            raise NotPublishable(
                f"Samples of {slug!r} cannot be rendered with version {work.number}, so it "
                "cannot go live.",
                faults,
            )
        await self._samples.note_proofs(caller.tenant, slug, work.number, proofs)
        await self._versions.note_proofs(caller.tenant, slug, work.number, proofs)


class _Work:
    """One version that is looked at, for whom, and where files may lie."""

    def __init__(
        self, caller: Caller, template: TemplateInfo, number: int, folder: Path, deadline: float
    ) -> None:
        self.caller, self.template, self.number = caller, template, number
        self.folder, self.deadline = folder, deadline

    def new_folder(self, name: str) -> Path:
        (folder := self.folder / name).mkdir()
        return folder
