"""What another version of a block would do to the live templates that include it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from greffier_templates.model import Severity

from greffier.model import Blocks, Caller, CheckOrder, Report, Template
from greffier.registry.errors import BlockInUse, Broken
from greffier.registry.model import Use
from greffier.registry.sources import Sources
from greffier.registry.uses import Uses
from greffier.rooms import Rooms


class Impact:
    """Tries live templates with another version of a block.

    Those of other tenants that include a block of commons are not tried: they are theirs.

    Args:
        uses: which templates include it.
        sources: where they and their other blocks come from.
        rooms: what checks.
    """

    def __init__(self, uses: Uses, sources: Sources, rooms: Rooms) -> None:
        self._uses, self._sources, self._rooms = uses, sources, rooms

    async def refuse(
        self,
        caller: Caller,
        block: str,
        instead: Template | None,
        *,
        folder: Path,
        deadline: float,
    ) -> None:
        """Refuse what would break live templates of the caller's tenant.

        Args:
            caller: for whom.
            block: its name.
            instead: what they would include from then on; None: nothing.
            folder: the work folder of the request.
            deadline: time of the running loop.

        Raises:
            BlockInUse: names all that would have mistakes which they do not have now.
        """
        now = self._sources.blocks(caller.tenant)
        then = _Instead(block, instead, now)
        broken: list[Broken] = []
        for number, use in enumerate(await self._uses.of(caller.tenant, block)):
            tried = await self._check(caller, use, then, folder / f"then-{number}", deadline)
            if not tried.errors:
                continue
            today = await self._check(caller, use, now, folder / f"now-{number}", deadline)
            if today.errors < tried.errors:
                mistakes = tuple(one for one in tried.findings if one.severity is Severity.ERROR)
                broken.append(Broken(use.slug, use.version, mistakes))
        if broken:
            names = ", ".join(each.slug for each in broken)
            raise BlockInUse(
                f"These are live, include {block!r}, and would have mistakes: {names}.", broken
            )

    async def _check(
        self, caller: Caller, use: Use, blocks: Blocks, folder: Path, deadline: float
    ) -> Report:
        template = await self._sources.version(caller.tenant, use.slug, use.version)
        return await self._rooms.renderer.check(
            CheckOrder(template, blocks),
            caller=caller,
            folder=_made(folder),
            deadline=deadline,
        )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


class _Instead:
    """Blocks of which one is another; see :class:`greffier.model.Blocks`."""

    brought: Collection[str] = ()

    def __init__(self, name: str, block: Template | None, beyond: Blocks) -> None:
        self._name, self._block, self._beyond = name, block, beyond

    async def get(self, name: str) -> Template | None:
        return self._block if name == self._name else await self._beyond.get(name)

    async def names(self) -> Sequence[str]:
        names = await self._beyond.names()
        return [each for each in names if each != self._name or self._block is not None]
