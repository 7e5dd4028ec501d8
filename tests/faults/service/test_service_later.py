"""The service is killed while accepted documents wait and are made: each ends exactly once."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from documents import pdf_text
from faults.service.conftest import LETTER, ODT, Victim
from faults.service.test_service_storage import _MIB, small_disk  # noqa: F401  a fixture
from running import Running, greffier_serve

DOCUMENTS = 40
KILLS = 4
SETTINGS = {"GREFFIER_WORKERS": "2"}


def order(running: Running, name: str, **headers: str) -> requests.Response:
    """Ask for a letter that is made later, under a key of its own."""
    return requests.post(
        f"{running.url}/v1/documents",
        files={
            "request": ("r.json", json.dumps({"data": {"name": name}}), "application/json"),
            "template": ("t.odt", LETTER, ODT),
        },
        headers={"Prefer": "respond-async", "Idempotency-Key": name, **headers},
        timeout=60,
    )


def states(running: Running, addresses: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What is told of each document."""
    told = {}
    for name, address in addresses.items():
        answer = requests.get(f"{running.url}{address}", timeout=30)
        assert answer.status_code == 200, (name, answer.text)
        told[name] = answer.json()
    return told


def blobs(folder: Path, kind: str) -> list[Path]:
    """The files of orders or results."""
    return list((folder / "data/blobs/tenants").glob(f"*/{kind}/*"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.full)])
def test_every_accepted_document_is_made_exactly_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    addresses: dict[str, str] = {}
    names = [f"Person{number}" for number in range(DOCUMENTS)]
    for kill in range(KILLS):
        with greffier_serve(tmp_path, SETTINGS) as running:
            share = names[kill * 10 : kill * 10 + 10]
            dies_after = chance.randrange(3, 11)
            for name in share[:dies_after]:
                answer = order(running, name)
                assert answer.status_code == 202, answer.text
                addresses[name] = answer.headers["Location"]
            time.sleep(chance.uniform(0, 0.6))
            running.process.kill()
            running.process.wait()
    with greffier_serve(tmp_path, SETTINGS) as running:
        for name in names:  # asked again, as a caller does who does not know
            answer = order(running, name)
            assert answer.status_code == 202, answer.text
            assert (
                addresses.setdefault(name, answer.headers["Location"])
                == (answer.headers["Location"])
            )
        deadline = time.monotonic() + 240
        while not all(
            each["state"] in ("done", "failed") for each in states(running, addresses).values()
        ):
            assert time.monotonic() < deadline, states(running, addresses)
            time.sleep(0.5)
        ended = states(running, addresses)
        assert {name for name, each in ended.items() if each["state"] != "done"} == set()
        for name, told in ended.items():
            pdf = tmp_path / "made.pdf"
            content = requests.get(f"{running.url}{told['links']['content']}", timeout=30).content
            pdf.write_bytes(content)
            assert f"Dear {name}," in pdf_text(pdf)
        listed = requests.get(f"{running.url}/v1/documents?limit=1000", timeout=30).json()
        assert len(listed["documents"]) == DOCUMENTS
    _nothing_is_left_over(tmp_path)


def _nothing_is_left_over(folder: Path) -> None:
    """Orders are gone; results are named by rows, or known to be loose."""
    with sqlite3.connect(folder / "data/greffier.sqlite") as database:
        named = {row[0] for row in database.execute("SELECT result_digest FROM document")}
        orders = database.execute("SELECT count(*) FROM document WHERE order_digest <> ''")
        loose = {row[0] for row in database.execute("SELECT digest FROM loose_blob")}
        ended = {row[0] for row in database.execute("SELECT DISTINCT state FROM job")}
        assert orders.fetchone() == (0,)
    assert len(named) == DOCUMENTS
    there = {path.name for path in blobs(folder, "results")}
    assert named <= there <= named | loose
    assert {path.name for path in blobs(folder, "orders")} <= loose
    assert ended == {"done"}


def test_a_request_that_was_cut_off_by_a_kill_can_be_sent_again(tmp_path: Path) -> None:
    with greffier_serve(tmp_path, {"GREFFIER_DEADLINE_S": "20"}) as running:
        address = order(running, "Ann").headers["Location"]
        running.process.kill()
        running.process.wait()
    with greffier_serve(tmp_path) as running:
        again = order(running, "Ann")
        assert (again.status_code, again.headers["Location"]) == (202, address)
        assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.timeout(400)
def test_a_full_disk_keeps_nothing_half(small_disk: Path, tmp_path: Path) -> None:  # noqa: F811
    with greffier_serve(tmp_path) as running:
        service = Victim(running, tmp_path)
        assert order(running, "first").status_code == 202
        service.until(
            lambda: len(blobs(tmp_path, "results")) == 1 and not blobs(tmp_path, "orders"),
            "the first was not made",
        )
        filler = small_disk / "filler"
        free = 2 * _MIB  # room for the database, for a while, and for the work folder
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                file.truncate(max(0, file.tell() - free))
        refused = None
        for number in range(200):
            answer = order(running, f"more{number}")
            if answer.status_code != 202:
                refused = answer
                break
        assert refused is not None
        assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
        filler.unlink()
        service.until(lambda: order(running, "last").status_code == 202, "it did not recover")

        def all_ended() -> bool:
            listed = requests.get(f"{running.url}/v1/documents?limit=1000", timeout=30).json()
            return all(each["state"] in ("done", "failed") for each in listed["documents"])

        # Some wait for their second try, a minute after a first that found no room.
        deadline = time.monotonic() + 200
        while not all_ended():
            assert time.monotonic() < deadline
            time.sleep(0.5)
        incoming = tmp_path / "data/blobs/incoming"
        assert not any(incoming.iterdir())
