"""How laws are read and split, against what their sources hold: every article, no more, nothing repealed as in force.

    python benchmarks/reading_law.py [--shared FOLDER] [--every N]

``--every 10`` reads a tenth of the Uruguayan laws. The last line is the rows as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.types import Document, Passage, Resource, SectionKind

LIMITS = Limits()
_HEADING = re.compile(r"^#+ (?=Art[íi]culo)", re.MULTILINE)
#: Where the text of an article ends at the latest: at the signatures, or at the next heading.
_AFTER = re.compile(r"\n\*\*[A-ZÁÉÍÓÚÑ]|\n#")


class Round:
    """Counts the passages that aren't the stretch of their document that they say."""

    passages = 0
    wrong = 0

    def read(self, name: str, body: bytes) -> tuple[Document, list[Passage]]:
        document = parse(Resource(uri=name, body=body), limits=LIMITS)
        found = split(document, index="benchmark")
        self.passages += len(found)
        self.wrong += sum(document.text[p.start : p.end] != p.text for p in found)
        return document, found


def leychile(folder: Path, trip: Round) -> Iterator[dict[str, Any]]:
    written = found = placed = notes = 0
    for path in sorted(folder.glob("*.xml")):
        body = path.read_bytes()
        document, _ = trip.read(path.name, body)
        units = [
            s
            for s in document.sections
            if s.kind is SectionKind.UNIT and "article" in s.metadata and not s.label.startswith("disposición")
        ]
        written += len(re.findall(rb"<articulo\s", body))
        found += len(units)
        placed += sum(
            bool(u.label and (u.metadata.get("valid_from") or document.metadata.get("valid_from"))) for u in units
        )
        notes += sum(bool(re.search(r"D\.O\. ?\d|CPR Art", document.text[u.start : u.end])) for u in units)
    yield {"what": "LeyChile: articles", "wanted": written, "found": found}
    yield {"what": "LeyChile: articles with number and date", "wanted": written, "found": placed}
    yield {"what": "LeyChile: articles with margin notes in their text", "wanted": 0, "found": notes}


def uruguay(archive: Path, every: int, trip: Round) -> Iterator[dict[str, Any]]:
    with tarfile.open(archive) as packed:
        members = sorted(
            (m for m in packed if m.isfile() and m.name.endswith(".md") and "/UY-" in m.name), key=lambda m: m.name
        )[::every]
    wanted = {m.name for m in members}
    bodies = {}
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.name in wanted and (file := packed.extractfile(member)):
                bodies[member.name] = file.read()
    headings = with_text = articles = differing = failed = stubs = 0
    for name, body in bodies.items():
        parts = _HEADING.split(body.decode())[1:]
        texts = sum(bool(re.search(r"\w", _AFTER.split(part.partition("\n")[2])[0])) for part in parts)
        stubs += sum(part.partition("\n")[2].strip() in ("", "(*)") for part in parts)
        try:
            found = _articles(trip.read(name, body)[1])
        except DocumentError:
            failed += 1
            continue
        headings, with_text, articles = headings + len(parts), with_text + texts, articles + found
        differing += abs(texts - found)
    yield {"what": f"Uruguay: {len(bodies)} laws, failed", "wanted": 0, "found": failed}
    yield {"what": "Uruguay: article headings", "wanted": 70471 if every == 1 else headings, "found": headings}
    yield {
        "what": "Uruguay: less those that are (*) alone",
        "wanted": 59871 if every == 1 else headings - stubs,
        "found": headings - stubs,
    }
    # After the (*) of a chapter's or a law's last article come headings or signatures, and no text of it.
    yield {"what": "Uruguay: articles with text of their own", "wanted": with_text, "found": articles}
    yield {"what": "Uruguay: articles too many or too few, law by law", "wanted": 0, "found": differing}


def _articles(passages: list[Passage]) -> int:
    """How many articles ``passages`` are of: those of one article stand one after another."""
    keys = [(p.metadata.get("article"), p.label.partition(",")[0]) for p in passages]
    return sum(key[0] is not None and (n == 0 or key != keys[n - 1]) for n, key in enumerate(keys))


def struck(path: Path, trip: Round) -> Iterator[dict[str, Any]]:
    document, found = trip.read(path.name, path.read_bytes())
    gone = [s for s in document.sections if s.kind is SectionKind.STRUCK]
    in_force = [
        s for s in gone for p in found if p.start < s.end and s.start < p.end and p.metadata.get("status") != "repealed"
    ]
    yield {"what": "Lei 14.133: struck text in force", "wanted": 0, "found": len(in_force)}
    current = list(_current(path.read_bytes().decode("cp1252")))
    kept = [(p.metadata.get("article"), _plain(p.text)) for p in found if p.metadata.get("status") != "repealed"]
    there = sum(any(article == one and text in whole for one, whole in kept) for article, text in current)
    yield {"what": "Lei 14.133: paragraphs of a new wording, found in force", "wanted": len(current), "found": there}


def _current(page: str) -> Iterator[tuple[str, str]]:
    """The paragraphs that a later law worded or put in, as the page's HTML has them: article and text."""
    from lxml import html

    article = ""
    for paragraph in html.fromstring(page).iter("p"):
        for gone in list(paragraph.iter("strike")):
            gone.drop_tree()
        text = " ".join(paragraph.text_content().split())
        if numbered := re.match(r"Art\. (\d+)[ºo°]?(-[A-Z])?", text):
            article = f"{numbered[1]}{numbered[2] or ''}".lower()
        if re.search(r"\((?:Redação dada|Incluíd)", text):
            yield article, _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("LATAM_RAG_SHARED", str(Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    corpus = given.shared / "corpus"
    if not corpus.is_dir():
        sys.exit(f"no documents at {given.shared}: set LATAM_RAG_SHARED to the folder with corpus/")
    trip = Round()
    rows = [
        *leychile(corpus / "legal/cl-leychile-xml", trip),
        *uruguay(corpus / "large/legalize-uy.tar.xz", given.every, trip),
        *struck(corpus / "legal/br-planalto-html/L14133.html", trip),
    ]
    rows.append({"what": f"passages that aren't their stretch, of {trip.passages}", "wanted": 0, "found": trip.wrong})
    for row in rows:
        print(f"{row['what']:60} {row['wanted']:>8} {row['found']:>8}")
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
