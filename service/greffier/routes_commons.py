"""The addresses of what all tenants share; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import commons, proposals
from greffier.requests_registry import (
    AcceptRequest,
    AdoptionRequest,
    DeclineRequest,
    ProposalRequest,
    ProposalsQuery,
    SharedQuery,
)
from greffier.responses_sharing import (
    AcceptedAnswer,
    AdoptedAnswer,
    LiveTemplateAnswer,
    ProposalAnswer,
    ProposalsAnswer,
    SharedTemplatesAnswer,
)
from greffier.routing import BODY, FILE, ODT, WORK, Route

_SHOWN = (problem_types.TEMPLATE_NOT_FOUND,)
_PROPOSAL = (problem_types.NOT_FOUND, problem_types.PROPOSAL_NOT_FOUND)

COMMONS = (
    Route(
        hdrs.METH_GET,
        "/v1/commons/templates",
        commons.index,
        "The templates that all share",
        "Those that are live, by name. Render them as `commons/<slug>`, with blocks of your own.",
        answer=SharedTemplatesAnswer,
        query=SharedQuery,
        problems=(problem_types.REQUEST_INVALID,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/commons/templates/{slug}",
        commons.show,
        "A template that all share",
        answer=LiveTemplateAnswer,
        problems=_SHOWN,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/commons/templates/{slug}/content",
        commons.content,
        "The file of a template that all share",
        answers=(ODT,),
        role=Role.DESIGN,
        problems=_SHOWN,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/adoptions",
        commons.adopt,
        "Copy a template of commons, or one that comes with the service",
        "The copy is the tenant's own, a draft at first, and remembers where it came from: "
        "`modified` and `origin_newer` of the template tell what has changed since.",
        answer=AdoptedAnswer,
        stores=True,
        tells=(hdrs.LOCATION,),
        model=AdoptionRequest,
        status=201,
        also={200: "What is there is the newest version already."},
        role=Role.DESIGN,
        problems=(
            *BODY,
            *_SHOWN,
            problem_types.TEMPLATE_EXISTS,
            problem_types.TEMPLATE_ARCHIVED,
            *FILE,
            *WORK,
        ),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/templates/{slug}/proposals",
        proposals.create,
        "Propose a version to commons",
        "The operator of the installation accepts or declines it.",
        answer=ProposalAnswer,
        tells=(hdrs.LOCATION,),
        model=ProposalRequest,
        status=201,
        role=Role.DESIGN,
        problems=(
            *BODY,
            *_SHOWN,
            problem_types.VERSION_NOT_FOUND,
            problem_types.VERSION_NOT_PUBLISHABLE,
            problem_types.PROPOSAL_DECIDED,
        ),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/proposals",
        proposals.index,
        "What was proposed to commons",
        "The tenant's own; for the operator of the installation, those of all. The newest first.",
        answer=ProposalsAnswer,
        query=ProposalsQuery,
        role=Role.DESIGN,
        problems=(problem_types.REQUEST_INVALID,),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/proposals/{number}",
        proposals.show,
        "A proposal",
        answer=ProposalAnswer,
        role=Role.DESIGN,
        problems=_PROPOSAL,
    ),
    Route(
        hdrs.METH_GET,
        "/v1/proposals/{number}/content",
        proposals.content,
        "The proposed file",
        answers=(ODT,),
        role=Role.DESIGN,
        problems=_PROPOSAL,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/proposals/{number}/withdraw",
        proposals.withdraw,
        "Take a proposal back",
        answer=ProposalAnswer,
        role=Role.DESIGN,
        problems=(*_PROPOSAL, problem_types.PROPOSAL_DECIDED),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/proposals/{number}/accept",
        proposals.accept,
        "Put a proposal live in commons",
        "It is checked there first, and stays open if it has mistakes.",
        answer=AcceptedAnswer,
        model=AcceptRequest,
        body_required=False,
        installation=True,
        problems=(
            *BODY,
            *_PROPOSAL,
            problem_types.PROPOSAL_DECIDED,
            problem_types.TEMPLATE_EXISTS,
            problem_types.TEMPLATE_ARCHIVED,
            problem_types.VERSION_NOT_PUBLISHABLE,
            problem_types.BLOCK_IN_USE,
            *FILE,
            *WORK,
        ),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/proposals/{number}/decline",
        proposals.decline,
        "Decline a proposal, with the reason",
        answer=ProposalAnswer,
        model=DeclineRequest,
        installation=True,
        problems=(*BODY, *_PROPOSAL, problem_types.PROPOSAL_DECIDED),
    ),
)
