"""A sync at work: sources side by side, documents that keep failing, documents that move, sources that misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeConnector
from test_sync import TEXTS, A, B, Desk, definition, lines

from latam_rag import history
from latam_rag.config import Source
from latam_rag.errors import Cancelled, DocumentError, MissingExtra
from latam_rag.reader import Reader
from latam_rag.store.edge import EdgeStore
from latam_rag.sync import Progress, labels
from latam_rag.types import Ref


@pytest.fixture(scope="module")
def warm_reader() -> Iterator[Reader]:
    with Reader(definition(A), parse="fakes:fake_parse", split="fakes:fake_split") as reader:
        yield reader


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "store"
    EdgeStore(folder, dimensions=64, fingerprint="fake-1").close()
    return folder


@pytest.fixture
def desk(tmp_path: Path, warm_reader: Reader, empty_store: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, warm_reader, empty_store)
    yield desk
    desk.close()


class SlowConnector(FakeConnector):
    """Lists only once it may."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(texts)
        self.may_list = threading.Event()

    def refs(self) -> Iterator[Ref]:
        self.may_list.wait(timeout=20)
        yield from super().refs()


def test_a_slow_source_keeps_no_other_waiting(desk: Desk) -> None:
    slow = SlowConnector({"web:1": "Uno de la web."})
    desk.connectors["b"], desk.sources = slow, [B, A]
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.done == len(TEXTS):
            slow.may_list.set()

    report = desk.sync(on_progress=watch)
    assert sorted(report.new) == sorted([*TEXTS, "web:1"])
    assert {progress.listing for progress in seen if progress.done == 3 and progress.phase == "reading"} >= {1}
    assert seen[-1].listing == 0


@pytest.mark.parametrize("first", ["a", "b"])
def test_the_first_in_the_definition_has_a_uri_whichever_lists_first(desk: Desk, first: str) -> None:
    desk.sources = [A, B]
    slow = SlowConnector(
        {"doc:2": "De a.", "doc:8": "Ocho."} if first == "b" else {"doc:2": "De b.", "doc:9": "Nueve."}
    )
    other = FakeConnector(
        {"doc:2": "De b.", "doc:9": "Nueve."} if first == "b" else {"doc:2": "De a.", "doc:8": "Ocho."}
    )
    desk.connectors = {"a": slow, "b": other} if first == "b" else {"a": other, "b": slow}
    threading.Timer(0.4, slow.may_list.set).start()
    report = desk.sync()
    assert [(f.uri, f.key) for f in report.failed] == [("doc:2", "sync.repeated")]
    assert desk.texts() == {"doc:2": ["De a."], "doc:8": ["Ocho."], "doc:9": ["Nueve."]}
    slow.may_list.clear()
    threading.Timer(0.4, slow.may_list.set).start()
    again = desk.sync()
    assert (again.same, again.embedded, again.changed) == (3, 0, ())
    slow.texts.pop("doc:2") if first == "b" else other.texts.pop("doc:2")
    taken_over = desk.sync()
    assert (taken_over.changed, taken_over.gone, taken_over.failed) == (("doc:2",), (), ())
    assert desk.texts()["doc:2"] == ["De b."]


def test_stopping_does_not_wait_for_a_source_that_does_not_answer(desk: Desk) -> None:
    slow = SlowConnector({"web:1": "Uno."})
    desk.connectors["b"], desk.sources = slow, [A, B]
    began = time.monotonic()
    with pytest.raises(Cancelled):
        desk.sync(should_stop=lambda: time.monotonic() - began > 0.5)
    assert time.monotonic() - began < 5
    slow.may_list.set()


@pytest.mark.parametrize("error", [KeyError("columna"), MissingExtra("database", "SQLAlchemy")])
def test_a_listing_that_breaks_in_any_way_is_a_failure_of_its_source(desk: Desk, error: Exception) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:8": "ocho", "doc:9": "nueve"}), [A, B]
    desk.sync()
    desk.connectors["b"].listing_breaks = error
    desk.connectors["a"].texts["doc:2"] = "La licencia cambió."
    report = desk.sync()
    assert (report.changed, report.gone, report.passages) == (("doc:2",), (), 8)
    key = "sync.connector_bug_listing" if isinstance(error, KeyError) else "errors.missing_extra"
    assert [(f.uri, f.key) for f in report.failed] == [("b", key)]
    assert report.failed == desk.catalog.state().failures


