"""What a template needs of its data: its outline gone through, block by block."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence

from ..expressions import parse, parse_assignments
from ..markers import Kind, Marker
from ..pictures.code_frames import OPTIONS
from ..pictures.codes.kinds import CODES
from ..pictures.images import ImageCall
from ..telling.site import Site
from . import calls, shapes
from .outline import Outline, Step
from .parsing import parse_loop, parsed, says_something
from .reader import Names, Reader, turn
from .shapes import Frame, Frames, Shape


def needs(outline: Outline) -> Shape:
    """The data that a template needs."""
    data = Shape("", "")
    data.touched[()] = None
    _Needs(data, outline.translated).walk(outline.steps, {}, ())
    return data


class _Needs:
    """Goes through steps and notes in ``data`` what they need."""

    def __init__(self, data: Shape, translated: Collection[str]) -> None:
        self._data = data
        self._translated = translated

    def walk(self, steps: Sequence[Step], names: Names, frames: Frames) -> None:
        """Note what these steps need, one after the other."""
        for step in steps:
            if step.marker is None:
                self.walk(step.inside, names, frames)
            else:
                self._marker(step, step.marker, names, frames)

    def _reader(self, site: Site) -> Reader:
        return Reader(self._data, site, self._translated)

    def _inside(self, step: Step, names: Names, frames: Frames, frame: Frame) -> None:
        self.walk(step.inside, names, (*frames, frame))

    def _marker(self, step: Step, marker: Marker, names: Names, frames: Frames) -> None:
        reader = self._reader(marker.site)
        read = _READERS.get(step.instruction or marker.kind)
        if read is None:
            self.walk(step.inside, names, frames)
        else:
            read(self, step, reader, names, frames)

    def _value(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        reader.use(reader.read(parsed(step, parse), names, frames), shapes.PRINTED, frames)

    def _for(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        target, items, _ = parsed(step, parse_loop)
        value = reader.read(items, names, frames)
        item = reader.items(value, shapes.LOOPED, frames)
        frame = turn(value)
        inside = reader.bind(target, item, names, (*frames, frame))
        inside = {"loop": reader.turn_of_loop(names), **inside}
        self._inside(step, inside, frames, frame)
        for empty in step.branches:
            self._inside(empty, names, frames, Frame(site=_site(empty)))

    def _if(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        for case in (step, *step.branches):
            of_case = self._reader(_site(case))
            guards: dict[Shape, tuple[object, ...]] = {}
            if says_something(case):
                test = parsed(case, parse)
                of_case.use(of_case.read(test, names, frames), shapes.TESTED, frames)
                guards = of_case.guards(test, names)
            self._inside(case, names, frames, Frame(guards, of_case.site))
            frames = (*frames, Frame())

    def _with(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        for target, value in parsed(step, parse_assignments):
            names = reader.bind(target, reader.read(value, names, frames), names, frames)
        self.walk(step.inside, names, frames)

    def _choose(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        chosen = says_something(step)
        value = reader.read(parsed(step, parse), names, frames) if chosen else None
        for when in step.inside:
            if when.marker is None or when.marker.name not in ("when", "otherwise"):
                self.walk([when], names, frames)
                continue
            of_case = self._reader(when.marker.site)
            guards: dict[Shape, tuple[object, ...]] = {}
            if when.marker.name == "when":
                test = parsed(when, parse)
                found = of_case.read(test, names, frames)
                if value is None:
                    of_case.use(found, shapes.TESTED, frames)
                    guards = of_case.guards(test, names)
                else:
                    of_case.equal(value, test, found, frames)
            self._inside(when, names, frames, Frame(guards, of_case.site))
            frames = (*frames, Frame())

    def _image(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        call = parsed(step, parse)
        assert isinstance(call, ast.Call)
        for name, value in calls.arguments(ImageCall, call).items():
            use = shapes.PICTURE if name == "data" else shapes.GIVEN
            reader.use(reader.read(value, names, frames), use, frames)

    def _code(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        """What a code says; what it leaves out when that is missing is for the template to say."""
        assert step.marker is not None
        call = parsed(step, parse)
        assert isinstance(call, ast.Call)
        options = {one.arg for one in call.keywords if one.arg in OPTIONS}
        own = ast.Call(call.func, call.args, [k for k in call.keywords if k.arg not in options])
        given = calls.arguments(CODES[step.marker.name].make, own)
        for name, value in given.items():
            use = calls.CODED.get((step.marker.name, name)) or calls.CODED.get(("", name))
            reader.use(reader.read(value, names, frames), use or shapes.CODED, frames)
        for option in call.keywords:
            if option.arg in options:
                reader.use(reader.read(option.value, names, frames), shapes.GIVEN, frames)

    def _static_image(self, step: Step, reader: Reader, names: Names, frames: Frames) -> None:
        """A picture that is mostly sent beside the data, and may be in it."""
        assert step.marker is not None
        sometimes = (*frames, Frame())
        pictures = self._data.member("staticimage", sometimes, reader.site, needed=False)
        picture = pictures.member(step.marker.name, sometimes, reader.site, needed=False)
        picture.note(shapes.PICTURE, sometimes, reader.site)


def _site(step: Step) -> Site:
    assert step.marker is not None
    return step.marker.site


_READERS: Mapping[str | Kind, Callable[[_Needs, Step, Reader, Names, Frames], None]] = {
    Kind.FIELD: _Needs._value,
    Kind.FUNCTION: _Needs._value,
    Kind.IMAGE: _Needs._image,
    Kind.STATIC_IMAGE: _Needs._static_image,
    Kind.CODE: _Needs._code,
    "choose": _Needs._choose,
    "for": _Needs._for,
    "for-column": _Needs._for,
    "if": _Needs._if,
    "if-column": _Needs._if,
    "with": _Needs._with,
}
