"""``greffier template``: put templates into a service, live, and back again."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..sync_templates import Templates
from . import template_trying, template_work
from .actions import Action, Actions, Group, as_json

#: Says which templates of a block's users may break.
_ALLOW_BROKEN = "do it although live templates that include this block would have mistakes"


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", default="", help="words of its title, description or tags")
    parser.add_argument("--kind", default="", choices=["template", "block"])
    parser.add_argument("--category", default="")
    parser.add_argument("--tag", default="")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--archived", action="store_true", help="those that were put away")
    which.add_argument("--commons", action="store_true", help="those that all tenants share")
    as_json(parser)


def _show(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    as_json(parser)


def _push(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="FOLDER|FILE.odt",
        help="a folder of templates (<name>/template.odt), the folder of one, or an ODT",
    )
    parser.add_argument("--publish", action="store_true", help="put it live, if without mistakes")
    parser.add_argument("--note", default="", help="what is new, for people")
    parser.add_argument("--name", default="", help="what to call an ODT (default: as its file)")
    parser.add_argument("--block", action="store_true", help="an ODT is a block, for inclusion")
    _allow_broken(parser)


def _pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where to write <name>/template.odt and so on")
    parser.add_argument("--name", default="", help="only this template")
    parser.add_argument("--newest", action="store_true", help="drafts too, not what is live")


def _publish(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    _version(parser, "number of the version (default: the newest)")
    _allow_broken(parser)


def _rollback(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    _version(parser, "number of a version that was live (default: the one before)")
    _allow_broken(parser)


def _take_away(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    _allow_broken(parser)


def _diff(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    parser.add_argument("before", type=int, nargs="?", help="a version (default: what is live)")
    parser.add_argument("after", type=int, nargs="?", help="another (default: the newest)")


def _adopt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("origin", help="commons/<name>, or library/<name> for what comes with it")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="another name for it")
    parser.add_argument("--update", action="store_true", help="bring what is there now once more")


def _propose(parser: argparse.ArgumentParser) -> None:
    _slug(parser)
    _version(parser, "number of the version (default: what is live)")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="its name in commons")
    parser.add_argument("--note", default="", help="for whoever decides; all can read it later")


def _proposals(parser: argparse.ArgumentParser) -> None:
    states = ["open", "accepted", "declined", "withdrawn"]
    parser.add_argument("--state", default="", choices=states)
    as_json(parser)


def _decide(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="of the proposal")
    parser.add_argument("decision", choices=["accept", "decline", "withdraw"])
    parser.add_argument("--answer", default="", help="for whoever proposed it")


def _slug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", metavar="NAME", help="name of the template")


def _version(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("version", type=int, nargs="?", help=help_text)


def _allow_broken(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--allow-broken", action="store_true", help=_ALLOW_BROKEN)


_ACTIONS: Sequence[Action[Templates] | Group[Templates]] = (
    Action("list", "list or search templates", _list, template_work.show_list),
    Action(
        "show",
        "tell all about a template: versions, and where a block is used",
        _show,
        template_work.show,
    ),
    Action("push", "send what changed, as new versions", _push, template_work.push),
    Action("pull", "write templates into a folder, fit for git", _pull, template_work.pull),
    Action("publish", "put a version live", _publish, template_work.publish),
    Action("rollback", "go back to what was live before", _rollback, template_work.rollback),
    Action("withdraw", "let no version be live any more", _take_away, template_work.withdraw),
    Action("archive", "put a template away", _take_away, template_work.archive),
    Action("unarchive", "take a template out again", _slug, template_work.unarchive),
    Action("diff", "tell what changed from one version to another", _diff, template_work.diff),
    Action(
        "adopt",
        "copy a template of commons, or one that comes with the service",
        _adopt,
        template_work.adopt,
    ),
    template_trying.SAMPLE,
    template_trying.PREVIEW,
    Action("propose", "propose a version to commons", _propose, template_work.propose),
    Action("proposals", "list what was proposed to commons", _proposals, template_work.proposals),
    Action(
        "decide",
        "accept or decline a proposal, or take one's own back",
        _decide,
        template_work.decide,
    ),
)

command = Actions(
    "send templates to a service, put them live, go back, compare, share",
    lambda greffier: greffier.templates,
    _ACTIONS,
)
