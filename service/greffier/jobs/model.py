"""What a job is, and what a handler of jobs looks like."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from greffier.problems import Problem


class Lane(enum.StrEnum):
    """What jobs wait for; each lane has slots of its own, so that none holds up the other."""

    #: Offices and render processes: as many at once as batch work has offices.
    PRESS = "press"
    #: Other people's servers.
    POST = "post"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done."""

    tenant: str
    #: Name of its :class:`Kind`.
    kind: str
    #: Id of what it is about, in its handler's table: at most 64 characters, and no data of
    #: people, for it is logged.
    subject: str
    #: The lower, the sooner, within a tenant.
    priority: int = 0
    #: Seconds until it may be begun.
    after_s: float = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is being done."""

    id: int
    tenant: str
    kind: str
    subject: str
    priority: int
    #: Counts from 1.
    attempt: int
    #: Whether it is given up when this attempt fails.
    last: bool


class Handler(Protocol):
    """Does jobs of one kind.

    A job may be done twice at the same time, when its first worker was taken for dead: so the
    last step of :meth:`run` is one transaction in which the outcome is written and
    ``Dispatcher.complete`` is called, which lets one attempt of them through.
    """

    async def run(self, job: Job) -> None:
        """Do it.

        What it raises is an attempt that failed: a retryable problem (``problems.py``) and a
        fault of ours are tried again, any other problem is final.

        Raises:
            RetryLater: try again, then.
            TakenOver: from ``Dispatcher.complete``; let it pass.
        """

    async def give_up(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        """Write down that it failed for good, in the transaction that says so of the job."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jobs."""

    #: At most 20 characters; it is in the table.
    name: str
    lane: Lane
    handler: Handler
    #: How often it is tried, workers that died under it included.
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient dispatchers are; tests are less so."""

    #: Seconds between two looks at what is running, and between two signs of life.
    beat_s: float = 5.0
    #: Seconds after its last sign of life that a worker is taken for dead.
    lost_after_s: float = 30.0
    #: Seconds that running jobs get to end when the service stops.
    grace_s: float = 30.0
