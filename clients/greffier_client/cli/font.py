"""``greffier font``: the fonts of a town."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import ContentRefused, RequestRefused
from ..sync_operations import Operations
from . import telling
from .actions import Action, Actions, as_json
from .commands import CommandError

#: A font was refused.
_AT_FAULT = 1


def _declare_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--machine", action="store_true", help="the families that every town has, instead"
    )
    as_json(parser)


def _list(operations: Operations, args: argparse.Namespace) -> int:
    told = operations.fonts()
    own, machine = told["fonts"], told["machine"]
    if args.json:
        return telling.print_json(machine if args.machine else own)
    if args.machine:
        print("".join(f"{family}\n" for family in machine), end="")
        return 0
    rows = (
        (
            str(each["id"]),
            each["family"],
            each["style"],
            each["format"],
            telling.moment(each["created_at"]),
            each["by"],
        )
        for each in own
    )
    print(telling.table(rows, ("NUMBER", "FAMILY", "STYLE", "FILE", "BROUGHT", "BY")), end="")
    telling.say(f"{len(own)} font(s); {len(machine)} families of the machine: --machine")
    return 0


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a TTF or OTF; each style is a file"
    )


def _add(operations: Operations, args: argparse.Namespace) -> int:
    """Bring each; one that is refused keeps none of the others back."""
    missing = [str(file) for file in args.files if not file.is_file()]
    if missing:
        raise CommandError(f"there is no file {', '.join(missing)}")
    code = 0
    for file in args.files:
        try:
            told = operations.add_font(file)
        except (ContentRefused, RequestRefused) as error:
            telling.say(f"{file}: {error}")
            code = _AT_FAULT
        else:
            print(f"{file}: {told['family']}, {told['style']} ({told['id']})")
    return code


def _declare_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="of the font, as 'greffier font list' tells it")


def _remove(operations: Operations, args: argparse.Namespace) -> int:
    operations.remove_font(args.number)
    print(f"Font {args.number} is erased")
    return 0


command = Actions(
    "bring fonts of your own, list and erase them",
    lambda greffier: greffier.operations,
    (
        Action("list", "list the fonts", _declare_list, _list),
        Action("add", "bring fonts for the documents of your town", _declare_add, _add),
        Action("remove", "erase a font", _declare_remove, _remove),
    ),
)
