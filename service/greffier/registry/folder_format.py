"""A tenant's library as files: what lies where, in a folder under version control or in a zip.

::

    permit/template.odt         the designer's file; ``block.odt`` for a block
    permit/about.json           what is said of it
    permit/schema.json          the designer's own JSON Schema, where there is one
    permit/samples/simple.json  sample data by name

Nothing that changes by itself is in it (no numbers of versions, no moments), so that a version
control shows changes of designers only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from greffier_templates.gate.limits import MIB
from greffier_templates.gate.limits import Limits as PackageLimits
from greffier_templates.gate.package import Archive
from pydantic import ConfigDict, Field

from greffier.data import read_json
from greffier.errors import DataMalformed
from greffier.problems import Fault, Problem, fault, invalid
from greffier.registry.bundles import Bundle
from greffier.registry.model import Kind, NewTemplate
from greffier.registry.samples import MOST_BYTES, MOST_SAMPLES
from greffier.requests import Request, read
from greffier.requests_registry import Said

#: The designer's file by kind.
FILES = {Kind.TEMPLATE: "template.odt", Kind.BLOCK: "block.odt"}
ABOUT, SCHEMA = "about.json", "schema.json"
_SLUG = r"[a-z0-9][a-z0-9-]{0,99}"
_PATH = re.compile(
    rf"({_SLUG})/(template\.odt|block\.odt|about\.json|schema\.json|samples/({_SLUG})\.json)"
)
#: Of a schema, and of what is said.
_JSON_BYTES = 4 * MIB
#: A library of a large town, several times over.
_ENTRIES, _TOTAL_BYTES = 10_000, 512 * MIB
Model = TypeVar("Model", bound=Request)

#: So many names that are not understood are told.
_NAMED = 50


class OriginFile(Request):
    """Where a template was adopted from."""

    name: str = Field(pattern=rf"^(commons|library)/{_SLUG}$")
    """``commons/<slug>`` or ``library/<slug>``."""
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """Its number there."""
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of what was adopted."""


class AboutFile(Said):
    """``about.json``."""

    origin: OriginFile | None = None
    """Where it was adopted from."""


