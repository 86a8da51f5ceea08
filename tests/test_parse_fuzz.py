"""No document hangs, crashes or fills memory: whatever it is, it is read or it is a listed failure. ``LATAM_RAG_SLOW_TESTS=1``
reads more of them, and every bomb."""

from __future__ import annotations

import io
import os
import random
import time
import zipfile
from collections.abc import Iterator

import hostile
import pytest

from latam_rag.config import Definition, Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import parse
from latam_rag.reader import Reader
from latam_rag.split import split
from latam_rag.types import Resource

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # what libraries warn of in broken files
]
SLOW = os.environ.get("LATAM_RAG_SLOW_TESTS") == "1"
SEED = 20191107
SECONDS = 30
DEFINITION = Definition.model_validate(
    {"name": "x", "sources": [{"connector": "files", "path": "x"}], "limits": {"max_seconds": SECONDS}}
)
# Quick ones, one of each kind; the others take seconds until their limit stops them.
BOMBS = (
    "entities.xml", "outside.xml", "deep.xml", "deep.html", "span.html", "objects.json", "quote.csv", "columns.csv", "yaml.md",
    "bomb.docx", "ratio.docx", "span.docx", "bomb.epub", "entities.epub", "up.epub", "loop.pdf", "large.png", "random.bin",
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(DEFINITION) as made:
        yield made


@pytest.mark.parametrize("form", sorted(hostile.seeds()))
def test_a_seed_is_read(form: str) -> None:
    document = parse(Resource(uri=f"a.{form}", body=hostile.seeds()[form]), limits=Limits())
    assert split(document, index="i")


@pytest.mark.parametrize("form", sorted(hostile.seeds()))
def test_a_harmed_document_is_read_or_refused(form: str, reader: Reader) -> None:
    dice = random.Random(f"{SEED} {form}")
    for number, body in enumerate(hostile.mutants(hostile.seeds()[form], 200 if SLOW else 4, dice)):
        began = time.monotonic()
        try:
            document, passages = reader.read(Resource(uri=f"{number}.{form}", body=body), DEFINITION.sources[0])
        except DocumentError as error:
            assert error.key not in ("reader.bug", "reader.crashed", "reader.memory"), f"{number}: {error}"
            assert "\n" not in str(error)
        else:
            assert all(document.text[p.start : p.end] == p.text for p in passages)
        assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("form", ["docx", "pptx", "xlsx", "odt", "epub"])
def test_an_archive_with_a_damaged_member_is_read_or_refused(form: str) -> None:
    body = hostile.seeds()[form]
    refused = 0
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        packed = [info for info in archive.infolist() if info.compress_size > 20]
    for info in packed:
        at = info.header_offset + 30 + len(info.filename)
        try:
            parse(Resource(uri=f"a.{form}", body=body[:at] + b"\xff" * 20 + body[at + 20 :]), limits=Limits())
        except DocumentError:
            refused += 1
    assert refused


@pytest.mark.parametrize("name", sorted(hostile.bombs()) if SLOW else BOMBS)
def test_a_bomb_is_read_or_refused_in_time(name: str, reader: Reader) -> None:
    body = hostile.bombs()[name]()
    began = time.monotonic()
    try:
        document, _ = reader.read(Resource(uri=name, body=body), DEFINITION.sources[0])
    except DocumentError as error:
        assert error.key not in ("reader.bug", "reader.crashed", "reader.memory"), str(error)
    else:
        assert "root:" not in document.text
    assert time.monotonic() - began < SECONDS + 10
