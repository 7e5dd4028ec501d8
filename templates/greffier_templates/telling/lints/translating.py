"""Judges the tags of other engines: what one would write here instead, if anything."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...expressions.methods import NAMES as METHODS
from ...functions.offered import functions
from ...model import Filling
from ..wording import say

_FUNCTIONS = functions(Filling())
_LONGEST = 2_000


class Verdict(enum.StrEnum):
    """What becomes of a tag here."""

    #: The same can be written here.
    EQUIVALENT = "has-equivalent"
    #: It calls into the application, which must compute and send the value instead.
    DATA = "needs-data"
    #: Nothing here does the same.
    NONE = "no-equivalent"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of one tag, and what to do about it in words."""

    verdict: Verdict
    told: str


def _equivalent(example: str) -> Judgement:
    return Judgement(
        Verdict.EQUIVALENT, say("It has an equivalent here: {example}", example=example)
    )


def _needs_data() -> Judgement:
    return Judgement(
        Verdict.DATA,
        say(
            "It needs data from the application: have it compute this and send it under a name, "
            "then insert a field of that name."
        ),
    )


def _nothing() -> Judgement:
    return Judgement(Verdict.NONE, say("It has no equivalent here."))


# --- expressions ----------------------------------------------------------------------------

#: What Python may write and no expression here may.
_REFUSED = (
    ast.Await,
    ast.Lambda,
    ast.NamedExpr,
    ast.Set,
    ast.SetComp,
    ast.Starred,
    ast.Yield,
    ast.YieldFrom,
)


