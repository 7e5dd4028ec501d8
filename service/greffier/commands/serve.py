"""``greffier serve``: the service in the foreground, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import signal
import socket
from importlib.metadata import version
from pathlib import Path

from aiohttp import web

from greffier import keys, logs
from greffier.access.model import Role
from greffier.app import create_app
from greffier.commands.telling import CALLED_WRONGLY, CANNOT_RUN, complain
from greffier.connection import listen
from greffier.records.model import INSTALLATION, OK, Entry
from greffier.rooms import CannotStart
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings, service_links

_log = logging.getLogger(__name__)


class Serve:
    """Runs the service."""

    help = "run the service until it is told to stop (SIGTERM, Ctrl-C)"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare an option for each setting."""
        parser.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            help="TOML file with settings (default: the variable $GREFFIER_CONFIG)",
        )
        for name, field in Settings.model_fields.items():
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                dest=name,
                default=None,
                metavar="VALUE",
                help=(field.description or "").replace("%", "%%").replace("`", ""),
            )

    def run(self, args: argparse.Namespace) -> int:
        """Serve; gives the exit code."""
        given = {
            name: value
            for name in Settings.model_fields
            if (value := getattr(args, name)) is not None
        }
        try:
            settings = read_settings(given, config=args.config)
        except SettingsRefused as error:
            complain(f"the settings have mistakes:\n{error}")
            return CALLED_WRONGLY
        logs.set_up(settings.log_format, settings.log_level)
        if links := service_links():
            _log.info("Ignored %d variables of Kubernetes (GREFFIER_SERVICE_* etc.).", len(links))
        try:
            asyncio.run(self.work(settings))
        except CannotStart as error:
            complain(str(error))
            return CANNOT_RUN
        return 0

    async def work(self, settings: Settings) -> None:
        """Run until a signal; see :func:`serve`."""
        await serve(settings)


async def serve(settings: Settings) -> None:
    """Serve until a signal, then stop in these phases.

    1. ``/health/ready`` answers 503, and no new connection is accepted.
    2. Accepted requests are answered, for up to ``shutdown_grace_s``.
    3. Those still not done are ended; offices and render processes are ended.

    Promise: what was accepted is answered if the grace is long enough, and nothing that
    was started is left.

    Raises:
        CannotStart: the port is taken, the data folder is in use or unusable, or the machine
            lacks something; nothing was started.
    """
    stop = on_signal()
    app = create_app(settings)
    runner = web.AppRunner(
        app,
        # A client that leaves frees its worker.
        handler_cancellation=True,
        shutdown_timeout=settings.shutdown_grace_s,
    )
    door = _bind(settings)
    listener: asyncio.Server | None = None
    try:
        await runner.setup()
        await _make_first_key(app)
        listener = await listen(runner, door, head_timeout_s=settings.body_timeout_s)
        await until_ready(app, stop)
        if not stop.is_set():
            _announce(door)
        await stop.wait()
        _log.info("Stopping: no new requests, accepted ones get %g s.", settings.shutdown_grace_s)
        app[keys.HEALTH].stopping = True
    finally:
        if listener is not None:
            listener.close()
        await runner.cleanup()
        door.close()
    _log.info("Stopped.")


def on_signal() -> asyncio.Event:
    """Give what is set when the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _make_first_key(app: web.Application) -> None:
    """Make the operator's key at the first start, and print it: it is never shown again."""
    settings, api_keys = app[keys.SETTINGS], app[keys.API_KEYS]
    if settings.auth == "off" or settings.key or await api_keys.any_of_the_installation():
        return
    info, text = await api_keys.make(None, "operator", list(Role))
    print(
        "This is the operator's key. It is shown this once; keep it safe.\n\n"
        f"    {text}\n\n"
        "Send it with every call, as Authorization: Bearer <key>; the command line takes it from\n"
        f"GREFFIER_API_KEY. `greffier key --help` says how to make others.\n",
        flush=True,
    )
    # Behind the printing: a key that was made and not shown would lock the operator out.
    await app[keys.RECORDER].write(
        Entry(
            at=info.created_at,
            tenant="",
            key=f"{INSTALLATION}command-line",
            action="keys.create_for_operator",
            outcome=OK,
            subject=info.id,
        )
    )


def _bind(settings: Settings) -> socket.socket:
    """Take the port before anything is started, so that a taken one is told at once."""
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, _, _, _, address = found[0]
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError as error:
        reason = error.strerror
        if error.errno == errno.EADDRINUSE:
            reason = "another program listens there; stop it, or set GREFFIER_PORT"
        raise CannotStart(f"Cannot listen on {where}: {reason}.") from error
    return door


async def until_ready(app: web.Application, stop: asyncio.Event) -> None:
    """Wait until all processes are ready, or the service is told to stop."""
    # Polled: there are several pools, and each may come and go.
    while not stop.is_set() and not app[keys.HEALTH].report()[0]:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def _announce(door: socket.socket) -> None:
    host, port = door.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    print(f"Greffier is ready on {url} (its pages for people: /docs)", flush=True)
    _log.info("Greffier %s is ready on %s.", version("greffier"), url)


command = Serve()
