"""Paragraphs cut at the end of each line are put together; texts that weren't cut stay as they are."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.parse import parse, wrapped
from latam_rag.split import split
from latam_rag.types import Genre, Resource

CUT = """# Obras públicas

**Artículo 1º -** Considérase obra pública

nacional toda construcción o trabajo que se

ejecute con fondos del Tesoro de la Nación, a excepción de los

efectuados con subsidios, que se regirán por ley especial.

**Artículo 2º -** El depósito se hará en el Banco de la

Nación Argentina, a la orden de la autoridad que otorgue el

permiso, con estas excepciones:

a) Cuando el costo de la obra no exceda del monto.

b) Los demás casos previstos en el Capítulo I del

### Título II del régimen de contrataciones de la

Administración, en tanto no se opongan a la presente

ley ni a las que la modifiquen en el futuro

por razones de orden público.

**Artículo 3º -** Regístrese.
"""


def test_a_cut_text_is_put_together() -> None:
    document = parse(Resource(uri="ley.md", body=CUT.encode()), limits=Limits())
    passages = split(document, index="i", genre=Genre.LAW)
    assert [p.label for p in passages] == ["art. 1", "art. 2", "art. 3"]
    assert "que se ejecute con fondos del Tesoro de la Nación, a excepción de los efectuados" in passages[0].text
    assert "en el Banco de la Nación Argentina" in passages[1].text
    assert "excepciones:\n\na) Cuando" in passages[1].text
    assert passages[1].text.endswith(
        "previstos en el Capítulo I del Título II del régimen de contrataciones de la Administración, en tanto no se opongan "
        "a la presente ley ni a las que la modifiquen en el futuro por razones de orden público."
    )


def test_a_text_that_was_not_cut_is_left() -> None:
    text = "# Ley\n\nArtículo 1. Las tasas se pagan\n\nen marzo.\n\nArtículo 2. Publíquese.\n\n- una\n- dos\n"
    assert wrapped.joined(text) == text


def test_a_sentence_goes_on_after_a_picture() -> None:
    text = "prestar serviços de\n\n<!-- image -->\n\natendimento à saúde;"
    assert wrapped.joined(text) == "prestar serviços de atendimento à saúde;"
    assert wrapped.joined("Um fim.\n\n<!-- image -->\n\noutro") == "Um fim.\n\n<!-- image -->\n\noutro"


def test_one_sentence_cut_where_a_page_ended_is_whole_again() -> None:
    first = "Reglamento del Consejo Regional podrá acordar otras mayorías, dispositivo legal"
    assert wrapped.joined(f"{first}\n\nconcordante con el artículo 111° del RIC.") == (
        f"{first} concordante con el artículo 111° del RIC."
    )
    for other in ("Requisitos\n\ncopia del documento", f"{first}\n\ner DEL Ae", f"{first}\n\nArtículo 2.- Publíquese."):
        assert wrapped.joined(other) == other


def test_the_number_of_an_item_stands_beside_its_text() -> None:
    text = "Funciones:\n\na.\n\nConvocar a las sesiones.\n\nb.\n\nRedactar las actas."
    assert wrapped.joined(text) == "Funciones:\n\na. Convocar a las sesiones.\n\nb. Redactar las actas."
    for other in ("Según lo previsto en el artículo\n\n48.\n\nCuando proceda.", "a.\n\nb.\n\nc."):
        assert wrapped.joined(other) == other


def test_words_divided_between_paragraphs_of_blanks_are_whole_again() -> None:
    lines = [
        "¿Tienen un software que la auto-",
        "matice, y un plan de",
        "contingencia para las operaciones de",
        "la red de datos del",
    ]
    lines += ["personal, y las normas para", "los usuarios de la", "institución?"]
    assert wrapped.joined("\n\n\xa0\n\n\xa0\xa0".join(lines)) == (
        "¿Tienen un software que la automatice, y un plan de contingencia para las operaciones de la red de datos del "
        "personal, y las normas para los usuarios de la institución?"
    )


def test_an_amount_cut_after_its_sign_is_whole_again() -> None:
    assert (
        wrapped.joined("cinco mil pesos ($\n\n5.000) deberá ser dicho;")
        == "cinco mil pesos ($ 5.000) deberá ser dicho;"
    )


def test_a_roman_number_alone_stands_with_the_dash_that_its_text_begins_with() -> None:
    text = "XII - integrar;\n\nXIII\n\n- descentralizar a gestão;\n\nXIV - ouvir."
    assert wrapped.joined(text) == "XII - integrar;\n\nXIII - descentralizar a gestão;\n\nXIV - ouvir."


def test_the_number_of_a_division_stands_beside_its_name() -> None:
    text = "**Título\n\nII**\n\nDe las partes.\n\n*Capítulo\n\nI*\n\nDe las vacaciones."
    assert wrapped.joined(text) == "**Título II**\n\nDe las partes.\n\n*Capítulo I*\n\nDe las vacaciones."
