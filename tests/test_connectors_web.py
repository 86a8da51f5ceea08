"""The web connector: what it follows, what it takes for a document, and what it does about a site's bad days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from latam_rag import plugins
from latam_rag.connectors.links import links
from latam_rag.connectors.web import Web
from latam_rag.errors import EmptySource, PluginError, SourceError
from latam_rag.testing import HTTP, Page, Site, WebConnectorContract
from latam_rag.types import Ref


def page(*links: str, text: str = "") -> str:
    inner = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
    return f"<html><body><h1>{text}</h1>{inner}</body></html>"


class TestWeb(WebConnectorContract):
    kind = Web

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        site.put("/", page("ordenanzas/", "actas/1.pdf", "logo.png", text="Inicio"))
        site.put("/ordenanzas/", page("12.html", "../", "13.html", text="Ordenanzas"))
        site.put("/ordenanzas/12.html", page("/", text="Ordenanza 12"))
        site.put("/ordenanzas/13.html", page(text="Ordenanza 13, sin marca"), etag=False)
        site.put("/actas/1.pdf", b"%PDF-1.4 acta", "application/pdf")
        return {"start": [f"{site.url}/"], "exclude": ["borradores"], "depth": 4, "pages": 50, "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        return lambda: site.put("/ordenanzas/12.html", page("/", text="Ordenanza 12, reformada"))


def crawler(site: Site, *start: str, **options: Any) -> Web:
    return Web(start=[f"{site.url}{path}" for path in start or ("/",)], http=dict(HTTP), **options)


def paths(web: Web, site: Site) -> list[str]:
    return [ref.uri.removeprefix(site.url) for ref in web.refs()]


def test_depth_within_and_patterns_bound_what_is_followed(site: Site) -> None:
    site.put("/", page("/a/", "/b/"))
    site.put("/a/", page("/a/1.html", "/archivo/9.pdf"))
    site.put("/a/1.html", page("/a/2.html"))
    site.put("/a/2.html", page())
    site.put("/b/", page())
    site.put("/archivo/9.pdf", b"%PDF-1.4", "application/pdf")
    assert paths(crawler(site, depth=0), site) == ["/"]
    assert paths(crawler(site, depth=1), site) == ["/", "/a/", "/b/"]
    assert paths(crawler(site, within=["/a/"]), site) == ["/", "/a/", "/a/1.html", "/archivo/9.pdf", "/a/2.html"]
    assert paths(crawler(site, include=["*.pdf"]), site) == ["/archivo/9.pdf"]
    assert paths(crawler(site, kinds=["pdf"]), site) == ["/archivo/9.pdf"]
    assert paths(crawler(site, exclude=["/a/"]), site) == ["/", "/b/"]


def test_one_page_is_one_document_however_it_is_linked(site: Site) -> None:
    site.put(
        "/", page("/a.html#x", "a.html", "A.html/../a.html?utm_source=boletin", "/vieja.html", f"{site.url}:80/a.html")
    )
    site.put("/a.html", page())
    site.redirect("/vieja.html", "/a.html", 301)
    assert paths(crawler(site), site) == ["/", "/a.html"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('<a href="/a.html">', ["/a.html"]),
        ('<p>x</p></body></html><a href="/a.html">a</a>', ["/a.html"]),
        ('<?xml version="1.0" encoding="utf-8"?><base href="/b/"><a href="a.html">', ["/b/a.html"]),
        (
            '<iframe src="/a.html"></iframe><area href="/b.html"><object data="/c.pdf">',
            ["/a.html", "/b.html", "/c.pdf"],
        ),
        ('<meta http-equiv="Refresh" content="0; URL=/a.html">', ["/a.html"]),
        ('<link rel="next" href="/2"><link rel="stylesheet" href="/x.css">', ["/2"]),
        (
            '<a href="javascript:x()">,<a href="#p">,<a href="mailto:a@b.cl">,<a href="tel:1">,<a href="">,<a href="http://[">',
            [],
        ),
        ("", []),
        ("<!-- -->", []),
    ],
)
def test_links_are_found_wherever_a_browser_follows_them(written: str, found: list[str]) -> None:
    assert [link.removeprefix("http://a.cl") for link in links(written.encode(), "http://a.cl/")] == found


def test_what_is_left_out_is_counted_by_reason(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /privado/\n", "text/plain")
    site.put("/", page("/privado/x.html", "/no.html", "https://otra.example/", "/foto.jpg", "/video", "mailto:a@b.cl"))
    site.put("/video", b"\x00", "video/mp4")
    web = crawler(site)
    assert paths(web, site) == ["/"]
    assert web.left_out == {"robots": 1, "missing": 1, "outside": 1, "not_wanted": 2}
    assert site.asked("/foto.jpg") == site.asked("/privado/x.html") == []


def test_a_page_that_fails_keeps_its_place_and_what_it_led_to(site: Site) -> None:
    site.put("/", page("/indice.html"))
    site.put("/indice.html", page("/a.html"))
    site.put("/a.html", page())
    before = list(crawler(site).refs())
    site.answer("/indice.html", lambda _: Page(status=503))
    assert list(crawler(site).refs()) == before


def test_a_new_page_that_fails_is_a_document_that_fails(site: Site) -> None:
    site.put("/", page("/rota.html", "/a.html"))
    site.answer("/rota.html", lambda _: Page(status=500))
    site.put("/a.html", page())
    web = crawler(site)
    assert paths(web, site) == ["/", "/rota.html", "/a.html"]
    with pytest.raises(SourceError, match="error 500"):
        web.fetch(Ref(uri=f"{site.url}/rota.html"))


def test_a_site_in_trouble_is_an_error_and_not_a_short_listing(site: Site) -> None:
    site.put("/", page(*(f"/{n}.html" for n in range(8))))
    for n in range(8):
        site.answer(f"/{n}.html", lambda _: Page(status=502))
    with pytest.raises(SourceError, match="error 502"):
        list(Web(start=[f"{site.url}/"], http={**HTTP, "retries": 0}).refs())


def test_a_larger_site_than_allowed_is_an_error(site: Site) -> None:
    site.put("/", page(*(f"/{n}.html" for n in range(8))))
    for n in range(8):
        site.put(f"/{n}.html", page())
    with pytest.raises(SourceError, match="más de 5 páginas"):
        list(crawler(site, pages=5).refs())


def test_a_page_that_links_to_itself_one_deeper_ends(site: Site) -> None:
    site.put("/", page("a/"))
    site.answer("/a/", lambda _: Page(body=page("a/").encode()))
    for n in range(2, 8):
        site.answer("/" + "a/" * n, lambda _: Page(body=page("a/").encode()))
    web = crawler(site)
    assert paths(web, site) == ["/", "/a/", "/a/a/", "/a/a/a/"]
    assert web.left_out["loop"] == 1


def test_a_start_address_that_is_not_there_is_an_error(site: Site) -> None:
    site.put("/", page())
    with pytest.raises(SourceError, match="no existe"):
        list(crawler(site, "/", "/no.html").refs())


def test_a_site_without_documents_is_an_empty_source(site: Site) -> None:
    site.put("/", page())
    with pytest.raises(EmptySource):
        list(crawler(site, kinds=["pdf"]).refs())


def test_a_host_is_added_by_name(site: Site) -> None:
    with Site() as other:
        other.put("/x.pdf", b"%PDF-1.4", "application/pdf")
        port = other.url.rpartition(":")[2]
        site.put("/", page(f"http://127.0.0.1:{port}/x.pdf"))
        assert len(list(crawler(site).refs())) == 1
        assert len(list(crawler(site, hosts=[f"127.0.0.1:{port}"]).refs())) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": []},
        {"start": ["ftp://a.cl/"]},
        {"depth": -1},
        {"kinds": ["exe"]},
        {"http": {"pausa": 1}},
        {"http": {"pause": -1}},
    ],
)
def test_a_wrong_option_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises((PluginError, SourceError)) as caught:
        Web(**{"start": ["https://a.cl/"], **wrong})
    assert str(caught.value)


REGISTRY = """<html><head><title>Sistema de normas</title></head><body><div class="nav">Inicio Ingresar Buscar en todas</div>
<div style="display:none"><span field="tipo">LEY</span><span field="numero">90057</span><span field="anio">1987</span>
<span field="estado">No vigente</span><span field="desde">22/04/1987</span><span field="hasta">13/01/1994</span></div>
<h1>LEY 90057 DE 1987</h1><div style="padding: 15px"><p>Artículo 1º. Las ferias abren los sábados.</p></div></body></html>"""


@pytest.mark.parametrize("kind", ["web", "sitemap"])
def test_a_page_says_what_it_is_and_what_of_it_is_the_document(kind: str, site: Site) -> None:
    norm = site.put("/viewDocument.asp", REGISTRY)
    site.put("/sitemap.xml", f"<urlset><url><loc>{norm}</loc></url></urlset>", "application/xml")
    place = {"start": [norm]} if kind == "web" else {"url": f"{site.url}/sitemap.xml"}
    options = {
        "page": {
            "title": "//h1", "kind": "//span[@field='tipo']", "status": "//span[@field='estado']",
            "norm": "concat(//span[@field='numero'], '/', //span[@field='anio'])", "valid_from": "//span[@field='desde']",
            "valid_to": "//span[@field='hasta']", "body": "//span[@field='entidad']",
        },
        "main": "//div[contains(@style, 'padding: 15px')]", "http": dict(HTTP),
    }  # fmt: skip
    source = plugins.connect(kind, {**place, **options})
    (ref,) = source.refs()
    resource = source.fetch(ref)
    assert (resource.title, resource.url) == ("LEY 90057 DE 1987", norm)
    assert dict(resource.metadata) == {
        "kind": "LEY", "status": "repealed", "norm": "90057/1987", "valid_from": "1987-04-22", "valid_to": "1994-01-13",
    }  # fmt: skip
    assert "los sábados" in resource.body.decode() and "Ingresar" not in resource.body.decode()


def test_a_path_that_is_none_is_an_error_of_the_definition() -> None:
    with pytest.raises(PluginError, match=r"page\.status"):
        plugins.connect("web", {"start": ["https://muni.example/"], "page": {"status": "//span["}})
