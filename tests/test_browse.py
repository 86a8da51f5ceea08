"""Reading an index without asking it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakes import DIMENSIONS, FakeEmbedder, fake_sparse, make_passage

from latam_rag import browse
from latam_rag.index import Index
from latam_rag.store import Point
from latam_rag.store.edge import EdgeStore
from latam_rag.types import Filters, Passage

EMBEDDER = FakeEmbedder()


def article(number: str, norm: str = "12/2019", status: str = "", **more: Any) -> Passage:
    metadata = {"article": number, "norm": (norm, norm.split("/")[0]), "country": "CL"}
    values = {
        "uri": f"doc:{norm}",
        "label": f"art. {number}",
        "headings": ("Título I",),
        "start": int(number[0]),
        **more,
    }
    return make_passage(
        f"Art. {number} de {norm}.", metadata=metadata | ({"status": status} if status else {}), **values
    )


PASSAGES = [article("1"), article("2"), article("3", status="repealed"), article("5-bis"), article("1", "18695")]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    store = EdgeStore(Path(tmp_path_factory.mktemp("s")) / "store", dimensions=DIMENSIONS, fingerprint="fake-1")
    store.upsert([
        Point(passage=p, dense=EMBEDDER.query(p.text), sparse=fake_sparse(p.text)) for p in PASSAGES
    ])  # fmt: skip
    ids = SimpleNamespace(passages=lambda uri: {p.id: "" for p in PASSAGES if p.uri == uri})
    yield cast(Index, SimpleNamespace(store=store, catalog=ids))
    store.close()


def test_values_come_from_the_facets(index: Index) -> None:
    assert browse.values(index, ("country", "kind")) == {"country": ("CL",), "kind": ()}


@pytest.mark.parametrize("text", ["art 5 bis ordenanza 12/2019", "Artículo 5º bis de la Ordenanza N° 12 de 2019"])
def test_a_reference_as_people_write_it(index: Index, text: str) -> None:
    assert browse.named(index, text).passages == (PASSAGES[3],)


def test_norm_and_article_apart(index: Index) -> None:
    assert browse.article(index, "18.695", "1º").passages == (PASSAGES[4],)
    assert browse.in_document(index, "doc:12/2019", "2").passages == (PASSAGES[1],)


def test_what_is_repealed_is_found_and_told(index: Index) -> None:
    found = browse.article(index, "12/2019", "3", filters=Filters())
    assert found.repealed and found.passages == (PASSAGES[2],)


def test_an_article_that_isnt_there_names_those_like_it(index: Index) -> None:
    found = browse.article(index, "12/2019", "5")
    assert not found.passages
    assert "art. 5-bis" in found.near
    assert browse.article(index, "999", "5").near == ()
    assert browse.named(index, "sin norma alguna") == browse.Found(passages=())


def test_around_and_outline(index: Index) -> None:
    assert browse.around(index, PASSAGES[1]) == PASSAGES[:3]
    assert browse.around(index, PASSAGES[0]) == PASSAGES[:2]
    stray = make_passage("Otra.", uri="doc:12/2019")
    assert browse.around(index, stray) == [stray]
    assert [place.label for place in browse.outline(index, "doc:12/2019")] == [
        "art. 1",
        "art. 2",
        "art. 3",
        "art. 5-bis",
    ]


@pytest.mark.parametrize(
    ("metadata", "state"),
    [
        ({}, "unknown"),
        ({"status": "in_force"}, "in_force"),
        ({"valid_from": "2020-01-01"}, "in_force"),
        ({"valid_from": "2020-01-01", "valid_to": "2021-01-01"}, "repealed"),
        ({"status": "repealed"}, "repealed"),
        ({"valid_from": "2030-01-01", "status": "in_force"}, "future"),
        ({"status": "partially_repealed"}, "partially_repealed"),
    ],
)
def test_whether_a_passage_applies(metadata: dict[str, str], state: str) -> None:
    assert browse.applies(make_passage(metadata=metadata), today=date(2026, 11, 23)) == state
