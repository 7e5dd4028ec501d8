"""Log lines: structured, with the request id, and without personal data.

What callers send is about people, and so are file names and addresses. So no
line has a value, a file name or a query string, and of an exception only its
type and place are written: its text may quote what it choked on.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Literal

#: Id of the request that is being answered; empty outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_FRAMES = 12


def set_up(format: Literal["text", "json"], level: str) -> None:
    """Send all log lines of the process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # It tells every step, and of what kind the database is.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # It tells of every ticket drawn.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # Its lines name the caller's address and quote the broken request.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


class _Lines(logging.Formatter):
    """What both formats have in common."""

    def formatException(self, ei: object) -> str:
        """Write type and place of an exception, never its text."""
        error = ei[1] if isinstance(ei, tuple) else None
        return describe(error) if isinstance(error, BaseException) else ""

    @staticmethod
    def when(record: logging.LogRecord) -> str:
        """Write the time of a line in UTC, RFC 3339, to the millisecond."""
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{seconds}.{int(record.msecs):03}Z"


class TextLines(_Lines):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay out one line."""
        line = f"{self.when(record)} {record.levelname:7} {record.getMessage()}"
        if request_id := REQUEST_ID.get():
            line += f" [{request_id}]"
        if record.exc_info:
            line += f"\n{self.formatException(record.exc_info)}"
        return line


class JsonLines(_Lines):
    """A JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay out one line."""
        line: dict[str, object] = {
            "time": self.when(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def describe(error: BaseException) -> str:
    """Tell the type of an exception and where it happened, and of what caused it."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES:]
        number = f" {cause.errno}" if isinstance(cause, OSError) else ""
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}{number}")
        lines += [f"    {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)
