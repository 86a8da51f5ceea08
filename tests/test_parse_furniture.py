"""Letterheads, mottoes and stamps of signature that OCR leaves in a text go; what they cut in two is whole again."""

from __future__ import annotations

import pytest

from latam_rag.parse import furniture

CITIES = ("ABANCAY", "PUNO", "ICA", "LIMA", "PIURA", "TACNA", "CUSCO")
PAPER = """# Acuerdo Regional N.° 47-2026

GOBIERNO REGIONAL DE JUNÍN
CONSEJO REGIONAL
“AÑO DE LA ESPERANZA Y EL FORTALECIMIENTO DE LA DEMOCRACIA”

ACUERDO REGIONAL N° 47-2026-GRJ/CR

CONSIDERANDO:

Que, se realiza un pedido para la conformación de una comisión del procedimiento

GOBIERNO REGIONAL DE JUNÍN
CONSEJO REGIONAL

«LD «Ds

disciplinario, que tendrá a su cargo la fase sancionadora;

ARTÍCULO PRIMERO.- EXHORTAR a que se garantice la comparecencia de sus funcionarios.
Esta es una copia auténtica imprimible de un documento electrónico archivado por el Gobierno Regional,
aplicando lo dispuesto por el Art. 25 de D.S. 070-2013-PCM. Su autenticidad puede ser contrastada en
https://sgd.example.gob.pe/inicio.do e ingresando el siguiente código de verificación:
UXWHNKI

ARTÍCULO SEGUNDO.- NOTIFICAR el presente acuerdo.

JULIO CAMACHO PAZ
PRESIDENTE DEL CONSEJO REGIONAL
"""


def test_heads_stamps_and_dirt_go_and_the_norm_stays() -> None:
    said = furniture.without(PAPER)
    for gone in ("GOBIERNO REGIONAL DE JUN", "CONSEJO REGIONAL\n“", "AÑO DE LA", "«LD", "copia auténtica", "UXWHNKI"):
        assert gone not in said
    assert "ACUERDO REGIONAL N° 47-2026-GRJ/CR" in said
    assert "de sus funcionarios." in said and "ARTÍCULO SEGUNDO.- NOTIFICAR" in said
    assert "JULIO CAMACHO PAZ\nPRESIDENTE DEL CONSEJO REGIONAL" in said


def test_a_sentence_that_a_head_cut_in_two_is_whole_again() -> None:
    assert "del procedimiento\ndisciplinario, que tendrá" in furniture.without(PAPER)


@pytest.mark.parametrize(
    "text",
    [
        "# Ley 1\n\nArtículo 1.- El Gobierno Regional dicta sus normas.\n\nArtículo 2.- Publíquese.\n",
        "# Guía\n\nGOBIERNO REGIONAL DE JUNÍN\n\nSe atiende de lunes a viernes.\n",
        "# Directorio\n\n" + "\n\n".join(f"MUNICIPALIDAD DE {name}\n\nAv. {name}, 1" for name in CITIES),
        "Cuadro\n\nSI\n\n65’077,050.02\n\nVIABLE\n",
    ],
)
def test_a_text_that_is_no_letter_paper_stays_as_it_is(text: str) -> None:
    assert furniture.without(text) == text


def test_stamps_in_portuguese_go_too() -> None:
    text = (
        "Art. 1º Esta lei entra em vigor.\n\nAssinado digitalmente por FULANO DE TAL\nData: 02/03/2026\n\n"
        "Art. 2º Revogam-se as disposições.\n\nA autenticidade deste documento pode ser conferida no endereço eletrônico\n"
        "https://sei.example.gov.br código verificador: 0123456\n"
    )
    said = furniture.without(text)
    assert "FULANO" not in said and "autenticidade" not in said
    assert "Art. 1º" in said and "Art. 2º" in said


TITLED = """# Acuerdo de Concejo N.° 26

rer

Municipalidad Metropolitana de Lima

ACUERDO DE CONCEJO N° 026-2023

El Concejo Municipal de Lima, en Sesión
Extraordinaria, ha visto el pedido de que no se altere el orden público
ni el respeto de los derechos, tal como

<=
Se

Municipalidad Metropolitana de Lima

lo dispone la Constitución.

El Concejo Municipal de Lima, en Sesión
Ordinaria, ACUERDA APROBAR EL REGLAMENTO DE LA JUVENTUD DEL
GOBIERNO REGIONAL DE LIMA y publicarlo.

NI Ola} a) ol nN!) =

ARTÍCULO PRIMERO.- APROBAR el pedido.
"""


def test_heads_that_are_not_in_capitals_go_and_the_scraps_beside_them() -> None:
    said = furniture.without(TITLED)
    for gone in ("Municipalidad Metropolitana", "rer", "<=", "Ola}"):
        assert gone not in said
    assert "tal como\nlo dispone" in said
    assert said.count("El Concejo Municipal de Lima, en Sesión") == 2 and "DEL\nGOBIERNO REGIONAL DE LIMA y" in said


def test_addresses_at_the_foot_of_letter_paper_go() -> None:
    foot = "@ Jr. Raimondi 220 - Ucayali, Perú\nTelefax: 239 1323\n3/3\nPowered by TCPDF (www.tcpdf.org)\nwww.example.gob.pe"
    paper = PAPER.replace("«LD «Ds", foot).replace("verificación:\n", "verificación:\n\n")
    said = furniture.without(paper)
    assert "Raimondi" not in said and "Telefax" not in said and "TCPDF" not in said and "UXWHNKI" not in said
    assert "del procedimiento\ndisciplinario" in said


def test_a_misread_motto_above_the_norm_goes_and_its_title_stays() -> None:
    paper = PAPER.replace(
        "ACUERDO REGIONAL N° 47", "“Lino dala Posaperación de la Economia”.\n\nACUERDO REGIONAL N° 47", 1
    )
    paper = paper.replace("CONSIDERANDO:", "“Que aprueba la conformación de una comisión”\n\nCONSIDERANDO:")
    said = furniture.without(paper)
    assert "Posaperación" not in said and "Que aprueba la conformación" in said


def test_a_motto_makes_letter_paper_too() -> None:
    head = "CONSEJO REGIONAL DE PASCO\n\n“Año de la Unidad, la Paz y el Desarrollo”"
    assert (
        furniture.without(f"Que, no ha sido notificado\n\n{head}\n\ncon el acuerdo.")
        == "Que, no ha sido notificado\ncon el acuerdo."
    )


def test_the_notice_of_an_authentic_copy_goes_though_its_first_line_was_torn_off() -> None:
    text = """Que, el principio de legalidad rige;
Firmado digitalmente por MORI
BETTETA Carlos FAU
Fecha: 07.08.2025
-05:00es una copia auténtica imprimible de un documento electrónico archivado por Gobierno Regional,
Esta

aplicando lo dispuesto por el Art. 25 de D.S. 070-2013-PCM y la Tercera Disposición Complementaria Final del D.S.
026- 2016-PCM. Su autenticidad e integridad pueden ser contrastadas a través de la siguiente dirección web:
https://sgd.region.gob.pe:8181/verifica e ingresando el siguiente código de verificación:
UXWHNKI

Que, el literal a) del artículo 4° lo dice."""
    kept = furniture.without(text)
    assert "aplicando" not in kept and "UXWHNKI" not in kept and "Firmado" not in kept
    assert "Que, el principio de legalidad rige;" in kept and "Que, el literal a) del artículo 4° lo dice." in kept
