"""Documents that are forgotten: nothing of them is left in any file, and a receipt says that they were."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeConnector, FakeEmbedder

from latam_rag import forget, home, personal
from latam_rag.apps import kept
from latam_rag.apps.asking import Asking
from latam_rag.apps.classroom import saved
from latam_rag.audit import Log
from latam_rag.connectors.http.visits import Entry, Known, Visits
from latam_rag.errors import DocumentError, IndexLocked, StoreError
from latam_rag.history import digest_of
from latam_rag.index import Index
from latam_rag.lock import Lock
from latam_rag.replay import replay
from latam_rag.teaching import Objective, making
from latam_rag.types import Filters

MARK = "frasequenodebequedar"
URI, URL = "https://municipio.example/aviso?secreto", "https://municipio.example/ver/secreto"
TEXT = f"El aviso dice {MARK} y se paga en marzo.\nLa segunda línea es larga y también dice {MARK}."
OTHER = {f"doc:{n}": f"La patente número {n} se paga en la oficina central del municipio." for n in range(12)}
DEFINITION = """
name = "demo"
[[sources]]
connector = "a"
[[sources]]
connector = "b"
"""


class Sources:
    def __init__(self) -> None:
        self.of = {"a": FakeConnector(OTHER), "b": FakeConnector({URI: TEXT})}


@pytest.fixture
def sources() -> Sources:
    return Sources()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: Sources) -> Iterator[Index]:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("latam_rag.embed.load", lambda settings: FakeEmbedder())
    monkeypatch.setattr("latam_rag.plugins.connect", lambda name, options: sources.of[name])
    monkeypatch.setattr("latam_rag.reader.PARSE", "fakes:fake_parse")
    (tmp_path / "demo.toml").write_text(DEFINITION, "utf-8")
    with Index.open(str(tmp_path / "demo.toml")) as opened:
        opened.sync()
        yield opened


def places(marks: list[str]) -> list[str]:
    """The files of the machine's home that have one of the marks, as it stands or compressed."""
    found = []
    for file in sorted(home.home().rglob("*")):
        if file.is_file() and any(mark.encode() in file.read_bytes() for mark in marks):
            found.append(file.name)
    for database in (*home.home().rglob("*.sqlite"),):
        for body in bodies(database):
            if any(mark.encode() in body for mark in marks):
                found.append(f"{database.name} (compressed)")
    return found


def bodies(database: Path) -> Iterator[bytes]:
    db = sqlite3.connect(database)
    table = "bodies" if database.name == "catalog.sqlite" else "visits"
    for (packed,) in db.execute(f"SELECT body FROM {table} WHERE body IS NOT NULL"):
        yield zlib.decompress(packed)
    db.close()


def leave_traces(index: Index) -> None:
    """An answer that cites it, one that doesn't, and what a web connector keeps."""
    index.ask(f"¿Qué dice el aviso {MARK}?")
    index.ask("¿Dónde se paga la patente número 3?")
    visits = Visits()
    visits.put(Known(url=URI, final=URL, revision="r", body=f"<p>{MARK}</p>".encode()))
    feed = f"<item><link>{URI}</link>{MARK}</item>".encode()
    visits.put(
        Known(url="https://municipio.example/feed", final="https://municipio.example/feed", revision="r", body=feed)
    )
    visits.put(
        Known(url="https://municipio.example/otra", final="https://municipio.example/otra", revision="r", body=b"x")
    )
    visits.keep_entries("feed-1", [Entry(uri=URI, revision="r", said={"title": MARK})])


def visited(index: Index) -> tuple[kept.History, saved.Shelf]:
    """What a visitor of the app has: a question about the document, one about another, and a work made of both."""
    history, shelf = kept.history("v"), saved.Shelf(personal.folder() / f"v{personal.WORKS}")
    for question, uri in ((f"¿Qué dice el aviso {MARK}?", URI), ("¿Dónde se paga la patente número 3?", "doc:3")):
        asking = Asking(index, question, filters=Filters(in_force=False, uris=(uri,)), extractive=True)
        history.add(asking, page="legal", index="demo", filtered="")
        asking.start()
        for _ in asking.follow():
            pass
        asking._thread.join()
    aims = [
        Objective(
            id=id_, name=name, code="", text=text, country="", grade="4°", subject="Arte", axis="", title="", body="",
            page="", url="", uri=uri, language="es",
        )
        for id_, name, text, uri in (("a", "OA 1", TEXT, URI), ("b", "OA 2", "Pintar un árbol.", "doc:3"))
    ]  # fmt: skip
    shelf.keep("demo", making.make("plan", aims, fields={"teacher": "Ana"}))
    return history, shelf


def check_gone(index: Index) -> None:
    index.close()
    assert places([MARK, URI, URL, "secreto"]) == []
    log = Log(index.folder)
    verified = log.verify()
    assert verified.faults == ()
    receipt = list(log.records())[-1]
    assert (receipt["kind"], receipt["documents"]) == ("forget", [digest_of(URI)])
    emptied = {number for number, _ in receipt["emptied"]}
    assert 1 in emptied
    assert log.find(1).get("erased") is True


