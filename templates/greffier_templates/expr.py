"""Expressions of templates: Python's syntax, compiled to closures over an allow-list.

Nothing is ever evaluated as code. An expression is parsed, each kind of node that is on the
list becomes a small function, and everything else is refused when the template is prepared.
No name, attribute, argument or variable may begin with an underscore, wherever it stands, and
only functions of :mod:`.functions` and methods of :mod:`.methods` can be called.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from .amounts import kind_of
from .errors import ValueRefused
from .methods import NAMES as METHOD_NAMES
from .methods import method_of
from .operators import BINARY, COMPARE, MAX_BITS, UNARY, checked
from .scope import MISSING, Getter, Scope, Setter, Site

MAX_SOURCE_CHARACTERS = 2_000
MAX_NODES = 500
_CONSTANTS = ("True", "False", "None")

_Op = TypeVar("_Op", bound=ast.AST)
_Operate = TypeVar("_Operate")


class ExpressionRefused(Exception):
    """An expression that templates may not use; the message says which part and why."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def parse(source: str) -> ast.expr:
    """Parse one expression.

    Raises:
        ExpressionRefused: it is too long or not an expression.
    """
    names = source.strip().split(".")
    reserved = any(keyword.iskeyword(name) and name not in _CONSTANTS for name in names)
    if reserved and all(map(str.isidentifier, names)):
        return _path(names)
    tree = _parse(source, "eval")
    assert isinstance(tree, ast.Expression)
    return tree.body


def _path(names: Sequence[str]) -> ast.expr:
    """``letter.from``: a path that Python would not read, for JSON has no reserved words."""
    node: ast.expr = ast.Name(names[0])
    for name in names[1:]:
        node = ast.Attribute(node, name)
    return node


def parse_assignments(source: str) -> list[tuple[ast.expr, ast.expr]]:
    """Parse ``a = 1; b = a + 1``, the argument of ``with``.

    Raises:
        ExpressionRefused: it is too long or not a row of assignments.
    """
    tree = _parse(source, "exec")
    assert isinstance(tree, ast.Module)
    assignments = []
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise ExpressionRefused("“with” takes assignments: name = expression; …")
        assignments.append((statement.targets[0], statement.value))
    return assignments


