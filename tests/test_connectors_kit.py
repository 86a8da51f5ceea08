"""The kit: a new connector's project passes as it is, options are described from the class, a source is tried live."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest

from latam_rag import Ref, Resource, cli, plugins
from latam_rag.cli.connecting import _options, _value
from latam_rag.connectors.options import check_options
from latam_rag.errors import SourceError
from latam_rag.testing import Asked, ConnectorContract, Page, Site, WebConnectorContract

ROOT = Path(__file__).parents[1]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert cli.run(["connectors", *arguments]) == code
    output = capsys.readouterr()
    return output.out + output.err


def test_a_new_project_passes_its_tests_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "new", "boletin_local", "--into", str(tmp_path))
    folder = tmp_path / "latam-rag-boletin-local"
    assert str(folder / "README.md") in said
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    assert [name for name, text in texts.items() if "gaze" in text.lower() or "gaceta" in text.lower()] == []
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=."]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert int(re.findall(r"(\d+) passed", ran.stdout)[0]) >= 20
    style = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,UP,N", "--line-length", "120", "."]
    assert subprocess.run(style, cwd=folder, check=False).returncode == 0


def test_a_new_project_can_be_built_and_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "new", "gaceta", "--into", str(tmp_path))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(tmp_path / "latam-rag-gaceta")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (wheel,) = (tmp_path / "latam-rag-gaceta" / "dist").glob("*.whl")
    code = "from importlib.metadata import entry_points as e; print(*(p.value for p in e(name='gaceta')))"
    found = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(wheel)}, capture_output=True, text=True, check=False
    )
    assert found.stdout.strip() == "latam_rag_gaceta:Gaceta"


def test_a_name_that_is_none_or_taken_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("Gaceta", "9x", "class", "a-b", "web"):
        assert wrong in printed(capsys, "new", wrong, "--into", str(tmp_path), code=2)
    printed(capsys, "new", "gaceta", "--into", str(tmp_path))
    assert "Ya existe" in printed(capsys, "new", "gaceta", "--into", str(tmp_path), code=2)


def test_the_tutorials_class_is_the_new_projects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "new", "gaceta", "--into", str(tmp_path))
    made = (tmp_path / "latam-rag-gaceta" / "latam_rag_gaceta.py").read_text("utf-8")
    page = (ROOT / "docs" / "connectors" / "tutorial.md").read_text("utf-8")
    assert made.strip() in page
    body = made.partition("class Gaceta")[2].strip().splitlines()
    assert len([line for line in body if line.strip()]) <= 30


def test_the_installed_ones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    listed = printed(capsys, "list")
    assert listed == printed(capsys)
    installed = listed.partition("\n\n")[0]
    assert [line.split(":")[0] for line in installed.splitlines()] == list(plugins.names())
    assert all(len(line.split(": ", 1)[1]) > 20 for line in installed.splitlines())


@pytest.mark.parametrize("name", plugins.names())
def test_options_are_described_from_the_class(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "describe", name)
    for option in plugins.options_of(plugins.connector_class(name)):
        assert f"\n{option.name}  ({option.kind}; " in said
        assert option.meaning and option.meaning.split()[0] in said
        assert all(f"{option.name}.{part.name}  (" in said and part.meaning for part in option.parts)


def test_types_and_defaults_are_written_as_in_a_definition(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "describe", "web")
    assert "start  (list of text; obligatoria)" in said
    assert "depth  (whole number; 5)" in said
    assert "http.robots  (true or false; true)" in said
    assert 'documents  ("linked" or "entries"; "linked")' in printed(capsys, "describe", "feed")


def test_an_unknown_connector_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "¿Quiso decir 'sitemap'?" in printed(capsys, "describe", "sitemaps", code=2)
    assert "'nada'" in printed(capsys, "check", "nada", code=2)


def test_a_source_is_tried_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    with Site() as site:
        page = "<html><head><title>Ordenanza 7</title></head><body><p>Artículo 1°.- Se prohíben los ruidos.</p></body></html>"
        site.put("/", page + '<a href="/no.html">x</a><a href="/a.html">a</a>')
        site.put("/a.html", page)
        given = [f'start=["{site.url}/"]', 'http={ intranet = ["127.0.0.1"], pause = 0 }']
        said = printed(capsys, "check", "web", *(word for one in given for word in ("--set", one)))
        assert "lista 2 documentos" in said and "missing 1" in said and "«Ordenanza 7»" in said
        assert "Los primeros 1" in printed(
            capsys, "check", "web", "--limit", "1", *(w for g in given for w in ("--set", g))
        )
        definition = tmp_path / "indice.toml"
        manners = 'http = { intranet = ["127.0.0.1"], pause = 0.0 }'
        sources = [("web", f'start = ["{site.url}/"]'), ("sitemap", f'url = "{site.url}/sitemap.xml"')]
        tables = [f'[[sources]]\nconnector = "{name}"\n{option}\n{manners}\n' for name, option in sources]
        definition.write_text('name = "indice"\n' + "".join(tables), "utf-8")
        said = printed(capsys, "check", str(definition), code=4)
        assert "lista 2 documentos" in said and "sitemap.xml: el sitio responde que no existe" in said
        # What is set is laid over what the definition says; of a table its other keys stay.
        said = printed(capsys, "check", str(definition), "--set", "http.timeout=5", "--limit", "1", code=4)
        assert "Los primeros 1" in said
        said = printed(capsys, "check", str(definition), "--set", "http.pause=601", code=2)
        assert "'http.pause' no sirve: debe ser 600" in said
        assert "'genre' no sirve: debe ser uno de estos: 'auto', 'law'" in printed(
            capsys, "check", "web", "--set", "genre=leyes", code=2
        )
    assert "=" in printed(capsys, "check", "web", "--set", "xx", code=2)


FAULTY = """
from latam_rag import Ref, Resource

