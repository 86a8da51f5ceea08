"""Passages drawn at random over all sources, to be read one by one: is each whole, clean, rightly labelled?

    python benchmarks/reading_sample.py [--shared FOLDER] [--seed 1] [--count 60] [--around 300] [--only TEXT]

Every folder of the collection gets as many passages as any other, whatever its size; in it a document is drawn, then one of
its passages. The same seed draws the same passages as long as they are split the same. What is printed for each: where it is
from, how it is cited, its text between the stretches of the document before and after it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from latam_rag import config, plugins
from latam_rag.config import Definition, Source
from latam_rag.errors import DocumentError
from latam_rag.reader import Reader
from latam_rag.types import Connector, Document, Passage, Ref

DEFINITION = Path(__file__).resolve().parents[1] / "tests" / "corpus.toml"
Listed = tuple[Source, Connector, Ref]
# Documents that fail are drawn again, so often at most.
_TRIES = 20


def listed(definition: Definition, corpus: Path) -> dict[str, list[Listed]]:
    """Every document of the collection, by its folder."""
    found: dict[str, list[Listed]] = defaultdict(list)
    for source in definition.sources:
        path = corpus / str(source.options["path"]).partition("corpus/")[2]
        folder = path.relative_to(corpus)
        if folder.parts:
            connector = plugins.connect(source.connector, {**source.options, "path": str(path)})
            found["/".join(folder.parts[:2])] += [(source, connector, ref) for ref in connector.refs()]
    return dict(sorted(found.items()))


def drawn(
    folders: dict[str, list[Listed]], count: int, dice: random.Random, reader: Reader
) -> Iterator[tuple[str, Document, Passage]]:
    """``count`` passages, one folder after another in an order that the dice give anew each round."""
    turns: list[str] = []
    for _ in range(count):
        turns = turns or dice.sample(sorted(folders), len(folders))
        folder = turns.pop()
        for _ in range(_TRIES):
            source, connector, ref = dice.choice(folders[folder])
            try:
                document, passages = reader.read(connector.fetch(ref), source)
            except DocumentError:
                continue
            if passages:
                yield folder, document, dice.choice(passages)
                break


def shown(number: int, folder: str, document: Document, passage: Passage, around: int) -> str:
    said = {key: value for key, value in passage.metadata.items() if key not in ("country", "domain", "refers_to")}
    before = document.text[max(0, passage.start - around) : passage.start]
    after = document.text[passage.end : passage.end + around]
    return "\n".join(
        (
            f"{'=' * 30} {number} · {folder} · {passage.uri}",
            f"title    {passage.title}",
            f"headings {' › '.join(passage.headings)}",
            f"label    {passage.label!r}   page {passage.page}   {passage.start}–{passage.end}",
            f"metadata {said}",
            f"--- before\n…{before}",
            f">>> passage\n{passage.text}",
            f"<<< after\n{after}…",
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("LATAM_RAG_SHARED", str(Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--around", type=int, default=300)
    parser.add_argument("--only", default="", help="folders whose name holds this")
    given = parser.parse_args()
    if not (given.shared / "corpus").is_dir():
        sys.exit(f"no documents at {given.shared}: set LATAM_RAG_SHARED to the folder with corpus/")
    definition = config.load(DEFINITION)
    folders = {name: all_ for name, all_ in listed(definition, given.shared / "corpus").items() if given.only in name}
    with Reader(definition) as reader:
        found = drawn(folders, given.count, random.Random(given.seed), reader)
        for number, (folder, document, passage) in enumerate(found, 1):
            print(shown(number, folder, document, passage, given.around), flush=True)


if __name__ == "__main__":
    main()
