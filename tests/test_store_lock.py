"""One owner at a time, named to the one who has to wait; a killed owner holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import DIMENSIONS, FakeEmbedder, fake_sparse, make_passage

from latam_rag.errors import IndexLocked, StoreError
from latam_rag.lock import Lock
from latam_rag.store import Point, edge
from latam_rag.store.edge import EdgeStore

OWNER = """
import sys
from pathlib import Path
from latam_rag.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("mine", flush=True)
sys.stdin.read()
"""


def owner_of(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "mine\n"
    return owner


def test_the_second_process_is_told_who_has_it_and_gets_it_when_that_one_is_killed(tmp_path: Path) -> None:
    with owner_of(tmp_path) as owner:
        with pytest.raises(IndexLocked) as caught:
            EdgeStore(tmp_path, dimensions=DIMENSIONS, fingerprint="fake-1")
        said = str(caught.value)
        assert str(owner.pid) in said
        assert str(tmp_path) in said
        assert "\n" not in said
        owner.kill()
    EdgeStore(tmp_path, dimensions=DIMENSIONS, fingerprint="fake-1").close()


def test_one_process_holds_it_once_and_can_let_go(tmp_path: Path) -> None:
    first = Lock(tmp_path)
    with pytest.raises(IndexLocked, match=str(os.getpid())):
        Lock(tmp_path)
    Lock(tmp_path, "sync").release()
    first.release()
    first.release()
    with Lock(tmp_path):
        pass


def test_a_store_that_fails_to_open_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / "edge").mkdir()
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            EdgeStore(tmp_path, dimensions=DIMENSIONS, fingerprint="fake-1")
        assert caught.value.key == "store.damaged"


def test_a_full_disk_is_noticed_before_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EdgeStore(tmp_path, dimensions=DIMENSIONS, fingerprint="fake-1")
    passage = make_passage()
    point = Point(passage=passage, dense=FakeEmbedder().query("x"), sparse=fake_sparse("x"))
    monkeypatch.setattr(edge, "MIN_FREE_BYTES", 2**60)
    for write in (lambda: store.upsert([point]), store.optimize, lambda: store.update_passages([passage])):
        with pytest.raises(StoreError, match="lleno"):
            write()
    assert store.count() == 0
    store.close()