class _Object(Request):
    """A schema or a sample: that it is an object is all that is asked here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(slots=True)
class Files:
    """The files of one template in a zip, by their names there."""

    slug: str
    #: ``template.odt`` and the like -> name in the zip.
    names: dict[str, str] = field(default_factory=dict)
    #: Sample -> name in the zip.
    samples: dict[str, str] = field(default_factory=dict)

    @property
    def block(self) -> bool:
        """Whether it is a block."""
        return FILES[Kind.BLOCK] in self.names


def write_files(bundle: Bundle, origin: OriginFile | None) -> Iterator[tuple[str, bytes]]:
    """Give the files of a template, by name, always in the same order."""
    new = bundle.new
    said = AboutFile(
        title=new.title,
        description=new.description,
        category=new.category,
        tags=tuple(new.tags),
        language=new.language,
        formats=tuple(new.formats),
        engine=new.engine,  # type: ignore[arg-type]  # pydantic looks
        origin=origin,
    ).model_dump(mode="json")
    if origin is None:
        del said["origin"]
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    yield f"{new.slug}/{ABOUT}", text.encode()
    yield f"{new.slug}/{FILES[new.kind]}", bundle.content
    for name in sorted(bundle.samples):
        yield f"{new.slug}/samples/{name}.json", bundle.samples[name].encode()
    if bundle.schema is not None:
        yield f"{new.slug}/{SCHEMA}", bundle.schema


def open_zip(source: bytes, *, template_bytes: int) -> tuple[Archive, Sequence[Files]]:
    """Look into the zip of a library; blocks come first.

    Args:
        source: the zip.
        template_bytes: most of one file.

    Raises:
        TemplateError: it is damaged, too large, or made to harm.
        Problem: something in it is not understood, by name.
    """
    archive = Archive(
        source,
        PackageLimits(entries=_ENTRIES, part_bytes=template_bytes, total_bytes=_TOTAL_BYTES),
    )
    found, strange = _grouped(list(archive), archive)
    if strange:
        # Zipped with the folder around it, as file managers do.
        around, _, _ = strange[0].partition("/")
        if all(name.startswith(f"{around}/") for name in archive):
            inner, still = _grouped(list(archive), archive, around=f"{around}/")
            found, strange = (inner, still) if not still else (found, strange)
    if strange:
        raise invalid(
            [
                fault(
                    name,
                    "It is no file of a library.",
                    hint="There are: <name>/template.odt or block.odt, about.json, schema.json, "
                    "samples/<name>.json.",
                    where="zip",
                )
                for name in strange[:_NAMED]
            ]
        )
    return archive, sorted(found.values(), key=lambda each: (not each.block, each.slug))


def _grouped(
    names: Iterable[str], archive: Archive, *, around: str = ""
) -> tuple[Mapping[str, Files], Sequence[str]]:
    found: dict[str, Files] = {}
    strange: list[str] = []
    for name in names:
        match = _PATH.fullmatch(name.removeprefix(around))
        if match is None:
            strange.append(name)
            continue
        slug, file, sample = match.groups()
        files = found.setdefault(slug, Files(slug))
        if sample is None:
            files.names[file] = name
        else:
            files.samples[sample] = name
    return found, strange


def read_bundle(archive: Archive, files: Files) -> tuple[Bundle, AboutFile | None]:
    """Read a template out of a zip; None: nothing is said of it.

    Raises:
        Problem: it has mistakes; all of them are listed.
        TemplateError: a file is damaged.
    """
    faults: list[Fault] = []
    kinds = [kind for kind, file in FILES.items() if file in files.names]
    if len(kinds) != 1:
        both = "It is both a template and a block." if kinds else "The designer's file is missing."
        hint = "Have either template.odt or block.odt."
        faults.append(fault(files.slug, both, hint=hint, where="zip"))
    texts = {ABOUT: files.names.get(ABOUT), SCHEMA: files.names.get(SCHEMA)}
    texts |= {f"samples/{name}.json": inside for name, inside in files.samples.items()}
    read_texts: dict[str, bytes] = {}
    for file, inside in texts.items():
        if inside is None:
            continue
        most = MOST_BYTES if file.startswith("samples/") else _JSON_BYTES
        if archive.size(inside) > most:
            limit = f"It is larger than {most // 1024} KiB."
            faults.append(fault(f"{files.slug}/{file}", limit, where="zip"))
            continue
        read_texts[file] = archive.read(inside)
    if len(files.samples) > MOST_SAMPLES:
        message = f"A template has at most {MOST_SAMPLES} samples."
        faults.append(fault(f"{files.slug}/samples", message, where="zip"))
    about = _read(AboutFile, ABOUT, read_texts, files.slug, faults)
    for file in sorted(read_texts.keys() - {ABOUT}):
        _read(_Object, file, read_texts, files.slug, faults)
    if faults:
        raise invalid(faults)
    said = about or AboutFile()
    new = NewTemplate(
        slug=files.slug, kind=kinds[0], **said.model_dump(exclude={"origin"}, exclude_unset=True)
    )
    bundle = Bundle(
        new=new,
        content=archive.read(files.names[FILES[kinds[0]]]),
        schema=read_texts.get(SCHEMA),
        samples={
            name: read_texts[f"samples/{name}.json"].decode() for name in sorted(files.samples)
        },
    )
    return bundle, about


def _read(
    model: type[Model], file: str, texts: Mapping[str, bytes], slug: str, faults: list[Fault]
) -> Model | None:
    """Read a JSON file, and take note of what is wrong with it."""
    if file not in texts:
        return None
    try:
        found = read(model, texts[file], part=f"{slug}/{file}")
        read_json(texts[file])  # as strictly as the data of a document
    except Problem as problem:
        faults += problem.errors or [fault(f"{slug}/{file}", problem.detail, where="zip")]
        return None
    except DataMalformed as error:
        faults.append(fault(f"{slug}/{file}", str(error), where="zip"))
        return None
    return found
