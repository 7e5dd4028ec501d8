"""``greffier verify`` beside a service that runs, with real offices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from documents import pdf_text
from leaks import nothing_left
from odt import field, link, odt, p
from office.service.conftest import ODT
from running import Running, greffier_serve

LETTER = odt(p("Dear ", field("name")), p(link('include="appeal"')))
SHORT, LONG = odt(p("You may appeal.")), odt(*(p(f"Paragraph {n}.") for n in range(90)))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service of its own, in which a letter is live."""
    with greffier_serve(tmp_path) as running:
        for slug, kind, content in (("appeal", "block", SHORT), ("letter", "template", LETTER)):
            made = requests.post(
                f"{running.url}/v1/templates", json={"slug": slug, "kind": kind}, timeout=60
            )
            assert made.status_code == 201, made.text
            if kind == "template":
                put = requests.put(
                    f"{running.url}/v1/templates/letter/samples/ann",
                    json={"name": "Ann"},
                    timeout=60,
                )
                assert put.status_code == 201, put.text
            publish(running, slug, content, 1)
        yield running


def publish(service: Running, slug: str, content: bytes, number: int) -> None:
    address = f"{service.url}/v1/templates/{slug}"
    headers = {"Content-Type": ODT}
    sent = requests.post(f"{address}/versions", data=content, headers=headers, timeout=60)
    assert sent.status_code == 201, sent.text
    done = requests.post(f"{address}/publish", json={"version": number}, timeout=60)
    assert done.status_code == 200, done.text


def work(folder: Path) -> Path:
    """Where the command works, and the service does not."""
    (made := folder / "command").mkdir(exist_ok=True)
    return made


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GREFFIER_")
    }
    environment |= {
        "GREFFIER_DATA_DIR": str(folder / "data"),
        "GREFFIER_WORKERS": "1",
        "TMPDIR": str(work(folder)),
    }
    command = [sys.executable, "-m", "greffier_client.cli", "verify", *options]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_letter_that_grows_is_told_until_it_is_accepted(service: Running, tmp_path: Path) -> None:
    publish(service, "appeal", LONG, 2)
    grown = verify(tmp_path, "--json", "--record")
    assert grown.returncode == 1, grown.stderr
    (problem,) = json.loads(grown.stdout)["problems"]
    assert (problem["template"], problem["version"], problem["sample"]) == ("letter", 1, "ann")
    assert (problem["pages"], problem["pages_before"], problem["faults"]) == (2, 1, ["pages"])
    with nothing_left(work(tmp_path)):
        accepted = verify(tmp_path)
    assert list(work(tmp_path).iterdir()) == []
    assert (accepted.returncode, accepted.stdout) == (
        0,
        "Live versions: 1. Samples: 1. Not as before: 0.\n",
    ), accepted.stderr


def test_what_cannot_be_rendered_any_more_is_told_with_its_place(
    service: Running, tmp_path: Path
) -> None:
    publish(service, "appeal", odt(p(field("deadline"))), 2)
    done = verify(tmp_path)
    assert done.returncode == 1
    assert "default/letter@1, sample ann: The data does not fit the template" in done.stdout
    assert "in block “appeal” › body › “deadline”" in done.stdout


def test_a_preview_is_the_page_as_it_will_be(service: Running, tmp_path: Path) -> None:
    address = f"{service.url}/v1/templates/letter/preview"
    picture = requests.post(address, json={"sample": "ann", "dpi": 72}, timeout=60)
    assert picture.status_code == 200, picture.text
    width, height = picture.content[16:20], picture.content[20:24]
    assert (int.from_bytes(width), int.from_bytes(height)) == (596, 842)
    pdf = requests.post(address, json={"data": {"name": "Élise"}, "format": "pdf"}, timeout=60)
    (tmp_path / "preview.pdf").write_bytes(pdf.content)
    assert "Dear Élise" in pdf_text(tmp_path / "preview.pdf")


def test_without_a_store_it_says_so(tmp_path: Path) -> None:
    done = verify(tmp_path)
    assert done.returncode == 3
    assert "There is no store" in done.stderr
    assert not (tmp_path / "data").exists()
