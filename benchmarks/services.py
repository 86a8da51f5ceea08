"""What people ask of a service sheet: its cost, requirements, time, place or steps, in ``services.tsv``.

    python benchmarks/services.py NAME --home FOLDER

``NAME`` is an index of the whole collection (``tests/corpus.toml``), or of its services. Right is an answer that quotes the
fields asked for (a line gives those that may be) of the sheet named, each whole, and nothing else; refused where the sheet has
no such field (an empty one in the file). ``shown`` counts those with the right field first, whatever follows.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path
from typing import Any

from latam_rag.types import Answer

ASKED = Path(__file__).with_name("services.tsv")


def run(name: str, home: Path) -> dict[str, Any]:
    """How many are right and how many show the right field first, and the questions of the others."""
    os.environ["LATAM_RAG_HOME"] = str(home)
    from latam_rag.index import Index

    with Index.open(name) as index, ASKED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
        answers = [index.ask(row["question"], extractive=True, record=False) for row in rows]
    wrong = [row["question"] for row, answered in zip(rows, answers, strict=True) if not is_right(row, answered)]
    shown = sum(is_first(row, answered) for row, answered in zip(rows, answers, strict=True))
    return {"questions": len(rows), "right": len(rows) - len(wrong), "shown": shown, "wrong": wrong}


def is_right(row: dict[str, str], answered: Answer) -> bool:
    if not row["field"]:
        return answered.refused
    return bool(answered.citations) and all(
        _is_of(row, citation.passage.title, citation.passage.metadata.get("field"))
        and citation.quote == citation.passage.text.strip()
        for citation in answered.citations
    )


def is_first(row: dict[str, str], answered: Answer) -> bool:
    if not answered.citations:
        return not row["field"]
    first = answered.citations[0].passage
    return _is_of(row, first.title, first.metadata.get("field"))


def _is_of(row: dict[str, str], title: str, field: object) -> bool:
    return title.casefold() == row["sheet"].casefold() and field in row["field"].split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(run(given.name, given.home), ensure_ascii=False))


if __name__ == "__main__":
    main()
