"""Fakes that behave: an embedder that ranks by shared words, and a connector over a folder or a dictionary."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from latam_rag.embed import Vectors
from latam_rag.errors import DocumentError
from latam_rag.types import Document, Passage, Ref, Resource, SparseVector

DIMENSIONS = 64


def _slot(word: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "little") % size


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class FakeEmbedder:
    """A bag of words hashed into ``dimensions`` counters: texts with words in common are near. Counts what it embeds."""

    def __init__(self, dimensions: int = DIMENSIONS, fingerprint: str = "fake-1") -> None:
        self.dimensions = dimensions
        self.fingerprint = fingerprint
        self.origin = "tests"
        self.embedded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Vectors:
        counts = np.full(self.dimensions, 1e-3, np.float32)
        for word in _words(text):
            counts[_slot(word, self.dimensions)] += 1
        return np.asarray(counts / np.linalg.norm(counts), np.float32)

    def count_tokens(self, text: str) -> int:
        return len(_words(text)) + 2


def fake_sparse(text: str) -> SparseVector:
    weights: dict[int, float] = {}
    for word in _words(text):
        slot = _slot(word, 2**31)
        weights[slot] = weights.get(slot, 0.0) + 1.0
    ordered = sorted(weights.items())
    return SparseVector(indices=tuple(i for i, _ in ordered), values=tuple(v for _, v in ordered))


class FakeConnector:
    """Documents from a dictionary of uri → text. ``broken`` says with which error a uri fails to be fetched;
    ``listing_breaks`` is raised after one ref."""

    def __init__(self, texts: Mapping[str, str], *, revisions: bool = True) -> None:
        self.texts = dict(texts)
        self.revisions = revisions
        self.broken: dict[str, Exception] = {}
        self.listing_breaks: Exception | None = None
        self.fetched: list[str] = []

    def refs(self) -> Iterator[Ref]:
        for uri, text in self.texts.items():
            revision = hashlib.sha256(text.encode()).hexdigest()[:12] if self.revisions else ""
            yield Ref(uri=uri, revision=revision)
            if self.listing_breaks is not None:
                raise self.listing_breaks

    def fetch(self, ref: Ref) -> Resource:
        self.fetched.append(ref.uri)
        if ref.uri in self.broken:
            raise self.broken[ref.uri]
        return Resource(uri=ref.uri, body=self.texts[ref.uri].encode(), revision=ref.revision)


class FolderConnector:
    """Text files of a folder; the revision is that of their bytes."""

    def __init__(self, path: str) -> None:
        self.folder = Path(path)

    def refs(self) -> Iterator[Ref]:
        for file in sorted(self.folder.glob("*.txt")):
            yield Ref(uri=f"file:{file.name}", revision=hashlib.sha256(file.read_bytes()).hexdigest()[:12])

    def fetch(self, ref: Ref) -> Resource:
        return Resource(uri=ref.uri, body=(self.folder / ref.uri.removeprefix("file:")).read_bytes())


class LosingFile(io.BytesIO):
    """A file on a connection that is lost after ``reads`` reads: with ``error``, or, when None, with an end before the end."""

    def __init__(self, body: bytes, reads: int, error: Exception | None) -> None:
        super().__init__(body)
        self.reads, self.error = reads, error

    def read(self, size: int | None = -1) -> bytes:
        self.reads -= 1
        if self.reads >= 0:
            return super().read(size)
        if self.error is not None:
            raise self.error
        return b""


def fake_parse(resource: Resource, *, limits: object, language: object = None) -> Document:
    """Plain text; ``!malo`` in it can't be read."""
    text = resource.body.decode()
    if "!malo" in text:
        raise DocumentError("parse.garbage", name=resource.uri, score="90 %", allowed="20 %")
    return Document(uri=resource.uri, title=resource.uri, language="es", text=text, metadata=resource.metadata)


def fake_split(document: Document, *, index: str, genre: object = None) -> list[Passage]:
    """One passage per line that isn't blank; ids as the contract asks: of index, document, content and occurrence."""
    document_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{index}|{document.uri}"))
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for match in re.finditer(r"[^\n]*\S[^\n]*", document.text):
        text = match.group()
        occurrence = seen[text] = seen.get(text, 0) + 1
        passages.append(
            Passage(
                id=str(uuid.uuid5(uuid.UUID(document_id), f"{occurrence}|{text}")),
                document_id=document_id,
                uri=document.uri,
                title=document.title,
                headings=(),
                label=f"línea {len(passages) + 1}",
                page=None,
                start=match.start(),
                end=match.end(),
                text=text,
                language="es",
                metadata=document.metadata,
            )
        )
    return passages


def copy_store(source: Path, target: Path) -> None:
    """Copy an Edge store's folder: 300 MB of holes that hold less than one, and must stay holes."""
    if sys.platform == "linux":
        subprocess.run(["cp", "-r", "--sparse=always", str(source), str(target)], check=True)
    else:
        shutil.copytree(source, target)


def make_passage(text: str = "Art. 1. El alcalde.", **changes: object) -> Passage:
    """A passage with everything said, to be changed where a test cares."""
    said: dict[str, object] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, text + str(sorted(changes.items())))),
        "document_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(changes.get("uri", "doc:1")))),
        "uri": "doc:1",
        "title": "Ordenanza 12/2019",
        "headings": ("Título I",),
        "label": "art. 1",
        "page": 3,
        "start": 10,
        "end": 10 + len(text),
        "text": text,
        "language": "es",
        "metadata": {},
        "url": "https://example.org/1",
    }
    return Passage(**(said | changes))  # type: ignore[arg-type]
