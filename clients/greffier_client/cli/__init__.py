"""The command line ``greffier``."""

from .main import main

__all__ = ["main"]
