"""The whole way with the real stages: a folder, a sync, a question, a checked citation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fpdf import FPDF

from latam_rag import Filters, Index
from latam_rag.cli.indexing import initialise
from latam_rag.errors import Cancelled, DocumentError, IndexLocked, StoreError
from latam_rag.index import known

ORDINANCE = """# Ordenanza 7 de Aguas Claras

## Título I De la basura

Artículo 1°.- La recolección de basura domiciliaria se hará los días lunes, miércoles y viernes.

Artículo 2°.- La multa por dejar basura fuera de horario será de 2 UTM.

## Título II De los perros

Artículo 3°.- Todo perro deberá circular con correa y placa de identificación.

Artículo 4°.- Derogado.
"""
NOTICE = "La biblioteca municipal abre de martes a sábado, de 10 a 19 horas. El préstamo de libros dura catorce días."


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documentos"
    folder.mkdir()
    (folder / "ordenanza-7.md").write_text(ORDINANCE, "utf-8")
    (folder / "biblioteca.txt").write_text(NOTICE, "utf-8")
    return folder


@pytest.fixture
def index(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    initialise("comuna", str(documents))
    with Index.open("comuna") as opened:
        yield opened


def test_from_a_folder_to_a_checked_citation(index: Index) -> None:
    report = index.sync()
    assert sorted(report.new) == ["documentos/biblioteca.txt", "documentos/ordenanza-7.md"]
    assert not report.failed
    assert report.embedded == report.passages > 3

    answer = index.ask("¿Cuál es la multa por dejar basura fuera de horario?")
    assert not answer.refused
    (citation, *_) = answer.citations
    assert citation.passage.metadata["article"] == "2"
    assert "2 UTM" in citation.quote
    assert citation.passage.text[citation.start : citation.end] == citation.quote
    assert "2 UTM" in answer.text


def test_a_second_sync_embeds_nothing(index: Index) -> None:
    first = index.sync()
    second = index.sync()
    assert (second.new, second.changed, second.gone, second.embedded) == ((), (), (), 0)
    assert second.same == len(first.new)
    assert second.passages == first.passages


def test_what_changes_and_what_goes_is_followed(index: Index, documents: Path) -> None:
    index.sync()
    (documents / "ordenanza-7.md").write_text(ORDINANCE.replace("2 UTM", "3 UTM"), "utf-8")
    changed = index.sync()
    assert changed.changed == ("documentos/ordenanza-7.md",)
    assert changed.embedded == 1
    answer = index.ask("¿Cuál es la multa por dejar basura fuera de horario?")
    assert "3 UTM" in answer.text
    assert "2 UTM" not in answer.text

    (documents / "biblioteca.txt").unlink()
    gone = index.sync()
    assert gone.gone == ("documentos/biblioteca.txt",)
    assert "documentos/biblioteca.txt" not in {hit.passage.uri for hit in index.search("préstamo de libros")}
    with pytest.raises(DocumentError):
        index.document("documentos/biblioteca.txt")


def test_an_article_is_found_by_its_number(index: Index) -> None:
    index.sync()
    (first, *_) = index.search("artículo 3 de la ordenanza")
    assert first.passage.metadata["article"] == "3"


def test_a_question_that_leans_on_another_is_answered_whole(index: Index) -> None:
    index.sync()
    answer = index.ask("¿y el artículo 2?", history=["¿Qué dice el artículo 1 de la ordenanza 7?"])
    assert answer.question == "¿y el artículo 2 ordenanza 7?"
    assert "2 UTM" in answer.text


def test_repealed_text_is_found_only_when_asked_for(index: Index) -> None:
    index.sync()
    everything = Filters(in_force=False, facets={"article": ("4",)})
    assert [hit.passage.metadata["status"] for hit in index.search("artículo 4", filters=everything)] == ["repealed"]
    assert index.search("artículo 4", filters=replace(everything, in_force=True)) == []


def test_what_the_documents_do_not_say_is_refused(index: Index) -> None:
    index.sync()
    answer = index.ask("¿Quién ganó el campeonato mundial de fútbol de 1978?")
    assert answer.refused
    assert answer.sentences == ()
    assert answer.reason


def test_one_bad_document_does_not_stop_the_others(index: Index, documents: Path) -> None:
    (documents / "vacio.pdf").write_bytes(b"")
    (documents / "roto.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n")
    report = index.sync()
    assert sorted(failure.uri for failure in report.failed) == ["documentos/roto.pdf", "documentos/vacio.pdf"]
    assert all(failure.reason and "\n" not in failure.reason for failure in report.failed)
    assert len(report.new) == 2
    assert {failure.uri for failure in index.status().failures} == {"documentos/roto.pdf", "documentos/vacio.pdf"}


def test_a_second_opening_says_who_has_the_index(index: Index) -> None:
    index.sync()
    other = Index(index.definition, index.folder)
    with pytest.raises(IndexLocked) as caught, other:
        other.search("algo")
    assert "\n" not in str(caught.value)


def test_every_passage_is_a_stretch_of_its_document(index: Index) -> None:
    index.sync()
    for passage in index.store.get(list(index.store.ids())):
        assert index.document(passage.uri).text[passage.start : passage.end] == passage.text


def test_deleting_the_vectors_folder_is_repaired_by_a_sync(index: Index) -> None:
    before = index.sync().passages
    index.close()
    shutil.rmtree(index.folder / "store")
    assert index.sync().passages == before
    assert index.search("préstamo de libros")


def test_a_broken_definition_hides_no_other_index(index: Index) -> None:
    broken = index.folder.parent / "rota"
    broken.mkdir()
    (broken / "index.toml").write_text("name = ", "utf-8")
    assert [definition.name for definition in known()] == ["comuna"]


def test_asking_before_the_first_sync_says_to_sync(index: Index) -> None:
    with pytest.raises(StoreError, match="latam-rag sync comuna"):
        index.ask("¿Cuál es la multa?")


def test_an_emptied_folder_empties_the_index_only_when_allowed(index: Index, documents: Path) -> None:
    first = index.sync()
    for path in documents.iterdir():
        path.unlink()
    kept = index.sync()
    assert [failure.key for failure in kept.failed] == ["connectors.empty"]
    assert kept.passages == first.passages
    emptied = index.sync(allow_deletions=True)
    assert emptied.gone == first.new
    assert (emptied.failed, emptied.passages) == ((), 0)


def test_a_rebuild_takes_over_the_vectors_of_the_same_model(index: Index) -> None:
    first = index.sync()
    before = index.store.vectors(sorted(index.store.ids()))
    rebuilt = index.sync(rebuild=True)
    after = index.store.vectors(sorted(index.store.ids()))
    assert (first.embedded, rebuilt.embedded) == (len(before), 0)
    assert before.keys() == after.keys()
    assert all(np.allclose(before[point], after[point], atol=1e-6) for point in before)
    assert not list((index.folder / "store").glob("*.former"))


def test_a_rebuild_that_was_stopped_goes_on_with_what_there_was(index: Index) -> None:
    first = index.sync()
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 1

    with pytest.raises(Cancelled):
        index.sync(rebuild=True, should_stop=stop)
    assert index.store.count() < first.passages
    resumed = index.sync()
    assert (resumed.embedded, resumed.passages, index.store.count()) == (0, first.passages, first.passages)


def test_a_citation_marks_the_page_as_it_is_since_the_last_sync(index: Index, documents: Path) -> None:
    notice = documents / "feria.pdf"
    _write_pdf(notice, pages_before=0)
    index.sync()
    (before, *_) = index.ask("¿Qué días se instala la feria libre?").citations
    image = index.page_image(before)
    assert before.page == 1

    _write_pdf(notice, pages_before=1)
    index.sync()
    (after, *_) = index.ask("¿Qué días se instala la feria libre?").citations
    assert after.page == 2
    assert {box.page for box in after.boxes} == {2}
    # The page that was first is second now, and looks the same; of the old file there is no second page.
    assert index.page_image(after) == image


def _write_pdf(path: Path, *, pages_before: int) -> None:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for number in range(pages_before):
        pdf.add_page()
        pdf.multi_cell(w=0, text=f"Anexo {number + 1} con el plano de la plaza de armas de la comuna.")
    pdf.add_page()
    pdf.multi_cell(w=0, text="La feria libre se instala los martes y los viernes en la calle Los Aromos.")
    pdf.output(str(path))
