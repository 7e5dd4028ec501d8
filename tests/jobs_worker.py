"""A process that runs jobs until it is killed: ``jobs_worker.py URL embedded|tickets SLOTS``.

Each job takes a few milliseconds and leaves one effect; see ``dispatcher_contract.py``.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys

from dispatcher_contract import Worker
from greffier.jobs.embedded import Embedded
from greffier.jobs.model import Job, Kind, Lane, Timing
from greffier.jobs.tickets import Tickets
from greffier.store.database import Database

QUICK = Timing(beat_s=0.2, lost_after_s=2.0, grace_s=1.0)
#: More than any test kills.
ATTEMPTS = 50


async def main(url: str, kind: str, slots: int) -> None:
    async def a_while(_: Job) -> None:
        await asyncio.sleep(random.uniform(0, 0.02))

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = Database(url)
    make = {"embedded": Embedded, "tickets": Tickets}[kind]
    dispatcher = make(database, {Lane.PRESS: slots}, QUICK)
    worker = Worker(database, dispatcher, a_while)
    dispatcher.register(Kind("letter", Lane.PRESS, worker, attempts=ATTEMPTS))
    await dispatcher.start()
    sys.stdout.write("started\n")
    sys.stdout.flush()
    await stop.wait()
    await dispatcher.stop()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
