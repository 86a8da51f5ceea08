"""A Document as compressed bytes, and back: what the catalog keeps so that passages can be made again without fetching."""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from typing import Any

from latam_rag.types import Document, Genre, Metadata, Page, Section, SectionKind

_LENGTH = struct.Struct("<Q")


def pack(document: Document) -> bytes:
    """``dump``, compressed."""
    return zlib.compress(dump(document), 6)


def unpack(packed: bytes) -> Document:
    """The document that ``pack`` was given. Raises ValueError or zlib.error for anything else."""
    return load(zlib.decompress(packed))


def dump(document: Document) -> bytes:
    """The length of the JSON part, the JSON part, the boxes of all pages one after the other."""
    data = {f.name: getattr(document, f.name) for f in dataclasses.fields(document)}
    data["metadata"] = dict(document.metadata)
    data["sections"] = [
        [s.kind, s.start, s.end, s.level, s.label, s.headings, dict(s.metadata)] for s in document.sections
    ]
    data["pages"] = [
        [p.number, p.start, p.end, p.width, p.height, p.confidence, len(p.boxes), p.running] for p in document.pages
    ]
    head = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    boxes = b"".join(page.boxes for page in document.pages)
    return _LENGTH.pack(len(head)) + head + boxes


def load(raw: bytes) -> Document:
    """The document that ``dump`` was given."""
    (size,) = _LENGTH.unpack_from(raw)
    at = _LENGTH.size + size
    data: dict[str, Any] = json.loads(raw[_LENGTH.size : at].decode("utf-8", "surrogatepass"))
    pages = []
    for number, start, end, width, height, confidence, length, *running in data["pages"]:
        boxes = raw[at : at + length]
        at += length
        pages.append(
            Page(
                number=number, start=start, end=end, width=width, height=height, boxes=boxes, confidence=confidence,
                running=tuple(running[0]) if running else (),
            )
        )  # fmt: skip
    return Document(
        uri=data["uri"],
        title=data["title"],
        language=data["language"],
        text=data["text"],
        genre=Genre(data["genre"]),
        sections=tuple(_section(*section) for section in data["sections"]),
        pages=tuple(pages),
        metadata=_metadata(data["metadata"]),
        url=data["url"],
        warnings=tuple(data["warnings"]),
    )


def _section(
    kind: str, start: int, end: int, level: int, label: str, headings: list[str], metadata: dict[str, Any]
) -> Section:
    return Section(
        kind=SectionKind(kind), start=start, end=end, level=level, label=label,
        headings=tuple(headings), metadata=_metadata(metadata),
    )  # fmt: skip


def _metadata(data: dict[str, Any]) -> Metadata:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
