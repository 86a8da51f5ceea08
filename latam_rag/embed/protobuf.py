"""Just enough of protobuf's wire format to write two small, frozen schemas (ONNX, sentencepiece) without their compilers.

The libraries that define them (``onnx``, ``protobuf``) would be the heaviest dependencies of the base install, to write one
file once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def integer(field: int, value: int) -> bytes:
    """A non-negative integer, bool or enum field."""
    return varint(field << 3) + varint(value)


def real(field: int, value: float) -> bytes:
    """A ``float`` field."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def block(field: int, value: bytes | str) -> bytes:
    """A ``bytes``, ``string`` or message field."""
    body = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(body)) + body


def blocks_of(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields of ``message``, in order: (field, bytes)."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == 0:
            _, at = _read_varint(message, at)
        elif kind == 2:
            size, at = _read_varint(message, at)
            yield key >> 3, message[at : at + size]
            at += size
        else:
            at += 8 if kind == 1 else 4


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at
