"""Any HTML that a strategy can think of: tidy, broken and hostile."""

from __future__ import annotations

from greffier_templates.gate.xml_parts import words
from hypothesis import strategies as st

_TAGS = sorted(
    words(
        "p div span b strong i em u s sub sup code pre h1 h2 h6 blockquote ul ol li table thead "
        "tbody tfoot tr td th caption col colgroup a br hr img figure figcaption dl dt dd font "
        "center o:p x-y script style iframe form input svg math body html q mark small label input"
    )
)
#: Of these nothing is printed.
DROPPED = words("script style iframe form svg math")
_STYLES = sorted(
    words(
        "text-align:center text-align:JUSTIFY margin-left:40px margin:0_auto text-indent:-1cm "
        "color:red color:hsl(1,2%,3%) color:#12345 background:url(javascript:x) background:#eee "
        "font-size:99999pt font-size:50% font-weight:bold page-break-before:always display:none "
        "mso-list:l0_level3_lfo1 mso-list:Ignore width:0 width:-5% width:1e9px border:none "
        "border:9pt_dashed_#abc border-left:thick border-style:none_solid vertical-align:super "
        "list-style-type:lower-roman list-style:none_inside ;;: float:left"
    )
)
_ATTRIBUTES = st.one_of(
    st.lists(st.sampled_from(_STYLES), max_size=3).map(
        lambda styles: f' style="{";".join(styles).replace("_", " ")}"'
    ),
    st.sampled_from(
        [
            ' class="Fort Citation hidden"',
            ' class="MsoListParagraph"',
            ' colspan="0"',
            ' colspan="3"',
            ' rowspan="2"',
            ' rowspan="99999999"',
            ' start="-3"',
            ' start="9999999"',
            ' value="4"',
            ' type="I"',
            ' type="checkbox" checked',
            ' width="50%"',
            ' width="-1"',
            ' border="0"',
            ' align="right"',
            ' lang="fr-BE"',
            ' lang="x"',
            ' href="https://example.org/?a=&quot;1&quot;&b=<2>"',
            ' href="javascript:alert(1)"',
            ' href="vnd.sun.star.expand:$HOME"',
            ' src="file:///etc/passwd"',
            ' src="data:#0"',
            ' alt="]]&gt; &amp; &quot;"',
            ' bgcolor="javascript:x"',
            " onclick='x'",
        ]
    ),
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "&nbsp;",
            "&#146;",
            "&lt;b&gt;",
            "]]>",
            "<!--",
            "-->",
            "<![endif]>",
            "\n  ",
            "${x}",
            "&#0;",
        ]
    ),
)


def _element(tag: str, attributes: list[str], inner: str, closed: bool) -> str:
    return f"<{tag}{''.join(attributes)}>{inner}" + (f"</{tag}>" if closed else "")


#: HTML in which elements stand in each other as they come.
HTML = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        _element,
        st.sampled_from(_TAGS),
        st.lists(_ATTRIBUTES, max_size=2),
        st.lists(inner, max_size=4).map("".join),
        st.booleans(),
    ),
    max_leaves=25,
)
