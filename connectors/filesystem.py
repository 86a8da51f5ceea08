"""Where files are: this machine or anything fsspec reaches. The one module that knows fsspec."""

from __future__ import annotations

import errno
import io
import os
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from latam_rag.connectors import storages
from latam_rag.connectors.options import with_secrets
from latam_rag.errors import PluginError, SourceError

if TYPE_CHECKING:
    from latam_rag.connectors.http import Manners

#: No single document is larger; it guards memory. What is really allowed is the definition's ``limits.max_bytes``.
MAX_FILE = 1_000_000_000
#: Where a listing says that content changed, best first. A size alone doesn't.
_MARKS = (
    "ETag",
    "etag",
    "md5",
    "md5Hash",
    "checksum",
    "CRC",
    "mtime",
    "LastModified",
    "last_modified",
    "modified",
    "modify",
    "created",
)
_SECRETS = {
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "key",
    "api_key",
    "access_key",
    "sas_token",
    "account_key",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A file as a folder's listing shows it. ``path`` opens it; ``kind`` is ``file``, ``link`` or ``other``."""

    path: str
    kind: str
    size: int
    revision: str


@dataclass(frozen=True, kw_only=True)
class Location:
    """A file or folder somewhere. ``given`` is how the definition writes it, without what it may hold of secrets."""

    given: str
    path: str
    fs: Any = field(repr=False)
    local: bool
    #: Reentrant, for a forgotten stream is closed whenever Python finds it, in any thread.
    _reading: Any = field(default_factory=threading.RLock, repr=False)

    def entry(self, path: str | None = None) -> Entry | None:
        """The file at ``path`` (default: the location itself); None for a folder. SourceError when there is neither."""
        wanted = self.path if path is None else path
        with translated(self.shown(wanted), local=self.local):
            info = self.fs.info(wanted)
        return None if info["type"] == "directory" else _entry(info, following=True)

    def walk(self, folder: str | None = None) -> Iterator[tuple[str, str, Entry | None]]:
        """What lies in ``folder``: name, path and entry (None for a sub-folder), in the order of the names.

        SourceError when it can't be listed: a listing that ends early would be read as a deletion.
        """
        top = self.path if folder is None else folder
        with translated(self.shown(top), local=self.local):
            self.fs.invalidate_cache(top)
            found = self.fs.ls(top, detail=True)
        named = {info["name"].rstrip("/").rsplit("/", 1)[-1]: info for info in found if not _same(info["name"], top)}
        for name in sorted(named, key=lambda name: (readable(name), name)):
            info = named[name]
            is_folder = info["type"] == "directory" and not info.get("islink")
            yield name, info["name"], None if is_folder else _entry(info)

    def read(self, path: str) -> bytes:
        """The whole file; SourceError when it can't be read or is past ``MAX_FILE``."""
        name = self.shown(path)
        with self._serial(), translated(name, local=self.local), self.fs.open(path, "rb") as stream:
            body: bytes = stream.read(MAX_FILE + 1)
        if len(body) > MAX_FILE:
            raise SourceError("connectors.too_large", name=name, allowed=f"{MAX_FILE // 1_000_000} MB")
        return body

    def open(self, path: str) -> IO[bytes]:
        """The file, open and seekable; the caller closes it. Whatever goes wrong while it is read is a SourceError: a lost
        connection mustn't look like a damaged file."""
        with self._serial(), translated(self.shown(path), local=self.local):
            return io.BufferedReader(_Stream(self.fs.open(path, "rb"), self, self.shown(path)), 1 << 16)

    def shown(self, path: str) -> str:
        """``path`` as a person would know it: below the location as the definition writes it."""
        inside = path[len(self.path) :].strip("/") if path.startswith(self.path) else ""
        return readable(f"{self.given.rstrip('/')}/{inside}" if inside else self.given)

    def leads_inside(self, path: str) -> bool:
        """Whether the link at ``path`` ends at something that exists within this folder (and is listed there by itself)."""
        if not self.local:
            return False
        target, root = os.path.realpath(path), os.path.realpath(self.path)
        return os.path.exists(target) and os.path.commonpath([target, root]) == root  # noqa: PTH110  # as realpath

    def _serial(self) -> Any:
        # Several of fsspec's filesystems (SFTP, SMB, zip) share one handle between threads.
        return threading.Lock() if self.local or getattr(self.fs, "async_impl", False) else self._reading


class _Stream(io.RawIOBase):
    """An open file of a location. Reading it raises SourceError; an end before its size is a lost connection too."""

    def __init__(self, stream: Any, location: Location, name: str) -> None:
        self._stream, self._location, self._name = stream, location, name
        self._size, self._position = stream.seek(0, os.SEEK_END) or stream.tell(), 0

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._location._serial(), translated(self._name, local=self._location.local):
            yield

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position = offset + (0, self._position, self._size)[whence]
        if position < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = position
        return position

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._position))
        with self._turn():
            self._stream.seek(self._position)
            body = self._stream.read(wanted)
            if wanted and not body:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        buffer[: len(body)] = body
        self._position += len(body)
        return len(body)

    def close(self) -> None:
        if not self.closed:
            super().close()
            # What was only read needs no goodbye from a server that is gone.
            with suppress(SourceError), self._turn():
                self._stream.close()


