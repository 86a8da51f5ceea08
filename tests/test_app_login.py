"""Signing in with an account, in a real browser against a small OpenID Connect provider: who sees what, and nothing before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fakes import FakeEmbedder
from in_browser import free_port, opened, serving_with_fake_embedder, settled

from latam_rag import embed
from latam_rag.index import Index

pytest.importorskip("streamlit")
pytest.importorskip("authlib", reason="authlib isn't installed: pip install 'latam-rag[login]'")
from oidc import CLIENT, SECRET, provider

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")

PEOPLE: dict[str, dict[str, Any]] = {
    "Ana": {"sub": "1", "name": "Ana Soto", "groups": ["funcionarios", "informatica"]},
    "Beto": {"sub": "2", "name": "Beto Silva", "groups": ["docentes"]},
    "Caro": {"sub": "3", "name": "Caro Díaz", "groups": ["otros"]},
    "Eva": {"sub": "5", "name": "Eva Lagos", "groups": ["informatica"]},
    "Dora": {"sub": "4", "name": "Dora Ruiz", "groups": ["docentes"], "iat": 1_500_000_000},
}
RULES = """
[institution]
name = "Aguas Claras"

[[access.rules]]
claim = "groups"
value = "informatica"
areas = ["legal", "admin"]

[[access.rules]]
claim = "groups"
value = "docentes"
areas = ["curriculum"]
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    (home / "comuna").mkdir()
    (home / "comuna" / "ordenanza.md").write_text(
        "# Ordenanza 7\n\nArtículo 1°.- La basura se recoge los lunes.\n", "utf-8"
    )
    (home / "comuna" / "index.toml").write_text('name = "comuna"\ndomain = "legal"\n[[sources]]\npath = "."\n', "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", str(home))
        patch.setattr(embed, "load", lambda settings: FakeEmbedder())
        with Index.open("comuna") as index:
            index.sync()
    (home / "app.toml").write_text(RULES, "utf-8")
    (home / ".streamlit").mkdir()
    with provider(PEOPLE) as accounts:
        said = {
            "redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": "0123456789abcdef" * 4,
            "client_id": CLIENT, "client_secret": SECRET,
            "server_metadata_url": f"{accounts.issuer}/.well-known/openid-configuration",
        }  # fmt: skip
        secrets = "[auth]\n" + "".join(f'{key} = "{value}"\n' for key, value in said.items())
        (home / ".streamlit" / "secrets.toml").write_text(secrets, "utf-8")
        with serving_with_fake_embedder(home, port=port) as running:
            yield running.url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with opened(browser, width=1280, locale="es-CL") as page:
        yield page


def sign_in(page: Any, served: str, person: str) -> None:
    page.goto(f"{served}/?lang=es")
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("link", name=person).click()
    settled(page)


def sign_out(page: Any) -> None:
    page.get_by_role("button", name="Cuenta").click()
    page.get_by_role("button", name="Salir").click()
    sync_api.expect(page.get_by_role("button", name="Entrar")).to_be_visible()


def pages(page: Any) -> list[str]:
    return list(page.get_by_test_id("stTopNavLink").all_inner_texts())


@pytest.mark.parametrize("address", ["", "aula", "administracion?section=answers"])
def test_before_signing_in_nothing_is_shown_whatever_the_address(served: str, page: Any, address: str) -> None:
    page.goto(f"{served}/{address}")
    sync_api.expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    assert pages(page) == []
    assert page.get_by_role("heading").all_inner_texts() == ["Documentos con citas verificadas"]


def test_who_looks_after_the_indexes_signs_in_and_out(served: str, page: Any) -> None:
    sign_in(page, served, "Ana")
    sync_api.expect(page.get_by_role("heading", name="Normativa")).to_be_visible()
    assert [name.split("\n")[-1] for name in pages(page)] == ["Normativa", "Administración"]
    page.get_by_role("link", name="Administración").click()
    sync_api.expect(page.get_by_role("heading", name="Administración")).to_be_visible()
    page.get_by_role("button", name="Cuenta").click()
    sync_api.expect(page.get_by_text("Ana Soto")).to_be_visible()
    page.keyboard.press("Escape")
    sign_out(page)
    page.goto(f"{served}/administracion")
    sync_api.expect(page.get_by_role("button", name="Entrar")).to_be_visible()


def test_who_comes_next_at_the_same_computer_sees_nothing_of_the_one_before(served: str, page: Any) -> None:
    question = "¿Qué día se recoge la basura?"
    sign_in(page, served, "Ana")
    box = page.get_by_role("textbox", name="Su pregunta sobre normas")
    box.fill(question)
    box.press("Enter")
    sync_api.expect(page.get_by_role("heading", name=question)).to_be_visible()
    settled(page)
    address = page.url
    sign_out(page)
    page.go_back()
    settled(page)
    assert question not in page.inner_text("body") and page.get_by_role("textbox").count() == 0
    sign_in(page, served, "Eva")
    page.goto(address)
    sync_api.expect(box).to_be_visible()
    assert question not in page.inner_text("body") and box.input_value() == ""
    assert page.get_by_role("button", name="Sus consultas anteriores").count() == 0
    sign_out(page)
    sign_in(page, served, "Ana")
    page.goto(address)
    sync_api.expect(page.get_by_role("heading", name=question)).to_be_visible()


def test_a_teacher_sees_the_page_of_teachers_and_no_other(served: str, page: Any) -> None:
    sign_in(page, served, "Beto")
    sync_api.expect(page.get_by_role("heading", name="Aula")).to_be_visible()
    for address in ("administracion?lang=es&section=answers", "tramites"):
        page.goto(f"{served}/{address}")
        sync_api.expect(page.get_by_test_id("stAlert")).to_contain_text("Esta página no es para su cuenta")
        assert page.get_by_role("heading").all_inner_texts() == ["Documentos con citas verificadas"]
        assert [each.split()[-1] for each in page.get_by_test_id("stPageLink").all_inner_texts()] == ["Aula"]


@pytest.mark.parametrize(("person", "said"), [("Caro", "Caro Díaz no tiene acceso"), ("Dora", "Su ingreso terminó")])
def test_without_a_role_or_long_after_signing_in_nothing_is_shown(
    served: str, page: Any, person: str, said: str
) -> None:
    sign_in(page, served, person)
    sync_api.expect(page.get_by_test_id("stAlert")).to_contain_text(said)
    assert pages(page) == []
