"""The definitions of sources of law against servers that hold real documents, in the source's form as far as they keep it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from region_sites import COLUMNS, by
from test_sources_laws import local

from latam_rag import config, plugins
from latam_rag.parse import parse
from latam_rag.parse.frontmatter import split_front_matter
from latam_rag.split import split
from latam_rag.testing import Page, Site
from latam_rag.types import Connector, Document, Genre, Resource


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPIJ_AUTORIZACION", "Bearer ficticio")


def source(name: str, site: Site, **options: Any) -> Connector:
    first = local(name, site).sources[0]
    return plugins.connect(first.connector, {**first.options, **options})


def read(connector: Connector) -> dict[str, Document]:
    return {ref.uri: parse(connector.fetch(ref), limits=config.Limits()) for ref in connector.refs()}


def markdown(folder: Path) -> dict[Path, tuple[dict[str, Any], str, Document]]:
    """Front matter, text and document of each Markdown file."""
    found = {}
    for path in sorted(folder.glob("*.md")):
        body = path.read_bytes()
        front, text = split_front_matter(body.decode("utf-8"))
        found[path] = (dict(front), text, parse(Resource(uri=path.name, body=body), limits=config.Limits()))
    return found


def articles(document: Document) -> dict[str, str]:
    """The text of each article, as far as its words go; of several passages, all."""
    texts: dict[str, str] = {}
    for passage in split(document, index="x", genre=Genre.LAW):
        if article := str(passage.metadata.get("article", "")):
            texts[article] = texts.get(article, "") + re.sub(r"\W", "", passage.text).lower()
    return texts


def test_planaltos_own_page_of_a_law(shared: Path, site: Site) -> None:
    body = (shared / "corpus/legal/br-planalto-html/L14133.html").read_bytes()
    site.put("/ccivil_03/_ato2019-2022/2021/lei/L14133.htm", body, "text/html")
    link = "<html><body><a href='/ccivil_03/_ato2019-2022/2021/lei/L14133.htm'>14.133</a></body></html>"
    for page in ("Codigos/quadro_cod.htm", "LEIS/LCP/Quadro_Lcp.htm", "constituicao/constituicaocompilado.htm"):
        site.put(f"/ccivil_03/{page}", link, "text/html")
    found = read(source("br_planalto", site, include=["*.htm"], exclude=["*quadro*", "*compilado*"]))
    ((uri, law),) = found.items()
    assert uri.endswith("/L14133.htm") and law.url == uri
    assert (law.title, law.metadata["norm"], law.metadata["valid_from"]) == (
        "Lei nº 14.133, de 1º de abril de 2021", "14133/2021", "2021-04-01",
    )  # fmt: skip
    numbers = {int(one) for one in articles(law) if one.isdigit()}
    assert set(range(1, 195)) - numbers == set()


def test_what_infoleg_says_of_real_norms(shared: Path, site: Site) -> None:
    """The catalogue's own words, as the norms' front matter kept them."""
    norms = markdown(shared / "corpus/legal/ar-infoleg-md")
    table = io.StringIO()
    rows = csv.DictWriter(table, COLUMNS.split(","))
    rows.writeheader()
    for path, (front, _, _) in norms.items():
        place = site.put(
            f"/infolegInternet/{path.stem}/texact.htm", "<html><body><p>ARTICULO 1° — Texto.</p></body></html>"
        )
        rows.writerow(
            {
                "id_norma": front["infoleg_id"], "tipo_norma": "Ley", "numero_norma": path.stem.split("-")[1],
                "organismo_origen": front["department"], "fecha_boletin": front["publication_date"],
                "titulo_resumido": front["title"], "observaciones": front.get("observaciones", ""),
                "texto_original": place, "modificada_por": front["times_modified"],
            }
        )  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("base.csv", table.getvalue())
    place = site.put("/base.zip", packed.getvalue(), "application/zip")
    found = read(source("ar_infoleg", site, url=place))
    assert len(found) == len(norms) == 35
    for front, _, document in norms.values():
        met = found[f"https://servicios.infoleg.gob.ar/infolegInternet/verNorma.do?id={front['infoleg_id']}"].metadata
        for key in ("valid_from", "valid_to", "amended_by"):
            assert met.get(key) == document.metadata.get(key), (front["identifier"], key)
        assert (met.get("status") == "repealed") == (document.metadata["status"] == "repealed"), front["identifier"]


def impo(front: dict[str, Any], text: str) -> bytes:
    """A norm of IMPO as its JSON, put together from the Markdown that was made of it."""
    above: list[str] = []
    made: list[dict[str, str]] = []
    for heading, body in re.findall(r"^(#{2,6} [^\n]+)\n(.*?)(?=^#{2,6} |\Z)", text, re.MULTILINE | re.DOTALL):
        level, _, title = heading.partition(" ")
        if title.startswith("Artículo"):
            number = title.removeprefix("Artículo").strip()
            made.append({
                "nroArticulo": number, "tituloArticulo": title, "titulosArticulo": "<br>".join(above),
                "textoArticulo": body.strip(), "notasArticulo": "",
            })  # fmt: skip
        else:
            above = [*above[: len(level) - 3], title]
    norm = {
        "tipoNorma": front.get("official_type", ""), "nroNorma": front.get("official_number", ""),
        "nombreNorma": front["title"],
        "fechaPublicacion": "/".join(reversed(front["publication_date"].split("-"))), "articulos": made,
        "referenciasNorma": front.get("references_html", ""), "vistos": "", "firmantes": "",
    }  # fmt: skip
    return json.dumps(norm, ensure_ascii=False).encode("cp1252", "replace")


def test_real_laws_of_uruguay_keep_each_article_and_its_words(shared: Path, site: Site) -> None:
    ids = {
        norm[0]["source"].removeprefix("https://www.impo.com.uy/bases/"): norm
        for norm in markdown(shared / "corpus/legal/uy-impo-md").values()
    }
    for identifier, (front, text, _) in ids.items():
        page = Page(body=impo(front, text), media_type="application/json")
        site.answer(f"/bases/{identifier}", lambda asked, page=page: page)
    found = read(source("uy_impo", site, ids=list(ids)))
    assert len(found) == 8
    for identifier, (_, _, document) in ids.items():
        law = found[f"https://www.impo.com.uy/bases/{identifier}"]
        wanted, met = articles(document), articles(law)
        # Transitory articles that stand inside another one's text are in the document, and cited as none of its articles. Of a
        # law of one article, the Markdown has no heading that is read as one.
        hidden = [one for one in wanted if one not in met]
        assert list(met) == ([one for one in wanted if one in met] or ["unico"]), identifier
        assert hidden == [f"{n}-transitorio" for n in range(1, 9)] * (identifier == "leyes/9515-1935"), identifier
        far = [one for one in met if one in wanted and wanted[one].removeprefix("artículo" + one) not in met[one]]
        assert far == [], identifier
        assert law.metadata["valid_from"] == document.metadata["valid_from"]
        assert (law.metadata.get("status") == "repealed") == (document.metadata["status"] == "repealed")


def norma(root: Any) -> bytes:
    """A ``<ley>`` of the collection as LeyChile's own service sends a norm, from which it was made."""
    from lxml import etree

    def parts(element: Any) -> str:
        return "".join(part(inner) for inner in element if inner.get("fecha_modificacion") is not None)

    def part(element: Any) -> str:
        made = etree.Element(
            "EstructuraFuncional", tipoParte=element.get("tipo_original"), fechaVersion=element.get("fecha_modificacion"),
            derogado="derogado" if element.get("estado", "").startswith("derogad") else "no derogado",
            transitorio="transitorio" if element.get("transitorio") == "true" else "no transitorio",
        )  # fmt: skip
        etree.SubElement(made, "Texto").text = wording(element)
        metadata = etree.SubElement(made, "Metadatos")
        titled = element.findtext("{*}titulo_seccion") or element.findtext("{*}titulo_articulo")
        for tag, value in (("NombreParte", element.get("numero")), ("TituloParte", titled)):
            etree.SubElement(metadata, tag, presente="si" if value else "no").text = value or "\xa0"
        written = etree.tostring(made, encoding="unicode")
        inner = parts(element)
        end = "</EstructuraFuncional>"
        return (
            written.removesuffix(end)
            + (f"<EstructurasFuncionales>{inner}</EstructurasFuncionales>" if inner else "")
            + end
        )

    def wording(element: Any) -> str:
        texts = [inner.text or "" for inner in element if inner.tag.endswith("}texto")]
        for inner in element.findall("{*}contenido/*"):
            number = inner.get("numero", "")
            texts.append(f" {number}) {inner.text}" if number else inner.text or "")
        return "\n     ".join(texts)

    number = f"<Tipo>{root.get('tipo')}</Tipo><Numero>{root.get('numero')}</Numero>"
    title = etree.Element("TituloNorma")
    title.text = root.findtext("{*}metadatos/{*}titulo")
    return (
        f'<Norma xmlns="http://www.leychile.cl/esquemas" normaId="{root.get("id_norma")}" '
        f'fechaVersion="{root.get("fecha_version")}" derogado="no derogado">'
        f'<Identificador fechaPublicacion="{root.get("fecha_publicacion")}"><TiposNumeros><TipoNumero>{number}</TipoNumero>'
        f"</TiposNumeros></Identificador><Metadatos>{etree.tostring(title, encoding='unicode')}</Metadatos>"
        f"<EstructurasFuncionales>{parts(root.find('{*}contenido'))}</EstructurasFuncionales></Norma>"
    ).encode()


