"""How a job may end, other than well.

::

    JobEnd
    ├── RetryLater    the handler wants to try again later
    └── TakenOver     the job was cancelled, or another worker has it
"""

from __future__ import annotations


class JobEnd(Exception):
    """The attempt is over."""


class RetryLater(JobEnd):
    """Raised by a handler that wants to try again later; counts as an attempt.

    Args:
        after_s: seconds from now.
        problem: what to give up with, when this was the last attempt; absent: it is the
            service's fault.
    """

    def __init__(self, after_s: float, *, problem: Exception | None = None) -> None:
        self.after_s = after_s
        self.problem = problem
        super().__init__(f"again in {after_s:g} s")


class TakenOver(JobEnd):
    """The job is not this attempt's any longer: nothing of the attempt may be kept.

    It was cancelled, or its worker was taken for dead and another has it.
    """
