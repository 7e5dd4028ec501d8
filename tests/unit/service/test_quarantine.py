"""Operators see which documents are refused for crashing processes, and let them in."""

from __future__ import annotations

from greffier_converters.model import Job
from unit.service.conftest import Service


def poison(tenant: str, digest: str) -> Job:
    return Job(message={}, digest=digest, tenant=tenant)


async def test_what_is_refused_is_listed_and_let_in(service: Service) -> None:
    for job in (poison("a", "ab12"), poison("b", "ab12"), poison("a", "cd34")):
        for _ in range(2):
            service.rooms.quarantine.note_crash(job)
    answer = await service.client.get("/v1/quarantine")
    documents = (await answer.json())["documents"]
    assert [(one["tenant"], one["digest"]) for one in documents] == [
        ("a", "ab12"),
        ("b", "ab12"),
        ("a", "cd34"),
    ]
    assert all(0 < one["refused_for_s"] <= 60 for one in documents)
    assert (await service.client.delete("/v1/quarantine/ab12")).status == 204
    answer = await service.client.get("/v1/quarantine")
    assert [one["digest"] for one in (await answer.json())["documents"]] == ["cd34"]


async def test_one_crash_is_no_reason(service: Service) -> None:
    service.rooms.quarantine.note_crash(poison("a", "ab12"))
    assert (await (await service.client.get("/v1/quarantine")).json()) == {"documents": []}


async def test_what_is_not_refused_cannot_be_let_in(service: Service) -> None:
    answer = await service.client.delete("/v1/quarantine/ab12")
    assert answer.status == 404
    assert (await answer.json())["type"] == "/problems/not-quarantined"
