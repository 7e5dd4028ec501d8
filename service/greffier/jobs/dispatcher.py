"""The seam between what has to be done and who does it."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from greffier.jobs.model import Job, Kind, NewJob


class Dispatcher(Protocol):
    """Sees that jobs are done: each, in effect, exactly once.

    Promises, held by tests/dispatcher_contract.py:

    - A job is there once the transaction it was enqueued in is committed, and not before.
    - A job is begun when it is due, by whichever worker has a slot free in its lane; the next
      one is taken from the tenant with the least under way, then by priority, then by age.
    - A worker that dies loses nothing: its jobs are begun again, by others or by itself.
    - A job ends done, failed after a bounded number of attempts, or cancelled.
    """

    def register(self, kind: Kind) -> None:
        """Make a kind known; all kinds are, before the first job of any is enqueued."""

    async def enqueue(self, session: AsyncSession, new: NewJob) -> int:
        """Have a job done once the session's transaction is committed; gives its id.

        Raises:
            KeyError: no such kind is registered.
        """

    async def cancel(self, session: AsyncSession, kind: str, subject: str) -> bool:
        """Have the jobs about a subject not done, once the transaction is committed.

        One that is under way is stopped within seconds, and cannot be completed from the commit
        on.

        Returns:
            Whether there were any.
        """

    async def complete(self, session: AsyncSession, job: Job) -> None:
        """Say in a handler's last transaction that the job is done.

        Raises:
            TakenOver: it is not this attempt's any longer; the transaction must not be committed.
        """

    async def start(self) -> None:
        """Begin to run jobs here; a dispatcher that is not started enqueues for others."""

    async def stop(self) -> None:
        """Stop running jobs here.

        1. No job is begun any more.
        2. Those under way get their grace to end.
        3. The others are stopped and queued again, without the attempt being counted.
        """
