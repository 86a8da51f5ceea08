"""An article cut where it may be: at each item and each unnumbered paragraph, with the items that each stretch stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import fold, roman_value
from latam_rag.split import budget
from latam_rag.split.pieces import Piece
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
#: One within a paragraph: «las siguientes: 1. Reglamentar… 2. Adoptar…».
_INLINE: Final = re.compile(r"(?<=[.;:,]) (?:(?P<digit>\d{1,2})[.)]|(?P<letter>[a-z])\)) (?=[^\W_]|[¿\"“(])")
_INLINE_LEAST: Final = 3
_FRESH: Final = re.compile(r"(?:\n[ \t]*\n[ \t]*|\n[ \t]*)(?=[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ¿“\"«])")
#: «Fracción reformada G.O. CDMX 27/08/25», which stands under what it speaks of.
_CHANGED: Final = re.compile(
    r"(?:Fracci[oó]n|P[áa]rrafo|Inciso|Numeral|Apartado|Base|Denominaci[óo]n)(?:es|s)?(?: [^\W\d_]+){0,2}"
    r" (?:reformad|adicionad|derogad|modificad|recorrid)[oa]s?\b[^\n]{0,120}$",
    re.MULTILINE,
)
_ENDED: Final = (".", ":", ";", ".-", ".–", ")", "”", '"', "»")
#: The name of what follows: «Alienação fraudulenta de coisa própria», «Parágrafos:», and nothing of it.
_TITLE: Final = re.compile(r"\s*[^\W\d_](?:[^\n.;:|]|\.(?! )){2,90}(?:(?<=[^\W_])|:)\s*")
#: «ARTICULO 2° — (Definiciones).»: a number and a name, whose text comes below.
_NAMED: Final = re.compile(r"\W*art[^\n]{1,100}\s*", re.IGNORECASE)
#: Shares of the room: a title goes with what follows however long that is, what announces while it is this short.
_SHORT: Final = 0.25
Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Atom:
    start: int
    end: int
    path: Path
    """(kind, number as written) from the outermost; empty for text that has no number."""
    opens: bool
    """Whether it announces what follows, which belongs to it."""
    names: bool
    """Whether it is no more than the name of what follows."""


def atoms(document: Document, piece: Piece, room: float) -> list[Atom]:
    """The stretches of ``piece``, each with what it announces where both fit into ``room`` or it is short against it."""
    text = document.text
    joined: list[Atom] = []
    for atom in _atoms(text, piece, document.language):
        last = joined[-1] if joined else None
        if last is None or not (last.opens or last.names) or not _together(text, last, atom, room):
            joined.append(atom)
            continue
        path = atom.path if last.names and len(joined) > 1 else _shared(last.path, atom.path)
        joined[-1] = replace(atom, start=last.start, path=path)
    return joined


def _together(text: str, first: Atom, second: Atom, room: float) -> bool:
    before = budget.cost(text[first.start : first.end])
    return before < _SHORT * room or before + budget.cost(text[second.start : second.end]) + 1 <= room


def _shared(first: Path, second: Path) -> Path:
    return tuple(a for a, b in zip(first, second, strict=False) if a == b)


def _atoms(text: str, piece: Piece, language: Language) -> Iterator[Atom]:
    body = text[piece.start : piece.end]
    folded = fold(body)
    cuts: dict[int, re.Match[str] | None] = {0: None}
    for match in _FRESH.finditer(body):
        ended = body[: match.start()].rstrip().endswith(_ENDED) and not _CHANGED.match(body, match.end())
        if ended or _stands_alone(body, match):
            cuts[match.end()] = None
    for found in _MARKER.finditer(folded):
        if found.start() > 0 and _begins_item(body, found):
            cuts[found.start()] = found
            # The paragraph's own beginning is the marker's.
            text_at = found.end() + len(body[found.end() :]) - len(body[found.end() :].lstrip())
            for at in range(found.start() + 1, text_at + 1):
                cuts.pop(at, None)
    for found in _inline(body, folded):
        cuts.setdefault(found.start() + 1, found)
    stack: list[tuple[str, str]] = []
    starts = sorted(cuts)
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        marker = cuts[start]
        stretch = body[start:end]
        names = _TITLE.fullmatch(stretch) is not None if start else _NAMED.fullmatch(stretch) is not None
        if marker is not None:
            _descend(stack, marker, body)
            names = False
        elif language != "pt":
            # In Portuguese law every paragraph has its number: one without goes on with the last.
            stack = []
        opens = stretch[-8:].rstrip().endswith(":")
        yield Atom(piece.start + start, piece.start + end, tuple(stack), opens, names)


def _stands_alone(body: str, match: re.Match[str]) -> bool:
    """Whether a paragraph without an end mark stands before ``match`` that is the name of what follows."""
    if match[0].count("\n") < 2:
        return False
    start = body.rfind("\n\n", 0, match.start()) + 2
    return start > 1 and _TITLE.fullmatch(body, start, match.start()) is not None


def _begins_item(body: str, found: re.Match[str]) -> bool:
    if found["roman"] and roman_value(found["roman"].partition("-")[0]) is None:
        return False
    before = body[: found.start()].rstrip()
    return before.endswith((*_ENDED, ",", " y", " e", " o", " ou")) or "\n\n" in body[len(before) : found.start() + 1]


def _inline(body: str, folded: str) -> Iterator[re.Match[str]]:
    """The items of a list within a paragraph, which counts from 1 or from *a*."""
    runs: dict[str, list[re.Match[str]]] = {"digit": [], "letter": []}
    for match in _INLINE.finditer(folded):
        kind = str(match.lastgroup)
        run = runs[kind]
        place = int(match[kind]) if kind == "digit" else ord(match[kind]) - ord("a") + 1
        if (
            place == len(run) + 1
            and (run or body[match.start() - 1] == ":")
            and (not run or "\n" not in body[run[-1].end() : match.start()])
        ):
            run.append(match)
            continue
        if len(run) >= _INLINE_LEAST:
            yield from run
        runs[kind] = [match] if place == 1 and body[match.start() - 1] == ":" else []
    for run in runs.values():
        if len(run) >= _INLINE_LEAST:
            yield from run


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
