"""The checks of a sentence against its evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag import messages
from latam_rag.types import Language, Passage
from latam_rag.verify import check, literal
from latam_rag.verify.figures import canonical_number, figures
from latam_rag.verify.number_words import in_digits


def passage(number: int, text: str, *, title: str = "", label: str = "", language: Language = "es") -> Passage:
    return Passage(
        id=str(number), document_id="d", uri=f"file:///{number}", title=title, headings=(), label=label, page=None,
        start=100, end=100 + len(text), text=text, language=language,
    )  # fmt: skip


ORDINANCE = passage(
    1,
    "Artículo 5º.- La patente municipal se paga en los meses de enero y julio de cada año. El atraso tendrá una multa de "
    "1,5 UTM. No podrá cobrarse interés superior al 3 % mensual, salvo acuerdo del Concejo.\nLos vecinos presentarán:\n"
    "a) cédula de identidad;\nb) título de dominio de los últimos 15 años.",
    title="Ordenanza 12/2019 de Aguas Claras",
    label="art. 5",
)
LICENCE = passage(2, "La licencia de conducir cuesta $ 32.000 y se renueva en 10 días hábiles.", title="Licencias")
STATUTE = passage(
    3,
    "Art. 7º O prazo para recurso é de quinze dias úteis, contados de 1º de março de 2021. É vedado cobrar taxa superior "
    "a R$ 1.250,00.",
    title="Lei nº 14.133/2021",
    label="art. 7",
    language="pt",
)
EVIDENCE = {1: ORDINANCE, 2: LICENCE, 3: STATUTE}

RIGHT: list[tuple[Language, str]] = [
    ("es", "La patente municipal se paga en enero y julio [1]."),
    ("es", "El atraso tiene una multa de 1.5 UTM [1]."),
    ("es", "La ordenanza dice «se paga en los meses de enero» [1]"),
    ("es", "No podrá cobrarse interés superior al tres por ciento mensual, salvo acuerdo del Concejo [1]."),
    ("es", "La licencia de conducir cuesta 32000 pesos [2]."),
    ("es", "La licencia se renueva en diez días hábiles [2]"),
    ("es", "Según el artículo 5 de la Ordenanza 12/2019, la patente municipal se paga en enero y julio [1]."),
    ("pt", "O prazo para recurso é de 15 dias úteis, contados de 01/03/2021 [3]."),
    ("pt", "É vedado cobrar taxa superior a 1.250 reais [3]."),
    ("pt", "Segundo o art. 7º da Lei 14.133, o prazo para recurso é de quinze dias úteis [3]."),
]


@pytest.mark.parametrize(("language", "sentence"), RIGHT)
def test_right_sentences_pass(language: Language, sentence: str) -> None:
    checked = check(sentence, EVIDENCE, language=language)
    assert checked.verdict.shown, checked.verdict.reasons
    assert checked.citations
    for citation in checked.citations:
        assert citation.passage.text[citation.start : citation.end] == citation.quote


WRONG: list[tuple[Language, str, str]] = [
    ("es", "verify.no_citation", "La patente municipal se paga en enero y julio."),
    ("es", "verify.unknown_citation", "La patente municipal se paga en enero y julio [9]."),
    ("es", "verify.quote_not_literal", "La ordenanza dice «se paga en el mes de enero» [1]"),
    ("es", "verify.quote_not_literal", "La ordenanza pide «título de dominio de los últimos 5 años» [1]"),
    ("es", "verify.quote_not_literal", "La ordenanza dice «enero y julio» [2]"),
    ("es", "verify.open_quote", "La patente municipal «se paga en enero y julio [1]."),
    ("es", "verify.figure", "La patente municipal se paga en enero y junio [1]."),
    ("es", "verify.figure", "El atraso tiene una multa de 2 UTM [1]"),
    ("es", "verify.figure", "El atraso tiene una multa de 1,5 UF [1]"),
    ("es", "verify.figure", "Los vecinos presentarán título de dominio de los últimos 5 años [1]"),
    ("es", "verify.figure", "Según el artículo 6, la patente municipal se paga en enero y julio [1]."),
    ("es", "verify.figure", "Según la Ordenanza 12/2018, la patente municipal se paga en enero y julio [1]."),
    ("es", "verify.figure", "La licencia de conducir cuesta $ 23.000 [2]."),
    ("es", "verify.figure", "Los vecinos presentarán, según la letra c), título de dominio [1]."),
    ("es", "verify.left_out", "Podrá cobrarse interés superior al 3 % mensual, salvo acuerdo del Concejo [1]"),
    ("es", "verify.left_out", "No podrá cobrarse interés superior al 3 % mensual [1]"),
    ("es", "verify.turned", "La patente municipal no se paga en enero y julio [1]."),
    ("es", "verify.turned", "La licencia se renueva en 10 días corridos [2]"),
    ("es", "verify.name", "El alcalde Juan Pérez dijo que la patente municipal se paga en enero y julio [1]"),
    ("es", "verify.coverage", "Los extranjeros viajan gratis en tren durante enero y julio [1]."),
    ("es", "verify.other_citation", "La patente municipal se paga en enero y julio [1][2]."),
    ("pt", "verify.figure", "O prazo para recurso é de 15 dias úteis, contados de 02/03/2021 [3]."),
    ("pt", "verify.figure", "Segundo o art. 8º, o prazo para recurso é de quinze dias úteis [3]."),
    ("pt", "verify.turned", "É permitido cobrar taxa superior a R$ 1.250,00 [3]."),
]  # fmt: skip


LAW = passage(
    4,
    "El alcalde nombrará al administrador municipal. El funcionario denuncia al contratista ante el tribunal. La multa "
    "por ruido es de 2 UTM y la multa por basura es de 5 UTM. El recurso se presenta dentro de los 10 días siguientes a la "
    "notificación. El permiso rige desde el 1 de marzo hasta el 30 de junio de 2024. Todos los vecinos pueden asistir a la "
    "sesión, sin derecho a voto. El interés será como máximo del 3 %. Solo el concejo aprueba el presupuesto. La sede "
    "está en la comuna de ñuñoa. El puente Viejo cruza el río Claro en 1950. El puente rigió de peaje (1910–1995).",
    title="Reglamento municipal",
)  # fmt: skip
TURNED: list[tuple[str, str, str]] = [
    ("El alcalde nombrará al administrador municipal.", "replaced", "El concejo nombrará al administrador municipal."),
    ("El alcalde nombrará al administrador municipal.", "exchanged", "El administrador municipal nombrará al alcalde."),
    ("El puente Viejo cruza el río Claro en 1950.", "exchanged", "El puente Claro cruza el río Viejo en 1950."),
    ("El puente rigió de peaje (1910–1995).", "exchanged", "El puente rigió de peaje (1995–1910)."),
    ("El funcionario denuncia al contratista.", "exchanged", "El contratista denuncia al funcionario."),
    ("La multa por ruido es de 2 UTM.", "replaced", "La multa por ruido es de 5 UTM."),
    ("La multa por ruido es de 2 UTM.", "replaced", "La multa por basura es de 2 UTM."),
    ("La multa por ruido es de 2 UTM.", "figure", "La multa por ruido es de 2 UF."),
    ("El recurso se presenta dentro de los 10 días siguientes.", "turned",
     "El recurso se presenta fuera de los 10 días siguientes."),
    ("El permiso rige desde el 1 de marzo.", "turned", "El permiso rige hasta el 1 de marzo."),
    ("El permiso rige desde el 1 de marzo hasta el 30 de junio.", "turned",
     "El permiso rige desde el 30 de junio hasta el 1 de marzo."),
    ("Todos los vecinos pueden asistir a la sesión.", "turned", "Algunos vecinos pueden asistir a la sesión."),
    ("Todos los vecinos pueden asistir a la sesión.", "turned", "Todos los vecinos deben asistir a la sesión."),
    ("Los vecinos asisten a la sesión sin derecho a voto.", "left_out", "Los vecinos asisten a la sesión con derecho a voto."),
    ("El interés será como máximo del 3 %.", "turned", "El interés será como mínimo del 3 %."),
    ("Solo el concejo aprueba el presupuesto.", "left_out", "El concejo aprueba el presupuesto."),
    ("La sede está en la comuna de ñuñoa.", "replaced", "La sede está en la comuna de providencia."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "reason", "wrong"), TURNED)
def test_who_does_what_and_how_much_stay_as_they_are(right: str, reason: str, wrong: str) -> None:
    assert check(f"{right} [4]", {4: LAW}, language="es").verdict.shown
    checked = check(f"{wrong} [4]", {4: LAW}, language="es").verdict
    assert not checked.shown
    assert f"verify.{reason}" in [key for key, _ in checked.reasons]
    # A clerk reads them.
    assert all(
        messages.text(key, "es", **values) and messages.text(key, "pt", **values) for key, values in checked.reasons
    )


MOVED = [
    "Desde el 1 de marzo hasta el 30 de junio de 2024 rige el permiso.",
    "Ante el tribunal, el funcionario denuncia al contratista.",
    "La multa por basura es de 5 UTM y la multa por ruido es de 2 UTM.",
    "El contratista es denunciado por el funcionario.",
]


@pytest.mark.parametrize("sentence", MOVED)
def test_what_only_moved_passes(sentence: str) -> None:
    verdict = check(f"{sentence} [4]", {4: LAW}, language="es").verdict
    assert verdict.shown, verdict.reasons


STORY = passage(
    5,
    "Tras el cabildo de Loncura de 1819, el vecino Pedro Soto escribió la memoria anual de la comuna en verso. "
    "A finales de 1961 y principios de 1962, los miembros del comité apoyaron la obra, si hubiera acuerdo con Chile. "
    "Está obligada a presentar la declaración la persona residente en el país. "
    "En Loncura, el alcalde Juan Pérez formuló una propuesta de aseo.",
)
FOLLOWED = [
    ("Tras el cabildo de Loncura de 1819, el vecino Pedro Soto escribió la memoria anual de la comuna en verso.",
     "Tras el cabildo de Pedro Soto de 1819, el vecino Loncura escribió la memoria anual de la comuna en verso."),
    ("A finales de 1961 y principios de 1962, los miembros del comité apoyaron la obra.",
     "A finales de 1962 y principios de 1961, los miembros del comité apoyaron la obra."),
    ("Está obligada a presentar la declaración la persona residente en el país.",
     "Está dispensada a presentar la declaración la persona residente en el país."),
    ("En Loncura, el alcalde Juan Pérez formuló una propuesta de aseo.",
     "En Juan Pérez, el alcalde Loncura formuló una propuesta de aseo."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FOLLOWED)
def test_a_claim_in_a_sentence_s_own_words_keeps_each_in_its_place(right: str, wrong: str) -> None:
    assert check(f"{right} [5]", {5: STORY}, language="es").verdict.shown
    assert not check(f"{wrong} [5]", {5: STORY}, language="es").verdict.shown


SEATS = passage(
    6,
    "La sede está al noroeste de Loncura. El comité reúne a la Caja de Socorro de los Bomberos y a la junta. "
    "Operan el Club Azul en Pichoy, el Club Rojo en Loncura y el Club Verde en Chamiza. "
    "La tasa anual es del 90 % del avalúo. Se elige por un único voto. Rige el art. 94, § 10, de la ordenanza. "
    "La feria fue fundada por el alcalde Soto. La plaza cerró en 1960 por orden de Rojas.",
    title="Historia de Chamiza",
)
PLACES = [
    # What the header names, in the place of what the sentence does.
    ("La sede está al noroeste de Loncura.", "La sede está al noroeste de Chamiza."),
    ("El comité reúne a la Caja de Socorro de los Bomberos.", "El comité reúne a los Bomberos de la Caja de Socorro."),
    ("Operan el Club Azul en Pichoy, el Club Rojo en Loncura.", "Operan el Club Azul en Pichoy, el Loncura en Club Rojo."),
    ("La tasa anual es del 90 % del avalúo.", "La tasa anual es del 90 ‰ del avalúo."),
    ("Se elige por un único voto.", "Se elige por un segundo voto."),
    ("Rige el art. 94, § 10, de la ordenanza.", "Rige el art. 10, § 94, de la ordenanza."),
    ("La feria fue fundada por el alcalde Soto y la plaza cerró en 1960.",
     "La feria fue fundada por el alcalde Soto y Pichoy cerró en 1960."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), PLACES)
def test_a_name_in_another_s_place_is_withheld(right: str, wrong: str) -> None:
    verdict = check(f"{right} [6]", {6: SEATS}, language="es").verdict
    assert verdict.shown, verdict.reasons
    assert not check(f"{wrong} [6]", {6: SEATS}, language="es").verdict.shown


def test_segundo_introduces_in_portuguese_and_orders_after_an_article() -> None:
    turn = passage(1, "Segundo a lei, o primeiro turno começa em março.", language="pt")
    assert check("O primeiro turno começa em março, segundo a lei [1].", {1: turn}, language="pt").verdict.shown
    assert not check("O segundo turno começa em março [1].", {1: turn}, language="pt").verdict.shown


def test_a_claim_of_two_sentences_passes_in_either_order() -> None:
    one, other = FOLLOWED[0][0].rstrip("."), FOLLOWED[3][0].rstrip(".")
    for said in (f"{one} y {other[0].lower()}{other[1:]}", f"{other} y {one[0].lower()}{one[1:]}"):
        verdict = check(f"{said} [5]", {5: STORY}, language="es").verdict
        assert verdict.shown, verdict.reasons


def test_members_of_an_enumeration_have_no_order() -> None:
    listed = passage(1, "La comisión se integra por Ana Soto, Luis Rojas y Eva Pinto.")
    assert check(
        "La comisión se integra por Eva Pinto, Luis Rojas y Ana Soto [1].", {1: listed}, language="es"
    ).verdict.shown


def test_two_passages_may_each_hold_a_part() -> None:
    evidence = {1: ORDINANCE, 2: LICENCE}
    said = "La patente municipal se paga en enero y julio, y la licencia de conducir cuesta $ 32.000 [1][2]."
    checked = check(said, evidence, language="es")
    assert checked.verdict.shown, checked.verdict.reasons
    assert {citation.number for citation in checked.citations} == {1, 2}


@pytest.mark.parametrize(("language", "reason", "sentence"), WRONG)
def test_wrong_sentences_are_withheld_with_the_reason(language: Language, reason: str, sentence: str) -> None:
    checked = check(sentence, EVIDENCE, language=language)
    assert not checked.verdict.shown
    assert reason in [key for key, _ in checked.verdict.reasons]
    assert checked.citations == ()


def test_a_mark_inside_a_quote_belongs_to_the_quote() -> None:
    noted = passage(1, "El plazo es de diez días [2] desde el aviso.")
    checked = check("El plazo: «es de diez días [2] desde el aviso» [1].", {1: noted}, language="es")
    assert checked.verdict.shown
    assert [citation.quote for citation in checked.citations] == ["es de diez días [2] desde el aviso"]


def test_figures_from_another_part_of_the_passage_are_not_borrowed() -> None:
    text = (
        "La multa por ruido es de 2 UTM. El horario de la feria es de 8 a 14 horas. Los perros pagan 5 UTM de registro."
    )
    checked = check("La multa por ruido es de 5 UTM [1].", {1: passage(1, text)}, language="es")
    assert not checked.verdict.shown


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("5", "15 y 5", "5"),
        ("1", "1.000 y 1", "1"),
        ("000", "1.000", None),
        ("el municipio paga", "el muni-\n cipio  paga", "el muni-\n cipio  paga"),
        ("Norte-Sur", "eje Norte-\nSur", "Norte-\nSur"),
        ("la acción", "la accio\u0301n", "la accio\u0301n"),
        ("dice \"a b\" y", "dice «a\u00a0b» y", "dice «a\u00a0b» y"),
        ("muni\u00adcipal", "municipal", "municipal"),
        ("…de la norma…", "texto de la norma.", "de la norma"),
        ("uno … tres", "uno dos tres", None),
        ("patente", "patentes", None),
    ],
)  # fmt: skip
def test_quotes_are_located_whole(quote: str, text: str, found: str | None) -> None:
    place = literal.locate(quote, text)
    assert (text[place[0] : place[1]] if place else None) == found


@given(st.text(max_size=60), st.integers(0, 59), st.integers(1, 30))
def test_what_stands_between_spaces_is_always_located(text: str, start: int, length: int) -> None:
    middle = f"antes {text} después"
    place = literal.locate(text, middle)
    if place is not None:
        # Located text is the quote's own, whatever white space and marks were evened out.
        again = literal.locate(middle[place[0] : place[1]], middle)
        assert again is not None
    if text.isalnum() and text.isascii():
        assert place is not None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1.000", "1000"), ("1,000", "1000"), ("1.234,50", "1234.5"), ("1,234.50", "1234.5"), ("0,125", "0.125"),
        ("12,5", "12.5"), ("1.250,00", "1250"), ("1.000.000", "1000000"), ("2500", "2500"), ("007", "7"),
    ],
)  # fmt: skip
def test_numbers_have_one_form(written: str, canonical: str) -> None:
    assert canonical_number(written) == canonical


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("treinta y cinco días", "35 días"),
        ("mil quinientos", "1500"),
        ("mil e quinhentos reais", "1500 reais"),
        ("dois e três", "2 e 3"),
        ("dos millones trescientos mil", "2300000"),
        ("mil novecientos ochenta y nueve", "1989"),
        ("una multa", "una multa"),
        ("veintiún por ciento", "21 %"),
        ("ciento uno", "101"),
    ],
)
def test_numbers_in_words(written: str, digits: str) -> None:
    assert in_digits(written) == digits


@given(st.text(max_size=200))
def test_any_text_has_figures_or_not_but_never_breaks(text: str) -> None:
    for figure in figures(text):
        assert figure.value


def test_dates_are_one_however_written() -> None:
    for written in ("3 de mayo de 2021", "03/05/2021", "2021-05-03", "tres de mayo de dos mil veintiuno", "3-5-2021"):
        assert ("date", "2021-05-03") in [(f.kind, f.value) for f in figures(written)], written


def test_a_word_that_the_evidence_lacks_at_the_end_is_not_shown() -> None:
    right = "Los vecinos asisten a la sesión del concejo sin derecho a voto"
    said = {1: passage(1, f"{right}. El alcalde preside la sesión.", title="Reglamento")}
    assert check(f"{right}. [1]", said, language="es").verdict.shown
    verdict = check("La sesión la preside el amazónico. [1]", said, language="es").verdict
    assert not verdict.shown
