"""The cross-encoder of sentence-transformers, with a tiny model of random weights made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from latam_rag.errors import ModelError
from latam_rag.retrieve import rerank

torch = pytest.importorskip("torch")
pytest.importorskip("sentence_transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "la", "patente", "se", "paga", "en", "enero", "cuándo", "perro"]


def made(folder: Path, labels: int) -> Path:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels,
    )  # fmt: skip
    model: Any = BertForSequenceClassification(config)
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


def test_scores_are_one_per_text_and_do_not_depend_on_the_others(tmp_path: Path) -> None:
    reranker = rerank.load(str(made(tmp_path / "model", 1)))
    texts = ["la patente se paga en enero", "perro", "la patente " * 400]
    scores = reranker.scores("¿cuándo se paga la patente?", texts)
    assert len(scores) == 3
    assert len(set(scores)) == 3
    [alone] = reranker.scores("¿cuándo se paga la patente?", texts[:1])
    assert alone == pytest.approx(scores[0], abs=1e-4)


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="3"):
        rerank.load(str(made(tmp_path / "model", 3)))


def test_a_folder_without_a_model_and_an_unknown_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        rerank.load(str(tmp_path))
    with pytest.raises(ModelError, match="nadie/nada"):
        rerank.load("nadie/nada")