def locate(path: str, storage_options: Mapping[str, Any], manners: Manners | None = None) -> Location:
    """What ``path`` names: a file or folder of this machine, or an fsspec URL. Connects to nothing yet where fsspec allows.

    A file on the web is asked for by our own client, with ``manners``.

    SourceError names the package that a kind of URL needs, or the environment variable that isn't set.
    """
    from fsspec.registry import known_implementations

    given = shown_url(path)
    protocol = storages.protocol_of(path)
    if protocol in ("http", "https") and "::" not in path:
        from latam_rag.connectors.http import Manners, remote, urls

        url = urls.canonical(path)
        return Location(given=given, path=url, fs=remote.RemoteFile(url, manners or Manners()), local=False)
    try:
        with translated(given, local=protocol == "file"):
            fs, root = storages.opened(path, with_secrets(storage_options, "storage_options"))
    except ImportError as error:
        hint = known_implementations.get(protocol.partition("+")[0], {}).get("err", str(error))
        raise SourceError("connectors.missing_package", name=given, protocol=protocol, hint=hint) from error
    local = "file" in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol)
    return Location(given=given, path=root.rstrip("/") or root, fs=fs, local=local)


def refuse_plain_secrets(path: str, storage_options: Mapping[str, Any]) -> None:
    """PluginError when a definition holds a secret itself instead of the name of an environment variable."""
    for key in storage_options:
        if key.lower() in _SECRETS:
            raise PluginError("connectors.plain_secret", option=f"storage_options.{key}", wanted=f"{key}_env")
    authority = path.split("://", 1)[-1].split("/", 1)[0] if "://" in path else ""
    if ":" in authority.rpartition("@")[0]:
        raise PluginError("connectors.plain_secret", option="path", wanted="storage_options.password_env")


def shown_url(path: str) -> str:
    """``path`` without the user name and password a URL may carry."""
    head, mark, rest = path.partition("://")
    authority, slash, tail = rest.partition("/")
    return readable(f"{head}{mark}{authority.rpartition('@')[2]}{slash}{tail}" if mark else path)


def readable(name: str) -> str:
    """``name`` in NFC. A name that isn't UTF-8 (copied from an old Windows) is read as windows-1252."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return unicodedata.normalize("NFC", name)


@contextmanager
def translated(name: str, *, local: bool) -> Iterator[None]:
    """What a filesystem raises, as SourceError about ``name``."""
    try:
        yield
    except (SourceError, PluginError, ImportError):
        raise
    except FileNotFoundError as error:
        raise SourceError("connectors.missing" if local else "connectors.unreachable", name=name) from error
    except Exception as error:
        # Each kind of storage brings its own library with its own exceptions; on this machine there is only OSError.
        said = (error.strerror if isinstance(error, OSError) else None) or str(error).strip().partition("\n")[0]
        said = said or type(error).__name__
        if local and isinstance(error, PermissionError):
            raise SourceError("connectors.unreadable", name=name) from error
        if not local and (key := storages.meaning(error)):
            raise SourceError(key, name=name, error=said) from error
        if isinstance(error, ValueError):
            raise SourceError("connectors.bad_url", name=name, error=said) from error
        if local and not isinstance(error, OSError):
            raise
        raise SourceError("connectors.failed", name=name, error=said) from error


def _entry(info: Mapping[str, Any], *, following: bool = False) -> Entry:
    kind = "link" if (info.get("islink") and not following) or info["type"] == "link" else info["type"]
    mark = next((str(info[key]) for key in _MARKS if info.get(key) is not None), "")
    size = int(info.get("size") or 0)
    return Entry(path=info["name"], kind=kind, size=size, revision=f"{size}-{mark}" if mark else "")


def _same(one: str, other: str) -> bool:
    return one.strip("/") == other.strip("/")
