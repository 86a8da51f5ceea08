"""What is refused, each with its message: addresses that lead inside, paths that climb out, archives that burst."""

from __future__ import annotations

import gzip
import io
import socket
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest

from latam_rag.connectors.files import Files
from latam_rag.connectors.http import Bounds, Client, Manners
from latam_rag.connectors.http.guard import Guard
from latam_rag.errors import EmptySource, LatamRagError, SourceError
from latam_rag.testing import HTTP, Page, Site

PRIVATE, FORBIDDEN, BAD, OUTSIDE = "http.private_address", "http.forbidden_address", "http.bad_url", "http.outside"

#: An address as a page, a redirect or a definition might write it, and what is said of it. Nothing is connected to.
ADDRESSES = {
    "http://127.0.0.1/": PRIVATE,
    "http://localhost/": PRIVATE,
    "http://127.1/": PRIVATE,
    "http://127.255.255.254/": PRIVATE,
    "http://2130706433/": PRIVATE,
    "http://0x7f000001/": PRIVATE,
    "http://0x7f.0.0.1/": PRIVATE,
    "http://0177.0.0.1/": PRIVATE,
    "http://017700000001/": PRIVATE,
    "http://①②⑦.⓪.⓪.①/": PRIVATE,
    "http://127。0。0。1/": PRIVATE,
    "http://0.0.0.0/": FORBIDDEN,
    "http://0/": FORBIDDEN,
    "http://10.0.0.5/": PRIVATE,
    "http://172.16.3.4/": PRIVATE,
    "http://192.168.1.1/": PRIVATE,
    "http://100.64.0.1/": PRIVATE,
    "http://198.18.0.1/": PRIVATE,
    "http://240.0.0.1/": PRIVATE,
    "http://255.255.255.255/": PRIVATE,
    "http://224.0.0.1/": FORBIDDEN,
    "http://169.254.169.254/latest/meta-data/": FORBIDDEN,
    "http://2852039166/latest/meta-data/": FORBIDDEN,
    "http://0xA9FEA9FE/": FORBIDDEN,
    "http://168.63.129.16/": FORBIDDEN,
    "http://100.100.100.200/": FORBIDDEN,
    "http://[::1]/": PRIVATE,
    "http://[::]/": FORBIDDEN,
    "http://[::ffff:127.0.0.1]/": PRIVATE,
    "http://[::ffff:7f00:1]/": PRIVATE,
    "http://[::ffff:a9fe:a9fe]/": FORBIDDEN,
    "http://[::127.0.0.1]/": PRIVATE,
    "http://[64:ff9b::7f00:1]/": PRIVATE,
    "http://[64:ff9b::a9fe:a9fe]/": FORBIDDEN,
    "http://[2002:7f00:1::]/": PRIVATE,
    "http://[fc00::1]/": PRIVATE,
    "http://[fec0::1]/": PRIVATE,
    "http://[fe80::1]/": FORBIDDEN,
    "http://[fe80::1%25eth0]/": BAD,
    "http://[fd00:ec2::254]/": FORBIDDEN,
    "http://[ff02::1]/": FORBIDDEN,
    "http://[2001:db8::1]/": PRIVATE,
    "file:///etc/passwd": BAD,
    "ftp://muni.cl/": BAD,
    "gopher://127.0.0.1:6379/_FLUSHALL": BAD,
    "http://muni.cl@127.0.0.1/": BAD,
    "http://muni.cl\\@127.0.0.1/": BAD,
    "http://usuario:clave@muni.cl/": BAD,
    "http://127%2e0%2e0%2e1/": BAD,
    "http://muni.cl:99999/": BAD,
    "http:///etc/passwd": BAD,
    "http://muni.cl /": BAD,
    "http://-muni.cl/": BAD,
}


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # Were one of them let through, this says so; the tests' own site is reached through ``intranet``.
    allowed = httpcore.SyncBackend.connect_tcp

    def connect(self: httpcore.SyncBackend, host: str, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        assert host == "127.0.0.1" and site_is_up, f"connected to {host}"
        return allowed(self, host, *rest, **more)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)


site_is_up = False


@pytest.fixture
def site() -> Iterator[Site]:
    global site_is_up
    with Site() as site:
        site_is_up = True
        yield site
    site_is_up = False


