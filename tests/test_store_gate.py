"""A store can be asked while it is written anew: whoever asks waits, and nobody is turned away."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

from fakes import FakeEmbedder, fake_sparse, make_passage

from latam_rag.store import Point
from latam_rag.store.edge import EdgeStore
from latam_rag.store.gate import Gate
from latam_rag.types import Filters


def test_many_are_inside_at_once_and_one_alone() -> None:
    gate, inside, most, alone = Gate(), [0], [0], []

    def use() -> None:
        for _ in range(50):
            with gate.shared():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0002)
                inside[0] -= 1

    def take() -> None:
        for _ in range(10):
            with gate.alone():
                alone.append(inside[0])

    threads = [threading.Thread(target=work) for work in (use, use, use, take, take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert most[0] > 1 and alone == [0] * 20


def test_what_happens_inside_leaves_the_gate_open() -> None:
    gate = Gate()
    for way in (gate.shared, gate.alone):
        try:
            with way():
                raise ValueError
        except ValueError:
            pass
    with gate.alone():
        pass
    with gate.shared():
        pass


def test_a_store_is_asked_while_what_was_deleted_is_purged(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    passages = [make_passage(f"Artículo {number}. La patente {number}.") for number in range(60)]
    store = EdgeStore(tmp_path, dimensions=embedder.dimensions, fingerprint=embedder.fingerprint)
    store.upsert([
        Point(passage=each, dense=embedder.query(each.text), sparse=fake_sparse(each.text)) for each in passages
    ])  # fmt: skip
    done, found, errors = threading.Event(), [], []

    def ask() -> None:
        while not done.is_set():
            try:
                found.append(len(store.nearest(embedder.query("patente"), filters=Filters(), limit=5)))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not be
                errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    store.delete([passages[0].id])
    store.purge()
    done.set()
    for thread in threads:
        thread.join(20)
    assert errors == [] and set(found) == {5}
    assert store.count() == 59
    store.close()


def test_what_comes_after_a_purge_is_done_too(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    passages = [make_passage(f"Artículo {number}. La patente {number}.") for number in range(30)]
    store = EdgeStore(tmp_path, dimensions=embedder.dimensions, fingerprint=embedder.fingerprint)
    for each in passages:
        store.upsert([Point(passage=each, dense=embedder.query(each.text), sparse=fake_sparse(each.text))])
    for number, each in enumerate(passages[:2], 1):
        store.delete([each.id])
        assert store.count() == 30 - number
        store.purge()
    changed = replace(passages[5], title="Otro título")
    store.update_passages([changed])
    assert store.get([changed.id])[0].title == "Otro título"
    store.close()
    # As a crash leaves it: the log was emptied, and nobody has numbered it on.
    shutil.rmtree(tmp_path / "edge" / "shard" / "wal")
    store = EdgeStore(tmp_path, dimensions=embedder.dimensions, fingerprint=embedder.fingerprint)
    store.delete([passages[6].id])
    assert store.count() == 27
    store.close()
