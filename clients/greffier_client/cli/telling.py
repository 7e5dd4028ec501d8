"""How the commands tell people what is there and what was done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Told = Mapping[str, Any]


def print_json(told: object) -> int:
    """Print JSON; gives the exit code."""
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def say(text: str) -> None:
    """Tell people what scripts need not read."""
    print(text, file=sys.stderr)


def moment(told: str | None, *, seconds: bool = False) -> str:
    """Write a moment for people, in UTC as the service gives it; nothing where there is none."""
    return "" if told is None else told[: 19 if seconds else 16].replace("T", " ")


def table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    """Lay out rows in columns, with a head; without rows there is nothing to show."""
    lines = [head, *rows]
    if len(lines) == 1:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def template_row(told: Told) -> Sequence[str]:
    """Give a line of the list of templates."""
    remarks = []
    if told["kind"] == "block":
        remarks.append("block")
    if told["archived_at"]:
        remarks.append("archived")
    if told["modified"]:
        remarks.append("changed since adopted")
    if told["origin_newer"]:
        remarks.append(f"newer in {told['origin']}")
    live = "-" if told["published"] is None else str(told["published"])
    name = str(told.get("name", told["slug"]))
    return name, live, str(told["latest"]), told["title"], ", ".join(remarks)


TEMPLATE_HEAD = ("NAME", "LIVE", "NEWEST", "TITLE", "")


def version_row(told: Told) -> Sequence[str]:
    """Give a line of the list of versions."""
    marks = "-" if told["errors"] is None else f"{told['errors']}/{told['warnings']}"
    when = moment(told["created_at"])
    return str(told["number"]), told["state"], marks, when, told["author"], told["note"]


VERSION_HEAD = ("VERSION", "STATE", "ERRORS/WARNINGS", "SENT", "BY", "NOTE")


def findings(told: Iterable[Told]) -> str:
    """Lay out findings for people, a paragraph each, as ``greffier check`` does."""
    return "".join(f"{_finding(each)}\n" for each in told)


def needs_more(contract: Told | None) -> str:
    """Say what a version needs that the live one does not, and whom that concerns."""
    if not contract or not contract.get("needs_more"):
        return ""
    lines = [f"It needs data that the live version {contract['against']} does not:"]
    lines += [f"    {need['pointer']}: {need['message']}" for need in contract["needs"]]
    callers = contract.get("callers", {})
    for each in callers.get("keys", ()):
        lines.append(
            f"    {each['key']} made {each['documents']} documents in {callers['days']} days"
        )
    if callers.get("tenants"):
        lines.append(
            f"    {callers['tenants']} tenants made {callers['documents']} documents in "
            f"{callers['days']} days"
        )
    return "".join(f"{line}\n" for line in lines)


def _finding(told: Told) -> str:
    severity = {"info": "advice"}.get(told.get("severity", "error"), told.get("severity", "error"))
    lines = [f"{severity}: {told['message']}"]
    for word, member in (("in", "where"), ("at", "field"), ("->", "hint")):
        if told.get(member):
            lines.append(f"{word} {told[member]}")
    return "\n    ".join(lines)


def taken(told: Told) -> str:
    """Say what became of a template that was sent, in a line and its findings."""
    said = f"{told['slug']}: {_outcome(told)}\n"
    return said + findings(told["errors"])


def _outcome(told: Told) -> str:
    if told["outcome"] == "refused":
        return f"refused. {told['detail']}"
    number = told["version"]
    words = {"about": "what is said of it", "samples": "samples", "content": "content"}
    changed = ", ".join(words[each] for each in told["changes"])
    if told["outcome"] == "unchanged":
        done = "unchanged"
    elif told["outcome"] == "new":
        done = f"new, version {number}"
    elif "content" in told["changes"]:
        done = f"version {number} is new"
    else:
        done = f"changed: {changed}"
    if told["problem"]:
        return f"{done}, not live. {told['detail']}"
    if told["live"]:
        return f"{done}, live" + ("" if "content" in told["changes"] else f" as version {number}")
    mistakes = sum(each.get("severity", "error") == "error" for each in told["errors"])
    return f"{done}, a draft with mistakes" if mistakes else f"{done}, not live yet"
