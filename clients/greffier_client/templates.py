"""Templates kept in the service: sent, put live, gone back from. The asynchronous half.

What the service tells of templates and versions is given as it is: mappings, whose members
docs/callers/templates.md describes.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import aiohttp

from .json_calls import PAGE, JsonCalls, Told, as_json, query, read
from .wire import ODT

_ZIP = "application/zip"
_TEMPLATES = "/v1/templates"


class AsyncTemplates(JsonCalls):
    """The templates of the key's tenant; ``AsyncClient.templates`` gives it.

    Every method raises ``GreffierError``; those that name a template ``NotFound`` if there is none.
    """

    async def list(self, *, commons: bool = False, **narrowed: str | bool) -> Sequence[Told]:
        """List templates by name.

        Args:
            commons: Those that all tenants share, instead of the tenant's own.
            narrowed: ``search``, ``kind``, ``category``, ``tag``, ``published``, ``archived``.
        """
        path = "/v1/commons/templates" if commons else _TEMPLATES
        return await self._all(path, "templates", "after", narrowed)

    async def get(self, slug: str) -> Told:
        """Describe a template."""
        return await self._json("GET", _path(slug))

    async def create(self, slug: str, *, kind: str = "template", **said: object) -> Told:
        """Make a template; ``said``: ``title``, ``description``, ``category``, ``tags`` …."""
        return await self._json("POST", _TEMPLATES, {"slug": slug, "kind": kind, **said})

    async def change(self, slug: str, **said: object) -> Told:
        """Say something else of a template; what is left out stays."""
        return await self._json("PATCH", _path(slug), said)

    async def versions(self, slug: str) -> Sequence[Told]:
        """List the versions of a template, the newest first."""
        versions: Sequence[Told] = (await self._json("GET", _path(slug, "versions")))["versions"]
        return versions

    async def version(self, slug: str, number: int) -> Told:
        """Describe a version, with the report of its check."""
        return await self._json("GET", _path(slug, "versions", number))

    async def content(self, slug: str, number: int) -> bytes:
        """Give the designer's file back, byte for byte."""
        return await self._ask("GET", _path(slug, "versions", number, "content"))

    async def send(
        self, slug: str, content: bytes | Path, *, note: str = "", schema: bytes | None = None
    ) -> Told:
        """Send a version; gives it with the report of its check.

        Args:
            slug: The template.
            content: The ODT, or its path.
            note: What is new, for people.
            schema: A JSON Schema of the data, of your own.
        """
        if isinstance(content, Path):
            content = await asyncio.to_thread(content.read_bytes)
        plain = content

        def form() -> aiohttp.FormData:
            parts = aiohttp.FormData()
            parts.add_field("request", json.dumps({"note": note}), content_type="application/json")
            parts.add_field(
                "template", io.BytesIO(plain), filename="template.odt", content_type=ODT
            )
            if schema is not None:
                parts.add_field("schema", io.BytesIO(schema), filename="schema.json")
            return parts

        return read(await self._ask("POST", _path(slug, "versions"), body=form))

    async def publish(self, slug: str, number: int, *, allow_broken: bool = False) -> Told:
        """Make a version the one that counts.

        Args:
            slug: The template.
            number: Of the version; it has no mistakes.
            allow_broken: Of a block: also when live templates that include it would break.
        """
        body = {"version": number, "allow_broken": allow_broken}
        return await self._json("POST", _path(slug, "publish"), body)

    async def rollback(
        self, slug: str, number: int | None = None, *, allow_broken: bool = False
    ) -> Told:
        """Go back to what was live before, or to the version of this number; gives it."""
        body = {"version": number, "allow_broken": allow_broken}
        # Twice goes back two steps, so it is not tried again in doubt.
        return await self._json("POST", _path(slug, "rollback"), body, again=False)

    async def withdraw(self, slug: str, *, allow_broken: bool = False) -> Told:
        """Let no version count any more."""
        body = {"allow_broken": allow_broken}
        return await self._json("POST", _path(slug, "withdraw"), body)

    async def archive(self, slug: str, *, allow_broken: bool = False) -> Told:
        """Put a template away: neither listed nor rendered."""
        return await self._json("POST", _path(slug, "archive"), {"allow_broken": allow_broken})

    async def unarchive(self, slug: str) -> Told:
        """Take a template out again."""
        return await self._json("POST", _path(slug, "unarchive"))

    async def publications(self, slug: str) -> Sequence[Told]:
        """List what was live, when, and by whom; the newest first, at most a thousand."""
        path = _path(slug, "publications") + query({"limit": PAGE})
        publications: Sequence[Told] = (await self._json("GET", path))["publications"]
        return publications

    async def uses(self, slug: str) -> Told:
        """Tell which live versions include a block."""
        return await self._json("GET", _path(slug, "uses"))

    async def diff(self, slug: str, before: int, after: int) -> str:
        """Tell what changed from one version to another, as text for people."""
        path = _path(slug, "versions", before, "diff", after)
        return (await self._ask("GET", path, headers={"Accept": "text/plain"})).decode()

    async def adopt(self, origin: str, *, slug: str = "", update: bool = False) -> Told:
        """Copy a template of commons, or one that comes with the service, as a draft.

        Args:
            origin: ``commons/<name>`` or ``library/<name>``.
            slug: What to call it; empty: the same.
            update: It was adopted before: take what is there now as a new version.
        """
        body = {"from": origin, "slug": slug, "update": update}
        return await self._json("POST", "/v1/adoptions", body, again=False)

    async def propose(self, slug: str, number: int, *, name: str = "", note: str = "") -> Told:
        """Propose a version to commons, under its own name or another."""
        body = {"version": number, "slug": name, "note": note}
        return await self._json("POST", _path(slug, "proposals"), body, again=False)

    async def proposals(self, *, state: str = "") -> Sequence[Told]:
        """List what was proposed, the newest first, at most a thousand.

        Args:
            state: Only those that are ``open``, ``accepted``, ``declined`` or ``withdrawn``.
        """
        path = "/v1/proposals" + query({"limit": PAGE, "state": state})
        proposals: Sequence[Told] = (await self._json("GET", path))["proposals"]
        return proposals

    async def decide(self, proposal: int, decision: str, *, answer: str = "") -> Told:
        """Close a proposal: ``accept`` or ``decline`` it as operator, or ``withdraw`` one's own.

        Args:
            proposal: Its number.
            decision: One of the three.
            answer: For whoever proposed it; needed to decline.
        """
        body = None if decision == "withdraw" else {"answer": answer}
        return await self._json("POST", f"/v1/proposals/{proposal}/{decision}", body)

    async def export(self, *, newest: bool = False, slug: str = "") -> bytes:
        """Give the library as a zip: what is live, or the newest versions.

        The format is that of docs/callers/templates.md, fit for version control.

        Args:
            newest: Drafts too.
            slug: Only this template; empty: all.
        """
        which = query({"versions": "newest" if newest else "live", "template": slug})
        return await self._ask("GET", f"/v1/library{which}")

    async def take(
        self, library: bytes, *, publish: bool = False, note: str = "", allow_broken: bool = False
    ) -> Told:
        """Send a library as ``export`` gives it; tells what became of each template.

        Args:
            library: The zip.
            publish: Whether what it brings goes live, where it has no mistakes.
            note: What is new, for people.
            allow_broken: Also blocks that break live templates.
        """
        how = query({"publish": publish, "note": note, "allow_broken": allow_broken})
        told = await self._ask(
            "POST",
            f"/v1/library{how}",
            body=lambda: io.BytesIO(library),
            headers={"Content-Type": _ZIP},
        )
        return read(told)

    async def samples(self, slug: str) -> Sequence[Told]:
        """List the sample data of a template, without the data."""
        samples: Sequence[Told] = (await self._json("GET", _path(slug, "samples")))["samples"]
        return samples

    async def sample(self, slug: str, name: str) -> Told:
        """Give the data of a sample."""
        return await self._json("GET", _path(slug, "samples", name))

    async def put_sample(self, slug: str, name: str, data: Mapping[str, object]) -> None:
        """Keep sample data, in the place of those of that name."""
        await self._ask("PUT", _path(slug, "samples", name), **as_json(data))

    async def remove_sample(self, slug: str, name: str) -> None:
        """Forget a sample."""
        await self._ask("DELETE", _path(slug, "samples", name))

    async def preview(self, slug: str, **asked: object) -> bytes:
        """Draw a page of a version, a draft perhaps, or make its PDF.

        Args:
            slug: The template.
            asked: ``version``, the newest by default; ``data`` or ``sample``, else data are
                invented; ``format``, ``png`` or ``pdf``; of a picture ``page`` and ``dpi``.
        """
        return await self._ask("POST", _path(slug, "preview"), **as_json(asked))


def _path(slug: str, *more: str | int) -> str:
    return "/".join(
        [_TEMPLATES, quote(slug, safe=""), *(quote(str(each), safe="") for each in more)]
    )
