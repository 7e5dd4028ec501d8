"""The names OpenDocument has: namespaces, and the elements that may pass the gate.

Elements: those of OpenDocument 1.3 part 3 and of LibreOffice's extensions of it (its
``schema/libreoffice`` schemas, up to 25.8), without the ones that reach outside the document.
Those are named in ``odf_rules``; what is named in neither is unknown and taken out.
"""

from __future__ import annotations

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_LIBREOFFICE = "urn:org:documentfoundation:names:experimental:"

NS: dict[str, str] = {
    "anim": f"{_OASIS}animation:1.0",
    "chart": f"{_OASIS}chart:1.0",
    "config": f"{_OASIS}config:1.0",
    "dr3d": f"{_OASIS}dr3d:1.0",
    "draw": f"{_OASIS}drawing:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "form": f"{_OASIS}form:1.0",
    "manifest": f"{_OASIS}manifest:1.0",
    "meta": f"{_OASIS}meta:1.0",
    "number": f"{_OASIS}datastyle:1.0",
    "office": f"{_OASIS}office:1.0",
    "presentation": f"{_OASIS}presentation:1.0",
    "script": f"{_OASIS}script:1.0",
    "smil": f"{_OASIS}smil-compatible:1.0",
    "style": f"{_OASIS}style:1.0",
    "svg": f"{_OASIS}svg-compatible:1.0",
    "table": f"{_OASIS}table:1.0",
    "text": f"{_OASIS}text:1.0",
    "calcext": f"{_LIBREOFFICE}calc:xmlns:calcext:1.0",
    "loext": f"{_LIBREOFFICE}office:xmlns:loext:1.0",
    "field": "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0",
    "chartooo": "http://openoffice.org/2010/chart",
    "css3t": "http://www.w3.org/TR/css3-text/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "drawooo": "http://openoffice.org/2010/draw",
    "math": "http://www.w3.org/1998/Math/MathML",
    "officeooo": "http://openoffice.org/2009/office",
    "tableooo": "http://openoffice.org/2009/table",
    "xforms": "http://www.w3.org/2002/xforms",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
    # Never let through; named so that they can be refused by name.
    "py": "http://genshi.edgewall.org/",
    "xi": "http://www.w3.org/2001/XInclude",
}


def q(name: str) -> str:
    """``text:p`` as lxml writes it, ``{urn:…}p``."""
    prefix, _, local = name.partition(":")
    return f"{{{NS[prefix]}}}{local}"


def names(words: str) -> frozenset[str]:
    """Several names, written as one text: ``text:p text:h``."""
    return frozenset(map(q, words.split()))


#: Namespaces whose attributes pass unless ``odf_rules`` names the attribute.
ATTRIBUTE_NAMESPACES = frozenset(
    uri for prefix, uri in NS.items() if prefix not in ("manifest", "py", "script", "xforms", "xi")
)

