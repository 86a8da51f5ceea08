"""The encoder as an ONNX file that holds the 4-bit blocks as they are: OpenVINO and onnxruntime read the same one.

The graph takes word vectors, not ids: the word table is four fifths of the model, and only the rows a text needs are
dequantized, from the mapped file (``WORDS``). That halves the memory of either runtime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latam_rag.embed.protobuf import block, integer, real

BLOCK = 32
"""Weights that share a scale."""
MICROSOFT = "com.microsoft"
Array = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantized:
    """A matrix ``[out, in]``: nibbles uint8 ``[out, in/32, 32]`` (0 to 15, 8 is zero), scales float32 ``[out, in/32]``."""

    nibbles: NDArray[np.uint8]
    scales: Array


def read_q4_0(raw: NDArray[np.uint8]) -> Quantized:
    """Blocks of 18 bytes (fp16 scale, 16 bytes of nibbles: the low ones first) as they stand in ``[..., blocks, 18]``."""
    scales = np.ascontiguousarray(raw[..., :2]).view(np.float16)[..., 0].astype(np.float32)
    packed = raw[..., 2:]
    return Quantized(nibbles=np.concatenate([packed & 15, packed >> 4], axis=-1), scales=scales)


def dequantize(matrix: Quantized) -> Array:
    """``[..., in]`` float32: exact."""
    values = (matrix.nibbles.astype(np.float32) - 8.0) * matrix.scales[..., None]
    return np.asarray(values.reshape(*values.shape[:-2], -1), dtype=np.float32)


@dataclass
class _Writer:
    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    count: int = 0

    def node(
        self, kind: str, inputs: Sequence[str], *, outputs: int = 1, domain: str = "", **attributes: Any
    ) -> list[str]:
        self.count += 1
        names = [f"t{self.count}_{i}" for i in range(outputs)]
        parts = [block(1, name) for name in inputs] + [block(2, name) for name in names]
        parts += [block(3, f"{kind}_{self.count}"), block(4, kind)]
        parts += [block(5, _attribute(key, value)) for key, value in attributes.items()]
        self.nodes.append(b"".join(parts) + (block(7, domain) if domain else b""))
        return names

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.node(kind, inputs, **attributes)[0]

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        kind = {"float32": 1, "uint8": 2, "int64": 7}[str(value.dtype)]
        dims = b"".join(integer(1, size) for size in value.shape)
        raw = np.ascontiguousarray(value).tobytes()
        self.tensors.append(dims + integer(2, kind) + block(8, name) + block(9, raw))
        return name

    def matmul(self, name: str, x: str, matrix: Quantized, bias: Array) -> str:
        rows, groups, _ = matrix.nibbles.shape
        # MatMulNBits packs neighbours into a byte where Q4_0 packs a block's two halves.
        packed = matrix.nibbles[..., 0::2] | matrix.nibbles[..., 1::2] << 4
        inputs = [x, self.constant(f"{name}.q", packed), self.constant(f"{name}.s", matrix.scales.reshape(-1))]
        [product] = self.node(
            "MatMulNBits", inputs, domain=MICROSOFT, K=groups * BLOCK, N=rows, bits=4, block_size=BLOCK
        )
        return self.op("Add", product, self.constant(f"{name}.b", bias))

    def norm(self, name: str, x: str, weight: Array, bias: Array, epsilon: float) -> str:
        scale, shift = self.constant(f"{name}.w", weight), self.constant(f"{name}.b", bias)
        return self.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=epsilon)


def encoder(shape: Shape, plain: Mapping[str, Array], matrices: Mapping[str, Quantized]) -> bytes:
    """An ONNX model: ``inputs_embeds`` float32 [batch, tokens, hidden], ``attention_mask`` int64 [batch, tokens] to
    ``last_hidden_state`` float32 [batch, tokens, hidden]."""
    w = _Writer()
    x, bias = _inputs(w, plain)
    x = w.norm("emb.ln", x, plain["emb.ln.w"], plain["emb.ln.b"], shape.epsilon)
    for i in range(shape.layers):
        x = _layer(w, f"l{i}", x, bias, shape, plain, matrices)
    w.nodes.append(block(1, x) + block(2, "last_hidden_state") + block(4, "Identity"))
    parts = [block(1, node) for node in w.nodes] + [block(2, "encoder")] + [block(5, tensor) for tensor in w.tensors]
    parts += [block(11, _value("inputs_embeds", 1, "batch", "tokens", shape.hidden))]
    parts += [block(11, _value("attention_mask", 7, "batch", "tokens"))]
    parts += [block(12, _value("last_hidden_state", 1, "batch", "tokens", shape.hidden))]
    opsets = block(8, integer(2, 20)) + block(8, block(1, MICROSOFT) + integer(2, 1))
    # In the order of the field numbers: OpenVINO does not recognise the file otherwise.
    return integer(1, 9) + block(7, b"".join(parts)) + opsets


def _inputs(w: _Writer, plain: Mapping[str, Array]) -> tuple[str, str]:
    """Word vectors plus positions and token type; and the mask as a bias to attention, [batch, 1, 1, tokens]."""
    positions = w.constant("emb.pos", plain["emb.pos"] + plain["emb.type"][0])
    zero, one, axis0 = (w.constant(f"i{n}", np.array([v], np.int64)) for n, v in enumerate((0, 1, 0)))
    tokens = w.op("Slice", w.op("Shape", "attention_mask"), one, w.constant("i3", np.array([2], np.int64)))
    x = w.op("Add", "inputs_embeds", w.op("Slice", positions, zero, tokens, axis0))
    away = w.op("Sub", w.constant("f1", np.array([1.0], np.float32)), w.op("Cast", "attention_mask", to=1))
    bias = w.op("Mul", away, w.constant("f2", np.array([-1e9], np.float32)))
    return x, w.op("Unsqueeze", bias, w.constant("i4", np.array([1, 2], np.int64)))


def _layer(
    w: _Writer,
    name: str,
    x: str,
    bias: str,
    shape: Shape,
    plain: Mapping[str, Array],
    matrices: Mapping[str, Quantized],
) -> str:
    """Post-norm BERT: attention, add, norm, GELU (erf), add, norm.

    Queries, keys and values are one product, cut afterwards: for a question's few tokens OpenVINO spends more on beginning a
    product than on making it (a fifth less time a question, the same vectors).
    """
    size = shape.hidden // shape.heads
    cut = w.constant(f"{name}.cut", np.array([0, 0, 3, shape.heads, size], np.int64))
    joined = _joined([matrices[f"{name}.{part}.w"] for part in "qkv"])
    product = w.matmul(f"{name}.qkv", x, joined, np.concatenate([plain[f"{name}.{part}.b"] for part in "qkv"]))
    # To [3, batch, heads, tokens, size].
    apart = w.op("Transpose", w.op("Reshape", product, cut), perm=[2, 0, 3, 1, 4])
    first = w.constant(f"{name}.first", np.array([0], np.int64))
    q, k, v = (
        w.op("Squeeze", part, first) for part in w.node("Split", [apart], outputs=3, axis=0, num_outputs=3)
    )  # fmt: skip
    k = w.op("Transpose", k, perm=[0, 1, 3, 2])
    scores = w.op("Mul", w.op("MatMul", q, k), w.constant(f"{name}.scale", np.array([size**-0.5], np.float32)))
    attention = w.op("MatMul", w.op("Softmax", w.op("Add", scores, bias), axis=-1), v)
    back = w.op("Transpose", attention, perm=[0, 2, 1, 3])
    flat = w.op("Reshape", back, w.constant(f"{name}.flat", np.array([0, 0, shape.hidden], np.int64)))
    x = w.op("Add", x, w.matmul(f"{name}.ao", flat, matrices[f"{name}.ao.w"], plain[f"{name}.ao.b"]))
    x = w.norm(f"{name}.aln", x, plain[f"{name}.aln.w"], plain[f"{name}.aln.b"], shape.epsilon)
    inner = w.op("Gelu", w.matmul(f"{name}.fi", x, matrices[f"{name}.fi.w"], plain[f"{name}.fi.b"]))
    x = w.op("Add", x, w.matmul(f"{name}.fo", inner, matrices[f"{name}.fo.w"], plain[f"{name}.fo.b"]))
    return w.norm(f"{name}.oln", x, plain[f"{name}.oln.w"], plain[f"{name}.oln.b"], shape.epsilon)


def _joined(matrices: Sequence[Quantized]) -> Quantized:
    """One below the other: the products of all of them at once."""
    return Quantized(
        nibbles=np.concatenate([matrix.nibbles for matrix in matrices]),
        scales=np.concatenate([matrix.scales for matrix in matrices]),
    )


def _attribute(name: str, value: object) -> bytes:
    if isinstance(value, float):
        return block(1, name) + real(2, value) + integer(20, 1)
    if isinstance(value, int):
        # Negative integers are written as 64-bit two's complement.
        return block(1, name) + integer(3, value & (1 << 64) - 1) + integer(20, 2)
    if isinstance(value, list):
        return block(1, name) + b"".join(integer(8, item) for item in value) + integer(20, 7)
    raise TypeError(f"attribute {name!r}: {value!r}")


def _value(name: str, kind: int, *dims: str | int) -> bytes:
    sizes = b"".join(block(1, block(2, d) if isinstance(d, str) else integer(1, d)) for d in dims)
    return block(1, name) + block(2, block(1, integer(1, kind) + block(2, sizes)))