def _parse(source: str, mode: str) -> ast.AST:
    if len(source) > MAX_SOURCE_CHARACTERS:
        raise ExpressionRefused(f"It is longer than {MAX_SOURCE_CHARACTERS:,} characters.")
    try:
        tree = ast.parse(source.strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise ExpressionRefused(f"It is not a valid expression: {reason}.") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionRefused("It is too complicated.", "Compute it before it is sent.")
    return tree


class Compiler:
    """Turns the syntax trees of one place of the template into closures."""

    def __init__(self, site: Site, functions: Collection[str]) -> None:
        """Compile for ``site``, where calls of the names in ``functions`` are allowed."""
        self._site = site
        self._functions = functions
        self._modules = {name.partition(".")[0] for name in functions if "." in name}

    def getter(self, node: ast.expr) -> Getter:
        """The closure that computes ``node``.

        Raises:
            ExpressionRefused: something in it is not allowed.
        """
        compile_node = _COMPILERS.get(type(node))
        if compile_node is None:
            what = _UNWANTED.get(type(node), type(node).__name__)
            raise ExpressionRefused(f"{what} cannot be used in a template.")
        return compile_node(self, node)

    def guarded(self, node: ast.expr) -> Getter:
        """The same, reporting what goes wrong with the data instead of raising.

        Raises:
            ExpressionRefused: something in it is not allowed.
        """
        path = _dotted(node)
        if path is not None:
            return self._lookup(path, self.getter(node))
        get, site = self.getter(node), self._site

        def guarded(scope: Scope) -> object:
            try:
                return get(scope)
            except ValueRefused as error:
                scope.reporter.refused(site, str(error))
            except RecursionError:
                scope.reporter.refused(site, "is nested too deeply")
            except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
                scope.reporter.refused(site, "cannot work with values of these kinds")
            return MISSING

        return guarded

    def _lookup(self, path: Sequence[str], slow: Getter) -> Getter:
        """``a.b.c`` by plain dictionary look-ups; anything unexpected goes the slow way."""
        match path:
            case (one,):

                def lookup(scope: Scope) -> object:
                    try:
                        return scope[one]
                    except KeyError:
                        return slow(scope)

            case (one, two):

                def lookup(scope: Scope) -> object:
                    try:
                        return scope[one][two]  # type: ignore[index] # TypeError goes the slow way
                    except (KeyError, TypeError):
                        return slow(scope)

            case _:

                def lookup(scope: Scope) -> object:
                    value: object = scope
                    try:
                        for name in path:
                            value = value[name]  # type: ignore[index] # as above
                    except (KeyError, TypeError):
                        return slow(scope)
                    return value

        return lookup

    def setter(self, target: ast.expr) -> tuple[Setter, tuple[str, ...]]:
        """The closure that stores a value under a name or a tuple of names, and the names.

        Raises:
            ExpressionRefused: it is neither, or a name is not allowed.
        """
        if isinstance(target, ast.Name):
            name = identifier(target.id)

            def store(scope: Scope, value: object) -> None:
                scope[name] = value

            return store, (name,)
        if not isinstance(target, ast.Tuple | ast.List):
            raise ExpressionRefused("Only names can stand for the items of a loop.")
        setters, names = zip(*(self.setter(part) for part in target.elts), strict=True)
        site = self._site

        def unpack(scope: Scope, value: object) -> None:
            if value is MISSING:
                parts: Sequence[object] = [MISSING] * len(setters)
            elif isinstance(value, list | tuple) and len(value) == len(setters):
                parts = value
            else:
                scope.reporter.refused(site, f"needs items of {len(setters)} parts each")
                parts = [MISSING] * len(setters)
            for one, part in zip(setters, parts, strict=True):
                one(scope, part)

        return unpack, tuple(name for group in names for name in group)

    # --- names ----------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> Getter:
        name, site = identifier(node.id), self._site

        def get(scope: Scope) -> object:
            if name in scope:
                return scope[name]
            scope.reporter.missing(site, name, "", scope)
            return MISSING

        return get

    def _attribute(self, node: ast.Attribute) -> Getter:
        name, site = identifier(node.attr), self._site
        if not isinstance(node.value, _WITH_ATTRIBUTES):
            raise ExpressionRefused(f"“{ast.unparse(node)}” asks for a part of something unnamed.")
        if isinstance(node.value, ast.Name) and node.value.id in self._modules:
            raise ExpressionRefused(f"“{ast.unparse(node)}” is not known here.")
        owner, owner_text = self.getter(node.value), ast.unparse(node.value)

        def get(scope: Scope) -> object:
            value = owner(scope)
            if isinstance(value, Mapping) and name in value:
                found: object = value[name]
                return found
            if value is not MISSING:
                scope.reporter.missing(site, name, owner_text, value)
            return MISSING

        return get

    def _subscript(self, node: ast.Subscript) -> Getter:
        owner, owner_text, site = self.getter(node.value), ast.unparse(node.value), self._site
        if isinstance(node.slice, ast.Slice):
            return self._slice(node.slice, owner)
        index = self.getter(node.slice)
        # Only what the designer wrote may be told: a computed key may be personal data.
        told = "this key"
        if isinstance(node.slice, ast.Constant):
            told = str(node.slice.value)
            if told.startswith("__"):
                raise ExpressionRefused(f"“{told}” is a name of Python's own, not of the data.")

        def get(scope: Scope) -> object:
            value, key = owner(scope), index(scope)
            if value is MISSING or key is MISSING:
                return MISSING
            try:
                return value[key]  # type: ignore[index] # TypeError is told where it is guarded
            except LookupError:
                scope.reporter.missing(site, told, owner_text, value)
                return MISSING

        return get

    def _slice(self, node: ast.Slice, owner: Getter) -> Getter:
        bounds = [self.getter(b) if b else _nothing for b in (node.lower, node.upper, node.step)]

        def get(scope: Scope) -> object:
            value = owner(scope)
            start, stop, step = (bound(scope) for bound in bounds)
            if MISSING in (value, start, stop, step):
                return MISSING
            return value[start:stop:step]  # type: ignore[index] # TypeError is told where guarded

        return get

    # --- operators ------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Getter:
        value = node.value
        if not isinstance(value, str | int | float | None):
            raise ExpressionRefused("Only texts, numbers, True, False and None can be written.")
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise ExpressionRefused("A number in it is too large.")
        return lambda scope: value

    def _binary(self, node: ast.BinOp) -> Getter:
        operate = _allowed(BINARY, node.op)
        left, right, site = self.getter(node.left), self.getter(node.right), self._site

        def compute(scope: Scope) -> object:
            a, b = left(scope), right(scope)
            if a is MISSING or b is MISSING:
                return MISSING
            result = operate(a, b)
            scope.budget.spend(_made(result), site)
            return result

        return compute

    def _unary(self, node: ast.UnaryOp) -> Getter:
        operate = _allowed(UNARY, node.op)
        operand = self.getter(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda scope: not operand(scope)

        def compute(scope: Scope) -> object:
            value = operand(scope)
            return value if value is MISSING else operate(value)

        return compute

    def _compare(self, node: ast.Compare) -> Getter:
        first = self.getter(node.left)
        rest = [
            (_allowed(COMPARE, op), self.getter(one))
            for op, one in zip(node.ops, node.comparators, strict=True)
        ]

        def compute(scope: Scope) -> object:
            left = first(scope)
            for compare, get in rest:
                right = get(scope)
                if left is MISSING or right is MISSING:
                    return MISSING
                if not compare(left, right):
                    return False
                left = right
            return True

        return compute

    def _boolean(self, node: ast.BoolOp) -> Getter:
        parts = [self.getter(part) for part in node.values]
        until = isinstance(node.op, ast.Or)

        def compute(scope: Scope) -> object:
            value: object = None
            for part in parts:
                value = part(scope)
                if bool(value) is until:
                    break
            return value

        return compute

    def _conditional(self, node: ast.IfExp) -> Getter:
        test, then, otherwise = (self.getter(n) for n in (node.test, node.body, node.orelse))
        return lambda scope: then(scope) if test(scope) else otherwise(scope)

    # --- displays -------------------------------------------------------------------------

    def _sequence(self, node: ast.List | ast.Tuple) -> Getter:
        make: Callable[[list[object]], object] = list if isinstance(node, ast.List) else tuple
        parts = [self.getter(part) for part in node.elts]

        def build(scope: Scope) -> object:
            values = [part(scope) for part in parts]
            return MISSING if MISSING in values else make(values)

        return build

    def _object(self, node: ast.Dict) -> Getter:
        if None in node.keys:
            raise ExpressionRefused("** cannot be used in a template.")
        keys = [self.getter(key) for key in node.keys if key is not None]
        values = [self.getter(value) for value in node.values]

        def build(scope: Scope) -> object:
            pairs = [(k(scope), v(scope)) for k, v in zip(keys, values, strict=True)]
            return MISSING if any(MISSING in pair for pair in pairs) else dict(pairs)

        return build

    def _formatted_text(self, node: ast.JoinedStr) -> Getter:
        parts: list[Getter] = []
        for part in node.values:
            if not isinstance(part, ast.FormattedValue):
                parts.append(self.getter(part))
            elif part.format_spec is not None or part.conversion != -1:
                raise ExpressionRefused(
                    "A format after : or ! in an f-text cannot be used in a template.",
                    "Use format_decimal(), format_currency() or '%.2f' % x.",
                )
            else:
                parts.append(self.getter(part.value))

        def build(scope: Scope) -> object:
            values = [part(scope) for part in parts]
            return MISSING if MISSING in values else checked("".join(map(str, values)))

        return build

    # --- calls ----------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Getter:
        positional = [self.getter(argument) for argument in node.args]
        named = {
            identifier(given.arg): self._argument(given.arg, given.value) for given in node.keywords
        }
        find, site = self._callee(node.func), self._site

        def call(scope: Scope) -> object:
            function = find(scope)
            values = [argument(scope) for argument in positional]
            options = {name: argument(scope) for name, argument in named.items()}
            if function is None or MISSING in values or MISSING in options.values():
                return MISSING
            scope.budget.spend(sum(_read(value) for value in values), site)
            result = checked(function(*values, **options))
            scope.budget.spend(_made(result), site)
            return result

        return call

    def _callee(self, node: ast.expr) -> Callable[[Scope], Callable[..., object] | None]:
        name = ".".join(_dotted(node) or ())
        if name in self._functions:
            return lambda scope: scope.functions[name]
        if isinstance(node, ast.Attribute):
            return self._method(node)
        raise ExpressionRefused(
            f"“{name or ast.unparse(node)}” is not a function that templates can call."
        )

    def _method(self, node: ast.Attribute) -> Callable[[Scope], Callable[..., object] | None]:
        name = identifier(node.attr)
        if name not in METHOD_NAMES:
            raise ExpressionRefused(f"“.{name}()” is not something that templates can call.")
        owner = self.getter(node.value)

        def find(scope: Scope) -> Callable[..., object] | None:
            value = owner(scope)
            if value is MISSING:
                return None
            method = method_of(value, name)
            if method is None:
                raise ValueRefused(f"calls .{name}() on something that has no such method")
            scope.budget.spend(_read(value), self._site)
            return lambda *args, **kwargs: method(value, *args, **kwargs)

        return find

    def _argument(self, name: str | None, node: ast.expr) -> Getter:
        if name != "key":
            return self.getter(node)
        if isinstance(node, ast.Lambda):
            return self._lambda(node)
        if isinstance(node, ast.Name) and node.id in self._functions:
            function = node.id
            return lambda scope: scope.functions[function]
        raise ExpressionRefused("“key” takes a function or lambda.")

    def _lambda(self, node: ast.Lambda) -> Getter:
        taken = node.args
        others = (taken.posonlyargs, taken.vararg, taken.kwonlyargs, taken.kwarg, taken.defaults)
        if len(taken.args) != 1 or any(others):
            raise ExpressionRefused("A lambda takes one name: lambda item: item.name.")
        name, body, site = identifier(taken.args[0].arg), self.getter(node.body), self._site

        def make(scope: Scope) -> object:
            def function(value: object) -> object:
                scope.budget.spend(1, site)
                with shadowed(scope, (name,)):
                    scope[name] = value
                    return body(scope)

            return function

        return make

    # --- comprehensions -------------------------------------------------------------------

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Getter:
        """A list at once, also for a generator: nothing is left to run later."""
        return self._collect(node.generators, self.getter(node.elt), list)

    def _object_comprehension(self, node: ast.DictComp) -> Getter:
        key, value = self.getter(node.key), self.getter(node.value)
        return self._collect(node.generators, lambda scope: (key(scope), value(scope)), dict)

    def _collect(
        self,
        clauses: Sequence[ast.comprehension],
        element: Getter,
        make: Callable[[Any], object],
    ) -> Getter:
        loops = []
        for clause in clauses:
            if clause.is_async:
                raise ExpressionRefused("“async” cannot be used in a template.")
            store, names = self.setter(clause.target)
            tests = [self.getter(test) for test in clause.ifs]
            loops.append((self.getter(clause.iter), store, names, tests))
        site = self._site

        def fill(scope: Scope, depth: int, found: list[object]) -> None:
            if depth == len(loops):
                found.append(element(scope))
                return
            source, store, names, tests = loops[depth]
            items = iterated(source(scope))
            with shadowed(scope, names):
                for item in items:
                    scope.budget.spend(1, site)
                    store(scope, item)
                    if all(test(scope) for test in tests):
                        fill(scope, depth + 1, found)

        def collect(scope: Scope) -> object:
            found: list[object] = []
            fill(scope, 0, found)
            return MISSING if MISSING in found else checked(make(found))

        return collect


_COMPILERS: dict[type[ast.expr], Callable[[Compiler, Any], Getter]] = {
    ast.Attribute: Compiler._attribute,
    ast.BinOp: Compiler._binary,
    ast.BoolOp: Compiler._boolean,
    ast.Call: Compiler._call,
    ast.Compare: Compiler._compare,
    ast.Constant: Compiler._constant,
    ast.Dict: Compiler._object,
    ast.DictComp: Compiler._object_comprehension,
    ast.GeneratorExp: Compiler._comprehension,
    ast.IfExp: Compiler._conditional,
    ast.JoinedStr: Compiler._formatted_text,
    ast.List: Compiler._sequence,
    ast.ListComp: Compiler._comprehension,
    ast.Name: Compiler._name,
    ast.Subscript: Compiler._subscript,
    ast.Tuple: Compiler._sequence,
    ast.UnaryOp: Compiler._unary,
}
#: What can have named parts; a literal cannot, and a generator's are Python's own.
_WITH_ATTRIBUTES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_SIGNS: dict[type[ast.AST], str] = {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.Invert: "~",
    ast.LShift: "<<",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.RShift: ">>",
}
_UNWANTED: dict[type[ast.expr], str] = {
    ast.Await: "“await”",
    ast.Lambda: "A lambda other than “key=lambda item: …”",
    ast.NamedExpr: "An assignment “:=”",
    ast.Set: "A set {…}",
    ast.SetComp: "A set {…}",
    ast.Starred: "A star *",
    ast.Yield: "“yield”",
    ast.YieldFrom: "“yield”",
}


def identifier(name: str | None) -> str:
    """A name, unless it is private to Python.

    Raises:
        ExpressionRefused: it begins with an underscore, or is the ``**`` of a call.
    """
    if name is None:
        raise ExpressionRefused("** cannot be used in a template.")
    if name.startswith("_"):
        raise ExpressionRefused(f"“{name}” begins with an underscore, which no field may.")
    return name


@contextmanager
def shadowed(scope: Scope, names: Sequence[str]) -> Iterator[None]:
    """Give names back what they stood for before, at the end of a loop."""
    before = {name: scope[name] for name in names if name in scope}
    try:
        yield
    finally:
        for name in names:
            scope.pop(name, None)
        scope.update(before)


def iterated(value: object) -> Collection[object]:
    """The items of a list, none of what is missing or null, the names of an object.

    Raises:
        ValueRefused: it is not a list.
    """
    if value is MISSING or value is None:
        return ()
    if isinstance(value, list | tuple | Mapping):
        return value
    raise ValueRefused(f"needs a list and was given {kind_of(value)}")


def _allowed(table: Mapping[type[_Op], _Operate], node: _Op) -> _Operate:
    operate = table.get(type(node))
    if operate is None:
        sign = _SIGNS.get(type(node), type(node).__name__)
        raise ExpressionRefused(f"The operator “{sign}” cannot be used in a template.")
    return operate


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    """``a.b.c`` as its names, or None for anything else."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return None if owner is None else (*owner, node.attr)
    return None


def _read(value: object) -> int:
    """Steps for handing a value to native code, which goes through about so much a step."""
    return len(value) // 64 if isinstance(value, str | list | tuple | dict) else 0


def _made(value: object) -> int:
    """Steps for a new value: they bound the memory that one filling can take."""
    if isinstance(value, list | tuple | dict):
        return 1 + len(value)
    return 1 + len(value) // 16 if isinstance(value, str) else 1


def _nothing(scope: Scope) -> None:
    return None
