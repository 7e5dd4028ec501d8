"""``greffier tenant``, ``key`` and ``migrate-db``, beside a service that runs."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

import pytest
from greffier import keys
from greffier.access.model import Role
from greffier.commands import key, migrate_db, tenant
from greffier.store.urls import database_url
from unit.service.conftest import Serve, Service
from unit.service.test_registry import Town

_COMMANDS = {
    "tenant": tenant.command,
    "key": key.command,
    "migrate-db": migrate_db.command,
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GREFFIER_CONFIG", "GREFFIER_DATA_DIR", "GREFFIER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def greffier(*words: str) -> int:
    """Run a command as the command line does; gives its exit code."""
    name, *rest = words
    parser = argparse.ArgumentParser()
    _COMMANDS[name].configure(parser)
    return _COMMANDS[name].run(parser.parse_args(rest))


@pytest.fixture
async def service(serve: Serve) -> Service:
    """A service that runs, and asks for keys."""
    return await serve(auth="required")


async def run(service: Service, *words: str) -> int:
    """Run a command on the data folder of a service."""
    return await asyncio.to_thread(greffier, *words, "--data-dir", str(service.settings.data_dir))


async def operators_key(service: Service) -> str:
    """Make a key of the installation's operator."""
    _, text = await service.app[keys.API_KEYS].make(None, "auditor", list(Role))
    return text


async def test_a_town_and_its_key_are_made_beside_a_service(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(service, "tenant", "add", "namur", "--title", "Ville de Namur") == 0
    capsys.readouterr()
    words = ("key", "add", "namur", "Urban", "--role", "render", "--role", "operate")
    assert await run(service, *words, "--expires", "2999-12-31") == 0
    text = capsys.readouterr().out.strip()
    urban = Town(service, text)
    assert (await urban.ask("GET", "/v1/templates")).status == 200
    assert (await urban.create("permit")).status == 403

    assert await run(service, "key", "list", "namur") == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[1:6] == ["Urban", "operate,", "render", "valid", "3000-01-01"]
    assert await run(service, "key", "revoke", line[0]) == 0
    assert await run(service, "key", "list", "namur") == 0
    assert " revoked " in capsys.readouterr().out

    operator = Town(service, await operators_key(service))
    records = (await (await operator.ask("GET", "/v1/audit")).json())["records"]
    done = [(each["action"], each["tenant"], each["key"]) for each in records]
    by = "installation:command-line"
    for expected in (
        ("tenants.create", None, by),
        ("keys.create", "namur", by),
        ("keys.revoke", "namur", by),
    ):
        assert expected in done


async def test_an_operators_key_opens_everything(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(service, "key", "add-operator", "Ann") == 0
    ann = Town(service, capsys.readouterr().out.strip())
    assert (await ann.ask("GET", "/v1/tenants")).status == 200
    assert await run(service, "key", "list") == 0
    assert " Ann " in capsys.readouterr().out


async def test_a_town_is_closed_opened_and_told_of(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(service, "tenant", "add", "namur") == 0
    assert await run(service, "tenant", "close", "namur") == 0
    capsys.readouterr()
    assert await run(service, "tenant", "show", "namur") == 0
    assert json.loads(capsys.readouterr().out)["closed"]
    assert await run(service, "tenant", "open", "namur") == 0
    assert await run(service, "tenant", "list") == 0
    assert "namur" in capsys.readouterr().out


async def test_a_policy_is_changed_name_by_name(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(service, "tenant", "add", "namur") == 0
    words = ("tenant", "policy", "namur")
    assert await run(service, *words, "pages_per_day=500", "stored_bytes=none") == 0
    capsys.readouterr()
    assert await run(service, *words, "pages_per_day=default", "requests_per_minute=9") == 0
    policy = json.loads(capsys.readouterr().out)
    assert policy == {"stored_bytes": None, "requests_per_minute": 9}
    for wrong in ("pages=1", "pages_per_day", "pages_per_day=many", "pages_per_day=0"):
        assert await run(service, *words, wrong) == 1
        assert "pages" in capsys.readouterr().err
    assert await run(service, *words) == 0
    assert json.loads(capsys.readouterr().out) == policy


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tenant", "add", "Namur"), "cannot name a tenant"),
        (("tenant", "add", "commons"), "already"),
        (("tenant", "show", "nowhere"), "no tenant 'nowhere'"),
        (("key", "add", "nowhere", "x", "--role", "render"), "no tenant 'nowhere'"),
        (("key", "list", "nowhere"), "no tenant 'nowhere'"),
        (("key", "revoke", "0123456789ab"), "no key '0123456789ab'"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_line(
    service: Service, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert await run(service, *words) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", "9999-12-31"])
def test_a_day_that_cannot_be_meant_is_refused(day: str) -> None:
    with pytest.raises(SystemExit):
        greffier("key", "add", "namur", "x", "--role", "render", "--expires", day)


def test_no_store_is_made_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "typo"
    assert greffier("tenant", "list", "--data-dir", str(missing)) == 3
    assert "There is no folder" in capsys.readouterr().err
    assert not missing.exists()


def test_settings_are_those_of_the_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "greffier.toml"
    config.write_text(f'data_dir = "{tmp_path}"\nworkrs = 1\n')
    assert greffier("tenant", "list", "--config", str(config)) == 2
    assert "workers" in capsys.readouterr().err
    config.write_text(f'data_dir = "{tmp_path}"\n')
    assert greffier("tenant", "list", "--config", str(config)) == 0


def test_a_servers_database_is_migrated_when_the_operator_says_so(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--database-url", database_url(postgres_url).render_as_string(hide_password=False))
    assert greffier("tenant", "add", "namur", *where) == 3
    assert "greffier migrate-db" in capsys.readouterr().err
    for said in ("up to date now", "up to date."):
        assert greffier("migrate-db", *where) == 0
        assert said in capsys.readouterr().out
    assert greffier("tenant", "add", "namur", *where) == 0
    assert greffier("key", "add", "namur", "Urban", "--role", "render", *where) == 0


def test_a_database_that_does_not_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--database-url", "postgresql://nobody@127.0.0.1:1/none")
    for command in (("migrate-db",), ("tenant", "list")):
        assert greffier(*command, *where) == 3
        assert "cannot be used" in capsys.readouterr().err
