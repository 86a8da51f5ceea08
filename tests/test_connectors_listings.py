"""Connectors of sources that publish a listing: sitemap, feed, CKAN, OAI-PMH, and LlamaIndex readers."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from latam_rag.config import Limits
from latam_rag.connectors.ckan import Ckan
from latam_rag.connectors.feed import Feed
from latam_rag.connectors.llamaindex import LlamaIndex
from latam_rag.connectors.oai_pmh import OaiPmh
from latam_rag.connectors.sitemap import Sitemap
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.parse import parse
from latam_rag.testing import HTTP, Asked, ConnectorContract, Page, Site, WebConnectorContract
from latam_rag.types import Ref

OLD = "2020-05-01T10:00:00Z"


def sitemap(site: Site, *pages: tuple[str, str]) -> str:
    lines = "".join(
        f"<url><loc>{site.url}{path}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>" for path, date in pages
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'


def html(text: str) -> str:
    return f"<html><body><p>{text}</p></body></html>"


class TestSitemap(WebConnectorContract):
    kind = Sitemap

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        site.put(
            "/sitemap.xml",
            sitemap(site, ("/a.html", OLD), ("/b.html", ""), ("/c.html", "2020-05-02")),
            "application/xml",
        )
        for name in "abc":
            site.put(f"/{name}.html", html(name))
        return {"url": f"{site.url}/sitemap.xml", "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        return lambda: site.put("/b.html", html("b, reformada"))


def test_a_page_whose_lastmod_is_the_same_is_not_asked_for(site: Site) -> None:
    site.put("/sitemap.xml", sitemap(site, ("/a.html", OLD), ("/b.html", OLD)), "application/xml")
    source = Sitemap(url=f"{site.url}/sitemap.xml", http=dict(HTTP))
    assert [ref.revision for ref in source.refs()] == [OLD, OLD]
    assert {asked.path for asked in site.log} == {"/robots.txt", "/sitemap.xml"}
    asked = Sitemap(url=f"{site.url}/sitemap.xml", lastmod=False, http=dict(HTTP))
    site.put("/a.html", html("a"))
    site.put("/b.html", html("b"))
    assert len({ref.revision for ref in asked.refs()}) == 2


def test_a_day_that_is_not_over_tells_nothing(site: Site) -> None:
    site.put("/sitemap.xml", sitemap(site, ("/a.html", "2999-01-01")), "application/xml")
    site.put("/a.html", html("a"))
    (ref,) = Sitemap(url=f"{site.url}/sitemap.xml", http=dict(HTTP)).refs()
    assert ref.revision not in ("", "2999-01-01")


def test_an_index_of_packed_sitemaps_is_found_through_robots_txt(site: Site) -> None:
    site.put("/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.url}/indice.xml\n", "text/plain")
    inner = "".join(f"<sitemap><loc>{site.url}/{n}</loc></sitemap>" for n in ("1.xml.gz", "2.txt"))
    site.put(
        "/indice.xml",
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>',
        "text/xml",
    )
    site.put(
        "/1.xml.gz", gzip.compress(sitemap(site, ("/a.html", OLD), ("/foto.jpg", OLD)).encode()), "application/gzip"
    )
    site.put("/2.txt", f"\ufeff{site.url}/b.html\nhttps://otra.example/c.html\n", "text/plain")
    site.put("/b.html", html("b"))
    source = Sitemap(url=site.url, http=dict(HTTP))
    assert [ref.uri.removeprefix(site.url) for ref in source.refs()] == ["/a.html", "/b.html"]
    assert source.left_out == {"not_wanted": 1, "outside": 1}


@pytest.mark.parametrize(
    "body", ["<html></html>", "<urlset><url>", '<!DOCTYPE a [<!ENTITY x "y">]><urlset>&x;</urlset>']
)
def test_a_sitemap_that_is_none_is_an_error(site: Site, body: str) -> None:
    site.put("/sitemap.xml", body, "application/xml")
    with pytest.raises(SourceError):
        list(Sitemap(url=f"{site.url}/sitemap.xml", http=dict(HTTP)).refs())


def test_a_sitemap_of_the_index_that_is_missing_is_an_error(site: Site) -> None:
    site.put("/sitemap.xml", f"<sitemapindex><sitemap><loc>{site.url}/1.xml</loc></sitemap></sitemapindex>", "text/xml")
    with pytest.raises(SourceError, match="no existe"):
        list(Sitemap(url=f"{site.url}/sitemap.xml", http=dict(HTTP)).refs())


def atom(site: Site, *entries: tuple[str, str, str]) -> str:
    items = "".join(
        f'<entry><title>{title}</title><id>urn:{path}</id><link href="{path}"/><updated>{date}</updated>'
        f'<content type="html">&lt;p&gt;{title}&lt;/p&gt;</content></entry>'
        for path, title, date in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Avisos</title>{items}</feed>'


def rss(*items: tuple[str, str]) -> str:
    inner = "".join(
        f"<item><title>{title}</title><link>{path}</link><pubDate>Mon, 04 May 2020 10:00:00 -0300</pubDate>"
        f"<description><![CDATA[<p>{title}</p>]]></description></item>"
        for path, title in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Avisos</title>{inner}</channel></rss>'


class TestAtom(WebConnectorContract):
    kind = Feed

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        site.put("/feed", atom(site, ("/b.html", "B", OLD), ("/a.html", "A", OLD)), "application/atom+xml")
        site.put("/a.html", html("a"))
        site.put("/b.html", html("b"))
        return {"url": f"{site.url}/feed", "documents": "linked", "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            site.put("/feed", atom(site, ("/b.html", "B", "2020-06-01T00:00:00Z"), ("/a.html", "A", OLD)))
            return site.put("/b.html", html("b, corregido"))

        return change


class TestRssEntries(WebConnectorContract):
    kind = Feed

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        site.put("/rss", rss(("/2", "Corte de agua"), ("/1", "Feria")), "application/rss+xml")
        return {"url": f"{site.url}/rss", "documents": "entries", "http": dict(HTTP)}


def test_what_a_feed_no_longer_shows_stays_until_its_page_is_gone(site: Site) -> None:
    for n in "123":
        site.put(f"/{n}", html(f"aviso {n}"))
    site.put("/rss", rss(("/2", "dos"), ("/1", "uno")))
    source = Feed(url=f"{site.url}/rss", http=dict(HTTP))

    def shown() -> list[str]:
        return [ref.uri.removeprefix(site.url) for ref in source.refs()]

    assert shown() == ["/1", "/2"]
    site.put("/rss", rss(("/3", "tres")))
    assert shown() == ["/1", "/2", "/3"]
    site.remove("/1")
    assert shown() == ["/2", "/3"]
    resource = source.fetch(Ref(uri=f"{site.url}/2"))
    assert (resource.title, dict(resource.metadata)) == ("dos", {"date": "2020-05-04"})


def test_pages_of_a_feed_are_followed_and_circles_are_not(site: Site) -> None:
    site.put("/1", html("1"))
    site.put("/2", html("2"))
    following = '<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="/rss2"/></channel>'
    site.put("/rss", rss(("/2", "dos")).replace("</channel>", following))
    site.put("/rss2", rss(("/1", "uno")).replace("</channel>", following.replace("rss2", "rss")))
    assert len(list(Feed(url=f"{site.url}/rss", http=dict(HTTP)).refs())) == 2


class Portal:
    """CKAN's API over a list of packages, in pages no longer than ``most``."""

    def __init__(self, site: Site, packages: list[dict[str, Any]], most: int = 1) -> None:
        self.packages, self.most = packages, most
        site.answer("/api/3/action/package_search", self.search)
        site.answer("/api/3/action/resource_show", self.resource)
        site.answer("/api/3/action/package_show", self.package)

    def search(self, asked: Asked) -> Page:
        start = int(asked.query["start"])
        found = self.packages[start : start + min(int(asked.query["rows"]), self.most)]
        return said({"count": len(self.packages), "results": found})

    def resource(self, asked: Asked) -> Page:
        every = [{**r, "package_id": p["id"]} for p in self.packages for r in p["resources"]]
        return next((said(r) for r in every if r["id"] == asked.query["id"]), Page(status=404))

    def package(self, asked: Asked) -> Page:
        return next(said(p) for p in self.packages if p["id"] == asked.query["id"])


