"""Fictional norms in the form in which the region's sources publish theirs; every name and number is invented."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape


def part(
    kind: str, text: str, *, name: str = "", title: str = "", since: str = "2011-03-01", inner: str = "",
    state: str = "no derogado", transitory: str = "no transitorio",
) -> str:  # fmt: skip
    """An ``<EstructuraFuncional>`` of LeyChile."""
    said = (
        f"<{tag} presente='{'si' if value else 'no'}'>{escape(value) or '&#160;'}</{tag}>"
        for tag, value in (("NombreParte", name), ("TituloParte", title))
    )
    below = f"<EstructurasFuncionales>{inner}</EstructurasFuncionales>" if inner else ""
    return (
        f"<EstructuraFuncional transitorio='{transitory}' tipoParte='{kind}' fechaVersion='{since}' "
        f"derogado='{state}' idParte='1'>"
        f"<Texto>{escape(text)}</Texto><Metadatos>{''.join(said)}</Metadatos>{below}</EstructuraFuncional>"
    )


FEE = (
    "     Artículo 2°.- La patente se paga en dos cuotas            Ley 90.105\n"
    "iguales, en enero y en julio de cada año.                      Art. 1 Nº 3\n"
    "     El atraso se sanciona con una multa de dos                D.O. 05.06.2018\n"
    "unidades tributarias mensuales."
)


def leychile(fee: str = FEE, version: str = "2018-06-05", identifier: str = "900001") -> bytes:
    """A law as ``obtxml?opt=7`` sends it (EsquemaIntercambioNorma): two articles in force, one repealed, one transitory."""
    chapter = part(
        "Capítulo", "     Capítulo I\n\n     DE LA PATENTE\n", title="Capítulo I DE LA PATENTE",
        inner=part(
            "Artículo", "     Artículo 1°.- Toda persona que ejerza el comercio\nen la comuna debe pagar patente.", name="1 "
        )
        + part("Artículo", fee, name="2 ", since=version)
        + part("Artículo", "     Artículo 2° bis.- Derogado.", name="2 BIS", since="2015-01-09", state="derogado"),
    )  # fmt: skip
    transitory = part(
        "Título", "DISPOSICIONES TRANSITORIAS", title="DISPOSICIONES TRANSITORIAS", transitory="transitorio",
        inner=part("Artículo", "     Artículo primero.- Las patentes del año anterior\nvaldrán hasta junio.", name="PRIMERO",
                   transitory="transitorio"),
    )  # fmt: skip
    dated = f'fechaVersion="{version}" SchemaVersion="1.0" derogado="no derogado"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Norma xmlns="http://www.leychile.cl/esquemas" normaId="{identifier}" esTratado="no tratado" {dated}>
<Identificador fechaPromulgacion="2011-02-20" fechaPublicacion="2011-03-01">
<TiposNumeros><TipoNumero><Tipo>Ley</Tipo><Numero>90001</Numero></TipoNumero></TiposNumeros>
<Organismos><Organismo>MINISTERIO DE FERIAS</Organismo></Organismos></Identificador>
<Metadatos><TituloNorma>ESTABLECE LA PATENTE DE FERIAS</TituloNorma>
<NombresUsoComun><NombreUsoComun>LEY DE FERIAS</NombreUsoComun></NombresUsoComun></Metadatos>
<Encabezado fechaVersion="2011-03-01" derogado="no derogado"><Texto>LEY NÚM. 90.001

ESTABLECE LA PATENTE</Texto></Encabezado>
<EstructurasFuncionales>{chapter}{transitory}</EstructurasFuncionales>
<Promulgacion fechaVersion="2011-03-01" derogado="no derogado"><Texto>Santiago, 20 de febrero de 2011.</Texto></Promulgacion>
</Norma>""".encode()


def impo(hours: str = "los sábados") -> bytes:
    """A law as IMPO's ``?json=true`` sends it, in Latin-1: an article in lines of a fixed width, one repealed, one a stub."""
    place = "CAPITULO I - DE LAS FERIAS<br>SECCION I"

    def article(number: int, text: str, *, headings: str = place, notes: str = "") -> dict[str, str]:
        return {
            "nroArticulo": str(number), "titulosArticulo": headings, "tituloArticulo": f"Artículo {number}",
            "textoArticulo": text, "notasArticulo": notes, "urlArticulo": f"bases/leyes/90018-2008/{number}",
        }  # fmt: skip

    articles = [
        article(1, "Las ferias se rigen\r\npor esta ley:\r\nA) Las libres.\r\nB) Las otras, que la\r\n intendencia diga."),
        article(
            2, f"<b>Abren</b> {hours}.<table><tr><td>Lugar</td><td>Hora</td></tr><tr><td>Plaza</td><td>8</td></tr></table>",
            notes="<b>Notas:</b> Derogado/s por: Ley Nº 90.355 de 19/12/2015 artículo 123.",
        ),
        article(3, "(*)", headings=""),
        article(4, f"Las ferias libres de la capital abren {hours} de 8 a 14 horas."),
        article(1, "Las ferias en curso valen un año.", headings="DISPOSICIONES TRANSITORIAS"),
    ]  # fmt: skip
    norm: dict[str, Any] = {
        "tipoNorma": "Ley", "nroNorma": "90018", "anioNorma": 2008, "nombreNorma": "LEY DE FERIAS",
        "leyenda": "Documento Actualizado", "fechaPromulgacion": "11/08/2008", "fechaPublicacion": "18/08/2008", "vistos": "",
        "firmantes": "ANA PEREZ", "referenciasNorma": "", "articulos": articles,
    }  # fmt: skip
    return json.dumps(norm, ensure_ascii=False).encode("latin-1")
