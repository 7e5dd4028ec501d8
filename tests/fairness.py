"""How evenly tenants were served: Jain's index.

R. Jain, D. Chiu, W. Hawe, A quantitative measure of fairness and discrimination, DEC TR-301,
1984: 1 when all have the same, 1/n when one of n has everything.
"""

from __future__ import annotations

from collections.abc import Collection


def jain(shares: Collection[float]) -> float:
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))
