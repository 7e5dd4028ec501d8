"""Fonts, webhooks, records and limits from a terminal, against the service itself."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fonts import font
from greffier_client import Client, NotFound, json_calls
from greffier_client.cli import main
from odt import field, odt, p
from standardwebhooks import Webhook

from .conftest import ScriptedService

#: Runs a command; gives its exit code, and what it printed for programs and for people.
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("GREFFIER_URL", url)
    for name in ("GREFFIER_API_KEY", "GREFFIER_TENANT"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def letters(url: str) -> None:
    """A template that is live, two letters of it, and one that cannot be made."""
    with Client(url) as greffier:
        greffier.templates.create("permit")
        greffier.templates.send("permit", odt(p(field("name"))))
        greffier.templates.publish("permit", 1)
        for _ in range(2):
            greffier.render("permit", {"name": "A"}, output={"format": "odt"})
        with pytest.raises(NotFound):
            greffier.render("nothing", {})


def cells(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines()[1:]]


def test_fonts_are_brought_listed_and_erased(run: Run, tmp_path: Path) -> None:
    bold, broken, plain = (tmp_path / f"{name}.ttf" for name in ("bold", "broken", "plain"))
    bold.write_bytes(font("Stadhuis Grotesk", "Bold"))
    broken.write_bytes(b"no font")
    plain.write_bytes(font("Stadhuis Grotesk"))
    code, told, refused = run("font", "add", bold, broken, plain)
    assert (code, told) == (
        1,
        f"{bold}: Stadhuis Grotesk, Bold (1)\n{plain}: Stadhuis Grotesk, Regular (2)\n",
    )
    assert refused.startswith(f"{broken}: ")
    code, told, _ = run("font", "list")
    assert (code, [line[:5] for line in cells(told)]) == (
        0,
        [
            ["1", "Stadhuis", "Grotesk", "Bold", "ttf"],
            ["2", "Stadhuis", "Grotesk", "Regular", "ttf"],
        ],
    )
    assert run("font", "remove", "1")[:2] == (0, "Font 1 is erased\n")
    assert [each["id"] for each in json.loads(run("font", "list", "--json")[1])] == [2]
    assert run("font", "remove", "1")[0] == 1
    assert run("font", "add", bold, tmp_path / "none.ttf")[0] == 2
    assert len(cells(run("font", "list")[1])) == 1
    machine = run("font", "list", "--machine")[1].splitlines()
    assert machine == json.loads(run("font", "list", "--machine", "--json")[1])


def test_a_webhook_is_added_tried_and_removed(run: Run, service_in_thread: ScriptedService) -> None:
    async def taken(_: web.Request) -> web.Response:
        return web.Response(status=204)

    service_in_thread.answers = [taken]
    receiver = service_in_thread.url
    code, told, advice = run("webhook", "add", receiver, "--event", "document.failed")
    assert (code, told.splitlines()[0].endswith(f" calls {receiver}")) == (0, True)
    assert "not told again" in advice
    webhook, secret = told.split()[1], told.split()[-1]
    code, told, advice = run("webhook", "test", webhook)
    assert (code, told.startswith("webhook.test is sent (")) == (0, True)
    assert f"greffier webhook deliveries {webhook}" in advice
    delivered = _ended(run, webhook)
    assert delivered[2:6] == ["webhook.test", "delivered", "1", "204"]
    sent = service_in_thread.requests[0]
    assert Webhook(secret).verify(sent["body"], dict(sent["headers"]))["type"] == "webhook.test"
    code, told, _ = run("webhook", "list")
    assert (code, cells(told)) == (0, [[webhook, receiver, "document.failed"]])
    assert secret not in told
    code, told, advice = run("webhook", "rotate", webhook)
    assert (code, "not told again" in advice) == (0, True)
    assert told.split()[-1].startswith("whsec_")
    assert told.split()[-1] != secret
    [delivery] = json.loads(run("webhook", "deliveries", webhook, "--json")[1])
    assert delivery["status"] == 204
    assert run("webhook", "remove", webhook)[:2] == (0, f"Webhook {webhook} is removed\n")
    assert json.loads(run("webhook", "list", "--json")[1]) == []


def _ended(run: Run, webhook: str) -> list[str]:
    """Wait for what came of the one delivery."""
    for _ in range(200):
        [line] = cells(run("webhook", "deliveries", webhook)[1])
        if "waiting" not in line:
            return line
        time.sleep(0.05)
    raise AssertionError("It was not delivered")


def test_a_webhook_that_cannot_be_is_refused_by_name(run: Run) -> None:
    code, told, refused = run("webhook", "add", "https://erp.example.org", "--event", "all")
    assert (code, told, "events" in refused) == (2, "", True)
    assert run("webhook", "add", "https://10.0.0.1/")[0] == 1
    for action in ("remove", "rotate", "test", "deliveries"):
        assert run("webhook", action, "nothing")[0] == 1


@pytest.mark.usefixtures("letters")
def test_who_did_what_is_told_whatever_the_length_of_a_page(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_calls, "PAGE", 2)
    code, told, count = run("records")
    assert (code, count) == (0, "6 record(s)\n")
    newest = cells(told)[0]
    assert newest[4:] == ["documents.create", "-", "template-not-found"]
    _, told, _ = run("records", "--action", "documents.create", "--outcome", "ok")
    assert [line[4:] for line in cells(told)] == [["documents.create", "permit@1", "ok", "1"]] * 2
    found = json.loads(run("records", "--json", "--subject", "permit")[1])
    assert {each["subject"] for each in found} == {"permit"}
    assert run("records", "--key", "nobody")[1] == ""


@pytest.mark.usefixtures("letters")
def test_records_are_chosen_by_days_and_moments(run: Run) -> None:
    day = json.loads(run("records", "--json")[1])[0]["at"][:10]
    # A day is whole: from its beginning to its end.
    assert len(json.loads(run("records", "--json", "--since", day, "--until", day)[1])) == 6
    assert json.loads(run("records", "--json", "--until", "2026-01-01")[1]) == []
    assert json.loads(run("records", "--json", "--since", "2999-01-01T08:00:00+01:00")[1]) == []
    code, _, refused = run("records", "--since", "yesterday")
    assert (code, "since" in refused) == (2, True)


@pytest.mark.usefixtures("letters")
def test_a_spreadsheet_gets_the_bytes_that_the_service_sends(run: Run) -> None:
    code, told, rest = run("records", "--csv", "--subject", "permit")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert (code, rest, len(rows)) == (0, "", 5)
    assert {row["subject"] for row in rows} == {"permit"}
    assert rows[0]["action"] == "documents.create"
    code, told, rest = run("usage", "--csv", "--by", "month")
    assert (code, rest, len(list(csv.DictReader(io.StringIO(told))))) == (0, "", 2)
    assert run("records", "--csv", "--since", "yesterday")[:2] == (2, "")


@pytest.mark.usefixtures("letters")
def test_usage_is_added_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_calls, "PAGE", 1)
    code, told, sums = run("usage", "--by", "month")
    assert (code, sums) == (0, "documents: 2, pages: 2, failures: 1\n")
    assert [line[1:] for line in cells(told)] == [
        ["default", "-", "0", "0", "1"],
        ["default", "permit", "2", "2", "0"],
    ]
    assert told.startswith("MONTH ")
    days = json.loads(run("usage", "--json")[1])
    assert [len(each["period"]) for each in days] == [10, 10]
    assert run("usage", "--until", "2026-01-01", "--since", "2025-12-01")[1] == ""
    assert run("usage", "--since", "soon")[0] == 2


def test_limits_are_told(run: Run) -> None:
    code, told, whose = run("limits")
    assert (code, whose) == (0, "Of default\n")
    assert ["pages_per_day", "no", "limit", "0"] in cells(told)
    limits: list[dict[str, Any]] = json.loads(run("limits", "--json")[1])["limits"]
    assert [each["name"] for each in limits] == [line[0] for line in cells(told)]
