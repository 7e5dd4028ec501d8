"""Connections of callers, and what they send that is not HTTP."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket

from aiohttp import hdrs, web

from greffier import middleware, problem_types
from greffier.keys import METRICS, REQUEST_ID
from greffier.parameters import ID_HEADER
from greffier.problems import Problem

_log = logging.getLogger("greffier.access")


class Connection(web.RequestHandler):
    """Reads the requests of one caller.

    Args:
        server: counts the connections and ends them.
        app: answers the requests.
        head_timeout_s: seconds for the head of a request, from the beginning of the
            connection or the end of the last answer; then the connection is closed.
    """

    __slots__ = ("_app",)

    def __init__(self, server: web.Server, app: web.Application, *, head_timeout_s: float) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # for none; aiohttp's runners do so too
            # aiohttp looks when this time is over whether a complete head has come.
            keepalive_timeout=head_timeout_s,
        )
        self._app = app

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what aiohttp could not read, or a fault outside of all middlewares.

        Nothing that was sent is repeated: neither in the answer nor in the log.
        """
        if request.writer.output_size > 0:
            raise ConnectionError("An answer was begun already.")
        problem = Problem(
            problem_types.INTERNAL_ERROR, "The service failed; its log has the details."
        )
        if status == problem_types.REQUEST_MALFORMED.status:
            problem = Problem(
                problem_types.REQUEST_MALFORMED,
                "This is not HTTP/1.1, or its first line or a header is too long.",
            )
        else:
            _log.error("Unexpected error", exc_info=exc)
        request[REQUEST_ID] = secrets.token_hex(8)
        metrics = self._app[METRICS]
        metrics.problem(problem.type.name)
        middleware.note(metrics, "(none)", "(none)", problem.type.status, 0.0)
        answer = middleware.answer(request, problem)
        # No application has seen the request, so nobody else sets them.
        answer.headers[ID_HEADER] = request[REQUEST_ID]
        answer.headers[hdrs.SERVER] = middleware.SERVER
        answer.force_close()
        return answer


async def listen(
    runner: web.AppRunner, door: socket.socket, *, head_timeout_s: float
) -> asyncio.Server:
    """Let callers in.

    Args:
        runner: set up; its ``cleanup`` ends the connections.
        door: bound to its address.
        head_timeout_s: see :class:`Connection`.
    """
    server = runner.server
    assert server is not None
    return await asyncio.get_running_loop().create_server(
        lambda: Connection(server, runner.app, head_timeout_s=head_timeout_s),
        sock=door,
        backlog=128,
    )
