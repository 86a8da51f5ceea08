"""Administración over a small index with the real stages: each section's states, headless."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder, copy_store

from latam_rag import embed, feedback, home
from latam_rag.config import Definition
from latam_rag.errors import Cancelled, ConfigError, SourceError
from latam_rag.evaluate import Outcome
from latam_rag.evaluate.record import FOLDER, VERSION, recorded
from latam_rag.index import Index
from latam_rag.lock import Lock
from latam_rag.sync import Progress
from latam_rag.types import SyncReport

pytest.importorskip("streamlit")
import streamlit as st
from headless import FAULTY, QUIET, again, html_of
from streamlit.testing.v1 import AppTest

from latam_rag.apps import opened
from latam_rag.apps.admin import answers, running

pytestmark = [*QUIET, FAULTY]
PAGE = "from latam_rag.apps import admin, interface\ninterface.begin()\nadmin.show()"
EVIL = "# Ordenanza 7 <img src=x> ![y](http://e.example/y.png)\n\n"
DEFINITION = """
name = "comuna"
domain = "legal"

[[sources]]
path = "../../documentos"
"""
ARTICLES = (
    "Artículo 1°.- La basura se recoge los lunes y los viernes.\n\n"
    "Artículo 2°.- La multa por dejar basura fuera de horario es de 2 UTM.\n\n"
    "Artículo 3°.- Todo perro circula con correa.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synced index: two ordinances, and a file that can't be read."""
    place = tmp_path_factory.mktemp("made")
    folder, comuna = place / "documentos", place / "home" / "comuna"
    folder.mkdir()
    comuna.mkdir(parents=True)
    (folder / "ordenanza-7.md").write_text(EVIL + ARTICLES, "utf-8")
    (folder / "ordenanza-8.md").write_text("# Ordenanza 8\n\nArtículo 1°.- La feria abre los sábados.\n", "utf-8")
    (folder / "roto.pdf").write_bytes(b"%PDF-1.4")
    (comuna / "index.toml").write_text(DEFINITION, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(place / "home"))
        patch.setattr(embed, "load", lambda settings: FakeEmbedder())
        with Index.open("comuna") as index:
            index.sync()
    return place


@pytest.fixture
def index(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """That one, as the pages have it."""
    copy_store(made / "home", tmp_path / "home")
    copy_store(made / "documentos", tmp_path / "documentos")
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(embed, "load", lambda settings: FakeEmbedder())
    st.cache_resource.clear()
    running._RUNS.clear()
    answers._REGISTERS.clear()
    index: Index = opened.known("comuna")
    yield index
    for run in running._RUNS.values():
        run.stop()
        run.wait(30)
    index.close()
    st.cache_resource.clear()


def show(section: str, lang: str = "es", **said: str) -> AppTest:
    at = AppTest.from_string(PAGE, default_timeout=60)
    at.query_params["lang"] = lang
    at.query_params["section"] = section
    for key, value in said.items():
        at.query_params[key] = value
    return again(at)


def rows(at: AppTest, column: str) -> list[list[str]]:
    """Of the table one of whose headings is ``column``."""
    table = next(each for each in html_of(at).split("<table")[1:] if f">{column}</th>" in each)
    body = table.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("<tr>")[1:]]


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label.startswith(label)).click().run()
    assert not at.exception
    return at


def finish(at: AppTest) -> AppTest:
    run = running.last("comuna")
    assert run is not None and run.wait(60)
    return again(at)


def test_indexes_sources_and_what_could_not_be_read(index: Index) -> None:
    at = show("sources")
    (row,) = rows(at, "Última puesta al día")
    assert row[0].endswith("· comuna") and row[1:3] == ["2", "1"]
    (source,) = rows(at, "Estado")
    assert source[1:3] == ["2", "1"] and source[3] == "bien"
    assert rows(at, "Por qué")[0][0] == "documentos/roto.pdf"
    assert "Não foi possível ler (1)" in show("sources", "pt").header[2].value


def test_what_failed_is_tried_again_one_or_all(index: Index, tmp_path: Path) -> None:
    at = show("sources")
    assert next(button for button in at.button if button.label.startswith("Reintentar los")).disabled
    at.multiselect[0].set_value(["documentos/roto.pdf"]).run()
    finish(press(at, "Reintentar los elegidos (1)"))
    assert rows(at, "Por qué")[0][2] == "2"
    (tmp_path / "documentos" / "roto.pdf").write_text("Artículo 1°.- El alcalde preside el concejo.\n" * 3, "utf-8")
    finish(press(at, "Reintentar todos (1)"))
    assert "0 con error" in at.success[0].value
    assert len(at.header) == 2


