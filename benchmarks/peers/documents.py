"""The passages that every peer is given for ingestion and search: laws as our own parser and splitter read them.

``python -m peers.documents WHICH COUNT --shared FOLDER --to FILE``; nothing is embedded.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.types import Passage

SAMPLE = 400
QUESTIONS = 100
LONG = 20
"""Words that a passage has, of which a question is made."""


def passages(which: str, shared: Path, work: Path) -> Iterator[Passage]:
    """Of the Chilean codes and laws (``leychile``) or of the Uruguayan laws, document by document."""
    import sync

    from latam_rag.cli.indexing import initialise
    from latam_rag.index import Index
    from latam_rag.reader import Reader

    os.environ["LATAM_RAG_HOME"] = str(work)
    sync.LAWS = 10_000
    initialise(which, str(sync.documents(which, shared, work / "documents")), "legal")
    with Index.open(which) as index, Reader(index.definition) as reader:
        for source in index.definition.sources:
            connector = index.connect(source)
            for ref in connector.refs():
                # A sync lists these among its failures: records without the text of the law.
                with contextlib.suppress(DocumentError):
                    yield from reader.read(connector.fetch(ref), source)[1]


def write(which: str, count: int, shared: Path, file: Path) -> int:
    """The first ``count`` passages as JSON lines; beside them a sample for embedding, and questions: ten words from the
    middle of passages drawn."""
    from latam_rag.store.payload import to_payload

    with tempfile.TemporaryDirectory() as work:
        rows: list[dict[str, Any]] = [
            {
                "id": passage.id, "document": passage.document_id, "title": passage.header, "text": passage.text,
                "payload": to_payload(passage),
            }
            for passage in islice(passages(which, shared, Path(work)), count)
        ]  # fmt: skip
    drawn = random.Random(11)
    _lines(file.with_suffix(".sample.jsonl"), drawn.sample(rows, min(SAMPLE, len(rows))))
    long = [row["text"] for row in rows if len(row["text"].split()) >= LONG]
    asked = [_middle(text) for text in drawn.sample(long, min(QUESTIONS, len(long)))]
    file.with_suffix(".questions.json").write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
    # Last: where it lies, the others do.
    _lines(file, rows)
    return len(rows)


def _middle(text: str) -> str:
    words = text.split()
    middle = len(words) // 2 - 5
    return " ".join(words[middle : middle + 10])


def _lines(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    part.replace(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["leychile", "uruguay"])
    parser.add_argument("count", type=int)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    print(write(given.which, given.count, given.shared, given.to))


if __name__ == "__main__":
    main()
