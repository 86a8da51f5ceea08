"""What a server sends instead of a document is refused with its reason; short documents are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import parse
from latam_rag.types import Resource

MENU = "<ul><li><a href='/'>Inicio</a></li><li><a href='/t'>Trámites</a></li></ul>"


def read(body: str) -> str:
    return parse(Resource(uri="norma.html", body=f"<!doctype html><html>{body}</html>".encode()), limits=Limits()).text


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (f"<title>Municipalidad</title><body>{MENU}<h1>Página no encontrada</h1><p>Vuelva al inicio.</p>", "not_found_page"),
        ("<title>Erro 404</title><body><p>Verifique o endereço digitado.</p>", "not_found_page"),
        ("<body><h2>A página que procura não existe</h2><p>Faça uma nova busca.</p>", "not_found_page"),
        ("<body><p>El documento solicitado no está disponible en este momento.</p>", "not_found_page"),
        ("<body><p>Acceso denegado. Comuníquese con el administrador del portal.</p>", "not_found_page"),
        ("<body><h1>Portal em manutenção</h1><p>Voltaremos logo.</p>", "not_found_page"),
        ("<body><h1>Ingreso</h1><form>Clave <input type='password'></form><p>Bienvenido</p>", "login_page"),
        ("<title>Trámites</title><body><div id='root'></div><script src='/a.js'></script><p>Cargando</p>", "script_page"),
        ("<title>SUT</title><body><noscript>Enable JavaScript</noscript><p>Sistema</p><script>x</script>", "script_page"),
        ("<title>Just a moment...</title><body><p>Checking your browser before accessing.</p>", "script_page"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(body: str, key: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(body)
    assert caught.value.key == f"parse.{key}"


@pytest.mark.parametrize(
    "body",
    [
        "<body><h1>Licencia de conducir</h1><p>Si la página web no funciona, pida hora por teléfono.</p>",
        "<body><h1>Ordenanza 4</h1><p>Artículo 1. Se prohíbe el acceso de vehículos a la plaza.</p><script>x</script>",
        "<body><h1>Denúncia</h1><p>Informe se o documento foi perdido ou roubado e onde.</p><div id='root'></div>",
    ],
)
def test_a_short_page_of_its_own_is_read(body: str) -> None:
    assert read(body)


def test_no_real_page_is_taken_for_an_error(shared: Path) -> None:
    for path in sorted((shared / "corpus").rglob("*.html")):
        assert parse(Resource(uri=path.name, body=path.read_bytes()), limits=Limits()).text
