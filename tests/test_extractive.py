"""Answers by quoting the evidence."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from latam_rag import extractive
from latam_rag.types import Hit, Language, Metadata, Passage


def hit(text: str, *, label: str = "", language: Language = "es", metadata: Metadata | None = None) -> Hit:
    return Hit(
        passage=Passage(
            id=text[:20], document_id="d", uri="file:///d", title="Ordenanza de Aguas Claras", headings=(), label=label,
            page=None, start=0, end=len(text), text=text, language=language, metadata=metadata or {},
        ),
        score=1.0,
    )  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


PADDING = " ".join(f"El inciso número {n} trata de las ferias libres y de su orden interior." for n in range(20))


def quoted(question: str, *hits: Hit, language: Language = "es") -> list[str]:
    return [
        hits[quote.hit].passage.text[quote.start : quote.end]
        for quote in extractive.choose(question, hits, language=language)
    ]


def test_the_sentence_that_answers_comes_first() -> None:
    text = f"{PADDING} La patente municipal se paga en enero y julio. {PADDING}"
    assert quoted("¿Cuándo se paga la patente?", hit(text))[0] == "La patente municipal se paga en enero y julio."


def test_a_question_for_a_date_prefers_the_sentence_with_one() -> None:
    text = f"{PADDING} La patente debe pagarse en la tesorería. La patente vence el 31 de enero. {PADDING}"
    assert "31 de enero" in quoted("¿Hasta cuándo puedo pagar la patente?", hit(text))[0]


def test_a_short_article_is_quoted_whole() -> None:
    text = "Artículo 5º.- La patente se paga en enero. No se admiten cuotas, salvo acuerdo del Concejo."
    assert quoted("¿Cuándo se paga la patente?", hit(text, label="art. 5")) == [text]


def test_a_list_is_quoted_from_what_introduces_it_to_its_last_item() -> None:
    items = (
        "Para renovar la licencia se necesita:\na) cédula de identidad;\nb) certificado médico;\nc) pago del derecho."
    )
    found = quoted("¿Qué necesito para renovar la licencia?", hit(f"{PADDING}\n{items}\n{PADDING}"))
    assert found[0] == items


def test_a_title_is_no_answer() -> None:
    sheet = hit(
        "Renovación de licencia de conducir clase B\n\nSe renueva en la Dirección de Tránsito.\n\nLicencia de conducir"
    )
    found = quoted("¿Dónde renuevo la licencia de conducir?", sheet)
    assert found == ["Se renueva en la Dirección de Tránsito."]


def test_where_the_question_names_one_only_that_one_answers() -> None:
    other = hit("Medir la masa y el volumen. Es otro objetivo.", label="CN04 OA 45")
    named = replace(hit("Dibujar ejes de simetría en figuras.", label="MA04 OA 45"), why=("exact", "hybrid"))
    assert quoted("¿Qué dice el objetivo MA04 OA 45?", other, named) == ["Dibujar ejes de simetría en figuras."]


def test_an_article_asked_for_as_such_is_quoted_from_its_beginning() -> None:
    start = (
        "Artículo 7º.- Suspensión provisional.\n\n"
        + "El recurrente podrá pedirla en cualquier momento del juicio. " * 8
    )
    first = hit(start, label="art. 7", metadata={"article": "7", "norm": "20609"})
    second = hit("Del artículo 7 de la ley conocerá el juez.", label="art. 7", metadata={"article": "7"})
    second = replace(second, passage=replace(second.passage, start=9000, end=9042))
    hits = [replace(each, why=("exact",)) for each in (second, first)]
    for question in ("¿Qué dice el artículo 7 de la ley 20.609?", "art 7 ley 20609"):
        assert quoted(question, *hits) == [start.strip(), second.passage.text]
    assert quoted("¿Qué dice el artículo 7 sobre el juez?", *hits)[0] == second.passage.text


def test_a_law_asked_for_by_its_name_has_its_article_quoted_from_the_beginning() -> None:
    text = "Art. 1545. " + "Todo contrato es una ley para los contratantes. " * 12
    own = hit(text, label="art. 1545", metadata={"article": "1545"})
    other = hit("El artículo 1545 del código civil se aplica.", label="art. 3", metadata={"article": "3"})
    hits = [replace(own, why=("named", "hybrid")), replace(other, why=("hybrid",))]
    assert quoted("¿Qué dice el artículo 1545 del Código Civil?", *hits) == [text.strip()]


def test_a_law_asked_for_as_such_is_quoted_from_its_first_article() -> None:
    first = hit("Artículo 1.- Objeto. " + PADDING, label="art. 1", metadata={"article": "1", "norm": "20609"})
    told = hit(
        f"{PADDING} La ley 20.609 rige desde 2012. {PADDING}",
        label="art. 9",
        metadata={"article": "9", "norm": "20609"},
    )
    hits = [replace(each, why=("named", "hybrid")) for each in (first, told)]
    assert quoted("¿Qué dice la ley 20.609?", *hits)[0].startswith("Artículo 1.- Objeto.")
    assert quoted("¿Qué dice la ley 20.609 de su vigencia?", *hits) == ["La ley 20.609 rige desde 2012."]
    assert quoted("¿Qué dice la ley 20.609?", told)[0] == "La ley 20.609 rige desde 2012."


def test_a_second_quote_only_for_what_the_first_lacks() -> None:
    days = hit("Artículo 1.- La feria libre funcionará los días miércoles.", label="art. 1")
    hours = hit("Artículo 2.- El horario de la feria libre será de 8:00 a 15:00 horas.", label="art. 2")
    about = hit("Artículo 3.- Feria libre: la que se instala en la calle.", label="art. 3")
    assert len(quoted("¿Qué días funciona la feria libre?", days, about)) == 1
    assert len(quoted("¿Qué días y en qué horario funciona la feria libre?", days, about, hours)) == 2


def test_the_part_of_a_sheet_that_is_asked_for_answers() -> None:
    cost = hit("Gratuito.", label="Ordenanza: valor", metadata={"field": "cost"})
    time = hit("La ordenanza vale por noventa días.", label="Ordenanza: plazo", metadata={"field": "time"})
    assert quoted("¿Cuánto cuesta la ordenanza?", time, cost)[0] == "Gratuito."


def test_the_part_asked_for_is_that_of_the_sheet_asked_about() -> None:
    def part(title: str, label: str, text: str, field: str) -> Hit:
        found = hit(text, label=label, language="pt", metadata={"field": field})
        return replace(found, passage=replace(found.passage, title=title))

    other = part("Alterar cadastro no CPF", "Custo", "Taxa de serviço do CPF: R$ 7,00.", "cost")
    own = part("Adquirir Carteira do Idoso", "Custo", "Este serviço é gratuito para o cidadão.", "cost")
    what = "A Carteira do Idoso dá acesso a desconto de, no mínimo, 50% no valor das passagens interestaduais."
    described = part("Adquirir Carteira do Idoso", "O que é", what, "description")
    question = "Quanto custa a carteira do idoso?"
    assert quoted(question, described, other, own, language="pt")[0] == own.passage.text
    fair = hit("Artículo 2. El permiso de la feria cuesta 1,5 UTM al año.", label="art. 2")
    assert quoted("¿Cuánto cuesta el permiso de la feria?", other, fair)[0] == fair.passage.text


def test_a_deadline_that_only_begins_with_what_is_asked_about_is_not_its_deadline() -> None:
    other = hit(
        "La reclamación deberá presentarse dentro del plazo de quince días, contado desde la notificación de la denegación "
        "de acceso a la información o desde que haya expirado el plazo para la entrega de la información pública.",
        label="art. 24",
    )
    own = hit(
        "La autoridad deberá entregar la información en un plazo máximo de veinte días hábiles, contado desde la recepción de "
        "la solicitud.",
        label="art. 14",
    )
    longer = hit(
        "Este plazo para entregar la información podrá ser prorrogado por otros diez días hábiles.", label="art. 15"
    )
    question = "¿Qué plazo tiene el organismo para entregar la información pública?"
    assert "veinte días" in quoted(question, other, longer, own)[0]
    begins = quoted(
        "¿Qué plazo hay para reclamar si se venció el plazo de entrega de la información pública?", other, own
    )
    assert "quince días" in begins[0]


THEFT = (
    "Art. 155: Subtrair, para si ou para outrem, coisa alheia móvel:\n\nPena - reclusão, de um a quatro anos, e multa."
)
WORSE = "§ 4: A pena é de reclusão, de quatro a oito anos, e multa, se o furto é cometido mediante fraude."


def test_the_article_that_is_asked_for_by_its_name_answers_by_its_opening() -> None:
    name = hit("Furto", language="pt")
    more = " ".join(f"O inciso {n} trata das coisas comuns e dos bens móveis de terceiros." for n in range(9))
    own = hit(
        f"{THEFT}\n\n§ 1: {more} A pena do furto aumenta-se de um terço, se o furto é praticado à noite.",
        label="art. 155",
        language="pt",
    )
    own = replace(own, passage=replace(own.passage, start=7, end=200))
    worse = hit(WORSE, label="art. 155, § 4º", language="pt")
    common = hit(
        "Furto de coisa comum\n\nArt. 156: Subtrair o condômino a coisa comum:\n\nPena - detenção, de seis meses a dois anos.",
        label="art. 156",
        language="pt",
    )
    assert quoted("Qual é a pena para o crime de furto?", worse, name, common, own, language="pt") == [THEFT]
    found = quoted("Qual é a pena do furto de coisa comum?", worse, name, own, common, language="pt")
    assert found[0].endswith("de seis meses a dois anos.")
    assert (
        "mediante fraude"
        in quoted("Qual é a pena se o furto é cometido mediante fraude?", name, own, worse, language="pt")[0]
    )


def test_days_are_asked_for_and_a_number_of_something_else_is_not_quoted() -> None:
    listed = hit(
        "El feriado se pide con 3 formularios de feriado en la oficina. El feriado será de quince días hábiles.",
        label="art. 1",
    )
    padded = replace(listed, passage=replace(listed.passage, text=f"{PADDING} {listed.passage.text} {PADDING}"))
    assert (
        quoted("¿Cuántos días de feriado tiene un funcionario?", padded)[0] == "El feriado será de quince días hábiles."
    )


def test_what_has_no_amount_does_not_follow_an_amount() -> None:
    fine = hit("Artículo 9.- El exceso de velocidad tiene una multa de 2 UTM.", label="art. 9")
    beside = hit("Artículo 8.- El conductor evitará el exceso de velocidad en las calles.", label="art. 8")
    assert quoted("¿Qué multa tiene el exceso de velocidad?", fine, beside) == [fine.passage.text]


def test_lines_that_a_page_broke_are_one_sentence() -> None:
    said = "La licencia será de veintiún días corridos cuando siendo la\n\nantigüedad mayor de cinco años no exceda de diez."
    broken = hit(f"{PADDING} {said} {PADDING}")
    assert quoted("¿De cuántos días es la licencia?", broken)[0].endswith("no exceda de diez.")


def objective(label: str, text: str, grade: str, subject: str = "Matemática") -> Hit:
    return hit(text, label=label, metadata={"code": label.replace(" ", ""), "grade": grade, "subject": subject})


def test_all_objectives_on_a_matter_are_quoted_and_no_prose() -> None:
    prose = hit(
        "Una vez que los alumnos asimilan los conceptos básicos de las fracciones, aprenden los algoritmos en 4° básico."
    )
    hits = (
        prose,
        objective("MA04 OA 08", "Demostrar que comprende las fracciones.", "4° Básico"),
        objective("MA04 OA 09", "Resolver adiciones de fracciones con igual denominador.", "4° Básico"),
        objective("MA04 OA 12", "Leer y registrar el tiempo en relojes.", "4° Básico"),
        objective("MA05 OA 07", "Demostrar que comprende las fracciones propias.", "5° Básico"),
        objective("DBA 2", "Representa fracciones.", "Grado 4"),
    )
    for question in (
        "¿Qué objetivos de cuarto básico tratan de fracciones?",
        "¿Qué deben hacer los alumnos con fracciones en 4° básico?",
    ):
        assert quoted(question, *hits) == [hits[1].passage.text, hits[2].passage.text]
    assert quoted("¿Qué objetivos de Matemática tratan del tiempo?", *hits) == [hits[3].passage.text]


def test_where_a_country_is_named_its_documents_answer() -> None:
    own = hit("El procedimiento no podrá exceder de seis meses.", metadata={"country": "CL"})
    other = hit("El plazo máximo del procedimiento administrativo es de treinta días.", metadata={"country": "AR"})
    assert quoted("¿Cuál es el plazo máximo del procedimiento administrativo en Chile?", other, own) == [
        own.passage.text
    ]


def test_nothing_is_quoted_when_nothing_is_shared() -> None:
    found = extractive.choose("¿?", [hit(PADDING)], language="es")
    assert found == []


@pytest.mark.parametrize(("name", "language", "least"), [("xquad_es", "es", 0.85), ("faquad", "pt", 0.8)])
def test_quotes_hold_the_answer_of_real_questions(shared: Path, name: str, language: Language, least: float) -> None:
    """Given the right passage among four of its collection, the quotes hold the gold answer."""
    folder = shared / "evals" / name
    corpus = {d["id"]: d["text"] for d in lines(folder / "corpus.jsonl")}
    queries = lines(folder / "queries.jsonl")
    rng = random.Random(7)
    held = 0
    sample = rng.sample(queries, 80)
    for query in sample:
        others = rng.sample(sorted(corpus), 3)
        hits = [hit(corpus[key], language=language) for key in (query["source_doc"], *others)]
        held += any(a in q for a in query["answers"] for q in quoted(query["text"], *hits, language=language))
    assert held / len(sample) >= least


def test_two_documents_that_say_otherwise_are_both_quoted() -> None:
    old = hit("El plazo para reclamar de una multa es de diez días hábiles.", label="art. 3")
    new = hit("El plazo para reclamar de una multa es de treinta días hábiles desde que se notifica.", label="art. 5")
    new = replace(new, passage=replace(new.passage, uri="file:///e", document_id="e"))
    question = "¿Cuántos días hay para reclamar de una multa?"
    assert len(quoted(question, old, new)) == 2
    again = replace(new, passage=replace(new.passage, text=old.passage.text))
    assert len(quoted(question, old, again)) == 1


def test_an_item_answers_with_what_introduces_its_list() -> None:
    text = (
        "Serán límites máximos de velocidad los siguientes:\n1.- En zonas urbanas: 60 kilómetros por hora.\n"
        f"2.- En zonas rurales: 100 kilómetros por hora.\n{PADDING}"
    )
    other = "En zonas urbanas los municipios podrán aumentar la velocidad, mínima o máxima, por razones fundadas."
    found = quoted("¿Cuál es la velocidad máxima en zona urbana?", hit(other), hit(text))
    assert "60 kilómetros" in found[0]


def test_who_stands_in_for_another_comes_after_who_does_it() -> None:
    rule = f"El alcalde convoca el concejo y lo preside, con derecho a voto. {PADDING}"
    stand_in = f"En ausencia del alcalde preside el concejo el concejal más votado. {PADDING}"
    assert "convoca" in quoted("¿Quién preside el concejo?", hit(stand_in), hit(rule))[0]
    asked = "¿Quién preside el concejo en ausencia del alcalde?"
    assert "votado" in quoted(asked, hit(rule), hit(stand_in))[0]


def test_a_weekday_is_a_time_and_no_entry_into_force_follows_it() -> None:
    collected = hit(
        "Art. 4º A coleta de recicláveis será feita às quintas-feiras na zona sul.", label="art. 4º", language="pt"
    )
    force = hit(
        "Art. 14. Esta Lei entra em vigor noventa dias após a publicação da coleta.", label="art. 14", language="pt"
    )
    found = quoted("Em que dia é a coleta de recicláveis na zona sul?", collected, force, language="pt")
    assert found == [collected.passage.text]
    assert quoted("Quando entra em vigor a lei?", collected, force, language="pt")[0] == force.passage.text


def test_what_happens_is_asked_of_what_sets_a_penalty() -> None:
    exempt = hit("Artículo 13.- Están exentas del pago de la patente las juntas de vecinos.", label="art. 13")
    late = hit("Artículo 7°.- El pago fuera de plazo devengará un interés de 1,5 % por mes.", label="art. 7")
    assert quoted("¿Qué pasa si no pago la patente?", exempt, late)[0] == late.passage.text
    assert quoted("¿Quién no paga la patente?", exempt, late)[0] == exempt.passage.text


def test_a_telephone_is_asked_for_and_told_to_be_missing() -> None:
    office = hit("La oficina de partes de la municipalidad atiende de lunes a viernes.", label="art. 1")
    phone = hit("Las denuncias se hacen por teléfono, al número 1450, en la municipalidad.", label="art. 2")
    question = "¿Cuál es el teléfono de la municipalidad?"
    assert quoted(question, office, phone)[0] == phone.passage.text
    assert extractive.unmet(question, {phone.passage.text: phone.passage}) is None
    assert extractive.unmet(question, {office.passage.text: office.passage}) == "phone"


def test_a_price_is_no_count_of_things() -> None:
    price = hit("Puesto en feria libre: 0,50 UTM por semestre.")
    assert (
        extractive.unmet("¿Cuántos puestos puede tener un feriante?", {price.passage.text: price.passage}) == "amount"
    )
    assert extractive.unmet("¿Cuántas UTM cuesta un puesto?", {price.passage.text: price.passage}) is None


@pytest.mark.parametrize(
    ("question", "quote", "missing"),
    [
        ("¿La patente se paga en marzo?", "La patente se paga en enero y julio.", ["marzo"]),
        ("¿La feria abre los viernes?", "La feria funciona los miércoles y el sábado.", ["viernes"]),
        ("¿La feria abre los martes?", "La feria funciona de lunes a viernes.", []),
        ("A feira abre às terças-feiras?", "A feira funciona de segunda a sexta.", []),
        ("¿La oficina abre los domingos?", "La oficina atiende los días hábiles.", ["domingos"]),
    ],
)
def test_days_and_months_that_a_question_takes_for_granted(question: str, quote: str, missing: list[str]) -> None:
    assert extractive.unheld(question, [quote], "es") == missing


def test_the_name_of_an_article_is_quoted_with_what_stands_under_it() -> None:
    text = f"Artículo 64. Silencio positivo. Transcurrido el plazo, la solicitud se tendrá por aceptada. {PADDING}"
    assert "aceptada" in quoted("¿Qué es el silencio positivo?", hit(text, label="art. 64"))[0]


def test_what_lasts_isn_t_told_by_an_amount() -> None:
    text = f"{PADDING} El permiso de la feria cuesta 3 UTM. El permiso de la feria rige por seis meses. {PADDING}"
    assert "seis meses" in quoted("¿Cuánto tiempo dura el permiso de la feria?", hit(text))[0]


@pytest.mark.parametrize(
    ("question", "quote", "missing"),
    [
        ("Qual habilidade trabalha frações no 4º ano?", "Reconhecer frações.", []),
        ("¿La nota mínima es 5,0?", "La nota mínima es 4,0.", ["5,0"]),
    ],
)
def test_a_grade_is_no_figure_and_a_mark_is_one(question: str, quote: str, missing: list[str]) -> None:
    assert extractive.unheld(question, [quote], "pt" if "Qual" in question else "es") == missing


def test_the_number_of_an_item_or_of_a_house_counts_nothing() -> None:
    steps = hit("1. Apresentar os documentos na Central de Vagas, Rua das Palmeiras, 120.", language="pt")
    assert extractive.unmet("Quantas vagas há na creche?", {steps.passage.text: steps.passage}) == "amount"
    places = hit("A creche tem oitenta vagas.", language="pt")
    assert extractive.unmet("Quantas vagas há na creche?", {places.passage.text: places.passage}) is None


def test_an_assumed_amount_brings_no_article_of_that_number() -> None:
    other = hit("Art. 10. Incorre em multa quem omitir informações ao Banco Central.", label="art. 10", language="pt")
    late = hit(
        "Art. 52. A multa de mora por atraso não será superior a dois por cento.", label="art. 52", language="pt"
    )
    assert quoted("A multa por atraso pode ser de 10%?", other, late, language="pt")[0] == late.passage.text
