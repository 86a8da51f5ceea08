"""What each kind of remote storage needs that fsspec leaves to whoever uses it: limits of time, a server's known key, a login
that a definition can write, and what a library's exception means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from latam_rag.errors import SourceError

_SECONDS = 60
"""A server that says nothing for so long is given up."""
#: What the libraries' exceptions mean, by the names of their classes: the libraries themselves may not be installed.
_MEANING: Mapping[str, str] = {
    "AuthenticationException": "login", "LogonFailure": "login", "SMBAuthenticationError": "login", "SpnegoError": "login",
    "BadHostKeyException": "host_key",
    "PermissionError": "denied", "AccessDenied": "denied", "ForbiddenOperation": "denied", "NoCredentialsError": "denied",
    "ConnectionError": "unreachable", "TimeoutError": "unreachable", "gaierror": "unreachable", "ConnectError": "unreachable",
    "ConnectTimeout": "unreachable", "EndpointConnectionError": "unreachable", "NoValidConnectionsError": "unreachable",
}  # fmt: skip
_STATUS: Mapping[Any, str] = {401: "login", 403: "denied"}


def opened(path: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """The filesystem of ``path`` and where in it that is.

    Connected anew each time: fsspec would keep a connection that broke, and hand it out until the process ends. ImportError,
    SourceError and whatever the library raises.
    """
    from fsspec.core import url_to_fs

    own = _OWN.get(protocol_of(path)) if "::" not in path else None
    if own is not None:
        return own(path, options)
    fs, root = url_to_fs(path, **options, skip_instance_cache=True)
    return fs, root


def protocol_of(path: str) -> str:
    return path.split("://", 1)[0].split("::")[0] if "://" in path else "file"


def meaning(error: BaseException) -> str:
    """The key of the message for what a remote storage's library raised; empty when it isn't known."""
    for each in _chain(error):
        said = str(each)
        if "No authentication methods available" in said:
            return "connectors.login"
        if "not found in known_hosts" in said:
            return "connectors.host_key"
        if isinstance(each, TypeError) and "unexpected keyword argument" in said:
            return "connectors.storage_option"
        status = getattr(getattr(each, "response", each), "status_code", None)
        names = [kind.__name__ for kind in type(each).__mro__]
        if found := _STATUS.get(status) or next((_MEANING[name] for name in names if name in _MEANING), ""):
            return f"connectors.{found}"
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _sftp(path: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class Sftp(SFTPFileSystem):  # type: ignore[misc]  # fsspec is untyped
        """Refuses a server whose key is another than the one in ``~/.ssh/known_hosts``."""

        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(self.host_key_policy)
            self.client.connect(self.host, **{"timeout": _SECONDS, **self.ssh_kwargs})
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(_SECONDS)

    given = {**Sftp._get_kwargs_from_urls(path), **options}
    return Sftp(**given, skip_instance_cache=True), Sftp._strip_protocol(path)


def _smb(path: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    from fsspec.implementations.smb import SMBFileSystem

    # Files stay open to others while they are read; a server that is away is asked once, not five times.
    ours = {"share_access": "rwd", "register_session_retries": 0, "timeout": _SECONDS}
    given = {**ours, **SMBFileSystem._get_kwargs_from_urls(path), **options}
    return SMBFileSystem(**given, skip_instance_cache=True), SMBFileSystem._strip_protocol(path)


def _webdav(path: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    from webdav4.client import Client
    from webdav4.fsspec import WebdavFileSystem

    class Quoting(Client):  # type: ignore[misc]  # webdav4 isn't always installed
        """Names may hold ``?``, ``#`` and ``%``."""

        def join_url(self, path: str, add_trailing_slash: bool = False) -> Any:
            return super().join_url(quote(path), add_trailing_slash)

    parts = urlsplit(path.removeprefix("webdav+"))
    given = {"timeout": _SECONDS, **options}
    if "username" in given:
        given["auth"] = (given.pop("username"), given.pop("password", ""))
    base = f"{parts.scheme}://{parts.netloc}"
    return WebdavFileSystem(base, client=Quoting(base, **given), skip_instance_cache=True), unquote(parts.path).strip(
        "/"
    )


def _unclear(path: str, _: Mapping[str, Any]) -> tuple[Any, str]:
    raise SourceError("connectors.webdav_address", name=path)


_OWN: Mapping[str, Callable[[str, Mapping[str, Any]], tuple[Any, str]]] = {
    **dict.fromkeys(("sftp", "ssh"), _sftp),
    "smb": _smb,
    **dict.fromkeys(("webdav+https", "webdav+http"), _webdav),
    **dict.fromkeys(("webdav", "dav"), _unclear),
}
