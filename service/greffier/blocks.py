"""The blocks that templates include: where they come from, and how a render process gets them.

A render process sees no folder but that of its job, so it says which blocks it lacks and is
asked again with them. What it prepared it keeps by the digests of the template *and* of every
block, which the hall looks up for each request: no process can serve a block of yesterday.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from greffier_templates.blocks.loading import is_block_name
from greffier_templates.model import Finding, Severity
from greffier_templates.telling.wording import say

from greffier.errors import RenderFailed
from greffier.library import Library
from greffier.model import Blocks, Template
from greffier.render_messages import BLOCKS_NEEDED, TEMPLATE_NEEDED

#: Form parts that are blocks: ``block-letterhead``.
PART_PREFIX = "block-"
#: Templates of which the hall remembers what they include.
_REMEMBERED = 10_000


class NoBlocks:
    """There are none; see :class:`greffier.model.Blocks`."""

    brought: Collection[str] = ()

    async def get(self, name: str) -> Template | None:
        """Give none."""
        return None

    async def names(self) -> Sequence[str]:
        """Name none."""
        return ()


class LibraryBlocks:
    """The blocks of the library; see :class:`greffier.model.Blocks`."""

    brought: Collection[str] = ()

    def __init__(self, library: Library) -> None:
        self._library = library

    async def get(self, name: str) -> Template | None:
        """Give a block as it is now."""
        return await self._library.block(name)

    async def names(self) -> Sequence[str]:
        """List the folders that hold a block."""
        return await asyncio.to_thread(self._library.block_names)


class OwnBlocks:
    """Blocks that somebody brings, and behind them others.

    Args:
        templates: what is brought, by name.
        beyond: where to look for other names.
        brought: the names of those that came with the request.
    """

    def __init__(
        self, templates: Mapping[str, Template], beyond: Blocks, *, brought: Collection[str] = ()
    ) -> None:
        self._templates, self._beyond = templates, beyond
        self.brought = brought

    async def get(self, name: str) -> Template | None:
        """Give the block that was brought, or else one from beyond."""
        return self._templates.get(name) or await self._beyond.get(name)

    async def names(self) -> Sequence[str]:
        """List them all."""
        return sorted({*self._templates, *await self._beyond.names()})


class Memory:
    """Which blocks a template included when it was filled last, so that one message is enough."""

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()

    def recall(self, tenant: str, digest: str) -> Sequence[str]:
        """Give the names; a tenant's block may include others than that of the library."""
        return self._names.get((tenant, digest), ())

    def remember(self, tenant: str, digest: str, names: Iterable[str]) -> None:
        """Take note of the names; costs nothing for the many templates that include none."""
        found = tuple(names)
        if not digest or found == self._names.get((tenant, digest), ()):
            return
        self._names[tenant, digest] = found
        self._names.move_to_end((tenant, digest))
        if len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)


class Supply:
    """What the messages of one job say of its template and blocks, and the files they name.

    ::

        await supply.begin(memory.recall(tenant, template.digest))
        answer = await ask(supply.message, supply.inputs)
        while await supply.grows(answer):
            answer = await ask(supply.message, supply.inputs)
    """

    def __init__(self, template: Template, blocks: Blocks, folder: Path) -> None:
        """Prepare; copies go into ``folder``, the work folder of the request."""
        self._template, self._blocks, self._folder = template, blocks, folder
        #: Members of the message.
        self.message: dict[str, Any] = {"digest": template.digest}
        #: Name in the message -> file.
        self.inputs: dict[str, Path] = {}
        self._found: dict[str, Template | None] = {}

    async def begin(self, names: Sequence[str] = ()) -> None:
        """Say what is known beforehand: the digests of the blocks ``names``, as they are now.

        A template without a digest is handed over at once.
        """
        for name in names:
            self._found[name] = await self._blocks.get(name)
        found = [(name, block.digest) for name, block in self._found.items() if block is not None]
        if found and all(digest for _, digest in found):
            self.message["blocks"] = dict(found)
        if not self._template.digest:
            await self.give_template()

    async def give_template(self) -> None:
        """Hand the template over."""
        self.inputs["template"] = await self._template.put_into(self._folder)
        self.message["template"] = "template"

    async def grows(self, answer: Mapping[str, Any]) -> bool:
        """Add what an answer says is needed; whether to ask again.

        Raises:
            RenderFailed: the process asks for what it was given.
        """
        if answer.get(TEMPLATE_NEEDED):
            if "template" in self.message:
                raise RenderFailed("A render process asks for the template that it was given.")
            await self.give_template()
            for name in self._found:
                await self._give_block(name)
            return True
        needed = answer.get(BLOCKS_NEEDED)
        if not needed:
            return False
        given = self.message.get("block_files", {})
        if not set(needed).isdisjoint(given):
            raise RenderFailed("A render process asks for blocks that it was given.")
        for name in needed:
            if name not in self._found:
                self._found[name] = await self._blocks.get(name)
            await self._give_block(name)
        return True

    async def _give_block(self, name: str) -> None:
        """Hand a block over, or say that there is none."""
        files = self.message.setdefault("block_files", {})
        block = self._found[name]
        files[name] = None
        if block is None:
            self.message["block_names"] = list(await self._blocks.names())
            return
        files[name] = f"block-{len(self.inputs)}"
        folder = self._folder / f"{files[name]}-copied"
        folder.mkdir()
        self.inputs[files[name]] = await block.put_into(folder)

    def unused(self, used: Collection[str]) -> tuple[Finding, ...]:
        """Warn of blocks that came with the request and were not ``used``."""
        return tuple(
            Finding(
                code="block-unused",
                message=say("This block was sent and nothing includes it."),
                field=name,
                hint=say("Include it where it belongs, or do not send it."),
                severity=Severity.WARNING,
            )
            for name in sorted(set(self._blocks.brought) - set(used))
        )


def block_files(folder: Path) -> Mapping[str, Path]:
    """Name the ODT files of a folder that may be included: what their name begins with."""
    found = (*folder.glob("*.ott"), *folder.glob("*.odt"))
    return {path.stem: path for path in found if is_block_name(path.stem)}
