"""What is refused about fonts, beside what the gate refuses.

::

    FontError
    ├── NoSuchFont     the tenant has no such font
    ├── FontExists     the tenant has a font of that family and style
    └── TooManyFonts   the tenant has as many as may be
"""

from __future__ import annotations

from greffier.errors import HallError


class FontError(HallError):
    """Something about a font is refused."""


class NoSuchFont(FontError):
    """The tenant has no such font."""


class FontExists(FontError):
    """The tenant has a font of that family and style already."""


class TooManyFonts(FontError):
    """The tenant has as many fonts as may be."""
