"""How what the registry tells is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from greffier.registry.model import ProposalInfo, PublicationInfo, TemplateInfo, Use, VersionInfo
from greffier.registry.samples import SampleInfo


def moment(at: datetime | None) -> str | None:
    """Write a moment (RFC 3339)."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def template_json(info: TemplateInfo) -> dict[str, Any]:
    """Write a template."""
    return {
        "slug": info.slug,
        "kind": info.kind,
        "title": info.title,
        "description": info.description,
        "category": info.category,
        "tags": list(info.tags),
        "language": info.language,
        "formats": list(info.formats),
        "engine": info.engine,
        "published": info.published,
        "latest": info.latest,
        "origin": info.origin or None,
        "origin_version": info.origin_version,
        "modified": info.modified,
        "origin_newer": info.origin_newer,
        "created_at": moment(info.created_at),
        "changed_at": moment(info.changed_at),
        "archived_at": moment(info.archived_at),
    }


def version_json(info: VersionInfo, *, report: bool = False) -> dict[str, Any]:
    """Write a version, with what its check found where that is asked for."""
    return {
        "number": info.number,
        "state": info.state,
        "digest": info.digest,
        "size": info.size,
        "author": info.author,
        "note": info.note,
        "has_schema": info.has_schema,
        "errors": info.errors,
        "warnings": info.warnings,
        "created_at": moment(info.created_at),
        "published_at": moment(info.published_at),
        **({"report": _report(info.report)} if report else {}),
    }


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
    return {
        "id": info.id,
        "version": info.version,
        "before": info.before,
        "by": info.by,
        "at": moment(info.at),
    }


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
    return {
        "id": info.id,
        "tenant": info.tenant,
        "template": info.template,
        "kind": info.kind,
        "version": info.version,
        "digest": info.digest,
        "slug": info.slug,
        "note": info.note,
        "state": info.state,
        "answer": info.answer,
        "by": info.by,
        "created_at": moment(info.created_at),
        "decided_at": moment(info.decided_at),
    }
