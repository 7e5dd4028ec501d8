"""Expressions of templates: Python's syntax, compiled to closures over an allow-list.

Nothing is ever evaluated as code. An expression is parsed, each kind of node that is on the
list becomes a small function, and everything else is refused when the template is prepared.
No name, attribute, argument or variable may begin with an underscore, wherever it stands, and
only functions of :mod:`..functions.offered` and methods of :mod:`.methods` are called.

``syntax`` parses; ``compiler`` compiles, with a module for each family of nodes: ``lookups``
(names, parts), ``operations``, ``displays`` (lists, objects, comprehensions) and ``calls``.
"""

from .compiler import Compiler
from .syntax import ExpressionRefused, dotted, identifier, parse, parse_assignments

__all__ = ["Compiler", "ExpressionRefused", "dotted", "identifier", "parse", "parse_assignments"]