def _verdict(*sources: str) -> Verdict:
    """The hardest of the verdicts on some Python expressions."""
    found = Verdict.EQUIVALENT
    for source in filter(None, (one.strip() for one in sources)):
        try:
            tree = ast.parse(source[:_LONGEST], mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Verdict.NONE
        for node in ast.walk(tree):
            if isinstance(node, _REFUSED):
                return Verdict.NONE
            if isinstance(node, ast.Call) and not _is_ours(node):
                found = Verdict.DATA
    return found


def _is_ours(call: ast.Call) -> bool:
    """Whether a call is one that expressions here may make."""
    if isinstance(call.func, ast.Name):
        return call.func.id in _FUNCTIONS
    return isinstance(call.func, ast.Attribute) and call.func.attr in METHODS


def _judged(example: str, *sources: str) -> Judgement:
    match _verdict(*sources):
        case Verdict.EQUIVALENT:
            return _equivalent(example)
        case Verdict.DATA:
            return _needs_data()
    return _nothing()


def expression(source: str) -> Judgement:
    """A field that computes something."""
    source = " ".join(source.split())
    path = all(part.isidentifier() for part in source.split("."))
    return _judged(f"py3o.{source}" if path else f'function="{source}"', source)


def condition(test: str, *values: str) -> Judgement:
    """A text that is shown under a condition."""
    test = _in_python(test)
    return _judged(f"""if="{test.replace('"', "'") or "…"}\"""", test, *values)


def _in_python(test: str) -> str:
    """A condition of a LibreOffice formula (``NAME EQ "x"``) as Python writes it."""
    for theirs, ours in (("EQ", "=="), ("NEQ", "!="), ("AND", "and"), ("OR", "or"), ("NOT", "not")):
        test = re.sub(rf"\b{theirs}\b", ours, test)
    return re.sub(r"\[([\w.]+)\]", r"\1", test)


def column(name: str) -> Judgement:
    """A field that shows a column of a table of addresses."""
    name = re.sub(r"\W+", "_", name.strip("<> ")).strip("_")
    return _equivalent(f"py3o.{name or 'name'}")


# --- appy.pod -------------------------------------------------------------------------------

#: ``do text if x``, ``do section- for uid in uids``; see appy.pod's documentation, “Statements”.
_DO = re.compile(r"do\s+(?P<part>\w+)-?(?:\s+(?P<rest>.*))?", re.DOTALL)
_ACTION = re.compile(
    r"(?:(?P<name>[\w.]+)\s*:\s*)?(?P<what>for|if|else|with)\b\s*(?P<of>.*)", re.DOTALL
)
_FROM = re.compile(r"from\+?\s+(?P<what>.*)", re.DOTALL)
#: What a ``from`` inserts, by the function it calls.
_INSERTS = (
    (
        re.compile(
            r"(?:self\.|view\.)?(?:xhtml|html|printXhtml|decorateHTML|text)\s*\(|\w*[xX]?[hH]tml"
        ),
        "html(…)",
    ),
    (re.compile(r"pod\s*\("), 'include="…"'),
    (
        re.compile(r"document\s*\(.*format\s*=\s*['\"](?:png|jpe?g|gif|svg|image)", re.DOTALL),
        "py3o.image(…)",
    ),
    (re.compile(r"document\s*\("), 'include="…"'),
)


def statement(lines: Sequence[str]) -> Judgement:
    """A comment of appy.pod, line by line."""
    judged = [_line(" ".join(line.split())) for line in lines if line.strip()]
    return _hardest(judged)


def _hardest(judged: Iterable[Judgement]) -> Judgement:
    order = list(Verdict)
    return max(judged, key=lambda one: order.index(one.verdict))


def _line(line: str) -> Judgement:
    inserted = _FROM.fullmatch(line)
    if inserted is not None:
        return _insertion(inserted["what"])
    found = _DO.fullmatch(line)
    action = _ACTION.fullmatch((found["rest"] or "") if found else line)
    if found is not None and action is None:
        return _nothing() if found["rest"] else _equivalent("section")
    return _nothing() if action is None else _action(action["what"], action["of"])


def _action(what: str, of: str) -> Judgement:
    match what:
        case "for":
            target, _, items = of.partition(" in ")
            return _judged(f'for="{of}"', target, items)
        case "with":
            values = [one.partition("=")[2] for one in of.split(";")]
            return _judged(f'with="{of}"', *values)
        case "else":
            return _equivalent("else")
    return _judged(f'if="{of}"', of)


def _insertion(what: str) -> Judgement:
    for pattern, example in _INSERTS:
        if pattern.match(what):
            return _equivalent(example)
    return _judged("html(…)", what)


# --- Jinja ----------------------------------------------------------------------------------

#: What opens with a word that is not ours -> what one writes instead; None: nothing does that.
_STATEMENTS: dict[str, str | None] = {
    "set": "{% with … %}",
    "endset": "{% endwith %}",
    "extends": '{% include "…" %}',
    "import": '{% include "…" %}',
    **dict.fromkeys(("block", "endblock", "macro", "endmacro", "call", "endcall"), None),
    **dict.fromkeys(("filter", "endfilter", "raw", "endraw", "do", "autoescape"), None),
    **dict.fromkeys(("break", "continue", "trans", "endtrans"), None),
}
_ROWS = re.compile(r"\{%-?\s*(?:tr|tc|p|r)\s+(.*?)\s*-?%\}")


def jinja(tag: str, word: str) -> Judgement | None:
    """A tag of Jinja: a statement, a filter or a comment; None when it is one of ours too."""
    if tag.startswith("{#"):
        return _equivalent(say("a comment: Insert › Comment"))
    if tag.startswith("{{"):
        value, _, called = tag[2:-2].partition("|")
        return _equivalent(f"{{{{ {called.strip().partition('(')[0]}({value.strip()}) }}}}")
    rows = _ROWS.fullmatch(tag)
    if rows is not None:  # docxtpl's tags for rows, cells, paragraphs and runs
        return _equivalent(f"{{% {rows[1]} %}}")
    if word not in _STATEMENTS:
        return None
    instead = _STATEMENTS[word]
    return _nothing() if instead is None else _equivalent(instead)


# --- Carbone --------------------------------------------------------------------------------

#: Formatters of Carbone and what does the same here (carbone.io/documentation, “Formatters”).
_FORMATTERS = {
    "formatD": "format_date(…)",
    "convDate": "format_date(…)",
    "formatN": "format_decimal(…)",
    "formatC": "format_currency(…)",
    "formatF": "format_decimal(…)",
    "upperCase": ".upper()",
    "lowerCase": ".lower()",
    "ucFirst": ".capitalize()",
    "ucWords": ".title()",
    "arrayJoin": "', '.join(…)",
    "len": "len(…)",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "round": "round(…)",
    "substr": "[…]",
    "padl": ".zfill(…)",
    "ifEmpty": "if",
    "html": "html(…)",
    "barcode": "py3o.qr(…)",
    "aggSum": "sum(…)",
    "aggMin": "min(…)",
    "aggMax": "max(…)",
    "aggCount": "len(…)",
    **dict.fromkeys(
        ("ifEQ", "ifNE", "ifGT", "ifGTE", "ifLT", "ifLTE", "ifIN", "ifNIN", "ifEM", "ifNEM"), "if"
    ),
    **dict.fromkeys(
        ("show", "elseShow", "showBegin", "showEnd", "hideBegin", "hideEnd", "and", "or"), "if"
    ),
    **dict.fromkeys(("drop", "keep"), "if"),
}


def carbone(tag: str) -> Judgement:
    """A tag of Carbone: ``{d.name:upperCase}``, ``{d.rows[i].title}``."""
    inner = tag[1:-1].strip()
    if inner.startswith(("#", "$", "o.", "t(")):
        return _equivalent('with="…"') if inner.startswith(("#", "$")) else _nothing()
    path, *formatters = re.split(r":(?![^(]*\))", inner)
    known = [_FORMATTERS.get(one.partition("(")[0].strip()) for one in formatters]
    if None in known:
        return _nothing()
    if "[i" in path:
        return _equivalent('for="item in …"')
    used = next(filter(None, known), None)
    return _equivalent(used or "py3o." + re.sub(r"^[dc]\.", "", path))
