"""Hostile documents sent to a real service: nothing leaks, nobody is called, nothing breaks."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from documents import pdf_text
from hostile import CANARY, VISIBLE, Hostile, hostile_documents, plant
from lxml import etree
from odt import odt, p, pack, part
from running import Running, greffier_serve

#: In the environment of the service, never in that of an office.
ENVIRONMENT = {"CANARY_IN_ENVIRONMENT": f"{CANARY}-environment"}
DEADLINE_S = 8


class Listener:
    """Counts who calls; nobody should."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.calls: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                self.calls.append(connection.recv(1_000))

    def close(self) -> None:
        self._socket.close()


@dataclass(frozen=True)
class Scene:
    """A running service, secrets near it and somebody who listens."""

    service: Running
    listener: Listener
    secrets: Path

    def convert(self, name: str, content: bytes) -> requests.Response:
        return requests.post(
            f"{self.service.url}/v1/conversions", files={"file": (name, content)}, timeout=120
        )


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    secrets = tmp_path_factory.mktemp("secrets")
    plant(secrets)
    listener = Listener()
    settings = {**ENVIRONMENT, "GREFFIER_DEADLINE_S": str(DEADLINE_S)}
    with greffier_serve(tmp_path_factory.mktemp("service"), settings) as service:
        yield Scene(service, listener, secrets)
    listener.close()


def test_no_hostile_document_reads_calls_or_runs_anything(scene: Scene, tmp_path: Path) -> None:
    wrong = []
    for hostile in hostile_documents(scene.secrets, scene.listener.url):
        answer = scene.convert(hostile.name, hostile.content)
        wrong += [f"{hostile.name}: {fault}" for fault in faults(hostile, answer, tmp_path)]
    assert wrong == []
    assert scene.listener.calls == []
    assert CANARY not in scene.service.log.read_text()


def faults(hostile: Hostile, answer: requests.Response, folder: Path) -> Iterator[str]:
    """What is wrong with the answer to a hostile document."""
    status, problem = hostile.outcome
    if answer.status_code != status:
        yield f"{answer.status_code} instead of {status}: {answer.text[:300]}"
    elif status != 200:
        if answer.json()["type"] != f"/problems/{problem}":
            yield f"{answer.json()['type']} instead of {problem}"
        if CANARY in answer.text:
            yield "a secret is in the answer"
    else:
        pdf = folder / "result.pdf"
        pdf.write_bytes(answer.content)
        text = pdf_text(pdf)
        if VISIBLE not in text:
            yield "its own text is missing"
        if CANARY in text or "/data/" in text:
            yield f"it shows what it must not: {text}"
        if b"/Subtype/Image" in answer.content or b"/Subtype /Image" in answer.content:
            yield "a picture from elsewhere is in it"


def test_a_document_that_reloads_itself_never_becomes_another_one(
    scene: Scene, tmp_path: Path
) -> None:
    target = (scene.secrets / "secret.odt").as_uri()
    reload = f'<meta:auto-reload xlink:href="{target}" meta:delay="PT0S"/>'
    source = odt(p(VISIBLE), meta=reload)
    for _ in range(20):  # the same warm worker, again and again
        answer = scene.convert("reload.odt", source)
        assert answer.status_code == 200, answer.text
        pdf = tmp_path / "result.pdf"
        pdf.write_bytes(answer.content)
        assert VISIBLE in pdf_text(pdf)


def test_a_document_without_end_meets_the_deadline_and_the_next_one_is_served(
    scene: Scene,
) -> None:
    breaking = (
        '<style:style style:name="PB" style:family="paragraph"><style:paragraph-properties '
        'fo:break-before="page"/></style:style>'
    )
    pages = "".join(p(str(number), style="PB") for number in range(50_000))
    answer = scene.convert("endless.odt", odt(pages, automatic=breaking))
    assert answer.status_code == 504, answer.text
    assert answer.json()["type"] == "/problems/deadline-exceeded"
    for _ in range(5):
        answer = scene.convert("next.odt", odt(p(VISIBLE)))
        if answer.status_code != 504:  # the replacement of the office may take the deadline too
            break
    assert answer.status_code == 200, answer.text


def test_a_font_brought_by_one_document_is_not_there_for_the_next(
    scene: Scene, tmp_path: Path
) -> None:
    name = "Brought Alo"
    font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").read_bytes()
    # The names a font has for itself, replaced by others of the same length.
    for own, other in (("DejaVu Sans", name), ("DejaVuSans", "BroughtAlo")):
        for encoding in ("utf-16-be", "ascii"):
            font = font.replace(own.encode(encoding), other.encode(encoding))
    style = (
        '<style:style style:name="PF" style:family="paragraph">'
        f'<style:text-properties style:font-name="{name}"/></style:style>'
    )
    face = (
        f'<style:font-face style:name="{name}" svg:font-family="{name}"><svg:font-face-src>'
        '<svg:font-face-uri xlink:href="Fonts/a.ttf"><svg:font-face-format '
        'svg:string="truetype"/></svg:font-face-uri></svg:font-face-src></style:font-face>'
    )
    naming = etree.tostring(part(odt(p(VISIBLE, style="PF"), automatic=style)))
    end = b"</office:font-face-decls>"
    bringing = naming.replace(end, face.encode() + end)
    for content, fonts in ((bringing, {"Fonts/a.ttf": font}), (naming, {})):
        answer = scene.convert("font.odt", pack({"content.xml": content, **fonts}))
        assert answer.status_code == 200, answer.text
        pdf = tmp_path / "font.pdf"
        pdf.write_bytes(answer.content)
        used = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
        assert "Brought" not in used
