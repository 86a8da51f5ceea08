"""The evaluation kit: what it asks, what it counts, and when it says that something got worse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fakes import DIMENSIONS, FakeEmbedder, fake_sparse, make_passage

from latam_rag import cli, embed
from latam_rag.config import Retrieval
from latam_rag.errors import ConfigError, StoreError
from latam_rag.evaluate import Outcome, Question, Subject, ask, compare, figures, from_file, made, sets
from latam_rag.evaluate.figures import MEASURES, Rate, bits
from latam_rag.evaluate.page import page
from latam_rag.evaluate.record import evaluated
from latam_rag.retrieve import Retriever
from latam_rag.store import Point
from latam_rag.store.edge import EdgeStore
from latam_rag.types import Passage

EMBEDDER = FakeEmbedder()
THINGS = (
    "patente comercial",
    "permiso de feria",
    "poda de árboles",
    "letrero luminoso",
    "venta ambulante",
    "agua rural",
)


def passages() -> list[Passage]:
    articles = [
        make_passage(
            f"Artículo {number}.- El interesado presentará la solicitud de {thing} ante la dirección de obras con declaración "
            f"jurada. La autoridad resolverá dentro de {number} días hábiles previo informe técnico.",
            uri=f"file:{thing}", title="Ley 19999", label=f"art. {number}",
            metadata={"article": str(number), "norm": "19999", "kind": "Ley"},
        )
        for number, thing in enumerate(THINGS, 10)
    ]  # fmt: skip
    codes = [
        make_passage("Comparar fracciones con denominadores iguales.", uri="file:oa", metadata={"code": "MA04OA08"})
    ]
    sheets = [
        make_passage(
            f"Documento de {thing} y una fotografía reciente.", uri=f"file:ficha-{thing}", title=f"Solicitud de {thing}",
            label="Requisitos", metadata={"field": "requirements", "parts": ("requirements", "time")},
        )
        for thing in ("cédula nueva", "libreta escolar", "carnet de feriante")
    ]  # fmt: skip
    return [*articles, *codes, *sheets]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    store = EdgeStore(tmp_path_factory.mktemp("store"), dimensions=DIMENSIONS, fingerprint=EMBEDDER.fingerprint)
    store.upsert(
        [Point(passage=p, dense=EMBEDDER.query(p.indexed_text), sparse=fake_sparse(p.indexed_text)) for p in passages()]
    )
    store.flush()
    yield Subject(store, EMBEDDER, Retriever(store, EMBEDDER, Retrieval()), None, 8)
    store.close()


@pytest.fixture(scope="module")
def outcomes(subject: Subject) -> list[Outcome]:
    return [ask(subject, question) for question in made.questions(subject.store)]


def test_questions_are_made_of_what_is_there_and_of_what_is_not(subject: Subject) -> None:
    questions = made.questions(subject.store)
    assert [question.id for question in questions] == [question.id for question in made.questions(subject.store)]
    assert len({question.id for question in questions}) == len(questions)
    by_kind = {question.kind: question for question in questions}
    assert set(by_kind) == {"words", "left_out", "article", "no_article", "code", "part", "no_part", "foreign"}
    assert by_kind["article"].carries["norm"] == "19999"
    assert not by_kind["no_article"].answerable
    assert "9731" in by_kind["no_article"].text
    assert by_kind["left_out"].without


def test_an_outcome_says_what_was_found_and_whether_a_quote_answers(subject: Subject) -> None:
    right = Question(
        text="¿Qué dice el artículo 12 de la ley 19999?",
        language="es",
        kind="article",
        carries={"article": "12", "norm": "19999"},
    )
    found = ask(subject, right)
    assert (found.rank, found.refused, found.first, found.any, found.literal) == (1, False, True, True, True)
    elsewhere = ask(subject, replace(right, carries={"article": "15", "norm": "19999"}))
    assert elsewhere.first is False
    gone = ask(
        subject, replace(right, text="¿Qué dice el artículo 9731 de la ley 19999?", answerable=False, carries={})
    )
    assert gone.refused
    assert "9731" in gone.said


def test_figures_count_each_measure_where_it_applies(outcomes: list[Outcome]) -> None:
    found = figures(outcomes)
    assert found.rates["literal"].share == 1.0
    assert found.rates["refused"].share >= 0.9
    assert found.kinds["article"]["right_first"].share == 1.0
    assert found.kinds["no_article"]["answered"].of == 0
    assert 0 < found.ndcg <= 1
    assert set(found.rates) == set(MEASURES)


def test_the_interval_of_a_rate_holds_it_and_narrows() -> None:
    (low, high), (lower, higher) = Rate(90, 100).interval(), Rate(9, 10).interval()
    assert lower < low < 0.9 < high < higher
    assert Rate(0, 0).interval() == (0.0, 1.0)


@pytest.mark.parametrize(
    ("worse", "better", "regressed"),
    [(0, 0, False), (1, 0, False), (3, 2, False), (6, 0, True), (12, 10, False), (30, 10, True)],
)
def test_it_is_worse_only_beyond_chance(worse: int, better: int, regressed: bool) -> None:
    before = {f"w{at}": True for at in range(worse)} | {f"b{at}": False for at in range(better)} | {"same": True}
    now = {each: not was if each != "same" else True for each, was in before.items()}
    (change,) = [c for c in compare({"answered": now}, {"answered": before}) if c.measure == "answered"]
    assert (len(change.worse), change.better, change.regressed) == (worse, better, regressed)


def test_runs_are_kept_and_one_that_got_worse_is_not_the_measure_of_the_next(
    outcomes: list[Outcome], tmp_path: Path
) -> None:
    path = tmp_path / "evaluations" / "made.json"
    bad = [replace(o, refused=True, first=False, any=False) if o.answerable else o for o in outcomes]

    def run(found: list[Outcome], *, accept: bool = False, keep: bool = True) -> bool:
        return evaluated("prueba", found, 0.5, path, accept=accept, keep=keep).regressed

    assert not run(outcomes)
    assert run(bad, keep=False)
    assert run(bad)
    assert not run(outcomes)
    assert run(bad, accept=True)
    assert not run(bad)
    assert len(json.loads(path.read_text("utf-8"))["runs"]) == 5
    path.write_text("roto", "utf-8")
    with pytest.raises(StoreError, match="mediciones anteriores"):
        run(outcomes)


def test_a_quote_that_is_not_literal_is_always_worse(outcomes: list[Outcome], tmp_path: Path) -> None:
    bad = [replace(outcomes[0], quotes=1, literal=False), *outcomes[1:]]
    assert evaluated("prueba", bad, None, tmp_path / "a.json", accept=False, keep=False).regressed


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "rect", "path", "circle", "polyline"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["es", "pt"])
def test_the_page_stands_alone_and_escapes_what_it_shows(
    outcomes: list[Outcome], tmp_path: Path, language: str
) -> None:
    hostile = replace(outcomes[0], question="<script>alert(1)</script>", refused=True)
    path = tmp_path / "made.json"
    evaluated("índice", outcomes, 0.4, path, accept=False, keep=True)
    shown = page(evaluated("índice", [hostile, *outcomes[1:]], 0.4, path, accept=False, keep=True), language)
    tags = _Tags()
    tags.feed(shown)
    assert tags.open == []
    assert "<script" not in shown
    assert re.search(r"(?:src|href|url)\s*[=(]", shown) is None
    assert shown.count("<svg") == 3


def test_own_questions_say_what_a_quote_must_hold(tmp_path: Path) -> None:
    path = tmp_path / "preguntas.toml"
    path.write_text(
        '[[questions]]\nquestion = "¿Cuándo se paga la patente?"\nholds = ["enero", "julio"]\ndocument = "ordenanza"\n'
        '[[questions]]\nquestion = "Quando termina?"\nrefused = true\n',
        "utf-8",
    )
    first, second = from_file(path)
    assert (first.holds, first.documents, first.answerable) == (("enero", "julio"), frozenset(["ordenanza"]), True)
    assert (second.answerable, second.language) == (False, "pt")


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ("", "no hay preguntas"),
        ("[[questions]]\nholds = 'a'", "falta question"),
        ("[[questions]]\nquestion = 'a'", "diga qué"),
        ("[[questions]]\nquestion = 'a'\nanswer = 'b'", "answer"),
        ("questions = [1]", "pregunta 1"),
        ("[[", "TOML|toml"),
    ],
)
def test_a_wrong_file_of_questions_is_said_to_be(said: str, match: str, tmp_path: Path) -> None:
    path = tmp_path / "preguntas.toml"
    path.write_text(said, "utf-8")
    with pytest.raises(ConfigError, match=match):
        from_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made_in = tmp_path / "mi-conjunto"
    made_in.mkdir()
    documents = [
        {
            "id": f"d{at}",
            "title": f"Tema {at}",
            "text": f"{thing.capitalize()}: se pide en la oficina número {at} cada martes.",
        }
        for at, thing in enumerate(THINGS)
    ]
    queries = [
        {"id": f"q{at}", "text": f"¿En qué oficina se pide {thing}?", "lang": "es", "answers": [f"oficina número {at}"]}
        for at, thing in enumerate(THINGS)
    ]
    queries.append({"id": "x", "text": "¿Quién firma la poda?", "lang": "es", "answers": [], "answerable": False})
    qrels = ["query-id\tdoc-id\trelevance", *(f"q{at}\td{at}\t1" for at in range(len(THINGS)))]
    for name, rows in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        (made_in / name).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    (made_in / "qrels.tsv").write_text("\n".join(qrels), "utf-8")
    return made_in


def test_a_set_is_asked_as_it_is_and_without_what_answers(folder: Path) -> None:
    found, questions = sets.read(folder, limit=100)
    assert [question.kind for question in questions].count("set") == len(THINGS)
    with sets.opened(found, FakeEmbedder(), Retrieval()) as subject:
        asked = [ask(subject, question) for question in questions]
    assert figures(asked).kinds["set"]["right_any"].share == 1.0
    assert all(o.rank == 1 for o in asked if o.kind == "set")
    with pytest.raises(ConfigError, match="no es una carpeta de preguntas"):
        sets.read(folder.parent, limit=100)


def test_the_command_measures_a_set_and_says_what_got_worse(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(folder.parent / "home"))
    monkeypatch.setattr(embed, "load", lambda settings: FakeEmbedder())
    shown = folder.parent / "pagina.html"
    assert cli.run(["eval", "--set", str(folder), "--page", str(shown)]) == 0
    assert "Es la primera vez" in capsys.readouterr().out
    assert shown.read_text("utf-8").startswith("<!doctype html>")
    kept = folder.parent / "home" / "evaluations" / "mi-conjunto.json"
    said = json.loads(kept.read_text("utf-8"))
    said["runs"][-1]["bits"]["found_first"] |= {f"otra{at}": True for at in range(9)}
    kept.write_text(json.dumps(said), "utf-8")
    rows = (folder / "corpus.jsonl").read_text("utf-8").replace("oficina", "ventanilla").replace("se pide", "se ve")
    (folder / "corpus.jsonl").write_text(rows, "utf-8")
    assert cli.run(["eval", "--set", str(folder), "--json"]) == 8
    assert json.loads(capsys.readouterr().out)["regressed"] is True
    assert cli.run(["eval"]) == 2


def test_bits_say_nothing_of_what_does_not_apply(outcomes: list[Outcome]) -> None:
    said = bits(outcomes)
    kinds = {outcome.id: outcome.kind for outcome in outcomes}
    assert {kinds[each] for each in said["refused_left_out"]} == {"left_out"}
    assert all(kinds[each] != "foreign" for each in said["answered"])