def test_a_sync_runs_while_questions_are_answered(index: Index, tmp_path: Path) -> None:
    for number in range(20):
        text = f"# Ordenanza {number} de 2020\n\nArtículo 1°.- El permiso {number} se renueva cada año.\n"
        (tmp_path / "documentos" / f"nueva-{number}.md").write_text(text, "utf-8")
    at = press(show("sources"), "Poner al día ahora")
    answered = 0
    run = running.last("comuna")
    while run is not None and not run.finished:
        assert "2 UTM" in index.ask("¿Cuál es la multa por dejar basura fuera de horario?", extractive=True).text
        answered += 1
    assert answered > 0
    assert "20 nuevos" in finish(at).warning[0].value
    assert index.status().documents == 22


def test_another_process_that_has_the_index_is_named(index: Index) -> None:
    index.close()
    with Lock(index.folder / "store"):
        at = finish(press(show("sources"), "Poner al día ahora"))
    assert str(os.getpid()) in at.error[0].value


def test_a_source_added_to_the_definition_is_taken_up_and_another_model_is_not(index: Index, tmp_path: Path) -> None:
    path = index.folder / "index.toml"
    more = tmp_path / "mas"
    more.mkdir()
    (more / "decreto.md").write_text("# Decreto 1\n\nArtículo 1°.- Se nombra inspector a quien corresponda.\n", "utf-8")
    path.write_text(f'{path.read_text("utf-8")}\n[[sources]]\npath = "{more}"\n', "utf-8")
    at = finish(press(show("sources"), "Poner al día ahora"))
    assert "1 nuevos" in at.warning[0].value
    assert index.definition == home.find("comuna") and len(rows(at, "Estado")) == 2
    path.write_text(f'{path.read_text("utf-8")}\n[embedding]\nmodel = "otro/modelo"\n', "utf-8")
    assert "ábrala de nuevo" in press(at, "Poner al día ahora").error[0].value


def test_deletions_that_were_refused_are_accepted_here(index: Index, tmp_path: Path) -> None:
    for path in (tmp_path / "documentos").glob("ordenanza-*.md"):
        path.unlink()
    at = finish(press(show("sources"), "Poner al día ahora"))
    assert index.status().documents == 2
    at.checkbox[0].check().run()
    finish(press(at, "Poner al día ahora"))
    assert index.status().documents == 0


def test_a_document_is_seen_as_it_was_read_and_none_of_it_is_taken_for_markup(index: Index) -> None:
    at = show("documents", document="documentos/ordenanza-7.md")
    shown = html_of(at)
    assert "<img" not in shown and "&lt;img src=x&gt;" in shown
    assert [row[0] for row in rows(at, "Comienza")] == ["1. art. 1", "2. art. 2", "3. art. 3"]
    assert "![y]" not in at.header[0].value
    at.selectbox(key="passage.documentos/ordenanza-7.md").select_index(1).run()
    assert "2 UTM" in html_of(at)


def test_a_document_is_found_by_its_name(index: Index) -> None:
    at = show("documents")
    at.text_input(key="find").set_value("ORDENANZA 8").run()
    assert "1 de 2 documentos" in html_of(at)
    at.text_input(key="find").set_value("nada así").run()
    assert "0 de 2 documentos" in html_of(at)


def test_forgetting_asks_first_leaves_a_receipt_and_can_be_allowed_again(index: Index) -> None:
    uri = "documentos/ordenanza-8.md"
    at = show("documents")
    assert not any(button.label.startswith("Olvidar") for button in at.button), "nothing is chosen"
    at = show("documents", document=uri)
    assert next(button for button in at.button if button.label.startswith("Olvidar")).disabled
    at.checkbox[0].check().run()
    press(at, "Olvidar para siempre")
    assert "recibo número 1" in at.success[0].value
    assert [each.uri for each in index.catalog.documents()] == ["documentos/ordenanza-7.md"]
    head = re.search(r"<dd>([0-9a-f]{64})</dd>", html_of(at))
    assert head and not index.recorder.log.verify(head[1]).faults
    box = next(box for box in at.text_input if box.label.startswith("Permitir"))
    box.set_value("otro.md")
    press(at, "Permitir")
    assert "otro" in at.warning[-1].value
    next(box for box in at.text_input if box.label.startswith("Permitir")).set_value(uri)
    press(at, "Permitir")
    assert index.sync().new == (uri,)


