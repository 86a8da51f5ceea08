"""The analyser: what meets what, and how much it weighs."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag.lexical import AVERAGE_LENGTH, K1, document_vector, query_vector, words
from latam_rag.types import Language


def shared(question: str, text: str, language: Language) -> int:
    """How many terms ``question`` has in common with a document."""
    return len({*query_vector(question).indices} & {*document_vector(text, language).indices})


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("renovación", "renovaciones de la licencia", "es"),
        ("RENOVACION", "Renovación", "es"),
        ("ordenanzas", "la ordenanza municipal", "es"),
        ("obrigações", "obrigação", "pt"),
        ("obrigacao", "obrigação", "pt"),
        ("ley 19418", "Ley N° 19.418", "es"),
        ("artigo 5", "Art. 5º", "pt"),
        ("art 5", "Artículo 5°.-", "es"),
        ("licencia de conduzir", "licença", "pt"),
        ("OBRIGACOES", "obrigação", "pt"),
        ("lei 14133/2021", "Lei nº 14.133, de 1º de abril de 2021", "pt"),
        ("ef05ma03", "(EF05MA03) Identificar", "pt"),
        ("8 de marzo", "08 de marzo", "es"),
        ("niños", unicodedata.normalize("NFD", "niño"), "es"),
    ],
)
def test_what_is_asked_meets_what_is_written(question: str, text: str, language: Language) -> None:
    assert shared(question, text, language) >= 1


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("autorización municipal", "autorização municipal", "pt"),
        ("declaração anual", "declaración anual", "es"),
        ("resolução administrativa", "resolución administrativa", "es"),
    ],
)
def test_a_question_meets_a_document_in_the_other_language(question: str, text: str, language: Language) -> None:
    assert shared(question, text, language) >= 2


def test_function_words_of_either_language_are_no_terms() -> None:
    assert query_vector("¿cuál es la de los que no?").indices == ()
    assert query_vector("qual é a dos que não?").indices == ()
    # «no» is a preposition in Portuguese, «dos» a number in Spanish, and neither tells documents apart.
    assert document_vector("no dos pelo", "pt").indices == ()
    assert len(document_vector("patente", "es").indices) == 1


def test_numbers_and_codes_stay_whole() -> None:
    assert words("La Ley N° 19.418, art. 5º bis, MA04 OA 08; 1er año, RUT 12.345.678-9") == [
        "la", "ley", "n", "19.418", "art", "5", "bis", "ma04", "oa", "08", "1", "año", "rut", "12.345.678", "9",
    ]  # fmt: skip
    assert not shared("19418", "19.419 y 418", "es")


def weight(word: str, text: str) -> float:
    [term] = document_vector(word, "es").indices
    vector = document_vector(text, "es")
    return dict(zip(vector.indices, vector.values, strict=True)).get(term, 0.0)


def test_weights_saturate_and_long_texts_weigh_less() -> None:
    once, often = weight("patente", "\npatente"), weight("patente", "\n" + "patente " * 50)
    assert once < often < K1 + 1
    padded = "\npatente " + " ".join(f"x{i}" for i in range(int(AVERAGE_LENGTH) * 3))
    assert weight("patente", padded) < 1 < once


def test_a_word_of_the_header_weighs_more_than_one_of_the_text() -> None:
    text = "Patentes comerciales\nSe pagan en enero y julio."
    assert weight("patente", text) > 1.2 * weight("enero", text)


def test_words_that_follow_each_other_are_a_term_too() -> None:
    own = "\nEl impuesto territorial de la comuna."
    other = "\nEl territorial se suma al impuesto de la comuna."
    asked = query_vector("impuesto territorial")
    assert len({*asked.indices} & {*document_vector(own, "es").indices}) == 3
    assert len({*asked.indices} & {*document_vector(other, "es").indices}) == 2
    # Function words don't part them.
    assert shared("licença funcionamento", "\nlicença de funcionamento", "pt") == 3


def test_what_a_long_question_says_again_weighs_more() -> None:
    vector = query_vector("el abogado que el abogado contrario denunció")
    assert max(vector.values) > 1.5 > min(vector.values)


@given(st.text(max_size=300), st.sampled_from(["es", "pt"]))
def test_vectors_are_well_formed_for_any_text(text: str, language: Language) -> None:
    for vector in (document_vector(text, language), query_vector(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert len(vector.values) == len(vector.indices)
        assert all(0 < value < K1 + 1 for value in vector.values)


def test_hashes_are_the_same_in_every_process() -> None:
    assert document_vector("patente 19.418", "es").indices == (417677203, 444408672, 556169360)


def test_threads_may_share_it() -> None:
    texts = [f"palabra{i} renovaciones número {i}" for i in range(200)]
    alone = [document_vector(text, "es") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: document_vector(text, "es"), texts)) == alone
