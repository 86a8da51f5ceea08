"""What an index learns of itself: where its own questions end and those of others begin."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DIMENSIONS, FakeEmbedder, fake_sparse, make_passage

from latam_rag import calibrate, refuse
from latam_rag.calibrate.record import FILE, Record
from latam_rag.config import Retrieval
from latam_rag.probes import probes
from latam_rag.retrieve import Retriever
from latam_rag.store import Point
from latam_rag.store.edge import EdgeStore
from latam_rag.types import Filters, Passage

EMBEDDER = FakeEmbedder()
THINGS = (
    "patente comercial", "permiso de feria", "licencia de conducir", "extracción de basura", "poda de árboles",
    "tenencia de mascotas", "letrero luminoso", "cierre perimetral", "uso de veredas", "agua potable rural",
    "ruido nocturno", "venta ambulante",
)  # fmt: skip


def passages() -> list[Passage]:
    return [
        make_passage(
            f"El interesado presentará la solicitud de {thing} ante la dirección de {place} con declaración jurada. "
            f"La autoridad resolverá la {thing} dentro de {days} días hábiles previo informe técnico de {place}.",
            uri=f"file:{thing}-{place}",
        )
        for days, thing in enumerate(THINGS, 10)
        for place in ("obras", "tránsito")
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EdgeStore:
    made = EdgeStore(tmp_path_factory.mktemp("store"), dimensions=DIMENSIONS, fingerprint=EMBEDDER.fingerprint)
    made.upsert(
        [Point(passage=p, dense=EMBEDDER.query(p.indexed_text), sparse=fake_sparse(p.indexed_text)) for p in passages()]
    )
    made.flush()
    return made


@pytest.fixture(scope="module")
def measured(store: EdgeStore) -> calibrate.Calibrated:
    made = calibrate.calibrate(store, EMBEDDER, Retriever(store, EMBEDDER, Retrieval()))
    assert made is not None
    return made


def test_probes_are_the_same_each_time_and_ask_for_what_stands_in_the_passage() -> None:
    once = list(probes(passages(), (0, 2)))
    assert once == list(probes(passages(), (0, 2)))
    assert len(once) == 2 * len(passages())
    literal = once[0]
    inside = literal.question.strip("¿?").split(" ", 2)[-1]
    assert inside.split()[-1] in literal.passage.text
    assert literal.sentence in literal.passage.text


def test_an_index_refuses_the_questions_of_others_and_keeps_its_own(measured: calibrate.Calibrated) -> None:
    assert measured.foreign >= 0.9
    assert measured.lost <= 0.15
    assert measured.precision >= 0.8
    assert measured.calibration.low < measured.calibration.high


def test_the_threshold_decides_and_is_the_indexs_own(store: EdgeStore, measured: calibrate.Calibrated) -> None:
    retriever = Retriever(store, EMBEDDER, Retrieval())
    question = "¿Quién presentará la solicitud de licencia de conducir con declaración jurada?"
    hits = retriever.search(question, filters=Filters(), limit=8)
    similar = calibrate.similarities(question, hits, store, EMBEDDER)
    known = measured.calibration
    assert refuse.reason(question, hits, language="es", calibration=known, similar=similar) is None
    stricter = replace(known, threshold=9.0)
    assert refuse.reason(question, hits, language="es", calibration=stricter, similar=similar) is not None


def test_too_few_passages_say_nothing(tmp_path: Path) -> None:
    with_few = EdgeStore(tmp_path, dimensions=DIMENSIONS, fingerprint=EMBEDDER.fingerprint)
    try:
        assert calibrate.calibrate(with_few, EMBEDDER, Retriever(with_few, EMBEDDER, Retrieval())) is None
    finally:
        with_few.close()


def test_it_is_kept_beside_the_index_and_renewed_when_enough_changed(store: EdgeStore, tmp_path: Path) -> None:
    record, told = Record(tmp_path), []

    def renew(count: int) -> int:
        retriever = Retriever(store, EMBEDDER, Retrieval())
        record.renew(store, EMBEDDER, retriever, passages=count, tell=lambda: told.append(count))
        return len(told)

    assert record.summary() is None
    assert renew(5) == 0
    assert renew(24) == 1
    assert renew(25) == 1
    assert renew(30) == 2
    said = record.summary()
    assert said is not None
    assert set(said) == {"made", "threshold", "lost", "foreign", "left_out", "precision"}
    assert record.calibration("another model") is None
    assert Record(tmp_path).calibration(EMBEDDER.fingerprint) == record.calibration(EMBEDDER.fingerprint)


@pytest.mark.parametrize("said", ["", "{}", "[1]", json.dumps({"version": 0})])
def test_what_another_version_wrote_is_as_good_as_nothing(said: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(said, "utf-8")
    assert Record(tmp_path).known() is None