def test_answers_are_filtered_opened_and_verified(index: Index) -> None:
    index.ask("¿Cuál es la multa por dejar basura fuera de horario?", extractive=True)
    index.ask("¿Cuánto cuesta ir a la Luna, RUT 12.345.678-5?", extractive=True)
    at = show("answers", "pt")
    assert [row[0] for row in rows(at, "Pergunta")] == ["2", "1"]
    assert "12.345.678" not in html_of(at)
    at.multiselect(key="verdict").set_value(["answered"]).run()
    assert [row[0] for row in rows(at, "Pergunta")] == ["1"]
    at.selectbox(key="record").select(1).run()
    assert "2 UTM" in html_of(at)
    press(at, "Verificar")
    assert "2 registros" in at.success[0].value
    path = index.recorder.log.path
    path.write_text(path.read_text("utf-8").replace("Luna", "luna"), "utf-8")
    press(at, "Verificar")
    assert "não está intacto" in at.error[0].value and "linha 2" in html_of(at)


def test_a_filter_in_the_address_is_kept_and_words_are_looked_for_in_the_answer(index: Index) -> None:
    index.ask("¿Cuál es la multa por dejar basura fuera de horario?", extractive=True)
    at = show("answers", verdict="refused")
    assert "0 de 1 registros" in html_of(at)
    at = show("answers")
    at.text_input(key="words").set_value("utm").run()
    assert "1 de 1 registros" in html_of(at)


def evaluated(index: Index, count: int) -> None:
    bits = {"answered": {"a": True, "b": False}}
    run = {"shares": {"answered": 0.5, "right_any": 0.4}, "bits": bits, "accepted": True}
    made = [{**run, "at": f"2026-{1 + each // 28 % 12:02}-{1 + each % 28:02}T10:00:00+00:00"} for each in range(count)]
    path = index.folder / FOLDER / "made.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": VERSION, "runs": made}), "utf-8")


@pytest.mark.parametrize("count", [1, 2, 200])
def test_figures_are_drawn_and_stand_in_tables(index: Index, count: int) -> None:
    evaluated(index, count)
    index.ask("¿Cuál es la multa por dejar basura fuera de horario?", extractive=True)
    at = show("figures")
    assert "50,0 %" in str(rows(at, "Casos"))
    assert at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    tables = [each.label for each in at.expander if each.label.startswith("Como tabla")]
    assert any("Evaluaciones en el tiempo" in label for label in tables) is (count > 1)
    points = [row for row in rows(at, "Fecha") if row[0].startswith("2026")]
    assert len(points) <= 24


def test_figures_of_an_index_nobody_asked_yet_say_so(index: Index) -> None:
    shown = html_of(show("figures", "pt"))
    assert "Ainda ninguém perguntou" in shown and "Ainda não foi avaliado" in shown


def test_thumbs_are_counted_with_their_reasons(index: Index) -> None:
    thumb = {"at": "2026-01-01T10:00:00-03:00", "comment": "Falta el <b>plazo</b>", "question": "¿Cuándo?"}
    for number, helped in enumerate((True, False, False)):
        reasons = [] if helped else ["incomplete"]
        feedback.keep(index.folder, {**thumb, "answer": str(number), "helped": helped, "reasons": reasons})
    shown = html_of(show("figures"))
    assert "Falta el &lt;b&gt;plazo" in shown and "<dd>2</dd>" in shown


def test_the_machine_and_what_it_lacks(index: Index) -> None:
    at = press(show("machine", "pt"), "Verificar o computador")
    shown = html_of(at)
    assert "Índice comuna: 2 documentos" in shown and "latam-rag status comuna" in shown
    assert "intfloat/multilingual-e5-small" in rows(at, "Modelo de linguagem")[0][1]
    assert index.search("basura"), "still open: the checks leave it so"


def test_without_indexes_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    assert "latam\\-rag init" in show("sources").info[0].value
    assert "latam-rag init" in html_of(show("machine"))


def test_a_definition_that_cannot_be_read_is_told_and_the_others_are_shown(index: Index) -> None:
    (home.home() / "otra").mkdir()
    (home.home() / "otra" / "index.toml").write_text("name = 1", "utf-8")
    at = show("sources")
    assert len(at.error) == 1 and len(rows(at, "Última puesta al día")) == 1


