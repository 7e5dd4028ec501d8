"""Render processes as they run in service: confined, and asked for bytes only once."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from greffier.blocks import NoBlocks
from greffier.errors import RenderFailed
from greffier.model import DocumentOrder, Output
from greffier.render import RenderPool
from greffier_converters.model import Limits
from greffier_converters.observer import NullObserver
from greffier_templates.errors import DataMismatch
from greffier_templates.model import Filling
from odt import field, odt, p, paragraphs
from renderer_contract import ANN, RendererContract, deadline, order


@pytest.fixture
async def renderer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RenderPool]:
    pool = RenderPool(
        tmp_path_factory.mktemp("render"),
        Limits(processes=1),
        observer=NullObserver(),
        sandbox_required=True,
        py3o=True,
    )
    try:
        await pool.start()
        yield pool
    finally:
        await pool.stop(grace_s=5)


class TestRenderPool(RendererContract):
    """The contract, held by the real thing."""


@dataclasses.dataclass
class KnownTemplate:
    """A template whose digest is known beforehand; counts how often its bytes were wanted."""

    path: Path
    digest: str
    name: str = "letter"
    wanted: int = 0

    async def put_into(self, folder: Path) -> Path:
        self.wanted += 1
        return self.path

    async def schema_into(self, folder: Path) -> None:
        """It brings no schema."""


async def test_the_bytes_of_a_known_template_are_handed_over_once(
    renderer: RenderPool, tmp_path: Path
) -> None:
    source = odt(p("Dear ", field("name")))
    path = tmp_path / "template"
    path.write_bytes(source)
    template = KnownTemplate(path, hashlib.sha256(source).hexdigest())
    for name in ("Ann", "Bob"):
        request = f'{{"data": {{"name": "{name}"}}}}'.encode()
        asked = DocumentOrder(template, request, "greffier", Filling(), Output(), NoBlocks())
        filled = await renderer.fill(asked, caller=ANN, folder=tmp_path, deadline=deadline())
        assert paragraphs(filled.path.read_bytes()) == [f"Dear {name}"]
    assert template.wanted == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname').read()",
        "open('/etc/greffier-was-here', 'w')",
        "__import__('socket').socket()",
        "__import__('os').fork()",
        "__import__('os').execv('/bin/true', ['true'])",
    ],
)
async def test_even_arbitrary_python_reaches_nothing(
    renderer: RenderPool, tmp_path: Path, attempt: str
) -> None:
    asked = order(tmp_path, odt(p(field(f"str({attempt})"))), b'{"data": {}}')
    asked = dataclasses.replace(asked, engine="py3o")
    # The engine tells the type of an error only.
    with pytest.raises(DataMismatch, match=r"\((PermissionError|OSError)\)"):
        await renderer.fill(asked, caller=ANN, folder=tmp_path, deadline=deadline())
    assert not Path("/etc/greffier-was-here").exists()


async def test_a_bug_is_told_by_type_and_place_without_its_text(
    renderer: RenderPool, tmp_path: Path
) -> None:
    pdf = tmp_path / "result.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    with pytest.raises(RenderFailed) as raised:
        await renderer.clean(pdf, "no such kind", caller=ANN, folder=tmp_path, deadline=deadline())
    assert "KeyError at" in str(raised.value)
    assert "no such kind" not in str(raised.value)
