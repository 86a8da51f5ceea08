"""Laws: articles in every form, quoted articles, items, transitory and repealed ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Document, Genre, Language, Passage, Resource, Section, SectionKind


def passages(text: str, *, language: Language = "es", **known: object) -> list[Passage]:
    document = Document(uri="ley.txt", title="Ley 1", language=language, text=text, genre=Genre.LAW, **known)  # type: ignore[arg-type]
    return split(document, index="i")


def labels(text: str, *, language: Language = "es") -> list[str]:
    return [passage.label for passage in passages(text, language=language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Artículo 5º.- Los vecinos.\nArtículo 6º.- Las vecinas.", ["art. 5", "art. 6"]),
        ("ARTÍCULO PRIMERO.- Créase.\n\nARTÍCULO SEGUNDO.- Publíquese.", ["art. 1", "art. 2"]),
        ("Art. 5°.- Uno.\nArt. 5 bis.- Dos.\nArtículo 6 A.- Tres.", ["art. 5", "art. 5 bis", "art. 6-A"]),
        ("Artículo único.- Apruébase.", ["art. único"]),
        ("##### Artículo 1\n\nTexto.\n\n##### Artículo 2\n\n(*)", ["art. 1"]),
    ],
)
def test_articles_in_every_form(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_portuguese_articles() -> None:
    text = "Art. 1º A ementa vale.\n\nArt. 5º-A Os municípios pagam.\n\nArt. 10. Revogado.\n\nParágrafo único. Nada."
    found = passages(text, language="pt")
    assert [passage.label for passage in found] == ["art. 1º", "art. 5º-A", "art. 10"]
    assert [passage.metadata.get("status") for passage in found] == [None, None, "repealed"]


def test_a_line_that_only_mentions_an_article_is_none() -> None:
    text = (
        "Artículo 1.- Rige lo dispuesto en el\nartículo 33 de la ley y en el\nArtículo 40 de otra.\nArtículo 2.- Fin."
    )
    assert labels(text) == ["art. 1", "art. 2"]


def test_an_article_that_begins_within_a_line() -> None:
    text = (
        "ARTICULO 1.— Derogado. ARTICULO 2.— Los vecinos pagarán según ley. ARTICULO 9.— No es.\n"
        "ARTICULO 3.— Sustitúyese el artículo 3 por: ARTICULO 4.— Ajeno. ARTICULO 4.— Ajeno."
    )
    found = passages(text)
    assert [(p.label, p.metadata.get("status")) for p in found] == [
        ("art. 1", "repealed"),
        ("art. 2", None),
        ("art. 3", None),
    ]


def test_what_an_amending_law_quotes_is_not_its_own() -> None:
    text = (
        "Artículo 1°- Sustitúyase el artículo 75 del Código por el siguiente:\n\nArtículo 75: Domicilio especial.\n\n"
        "Artículo 2°- Agréguese:\n\n“Artículo 3: Del plazo.”\n\nArtículo 3°- Comuníquese."
    )
    found = passages(text)
    assert [passage.label for passage in found] == ["art. 1", "art. 2", "art. 3"]
    assert "Domicilio especial" in found[0].text


def test_headings_stand_over_their_articles() -> None:
    text = "TÍTULO I\nDE LA MUNICIPALIDAD\nCAPÍTULO II De las multas\nArtículo 1.- Uno.\nTÍTULO II\nDEL CONCEJO\nArt. 2.- Dos."
    assert [passage.headings for passage in passages(text)] == [
        ("TÍTULO I DE LA MUNICIPALIDAD", "CAPÍTULO II De las multas"), ("TÍTULO II DEL CONCEJO",),
    ]  # fmt: skip


def test_transitory_articles_count_anew_or_go_on() -> None:
    anew = (
        "Artículo 1.- Uno.\nArtículo 2.- Dos.\nARTÍCULOS TRANSITORIOS\nArtículo 1.- Tres.\nArtículo 2 transitorio.- Y."
    )
    assert [p.metadata["article"] for p in passages(anew)] == ["1", "2", "1-transitorio", "2-transitorio"]
    goes_on = "Artículo 1.- Uno.\nArtículo 2.- Dos.\nDISPOSICIONES TRANSITORIAS\nArtículo 3.- Tres."
    assert [p.metadata["article"] for p in passages(goes_on)] == ["1", "2", "3"]
    mexican = "Artículo 1.- Uno.\nTRANSITORIOS\nPRIMERO.- Entra en vigor.\nSEGUNDO.- Se abroga."
    assert [p.label for p in passages(mexican)] == ["art. 1", "art. 1 transitorio", "art. 2 transitorio"]
    reformed = f"{mexican}\n\nTRANSITORIOS DEL DECRETO DE 6 DE JULIO DE 2012\n\nPRIMERO.- Rige mañana."
    last = passages(reformed)[-1]
    assert (last.label, last.headings[-1]) == ("art. 1 transitorio", "TRANSITORIOS DEL DECRETO DE 6 DE JULIO DE 2012")


def test_a_long_article_is_cut_at_its_items() -> None:
    items = "\n".join(f"{letter}) {'Palabras de la ordenanza municipal. ' * 12}" for letter in "abcdef")
    found = passages(f"Artículo 5.- Corresponde al alcalde:\n{items}")
    assert [passage.label for passage in found] == ["art. 5, letras a a c", "art. 5, letras d a f"]
    assert [passage.headings for passage in found] == [(), ("Corresponde al alcalde:",)]
    assert all(passage.metadata["article"] == "5" for passage in found)
    lines = "\n\n".join(f"§ {n}º {'Palavras da lei municipal de obras. ' * 12}" for n in range(1, 5))
    found = passages(f"Art. 7º São direitos:\n\n{lines}", language="pt")
    assert all(passage.label.startswith("art. 7º, §") for passage in found[1:]) and len(found) > 1


def test_what_no_number_names_is_a_part_of_its_article() -> None:
    plain = "\n\n".join(f"{'Palabras de la ordenanza municipal. ' * 12}" for _ in range(6))
    found = [passage.label for passage in passages(f"Artículo 5.- Corresponde al alcalde.\n\n{plain}")]
    assert found == [f"art. 5, parte {n} de {len(found)}" for n in range(1, len(found) + 1)] and len(found) > 1


def test_notes_on_what_changed_an_article_quote_no_law() -> None:
    lines = "\n\n".join(
        f"§ {n}º {'Palavras da lei municipal. ' * 14}(Redação acrescida pela Emenda nº 20/2021)" for n in range(1, 6)
    )
    found = passages(f"Art. 7º São direitos:\n\n{lines}", language="pt")
    assert len(found) > 1 and all(passage.label.startswith("art. 7º, §") for passage in found[1:])


def test_the_name_of_an_item_goes_with_it_and_a_penalty_with_what_it_punishes() -> None:
    def crime(n: str) -> str:
        what = "vende coisa alheia como própria; " * 8
        return f"Fraude {n.lower()} de coisa\n\n{n} - {what}\n\nPena - reclusão, de um a cinco anos, e multa."

    items = "\n\n".join(crime(n) for n in ("I", "II", "III", "IV", "V", "VI"))
    found = passages(f"Art. 171: Obter vantagem ilícita:\n\n{items}", language="pt")
    assert len(found) > 1 and all(p.text.startswith("Fraude") and p.text.endswith("multa.") for p in found[1:])
    assert found[1].label == "art. 171, IV a VI"


def test_the_items_of_a_list_within_a_paragraph() -> None:
    items = " ".join(
        f"{n}. {('Dictar las normas del municipio y velar por ellas. ' * 4).strip()}" for n in range(1, 15)
    )
    found = passages(f"ARTICULO 313. Corresponde a los concejos: {items}")
    assert len(found) > 1 and all(p.label.startswith("art. 313, N° ") for p in found[1:])


def test_struck_text_is_never_in_force() -> None:
    text = "Art. 1º Vale isto.\n\nPrazo de dez dias.\n\nPrazo de vinte dias."
    start = text.index("Prazo de dez")
    struck = Section(kind=SectionKind.STRUCK, start=start, end=start + len("Prazo de dez dias."))
    found = passages(text, language="pt", sections=(struck,))
    assert [(p.text, p.metadata.get("status")) for p in found] == [
        ("Art. 1º Vale isto.", None), ("Prazo de dez dias.", "repealed"), ("Prazo de vinte dias.", None),
    ]  # fmt: skip


def struck(text: str, *stretches: str) -> tuple[Section, ...]:
    starts = [(text.index(stretch), len(stretch)) for stretch in stretches]
    return tuple(Section(kind=SectionKind.STRUCK, start=start, end=start + size) for start, size in starts)


@pytest.mark.parametrize("head", ["Artículo 6°.-", "ARTÍCULO SEXTO.-", "Artículo sexto.-"])
def test_the_number_before_struck_text_is_no_passage(head: str) -> None:
    text = f"{head} Tres perros.\n\nCinco perros.\n\nArtículo 7°.- Fin."
    found = passages(text, sections=struck(text, "Tres perros."))
    assert [(p.text, p.label, p.metadata.get("status")) for p in found] == [
        (f"{head} Tres perros.", "art. 6", "repealed"), ("Cinco perros.", "art. 6", None),
        ("Artículo 7°.- Fin.", "art. 7", None),
    ]  # fmt: skip


def test_the_letter_before_struck_text_goes_with_it() -> None:
    text = "Artículo 6°.- Se prohíbe:\n\na) gritar;\n\nb) cantar;\n\nc) silbar."
    found = passages(text, sections=struck(text, "cantar;"))
    assert [p.text for p in found if p.metadata.get("status") == "repealed"] == ["b) cantar;"]
    assert [p.text for p in found][::2] == ["Artículo 6°.- Se prohíbe:\n\na) gritar;", "c) silbar."]


def test_an_article_whose_struck_text_was_repealed() -> None:
    text = "Art. 4º Taxa de R$ 300,00.\n\n(Revogado pela Lei nº 38, de 2022)\n\nArt. 5º Vale."
    found = passages(text, language="pt", sections=struck(text, "Taxa de R$ 300,00."))
    assert [p.metadata.get("status") for p in found] == ["repealed", "repealed", None]


@pytest.mark.parametrize(
    ("body", "repealed"),
    [
        ("Derogado.", True), ("(Derogado)", True), ("Se deroga.", True), ("DEROGADO por la Ley 20.100.", True),
        ("(Artículo derogado por art. 3° de la Ley N° 25.063)", True), ("Revogado pela Lei nº 9, de 2001.", True),
        ("[Derogado]", True), ("Derogado", True), ("Se deroga la Ley N° 415.", False), ("Deróganse las normas.", False),
        ("Revogadas as disposições em contrário.", False), ("Se suprime el cargo de secretario.", False),
    ],
)  # fmt: skip
def test_a_law_that_repeals_another_is_in_force(body: str, repealed: bool) -> None:
    [_, article] = passages(f"Artículo 1.- Rige.\nArtículo 2.- {body}")
    assert (article.metadata.get("status") == "repealed") is repealed


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("ARTÍCULO CUARTO", "4"), ("Artículo cuarto", "4"), ("Artigo quinto", "5"), ("Artículo cinco", "5"),
        ("Artículo vigésimo segundo", "22"), ("Artículo centésimo", "100"), ("Artículo IV", "iv"),
    ],
)  # fmt: skip
def test_numbers_in_words_are_not_roman(written: str, number: str) -> None:
    found = passages(f"Artículo primero.- Uno.\n\n{written}.- Dos.")
    assert [p.metadata["article"] for p in found] == ["1", number]
    assert found[1].text == f"{written}.- Dos."


def test_a_paragraph_put_on_top_leaves_the_other_ids() -> None:
    text = "Artículo 1.- Uno.\nArtículo 2.- Dos."
    before = {passage.id for passage in passages(text)}
    assert before < {passage.id for passage in passages(f"Nota agregada hoy.\n{text}")}


def test_an_article_of_another_law_in_what_is_considered_is_none_of_its_own() -> None:
    text = (
        "CONSIDERANDO:\n\nQue, el Decreto Supremo N° 2 dispone:\n\nArtículo 16°. Autorización. La Autoridad autorizará.\n\n"
        "Ha dado la ordenanza siguiente\n\nARTÍCULO PRIMERO.- RECONOCER el sistema.\n\nARTÍCULO SEGUNDO.- Publíquese."
    )
    assert [p.label for p in passages(text)] == ["considerandos", "art. 1", "art. 2"]
    # A page of a law, with what stands on it before.
    text = "CAPÍTULO II\n\nArtículo 16. La Autoridad autorizará.\n\nArtículo 17. Publíquese.\n\nArtículo 1. Otra ley."
    assert passages(text)[0].label == "art. 16"


def test_articles_put_in_later_are_the_law_s_own_though_its_registry_quotes_them() -> None:
    text = (
        'Artículo 62.- El Consejo velará por la accesibilidad.\n\n"Artículo 62-A.- Las rampas serán fijas."\n\n'
        "(*) Artículo incorporado por el Artículo 2 del Decreto Supremo N° 003-2006-MIMDES.\n\n"
        'Artículo 63.- Modifícase la Ley 3, en los siguientes términos:\n\n"Artículo 63-A.- Los plazos."\n\nArtículo 64.- Fin.'
    )
    assert [p.label for p in passages(text)] == ["art. 62", "art. 62-A", "art. 63", "art. 64"]


def test_a_rubric_in_capitals_belongs_to_the_article_below_it() -> None:
    text = "Art. 1º.- POR cada fosa:..... $ 540,00\n\nSERVICIOS DE CREMACIÓN\n\nArt. 2º.- POR la cremación se abonará:"
    assert [p.text.partition("\n")[0] for p in passages(text)] == [
        "Art. 1º.- POR cada fosa:..... $ 540,00", "SERVICIOS DE CREMACIÓN",
    ]  # fmt: skip
    text = "Art. 1º.- Créase.\n\nORDENANZA REGIONAL:\n\nArt. 2º.- Publíquese."
    assert [p.text for p in passages(text)][1] == "Art. 2º.- Publíquese."


def test_a_name_stays_with_the_last_article_a_date_and_an_annex_do_not() -> None:
    text = "Art. 1º Fica criado o imposto.\n\nJOÃO DA SILVA FILHO"
    assert [p.label for p in passages(text, language="pt")] == ["art. 1º"]
    text = (
        "Art. 1º Fica criado o imposto.\n\nBrasília, 31 de julho de 2003; 182º da Independência.\n\nJOÃO DA SILVA FILHO"
    )
    assert [p.label for p in passages(text, language="pt")] == ["art. 1º", "assinaturas"]
    text += "\n\nLista de serviços anexa à Lei Complementar nº 116.\n\n" + "1.01 – Análise e desenvolvimento. " * 10
    found = passages(text, language="pt")
    assert [p.label for p in found] == ["art. 1º", "assinaturas", "lista anexa"]
    assert found[-1].headings[-1].startswith("Lista de serviços anexa")
    text = (
        "Art. 1º Fica criado.\n\nANEXO XI\n\nTabela.\n\nLista Complementar do ANEXO I\n\n1 - Serviços de informática."
    )
    assert [p.label for p in passages(text, language="pt")] == ["art. 1º", "anexo XI", "lista anexa"]


def test_a_law_can_be_found_with_and_without_its_year() -> None:
    found = passages("Art. 1º Vale.", language="pt", metadata={"norm": "14133/2021"})
    assert found[0].metadata["norm"] == ("14133/2021", "14133")


def test_an_argentine_law_that_amends_a_code() -> None:
    shared = Path(os.environ.get("LATAM_RAG_SHARED") or Path(__file__).parents[2] / "shared")
    path = shared / "corpus/legal/ar-infoleg-md/LEY-27551.md"
    if not path.is_file():
        pytest.skip("the shared corpus isn't here")
    found = passages(path.read_text("utf-8"))
    numbers = list(dict.fromkeys(p.metadata["article"] for p in found if "article" in p.metadata))
    assert numbers == [*map(str, range(1, 15)), "14-bis", *map(str, range(15, 25))]


@pytest.mark.parametrize(
    "title",
    [
        "FIJA EL TEXTO REFUNDIDO, COORDINADO Y SISTEMATIZADO DE LA LEY Nº 18.695, ORGANICA DE MUNICIPALIDADES",
        "FIJA TEXTO REFUNDIDO DE LA LEY NUMERO 18.695 SOBRE MUNICIPALIDADES",
        "Texto ordenado de la Ley 18.695",
    ],
)
def test_a_text_that_consolidates_a_law_is_found_by_that_laws_number(title: str) -> None:
    text = "Artículo 1.- La administración local reside en una municipalidad."
    document = Document(
        uri="dfl-1", title=title, language="es", text=text, genre=Genre.LAW,
        metadata={"kind": "Decreto con Fuerza de Ley", "norm": "1"},
    )  # fmt: skip
    (passage,) = split(document, index="x")
    assert passage.metadata["norm"] == ("1", "18695")


def test_a_text_that_only_speaks_of_a_law_is_not_found_by_its_number() -> None:
    text = "Artículo 1.- Se aplica la ley."
    document = Document(
        uri="d", title="Reglamento de la Ley 18.695", language="es", text=text, genre=Genre.LAW,
        metadata={"kind": "Decreto", "norm": "7"},
    )  # fmt: skip
    (passage,) = split(document, index="x")
    assert passage.metadata["norm"] == "7"


def test_feminine_and_compound_ordinals() -> None:
    text = "DISPOSICIONES TRANSITORIAS\n\nNOVENA.- Uno.\n\nDECIMOCTAVA.- Dos.\n\nTrigésimo segundo.- Tres."
    assert [p.metadata["article"] for p in passages(text)] == ["9-transitorio", "18-transitorio", "32-transitorio"]
    text = "Artículo vigésima primeira.- Um.\n\nArtículo vigésima segunda.- Dois."
    assert labels(text) == ["art. 21", "art. 22"]


def test_final_and_additional_provisions_are_cited_as_such() -> None:
    text = (
        "Artículo 1.- Uno.\n\nDISPOSICIÓN FINAL\n\nÚnica.- Dos.\n\nDISPOSICIONES ADICIONALES\n\nPrimera.- Tres.\n\n"
        "Segunda.- Cuatro.\n\nDISPOSICIONES FINALES\n\nArtículo 2.- Cinco."
    )
    assert labels(text) == [
        "art. 1", "disposición final única", "disposición adicional 1", "disposición adicional 2", "art. 2",
    ]  # fmt: skip


REGULATION = "Artículo 1º.- Las ferias.\n\nArtículo 2º.- El horario.\n\nArtículo 3º.- Las multas."


@pytest.mark.parametrize(
    "text",
    [
        f"Artículo 1º.- Apruébase el reglamento:\n\nREGLAMENTO DE FERIAS\n\n{REGULATION}\n\nArtículo 2º.- Publíquese.",
        f"Artículo 1º.- Apruébase.\n\nArtículo 2º.- Publíquese.\n\nREGLAMENTO DE FERIAS\n\nCAPÍTULO I\n\n{REGULATION}",
        f"Artículo 1º.- Apruébase.\n\nArtículo 2º.- Publíquese.\n\nANEXO\n\nREGLAMENTO DE FERIAS\n\n{REGULATION}",
    ],
)
def test_a_decree_and_the_regulation_it_approves_are_told_apart(text: str) -> None:
    found = {p.label: p for p in passages(text)}
    assert {"art. 1", "art. 2", "art. 1 del reglamento", "art. 2 del reglamento", "art. 3 del reglamento"} == set(found)
    assert found["art. 2"].text == "Artículo 2º.- Publíquese."
    assert "REGLAMENTO DE FERIAS" in found["art. 2 del reglamento"].headings


def test_the_title_of_a_regulation_is_no_part_of_it() -> None:
    text = "REGLAMENTO DE FERIAS\n\nArtículo 1º.- Las ferias.\n\nCÓDIGO DE ÉTICA MUNICIPAL\n\nArtículo 2º.- El horario."
    assert labels(text)[-2:] == ["art. 1", "art. 2"]


def test_annexes_are_cited_as_such() -> None:
    text = "Art. 1º Vale.\n\nANEXO II\n\nTabela de taxas\n\nFeira | 10\n\nANEXO III\n\nArt. 1º Dos feirantes."
    assert labels(text, language="pt") == ["art. 1º", "anexo II", "art. 1º do anexo"]


def test_signatures_are_no_text_of_the_last_article() -> None:
    names = "**BORDABERRY - Coronel HUGO LINARES BRUM - WALTER\nRAVENNA - ENEIDA de LEÓN**"
    assert labels(f"##### Artículo 1\n\nTexto.\n\n##### Artículo 2\n\n(*)\n\n{names}") == ["art. 1", ""]


@pytest.mark.parametrize(
    ("note", "by"),
    [
        ("(Redação dada pela Lei nº 14.628, de 2023)", ("Lei nº 14.628, de 2023",)),
        ("(Inciso incorporado por art. 1° de la Ley N° 22.435 B.O. 25/3/81)", ("art. 1° de la Ley N° 22.435 B.O. 25/3/81",)),
        ('(Expresión "de grado" sustituida por la expresión "de posgrado" por art. 86, inc. a) de la Ley 9.206)',
         ("art. 86, inc. a) de la Ley 9.206",)),
        ("(Incluído pela Lei nº 1, de 2020) (Vide Decreto nº 3)", ("Lei nº 1, de 2020",)),
        ("(aprobado por el Concejo)", ()),
    ],
)  # fmt: skip
def test_notes_say_what_changed_an_article(note: str, by: tuple[str, ...]) -> None:
    assert passages(f"Art. 1º Vale a regra. {note}")[0].metadata.get("amended_by", ()) == by


def test_a_registrys_history_of_the_articles_is_no_part_of_the_law() -> None:
    text = (
        "Artículo 1.- Uno.\n\nANEXO\n\nTabla de tasas.\n\nAntecedentes Normativos\n\nArtículo 1 derogado por art. 122 del "
        "Decreto 27.\n\nArtículo 1, sustituido por art. 3 de la Ley 9."
    )
    assert labels(text) == ["art. 1", "anexo", "antecedentes normativos"]


def test_an_item_that_a_converter_made_a_heading_is_none() -> None:
    text = "Título I\n\nArtículo 1.- Son fines:\n\nrecuperação;\n\nArtículo 2.- Dos."
    heads = [Section(kind=SectionKind.HEADING, start=text.index(t), end=text.index(t) + len(t), level=2)
             for t in ("Título I", "recuperação;")]  # fmt: skip
    assert [p.headings for p in passages(text, sections=tuple(heads))] == [("Título I",)] * 2


def test_an_articles_name_on_the_line_before_goes_with_it() -> None:
    text = (
        "Art. 268 Infringir determinação do poder público:\n\nPena - multa.\n\nOmissão de notificação de doença\n\n"
        "Art. 269 Deixar o médico de denunciar:\n\nPena - detenção."
    )
    first, second = passages(text, language="pt")
    assert first.text.endswith("Pena - multa.") and second.text.startswith(
        "Omissão de notificação de doença\n\nArt. 269"
    )


def test_general_provisions_stand_within_their_chapter() -> None:
    text = (
        "TÍTULO I\n\nCAPÍTULO II\n\nDISPOSICIONES GENERALES\n\nArtículo 1.- Uno.\n\nCAPÍTULO III\n\nArtículo 2.- Dos.\n\n"
        "TÍTULO II\n\nArtículo 3.- Tres.\n\nDISPOSICIONES FINALES\n\nArtículo 4.- Cuatro."
    )
    assert [p.headings for p in passages(text)] == [
        ("TÍTULO I", "CAPÍTULO II", "DISPOSICIONES GENERALES"), ("TÍTULO I", "CAPÍTULO III"), ("TÍTULO II",),
        ("DISPOSICIONES FINALES",),
    ]  # fmt: skip


def test_a_chapter_that_is_quoted_is_not_the_laws_own() -> None:
    text = (
        "Art. 1º A Lei nº 9 passa a vigorar com a redação:\n\n“Art. 4º Uno.” (NR)\n\n“CAPÍTULO V\n\nDa Apuração” (NR)\n\n"
        "“Art. 60. Dois.” (NR)\n\nArt. 2º Vale."
    )
    start = text.index("“CAPÍTULO V")
    head = Section(kind=SectionKind.HEADING, start=start, end=start + 11, level=2)
    assert [p.label for p in passages(text, language="pt", sections=(head,))] == ["art. 1º", "art. 2º"]


def test_a_complementary_law_has_articles() -> None:
    text = (
        "LEI COMPLEMENTAR Nº 105\n\nArt. 1º Vale.\n\nArt. 2º Entra em vigor.\n\nTabela anexa de taxas\n\n"
        + "Feira | 10\n" * 40
    )
    heads = (Section(kind=SectionKind.HEADING, start=0, end=23, level=1),)
    found = passages(text, language="pt", sections=heads)
    assert [p.label for p in found[:2]] == ["art. 1º", "art. 2º"]
    assert found[-1].headings == ("Tabela anexa de taxas",)


def test_provisions_are_cited_by_their_own_kind() -> None:
    text = (
        "Artículo 1.- Uno.\n\nDISPOSICIONES COMPLEMENTARIAS FINALES\n\nPRIMERA.- Dos.\n\nDISPOSICIONES COMPLEMENTARIAS "
        "MODIFICATORIAS\n\nÚNICA.- Modifícase.\n\nANEXO Nº III\n\nCuadro de tasas."
    )
    assert labels(text) == ["art. 1", "disposición final 1", "disposición modificatoria única", "anexo III"]


def test_a_reference_that_begins_a_line_is_no_article() -> None:
    text = (
        "CONSIDERANDO:\nQue, de conformidad con las atribuciones establecidas en el inciso a) del\n\n"
        "Artículo 37°, concordante con el Artículo 39° de la Ley N° 27867, con el voto de sus miembros;\n\n"
        "ARTÍCULO PRIMERO.- Aprobar el plan.\n\nARTÍCULO SEGUNDO.- Publicar el acuerdo."
    )
    found = labels(text)
    assert not any("37" in label for label in found) and found[-2:] == ["art. 1", "art. 2"]


def test_transitory_articles_of_later_acts_have_headings_without_numbers_or_count_anew() -> None:
    act = (
        "### Artículo TRANSITORIO {0}\n\n**URL:** [http://example.org/a.html#{0}]\n\nARTÍCULO TRANSITORIO {0}o. {1}\n\n"
    )
    text = (
        "# Constitución\n\n### Artículo 1\n\nARTICULO 1. Uno.\n\n### Artículo 2\n\nARTICULO 2. Dos.\n\n"
        + act.format(1, "Modifícase el artículo 3 de la ley, que quedará así: «Artículo 3. Nuevo».")
        + "### Artículo TRANSITORI\n\n**URL:** [http://example.org/b.html]\n\nARTÍCULO TRANSITORIO. Las facultades.\n\n"
        + act.format(1, "El sistema integral.")
        + act.format(2, "La comisión.")
    )
    document = parse(Resource(uri="ley.md", body=text.encode()), limits=Limits())
    read = split(document, index="x", genre=Genre.LAW)
    found = [(passage.label, "http" in passage.text) for passage in read if "transitorio" in passage.label]
    assert found == [
        ("art. 1 transitorio", False), ("art. único transitorio", False), ("art. 1 transitorio", False),
        ("art. 2 transitorio", False),
    ]  # fmt: skip


def test_the_name_of_a_division_may_end_in_a_full_stop_where_its_first_article_follows() -> None:
    found = passages(
        "Título I\n\nDe los deberes.\n\nArtículo 1.- Uno.\n\nTítulo II\n\nDel trabajo.\n\nArtículo 2.- Dos."
    )
    assert [(part.headings, part.label) for part in found] == [
        (("Título I De los deberes.",), "art. 1"),
        (("Título II Del trabajo.",), "art. 2"),
    ]


def test_the_name_of_a_division_may_begin_in_small_letters_and_is_no_row_of_a_table() -> None:
    found = passages(
        "CAPÍTULO II\n\nda Legislação\n\nArt. 1º Um.\n\nCAPÍTULO III\n\nTIPO | VALOR\n\nArt. 2º Dois.", language="pt"
    )
    assert found[0].headings == ("CAPÍTULO II da Legislação",)
    assert ("CAPÍTULO III",) in {part.headings for part in found}


def test_what_a_provision_without_number_quotes_is_no_article_of_the_law() -> None:
    text = (
        "Artículo 1.- Uno.\n\nArtículo 2.- Dos.\n\nArtículo 3.- Tres.\n\nDISPOSICIÓN FINAL\n\n"
        "ÚNICA.- De las modificatorias\n\n"
        "Modifícase los artículos 2 y 3 del Decreto 9, los que quedan redactados así:\n\n“Artículo 2.- Disponer uno.\n\n"
        "Artículo 3.- Disponer dos.”"
    )
    assert labels(text)[:3] == ["art. 1", "art. 2", "art. 3"] and labels(text).count("art. 3") == 1


def test_a_struck_item_is_cited_by_its_number() -> None:
    old = "III - dois técnicos do Município, escolhidos pelo Poder Executivo."
    text = f"Art. 91 Integram a comissão:\n\nI - um técnico;\n\nII - um gestor;\n\n{old}\n\nIII - três técnicos do Município."
    struck = Section(kind=SectionKind.STRUCK, start=text.index(old), end=text.index(old) + len(old))
    found = passages(text, language="pt", sections=(struck,))
    assert [(part.label, part.metadata.get("status", "")) for part in found][1] == ("art. 91, III", "repealed")
    below = text.replace("Art. 91 Integram a comissão:", "Art. 91 Fica criada.\n\n§ 2º Integram a comissão:")
    struck = Section(kind=SectionKind.STRUCK, start=below.index(old), end=below.index(old) + len(old))
    assert passages(below, language="pt", sections=(struck,))[1].label == "art. 91, § 2º, III"
