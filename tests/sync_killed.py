"""Kills a sync at each of its steps, lets a clean one follow, and compares: a program run by ``test_sync_killed``.

``python sync_killed.py FOLDER first|changed [STRIDE]`` prints a JSON object: for each step killed at (or each STRIDE-th),
whether what the next sync left is what an undisturbed one leaves. Each sync runs in a fork, so that libraries are imported
once and a SIGKILL is a real one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fakes
import qdrant_edge

from latam_rag.catalog import Catalog
from latam_rag.config import Definition, Source
from latam_rag.store.edge import EdgeStore
from latam_rag.sync import sync, write
from latam_rag.types import Document, Passage, Resource

SOURCE = Source(connector="folder")
STEPS = {
    "begin_run", "intend", "commit", "settle", "settle_all", "remove", "adopt", "fail", "count_try", "set_failures",
    "keep_sources", "erase_later", "end_run",
    "upsert", "update_passages", "delete", "flush", "optimize", "passages",
}  # fmt: skip
BEFORE = {
    "a.txt": "Uno de a.\nDos de a.\nTres de a.\nCuatro de a.",
    "b.txt": "Uno de b.\nDos de b.",
    "c.txt": "Uno de c.",
    "d.txt": "Uno de d.\nDos de d.\nTres de d.",
    "e.txt": "!malo al principio",
}
AFTER = {
    "a.txt": "Nuevo de a.\nUno de a.\nCuatro de a.",
    "b.txt": "Uno de b.\nDos de b.",
    "d.txt": "Tres de d.\nUno de d.\nCinco de d.\nSeis de d.\nSiete de d.\nOcho de d.\nNueve de d.",
    "e.txt": "Ahora se lee.",
    "f.txt": "!malo al final",
    "g.txt": "Uno de g.\nDos de g.",
}


class InlineReader:
    """Reads in this process: what is killed here is the sync, not the reading."""

    def read(self, resource: Resource, source: Source) -> tuple[Document, list[Passage]]:
        document = fakes.fake_parse(resource, limits=None)
        return document, fakes.fake_split(document, index="demo")

    def split(self, document: Document, source: Source) -> tuple[Document, list[Passage]]:
        return document, fakes.fake_split(document, index="demo")

    def interrupt(self) -> None:
        pass


class Mortal:
    """Passes everything on, and counts each step twice: before it and after it. Dies at the count given."""

    def __init__(self, real: Any, count: list[int]) -> None:
        self._real, self._count = real, count

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        # A catalog's ``passages`` only reads; an embedder's is a step.
        if name not in STEPS or (name == "passages" and isinstance(self._real, Catalog)):
            return found

        def step(*given: Any, **named: Any) -> Any:
            self._tick()
            result = found(*given, **named)
            self._tick()
            return result

        return step

    def _tick(self) -> None:
        self._count[0] -= 1
        if self._count[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def run(index: Path, documents: Path, *, die_at: int) -> int:
    """Sync once; how many steps that took."""
    write.WINDOW, write.WINDOW_DOCUMENTS, write.SLICE = 4, 3, 2
    count = [die_at]
    with Catalog(index / "catalog.sqlite") as catalog:
        store = EdgeStore(index / "store", dimensions=fakes.DIMENSIONS, fingerprint="fake-1")
        given: Any = {
            "catalog": Mortal(catalog, count),
            "store": Mortal(store, count),
            "embedder": Mortal(fakes.FakeEmbedder(), count),
            "reader": InlineReader(),
        }
        sync(
            Definition(name="demo", sources=[SOURCE]),
            connect=lambda source: fakes.FolderConnector(str(documents)),
            sparse=lambda text, language: fakes.fake_sparse(text),
            allow_deletions=True,
            **given,
        )
        store.close()
    return die_at - count[0]


def everything(index: Path) -> dict[str, Any]:
    """All that an index holds, but for times."""
    with Catalog(index / "catalog.sqlite") as catalog:
        store = EdgeStore(index / "store", dimensions=fakes.DIMENSIONS, fingerprint="fake-1")
        request = qdrant_edge.ScrollRequest(limit=1000, with_payload=True, with_vector=True)
        records, _ = store._shard.scroll(request)
        store.close()
        uris = [listed.uri for listed in catalog.documents()]
        return {
            "points": sorted([str(r.id), r.payload, _plain(r.vector)] for r in records),
            "origins": {uri: str(origin) for uri, origin in sorted(catalog.origins().items())},
            "documents": {uri: str(catalog.document(uri)) + getattr(catalog.document(uri), "text", "") for uri in uris},
            "passages": {uri: list(catalog.passages(uri).items()) for uri in uris},
            "failures": [str(failure) for failure in catalog.state().failures],
            "intents": catalog.left_over(),
        }


def _plain(vectors: Any) -> Any:
    sparse = vectors["bm25"]
    return [[round(value, 5) for value in vectors["dense"]], list(sparse.indices), list(sparse.values)]


def in_fork(work: Callable[[], Any], out: Path) -> int:
    """Do ``work`` in a child, its result as JSON in ``out``; the child's status."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            out.write_text(json.dumps(work()))
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def must(work: Callable[[], Any], out: Path) -> Any:
    assert in_fork(work, out) == 0
    return json.loads(out.read_text())


def put(documents: Path, texts: dict[str, str]) -> None:
    shutil.rmtree(documents, ignore_errors=True)
    documents.mkdir()
    for name, text in texts.items():
        (documents / name).write_text(text, "utf-8")


def main(folder: Path, start: str, stride: int = 1) -> None:
    documents, template, out = folder / "documents", folder / "template", folder / "out.json"
    if start == "changed":
        put(documents, BEFORE)
        must(lambda: run(template, documents, die_at=0), out)
    else:
        must(lambda: EdgeStore(template / "store", dimensions=fakes.DIMENSIONS, fingerprint="fake-1").close(), out)
    put(documents, AFTER)
    undisturbed = folder / "undisturbed"
    fakes.copy_store(template, undisturbed)
    steps = must(lambda: run(undisturbed, documents, die_at=0), out)
    expected = must(lambda: everything(undisturbed), out)
    results = {}
    for step in range(1, steps + 1, stride):
        index = folder / f"killed-{step}"
        fakes.copy_store(template, index)
        status = in_fork(lambda index=index, step=step: run(index, documents, die_at=step), out)  # type: ignore[misc]
        assert os.WIFSIGNALED(status), f"step {step} wasn't reached"
        left = must(lambda index=index: (run(index, documents, die_at=0), everything(index))[1], out)  # type: ignore[misc]
        results[step] = left == expected
        shutil.rmtree(index)
    print(json.dumps({"steps": steps, "points": len(expected["points"]), "same": results}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
