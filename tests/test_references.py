"""The names people give to articles, norms and curriculum codes meet in one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag.numerals import fold, roman_value, words_value
from latam_rag.references import canonical_article, canonical_code, canonical_norm, find, holds_item


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("5º bis", "5-bis"), ("ARTÍCULO QUINTO BIS", "5-bis"), ("Artículo 5 bis", "5-bis"), ("QUINTO", "5"),
        ("Art. 5°", "5"), ("2o", "2"), ("1ro", "1"), ("5-A", "5-a"), ("Art. 5º-A", "5-a"), ("8 A", "8-a"),
        ("8º bis A", "8-bis-a"), ("161 quáter", "161-quater"), ("único", "unico"), ("1.024", "1024"),
        ("vigésimo tercero", "23"), ("decimocuarto", "14"), ("DÉCIMO PRIMEIRO", "11"), ("IV", "iv"), ("trigésimo", "30"),
        ("3º transitorio", "3-transitorio"), ("Artículo tercero transitorio", "3-transitorio"),
        ("Artículo transitorio", "unico-transitorio"), ("Artículo N° 12", "12"),
    ],
)  # fmt: skip
def test_an_article_has_one_form(written: str, canonical: str) -> None:
    assert canonical_article(written) == canonical
    assert canonical_article(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("19.418", "19418"), ("Ley N° 19.418", "19418"), ("14.133/2021", "14133/2021"),
        ("14.133, de 1º de abril de 2021", "14133/2021"), ("LEY-27551", "27551"), ("DEC-333-1985", "333/1985"),
        ("333/85", "333/1985"), ("014-2019-EF", "14/2019"),
    ],
)  # fmt: skip
def test_a_norm_has_one_form(written: str, canonical: str) -> None:
    assert canonical_norm(written) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("MA04 OA 08", "MA04OA08"), ("ma4 oa8", "MA04OA08"), ("LE01 OAA A", "LE01OAAA"), ("MA1M OA 3", "MA1MOA03"),
        ("EF5MA3", "EF05MA03"), ("ef67lp02", "EF67LP02"), ("EM13MAT101", "EM13MAT101"), ("EM13LP1", "EM13LP01"),
        ("EI03EO01", "EI03EO01"), ("EF04 OA 08", "EF04OA08"), ("SSMJ/04", "SSMJ/04"),
    ],
)  # fmt: skip
def test_a_code_has_one_form(written: str, canonical: str) -> None:
    assert canonical_code(written) == canonical


@pytest.mark.parametrize(
    ("question", "articles", "norms", "codes"),
    [
        ("qué dice el art 5 letra b ley 19418", ["5"], ["19418"], []),
        ("la 18.695, artículo quinto bis", ["5-bis"], ["18695"], []),
        ("Lei nº 8.666/1993, art. 24, II", ["24"], ["8666/1993", "8666"], []),
        ("artículos 5, 6 y 7 del decreto supremo N° 458 de 1975", ["5", "6", "7"], ["458/1975"], []),
        ("arts. 5º e 6º da Lei 14.133, de 1º de abril de 2021", ["5", "6"], ["14133/2021", "14133"], []),
        ("la ordenanza 12/2019 y el DFL N° 1", [], ["12/2019", "1"], []),
        ("decreto-ley 14.157, artículo 3 transitorio", ["3-transitorio"], ["14157"], []),
        ("disposición transitoria tercera", ["3-transitorio"], [], []),
        ("¿y el artículo 8 A de la ley?", ["8-a"], [], []),
        ("EN EL ARTÍCULO 5 A LOS FINES", ["5"], [], []),
        ("el artículo 5 a la vista", ["5"], [], []),
        ("una clase de EF5MA3 e EF67LP02", [], [], ["EF05MA03", "EF67LP02"]),
        ("¿qué es MA04 OA 08?", [], [], ["MA04OA08"]),
        ("OA 8 de matemática 4° básico", [], [], ["MA04OA08"]),
        ("OA 3 de ciencias naturales, cuarto básico", [], [], ["CN04OA03"]),
    ],
)
def test_what_a_question_names(question: str, articles: list[str], norms: list[str], codes: list[str]) -> None:
    found = find(question)
    assert (list(found.articles), list(found.norms), list(found.codes)) == (articles, norms, codes)


@pytest.mark.parametrize(
    "question",
    [
        "¿Cuánto cuesta la patente, 3.500 pesos o más?", "OA 8 de historia", "OA 8 de matemática de 4° y 5° básico",
        "el artículo civil", "la ley de 2020", "arte 5", "la 3.500", "um contrato de 5 a 8.666 reais", "EF99MA01",
        "el art. de la ley", "un código civil",
    ],
)  # fmt: skip
def test_nothing_is_guessed(question: str) -> None:
    found = find(question)
    assert (found.articles, found.norms, found.codes) == ((), (), ())


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)
    find(text)
    canonical_article(text)


def test_numbers_in_words_and_roman() -> None:
    assert [words_value(w) for w in ("segundo", "decimo quarto", "centesimo vigesimo primero", "casa")] == [
        2,
        14,
        121,
        None,
    ]
    assert [roman_value(r) for r in ("iv", "xiv", "xcix", "civil", "")] == [4, 14, 99, None, None]


@pytest.mark.parametrize(
    ("question", "laws"),
    [
        ("artículo 19 n° 3 de la Constitución", ("Constitución",)),
        ("art. 6º do Código de Defesa do Consumidor", ("Código de Defesa",)),
        ("artículo 5: ¿qué pide sobre la constitución de la junta?", ()),
        ("¿qué es el código civil?", ()),
        ("art. 5 de la ley 19.418 y del código civil", ()),
    ],
)
def test_laws_called_by_their_name(question: str, laws: tuple[str, ...]) -> None:
    assert find(question).laws == laws


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("art 5 letra b ley 19418", ["b"]),
        ("Lei 14133 art 75 II", ["ii"]),
        ("art. 75, inciso II, da Lei nº 14.133/2021", ["ii"]),
        ("art. 18, § 1º, da lei 14.133/21", ["§1"]),
        ("na 14.133, o art. 74, III, alínea c", ["iii", "c"]),
        ("lei 8078, art 49 parágrafo único", ["§unico"]),
        ("artículo 2 letra f) de la Ley 19.628", ["f"]),
        ("artículo 3, letras a y b, de la ley 19.496", ["a", "b"]),
        ("art 21 n° 1 ley 20285", ["1"]),
        ("artículo 35, numeral 4, de la ley 9515", ["4"]),
        # The number of a law, a word, or an item of nothing.
        ("artículo quinto de la Ley N° 18.695", []),
        ("decreto N° 5, artículo 3", []),
        ("el artículo 5 a la vista", []),
        ("letra b de la ley 19.418", []),
    ],
)
def test_items_of_the_articles_named(question: str, items: list[str]) -> None:
    assert list(find(question).items) == items


@pytest.mark.parametrize(
    ("label", "text", "held", "missing"),
    [
        ("art. 5", "Artículo 5.- Podrán:\na) Comprar.\nb) Vender.", ["a", "b"], ["c", "1"]),
        ("art. 5, letras c a f", "c) Arrendar.\n…", ["c", "d", "f"], ["b", "g"]),
        ("art. 75", "Art. 75. É dispensável:\nI - obras;\nII - compras;", ["i", "ii"], ["iii"]),
        ("art. 18, § 1º, VI a XIII", "VI - estimativa;", ["§1", "vi", "x"], ["§2", "xiv", "v"]),
        ("art. 49", "Art. 49. O consumidor…\nParágrafo único. Se…", ["§unico"], ["§1"]),
        ("art. 3", "Artículo 3. Según la letra b) del artículo 9.", [], ["b"]),
    ],
)
def test_where_an_item_stands(label: str, text: str, held: list[str], missing: list[str]) -> None:
    assert [item for item in held if not holds_item(label, text, item)] == []
    assert [item for item in missing if holds_item(label, text, item)] == []


@pytest.mark.parametrize(
    ("question", "norms"),
    [
        ("27275 artículo 8 inciso c", ["27275"]),
        ("el art. 56 de la orgánica de municipalidades, 18.695", ["18695"]),
        ("artículo 5: ¿multa de 20.000 pesos?", []),
        ("¿cuánto es 27275?", []),
        ("artículo 5: 18.695,50 pesos o $ 20.000", []),
    ],
)
def test_a_number_beside_an_article_is_a_laws(question: str, norms: list[str]) -> None:
    assert list(find(question).norms) == norms


def test_a_verb_of_one_letter_after_an_article_s_number_is_no_part_of_it() -> None:
    assert canonical_article("Art. 174 É de competência comum") == "174"
    assert canonical_article("Art. 174 E de la ley") == "174-e"


@pytest.mark.parametrize("text", ["", "Á→É • ª º", "“Educação” → niñez", "Ωμέγα ЛЕЙ Ǆ \x80\x81 €", "→", "日本 Ã"])
def test_text_of_any_alphabet_folds_character_by_character(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))
