"""A GGUF of random weights, small enough to be made where it is used: a llama of one layer that knows a few pieces of words.

It has the tokens that quoting must withstand: bytes, halves of characters, quotation signs glued to letters and stops.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_WIDTH, _INNER, _HEADS = 32, 64, 2
_GLUED = (
    "«", "»", "“", "”", '"', "'", "[", "]", ' "', " «", " [", '."', '",', '("', "».", "][", "].", "'H", "O'", ' "L', '["',
    "[1", " ", "\n", ".", ",", ". ", "La", " La", "El", " El", "de", " de", "la", " la", "que", " que", "ción", "os", "as",
    "1", "2", "3", "10", "12", " en", " se", " art", "º", "–", "ñ", "á", "é", "í", "ó", "ú", "ã", "ç",
)  # fmt: skip
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_STRING, _ARRAY, _U32, _I32, _F32 = 8, 9, 4, 5, 6


def write(path: Path, *, seed: int = 0, name: str = "random", template: str = "", fondness: float = 0.0) -> Path:
    """``fondness`` raises the likelihood of quotation signs and brackets, so that many are tried."""
    rng = np.random.default_rng(seed)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pieces = list(dict.fromkeys((*_GLUED, *letters, *(f" {letter}" for letter in letters))))
    tokens = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *(p.replace(" ", "▁") for p in pieces),
    ]
    kinds = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256, *[_NORMAL] * len(pieces)]
    said: dict[str, object] = {
        "general.architecture": "llama", "general.name": name, "llama.context_length": 4096,
        "llama.embedding_length": _WIDTH, "llama.block_count": 1, "llama.feed_forward_length": _INNER,
        "llama.attention.head_count": _HEADS, "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDTH // _HEADS, "tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [-float(len(tokens) - at) for at in range(len(tokens))], "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.unknown_token_id": 0,
    }  # fmt: skip
    if template:
        said["tokenizer.chat_template"] = template
    table = rng.normal(size=(len(tokens), _WIDTH)).astype(np.float32)
    output = rng.normal(size=(len(tokens), _WIDTH)).astype(np.float32)
    if fondness:
        # What every state has in common is what the last normalisation adds nothing to: the mean of the table.
        table[:, 0] += 3.0
        signs = [at for at, token in enumerate(tokens) if any(sign in token for sign in '«“"[') and at > 2]
        output[signs, 0] += fondness
    tensors = {"token_embd.weight": table, "output.weight": output, "output_norm.weight": np.ones(_WIDTH, np.float32)}
    for part in ("attn_norm", "ffn_norm"):
        tensors[f"blk.0.{part}.weight"] = np.ones(_WIDTH, np.float32)
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        tensors[f"blk.0.{part}.weight"] = rng.normal(size=(_WIDTH, _WIDTH), scale=0.4).astype(np.float32)
    for part, shape in (("gate", (_INNER, _WIDTH)), ("up", (_INNER, _WIDTH)), ("down", (_WIDTH, _INNER))):
        tensors[f"blk.0.ffn_{part}.weight"] = rng.normal(size=shape, scale=0.3).astype(np.float32)
    path.write_bytes(_file(said, tensors))
    return path


def _file(said: dict[str, object], tensors: dict[str, np.ndarray]) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(said))
    for key, value in said.items():
        head += _string(key) + _value(value)
    data = b""
    for name, tensor in tensors.items():
        shape = tensor.shape[::-1]
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += tensor.tobytes() + b"\0" * (-tensor.nbytes % 32)
    return head + b"\0" * (-len(head) % 32) + data


def _value(value: object) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _string(value)
    if isinstance(value, float):
        return struct.pack("<If", _F32, value)
    if isinstance(value, int):
        return struct.pack("<II", _U32, value)
    assert isinstance(value, Sequence)
    if isinstance(value[0], str):
        return struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + b"".join(map(_string, value))
    kind, code = (_F32, "f") if isinstance(value[0], float) else (_I32, "i")
    return struct.pack("<IIQ", _ARRAY, kind, len(value)) + struct.pack(f"<{len(value)}{code}", *value)


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()
