"""What the application and a request carry, by typed keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from greffier_converters.tasks import Tasks

from greffier.access.door import Door
from greffier.access.keys import Keys
from greffier.access.quotas import Quotas
from greffier.access.tenants import Tenants
from greffier.fonts.collection import Fonts
from greffier.fonts.sets import TenantSets
from greffier.health import Health
from greffier.jobs.dispatcher import Dispatcher
from greffier.kept.documents import KeptDocuments
from greffier.library import Library
from greffier.metrics import Metrics
from greffier.model import Caller
from greffier.press import Press
from greffier.records.recorder import Recorder
from greffier.records.trail import Trail
from greffier.registry.adopting import Adopting
from greffier.registry.descriptions import Descriptions
from greffier.registry.exporting import Exporting
from greffier.registry.importing import Importing
from greffier.registry.live import Live
from greffier.registry.proofs import Proofs
from greffier.registry.proposals import Proposals
from greffier.registry.publishing import Publishing
from greffier.registry.samples import Samples
from greffier.registry.sources import Sources
from greffier.registry.templates import Templates
from greffier.registry.uses import Uses
from greffier.registry.versions import Versions
from greffier.rooms import Rooms
from greffier.settings import Settings
from greffier.store.blobs import Blobs
from greffier.store.database import Database
from greffier.uploads import Limits
from greffier.webhooks.announcing import Announcer
from greffier.webhooks.endpoints import Webhooks
from greffier.workfolder import WorkFolders

SETTINGS = web.AppKey("settings", Settings)
#: Who is let in.
DOOR = web.AppKey("door", Door)
#: API keys.
API_KEYS = web.AppKey("api_keys", Keys)
TENANTS = web.AppKey("tenants", Tenants)
#: How much tenants may have.
QUOTAS = web.AppKey("quotas", Quotas)
DATABASE = web.AppKey("database", Database)
BLOBS = web.AppKey("blobs", Blobs)
#: Templates of the registry.
TEMPLATES = web.AppKey("templates", Templates)
VERSIONS = web.AppKey("versions", Versions)
SAMPLES = web.AppKey("samples", Samples)
#: What versions are about, and what comes out when they are tried.
DESCRIPTIONS = web.AppKey("descriptions", Descriptions)
PROOFS = web.AppKey("proofs", Proofs)
#: What is live, and what was.
LIVE = web.AppKey("live", Live)
#: Where blocks are used.
USES = web.AppKey("uses", Uses)
ADOPTING = web.AppKey("adopting", Adopting)
PROPOSALS = web.AppKey("proposals", Proposals)
#: A tenant's library as a zip, out and in.
EXPORTING = web.AppKey("exporting", Exporting)
IMPORTING = web.AppKey("importing", Importing)
PUBLISHING = web.AppKey("publishing", Publishing)
#: Where templates and blocks are found by name.
SOURCES = web.AppKey("sources", Sources)
#: Fonts of tenants, and with which of them documents are made.
FONTS = web.AppKey("fonts", Fonts)
FONT_SETS = web.AppKey("font_sets", TenantSets)
#: Has done what is not done while a caller waits.
JOBS: web.AppKey[Dispatcher] = web.AppKey("jobs")
#: Tells webhooks what happened.
ANNOUNCER = web.AppKey("announcer", Announcer)
WEBHOOKS = web.AppKey("webhooks", Webhooks)
#: Documents that are kept.
KEPT = web.AppKey("kept", KeptDocuments)
LIMITS = web.AppKey("limits", Limits)
#: Where requests have their files.
FOLDERS = web.AppKey("folders", WorkFolders)
#: What goes on in the background.
TASKS = web.AppKey("tasks", Tasks)
METRICS = web.AppKey("metrics", Metrics)
#: The OpenAPI description.
OPENAPI: web.AppKey[Mapping[str, Any]] = web.AppKey("openapi")
HEALTH = web.AppKey("health", Health)
#: Writes records, and reads them.
RECORDER = web.AppKey("recorder", Recorder)
TRAIL = web.AppKey("trail", Trail)
LIBRARY = web.AppKey("library", Library)
ROOMS = web.AppKey("rooms", Rooms)
PRESS = web.AppKey("press", Press)

REQUEST_ID = web.RequestKey("request_id", str)
#: Status of the answer, once its last byte was sent.
ANSWERED = web.RequestKey("answered", int)
CALLER = web.RequestKey("caller", Caller)
