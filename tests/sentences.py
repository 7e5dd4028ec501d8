"""The sentences for people that stand in the code, and the catalogues that translate them.

``scripts/catalogues`` runs this file; the tests of the catalogues use it too.
"""

from __future__ import annotations

import argparse
import ast
import string
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from greffier_templates.telling.catalogues import FOLDER, LANGUAGES

ROOT = Path(__file__).parents[1]
_CODE = ("templates/greffier_templates", "service/greffier")
_MARKS = ("say", "phrase")


class NotLiteral(Exception):
    """A sentence is put together in the code, so that no catalogue can have it."""


def sentences() -> Mapping[str, list[str]]:
    """Pattern -> the files it stands in, in the order of the files and of their text.

    Raises:
        NotLiteral: naming the place.
    """
    found: dict[str, list[str]] = {}
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            for pattern in filter(_is_said_in_words, _patterns(path)):
                files = found.setdefault(pattern, [])
                if name not in files:
                    files.append(name)
    return found


def _patterns(path: Path) -> Iterator[str]:
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS
    ]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        pattern = call.args[0] if call.args else None
        if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str):
            raise NotLiteral(f"{path}:{call.lineno}")
        yield pattern.value


def _is_said_in_words(pattern: str) -> bool:
    """Whether a language has a say in it; in ``{subject} {refusal}.`` only its values have."""
    literal = "".join(text for text, *_ in string.Formatter().parse(pattern))
    return any(char.isalpha() or char in "“”" for char in literal)


def placeholders(pattern: str) -> frozenset[str]:
    """The names of the values that a sentence has."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(pattern) if name)


def catalogue(language: str) -> Catalog:
    """The translations of a language; empty when there are none yet."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    return read_po(BytesIO(path.read_bytes()), locale=language)


def translations(language: str) -> dict[str, str]:
    """Sentence -> its translation, empty where there is none."""
    return {str(one.id): str(one.string or "") for one in catalogue(language) if one.id}


def write(language: str) -> list[str]:
    """Write the catalogue of a language anew; gives what it does not translate."""
    known = translations(language)
    made = Catalog(locale=language, project="Greffier", header_comment=_HEADER, fuzzy=False)
    for pattern, files in sentences().items():
        made.add(pattern, known.get(pattern, ""), [(name, 0) for name in files])
    out = BytesIO()
    write_po(out, made, width=98, omit_header=False, include_lineno=False)
    dated = (
        *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator"),
        *("Report-Msgid-Bugs-To", "Language-Team", "Project-Id-Version"),
    )
    lines = [
        line
        for line in out.getvalue().decode().splitlines(keepends=True)
        if not line.startswith(tuple(f'"{name}:' for name in dated))
    ]
    (FOLDER / f"{language}.po").write_text("".join(lines))
    return [pattern for pattern in sentences() if not known.get(pattern)]


_HEADER = """\
# Sentences of Greffier for people. Made from the code by scripts/catalogues; translated by hand.
#"""


def main() -> int:
    """Write or look through the catalogues; gives 1 when something is not translated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", action="store_true", help="change nothing, list what is open")
    asked = parser.parse_args()
    missing = 0
    for language in LANGUAGES[1:]:
        if asked.missing:
            known = translations(language)
            gaps = [pattern for pattern in sentences() if not known.get(pattern)]
        else:
            gaps = write(language)
        print(f"{language}: {len(gaps)} without a translation")
        for pattern in gaps:
            print(f"    {pattern}")
        missing += len(gaps)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
