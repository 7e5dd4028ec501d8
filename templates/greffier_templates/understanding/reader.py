"""Goes through expressions as the compiler does, and notes what they do with the data.

Nothing is computed: a name stands for a place of the data (:class:`Ref`), and what an
expression makes of it for what can be told beforehand of its result.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..expressions import dotted, methods
from ..functions import suffixes
from ..functions.offered import Function, functions
from ..model import Filling
from ..telling.site import Site
from . import calls, shapes
from .shapes import NOTHINGS, Frame, Frames, Shape, Use


@dataclass(frozen=True, slots=True)
class Ref:
    """A place of the data."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Some:
    """A part of a list or text of the data: ``pieces[:3]``."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Many:
    """A list that an expression makes, of items like this one."""

    item: Value
    #: The lists of the data of which it has something for each item.
    whole: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """A tuple or list of so many values."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A value that an expression makes; all that is known of it is whether it is a text."""

    is_text: bool = False
    members: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, each under its conditions."""

    values: tuple[tuple[Value, Frames], ...]


def _t(text: object) -> str:
    """Stands for the translations of a template."""
    return ""


_FUNCTIONS: Mapping[str, Function] = {**functions(Filling()), "t": _t}
Value = Ref | Some | Many | Parts | Made | Either
Names = Mapping[str, Value]
_SOMETHING: Value = Made()
_TEXT: Value = Made(is_text=True)
_TURN: Names = dict.fromkeys(("index", "first", "last", "length"), _SOMETHING)


class Reader:
    """Reads the expressions of one marker."""

    def __init__(self, data: Shape, site: Site, translated: Collection[str] = ()) -> None:
        """Note in ``data``, all of the data, what is done at ``site``.

        ``translated`` are the keys of the template's table of translations.
        """
        self._data = data
        self.site = site
        self._translated = translated
        #: Whether what is read need not be in the data.
        self._lenient = False

    # --- doing something with a value -----------------------------------------------------

    def use(self, value: Value, use: Use, frames: Frames) -> None:
        """Note that a value is used so."""
        match value:
            case Ref(shape) | Some(shape):
                shape.note(use, frames, self.site)
            case Either(values):
                for one, among in values:
                    self.use(one, use, _within(frames, among))

    def items(self, value: Value, use: Use, frames: Frames) -> Value:
        """Note that a value is gone through; gives its items."""
        self.use(value, use, frames)
        return _item(value)

    def bind(self, target: ast.expr, value: Value, names: Names, frames: Frames) -> Names:
        """Give names to a value or its parts, as ``for`` and ``with`` do."""
        if isinstance(target, ast.Name):
            return {**names, target.id: value}
        assert isinstance(target, ast.Tuple | ast.List)
        self.use(value, shapes.INDEXED, frames)
        if isinstance(value, Ref):
            value.shape.least_items = max(value.shape.least_items, len(target.elts))
        for number, part in enumerate(target.elts):
            names = self.bind(part, _part(value, number), names, frames)
        return names

    # --- expressions ----------------------------------------------------------------------

    def read(self, node: ast.expr, names: Names, frames: Frames) -> Value:
        """Note what an expression does; gives its value."""
        read = _READERS.get(type(node))
        return _SOMETHING if read is None else read(self, node, names, frames)

    def guards(self, test: ast.expr, names: Names) -> dict[Shape, tuple[object, ...]]:
        """Place -> the values of it with which ``test`` cannot hold."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return {
                shape: values
                for part in test.values
                for shape, values in self.guards(part, names).items()
            }
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            (operator,), (right,) = test.ops, test.comparators
            shape = self._place(test.left, names)
            if shape and isinstance(operator, ast.NotEq | ast.IsNot) and _is_none(right):
                return {shape: (None,)}
            return {}
        shape = self._place(test, names)
        return {shape: NOTHINGS} if shape else {}

    def _place(self, node: ast.expr, names: Names) -> Shape | None:
        """The place of the data that a path leads to; notes nothing."""
        path = dotted(node)
        if path is None:
            return None
        if path[0] in names:
            value = names[path[0]]
            shape = value.shape if isinstance(value, Ref) else None
        else:
            shape = self._data.members.get(path[0])
        for name in path[1:]:
            shape = shape.members.get(name) if shape else None
        return shape

    def _name(self, node: ast.Name, names: Names, frames: Frames) -> Value:
        if node.id in names:
            value = names[node.id]
            if isinstance(value, Ref):
                value.shape.touch(frames)
            return value
        found = self._data.member(node.id, frames, self.site, needed=not self._lenient)
        found.touch(frames)
        return Ref(found)

    def turn_of_loop(self, names: Names) -> Value:
        """What ``loop`` stands for in a loop where these names are known already."""
        if "loop" in names:
            outer = names["loop"]
            return Made(members={**_TURN, "outer": outer}) if isinstance(outer, Made) else outer
        if "loop" in self._data.members:  # the data have one of their own, which goes first
            return Ref(self._data.members["loop"])
        return Made(members=_TURN)

    def _attribute(self, node: ast.Attribute, names: Names, frames: Frames) -> Value:
        call = suffixes.call_of(node)
        if call is not None:
            return self._call(call, names, frames)
        return self.member(self.read(node.value, names, frames), node.attr, frames)

    def member(self, owner: Value, name: str, frames: Frames, *, needed: bool = True) -> Value:
        """Note that a member is asked for; gives it."""
        match owner:
            case Ref(shape):
                needed = needed and not self._lenient
                found = shape.member(name, frames, self.site, needed=needed)
                found.touch(frames)
                return Ref(found)
            case Made(members=members) if members is not None:
                return members.get(name, _SOMETHING)
            case Either(values):
                return Either(
                    tuple(
                        (self.member(one, name, _within(frames, among), needed=needed), among)
                        for one, among in values
                    )
                )
        return _SOMETHING

    def _subscript(self, node: ast.Subscript, names: Names, frames: Frames) -> Value:
        owner = self.read(node.value, names, frames)
        if isinstance(node.slice, ast.Slice):
            for bound in (node.slice.lower, node.slice.upper, node.slice.step):
                if bound is not None:
                    self.use(self.read(bound, names, frames), shapes.INTEGER, frames)
            self.use(owner, shapes.INDEXED, frames)
            return Some(owner.shape) if isinstance(owner, Ref) else owner
        key = _constant_of(node.slice)
        if isinstance(key, str):
            return self.member(owner, key, frames)
        if isinstance(key, int):
            return self._indexed(owner, key, frames)
        index = self.read(node.slice, names, frames)
        self.use(index, shapes.EQUALLED, frames)
        self.use(owner, shapes.KEYED, frames)
        if isinstance(owner, Ref) and isinstance(index, Ref):
            owner.shape.keys.append(index.shape)
        return Ref(owner.shape.other()) if isinstance(owner, Ref) else _SOMETHING

    def _indexed(self, owner: Value, index: int, frames: Frames) -> Value:
        self.use(owner, shapes.INDEXED, frames)
        if isinstance(owner, Ref):
            needed = index + 1 if index >= 0 else -index
            owner.shape.least_items = max(owner.shape.least_items, min(needed, 100))
        return _part(owner, index)

    # --- operations -----------------------------------------------------------------------

    def _boolean(self, node: ast.BoolOp, names: Names, frames: Frames) -> Value:
        values: list[tuple[Value, Frames]] = []
        is_or = isinstance(node.op, ast.Or)
        for number, part in enumerate(node.values):
            value = self.read(part, names, frames)
            if number < len(node.values) - 1:
                self.use(value, shapes.TESTED, frames)
            guards = self.guards(part, names)
            # What ``or`` gives is never nothing, but for its last part.
            is_last = number == len(node.values) - 1
            given = () if is_last else (Frame(guards) if is_or else Frame(),)
            values.append((value, (*frames, *given)))
            frames = (*frames, Frame({} if is_or else guards))
        return Either(tuple(values))

    def _conditional(self, node: ast.IfExp, names: Names, frames: Frames) -> Value:
        self.use(self.read(node.test, names, frames), shapes.TESTED, frames)
        then = (*frames, Frame(self.guards(node.test, names)))
        otherwise = (*frames, Frame())
        return Either(
            (
                (self.read(node.body, names, then), then),
                (self.read(node.orelse, names, otherwise), otherwise),
            )
        )

    def _unary(self, node: ast.UnaryOp, names: Names, frames: Frames) -> Value:
        value = self.read(node.operand, names, frames)
        is_not = isinstance(node.op, ast.Not)
        self.use(value, shapes.TESTED if is_not else shapes.COMPUTED, frames)
        return _SOMETHING

    def _binary(self, node: ast.BinOp, names: Names, frames: Frames) -> Value:
        left, right = self.read(node.left, names, frames), self.read(node.right, names, frames)
        if isinstance(node.op, ast.Mod) and isinstance(left, Made) and left.is_text:
            for value in right.values if isinstance(right, Parts) else (right,):
                self.use(value, shapes.WRITTEN, frames)
            return _TEXT
        if isinstance(node.op, ast.Add | ast.Mult):
            return self._added(left, right, frames, is_sum=isinstance(node.op, ast.Add))
        use = shapes.ADDED if isinstance(node.op, ast.Mod) else shapes.COMPUTED
        self.use(left, use, frames)
        self.use(right, use, frames)
        return _SOMETHING

    def _added(self, left: Value, right: Value, frames: Frames, *, is_sum: bool) -> Value:
        is_text = any(isinstance(one, Made) and one.is_text for one in (left, right))
        if is_text and is_sum:
            self.use(left, shapes.TEXT, frames)
            self.use(right, shapes.TEXT, frames)
            return _TEXT
        for value in (left, right):
            self.use(value, shapes.ADDED, frames)
        lists = [one for one in (left, right) if isinstance(one, Many | Parts)]
        return lists[0] if lists else _SOMETHING

    def _compare(self, node: ast.Compare, names: Names, frames: Frames) -> Value:
        left_node, left = node.left, self.read(node.left, names, frames)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.read(right_node, names, frames)
            if isinstance(operator, ast.In | ast.NotIn):
                self._searched(left, left_node, right, right_node, frames)
            else:
                is_order = not isinstance(operator, ast.Eq | ast.NotEq | ast.Is | ast.IsNot)
                self._compared(left, right_node, frames, is_order=is_order)
                self._compared(right, left_node, frames, is_order=is_order)
            left_node, left, frames = right_node, right, (*frames, Frame())
        return _SOMETHING

    def _compared(self, value: Value, with_: ast.expr, frames: Frames, *, is_order: bool) -> None:
        constant = _constant_of(with_)
        use = shapes.EQUALLED
        if is_order and isinstance(constant, int | float):
            use = shapes.COMPUTED
        elif is_order and isinstance(constant, str):
            use = shapes.TEXT
        self.use(value, use, frames)
        if isinstance(value, Ref) and isinstance(constant, str | int | float):
            value.shape.examples[constant] = None

    def equal(self, value: Value, with_: ast.expr, other: Value, frames: Frames) -> None:
        """Note that two values are compared, as ``when`` of a ``choose`` does."""
        self._compared(value, with_, frames, is_order=False)
        self.use(other, shapes.EQUALLED, frames)

    def _searched(
        self, left: Value, left_node: ast.expr, right: Value, right_node: ast.expr, frames: Frames
    ) -> None:
        self.use(left, shapes.EQUALLED, frames)
        self.use(right, shapes.SEARCHED, frames)
        if isinstance(left, Ref) and isinstance(right_node, ast.List | ast.Tuple):
            constants = [_constant_of(one) for one in right_node.elts]
            left.shape.examples |= {one: None for one in constants if one is not None}
        if isinstance(right, Ref) and isinstance(left_node, ast.Constant):
            right.shape.item().examples[left_node.value] = None

    # --- lists, objects, comprehensions ---------------------------------------------------

    def _sequence(self, node: ast.List | ast.Tuple, names: Names, frames: Frames) -> Value:
        return Parts(tuple(self.read(one, names, frames) for one in node.elts))

    def _object(self, node: ast.Dict, names: Names, frames: Frames) -> Value:
        members: dict[str, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.read(value, names, frames)
            name = None if key is None else _constant_of(key)
            if isinstance(name, str):
                members[name] = found
            elif key is not None:
                self.read(key, names, frames)
        return Made(members=members)

    def _formatted(self, node: ast.JoinedStr, names: Names, frames: Frames) -> Value:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.use(self.read(part.value, names, frames), shapes.WRITTEN, frames)
        return _TEXT

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp, names: Names, frames: Frames
    ) -> Value:
        names, among = self._clauses(node.generators, names, frames)
        item = Either(((self.read(node.elt, names, among), among),))
        whole = tuple(shape for frame in among for shape in frame.turns_of)
        return Many(item, whole)

    def _object_comprehension(self, node: ast.DictComp, names: Names, frames: Frames) -> Value:
        names, frames = self._clauses(node.generators, names, frames)
        self.read(node.key, names, frames)
        self.read(node.value, names, frames)
        return _SOMETHING

    def _clauses(
        self, clauses: Sequence[ast.comprehension], names: Names, frames: Frames
    ) -> tuple[Names, Frames]:
        for clause in clauses:
            items = self.read(clause.iter, names, frames)
            item = self.items(items, shapes.LOOPED, frames)
            frames = (*frames, turn(items))
            names = self.bind(clause.target, item, names, frames)
            for test in clause.ifs:
                self.use(self.read(test, names, frames), shapes.TESTED, frames)
                frames = (*frames, Frame(self.guards(test, names)))
        return names, frames

    # --- calls ----------------------------------------------------------------------------

    def _call(self, node: ast.Call, names: Names, frames: Frames) -> Value:
        name = ".".join(dotted(node.func) or ())
        if name in _FUNCTIONS:
            return self._function(name, node, names, frames)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, node, names, frames)
        return _SOMETHING

    def _function(self, name: str, node: ast.Call, names: Names, frames: Frames) -> Value:
        """What a function takes and gives; see ``calls.py``."""
        arguments = calls.arguments(_FUNCTIONS[name], node)
        if name == "default":
            return self._default(arguments, names, frames)
        key, part = calls.key_of(name, node)
        if part is not None:
            arguments = {one: value for one, value in arguments.items() if value is not key}
        values = {
            parameter: self.read(given, names, frames)
            for parameter, given in arguments.items()
            if not isinstance(given, ast.Lambda) and parameter != "key"
        }
        uses = calls.uses(name, arguments)
        goes_through = calls.GO_THROUGH.get(name)
        items: list[Value] = []
        whole: tuple[Shape, ...] = ()
        if name == "t":
            for value in values.values():
                self._among(value, self._translated)
        for parameter, value in values.items():
            if goes_through is None or parameter.partition(" ")[0] != goes_through.parameter:
                self.use(value, uses.get(parameter, shapes.GIVEN), frames)
                continue
            if name in ("min", "max") and len(values) > 1:
                self.use(value, shapes.GIVEN, frames)
                continue
            whole = turn(value).turns_of
            turns = (*frames, Frame(turns_of=whole))
            item = self.items(value, goes_through.whole, frames)
            found = item
            for step in (part or "").split("."):
                found = self.member(found, step, turns) if step else found
            self.use(found, goes_through.item, turns)
            self._key(arguments.get("key"), item, names, turns)
            items.append(found if name in ("min", "max") else item)
        return _given(name, list(values.values()), items, whole)

    def _among(self, value: Value, texts: Collection[str]) -> None:
        """Note that a value is one of these."""
        match value:
            case Ref(shape):
                shape.examples |= dict.fromkeys(texts)
            case Either(values):
                for one, _ in values:
                    self._among(one, texts)

    def _default(self, arguments: Mapping[str, ast.expr], names: Names, frames: Frames) -> Value:
        """``default(value, other)``: the value need not be there."""
        before, self._lenient = self._lenient, True
        value = self.read(arguments["value"], names, frames)
        self._lenient = before
        guards = {value.shape: (None, "")} if isinstance(value, Ref) else {}
        given = [(value, (*frames, Frame(guards)))]
        if "other" in arguments:
            otherwise = (*frames, Frame())
            given.append((self.read(arguments["other"], names, otherwise), otherwise))
        return Either(tuple(given))

    def _key(self, key: ast.expr | None, item: Value, names: Names, frames: Frames) -> None:
        """What ``key=lambda item: …`` does with each item."""
        if isinstance(key, ast.Lambda):
            argument = ast.Name(key.args.args[0].arg)
            self.read(key.body, self.bind(argument, item, names, frames), frames)
        elif isinstance(key, ast.Name) and key.id in _FUNCTIONS:
            of_items = calls.first_use(key.id, _FUNCTIONS[key.id])
            self.use(item, of_items, frames)

    def _method(self, method: ast.Attribute, node: ast.Call, names: Names, frames: Frames) -> Value:
        owner, name = self.read(method.value, names, frames), method.attr
        values = [self.read(one, names, frames) for one in node.args]
        if name == "join":
            self.use(owner, shapes.TEXT, frames)
            for value in values:
                item = self.items(value, shapes.GATHERED, frames)
                self.use(item, shapes.TEXT, (*frames, Frame()))
            return _TEXT
        if name in methods.OF_OBJECTS:
            return self._of_object(owner, name, node, values, frames)
        is_of_lists = name in methods.OF_LISTS
        self.use(owner, shapes.TEXT_OR_LIST if is_of_lists else shapes.TEXT, frames)
        for value in values:
            self.use(value, shapes.GIVEN, frames)
        return Many(_TEXT) if name in _GIVE_LISTS else Made(is_text=name in _GIVE_TEXTS)

    def _of_object(
        self, owner: Value, name: str, node: ast.Call, values: Sequence[Value], frames: Frames
    ) -> Value:
        self.use(owner, shapes.OWNER, frames)
        if name != "get":
            item = Ref(owner.shape.other()) if isinstance(owner, Ref) else _SOMETHING
            gone_through = {"keys": _TEXT, "values": item, "items": Parts((_TEXT, item))}
            return Many(gone_through[name])
        key = _constant_of(node.args[0]) if node.args else None
        found = _SOMETHING
        if isinstance(key, str):
            found = self.member(owner, key, frames, needed=False)
        elif isinstance(owner, Ref):
            found = Ref(owner.shape.other())
        # Without another value, what is not there is null, which not every use takes.
        default = [] if len(values) < 2 else [(values[1], (*frames, Frame()))]
        return Either(((found, frames), *default))


