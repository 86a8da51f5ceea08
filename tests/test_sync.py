"""A sync: what it reports is what the index then holds, whatever the sources do."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import DIMENSIONS, FakeConnector, FakeEmbedder, LosingFile, copy_store, fake_sparse
from fsspec.implementations.memory import MemoryFileSystem

from latam_rag.catalog import Catalog
from latam_rag.config import Definition, Limits, Source
from latam_rag.connectors.files import Files
from latam_rag.errors import Cancelled, IndexLocked, PluginError, SourceError
from latam_rag.lock import Lock
from latam_rag.reader import Reader
from latam_rag.store import Store
from latam_rag.store.edge import EdgeStore
from latam_rag.sync import Progress, exit_code, source_of, sync
from latam_rag.sync.write import SLICE, WINDOW
from latam_rag.types import Filters, SyncReport

A, B = Source(connector="a"), Source(connector="b")
TEXTS = {
    "doc:1": "La patente se paga en enero.\nSe paga también en julio.",
    "doc:2": "La licencia dura seis años.",
    "doc:3": "El aseo se cobra cada tres meses.\nHay exenciones.\nSe piden en la oficina.",
}


@pytest.fixture(scope="module")
def warm_reader() -> Iterator[Reader]:
    """One worker for all tests: starting one takes a second."""
    with Reader(definition(A), parse="fakes:fake_parse", split="fakes:fake_split") as reader:
        yield reader


def definition(*sources: Source) -> Definition:
    return Definition(name="demo", sources=list(sources), limits=Limits(max_seconds=30))


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once and copied: making one is mostly waiting for the disk."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    EdgeStore(folder, dimensions=DIMENSIONS, fingerprint="fake-1").close()
    return folder


class Desk:
    """An index on a table: sources that a test changes, and what came of syncing them."""

    def __init__(self, folder: Path, reader: Reader, empty_store: Path) -> None:
        copy_store(empty_store, folder / "store")
        self.folder = folder
        self.reader = reader
        self.embedder = FakeEmbedder()
        self.connectors: dict[str, Any] = {"a": FakeConnector(TEXTS)}
        self.sources = [A]
        self.catalog = Catalog(folder / "catalog.sqlite")
        self.store: Store = EdgeStore(folder / "store", dimensions=DIMENSIONS, fingerprint="fake-1")

    def sync(self, **options: Any) -> SyncReport:
        self.embedder.embedded.clear()
        report = sync(
            definition(*self.sources),
            catalog=self.catalog,
            store=self.store,
            embedder=self.embedder,
            reader=options.pop("reader", self.reader),
            connect=lambda source: self.connectors[source.connector],
            sparse=lambda text, language: fake_sparse(text),
            **options,
        )
        assert report.embedded == len(self.embedder.embedded)
        assert report.passages == self.store.count() == self.catalog.count()
        assert set(self.store.ids()) == set(self.catalog.passage_uris())
        return report

    def texts(self) -> dict[str, list[str]]:
        """The passages' texts by uri, in document order, checked against the catalog's documents."""
        found: dict[str, list[str]] = {}
        for passage in self.store.lookup(filters=Filters(in_force=False), limit=10_000):
            document = self.catalog.document(passage.uri)
            assert document is not None
            assert document.text[passage.start : passage.end] == passage.text
            found.setdefault(passage.uri, []).append(passage.text)
        return found

    def close(self) -> None:
        self.store.close()
        self.catalog.close()


@pytest.fixture
def desk(tmp_path: Path, warm_reader: Reader, empty_store: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, warm_reader, empty_store)
    yield desk
    desk.close()


def lines(texts: dict[str, str]) -> dict[str, list[str]]:
    return {uri: text.split("\n") for uri, text in texts.items()}


def test_everything_is_new_once(desk: Desk) -> None:
    report = desk.sync()
    assert (report.new, report.changed, report.gone, report.same) == (tuple(TEXTS), (), (), 0)
    assert (report.passages, report.embedded, report.failed) == (6, 6, ())
    assert desk.texts() == lines(TEXTS)
    state = desk.catalog.state()
    assert (state.documents, state.passages, state.failures) == (3, 6, ())
    assert state.last_sync is not None
    assert {"read", "embed", "store", "total"} <= set(report.seconds)


def test_a_second_sync_fetches_and_embeds_nothing(desk: Desk) -> None:
    desk.sync()
    desk.connectors["a"].fetched.clear()
    report = desk.sync()
    assert (report.new, report.changed, report.gone, report.same, report.embedded) == ((), (), (), 3, 0)
    assert desk.connectors["a"].fetched == []


def test_of_a_changed_document_only_new_passages_are_embedded(desk: Desk) -> None:
    desk.sync()
    desk.connectors["a"].texts["doc:3"] = "Hay exenciones.\nUna línea nueva.\nSe piden en la oficina."
    report = desk.sync()
    assert (report.new, report.changed, report.same, report.embedded) == ((), ("doc:3",), 2, 1)
    assert [text.rpartition("\n")[2] for text in desk.embedder.embedded] == ["Una línea nueva."]
    assert desk.texts()["doc:3"] == ["Hay exenciones.", "Una línea nueva.", "Se piden en la oficina."]
    assert [p.label for p in desk.store.lookup(filters=Filters(uris=("doc:3",)), limit=9)] == [
        "línea 1",
        "línea 2",
        "línea 3",
    ]


def test_a_source_without_revisions_is_fetched_and_found_the_same(desk: Desk) -> None:
    desk.connectors["a"].revisions = False
    desk.sync()
    desk.connectors["a"].texts["doc:2"] = "La licencia dura ocho años."
    report = desk.sync()
    assert (report.changed, report.same, report.embedded) == (("doc:2",), 2, 1)


def test_what_is_gone_is_gone_everywhere(desk: Desk) -> None:
    desk.sync()
    del desk.connectors["a"].texts["doc:1"]
    report = desk.sync()
    assert (report.gone, report.same, report.passages) == (("doc:1",), 2, 4)
    assert desk.texts() == lines({uri: TEXTS[uri] for uri in ("doc:2", "doc:3")})
    assert desk.catalog.document("doc:1") is None
    assert desk.catalog.left_over() == []


@pytest.mark.parametrize("left", [(), ("doc:2",)])
def test_too_many_deletions_are_refused_and_the_rest_is_done(desk: Desk, left: tuple[str, ...]) -> None:
    desk.sync()
    desk.connectors["a"].texts = {uri: TEXTS[uri] for uri in left}
    desk.connectors["b"], desk.sources = FakeConnector({"doc:9": "Otra cosa."}), [A, B]
    report = desk.sync()
    assert (report.new, report.gone, report.passages) == (("doc:9",), (), 7)
    assert [failed.key for failed in report.failed] == ["sync.deletion_refused"]
    assert f"{3 - len(left)} de sus 3" in report.failed[0].reason
    assert exit_code(report) == 7
    assert desk.catalog.state().failures == report.failed
    allowed = desk.sync(allow_deletions=True)
    assert sorted(allowed.gone) == sorted(set(TEXTS) - set(left))
    assert (allowed.failed, exit_code(allowed)) == ((), 0)
    assert desk.catalog.state().failures == ()


def test_a_source_taken_out_of_the_definition_needs_leave_too(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:9": "Otra cosa."}), [A, B]
    desk.sync()
    desk.sources = [A]
    refused = desk.sync()
    assert [failed.key for failed in refused.failed] == ["sync.deletion_refused_removed"]
    assert "doc:9" in desk.texts()
    assert desk.sync(allow_deletions=True).gone == ("doc:9",)


def test_a_source_whose_options_change_keeps_its_passages(desk: Desk) -> None:
    desk.sync()
    desk.connectors["a2"], desk.sources = desk.connectors["a"], [Source(connector="a2")]
    report = desk.sync()
    assert (report.new, report.gone, report.failed, report.embedded) == ((), (), (), 0)
    origin = desk.catalog.origin("doc:1")
    assert origin is not None
    assert source_of(definition(*desk.sources), origin.source) == desk.sources[0]


def test_other_metadata_reaches_every_passage_without_embedding(desk: Desk) -> None:
    desk.sync()
    desk.sources = [Source(connector="a", metadata={"country": "CL"})]
    report = desk.sync()
    assert (report.changed, report.embedded) == (tuple(TEXTS), 0)
    assert len(desk.store.lookup(filters=Filters(facets={"country": ("CL",)}), limit=99)) == 6


def test_a_listing_that_breaks_touches_nothing_of_its_source(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:8": "ocho", "doc:9": "nueve"}), [A, B]
    desk.sync()
    desk.connectors["b"].listing_breaks = SourceError("config.no_file", path="x")
    desk.connectors["a"].texts["doc:2"] = "La licencia cambió."
    report = desk.sync()
    assert (report.changed, report.gone, report.passages) == (("doc:2",), (), 8)
    assert [failed.uri for failed in report.failed] == ["b"]
    assert exit_code(report) == 4


def test_a_connection_lost_while_an_archive_is_opened_deletes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for number in range(3):
            archive.writestr(f"ley-{number}.txt", f"La ley {number} rige desde enero.")
    monkeypatch.setattr(MemoryFileSystem, "store", {})
    MemoryFileSystem().pipe({"/nube/leyes.zip": body.getvalue(), "/nube/otra.txt": b"La patente se paga en enero."})
    desk.connectors = {"a": Files("memory://nube")}
    before = desk.sync()
    assert len(before.new) == 4
    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "open", lambda *_: LosingFile(body.getvalue(), 0, OSError("Socket is closed")))
        lost = desk.sync()
    assert (lost.gone, lost.passages, [failure.key for failure in lost.failed]) == ((), 4, ["connectors.failed"])
    again = desk.sync()
    assert (again.new, again.changed, again.gone, again.same) == ((), (), (), 4)


def test_a_document_that_fails_is_listed_and_tried_again(desk: Desk) -> None:
    desk.connectors["a"].texts["doc:2"] = "!malo"
    report = desk.sync()
    assert report.new == ("doc:1", "doc:3")
    assert [(failed.uri, failed.key) for failed in report.failed] == [("doc:2", "parse.garbage")]
    assert desk.catalog.state().failures == report.failed
    assert exit_code(report) == 4
    assert desk.sync().failed == report.failed
    desk.connectors["a"].texts["doc:2"] = "Ahora sí."
    mended = desk.sync()
    assert (mended.new, mended.failed, desk.catalog.state().failures) == (("doc:2",), (), ())


def test_a_document_that_was_good_keeps_its_passages(desk: Desk) -> None:
    desk.sync()
    desk.connectors["a"].texts["doc:2"] = "!malo"
    report = desk.sync()
    assert (report.changed, report.same, [f.uri for f in report.failed]) == ((), 2, ["doc:2"])
    assert desk.texts() == lines(TEXTS)
    desk.connectors["a"].texts["doc:2"] = TEXTS["doc:2"]
    back = desk.sync()
    assert (back.same, back.failed, desk.catalog.state().failures) == (3, (), ())


def test_a_failed_document_that_disappears_is_forgotten(desk: Desk) -> None:
    desk.connectors["a"].texts["doc:4"] = "!malo"
    desk.sync()
    del desk.connectors["a"].texts["doc:4"]
    assert desk.sync().failed == desk.catalog.state().failures == ()


def test_what_cannot_be_fetched_is_listed(desk: Desk) -> None:
    desk.connectors["a"].broken = {
        "doc:1": SourceError("config.no_file", path="/red/uno.pdf"),
        "doc:3": KeyError("columna"),
    }
    report = desk.sync()
    assert report.new == ("doc:2",)
    assert [(f.uri, f.key) for f in report.failed] == [("doc:1", "config.no_file"), ("doc:3", "sync.connector_bug")]
    assert "/red/uno.pdf" in report.failed[0].reason
    assert "KeyError" in report.failed[1].reason


def test_a_uri_in_two_sources_is_the_first_ones(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:2": "Otro texto.", "doc:9": "Nueve."}), [A, B]
    report = desk.sync()
    assert [(failed.uri, failed.key) for failed in report.failed] == [("doc:2", "sync.repeated")]
    assert desk.texts() == lines({**TEXTS, "doc:9": "Nueve."})
    assert desk.catalog.state().failures == report.failed
    again = desk.sync()
    assert (again.same, again.embedded, again.failed) == (4, 0, report.failed)


def test_a_document_larger_than_a_window_is_committed_whole(desk: Desk) -> None:
    many = 2 * WINDOW + 7
    desk.connectors["a"].texts["doc:big"] = "\n".join(f"Línea número {n}" for n in range(many))
    report = desk.sync()
    assert (report.embedded, report.passages) == (many + 6, many + 6)


def test_stopping_keeps_what_was_committed_and_the_next_sync_goes_on(desk: Desk) -> None:
    texts = {f"doc:{n}": "\n".join(f"Documento {n} línea {k}" for k in range(SLICE)) for n in range(9)}
    desk.connectors["a"].texts = texts
    seen: list[Progress] = []

    with pytest.raises(Cancelled):
        desk.sync(on_progress=seen.append, should_stop=lambda: desk.catalog.state().documents > 0)
    done = desk.catalog.state().documents
    assert 0 < done < 9
    assert desk.catalog.state().last_sync is None
    report = desk.sync()
    assert (len(report.new), report.same) == (9 - done, done)
    assert desk.texts() == lines(texts)


def test_progress_is_told(desk: Desk) -> None:
    seen: list[Progress] = []
    desk.sync(on_progress=seen.append)
    phases = [progress.phase for progress in seen]
    assert [phases[0], phases[-1]] == ["listing", "optimizing"]
    reading = [progress for progress in seen if progress.phase == "reading"]
    assert [progress.done for progress in reading] == sorted(progress.done for progress in reading)
    assert (reading[-1].done, reading[-1].total, reading[-1].passages) == (3, 3, 6)
    assert reading[-1].rate > 0
    assert reading[-1].uri == "doc:3"


def test_a_store_that_was_dropped_is_filled_again_without_fetching(desk: Desk) -> None:
    desk.sync()
    before = desk.texts()
    ids = list(desk.store.ids())
    desk.store.delete(ids)
    desk.connectors["a"].fetched.clear()
    report = desk.sync()
    assert (report.same, report.embedded, desk.connectors["a"].fetched) == (3, 6, [])
    assert desk.texts() == before
    assert sorted(desk.store.ids()) == sorted(ids)


def test_a_lost_point_and_a_stray_one_are_put_right(desk: Desk) -> None:
    desk.sync()
    (lost, *_), stray = desk.store.ids(), "00000000-0000-4000-8000-000000000001"
    desk.catalog.intend([stray])
    desk.store.delete([lost])
    assert desk.sync().embedded == 1


def test_a_catalog_that_was_deleted_is_rebuilt(desk: Desk) -> None:
    desk.sync()
    desk.catalog.close()
    (desk.folder / "catalog.sqlite").unlink()
    desk.catalog = Catalog(desk.folder / "catalog.sqlite")
    assert desk.sync().new == tuple(TEXTS)
    assert desk.texts() == lines(TEXTS)


def test_an_error_in_the_definition_comes_before_anything_is_touched(desk: Desk) -> None:
    def connect(source: Source) -> FakeConnector:
        if source == B:
            raise PluginError("plugins.missing_option", name="b", option="path")
        return desk.connectors["a"]

    with pytest.raises(PluginError):
        sync(
            definition(A, B), catalog=desk.catalog, store=desk.store, embedder=desk.embedder, reader=desk.reader,
            connect=connect, sparse=lambda text, language: fake_sparse(text),
        )  # fmt: skip
    assert desk.store.count() == 0


def test_two_syncs_at_once_are_refused(desk: Desk) -> None:
    with Lock(desk.folder, "sync"), pytest.raises(IndexLocked, match="sincronización"):
        desk.sync()
    assert desk.sync().new == tuple(TEXTS)


def test_an_empty_source_makes_an_empty_index(desk: Desk) -> None:
    desk.connectors["a"].texts = {}
    report = desk.sync()
    assert (report.new, report.failed, report.passages) == ((), (), 0)


def test_an_unchanged_document_costs_next_to_nothing(desk: Desk) -> None:
    desk.connectors["a"].texts = {f"doc:{n}": f"Documento {n}" for n in range(1000)}
    desk.sync()
    began = time.process_time()
    assert desk.sync().same == 1000
    # Not a benchmark: it fails when work per unchanged document creeps in.
    assert time.process_time() - began < 2