def test_real_laws_of_chile_in_their_services_form_have_the_same_articles(shared: Path, site: Site) -> None:
    from lxml import etree

    answers, wanted = {}, {}
    for path in sorted((shared / "corpus/legal/cl-leychile-xml").glob("*.xml"))[:14]:
        root = etree.parse(path).getroot()
        identifier = root.get("id_norma")
        if root.find("{*}contenido") is None or not identifier or root.get("tipo") == "Auto Acordado":
            continue
        answers[identifier] = Page(body=norma(root), media_type="text/xml")
        wanted[identifier] = parse(Resource(uri=path.name, body=path.read_bytes()), limits=config.Limits())
    site.answer("/Consulta/obtxml", by("idNorma", answers))
    found = read(source("cl_leychile", site, ids=list(answers)))
    assert len(found) == len(wanted) >= 12
    for identifier, known in wanted.items():
        law = found[f"https://www.bcn.cl/leychile/navegar?idNorma={identifier}"]
        assert law.metadata["norm"] == known.metadata["norm"] and law.title == known.title
        ours, theirs = articles(law), articles(known)
        # The collection lost a transitory provision that the service calls by its title alone.
        extra = set(ours) - set(theirs)
        assert set(theirs) <= set(ours) and len(extra) <= (identifier == "242302"), (identifier, extra)
        assert [one for one in theirs if ours[one] != theirs[one]] == [], identifier