_GIVE_LISTS = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
_GIVE_TEXTS = methods.OF_TEXTS - _GIVE_LISTS - {"count", "find", "index", "rfind", "rindex"}
_SAME_ITEMS = frozenset({"list", "reversed", "sort", "sorted"})


def _given(
    name: str, values: Sequence[Value], items: Sequence[Value], whole: tuple[Shape, ...]
) -> Value:
    """The value of a function, as far as it is made of what it was given."""
    if name == "enumerate" and items:
        return Many(Parts((_SOMETHING, items[0])), whole)
    if name == "zip":  # it ends with the shortest, so not every item has its turn
        return Many(Parts(tuple(map(_sometimes, items))))
    if name in _SAME_ITEMS and items:
        return Many(items[0], whole)
    if name in ("min", "max"):
        return Either(tuple((_sometimes(one), ()) for one in (items or values)))
    if name == "group" and items:
        return Many(Made(members={"key": _SOMETHING, "items": Many(items[0], whole)}), whole)
    if name == "range":
        return Many(_SOMETHING)
    return Made(is_text=name in calls.GIVE_TEXTS)


def _sometimes(value: Value) -> Value:
    return Either(((value, (Frame(),)),))


def _item(value: Value) -> Value:
    """The items of a value."""
    match value:
        case Ref(shape):
            return Ref(shape.item())
        case Some(shape):
            return Either(((Ref(shape.item()), (shape.some,)),))
        case Many(item):
            return item
        case Parts(values):
            return Either(tuple((one, ()) for one in values)) if values else _SOMETHING
        case Either(values):
            return Either(tuple((_item(one), among) for one, among in values))
    return _SOMETHING


