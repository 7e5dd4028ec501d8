from __future__ import annotations

import pytest
from greffier_converters.errors import DocumentQuarantined
from greffier_converters.model import Job
from greffier_converters.quarantine import Quarantine


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_lets_a_document_in_again() -> None:
    clock = Clock()
    quarantine = Quarantine(600, clock=clock)
    job = Job(message={}, digest="d", tenant="t")
    quarantine.note_crash(job)
    quarantine.check(job)
    quarantine.note_crash(job)
    clock.now = 590
    with pytest.raises(DocumentQuarantined, match=r"1 more minute") as refused:
        quarantine.check(job)
    assert refused.value.retry_after_s == 10
    clock.now = 600
    quarantine.check(job)
    assert quarantine.suspects() == ()


def test_a_document_without_a_digest_is_never_kept() -> None:
    quarantine = Quarantine(600)
    for _ in range(2):
        quarantine.note_crash(Job(message={}))
    quarantine.check(Job(message={}))


def test_lifting_what_is_not_there_says_so() -> None:
    assert not Quarantine(600).lift("t", "d")
