"""Why a kept document cannot be had.

::

    KeptError
    ├── NoSuchDocument        there is none, or none any more
    ├── DocumentNotReady      it is still to be made
    ├── DocumentFailed        it could not be made
    ├── DocumentErased        it was made under this idempotency key, and erased
    ├── KeyReused             the idempotency key was used for another request
    └── StillInProgress       the same request is being answered
"""

from __future__ import annotations

from greffier.errors import HallError


class KeptError(HallError):
    """A kept document cannot be had."""


class NoSuchDocument(KeptError):
    """There is no such document: it never was, has expired, was erased, or is another's."""

    def __init__(self) -> None:
        super().__init__("There is no such document, or it has expired or was erased.")


class DocumentNotReady(KeptError):
    """It is still to be made."""

    def __init__(self) -> None:
        super().__init__("The document is still to be made.")


class DocumentFailed(KeptError):
    """It could not be made; its description says why."""

    def __init__(self) -> None:
        super().__init__("The document could not be made; its description says why.")


class DocumentErased(KeptError):
    """It was made under this idempotency key, and erased."""

    def __init__(self) -> None:
        super().__init__("The document that was made under this key was erased.")


class KeyReused(KeptError):
    """The idempotency key was used for another request."""

    def __init__(self) -> None:
        super().__init__("This key was used for another request; take a new key for each.")


class StillInProgress(KeptError):
    """The same request is being answered."""

    def __init__(self) -> None:
        super().__init__("A request with this key is being answered just now.")
