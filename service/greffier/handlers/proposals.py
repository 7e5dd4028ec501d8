"""``/v1/proposals``: what tenants propose to commons, and what its operator says to it."""

from __future__ import annotations

import dataclasses

from aiohttp import hdrs, web

from greffier.access.model import COMMONS
from greffier.handlers.reading import deadline, number, page_of, read_json, read_query
from greffier.handlers.versions import file_answer
from greffier.handlers.written import proposal_json
from greffier.keys import BLOBS, CALLER, FOLDERS, PROPOSALS, PUBLISHING
from greffier.records import drafts
from greffier.registry.model import Decision
from greffier.requests_registry import (
    AcceptRequest,
    DeclineRequest,
    ProposalRequest,
    ProposalsQuery,
)


async def create(request: web.Request) -> web.Response:
    """Propose a version."""
    caller = request[CALLER]
    asked = await read_json(ProposalRequest, request)
    made = await request.app[PROPOSALS].propose(
        caller.tenant,
        request.match_info["slug"],
        asked.version,
        name=asked.slug,
        note=asked.note,
        by=caller.key,
    )
    drafts.add(request, version=made.version)
    location = f"/v1/proposals/{made.id}"
    return web.json_response(proposal_json(made), status=201, headers={hdrs.LOCATION: location})


async def index(request: web.Request) -> web.Response:
    """List the tenant's, or all for the operator of the installation."""
    asked = read_query(ProposalsQuery, request)
    found = await request.app[PROPOSALS].list(
        _whose(request),
        state=None if asked.state is None else Decision(asked.state),
        before=asked.before,
        limit=asked.limit + 1,
    )
    page, last = page_of(found, asked.limit)
    following = None if last is None else last.id
    return web.json_response(
        {"proposals": [proposal_json(each) for each in page], "next": following}
    )


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    found = await request.app[PROPOSALS].get(_whose(request), number(request))
    return web.json_response(proposal_json(found))


async def content(request: web.Request) -> web.Response:
    """Give the proposed file."""
    wanted = number(request)
    blob = await request.app[PROPOSALS].blob(_whose(request), wanted)
    return file_answer(blob, await request.app[BLOBS].read(blob), f"proposal-{wanted}.odt")


async def withdraw(request: web.Request) -> web.Response:
    """Take one back."""
    decided = await request.app[PROPOSALS].decide(
        request[CALLER].tenant, number(request), Decision.WITHDRAWN
    )
    return web.json_response(proposal_json(decided))


async def accept(request: web.Request) -> web.Response:
    """Put one live in commons; it stays open if it has mistakes there."""
    asked, wanted = await read_json(AcceptRequest, request, empty=True), number(request)
    caller = dataclasses.replace(request[CALLER], tenant=COMMONS)
    brought = await request.app[PROPOSALS].bring(wanted, by=caller.key)
    drafts.add(request, subject=f"{COMMONS}/{brought.slug}", version=brought.number)
    with request.app[FOLDERS].one() as folder:
        await request.app[PUBLISHING].publish(
            caller,
            brought.slug,
            brought.number,
            folder=folder,
            deadline=deadline(request),
            allow_broken=asked.allow_broken,
        )
    decided = await request.app[PROPOSALS].decide(
        None, wanted, Decision.ACCEPTED, answer=asked.answer
    )
    return web.json_response(
        {**proposal_json(decided), "accepted_as": f"commons/{brought.slug}@{brought.number}"}
    )


async def decline(request: web.Request) -> web.Response:
    """Say no, and why."""
    asked = await read_json(DeclineRequest, request)
    decided = await request.app[PROPOSALS].decide(
        None, number(request), Decision.DECLINED, answer=asked.answer
    )
    return web.json_response(proposal_json(decided))


def _whose(request: web.Request) -> str | None:
    """Say whose proposals may be seen; None: everybody's."""
    caller = request[CALLER]
    return None if caller.installation else caller.tenant