def said(result: object) -> Page:
    return Page(body=json.dumps({"success": True, "result": result}).encode(), media_type="application/json")


def package(site: Site, name: str, *resources: str, **more: str) -> dict[str, Any]:
    listed = [
        {
            "id": f"r-{path}",
            "name": path,
            "format": path.rpartition(".")[2].upper(),
            "url": f"{site.url}/{path}",
            "last_modified": OLD,
        }
        for path in resources
    ]
    return {
        "id": f"p-{name}",
        "name": name,
        "title": name.title(),
        "organization": {"title": "Muni"},
        "resources": listed,
        **more,
    }


class TestCkan(WebConnectorContract):
    kind = Ckan

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        self.portal = Portal(
            site, [package(site, "actas", "1.pdf", "2.pdf", "mapa.shp"), package(site, "normas", "3.txt")]
        )
        for path in ("1.pdf", "2.pdf", "3.txt"):
            site.put(f"/{path}", f"contenido de {path}", "application/octet-stream")
        return {"url": site.url, "formats": ["pdf", "txt"], "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            site.put("/2.pdf", "otro contenido", "application/pdf")
            self.portal.packages[0]["resources"][1]["last_modified"] = "2021-01-01T00:00:00"
            return f"{site.url}/dataset/actas/resource/r-2.pdf"

        return change


class TestCkanRows(WebConnectorContract):
    kind = Ckan

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        Portal(site, [package(site, "tramites", "t.csv"), package(site, "otros", "o.csv")])
        site.put("/t.csv", "codigo,nombre\nT1,Patente comercial\nT2,Permiso de feria\n", "text/csv")
        site.put("/o.csv", "codigo,nombre\nO1,Certificado de residencia\n", "text/csv")
        return {"url": site.url, "mapping": {"id": "codigo", "title": "{nombre}", "text": "nombre"}, "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            site.put("/t.csv", "codigo,nombre\nT1,Patente comercial\nT2,Permiso de feria libre\n", "text/csv")
            return f"{site.url}/dataset/tramites/resource/r-t.csv#T2"

        return change


def test_a_portal_that_runs_dry_before_its_count_is_an_error(site: Site) -> None:
    def short(asked: Asked) -> Page:
        return said({"count": 5, "results": [package(site, "a", "1.pdf")] if asked.query["start"] == "0" else []})

    site.answer("/api/3/action/package_search", short)
    with pytest.raises(SourceError, match="1 / 5"):
        list(Ckan(url=site.url, http=dict(HTTP)).refs())


def test_a_resource_on_another_host_is_a_document_that_fails(site: Site) -> None:
    found = package(site, "a", "1.pdf")
    found["resources"][0]["url"] = "https://ministerio.example/1.pdf"
    Portal(site, [found])
    source = Ckan(url=site.url, http=dict(HTTP))
    (ref,) = source.refs()
    with pytest.raises(SourceError, match=r"agregue 'ministerio\.example' a 'hosts'"):
        source.fetch(ref)


def test_what_a_portal_says_of_a_resource_is_kept(site: Site) -> None:
    Portal(site, [package(site, "actas", "1.pdf", license_title="CC-BY")])
    site.put("/1.pdf", b"%PDF-1.4", "application/pdf")
    source = Ckan(url=site.url, http=dict(HTTP))
    (ref,) = source.refs()
    resource = source.fetch(ref)
    assert (resource.title, resource.url) == ("Actas: 1.pdf", f"{site.url}/dataset/actas/resource/r-1.pdf")
    assert resource.metadata == {"body": "Muni", "license": "CC-BY", "date": "2020-05-01"}


class Repository:
    """OAI-PMH over records: identifier → (datestamp, Dublin Core, deleted); pages of two."""

    def __init__(self, site: Site) -> None:
        self.records: dict[str, tuple[str, str, bool]] = {}
        self.short = False
        site.answer("/oai", self.answer)

    def answer(self, asked: Asked) -> Page:
        query = asked.query
        if query["verb"] == "GetRecord":
            found = self.records.get(query["identifier"])
            inner = (
                f"<record>{self.header(query['identifier'])}<metadata>{found[1]}</metadata></record>" if found else ""
            )
            whole = f"<GetRecord>{inner}</GetRecord>" if found else '<error code="idDoesNotExist">no</error>'
        else:
            start = int(query.get("resumptionToken", "0"))
            page = list(self.records)[start : start + 2]
            last = start + 2 >= len(self.records) - (2 if self.short else 0)
            token = (
                f'<resumptionToken completeListSize="{len(self.records)}">{"" if last else start + 2}</resumptionToken>'
            )
            headers = "".join(map(self.header, page))
            whole = f"<ListIdentifiers>{headers}{token}</ListIdentifiers>" if page else '<error code="noRecordsMatch"/>'
        body = f'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{whole}</OAI-PMH>'
        return Page(body=body.encode(), media_type="text/xml")

    def header(self, identifier: str) -> str:
        date, _, deleted = self.records[identifier]
        status = ' status="deleted"' if deleted else ""
        return f"<header{status}><identifier>{identifier}</identifier><datestamp>{date}</datestamp></header>"


def dublin(title: str, **fields: str) -> str:
    inner = "".join(f"<dc:{name}>{value}</dc:{name}>" for name, value in {"title": title, **fields}.items())
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{inner}</oai_dc:dc>"
    )


class TestOaiPmh(WebConnectorContract):
    kind = OaiPmh

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        self.repository = Repository(site)
        for n in range(5):
            described = dublin(
                f"Informe {n}", description=f"Resumen del informe {n}.", creator="Muni", date="2019-03-01"
            )
            self.repository.records[f"oai:r:{n}"] = (OLD, described, n == 3)
        return {"url": f"{site.url}/oai", "http": dict(HTTP)}

    @pytest.fixture
    def change(self) -> Callable[[], str]:
        def change() -> str:
            self.repository.records["oai:r:1"] = (
                "2021-01-01T00:00:00Z",
                dublin("Informe 1", description="Corregido."),
                False,
            )
            return "oai:r:1"

        return change


def test_deleted_records_are_no_documents_and_a_short_list_is_an_error(site: Site) -> None:
    repository = Repository(site)
    for n in range(6):
        repository.records[f"oai:r:{n}"] = (OLD, dublin(str(n)), n == 3)
    source = OaiPmh(url=f"{site.url}/oai", http=dict(HTTP))
    assert [ref.uri for ref in source.refs()] == [f"oai:r:{n}" for n in (0, 1, 2, 4, 5)]
    repository.short = True
    with pytest.raises(SourceError, match="4 / 6"):
        list(source.refs())
    repository.records.clear()
    with pytest.raises(EmptySource):
        list(source.refs())


def test_a_record_reads_as_a_document(site: Site) -> None:
    repository = Repository(site)
    described = dublin(
        "Plan regulador", description="Norma el uso del suelo de la comuna.", subject="Urbanismo", creator="Muni",
        date="2019-03-01", identifier="https://repositorio.example/12",
    )  # fmt: skip
    repository.records["oai:r:1"] = (OLD, described, False)
    source = OaiPmh(url=f"{site.url}/oai", http=dict(HTTP))
    document = parse(source.fetch(Ref(uri="oai:r:1")), limits=Limits())
    assert document.title == "Plan regulador" and "uso del suelo" in document.text
    assert document.url == "https://repositorio.example/12"
    assert document.metadata["body"] == "Muni" and document.metadata["date"] == "2019-03-01"


def test_the_file_of_a_record_is_found_on_its_page(site: Site) -> None:
    repository = Repository(site)
    repository.records["oai:r:1"] = (OLD, dublin("Tesis", identifier=f"{site.url}/handle/1"), False)
    repository.records["oai:r:2"] = (OLD, dublin("Acta", identifier=f"{site.url}/acta.pdf"), False)
    repository.records["oai:r:3"] = (OLD, dublin("Sin archivo"), False)
    meta = f'<html><head><meta name="citation_pdf_url" content="{site.url}/bitstream/tesis.pdf"></head><body>x</body></html>'
    site.put("/handle/1", meta)
    site.put("/bitstream/tesis.pdf", b"%PDF-1.4 tesis", "application/pdf")
    site.put("/acta.pdf", b"%PDF-1.4 acta", "application/pdf")
    source = OaiPmh(url=f"{site.url}/oai", documents="files", kinds=["pdf"], http=dict(HTTP))
    one, two, three = source.refs()
    assert source.fetch(one).body == b"%PDF-1.4 tesis" and source.fetch(one).url == f"{site.url}/handle/1"
    assert (source.fetch(two).body, source.fetch(two).title) == (b"%PDF-1.4 acta", "Acta")
    with pytest.raises(SourceError, match="ningún archivo"):
        source.fetch(three)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """A reader's package, as pip would install it: what it loads is what the test puts in."""
    from llama_index.core.readers.base import BaseReader
    from llama_index.core.schema import Document

    loaded: list[tuple[str, dict[str, object]]] = [
        ("uno", {"title": "A", "url": "https://a.cl/1"}),
        ("dos", {"url": "https://a.cl/2"}),
    ]

    class ShelfReader(BaseReader):
        def __init__(self, token: str = "") -> None:
            self.token = token

        def load_data(self, pages: int = 9) -> list[Document]:
            if self.token == "mal":
                raise ConnectionError("no hay nadie")
            return [Document(text=text, metadata=said) for text, said in loaded[:pages]]

    module = ModuleType("llama_index.readers.shelf")
    vars(module).update(ShelfReader=ShelfReader, Other=dict)
    monkeypatch.setitem(sys.modules, "llama_index.readers.shelf", module)
    return loaded


class TestLlamaIndex(ConnectorContract):
    kind = LlamaIndex

    @pytest.fixture
    def options(self, reader: object) -> Mapping[str, Any]:
        return {"reader": "llama_index.readers.shelf.ShelfReader", "load": {"pages": 2}}

    @pytest.fixture
    def change(self, reader: list[tuple[str, dict[str, object]]]) -> Callable[[], str]:
        def change() -> str:
            reader[1] = ("dos, corregido", reader[1][1])
            return "https://a.cl/2"

        return change


def test_a_readers_trouble_is_the_sources(reader: object, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "llama_index.readers.shelf.ShelfReader"
    with pytest.raises(SourceError, match="TOKEN_LECTOR"):
        list(LlamaIndex(reader=name, options={"token_env": "TOKEN_LECTOR"}).refs())
    monkeypatch.setenv("TOKEN_LECTOR", "mal")
    with pytest.raises(SourceError, match="no hay nadie"):
        list(LlamaIndex(reader=name, options={"token_env": "TOKEN_LECTOR"}).refs())
    for wrong in ("llama_index.readers.shelf.Other", "llama_index.readers.shelf.No", "llama_index.readers.none.Reader"):
        with pytest.raises(PluginError):
            list(LlamaIndex(reader=wrong).refs())
    with pytest.raises(PluginError):
        LlamaIndex(reader="os.system")


def test_documents_of_one_name_are_told_apart(reader: list[tuple[str, dict[str, object]]]) -> None:
    reader[:] = [("uno", {}), ("dos", {}), ("tres", {"file_name": "a"})]
    source = LlamaIndex(reader="llama_index.readers.shelf.ShelfReader")
    assert len({ref.uri for ref in source.refs()}) == 3
    reader[:] = [("uno", {"file_name": "a.pdf"}), ("dos", {"file_name": "a.pdf"})]
    assert [ref.uri for ref in source.refs()] == ["a.pdf", "a.pdf~2"]
