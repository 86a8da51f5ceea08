"""Who comes in: the login, where one is configured, and what is shown to those who may see nothing."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

from latam_rag.apps import access, markup
from latam_rag.apps.access import Decision
from latam_rag.apps.interface import head, say, tell
from latam_rag.errors import ConfigError

_NEEDED = ("redirect_uri", "cookie_secret")
_OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_SECRET = 32
"""Signs of the cookie's secret, at least: who guesses it can be anybody."""
_HERE = ("localhost", "127.0.0.1", "::1")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What this visit may see; ``error`` is a fault of the configuration, for which it sees nothing."""

    decided: Decision = field(default_factory=Decision)
    providers: tuple[str, ...] = ()
    error: ConfigError | None = None

    @property
    def areas(self) -> frozenset[str]:
        found: frozenset[str] = self.decided.areas
        return found


def visit() -> Visit:
    try:
        settings, providers = access.load(), _providers()
        login = bool(providers)
        decided = access.decide(
            settings, login=login, claims=claims() if login else None, local=local(), now=time.time()
        )
    except ConfigError as error:
        return Visit(error=error)
    return Visit(decided=decided, providers=tuple(providers))


def turn_away(visitor: Visit) -> None:
    """In place of a page that isn't for this visit: why, and the way to sign in where that may help."""
    head(say("product"), "")
    decided = visitor.decided
    if visitor.error is not None:
        tell(visitor.error)
        return
    why = say(decided.why, **decided.values) if decided.why else say("admin.access_not_here")
    st.info(markup.plain(why), icon=":material/lock:")
    if decided.sign_in:
        for name in visitor.providers:
            label = say("admin.sign_in") if len(visitor.providers) == 1 else say("admin.sign_in_with", name=name)
            if st.button(markup.plain(label), type="primary", icon=":material/login:", key=f"sign_in.{name}"):
                st.login(*([name] if name else []))


def claims() -> Mapping[str, Any] | None:
    """What the login says of who signed in; None when nobody did."""
    user = st.user
    return user.to_dict() if getattr(user, "is_logged_in", False) is True else None


def local() -> bool:
    """Whether the visit comes from a browser on this machine. Who comes through a proxy on it doesn't: the proxy's own visit
    comes from here, but the browser says where it thinks it is."""
    headers = st.context.headers
    if st.context.ip_address is not None or any(name in headers for name in _FORWARDED):
        return False
    hosts = [urlsplit(f"//{headers.get('Host', '')}").hostname, urlsplit(str(headers.get("Origin", ""))).hostname]
    return all(host in _HERE for host in hosts)


def _providers() -> list[str]:
    """The logins that ``[auth]`` of ``secrets.toml`` names; the unnamed one is "". Empty where there is no such table.

    ConfigError for one that can't work: it must not be taken for none.
    """
    if not st.secrets.load_if_toml_exists():
        for path in map(Path, config.get_option("secrets.files")):
            if path.exists():
                raise ConfigError("admin.secrets_not_read", path=str(path))
        return []
    said = st.secrets.to_dict().get("auth")
    if said is None:
        return []
    if importlib.util.find_spec("authlib") is None:
        raise ConfigError("admin.no_authlib")
    named = {name: table for name, table in said.items() if isinstance(table, dict) and "client_id" in table}
    found = {"": said} if "client_id" in said else named
    missing = [key for key in _NEEDED if not said.get(key)]
    missing += [key for table in found.values() for key in _OF_PROVIDER if not table.get(key)]
    if missing or not found:
        raise ConfigError("admin.login_missing", missing=", ".join(dict.fromkeys(missing)) or "client_id")
    if not str(said["redirect_uri"]).endswith("/oauth2callback"):
        raise ConfigError("admin.login_redirect", found=said["redirect_uri"])
    if len(str(said["cookie_secret"])) < _SECRET:
        raise ConfigError("admin.login_secret", least=_SECRET)
    return list(found)