class Faulty:
    def __init__(self, *, url: str, fault: str) -> None:
        self._fault = fault

    def refs(self):
        yield Ref(uri="a:0", revision="1")
        yield Ref(uri="a:1", revision=None if self._fault == "revision" else "1")

    def fetch(self, ref):
        days = {"valid_from": "01-05-2025", "valid_to": None, "body": "Alcaldía"}
        body = {"days": b"<p>La feria abre los lunes.</p>", "good": b"<p>La feria abre los lunes.</p>"}[self._fault]
        return Resource(uri=ref.uri, body=body, metadata=days if self._fault == "days" else {"valid_from": "2025-05-01"})
"""


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connector ``faulty`` that is installed."""
    (tmp_path / "latam_rag_faulty.py").write_text(FAULTY, "utf-8")
    points = tmp_path / "faulty-1.dist-info" / "entry_points.txt"
    points.parent.mkdir()
    points.write_text("[latam_rag.connectors]\nfaulty = latam_rag_faulty:Faulty\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))


@pytest.mark.usefixtures("faulty")
def test_a_connectors_fault_is_one_line_that_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["check", "faulty", "--set", "url=https://x.cl/", "--set"]
    said = printed(capsys, *given, "fault=clave", code=4)
    assert (
        "'faulty'" in said
        and "a:0" in said
        and "lista 2 documentos" in said
        and "KeyError: 'clave' (latam_rag_faulty.py:14)" in said
    )
    assert "Traceback" not in said
    said = printed(capsys, *given, "fault=revision", code=4)
    assert "se cortó tras 1 documentos" in said
    assert "revision = None para a:1" in said and 'str(x or "")' in said


@pytest.mark.usefixtures("faulty")
def test_days_that_no_filter_understands_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["check", "faulty", "--set", "url=https://x.cl/", "--set"]
    said = printed(capsys, *given, "fault=days")
    assert 'valid_from = "01-05-2025" no es una fecha como 2025-05-01' in said
    assert "valid_to = null no es una fecha" in said and "body = " not in said
    assert "no es una fecha" not in printed(capsys, *given, "fault=good")


@pytest.mark.usefixtures("faulty")
def test_init_from_a_connector_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", "ferias", "--from", "faulty"]) == 2
    said = capsys.readouterr().err
    assert "'faulty' es un conector" in said and 'connector = "faulty", url = …, fault = …' in said
    assert cli.run(["init", "ferias", "--from", "nada"]) == 2
    assert "No existe la carpeta" in capsys.readouterr().err


class Daily:
    @check_options
    def __init__(self, *, since: Annotated[str, "The first day."], until: Annotated[date, "The last."]) -> None:
        self.days = (since, until)


def test_what_looks_like_a_day_or_a_number_is_text_where_an_option_is() -> None:
    assert _value("2024-01-02", "text") == "2024-01-02"
    assert _value("0012", "text") == _value('"0012"', "text") == "0012"
    assert _value("3", "whole number") == 3

    given: Any = {"since": date(2024, 1, 2), "until": date(2024, 1, 3)}
    assert Daily(**given).days == ("2024-01-02", date(2024, 1, 3))


class Listed:
    """Lists the refs that it is made with."""

    def __init__(self, *listed: Ref) -> None:
        self.listed = listed

    def refs(self) -> Iterator[Ref]:
        return iter(self.listed)

    def fetch(self, ref: Ref) -> Resource:
        raise SourceError("http.bad_url", url=ref.uri)


@pytest.mark.parametrize("revision", [None, 7])
def test_the_contract_tells_a_revision_that_is_not_text(revision: Any) -> None:
    contract = ConnectorContract()
    contract.test_uris_and_revisions_are_text(Listed(Ref(uri="a", revision="1"), Ref(uri="b")))
    with pytest.raises(AssertionError, match=rf"revision={revision} of a must be text"):
        contract.test_uris_and_revisions_are_text(Listed(Ref(uri="a", revision=revision)))


def test_the_contract_tells_a_uri_that_is_not_absolute() -> None:
    test = WebConnectorContract().test_a_uri_is_an_address_or_can_be_fetched_without_being_one
    test(Listed(Ref(uri="https://x.cl/docs/1.html")))
    with pytest.raises(AssertionError, match="uri must be absolute"):
        test(Listed(Ref(uri="/docs/1.html")))


def test_an_exception_in_an_answer_shows_in_the_test() -> None:
    def api(asked: Asked) -> Page:
        return Page(body=asked.query["page"])

    with pytest.raises(KeyError, match="page"), Site() as site:
        site.answer("/api", api)
        with urllib.request.urlopen(f"{site.url}/api?page=%C3%B1%20o") as answer:
            assert answer.read().decode() == "ñ o"
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{site.url}/api?pagina=2")
        with caught.value:
            assert (caught.value.code, caught.value.read()) == (500, b"KeyError: 'page'")


def test_an_answer_is_for_every_query_whatever_was_put_before() -> None:
    with Site() as site:
        site.put("/api?page=1", "uno")
        site.put("/apis?page=1", "dos")
        with urllib.request.urlopen(f"{site.url}/api?page=1") as answer:
            assert answer.read() == b"uno"
        site.answer("/api", lambda asked: Page(body=f"{asked.path} {asked.query}"))
        with urllib.request.urlopen(f"{site.url}/api?page=1") as answer:
            assert answer.read() == b"/api {'page': '1'}"
        with urllib.request.urlopen(f"{site.url}/apis?page=1") as answer:
            assert answer.read() == b"dos"


@pytest.mark.parametrize(
    "written",
    [
        ["http.intranet=127.0.0.1"],
        ['http.intranet=["127.0.0.1"]'],
        ['http={"intranet":["127.0.0.1"]}'],
        ['http={ intranet = ["127.0.0.1"] }'],
    ],
)
def test_a_key_of_a_table_is_set_as_one_would_write_it(written: list[str]) -> None:
    known = plugins.options_of(plugins.connector_class("web"))
    given = _options(["start=https://x.cl/", *written, "http.pause=0.5"], known)
    assert given == {"start": ["https://x.cl/"], "http": {"intranet": ["127.0.0.1"], "pause": 0.5}}
    plugins.connect("web", given)


def test_what_is_no_setting_is_refused_in_the_users_language(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("xx", "=1", "http.=1", ".a=1", "a b=1"):
        assert repr(wrong) in printed(capsys, "check", "web", "--set", wrong, code=2)
    said = printed(capsys, "check", "web", "--set", "start=https://x.cl/", "--set", "http=nada", code=2)
    assert "debe ser una tabla" in said and "Manners" not in said
    printed(capsys, "check", "web", "--set", "http=nada", "--set", "http.pause=1", code=2)


def test_an_intranets_server_is_tried_with_the_flag_that_the_refusal_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    with Site() as site:
        site.put("/", "<html><head><title>Aviso</title></head><body><p>La feria abre los sábados.</p></body></html>")
        given = ["check", "web", "--set", f"start={site.url}/"]
        said = printed(capsys, *given, code=4)
        (flag,) = re.findall(r"--set (http\.intranet=\S+?)\)", said)
        assert "lista 1 documentos" in printed(capsys, *given, "--set", flag)
