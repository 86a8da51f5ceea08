"""What a teacher makes of objectives: from the passages of an index to plans, quizzes, rubrics and guides."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fakes import make_passage

from latam_rag import teaching
from latam_rag.teaching import (
    Objective,
    aims,
    browsing,
    checking,
    drafting,
    keeping,
    making,
    objectives,
    planning,
    quizzing,
)
from latam_rag.teaching.finding import Finder
from latam_rag.types import Passage

ECOSYSTEM = "Reconocer que un ecosistema está formado por seres vivos y elementos no vivos, con ejemplos del humedal."
FRACTIONS = (
    "Demostrar que comprende las fracciones:\n- explicando que una fracción es parte de un todo\n- en la recta numérica"
)


def passage(label: str, text: str, **more: Any) -> Passage:
    metadata = {"code": label.replace(" ", ""), "grade": "4° básico", "subject": "matemática", "country": "CL"}
    metadata |= more.pop("metadata", {})
    return make_passage(text, label=label, title=more.pop("title", "Bases"), metadata=metadata, **more)


def objective(text: str, *, name: str = "MA04 OA 08", **more: Any) -> Objective:
    (made,) = objectives.of_passages([passage(name, text, **more)])
    return made


def test_an_objective_is_the_passage_less_its_code() -> None:
    made = objective("MA04 OA 08\n\nMedir longitudes.", page=7, headings=("Matemática", "Eje: Medición"))
    assert (made.text, made.subject, made.axis, made.page) == ("Medir longitudes.", "Matemática", "Medición", "7")
    assert objective("(EF04MA08) Medir.", name="EF04MA08").text == "Medir."


@pytest.mark.parametrize(
    ("label", "metadata"),
    [
        ("", {}),
        ("art. 5", {"article": "5"}),
        ("x", {"field": "cost"}),
        ("x", {"domain": "legal"}),
        ("x", {"code": "", "grade": ""}),
    ],
)
def test_what_is_no_objective_is_not_offered(label: str, metadata: dict[str, str]) -> None:
    assert objectives.of_passages([passage(label, "Medir.", metadata=metadata)]) == []


def test_an_objective_in_two_passages_is_put_together_and_not_repeated() -> None:
    parts = [passage("MA04 OA 08", text) for text in ("Medir.", "- con reglas", "Medir.")]
    (made,) = objectives.of_passages(parts)
    assert made.text == "Medir.\n- con reglas"


def test_two_with_the_same_label_are_told_apart() -> None:
    made = [
        objective(text, name="DBA 1", metadata={"subject": subject, "code": ""}, id=subject, uri=subject)
        for text, subject in (("Cuenta.", "ciencias"), ("Mide.", "lenguaje"))
    ]
    assert list(objectives.named(made).values()) == ["DBA 1 (Ciencias, 4° básico)", "DBA 1 (Lenguaje, 4° básico)"]


@pytest.mark.parametrize(
    ("text", "verbs", "action", "about"),
    [
        ("Leer, escribir y comparar números.", ("Leer", "escribir", "comparar"), "analyse", "números"),
        ("Reconhecer simetria em figuras, usando papel.", ("Reconhecer",), "recall", "simetria em figuras"),
        ("Compreender o volume como medida.", ("Compreender",), "explain", "o volume como medida"),
        (ECOSYSTEM, ("Reconocer",), "explain", "un ecosistema está formado por seres vivos y elementos no vivos"),
        ("Resuelve problemas de suma.", ("Resuelve",), "apply", "problemas de suma"),
        ("Demostrar que comprende la suma: a, b.", ("Demostrar",), "apply", "la suma"),
        ("La célula.", (), "explain", "La célula"),
    ],
)
def test_what_an_objective_asks_for(text: str, verbs: tuple[str, ...], action: str, about: str) -> None:
    pt = text.startswith(("Reconh", "Compreen"))
    found = aims.of(objective(text, language="pt" if pt else "es"))
    assert (found.verbs, found.about) == (verbs, about)
    assert found.action == ("explain" if "que comprende" in text else action)


def test_points_signs_and_suggestions_are_told_apart() -> None:
    found = aims.of(
        objective("Medir.\n- con regla\n- Describe lo que mide.\nDoblan papel. Comparan ejes.\nSugerencia: salir.")
    )
    assert found.points == ("con regla",)
    assert found.signs == ("Describe lo que mide.", "Doblan papel.", "Comparan ejes.")
    assert found.suggestions == ("salir.",)


def sample() -> list[Objective]:
    return [
        objective("Medir fracciones.", name="MA04 OA 08", id="a", headings=("Números",)),
        objective("Sumar fracciones.", name="MA04 OA 10", id="b", headings=("Números",)),
        objective(
            "Cuidar el humedal.", name="CN05 OA 02", id="c", metadata={"grade": "5º Básico", "subject": "Ciencias"}
        ),
        objective(
            "Reconhecer frações.", name="EF04MA09", id="d", language="pt", metadata={"country": "BR", "grade": "4º ano"}
        ),
    ]


def test_the_tree_has_what_the_index_holds_in_the_order_of_school() -> None:
    known = sample()
    assert browsing.options(known, "country") == {"BR": 1, "CL": 3}
    assert list(browsing.options(known, "grade")) == ["4° básico", "4º ano", "5º Básico"]
    chosen = {"country": "CL"}
    assert browsing.below(browsing.narrowed(known, chosen), chosen) == ("grade", {"4° básico": 2, "5º Básico": 1})
    left = browsing.narrowed(known, {"grade": "4º Básico"})
    assert [each.id for each in left] == ["a", "b"] and browsing.below(left, {"grade": "x"}) is None
    assert [(key, len(found)) for key, found in browsing.grouped(left)] == [(("Números",), 2)]


def test_grades_go_from_nursery_to_the_last_year() -> None:
    written = ["1° Medio", "Ensino Médio", "10° grado", "Transición", "2° básico", "Primero básico"]
    found = browsing.options([objective("x y", metadata={"grade": each}, id=each) for each in written], "grade")
    assert list(found) == ["Transición", "Primero básico", "2° básico", "10° grado", "Ensino Médio", "1° Medio"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ma4 oa8", "a"), ("MA04 OA", "ab"), ("fraciones", "ab"), ("sumar fracción", "b"), ("humedales", "c"),
        ("", "abcd"), ("frações", "d"), ("astronauta", ""), ("ciencias 5", "c"),
    ],
)  # fmt: skip
def test_objectives_are_found_as_they_are_typed(asked: str, found: str) -> None:
    assert {each.id for each in Finder(sample()).find(asked)} == set(found)


@pytest.mark.parametrize("duration", [10, 35, 45, 50, 90, 240])
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_the_minutes_of_a_plan_add_up(duration: int, count: int) -> None:
    parts = ["opening", *["development"] * count, "closing"]
    assert sum(planning.shared(parts, duration)) == duration
    assert min(planning.shared(parts, duration)) >= 0


@pytest.mark.parametrize("kind", teaching.KINDS)
@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_work_is_never_empty_and_covers_every_objective(kind: teaching.Kind, language: Any) -> None:
    known = [
        objective(text, name=f"MA04 OA 0{place}", id=str(place), language=language)
        for place, text in enumerate((ECOSYSTEM, FRACTIONS, "x"))
    ]
    work = making.make(kind, known, fields={"school": "Liceo"})
    assert work.language == language and work.fields["school"] == "Liceo" and work.fields["grade"] == "4° básico"
    assert all(checking.coverage(work).values())
    assert all(set(row.cells) == set(teaching.CELLS[kind]) and all(row.cells.values()) for row in work.rows)
    assert set(work.notes) == set(teaching.NOTES[kind])
    assert checking.strange_codes(work, [each.code for each in known]) == []
    if kind == "plan":
        assert checking.total(work, "minutes") == 90


def test_what_a_quiz_claims_is_literal_or_its_denial() -> None:
    made = objective(ECOSYSTEM, name="CN04 OA 01")
    found = quizzing.fact(made)
    assert found is not None and found.subject == "un ecosistema" and found.text in made.text
    cells = quizzing.item("true_false", made, "es")
    denied = "Un ecosistema no está formado" in cells["item"]
    assert cells["key"].startswith("Falso" if denied else "Verdadero") and "CN04 OA 01" in cells["key"]


@pytest.mark.parametrize(
    "text",
    [
        "Reconocer que algunos materiales son buenos conductores y otros no lo son nunca.",
        "Explicar que hay textos que les permiten recrear un hecho de su propia vida.",
        "Resolver problemas que involucren la suma de dos o más números enteros grandes.",
    ],
)
def test_what_can_not_be_denied_is_not(text: str) -> None:
    made = objective(text)
    for seed in range(20):
        item = quizzing.item("true_false", objective(text, id=str(seed)), "es")["item"]
        assert item == "" or made.text.split(" que ", 1)[1][1:30] in item


def test_the_parts_of_a_sentence_are_mixed_and_none_is_lost() -> None:
    made = quizzing.item("order", objective(ECOSYSTEM), "es")
    parts = made["item"].partition(": ")[2].split("   /   ")
    assert sorted(" ".join(parts).split()) == sorted(made["key"].partition("«")[2].partition("»")[0].split())
    assert " ".join(parts) not in made["key"]


def test_a_blank_takes_a_word_of_the_list_and_the_key_has_it() -> None:
    made = quizzing.item("complete", objective("Medir longitudes en unidades (metro, centímetro, milímetro)."), "es")
    assert quizzing.BLANK in made["item"]
    rows, _ = quizzing.make([objective("Medir longitudes (metro, centímetro, milímetro).")], "es", 0)
    assert rows[0].cells["key"] == "centímetro (MA04 OA 08)" and "centímetro" not in rows[0].cells["item"]


def test_codes_that_are_not_in_the_curriculum_are_found_wherever_they_are_written() -> None:
    work = making.make("plan", sample()[:1])
    row = teaching.Row(id="n", part="closing", cells={"minutes": "5", "activity": "Ver ma04 oa 99 y MA04 OA 10."})
    changed = teaching.Work(**{**{key: getattr(work, key) for key in work.__slots__}, "rows": (*work.rows, row)})
    assert checking.strange_codes(changed, [each.code for each in sample()]) == ["ma04 oa 99"]


def test_a_work_comes_back_with_the_texts_of_today() -> None:
    known = sample()
    work = making.make("rubric", known[:3])
    assert keeping.from_json(keeping.as_json(work), known) == (work, [], [])
    now = [objective("Medir fracciones propias.", name="MA04 OA 08", id="new", headings=("Números",)), known[1]]
    back, changed, gone = keeping.from_json(keeping.as_json(work), now)
    assert [each.text for each in back.objectives] == ["Medir fracciones propias.", "Sumar fracciones."]
    assert (changed, gone) == (["MA04 OA 08"], ["CN05 OA 02"])
    assert [row.serves for row in back.rows] == [("new",), ("b",), ()]


def test_whatever_the_words_a_work_can_be_made() -> None:
    rng = random.Random(7)
    words = re.findall(r"[^ ]+", "que , . ; : ( ) - y o no Medir Explica números «x» 1/2 \n etc. ¿ con el la es son")
    for seed in range(200):
        text = " ".join(rng.choice(words) for _ in range(rng.randrange(1, 40)))
        made = objectives.of_passages([passage("MA04 OA 08", text, id=str(seed))])
        for kind in teaching.KINDS if made else ():
            assert making.make(kind, made).rows


class FakeModel:
    """Writes what a test tells it to."""

    name = "fake"

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[tuple[str, str]] = []

    def draft(self, rules: str, text: str, **how: Any) -> Iterator[str]:
        self.asked.append((rules, text))
        yield from self.text


def test_of_what_a_model_writes_only_what_passes_is_kept() -> None:
    good = "En grupos miden la sala con pasos y comparan los resultados en una tabla."
    model = FakeModel(
        "Actividades:\n"
        f"- {good}\n- {good[:-1]} nueva.\n"
        "- Miden la mesa según el objetivo MA04 OA 77 y anotan sus resultados.\n"
        "- Como dice el objetivo, «resolver ecuaciones de segundo grado», trabajan en parejas.\n"
        "- MA04 OA 08: multiplicar números decimales hasta la centésima.\n"
        "- mide mide mide mide mide mide mide mide mide mide mide.\n"
        "- Os alunos medem a sala com passos e não escrevem os resultados na lousa.\n"
        "- Ven el video en https://example.org/video y responden las preguntas.\n"
        "- Medir longitudes con regla."
    )
    made = drafting.ask(model, "plan", objective("Medir longitudes con regla."), "es")
    assert made.lines == (good,)
    reasons = [each.reason for each in made.withheld]
    assert len(reasons) == 8 and "MA04 OA 77" in reasons[1]
    assert sum("no es el suyo" in each for each in reasons) == 2
    assert "Medir longitudes" in model.asked[0][1] and "Medir longitudes" not in model.asked[0][0]


def test_a_model_may_quote_the_objective_word_for_word() -> None:
    line = "Leen «longitudes con regla» en MA04 OA 08 y proponen tres cosas que medir en casa."
    assert drafting.checked(f"1. {line}", objective("Medir longitudes con regla."), "es").lines == (line,)


@pytest.mark.parametrize("code", ["MA09 OA 99", "EF99ZZ99", "EM13MAT999", "AR2M OA 77"])
def test_a_code_that_there_cannot_be_is_as_invented_as_one_that_is_not_there(code: str) -> None:
    objective = sample()[0]
    made = drafting.checked(
        f"- Como dice {code}, se trabaja {objective.text.lower()[:60]} con fichas.", objective, "es"
    )
    assert not made.lines and code in made.withheld[0].reason
    work = making.make("plan", [objective], fields={"school": f"Según {code}"})
    assert checking.strange_codes(work, [each.code for each in sample()]) == [code]


@pytest.mark.parametrize("name", ["DBA 2", "contenido 9, 3°", "LC03 OA LF01"])
def test_what_is_said_to_be_the_text_of_an_objective_without_a_code_must_be_it(name: str) -> None:
    objective = replace(sample()[0], name=name, code="")
    invented = "comprender los números imaginarios y sus usos en la escuela"
    for line in (f"- El objetivo {name}: {invented}.", f"- {name}: {invented}."):
        assert not drafting.checked(line, objective, "es").lines


def test_what_a_weak_model_tells_beside_the_point_is_withheld() -> None:
    parroted = "4° básico. Asignatura: Ciencias Naturales. Objetivo: Desarrollar la historia de las ciencias."
    beside = "Para esto, la escuela visita el museo de la historia y escribe una carta a su alcalde."
    made = drafting.checked(f"{parroted}\n- {parroted}\n- {beside}", objective(ECOSYSTEM), "es")
    assert made.lines == ()
    assert [each.reason.split()[0:4] for each in made.withheld] == [
        ["no", "es", "una", "frase"], ["cita", "como", "del", "objetivo"], ["no", "trata", "de", "lo"],
    ]  # fmt: skip
