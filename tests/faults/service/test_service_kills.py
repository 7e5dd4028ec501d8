"""Processes die in the middle of a job, and whoever asked does not notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import pdf_text
from faults.service.conftest import LINES, LONG, Victim
from running import greffier_serve

DIED = "greffier_processes_ended_total"


@pytest.mark.parametrize(("pool", "program"), [("office", "office"), ("office", "driver")])
def test_a_killed_office_costs_time_only(
    service: Victim, tmp_path: Path, pool: str, program: str
) -> None:
    lines = {"lines": LINES["lines"][:8_000]}
    asked = service.ask(lines, LONG)
    service.until_busy(pool)
    service.processes(program)[0].kill()
    answer = asked.result()
    assert answer.status_code == 200, answer.text
    pdf = tmp_path / "long.pdf"
    pdf.write_bytes(answer.content)
    assert "line 7999 of a document" in pdf_text(pdf)
    assert service.letter().status_code == 200


def test_a_killed_render_process_costs_time_only(service: Victim) -> None:
    [process] = service.processes("render")
    # Stopped, because it fills faster than anybody could see it at work.
    process.suspend()
    asked = service.ask({"lines": LINES["lines"][:8_000]}, LONG)
    service.until_busy("render")
    process.kill()
    answer = asked.result()
    assert answer.status_code == 200, answer.text
    assert service.metric(DIED, program="render", reason="died") == 1


def test_a_document_that_kills_two_offices_is_told_and_then_refused_at_once(
    service: Victim,
) -> None:
    lines = {"lines": LINES["lines"][:9_000]}
    # Only offices that had done nothing else count, and one such may be among the first two.
    assert service.letter().status_code == 200
    for _ in range(2):
        asked = service.ask(lines, LONG)
        for _ in range(2):
            service.until_busy("office")
            dead = service.metric(DIED, program="office", reason="died")
            service.processes("office")[0].kill()
            service.until(
                lambda dead=dead: service.metric(DIED, program="office", reason="died") > dead,
                "the death of the office went unnoticed",
            )
        answer = asked.result()
        assert (answer.status_code, answer.json()["type"]) == (502, "/problems/process-crashed")
    again = service.post(lines, LONG)
    assert (again.status_code, again.json()["type"]) == (502, "/problems/document-quarantined")
    assert 0 < int(again.headers["Retry-After"]) <= 600
    assert service.letter().status_code == 200


def test_a_frozen_office_is_replaced_at_the_deadline(tmp_path: Path) -> None:
    with greffier_serve(tmp_path, {"GREFFIER_DEADLINE_S": "8"}) as running:
        service = Victim(running, tmp_path)
        frozen = service.processes("office")
        for office in frozen:
            office.suspend()
        answer = service.letter()
        assert (answer.status_code, answer.json()["type"]) == (504, "/problems/deadline-exceeded")
        # A successor was started when half the time was over.
        answer = service.letter()
        assert answer.status_code == 200, answer.text
        assert not any(office.is_running() for office in frozen)
