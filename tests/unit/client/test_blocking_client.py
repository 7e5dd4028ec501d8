"""The blocking client works wherever ordinary code runs."""

from __future__ import annotations

import asyncio
import os
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from greffier_client import Client, ContentRefused

from .conftest import ScriptedService, problem


def test_many_threads_share_one_client(service_in_thread: ScriptedService) -> None:
    with Client(service_in_thread.url) as greffier, ThreadPoolExecutor(8) as pool:
        documents = list(pool.map(lambda n: greffier.render("letter", {"n": n}), range(40)))
    assert {document.content for document in documents} == {b"%PDF-1.7 letter"}
    assert len(service_in_thread.requests) == 40


async def test_it_works_where_an_event_loop_runs(service_in_thread: ScriptedService) -> None:
    """A view that is called by an ASGI server, without a detour through a thread."""
    assert asyncio.get_running_loop().is_running()
    with Client(service_in_thread.url) as greffier:
        assert greffier.render("letter", {}).content


def test_errors_reach_the_calling_thread(service_in_thread: ScriptedService) -> None:
    service_in_thread.answers = [problem(422, detail="No.")]
    with Client(service_in_thread.url) as greffier, pytest.raises(ContentRefused, match="No"):
        greffier.render("letter", {})


def test_a_forked_child_works_with_the_parents_client(service_in_thread: ScriptedService) -> None:
    """Celery and Gunicorn make the client first and fork their workers afterwards."""
    with Client(service_in_thread.url) as greffier:
        greffier.render("letter", {})
        child = os.fork()
        if child == 0:
            status = 1
            try:
                document = greffier.render("letter", {})
                status = 0 if document.content == b"%PDF-1.7 letter" else 2
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert greffier.render("letter", {}).content, "the parent's connections live on"


def test_a_client_closed_in_one_thread_was_opened_in_another(
    service_in_thread: ScriptedService,
) -> None:
    greffier = Client(service_in_thread.url)
    opener = threading.Thread(target=lambda: greffier.render("letter", {}))
    opener.start()
    opener.join()
    greffier.close()
    assert len(service_in_thread.requests) == 1
