"""What people write to find one place: laws, articles, items and curriculum codes in ``lookups.tsv``.

    python benchmarks/lookups.py NAME --home FOLDER

``NAME`` is an index of the whole collection (``tests/corpus.toml``). A form is found when the first hit is the place: its
norm, article and item, or its code, and its country where no number says which law it is.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from latam_rag import references
from latam_rag.types import Passage

FORMS = Path(__file__).with_name("lookups.tsv")


def run(name: str, home: Path) -> dict[str, Any]:
    """hit@1 in all and by country, and the forms that missed."""
    os.environ["LATAM_RAG_HOME"] = str(home)
    from latam_rag.index import Index

    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    missed = []
    with Index.open(name) as index, FORMS.open(encoding="utf-8", newline="") as lines:
        for form in csv.DictReader(lines, delimiter="\t"):
            hits = index.search(form["question"], limit=1)
            asked[form["country"]] += 1
            if hits and is_place(hits[0].passage, form):
                found[form["country"]] += 1
            else:
                missed.append(form["question"])
    by_country = {country: f"{found[country]}/{count}" for country, count in asked.items()}
    return {
        "forms": asked.total(), "hit@1": round(found.total() / asked.total(), 4), "countries": by_country, "missed": missed,
    }  # fmt: skip


def is_place(passage: Passage, form: dict[str, str]) -> bool:
    """``form`` is a line of the file: what it leaves empty isn't compared."""
    for key in ("norm", "article", "code"):
        held = passage.metadata.get(key, ())
        if form[key] and form[key] not in (held if isinstance(held, tuple) else (held,)):
            return False
    if form["item"] and not references.holds_item(passage.label, passage.text, form["item"]):
        return False
    return bool(form["norm"] or form["code"]) or passage.metadata.get("country") == form["country"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(run(given.name, given.home), ensure_ascii=False))


if __name__ == "__main__":
    main()