_NAMES = {
    "anim": "animate animateColor animateMotion animateTransform iterate par param seq set "
    "transitionFilter",
    "calcext": "color-scale color-scale-entry condition conditional-format conditional-formats "
    "data-bar date-is formatting-entry icon-set sparkline sparkline-axis-complex-color "
    "sparkline-first-complex-color sparkline-group sparkline-groups "
    "sparkline-high-complex-color sparkline-last-complex-color sparkline-low-complex-color "
    "sparkline-markers-complex-color sparkline-negative-complex-color "
    "sparkline-series-complex-color sparklines",
    "chart": "axis categories chart coordinate-region data-label data-point date-scale domain "
    "equation error-indicator floor footer grid label-separator legend mean-value plot-area "
    "regression-curve series stock-gain-marker stock-loss-marker stock-range-line subtitle "
    "symbol-image title wall",
    "chartooo": "coordinate-region date-scale",
    "config": "config-item config-item-map-entry config-item-map-indexed config-item-map-named "
    "config-item-set",
    "dc": "contributor coverage creator date description format identifier language publisher "
    "relation rights source subject title type",
    "dr3d": "cube extrude light rotate scene sphere",
    "draw": "a area-circle area-polygon area-rectangle caption circle connector contour-path "
    "contour-polygon control custom-shape ellipse enhanced-geometry equation fill-image frame g "
    "glue-point gradient handle hatch image image-map layer layer-set line marker measure object "
    "opacity page page-thumbnail param path polygon polyline rect regular-polygon stroke-dash "
    "text-box",
    "field": "fieldmark fieldmark-end fieldmark-separator fieldmark-start param",
    "form": "button checkbox column combobox date file fixed-text form formatted-text frame "
    "generic-control grid hidden image image-frame item list-property list-value listbox number "
    "option password properties property radio text textarea time value-range",
    "loext": "animatePhysics background-complex-color border-bottom-complex-color "
    "border-left-complex-color border-right-complex-color border-top-complex-color "
    "char-complex-color color content-control covered-table-cell data-table fill-complex-color "
    "first-row-end-column first-row-even-column first-row-start-column footer-first "
    "gradient-stop graphic-properties header-first index-source-style label "
    "last-row-end-column last-row-even-column last-row-start-column list-item opacity-stop p "
    "qrcode sender-initials signatureline stroke-complex-color style-ref table table-cell "
    "table-column table-columns table-protection table-row theme theme-colors transformation",
    "meta": "creation-date date-string document-statistic editing-cycles editing-duration "
    "generator initial-creator keyword print-date printed-by user-defined creator-initials",
    "number": "am-pm boolean boolean-style currency-style currency-symbol date-style day "
    "day-of-week embedded-text era fill-character fraction hours minutes month number "
    "number-style percentage-style quarter scientific-number seconds text text-content "
    "text-style time-style week-of-year year",
    "office": "annotation annotation-end automatic-styles binary-data body change-info chart "
    "document document-content document-meta document-settings document-styles drawing "
    "font-face-decls forms master-styles meta presentation settings spreadsheet styles text",
    "presentation": "animation-group animations date-time date-time-decl dim footer footer-decl "
    "header header-decl hide-shape hide-text notes placeholder play settings show show-shape "
    "show-text",
    "style": "background-image chart-properties column column-sep columns default-page-layout "
    "default-style drawing-page-properties drop-cap font-face footer footer-first footer-left "
    "footer-style footnote-sep graphic-properties handout-master header header-first "
    "header-footer-properties header-left header-style list-level-label-alignment "
    "list-level-properties map master-page page-layout page-layout-properties "
    "paragraph-properties presentation-page-layout region-center region-left region-right "
    "ruby-properties section-properties style tab-stop tab-stops table-cell-properties "
    "table-column-properties table-properties table-row-properties text-properties",
    "svg": "desc linearGradient radialGradient stop title",
    "table": "background body calculation-settings cell-address cell-content-change "
    "cell-content-deletion change-deletion change-track-table-cell consolidation "
    "content-validation content-validations covered-table-cell cut-offs "
    "data-pilot-display-info data-pilot-field data-pilot-field-reference data-pilot-group "
    "data-pilot-group-member data-pilot-groups data-pilot-layout-info data-pilot-level "
    "data-pilot-member data-pilot-members data-pilot-sort-info data-pilot-subtotal "
    "data-pilot-subtotals data-pilot-table data-pilot-tables database-range database-ranges "
    "deletion deletions dependencies dependency desc detective error-message even-columns "
    "even-rows filter filter-and filter-condition filter-or filter-set-item first-column "
    "first-row help-message highlighted-range insertion insertion-cut-off iteration label-range "
    "label-ranges last-column last-row movement movement-cut-off named-expression "
    "named-expressions named-range null-date odd-columns odd-rows operation previous scenario "
    "shapes sort sort-by sort-groups source-cell-range source-range-address subtotal-field "
    "subtotal-rule subtotal-rules table table-cell table-column table-column-group table-columns "
    "table-header-columns table-header-rows table-protection table-row table-row-group table-rows "
    "table-template target-range-address title tracked-changes",
    "text": "a alphabetical-index alphabetical-index-entry-template alphabetical-index-mark "
    "alphabetical-index-mark-end alphabetical-index-mark-start alphabetical-index-source "
    "bibliography bibliography-configuration bibliography-entry-template bibliography-mark "
    "bibliography-source bookmark bookmark-end bookmark-ref bookmark-start change change-end "
    "change-start changed-region chapter character-count conditional-text creation-date "
    "creation-time creator date deletion description drop-down editing-cycles editing-duration "
    "expression format-change h hidden-paragraph hidden-text illustration-index "
    "illustration-index-entry-template illustration-index-source image-count index-body "
    "index-entry-bibliography index-entry-chapter index-entry-link-end index-entry-link-start "
    "index-entry-page-number index-entry-span index-entry-tab-stop index-entry-text "
    "index-source-style index-source-styles index-title index-title-template initial-creator "
    "insertion keywords label line-break linenumbering-configuration linenumbering-separator "
    "list list-header list-item list-level-style-bullet list-level-style-image "
    "list-level-style-number list-style measure meta meta-field modification-date "
    "modification-time note note-body note-citation note-continuation-notice-backward "
    "note-continuation-notice-forward note-ref notes-configuration number numbered-paragraph "
    "object-count object-index object-index-entry-template object-index-source "
    "outline-level-style outline-style p page page-continuation page-count page-number "
    "page-sequence page-variable-get page-variable-set paragraph-count placeholder print-date "
    "print-time printed-by reference-mark reference-mark-end reference-mark-start reference-ref "
    "ruby ruby-base ruby-text s section sequence sequence-decl sequence-decls sequence-ref "
    "sheet-name soft-page-break sort-key span subject tab table-count table-formula table-index "
    "table-index-entry-template table-index-source table-of-content "
    "table-of-content-entry-template table-of-content-source text-input time title toc-mark "
    "toc-mark-end toc-mark-start tracked-changes user-defined user-field-decl user-field-decls "
    "user-field-get user-field-input user-index user-index-entry-template user-index-mark "
    "user-index-mark-end user-index-mark-start user-index-source variable-decl variable-decls "
    "variable-get variable-input variable-set word-count",
}

#: The elements that pass, as lxml writes them. MathML passes as a whole: it is not listed here.
ELEMENTS = frozenset(
    f"{{{NS[prefix]}}}{name}" for prefix, words in _NAMES.items() for name in words.split()
)
