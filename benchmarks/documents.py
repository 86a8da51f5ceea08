"""How often a search shows another document than the one asked for, among norms that are nearly the same.

    python benchmarks/documents.py --shared FOLDER [--json]

Peruvian regional ordinances, agreements and decrees of one wording, and the Uruguayan laws of titles that ``ALIKE`` laws or
more have. Each document is asked for what it says, in ten of its own words: with its name; with its kind, subject and year;
with the year alone. The same texts are searched by the same stages twice: in passages with their headers and metadata, and in
fixed windows without. ``wrong@1``: the first hit is of another document. ``wrong@5``: of the first five hits, the share of
other documents; fewer hits where the document has fewer passages or windows, so that both are asked for as many.
"""

from __future__ import annotations

import contextlib
import random
import re
import tarfile
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval import _index, show

from latam_rag import embed
from latam_rag.config import Embedding, Limits, Retrieval
from latam_rag.config import Store as StoreSettings
from latam_rag.errors import DocumentError
from latam_rag.parse import parse
from latam_rag.retrieve import Retriever
from latam_rag.split import split
from latam_rag.store import open_store
from latam_rag.types import Document, Filters, Genre, Passage, Resource

WINDOW = 1000
"""Characters of a fixed window, about 200 words: the size that common pipelines cut to."""
ALIKE = 16
_NAMESPACE = uuid.UUID("c1d7ad7e-6d0b-5f0e-9a55-0c1f3b0d7a11")
_NUMBER = re.compile(r"\bN\W{1,4}[\d-]+")
_FAMILY = re.compile(r'^title: "[^"]*?- (.*)"$', re.MULTILINE)


def run(shared: Path, embedder: embed.Embedder | None = None) -> list[dict[str, Any]]:
    """One row per kind of passages: their number, and the share of hits of other documents by how the question names it."""
    made = embedder or embed.load(Embedding())
    documents = [*_peru(shared), *_uruguay(shared)]
    questions = list(_questions(documents))
    cut = {"windows": [list(_windows(each)) for each in documents], "passages": [_split(each) for each in documents]}
    depth = {document.uri: min(5, *(len(parts[at]) for parts in cut.values())) for at, document in enumerate(documents)}
    return [
        {"how": how, **_measure([p for each in parts for p in each], questions, depth, made)}
        for how, parts in cut.items()
    ]


def _measure(
    passages: Sequence[Passage],
    questions: Sequence[tuple[str, str, str]],
    depth: Mapping[str, int],
    made: embed.Embedder,
) -> dict[str, Any]:
    rates: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as work:
        store = open_store(
            StoreSettings(), Path(work), name="near", dimensions=made.dimensions, fingerprint=made.fingerprint
        )
        try:
            _index(passages, made, store)
            retriever = Retriever(store, made, Retrieval())
            for how, question, uri in questions:
                if not depth[uri]:
                    continue
                hits = retriever.search(question, filters=Filters(in_force=False), limit=depth[uri])
                wrong = [hit.passage.uri != uri for hit in hits]
                rates[f"wrong@1 {how}"].append(wrong[0])
                rates[f"wrong@5 {how}"].append(sum(wrong) / depth[uri])
        finally:
            store.close()
    shares = {what: round(sum(each) / len(each), 3) for what, each in rates.items()}
    return {"passages": len(passages), "questions": len(questions), **shares}


def _questions(documents: Sequence[Document]) -> Iterator[tuple[str, str, str]]:
    """How the document is named, the question, and its uri."""
    chance = random.Random(11)
    for document in documents:
        said = [line for line in document.text.splitlines() if len(line.split()) >= 12]
        if not said:
            continue
        words = chance.choice(said).split()
        start = (len(words) - 10) // 2
        part = " ".join(words[start : start + 10])
        year = str(document.metadata.get("valid_from", ""))[:4]
        yield "by name", f"{document.title}: {part}", document.uri
        yield "by subject", f"{_NUMBER.sub('', document.title)} {year}: {part}", document.uri
        yield "by year", f"{part}, {year}", document.uri


def _windows(document: Document) -> Iterator[Passage]:
    for start in range(0, len(document.text), WINDOW):
        text = document.text[start : start + WINDOW]
        if text.strip():
            yield _bare(document, start, text)


def _bare(document: Document, start: int, text: str) -> Passage:
    return Passage(
        id=str(uuid.uuid5(_NAMESPACE, f"{document.uri}/{start}")), document_id=document.uri, uri=document.uri, title="",
        headings=(), label="", page=None, start=start, end=start + len(text), text=text, language=document.language,
    )  # fmt: skip


def _split(document: Document) -> list[Passage]:
    return split(document, index="near", genre=Genre.LAW)


def _peru(shared: Path) -> Iterator[Document]:
    for file in sorted((shared / "corpus/legal/pe-regional-municipal-ocr-md").glob("*.md")):
        yield from _parsed(file.name, file.read_bytes())


def _uruguay(shared: Path) -> Iterator[Document]:
    """Laws of the families that have ``ALIKE`` members and more, told by their titles without the number."""
    families: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    with tarfile.open(shared / "corpus/large/legalize-uy.tar.xz") as archive:
        for member in archive:
            if not member.name.endswith(".md"):
                continue
            body = archive.extractfile(member).read()  # type: ignore[union-attr]  # a regular file
            if found := _FAMILY.search(body[:600].decode("utf-8", "replace")):
                families[found[1]].append((member.name, body))
    for alike in families.values():
        if len(alike) >= ALIKE:
            for name, body in alike:
                yield from _parsed(name, body)


def _parsed(name: str, body: bytes) -> Iterator[Document]:
    # Some hold a title and no text, or the noise of a bad scan.
    with contextlib.suppress(DocumentError):
        yield parse(Resource(uri=name, body=body), limits=Limits(), language="es")


if __name__ == "__main__":
    show(run, __doc__)