def test_each_source_tells_how_it_is_doing(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:8": "ocho", "doc:9": "!malo"}), [A, B]
    desk.sync()
    a, b = desk.catalog.sources(labels(definition(A, B)))
    assert [(s.label, s.documents, s.failed, s.reason) for s in (a, b)] == [("a", 3, 0, ""), ("b", 1, 1, "")]
    desk.connectors["b"].listing_breaks = KeyError("x")
    desk.sync()
    after, broken = desk.catalog.sources(labels(definition(A, B)))
    assert after.listed is not None and a.listed is not None and after.listed > a.listed
    assert broken.listed == b.listed
    assert broken.tried > b.tried
    assert "KeyError" in broken.reason
    desk.connectors["b"].listing_breaks = None
    desk.sources = [A]
    desk.sync(allow_deletions=True)
    assert [s.label for s in desk.catalog.sources(labels(definition(A, B)))] == ["a"]


@pytest.mark.parametrize("revisions", [True, False])
def test_what_cannot_be_read_rests_until_it_changes_or_is_due(
    desk: Desk, revisions: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.connectors["a"] = FakeConnector({**TEXTS, "doc:2": "!malo"}, revisions=revisions)
    first = desk.sync()
    (tried,) = desk.catalog.tried().values()
    assert tried.count == 1
    desk.connectors["a"].fetched.clear()
    second = desk.sync()
    assert second.failed == first.failed == desk.catalog.state().failures
    assert sorted(desk.connectors["a"].fetched) == ([] if revisions else sorted(TEXTS))
    assert [t.count for t in desk.catalog.tried().values()] == [1]
    later = time.time() + history.FIRST_WAIT_S + 1
    monkeypatch.setattr("latam_rag.sync.listing.time.time", lambda: later)
    desk.sync()
    (again,) = desk.catalog.tried().values()
    assert again.count == 2
    assert again.due - later >= 2 * history.FIRST_WAIT_S - 60
    desk.connectors["a"].texts["doc:2"] = "!malo de otra manera"
    desk.sync()
    assert [t.count for t in desk.catalog.tried().values()] == [1]
    desk.connectors["a"].texts["doc:2"] = "Ahora sí."
    assert desk.sync().failed == ()
    assert desk.catalog.tried() == {}


def test_what_cannot_be_fetched_is_tried_at_each_sync(desk: Desk) -> None:
    desk.connectors["a"].broken = {"doc:1": DocumentError("index.no_document", uri="doc:1")}
    desk.sync()
    desk.sync()
    assert [t.count for t in desk.catalog.tried().values()] == [2]
    desk.connectors["a"].broken = {}
    assert desk.sync().new == ("doc:1",)


def test_retry_reads_what_failed_and_lists_nothing(desk: Desk) -> None:
    desk.connectors["a"].texts |= {"doc:2": "!malo", "doc:4": "!malo"}
    desk.sync()
    desk.connectors["a"].texts |= {"doc:2": "Mejor.", "doc:3": "Cambió.", "doc:4": "Mejor."}
    desk.connectors["a"].fetched.clear()
    desk.connectors["a"].listing_breaks = KeyError("no se lista")
    report = desk.sync(only=desk.catalog.failing(["doc:2"], name="demo"))
    assert (report.new, report.failed, desk.connectors["a"].fetched) == (("doc:2",), (), ["doc:2"])
    assert [failure.uri for failure in desk.catalog.state().failures] == ["doc:4"]
    rest = desk.sync(only=desk.catalog.failing([], name="demo"))
    assert (rest.new, desk.catalog.state().failures) == (("doc:4",), ())
    with pytest.raises(DocumentError):
        desk.catalog.failing(["doc:1"], name="demo")


def test_a_document_that_moved_keeps_its_vectors(desk: Desk) -> None:
    desk.reader = Untitled(desk.reader)  # type: ignore[assignment]
    desk.sync()
    vectors = {p.text: desk.store.vectors([p.id])[p.id] for p in desk.store.get(list(desk.store.ids()))}
    desk.connectors["a"].texts["doc:nuevo"] = desk.connectors["a"].texts.pop("doc:3")
    report = desk.sync()
    assert (report.new, report.gone, report.embedded) == (("doc:nuevo",), ("doc:3",), 0)
    assert report.moved == {"doc:nuevo": "doc:3"}
    for passage in desk.store.get(list(desk.store.ids())):
        assert (desk.store.vectors([passage.id])[passage.id] == vectors[passage.text]).all()
    assert desk.texts()["doc:nuevo"] == TEXTS["doc:3"].split("\n")


class Untitled:
    """Reads documents whose title is their own, and not made from their uri."""

    def __init__(self, real: Reader) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def read(self, resource: object, source: Source) -> object:
        import dataclasses

        document, passages = self._real.read(resource, source)  # type: ignore[arg-type]
        plain = dataclasses.replace(document, title="Ordenanza")
        return plain, [dataclasses.replace(p, title="Ordenanza") for p in passages]


def test_what_was_forgotten_does_not_come_back(desk: Desk) -> None:
    desk.sync()
    desk.catalog.forget(["doc:1"])
    points = desk.catalog.remove(["doc:1"])
    desk.store.delete(points)
    desk.catalog.settle(points)
    report = desk.sync()
    assert (report.new, report.same, report.forgotten, report.failed) == ((), 2, 1, ())
    assert desk.catalog.allow(["doc:1", "doc:otro"]) == 1
    assert desk.sync().new == ("doc:1",)
    assert desk.texts() == lines(TEXTS)
