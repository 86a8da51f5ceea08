"""What applied when, the whole way: from what the sources say to what a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from latam_rag import Filters, Index
from latam_rag.cli.indexing import initialise

FEES = """---
title: "Ordenanza de tarifas"
rank: "ordenanza"
official_number: "77"
status: "in_force"
valid_from: "{year}-01-01"
{more}
---
# Ordenanza de tarifas

##### Artículo 1

La feria paga una tarifa de {fee} pesos por puesto.

##### Artículo 2

Derogado.
"""
PAGE = """<html><body><h1>LEI Nº 88, DE 1º DE ABRIL DE 2021</h1>
<p>Art. 1º <strike>A feira paga tarifa de 10 reais.</strike></p>
<p>A feira paga tarifa de 30 reais. (Redação dada pela Lei nº 99, de 2023)</p>
<p>Art. 2º Esta Lei entra em vigor na data de sua publicação.</p></body></html>"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    folder = tmp_path / "normas"
    folder.mkdir()
    fees = {
        "2018": ('valid_to: "2018-12-31"', 100),
        "2019": ("observaciones: ABROGADA POR ORDENANZA 78, B.O. 30/06/2020", 200),
    }
    for year, (more, fee) in fees.items():
        (folder / f"tarifas-{year}.md").write_text(FEES.format(year=year, more=more, fee=fee), "utf-8")
    (folder / "tarifas.md").write_text(FEES.format(year="2021", more="", fee=300), "utf-8")
    (folder / "lei-88.html").write_text(PAGE, "utf-8")
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    initialise("comuna", str(folder))
    with Index.open("comuna") as opened:
        assert not opened.sync().failed
        yield opened


def fees(index: Index, filters: Filters | None = None) -> set[str]:
    found = index.search("tarifa que paga la feria", filters=filters, limit=20)
    return {word for hit in found for word in hit.passage.text.split() if word.isdigit() and len(word) > 1}


def test_in_force_today_on_a_date_and_all(index: Index) -> None:
    assert fees(index) == {"300", "30"}
    assert fees(index, Filters(on="2018-03-15")) == {"100"}
    assert fees(index, Filters(on="2020-03-15")) == {"200"}
    assert fees(index, Filters(on="2022-03-15")) >= {"300"}
    assert fees(index, Filters(in_force=False)) == {"100", "200", "300", "10", "30"}


def test_versions_of_one_norm_are_told_apart(index: Index) -> None:
    found = index.search("tarifa que paga la feria por puesto", filters=Filters(in_force=False), limit=20)
    headers = {
        hit.passage.header
        for hit in found
        if hit.passage.metadata.get("article") == "1" and "puesto" in hit.passage.text
    }
    assert headers == {
        "Ordenanza 77: Ordenanza de tarifas (hasta 2018-12-31) › art. 1",
        "Ordenanza 77: Ordenanza de tarifas (hasta 2020-06-30) › art. 1",
        "Ordenanza 77: Ordenanza de tarifas › art. 1",
    }


def test_what_a_passage_says_of_its_validity(index: Index) -> None:
    found = index.search("tarifa que paga la feria", filters=Filters(in_force=False), limit=20)
    said = {hit.passage.text: hit.passage.metadata for hit in found}
    repealed = next(metadata for text, metadata in said.items() if "200 pesos" in text)
    assert (repealed["status"], repealed["valid_from"], repealed["valid_to"]) == (
        "repealed",
        "2019-01-01",
        "2020-06-30",
    )
    assert repealed["amended_by"] == ("ORDENANZA 78, B.O. 30/06/2020",)
    current = next(metadata for text, metadata in said.items() if "30 reais" in text)
    assert current["amended_by"] == ("Lei nº 99, de 2023",) and "status" not in current
    old = next(metadata for text, metadata in said.items() if "10 reais" in text)
    assert old["status"] == "repealed"
