"""How fast documents become an index, by stage and end to end, beside the embedding engine's own rate in the same run.

python benchmarks/sync.py leychile|uruguay|uruguay-whole|corpus --shared FOLDER --home FOLDER
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import tarfile
import time
from pathlib import Path
from typing import Any

SAMPLE = 1024
LAWS = 2000
# Everything, in one index: it lists the collection beside the repository.
CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus.toml"


def documents(which: str, shared: Path, work: Path) -> Path:
    """The folder to sync; Uruguayan laws, the first ``LAWS`` or the whole of them, are unpacked into ``work``."""
    corpus = shared / "corpus"
    if which == "leychile":
        return corpus / "legal" / "cl-leychile-xml"
    folder = work / which
    with tarfile.open(corpus / "large" / "legalize-uy.tar.xz") as archive:
        laws = (member for member in archive if member.name.startswith("uy/") and member.name.endswith(".md"))
        for member in itertools.islice(laws, LAWS if which == "uruguay" else None):
            archive.extract(member, folder, filter="data")
    return folder / "uy"


def run(which: str, shared: Path, home: Path) -> dict[str, Any]:
    """Sync into ``home`` twice; figures of both, and the engine's own passages per second on a sample of the same passages."""
    os.environ["LATAM_RAG_HOME"] = str(home)
    from latam_rag.cli.indexing import initialise
    from latam_rag.index import Index

    if which != "corpus":
        initialise(which, str(documents(which, shared, home / "documents")), "legal")
    with Index.open(str(CORPUS) if which == "corpus" else which) as index:
        index.embedder.query("calentamiento")
        began = time.perf_counter()
        first = index.sync()
        took = time.perf_counter() - began
        began = time.perf_counter()
        again = index.sync()
        second = time.perf_counter() - began
        ids = sorted(index.store.ids())
        sample = random.Random(7).sample(ids, min(SAMPLE, len(ids)))
        texts = [passage.indexed_text for passage in index.store.get(sample)]
        began = time.perf_counter()
        index.embedder.passages(texts)
        own = len(texts) / (time.perf_counter() - began)
    rate = first.embedded / took
    return {
        "corpus": which,
        "documents": len(first.new),
        "failed": len(first.failed),
        "passages": first.passages,
        "seconds": round(took, 1),
        "stages": {stage: round(seconds, 1) for stage, seconds in first.seconds.items()},
        "passages_per_s": round(rate, 1),
        "engine_passages_per_s": round(own, 1),
        "ratio": round(rate / own, 3),
        "second_sync_s": round(second, 2),
        "second_sync_embedded": again.embedded,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["leychile", "uruguay", "uruguay-whole", "corpus"])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(run(given.which, given.shared, given.home)))


if __name__ == "__main__":
    main()
