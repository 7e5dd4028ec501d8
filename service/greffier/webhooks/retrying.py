"""When a call is made again.

The schedule is the one Standard Webhooks gives as an example: ten attempts over three days,
which outlast a weekend.
"""

from __future__ import annotations

import random

from greffier.webhooks.model import Outcome

_HOUR_S = 3600.0
#: Seconds from one attempt to the next.
DELAYS_S = (
    5.0,
    300.0,
    1800.0,
    *(hours * _HOUR_S for hours in (2, 5, 10, 14, 20, 24)),
)
#: A delay is longer by up to this share, so that what failed together is not tried together.
_JITTER = 0.2


def next_delay_s(attempts: int, outcome: Outcome) -> float | None:
    """Say after how many seconds to try again; None: never.

    Args:
        attempts: how many there were, the last included.
        outcome: of the last one.
    """
    if outcome.ends or attempts > len(DELAYS_S):
        return None
    planned: float = DELAYS_S[attempts - 1] * random.uniform(1, 1 + _JITTER)  # noqa: S311  # no secret
    return max(planned, min(outcome.retry_after_s or 0.0, DELAYS_S[-1]))
