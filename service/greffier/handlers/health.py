"""For operators: is it alive, is it ready, what does it measure, what is it?"""

from __future__ import annotations

from importlib.metadata import version

from aiohttp import web
from greffier_converters.formats import OUTPUTS

from greffier.handlers.written import answer
from greffier.keys import HEALTH, LIBRARY, METRICS, ROOMS, SETTINGS
from greffier.metrics import CONTENT_TYPE
from greffier.responses import InfoAnswer, LiveAnswer, ReadyAnswer


async def live(request: web.Request) -> web.Response:
    """Answer as long as the event loop turns."""
    return answer(LiveAnswer(alive=True))


async def ready(request: web.Request) -> web.Response:
    """Tell whether documents can be made now, and why not."""
    is_ready, report = request.app[HEALTH].report()
    return answer(ReadyAnswer.model_validate(report), status=200 if is_ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """Give the measures to Prometheus."""
    return web.Response(
        body=request.app[METRICS].exposition(), headers={"Content-Type": CONTENT_TYPE}
    )


async def info(request: web.Request) -> web.Response:
    """Tell versions, formats, fonts and limits."""
    settings = request.app[SETTINGS]
    office = request.app[HEALTH].facts("office")
    told = InfoAnswer.model_validate(
        {
            "versions": {"greffier": version("greffier"), "libreoffice": office.get("version")},
            "inputs": list(request.app[ROOMS].kinds),
            "outputs": list(OUTPUTS),
            "templates": request.app[LIBRARY].names(),
            "fonts": office.get("fonts"),
            "engines": ["greffier", *(["py3o"] if settings.py3o_engine == "trusted" else [])],
            "limits": {
                "max_body_bytes": settings.max_body_bytes,
                "max_template_bytes": settings.max_template_bytes,
                "deadline_s": settings.deadline_s,
                "body_timeout_s": settings.body_timeout_s,
                "workers": settings.workers,
                "queue_length": settings.queue_length,
            },
        }
    )
    return answer(told)
