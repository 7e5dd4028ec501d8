"""What the application and a request carry, by typed keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from greffier.health import Health
from greffier.library import Library
from greffier.metrics import Metrics
from greffier.model import Caller
from greffier.press import Press
from greffier.rooms import Rooms
from greffier.settings import Settings
from greffier.uploads import Limits
from greffier.workfolder import WorkFolders

SETTINGS = web.AppKey("settings", Settings)
#: The API key; empty: callers need none.
KEY = web.AppKey("key", str)
LIMITS = web.AppKey("limits", Limits)
#: Where requests have their files.
FOLDERS = web.AppKey("folders", WorkFolders)
METRICS = web.AppKey("metrics", Metrics)
#: The OpenAPI description.
OPENAPI: web.AppKey[Mapping[str, Any]] = web.AppKey("openapi")
HEALTH = web.AppKey("health", Health)
LIBRARY = web.AppKey("library", Library)
ROOMS = web.AppKey("rooms", Rooms)
PRESS = web.AppKey("press", Press)

REQUEST_ID = web.RequestKey("request_id", str)
#: Status of the answer, once its last byte was sent.
ANSWERED = web.RequestKey("answered", int)
CALLER = web.RequestKey("caller", Caller)
