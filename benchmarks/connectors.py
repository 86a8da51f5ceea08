"""What becomes of a web source on bad days: a site on this machine with faults, limits, restarts and a cut; then a calm one.

python benchmarks/connectors.py [--documents 2000] [--pause 0.002]

Prints one line of JSON. Documents are parsed and split as ever; the embedder is the tests' fake, which counts what it embeds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fakes import DIMENSIONS, FakeEmbedder, fake_sparse

from latam_rag.catalog import Catalog
from latam_rag.config import Definition, Source
from latam_rag.reader import Reader
from latam_rag.store.edge import EdgeStore
from latam_rag.sync import sync
from latam_rag.testing import Asked, Faults, Site
from latam_rag.types import SyncReport

PER_PAGE = 50
FORBIDDEN = "/privado/"


def build(site: Site, documents: int) -> None:
    """Pages of links, of ``PER_PAGE`` each, to pages of one article; some lead to what robots.txt forbids."""
    site.put("/robots.txt", f"User-agent: *\nDisallow: {FORBIDDEN}\n", "text/plain")
    for first in range(0, documents, PER_PAGE):
        numbers = range(first, min(first + PER_PAGE, documents))
        links = "".join(f'<li><a href="/ley/{n}.html">Ley {n}</a></li>' for n in numbers)
        following = f'<a href="/indice/{first + PER_PAGE}.html">más</a>' if first + PER_PAGE < documents else ""
        site.put(
            f"/indice/{first}.html",
            f'<html><body><ul>{links}</ul><a href="{FORBIDDEN}{first}.html">x</a>{following}</body></html>',
        )
    for n in range(documents):
        site.put(f"/ley/{n}.html", law(n))


def law(n: int, change: str = "") -> str:
    return (
        f"<html><head><title>Ley {n}</title></head><body><h1>Ley {n}</h1><p>Artículo 1°.- La municipalidad número {n} otorga "
        f"permisos de feria en la plaza {n * 7}.{change}</p><p>Artículo 2°.- El permiso dura {n % 12 + 1} meses.</p>"
        "</body></html>"
    )


class Trial:
    """An index over the site, synced again and again; ``figures`` are those of each sync."""

    def __init__(self, site: Site, folder: Path, pause: float) -> None:
        options = {
            "start": [f"{site.url}/indice/0.html"], "include": ["/ley/*"], "depth": 50, "pages": 100_000,
            "http": {"intranet": ["127.0.0.1"], "pause": pause, "retries": 6},
        }  # fmt: skip
        self.site = site
        self.definition = Definition(name="prueba", sources=[Source(connector="web", genre="law", **options)])
        self.embedder = FakeEmbedder()
        self.catalog = Catalog(folder / "catalog.sqlite")
        self.store = EdgeStore(folder / "store", dimensions=DIMENSIONS, fingerprint="fake-1")
        self.reader = Reader(self.definition)

    def sync(self) -> tuple[SyncReport, dict[str, Any], list[Asked]]:
        before, began = len(self.site.log), time.perf_counter()
        self.embedder.embedded.clear()
        report = sync(
            self.definition, catalog=self.catalog, store=self.store, embedder=self.embedder, reader=self.reader,
            sparse=lambda text, language: fake_sparse(text),
        )  # fmt: skip
        log = [asked for asked in self.site.log[before:] if asked.path != "/robots.txt"]
        return report, {
            "new": len(report.new), "changed": len(report.changed), "gone": len(report.gone), "same": report.same,
            "failed": len(report.failed), "embedded": report.embedded, "documents": self.catalog.state().documents,
            "seconds": round(time.perf_counter() - began, 1), "answers": dict(Counter(str(asked.status) for asked in log)),
        }, log  # fmt: skip

    def close(self) -> None:
        self.reader.close()
        self.store.close()
        self.catalog.close()


def run(documents: int, pause: float) -> dict[str, Any]:
    figures: dict[str, Any] = {"documents": documents, "pause": pause}
    with tempfile.TemporaryDirectory() as home, Site() as site:
        os.environ["LATAM_RAG_HOME"] = home
        build(site, documents)
        trial = Trial(site, Path(home), pause)
        try:
            # The network is cut once half of it has been listed.
            site.faults = Faults(errors=0.05, truncated=0.02)
            site.limit = 100.0
            site.silent_after = len(site.log) + documents // 2
            _, figures["cut"], log = trial.sync()
            arrived = {asked.path for asked in log if asked.status == 200}
            site.silent_after = None
            # It comes back, as unreliable as before, and restarts on the way.
            restart = threading.Timer(1.0, lambda: (site.down(), time.sleep(0.5), site.up()))
            restart.start()
            _, figures["first"], log = trial.sync()
            restart.join()
            again = [asked for asked in log if asked.path in arrived and asked.status == 200]
            figures["first"]["sent_again_of_what_had_arrived"] = len(again)
            figures["lost"] = documents - len(set(trial.catalog.origins()))
            figures["passages_twice"] = trial.catalog.count() - len(set(trial.store.ids()))
            # A calm day.
            site.faults, site.limit = Faults(), None
            _, figures["second"], log = trial.sync()
            figures["second"]["not_modified"] = round(sum(asked.status == 304 for asked in log) / len(log), 4)
            site.put("/ley/1.html", law(1, " Se cobra un derecho anual."))
            _, figures["one_changed"], _ = trial.sync()
        finally:
            trial.close()
        figures["forbidden_asked"] = sum(asked.path.startswith(FORBIDDEN) for asked in site.log)
        figures["fastest_second"] = busiest(site.log)
        figures["allowed_a_second"] = round(1 / pause)
    return figures


def busiest(log: list[Asked]) -> int:
    """The most requests that came within one second."""
    times = sorted(asked.at for asked in log)
    most, start = 0, 0
    for end, at in enumerate(times):
        start = next(i for i in itertools.count(start) if times[i] > at - 1.0)
        most = max(most, end - start + 1)
    return most


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--pause", type=float, default=0.002)
    given = parser.parse_args()
    print(json.dumps(run(given.documents, given.pause)))