def refused(act: Callable[[], object]) -> LatamRagError:
    with pytest.raises(LatamRagError) as caught:
        act()
    said = str(caught.value)
    assert len(said) > 30 and "\n" not in said and caught.value.key not in said
    return caught.value


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_that_leads_inside_is_refused(url: str) -> None:
    def ask() -> object:
        return Client(Manners(pause=0, retries=0, robots=False), Bounds([url], ["*"])).get(url)

    assert refused(ask).key == ADDRESSES[url]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_redirect_there_is_refused_too(url: str, site: Site) -> None:
    site.redirect("/a", url)
    port = site.url.rpartition(":")[2]
    asking = Client(
        Manners(**{**HTTP, "intranet": ["sitio.test"], "retries": 0, "robots": False}),
        Bounds([f"http://sitio.test:{port}/"], ["*"]),
    )
    asking_there = pytest.MonkeyPatch()
    real = socket.getaddrinfo
    asking_there.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real("127.0.0.1" if host == "sitio.test" else host, *rest, **more),
    )
    try:
        assert refused(lambda: asking.get(f"http://sitio.test:{port}/a")).key == ADDRESSES[url]
    finally:
        asking_there.undo()


def test_a_redirect_to_another_host_is_refused(site: Site) -> None:
    site.redirect("/a", "https://otra.example/")
    asking = Client(Manners(**HTTP), Bounds([f"{site.url}/"]))
    assert "otra.example" in str(refused(lambda: asking.get(f"{site.url}/a")))


def test_another_port_of_the_same_host_is_another_machines_business(site: Site) -> None:
    site.redirect("/a", "http://127.0.0.1:6379/")
    asking = Client(Manners(**HTTP), Bounds([f"{site.url}/"]))
    assert refused(lambda: asking.get(f"{site.url}/a")).key == OUTSIDE


def test_a_name_that_resolves_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [("93.184.216.34", 80), ("10.0.0.5", 80)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", a) for a in answers])
    assert refused(lambda: Guard().addresses("muni.example", 80)).values["address"] == "10.0.0.5"


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a second look-up would give another answer, and there is none."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 80))])
    connected: list[str] = []

    def connect(self: httpcore.SyncBackend, host: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    asking = Client(Manners(pause=0, retries=0, robots=False), Bounds(["http://muni.example/"]))
    assert refused(lambda: asking.get("http://muni.example/")).key == "http.failed"
    assert connected == ["93.184.216.34"]
    assert refused(lambda: asking.get("http://muni.example/")).key == PRIVATE
    assert connected == ["93.184.216.34"]


def test_an_intranet_host_is_named_and_only_that_one(site: Site) -> None:
    url = site.put("/a", "a")
    port = url.split(":")[2].split("/")[0]
    assert Client(Manners(**HTTP), Bounds([url])).get(url).body == b"a"
    other = f"http://localhost:{port}/a"
    assert refused(lambda: Client(Manners(**HTTP), Bounds([other])).get(other)).key == PRIVATE


def test_not_even_an_intranet_host_may_be_a_cloud_machines_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 80))])
    assert refused(lambda: Guard(["intranet.muni.cl"]).addresses("intranet.muni.cl", 80)).key == FORBIDDEN


