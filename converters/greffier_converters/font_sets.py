"""Sets of fonts that offices can be started with, known when they are first asked for.

A set is a folder of font files under one root, named like the set. Whoever owns the root puts
folders there and takes them away while the service runs, but never one that a document is
just being made with: an office draws nothing where a font should be that it cannot read any
more. Fonts are hostile files, so nothing here opens one: ``fc-list`` does, confined.
"""

from __future__ import annotations

import asyncio
import errno
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from greffier_converters import fonts, sandbox
from greffier_converters.errors import FontsUnavailable
from greffier_converters.fonts import InstalledFonts

#: Never a path: it is the name of a folder.
_NAME = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}")
#: What is known of a set is forgotten when nobody asked for so long.
_FORGOTTEN_AFTER_S = 3600.0
#: Address space and processor time to list fonts in: far more than that takes.
_LISTING_BYTES = 512 * sandbox.MIB
_LISTING_CPU_S = 20


@dataclass(frozen=True, slots=True)
class FontSet:
    """A set as it is now."""

    #: Of the offices that may be used for it. An office that was started with a folder that
    #: has been changed or put there anew since cannot read it, so that is another affinity.
    affinity: str
    #: What such an office sees, the machine's included.
    installed: InstalledFonts


class FontSets:
    """What offices may be started with.

    Args:
        root: where the folders of the sets are; None: there are no sets.
        scratch: a folder of ours for files of the moment.
        sandbox_required: whether to refuse to list fonts where the kernel cannot confine that.
        clock: gives seconds.
    """

    def __init__(
        self,
        root: Path | None,
        scratch: Path,
        *,
        sandbox_required: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._scratch = scratch
        self._required = sandbox_required
        self._clock = clock
        #: Affinity -> fonts, and when they were asked for last.
        self._known: dict[str, tuple[asyncio.Future[InstalledFonts], float]] = {}

    async def get(self, name: str) -> FontSet:
        """Look at a set.

        Raises:
            FontsUnavailable: there is no such set, or no more.
        """
        self._forget()
        try:
            folder, affinity = self._find(name)
        except FileNotFoundError as error:
            raise FontsUnavailable("The set of fonts is not there, or no more.") from error
        if affinity in self._known:
            listing = self._known[affinity][0]
        else:
            listing = asyncio.ensure_future(asyncio.to_thread(self._list, folder))
        self._known[affinity] = listing, self._clock()
        try:
            # Others wait for it too, whoever leaves.
            return FontSet(affinity, await asyncio.shield(listing))
        except fonts.FontsUnknown as error:
            self._known.pop(affinity, None)
            raise FontsUnavailable("The fonts of the set cannot be listed.") from error

    def folder(self, affinity: str) -> Path:
        """Give the folder to start an office with.

        Raises:
            FileNotFoundError: it is not there any more, or not as it was.
        """
        folder, current = self._find(affinity.partition(".")[0])
        if current != affinity:
            raise _gone()
        return folder

    def _find(self, name: str) -> tuple[Path, str]:
        if self._root is None or not _NAME.fullmatch(name):
            raise _gone()
        folder = self._root / name
        try:
            found = folder.stat()
        except OSError:
            raise _gone() from None  # its text would tell callers where we keep things
        return folder, f"{name}.{found.st_ino:x}.{found.st_mtime_ns:x}"

    def _forget(self) -> None:
        since = self._clock() - _FORGOTTEN_AFTER_S
        self._known = {name: known for name, known in self._known.items() if known[1] > since}

    def _list(self, folder: Path) -> InstalledFonts:
        """Ask fontconfig, in a process that can do nothing but read these fonts."""
        program = fonts.lister()
        with tempfile.TemporaryDirectory(prefix="fonts-", dir=self._scratch) as place:
            configuration = Path(place, "fonts.conf")
            fonts.write_configuration(configuration, [folder])
            policy = sandbox.Policy(
                read=[*sandbox.system_read(), folder],
                write=[place],
                execute=[program, *sandbox.loader_of(program)],
                environment={
                    "HOME": place,
                    "LANG": "C.UTF-8",
                    **fonts.environment(configuration),
                },
                memory_bytes=_LISTING_BYTES,
                cpu_s=_LISTING_CPU_S,
                required=self._required,
            )
            return InstalledFonts.listed_by(sandbox.command(policy, [program]))


def _gone() -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, "the set of fonts is not there, or no more")
