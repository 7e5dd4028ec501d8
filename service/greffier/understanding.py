"""What the hall asks of render processes about versions of templates, and what they answer.

A description is all that a registry keeps of a version; a comparison is what a designer sees of
two. Both travel as JSON; this module writes the orders and reads the answers for whoever asks,
the pool of processes and its stand-in alike.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greffier_templates.model import Finding, Severity

from greffier.model import Blocks, Caller, Template
from greffier.render_messages import read_findings


@dataclass(frozen=True, slots=True)
class DescribeOrder:
    """A version to be described."""

    #: Where it brings a schema of its own, that is held against the template.
    template: Template
    #: What it may include.
    blocks: Blocks
    #: The fonts that offices have; empty: they are not known.
    families: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """What a version is about; see ``greffier_templates.understanding.describe``."""

    findings: tuple[Finding, ...]
    #: The title among the properties of the document; may hold tags.
    title: str
    #: Of its text, ``fr_BE``; empty where it says none.
    locale: str
    #: The JSON Schema made from it; None: it has errors.
    schema: Mapping[str, Any] | None
    #: Invented data, ``{title, data}``: the first has everything in it.
    samples: Sequence[Mapping[str, Any]]
    #: The places of the data, ``{field, kind, required, where}``.
    fields: Sequence[Mapping[str, Any]]
    #: The blocks that it includes itself.
    included: tuple[str, ...]
    #: Name -> SHA-256 of every block in it, as they are now.
    blocks: Mapping[str, str]
    #: Font families that its text asks for.
    fonts: frozenset[str]
    #: The ids of the pictures that it wants beside the data.
    pictures: frozenset[str]
    #: Engine -> verdict -> how many of its tags there are.
    foreign: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many mistakes there are that must be mended before it can be published."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many things are probably not meant as they are."""
        return sum(finding.severity is Severity.WARNING for finding in self.findings)


def describe_message(order: DescribeOrder, caller: Caller, schema: Path | None) -> dict[str, Any]:
    """What a render process is asked; ``schema`` is the file that the template brings."""
    message: dict[str, Any] = {
        "op": "describe",
        "language": caller.language,
        "families": sorted(order.families),
    }
    return message if schema is None else {**message, "schema": schema.name}


def read_described(answer: Mapping[str, Any]) -> Described:
    """Read what a render process answers to ``describe``."""
    told = answer["description"]
    return Described(
        findings=read_findings(answer["findings"]),
        title=told["title"],
        locale=told["locale"],
        schema=told["schema"],
        samples=told["samples"],
        fields=told["fields"],
        included=tuple(told["included"]),
        blocks=told["blocks"],
        fonts=frozenset(told["fonts"]),
        pictures=frozenset(told["pictures"]),
        foreign=told["foreign"],
    )


@dataclass(frozen=True, slots=True)
class DiffOrder:
    """Two versions to be compared."""

    before: Template
    after: Template
    #: The schemas made from them, where they are known: then the data is compared too.
    schemas: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Diff:
    """What is not the same in two versions, in the language of whoever asked."""

    #: See ``greffier_templates.understanding.versions.differences.Differences``.
    told: Mapping[str, Any]
    #: The same as text for people.
    text: str


async def diff_files(order: DiffOrder, folder: Path) -> dict[str, Path]:
    """Give the files of two versions by the names in the message, each in a folder of its own."""
    files = {}
    for name, template in (("before", order.before), ("after", order.after)):
        (folder / f"diff-{name}").mkdir()
        files[name] = await template.put_into(folder / f"diff-{name}")
    return files


def diff_message(caller: Caller) -> dict[str, Any]:
    """What a render process is asked; the schemas go with it as :func:`as_blob`."""
    return {"op": "diff", "language": caller.language}


def read_diff(answer: Mapping[str, Any]) -> Diff:
    """Read what a render process answers to ``diff``."""
    return Diff(answer["differences"], answer["text"])


def contract_message(caller: Caller) -> dict[str, Any]:
    """What a render process is asked; the schemas go with it as :func:`as_blob`."""
    return {"op": "contract", "language": caller.language}


def as_blob(before: object, after: object) -> bytes:
    """Two schemas, as JSON has them, for a render process."""
    return json.dumps({"before": before, "after": after}).encode()
