"""``greffier key``: make, list and revoke keys, straight in the database.

A service that runs takes a new key at once, and refuses a revoked one within five seconds.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time, timedelta

from greffier.access.keys import Keys
from greffier.access.model import Role
from greffier.access.tenants import Tenants
from greffier.commands import installation
from greffier.store.database import Database
from greffier.store.tables import now


class KeyCommand:
    """Manages keys."""

    help = "make, list and revoke API keys"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        add = _verb(verbs, "add", "make a key of a tenant, and print its text this once")
        add.add_argument("tenant", help="whose key it is: namur")
        add.add_argument("name", help="what people call it: the application that has it")
        add.add_argument(
            "--role",
            action="append",
            required=True,
            choices=[str(role) for role in Role],
            dest="roles",
            help="what it may do; may be given several times (design includes render)",
        )
        operator = _verb(
            verbs, "add-operator", "make a key that may do everything, and print its text this once"
        )
        operator.add_argument("name", help="what people call it: who has it")
        for each, work in ((add, _add), (operator, _add_operator)):
            each.set_defaults(work=work)
            each.add_argument(
                "--expires",
                type=_day,
                metavar="YYYY-MM-DD",
                help="last day on which it counts, in UTC (default: it counts until it is revoked)",
            )
        listing = _verb(verbs, "list", "list the keys of a tenant, or those of operators")
        listing.add_argument("tenant", nargs="?", help="whose; absent: those of operators")
        listing.set_defaults(work=_list)
        revoke = _verb(verbs, "revoke", "refuse a key from now on")
        revoke.add_argument("id", help="its id, as 'greffier key list' tells it")
        revoke.set_defaults(work=_revoke)

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""
        return installation.run(args, lambda database: args.work(database, args))


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help, description=help)
    installation.configure(parser)
    return parser


def _day(text: str) -> datetime:
    """Read a day; gives its end."""
    try:
        end = datetime.combine(datetime.fromisoformat(text).date(), time(), UTC)
        end += timedelta(days=1)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("it must be a day like 2027-12-31") from None
    if end <= now():
        raise argparse.ArgumentTypeError("it must not be over already")
    return end


async def _add(database: Database, args: argparse.Namespace) -> int:
    roles = sorted({Role(each) for each in args.roles})
    info, text = await Keys(database).make(args.tenant, args.name, roles, expires_at=args.expires)
    await installation.record(database, "keys.create", info.id, args.tenant)
    print(text)
    return 0


async def _add_operator(database: Database, args: argparse.Namespace) -> int:
    info, text = await Keys(database).make(None, args.name, list(Role), expires_at=args.expires)
    await installation.record(database, "keys.create_for_operator", info.id)
    print(text)
    return 0


async def _list(database: Database, args: argparse.Namespace) -> int:
    if args.tenant is not None:
        await Tenants(database).get(args.tenant)
    rows = [
        (
            each.id,
            each.name,
            ", ".join(each.roles),
            each.state,
            installation.day(each.expires_at),
            installation.day(each.last_used_at),
        )
        for each in await Keys(database).list(args.tenant)
    ]
    heads = ("ID", "NAME", "ROLES", "STATE", "EXPIRES (UTC)", "LAST USED (UTC)")
    print(installation.table(heads, rows))
    return 0


async def _revoke(database: Database, args: argparse.Namespace) -> int:
    keys = Keys(database)
    found = await keys.get(args.id)
    await keys.revoke(found.tenant, found.id)
    action = "keys.revoke" if found.tenant else "keys.revoke_of_operator"
    await installation.record(database, action, found.id, found.tenant)
    whose = found.tenant or "an operator of the installation"
    print(f"Revoked {found.name!r} of {whose}.")
    return 0


command = KeyCommand()
