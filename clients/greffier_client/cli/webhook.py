"""``greffier webhook``: which applications are told what happens."""

from __future__ import annotations

import argparse

from ..sync_operations import Operations
from . import telling
from .actions import Action, Actions, as_json


def _list(operations: Operations, args: argparse.Namespace) -> int:
    found = operations.webhooks()
    if args.json:
        return telling.print_json(found)
    rows = (
        (
            each["id"],
            each["url"],
            ", ".join(each["events"]) or "all",
            "ended " + telling.moment(each["disabled_at"]) if each["disabled_at"] else "",
            each["description"],
        )
        for each in found
    )
    print(telling.table(rows, ("ID", "ADDRESS", "EVENTS", "", "FOR")), end="")
    telling.say(f"{len(found)} webhook(s)")
    return 0


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="URL", help="what to call: https://…")
    parser.add_argument(
        "--event",
        action="append",
        default=[],
        dest="events",
        metavar="EVENT",
        help="what to tell: document.finished, document.failed; may be given several times "
        "(default: everything)",
    )
    parser.add_argument("--description", default="", help="what it is for, for people")


def _add(operations: Operations, args: argparse.Namespace) -> int:
    made = operations.add_webhook(args.address, events=args.events, description=args.description)
    print(f"Webhook {made['id']} calls {made['url']}")
    return _tell_secret(made["secret"])


def _remove(operations: Operations, args: argparse.Namespace) -> int:
    operations.remove_webhook(args.id)
    print(f"Webhook {args.id} is removed")
    return 0


def _rotate(operations: Operations, args: argparse.Namespace) -> int:
    made = operations.rotate_webhook(args.id)
    print(f"Webhook {made['id']} has a new secret; calls are signed with both for a day")
    return _tell_secret(made["secret"])


def _tell_secret(secret: str) -> int:
    print(f"Secret: {secret}")
    telling.say(
        "It is not told again. Put it where the application reads its secrets, to verify each "
        "call with."
    )
    return 0


def _test(operations: Operations, args: argparse.Namespace) -> int:
    made = operations.test_webhook(args.id)
    print(f"{made['event']} is sent ({made['id']})")
    telling.say(f"What came of it: greffier webhook deliveries {args.id}")
    return 0


def _declare_deliveries(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    as_json(parser)


def _deliveries(operations: Operations, args: argparse.Namespace) -> int:
    found = operations.deliveries(args.id)
    if args.json:
        return telling.print_json(found)
    rows = (
        (
            telling.moment(each["created_at"]),
            each["event"],
            each["state"],
            str(each["attempts"]),
            str(each["status"] or each["failure"] or "-"),
            telling.moment(each["next_at"]),
        )
        for each in found
    )
    heads = ("WHEN (UTC)", "EVENT", "STATE", "TRIES", "ANSWER", "NEXT TRY (UTC)")
    print(telling.table(rows, heads), end="")
    telling.say(f"{len(found)} deliveries")
    return 0


def _id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="of the webhook, as 'greffier webhook list' tells it")


command = Actions(
    "have your application told when something is done",
    lambda greffier: greffier.operations,
    (
        Action("list", "list the webhooks", as_json, _list),
        Action("add", "have an address called; prints its secret this once", _declare_add, _add),
        Action("remove", "have an address called no more", _id, _remove),
        Action("rotate", "give one a new secret, and print it this once", _id, _rotate),
        Action("test", "send something to one", _id, _test),
        Action(
            "deliveries",
            "tell what was and is to be sent to one, the newest thousand",
            _declare_deliveries,
            _deliveries,
        ),
    ),
)
