"""The library: read, check, explain and fill ODT templates.

Pure: it works on the bytes it is given and knows neither HTTP nor LibreOffice.
"""

from .check import check
from .prepared import Prepared, prepare

__all__ = ["Prepared", "check", "prepare"]
