"""The command line: words, exit codes, and that a mistake costs one clear line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from fakes import make_passage

from latam_rag import Index, config, messages
from latam_rag.cli import asking, run
from latam_rag.cli.indexing import initialise
from latam_rag.errors import ConfigError
from latam_rag.sync import labels
from latam_rag.sync.telling import duration
from latam_rag.types import Answer, Citation, Filters, Hit, Sentence, Verdict


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / 'documentos de "la" comuna'
    folder.mkdir()
    (folder / "aviso.txt").write_text("El horario de la oficina es de 9 a 14 horas.", "utf-8")
    return folder


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("init", "sync", "ask", "search", "status", "doctor", "models", "connectors", "app", "demo"):
        assert f"  {command} " in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["synk"], "¿Quiso decir 'sync'?"),
        (["ask"], "Falta NOMBRE"),
        (["sync", "x", "--allow-deletion"], "¿Quiso decir --allow-deletions?"),
        (["init", "x", "--from", ".", "--kind", "otro"], "--kind"),
        (["init", "Mi Comuna", "--from", "."], "minúsculas"),
        (["init", "x", "--from", "/no/existe"], "No existe la carpeta '/no/existe'"),
        (["ask", "nada", "¿?"], "No existe el índice 'nada'"),
        (["ask", "nada", "--on", "ayer", "¿?"], "ayer"),
        (["ask", "nada", "--filter", "pais=CL", "¿?"], "pais=CL"),
        (["sync", "falta.toml"], "falta.toml"),
    ],
)
def test_a_mistake_costs_one_clear_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], documents: Path
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert len(captured.err.splitlines()) == 1
    assert "Traceback" not in captured.err


def test_init_writes_a_definition_that_loads(documents: Path, _home: Path) -> None:
    path = initialise("mi-comuna", str(documents))
    definition = config.load(path)
    assert definition.name == "mi-comuna"
    assert definition.sources[0].options["path"] == str(documents)
    assert path == _home / "mi-comuna" / "index.toml"


def test_init_refuses_to_overwrite(documents: Path) -> None:
    initialise("mi-comuna", str(documents))
    with pytest.raises(ConfigError, match="Ya existe el índice 'mi-comuna'"):
        initialise("mi-comuna", str(documents))


@pytest.mark.parametrize("kind", ["legal", "curriculum", "public_services", "mixed"])
def test_every_kind_of_index_can_be_initialised(kind: str, documents: Path) -> None:
    definition = config.load(initialise("x", str(documents), kind))
    assert definition.sources[0].options["path"] == str(documents)


def test_status_of_an_index_that_was_never_synced(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    initialise("mi-comuna", str(documents))
    assert run(["status", "--json"]) == 0
    (state,) = json.loads(capsys.readouterr().out)
    assert state["name"] == "mi-comuna"
    assert state["documents"] == 0
    assert state["last_sync"] is None


def test_filters_of_a_command_line() -> None:
    assert asking.filters(["country=CL", "country=BR", "article=5"], None, False) == Filters(
        facets={"country": ("CL", "BR"), "article": ("5",)}
    )
    assert asking.filters([], "2018-03-15", False) == Filters(on="2018-03-15", in_force=False)
    assert asking.filters([], None, True) == Filters(in_force=False)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (3599.6, "60 min 0 s")]
)
def test_duration(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_the_language_can_be_chosen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_chosen", None)
    assert run(["--lang", "pt", "status"]) == 0
    assert "Neste computador" in capsys.readouterr().out


class _Answers:
    """An index that gives one answer, as the real one does: sentence by sentence, then whole."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def ask(self, question: str, *, on_sentence: Any, notify: Any, **_: Any) -> Answer:
        notify("llm.waiting", {"ahead": 2})
        for sentence in self.answer.sentences:
            on_sentence(sentence, self.answer.citations)
        return self.answer


def test_an_answer_is_printed_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    passage = make_passage("Artículo 5.- La patente se paga en enero.", title="Ordenanza 12", label="art. 5", page=2)
    citation = Citation(number=1, passage=passage, quote="La patente se paga en enero.", start=14, end=42, page=2)
    answer = Answer(
        question="¿Cuándo?", language="es", sentences=(Sentence(text="«La patente se paga en enero.»", citations=(1,)),),
        citations=(citation,), verdicts=(Verdict(sentence="Se paga en marzo.", shown=False),),
    )  # fmt: skip
    asking.answer_aloud(cast(Index, _Answers(answer)), "¿Cuándo?")
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "«La patente se paga en enero.» [1]"
    assert "[1] Ordenanza 12, art. 5" in said.out
    assert "pág. 2" in said.out
    assert "1 frases del modelo no pasaron" in said.out
    assert "Preguntas antes que la suya: 2" in said.err


def test_a_refusal_shows_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    hit = Hit(passage=make_passage("La feria abre los sábados.", title="Aviso", label=""), score=1.0)
    answer = Answer(
        question="¿Cuándo?",
        language="es",
        sentences=(),
        citations=(),
        refused=True,
        reason="No lo encontré.",
        hits=(hit,),
    )
    asking.answer_aloud(cast(Index, _Answers(answer)), "¿Cuándo?")
    said = capsys.readouterr().out
    assert "No lo encontré." in said
    assert "La feria abre los sábados." in said


def test_an_address_that_is_the_documents_name_is_printed_once() -> None:
    address = "https://muni.cl/1.html"
    assert asking.origin(make_passage("Texto.", uri=address, url=address), None) == address
    assert asking.origin(make_passage("Texto.", uri="doc:1", url=address), None) == f"doc:1 · {address}"


def test_a_source_that_could_not_be_listed_shows_in_the_first_line(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    initialise("prueba", str(documents))
    index = Index.open("prueba")
    ((key, label),) = labels(index.definition).items()
    for reason, shown in (("", False), ("no responde", True)):
        index.catalog.keep_sources([(key, label, reason)])
        assert run(["status", "prueba"]) == 0
        assert ("incompleta" in capsys.readouterr().out.splitlines()[0]) is shown
