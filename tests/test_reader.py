"""The worker process: what it gives back, and that nothing a document does to it harms more than that document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import fake_parse, fake_split

from latam_rag.config import Definition, Limits, Source
from latam_rag.errors import Cancelled, DocumentError, PluginError
from latam_rag.reader import Reader
from latam_rag.types import Document, Genre, Language, Page, Passage, Resource, Section, SectionKind

SOURCE = Source(connector="fake", metadata={"country": "CL", "tags": ["a", "b"]})
DEFINITION = Definition(name="demo", domain="legal", sources=[SOURCE], limits=Limits(max_seconds=20, max_bytes=100_000))


def misbehaving_parse(resource: Resource, *, limits: Limits, language: Language | None = None) -> Document:
    """Does what the document says."""
    order = resource.body.decode()
    if order == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if order == "hang":
        subprocess.run(["sleep", "617"], check=True)
    if order == "grow":
        return parse_whole(resource, "x" * 1_000_000_000)
    if order == "bug":
        raise KeyError("columna")
    if order == "print":
        print("una biblioteca habla", flush=True)
        os.write(1, b"\x00\x01 y otra escribe")
    if order == "pid":
        order = str(os.getpid())
    return parse_whole(resource, order)


def parse_whole(resource: Resource, text: str) -> Document:
    return Document(
        uri=resource.uri,
        title=resource.title,
        language="pt",
        text=text,
        genre=Genre.LAW,
        sections=(
            Section(kind=SectionKind.UNIT, start=0, end=3, label="art. 1", headings=("T",), metadata={"n": ("1",)}),
        ),
        pages=(Page(number=1, start=0, end=2, width=595.0, height=842.0, boxes=b"\x01\x00" * 8, confidence=0.9),),
        metadata={"kind": "Lei", "country": "BR"},
        url=resource.url,
        warnings=("página 3 sem texto",),
    )


def wrong_split(document: Document, *, index: str, genre: Genre) -> list[Passage]:
    passages = fake_split(document, index=index)
    return [] if "vacío" in document.text else passages * 2


def opened(parse: str = "misbehaving_parse", split: str = "fakes:fake_split", **changes: int) -> Reader:
    return Reader(DEFINITION, parse=parse if ":" in parse else f"test_reader:{parse}", split=split, **changes)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with opened() as reader:
        yield reader


def resource(order: str, **said: object) -> Resource:
    return Resource(uri=f"doc:{order[:10]}", body=order.encode(), **said)  # type: ignore[arg-type]


def test_a_document_and_its_passages_cross_unharmed(reader: Reader) -> None:
    given = resource("línea uno ñ\n\nlínea dos 🎓", title="Lei 1", url="https://x", metadata={"hora": "9"})
    document, passages = reader.read(given, SOURCE)
    expected = parse_whole(given, given.body.decode())
    assert dict(document.metadata) == {"kind": "Lei", "country": "CL", "tags": ("a", "b"), "domain": "legal"}
    assert document.pages == expected.pages
    assert document.sections == expected.sections
    assert (document.text, document.warnings, document.genre) == (expected.text, expected.warnings, Genre.LAW)
    assert passages == fake_split(document, index="demo")
    assert [document.text[p.start : p.end] for p in passages] == ["línea uno ñ", "línea dos 🎓"]


def test_passages_are_made_again_from_a_kept_document(reader: Reader) -> None:
    document, passages = reader.read(resource("uno\ndos"), SOURCE)
    assert reader.split(document, SOURCE) == (document, passages)


def test_one_worker_serves_many_documents_and_its_prints_harm_nothing(reader: Reader) -> None:
    first = reader.read(resource("pid"), SOURCE)[0].text
    assert reader.read(resource("print"), SOURCE)[0].text == "print"
    assert reader.read(resource("pid"), SOURCE)[0].text == first
    assert int(first) != os.getpid()


def test_a_crash_is_one_documents_failure(reader: Reader) -> None:
    before = reader.read(resource("pid"), SOURCE)[0].text
    with pytest.raises(DocumentError, match="doc:crash"):
        reader.read(resource("crash"), SOURCE)
    assert reader.read(resource("pid"), SOURCE)[0].text != before


def test_an_unforeseen_exception_says_where_it_was(reader: Reader) -> None:
    with pytest.raises(DocumentError, match=r"KeyError: 'columna' \(test_reader.py:\d+\)"):
        reader.read(resource("bug"), SOURCE)
    assert reader.read(resource("sigue"), SOURCE)[0].text == "sigue"


def test_a_refusal_keeps_its_key_and_values() -> None:
    with opened("latam_rag.parse:parse") as reader, pytest.raises(DocumentError) as caught:
        reader.read(resource(""), SOURCE)
    assert caught.value.key.startswith("parse.")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of private memory is Linux's")
def test_too_much_memory_is_one_documents_failure() -> None:
    with opened(max_memory_bytes=500_000_000) as reader:
        with pytest.raises(DocumentError, match="memoria"):
            reader.read(resource("grow"), SOURCE)
        assert reader.read(resource("sigue"), SOURCE)[0].text == "sigue"


def test_too_long_is_stopped_with_what_it_started() -> None:
    quick = DEFINITION.model_copy(update={"limits": Limits(max_seconds=0.5)})
    with Reader(quick, parse="test_reader:misbehaving_parse", split="fakes:fake_split") as reader:
        began = time.monotonic()
        with pytest.raises(DocumentError, match="segundos"):
            reader.read(resource("hang"), SOURCE)
        assert time.monotonic() - began < 10
        assert not children_of_group("sleep 617")


def test_too_large_is_refused_before_it_is_read(reader: Reader) -> None:
    with pytest.raises(DocumentError, match=r"limits\.max_bytes"):
        reader.read(resource("x" * 200_000), SOURCE)


@pytest.mark.parametrize(("text", "said"), [("vacío", "ningún texto"), ("algo", "passage ids repeat")])
def test_passages_that_break_the_contract_are_refused(text: str, said: str) -> None:
    with opened(split="test_reader:wrong_split") as reader, pytest.raises(DocumentError, match=said):
        reader.read(resource(text), SOURCE)


def test_closing_ends_a_reading_at_once(reader: Reader) -> None:
    threading.Timer(1.0, reader.close).start()
    with pytest.raises(Cancelled):
        reader.read(resource("hang"), SOURCE)
    with pytest.raises(Cancelled):
        reader.read(resource("pid"), SOURCE)


def test_a_worker_that_cannot_start_is_not_blamed_on_the_document() -> None:
    with opened("no_such_module:parse") as reader, pytest.raises(PluginError, match="no_such_module"):
        reader.read(resource("uno"), SOURCE)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_a_killed_parent_leaves_no_orphans(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_reader as t\n"
        "r = t.opened()\n"
        "print(r.read(t.resource('pid'), t.SOURCE)[0].text, flush=True)\n"
        "r.read(t.resource('hang'), t.SOURCE)\n"
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.5)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{worker}").exists():
        time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def children_of_group(command: str) -> list[str]:
    """Running processes with that command line."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if line.strip() == command]


def test_the_fake_parser_is_used_by_others_too() -> None:
    with opened("fakes:fake_parse") as reader:
        document, _ = reader.read(Resource(uri="a", body=b"hola"), SOURCE)
    assert document.text == fake_parse(Resource(uri="a", body=b"hola"), limits=None).text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says a process's own peak memory")
def test_a_worker_is_not_charged_with_the_memory_of_who_started_it() -> None:
    child = "from latam_rag.reader.worker import _peak_memory; print(_peak_memory())"
    parent = (
        "import subprocess, sys; held = b'x' * 500_000_000; "
        f"print(subprocess.check_output([sys.executable, '-c', {child!r}], text=True))"
    )
    peak = int(subprocess.check_output([sys.executable, "-c", parent], text=True))
    assert 0 < peak < 400_000_000
