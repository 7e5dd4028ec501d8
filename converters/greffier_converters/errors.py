"""What can go wrong in the print room.

::

    ConversionError
    ├── DocumentRejected     the office could not load, lay out or export this document
    ├── OfficeCrashed        two fresh offices died on this document
    ├── DocumentQuarantined  it crashed offices before and is refused for some minutes
    ├── DeadlineExceeded     queue, start and work together took longer than allowed
    ├── QueueFull            the queue is full, and the tenant has its share of it
    ├── PoolNotReady         no process could be started yet, or the pool is stopping
    ├── FontsUnavailable     there is no such set of fonts, or no more
    ├── StorageFull          no room left on the disk the work folders lie on
    └── OptionRefused        an export option is unknown, of the wrong type or impossible

None of them knows HTTP, and none carries text of the document.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

#: What the system says when somebody has to make room: on the disk, or in the quota on it.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class ConversionError(Exception):
    """The document could not be converted."""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later, unchanged."""
        return False


class DocumentRejected(ConversionError):
    """The office could not load, lay out or export this document.

    Does not prove that the document is broken: LibreOffice answers the same for
    a damaged file, an unsupported feature and some faults of its own.
    """

    def __init__(self, message: str, *, phase: str) -> None:
        #: Where it failed: load, layout, export or finish.
        self.phase = phase
        super().__init__(message)


class OfficeCrashed(ConversionError):
    """Two fresh processes died on this document.

    Does not prove that the document is at fault, but makes it likely.
    """


class DocumentQuarantined(ConversionError):
    """This document crashed its processes before and is refused for some minutes."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class DeadlineExceeded(ConversionError):
    """Waiting, starting and working together took longer than the deadline."""

    def __init__(self, message: str, *, phase: str) -> None:
        #: What was going on then: queue, start or run.
        self.phase = phase
        super().__init__(message)

    @property
    def retryable(self) -> bool:
        """A deadline missed while waiting says nothing about the document."""
        return self.phase != "run"


class QueueFull(ConversionError):
    """The queue is full, and the tenant has its share of it."""

    def __init__(self, message: str, *, limit: str, retry_after_s: float) -> None:
        #: Name of the limit that was met.
        self.limit = limit
        self.retry_after_s = retry_after_s
        super().__init__(message)

    @property
    def retryable(self) -> bool:
        """The queue empties."""
        return True


class PoolNotReady(ConversionError):
    """No process could be started yet, or the pool is stopping."""

    @property
    def retryable(self) -> bool:
        """A start is tried again in the background."""
        return True


class FontsUnavailable(ConversionError):
    """There is no such set of fonts, or no more."""

    @property
    def retryable(self) -> bool:
        """Whoever keeps the sets can put it there again."""
        return True


class StorageFull(ConversionError):
    """There is no room left on the disk that holds the work folders."""

    @property
    def retryable(self) -> bool:
        """Room may be made."""
        return True


class OptionRefused(ConversionError):
    """Export options are unknown, of the wrong type, or impossible with another.

    Args:
        message: why the first of them is refused.
        option: its path below ``output``: ``pdf.encryption.printing``.
        more: path and reason of each further one.
    """

    def __init__(self, message: str, *, option: str, more: Iterable[tuple[str, str]] = ()) -> None:
        self.option = option
        #: Path and reason of each refused option.
        self.faults = ((option, message), *more)
        super().__init__(message)
