"""Every document of the collection read and split by its definition (``tests/corpus.toml``), but for the archive of Uruguayan
laws, which is ``reading_law.py``'s: is each read, or refused with a reason, and is every passage its stretch of the document?

    python benchmarks/reading_corpus.py [--shared FOLDER] [--without-ocr]

``wanted`` counts what the collection is known to hold: documents, those that nobody could read, those without a text of their
own. The last line is the rows as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reading_sample import DEFINITION, listed

from latam_rag import config
from latam_rag.errors import DocumentError
from latam_rag.parse import ocr, parse
from latam_rag.split import split

ARCHIVE = "large/legalize-uy.tar.xz"
#: What nobody could read, as seen by reading it.
UNREADABLE = ["pe-cal__002-2020.md"]


def rows(corpus: Path) -> Iterator[dict[str, Any]]:
    definition = config.load(DEFINITION)
    documents = read = passages = wrong = 0
    refused: dict[str, list[str]] = defaultdict(list)
    for folder, sources in listed(definition, corpus).items():
        if folder == ARCHIVE:
            continue
        for source, connector, ref in sources:
            documents += 1
            try:
                document = parse(connector.fetch(ref), limits=definition.limits, language=source.language)
                found = split(document, index="benchmark", genre=source.genre)
            except DocumentError as error:
                refused[error.key].append(ref.uri)
                print(f"{folder} {error}", file=sys.stderr)
                continue
            read += 1
            passages += len(found)
            wrong += sum(document.text[p.start : p.end] != p.text for p in found)
    yield {
        "what": "documents read, or refused with a reason",
        "wanted": documents,
        "found": read + sum(map(len, refused.values())),
    }
    for key, uris in sorted(refused.items()):
        yield {"what": f"refused: {key}", "wanted": None, "found": len(uris)}
    unreadable = sorted(Path(uri).name for uri in refused["parse.garbage"])
    yield {
        "what": "refused for what nobody could read, of those known",
        "wanted": 1,
        "found": int(unreadable == UNREADABLE),
    }
    yield {"what": f"passages that aren't their stretch, of {passages}", "wanted": 0, "found": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("LATAM_RAG_SHARED", str(Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument(
        "--without-ocr", action="store_true", help="scans count as refused, pages without text as empty"
    )
    given = parser.parse_args()
    corpus = given.shared / "corpus"
    if not corpus.is_dir():
        sys.exit(f"no documents at {given.shared}: set LATAM_RAG_SHARED to the folder with corpus/")
    if given.without_ocr:
        ocr.read_scans = lambda *there, **named: []
    found = list(rows(corpus))
    for row in found:
        print(f"{row['what']:60} {row['wanted'] if row['wanted'] is not None else '':>8} {row['found']:>8}")
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
