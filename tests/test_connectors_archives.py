"""Archives among the files: walked into, within bounds, and one clear failure where that can't be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import LosingFile
from fsspec.implementations.memory import MemoryFileSystem

from latam_rag.connectors import archives
from latam_rag.connectors.files import Files
from latam_rag.errors import SourceError
from latam_rag.testing import ConnectorContract
from latam_rag.types import Ref

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes, "tar.gz": gzip.compress, "tgz": gzip.compress, "tar.xz": lzma.compress, "tar.bz2": bz2.compress,
}  # fmt: skip


def tarred(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


class TestTarXz(ConnectorContract):
    kind = Files

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "leyes.tar.xz").write_bytes(
            lzma.compress(tarred({"uy/a.md": b"uno", "uy/b.md": b"dos", "LEEME": b""}))
        )
        return {"path": str(tmp_path / "leyes.tar.xz")}

    @pytest.fixture
    def change(self, tmp_path: Path) -> Callable[[], str]:
        def change() -> str:
            # Of the same size and date: only the content tells.
            body = lzma.compress(tarred({"uy/a.md": b"UNO", "uy/b.md": b"dos", "LEEME": b""}))
            (tmp_path / "leyes.tar.xz").write_bytes(body)
            return "leyes.tar.xz/uy/a.md"

        return change


class TestZipInAFolder(ConnectorContract):
    kind = Files

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "b.md").write_text("suelto")
        (tmp_path / "docs" / "a.ZIP").write_bytes(zipped({"ley/1.md": b"uno", "ley/2.md": b"dos"}))
        return {"path": str(tmp_path / "docs")}

    @pytest.fixture
    def change(self, tmp_path: Path) -> Callable[[], str]:
        def change() -> str:
            (tmp_path / "docs" / "a.ZIP").write_bytes(zipped({"ley/1.md": b"uno", "ley/2.md": b"DOS"}))
            return "docs/a.ZIP/ley/2.md"

        return change


@pytest.mark.parametrize("ending", PACKERS)
def test_each_kind_of_tar(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"x.{ending}").write_bytes(PACKERS[ending](tarred({"a/1.md": b"uno", "a/2.md": b"dos"})))
    connector = Files(str(tmp_path), name="d")
    found = {ref.uri: connector.fetch(ref).body for ref in connector.refs()}
    assert found == {f"d/x.{ending}/a/1.md": b"uno", f"d/x.{ending}/a/2.md": b"dos"}


def test_patterns_reach_inside(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(
        zipped({"ley/1.md": b"1", "borradores/2.md": b"2", "__MACOSX/3.md": b"3", "ley/.oculto": b"4"})
    )
    assert [r.uri for r in Files(str(tmp_path), name="d", include=["*.md"], exclude=["borradores"]).refs()] == [
        "d/x.zip/ley/1.md"
    ]
    assert [r.uri for r in Files(str(tmp_path / "x.zip"), include=["ley/*.md"]).refs()] == ["x.zip/ley/1.md"]


def test_names_that_climb_out_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"../../etc/passwd": b"1", "/abs.md": b"2", "a/../b.md": b"3"}))
    (tmp_path / "y.tar").write_bytes(tarred({"../fuera.md": b"4"}))
    connector = Files(str(tmp_path), name="d")
    assert [ref.uri for ref in connector.refs()] == [
        "d/x.zip/etc/passwd",
        "d/x.zip/abs.md",
        "d/x.zip/a/b.md",
        "d/y.tar/fuera.md",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.zip", "y.tar"]


def test_names_in_the_code_page_of_old_windows(tmp_path: Path) -> None:
    body = zipped({"resoluci0n N0.md": b"x"}).replace(b"resoluci0n N0", "resolución Nº".encode("cp850"))
    (tmp_path / "x.zip").write_bytes(body)
    (ref,) = Files(str(tmp_path / "x.zip")).refs()
    assert ref.uri == "x.zip/resolución Nº.md"


def failure(path: Path) -> str:
    """What is said of the one document that can't be read; the one beside it is still there."""
    (path.parent / "sano.md").write_text("x")
    connector = Files(str(path.parent), name="d")
    refs = list(connector.refs())
    assert "d/sano.md" in [ref.uri for ref in refs]
    (bad,) = [ref for ref in refs if ref.uri != "d/sano.md"]
    with pytest.raises(SourceError) as caught:
        connector.fetch(bad)
    return str(caught.value)


def test_a_zip_bomb_is_one_failure_and_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomba.zip").write_bytes(zipped({"a.txt": bytes(60_000_000)}))
    assert "bomba.zip" in (said := failure(tmp_path / "bomba.zip"))
    assert "pasarían de 60.0 MB" in said


