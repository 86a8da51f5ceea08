"""What the reader and its worker say to each other: a JSON object and bytes, each with its length before it."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

_SIZES = struct.Struct("<QQ")


def send(pipe: IO[bytes], said: dict[str, Any], blob: bytes = b"") -> None:
    text = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    pipe.write(_SIZES.pack(len(text), len(blob)))
    pipe.write(text)
    pipe.write(blob)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """None at the end of the stream; ValueError when it ends midway."""
    sizes = pipe.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise ValueError("frame cut short")
    length, blob_length = _SIZES.unpack(sizes)
    text, blob = pipe.read(length), pipe.read(blob_length)
    if (len(text), len(blob)) != (length, blob_length):
        raise ValueError("frame cut short")
    said: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
    return said, blob
