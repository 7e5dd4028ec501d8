"""What callers may send: the one source of validation and of ``/openapi.json``.

Each ``read_*`` function takes bytes and gives a model, or raises a
:class:`~greffier.problems.Problem` that lists every mistake and no value.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from greffier_converters.errors import OptionRefused
from greffier_converters.formats import OUTPUTS, export_filter
from greffier_converters.options import DPI_RANGE, PdfOptions, read_options
from greffier_templates.errors import ValueRefused
from greffier_templates.functions.amounts import read_locale
from greffier_templates.model import Filling, Undefined
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from greffier import problem_types
from greffier.access import tenants
from greffier.model import Output
from greffier.problems import Fault, Problem, fault, invalid, options_told
from greffier.settings import Settings, time_zones

#: What templates may be called.
SLUG = r"^[a-z0-9][a-z0-9-]{0,99}$"
#: What tenants may be called.
TENANT = rf"^{tenants.SLUG.pattern}$"
#: Text on one line.
LINE = r"^[^\x00-\x1f\x7f]*$"

#: Formats in which LibreOffice writes comments.
_WITH_COMMENTS = ("odt", "docx")

#: Type of the mistake, for pydantic, that options of a PDF are refused.
_OPTIONS = "options_refused"

_LOCALE = r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}$"


class Request(BaseModel):
    """Whatever callers send; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Data(BaseModel):
    """What the template is filled with: whatever it asks for."""

    # Without fields and with extra members ignored, pydantic checks that this is an object
    # and builds nothing of it: the render process reads it from the request itself.
    model_config = ConfigDict(
        extra="ignore", frozen=True, json_schema_extra={"additionalProperties": True}
    )


def _pdf_options(value: object) -> PdfOptions | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError("It must be an object")
    try:
        return read_options(value)
    except OptionRefused as error:
        # So that the other mistakes of the request are found too.
        raise PydanticCustomError(
            _OPTIONS, "Options are refused", {"faults": error.faults}
        ) from None


class PngOptions(Request):
    """How a page is drawn."""

    page: int = Field(default=1, ge=1)
    """The page to draw, from 1."""
    dpi: int = Field(default=150, ge=DPI_RANGE[0], le=DPI_RANGE[1])
    """Dots per inch."""


class OutputRequest(Request):
    """What to make."""

    format: str = Field(default="pdf", json_schema_extra={"enum": list(OUTPUTS)})
    """Format of the document; `png` gives the picture of one page."""
    filename: str | None = Field(
        default=None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/\\]+$"
    )
    """Name to propose for the file; its extension is added when it lacks it."""
    pdf: Annotated[
        PdfOptions | None, PlainValidator(_pdf_options, json_schema_input_type=PdfOptions | None)
    ] = None
    """Options of a PDF; only with the format `pdf`."""
    png: PngOptions | None = None
    """Options of a picture; only with the format `png`."""


class DocumentRequest(Request):
    """A template, data, and what to make of them."""

    template: str | None = Field(
        default=None,
        pattern=r"^(commons/)?[a-z0-9][a-z0-9-]{0,99}$",
        examples=["accuse-reception", "commons/accuse-reception"],
    )
    """Name of a template: the tenant's, or that of the library; `commons/<name>` is one that all
    share. Left out when the form has a part `template`."""
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """Number of its version; absent: the one that is published."""
    data: Data
    """What to fill the template with."""
    engine: Literal["greffier", "py3o"] | None = None
    """What fills the template; `py3o` only where the operator allows it."""
    output: OutputRequest = OutputRequest()
    """Format, name and options of the document."""
    locale: str | None = Field(default=None, pattern=_LOCALE, examples=["fr_BE"])
    """How amounts and dates are written; the operator's setting when absent."""
    timezone: str | None = Field(
        default=None, min_length=1, max_length=64, examples=["Europe/Brussels"]
    )
    """Zone in which moments are shown; the operator's setting when absent."""
    undefined: Literal["error", "blank", "mark", "keep"] = "error"
    """A field that the data lacks: refuse, print nothing, print its name between ⟦ ⟧, or let it
    stay as a working tag for a second filling (format odt only)."""
    keep_comments: bool = False
    """Leave the comments of the template in the document: `odt`, `docx`, and a `pdf` with notes."""

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                read_locale(value)
            except ValueRefused:
                raise ValueError("There is no such locale; they are named like fr_BE") from None
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in time_zones():
            raise ValueError("There is no such time zone; they are named like Europe/Brussels")
        return value


class CheckRequest(Request):
    """Sample data to check a template with."""

    data: Data | None = None
    """Data to try the template with; without it only the template itself is checked."""


Model = TypeVar("Model", bound=Request)