# The sync in the background


REPORT = SyncReport(new=("a",), changed=(), gone=(), same=0, failed=(), passages=1, embedded=1)


class Scripted:
    """An index whose sync is the function given."""

    def __init__(self, index: Index, work: Callable[..., SyncReport]) -> None:
        self.definition = index.definition
        self._work = work

    def take_up(self, definition: Definition) -> None:
        assert definition == self.definition

    def sync(self, *, allow_deletions: bool, on_progress: Any, should_stop: Any) -> SyncReport:
        return self._work(on_progress, should_stop)


def begun(index: Index, work: Callable[..., SyncReport]) -> running.Running:
    made: running.Running = running.sync(Scripted(index, work))  # type: ignore[arg-type]
    return made


def test_a_running_sync_is_shown_with_its_pace_and_stopped(index: Index) -> None:
    told = threading.Event()

    def work(on_progress: Any, should_stop: Any) -> SyncReport:
        on_progress(Progress(phase="reading", done=30, total=1200, passages=90, rate=45.0, eta=130.0))
        told.set()
        while not should_stop():
            threading.Event().wait(0.01)
        raise Cancelled("errors.cancelled")

    run = begun(index, work)
    assert told.wait(5)
    assert begun(index, lambda *_: REPORT) is run, "one at a time"
    at = show("sources")
    assert "30 de 1\\\\.200 documentos" in str(at.get("progress")[0].proto)
    assert "45 pasajes/s · faltan 2 min 10 s" in html_of(at)
    assert next(button for button in at.button if button.label.startswith("Reintentar todos")).disabled
    assert "en marcha" in show("documents").info[0].value
    press(at, "Detener")
    assert run.wait(5) and run.outcome == "stopped"
    assert "la próxima puesta al día sigue desde ahí" in again(at).info[0].value


def test_how_a_sync_ended_is_told(index: Index) -> None:
    def fails(*_: Any) -> SyncReport:
        raise SourceError("connectors.missing", name="x_y")

    def faults(*_: Any) -> SyncReport:
        raise RuntimeError("a fault of the program")

    assert begun(index, fails).wait(5)
    assert "x\\_y" in show("sources").error[0].value
    assert begun(index, faults).wait(5)
    assert "consola" in show("sources").error[0].value
    assert begun(index, lambda *_: REPORT).wait(5)
    assert "1 nuevos" in show("sources").success[0].value


def test_an_evaluation_is_run_in_the_background_and_kept(index: Index) -> None:
    at = press(show("figures"), "Evaluar ahora")
    run = running.last("comuna")
    assert run is not None and run.kind == "evaluation" and run.wait(20) and run.evaluation is not None
    again(at)
    asked = len(run.evaluation.outcomes)
    assert asked and f"{asked} preguntas" in at.success[0].value
    assert rows(at, "Casos") and len(recorded(index.folder)["made"]) == 1
    assert "puesta al día" in html_of(show("sources")), "the sync's own end is not the evaluation's"


def test_an_evaluation_that_runs_is_shown_stopped_and_not_kept(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    going, on = threading.Event(), threading.Event()

    def slow(*_: Any) -> Outcome:
        going.set()
        assert on.wait(20)
        return Outcome(
            id="a", question="", kind="words", answerable=True, refused=False, rank=1, first=True, any=True, literal=True,
            quotes=1, score=1.0, search_seconds=0.1, answer_seconds=0.1, said="",
        )  # fmt: skip

    monkeypatch.setattr("latam_rag.evaluate.ask", slow)
    run = running.evaluate(index)
    assert going.wait(20)
    assert running.sync(index) is run, "one at a time"
    at = show("sources", "pt")
    assert "Avaliando" in str(at.get("progress")[0].proto)
    press(at, "Parar")
    on.set()
    assert run.wait(20) and run.outcome == "stopped"
    assert "pela metade" in show("figures", "pt").info[0].value and recorded(index.folder) == {}


def test_an_index_without_passages_is_not_evaluated(index: Index) -> None:
    index.forget([each.uri for each in index.catalog.documents()])
    assert running.evaluate(index).wait(20)
    assert "comuna" in show("figures").error[0].value


def test_a_definition_of_another_store_is_not_taken_up(index: Index) -> None:
    other = index.definition.model_copy(
        update={"retrieval": index.definition.retrieval.model_copy(update={"limit": 3})}
    )
    index.definition = other
    with pytest.raises(ConfigError):
        running.sync(index)
