"""What can go wrong in the template room.

::

    TemplateError
    ├── FileRefused          the bytes are not a document we may open
    │   ├── NotTheDeclaredType   … they are not of the type they claim
    │   ├── FileDamaged          … they are of it, but broken (truncated, bad XML)
    │   ├── FileEncrypted        … they are locked by a password
    │   ├── FileTooLarge         … they are over a package limit (a bomb, too many parts)
    │   ├── FileUnsafe           … they carry what no document here may carry
    │   └── FontRefused          … they are a font that documents cannot be made with
    ├── TemplateInvalid      the template has mistakes; all of them are listed
    ├── DataMismatch         the data lacks what the template needs, or has it in a wrong shape
    └── FillLimitExceeded    filling needed more steps, rows, bytes or time than allowed

    ValueRefused             inside the room only: the engine makes a DataMismatch of it

None of them knows HTTP, and none carries a value of the data.
"""

from __future__ import annotations

from collections.abc import Iterable

from .model import Finding


class TemplateError(Exception):
    """The template or its data cannot be used."""

    def __init__(self, findings: Iterable[Finding] | Finding) -> None:
        self.findings: tuple[Finding, ...] = (
            (findings,) if isinstance(findings, Finding) else tuple(findings)
        )
        super().__init__("; ".join(finding.message for finding in self.findings))


class FileRefused(TemplateError):
    """The bytes are not a document that may be opened."""


class NotTheDeclaredType(FileRefused):
    """The bytes are not of the type they were declared to be."""


class FileDamaged(FileRefused):
    """The file is of the right type but cannot be read."""


class FileEncrypted(FileRefused):
    """The file is protected by a password."""


class FileTooLarge(FileRefused):
    """The file unpacks to more than a document may hold."""


class FileUnsafe(FileRefused):
    """The file carries something that no document here may carry."""


class FontRefused(FileRefused):
    """The file is a font, but documents cannot, or may not, be made with it."""


class TemplateInvalid(TemplateError):
    """The template has mistakes; its findings list all of them."""


class DataMismatch(TemplateError):
    """The data lacks what the template needs, or has it in a wrong shape."""


class FillLimitExceeded(TemplateError):
    """Filling needed more steps, rows, bytes or time than a document may take."""


class ValueRefused(Exception):
    """A value of the data cannot be used the way the template asks.

    Raised by functions and pictures, which do not know where in the template they
    are used; the engine adds the place and makes a DataMismatch of it. The message
    goes on from ``subject``: “needs a date and was given a list”.
    """

    def __init__(self, message: str, subject: str = "") -> None:
        #: The function that refuses; empty for the expression as a whole.
        self.subject = subject
        super().__init__(message)


class ValueTooLarge(ValueRefused):
    """An expression makes more than one may; the engine makes a FillLimitExceeded of it."""
