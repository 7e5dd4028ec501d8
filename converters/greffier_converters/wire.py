"""Frames between the service and the processes it supervises, on their stdin and stdout.

A frame is the length of a JSON text and of a binary attachment (``>II``), then
the two. The process speaks first, ``{"ready": true, ...}``; from then on every
request has exactly one answer. Only the standard library is used here, because
the processes import this file too (``driver.py`` keeps its own copy of the few
lines it needs: it is run by path with another Python).
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import asyncio  # what the processes do not need costs their start a tenth of a second

_LENGTHS = struct.Struct(">II")

#: What the service accepts from a process, so that one that has been taken over
#: cannot make it allocate at will.
MAX_JSON_BYTES = 32 * 2**20
MAX_BLOB_BYTES = 256 * 2**20

Frame = tuple[dict[str, object], bytes]


class GarbageReceived(Exception):
    """The other side sent something that is no frame."""


def encode(message: Mapping[str, object], blob: bytes = b"") -> bytes:
    """Lay out the head of a frame; the blob follows it unchanged."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(blob)) + text


async def receive(reader: asyncio.StreamReader) -> Frame:
    """Read one frame sent by a process.

    Raises:
        GarbageReceived: it is no frame, or larger than allowed.
        asyncio.IncompleteReadError: the process closed its end, usually by dying.
    """
    json_bytes, blob_bytes = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    if json_bytes > MAX_JSON_BYTES or blob_bytes > MAX_BLOB_BYTES:
        raise GarbageReceived(f"a frame of {json_bytes} + {blob_bytes} bytes was announced")
    text = await reader.readexactly(json_bytes)
    try:
        message = json.loads(text)
    except ValueError:
        raise GarbageReceived("the frame holds no JSON") from None
    if not isinstance(message, dict):
        raise GarbageReceived("the frame holds no JSON object")
    return message, await reader.readexactly(blob_bytes)


def serve(
    work: Callable[[dict[str, object], bytes], Mapping[str, object]],
    facts: Mapping[str, object],
) -> None:
    """Be a supervised process: announce readiness, answer requests until stdin closes.

    Whatever else the process prints goes to standard error from here on, where it
    cannot be mistaken for a frame.

    Args:
        work: answers one request; what it raises ends the process, so it has to
            turn expected failures into ``{"error": {"type", "message", ...}}``.
        facts: sent along with ``{"ready": true}``.
    """
    requests = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        _write(answers, {"ready": True, **facts})
        while lengths := requests.read(_LENGTHS.size):
            json_bytes, blob_bytes = _LENGTHS.unpack(lengths)
            message = json.loads(requests.read(json_bytes))
            _write(answers, work(message, requests.read(blob_bytes)))


def _write(stream: BinaryIO, message: Mapping[str, object]) -> None:
    stream.write(encode(message))
    stream.flush()
