"""The blocking client in a real Zope: its own Python environment, WSGI server and threads."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from running import Running, free_port

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "clients"

METHOD = """
from greffier_client import Client

greffier = Client({url!r})


def receipt(self, REQUEST):
    letter = greffier.render("accuse-reception", {{}}, undefined="mark")
    REQUEST.RESPONSE.setHeader("Content-Type", letter.media_type)
    return letter.content
"""

INSTALL = """
import transaction
from Products.ExternalMethod.ExternalMethod import manage_addExternalMethod

manage_addExternalMethod(app, "receipt", "", "letters", "receipt")
app.receipt.manage_permission("View", ["Anonymous"])
transaction.commit()
"""


@pytest.mark.full
@pytest.mark.timeout(400)
def test_zope_threads_share_one_client(greffier: Running, tmp_path: Path) -> None:
    with zope(tmp_path, METHOD.format(url=greffier.url)) as address, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: fetch(f"{address}/receipt"), range(12)))
    assert all(answer.startswith(b"%PDF") for answer in answers)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        body: bytes = answer.read()
        return body


@contextmanager
def zope(folder: Path, method: str) -> Iterator[str]:
    """A Zope with an External Method ``receipt``; gives its address."""
    venv.create(folder / "venv", with_pip=True)
    tools = folder / "venv" / "bin"
    environment = {**os.environ, "PYTHONPATH": str(CLIENT)}

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, env=environment, cwd=folder, timeout=300)

    lock = HERE / "zope" / "requirements.lock"
    run(tools / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)
    run(tools / "mkwsgiinstance", "-d", "instance", "-u", "admin:admin")
    instance = folder / "instance"
    (instance / "Extensions").mkdir()
    (instance / "Extensions" / "letters.py").write_text(method)
    (folder / "install.py").write_text(INSTALL)
    run(tools / "zconsole", "run", instance / "etc" / "zope.conf", "install.py")
    port = free_port()
    configuration = instance / "etc" / "zope.ini"
    configuration.write_text(configuration.read_text().replace("port = 8080", f"port = {port}"))
    server = subprocess.Popen([tools / "runwsgi", configuration], env=environment, cwd=folder)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "Zope ended"
        try:
            fetch(address)
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("Zope did not answer within a minute")
