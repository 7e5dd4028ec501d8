"""What a drawing in SVG may consist of: allow-lists of elements, attributes and properties.

After SVG 1.1 (https://www.w3.org/TR/SVG11/), what of it draws without loading, running or
animating anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..telling.wording import say
from .xml_parts import words

#: Shapes, text, gradients, clips and groups: what drawings that come with data may consist of.
PLAIN = words(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan "
    "linearGradient radialGradient stop clipPath mask"
)
#: What drawings that stand in a document may have beside that: effects, each with its cost.
EFFECTS = words(
    "pattern marker image textPath switch view filter feBlend feColorMatrix feComponentTransfer "
    "feFuncR feFuncG feFuncB feFuncA feComposite feConvolveMatrix feDiffuseLighting "
    "feDisplacementMap feDistantLight feDropShadow feFlood feGaussianBlur feMerge feMergeNode "
    "feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence"
)
#: What says something about a drawing and draws nothing: it is left out.
SILENT = words("title desc metadata")
#: Those whose text is drawn.
TEXTUAL = words("text tspan textPath")

#: Properties that may be attributes, declarations of ``style`` or rules of a style sheet.
PROPERTIES = words(
    "alignment-baseline baseline-shift clip-path clip-rule color color-interpolation display "
    "dominant-baseline fill fill-opacity fill-rule flood-color flood-opacity font-family "
    "font-size font-stretch font-style font-variant font-weight letter-spacing lighting-color "
    "mask marker-end marker-mid marker-start opacity overflow stop-color stop-opacity stroke "
    "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-opacity stroke-width text-anchor text-decoration visibility word-spacing writing-mode"
)
#: Properties that a plain drawing has not.
EFFECT_PROPERTIES = words("filter marker-end marker-mid marker-start")

ATTRIBUTES = words(
    "id d points transform viewBox preserveAspectRatio x y width height cx cy r rx ry x1 y1 x2 y2 "
    "dx dy fx fy fr rotate textLength lengthAdjust offset gradientUnits gradientTransform "
    "spreadMethod clipPathUnits maskUnits maskContentUnits"
)
EFFECT_ATTRIBUTES = words(
    "patternUnits patternContentUnits patternTransform markerUnits markerWidth markerHeight "
    "orient refX refY startOffset method spacing filterUnits primitiveUnits in in2 result mode "
    "type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order "
    "kernelMatrix divisor bias targetX targetY edgeMode preserveAlpha surfaceScale "
    "diffuseConstant specularConstant specularExponent azimuth elevation z pointsAtX pointsAtY "
    "pointsAtZ limitingConeAngle scale xChannelSelector yChannelSelector stdDeviation radius "
    "baseFrequency numOctaves seed stitchTiles"
)

#: Elements that are refused by what they are.
REFUSED: Mapping[str, str] = {
    "script": say("a script"),
    "foreignObject": say("content that is no drawing"),
    "image": say("another picture"),
    "feImage": say("another picture"),
    "filter": say("a filter"),
    "pattern": say("a pattern"),
    "marker": say("markers on lines"),
    "textPath": say("text on a path"),
    "switch": say("alternatives"),
    "font": say("a font"),
    "animate": say("an animation"),
    "animateMotion": say("an animation"),
    "animateTransform": say("an animation"),
    "set": say("an animation"),
    "audio": say("sound"),
    "video": say("a film"),
}
