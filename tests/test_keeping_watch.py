"""What the one who looks after an index is shown: records to look through, thumbs, periods, runs, checks, what it takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latam_rag import browse, doctor, feedback, timeline, usage
from latam_rag.audit import Log, erasing
from latam_rag.audit.register import Register, Wanted, verdict_of
from latam_rag.catalog import Catalog
from latam_rag.errors import ConfigError, StoreError
from latam_rag.evaluate.record import recorded
from latam_rag.llm.worker import Worker
from latam_rag.types import Document, Page


def answer(log: Log, question: str, **more: Any) -> dict[str, Any]:
    said = {"question": question, "shown": [{"text": "Se paga en enero.", "citations": [1]}], "verdicts": [], **more}
    return log.append("answer", said)


# The register


def test_records_are_filtered_by_day_verdict_and_words(tmp_path: Path) -> None:
    log = Log(tmp_path)
    answer(log, "¿Cuándo se paga la patente?", hits=[{"passage": "1", "place": "Ordenanza 12, art. 5", "uri": "o.pdf"}])
    answer(log, "¿Y la Luna?", refused=True, shown=[])
    answer(log, "¿Cuánto?", verdicts=[{"sentence": "x", "shown": False, "reasons": []}])
    log.append(erasing.KIND, {"documents": ["0" * 64], "emptied": []})
    register, today = Register(log), datetime.now(UTC).date()

    def found(**wanted: Any) -> list[int]:
        return [row.number for row in register.chosen(Wanted(**wanted))]

    assert found() == [4, 3, 2, 1]
    assert found(verdicts=("refused",)) == [2]
    assert found(verdicts=("answered", "withheld")) == [3, 1]
    assert found(verdicts=("forgotten",)) == [4]
    assert found(text="PATENTE cuando") == [1]
    assert found(text="ordenanza 12") == [1], "sources are looked through too"
    assert found(text="enero", verdicts=("withheld",)) == [3]
    assert found(since=today.isoformat(), until=today.isoformat()) == [4, 3, 2, 1]
    assert found(until=(today - timedelta(days=1)).isoformat()) == []
    assert found(since=(today + timedelta(days=1)).isoformat()) == []


def test_a_register_reads_on_and_begins_again_when_records_were_emptied(tmp_path: Path) -> None:
    log = Log(tmp_path)
    register = Register(log)
    assert register.rows() == []
    first = answer(log, "uno", citations=[{"uri": "a.pdf"}])
    assert [row.question for row in register.rows()] == ["uno"]
    answer(log, "dos")
    assert register.record(register.rows()[0]) == first
    before = register.rows()
    erasing.erase(log, {"a.pdf"}, {"documents": []})
    assert [row.verdict for row in register.rows()] == ["erased", "answered", "forgotten"]
    assert [row.question for row in register.rows()] == ["", "dos", ""]
    with pytest.raises(StoreError):
        list(register.records([before[1]]))


def test_a_torn_line_is_passed_over_and_one_being_written_is_waited_for(tmp_path: Path) -> None:
    log = Log(tmp_path)
    register = Register(log)
    answer(log, "uno")
    with log.path.open("ab") as file:
        file.write(b'{"number": 2, "quest')
    assert len(register.rows()) == 1
    answer(log, "dos")
    assert [row.question for row in register.rows()] == ["uno", "dos"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8), st.integers(0, 8))
def test_a_register_that_reads_on_knows_what_one_that_begins_anew_does(questions: list[str], at: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder))
        register = Register(log)
        for number, question in enumerate(questions):
            answer(log, question)
            if number == at:
                register.rows()
        assert register.rows() == Register(log).rows()
        assert [record["question"] for record in register.records(register.rows())] == questions


def test_an_answer_of_which_something_was_withheld_is_told_apart() -> None:
    assert verdict_of({"kind": "answer", "verdicts": [{"shown": True}]}) == "answered"
    assert verdict_of({"kind": "answer", "verdicts": [{"shown": True}, {"shown": False}]}) == "withheld"
    assert verdict_of({"kind": "answer", "refused": True, "verdicts": [{"shown": False}]}) == "refused"
    assert verdict_of({"kind": "answer", "erased": True}) == "erased"


# Thumbs


def thumb(answer: str, helped: bool, *reasons: str, **more: Any) -> dict[str, Any]:
    return {
        "at": "2026-01-01T10:00:00", "answer": answer, "helped": helped, "reasons": reasons, "comment": "", "question": "¿?",
        **more,
    }  # fmt: skip


def test_of_each_answer_the_last_thumb_counts(tmp_path: Path) -> None:
    assert feedback.thumbs(tmp_path) == []
    for said in (
        thumb("a", True),
        thumb("b", False),
        thumb("b", False, "incomplete", "outdated"),
        thumb("c", False, "incomplete", "?"),
    ):
        feedback.keep(tmp_path, said)
    with (tmp_path / feedback.FILE).open("a") as file:
        file.write('{"at": "2026\n[]\n{"at": 1}\n')
    given_ = feedback.thumbs(tmp_path)
    assert [each.helped for each in given_] == [True, False, False]
    assert feedback.counted(given_) == {"incomplete": 2, "outdated": 1}


def test_thumbs_on_a_document_that_is_forgotten_go_with_it(tmp_path: Path) -> None:
    feedback.keep(tmp_path, thumb("a", True, documents=["a.pdf", "b.pdf"]))
    feedback.keep(tmp_path, thumb("b", True, documents=["b.pdf"]))
    with (tmp_path / feedback.FILE).open("a") as file:
        file.write('{"shown": "torn, a.pdf\n')
    assert feedback.erase(tmp_path, {"a.pdf"}) == 2
    assert "a.pdf" not in (tmp_path / feedback.FILE).read_text()
    assert len(feedback.thumbs(tmp_path)) == 1
    assert feedback.erase(tmp_path, {"a.pdf"}) == 0


def test_thumbs_that_cannot_be_written_say_where(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as error:
        feedback.keep(tmp_path / "nowhere", thumb("a", True))
    assert "feedback.jsonl" in str(error.value)


# Periods


def moments(count: int, apart: timedelta) -> list[tuple[str, int]]:
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)
    return [((begin + each * apart).isoformat(), each) for each in range(count)]


@pytest.mark.parametrize(
    ("count", "apart", "first"),
    [
        (1, timedelta(days=1), "2024-01-01 "),
        (24, timedelta(minutes=1), "2024-01-01 "),
        (200, timedelta(hours=1), "2024-01-01"),
        (100, timedelta(days=1), "2024-01-01"),
        (200, timedelta(days=2), "2024-01"),
        (200, timedelta(days=30), "2024"),
    ],
)
def test_few_enough_periods_are_left_to_draw(count: int, apart: timedelta, first: str) -> None:
    found = timeline.by_period(moments(count, apart))
    assert len(found) <= timeline.MOST
    assert next(iter(found)).startswith(first)
    assert [each for items in found.values() for each in items] == list(range(count))
    assert list(found) == sorted(found)


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), max_size=60))
def test_nothing_is_lost_and_time_goes_on(times: list[datetime]) -> None:
    found = timeline.by_period([(at.isoformat(), at) for at in times])
    assert [at for items in found.values() for at in items] == sorted(times, key=lambda at: at.astimezone())
    assert list(found) == sorted(found)


def test_what_has_no_time_is_left_out() -> None:
    assert timeline.by_period([("", 1), ("x", 2)]) == {}


# Runs, evaluations, checks


def test_runs_are_remembered_and_one_cut_short_is_told_apart(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        run = catalog.begin_run()
        catalog.end_run(run, {"new": 3, "failed": 1, "passages": 9, "embedded": 9, "seconds": {"total": 2.5}})
        catalog.begin_run()
        done, cut = catalog.runs()
        assert (done.new, done.failed, done.passages, done.seconds, bool(done.finished)) == (3, 1, 9, 2.5, True)
        assert cut.finished is None and cut.new == 0
        assert catalog.runs(limit=1) == [cut]


def test_evaluations_of_an_index_are_found_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert recorded(tmp_path) == {}
    folder = tmp_path / "evaluations"
    folder.mkdir()
    run = {"at": "2026-01-01", "shares": {"answered": 1.0}, "bits": {}, "accepted": True}
    (folder / "made.json").write_text(json.dumps({"version": 1, "runs": [run]}))
    (folder / "empty.json").write_text(json.dumps({"version": 1, "runs": []}))
    assert [(name, len(runs)) for name, runs in recorded(tmp_path).items()] == [("made", 1)]
    (folder / "made.json").write_text("{")
    with pytest.raises(StoreError):
        recorded(tmp_path)


def test_checks_are_said_in_the_language_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "index.toml").write_text("name = 1")
    monkeypatch.setattr(doctor, "_embedding", lambda say, lang: doctor.Check(what="", state="ok", found=""))
    es, pt = list(doctor.examine("es")), list(doctor.examine("pt"))
    assert "Carpeta de los índices" in es[1].what and "Pasta dos índices" in pt[1].what
    assert es[-1].state == "failure" and es[-1].remedy != pt[-1].remedy


def test_an_error_is_said_in_either_language() -> None:
    error = ConfigError("config.no_file", path="x.toml")
    assert error.said("es") != error.said("pt")
    assert error.said() == str(error)


def test_what_the_program_takes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 100_000)
    assert 100_000 <= usage.on_disk(tmp_path) < 200_000
    assert usage.on_disk(tmp_path / "nowhere") == 0
    taken = usage.resident()
    assert taken is None or taken > 10_000_000


def test_questions_that_run_or_wait_are_counted() -> None:
    import threading

    worker, go_on, running = Worker(), threading.Event(), threading.Event()

    def work(unwanted: Any) -> Any:
        running.set()
        go_on.wait(5)
        yield "x"

    askers = [threading.Thread(target=lambda: list(worker.stream(work))) for _ in range(3)]
    for asker in askers:
        asker.start()
    assert running.wait(5)
    while worker.asked() < 3:
        threading.Event().wait(0.01)
    go_on.set()
    for asker in askers:
        asker.join(5)
    assert worker.asked() == 0
    worker.close()


# A passage on its pages


def test_a_passage_is_marked_on_each_of_its_pages() -> None:
    from fakes import make_passage

    text = "primera\nsegunda"
    boxes = b"".join(int(each).to_bytes(2, "little") for _ in range(8) for each in (10, 10, 20, 20))
    pages = (Page(number=1, start=0, end=8, boxes=boxes), Page(number=2, start=8, end=15))
    read = Document(uri="d", title="", language="es", text=text, pages=pages)
    passage = make_passage("mera\nseg", start=3, end=11)
    assert browse.pages(read, passage) == [1, 2]
    assert {box.page for box in browse.printed(read, passage, 1).boxes} == {1}
    assert browse.printed(read, passage, 2).boxes == ()
    assert browse.pages(read, make_passage("x", start=0, end=1)) == [1]
