"""A real service to do harm to, and what is needed to hit it at the right moment."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests
from odt import field as user_field
from odt import link, odt, p
from running import Running, greffier_serve

ODT = "application/vnd.oasis.opendocument.text"
LETTER = odt(p("Dear ", user_field("name"), ","))
#: Half a minute's work for an office, less for a process that only fills it.
LONG = odt(p(link('for="line in lines"')), p(user_field("line")), p(link("/for")))
LINES = {"lines": [f"line {number} of a document that takes its time" for number in range(40_000)]}

#: What runs, and what its command line tells it by.
PROGRAMS = {"office": "soffice.bin", "driver": "driver.py", "render": "greffier.render_program"}
PATIENCE_S = 60


@dataclass
class Victim:
    """A running service."""

    running: Running
    folder: Path
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(20))

    def post(self, data: object, template: bytes = LETTER) -> requests.Response:
        """Ask for a document and wait for it."""
        return requests.post(
            f"{self.running.url}/v1/documents",
            files={
                "request": ("request.json", json.dumps({"data": data}), "application/json"),
                "template": ("template.odt", template, ODT),
            },
            timeout=200,
        )

    def ask(self, data: object, template: bytes = LETTER) -> Future[requests.Response]:
        """Ask for a document in the background."""
        return self._threads.submit(self.post, data, template)

    def letter(self) -> requests.Response:
        """Ask for a short letter."""
        return self.post({"name": "Ann"})

    def processes(self, program: str) -> list[psutil.Process]:
        """The living processes of a program."""
        found = []
        for process in psutil.Process(self.running.process.pid).children(recursive=True):
            try:
                words = process.cmdline()
            except psutil.NoSuchProcess:
                continue
            # Not the launcher, which has the program's name among its arguments.
            if any(word.endswith(PROGRAMS[program]) for word in words[:6]) and not any(
                word.endswith("launcher.py") for word in words[:6]
            ):
                found.append(process)
        return found

    def metric(self, name: str, **labels: str) -> float:
        """The value of one measure; 0 when it was never taken."""
        wanted = ",".join(f'{key}="{value}"' for key, value in labels.items())
        text = requests.get(f"{self.running.url}/metrics", timeout=30).text
        found = re.search(rf"^{name}\{{{re.escape(wanted)}\}} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def until_busy(self, program: str) -> None:
        """Wait until a process of a pool works."""
        self.until(
            lambda: self.metric("greffier_processes", program=program, state="busy") >= 1,
            f"no {program} process got work",
        )

    def until(self, condition: object, complaint: str) -> None:
        """Wait until something holds."""
        assert callable(condition)
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, complaint
            time.sleep(0.02)

    def until_cleared(self) -> None:
        """Wait until no request has files any more."""
        requests_folder = self.folder / "data/work/requests"
        self.until(lambda: not any(requests_folder.iterdir()), "files of a request are left")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """A service of one office and one render process."""
    folder = tmp_path_factory.mktemp("service")
    with greffier_serve(folder, {"GREFFIER_DEADLINE_S": "150"}) as running:
        yield Victim(running, folder)
