"""Where a model is looked for, in what order, and what is said when it isn't there."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from latam_rag.config import Embedding
from latam_rag.embed import folder, load
from latam_rag.errors import LatamRagError, MissingExtra, ModelError


def make(path: Path, files: Mapping[str, Any]) -> Path:
    for name, content in {"config.json": {"model_type": "bert"}, **files}.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def said(path: Path, name: str = "") -> folder.Recipe:
    return folder.recipe(folder.ModelFolder(path=path, name=name or str(path), origin=""))


def test_a_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HUB", "1")
    found = folder.find(str(make(tmp_path, {})), "light")
    assert (found.path, found.origin) == (tmp_path.resolve(), f"carpeta {tmp_path.resolve()}")


def test_an_unknown_name_lists_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATAM_RAG_HUB", raising=False)
    with pytest.raises(ModelError) as caught:
        load(Embedding(model="no/such-model"))
    for word in ("'no/such-model'", "package:NOMBRE", "LATAM_RAG_HUB=1"):
        assert word in str(caught.value)


@pytest.mark.parametrize("package", ["no-such-package-anywhere", "numpy"])
def test_a_package_without_a_model_is_named(package: str) -> None:
    with pytest.raises(ModelError, match=package):
        folder.find(f"package:{package}", "light")


def test_the_hub_is_asked_only_when_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str]]] = []
    make(tmp_path / "abcdef0123", {})

    def snapshot_download(model: str, *, allow_patterns: list[str]) -> str:
        asked.append((model, allow_patterns))
        return str(tmp_path / "abcdef0123")

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    monkeypatch.delenv("LATAM_RAG_HUB", raising=False)
    with pytest.raises(ModelError):
        folder.find("some/model", "light")
    assert not asked
    monkeypatch.setenv("LATAM_RAG_HUB", "1")
    light, torch = folder.find("some/model", "light"), folder.find("some/model", "sentence-transformers")
    assert light.origin == "Hugging Face, some/model (abcdef01)"
    assert "onnx/model.onnx" in asked[0][1]
    assert not any("onnx" in pattern for pattern in asked[1][1])
    # The engines fetch different files of one commit: one index may serve both.
    assert folder.fingerprint(light, folder.recipe(light)) == folder.fingerprint(torch, folder.recipe(torch))


def test_a_hub_that_cannot_be_reached_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def snapshot_download(model: str, *, allow_patterns: list[str]) -> str:
        raise ConnectionError("no route to host")

    hub = types.ModuleType("huggingface_hub")
    hub.snapshot_download = snapshot_download  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    monkeypatch.setenv("LATAM_RAG_HUB", "1")
    with pytest.raises(ModelError, match="no route to host"):
        folder.find("some/model", "light")


def test_prefixes_are_the_folders_prompts_else_e5s(tmp_path: Path) -> None:
    prompts = {"config_sentence_transformers.json": {"prompts": {"query": "Q: ", "document": "D: "}}}
    recipe = said(make(tmp_path / "asked-e5-base", prompts))
    assert (recipe.query_prefix, recipe.passage_prefix) == ("Q: ", "D: ")
    recipe = said(make(tmp_path / "multilingual-e5-base", {}))
    assert (recipe.query_prefix, recipe.passage_prefix) == ("query: ", "passage: ")
    recipe = said(make(tmp_path / "0123abcd", {}), "intfloat/multilingual-e5-large")
    assert recipe.query_prefix == "query: "
    assert said(make(tmp_path / "multilingual-e5-large-instruct", {})).query_prefix == ""
    assert said(make(tmp_path / "all-MiniLM-L6-v2", {})).passage_prefix == ""


def test_pooling_and_length_are_read_from_the_folder(tmp_path: Path) -> None:
    files = {
        "1_Pooling/config.json": {"pooling_mode_cls_token": True},
        "tokenizer_config.json": {"model_max_length": 1e30},
    }
    recipe = said(make(tmp_path, {**files, "config.json": {"max_position_embeddings": 514}}))
    assert (recipe.pooling, recipe.max_tokens, recipe.dense_layer) == ("cls", 514, False)
    make(tmp_path, {"sentence_bert_config.json": {"max_seq_length": 256}})
    make(tmp_path, {"modules.json": [{"type": "sentence_transformers.models.Dense"}]})
    recipe = said(tmp_path)
    assert (recipe.max_tokens, recipe.dense_layer) == (256, True)


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ({"config.json": ""}, "embed.broken"),
        ({}, "embed.no_graph"),
        ({"modules.json": [{"type": "x.Dense"}]}, "embed.unsupported"),
        ({"onnx/model.onnx": "not a graph"}, "embed.not_a_model"),
        ({"onnx/model.onnx": "x", "sentencepiece.bpe.model": "not a model"}, "embed.broken"),
    ],
)
def test_a_folder_that_is_not_a_whole_model_is_refused(tmp_path: Path, files: dict[str, Any], key: str) -> None:
    with pytest.raises(ModelError) as caught:
        load(Embedding(model=str(make(tmp_path / "model", files))))
    assert caught.value.key == key
    assert str(tmp_path) in str(caught.value)


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r"pip install 'latam-rag\[sentence-transformers\]'"):
        load(Embedding(model=str(make(tmp_path, {})), engine="sentence-transformers"))


def test_messages_exist_in_both_languages() -> None:
    from latam_rag.messages import _catalogue

    for texts in _catalogue("embed").values():
        assert set(texts) == {"es", "pt"}
    assert issubclass(ModelError, LatamRagError)
