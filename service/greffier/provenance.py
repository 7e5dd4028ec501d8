"""Where a document comes from: what of it is told, kept and written into the document.

Only names of templates, versions of programs and digests; no value of the data, no person, no
file and no machine. A digest is ``sha256:`` and 64 hexadecimal digits.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version

from greffier_converters.model import Substitution
from greffier_converters.xmp import Facts
from greffier_templates.metadata import MADE_BY_US

_ALGORITHM = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a document was made. What does not apply to it is empty."""

    #: Name of the template, ``slug`` or ``slug@version``; empty for one of the caller's own.
    template: str = ""
    #: Digest of its bytes.
    template_digest: str = ""
    #: Name of each block that it includes, through others too -> digest.
    blocks: Mapping[str, str] = field(default_factory=dict)
    #: Digest of the member ``data`` of the request: its JSON text as it was received.
    data_digest: str = ""
    #: Digest of the document that was converted.
    source_digest: str = ""
    #: What filled the template: ``greffier 1.2.0``, ``py3o.template 0.10.0``.
    engine: str = ""
    #: This service: ``Greffier 1.2.0``.
    service: str = ""
    #: What laid the document out: ``LibreOffice 7.4.7.2``.
    office: str = ""
    fonts_substituted: tuple[Substitution, ...] = ()

    def facts(self) -> Facts:
        """Name all of it as a document's own metadata does; see ``xmp.PROPERTIES``."""
        return {
            "Template": self.template,
            "TemplateDigest": self.template_digest,
            "Blocks": [f"{name} {digest}" for name, digest in self.blocks.items()],
            "DataDigest": self.data_digest,
            "SourceDigest": self.source_digest,
            "Engine": self.engine,
            "Service": self.service,
            "Office": self.office,
            "FontsSubstituted": [f"{each.wanted} → {each.used}" for each in self.fonts_substituted],
        }

    def custom_properties(self) -> Mapping[str, str]:
        """Name it for formats that have no metadata but properties of the user's own."""
        return {
            MADE_BY_US + name: value if isinstance(value, str) else ", ".join(value)
            for name, value in self.facts().items()
            if value
        }

    def header(self) -> str:
        """Write what is short as a dictionary of structured fields (RFC 9651, 3.2)."""
        members = {
            "template": self.template,
            "template-digest": self.template_digest,
            "data-digest": self.data_digest,
            "source-digest": self.source_digest,
            "engine": self.engine,
            "service": self.service,
            "office": self.office,
        }
        return ", ".join(f'{key}="{value}"' for key, value in members.items() if value)

    def members(self) -> Mapping[str, object]:
        """Write all of it as JSON."""
        return dataclasses.asdict(self)


def digest(hexadecimal: str) -> str:
    """Say what a SHA-256 is; empty stays empty."""
    return hexadecimal and _ALGORITHM + hexadecimal


def hexadecimal(digest: str) -> str:
    """Give a digest's SHA-256 alone."""
    return digest.removeprefix(_ALGORITHM)


@cache
def engine(name: str) -> str:
    """Name an engine with its version."""
    return f"py3o.template {version('py3o.template')}" if name == "py3o" else f"greffier {_own()}"


@cache
def service() -> str:
    """Name this service with its version."""
    return f"Greffier {_own()}"


def _own() -> str:
    return version("greffier")
