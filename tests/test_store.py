"""The contract of a store, against every engine."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fakes import DIMENSIONS, FakeEmbedder, copy_store, fake_sparse, make_passage
from qdrant_client import QdrantClient

from latam_rag.config import Store as Settings
from latam_rag.errors import ModelMismatch, StoreError
from latam_rag.store import Point, Store, drop_store, open_store
from latam_rag.store.edge import EdgeStore
from latam_rag.store.server import ServerStore
from latam_rag.types import Filters, Passage

# The in-memory client says so of each payload index and of how wide a search is; a server has them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

EMBEDDER = FakeEmbedder()
Opener = Callable[..., Store]


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once and copied: making one is mostly waiting for the disk."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    EdgeStore(folder, dimensions=DIMENSIONS, fingerprint="fake-1").close()
    return folder


@pytest.fixture(params=["edge", "memory", "server"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> Iterator[Opener]:
    """Opens the same store again and again, as processes do one after the other."""
    if request.param == "edge":
        copy_store(empty_store, tmp_path / "store")

        def opened(dimensions: int = DIMENSIONS, fingerprint: str = "fake-1") -> Store:
            return EdgeStore(tmp_path / "store", dimensions=dimensions, fingerprint=fingerprint)

        yield opened
        return
    if request.param == "server" and not os.environ.get("QDRANT_URL"):
        pytest.skip("no Qdrant server: set QDRANT_URL")
    url = os.environ.get("QDRANT_URL", "") if request.param == "server" else ":memory:"
    client = QdrantClient(url)
    name = f"test-{uuid.uuid4().hex[:8]}"

    def connected(dimensions: int = DIMENSIONS, fingerprint: str = "fake-1") -> Store:
        return ServerStore(client, name, Settings(), dimensions=dimensions, fingerprint=fingerprint)

    yield connected
    if request.param == "server":
        QdrantClient(url).delete_collection(name)


@pytest.fixture
def store(opener: Opener) -> Iterator[Store]:
    opened = opener()
    yield opened
    opened.close()


def point(passage: Passage) -> Point:
    text = passage.indexed_text
    return Point(passage=passage, dense=EMBEDDER.query(text), sparse=fake_sparse(text))


def put(store: Store, *passages: Passage) -> None:
    store.upsert([point(p) for p in passages])
    store.flush()


def search(store: Store, question: str, filters: Filters | None = None, limit: int = 5) -> list[Passage]:
    found = store.nearest(EMBEDDER.query(question), filters=filters or Filters(), limit=limit)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    return store.get([each.id for each in found])


PATENTE = make_passage("La patente municipal se paga en enero y julio.", uri="doc:a", start=0)
LICENCIA = make_passage("La licencia de conducir se renueva cada seis años.", uri="doc:b", start=0)
ASEO = make_passage("El derecho de aseo domiciliario es trimestral.", uri="doc:a", start=90)


def test_a_passage_comes_back_as_it_was(store: Store) -> None:
    whole = make_passage(
        "Texto con ñ, «comillas» y un emoji 🎓.",
        page=None,
        headings=("Título I", "Capítulo 2"),
        metadata={
            "kind": "Ley",
            "code": ("MA04OA08", "MA04OA09"),
            "grade": 4,
            "valid_from": "2001-02-03",
            "páginas leídas": 3.5,
            "vigente": True,
            "nota": ("a", "b"),
        },
    )
    put(store, whole)
    assert store.get([whole.id]) == [whole]


def test_a_stored_vector_is_as_near_to_a_question_as_it_was(store: Store) -> None:
    put(store, PATENTE, LICENCIA)
    found = store.vectors([PATENTE.id, str(uuid.uuid4())])
    assert list(found) == [PATENTE.id]
    query = EMBEDDER.query("patente municipal")
    assert float(found[PATENTE.id] @ query) == pytest.approx(
        float(EMBEDDER.query(PATENTE.indexed_text) @ query), abs=1e-3
    )
    assert store.vectors([]) == {}


def test_search_ranks_what_shares_words_first(store: Store) -> None:
    put(store, PATENTE, LICENCIA, ASEO)
    assert search(store, "¿Cuándo se paga la patente municipal?")[0] == PATENTE
    assert search(store, "renovar licencia de conducir")[0] == LICENCIA
    assert len(search(store, "patente", limit=2)) == 2


@pytest.mark.parametrize("made", [EMBEDDER.query, fake_sparse])
def test_a_vector_of_either_kind_finds_what_is_nearest_to_it(store: Store, made: Callable[[str], Any]) -> None:
    put(store, PATENTE, LICENCIA)
    found = store.nearest(made("patente municipal"), filters=Filters(), limit=1)
    assert [each.id for each in found] == [PATENTE.id]


def test_words_find_only_what_has_one_of_them(store: Store) -> None:
    put(store, PATENTE, LICENCIA, ASEO)
    assert [found.id for found in store.nearest(fake_sparse("patente"), filters=Filters(), limit=5)] == [PATENTE.id]
    assert store.nearest(fake_sparse("helicóptero"), filters=Filters(), limit=5) == []


def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert search(store, "patente") == []
    assert store.lookup(filters=Filters(), limit=5) == []
    assert store.count() == 0
    assert list(store.ids()) == []


def test_writing_twice_changes_nothing(store: Store) -> None:
    put(store, PATENTE, LICENCIA)
    put(store, PATENTE, LICENCIA)
    assert store.count() == 2
    assert sorted(store.ids()) == sorted([PATENTE.id, LICENCIA.id])


def test_deletion_is_real_and_of_the_unknown_harmless(store: Store) -> None:
    put(store, PATENTE, LICENCIA)
    store.delete([PATENTE.id, str(uuid.uuid4())])
    store.flush()
    assert store.get([PATENTE.id]) == []
    assert search(store, "patente municipal") == [LICENCIA]
    store.delete([])
    assert store.count() == 1


def test_get_keeps_the_order_asked(store: Store) -> None:
    put(store, PATENTE, LICENCIA, ASEO)
    assert store.get([ASEO.id, str(uuid.uuid4()), PATENTE.id]) == [ASEO, PATENTE]
    assert store.get([]) == []


def test_a_passage_moves_without_being_embedded_again(store: Store) -> None:
    put(store, PATENTE, LICENCIA)
    moved = make_passage(PATENTE.text, id=PATENTE.id, uri="doc:a", start=500, label="art. 7", metadata={"kind": "Ley"})
    store.update_passages([moved])
    store.flush()
    assert search(store, PATENTE.text)[0] == moved
    assert search(store, PATENTE.text, Filters(facets={"kind": ("Ley",)})) == [moved]


def test_lookup_is_in_document_order(store: Store) -> None:
    late = make_passage("Otra.", uri="doc:b", start=9000)
    put(store, late, ASEO, LICENCIA, PATENTE)
    assert store.lookup(filters=Filters(), limit=3) == [PATENTE, ASEO, LICENCIA]
    assert store.lookup(filters=Filters(uris=("doc:b",)), limit=9) == [LICENCIA, late]


def test_more_passages_than_a_page_of_scrolling(store: Store) -> None:
    many = [make_passage(f"Línea {n}", start=n) for n in range(2100)]
    put(store, *many)
    assert len(set(store.ids())) == store.count() == 2100
    assert [p.start for p in store.lookup(filters=Filters(), limit=3)] == [0, 1, 2]


def test_facets_select(store: Store) -> None:
    law = make_passage("Ley uno", metadata={"kind": "Ley", "country": "CL", "code": ("A1", "B2"), "grade": 4})
    decree = make_passage("Decreto dos", metadata={"kind": "Decreto", "country": "CL"})
    put(store, law, decree)
    chosen = {
        ("kind", ("Ley",)): {law.id},
        ("kind", ("Ley", "Decreto")): {law.id, decree.id},
        ("code", ("B2",)): {law.id},
        ("grade", ("4",)): {law.id},
        ("country", ("BR",)): set(),
    }
    for (key, values), expected in chosen.items():
        filters = Filters(facets={key: values})
        assert {p.id for p in store.lookup(filters=filters, limit=9)} == expected
        assert {p.id for p in search(store, "ley decreto", filters)} == expected


def test_an_unknown_facet_names_the_known(store: Store) -> None:
    with pytest.raises(StoreError, match=r"'pais'.*country"):
        store.lookup(filters=Filters(facets={"pais": ("CL",)}), limit=1)


VALIDITY = {
    "undated": make_passage("sin fecha"),
    "in force": make_passage("vigente", metadata={"valid_from": "2010-01-01", "status": "in_force"}),
    "expired": make_passage("vencida", metadata={"valid_from": "2010-01-01", "valid_to": "2019-12-31"}),
    "repealed": make_passage("derogada", metadata={"status": "repealed"}),
    "repealed in 2020": make_passage("derogada 2020", metadata={"status": "repealed", "valid_to": "2020-06-30"}),
    "from 2015": make_passage("nueva", metadata={"valid_from": "2015-01-01"}),
}


EVER = {"undated", "in force", "expired", "repealed in 2020"}
KEPT = [
    (Filters(), {"undated", "in force", "from 2015"}),
    (Filters(in_force=False), set(VALIDITY)),
    (Filters(on="2012-05-01"), EVER),
    (Filters(on="2012-05-01", in_force=False), EVER | {"repealed"}),
    (Filters(on="2015-01-01"), EVER | {"from 2015"}),
    (Filters(on="2019-12-31"), EVER | {"from 2015"}),
    (Filters(on="2020-01-01"), (EVER | {"from 2015"}) - {"expired"}),
]


def test_validity(store: Store) -> None:
    put(store, *VALIDITY.values())
    names = {p.id: name for name, p in VALIDITY.items()}
    for filters, kept in KEPT:
        assert {names[p.id] for p in store.lookup(filters=filters, limit=9)} == kept, filters
        assert {names[p.id] for p in search(store, "derogada vigente", filters, limit=9)} == kept, filters


def test_a_date_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="AAAA-MM-DD"):
        store.lookup(filters=Filters(on="15-03-2018"), limit=1)


def test_what_was_written_is_there_after_reopening(opener: Opener, request: pytest.FixtureRequest) -> None:
    first = opener()
    put(first, PATENTE, ASEO)
    if isinstance(first, EdgeStore):
        first.close()
    again = opener()
    assert again.get([PATENTE.id]) == [PATENTE]
    again.optimize()
    assert search(again, "patente municipal enero")[0] == PATENTE
    if isinstance(again, EdgeStore):
        again.close()


@pytest.mark.parametrize("other", [{"fingerprint": "fake-2"}, {"dimensions": 32}])
def test_another_model_is_refused(opener: Opener, other: dict[str, object]) -> None:
    first = opener()
    if isinstance(first, EdgeStore):
        first.close()
    with pytest.raises(ModelMismatch, match="fake-1"):
        opener(**other)


def test_wrong_dimensions_are_a_store_error(store: Store) -> None:
    wrong = Point(passage=PATENTE, dense=FakeEmbedder(8).query("x"), sparse=fake_sparse("x"))
    with pytest.raises(StoreError):
        store.upsert([wrong])


def test_open_and_drop_by_settings(tmp_path: Path) -> None:
    settings = Settings()
    store = open_store(settings, tmp_path, name="demo", dimensions=DIMENSIONS, fingerprint="fake-1")
    put(store, PATENTE)
    store.close()
    drop_store(settings, tmp_path, name="demo")
    drop_store(settings, tmp_path, name="demo")
    store = open_store(settings, tmp_path, name="demo", dimensions=DIMENSIONS, fingerprint="fake-2")
    assert store.count() == 0
    store.close()


def test_a_server_that_is_off_is_one_clear_line() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1") as caught:
        open_store(Settings(url="http://127.0.0.1:1"), Path(), name="demo", dimensions=DIMENSIONS, fingerprint="fake-1")
    assert "\n" not in str(caught.value)


def test_a_missing_key_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAVE_QDRANT", raising=False)
    settings = Settings(url="http://127.0.0.1:1", api_key_env="CLAVE_QDRANT")
    with pytest.raises(StoreError, match="CLAVE_QDRANT"):
        open_store(settings, Path(), name="demo", dimensions=DIMENSIONS, fingerprint="fake-1")


def test_values_of_a_facet_are_counted(store: Store) -> None:
    texts = (("a", {"kind": "Ley"}), ("b", {"kind": "Ley", "country": "CL"}), ("c", {"kind": "Ordenanza"}))
    store.upsert([point(make_passage(text, metadata=metadata)) for text, metadata in texts])
    assert store.values("kind") == {"Ley": 2, "Ordenanza": 1}
    assert store.values("body") == {}


def test_a_purge_leaves_nothing_of_what_was_deleted_in_any_file(tmp_path: Path, empty_store: Path) -> None:
    copy_store(empty_store, tmp_path / "store")

    def files_with(mark: bytes) -> list[str]:
        return [file.name for file in tmp_path.rglob("*") if file.is_file() and mark in file.read_bytes()]

    kept = [make_passage(f"Se queda {n}", uri=f"doc:{n}") for n in range(30)]
    gone = [make_passage(f"marcasecreta {n}", uri="doc:marcasecreta") for n in range(3)]
    with closing(EdgeStore(tmp_path / "store", dimensions=DIMENSIONS, fingerprint="fake-1")) as store:
        store.upsert([point(passage) for passage in (*kept, *gone)])
        store.flush()
        store.delete([passage.id for passage in gone])
        store.flush()
        store.optimize()
        assert len(files_with(b"marcasecreta")) > 1
        store.purge()
        assert files_with(b"marcasecreta") == []
        assert sorted(store.ids()) == sorted(passage.id for passage in kept)
        vectors = store.vectors([kept[0].id])[kept[0].id]
        assert vectors == pytest.approx(EMBEDDER.query(kept[0].indexed_text), abs=1e-5)
        store.upsert([point(gone[0])])
        store.flush()
    with closing(EdgeStore(tmp_path / "store", dimensions=DIMENSIONS, fingerprint="fake-1")) as store:
        assert store.count() == 31
