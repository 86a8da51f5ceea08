"""The files connector: folders, single files, URLs, patterns, and everything a real folder holds that isn't a document."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import fsspec
import pytest

from latam_rag import plugins
from latam_rag.connectors.files import Files
from latam_rag.errors import PluginError, SourceError
from latam_rag.testing import ConnectorContract
from latam_rag.types import Ref


def written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def uris(connector: Files) -> list[str]:
    return [ref.uri for ref in connector.refs()]


class TestFolder(ConnectorContract):
    kind = Files

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        written(tmp_path / "docs", {"a.txt": "uno", "actas/2019/ñandú.md": "dos", "actas/z.txt": ""})
        return {"path": str(tmp_path / "docs"), "exclude": ["borradores"]}

    @pytest.fixture
    def change(self, tmp_path: Path) -> Callable[[], str]:
        def change() -> str:
            (tmp_path / "docs" / "a.txt").write_text("uno, reformado")
            return "docs/a.txt"

        return change

    @pytest.fixture
    def missing(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"path": str(tmp_path / "no")}


class TestMemoryUrl(ConnectorContract):
    """The same over fsspec; the URL is one that needs no server."""

    kind = Files

    @pytest.fixture
    def options(self) -> Iterator[Mapping[str, Any]]:
        store = fsspec.filesystem("memory")
        store.pipe({"/nube/docs/a.txt": b"uno", "/nube/docs/b/c.txt": b"dos"})
        yield {"path": "memory://nube/docs", "url_prefix": "https://ejemplo.cl/docs/"}
        store.rm("/nube", recursive=True)

    @pytest.fixture
    def change(self) -> Callable[[], str]:
        def change() -> str:
            fsspec.filesystem("memory").pipe("/nube/docs/b/c.txt", b"tres")
            return "docs/b/c.txt"

        return change

    @pytest.fixture
    def missing(self) -> Mapping[str, Any]:
        return {"path": "memory://nada/de/nada"}


def test_uris_begin_with_the_folders_name_and_are_sorted(tmp_path: Path) -> None:
    folder = written(tmp_path / "ordenanzas", {"b.md": "x", "A/2.pdf": "x", "A/1.pdf": "x"})
    assert uris(Files(str(folder))) == ["ordenanzas/A/1.pdf", "ordenanzas/A/2.pdf", "ordenanzas/b.md"]
    assert uris(Files(str(folder), name="normas"))[0] == "normas/A/1.pdf"


def test_a_single_file_is_one_document(tmp_path: Path) -> None:
    written(tmp_path, {"ley.md": "# Ley", "otra.md": "x"})
    connector = Files(str(tmp_path / "ley.md"))
    (ref,) = connector.refs()
    resource = connector.fetch(ref)
    assert (ref.uri, resource.body, resource.media_type, resource.url) == ("ley.md", b"# Ley", "text/markdown", "")


def test_what_programs_leave_behind_is_no_document(tmp_path: Path) -> None:
    leftovers = [
        ".DS_Store", "Thumbs.db", "desktop.ini", "~$carta.docx", ".~lock.carta.odt#", "carta.docx~", "x.tmp",
        "baja.pdf.crdownload", ".git/config", "__MACOSX/carta.docx", "@eaDir/carta.docx",
    ]  # fmt: skip
    folder = written(tmp_path / "docs", dict.fromkeys([*leftovers, "carta.docx", "temporada.tmp.pdf"], "x"))
    assert uris(Files(str(folder))) == ["docs/carta.docx", "docs/temporada.tmp.pdf"]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.pdf"], [], ["A/1.PDF", "A/B/2.pdf", "c.pdf"]),
        (["A/*.pdf"], [], ["A/1.PDF"]),
        (["A/**/*.pdf"], [], ["A/1.PDF", "A/B/2.pdf"]),
        (["/c.*"], [], ["c.pdf"]),
        (["A"], [], ["A/1.PDF", "A/B/2.pdf", "A/B/nota.md"]),
        ([], ["B"], ["A/1.PDF", "c.pdf"]),
        ([], ["A/", "*.md"], ["c.pdf"]),
        (["*.pdf"], ["A/B/**"], ["A/1.PDF", "c.pdf"]),
    ],
)
def test_patterns(tmp_path: Path, include: list[str], exclude: list[str], expected: list[str]) -> None:
    folder = written(tmp_path / "d", dict.fromkeys(["A/1.PDF", "A/B/2.pdf", "A/B/nota.md", "c.pdf"], "x"))
    assert uris(Files(str(folder), include=include, exclude=exclude)) == [f"d/{name}" for name in expected]


def test_a_folder_that_no_pattern_can_reach_is_not_opened(tmp_path: Path) -> None:
    folder = written(tmp_path / "d", {"a.md": "x", "otra/b.zip": b"not a zip"})
    assert uris(Files(str(folder), include=["/a.md"])) == ["d/a.md"]
    assert uris(Files(str(folder), include=["a.md"])) == ["d/a.md", "d/otra/b.zip"]


def test_names_are_nfc_and_two_that_become_one_are_told_apart(tmp_path: Path) -> None:
    written(
        tmp_path / "d",
        {unicodedata.normalize("NFD", "peñón.md"): "uno", unicodedata.normalize("NFC", "peñón.md"): "dos"},
    )
    connector = Files(str(tmp_path / "d"))
    refs = list(connector.refs())
    assert [ref.uri for ref in refs] == ["d/peñón.md", "d/peñón.md~2"]
    assert {connector.fetch(ref).body for ref in refs} == {b"uno", b"dos"}


def test_a_name_that_is_not_utf8_is_read_as_windows_1252(tmp_path: Path) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"resoluci\xf3n.txt"), "wb") as file:  # noqa: PTH118, PTH123  # bytes
        file.write(b"x")
    connector = Files(str(tmp_path), name="d")
    (ref,) = connector.refs()
    assert (ref.uri, connector.fetch(ref).body) == ("d/resolución.txt", b"x")


def test_links_within_the_folder_are_not_listed_twice_and_those_that_leave_it_are_failures(tmp_path: Path) -> None:
    written(tmp_path, {"d/a.md": "x", "d/sub/b.md": "y", "secreto.txt": "s"})
    (tmp_path / "d" / "alias.md").symlink_to(tmp_path / "d" / "a.md")
    (tmp_path / "d" / "sub" / "vuelta").symlink_to(tmp_path / "d")
    (tmp_path / "d" / "fuera.txt").symlink_to(tmp_path / "secreto.txt")
    (tmp_path / "d" / "roto.md").symlink_to(tmp_path / "d" / "no.md")
    connector = Files(str(tmp_path / "d"))
    assert uris(connector) == ["d/a.md", "d/fuera.txt", "d/roto.md", "d/sub/b.md"]
    for uri in ("d/fuera.txt", "d/roto.md"):
        with pytest.raises(SourceError, match="enlace que lleva fuera"):
            connector.fetch(Ref(uri=uri))


def test_a_pipe_is_a_failure_and_not_a_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tubo.txt")
    connector = Files(str(tmp_path), name="d")
    with pytest.raises(SourceError, match=r"tubo\.txt: no es un archivo común"):
        connector.fetch(next(iter(connector.refs())))


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no contiene documentos"):
        list(Files(str(tmp_path)).refs())
    written(tmp_path, {"a.md": "x"})
    with pytest.raises(SourceError, match="'include' y 'exclude'"):
        list(Files(str(tmp_path), include=["*.pdf"]).refs())


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_stops_the_listing_and_a_file_only_its_fetch(tmp_path: Path) -> None:
    written(tmp_path / "d", {"a.md": "x", "sub/b.md": "y"})
    (tmp_path / "d" / "a.md").chmod(0)
    connector = Files(str(tmp_path / "d"))
    with pytest.raises(SourceError, match="permiso"):
        connector.fetch(Ref(uri="d/a.md"))
    (tmp_path / "d" / "sub").chmod(0)
    with pytest.raises(SourceError, match="permiso"):
        list(connector.refs())
    (tmp_path / "d" / "sub").chmod(0o700)


class Failing:
    """A filesystem that breaks as real ones do."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_listing_that_breaks_midway_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    written(tmp_path / "d", {"a.md": "x", "sub/b.md": "y"})
    from fsspec.implementations.local import LocalFileSystem

    listing = LocalFileSystem.ls

    def ls(self: Any, path: str, *args: Any, **kwargs: Any) -> Any:
        return Failing(error)() if path.endswith("sub") else listing(self, path, *args, **kwargs)

    monkeypatch.setattr(LocalFileSystem, "ls", ls)
    with pytest.raises(SourceError, match="sub"):
        list(Files(str(tmp_path / "d")).refs())


