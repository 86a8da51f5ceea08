"""How long a sync takes when little or nothing has changed: the framework's own work, with an embedder that costs nothing.

    python benchmarks/resync.py [unchanged] [changed]

``unchanged``: 10,000 files synced again. ``changed``: one of 1,000 documents, 60,000 passages in all, changed in some of its
passages, three times; then one forgotten, its traces gone from every file. Prints a JSON line a part and, last, one with all.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latam_rag.embed import Vectors
from latam_rag.index import Index

DEFINITION = 'name = "{name}"\n[[sources]]\nconnector = "files"\npath = {path}\n'
DIMENSIONS = 384
PARAGRAPH = "La dirección de obras número {n} recibe la solicitud {k} y responde en un plazo de {d} días hábiles."


class Free:
    """Vectors of random directions, the same for the same text."""

    dimensions, fingerprint, origin = DIMENSIONS, "free-1", "benchmark"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)

    def query(self, text: str) -> Vectors:
        drawn = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSIONS).astype(np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn), np.float32)

    def count_tokens(self, text: str) -> int:
        return len(text.split())


class Measured(Index):
    embedder = Free()  # type: ignore[assignment]


def articles(n: int, count: int, changed: int = 0) -> str:
    head = f"ORDENANZA N° {n}\n\n"
    return head + "\n\n".join(
        f"Artículo {k}. {PARAGRAPH.format(n=n, k=k, d=(k + (1000 if k <= changed else 0)))}"
        for k in range(1, count + 1)
    )


def opened(folder: Path, name: str) -> Index:
    path = folder / f"{name}.toml"
    path.write_text(DEFINITION.format(name=name, path=json.dumps(str(folder / name))), "utf-8")
    return Measured.open(str(path))


def timed(index: Index) -> tuple[float, Any]:
    began = time.perf_counter()
    report = index.sync()
    return round(time.perf_counter() - began, 2), report


def unchanged(folder: Path, documents: int = 10_000) -> dict[str, Any]:
    (folder / "same").mkdir()
    for n in range(documents):
        (folder / "same" / f"{n:05}.txt").write_text(PARAGRAPH.format(n=n, k=n, d=n), "utf-8")
    with opened(folder, "same") as index:
        first, report = timed(index)
        assert len(report.new) == documents, report.failed[:3]
    # As a scheduled sync does it: the index is opened for it.
    began = time.perf_counter()
    with opened(folder, "same") as index:
        again, report = timed(index)
        whole = round(time.perf_counter() - began, 2)
    assert (report.same, report.embedded) == (documents, 0)
    return {
        "what": "unchanged", "documents": documents, "passages": report.passages, "first_s": first, "again_s": [again],
        "with_opening_s": whole, "embedded": report.embedded,
    }  # fmt: skip


def changed(folder: Path, documents: int = 1000, each: int = 60) -> dict[str, Any]:
    (folder / "laws").mkdir()
    for n in range(documents):
        (folder / "laws" / f"{n:04}.txt").write_text(articles(n, each), "utf-8")
    with opened(folder, "laws") as index:
        first, report = timed(index)
        passages = report.passages
        times, seen = [], []
        for turn in range(1, 4):
            (folder / "laws" / f"{documents // 2:04}.txt").write_text(
                articles(documents // 2, each, changed=3 * turn), "utf-8"
            )
            took, report = timed(index)
            assert len(report.changed) == 1, report
            times.append(took)
            seen.append(report.embedded)
        began = time.perf_counter()
        index.forget([next(d.uri for d in index.catalog.documents() if d.uri.endswith("0001.txt"))])
        purge = round(time.perf_counter() - began, 2)
    return {
        "what": "one changed", "documents": documents, "passages": passages, "first_s": first, "again_s": times,
        "embedded": seen, "forget_s": purge,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["unchanged", "changed"])
    given = parser.parse_args()
    results = []
    for part in given.parts:
        with tempfile.TemporaryDirectory(prefix="latam-rag-resync-") as folder:
            os.environ["LATAM_RAG_HOME"] = str(Path(folder) / "home")
            results.append(globals()[part](Path(folder)))
            print(json.dumps(results[-1]), flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
