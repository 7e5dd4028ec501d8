"""What OpenDocument elements and attributes may do here, as tables.

Each entry answers one vector of which an office was seen, or is documented, to read a file, call
an address, start a program or show data of the server. ``odf_clean`` applies them.
"""

from __future__ import annotations

import re

from .odf_names import names, q


def _each(code: str, words: str) -> dict[str, str]:
    return dict.fromkeys(names(words), code)


#: Elements taken out with all they hold, and the warning that says so ("" says nothing:
#: without them the document is the same).
DROPPED: dict[str, str] = {
    **_each(
        "linked-content-removed",
        "text:section-source table:table-source table:cell-range-source office:dde-source "
        "text:dde-connection-decls text:dde-connection-decl table:dde-links table:dde-link "
        "text:alphabetical-index-auto-mark-file meta:auto-reload",
    ),
    **_each(
        "macro-removed",
        "office:event-listeners office:script script:event-listener script:event "
        "presentation:event-listener table:error-macro text:script",
    ),
    **_each(
        "object-removed",
        "draw:applet draw:plugin draw:floating-frame draw:object-ole presentation:sound "
        "anim:audio anim:command",
    ),
    **_each("font-removed", "svg:font-face-src svg:definition-src"),
    **_each(
        "database-removed",
        "form:connection-resource table:database-source-sql table:database-source-table "
        "table:database-source-query table:source-service calcext:data-mappings "
        "calcext:data-mapping",
    ),
    **_each("form-data-removed", "xforms:model"),
    **_each("", "meta:template meta:hyperlink-behaviour"),
}

#: Fields whose value the office would take from its own profile, machine or a database: the
#: text they show is kept.
FROZEN: dict[str, str] = {
    **_each(
        "field-frozen",
        "text:file-name text:template-name text:author-name text:author-initials "
        "text:sender-city text:sender-company text:sender-country text:sender-email "
        "text:sender-fax text:sender-firstname text:sender-initials text:sender-lastname "
        "text:sender-phone-private text:sender-phone-work text:sender-position "
        "text:sender-postal-code text:sender-state-or-province text:sender-street "
        "text:sender-title",
    ),
    **_each(
        "database-removed",
        "text:database-display text:database-name text:database-next text:database-row-number "
        "text:database-row-select",
    ),
    **_each("linked-content-removed", "text:dde-connection"),
    **_each("macro-removed", "text:execute-macro"),
}

#: Of those, the fields that show who uses the office, and those that may show in which folder.
PEOPLE = frozenset(
    name for name in FROZEN if name.partition("}")[2].startswith(("author-", "sender-"))
)
FILES = names("text:file-name text:template-name")

#: Elements whose ``xlink:href`` is an address to click on: harmless schemes may stay.
LINKS = names("text:a draw:a draw:area-rectangle draw:area-circle draw:area-polygon")

#: Elements whose ``xlink:href`` is a picture: it must lie in the package.
PICTURES = names("draw:image draw:fill-image style:background-image text:list-level-style-image")

#: Attributes taken out wherever they stand, and the warning, as for ``DROPPED``.
DROPPED_ATTRIBUTES: dict[str, str] = {
    **_each(
        "form-data-removed",
        "form:image-data form:datasource form:command form:list-source",
    ),
    **_each("linked-content-removed", "loext:external-data"),
    **_each(
        "",
        "xml:base form:service-name form:data-field form:command-type form:list-source-type "
        "draw:filter-name text:filter-name "
        "table:filter-name table:filter-options text:local-url loext:local-url "
        "text:connection-name draw:code draw:archive draw:class-id draw:may-script",
    ),
}

#: Attributes that name a component LibreOffice creates: only the documented ones.
COMPONENTS: dict[str, re.Pattern[str]] = {
    q("form:control-implementation"): re.compile(
        r"ooo:(?:com\.sun\.star\.form\.component|stardiv\.one\.form\.component)\.\w+"
    ),
    q("draw:engine"): re.compile(r"(?:ooo:)?com\.sun\.star\.drawing\.EnhancedCustomShapeEngine"),
    q("chart:class"): re.compile(r"chart:[\w-]+"),
}

#: Properties of form controls whose value is fetched or created.
FETCHED_PROPERTY = re.compile(r"URL|Graphic|Image|DataSource|Command|Connection", re.IGNORECASE)
CONTROL_MODEL = re.compile(r"(?:com\.sun\.star|stardiv\.(?:one|vcl))\.(?:\w+\.)*control\.\w+")

#: Addresses with which LibreOffice reads, runs or expands something, in any attribute.
MACHINE_ADDRESS = re.compile(
    r"(?:vnd\.sun\.star|vnd\.libreoffice)\.|\.uno:|"
    r"(?<![\w-])(?:file|macro|private|slot|service|script|javascript|smb|webdavs?|ftp):",
    re.IGNORECASE,
)
#: Text an attribute may hold without anybody following it.
PLAIN_TEXT_ATTRIBUTES = names(
    "office:string-value text:string-value text:description text:name draw:name table:name "
    "xlink:title form:label form:title form:value form:current-value office:name "
    "loext:alias loext:tag loext:display-text loext:value text:url number:title "
    "text:annote text:note text:title draw:display-name style:display-name "
    "meta:name presentation:name loext:target-url field:value"
)

#: Functions of formulas that read outside the document, and references to other files.
_FORMULA = r"(?:WEBSERVICE|DDE|CELL|INFO|INDIRECT|RTD|REGISTER\.ID|CALL|EXEC)\s*\("
OUTSIDE_FORMULA = re.compile(rf"(?<![A-Z0-9_]){_FORMULA}|'\s*#|://", re.IGNORECASE)
#: HYPERLINK only makes something to click on.
HARMLESS_FORMULA = re.compile(r"""HYPERLINK\s*\(\s*"[^"]*\"""", re.IGNORECASE)
#: Local names of attributes that hold formulas, conditions or cell addresses.
FORMULA_ATTRIBUTE = re.compile(
    r"(?:.*-)?(?:formula|expression|condition|address(?:es)?|ranges?|cell|categories)"
)

#: Settings of text type that may stay; all other texts (printers, databases, scripts) go.
TEXT_SETTINGS = frozenset(
    {
        "ActiveTable",
        "BeginLine",
        "Country",
        "EndLine",
        "Language",
        "PrinterIndependentLayout",
        "Variant",
        "ViewId",
    }
)
#: Settings of other types that make a document load something.
LOADING_SETTINGS = frozenset(["UpdateFromTemplate", "LinkUpdateMode", "EmbedFonts"])
