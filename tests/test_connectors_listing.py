"""The connector ``listing``: lists of every form, items that are documents, and items that lead to one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from region_pages import impo

from latam_rag.config import Limits
from latam_rag.connectors.http.visits import Known, Visits
from latam_rag.connectors.listing import Listing
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.testing import HTTP, Asked, Page, Site, WebConnectorContract
from latam_rag.types import Connector, Ref

OLD = "2020-05-01"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))


def said(value: object) -> Page:
    return Page(body=json.dumps(value).encode(), media_type="application/json")


def gazette(site: Site, number: int, day: str = OLD, **more: Any) -> dict[str, Any]:
    return {"id": number, "date": day, "url": f"{site.url}/{number}.pdf", "territory": "Vila Nova", **more}


class Api:
    """An API in pages of two, that counts what it has."""

    def __init__(self, site: Site) -> None:
        self.items: list[dict[str, Any]] = []
        self.total: int | None = None
        site.answer("/gazettes", self.answer)

    def answer(self, asked: Asked) -> Page:
        start = int(asked.query["offset"])
        total = len(self.items) if self.total is None else self.total
        return said({"total": total, "gazettes": self.items[start : start + 2]})


PAGED = {"items": "gazettes[]", "pages": {"parameter": "offset", "first": 0, "step": 2, "total": "total"}}
MEANS = {
    "id": "id", "title": "Diário Oficial, {date}", "url": "{url}", "columns": {"date": "date", "body": "territory"},
}  # fmt: skip


class TestItemsThatLeadToFiles(WebConnectorContract):
    kind = Listing

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        self.api = Api(site)
        self.api.items = [gazette(site, n) for n in range(5)]
        for n in range(5):
            site.put(f"/{n}.pdf", b"%PDF-1.4 " + str(n).encode(), "application/pdf")
        return {
            "url": f"{site.url}/gazettes", **PAGED, "document": "{url}", "revision": "{date}", "kinds": ["pdf"],
            "mapping": MEANS, "http": dict(HTTP),
        }  # fmt: skip

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            self.api.items[1]["date"] = "2020-06-01"
            return site.put("/1.pdf", b"%PDF-1.4 outro", "application/pdf")

        return change


class TestItemsThatAreDocuments(WebConnectorContract):
    kind = Listing

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        self.api = Api(site)
        self.api.items = [gazette(site, n, text=f"Edital {n}") for n in range(5)]
        return {
            "url": f"{site.url}/gazettes", **PAGED, "mapping": {**MEANS, "text": "text"}, "http": dict(HTTP),
        }  # fmt: skip

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            self.api.items[1]["text"] = "Edital 1, corrigido"
            return f"{site.url}/1.pdf"

        return change


class TestIdsThatLeadToAnswers(WebConnectorContract):
    kind = Listing

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        for n in "123":
            site.put(
                f"/norma/{n}",
                json.dumps({"titulo": f"Ley {n}", "texto": f"<p>Rige la ley {n}.</p>"}),
                "application/json",
            )
        return {
            "ids": ["1", "2", "3"], "via": {"url": f"{site.url}/norma/{{id}}"}, "html": "texto",
            "mapping": {"id": "id", "title": "{titulo}"}, "http": dict(HTTP),
        }  # fmt: skip

    @pytest.fixture
    def breaks(self) -> None:  # type: ignore[override]
        pytest.skip("the list stands in the definition: it can't break off")

    def test_a_redirect_out_of_bounds_is_not_followed(self, connector: Connector, site: Site) -> None:
        for n in "123":
            site.redirect(f"/norma/{n}", "http://169.254.169.254/latest/meta-data/")
        with pytest.raises(SourceError) as caught:
            list(connector.refs())
        assert caught.value.key == "http.outside"

    def test_an_id_that_never_was_there_is_a_failure_and_one_that_is_gone_is_not(
        self, options: Mapping[str, Any], site: Site
    ) -> None:
        source = Listing(**{**options, "ids": ["1", "2", "9"]})
        first, _, wrong = source.refs()
        with pytest.raises(SourceError, match="norma/9"):
            source.fetch(wrong)
        site.remove("/norma/2")
        assert [ref.uri for ref in source.refs()] == [first.uri, wrong.uri]

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            return site.put(
                "/norma/2", json.dumps({"titulo": "Ley 2", "texto": "<p>Rige desde hoy.</p>"}), "application/json"
            )

        return change


def test_a_list_that_ends_before_its_own_count_is_an_error(site: Site) -> None:
    api = Api(site)
    api.items, api.total = [gazette(site, n) for n in range(3)], 9
    source = Listing(
        url=f"{site.url}/gazettes", **PAGED, document="{url}", revision="{date}", mapping=MEANS, http=dict(HTTP)
    )
    with pytest.raises(SourceError, match="3 / 9"):
        list(source.refs())


def test_what_the_list_says_goes_with_the_document(site: Site) -> None:
    api = Api(site)
    api.items = [gazette(site, 1, "20200501")]
    site.put("/1.pdf", b"%PDF-1.4", "application/pdf")
    source = Listing(
        url=f"{site.url}/gazettes", **PAGED, document="{url}", revision="{date}", mapping=MEANS, http=dict(HTTP)
    )
    (ref,) = source.refs()
    resource = source.fetch(ref)
    assert (ref.uri, ref.revision, resource.url) == (f"{site.url}/1.pdf", "20200501", f"{site.url}/1.pdf")
    assert (resource.title, dict(resource.metadata)) == ("Diário Oficial, 20200501", {"date": OLD, "body": "Vila Nova"})


TABLE = """<html><body><h1>Leyes</h1><table>
<tr><th>Ley</th><th>Última reforma</th><th></th></tr>
<tr><td><a href="ref/lf.htm">LEY de Ferias</a><br>DOF 05/02/1999</td><td>DOF 03/04/2021</td>
<td><a href="pdf/LF.pdf">PDF</a></td></tr>
<tr><td><a href="ref/lm.htm">LEY de Mercados</a><br>DOF 07/08/2001</td><td>&nbsp;</td>
<td><a href="pdf/LM.pdf">PDF</a></td></tr>
</table></body></html>"""
ROWS = {
    "items": "//tr[td//a[contains(@href, 'pdf/')]]",
    "values": {"ley": "td[1]//a", "alta": "td[1]/text()", "reforma": "td[2]", "pdf": "td[3]//a/@href"},
    "find": {"cambio": ["{alta} {reforma}", r"(\d\d/\d\d/\d{4})\D*$"]},
    "document": "{pdf}", "revision": "{cambio}", "kinds": ["pdf"],
    "mapping": {"id": "pdf", "title": "{ley}", "url": "{pdf}", "columns": {"valid_from": "alta", "version": "cambio"}},
}  # fmt: skip


def test_the_rows_of_a_table_in_a_page(site: Site) -> None:
    site.put("/LeyesBiblio/index.htm", TABLE)
    site.put("/LeyesBiblio/pdf/LF.pdf", b"%PDF-1.4", "application/pdf")
    source = Listing(url=f"{site.url}/LeyesBiblio/index.htm", **ROWS, http=dict(HTTP))
    assert [(ref.uri.removeprefix(site.url), ref.revision) for ref in source.refs()] == [
        ("/LeyesBiblio/pdf/LF.pdf", "03/04/2021"), ("/LeyesBiblio/pdf/LM.pdf", "07/08/2001"),
    ]  # fmt: skip
    resource = source.fetch(Ref(uri=f"{site.url}/LeyesBiblio/pdf/LF.pdf"))
    assert resource.title == "LEY de Ferias"
    assert dict(resource.metadata) == {"valid_from": "1999-02-05", "version": "2021-04-03"}


CSV = (
    "id_norma,tipo_norma,numero_norma,observaciones,texto_original,texto_actualizado\n"
    '1,Ley,90001,"",{0}/1/norma.htm,{0}/1/texact.htm\n'
    '2,Ley,90002,"ABROGADA POR LEY NRO. 90.001 - ART. 4 - BOLETIN OFICIAL 28/12/2006",{0}/2/norma.htm,\n'
    '3,Resolución,7,"",{0}/3/norma.htm,\n'
)
NORMS = {
    "where": {"tipo_norma": ["Ley", "Decreto"]}, "document": ["{texto_actualizado}", "{texto_original}"],
    "mapping": {
        "id": "id_norma", "title": "{tipo_norma} {numero_norma}", "url": "{texto_original}",
        "columns": {"kind": "tipo_norma", "norm": "numero_norma", "remarks": "observaciones"},
    },
}  # fmt: skip


@pytest.mark.parametrize("packed", [True, False])
def test_a_catalogue_in_a_table_packed_or_not_with_the_items_that_are_wanted(site: Site, packed: bool) -> None:
    body = CSV.format(site.url).encode()
    if packed:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr("base.csv", body)
        body = buffer.getvalue()
    site.put("/base", body, "application/octet-stream")
    site.put("/1/texact.htm", "<html><body><p>Texto actualizado.</p></body></html>")
    site.put("/2/norma.htm", "<html><body><p>Texto original.</p></body></html>")
    source = Listing(url=f"{site.url}/base", **NORMS, http=dict(HTTP))
    one, two = source.refs()
    assert b"Texto actualizado" in source.fetch(one).body and b"Texto original" in source.fetch(two).body
    assert (one.uri, source.fetch(one).url) == (f"{site.url}/1/norma.htm", f"{site.url}/1/norma.htm")
    said = source.fetch(two).metadata
    assert (said["norm"], said["status"], said["valid_to"]) == ("90002", "repealed", "2006-12-28")
    assert said["amended_by"] == ("LEY NRO. 90.001 - ART. 4 - BOLETIN OFICIAL 28/12/2006",)


def test_a_bomb_in_a_catalogue_is_refused(site: Site) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("base.csv", "a,b\n" + "0,0\n" * 3_000_000)
    site.put("/base", buffer.getvalue(), "application/zip")
    with pytest.raises(SourceError) as caught:
        list(Listing(url=f"{site.url}/base", **NORMS, http=dict(HTTP)).refs())
    assert caught.value.key == "http.bomb"


XML = """<?xml version="1.0"?>
<lista xmlns="urn:x"><documento id="7"><norma>Lei 90001</norma><data>01/02/2003</data></documento>
<documento id="8"><norma>Lei 90002</norma></documento></lista>"""


def test_xml_is_asked_for_without_its_namespaces(site: Site) -> None:
    site.put("/lista", XML, "application/xml")
    source = Listing(
        url=f"{site.url}/lista", items="//documento", http=dict(HTTP),
        mapping={"id": "id", "title": "{norma}", "text": "norma", "columns": {"valid_from": "data"}},
    )  # fmt: skip
    assert [ref.uri for ref in source.refs()] == [f"{site.url}/lista#7", f"{site.url}/lista#8"]
    document = parse(source.fetch(Ref(uri=f"{site.url}/lista#7")), limits=Limits())
    assert (document.title, document.metadata["valid_from"]) == ("Lei 90001", "2003-02-01")


def test_an_answer_may_lead_on_to_the_document(site: Site) -> None:
    encodings = [
        {"name": "Compilação Traduzida", "version": "Current", "contentUrl": f"{site.url}/api/binario/en/texto"},
        {"name": "Compilação Monovigente", "version": "Current", "contentUrl": f"{site.url}/api/binario/pt/texto"},
    ]
    urn = "urn:lex:br:federal:lei:1998-02-12;90005"
    site.answer("/normas", lambda asked: said({"headline": "Lei nº 90.005", "encoding": encodings}))
    site.put("/api/public/binario/pt/texto", "<html><body><p>Art. 1º Fica criada a feira.</p></body></html>")
    source = Listing(
        ids=[urn], document="{contentUrl}", http=dict(HTTP),
        via={
            "url": f"{site.url}/normas?urn={{id}}", "items": "encoding[]",
            "where": {"version": "Current", "name": "!*Traduzida"},
        },
        mapping={
            "id": "id", "title": "{headline}", "url": "https://normas.leg.br/?urn={id}",
            "replace": {"/api/binario/": "/api/public/binario/"},
        },
    )  # fmt: skip
    (ref,) = source.refs()
    assert ref.uri == f"https://normas.leg.br/?urn={urn}"
    resource = source.fetch(ref)
    assert (resource.title, resource.url) == ("Lei nº 90.005", ref.uri) and "criada a feira" in resource.body.decode()
    assert site.log[-2].query["urn"] == urn


LAW = {
    "units": {
        "items": "articulos[]", "label": "art. {nroArticulo}", "title": "tituloArticulo", "text": "textoArticulo",
        "headings": "titulosArticulo", "columns": {"article": "nroArticulo", "remarks": "notasArticulo"}, "after": "firmantes",
    },
    "mapping": {
        "id": "id", "title": "{tipoNorma} {nroNorma}: {nombreNorma}", "skip": ["([*])"],
        "columns": {"kind": "tipoNorma", "norm": "nroNorma", "valid_from": "fechaPromulgacion"},
    },
}  # fmt: skip


def test_the_articles_of_a_law_in_json_are_cited_each(site: Site) -> None:
    site.put("/bases/leyes/90018-2008", impo(), "application/json; charset=ISO-8859-1")
    source = Listing(
        ids=["90018-2008"], via={"url": f"{site.url}/bases/leyes/{{id}}?json=true"}, http=dict(HTTP), **LAW
    )
    (ref,) = source.refs()
    document = parse(source.fetch(ref), limits=Limits())
    assert (document.title, document.metadata["norm"], document.metadata["valid_from"]) == (
        "Ley 90018: LEY DE FERIAS", "90018", "2008-08-11",
    )  # fmt: skip
    found = {passage.label: passage for passage in split(document, index="x")}
    assert found["art. 1"].headings == ("CAPITULO I - DE LAS FERIAS", "SECCION I")
    assert "\n\nA) Las libres.\n\nB) Las otras, que la intendencia diga." in found["art. 1"].text
    assert "Plaza | 8" in found["art. 2"].text
    assert (found["art. 2"].metadata["status"], found["art. 2"].metadata["valid_to"]) == ("repealed", "2015-12-19")
    assert document.text.rstrip().endswith("ANA PEREZ")


def test_a_page_where_an_answer_was_expected_is_that_documents_failure(site: Site) -> None:
    site.put("/bases/leyes/90018-1999", "<html><body>Ingrese su usuario</body></html>")
    source = Listing(ids=["90018-1999"], via={"url": f"{site.url}/bases/leyes/{{id}}"}, http=dict(HTTP), **LAW)
    (ref,) = source.refs()
    with pytest.raises(SourceError):
        source.fetch(ref)


def test_an_item_without_a_document_is_a_failure_that_names_it(site: Site) -> None:
    site.put("/lista.json", json.dumps([{"id": "1", "pdf": ""}]), "application/json")
    source = Listing(
        url=f"{site.url}/lista.json", items="[]", document="{pdf}", mapping={"id": "id", "title": "x"}, http=dict(HTTP)
    )
    (ref,) = source.refs()
    with pytest.raises(SourceError, match=r"lista\.json#1"):
        source.fetch(ref)


def test_an_empty_list_is_an_empty_source(site: Site) -> None:
    site.put("/lista.json", "[]", "application/json")
    with pytest.raises(EmptySource):
        list(
            Listing(
                url=f"{site.url}/lista.json",
                items="[]",
                mapping={"id": "id", "title": "x", "text": "t"},
                http=dict(HTTP),
            ).refs()
        )


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({}, "listing.one_of"),
        ({"url": "https://x.cl/l", "ids": ["1"]}, "listing.one_of"),
        ({"ids": ["1"], "document": "{id}"}, "listing.one_of"),
        ({"url": "https://x.cl/l", "document": "{u}", "html": "t"}, "listing.one_document"),
        ({"url": "https://x.cl/l"}, "listing.one_document"),
        ({"url": "https://x.cl/l", "units": {"items": "a[]", "label": "x", "text": "t"}}, "listing.no_via"),
        ({"url": "https://x.cl/l", "document": "{u}", "values": {"u": "//["}}, "connectors.bad_option"),
        ({"url": "https://x.cl/l", "document": "{u}", "find": {"u": ["{a}", "("]}}, "connectors.bad_option"),
        ({"url": "{nada}/l", "document": "{u}"}, "connectors.bad_option"),
    ],
)
def test_options_that_say_too_little_or_too_much(options: dict[str, Any], key: str) -> None:
    with pytest.raises(PluginError) as caught:
        Listing(mapping={"id": "id", "title": "x"}, **options)
    assert caught.value.key == key


def test_a_list_by_the_day_is_asked_for_by_the_day_and_kept_once(site: Site) -> None:
    today = datetime.now(UTC).strftime("%Y%m%d")
    site.answer("/normas", lambda asked: said([{"id": asked.query["hasta"]}]))
    source = Listing(
        url=f"{site.url}/normas?hasta={{today:%Y%m%d}}",
        items="[]",
        mapping={"id": "id", "title": "x", "text": "id"},
        http=dict(HTTP),
    )
    old = Known(url=f"{site.url}/normas?hasta=20200101", final="", revision="1", body=b"[]")
    Visits().put(old)
    assert [ref.uri.rpartition("#")[2] for ref in source.refs()] == [today]
    assert Visits().get(old.url) is None and Visits().get(f"{site.url}/normas?hasta={today}") is not None


def test_the_address_of_a_page_that_a_browser_builds_is_kept_whole(site: Site) -> None:
    site.put(
        "/api/H7",
        json.dumps({"sumilla": "<b>Ley</b> de ferias", "texto": "<p>Artículo 1.- Rige.</p>"}),
        "application/json",
    )
    source = Listing(
        ids=["H7"], via={"url": f"{site.url}/api/{{id}}"}, html="texto", http=dict(HTTP),
        mapping={"id": "id", "title": "{sumilla}", "url": "https://spij.example/web/#/detalle/{id}"},
    )  # fmt: skip
    (ref,) = source.refs()
    resource = source.fetch(ref)
    assert (resource.title, resource.url) == ("Ley de ferias", "https://spij.example/web/#/detalle/H7")


def test_a_document_on_another_host_is_a_failure_that_names_the_host(site: Site) -> None:
    items = [
        {"id": "1", "pdf": "https://ministerio.example/1.pdf"},
        {"id": "2", "pdf": "http://169.254.169.254/latest"},
    ]
    site.put("/lista.json", json.dumps(items), "application/json")
    means = {"id": "id", "title": "x"}
    source = Listing(url=f"{site.url}/lista.json", items="[]", document="{pdf}", mapping=means, http=dict(HTTP))
    one, two = source.refs()
    with pytest.raises(SourceError, match=r"agregue 'ministerio\.example' a 'hosts'"):
        source.fetch(one)
    anywhere = Listing(
        url=f"{site.url}/lista.json", items="[]", document="{pdf}", mapping=means, hosts=["*"], http=dict(HTTP)
    )
    with pytest.raises(SourceError) as caught:
        anywhere.fetch(two)
    assert caught.value.key == "http.forbidden_address"
