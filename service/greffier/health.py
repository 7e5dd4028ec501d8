"""Whether the service can work now, said honestly."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greffier_converters.model import Status
from greffier_converters.sandbox import Support

from greffier.canary import Canary


@dataclass
class Health:
    """The state of the service, looked at by ``/health/ready`` and changed by its life."""

    #: What the kernel offers; None: not looked at (in tests).
    sandbox: Support | None = None
    #: Gives the state of each pool.
    pools: Sequence[Callable[[], Status]] = ()
    #: Tries the offices; None: not begun.
    canary: Canary | None = None
    #: Where requests have their files; None: not made yet.
    work_folder: Path | None = None
    #: Set by SIGTERM: no new work is wanted.
    stopping: bool = False

    def facts(self, program: str) -> Mapping[str, Any]:
        """Give what the processes of a pool say of themselves: version, fonts."""
        statuses = [status() for status in self.pools]
        return next((each.facts for each in statuses if each.program == program), {})

    def report(self) -> tuple[bool, Mapping[str, Any]]:
        """Tell whether requests can be answered, and why not."""
        pools = [status() for status in self.pools]
        reasons = ["the service is stopping"] if self.stopping else []
        if self.work_folder and not os.access(self.work_folder, os.W_OK | os.X_OK):
            reasons.append("the work folder is gone or cannot be written: restart the service")
        for pool in pools:
            if not pool.ready:
                why = pool.start_failure or "it is starting"
                reasons.append(f"no {pool.program} process is ready: {why}")
        if self.canary and self.canary.failure:
            reasons.append(f"no trial page could be made: {self.canary.failure}")
        report = {
            "ready": not reasons,
            "reasons": reasons,
            "sandbox": "degraded" if self.sandbox and self.sandbox.missing else "enforced",
            "pools": {pool.program: _pool(pool) for pool in pools},
        }
        if self.sandbox and self.sandbox.missing:
            report["sandbox_missing"] = list(self.sandbox.missing)
        return not reasons, report


def _pool(pool: Status) -> Mapping[str, object]:
    return {
        "ready": pool.ready,
        "with_affinity": pool.with_affinity,
        "busy": pool.busy,
        "starting": pool.starting,
        "waiting": {str(lane): depth for lane, depth in pool.waiting.items()},
        "start_failures": pool.start_failures,
        "quarantined": len(pool.quarantined),
    }
