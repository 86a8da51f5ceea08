"""Aula over the demonstration's curriculum: the tree, the basket, works that are edited, kept and taken along."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder, copy_store

from latam_rag import embed, home
from latam_rag.errors import ModelError
from latam_rag.index import Index

pytest.importorskip("streamlit")
import streamlit as st
from headless import QUIET, again, html_of
from streamlit.testing.v1 import AppTest

from latam_rag.apps import opened
from latam_rag.apps.classroom import proposals, saved

pytestmark = QUIET
DEMO = Path(__file__).parents[1] / "indexes" / "demo" / "curriculum.toml"
NAME = "demo-curriculum"
PAGE = (
    "from latam_rag.apps import classroom, desk, interface\ninterface.begin()\ndesk.show('curriculum', classroom.show)"
)
ME = "a" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("classroom")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(place))
        patch.setattr(embed, "load", lambda settings: FakeEmbedder())
        with Index.open(str(DEMO)) as index:
            assert not index.sync().failed
    return place


@pytest.fixture
def index(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    copy_store(made, tmp_path / "home")
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(embed, "load", lambda settings: FakeEmbedder())
    st.cache_resource.clear()
    for kept in (saved._SHELVES, proposals._RUNNING, opened._DERIVED):
        kept.clear()
    index: Index = opened.opened(NAME)
    yield index
    index.close()
    st.cache_resource.clear()


def page(lang: str = "es", visitor: str = ME, **said: str) -> AppTest:
    at = AppTest.from_string(PAGE, default_timeout=60)
    at.session_state["visitor"] = visitor
    at.query_params["lang"] = lang
    for key, value in said.items():
        at.query_params[key] = value
    return again(at)


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label.replace("\\", "") == label or button.key == label).click()
    return again(at)


def pick(at: AppTest, *codes: str) -> AppTest:
    for code in codes:
        next(box for box in at.checkbox if box.label.startswith(f"**{code}**")).check()
        again(at)
    return at


def plan(*codes: str, kind: str = "plan", **said: str) -> AppTest:
    at = pick(page(aula_country="CL", **said), *codes)
    return press(at, f"aula.make.{kind}")


def shelf() -> saved.Shelf:
    return saved.Shelf(home.home() / ".app" / f"{ME}.classroom.json")


def rows(kind: int = 0) -> list[list[Any]]:
    (_, said) = shelf().work(shelf().works(NAME)[kind][0]) or ("", {})
    return list(said["rows"])


def test_the_tree_offers_only_what_the_index_holds_and_stays_in_the_address(index: Index) -> None:
    at = page()
    assert [each.label for each in at.selectbox] == ["País", "Curso o grado", "Asignatura"]
    assert at.selectbox[0].options == ["Todos", "Brasil", "Chile"]
    at.selectbox[0].select("CL")
    at = again(at)
    assert "4º ano" not in at.selectbox[1].options and "4° básico" in at.selectbox[1].options
    at.selectbox[1].select("4° básico")
    at = again(at)
    assert at.query_params["aula_grade"] == "4° básico"
    assert any(box.label.startswith("**CN04 OA 41**") for box in at.checkbox)
    # Another window of the same visitor begins where this one is.
    assert page().selectbox[1].value == "4° básico"


@pytest.mark.parametrize(
    ("asked", "found"), [("ma4 oa45", "MA04 OA 45"), ("ecosistemas", "CN04 OA 41"), ("fraciones", "MA05 OA 41")]
)
def test_objectives_are_searched_by_code_and_by_words(index: Index, asked: str, found: str) -> None:
    at = page(aula_find=asked)
    assert any(box.label.startswith(f"**{found}**") for box in at.checkbox)


def test_a_search_without_a_result_says_what_to_try(index: Index) -> None:
    at = page("pt", aula_find="astronauta")
    assert "astronauta" in at.warning[0].value and "Tire o ano" in html_of(at)


def test_what_is_chosen_is_kept_and_can_be_dropped(index: Index) -> None:
    at = pick(page(aula_country="CL", aula_grade="4° básico"), "CN04 OA 41", "MA04 OA 45")
    assert len(shelf().chosen(NAME)) == 2
    (first, _) = shelf().chosen(NAME)
    press(page(), f"aula.drop.{first}")
    assert len(shelf().chosen(NAME)) == 1
    assert not any(box.value for box in page(visitor="b" * 32, aula_country="CL", aula_grade="4° básico").checkbox)
    press(at, "aula.clear")
    assert shelf().chosen(NAME) == []


@pytest.mark.parametrize("kind", ["plan", "quiz", "rubric", "guide"])
def test_a_work_shows_the_objectives_word_for_word_and_what_covers_them(index: Index, kind: str) -> None:
    at = plan("CN04 OA 41", "CN04 OA 44", kind=kind, aula_grade="4° básico", aula_subject="Ciencias Naturales")
    shown = html_of(at)
    assert "Reconocer que un ecosistema está formado por seres vivos y elementos no vivos que se relacionan" in shown
    assert "Trabajado en: 1" in shown and "sin cubrir" not in shown
    assert "Programa de Ciencias Naturales 4° básico" in shown
    assert len(at.get("download_button")) == 4


def test_edits_are_kept_and_survive_a_reload(index: Index) -> None:
    at = plan("MA04 OA 45", aula_grade="4° básico")
    at.text_input(key=next(w.key for w in at.text_input if w.label == "Docente")).input("Ana Soto")
    box = next(area for area in at.text_area if area.label == "Actividad")
    box.input("Doblamos hojas del patio.")
    at = again(at)
    assert rows()[0][2]["activity"] == "Doblamos hojas del patio."
    fresh = page(aula_work=at.query_params["aula_work"])
    assert "Doblamos hojas del patio." in [area.value for area in fresh.text_area]
    assert "Ana Soto" in [each.value for each in fresh.text_input]
    # The next one begins with the same head; and nobody else may open this one.
    assert shelf().head()["teacher"] == "Ana Soto"
    stranger = page(visitor="b" * 32, aula_work=at.query_params["aula_work"])
    assert "Doblamos" not in str([area.value for area in stranger.text_area])


def test_minutes_that_do_not_add_up_are_told_and_shared_again(index: Index) -> None:
    at = plan("MA04 OA 45", aula_grade="4° básico")
    assert "suman 90 minutos, lo que dura" in html_of(at)
    next(box for box in at.number_input if box.label == "Minutos").set_value(45)
    at = again(at)
    assert "la clase dura 90" in html_of(at)
    at = press(at, "Repartir los minutos")
    assert sum(int(row[2]["minutes"]) for row in rows()) == 90
    assert sum(box.value for box in at.number_input if box.label == "Minutos") == 90


def test_an_objective_without_a_row_is_told_and_a_row_can_be_added(index: Index) -> None:
    at = plan("MA04 OA 45", "MA04 OA 48", kind="rubric", aula_grade="4° básico")
    for row in [row[0] for row in rows() if row[3] == rows()[0][3]]:
        at = press(at, next(b.key for b in at.button if str(b.key).endswith(f".{row}.remove")))
    assert "Todavía sin cubrir" in html_of(at)
    at = press(at, "Agregar")
    assert "sin cubrir" not in html_of(at)


def test_rows_move_within_their_part_and_over_its_end(index: Index) -> None:
    at = plan("MA04 OA 45", aula_grade="4° básico")
    assert [row[:2] for row in rows()] == [
        ["r0", "opening"], ["r1", "development"], ["r2", "development"], ["r3", "closing"],
    ]  # fmt: skip
    at = press(at, next(b.key for b in at.button if str(b.key).endswith(".r2.up")))
    assert [row[0] for row in rows()] == ["r0", "r2", "r1", "r3"]
    press(at, next(b.key for b in at.button if str(b.key).endswith(".r1.down")))
    assert [row[:2] for row in rows()][2:] == [["r1", "closing"], ["r3", "closing"]]


def test_a_code_that_is_not_in_the_documents_can_not_be_taken_along(index: Index) -> None:
    at = plan("MA04 OA 45", aula_grade="4° básico")
    next(area for area in at.text_area if area.label == "Actividad").input("Ver MA04 OA 99.")
    at = again(at)
    assert "MA04 OA 99" in at.error[0].value and not at.get("download_button")


def test_the_paper_shows_what_will_be_printed(index: Index) -> None:
    at = plan("CN04 OA 41", kind="quiz", aula_grade="4° básico")
    next(group for group in at.button_group if str(group.key).startswith("aula.view")).set_value("paper")
    at = again(at)
    shown = html_of(at)
    assert '<article class="lr-paper" lang="es">' in shown and "Pauta de corrección" in shown


def test_objectives_that_changed_or_went_are_told(index: Index) -> None:
    at = plan("MA04 OA 45", "MA04 OA 48", aula_grade="4° básico")
    path = home.home() / ".app" / f"{ME}.classroom.json"
    said = json.loads(path.read_text("utf-8"))
    (work,) = said["works"].values()
    work["work"]["objectives"][0][0] = "another-id"
    work["work"]["objectives"].append(["gone", "MA09 OA 01", "x", "9°", "Magia"])
    path.write_text(json.dumps(said), "utf-8")
    saved._SHELVES.clear()
    at = AppTest.from_string(PAGE, default_timeout=60)
    at.session_state["visitor"] = ME
    at.query_params["aula_work"] = work["work"]["id"]
    again(at)
    assert "MA09 OA 01" not in html_of(at)
    (_, now) = shelf().work(work["work"]["id"]) or ("", {})
    assert [each[1] for each in now["objectives"]] == ["MA04 OA 45", "MA04 OA 48"]


def test_what_another_version_wrote_is_not_shown_in_part(index: Index) -> None:
    path = home.home() / ".app" / f"{ME}.classroom.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps({"works": {"w": {"index": NAME, "at": "x", "work": {"kind": "opera", "title": "t"}}}}), "utf-8"
    )
    assert "otra versión" in page(aula_work="w").error[0].value
    path.write_text("{not json", "utf-8")
    saved._SHELVES.clear()
    assert not page().error


def test_the_curriculum_can_be_asked_as_before(index: Index) -> None:
    at = page("pt", aula_way="ask")
    assert any(each.label == "Sua pergunta sobre o currículo" for each in at.text_input)


class FakeModel:
    name = "fake"

    def __init__(self, text: str = "", error: ModelError | None = None) -> None:
        self.text, self.error = text, error

    def draft(self, rules: str, text: str, **how: Any) -> Iterator[str]:
        if self.error:
            raise self.error
        yield self.text

    def close(self) -> None: ...


def drafted(index: Index, model: Any) -> AppTest:
    index._generator = model
    at = press(plan("MA04 OA 45", aula_grade="4° básico"), "Pedir ideas")
    until = time.monotonic() + 10
    while not all(each.finished for each in proposals._RUNNING.values()) and time.monotonic() < until:
        time.sleep(0.05)
    return again(at)


def test_ideas_of_the_model_are_checked_and_used_one_by_one(index: Index) -> None:
    idea = "En parejas buscan hojas del patio y doblan cada una por la mitad."
    at = drafted(index, FakeModel(f"- {idea}\n- Estudian el objetivo MA04 OA 99 con sus compañeros de curso."))
    assert idea in html_of(at) and "no se muestran: 1" in html_of(at) and "MA04 OA 99" in html_of(at)
    at = press(at, "Usar")
    assert idea in [row[2]["activity"] for row in rows()]
    assert not any(button.label == "Usar" for button in at.button)


def test_a_model_that_only_points_at_sentences_is_told_of(index: Index) -> None:
    class Pointing:
        name = "base"

        def close(self) -> None: ...

    at = drafted(index, Pointing())
    assert "no escribe por su cuenta" in at.info[0].value and rows()


@pytest.mark.parametrize(
    ("model", "said"),
    [(FakeModel("la la la la la la la la"), "no propuso nada"), (FakeModel(error=ModelError("llm.closed")), "")],
)
def test_without_an_idea_the_work_stands_as_it_is(index: Index, model: FakeModel, said: str) -> None:
    at = drafted(index, model)
    assert said in " ".join(each.value for each in (*at.info, *at.error)) and (at.info or at.error)
    assert rows()
