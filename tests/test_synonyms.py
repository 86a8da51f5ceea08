"""Which words answer to which."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from latam_rag import synonyms
from latam_rag.types import Language


def held(question: str, text: str, *, language: Language = "es", of: Language = "es") -> float:
    """The share of the question's words that ``text`` holds."""
    wanted = synonyms.keys(synonyms.asked(question, language), language)
    own = synonyms.of_text(text, of)
    return len(synonyms.held(wanted, own, across=language != of)) / len(wanted)


@pytest.mark.parametrize(
    ("question", "text", "language", "of"),
    [
        ("¿Cuánto cuesta el certificado?", "Valor del certificado: 2 UTM.", "es", "es"),
        ("¿Cuánto cuesta la licencia de feriante?", "Licença de feirante. Taxa anual: R$ 60,00.", "es", "pt"),
        ("Quando vence o alvará?", "La patente tiene vigencia de un año.", "pt", "es"),
        ("¿Qué dice sobre la esterilización?", "Se esterilizan perros y gatos.", "es", "es"),
        ("Quais são os requisitos de aprovação?", "Requisitos de aprobación.", "pt", "es"),
        ("¿Dónde dejo la basura?", "Os resíduos deixam-se na calçada.", "es", "pt"),
    ],
)
def test_words_of_one_meaning_meet(question: str, text: str, language: Language, of: Language) -> None:
    assert held(question, text, language=language, of=of) >= 0.5


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("¿Cuánto cuesta el pasaje?", "El plazo es de diez días."),
        ("¿Cuándo se paga la patente?", "El control del contrato es anual."),
        ("¿Cómo viajo a Marte?", "La feria funciona los domingos."),
    ],
)
def test_words_of_another_meaning_do_not(question: str, text: str) -> None:
    assert held(question, text) == 0


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("¿Qué requisitos tiene la casa?", "En este caso no rige.", "es"),
        ("Quais são as regras da moradia?", "Em cada caso decide o juiz.", "pt"),
        ("¿Qué estudiantes asisten?", "El estudio se publica.", "es"),
        ("¿Qué hace la comuna?", "La comunidad se reúne.", "es"),
        ("Como se mede a massa?", "A nota final é 6,0.", "pt"),
        ("O que acontece com a morte do titular?", "Os juros de mora são de 1 %.", "pt"),
    ],
)
def test_a_stem_in_common_is_no_meaning_in_common(question: str, text: str, language: Language) -> None:
    assert held(question, text, language=language, of=language) == 0


@pytest.mark.parametrize(
    ("question", "text"),
    [("¿Cuándo recogen la basura?", "La basura se recogerá los lunes."), ("¿Qué tasas hay?", "Costo: 2 UTM.")],
)
def test_forms_of_a_verb_and_plurals_belong_to_their_group(question: str, text: str) -> None:
    assert held(question, text) >= 0.5


def test_what_only_asks_needs_no_document() -> None:
    assert [word.raw for word in synonyms.asked("¿Qué objetivo trata las fracciones?", "es")] == ["fracciones"]
    # A question of nothing else keeps what it has.
    assert [word.raw for word in synonyms.asked("O que significa?", "pt")] == ["significa"]


def test_a_word_belongs_to_one_group() -> None:
    groups = tomllib.loads((files("latam_rag") / "synonyms.toml").read_text("utf-8"))["groups"]
    count = Counter(word for listed in groups.values() for word in set(listed.split()))
    assert [word for word, times in count.items() if times > 1] == []


def test_what_only_begins_alike_is_no_cognate() -> None:
    wanted = synonyms.keys(synonyms.asked("¿Qué objetivo trata de la fotosíntesis?", "es"), "es")
    assert not synonyms.held(wanted, synonyms.of_text("Um painel com fotografias.", "pt"), across=True)
    assert synonyms.held(wanted, synonyms.of_text("A fotossíntese das plantas.", "pt"), across=True)
