"""Settings from the environment, a file and options; every fault told, by the name it was given."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest
from greffier.commands import serve
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings, service_links


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("GREFFIER_"):
            monkeypatch.delenv(name)


def faults(**options: object) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(options)
    return list(refused.value.faults)


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.sandbox) == ("127.0.0.1", 8080, "required")
    assert settings.key is None


def test_options_go_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "greffier.toml"
    file.write_text("port = 1\nworkers = 3\ndeadline_s = 5\n")
    monkeypatch.setenv("GREFFIER_CONFIG", str(file))
    monkeypatch.setenv("GREFFIER_PORT", "2")
    monkeypatch.setenv("GREFFIER_WORKERS", "4")
    settings = read_settings({"port": "3"})
    assert (settings.port, settings.workers, settings.deadline_s) == (3, 4, 5)


def test_every_fault_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "greffier.toml"
    file.write_text("queue_lenght = 1\ndeadline_s = -1\n")
    monkeypatch.setenv("GREFFIER_PROT", "80")
    monkeypatch.setenv("GREFFIER_WORKERS", "many")
    monkeypatch.setenv("GREFFIER_HOST", "0.0.0.0")
    monkeypatch.setenv("GREFFIER_AUTH", "off")
    with pytest.raises(SettingsRefused) as refused:
        read_settings({"log_format": "xml"}, config=file)
    told = str(refused.value)
    assert "queue_lenght: there is no such setting. Did you mean queue_length?" in told
    assert "deadline_s: Input should be greater than 0." in told
    assert "GREFFIER_PROT: there is no such setting. Did you mean GREFFIER_PORT?" in told
    assert "GREFFIER_WORKERS: Input should be a valid integer" in told
    assert "--log-format: Input should be 'text' or 'json'." in told
    assert "auth must be required" in told


def test_nobody_elsewhere_is_let_in_without_a_key() -> None:
    assert faults(host="192.0.2.1", auth="off") == [
        "host: 192.0.2.1 can be reached from other machines, so auth must be required; or listen "
        "on 127.0.0.1."
    ]
    assert read_settings({"host": "192.0.2.1"}).auth == "required"
    for loopback in ("127.0.0.2", "::1", "localhost"):
        assert read_settings({"host": loopback, "auth": "off"}).host == loopback
    assert faults(auth="off", api_key="k" * 16) == [
        "auth: off lets everybody in without a key, so set no api_key."
    ]


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef\n")
    assert read_settings({"api_key_file": str(file)}).key == "0123456789abcdef"
    file.write_text("short")
    assert "at least 16" in faults(api_key_file=str(file))[0]
    assert "cannot be read" in faults(api_key_file=str(tmp_path / "none"))[0]


def test_a_key_never_shows() -> None:
    settings = read_settings({"api_key": "k" * 20})
    assert "k" * 20 not in repr(settings)
    told = faults(api_key="secret é")
    assert "secret" not in " ".join(told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"workers": 1, "interactive_workers": 1}, "interactive_workers"),
        ({"default_engine": "py3o"}, "py3o_engine"),
        ({"max_body_bytes": 2000}, "max_template_bytes"),
        ({"timezone": "Europe/Nowhere"}, "Europe/Nowhere"),
        ({"allowed_inputs": "rtf,exe"}, "'exe' is none of rtf"),
        ({"templates_dir": "/dev/null"}, "is not a folder"),
        ({"blob_url": "http://bucket"}, "s3://BUCKET"),
        ({"blob_url": "s3://bucket", "blob_endpoint": "ftp://host"}, "https://"),
        ({"blob_endpoint": "http://host"}, "blob_url"),
        ({"jobs": "workers"}, "a database_url of PostgreSQL and a blob_url"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], told: str) -> None:
    assert told in faults(**given)[0]


def test_a_database_is_a_file_in_the_data_folder_or_what_the_url_names(tmp_path: Path) -> None:
    here = read_settings({"data_dir": str(tmp_path)}).database
    assert (here.drivername, here.database) == ("sqlite+aiosqlite", f"{tmp_path}/greffier.sqlite")
    url = "postgresql://user:hidden@host/name"
    settings = read_settings({"database_url": url})
    assert settings.database.drivername == "postgresql+psycopg"
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize("url", ["mysql://u:hidden@h/n", "postgresql://u:hidden@h", "hidden"])
def test_another_database_is_refused_without_its_password(url: str) -> None:
    (fault,) = faults(database_url=url)
    assert "postgresql://" in fault
    assert "hidden" not in fault


def test_service_links_of_kubernetes_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GREFFIER_SERVICE_HOST": "10.0.0.1",
        "GREFFIER_SERVICE_PORT": "80",
        "GREFFIER_SERVICE_PORT_HTTP": "80",
        "GREFFIER_PORT": "tcp://10.0.0.1:80",
        "GREFFIER_PORT_80_TCP": "tcp://10.0.0.1:80",
        "GREFFIER_PORT_80_TCP_ADDR": "10.0.0.1",
        "GREFFIER_WEB_SERVICE_HOST": "10.0.0.1",
        "GREFFIER_WEB_PORT": "tcp://10.0.0.1:80",
    }.items():
        monkeypatch.setenv(name, value)
    assert read_settings().port == 8080
    assert len(service_links()) == 8


def test_names_of_the_client_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREFFIER_URL", "http://127.0.0.1:8080")
    read_settings()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read_settings(config=tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("port =")
    with pytest.raises(SettingsRefused, match="is not TOML"):
        read_settings(config=broken)


def test_each_setting_is_an_option_of_serve() -> None:
    parser = argparse.ArgumentParser()
    serve.command.configure(parser)
    args = parser.parse_args(["--queue-length", "7"])
    assert args.queue_length == "7"
    for name in Settings.model_fields:
        assert hasattr(args, name)
    assert "Documents that may wait" in parser.format_help()


def test_serve_tells_every_fault_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    serve.command.configure(parser)
    assert serve.command.run(parser.parse_args(["--port", "x", "--workers", "0"])) == 2
    told = capsys.readouterr().err
    assert "--port" in told
    assert "--workers" in told