def test_the_marks_are_found_where_they_are(index: Index) -> None:
    leave_traces(index)
    index.close()
    found = places([MARK])
    assert {"audit.jsonl", "catalog.sqlite (compressed)", "visits.sqlite (compressed)", "open-1"} <= set(found)


def test_forgetting_leaves_no_trace_and_a_receipt(index: Index, sources: Sources) -> None:
    leave_traces(index)
    before = index.catalog.count()
    receipt = index.forget([URI])
    assert receipt.documents == (digest_of(URI),)
    assert index.catalog.count() == index.store.count() == before - 1
    hits = index.search(f"aviso {MARK}")
    assert hits
    assert not [hit for hit in hits if MARK in hit.passage.text]
    assert Log(index.folder).verify(receipt.hash).faults == ()
    with pytest.raises(StoreError, match="vació"):
        replay(index, 1)
    report = index.sync()
    assert (report.new, report.forgotten) == ((), 1)
    check_gone(index)
    assert Visits().get("https://municipio.example/otra") is not None
    assert index.allow_again([URI]) == 1
    assert index.sync().new == (URI,)


def test_what_visitors_keep_of_it_goes_too_and_the_rest_stays(index: Index) -> None:
    history, shelf = visited(index)
    assert {f"v{personal.ANSWERS}", f"v{personal.WORKS}"} <= set(places([MARK]))
    assert len(history.turns("legal")) == 2
    index.forget([URI])
    (turn,) = history.turns("legal")
    assert turn.asking.answer is not None and "doc:3" in {hit.passage.uri for hit in turn.asking.answer.hits}
    ((id_, title, _),) = shelf.works("demo")
    found = shelf.work(id_)
    assert found is not None and [name for _, name, *_ in found[1]["objectives"]] == ["OA 2"]
    assert found[1]["rows"] and all(row[3] == ["b"] for row in found[1]["rows"]) and "materials" in found[1]["notes"]
    # Nothing that is in memory is written again.
    shelf.change(id_, lambda said: said.update(title="Otro"))
    history.clear("curriculum")
    index.close()
    assert places([MARK, URI]) == []
    assert shelf.head() == {"teacher": "Ana"} and title


def test_answers_that_a_torn_line_holds_go_too(index: Index) -> None:
    visited(index)
    with (personal.folder() / f"v{personal.ANSWERS}").open("a", encoding="utf-8") as file:
        file.write(f'{{"index": "demo", "answer": "{URI} {MARK}')
    index.forget([URI])
    index.close()
    assert places([MARK, URI]) == []


def test_a_source_taken_out_of_the_definition_leaves_no_trace(index: Index, tmp_path: Path) -> None:
    leave_traces(index)
    index.close()
    (tmp_path / "demo.toml").write_text(DEFINITION.rpartition("[[sources]]")[0], "utf-8")
    with Index.open("demo") as again:
        assert [failure.key for failure in again.sync().failed] == ["sync.deletion_refused_removed"]
        assert again.sync(allow_deletions=True).gone == (URI,)
        check_gone(again)


def test_what_was_cut_short_is_done_by_the_next_sync(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_traces(index)
    with monkeypatch.context() as patched:
        patched.setattr(forget.erasing, "erase", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            index.forget([URI])
    assert index.catalog.erasing() == {URI: ""}
    assert "audit.jsonl" in places([MARK])
    index.sync()
    check_gone(index)


def test_a_document_that_there_is_no_trace_of_is_an_error(index: Index) -> None:
    with pytest.raises(DocumentError, match="doc:99"):
        index.forget([URI, "doc:99"])
    assert index.catalog.origin(URI) is not None
    with Lock(index.folder, "sync"), pytest.raises(IndexLocked):
        index.forget([URI])


def test_emptying_a_record_without_a_receipt_is_found(index: Index) -> None:
    leave_traces(index)
    log = Log(index.folder)
    first, *rest = log.path.read_bytes().splitlines(keepends=True)
    record = log.find(1)
    from latam_rag.audit import KEPT, as_line

    log.path.write_bytes(as_line({k: record[k] for k in KEPT if k in record} | {"erased": True}) + b"".join(rest))
    assert first
    assert [fault.key for fault in log.verify().faults] == ["audit.emptied"]


def test_an_index_is_removed_whole_and_its_definition_stays(index: Index, tmp_path: Path) -> None:
    leave_traces(index)
    index.ask("¿Dónde se paga?")
    history, _ = visited(index)
    index.close()
    with Lock(index.folder, "sync"), pytest.raises(IndexLocked):
        forget.remove(index.definition, index.folder)
    assert forget.remove(index.definition, index.folder) == tmp_path / "demo.toml"
    assert home.names() == []
    assert not index.folder.exists()
    assert places([MARK]) == [f"v{personal.WORKS}"]
    assert history.turns("legal") == []