def test_what_a_remote_library_raises_is_a_source_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(Exception):
        """As paramiko and others raise: nothing of Python's own."""

    from fsspec.implementations.memory import MemoryFileSystem

    monkeypatch.setattr(MemoryFileSystem, "info", Failing(Refused("bad handshake")))
    with pytest.raises(SourceError, match="bad handshake"):
        list(Files("memory://nube").refs())


def test_a_file_gone_after_the_listing_is_a_failure_of_its_own(tmp_path: Path) -> None:
    written(tmp_path / "d", {"a.md": "x", "b.md": "y"})
    connector = Files(str(tmp_path / "d"))
    first, second = connector.refs()
    (tmp_path / "d" / "a.md").unlink()
    with pytest.raises(SourceError, match=r"d/a\.md"):
        connector.fetch(first)
    assert connector.fetch(second).body == b"y"


def test_a_file_changed_after_the_listing_brings_its_own_revision(tmp_path: Path) -> None:
    written(tmp_path / "d", {"a.md": "x"})
    connector = Files(str(tmp_path / "d"))
    (before,) = connector.refs()
    written(tmp_path / "d", {"a.md": "más largo"})
    resource = connector.fetch(before)
    (after,) = connector.refs()
    assert resource.body == "más largo".encode()
    assert resource.revision == after.revision != before.revision


