"""``greffier verify``: render all samples of all live versions, and say what is not as before."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from greffier_converters.observer import NullObserver

from greffier.commands.telling import AT_FAULT, CALLED_WRONGLY, CANNOT_RUN, complain, faults
from greffier.fonts.sets import TenantSets
from greffier.library import open_library
from greffier.press import Press
from greffier.problems import problem_of
from greffier.registry.descriptions import Descriptions
from greffier.registry.proofs import Proofs
from greffier.registry.samples import Samples
from greffier.registry.sources import Sources
from greffier.registry.verifying import Outcome, Verifying
from greffier.registry.versions import Versions
from greffier.rooms import CannotStart, furnish
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings
from greffier.store.opening import open_database
from greffier.store.places import open_blobs


class Verify:
    """Looks into the store of a service, which may be running, with offices of its own."""

    help = "render every sample of every live version, and say what is not as it was"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments; the store is that of the settings."""
        parser.add_argument("--tenant", help="only the versions of this tenant")
        parser.add_argument("--json", action="store_true", help="as JSON, for programs")
        parser.add_argument(
            "--record",
            action="store_true",
            help="take note of what comes out now: later runs compare with that",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Verify and tell; gives 1 when something is not as it was, 0 otherwise."""
        try:
            settings = read_settings({})
            outcomes = asyncio.run(_verify(settings, args))
        except SettingsRefused as error:
            complain(f"the settings have mistakes:\n{error}")
            return CALLED_WRONGLY
        except CannotStart as error:
            complain(str(error))
            return CANNOT_RUN
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            complain(problem.detail)
            return CANNOT_RUN
        if args.json:
            print(json.dumps(_json(outcomes), ensure_ascii=False, indent=2))
        else:
            print(_summary(outcomes, recorded=args.record))
        return AT_FAULT if any(one.faults for one in outcomes) else 0


async def _verify(settings: Settings, args: argparse.Namespace) -> Sequence[Outcome]:
    outcomes: list[Outcome] = []
    async with _opened(settings) as verifying:
        found = await verifying.live(args.tenant)
        async for outcome in verifying.run(found, at_once=settings.workers):
            outcomes.append(outcome)
            if outcome.faults and not args.json:
                print(_told(outcome), end="", flush=True)
        if args.record:
            await verifying.record(outcomes)
    return sorted(outcomes, key=lambda one: (one.live.tenant, one.live.slug, one.sample))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Verifying]:
    """Open the store, and start processes that work in a folder of their own.

    Raises:
        CannotStart: there is no store, or the machine lacks something.
        PoolNotReady: no process could be started.
    """
    await asyncio.to_thread(_look_for_store, settings)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greffier-")))
        database = await open_database(settings)
        stack.push_async_callback(database.close)
        blobs = await asyncio.to_thread(open_blobs, settings)
        library = stack.enter_context(open_library(settings.templates_dir))
        # A service that runs holds its own work folder.
        own = settings.model_copy(update={"data_dir": folder})
        fonts = TenantSets(database, blobs, own.font_sets_dir)
        await asyncio.to_thread(fonts.prepare)
        rooms = await furnish(own, NullObserver())
        stack.push_async_callback(rooms.stop)
        await rooms.start()
        press = Press(
            rooms.renderer, rooms.converter, fonts, py3o=settings.py3o_engine == "trusted"
        )
        sources = Sources(database, blobs, library)
        versions, samples = Versions(database, blobs), Samples(database)
        yield Verifying(
            database,
            versions=versions,
            samples=samples,
            sources=sources,
            descriptions=Descriptions(versions, samples, sources=sources, rooms=rooms, fonts=fonts),
            proofs=Proofs(press, settings),
            folder=folder,
            deadline_s=settings.deadline_s,
        )


def _look_for_store(settings: Settings) -> None:
    """Refuse to make a store where there is none: it would be empty, and nothing wrong with it."""
    path = settings.database.database
    if settings.database.get_backend_name() == "sqlite" and not Path(path or "").exists():
        raise CannotStart(f"There is no store at {path}. Set GREFFIER_DATA_DIR to its folder.")


def _told(outcome: Outcome) -> str:
    """Tell what is not as it was, for people."""
    live = outcome.live
    name = f"{live.tenant}/{live.slug}@{live.number}"
    name += f", sample {outcome.sample}" if outcome.sample else ""
    if outcome.problem is not None:
        lines = faults(outcome.problem.errors) or f"    {outcome.problem.detail}\n"
        return f"{name}: {outcome.problem.type.title}\n{lines}"
    told = ""
    if "pages" in outcome.faults:
        told += f"{name}: {outcome.pages} pages, and {outcome.pages_before} before\n"
    if "fonts" in outcome.faults:
        told += f"{name}: fonts are missing: {', '.join(outcome.fonts_lost)}\n"
    return told


def _summary(outcomes: Sequence[Outcome], *, recorded: bool) -> str:
    versions = len({one.live for one in outcomes})
    wrong = sum(bool(one.faults) for one in outcomes)
    told = f"Live versions: {versions}. Samples: {len(outcomes)}. Not as before: {wrong}."
    unknown = sum(not one.is_recorded for one in outcomes)
    if recorded:
        told += " What came out was recorded."
    elif unknown:
        told += (
            f" Of {unknown} nothing is recorded, so only failures and missing fonts were seen: "
            "greffier verify --record."
        )
    return told


def _json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "versions": len({one.live for one in outcomes}),
        "samples": len(outcomes),
        "unrecorded": sum(not one.is_recorded for one in outcomes),
        "problems": [_outcome_json(one) for one in outcomes if one.faults],
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "tenant": outcome.live.tenant,
        "template": outcome.live.slug,
        "version": outcome.live.number,
        "sample": outcome.sample,
        "faults": list(outcome.faults),
        "pages": outcome.pages,
        "pages_before": outcome.pages_before,
        "fonts_lost": list(outcome.fonts_lost),
        "problem": None
        if problem is None
        else {
            "type": f"/problems/{problem.type.name}",
            "detail": str(problem.detail),
            "errors": [dict(one) for one in problem.errors],
        },
    }


command = Verify()
