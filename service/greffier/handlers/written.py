"""How what the registry tells is written as JSON, and how JSON is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from greffier.registry.model import ProposalInfo, PublicationInfo, TemplateInfo, Use, VersionInfo
from greffier.registry.samples import SampleInfo
from greffier.responses import Answer, moment
from greffier.responses_registry import TemplateAnswer, VersionAnswer
from greffier.responses_sharing import ProposalAnswer, PublicationAnswer

__all__ = ["answer", "moment", "sample_json", "template_json", "version_json"]


def answer(
    told: Answer, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer a model as JSON."""
    return web.json_response(told.written(), status=status, headers=headers)


def template_json(info: TemplateInfo) -> dict[str, Any]:
    """Write a template."""
    return TemplateAnswer.model_validate(info).written()


def version_json(info: VersionInfo, *, report: bool = False) -> dict[str, Any]:
    """Write a version, with what its check found where that is asked for."""
    told = VersionAnswer.model_validate(info).written()
    return {**told, "report": _report(info.report)} if report else told


def _report(report: Mapping[str, Any]) -> dict[str, Any]:
    """Write what a check found; the schema and the samples have addresses of their own."""
    written = dict(report)
    description = written.pop("description", None) or {}
    apart = ("schema", "samples")
    return written | {name: one for name, one in description.items() if name not in apart}


def sample_json(info: SampleInfo) -> dict[str, Any]:
    """Write what there is to tell of a sample besides its data."""
    return {
        "name": info.name,
        "size": len(info.data.encode()),
        "changed_at": moment(info.changed_at),
        "proofs": dict(info.proofs),
    }


def publication_json(info: PublicationInfo) -> dict[str, Any]:
    """Write that something went live, or that nothing is any more."""
    return PublicationAnswer.model_validate(info).written()


def use_json(use: Use) -> dict[str, Any]:
    """Write where a block is used."""
    return {
        "template": use.slug,
        "kind": use.kind,
        "version": use.version,
        "direct": use.direct,
    }


def proposal_json(info: ProposalInfo) -> dict[str, Any]:
    """Write a proposal."""
    return ProposalAnswer.model_validate(info).written()
