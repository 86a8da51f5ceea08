"""The region's sources of law as servers: each answers in the form that it publishes, with norms that are invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from fpdf import FPDF
from region_pages import impo, leychile

from latam_rag.testing import Asked, Page, Site


def said(value: object) -> Page:
    return Page(body=json.dumps(value).encode(), media_type="application/json; charset=utf-8")


def by(parameter: str, answers: dict[str, Page]) -> Callable[[Asked], Page]:
    """The answer by what is asked for; 404 for anything else."""
    return lambda asked: answers.get(asked.query.get(parameter, ""), Page(status=404))


def cl_leychile(site: Site) -> None:
    one, two = leychile(), leychile(identifier="251693").replace(b"90001", b"90002")
    ids = {"242302": Page(body=one, media_type="text/xml", etag='"1"'), "251693": Page(body=two, media_type="text/xml")}
    site.answer("/Consulta/obtxml", by("idNorma", ids))


def cl_leychile_versiones(site: Site) -> None:
    versions = [
        {"desde": "2011-03-01", "hasta": "2018-06-04", "tipo_version": "0", "tipo_version_s": "Texto Original"},
        {"desde": "2018-06-05", "hasta": "", "tipo_version": "1", "tipo_version_s": "Última Versión"},
        {"desde": "2222-02-02", "hasta": "", "tipo_version": "2", "tipo_version_s": "Con Vigencia Diferida por Evento"},
    ]
    norm = {"html": [], "metadatos": {"id_norma": "29708", "titulo_norma": "PATENTE", "vigencias": versions}}
    site.answer(
        "/servicios/Navegar/get_norma_json", by("idNorma", {"29708": said(norm), "29705": said({"metadatos": {}})})
    )
    old = "     Artículo 2°.- La patente se paga en una cuota,\nen marzo de cada año."
    texts = {"2011-03-01": leychile(old, "2011-03-01", "29708"), "2018-06-05": leychile(identifier="29708")}
    site.answer(
        "/Consulta/obtxml",
        by("idVersion", {day: Page(body=body, media_type="text/xml") for day, body in texts.items()}),
    )


PLANALTO = """<html><head><title>L90078</title></head><body>
<p align="center"><b>Presidência da República</b></p>
<p align="center"><a href="#">LEI Nº 90.078, DE 11 DE SETEMBRO DE 1990.</a></p>
<p>Dispõe sobre as feiras livres.</p>
<p>Art. 1º As feiras livres funcionam aos sábados.</p>
<p><strike>Art. 2º A licença do feirante vale seis meses.</strike></p>
<p>Art. 2º A licença do feirante vale doze meses. <a href="x">(Redação dada pela Lei nº 90.105, de 1998)</a></p>
<p>Art. 3º Esta lei entra em vigor na data de sua publicação.</p></body></html>"""


def br_planalto(site: Site) -> None:
    index = (
        "<html><body><h1>Códigos</h1><a href='../leis/l90078.htm'>Feiras</a> <a href='/acesso.htm'>x</a></body></html>"
    )
    site.put("/ccivil_03/Codigos/quadro_cod.htm", index.encode("cp1252"), "text/html")
    site.put("/ccivil_03/LEIS/LCP/Quadro_Lcp.htm", "<html><body>Leis complementares</body></html>", "text/html")
    site.put(
        "/ccivil_03/constituicao/constituicaocompilado.htm",
        "<html><body><p>CONSTITUIÇÃO DAS FEIRAS DE 1988</p><p>Art. 1º A feira é livre.</p></body></html>".encode("cp1252"),
        "text/html",
    )  # fmt: skip
    # Bytes of windows-1252, which nothing says.
    site.put("/ccivil_03/leis/l90078.htm", PLANALTO.encode("cp1252"), "text/html")


def br_normas(site: Site) -> None:
    def norm(asked: Asked) -> Page:
        urn = asked.query["urn"]
        if not urn.endswith((";12527", ";13709", ";90527")):
            return Page(status=404)
        number = urn.rpartition(";")[2]
        encodings = [
            {"version": version, "name": name, "contentUrl": f"{site.url}/api/binario/{place}/texto"}
            for version, name, place in (
                ("Original", "Publicação Original", "original"),
                ("Current", "Compilação Traduzida para o Inglês", "en"),
                ("Current", "Compilação Monovigente", number),
            )
        ]
        return said(
            {
                "headline": f"Lei nº {number}, das feiras", "legislationIdentifier": urn, "datePublished": "2011-11-18",
                "keywords": ["FEIRA"], "encoding": encodings[: 1 if number == "90527" else 3],
            }
        )  # fmt: skip

    site.answer("/api/public/normas", norm)
    text = (
        "<html><body><p>Art. 1º O pedido de banca é respondido em vinte dias.</p>"
        "<p>Art. 2º O prazo pode ser prorrogado.</p></body></html>"
    )
    for number in ("12527", "13709"):
        site.put(
            f"/api/public/binario/{number}/texto", text.replace("O pedido", f"Da lei {number}: o pedido"), "text/html"
        )
    site.put("/api/public/binario/original/texto", text.replace("vinte", "trinta"), "text/html")
    listed = {
        "id": "1",
        "tipo": "LEI",
        "numero": "90527",
        "dataassinatura": "23/07/2026",
        "ementa": "Dispõe sobre bancas.",
    }
    site.answer(
        "/dadosabertos/legislacao/lista.json",
        lambda _: said({"ListaDocumento": {"documentos": {"documento": [listed]}}}),
    )


COLUMNS = (
    "id_norma,tipo_norma,numero_norma,clase_norma,organismo_origen,fecha_sancion,numero_boletin,fecha_boletin,pagina_boletin,"
    "titulo_resumido,titulo_sumario,texto_resumido,observaciones,texto_original,texto_actualizado,modificada_por,modifica_a"
)


def infoleg_row(site: Site, identifier: str, **said: str) -> str:
    texts = {
        "texto_original": f"{site.url}/infolegInternet/anexos/0-4999/{identifier}/norma.htm",
        **said,
        "id_norma": identifier,
    }
    return ",".join('"' + texts.get(column, "").replace('"', '""') + '"' for column in COLUMNS.split(","))


def ar_infoleg(site: Site) -> None:
    law = {
        "tipo_norma": "Ley",
        "organismo_origen": "HONORABLE CONGRESO",
        "fecha_boletin": "2016-09-29",
        "modificada_por": "2",
    }
    updated = f"{site.url}/infolegInternet/anexos/0-4999/1/texact.htm"
    repeal = "ABROGADA POR ART. 1 DEL DECRETO N° 70/2023 B.O. 21/12/2023. VIGENCIA: 29 DE DICIEMBRE DE 2023"
    rows = [
        infoleg_row(site, "1", **law, numero_norma="90275", titulo_resumido="FERIAS LIBRES", texto_actualizado=updated),
        infoleg_row(site, "2", **law, numero_norma="90551", titulo_resumido="PUESTOS", observaciones=repeal),
        infoleg_row(site, "3", tipo_norma="Resolución", numero_norma="7", titulo_resumido="OTRA"),
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("base-infoleg-normativa-nacional.csv", "\n".join([COLUMNS, *rows]).encode())
    site.put(
        "/dataset/d9a963ea-8b1d-4ca3-9dd9-07a4773e8c23/resource/bf0ec116-ad4e-4572-a476-e57167a84403/download/"
        "base-infoleg-normativa-nacional.zip", packed.getvalue(), "application/zip",
    )  # fmt: skip
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><body><p>FERIAS LIBRES</p>'
        "<p>Ley {}</p><p>ARTICULO 1° — Las ferias abren a las ocho.</p><p>ARTICULO 2° — El puesto se sortea cada año.</p>"
    )
    site.put("/infolegInternet/anexos/0-4999/1/texact.htm", page.format("90.275").encode("cp1252"), "text/html")
    site.put("/infolegInternet/anexos/0-4999/2/norma.htm", page.format("90.551").encode("cp1252"), "text/html")


SUIN = """<html><head><title>SUIN</title></head><body><div class="menu"><a href="/">Inicio</a> Búsqueda avanzada</div>
<a name="arriba"></a><div style="display:none"><span field="tipo">LEY</span><span field="numero">90057</span>
<span field="anio">1987</span><span field="epigrafe">Sobre ferias libres</span><span field="estado_documento">Vigente</span>
<span field="entidad_emisora">CONGRESO DE LA REPÚBLICA</span><span field="fecha_vigencia">22/04/1987</span>
<span field="fecha_fin_vigencia"></span><span field="documento_fuente">DIARIO OFICIAL. N.7019</span></div>
<div id="titulotipo"><h1>LEY 90057 DE 1987</h1></div>
<div id="ResumenNotasVigencia"><ul><li class="referencia">Derogado Artículo 31 LEY 1 de 1996</li></ul></div>
<div style="width:100%;padding: 15px;">
<div id="toggle_1"><p><b>Artículo 1º.</b> Las ferias libres pagan una tasa anual.</p></div>
<div id="toggle_2"><p><b>Artículo 2º.</b> La tasa se paga en marzo.</p></div></div></body></html>"""


def co_suin(site: Site) -> None:
    for number in ("1789030", "1789031"):
        page = SUIN if number.endswith("0") else SUIN.replace("90057", "90058")
        site.put(f"/viewDocument.asp?ruta=Leyes/{number}", page, "text/html")
    places = "".join(f"<url><loc>{site.url}/viewDocument.asp?ruta=Leyes/178903{n}</loc></url>" for n in "01")
    site.put("/sitemapleyes.xml", f'<?xml version="1.0"?><urlset>{places}</urlset>', "application/xml")


def uy_impo(site: Site) -> None:
    page = Page(body=impo(), media_type="application/json; charset=ISO-8859-1")
    login = Page(body=b"<html><body>Ingrese su usuario</body></html>")
    for identifier in ("leyes/18331-2008", "leyes/17250-2000", "leyes/18381-2008"):
        # A year that isn't the norm's gets the page where one logs in.
        other = Page(body=impo().replace(b"90018", b"90250"), media_type="application/json; charset=ISO-8859-1")
        found = {"leyes/18331-2008": page, "leyes/17250-2000": other}.get(identifier, login)
        site.answer(
            f"/bases/{identifier}",
            lambda asked, found=found: found if asked.query == {"json": "true"} else Page(status=404),
        )


def mx_diputados(site: Site) -> None:
    row = (
        '<tr><td><a href="ref/{0}.htm"><font>LEY {1}</font></a><br>Nueva Ley DOF {2}</td><td>DOF {3}</td>'
        '<td><a href="pdf/{4}.pdf"><img></a> <a href="doc/{4}.doc">W</a> <a href="pdf_mov/{1}.pdf">M</a></td></tr>'
    )
    rows = row.format("lff", "Federal de Ferias", "05/02/1999", "03/04/2021", "LFF") + row.format(
        "lgm", "General de Mercados", "07/08/2001", "07/08/2001", "LGM"
    )
    head = "<tr><td>Ley</td><td>Última reforma</td></tr>"
    page = f"<html><body><table>{head}{rows}</table><a href='pdf/otro.pdf'>x</a></body></html>"
    site.put("/LeyesBiblio/index.htm", page.encode("cp1252"), "text/html")
    for name, title, hours in (
        ("LFF", "LEY FEDERAL DE FERIAS", "las ocho"),
        ("LGM", "LEY GENERAL DE MERCADOS", "las nueve"),
    ):
        pdf = FPDF()
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        text = (
            f"{title}\n\nArtículo 1. Los puestos abren a {hours} de la mañana.\n\nArtículo 2. El permiso dura un año."
        )
        pdf.multi_cell(0, 8, text)
        site.put(f"/LeyesBiblio/pdf/{name}.pdf", bytes(pdf.output()), "application/pdf")


def pe_elperuano(site: Site) -> None:
    def hit(number: int) -> dict[str, Any]:
        return {
            "op": f"25274{number:02}-1", "fechaPublicacion": "20260625", "tipoDispositivo": "DECRETO SUPREMO", "sector": "PCM",
            "numeroDispositivo": f"Nº {number:03}-2026-PCM", "sumilla": f"Declara feriado el día {number}",
        }  # fmt: skip

    hits = [hit(number) for number in range(1, 24)]

    def listed(asked: Asked) -> Page:
        start = int(asked.query["start"])
        more = start + 20 < len(hits)
        return said(
            {
                "totalHits": len(hits),
                "start": start,
                "hasNext": more,
                "paginatedBy": 20,
                "hits": hits[start : start + 20],
            }
        )

    site.answer("/api/v1/normas", listed)
    for one in hits:
        text = (
            f"<html><body><div class='story'><p>DECRETO SUPREMO</p><p>{one['numeroDispositivo']}</p>"
            f"<p>Artículo 1.- Feriado</p><p>Declárese feriado el día {one['op'][5:7]} de julio.</p></div></body></html>"
        )
        site.put(f"/api/visor_html/{one['op']}", text)


def pe_spij(site: Site) -> None:
    norm = {
        "id": "H1152080", "codigoNorma": "Nº 026-2016-PCM", "sumilla": "<p>Aprueban medidas para las <b>ferias</b></p>",
        "titulo": None, "fechaPublicacion": "2016-04-29", "sector": "PRESIDENCIA DEL CONSEJO DE MINISTROS",
        "dispositivoLegal": "DECRETO SUPREMO", "ruta": "Normas", "migrado": "1",
        "textoCompleto": "<p>DECRETO SUPREMO</p><p>Artículo 1.- Las ferias usan firma digital.</p><p>Artículo 2.- Rige.</p>",
    }  # fmt: skip
    for identifier in ("H1152080", "H772745"):
        page = said({**norm, "id": identifier})
        site.answer(
            f"/spij-ext-back/api/detallenorma/{identifier}",
            lambda asked, page=page: (
                page if asked.headers.get("authorization") == "Bearer ficticio" else Page(status=401)
            ),
        )


def br_querido_diario(site: Site) -> None:
    gazettes = [
        {
            "territory_id": "3304557", "date": f"2026-01-{day:02}", "scraped_at": f"2026-01-{day:02}T09:00:00",
            "url": f"{site.url}/3304557/2026-01-{day:02}/abc.pdf", "territory_name": "Vila Nova", "state_code": "RJ",
            "excerpts": [], "is_extra_edition": False, "txt_url": f"{site.url}/3304557/2026-01-{day:02}/abc.txt",
        } | ({"edition": "77"} if day == 1 else {})
        for day in (1, 2)
    ]  # fmt: skip

    def listed(asked: Asked) -> Page:
        offset, size = int(asked.query["offset"]), int(asked.query["size"])
        return said({"total_gazettes": len(gazettes), "gazettes": gazettes[offset : offset + size]})

    site.answer("/gazettes", listed)
    for one in gazettes:
        path = str(one["txt_url"]).removeprefix(site.url)
        text = f"DIÁRIO OFICIAL\n\nDECRETO Nº {path[18]}00 DE 2026\n\nO IPTU vence no dia {path[18]}5 de fevereiro.\n"
        site.put(path, text, "text/plain; charset=utf-8")


SITES: dict[str, Callable[[Site], None]] = {
    one.__name__: one
    for one in (
        ar_infoleg, br_normas, br_planalto, br_querido_diario, cl_leychile, cl_leychile_versiones, co_suin, mx_diputados,
        pe_elperuano, pe_spij, uy_impo,
    )
}  # fmt: skip
