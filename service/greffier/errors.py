"""What the hall itself refuses, beside what its rooms refuse.

::

    HallError
    ├── TemplateNotFound    there is no template of that name
    ├── EngineNotAllowed    the operator does not trust templates with arbitrary Python
    ├── DataMalformed       the data is not JSON
    └── RenderFailed        a render process reported a fault of our own

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
