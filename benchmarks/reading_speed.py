"""How fast documents are read and split on one core, without OCR, and the memory that takes.

    python benchmarks/reading_speed.py [--shared FOLDER] [--every N]

``--every 10`` reads a tenth of the Uruguayan laws. Rates count processor time, unpacking aside; pages of PDF files are those
with text. Each kind of document is read in a process of its own: ``peak_mb`` is the most it held, ``idle_mb`` what it held
after its first document. The last line is the rows as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import ocr, parse
from latam_rag.split import split
from latam_rag.types import Document, Resource

LIMITS = Limits()
Bodies = Iterator[tuple[str, bytes]]


def laws(corpus: Path, every: int) -> Bodies:
    with tarfile.open(corpus / "large/legalize-uy.tar.xz") as packed:
        wanted = (m for m in packed if m.isfile() and m.name.endswith(".md") and "/UY-" in m.name)
        for number, member in enumerate(wanted):
            if number % every == 0 and (file := packed.extractfile(member)):
                yield member.name, file.read()


def files(pattern: str) -> Callable[[Path, int], Bodies]:
    def found(corpus: Path, every: int) -> Bodies:
        for path in sorted(corpus.rglob(pattern)):
            yield path.name, path.read_bytes()

    return found


def pages(document: Document) -> int:
    return sum(page.start < page.end for page in document.pages)


#: By kind: its documents, what is counted of each, and how many a second are wanted.
KINDS: dict[str, tuple[Callable[[Path, int], Bodies], Callable[[Document], int], int | None]] = {
    "Uruguay: laws (Markdown)": (laws, lambda document: 1, 300),
    "PDF: pages": (files("*.pdf"), pages, 100),
    "XML: documents": (files("*.xml"), lambda document: 1, None),
    "HTML: documents": (files("*.html"), lambda document: 1, None),
}


def measured(kind: str, corpus: Path, every: int) -> dict[str, Any]:
    bodies, units, wanted = KINDS[kind]
    # Pages without text are another benchmark's.
    ocr.read_scans = lambda *given, **named: []
    read = cut = 0.0
    documents = found = passages = idle = 0
    for name, body in bodies(corpus, every):
        if not idle:
            split(parse(Resource(uri=name, body=body), limits=LIMITS), index="benchmark")
            idle = _peak()
        began = time.process_time()
        try:
            document = parse(Resource(uri=name, body=body), limits=LIMITS)
        except DocumentError:
            read += time.process_time() - began
            continue
        between = time.process_time()
        made = split(document, index="benchmark")
        read, cut = read + between - began, cut + time.process_time() - between
        documents, found, passages = documents + 1, found + units(document), passages + len(made)
    return {
        "what": kind, "documents": documents, "units": found, "passages": passages, "wanted_per_s": wanted,
        "read_per_s": round(found / read, 1), "read_and_split_per_s": round(found / (read + cut), 1), "idle_mb": idle,
        "peak_mb": _peak(),
    }  # fmt: skip


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("LATAM_RAG_SHARED", str(Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, help="one kind only, in this process")
    given = parser.parse_args()
    corpus = given.shared / "corpus"
    if not corpus.is_dir():
        sys.exit(f"no documents at {given.shared}: set LATAM_RAG_SHARED to the folder with corpus/")
    if given.kind:
        print(json.dumps(measured(given.kind, corpus, given.every), ensure_ascii=False))
        return
    rows = []
    for kind in KINDS:
        command = [sys.executable, __file__, "--shared", str(given.shared), "--every", str(given.every), "--kind", kind]
        done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(", ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