def test_a_tar_bomb_is_stopped_where_its_bounds_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bomba.tar.xz").write_bytes(lzma.compress(bytes(200_000_000), preset=0))
    written: list[int] = []
    spool = archives.tempfile.TemporaryFile

    class Counted:
        def __init__(self, **given: Any) -> None:
            self.file = spool(**given)

        def write(self, block: bytes) -> None:
            written.append(len(block))

        def close(self) -> None:
            self.file.close()

    monkeypatch.setattr(archives.tempfile, "TemporaryFile", Counted)
    assert "No se abrió" in failure(tmp_path / "bomba.tar.xz")
    assert sum(written) <= 51_000_000


def test_an_archive_that_cannot_be_unpacked_now_stops_the_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Listed as empty or as one failure, all that it held would be taken for deleted.
    def full(**_: Any) -> Any:
        raise OSError(28, "No space left on device")

    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(tarred({"a.md": b"uno"})))
    (tmp_path / "b.md").write_text("x")
    monkeypatch.setattr(archives.tempfile, "TemporaryFile", full)
    with pytest.raises(SourceError, match=r"x\.tar\.gz.*No space left"):
        list(Files(str(tmp_path)).refs())


@pytest.mark.parametrize("error", [OSError("Socket is closed"), ConnectionResetError(104, "reset"), EOFError(), None])
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_a_connection_lost_at_any_moment_is_not_a_damaged_archive(
    name: str, error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Taken for damaged, the archive would be listed as one document, and all that it held as gone.
    files = {f"{n}.md": random.Random(n).randbytes(70_000) for n in range(3)}
    body = zipped(files) if name == "x.zip" else PACKERS[name.removeprefix("x.")](tarred(files))
    monkeypatch.setattr(MemoryFileSystem, "store", {})
    MemoryFileSystem().pipe(f"/nube/{name}", body)
    outcomes = []
    for reads in range(20):
        lost = LosingFile(body, reads, error)
        monkeypatch.setattr(MemoryFileSystem, "open", lambda *_, lost=lost: lost)
        connector = Files("memory://nube")
        try:
            refs = list(connector.refs())
            assert [ref.uri for ref in refs] == [f"nube/{name}/{member}" for member in files]
            fetched = [connector.fetch(ref).body for ref in refs]
        except SourceError as error_now:
            assert error_now.key in ("connectors.failed", "connectors.unreachable")
            outcomes.append("lost")
        else:
            assert fetched == list(files.values())
            outcomes.append("whole")
    assert outcomes == sorted(outcomes)
    assert {*outcomes} == {"lost", "whole"}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.zip", b"esto no es un zip"),
        ("x.zip", zipped({"a.md": b"a" * 5000})[:-30]),
        ("x.tar.gz", gzip.compress(tarred({"a.md": b"a" * 5000}))[:-20]),
        ("x.tar.xz", lzma.compress(tarred({"a.md": bytes(range(256)) * 50}))[:-40]),
        ("x.tar.xz", b""),
        ("x.tar", tarred({"a.md": b"a" * 5000})[:2000]),
        ("x.tar.gz", b"\x1f\x8bnada"),
    ],
)
def test_a_damaged_archive_is_one_failure(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    assert "dañado o incompleto" in failure(tmp_path / name)


def test_damage_inside_a_zip_is_found_when_that_document_is_read(tmp_path: Path) -> None:
    body = bytearray(zipped({"a.md": b"uno dos tres " * 50}))
    body[45] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(bytes(body))
    assert "dañado o incompleto" in failure(tmp_path / "x.zip")


def test_an_archive_in_an_archive_is_a_failure_not_a_silence(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"y.zip": zipped({"a.md": b"x"})}))
    assert "dentro de otro" in failure(tmp_path / "x.zip")


def test_a_member_with_a_password_is_a_failure(tmp_path: Path) -> None:
    body = bytearray(zipped({"a.md": b"x"}))
    body[body.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(body))
    assert "contraseña" in failure(tmp_path / "x.zip")


def test_a_link_in_a_tar_is_a_failure(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("a.md")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    (tmp_path / "x.tar").write_bytes(buffer.getvalue())
    assert "no es un archivo común" in failure(tmp_path / "x.tar")


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    (tmp_path / "x.zip").write_bytes(zipped({f"{n}.md": b"x" for n in range(4)}))
    assert "más de 3" in failure(tmp_path / "x.zip")
    (tmp_path / "x.zip").rename(tmp_path / ".x")
    (tmp_path / "x.tar").write_bytes(tarred({f"{n}.md": b"x" for n in range(4)}))
    assert "más de 3" in failure(tmp_path / "x.tar")


def test_an_archive_replaced_after_the_listing_gives_what_was_listed(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(gzip.compress(tarred({"a.md": b"viejo"})))
    connector = Files(str(path))
    (ref,) = connector.refs()
    path.write_bytes(gzip.compress(tarred({"a.md": b"nuevo"})))
    assert connector.fetch(ref).body == b"viejo"
    (after,) = connector.refs()
    assert after.revision != ref.revision
    assert connector.fetch(Ref(uri=ref.uri)).body == b"nuevo"
