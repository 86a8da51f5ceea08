"""Documents inside .zip and .tar archives, without unpacking them into a folder, and within bounds."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import stat
import tarfile
import tempfile
import threading
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol

from latam_rag.connectors.filesystem import MAX_FILE
from latam_rag.errors import SourceError

_PACKERS: Mapping[str, Callable[..., Any]] = {
    **dict.fromkeys(("gz", "tgz"), gzip.open),
    **dict.fromkeys(("xz", "txz"), lzma.open),
    **dict.fromkeys(("bz2", "tbz2"), bz2.open),
}
#: The errors that are the archive's own fault, and will be the same the next time.
FAULTS = ("connectors.broken_archive", "connectors.bomb", "connectors.too_many_members")
MAX_MEMBERS = 500_000
MAX_UNPACKED = 8_000_000_000
#: Text packs to a tenth, tables to a fiftieth. Only past ``_SMALL`` bytes: a repeated line packs better, and harms nobody.
_RATIO = 200
_SMALL = 50_000_000
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    RuntimeError,
    OSError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A file inside an archive. ``refused`` is the key of the message that says why it can't be read, if so."""

    name: str
    size: int
    revision: str
    place: int
    """Where it lies: an offset (tar) or a position in the directory (zip)."""
    refused: str = ""


class Archive(Protocol):
    """An open archive. Thread-safe; what it holds is that of the moment it was opened."""

    def members(self) -> list[Member]:
        """In the archive's order."""
        ...

    def read(self, member: Member) -> bytes: ...


def is_archive(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith((".zip", ".tar", ".tgz", ".txz", ".tbz2", ".tar.gz", ".tar.xz", ".tar.bz2"))


def open_archive(stream: IO[bytes], name: str, packed: int, *, most: int = MAX_UNPACKED) -> Archive:
    """The archive in ``stream`` (which it will close), of ``packed`` bytes; ``most`` bounds what it unpacks to.

    SourceError when it is damaged or a bomb (one of ``FAULTS``), or can't be read now; nothing past the bounds is unpacked to
    find out.
    """
    try:
        if name.lower().endswith(".zip"):
            return _Zip(stream, name, packed, most)
        return _Tar(stream, name, packed, most)
    except _BROKEN as error:
        stream.close()
        if isinstance(error, OSError) and error.errno:
            # A full disk, a dropped connection: the archive may be sound, and what it holds mustn't be taken for deleted.
            raise SourceError("connectors.failed", name=name, error=error.strerror) from error
        raise SourceError("connectors.broken_archive", name=name, error=str(error)) from error
    except SourceError:
        stream.close()
        raise


class _Zip:
    def __init__(self, stream: IO[bytes], name: str, packed: int, most: int) -> None:
        self._name = name
        self._reading = threading.Lock()
        self._zip = zipfile.ZipFile(stream)
        weakref.finalize(self, stream.close)
        self._infos = self._zip.infolist()
        _bounded(name, len(self._infos), sum(info.file_size for info in self._infos), packed, most)

    def members(self) -> list[Member]:
        return [
            Member(
                name=_zip_name(info), size=info.file_size, revision=f"{info.file_size}-{info.CRC:08x}", place=place,
                refused=_zip_refusal(info),
            )
            for place, info in enumerate(self._infos)
            if not info.is_dir()
        ]  # fmt: skip

    def read(self, member: Member) -> bytes:
        try:
            with self._reading, self._zip.open(self._infos[member.place]) as stream:
                return stream.read()
        except _BROKEN as error:
            raise SourceError("connectors.broken_archive", name=self._name, error=str(error)) from error


class _Tar:
    """Packed tars are unpacked once, into one anonymous temporary file, as they can only be read from the start."""

    def __init__(self, stream: IO[bytes], name: str, packed: int, most: int) -> None:
        self._name = name
        self._reading = threading.Lock()
        packer = _PACKERS.get(name.lower().rsplit(".", 1)[-1])
        if packer is not None:
            with stream, packer(stream, "rb") as unpacked:
                stream = _spooled(unpacked, name, packed, most)
        self._stream = stream
        weakref.finalize(self, stream.close)
        self._members = list(self._listed())

    def members(self) -> list[Member]:
        return self._members

    def _listed(self) -> Iterator[Member]:
        with tarfile.open(fileobj=self._stream, mode="r:") as tar:
            for count, info in enumerate(tar):
                if count >= MAX_MEMBERS:
                    raise SourceError("connectors.too_many_members", name=self._name, allowed=MAX_MEMBERS)
                if info.isdir():
                    continue
                refused = "connectors.not_a_file" if not info.isreg() or info.issparse() else _too_large(info.size)
                # A tar made from a repository dates all its files alike: only the content tells that one changed.
                revision = (
                    ""
                    if refused
                    else hashlib.blake2b(self._at(info.offset_data, info.size), digest_size=12).hexdigest()
                )
                yield Member(name=info.name, size=info.size, revision=revision, place=info.offset_data, refused=refused)

    def read(self, member: Member) -> bytes:
        with self._reading:
            return self._at(member.place, member.size)

    def _at(self, offset: int, size: int) -> bytes:
        position = self._stream.tell()
        self._stream.seek(offset)
        body = self._stream.read(size)
        self._stream.seek(position)
        if len(body) < size:
            raise SourceError("connectors.broken_archive", name=self._name, error="unexpected end of data")
        return body


def _spooled(unpacked: IO[bytes], name: str, packed: int, most: int) -> IO[bytes]:
    spool = tempfile.TemporaryFile(prefix="latam-rag-")  # noqa: SIM115  # outlives this function
    try:
        written = 0
        while block := unpacked.read(1 << 20):
            written += len(block)
            _bounded(name, 0, written, packed, most)
            spool.write(block)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool


def _bounded(name: str, count: int, unpacked: int, packed: int, most: int) -> None:
    if count > MAX_MEMBERS:
        raise SourceError("connectors.too_many_members", name=name, allowed=MAX_MEMBERS)
    if unpacked > most or (unpacked > _SMALL and unpacked > _RATIO * max(packed, 1)):
        raise SourceError("connectors.bomb", name=name, packed=_mb(packed), unpacked=_mb(unpacked), allowed=_mb(most))


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "connectors.encrypted_member"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "connectors.not_a_file"
    return _too_large(info.file_size)


def _too_large(size: int) -> str:
    return "connectors.too_large" if size > MAX_FILE else ""


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are UTF-8 all the same, or the code page of western Windows; never the American one."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8").replace("\\", "/")
    except UnicodeDecodeError:
        return raw.decode("cp850").replace("\\", "/")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
