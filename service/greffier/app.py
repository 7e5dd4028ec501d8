"""The application: all wiring, in one place. ``create_app`` starts nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

from aiohttp import web
from greffier_converters.errors import PoolNotReady
from greffier_converters.observer import Observer
from greffier_converters.tasks import Tasks

from greffier import data_folder, keys, middleware, openapi
from greffier.access.door import Door
from greffier.access.keys import Keys
from greffier.access.oidc.tokens import Tokens
from greffier.access.quotas import Quotas
from greffier.access.tenants import Tenants
from greffier.fonts.collection import Fonts
from greffier.fonts.sets import TenantSets
from greffier.handlers.later import maker
from greffier.health import Health
from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.opening import open_dispatcher
from greffier.kept.documents import CLAIM_EXTRA_S, KeptDocuments
from greffier.kept.later import Later
from greffier.kept.storing import Storing
from greffier.kept.sweeper import Sweeper
from greffier.library import open_library
from greffier.metrics import Metrics
from greffier.press import Press
from greffier.records import keeping
from greffier.records.callers import Callers
from greffier.records.erasing import erasing
from greffier.records.recorder import Recorder
from greffier.records.trail import Trail
from greffier.registry.adopting import Adopting
from greffier.registry.descriptions import Descriptions
from greffier.registry.exporting import Exporting
from greffier.registry.impact import Impact
from greffier.registry.importing import Importing
from greffier.registry.live import Live
from greffier.registry.origins import Origins
from greffier.registry.proofs import Proofs
from greffier.registry.proposals import Proposals
from greffier.registry.publishing import Publishing
from greffier.registry.samples import Samples
from greffier.registry.sources import Sources
from greffier.registry.templates import Templates
from greffier.registry.uses import Uses
from greffier.registry.versions import Versions
from greffier.rooms import Rooms, furnish
from greffier.routes import ROUTES
from greffier.settings import Settings
from greffier.store.opening import open_database
from greffier.store.places import open_blobs
from greffier.store.sweeper import sweep_for_ever
from greffier.uploads import Limits
from greffier.webhooks.opening import open_webhooks
from greffier.workfolder import WorkFolders

_log = logging.getLogger(__name__)

Furnish = Callable[[Settings, Observer], Awaitable[Rooms]]


def create_app(settings: Settings, *, furnish: Furnish = furnish) -> web.Application:
    """Make the application.

    Args:
        settings: what the operator wants.
        furnish: makes what does the work; tests give their own.
    """
    app = web.Application(
        client_max_size=settings.max_body_bytes,
        middlewares=[
            middleware.observe,
            middleware.tell_problems,
            middleware.refuse_nul,
            keeping.keep,
            middleware.check_key,
            middleware.refuse_parameters,
            middleware.hold_to_quotas,
        ],
    )
    app[keys.SETTINGS] = settings
    app[keys.TASKS] = Tasks()
    app[keys.LIMITS] = Limits(settings.max_body_bytes, settings.body_timeout_s)
    app[keys.METRICS] = Metrics()
    app[keys.HEALTH] = Health()
    app[keys.OPENAPI] = openapi.document()
    app.add_routes([web.route(each.method, each.path, each.handler) for each in ROUTES])
    app.on_response_prepare.append(middleware.add_id)
    app.cleanup_ctx.append(_resources(furnish))
    app.on_shutdown.append(_stop_jobs)
    return app


def _resources(furnish: Furnish) -> Callable[[web.Application], AsyncIterator[None]]:
    async def resources(app: web.Application) -> AsyncIterator[None]:
        """Hold what the application needs; undone in reverse, also when a later step fails."""
        settings, health = app[keys.SETTINGS], app[keys.HEALTH]
        async with AsyncExitStack() as stack:
            requests = settings.work_dir / "requests"
            stack.enter_context(data_folder.hold(settings.data_dir.absolute(), settings.work_dir))
            app[keys.FOLDERS] = folders = WorkFolders(requests)
            await asyncio.to_thread(folders.prepare)
            stack.push_async_callback(folders.finish)
            health.work_folder = requests
            app[keys.LIBRARY] = stack.enter_context(open_library(settings.templates_dir))
            await _open_store(app, stack)
            _open_webhooks(app, stack)
            await _open_kept(app, stack)
            rooms = await furnish(settings, app[keys.METRICS])
            health.sandbox, health.pools = rooms.sandbox, rooms.statuses
            health.canary = rooms.canary
            app[keys.ROOMS] = rooms
            app[keys.PRESS] = Press(
                rooms.renderer,
                rooms.converter,
                app[keys.FONT_SETS],
                py3o=settings.py3o_engine == "trusted",
            )
            _set_up_publishing(app)
            stack.push_async_callback(rooms.stop)
            jobs = app[keys.JOBS]
            stack.push_async_callback(jobs.stop)
            start = asyncio.create_task(
                _start(rooms, jobs if settings.jobs == "here" else None), name="start processes"
            )
            stack.push_async_callback(_cancel, start)
            sweeping = app[keys.TASKS].start(
                sweep_for_ever(app[keys.DATABASE], app[keys.BLOBS]), "sweep the store"
            )
            stack.push_async_callback(_cancel, sweeping)
            yield

    return resources


async def _open_store(app: web.Application, stack: AsyncExitStack) -> None:
    """Open what the service remembers, and make whatever looks into it."""
    settings = app[keys.SETTINGS]
    app[keys.DATABASE] = database = await open_database(settings)
    stack.push_async_callback(database.close)
    app[keys.BLOBS] = blobs = await asyncio.to_thread(open_blobs, settings)
    app[keys.TENANTS] = tenants = Tenants(database)
    await tenants.ensure_first()
    app[keys.API_KEYS] = api_keys = Keys(database)
    stack.push_async_callback(api_keys.finish)
    tokens = Tokens(settings.oidc)
    stack.push_async_callback(tokens.close)
    app[keys.DOOR] = Door(
        api_keys, tokens, tenants, own_key=settings.key, open_to_all=settings.auth == "off"
    )
    app[keys.FONT_SETS] = font_sets = TenantSets(database, blobs, settings.font_sets_dir)
    await asyncio.to_thread(font_sets.prepare)
    app[keys.FONTS] = Fonts(database, blobs, font_sets)
    app[keys.RECORDER] = await stack.enter_async_context(Recorder(database))
    app[keys.TRAIL] = trail = Trail(database)
    await stack.enter_async_context(erasing(trail, days=settings.audit_days))
    origins = Origins(database, app[keys.LIBRARY])
    app[keys.TEMPLATES] = Templates(database, origins)
    app[keys.QUOTAS] = Quotas(database, settings.tenant_limits)
    app[keys.VERSIONS] = Versions(database, blobs)
    app[keys.SAMPLES] = Samples(database)
    app[keys.LIVE], app[keys.USES] = Live(database), Uses(database)
    app[keys.ADOPTING] = Adopting(database, blobs, app[keys.LIBRARY])
    app[keys.EXPORTING] = Exporting(database, blobs)
    app[keys.PROPOSALS] = Proposals(database, blobs)
    app[keys.SOURCES] = Sources(database, blobs, app[keys.LIBRARY])
    app[keys.JOBS] = open_dispatcher(settings, database)


def _open_webhooks(app: web.Application, stack: AsyncExitStack) -> None:
    """Open what tells applications what happened; before jobs are started."""
    opened = open_webhooks(
        app[keys.SETTINGS], app[keys.DATABASE], app[keys.JOBS], app[keys.METRICS].webhook
    )
    app[keys.ANNOUNCER], app[keys.WEBHOOKS], sender = opened
    stack.callback(sender.close)


def _set_up_publishing(app: web.Application) -> None:
    """Make what looks at versions, once there are the processes for it."""
    versions, samples, sources = app[keys.VERSIONS], app[keys.SAMPLES], app[keys.SOURCES]
    app[keys.PROOFS] = proofs = Proofs(app[keys.PRESS], app[keys.SETTINGS])
    app[keys.DESCRIPTIONS] = descriptions = Descriptions(
        versions, samples, sources=sources, rooms=app[keys.ROOMS], fonts=app[keys.FONT_SETS]
    )
    app[keys.PUBLISHING] = Publishing(
        app[keys.TEMPLATES],
        versions,
        samples=samples,
        sources=sources,
        descriptions=descriptions,
        proofs=proofs,
        live=app[keys.LIVE],
        impact=Impact(app[keys.USES], sources, app[keys.ROOMS]),
        callers=Callers(app[keys.DATABASE]),
    )
    settings = app[keys.SETTINGS]
    app[keys.IMPORTING] = Importing(
        app[keys.DATABASE],
        app[keys.BLOBS],
        app[keys.TEMPLATES],
        app[keys.PUBLISHING],
        folder=app[keys.FOLDERS].one,
        template_bytes=settings.max_template_bytes,
        deadline_s=settings.deadline_s,
    )


async def _open_kept(app: web.Application, stack: AsyncExitStack) -> None:
    """Open what is kept of documents, and begin to erase what has expired."""
    settings, database = app[keys.SETTINGS], app[keys.DATABASE]
    storing = Storing(database, app[keys.BLOBS])
    app[keys.KEPT] = kept = KeptDocuments(
        database,
        storing,
        app[keys.JOBS],
        ttl_s=settings.result_ttl_s,
        claim_s=settings.deadline_s + CLAIM_EXTRA_S,
    )
    later = Later(
        database,
        kept,
        storing,
        app[keys.JOBS],
        folders=app[keys.FOLDERS],
        make=maker(app),
        announce=app[keys.ANNOUNCER].announce,
        recorder=app[keys.RECORDER],
    )
    app[keys.JOBS].register(later.kind)
    stack.push_async_callback(kept.finish_releasing)
    await stack.enter_async_context(Sweeper((kept.sweep, storing.sweep)))


async def _start(rooms: Rooms, jobs: Dispatcher | None) -> None:
    """Start the processes while the service answers already: ``/health/ready`` tells.

    Then the jobs, which need them, if they are done here; then goes on trying the processes,
    until cancelled.
    """
    try:
        await rooms.start()
    except PoolNotReady as error:
        _log.error("%s", error)
    except Exception as error:
        _log.critical("The processes could not be started.", exc_info=error)
    if jobs is not None:
        await jobs.start()
    if rooms.canary is not None:
        await rooms.canary.sing()


async def _stop_jobs(app: web.Application) -> None:
    """Give jobs their grace while requests have theirs, not after."""
    app[keys.TASKS].start(app[keys.JOBS].stop(), "stop jobs")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
