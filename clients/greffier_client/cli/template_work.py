"""What the actions of ``greffier template`` do; each prints and gives the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..sync_templates import Templates
from . import library_files, telling
from .commands import CommandError
from .service import progress

#: Something was refused, or did not go live.
_AT_FAULT = 1


def show_list(templates: Templates, args: argparse.Namespace) -> int:
    """List templates, those of commons perhaps."""
    narrowed: dict[str, str | bool] = {
        name: getattr(args, name)
        for name in ("search", "kind", "category", "tag")
        if getattr(args, name)
    }
    if args.archived:
        narrowed["archived"] = True
    found = templates.list(commons=args.commons, **narrowed)
    if args.json:
        return telling.print_json(found)
    print(telling.table(map(telling.template_row, found), telling.TEMPLATE_HEAD), end="")
    telling.say(f"{len(found)} template(s)")
    return 0


def show(templates: Templates, args: argparse.Namespace) -> int:
    """Tell all about one."""
    found, versions = templates.get(args.slug), templates.versions(args.slug)
    uses = templates.uses(args.slug) if found["kind"] == "block" else {}
    if args.json:
        return telling.print_json({**found, "versions": versions, **uses})
    for name in ("title", "description", "category", "language", "engine", "origin"):
        if found[name]:
            print(f"{name}: {found[name]}")
    for name in ("tags", "formats"):
        if found[name]:
            print(f"{name}: {', '.join(found[name])}")
    print(telling.table(map(telling.version_row, versions), telling.VERSION_HEAD), end="")
    for use in uses.get("uses", ()):
        through = "" if use["direct"] else ", through another block"
        print(f"included by {use['template']}@{use['version']}{through}")
    return 0


def push(templates: Templates, args: argparse.Namespace) -> int:
    """Send what changed; the service says what that is."""
    found: dict[str, Path] = {}
    for path in args.paths:
        found |= library_files.find(path, name=args.name, block=args.block)
    fine = True
    for zipped in library_files.pack(found):
        with progress("Sending"):
            told = templates.take(
                zipped, publish=args.publish, note=args.note, allow_broken=args.allow_broken
            )
        for each in told["templates"]:
            print(telling.taken(each), end="")
            fine = fine and not each["problem"] and not _has_mistakes(each)
    return 0 if fine else _AT_FAULT


def _has_mistakes(taken: Mapping[str, Any]) -> bool:
    return any(each.get("severity", "error") == "error" for each in taken["errors"])


def pull(templates: Templates, args: argparse.Namespace) -> int:
    """Write a library into a folder."""
    with progress("Fetching"):
        library = templates.export(newest=args.newest, slug=args.name)
    changed, count = library_files.unpack(library, args.folder)
    for name in changed:
        print(args.folder / name)
    telling.say(f"{len(changed)} of {count} file(s) changed")
    return 0


def publish(templates: Templates, args: argparse.Namespace) -> int:
    """Put a version live."""
    number = args.version or _newest(templates, args.slug)
    told = templates.publish(args.slug, number, allow_broken=args.allow_broken)
    print(f"{args.slug}: version {told['number']} is live")
    contract = told["report"].get("contract") or {}
    if contract.get("needs_more"):
        print(f"Applications have to send more than for version {contract['against']}:")
        for need in contract["needs"]:
            print(f"  {need['message']}")
    _print_findings(told)
    return 0


def rollback(templates: Templates, args: argparse.Namespace) -> int:
    """Go back."""
    told = templates.rollback(args.slug, args.version, allow_broken=args.allow_broken)
    print(f"{args.slug}: version {told['number']} is live again")
    return 0


def withdraw(templates: Templates, args: argparse.Namespace) -> int:
    """Let no version be live."""
    templates.withdraw(args.slug, allow_broken=args.allow_broken)
    print(f"{args.slug}: nothing is live any more")
    return 0


def archive(templates: Templates, args: argparse.Namespace) -> int:
    """Put one away."""
    templates.archive(args.slug, allow_broken=args.allow_broken)
    print(f"{args.slug}: archived")
    return 0


def unarchive(templates: Templates, args: argparse.Namespace) -> int:
    """Take one out again."""
    live = templates.unarchive(args.slug)["published"]
    print(f"{args.slug}: " + ("nothing is live" if live is None else f"version {live} is live"))
    return 0


def diff(templates: Templates, args: argparse.Namespace) -> int:
    """Tell what changed."""
    found = templates.get(args.slug)
    before, after = args.before or found["published"], args.after or found["latest"]
    if before is None:
        raise CommandError(f"nothing of {args.slug} is live: say which two versions to compare")
    if not after:
        raise CommandError(f"{args.slug} has no version yet")
    if before == after:
        telling.say(f"Version {after} is the newest, and what it is compared with")
        return 0
    telling.say(f"{args.slug}, from version {before} to {after}")
    print(templates.diff(args.slug, before, after), end="")
    return 0


def adopt(templates: Templates, args: argparse.Namespace) -> int:
    """Copy one."""
    told = templates.adopt(args.origin, slug=args.name, update=args.update)
    number = told["version"]["number"]
    print(f"{told['slug']}: version {number} is a copy of {args.origin}")
    if told["published"] != number:
        print(f"It is not live yet: greffier template publish {told['slug']} {number}")
    _print_findings(told["version"])
    return 0


def propose(templates: Templates, args: argparse.Namespace) -> int:
    """Propose a version to commons."""
    number = args.version or templates.get(args.slug)["published"]
    if number is None:
        raise CommandError(f"nothing of {args.slug} is live: say which version to propose")
    told = templates.propose(args.slug, number, name=args.name, note=args.note)
    print(f"{args.slug}: version {number} is proposed as commons/{told['slug']} ({told['id']})")
    return 0


def proposals(templates: Templates, args: argparse.Namespace) -> int:
    """List proposals."""
    found = templates.proposals(state=args.state)
    if args.json:
        return telling.print_json(found)
    rows = (
        (
            str(each["id"]),
            each["state"],
            f"{each['tenant']}: {each['template']}@{each['version']}",
            f"commons/{each['slug']}",
            each["answer"] or each["note"],
        )
        for each in found
    )
    print(telling.table(rows, ("NUMBER", "STATE", "TEMPLATE", "PROPOSED AS", "")), end="")
    telling.say(f"{len(found)} proposal(s)")
    return 0


def decide(templates: Templates, args: argparse.Namespace) -> int:
    """Close a proposal."""
    if args.decision == "withdraw" and args.answer:
        raise CommandError("--answer is what an operator says to a proposal of others")
    told = templates.decide(args.number, args.decision, answer=args.answer)
    as_what = f" as {told['accepted_as']}" if "accepted_as" in told else ""
    print(f"Proposal {args.number} of {told['template']} is {told['state']}{as_what}")
    return 0


def _newest(templates: Templates, slug: str) -> int:
    newest: int = templates.get(slug)["latest"]
    if not newest:
        raise CommandError(f"{slug} has no version yet: greffier template push sends one")
    return newest


def _print_findings(version: Mapping[str, Any]) -> None:
    print(telling.findings(version["report"].get("findings", ())), end="")
    print(telling.needs_more(version["report"].get("contract")), end="")
