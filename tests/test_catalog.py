"""The catalog: what is committed is all there or not at all, and can be read beside a writer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag.catalog import Catalog, Entry, Origin, content_hash
from latam_rag.errors import StoreError
from latam_rag.store.body import pack, unpack
from latam_rag.types import Document, Failure, Genre, Page, Section, SectionKind

ORIGIN = Origin(source="files-1", revision="r1", recipe="x", content_hash=content_hash(b"uno"), said="t")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as opened:
        yield opened


def document(uri: str = "doc:1", text: str = "Art. 1. Uno.\nArt. 2. Dos.") -> Document:
    return Document(uri=uri, title="Ordenanza", language="es", text=text, genre=Genre.LAW)


def entry(uri: str = "doc:1", ids: str = "ab", origin: Origin = ORIGIN) -> Entry:
    return Entry(document=document(uri), origin=origin, passages=[(f"{uri}-{letter}", letter * 3) for letter in ids])


def test_a_document_comes_back_as_it_was(catalog: Catalog) -> None:
    whole = Document(
        uri="doc:1",
        title="Lei nº 1",
        language="pt",
        text="página um\fpágina dois ñ 🎓",
        genre=Genre.SERVICE,
        sections=(
            Section(kind=SectionKind.UNIT, start=0, end=4, label="art. 1", headings=("A", "B"), metadata={"x": ("1",)}),
            Section(kind=SectionKind.TABLE, start=5, end=9),
        ),
        pages=(
            Page(number=1, start=0, end=9, width=595.3, height=842.0, boxes=bytes(range(72)), confidence=0.5),
            Page(number=2, start=10, end=20),
        ),
        metadata={"kind": "Lei", "code": ("A", "B"), "n": 3, "ok": True},
        url="https://example.org",
        warnings=("página 3 ilegível",),
    )  # fmt: skip
    catalog.commit([Entry(document=whole, origin=ORIGIN, passages=[])])
    assert catalog.document("doc:1") == whole
    assert catalog.document("doc:2") is None
    assert catalog.origin("doc:1") == ORIGIN
    assert catalog.origin("doc:2") is None


@given(st.text(), st.lists(st.binary(max_size=40), max_size=3))
def test_any_text_and_any_boxes_survive_packing(text: str, boxes: list[bytes]) -> None:
    pages = tuple(Page(number=n, start=0, end=0, boxes=each) for n, each in enumerate(boxes, 1))
    given = Document(uri="u", title=text, language="es", text=text, pages=pages)
    assert unpack(pack(given)) == given


def test_a_commit_replaces_and_names_what_the_document_no_longer_has(catalog: Catalog) -> None:
    catalog.intend(["doc:1-a", "doc:1-b"])
    assert catalog.commit([entry(ids="ab")]) == []
    assert catalog.left_over() == []
    catalog.intend(["doc:1-c"])
    assert catalog.commit([entry(ids="cb")]) == ["doc:1-a"]
    assert catalog.passages("doc:1") == {"doc:1-c": "ccc", "doc:1-b": "bbb"}
    assert list(catalog.passages("doc:1")) == ["doc:1-c", "doc:1-b"]
    assert catalog.left_over() == ["doc:1-a"]
    catalog.settle(["doc:1-a"])
    assert catalog.left_over() == []
    assert catalog.count() == 2
    assert catalog.passage_uris() == {"doc:1-b": "doc:1", "doc:1-c": "doc:1"}


def test_what_was_intended_and_not_committed_is_left_over(catalog: Catalog) -> None:
    catalog.intend(["doc:1-a", "doc:1-z"])
    catalog.commit([entry(ids="a")])
    assert catalog.left_over() == ["doc:1-z"]
    catalog.settle_all()
    assert catalog.left_over() == []


def test_a_document_whose_passages_move_counts_as_changed_until_committed(catalog: Catalog) -> None:
    catalog.commit([entry()])
    catalog.intend([], moved={"doc:1": ["doc:1-b"]})
    origin = catalog.origin("doc:1")
    assert origin is not None
    assert (origin.revision, origin.content_hash) == ("", "")
    assert catalog.passages("doc:1") == {"doc:1-a": "aaa", "doc:1-b": ""}
    catalog.commit([entry()])
    assert catalog.origin("doc:1") == ORIGIN


def test_a_commit_is_all_or_nothing(catalog: Catalog) -> None:
    twice = Entry(document=document("doc:2"), origin=ORIGIN, passages=[("same", "1"), ("same", "2")])
    with pytest.raises(StoreError):
        catalog.commit([entry(), twice])
    assert catalog.state().documents == 0
    assert catalog.document("doc:1") is None


def test_removal_leaves_no_text(catalog: Catalog, tmp_path: Path) -> None:
    secret = document("doc:1", "el texto reservado " * 50)
    catalog.commit([Entry(document=secret, origin=ORIGIN, passages=[("p1", "d")]), entry("doc:2")])
    catalog.fail(Failure(uri="doc:1", reason="r", key="k"), "files-1")
    packed = pack(secret)
    assert catalog.remove(["doc:1", "doc:9"]) == ["p1"]
    assert catalog.left_over() == ["p1"]
    assert catalog.document("doc:1") is None
    assert catalog.state().failures == ()
    assert [listed.uri for listed in catalog.documents()] == ["doc:2"]
    catalog.close()
    assert packed[2:40] not in (tmp_path / "catalog.sqlite").read_bytes()


def test_failures_are_listed_until_they_are_over(catalog: Catalog) -> None:
    one, two = Failure(uri="a", reason="no abre", key="parse.x"), Failure(uri="b", reason="no hay", key="sync.y")
    catalog.fail(one, "files-1")
    catalog.fail(two, "files-2")
    assert catalog.state().failures == (one, two)
    catalog.commit([entry("a")])
    assert catalog.state().failures == (two,)
    catalog.set_failures([(one, "files-1")], unseen={"files-2"})
    assert catalog.state().failures == (one, two)
    catalog.set_failures([], unseen=())
    assert catalog.state().failures == ()


def test_a_run_counts_once_it_has_ended(catalog: Catalog) -> None:
    first = catalog.begin_run()
    assert catalog.state().last_sync is None
    catalog.end_run(first, {"new": 1})
    ended = catalog.state().last_sync
    assert ended is not None
    catalog.begin_run()
    assert catalog.state().last_sync == ended


def test_a_document_that_only_moved_house_keeps_its_text(catalog: Catalog) -> None:
    catalog.commit([entry()])
    other = Origin(source="files-2", revision="r2", recipe="y", content_hash=ORIGIN.content_hash)
    catalog.adopt({"doc:1": other})
    assert catalog.origins() == {"doc:1": other}
    assert catalog.document("doc:1") == document()


def test_another_process_reads_while_one_writes(catalog: Catalog, tmp_path: Path) -> None:
    catalog.commit([entry()])
    code = (
        "import sys; from pathlib import Path; from latam_rag.catalog import Catalog\n"
        "state = Catalog(Path(sys.argv[1])).state(); print(state.documents, state.passages)"
    )
    with catalog._transaction() as db:
        db.execute("DELETE FROM documents")
        ran = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "catalog.sqlite")], capture_output=True, text=True, check=True
        )
    assert ran.stdout.split() == ["1", "2"]
    assert catalog.state().documents == 0


def test_a_file_that_is_no_catalog_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"esto no es SQLite " * 100)
    with pytest.raises(StoreError, match=r"dañado") as caught:
        Catalog(path)
    assert caught.value.key == "catalog.damaged"
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_clear_line_and_loses_nothing(catalog: Catalog) -> None:
    catalog.commit([entry()])
    (pages,) = catalog._db.execute("PRAGMA page_count").fetchone()
    # SQLite answers with "database or disk is full" here, as it does for ENOSPC.
    catalog._db.execute(f"PRAGMA max_page_count = {pages}")
    big = Document(uri="doc:2", title="t", language="es", text="".join(chr(33 + i * i % 9000) for i in range(200_000)))
    with pytest.raises(StoreError, match="lleno") as caught:
        catalog.commit([Entry(document=big, origin=ORIGIN, passages=[])])
    assert caught.value.key == "catalog.disk_full"
    assert catalog.document("doc:1") == document()
    assert catalog.document("doc:2") is None


def test_a_folder_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        Catalog(tmp_path / "file" / "catalog.sqlite")


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="99"):
        Catalog(path)