def test_a_citation_opens_where_the_folder_is_published(tmp_path: Path) -> None:
    written(tmp_path / "d", {"año 2019/ley 1.pdf": "x"})
    connector = Files(str(tmp_path / "d"), url_prefix="https://muni.cl/docs")
    assert connector.fetch(next(connector.refs())).url == "https://muni.cl/docs/a%C3%B1o%202019/ley%201.pdf"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "d", "include": "*.pdf"}, "'include'"),
        ({"path": "d", "include": ["a/x**y/b"]}, "'include'"),
        ({"path": ""}, "'path'"),
        ({"path": "d", "name": "a/b"}, "'name'"),
        ({"path": "d", "url_prefix": "javascript:x"}, "'url_prefix'"),
        ({"path": "d", "storage_options": {"password": "hunter2"}}, "password_env"),
        ({"path": "sftp://ana:hunter2@host/docs"}, "password_env"),
        ({"path": "d", "pattern": ["*.pdf"]}, "'pattern'"),
        ({}, "'path'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(PluginError, match=said) as caught:
        plugins.connect("files", options)
    assert "hunter2" not in str(caught.value)


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"path": "memory://nube", "storage_options": {"password_env": "CLAVE_DOCS"}}
    with pytest.raises(SourceError, match="CLAVE_DOCS"):
        list(Files(**options).refs())
    given: dict[str, Any] = {}

    def url_to_fs(path: str, **options: Any) -> Any:
        given.update(options)
        raise ValueError("enough")

    monkeypatch.setenv("CLAVE_DOCS", "hunter2")
    monkeypatch.setattr("fsspec.core.url_to_fs", url_to_fs)
    with pytest.raises(SourceError):
        list(Files(**options).refs())
    assert given == {"password": "hunter2", "skip_instance_cache": True}


def test_a_url_that_needs_a_package_names_it() -> None:
    with pytest.raises(SourceError, match=r"(?i)s3fs"):
        list(Files("s3://cubo/docs").refs())


def test_an_unknown_kind_of_url_says_what_works() -> None:
    with pytest.raises(SourceError, match="no se entiende"):
        list(Files("gopher://x/docs").refs())


def test_a_zip_by_its_url_is_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("ley/1.md", "uno")
        archive.writestr("2.md", "dos")
    connector = Files(f"zip://::{tmp_path}/x.zip", name="leyes")
    assert {ref.uri: connector.fetch(ref).body for ref in connector.refs()} == {
        "leyes/2.md": b"dos",
        "leyes/ley/1.md": b"uno",
    }


@pytest.mark.parametrize("url", ["memory://nada", "data:sin-coma"])
def test_what_does_not_answer_says_so(url: str) -> None:
    with pytest.raises(SourceError, match=r"no responde|no se entiende|falta un paquete"):
        list(Files(url).refs())
