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

from latam_rag.split import budget, packing
from latam_rag.split.atoms import Atom, Path, atoms
from latam_rag.split.packing import Unit
from latam_rag.split.pieces import Piece, fits, header
from latam_rag.split.prose import under, units
from latam_rag.types import Document, Language, Section, SectionKind

#: What a label grows by at most: «, parte 12 de 14».
_PART: Final = 16
#: Estimated tokens of that, and of the items.
_GROWS: Final = 14
#: The shares of the room from which an item may be cut for another's sake, and for its own; what it costs more below that.
_SOME: Final = 0.5
_LONG: Final = 0.9
_WHOLE: Final = 20.0
#: What a cut costs before an item, by the lists that it stands in: more than to cut twice before items further out.
_DEEP: Final = (packing.PARAGRAPH, packing.ITEMS, 20.0, 48.0)
#: And more before the first of a list, before what changed the text above it, before what goes on with an item.
_BEGINS: Final = 8.0
_NOTED: Final = 14.0
_CONTINUED: Final = 3.0


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
    tables = [
        s for s in document.sections if s.kind is SectionKind.TABLE and s.start < piece.end and piece.start < s.end
    ]
    whole = [(table.start, table.end) for table in tables]
    found = atoms(document.text, piece.start, piece.end, numbered=document.language == "pt", whole=whole)
    cut: list[Unit] = []
    within: list[Atom] = []
    for before, atom in zip((None, *found), found, strict=False):
        for unit in _units(document, replace(piece, start=atom.start, end=atom.end), before, atom, tables, room):
            cut.append(unit)
            within.append(atom)
    base = budget.shorten(piece.label, budget.LABEL - _PART)
    for first, after in packing.cheapest(cut, room):
        held = list(dict.fromkeys(within[first:after]))
        further = within[after].path if after < len(within) else ()
        path = () if amends else _named(held, further, document.language)
        label = ", ".join(part for part in (base, *path) if part)
        # Half an item's number says less than none.
        label = label if len(label) <= budget.LABEL - _PART else base
        part = replace(piece, start=cut[first].start, end=cut[after - 1].end, label=label)
        if re.search(r"[^\W_]", document.text[part.start : part.end]):
            yield under(part, cut[first].leads)


def _units(
    document: Document, piece: Piece, before: Atom | None, atom: Atom, tables: Sequence[Section], room: float
) -> list[Unit]:
    """The atom itself, or its sentences and rows where it is too long for a passage."""
    leads = tuple(filter(None, atom.leads))
    size = budget.cost(document.text[atom.start : atom.end]) + 1
    cost, deep = _cost(before, atom), _DEEP[min(atom.depth, 3)]
    said = document.text[atom.start : atom.end].strip()
    if before and packing.titles(said) and any(before.start < table.end <= atom.start for table in tables):
        # «GRUPO OCUPACIONAL DE NÍVEL MÉDIO», below one table and above another.
        cost = packing.APART
    if size <= room * _SOME and not any(table.start < atom.end and atom.start < table.end for table in tables):
        return [Unit(atom.start, atom.end, size, cost, leads=leads)]
    found = units(document, piece, tables, room)
    within = (deep if atom.depth else 0.0) + (0.0 if size > room * _LONG else _WHOLE)
    for number, unit in enumerate(found):
        unit.cut = unit.cut + within if number else cost
        unit.leads = (*leads, *(lead for lead in unit.leads if lead not in leads))
    return found


def _cost(before: Atom | None, atom: Atom) -> float:
    """What a cut before ``atom`` costs."""
    if before is not None and (before.opens or before.names):
        return packing.ANNOUNCED
    if atom.quotes:
        return packing.HEADED
    if atom.note:
        return _NOTED
    deep = _DEEP[min(atom.depth, 3)]
    if not atom.depth:
        return deep
    if atom.names:
        return deep - _CONTINUED
    return deep + (_BEGINS if atom.begins else 0.0 if atom.item else _CONTINUED)


_SPANISH: Final = {
    "digit": ("N° {}", "N° {} a {}"), "deep": ("numeral {}", "numerales {} a {}"), "letter": ("letra {}", "letras {} a {}"),
    "capital": ("letra {}", "letras {} a {}"), "roman": ("fracción {}", "fracciones {} a {}"), "small": ("{}", "{} a {}"),
    "par": ("parágrafo {}", "parágrafos {} a {}"), "coded": ("{}", "{} a {}"),
}  # fmt: skip
_PORTUGUESE: Final = {
    **_SPANISH, "digit": ("{}", "{} a {}"), "deep": ("{}", "{} a {}"), "letter": ("{}", "{} a {}"),
    "capital": ("{}", "{} a {}"), "roman": ("{}", "{} a {}"), "par": ("§ {}", "§§ {} a {}"),
}  # fmt: skip


def _named(found: Sequence[Atom], further: Path, language: Language) -> tuple[str, ...]:
    """How the items of a group are cited: what their paths share, and the range of the first level where they part.

    What announces items of the group is named where they are all of its items: what is ``further`` on isn't one of them.
    """
    last = found[-1]
    paths = [
        atom.path
        for atom in found
        if not atom.names and (atom is last or not atom.opens or (atom.path and further[: len(atom.path)] != atom.path))
    ]
    if not paths or not all(paths):
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
        if deeper[0] == deeper[-1]:
            return ()
        named.append(words[kind][1].format(deeper[0][1], deeper[-1][1]))
    if language == "pt":
        named = [_ordinal(part) for part in named]
    return tuple(named)


def _ordinal(part: str) -> str:
    """Portuguese writes the first nine paragraphs as ordinals."""
    if not part.startswith("§"):
        return part
    return re.sub(r"\b([1-9])\b(?!º)", r"\1º", part).replace("§ único", "parágrafo único")
