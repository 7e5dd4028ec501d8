"""When calls are made again."""

from __future__ import annotations

import pytest
from greffier.webhooks.model import Failure, Outcome
from greffier.webhooks.retrying import next_delay_s

FAILED = Outcome(500)


def test_what_was_taken_and_what_is_gone_is_not_sent_again() -> None:
    assert next_delay_s(1, Outcome(204)) is None
    assert next_delay_s(1, Outcome(410)) is None


@pytest.mark.parametrize(
    "outcome", [FAILED, Outcome(302), Outcome(404), Outcome(failure=Failure.REFUSED)]
)
def test_everything_else_is_tried_over_three_days_and_then_given_up(outcome: Outcome) -> None:
    delays = []
    while (delay := next_delay_s(len(delays) + 1, outcome)) is not None:
        delays.append(delay)
    assert len(delays) == 9
    assert 5 <= delays[0] <= 6
    assert delays == sorted(delays)
    assert 75 * 3600 < sum(delays) < 91 * 3600


def test_what_failed_together_is_not_tried_together() -> None:
    assert len({next_delay_s(3, FAILED) for _ in range(20)}) > 15


def test_a_receiver_may_ask_for_more_time_up_to_a_day() -> None:
    assert next_delay_s(1, Outcome(429, retry_after_s=600)) == 600
    assert next_delay_s(1, Outcome(503, retry_after_s=1e9)) == 24 * 3600
    assert (next_delay_s(2, Outcome(503, retry_after_s=1)) or 0) >= 300
