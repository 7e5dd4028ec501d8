"""``greffier worker``: does the jobs of a service, on another machine, without HTTP."""

from __future__ import annotations

import logging
from importlib.metadata import version

from aiohttp import web

from greffier import keys
from greffier.app import create_app
from greffier.commands.serve import Serve, on_signal, until_ready
from greffier.rooms import CannotStart
from greffier.settings import Settings

_log = logging.getLogger(__name__)


class Worker(Serve):
    """Runs jobs; takes the settings of ``serve``, for it needs all that makes documents."""

    help = "do the jobs of services that share a database, until told to stop (SIGTERM, Ctrl-C)"

    async def work(self, settings: Settings) -> None:
        """Run jobs until a signal; see :func:`work`."""
        await work(settings)


async def work(settings: Settings) -> None:
    """Run jobs until a signal, then stop in these phases.

    1. No job is begun any more.
    2. Jobs under way get up to ``shutdown_grace_s`` to end; the others are queued again.
    3. Offices and render processes are ended.

    Raises:
        CannotStart: the settings name nothing that machines can share, or as ``serve``.
    """
    if lacking := settings.lacking_for_workers:
        raise CannotStart(
            f"A worker shares its work with other machines. It needs {lacking}; on one machine "
            "`greffier serve` does everything itself."
        )
    stop = on_signal()
    app = create_app(settings.model_copy(update={"jobs": "here"}))
    # The application without a door: what it holds is what jobs need.
    runner = web.AppRunner(app)
    try:
        await runner.setup()
        await until_ready(app, stop)
        if not stop.is_set():
            print("Greffier does jobs.", flush=True)
            _log.info("Greffier %s does jobs.", version("greffier"))
        await stop.wait()
        _log.info("Stopping: jobs under way get %g s.", settings.shutdown_grace_s)
        app[keys.HEALTH].stopping = True
    finally:
        await runner.cleanup()
    _log.info("Stopped.")


command = Worker()
