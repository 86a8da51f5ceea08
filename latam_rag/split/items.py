"""Long articles at their own items: paragraphs, numerals, letters, in the words of each country.

An item is named only when its number is certain. What holds unnumbered paragraphs, or quotes other law, is cited as a part of
its article: «art. 5, parte 2 de 3».
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from latam_rag.split import budget
from latam_rag.split.atoms import Atom, atoms
from latam_rag.split.pieces import Piece, fits, header
from latam_rag.split.prose import packed
from latam_rag.types import Document, Language

#: What a label grows by at most: «, parte 12 de 14».
_PART: Final = 16
#: Estimated tokens of that, and of the items.
_GROWS: Final = 14


def split_items(document: Document, piece: Piece, *, amends: bool) -> Iterator[Piece]:
    """``piece`` itself when it fits, else consecutive parts of it, each with whole items and their label."""
    if fits(document, piece):
        yield piece
        return
    parts = list(_parts(document, piece, amends))
    base = budget.shorten(piece.label, budget.LABEL - _PART)
    times = Counter(part.label for part in parts)
    seen: Counter[str] = Counter()
    for number, part in enumerate(parts, 1):
        seen[part.label] += 1
        label = part.label
        if not piece.label or len(parts) == 1:
            label = piece.label or label
        elif label == base:
            label = f"{base}, parte {number} de {len(parts)}"
        elif times[label] > 1:
            label = f"{label}, parte {seen[label]} de {times[label]}"
        yield replace(part, label=label)


def _parts(document: Document, piece: Piece, amends: bool) -> Iterator[Piece]:
    room = budget.room(header(document, piece)) - _GROWS
    found = atoms(document, piece, room)
    sizes = [budget.cost(document.text[atom.start : atom.end]) + 1 for atom in found]
    base = budget.shorten(piece.label, budget.LABEL - _PART)
    first = 0
    while first < len(found):
        last = _last(found, sizes, first, room)
        path = () if amends else _named(found[first : last + 1], document.language)
        label = budget.shorten(", ".join(part for part in (base, *path) if part), budget.LABEL - _PART)
        group = replace(piece, start=found[first].start, end=found[last].end, label=f"{label}{'.' * _PART}")
        for part in packed(document, [group]):
            if re.search(r"[^\W_]", document.text[part.start : part.end]):
                yield replace(part, label=label)
        first = last + 1


def _last(found: Sequence[Atom], sizes: Sequence[float], first: int, room: float) -> int:
    """The last atom of the group that begins at ``first``: as many as fit, but ending before the shallowest item possible."""
    used, last = sizes[first], first
    while last + 1 < len(found) and used + sizes[last + 1] <= room:
        last += 1
        used += sizes[last]
    if last + 1 == len(found) or last == first:
        return last
    best, depth, total = last, len(found[last + 1].path), 0.0
    for number in range(first, last + 1):
        total += sizes[number]
        if total >= room * 0.4 and len(found[number + 1].path) < depth:
            best, depth = number, len(found[number + 1].path)
    before = best
    while before > first and (found[before].opens or found[before].names):
        before -= 1
    return best if found[before].opens or found[before].names else before


_SPANISH: Final = {
    "digit": ("N° {}", "N° {} a {}"), "deep": ("numeral {}", "numerales {} a {}"), "letter": ("letra {}", "letras {} a {}"),
    "capital": ("letra {}", "letras {} a {}"), "roman": ("fracción {}", "fracciones {} a {}"), "small": ("{}", "{} a {}"),
    "par": ("parágrafo {}", "parágrafos {} a {}"),
}  # fmt: skip
_PORTUGUESE: Final = {
    **_SPANISH, "digit": ("{}", "{} a {}"), "deep": ("{}", "{} a {}"), "letter": ("{}", "{} a {}"),
    "capital": ("{}", "{} a {}"), "roman": ("{}", "{} a {}"), "par": ("§ {}", "§§ {} a {}"),
}  # fmt: skip


def _named(found: Sequence[Atom], language: Language) -> tuple[str, ...]:
    """How the items of a group are cited: what their paths share, and the range of the first level where they part."""
    paths = [atom.path for atom in found]
    if not all(paths):
        return ()
    shared: list[tuple[str, str]] = []
    for level in zip(*paths, strict=False):
        if any(step != level[0] for step in level):
            break
        shared.append(level[0])
    words = _PORTUGUESE if language == "pt" else _SPANISH
    named = [words[kind][0].format(number) for kind, number in shared]
    deeper = [path[len(shared)] for path in paths if len(path) > len(shared)]
    if len(deeper) == len(paths) and len({kind for kind, _ in deeper}) == 1:
        kind = deeper[0][0]
        named.append(words[kind][1].format(deeper[0][1], deeper[-1][1]))
    if language == "pt":
        named = [_ordinal(part) for part in named]
    return tuple(named)


def _ordinal(part: str) -> str:
    """Portuguese writes the first nine paragraphs as ordinals."""
    if not part.startswith("§"):
        return part
    return re.sub(r"\b([1-9])\b(?!º)", r"\1º", part).replace("§ único", "parágrafo único")
