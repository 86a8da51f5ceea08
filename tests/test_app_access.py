"""Who may see which pages: whatever isn't clear gives nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from latam_rag.errors import ConfigError

pytest.importorskip("streamlit")
import streamlit
from headless import QUIET
from streamlit.testing.v1 import AppTest

from latam_rag.apps import access, entry
from latam_rag.apps.access import Access, Rule

pytestmark = QUIET
NOW = 1_800_000_000.0
OPEN = frozenset(access.OPEN)
ADMINS = Rule(claim="groups", value="informatica", areas=("legal", "admin"))
TEACHERS = Rule(claim="realm_access.roles", value="docente", areas=("curriculum",))
TOWN = Rule(claim="email", value="@comuna.cl", areas=("public_service",))


def decide(access_: Access, claims: Mapping[str, Any] | None = None, *, login: bool = True, local: bool = False) -> Any:
    signed = {"iat": NOW - 60, **claims} if claims is not None else None
    return access.decide(access_, login=login, claims=signed, local=local, now=NOW)


def test_without_a_login_administration_is_for_this_machine_only() -> None:
    assert decide(Access(), login=False).areas == OPEN
    assert decide(Access(), login=False, local=True).areas == OPEN | {"admin"}
    assert decide(Access(admin_without_login="nobody"), login=False, local=True).areas == OPEN
    assert decide(Access(admin_without_login="everybody"), login=False).areas == OPEN | {"admin"}


def test_rules_without_a_login_show_nothing_not_even_on_this_machine() -> None:
    found = decide(Access(rules=(ADMINS,), admin_without_login="everybody"), login=False, local=True)
    assert found.areas == frozenset() and found.why == "admin.access_no_login" and not found.sign_in


def test_with_a_login_nobody_sees_anything_before_signing_in_not_even_on_this_machine() -> None:
    found = decide(Access(rules=(ADMINS,)), local=True)
    assert found.areas == frozenset() and found.sign_in


@pytest.mark.parametrize(
    ("claims", "areas"),
    [
        ({"groups": ["vecinos", "informatica"]}, {"legal", "admin"}),
        ({"groups": "informatica"}, {"legal", "admin"}),
        ({"groups": "informatica2"}, set()),
        ({"groups": ["Informatica"]}, set()),
        ({"roles": ["informatica"]}, set()),
        ({"groups": {"informatica": True}}, set()),
        ({"groups": None}, set()),
        ({}, set()),
        ({"realm_access": {"roles": ["docente"]}}, {"curriculum"}),
        ({"realm_access": "docente"}, set()),
        ({"realm_access.roles": ["docente"], "groups": ["informatica"]}, {"curriculum", "legal", "admin"}),
        ({"email": "Ana@Comuna.CL", "email_verified": True}, {"public_service"}),
        ({"email": "ana@comuna.cl"}, set()),
        ({"email": "ana@comuna.cl", "email_verified": "true"}, set()),
        ({"email": "ana@otra-comuna.cl", "email_verified": True}, set()),
        ({"email": "ana@comuna.cl.example", "email_verified": True}, set()),
        ({"email": "comuna.cl", "email_verified": True}, set()),
    ],
)
def test_a_claim_gives_the_areas_of_its_rules(claims: dict[str, Any], areas: set[str]) -> None:
    assert decide(Access(rules=(ADMINS, TEACHERS, TOWN)), claims).areas == areas


def test_an_address_and_whatever_a_claim_says() -> None:
    ana = Rule(claim="email", value="Ana@comuna.cl", areas=("admin",))
    anyone = Rule(claim="sub", value="*", areas=("legal",))
    said = {"email": "ana@comuna.cl", "email_verified": True, "sub": "7"}
    assert decide(Access(rules=(ana, anyone)), said).areas == {"admin", "legal"}
    assert decide(Access(rules=(ana, anyone)), {**said, "email_verified": False, "sub": ""}).areas == frozenset()


@pytest.mark.parametrize("iat", [NOW - 12 * 3600 - 1, NOW + 3600, None, "x", True])
def test_who_signed_in_long_ago_signs_in_again(iat: object) -> None:
    found = decide(Access(rules=(ADMINS,)), {"groups": ["informatica"], "iat": iat})
    assert found.areas == frozenset() and found.why == "admin.access_ended" and found.sign_in


def test_a_person_without_a_role_is_told_who_they_are() -> None:
    found = decide(Access(rules=(ADMINS,)), {"name": "Ana", "email": "ana@x.cl"})
    assert (found.why, found.values["who"]) == ("admin.access_none", "Ana")


@pytest.mark.parametrize(
    "said",
    [
        "access = 1",
        "[access]\nadmin = 'nobody'",
        "[access]\nadmin_without_login = 'yes'",
        "[access]\nadmin_without_login = true",
        "[access]\nhours = 0",
        "[access]\nhours = true",
        "[access]\nrules = 'x'",
        "[access]\nrules = ['x']",
        "[[access.rules]]\nclaim = 'groups'\nvalue = 'x'",
        "[[access.rules]]\nclaim = 'groups'\nvalue = 'x'\nareas = []",
        "[[access.rules]]\nclaim = 'groups'\nvalue = 'x'\nareas = ['legal', 'administracion']",
        "[[access.rules]]\nclaim = 'groups'\nvalue = ''\nareas = ['legal']",
        "[[access.rules]]\nclaim = 'groups'\nvalue = 1\nareas = ['legal']",
        "[[access.rules]]\nvalue = 'x'\nareas = ['legal']",
        "[[access.rules]]\nclaim = 'groups'\nvalue = 'x'\narea = ['legal']",
        "[access",
    ],
)
def test_a_table_that_is_wrong_is_an_error(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    (tmp_path / "app.toml").write_text(said, "utf-8")
    with pytest.raises(ConfigError) as error:
        access.load()
    assert "app.toml" in str(error.value)


def test_the_table_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    assert access.load() == Access()
    said = (
        "[access]\nhours = 8\n[[access.rules]]\nclaim = 'groups'\nvalue = ' informatica '\nareas = ['legal', 'admin']"
    )
    (tmp_path / "app.toml").write_text(said, "utf-8")
    assert access.load() == Access(hours=8, rules=(ADMINS,))


class Context:
    def __init__(self, ip: str | None, **headers: str) -> None:
        self.ip_address = ip
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


HERE = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


@pytest.mark.parametrize(
    ("context", "local"),
    [
        (Context(None, **HERE), True),
        (Context(None, Host="127.0.0.1:8501", Origin="http://127.0.0.1:8501"), True),
        (Context(None, Host="[::1]:8501", Origin="http://[::1]:8501"), True),
        (Context("192.168.1.7", **HERE), False),
        # A proxy on this machine, as nginx is set up by default: the browser's own address gives it away.
        (Context(None, Host="127.0.0.1:8501", Origin="https://documentos.comuna.cl"), False),
        (Context(None, Host="documentos.comuna.cl", Origin="https://documentos.comuna.cl"), False),
        (Context(None, X_Forwarded_For="10.0.0.7", **HERE), False),
        (Context(None, Forwarded="for=10.0.0.7", **HERE), False),
        (Context(None, Host="localhost:8501"), False),
        (Context(None, Host="localhost.evil.example", Origin="http://localhost.evil.example"), False),
        (Context(None), False),
    ],
)
def test_a_visit_from_this_machine_is_told_from_one_through_a_proxy_on_it(
    context: Context, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry.st, "context", context)
    assert entry.local() is local


class Secrets:
    def __init__(self, said: Mapping[str, Any] | None) -> None:
        self._said = said

    def load_if_toml_exists(self) -> bool:
        return self._said is not None

    def to_dict(self) -> Mapping[str, Any]:
        return self._said or {}


GOOD = {
    "redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "0" * 64, "client_id": "latam-rag",
    "client_secret": "s", "server_metadata_url": "http://127.0.0.1/.well-known/openid-configuration",
}  # fmt: skip
PROVIDER = {key: GOOD[key] for key in ("client_id", "client_secret", "server_metadata_url")}
COMMON = {key: GOOD[key] for key in ("redirect_uri", "cookie_secret")}


def providers(said: Mapping[str, Any] | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(entry.st, "secrets", Secrets(said))
    return list(entry._providers())


def test_the_login_is_what_the_secrets_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(entry.config, "get_option", lambda name: [str(tmp_path / "secrets.toml")])
    assert providers(None, monkeypatch) == []
    assert providers({"other": 1}, monkeypatch) == []
    assert providers({"auth": GOOD}, monkeypatch) == [""]
    assert providers({"auth": {**COMMON, "google": PROVIDER, "comuna": PROVIDER}}, monkeypatch) == ["google", "comuna"]


def test_a_login_that_cannot_work_is_not_taken_for_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken: list[Mapping[str, Any]] = [
        {},
        COMMON,
        {**GOOD, "cookie_secret": "short"},
        {**GOOD, "redirect_uri": "http://localhost:8501/"},
        {key: value for key, value in GOOD.items() if key != "client_secret"},
        {**COMMON, "google": {"client_id": "x"}},
    ]
    for said in broken:
        with pytest.raises(ConfigError):
            providers({"auth": said}, monkeypatch)
    (tmp_path / "secrets.toml").write_text("[auth", "utf-8")
    monkeypatch.setattr(entry.config, "get_option", lambda name: [str(tmp_path / "secrets.toml")])
    with pytest.raises(ConfigError) as error:
        providers(None, monkeypatch)
    assert error.value.key == "admin.secrets_not_read"
    monkeypatch.setattr(entry.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as error:
        providers({"auth": GOOD}, monkeypatch)
    assert error.value.key == "admin.no_authlib"


def test_now_is_now() -> None:
    # ``iat`` is in seconds since the epoch, as ``time.time`` is.
    fresh = access.decide(
        Access(rules=(ADMINS,)), login=True, claims={"iat": time.time(), "groups": "informatica"}, local=False,
        now=time.time(),
    )  # fmt: skip
    assert "admin" in fresh.areas


class User(dict[str, Any]):
    is_logged_in = True

    def to_dict(self) -> dict[str, Any]:
        return dict(self)


def test_another_person_in_the_same_window_finds_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    lines = ("import streamlit as st", "from latam_rag.apps import interface, visits", "interface.begin()")
    script = "\n".join((*lines, "st.text(visits.visitor())"))
    at = AppTest.from_string(script, default_timeout=60)

    def name_of(**claims: str) -> str:
        monkeypatch.setattr(streamlit, "user", User(claims))
        at.run()
        assert not at.exception
        return str(at.text[0].value)

    ana = name_of(iss="https://a", sub="1", email="ana@comuna.cl")
    at.session_state["legal.question"] = "algo privado"
    assert name_of(iss="https://a", sub="1", email="otra@comuna.cl") == ana, "the account is known by its number"
    assert "legal.question" in at.session_state
    beto = name_of(iss="https://a", sub="2", email="ana@comuna.cl")
    assert beto != ana and "legal.question" not in at.session_state
    assert name_of(iss="https://b", sub="1") not in (ana, beto), "another institution's number is another account"
