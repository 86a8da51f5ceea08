"""The pages, run headless over an index that answers what a test tells it to."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from latam_rag import index as index_module
from latam_rag.config import Definition
from latam_rag.errors import ConfigError, IndexLocked, LatamRagError
from latam_rag.status import Status
from latam_rag.types import Answer, Citation, Filters, Hit, Passage, Sentence, Verdict

pytest.importorskip("streamlit")
import streamlit as st
from headless import FAULTY, QUIET, again, html_of
from streamlit.testing.v1 import AppTest

from latam_rag.apps import kept
from latam_rag.apps.asking import Asking

pytestmark = [*QUIET, FAULTY]
ROOT = Path(__file__).parents[1]
MAIN = ROOT / "apps" / "main.py"
EVIL = "Art. 5. La patente se paga en enero <script>alert(1)</script> ![x](http://e.example/p.png) y julio."


def passage(text: str = EVIL, **changes: Any) -> Passage:
    values: dict[str, Any] = {
        "id": "1", "document_id": "d", "uri": "file:///x/ordenanza.pdf", "title": "Ordenanza 12/2019",
        "headings": ("Título II",), "label": "art. 5", "page": 2, "start": 0, "end": len(text), "text": text,
        "language": "es", "metadata": {"status": "in_force", "valid_from": "2020-01-01"},
    }  # fmt: skip
    return Passage(**{**values, **changes})


def citation(of: Passage, quote: str, number: int = 1) -> Citation:
    start = of.text.index(quote)
    return Citation(number=number, passage=of, quote=quote, start=start, end=start + len(quote), page=of.page)


@dataclass
class FakeIndex:
    """Answers with one sentence about ``passage``; a test may change what it does."""

    definition: Definition
    shown: Passage = field(default_factory=passage)
    error: LatamRagError | None = None
    refuse: bool = False
    fault: bool = False
    passages: int = 7
    asked: list[tuple[str, Filters, bool]] = field(default_factory=list)
    hold: threading.Event | None = None
    folder: Path = Path()
    generator: None = None
    histories: list[tuple[str, ...]] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    stamped: int = field(default_factory=itertools.count().__next__)

    @property
    def catalog(self) -> FakeIndex:
        return self

    @property
    def store(self) -> FakeIndex:
        return self

    def stamp(self) -> int:
        return self.stamped

    def values(self, facet: str) -> dict[str, int]:
        return self.facets.get(facet, {})

    def documents(self) -> list[Any]:
        return []

    def count(self) -> int:
        return 1

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        wanted = filters.facets.get("article", ())
        return [self.shown] if not wanted or self.shown.metadata.get("article") in wanted else []

    def get(self, ids: Any) -> list[Passage]:
        return [self.shown] if self.shown.id in ids else []

    def search(self, question: str, *, limit: int) -> list[Hit]:
        return []

    def status(self) -> Status:
        return Status(
            name=self.definition.name, title=self.definition.title, folder="/x", documents=3, passages=self.passages,
            failures=(), last_sync="2024-05-06T10:00:00",
        )  # fmt: skip

    def ask(
        self,
        question: str,
        *,
        filters: Filters,
        extractive: bool,
        on_sentence: Callable[[Sentence, tuple[Citation, ...]], None],
        should_stop: Callable[[], bool],
        notify: Any,
        asker: str,
        history: tuple[str, ...] = (),
    ) -> Answer:
        self.asked.append((question, filters, extractive))
        self.histories.append(history)
        if self.error:
            raise self.error
        hits = (Hit(passage=self.shown, score=1.0),)
        if self.refuse:
            return Answer(
                question=question, language="es", sentences=(), citations=(), refused=True, reason="No está.", hits=hits
            )
        cited = citation(self.shown, "en enero")
        sentence = Sentence(text="Se paga en enero <b>y</b> julio.", citations=(1,))
        on_sentence(sentence, (cited,))
        if self.hold:
            self.hold.wait(5)
        if self.fault:
            raise RuntimeError("a fault of the program")
        verdicts = (Verdict(sentence="Inventada.", shown=False),)
        return Answer(
            question=question, language="es", sentences=(sentence,), citations=(cited,), verdicts=verdicts, hits=hits
        )

    def page_image(self, citation: Citation) -> bytes | None:
        return None


def definition(name: str = "comuna", domain: str = "legal", **more: Any) -> Definition:
    values = {"name": name, "title": f"Normas de {name}", "domain": domain, "sources": [{"path": "."}], **more}
    return Definition.model_validate(values)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, FakeIndex]]:
    """The indexes of this machine by name; put yours in."""
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    found: dict[str, FakeIndex] = {}
    monkeypatch.setattr(index_module, "known", lambda: [fake.definition for fake in found.values()])
    monkeypatch.setattr(index_module.Index, "open", staticmethod(found.__getitem__))
    st.cache_resource.clear()
    yield found
    st.cache_resource.clear()


def page(lang: str = "es") -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params["lang"] = lang
    at.run()
    assert not at.exception
    return at


def ask(at: AppTest, question: str) -> AppTest:
    at.text_input[0].set_value(question)
    submit = next(button for button in at.button if button.label in ("Preguntar", "Perguntar"))
    submit.click().run()
    assert not at.exception
    return at


def test_answer_shows_sentence_number_quote_and_validity(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition())
    at = ask(page(), "¿Cuándo se paga la patente?")
    shown = html_of(at)
    assert "julio.<sup>[1]</sup>" in shown
    assert "<mark>en enero</mark>" in shown
    assert "Vigente desde el 01-01-2020" in shown
    assert "Ordenanza 12/2019 › Título II › art. 5" in shown
    assert "verificación: 1." in shown
    assert "[1] Ordenanza 12/2019 › Título II › art. 5, página 2\n    «en enero»" in at.code[0].value


def test_document_text_stays_text(fakes: dict[str, FakeIndex]) -> None:
    evil = passage(
        title="![x](http://e.example/q.png) <img src=x>", label="", headings=(), metadata={"status": "repealed"}
    )
    fakes["comuna"] = FakeIndex(definition(), shown=evil)
    at = ask(page(), "¿Cuándo **se** paga? [a](http://e.example)")
    shown = html_of(at)
    assert "<script>alert" not in shown and "<img" not in shown and "<b>" not in shown
    assert "&lt;script&gt;" in shown and 'class="lr-band repealed"' in shown
    assert any("\\!\\[x\\]\\(http" in button.label for button in at.button)
    assert at.header[0].value == "¿Cuándo \\*\\*se\\*\\* paga? \\[a\\]\\(http\\://e\\.example\\)"


def test_refusal_shows_the_nearest_passages(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition(), refuse=True)
    at = ask(page(), "¿Cuánto cuesta ir a la Luna?")
    assert at.warning[0].value == "No está\\."
    assert any("Ordenanza 12/2019" in expander.label.replace("\\", "") for expander in at.expander)
    assert "<sup>" not in html_of(at)


def test_a_refusal_that_comes_while_the_page_is_drawn_is_not_taken_for_an_answer(
    fakes: dict[str, FakeIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def right_after_the_first_look(asking: Asking) -> bool:
        nonlocal looks
        looks += 1
        return looks > 1

    monkeypatch.setattr(Asking, "finished", property(right_after_the_first_look))
    fakes["comuna"] = FakeIndex(definition(), refuse=True)
    at = ask(page(), "¿Cuánto cuesta ir a la Luna?")
    assert at.warning[0].value == "No está\\."


def test_an_error_is_one_line_in_the_language_of_the_visit(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition(), error=ConfigError("config.no_file", path="a_b.toml"))
    es = ask(page("es"), "¿Cuándo?").error[0].value
    pt = ask(page("pt"), "Quando?").error[0].value
    assert es != pt
    assert "a\\_b\\.toml" in es and "a\\_b\\.toml" in pt
    assert "\n" not in es


def test_an_index_that_cannot_be_opened_is_one_line(
    fakes: dict[str, FakeIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> list[Definition]:
        raise IndexLocked("config.no_file", path="x")

    monkeypatch.setattr(index_module, "known", locked)
    at = page()
    assert len(at.error) == 1
    assert not at.text_input


def test_a_fault_of_the_program_keeps_what_was_verified(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition(), fault=True)
    at = ask(page(), "¿Cuándo?")
    assert "julio.<sup>[1]</sup>" in html_of(at)
    assert "consola" in at.error[0].value


def test_examples_ask_and_options_reach_the_index(fakes: dict[str, FakeIndex]) -> None:
    with_model = definition(questions=["¿Qué es (a)?"], generation={"model": "m.gguf"})
    fakes["comuna"] = fake = FakeIndex(with_model)
    at = page()
    at.checkbox[0].check()
    at.radio[0].set_value("all").run()
    next(button for button in at.button if button.label == "¿Qué es \\(a\\)?").click().run()
    assert fake.asked == [("¿Qué es (a)?", Filters(in_force=False), True)]
    assert at.header[0].value == "¿Qué es \\(a\\)?"


def test_opening_a_citation_does_not_ask_again(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = fake = FakeIndex(definition())
    at = ask(page(), "¿Cuándo?")
    next(button for button in at.button if button.label.startswith("\\[1\\]")).click().run()
    assert "<mark>en enero</mark>" in html_of(at)
    assert len(fake.asked) == 1


def test_each_page_offers_the_indexes_of_its_domain(fakes: dict[str, FakeIndex]) -> None:
    for name, domain in (("a", "legal"), ("b", "curriculum"), ("c", "mixed"), ("d", "legal")):
        fakes[name] = FakeIndex(definition(name, domain))
    at = page()
    assert at.selectbox[0].options == ["Normas de a", "Normas de d", "Normas de c"]


def test_choosing_another_index_leaves_the_old_answer(fakes: dict[str, FakeIndex]) -> None:
    fakes["a"], fakes["b"] = FakeIndex(definition("a")), FakeIndex(definition("b"))
    at = ask(page(), "¿Cuándo?")
    assert at.header
    at.selectbox[0].select("b").run()
    assert not at.header
    ask(at, "¿Cuándo?")
    assert len(fakes["b"].asked) == 1


def test_without_index_or_passages_it_says_what_to_run(fakes: dict[str, FakeIndex]) -> None:
    assert "latam\\-rag init" in page().info[0].value
    fakes["comuna"] = FakeIndex(definition(), passages=0)
    assert "latam\\-rag sync comuna" in page().info[0].value


def test_an_index_whose_definition_went_wrong_is_told(fakes: dict[str, FakeIndex], tmp_path: Path) -> None:
    for name in ("rota", "otra"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.toml").write_text("name = 1", "utf-8")
    assert ["rota" in each.value or "otra" in each.value for each in page().error] == [True, True]
    fakes["comuna"] = FakeIndex(definition())
    assert not page().error, "what somebody else looks after is in nobody's way"
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params["legal_index"] = "rota"
    at.run()
    assert len(at.error) == 1 and "rota" in at.error[0].value


def test_an_empty_question_is_not_asked(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = fake = FakeIndex(definition())
    at = ask(page(), "   ")
    assert at.warning[0].value == "Escriba primero una pregunta."
    assert not fake.asked


def test_a_text_that_is_no_question_is_said_to_be_too_long_and_stays_in_the_box(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = fake = FakeIndex(definition())
    at = ask(page(), "x" * 10_000)
    assert "10000 letras; pueden ser 1000" in at.warning[0].value
    assert not fake.asked and len(at.text_input(key="legal.question").value or "") == 10_000


def test_the_switch_changes_every_text(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition())
    at = page()
    assert at.title[0].value == "Normativa"
    at.segmented_control[0].set_value("pt").run()
    assert at.title[0].value == "Normas"
    assert "pt" in at.query_params["lang"]


def test_filters_that_the_index_offers_reach_it_and_are_said(fakes: dict[str, FakeIndex]) -> None:
    offered = {"country": {"CL": 3, "BR": 2}, "kind": {"Ley": 5}}
    fakes["comuna"] = fake = FakeIndex(definition(), facets=offered)
    at = page()
    assert [box.key for box in at.multiselect] == ["legal_country"]
    at.multiselect[0].set_value(["BR"]).run()
    ask(at, "¿Cuándo?")
    assert fake.asked[0][1] == Filters(facets={"country": ("BR",)})
    assert "País: Brasil" in html_of(at) and "País: Brasil" in at.code[0].value


def test_going_on_asks_with_what_was_asked_before(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = fake = FakeIndex(definition())
    at = ask(page(), "¿Cuándo se paga?")
    next(each for each in at.text_input if each.key.startswith("legal.follow_up")).set_value("¿Y si me atraso?")
    next(button for button in at.button if button.label == "Seguir").click().run()
    assert fake.histories == [(), ("¿Cuándo se paga?",)]
    assert at.header[0].value == "¿Y si me atraso?"
    assert any("Cuándo se paga" in expander.label for expander in at.expander)


def test_what_was_asked_is_kept_for_this_visitor_only(fakes: dict[str, FakeIndex], tmp_path: Path) -> None:
    fakes["comuna"] = fake = FakeIndex(definition())
    at = ask(page(), "¿Debo pagar yo, RUT 12.345.678-5?")
    opened = at.query_params["legal_q"]
    again = AppTest.from_file(str(MAIN), default_timeout=60)
    again.session_state["visitor"] = at.session_state["visitor"]
    again.query_params["legal_q"] = opened
    kept._HISTORIES.clear()
    again.run()
    assert again.header[0].value == "¿Debo pagar yo, RUT \\[RUT\\]?"
    assert "julio.<sup>[1]</sup>" in html_of(again)
    other = AppTest.from_file(str(MAIN), default_timeout=60)
    other.query_params["legal_q"] = opened
    other.run()
    assert not other.header
    assert len(fake.asked) == 1
    written = next((tmp_path / ".app").glob("*.jsonl"))
    assert "12.345.678" not in written.read_text("utf-8")
    assert written.stat().st_mode & 0o077 == 0
    next(button for button in again.button if button.label.startswith("Borrar mis")).click().run()
    assert not again.header and written.read_text("utf-8") == ""


def test_a_thumb_and_its_reason_are_kept_beside_the_index(fakes: dict[str, FakeIndex], tmp_path: Path) -> None:
    fakes["comuna"] = FakeIndex(definition(), folder=tmp_path)
    at = ask(page(), "¿Cuándo?")
    at.feedback[0].set_value(0).run()
    at.text_area[0].set_value("Escríbame a ana@comuna.cl")
    next(button for button in at.button if button.label == "Enviar").click().run()
    lines = [json.loads(line) for line in (tmp_path / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert [line["helped"] for line in lines] == [False, False]
    assert lines[1]["comment"] == "Escríbame a [EMAIL]"
    assert "Gracias" in at.caption[0].value


def test_an_article_is_looked_up_and_what_is_repealed_is_told(fakes: dict[str, FakeIndex]) -> None:
    shown = passage(metadata={"article": "5", "norm": ("12/2019",), "status": "repealed", "valid_to": "2021-12-31"})
    fakes["comuna"] = FakeIndex(definition(), shown=shown)
    at = AppTest.from_file(str(MAIN), default_timeout=60)
    at.query_params["lang"] = "es"
    at.query_params["way"] = "lookup"
    at.session_state["ref"] = "art. 5 ordenanza 12/2019"
    at.run()
    assert "Derogado: rigió hasta el 31-12-2021" in html_of(at)
    at.text_input(key="ref").set_value("art. 99 ordenanza 12/2019")
    next(button for button in at.button if button.label == "Buscar el artículo").click().run()
    assert any("No lo encontré" in warning.value for warning in at.warning)


def test_a_refusal_says_what_to_try(fakes: dict[str, FakeIndex]) -> None:
    fakes["comuna"] = FakeIndex(definition(), refuse=True)
    shown = html_of(ask(page("pt"), "Quanto custa ir à Lua?"))
    assert "Inclua o revogado" in shown and "Procurar um artigo" in shown


def test_the_institution_stands_on_every_page(fakes: dict[str, FakeIndex], tmp_path: Path) -> None:
    (tmp_path / "app.toml").write_text('[institution]\nname = "Comuna <b>X</b>"', "utf-8")
    assert "Comuna &lt;b&gt;X&lt;/b&gt;" in html_of(page())
    (tmp_path / "app.toml").write_text('[institution]\ncolour = "x"', "utf-8")
    assert "colour" in page().error[0].value


@pytest.mark.parametrize("said", ["institution = 3", '[institution]\nlogo = "logo.png"'])
def test_an_app_toml_that_went_wrong_is_told_once_and_answers_stay(
    said: str, fakes: dict[str, FakeIndex], tmp_path: Path
) -> None:
    fakes["comuna"] = FakeIndex(definition())
    at = ask(page(), "¿Cuándo?")
    (tmp_path / "logo.png").write_text("no image", "utf-8")
    (tmp_path / "app.toml").write_text(said, "utf-8")
    again(at)
    assert "app\\.toml" in at.error[0].value and len(at.error) == 1
    assert "<mark>" in html_of(at) and at.get("download_button")


def test_an_app_toml_that_cannot_be_read_is_told_once_and_nobody_is_shown_anything(
    fakes: dict[str, FakeIndex], tmp_path: Path
) -> None:
    fakes["comuna"] = FakeIndex(definition())
    (tmp_path / "app.toml").write_text("[institution", "utf-8")
    at = page()
    # Who may see what stands in the same file.
    assert len(at.error) == 1 and "app\\.toml" in at.error[0].value and not at.text_input
