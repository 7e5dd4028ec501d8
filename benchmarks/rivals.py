"""What the service is measured against: bare drivers, and stock unoserver."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from greffier_converters.filter_data import export
from greffier_converters.options import PdfOptions
from greffier_converters.probe import Installation
from unoserver.client import UnoClient

BARE_DRIVER = Path(__file__).with_name("bare_driver.py")
START_TIMEOUT_S = 90


class BareDriver:
    """One office in a loop; see ``bare_driver.py``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def letters(self, count: int) -> list[float]:
        """Convert the letter this many times; gives the seconds each took."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> list[float]:
        assert self._process.stdout is not None
        seconds: list[float] = json.loads(self._process.stdout.readline())
        return seconds


@contextmanager
def bare_drivers(
    office: Installation, source: Path, folder: Path, count: int
) -> Iterator[list[BareDriver]]:
    """Start bare drivers, each with its own office and with the allocator ours have."""
    environment = {**os.environ, **office.python.environment, "SAL_USE_VCLPLUGIN": "svp"}
    if office.jemalloc is not None:
        environment["LD_PRELOAD"] = str(office.jemalloc)
    with ExitStack() as stack:
        drivers = []
        for number in range(count):
            own = folder / f"bare-{os.getpid()}-{number}"
            own.mkdir()
            configuration = {
                "soffice": str(office.soffice),
                "folder": str(own),
                "source": str(source),
                # What the service asks for when a caller asks for nothing.
                "filter_data": dict(export(PdfOptions()).options),
            }
            process = subprocess.Popen(
                [office.python.path, BARE_DRIVER, json.dumps(configuration)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(_end, process)
            drivers.append(BareDriver(process))
        for driver in drivers:
            driver.answer()
        yield drivers


def _end(process: subprocess.Popen[str]) -> None:
    """Close its input: it ends its office, then itself."""
    process.communicate(timeout=START_TIMEOUT_S)


def together(drivers: list[BareDriver], count: int) -> float:
    """Convert ``count`` letters with each driver, all at once; gives letters a second."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(drivers)) as threads:
        list(threads.map(lambda driver: driver.letters(count), drivers))
    return len(drivers) * count / (time.perf_counter() - started)


class StockUnoserver:
    """Stock unoserver with its own client, local paths: no bytes through XML-RPC."""

    def __init__(self, port: int, source: Path, target: Path) -> None:
        self._client = UnoClient(port=str(port))
        self._source, self._target = source, target

    def letters(self, count: int) -> None:
        for _ in range(count):
            self._client.convert(
                inpath=str(self._source), outpath=str(self._target), convert_to="pdf"
            )


@contextmanager
def stock_unoservers(
    office: Installation, source: Path, folder: Path, count: int
) -> Iterator[list[StockUnoserver]]:
    """Start unoserver as its README says, once per worker."""
    packages = folder / "unoserver-packages"
    site = office.unoserver.parent
    for name in ("unoserver", *(each.name for each in site.glob("unoserver-*.dist-info"))):
        shutil.copytree(site / name, packages / name)
    environment = {**os.environ, **office.python.environment, "PYTHONPATH": str(packages)}
    with ExitStack() as stack:
        servers = []
        for number in range(count):
            port, uno_port = _free_port(), _free_port()
            process = subprocess.Popen(
                [
                    *(office.python.path, "-m", "unoserver.server", "--quiet"),
                    *("--port", str(port), "--uno-port", str(uno_port)),
                    *("--executable", office.program / "soffice"),
                ],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait, START_TIMEOUT_S)
            stack.callback(process.terminate)
            _wait_for_port(port, process)
            servers.append(StockUnoserver(port, source, folder / f"unoserver-{number}.pdf"))
        yield servers


def stock_together(servers: list[StockUnoserver], count: int) -> float:
    """Convert ``count`` letters with each server, all at once; gives letters a second."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(servers)) as threads:
        list(threads.map(lambda server: server.letters(count), servers))
    return len(servers) * count / (time.perf_counter() - started)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"unoserver did not start on port {port}")
