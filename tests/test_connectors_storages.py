"""Storages elsewhere: a connection of one's own each time, and what goes wrong with it in plain words."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest

from latam_rag.connectors.files import Files
from latam_rag.connectors.filesystem import locate, translated
from latam_rag.errors import SourceError


def _raised(name: str, base: type[Exception] = Exception) -> Exception:
    """As a library would raise it that isn't installed here: a kind of the exception that the library is known by."""
    return type("Derived", (type(name, (base,), {}),), {})("in the library's words")


def _wrapped(inner: Exception) -> Exception:
    try:
        raise ValueError("Failed to connect to 'nas:445'") from inner
    except ValueError as error:
        return error


def _answered(status: int) -> Exception:
    error = Exception(f"received {status}")
    error.response = SimpleNamespace(status_code=status)  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (_raised("AuthenticationException"), "no acepta el usuario o la clave"),
        (_wrapped(_raised("LogonFailure")), "no acepta el usuario o la clave"),
        (_answered(401), "no acepta el usuario o la clave"),
        (_answered(403), "no deja leer"),
        (PermissionError("Forbidden"), "no deja leer"),
        (_raised("NoCredentialsError"), "no deja leer"),
        (_raised("BadHostKeyException"), "known_hosts"),
        (_wrapped(ConnectionRefusedError(111, "Connection refused")), "no responde"),
        (_wrapped(socket.gaierror(-2, "Name or service not known")), "no responde"),
        (_raised("NoValidConnectionsError", OSError), "no responde"),
        (TypeError("connect() got an unexpected keyword argument 'nada'"), "storage_options tiene.*'nada'"),
        (ValueError("what is this"), "no se entiende: what is this"),
        (OSError("Socket is closed\nFor more information see"), r"Socket is closed\. Revise"),
    ],
)
def test_what_a_storage_raises_is_said_in_plain_words(error: Exception, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught, translated("sftp://archivo/actas", local=False):
        raise error
    assert "'sftp://archivo/actas'" in str(caught.value)


def test_a_connection_that_may_have_broken_is_never_used_again() -> None:
    assert locate("memory://nube", {}).fs is not locate("memory://nube", {}).fs


@pytest.mark.parametrize("url", ["webdav://servidor/carpeta", "dav://servidor/carpeta"])
def test_a_webdav_address_that_leaves_out_the_protocol_says_how_to_write_it(url: str) -> None:
    with pytest.raises(SourceError, match=r"webdav\+https://"):
        list(Files(url).refs())


@pytest.mark.parametrize(
    ("url", "package"),
    [("webdav+https://servidor/a", "webdav4"), ("sftp://servidor/a", "paramiko"), ("smb://servidor/a", "smbprotocol")],
)
def test_a_storage_that_needs_a_package_names_it(url: str, package: str) -> None:
    try:
        __import__(package)
    except ImportError:
        with pytest.raises(SourceError, match=package):
            list(Files(url).refs())
    else:
        pytest.skip(f"{package} is installed")
