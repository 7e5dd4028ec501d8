"""Templates kept in the service, for code that blocks; see ``templates.py``."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from .json_calls import Told
from .templates import AsyncTemplates

Result = TypeVar("Result")


class Wait(Protocol):
    """Does work elsewhere and waits for it here."""

    def __call__(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Give what the work gives."""


class Templates:
    """The templates of the key's tenant; ``Client.templates`` gives it.

    Arguments and errors as for ``AsyncTemplates``.
    """

    def __init__(self, templates: AsyncTemplates, wait: Wait) -> None:
        self._templates, self._wait = templates, wait

    def list(self, *, commons: bool = False, **narrowed: str | bool) -> Sequence[Told]:
        """List templates by name."""
        return self._wait(self._templates.list(commons=commons, **narrowed))

    def get(self, slug: str) -> Told:
        """Describe a template."""
        return self._wait(self._templates.get(slug))

    def create(self, slug: str, *, kind: str = "template", **said: object) -> Told:
        """Make a template; ``said``: ``title``, ``description``, ``category``, ``tags`` …."""
        return self._wait(self._templates.create(slug, kind=kind, **said))

    def change(self, slug: str, **said: object) -> Told:
        """Say something else of a template; what is left out stays."""
        return self._wait(self._templates.change(slug, **said))

    def versions(self, slug: str) -> Sequence[Told]:
        """List the versions of a template, the newest first."""
        return self._wait(self._templates.versions(slug))

    def version(self, slug: str, number: int) -> Told:
        """Describe a version, with the report of its check."""
        return self._wait(self._templates.version(slug, number))

    def content(self, slug: str, number: int) -> bytes:
        """Give the designer's file back, byte for byte."""
        return self._wait(self._templates.content(slug, number))

    def send(
        self, slug: str, content: bytes | Path, *, note: str = "", schema: bytes | None = None
    ) -> Told:
        """Send a version; gives it with the report of its check."""
        return self._wait(self._templates.send(slug, content, note=note, schema=schema))

    def publish(self, slug: str, number: int, *, allow_broken: bool = False) -> Told:
        """Make a version the one that counts."""
        return self._wait(self._templates.publish(slug, number, allow_broken=allow_broken))

    def rollback(self, slug: str, number: int | None = None, *, allow_broken: bool = False) -> Told:
        """Go back to what was live before, or to the version of this number; gives it."""
        return self._wait(self._templates.rollback(slug, number, allow_broken=allow_broken))

    def withdraw(self, slug: str, *, allow_broken: bool = False) -> Told:
        """Let no version count any more."""
        return self._wait(self._templates.withdraw(slug, allow_broken=allow_broken))

    def archive(self, slug: str, *, allow_broken: bool = False) -> Told:
        """Put a template away: neither listed nor rendered."""
        return self._wait(self._templates.archive(slug, allow_broken=allow_broken))

    def unarchive(self, slug: str) -> Told:
        """Take a template out again."""
        return self._wait(self._templates.unarchive(slug))

    def publications(self, slug: str) -> Sequence[Told]:
        """List what was live, when, and by whom; the newest first, at most a thousand."""
        return self._wait(self._templates.publications(slug))

    def uses(self, slug: str) -> Told:
        """Tell which live versions include a block."""
        return self._wait(self._templates.uses(slug))

    def diff(self, slug: str, before: int, after: int) -> str:
        """Tell what changed from one version to another, as text for people."""
        return self._wait(self._templates.diff(slug, before, after))

    def adopt(self, origin: str, *, slug: str = "", update: bool = False) -> Told:
        """Copy a template of commons, or one that comes with the service, as a draft."""
        return self._wait(self._templates.adopt(origin, slug=slug, update=update))

    def propose(self, slug: str, number: int, *, name: str = "", note: str = "") -> Told:
        """Propose a version to commons, under its own name or another."""
        return self._wait(self._templates.propose(slug, number, name=name, note=note))

    def proposals(self, *, state: str = "") -> Sequence[Told]:
        """List what was proposed, the newest first, at most a thousand."""
        return self._wait(self._templates.proposals(state=state))

    def decide(self, proposal: int, decision: str, *, answer: str = "") -> Told:
        """Close a proposal: ``accept`` or ``decline`` it as operator, or ``withdraw`` one's own."""
        return self._wait(self._templates.decide(proposal, decision, answer=answer))

    def export(self, *, newest: bool = False, slug: str = "") -> bytes:
        """Give the library as a zip: what is live, or the newest versions."""
        return self._wait(self._templates.export(newest=newest, slug=slug))

    def take(
        self, library: bytes, *, publish: bool = False, note: str = "", allow_broken: bool = False
    ) -> Told:
        """Send a library as ``export`` gives it; tells what became of each template."""
        return self._wait(
            self._templates.take(library, publish=publish, note=note, allow_broken=allow_broken)
        )

    def samples(self, slug: str) -> Sequence[Told]:
        """List the sample data of a template, without the data."""
        return self._wait(self._templates.samples(slug))

    def sample(self, slug: str, name: str) -> Told:
        """Give the data of a sample."""
        return self._wait(self._templates.sample(slug, name))

    def put_sample(self, slug: str, name: str, data: Mapping[str, object]) -> None:
        """Keep sample data, in the place of those of that name."""
        self._wait(self._templates.put_sample(slug, name, data))

    def remove_sample(self, slug: str, name: str) -> None:
        """Forget a sample."""
        self._wait(self._templates.remove_sample(slug, name))

    def preview(self, slug: str, **asked: object) -> bytes:
        """Draw a page of a version, a draft perhaps, or make its PDF."""
        return self._wait(self._templates.preview(slug, **asked))