def read(model: type[Model], text: bytes, *, part: str = "") -> Model:
    """Read JSON as a model.

    Args:
        model: what it should be.
        text: the JSON, UTF-8.
        part: name of the part of the form that it is; absent: it is the request itself.

    Raises:
        Problem: it is not JSON, or has mistakes; all of them are listed.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _problem(model, error, part) from None


def read_members(model: type[Model], members: Mapping[str, str], *, where: str) -> Model:
    """Read members that are text, of an address say, as a model.

    Args:
        model: what they should be.
        members: name -> value.
        where: they come from: ``query``.

    Raises:
        Problem: they have mistakes; all of them are listed.
    """
    try:
        return model.model_validate_strings(members)
    except ValidationError as error:
        problem = _problem(model, error, "")
        raise invalid([{**each, "where": where} for each in problem.errors]) from None


def read_output(given: OutputRequest, kind: str) -> Output:
    """Check what a model cannot: that this can be made from a document of this kind.

    Raises:
        OptionRefused: it cannot; says everything that is in the way.
    """
    export_filter(kind, given.format)
    given_options = {"pdf": given.pdf, "png": given.png}
    misplaced = [
        (name, f"{name} goes with the format {name} only.")
        for name, options in given_options.items()
        if options is not None and given.format != name
    ]
    if misplaced:
        (option, message), *more = misplaced
        raise OptionRefused(message, option=option, more=more)
    filename = given.filename or ""
    extension = OUTPUTS[given.format].extension
    if filename and not filename.lower().endswith(extension):
        filename += extension
    png = given.png or PngOptions()
    return Output(given.format, filename, given.pdf or PdfOptions(), png.page, png.dpi)


def read_filling(asked: DocumentRequest, settings: Settings) -> Filling:
    """Say how a template is filled: as the request asks, else as the operator has set.

    Where neither names a locale, it is left empty: the template's own.

    Raises:
        Problem: tags are to stay in a format that has none.
    """
    if asked.undefined == "keep" and asked.output.format != "odt":
        raise invalid(
            [
                fault(
                    "undefined",
                    "What is kept can be filled later in an ODT only.",
                    hint='Ask for {"output": {"format": "odt"}}.',
                )
            ]
        )
    return Filling(
        undefined=Undefined(asked.undefined),
        locale=asked.locale or settings.locale,
        timezone=asked.timezone or settings.timezone,
        keep_comments=asked.keep_comments,
    )


def refuse_useless(asked: DocumentRequest) -> None:
    """Refuse what can do nothing with the rest of the request.

    Raises:
        Problem: naming the member.
    """
    noted = asked.output.pdf is not None and asked.output.pdf.notes
    if asked.keep_comments and asked.output.format not in _WITH_COMMENTS and not noted:
        raise invalid(
            [
                fault(
                    "keep_comments",
                    f"A document of the format {asked.output.format} shows no comments.",
                    hint=f"Leave it out, or ask for {' or '.join(_WITH_COMMENTS)}, "
                    "or for a pdf with notes.",
                )
            ]
        )


def _problem(model: type[BaseModel], error: ValidationError, part: str) -> Problem:
    # Never the input: it is the caller's data.
    faults = error.errors(include_input=False, include_url=False, include_context=True)
    if faults[0]["type"] == "json_invalid":
        return Problem(
            problem_types.REQUEST_MALFORMED,
            f"The {part or 'request'} is not JSON: {faults[0]['ctx']['error']}.",
        )
    told = [one for each in faults for one in _told(model, each, part)]
    if all(each["type"] == _OPTIONS for each in faults):
        return invalid(told, problem_types.OPTION_REFUSED)
    return invalid(told)


def _told(model: type[BaseModel], found: Mapping[str, Any], part: str) -> Sequence[Fault]:
    if found["type"] == _OPTIONS:
        return options_told(found["ctx"]["faults"])
    location = [str(step) for step in found["loc"]]
    message, hint = f"{found['msg'].removeprefix('Value error, ')}.", ""
    if found["type"] == "extra_forbidden":
        message = "There is no such member."
        names = _members(model, location[:-1])
        near = difflib.get_close_matches(location[-1], names, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    elif found["type"] == "missing":
        message = "It is missing."
    path = ".".join([part, *location] if part else location)
    return (fault(path, message, hint=hint),)


def _members(model: type[BaseModel], path: list[str]) -> list[str]:
    """Name the members of the object at ``path``."""
    inner: Any = model
    for step in path:
        given = inner.model_fields[step].annotation
        inner = next(
            each
            for each in (given, *getattr(given, "__args__", ()))
            if isinstance(each, type) and issubclass(each, BaseModel)
        )
    return [field.alias or name for name, field in inner.model_fields.items()]
