"""What a GGUF file says of itself, and whether it is whole.

Read without llama.cpp, so that a wrong file gets a clear answer.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from latam_rag.errors import ModelError

_MAGIC: Final = b"GGUF"
_STRING, _ARRAY = 8, 9
_SCALARS: Final = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
#: Tensor type → (elements per block, bytes per block).
_BLOCKS: Final = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84), 11: (256, 110),
    12: (256, 144), 13: (256, 176), 14: (256, 210), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50),
    20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 29: (256, 56), 30: (1, 2),
}  # fmt: skip
_MOST = 1_000_000
"""Keys or tensors; a file that claims more isn't one."""


@dataclass(frozen=True, slots=True)
class Gguf:
    path: Path
    name: str
    architecture: str
    template: str
    """The chat template it carries; empty when none."""
    context: int
    """Tokens it was made for; 0 when it doesn't say."""
    size: int
    """Bytes."""
    cache_per_token: int = 0
    """Bytes of KV cache in 16 bits; 0 when it doesn't say."""


def read(path: Path) -> Gguf:
    """The header of ``path``; ModelError when it is missing, not a GGUF, or cut short."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(4) != _MAGIC:
                raise ModelError("llm.not_gguf", path=str(path))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _header(path, data, size)
    except FileNotFoundError as error:
        raise ModelError("llm.no_file", path=str(path)) from error
    except OSError as error:
        raise ModelError("llm.unreadable", path=str(path), error=str(error)) from error
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise ModelError("llm.truncated", path=str(path), size=_gigabytes(path)) from error


def _header(path: Path, data: mmap.mmap, size: int) -> Gguf:
    version, tensors, keys = struct.unpack_from("<IQQ", data, 4)
    if version not in (2, 3) or tensors > _MOST or keys > _MOST:
        raise ModelError("llm.not_gguf", path=str(path))
    at = 24
    said: dict[str, Any] = {}
    for _ in range(keys):
        key, at = _string(data, at)
        (kind,) = struct.unpack_from("<I", data, at)
        said[key], at = _value(data, at + 4, kind)
    end = _tensors_end(data, at, tensors, int(said.get("general.alignment") or 32))
    if end > size:
        raise ModelError("llm.truncated", path=str(path), size=_gigabytes(path))
    architecture = str(said.get("general.architecture") or "")
    return Gguf(
        path=path,
        name=str(said.get("general.name") or path.stem),
        architecture=architecture,
        template=str(said.get("tokenizer.chat_template") or ""),
        context=int(said.get(f"{architecture}.context_length") or 0),
        size=size,
        cache_per_token=_cache_per_token(said, architecture),
    )


def _cache_per_token(said: dict[str, Any], architecture: str) -> int:
    """Keys and values of every layer. Where the heads are listed layer by layer, those without grouping: at most too much."""

    def number(key: str) -> int:
        value = said.get(f"{architecture}.{key}")
        return int(value) if isinstance(value, int) else 0

    heads = number("attention.head_count")
    width = number("embedding_length") // heads if heads else 0
    keys, values = number("attention.key_length") or width, number("attention.value_length") or width
    return number("block_count") * (number("attention.head_count_kv") or heads) * (keys + values) * 2


def _string(data: mmap.mmap, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", data, at)
    end = at + 8 + length
    if end > len(data):
        raise struct.error("string past the end")
    return data[at + 8 : end].decode("utf-8", "replace"), end


def _value(data: mmap.mmap, at: int, kind: int) -> tuple[Any, int]:
    """A value and where the next begins. Arrays are skipped: they are the vocabulary, and nothing here needs it."""
    if kind == _STRING:
        return _string(data, at)
    if kind == _ARRAY:
        inner, count = struct.unpack_from("<IQ", data, at)
        at += 12
        if inner == _STRING:
            for _ in range(count):
                (length,) = struct.unpack_from("<Q", data, at)
                at += 8 + length
            return None, at
        if inner not in _SCALARS:
            raise struct.error(f"array of {inner}")
        return None, at + count * struct.calcsize(_SCALARS[inner])
    if kind not in _SCALARS:
        raise struct.error(f"value of {kind}")
    (value,) = struct.unpack_from(_SCALARS[kind], data, at)
    return value, at + struct.calcsize(_SCALARS[kind])


def _tensors_end(data: mmap.mmap, at: int, tensors: int, alignment: int) -> int:
    """Where the last tensor's bytes end."""
    last = 0
    for _ in range(tensors):
        _, at = _string(data, at)
        (dimensions,) = struct.unpack_from("<I", data, at)
        if dimensions > 8:
            raise struct.error(f"{dimensions} dimensions")
        elements = 1
        for extent in struct.unpack_from(f"<{dimensions}Q", data, at + 4):
            elements *= extent
        at += 4 + 8 * dimensions
        kind, offset = struct.unpack_from("<IQ", data, at)
        at += 12
        per_block, size = _BLOCKS.get(kind, (1, 0))
        last = max(last, offset + elements // per_block * size)
    return -(-at // alignment) * alignment + last


def _gigabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e9:.2f} GB"
