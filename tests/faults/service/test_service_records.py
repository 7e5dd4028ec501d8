"""The service is killed at the worst moment: whoever has a document is in the records."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from faults.service.conftest import Victim
from running import greffier_serve


@pytest.mark.parametrize("kills", range(3))
def test_what_was_answered_is_recorded_though_the_service_is_killed_at_once(
    tmp_path: Path, kills: int
) -> None:
    with greffier_serve(tmp_path) as running:
        victim = Victim(running, tmp_path)
        # Not a first one, whose record could have been written while processes were started.
        for _ in range(2 + kills):
            answer = victim.letter()
        running.process.kill()
        running.process.wait()
    assert answer.status_code == 200
    with sqlite3.connect(tmp_path / "data/greffier.sqlite") as database:
        rows = database.execute(
            "SELECT action, outcome, pages, data_digest FROM audit WHERE request_id = ?",
            [answer.headers["X-Request-Id"]],
        ).fetchall()
        counted = database.execute("SELECT sum(documents), sum(pages) FROM usage").fetchone()
    digest = hashlib.sha256(b'{"name": "Ann"}').hexdigest()
    assert rows == [("documents.create", "ok", 1, digest)]
    assert counted == (2 + kills, 2 + kills)
