"""A PostgreSQL of the tests' own, from Debian's packages, with a fresh database for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import LiteralString

import psycopg
from psycopg import sql

#: PostgreSQL refuses to run as root; Debian makes this user for it.
_USER = "postgres"
_START_TIMEOUT_S = 60


@dataclass
class Postgres:
    """A server that runs."""

    folder: Path
    settings: Sequence[str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it; returns when it answers."""
        command = [*_as_its_user(), str(program("postgres")), "-D", str(self.folder / "data")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.settings], cwd=self.folder, stdout=log, stderr=log
            )
        _until_ready(self)

    def crash(self) -> None:
        """End it as it is: what is not in its log on disk is lost."""
        if self.process is not None and self.process.poll() is None:
            # "Immediate shutdown": https://www.postgresql.org/docs/15/server-shutdown.html
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)

    def conninfo(self, database: str = "postgres") -> str:
        """How libpq finds it."""
        return f"host={self.folder} user={_USER} dbname={database}"

    def url(self, database: str) -> str:
        """How SQLAlchemy finds it."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database, dropped at the end whoever still uses it; gives its name."""
        name = f"test_{token_hex(8)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield name
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def ask(self, question: LiteralString) -> list[tuple[object, ...]]:
        """Run a query; gives the rows."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            return connection.execute(question).fetchall()

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[Postgres]:
    """Run a server that listens on a Unix socket only; nothing of it is left at the end.

    Args:
        durable: whether it syncs to disk what is committed, as in production.
    """
    # Short, for the path of a socket has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    postgres = None
    try:
        if os.getuid() == 0:
            user = pwd.getpwnam(_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        _initdb(folder, data)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "unix_socket_permissions": "0777",
            "max_connections": "200",
            "fsync": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "timezone": "UTC",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        postgres = Postgres(folder, settings)
        postgres.start()
        yield postgres
    finally:
        if postgres is not None:
            postgres.crash()
        shutil.rmtree(folder)


def _initdb(folder: Path, data: Path) -> None:
    command = [
        *_as_its_user(),
        str(program("initdb")),
        *("--pgdata", str(data), "--username", _USER, "--auth", "trust", "--encoding", "UTF8"),
        *("--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _until_ready(postgres: Postgres) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while True:
        told = f"it did not start: {(postgres.folder / 'log').read_text()}"
        assert postgres.process is not None
        assert postgres.process.poll() is None, told
        assert time.monotonic() < deadline, told
        try:
            psycopg.connect(postgres.conninfo()).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return


def _as_its_user() -> Sequence[str]:
    # Whatever happens to the tests, the server ends with them. setpriv becomes the program it
    # runs, so that our signals reach that.
    command = ("setpriv", "--pdeathsig", "QUIT")
    if os.getuid() == 0:
        command += (f"--reuid={_USER}", f"--regid={_USER}", "--init-groups")
    return (*command, "--")


def program(name: str) -> Path:
    """Find a program of PostgreSQL's."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
    )
    assert found, "install Debian's package postgresql"
    return found[-1]
