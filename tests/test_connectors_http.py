"""The HTTP client: in turn, again later, within limits, and through what an institution puts in between."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import subprocess
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from latam_rag.connectors.http import Bounds, Client, Manners, pace, urls, wire
from latam_rag.errors import SourceError
from latam_rag.testing import HTTP, Asked, Faults, Page, Site


def client(site: Site, *hosts: str, **manners: Any) -> Client:
    return Client(Manners(**{**HTTP, **manners}), Bounds([f"{site.url}/"], hosts))


def refused(client: Client, url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        client.get(url)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_a_page_comes_with_what_the_server_says(site: Site) -> None:
    url = site.put("/a.html", "Ñandú".encode("cp1252"), "text/html; charset=iso-8859-1")
    reply = client(site).get(url)
    assert (reply.status, reply.body, reply.media_type) == (200, b"\xd1and\xfa", "text/html; charset=iso-8859-1")
    assert client(site).get(url, etag=reply.etag).status == 304
    assert client(site).get(url, last_modified=reply.last_modified).status == 304


def test_who_asks_is_said(site: Site) -> None:
    url = site.put("/a", "a")
    client(site, contact="ti@muni.cl").get(url)
    assert {asked.headers["user-agent"] for asked in site.log} == {"latam-rag/0.1 (+ti@muni.cl)"}


def test_a_pause_between_requests_is_kept_among_all_sources(site: Site) -> None:
    url = site.put("/a", "a")
    clients = [client(site, pause=0.05, robots=False) for _ in range(3)]
    threads = [threading.Thread(target=lambda c=one: [c.get(url) for _ in range(4)]) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(asked.at for asked in site.log)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) == 12
    # Sent 0.05 s apart; one that was held up on its way comes closer to the next.
    assert sum(gaps) >= 11 * 0.05 - 0.02
    assert sorted(gaps)[len(gaps) // 2] >= 0.04


def test_the_hosts_own_crawl_delay_counts(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.1\n", "text/plain")
    url = site.put("/a", "a")
    asking = client(site)
    for _ in range(3):
        asking.get(url)
    times = [asked.at for asked in site.asked("/a")]
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.08


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", False),
        ("User-agent: *\nDisallow: /*.html$", False),
        ("User-agent: *\nDisallow: /\nAllow: /a.html", True),
        ("User-agent: otro\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: latam-rag\nDisallow: /x", True),
        ("<html>No existe</html>", True),
        ("", True),
    ],
)
def test_robots_txt_is_read_as_the_standard_says(site: Site, rules: str, allowed: bool) -> None:
    site.put("/robots.txt", rules, "text/plain")
    url = site.put("/a.html", "a")
    if allowed:
        assert client(site).get(url).status == 200
    else:
        assert refused(client(site), url).key == "http.robots"
        assert site.asked("/a.html") == []


def test_a_robots_txt_that_fails_forbids_and_one_that_is_missing_does_not(site: Site) -> None:
    url = site.put("/a", "a")
    assert client(site).get(url).status == 200
    site.answer("/robots.txt", lambda _: Page(status=403))
    assert client(site).get(url).status == 200
    site.answer("/robots.txt", lambda _: Page(status=503))
    assert refused(client(site, retries=0), url).values["status"] == 503


def test_trouble_that_passes_is_outlived(site: Site) -> None:
    url = site.put("/a", "á" * 5000)
    site.faults = Faults(errors=0.3, truncated=0.1, dropped=0.1, seed=3)
    asking = client(site, retries=8)
    assert {asking.get(url).body for _ in range(30)} == {("á" * 5000).encode()}
    assert {200, 0, 500, 502, 503} <= {asked.status for asked in site.log}


def test_an_error_that_stays_is_said_after_the_retries(site: Site) -> None:
    site.answer("/a", lambda _: Page(status=500))
    assert "error 500" in str(refused(client(site, retries=2), f"{site.url}/a"))
    assert len(site.asked("/a")) == 3


@pytest.mark.parametrize(
    ("status", "key"), [(404, "http.missing"), (410, "http.missing"), (403, "http.status"), (401, "http.status")]
)
def test_what_will_not_pass_is_not_asked_again(site: Site, status: int, key: str) -> None:
    site.answer("/a", lambda _: Page(status=status))
    assert refused(client(site), f"{site.url}/a").key == key
    assert len(site.asked("/a")) == 1


def test_a_busy_server_is_given_the_time_it_asks_for(site: Site) -> None:
    def busy_once(asked: Asked) -> Page:
        first = not site.asked("/a")
        return Page(status=429, headers=(("Retry-After", "1"),)) if first else Page(body=b"ya")

    site.answer("/a", busy_once)
    assert client(site).get(f"{site.url}/a").body == b"ya"
    first, second = site.asked("/a")
    assert second.at - first.at >= 0.95


def test_a_server_that_asks_for_too_long_is_left_for_later(site: Site) -> None:
    site.answer("/a", lambda _: Page(status=503, headers=(("Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT"),)))
    assert refused(client(site, patience=5), f"{site.url}/a").key == "http.busy"
    assert len(site.asked("/a")) == 1


def test_a_date_in_retry_after_is_understood_and_nonsense_is_not_waited_for() -> None:
    assert wire.retry_after({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}) > 9e8
    assert wire.retry_after({"retry-after": "pronto"}) == wire.retry_after({}) == 0.0
    assert wire.retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0


def test_redirects_are_followed_and_circles_are_not(site: Site) -> None:
    site.put("/c", "fin")
    site.redirect("/a", "/b", 301)
    site.redirect("/b", f"{site.url}/c", 307)
    reply = client(site).get(f"{site.url}/a")
    assert (reply.url, reply.body) == (f"{site.url}/c", b"fin")
    site.redirect("/x", "/y")
    site.redirect("/y", "/x")
    assert refused(client(site), f"{site.url}/x").key == "http.redirects"


def test_a_body_is_refused_before_it_is_read(site: Site) -> None:
    url = site.put("/v.mp4", b"0" * 2_000_000, "video/mp4")
    with pytest.raises(SourceError) as caught:
        client(site).get(url, wanted=lambda _, kind: kind.startswith("text/"))
    assert caught.value.key == "http.not_wanted"
    assert refused(client(site, max_bytes=1_000_000), url).key == "http.too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw"])
def test_packed_answers_are_unpacked(site: Site, encoding: str) -> None:
    text = "Artículo 1. " * 5000
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "gzip": gzip.compress(text.encode()),
        "deflate": zlib.compress(text.encode()),
        "raw": raw.compress(text.encode()) + raw.flush(),
    }
    header = (("Content-Encoding", "gzip" if encoding == "gzip" else "deflate"),)
    site.put("/a", bodies[encoding], headers=header)
    assert client(site).get(f"{site.url}/a").body.decode() == text
    # Two gzip members, one after the other, and the zeros that some servers pad with.
    site.put("/b", gzip.compress(b"uno ") + gzip.compress(b"dos") + bytes(30), headers=(("Content-Encoding", "gzip"),))
    assert client(site).get(f"{site.url}/b").body == b"uno dos"


def test_half_a_packed_answer_is_not_an_answer(site: Site) -> None:
    packed = gzip.compress(b"Art. 1. " * 5000)
    site.put("/a", packed[: len(packed) // 2], headers=(("Content-Encoding", "gzip"),))
    assert refused(client(site, retries=1), f"{site.url}/a").key == "http.truncated"


def test_an_answer_that_drips_is_given_up(site: Site) -> None:
    site.put("/a", b"x" * 400, drip=0.02)
    began = time.monotonic()
    assert refused(client(site, max_seconds=0.3, retries=0), f"{site.url}/a").key == "http.too_slow"
    assert time.monotonic() - began < 3
    site.put("/b", b"x", delay=2.0)
    assert refused(client(site, timeout=0.2, retries=0), f"{site.url}/b").key == "http.timeout"


def test_a_site_that_restarts_is_waited_for(site: Site) -> None:
    url = site.put("/a", "a")
    asking = client(site, retries=8)
    asking.get(url)
    site.down()
    threading.Timer(0.3, site.up).start()
    assert asking.get(url).body == b"a"


def test_a_secret_header_goes_to_the_sources_own_hosts_only(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as other:
        other.put("/b", "b")
        port = other.url.rpartition(":")[2]
        site.redirect("/a", f"http://localhost:{port}/b")
        asking = client(
            site, f"localhost:{port}", headers_env={"Authorization": "CLAVE"}, intranet=["127.0.0.1", "localhost"]
        )
        assert "CLAVE" in str(refused(asking, f"{site.url}/a"))
        monkeypatch.setenv("CLAVE", "Bearer 123")
        asking.get(f"{site.url}/a")
        assert site.asked("/a")[-1].headers["authorization"] == "Bearer 123"
        assert "authorization" not in other.asked("/b")[-1].headers


def test_a_proxy_is_used_where_it_is_wanted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "ALL_PROXY",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    assert wire.proxy_for("http://www.muni.cl/", "") == ""
    assert wire.proxy_for("http://www.muni.cl/", "http://proxy:3128") == "http://proxy:3128"
    monkeypatch.setenv("https_proxy", "http://user:clave@proxy:3128")
    monkeypatch.setenv("no_proxy", "intranet.muni.cl")
    assert wire.proxy_for("https://www.muni.cl/", "") == "http://user:clave@proxy:3128"
    assert wire.proxy_for("https://intranet.muni.cl/", "http://proxy:3128") == ""
    # A proxy is asked with the whole address; the site stands in for one.
    monkeypatch.delenv("no_proxy")
    site.put("http://127.0.0.1:9/a", "por el proxy")
    asking = Client(Manners(**{**HTTP, "proxy": site.url, "robots": False}), Bounds(["http://127.0.0.1:9/"]))
    assert asking.get("http://127.0.0.1:9/a").body == b"por el proxy"
    inside = Client(Manners(proxy=site.url, pause=0, robots=False), Bounds(["http://127.0.0.1:9/"]))
    assert refused(inside, "http://127.0.0.1:9/a").key == "http.private_address"


def test_an_institutions_own_authority(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run(
        [*command, *names, "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=secure, args=(listening, context), daemon=True).start()
        url = f"https://localhost:{listening.getsockname()[1]}/"
        manners: dict[str, Any] = {**HTTP, "intranet": ["localhost"], "robots": False, "retries": 0}
        assert refused(Client(Manners(**manners), Bounds([url])), url).key == "http.certificate"
        assert Client(Manners(**manners, ca_file=str(certificate)), Bounds([url])).get(url).body == b"ok"
    assert refused(Client(Manners(**manners, ca_file=str(key)), Bounds([url])), url).key == "http.bad_ca_file"


def secure(listening: socket.socket, context: ssl.SSLContext) -> None:
    """Answer two connections over TLS, the first of which is given up by its client."""
    for _ in range(3):
        try:
            plain, _address = listening.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        except OSError:
            continue


@pytest.mark.parametrize(
    ("written", "base", "meant"),
    [
        ("HTTPS://WWW.Muni.CL:443/Leyes/../a b.html#x", "", "https://www.muni.cl/a%20b.html"),
        ("/ñ/N° 12.pdf", "http://muni.cl/x/", "http://muni.cl/%C3%B1/N%C2%B0%2012.pdf"),
        ("a.php;jsessionid=9?id=3&utm_source=x&amp=1", "http://muni.cl/", "http://muni.cl/a.php?id=3&amp=1"),
        ("https://peñalolén.cl", "", "https://xn--pealoln-gya1e.cl/"),
        ("a%2Fb?q=a%20b", "http://muni.cl:8080/", "http://muni.cl:8080/a%2Fb?q=a%20b"),
    ],
)
def test_one_address_has_one_spelling(written: str, base: str, meant: str) -> None:
    assert urls.canonical(written, base) == meant
    assert urls.canonical(meant) == meant


def test_a_hold_on_a_host_holds_no_other() -> None:
    pace.hold("ocupado.example", 30)
    began = time.monotonic()
    pace.wait("libre.example", 0)
    assert time.monotonic() - began < 1
