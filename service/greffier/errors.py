"""What the hall itself refuses, beside what its rooms refuse.

::

    HallError
    ├── TemplateNotFound    there is no template of that name
    ├── EngineNotAllowed    the operator does not trust templates with arbitrary Python
    ├── DataMalformed       the data is not JSON
    ├── RenderFailed        a render process reported a fault of our own
    ├── BlobMissing         a stored file is not there
    ├── BlobDamaged         a stored file is not what was stored
    └── StoreUnavailable    the store of files does not answer, or refuses us

``problems.py`` says how each is answered over HTTP.
"""

from __future__ import annotations


class HallError(Exception):
    """The document cannot be made."""


class TemplateNotFound(HallError):
    """There is no template of that name."""


class EngineNotAllowed(HallError):
    """The operator does not trust templates with arbitrary Python."""


class DataMalformed(HallError):
    """The data is not JSON as RFC 8259 has it."""


class RenderFailed(HallError):
    """A render process reported a fault of our own: a bug, with the place it happened."""


class BlobMissing(HallError):
    """A stored file is not there, though something refers to it or somebody asked for it."""

    def __init__(self, name: object) -> None:
        super().__init__(f"The stored file {name} is missing.")


class BlobDamaged(HallError):
    """The bytes of a stored file are not those that were stored."""

    def __init__(self, name: object) -> None:
        super().__init__(f"The stored file {name} is damaged: its content was changed.")


class StoreUnavailable(HallError):
    """The store of files does not answer, or refuses us; its operator has to look."""
