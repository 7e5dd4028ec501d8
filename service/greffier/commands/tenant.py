"""``greffier tenant``: add, list, change and close tenants, straight in the database.

A service that runs sees a change within five seconds.
"""

from __future__ import annotations

import argparse
import json

from greffier.access.policy import Policy, PolicyRefused
from greffier.access.tenants import TenantInfo, Tenants
from greffier.commands import installation
from greffier.store.database import Database

#: What is written for a limit that is not to hold, and for one that is as the settings say.
_NONE, _DEFAULT = "none", "default"


class TenantCommand:
    """Manages tenants."""

    help = "add, list, change and close tenants"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        self._verb(verbs, "list", "list all tenants", self._list, slug=False)
        self._verb(verbs, "show", "tell what is known of a tenant, as JSON", self._show)
        add = self._verb(verbs, "add", "add a tenant", self._add)
        add.add_argument("--title", default="", help="its name for people")
        self._verb(verbs, "close", "refuse all its keys; its templates stay", self._close)
        self._verb(verbs, "open", "let its keys in again", self._open)
        policy = self._verb(verbs, "policy", "show or change what differs for it", self._policy)
        policy.add_argument(
            "changes",
            nargs="*",
            metavar="NAME=VALUE",
            help=f"{', '.join(Policy.model_fields)}; the value is a number, '{_NONE}' for no "
            f"limit, or '{_DEFAULT}' for what the settings say",
        )

    @staticmethod
    def _verb(
        verbs: argparse._SubParsersAction[argparse.ArgumentParser],
        name: str,
        help: str,
        work: object,
        *,
        slug: bool = True,
    ) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=help, description=help)
        if slug:
            parser.add_argument("slug", help="the tenant, as addresses name it: namur")
        installation.configure(parser)
        parser.set_defaults(work=work)
        return parser

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""
        return installation.run(args, lambda database: args.work(database, args))

    async def _list(self, database: Database, args: argparse.Namespace) -> int:
        rows = [
            (each.slug, each.title, installation.day(each.created_at), _closed(each))
            for each in await Tenants(database).list()
        ]
        print(installation.table(("TENANT", "TITLE", "ADDED (UTC)", "CLOSED"), rows))
        return 0

    async def _show(self, database: Database, args: argparse.Namespace) -> int:
        found = await Tenants(database).get(args.slug)
        told = {
            "slug": found.slug,
            "title": found.title,
            "policy": dict(found.policy),
            "added": installation.day(found.created_at),
            "closed": installation.day(found.closed_at) if found.closed_at else None,
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0

    async def _add(self, database: Database, args: argparse.Namespace) -> int:
        made = await Tenants(database).add(args.slug, args.title)
        await installation.record(database, "tenants.create", made.slug)
        print(
            f"Added {made.slug}. It has no key yet: greffier key add {made.slug} NAME --role render"
        )
        return 0

    async def _close(self, database: Database, args: argparse.Namespace) -> int:
        await Tenants(database).change(args.slug, closed=True)
        await installation.record(database, "tenants.change", args.slug)
        print(f"Closed {args.slug}: its keys are refused.")
        return 0

    async def _open(self, database: Database, args: argparse.Namespace) -> int:
        await Tenants(database).change(args.slug, closed=False)
        await installation.record(database, "tenants.change", args.slug)
        print(f"Opened {args.slug}: its keys count again.")
        return 0

    async def _policy(self, database: Database, args: argparse.Namespace) -> int:
        tenants = Tenants(database)
        found = await tenants.get(args.slug)
        if args.changes:
            policy = _changed(dict(found.policy), args.changes)
            found = await tenants.change(args.slug, policy=policy)
            await installation.record(database, "tenants.change", args.slug)
        print(json.dumps(dict(found.policy), indent=2))
        return 0


def _closed(tenant: TenantInfo) -> str:
    return installation.day(tenant.closed_at) if tenant.closed_at else ""


def _changed(policy: dict[str, object], changes: list[str]) -> dict[str, object]:
    """Give a policy with changes.

    Raises:
        PolicyRefused: one is not written as it should be, or names nothing.
    """
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals or name not in Policy.model_fields:
            there = ", ".join(Policy.model_fields)
            raise PolicyRefused(f"{change!r} is not NAME=VALUE with one of the names {there}.")
        if value == _DEFAULT:
            policy.pop(name, None)
        elif value == _NONE:
            policy[name] = None
        elif value.isascii() and value.isdigit():
            policy[name] = int(value)
        else:
            raise PolicyRefused(f"{name}: give a number, {_NONE!r} or {_DEFAULT!r}.")
    return policy


command = TenantCommand()
