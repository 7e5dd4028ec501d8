"""Every snippet that the README and the callers' pages print works as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from documents import pdf_pages, pdf_text
from odt import field, odt, p
from running import Running

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/callers/README.md", "docs/callers/later.md"]
#: Shown to be typed, not run: they need a fresh machine, and tests of their own do.
NOT_RUN = {"console", "text", "json"}


@dataclass(frozen=True)
class Snippet:
    page: str
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}:{self.language}"


def snippets() -> list[Snippet]:
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for block in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, block.start()) + 1
            found.append(Snippet(page, line, block[1], block[2]))
    return found


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """Run a command in the folder as a reader does; gives what it printed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_bash(snippet: Snippet, folder: Path, url: str) -> None:
    run("bash", "-euo", "pipefail", "-c", snippet.code, folder=folder, GREFFIER_URL=url)


def run_python(snippet: Snippet, folder: Path, url: str) -> None:
    run(sys.executable, "-W", "error", "-c", snippet.code, folder=folder)


def run_php(snippet: Snippet, folder: Path, url: str) -> None:
    (folder / "snippet.php").write_text(snippet.code)
    printed = run("php", "snippet.php", folder=folder)
    assert not printed


def run_django(snippet: Snippet, folder: Path, url: str) -> None:
    """Serve the view under WSGI from several threads and under ASGI, and fetch it."""
    (folder / "views.py").write_text(snippet.code)
    driver = """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        import django
        from django.conf import settings
        settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], SECRET_KEY="x")
        django.setup()
        from django.test import AsyncClient, Client
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: Client().get("/receipt"), range(8)))
        answers.append(asyncio.run(AsyncClient().get("/receipt")))
        for answer in answers:
            assert answer.status_code == 200, answer
            assert answer["Content-Type"] == "application/pdf"
        open("letter.pdf", "wb").write(answers[-1].content)
    """
    (folder / "urls.py").write_text(
        "import views\nfrom django.urls import path\nurlpatterns = [path('receipt', views.receipt)]"
    )
    run(sys.executable, "-c", textwrap.dedent(driver), folder=folder)


def run_celery(snippet: Snippet, folder: Path, url: str) -> None:
    """Run the task in a forked worker of a real Celery, its broker a folder."""
    configured = """
        app.conf.update(
            broker_url="filesystem://",
            broker_transport_options={
                "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control",
            },
            result_backend="file://results",
            broker_connection_retry_on_startup=True,
        )
    """
    for name in ("queue", "control", "results"):
        (folder / name).mkdir()
    (folder / "tasks.py").write_text(snippet.code + textwrap.dedent(configured))
    options = ["--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", "worker", *options, "--loglevel=ERROR"],
        cwd=folder,
        env={**os.environ, "C_FORCE_ROOT": "1"},
    )
    try:
        ask = "import tasks; r = [tasks.receipt.delay(n, f'{n}.pdf') for n in range(4)]; "
        run(sys.executable, "-c", ask + "print([x.get(timeout=80) for x in r])", folder=folder)
    finally:
        worker.terminate()
        worker.wait(30)
    (folder / "0.pdf").rename(folder / "letter.pdf")


RUNNERS: dict[str, Callable[[Snippet, Path, str], None]] = {
    "bash": run_bash,
    "python": run_python,
    "php": run_php,
    "django": run_django,
    "celery": run_celery,
}


def test_the_pages_have_snippets_in_every_language_promised() -> None:
    languages = {snippet.language for snippet in snippets()}
    assert languages - NOT_RUN == set(RUNNERS)


@pytest.mark.parametrize("snippet", [s for s in snippets() if s.language not in NOT_RUN], ids=str)
def test_snippet_makes_its_document(snippet: Snippet, greffier: Running, tmp_path: Path) -> None:
    letter = odt(p("Dear ", field("name"), ","), p(field("street")), p(field("city")))
    (tmp_path / "letter.odt").write_bytes(letter)
    assert "http://127.0.0.1:8080" in snippet.code or "greffier " in snippet.code
    code = snippet.code.replace("http://127.0.0.1:8080", greffier.url)
    here = Snippet(snippet.page, snippet.line, snippet.language, code)
    RUNNERS[snippet.language](here, tmp_path, greffier.url)
    made = list(tmp_path.glob("*.pdf"))
    if "render(" in code and "to=" not in code and snippet.language == "python":
        return  # prints what it got; its exit code has said that it got it
    assert made
    for path in made:
        assert pdf_pages(path) >= 1
        if "Élise Lambert" in code:
            assert "Élise Lambert" in pdf_text(path)
