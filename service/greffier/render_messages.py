"""What the hall and its render processes tell each other, besides files.

Both sides import this: findings and errors travel as JSON and are the same
errors on the other side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from greffier_converters import errors as converters
from greffier_templates import errors as templates
from greffier_templates.model import Finding, Severity
from greffier_templates.telling.catalogues import all_translated
from greffier_templates.telling.wording import say

from greffier import errors

#: Name of the answer's member that says that a template's bytes are needed.
TEMPLATE_NEEDED = "template_needed"
#: The same for blocks; its value is the list of their names.
BLOCKS_NEEDED = "blocks_needed"

_TOO_MUCH_MEMORY = Finding(
    code="too-much-memory",
    message=say("The document needs more memory than a document may take."),
    hint=say("Make several documents of it, or send smaller pictures."),
)

_TEMPLATE_ERRORS = {
    each.__name__: each
    for each in (
        templates.NotTheDeclaredType,
        templates.FileDamaged,
        templates.FileEncrypted,
        templates.FileTooLarge,
        templates.FileUnsafe,
        templates.FontRefused,
        templates.TemplateInvalid,
        templates.DataMismatch,
        templates.FillLimitExceeded,
    )
}


def write_findings(findings: Iterable[Finding], language: str = "en") -> list[dict[str, str]]:
    """Write findings as JSON, in a language."""
    return [
        {
            "code": finding.code,
            "message": finding.message,
            "where": finding.where,
            "field": finding.field,
            "hint": finding.hint,
            "severity": str(finding.severity),
            "pointer": finding.pointer,
        }
        for finding in all_translated(findings, language)
    ]


def read_findings(written: Any) -> tuple[Finding, ...]:
    """Read what :func:`write_findings` wrote."""
    return tuple(
        Finding(**{**each, "severity": Severity(each["severity"])}) for each in written or ()
    )


def write_error(error: Exception, place: str, language: str = "en") -> dict[str, object]:
    """Write an error as the member ``error`` of an answer.

    Args:
        error: whatever work on a job raised.
        place: where in the code; the text of an unexpected error may quote data and stays here.
        language: of what the template room says.
    """
    match error:
        case templates.TemplateError():
            findings = write_findings(error.findings, language)
            return {"type": type(error).__name__, "findings": findings}
        case converters.OptionRefused():
            return {"type": "OptionRefused", "faults": error.faults}
        case converters.DocumentRejected():
            return {"type": "DocumentRejected", "message": str(error), "phase": error.phase}
        case errors.DataMalformed():
            return {"type": "DataMalformed", "message": str(error)}
        case OSError() if error.errno in converters.NO_ROOM:
            return {"type": "StorageFull"}
        case MemoryError():
            return write_error(templates.FillLimitExceeded(_TOO_MUCH_MEMORY), place, language)
    return {"type": type(error).__name__, "place": place}


def read_error(written: Mapping[str, Any]) -> Exception:
    """Give the error that :func:`write_error` wrote."""
    name = written["type"]
    if "place" in written:
        return errors.RenderFailed(f"{name} at {written['place']}")
    if name in _TEMPLATE_ERRORS:
        return _TEMPLATE_ERRORS[name](read_findings(written["findings"]))
    if name == "OptionRefused":
        (option, message), *more = written["faults"]
        return converters.OptionRefused(message, option=option, more=more)
    if name == "DocumentRejected":
        return converters.DocumentRejected(written["message"], phase=written["phase"])
    if name == "StorageFull":
        return converters.StorageFull("No room is left where the work folders lie.")
    return errors.DataMalformed(written["message"])
