"""What can go wrong when asking a Greffier service for a document.

::

    GreffierError
    ├── ServiceUnreachable   no connection, or it broke before the answer was whole
    └── ProblemError         the service answered and refused; ``problem`` says why
        ├── RequestRefused       400, 408, 413, 415 …  the request is at fault
        ├── AccessRefused        401, 403              the key is missing, wrong, or may not
        ├── NotFound             404                   no such template or address
        ├── ContentRefused       422                   template, data or document at fault
        ├── ServiceBusy          429, 503, 507         come back later
        ├── DeadlineExceeded     504                   it took longer than allowed
        └── ServiceFailed        500, 502 …            the service is at fault

``retryable`` tells whether the same request may succeed later, unchanged.
"""

from __future__ import annotations

from .model import Problem


class GreffierError(Exception):
    """The service did not give the document."""

    retryable: bool = False


class ServiceUnreachable(GreffierError):
    """No connection to the service, or it broke before the answer was whole.

    Does not prove that nothing was done; but asking again is safe: a document that is not to be
    kept changes nothing in the service, and one that is has an idempotency key.
    """

    retryable = True


class ProblemError(GreffierError):
    """The service answered and refused."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.retryable = problem.retryable
        super().__init__(_sentence(problem))


class RequestRefused(ProblemError):
    """The request itself is at fault."""


class AccessRefused(ProblemError):
    """The key is missing or wrong, or does not allow this."""


class NotFound(ProblemError):
    """There is no such template or address."""


class ContentRefused(ProblemError):
    """The template, its data or the document is at fault; ``problem.errors`` says where."""


class ServiceBusy(ProblemError):
    """The service has too much to do, or is not ready yet."""


class DeadlineExceeded(ProblemError):
    """Making the document took longer than the service allows."""


class ServiceFailed(ProblemError):
    """The service is at fault."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: AccessRefused,
    403: AccessRefused,
    404: NotFound,
    422: ContentRefused,
    429: ServiceBusy,
    503: ServiceBusy,
    504: DeadlineExceeded,
    507: ServiceBusy,
}


def error_for(problem: Problem) -> ProblemError:
    """Give the error of the most specific class for what the service answered."""
    fallback = ServiceFailed if problem.status >= 500 else RequestRefused
    return _BY_STATUS.get(problem.status, fallback)(problem)


def _sentence(problem: Problem) -> str:
    """Say the problem in one line, and each fault with its place in a further one."""
    lines = [problem.detail or problem.title]
    for error in problem.errors:
        place = f" [{error.where}]" if error.where else ""
        field = f"{error.field}: " if error.field and error.field not in error.message else ""
        hint = f" {error.hint}" if error.hint else ""
        lines.append(f"  - {field}{error.message}{place}{hint}")
    return "\n".join(lines)
