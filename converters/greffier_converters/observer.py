"""What a supervisor tells whoever measures it.

No method may block or raise; none is told anything about a document.
"""

from __future__ import annotations

from typing import Protocol

from greffier_converters.model import Lane


class Observer(Protocol):
    """Takes down what happens; the service maps it to its metrics."""

    def waiting(self, program: str, lane: Lane, depth: int) -> None:
        """So many jobs wait in this lane now."""

    def processes(self, program: str, *, ready: int, busy: int) -> None:
        """So many processes live now, and so many of them have a job."""

    def finished(
        self, program: str, lane: Lane, outcome: str, *, queue_s: float, run_s: float
    ) -> None:
        """A job ended; ``outcome`` is ``answered`` or the name of the error raised."""

    def ended(self, program: str, reason: str) -> None:
        """A process was ended or lost.

        Reasons: ``jobs``, ``memory`` and ``slow`` (replaced in the background),
        ``deadline``, ``cancelled``, ``died``, ``garbage``, ``start``, ``stop``, ``unfit`` (in
        favour of one that fits), ``unused`` (its affinity was asked for no more).
        """

    def phase(self, program: str, phase: str, seconds: float) -> None:
        """A step inside a job took so long: ``load``, ``layout``, ``export``."""


class NullObserver:
    """Takes nothing down."""

    def waiting(self, program: str, lane: Lane, depth: int) -> None:
        """See Observer."""

    def processes(self, program: str, *, ready: int, busy: int) -> None:
        """See Observer."""

    def finished(
        self, program: str, lane: Lane, outcome: str, *, queue_s: float, run_s: float
    ) -> None:
        """See Observer."""

    def ended(self, program: str, reason: str) -> None:
        """See Observer."""

    def phase(self, program: str, phase: str, seconds: float) -> None:
        """See Observer."""
