"""Long articles at their own items: paragraphs, numerals, letters, in the words of each country.

An item is labelled only when its number is certain: unnumbered paragraphs, and everything in an article that quotes other
law, carry the article's label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import fold, roman_value
from latam_rag.split import budget
from latam_rag.split.pieces import Piece, fits, header
from latam_rag.types import Document, Language

#: One item marker at the beginning of a line, in folded text.
_MARKER: Final = re.compile(
    r"^[ \t>*_-]*(?:"
    r"(?P<par>§\s?\d{1,3}\s?[ºo°]?(?:-[a-z])?|paragrafo unico|paragrafo(?: \d{1,2}[ºo°]?)?(?=\s*[.:–—-])|§ unico)"
    r"|(?:fraccion\s+)?(?P<roman>[ivxlc]{1,7}(?:-[a-z])?)\s?(?:[–—-](?=\s)|[.)])"
    r"|(?:(?:literal|letra|inciso)\s+)?(?P<letter>[a-zñ]|[a-z](?=\1)[a-z])\s?(?:\)|\.-)"
    r"|(?:n[º°.]+\s?|numeral\s+)?(?P<deep>\d{1,2}(?:\.\d{1,2}){1,3})\s?[.)]?(?=\s+[^\W\d_])"
    r"|(?:n[º°.]+\s?|numeral\s+)?(?P<digit>\d{1,3})\s?(?:[ºo°]\s?[).-]?|[.)]-?|\.-)(?=\s))",
    re.MULTILINE,
)
_FRESH: Final = re.compile(r"(?:\n[ \t]*\n[ \t]*|\n[ \t]*)(?=[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ¿“\"«])")
#: «Fracción reformada G.O. CDMX 27/08/25», which stands under what it speaks of.
_CHANGED: Final = re.compile(
    r"(?:Fracci[oó]n|P[áa]rrafo|Inciso|Numeral|Apartado|Base|Denominaci[óo]n)(?:es|s)?(?: [^\W\d_]+){0,2}"
    r" (?:reformad|adicionad|derogad|modificad|recorrid)[oa]s?\b[^\n]{0,120}$",
    re.MULTILINE,
)
_ENDED: Final = (".", ":", ";", ".-", ".–", ")", "”", '"', "»")


@dataclass(frozen=True, slots=True)
class _Atom:
    start: int
    end: int
    path: tuple[tuple[str, str], ...]
    """(kind, number as written) from the outermost; empty for text that has no number."""
    opens: bool
    """Whether it ends in a colon: what follows belongs to it."""


def split_items(document: Document, piece: Piece, *, amends: bool) -> Iterator[Piece]:
    """``piece`` itself when it fits, else consecutive parts of it, each with whole items and their label."""
    if fits(document, piece):
        yield piece
        return
    atoms = list(_atoms(document.text, piece))
    sizes = [budget.cost(document.text[atom.start : atom.end]) + 1 for atom in atoms]
    # The label grows by the items it names.
    room = budget.room(header(document, piece)) - 8
    first = 0
    while first < len(atoms):
        last = _last(atoms, sizes, first, room)
        path = () if amends else _named(atoms[first : last + 1], document.language)
        label = ", ".join(part for part in (piece.label, *path) if part)
        yield replace(piece, start=atoms[first].start, end=atoms[last].end, label=budget.shorten(label, budget.LABEL))
        first = last + 1


def _last(atoms: list[_Atom], sizes: list[float], first: int, room: float) -> int:
    """The last atom of the group that begins at ``first``: as many as fit, but ending before the shallowest item possible."""
    used, last = sizes[first], first
    while last + 1 < len(atoms) and used + sizes[last + 1] <= room:
        last += 1
        used += sizes[last]
    if last + 1 == len(atoms) or last == first:
        return last
    best, depth, total = last, len(atoms[last + 1].path), 0.0
    for number in range(first, last + 1):
        total += sizes[number]
        if total >= room * 0.4 and len(atoms[number + 1].path) < depth:
            best, depth = number, len(atoms[number + 1].path)
    before = best
    while before > first and atoms[before].opens:
        before -= 1
    return best if atoms[before].opens else before


def _atoms(text: str, piece: Piece) -> Iterator[_Atom]:
    """The article cut at each item marker and at each new unnumbered paragraph."""
    body = text[piece.start : piece.end]
    folded = fold(body)
    cuts: dict[int, re.Match[str] | None] = {0: None}
    for match in _FRESH.finditer(body):
        if body[: match.start()].rstrip().endswith(_ENDED) and not _CHANGED.match(body, match.end()):
            cuts[match.end()] = None
    for found in _MARKER.finditer(folded):
        if found.start() > 0 and _begins_item(body, found):
            cuts[found.start()] = found
            # The paragraph's own beginning is the marker's.
            text_at = found.end() + len(body[found.end() :]) - len(body[found.end() :].lstrip())
            for at in range(found.start() + 1, text_at + 1):
                cuts.pop(at, None)
    stack: list[tuple[str, str]] = []
    starts = sorted(cuts)
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        marker = cuts[start]
        if marker is None:
            stack = []
        else:
            _descend(stack, marker, body)
        opens = body[max(start, end - 8) : end].rstrip().endswith(":")
        yield _Atom(piece.start + start, piece.start + end, tuple(stack), opens)


def _begins_item(body: str, found: re.Match[str]) -> bool:
    if found["roman"] and roman_value(found["roman"].partition("-")[0]) is None:
        return False
    before = body[: found.start()].rstrip()
    return before.endswith((*_ENDED, ",", " y", " e", " o", " ou")) or "\n\n" in body[len(before) : found.start() + 1]


def _descend(stack: list[tuple[str, str]], marker: re.Match[str], body: str) -> None:
    """Put the marker on the ``stack`` of open items, closing those it ends."""
    kind = str(marker.lastgroup)
    written = body[marker.start(kind) : marker.end(kind)]
    if kind == "roman" and len(written) == 1 and not written.isupper():
        previous = next((number for name, number in stack if name == "letter"), "")
        if previous and ord(previous.lower()) + 1 == ord(written):
            kind = "letter"
    if kind == "roman" and not written.isupper():
        kind = "small"
    if kind == "letter" and written.isupper():
        kind = "capital"
    if kind == "par":
        stack.clear()
    for depth, (name, _) in enumerate(stack):
        if name == kind:
            del stack[depth:]
            break
    stack.append((kind, _paragraph(written) if kind == "par" else " ".join(written.split())))


def _paragraph(written: str) -> str:
    """``§ 2: `` → ``2``, ``Parágrafo único`` → ``único``."""
    number = re.search(r"\d+(?:\s?[ºo°]?-[a-zA-Z])?", written)
    return number[0] if number else "único"


_SPANISH: Final = {
    "digit": ("N° {}", "N° {} a {}"), "deep": ("numeral {}", "numerales {} a {}"), "letter": ("letra {}", "letras {} a {}"),
    "capital": ("letra {}", "letras {} a {}"), "roman": ("fracción {}", "fracciones {} a {}"), "small": ("{}", "{} a {}"),
    "par": ("parágrafo {}", "parágrafos {} a {}"),
}  # fmt: skip
_PORTUGUESE: Final = {
    **_SPANISH, "digit": ("{}", "{} a {}"), "deep": ("{}", "{} a {}"), "letter": ("{}", "{} a {}"),
    "capital": ("{}", "{} a {}"), "roman": ("{}", "{} a {}"), "par": ("§ {}", "§§ {} a {}"),
}  # fmt: skip


def _named(atoms: list[_Atom], language: Language) -> tuple[str, ...]:
    """How the items of a group are cited: what their paths share, and the range of the first level where they part."""
    paths = [atom.path for atom in atoms]
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
