"""What is measured, under Prometheus names; none of it says anything about a document."""

from __future__ import annotations

from greffier_converters.model import Lane
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# A letter takes a tenth of a second; a deadline is a minute.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The service's measures; also the ``Observer`` of its pools."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = Histogram(
            "greffier_http_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._problems = Counter(
            "greffier_problems", "Refused requests.", ["problem"], registry=registry
        )
        self._limits = Counter(
            "greffier_limits_met", "Requests refused by a limit.", ["limit"], registry=registry
        )
        self._waiting = Gauge(
            "greffier_queue_depth",
            "Jobs that wait for a process.",
            ["program", "lane"],
            registry=registry,
        )
        self._processes = Gauge(
            "greffier_processes",
            "Processes, by what they do (ready counts the busy ones too).",
            ["program", "state"],
            registry=registry,
        )
        self._jobs = Counter(
            "greffier_jobs", "Jobs that ended.", ["program", "lane", "outcome"], registry=registry
        )
        self._queue = Histogram(
            "greffier_queue_seconds",
            "Time a job waited for a process.",
            ["program", "lane"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._run = Histogram(
            "greffier_job_seconds",
            "Time a process worked on a job.",
            ["program", "lane"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._ended = Counter(
            "greffier_processes_ended",
            "Processes ended or lost, by reason.",
            ["program", "reason"],
            registry=registry,
        )
        self._phases = Histogram(
            "greffier_phase_seconds",
            "Time of the steps inside a conversion.",
            ["program", "phase"],
            buckets=_SECONDS,
            registry=registry,
        )

        self._webhooks = Counter(
            "greffier_webhook_calls",
            "Calls of webhooks, by the status of the answer or why there was none.",
            ["outcome"],
            registry=registry,
        )

    def exposition(self) -> bytes:
        """Write all measures in Prometheus's text format."""
        return generate_latest(self.registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is the pattern of the address."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def problem(self, name: str) -> None:
        """Count a refusal."""
        self._problems.labels(name).inc()

    def webhook(self, outcome: str) -> None:
        """Count a call of a webhook."""
        self._webhooks.labels(outcome).inc()

    def limit_met(self, name: str) -> None:
        """Count a refusal by a limit; ``name`` is that of the limit, whosever it is."""
        self._limits.labels(name).inc()

    def waiting(self, program: str, lane: Lane, depth: int) -> None:
        """See Observer."""
        self._waiting.labels(program, str(lane)).set(depth)

    def processes(self, program: str, *, ready: int, busy: int) -> None:
        """See Observer."""
        self._processes.labels(program, "ready").set(ready)
        self._processes.labels(program, "busy").set(busy)

    def finished(
        self, program: str, lane: Lane, outcome: str, *, queue_s: float, run_s: float
    ) -> None:
        """See Observer."""
        self._jobs.labels(program, str(lane), outcome).inc()
        self._queue.labels(program, str(lane)).observe(queue_s)
        self._run.labels(program, str(lane)).observe(run_s)

    def ended(self, program: str, reason: str) -> None:
        """See Observer."""
        self._ended.labels(program, reason).inc()

    def phase(self, program: str, phase: str, seconds: float) -> None:
        """See Observer."""
        self._phases.labels(program, phase).observe(seconds)
