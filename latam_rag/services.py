"""Service sheets put together again from their passages: what a citizen's desk hands out, and how two services differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from latam_rag import browse
from latam_rag.index import Index
from latam_rag.types import Filters, Hit, Passage

#: The parts of a sheet in the order in which a person at the desk needs them. What stands in no sheet is not among them.
PARTS = (
    "description", "audience", "requirements", "documents", "cost", "time", "steps", "channel", "office", "contact",
    "validity", "result", "legal_basis",
)  # fmt: skip
#: What a person brings or fulfils: a checklist.
CHECKLIST = ("requirements", "documents")
#: What everyone asks about: said to be missing where a sheet doesn't state it. One of each group is enough.
EXPECTED = (("requirements", "documents"), ("cost",), ("time",), ("channel", "office"))
_MARK = r"[ \t]*(?:[-•*·▪●–—o☐]|\d{1,2}[.)º°]|[a-zñ]\))[ \t]+"
#: «1» over the text of the first step.
_ALONE = re.compile(r"\s*\d{1,2}\s*")
_LISTED = re.compile(rf"\A\s*{_MARK}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Which sheet: a document may hold many, each under its own headings."""

    uri: str
    headings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    key: Key
    name: str
    body: str
    """Who offers the service."""
    url: str
    parts: dict[str, tuple[Passage, ...]]
    """By the names of ``PARTS``, in their order."""

    def text(self, part: str) -> str:
        return "\n".join(passage.text for passage in self.parts.get(part, ()))

    def missing(self) -> tuple[str, ...]:
        """The first of each group of ``EXPECTED`` that the sheet states nothing of."""
        return tuple(group[0] for group in EXPECTED if not any(part in self.parts for part in group))


def key_of(passage: Passage) -> Key | None:
    """The sheet that a passage belongs to; None for text that is part of none."""
    return Key(uri=passage.uri, headings=passage.headings) if passage.metadata.get("field") else None


def ranked(hits: Iterable[Hit]) -> list[Key]:
    """The sheets that ``hits`` belong to, best first."""
    return list(dict.fromkeys(key for hit in hits if (key := key_of(hit.passage))))


def sheet(index: Index, key: Key) -> Sheet | None:
    """None when the index no longer holds it."""
    return next((found for found in sheets(browse.document(index, key.uri)) if found.key == key), None)


def sheets(passages: Iterable[Passage]) -> list[Sheet]:
    """Those that a document's ``passages`` make up, in order."""
    grouped: dict[Key, list[Passage]] = {}
    for passage in passages:
        if key := key_of(passage):
            grouped.setdefault(key, []).append(passage)
    return [_made(key, found) for key, found in grouped.items()]


def listed(index: Index) -> list[tuple[str, Key]]:
    """Name and key of every service in ``index``, by name. Reads all of its sheets once: keep the result."""
    found: dict[Key, str] = {}
    for passage in index.store.lookup(filters=Filters(in_force=False), limit=index.store.count()):
        if (key := key_of(passage)) and key not in found:
            found[key] = _name(passage)
    return sorted(((name, key) for key, name in found.items()), key=lambda pair: pair[0].casefold())


def similar(index: Index, like: Sheet, *, limit: int = 3) -> list[Key]:
    """The services nearest to ``like`` by what they are, best first."""
    hits = index.search(f"{like.name} {like.text('description')[:200]}", limit=40)
    return [key for key in ranked(hits) if key != like.key][:limit]


def items(text: str, *, sentences: bool = False, marks: bool = False) -> list[str]:
    """The entries of a list as the source writes it: what is marked or stands apart, else its lines, else (with ``sentences``,
    for what a row of a table says in one) its sentences. One that ends in a colon heads those that follow. ``marks`` keeps
    the source's numbers and bullets."""
    parts = re.split(rf"\n\s*\n|\n(?={_MARK})", text)
    if len(parts) == 1:
        parts = text.split("\n")
    if len(parts) == 1 and sentences:
        parts = re.split(r"(?<=[^\W\d_A-ZÁÉÍÓÚ]{2})\.\s+(?=[A-ZÁÉÍÓÚ])", text)
    parts = list(_numbered(parts))
    bare = parts if marks else [_LISTED.sub("", part, count=1) for part in parts]
    return [clean for part in bare if (clean := " ".join(part.split()))]


def _numbered(parts: Iterable[str]) -> Iterator[str]:
    """``parts``, a number that a page draws in a circle beside the step it counts written before it."""
    number = ""
    for part in parts:
        if _ALONE.fullmatch(part):
            number = f"{part.strip()}. "
        else:
            yield number + part
            number = ""
    if number:
        yield number.rstrip(". ")


def common(sheets: Sequence[Sheet], part: str) -> set[str]:
    """The entries of ``part`` that all ``sheets`` have, folded: the others are what tells them apart."""
    said = [{folded(entry) for entry in items(sheet.text(part), sentences=part in CHECKLIST)} for sheet in sheets]
    return set.intersection(*said) if said else set()


def folded(entry: str) -> str:
    return " ".join(re.findall(r"\w+", entry.casefold()))


def steps(text: str) -> list[str]:
    """The steps, numbered as the source does, or in order where it doesn't."""
    found = items(text, marks=True)
    if len(found) < 2 or any(_LISTED.match(f"{entry} ") for entry in found):
        return found
    return [f"{place}. {entry}" for place, entry in enumerate(found, start=1)]


def _made(key: Key, passages: Sequence[Passage]) -> Sheet:
    by_part: dict[str, list[Passage]] = {}
    for passage in passages:
        by_part.setdefault(str(passage.metadata["field"]), []).append(passage)
    order = [*PARTS, *(part for part in by_part if part not in PARTS)]
    first = passages[0]
    return Sheet(
        key=key,
        name=_name(first),
        body=str(first.metadata.get("body", "")),
        url=next((passage.url for passage in passages if passage.url), ""),
        parts={part: tuple(by_part[part]) for part in order if part in by_part},
    )


def _name(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else passage.title
