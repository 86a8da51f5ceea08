"""The record of answers: only grows, shows every change, survives crashes and company; replay and sheet say what is true."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from latam_rag import Filters, Index
from latam_rag.audit import START, Log
from latam_rag.audit.exporting import as_table
from latam_rag.audit.recording import Recorder
from latam_rag.cli import run
from latam_rag.cli.indexing import initialise
from latam_rag.errors import StoreError
from latam_rag.replay import replay
from latam_rag.transparency import sheet
from latam_rag.types import Verdict

ORDINANCE = """# Ordenanza 7 de Aguas Claras

Artículo 1°.- La recolección de basura domiciliaria se hará los días lunes, miércoles y viernes.

Artículo 2°.- La multa por dejar basura fuera de horario será de 2 UTM.
"""
QUESTION = "¿Cuál es la multa por dejar basura fuera de horario?"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = Log(tmp_path / "index")
    for number in range(3):
        made.append("answer", {"question": f"¿{number}?"})
    return made


def lines(log: Log) -> list[str]:
    return log.path.read_text("utf-8").splitlines()


def test_records_are_chained(log: Log) -> None:
    records = list(log.records())
    assert [record["number"] for record in records] == [1, 2, 3]
    assert [record["previous"] for record in records] == [START, records[0]["hash"], records[1]["hash"]]
    found = log.verify()
    assert (found.records, found.head, found.faults) == (3, records[2]["hash"], ())
    assert log.verify(records[0]["hash"]).faults == ()


def test_every_tampering_is_seen(log: Log) -> None:
    own = lines(log)
    head = log.verify().head
    tampered = {
        "audit.changed": [own[0], own[1].replace("¿1?", "¿9?"), own[2]],
        "audit.broken": [own[0], own[2]],
        "audit.unreadable": [own[0], "x", own[1], own[2]],
        "audit.cut_off": own[:2],
    }
    for key, changed in tampered.items():
        log.path.write_text("\n".join(changed) + "\n", "utf-8")
        assert key in [fault.key for fault in log.verify(head).faults], key
    log.path.write_text("\n".join((own[1], own[0], own[2])) + "\n", "utf-8")
    assert log.verify().faults


@pytest.mark.parametrize("cut", [1, 30, -2])
def test_a_line_torn_by_a_crash_is_kept_and_accounted_for(log: Log, cut: int) -> None:
    whole = log.path.read_bytes()
    last = whole.rstrip(b"\n").rpartition(b"\n")[2]
    log.path.write_bytes(whole + last[:cut])
    assert [fault.key for fault in log.verify().faults] == ["audit.unfinished"]
    log.append("answer", {"question": "¿después?"})
    found = log.verify()
    assert (found.records, found.torn, found.faults) == (4, 1, ())


def test_a_record_without_its_line_end_is_no_torn_one(log: Log) -> None:
    log.path.write_bytes(log.path.read_bytes().rstrip(b"\n"))
    log.append("answer", {})
    found = log.verify()
    assert (found.records, found.torn, found.faults) == (4, 0, ())


def test_long_records_are_found_from_the_end(log: Log) -> None:
    log.append("answer", {"text": "ñ" * 200_000})
    assert log.append("answer", {})["number"] == 5
    assert log.verify().faults == ()


def test_several_processes_append(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from latam_rag.audit import Log\n"
        "log = Log(Path(sys.argv[1]))\n"
        "for at in range(25): log.append('answer', {'by': sys.argv[2], 'at': at})"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(by)]) for by in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    found = Log(tmp_path).verify()
    assert (found.records, found.faults) == (75, ())


def test_a_record_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(StoreError, match=r"audit\.jsonl"):
        Log(tmp_path).append("answer", {})


def test_a_table_is_no_formula() -> None:
    record = {"number": 1, "time": "t", "kind": "answer", "question": "=1+1", "hash": "h"}
    rows = list(csv.reader(io.StringIO("".join(as_table([record])))))
    assert dict(zip(rows[0], rows[1], strict=True))["question"] == "'=1+1"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    folder = tmp_path / "documentos"
    folder.mkdir()
    (folder / "ordenanza-7.md").write_text(ORDINANCE, "utf-8")
    initialise("comuna", str(folder))
    with Index.open("comuna") as opened:
        opened.sync()
        yield opened


def test_an_answer_is_recorded_and_replayed(index: Index, tmp_path: Path) -> None:
    answer = index.ask(QUESTION)
    (record,) = index.recorder.log.records()
    assert record["question"] == QUESTION
    assert [shown["text"] for shown in record["shown"]] == [sentence.text for sentence in answer.sentences]
    assert [hit["passage"] for hit in record["hits"]] == [hit.passage.id for hit in answer.hits]

    same = replay(index, 1)
    assert (same.same_passages, same.same_answer, same.findings) == (True, True, ())
    assert len(list(index.recorder.log.records())) == 1

    changed = ORDINANCE.replace("2 UTM", "3 UTM")
    (tmp_path / "documentos" / "ordenanza-7.md").write_text(changed, "utf-8")
    index.sync()
    other = replay(index, 1)
    assert not other.same_answer
    assert [key for key, _ in other.findings][:2] == ["audit.corpus_changed", "audit.passage_gone"]


def test_what_is_personal_is_not_written(index: Index) -> None:
    index.ask(f"Soy Ana, RUT 12.345.678-5. {QUESTION}")
    assert "12.345.678-5" not in index.recorder.log.path.read_text("utf-8")
    assert replay(index, 1).findings == (("audit.was_redacted", {"kinds": "RUT"}),)


def test_without_a_record_nothing_is_written(index: Index) -> None:
    quiet = index.definition.audit.model_copy(update={"enabled": False})
    index.definition = index.definition.model_copy(update={"audit": quiet})
    index.ask(QUESTION)
    assert not index.recorder.log.path.exists()


def test_the_sheet_says_what_is_there(index: Index) -> None:
    index.ask(QUESTION)
    in_spanish, in_portuguese = sheet(index, "es"), sheet(index, "pt")
    assert "1 documentos" in in_spanish and "1 preguntas" in in_spanish
    assert "1 documentos" in in_portuguese and "1 perguntas" in in_portuguese
    assert "{" not in in_spanish + in_portuguese


def test_the_command_line(index: Index, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    index.ask(QUESTION)
    index.close()
    assert run(["audit", "verify", "comuna"]) == 0
    head = index.recorder.log.verify().head
    assert head in capsys.readouterr().out
    assert run(["audit", "verify", "comuna", "--head", "0f"]) == 1
    capsys.readouterr()
    assert run(["audit", "show", "comuna"]) == 0
    assert QUESTION in capsys.readouterr().out
    assert run(["audit", "show", "comuna", "1"]) == 0
    assert "2 UTM" in capsys.readouterr().out
    assert run(["audit", "show", "comuna", "7"]) == StoreError.exit_code
    capsys.readouterr()
    assert run(["audit", "replay", "comuna", "1"]) == 0
    capsys.readouterr()
    assert run(["audit", "export", "comuna", "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == QUESTION
    assert run(["audit", "export", "comuna", "--since", "2999-01-01"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    target = tmp_path / "ficha.md"
    assert run(["audit", "sheet", "comuna", "--output", str(target)]) == 0
    assert target.read_text("utf-8").startswith("# ")


def test_verdicts_keep_their_reasons(index: Index) -> None:
    answer = index.ask(QUESTION, record=False)
    withheld = Verdict(sentence="La multa es de 9 UTM.", shown=False, reasons=(("verify.figure", {"figure": "9 utm"}),))
    index.recorder.record(
        replace(answer, verdicts=(*answer.verdicts, withheld)), filters=Filters(), extractive=True, fingerprint="f"
    )
    (record,) = index.recorder.log.records()
    assert record["verdicts"][-1]["reasons"] == [["verify.figure", {"figure": "9 utm"}]]


def test_a_record_says_which_model_wrote(index: Index, tmp_path: Path) -> None:
    answer = index.ask(QUESTION, record=False)
    served = index.definition.generation.model_copy(update={"endpoint": "http://modelo:8080/v1", "model": "latamgpt"})
    definition = index.definition.model_copy(update={"generation": served})
    recorder = Recorder(definition, tmp_path, lambda: index.catalog)
    made = recorder.content(answer, filters=Filters(), extractive=False, fingerprint="f")["made_by"]
    assert made["model"] == {"name": "latamgpt", "endpoint": "http://modelo:8080/v1"}
    assert len(made["prompt"]) == 64
    quoted = recorder.content(answer, filters=Filters(), extractive=True, fingerprint="f")["made_by"]
    assert "model" not in quoted
