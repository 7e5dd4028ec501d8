"""Tags of other template engines, which are printed or vanish instead of being filled.

Told of each: where it stands, whose it is, and what becomes of it here: it has an equivalent,
or it asks for something that only the application can compute, or there is nothing like it.
:mod:`.translating` judges that; here they are found.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from ...gate.odf_names import q
from ...model import Finding, Severity
from ...trees import PARAGRAPHS, plain_text
from ..site import Site
from ..wording import say
from . import translating
from .looking import Look
from .translating import Judgement


class Engine(enum.StrEnum):
    """Whose tag it is."""

    APPY = "appy.pod"
    CARBONE = "Carbone"
    MERGE = "mail merge"
    FIELD = "LibreOffice"
    JINJA = "Jinja"


@dataclass(frozen=True, slots=True)
class ForeignTag:
    """One tag of another engine."""

    engine: Engine
    judgement: Judgement
    site: Site

    @property
    def finding(self) -> Finding:
        """What its designer is told."""
        return Finding(
            f"foreign-{self.judgement.verdict}",
            _MESSAGES[self.engine],
            self.site.where,
            self.site.field,
            self.judgement.told,
            Severity.WARNING,
            self.site.anchor,
        )


_MESSAGES = {
    Engine.APPY: say("This is an instruction of appy.pod; it is not followed here."),
    Engine.CARBONE: say("This is a tag of Carbone; it is printed as it stands."),
    Engine.MERGE: say("This is a field of a mail merge; it is not filled here."),
    Engine.FIELD: say("This is a field of LibreOffice that shows or hides text; it is not filled."),
    Engine.JINJA: say("This is a tag of Jinja that has another meaning, or none, here."),
}
#: More in one paragraph than any template has.
_MOST = 50

_COMMENT, _INPUT = q("office:annotation"), q("text:text-input")
_DESCRIPTION = q("text:description")
_STATEMENT = re.compile(r"\s*(?:do\s+\w+-?(?:\s|$)|from\s)")
#: What a person writes into an input field is words; what appy computes has signs in it.
_EXPRESSION = re.compile(r"[^\W\d]\w*\s*[.(\[=]|[^\W\d]\w*_\w+$", re.ASCII)
_CARBONE = re.compile(r"\{(?:[dc]\.|[dc]\[|t\(|#\w+\s*[=(]|\$\w|o\.)[^{}]{0,200}\}")
#: What typed tags here have not; the rest of Jinja is theirs too, or refused where they are read.
_JINJA = re.compile(
    r"\{%-?\s*(?:tr|tc|p|r)?\s*(\w+)[^{}]{0,200}%\}|\{\{[^{}|]{1,200}\|[^{}]{1,200}\}\}|\{#.{0,200}?#\}"
)
#: Typography puts blanks inside these quotes; Word puts none around the name of a column.
_MERGE = re.compile(r"«([^\W\d]\w{0,60})»|\{\s*MERGEFIELD\s+\"?(\w{1,60})")
_OOO = "ooow:"


class ForeignTags:
    """Finds the tags of one part."""

    def __init__(self, look: Look) -> None:
        """Look at one part."""
        self._look = look
        #: What was found, in the order of the text.
        self.found: list[ForeignTag] = []

    def sees(self) -> Mapping[str, Callable[[etree._Element], None]]:
        """Comments, fields and paragraphs."""
        return {
            _COMMENT: self._comment,
            _INPUT: self._input,
            q("text:conditional-text"): self._conditional,
            q("text:hidden-text"): self._hidden,
            q("text:hidden-paragraph"): self._hidden,
            q("text:database-display"): self._column,
            q("text:placeholder"): self._placeholder,
            q("text:variable-input"): self._placeholder,
            **dict.fromkeys(PARAGRAPHS, self._paragraph),
        }

    def _add(
        self, engine: Engine, judgement: Judgement, element: etree._Element, field: str
    ) -> None:
        self.found.append(ForeignTag(engine, judgement, self._look.site(element, field.strip())))

    def _comment(self, comment: etree._Element) -> None:
        """A comment of appy.pod: ``do row for x in xs``, and below it ``from …``."""
        lines = [plain_text(one) for one in comment.iterchildren(q("text:p"))]
        if lines and _STATEMENT.match(lines[0]):
            self._add(Engine.APPY, translating.statement(lines), comment, " ".join(lines))

    def _input(self, field: etree._Element) -> None:
        text = plain_text(field)
        description = field.get(_DESCRIPTION, "")
        if not description.strip().startswith("py3o:") and _EXPRESSION.search(text):
            self._add(Engine.APPY, translating.expression(text), field, text)

    def _conditional(self, field: etree._Element) -> None:
        """A conditional text, which appy.pod computes too where its condition is Python."""
        condition = _unquoted(field.get(q("text:condition"), "").removeprefix(_OOO))
        values = [
            _unquoted(field.get(q(f"text:string-value-if-{case}"), ""))
            for case in ("true", "false")
        ]
        text = plain_text(field)
        if not any(map(_EXPRESSION.search, (condition, *values))):
            self._add(Engine.FIELD, translating.condition(condition, *values), field, text)
        elif condition in ("true", "1", ""):
            self._add(Engine.APPY, translating.expression(values[0] or text), field, text)
        else:
            judged = translating.condition(condition, *values)
            self._add(Engine.APPY, judged, field, f"{condition}: {text}")

    def _hidden(self, field: etree._Element) -> None:
        condition = _unquoted(field.get(q("text:condition"), "").removeprefix(_OOO))
        self._add(Engine.FIELD, translating.condition(condition), field, condition)

    def _column(self, field: etree._Element) -> None:
        column = field.get(q("text:column-name"), "") or plain_text(field)
        self._add(Engine.MERGE, translating.column(column), field, column)

    def _placeholder(self, field: etree._Element) -> None:
        text = plain_text(field)
        self._add(Engine.FIELD, translating.column(text), field, text)

    def _paragraph(self, paragraph: etree._Element) -> None:
        text = plain_text(paragraph)
        if "{" in text:
            for tag in list(_CARBONE.finditer(text))[:_MOST]:
                self._add(Engine.CARBONE, translating.carbone(tag[0]), paragraph, tag[0])
        if "{%" in text or "{{" in text or "{#" in text:
            for tag in list(_JINJA.finditer(text))[:_MOST]:
                judged = translating.jinja(tag[0], tag[1] or "")
                if judged is not None:
                    self._add(Engine.JINJA, judged, paragraph, tag[0])
        if "«" in text or "MERGEFIELD" in text:
            for tag in list(_MERGE.finditer(text))[:_MOST]:
                judged = translating.column(tag[1] or tag[2])
                self._add(Engine.MERGE, judged, paragraph, tag[0])


def _unquoted(text: str) -> str:
    """What stands between the quotes of a LibreOffice formula."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