def turn(value: Value) -> Frame:
    """What a loop over a value does for each of its items."""
    match value:
        case Ref(shape):
            return Frame(turns_of=(shape,))
        case Many(whole=whole):
            return Frame(turns_of=whole)
        case Either(values):
            return Frame(turns_of=tuple(s for one, _ in values for s in turn(one).turns_of))
    return Frame()


def _part(value: Value, index: int) -> Value:
    """One item of a value, or an item of the tuple that it is."""
    match value:
        case Ref(shape) | Some(shape):
            return Either(((Ref(shape.item()), (shape.some,)),))
        case Parts(values) if -len(values) <= index < len(values):
            return values[index]
        case Many(item):
            return _sometimes(item)
        case Either(values):
            return Either(tuple((_part(one, index), among) for one, among in values))
    return _SOMETHING


def _within(frames: Frames, among: Frames) -> Frames:
    """The frames of a use of a value that has frames of its own."""
    return (*frames, *(frame for frame in among if frame not in frames))


def _constant_of(node: ast.expr) -> object:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant_of(node.operand)
        return -value if isinstance(value, int | float) else None
    return node.value if isinstance(node, ast.Constant) else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _constant(reader: Reader, node: ast.Constant, names: Names, frames: Frames) -> Value:
    return Made(is_text=isinstance(node.value, str))


_READERS: dict[type[ast.expr], Callable[[Reader, Any, Names, Frames], Value]] = {
    ast.Attribute: Reader._attribute,
    ast.BinOp: Reader._binary,
    ast.BoolOp: Reader._boolean,
    ast.Call: Reader._call,
    ast.Compare: Reader._compare,
    ast.Constant: _constant,
    ast.Dict: Reader._object,
    ast.DictComp: Reader._object_comprehension,
    ast.GeneratorExp: Reader._comprehension,
    ast.IfExp: Reader._conditional,
    ast.JoinedStr: Reader._formatted,
    ast.List: Reader._sequence,
    ast.ListComp: Reader._comprehension,
    ast.Name: Reader._name,
    ast.Subscript: Reader._subscript,
    ast.Tuple: Reader._sequence,
    ast.UnaryOp: Reader._unary,
}