ZEROS = bytes(30_000_000)
BOMBS: dict[str, tuple[bytes, str, str]] = {
    "gzip": (gzip.compress(ZEROS), "gzip", "http.bomb"),
    "deflate": (zlib.compress(ZEROS), "deflate", "http.bomb"),
    "gzip in gzip": (gzip.compress(gzip.compress(ZEROS)), "gzip, gzip", "http.encoding"),
    "brotli": (b"\xcb\xff\xff\xff\xff" * 9, "br", "http.encoding"),
    "zstd": (b"\x28\xb5\x2f\xfd" * 9, "zstd", "http.encoding"),
    "a kind unheard of": (b"x", "x-bomba", "http.encoding"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_answer_that_unpacks_without_end_is_refused(name: str, site: Site) -> None:
    body, encoding, key = BOMBS[name]
    url = site.put("/a", body, headers=(("Content-Encoding", encoding),))
    assert refused(lambda: Client(Manners(**HTTP), Bounds([url])).get(url)).key == key


def test_an_answer_without_end_is_refused(site: Site) -> None:
    url = site.put("/a", bytes(3_000_000), packed=True)
    assert (
        refused(lambda: Client(Manners(**{**HTTP, "max_bytes": 100_000}), Bounds([url])).get(url)).key
        == "http.too_large"
    )


@pytest.mark.parametrize(
    "location", ["/x\r\nSet-Cookie: a=b", "http://[", "javascript:alert(1)", "data:text/html,x", "\\\\servidor\\disco"]
)
def test_a_redirect_to_nonsense_harms_nobody(location: str, site: Site) -> None:
    site.answer("/a", lambda _: Page(status=302, headers=(("Location", location.replace("\r\n", "%0d%0a")),)))
    url = f"{site.url}/a"
    assert refused(lambda: Client(Manners(**{**HTTP, "retries": 0}), Bounds([url])).get(url)).key in (
        BAD,
        OUTSIDE,
        "http.missing",
    )


def zipped(path: Path, members: dict[str, bytes], mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return path


CLIMBERS = [
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\win.ini",
    "C:\\windows\\win.ini",
    "a/../../../b.txt",
    "./../c.txt",
]


@pytest.mark.parametrize("name", CLIMBERS)
def test_a_member_that_climbs_out_stays_inside(name: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    zipped(tmp_path / "docs" / "a.zip", {name: b"texto"})
    files = Files(path=str(tmp_path / "docs"))
    (ref,) = files.refs()
    assert ref.uri.startswith("docs/a.zip/") and ".." not in ref.uri.split("/")
    assert files.fetch(ref).body == b"texto"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.zip"]


def tarred(path: Path, **more: Any) -> Path:
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("x")
        for key, value in more.items():
            setattr(info, key, value)
        archive.addfile(info, io.BytesIO(b""))
    return path


ARCHIVES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a zip bomb": (lambda d: zipped(d / "a.zip", {"a.txt": bytes(60_000_000)}), "connectors.bomb"),
    "a tar.gz bomb": (lambda d: packed_tar(d), "connectors.bomb"),
    "a link in a zip": (lambda d: zipped(d / "a.zip", {"a": b"/etc"}, stat.S_IFLNK | 0o777), "connectors.not_a_file"),
    "a link in a tar": (lambda d: tarred(d / "a.tar", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "connectors.not_a_file"),
    "a hard link in a tar": (lambda d: tarred(d / "a.tar", type=tarfile.LNKTYPE, linkname="/etc"), "connectors.not_a_file"),
    "a device in a tar": (lambda d: tarred(d / "a.tar", type=tarfile.CHRTYPE), "connectors.not_a_file"),
    "an archive in an archive": (lambda d: zipped(d / "a.zip", {"b.zip": b"PK"}), "connectors.nested_archive"),
    "half an archive": (lambda d: half(zipped(d / "a.zip", {"b.txt": b"texto" * 999})), "connectors.broken_archive"),
    "a link out of the folder": (lambda d: linked(d / "fuera.txt", Path("/etc/passwd")), "connectors.link_outside"),
    "a link to a folder outside": (lambda d: linked(d / "fuera", Path("/etc")), "connectors.link_outside"),
}  # fmt: skip


def packed_tar(folder: Path) -> Path:
    path = folder / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = 60_000_000
        archive.addfile(info, io.BytesIO(bytes(60_000_000)))
    return path


def half(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:60])
    return path


def linked(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_or_link_that_would_do_harm_is_one_failure(name: str, tmp_path: Path) -> None:
    make, key = ARCHIVES[name]
    make(tmp_path)
    files = Files(path=str(tmp_path))
    (ref,) = files.refs()
    assert refused(lambda: files.fetch(ref)).key == key


def test_the_list_is_long_enough() -> None:
    assert len(ADDRESSES) + len(BOMBS) + len(CLIMBERS) + len(ARCHIVES) >= 40


def test_a_source_that_is_all_attack_is_not_an_empty_one(tmp_path: Path) -> None:
    linked(tmp_path / "fuera.txt", Path("/etc/passwd"))
    try:
        assert len(list(Files(path=str(tmp_path)).refs())) == 1
    except EmptySource as error:  # pragma: no cover
        raise AssertionError("what was refused is a failure that is listed") from error
    assert issubclass(EmptySource, SourceError)
