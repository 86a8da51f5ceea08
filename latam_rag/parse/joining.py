"""Lines joined into running text: each piece keeps where it is printed, and hyphens at line ends are resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from latam_rag.parse.layout import HYPHEN, Line
from latam_rag.parse.pdfchars import Boxes

#: Pronouns that Portuguese writes after a hyphen and Spanish as part of the verb.
_ENCLITIC = re.compile(r"-(?:se|lhes?|l?[oa]s?|me|te|nos|vos|n[oa]s?)$")


@dataclass(kw_only=True, slots=True)
class Piece:
    """Text and where it is printed; ``boxes`` of zeros for what we put between."""

    page: int
    text: str
    boxes: Boxes


def blank(page: int, text: str) -> Piece:
    return Piece(page=page, text=text, boxes=np.zeros((len(text), 4), np.float32))


def run(lines: Iterable[Line], page: int, vocabulary: Collection[str]) -> list[Piece]:
    """Lines joined into running text, hyphens at line ends resolved."""
    pieces: list[Piece] = []
    for line in lines:
        piece = Piece(page=page, text=line.text, boxes=line.boxes)
        link(pieces, piece, vocabulary)
    _unmark(pieces)
    return pieces


def link(pieces: list[Piece], piece: Piece, vocabulary: Collection[str]) -> None:
    """Append ``piece``: its first word may be the second half of the last one."""
    if pieces and (joint := _joint(pieces[-1].text, piece.text, vocabulary)) is not None:
        last = pieces[-1]
        kept = len(last.text) - 1
        last.text, last.boxes = last.text[:kept] + joint, last.boxes[: kept + len(joint)]
    elif pieces:
        pieces.append(blank(piece.page, " "))
    pieces.append(piece)


def _joint(before: str, after: str, vocabulary: Collection[str]) -> str | None:
    """What replaces a hyphen at the end of ``before``: nothing, or ``-`` for a compound; None when it ends in no hyphen."""
    if (
        not before.endswith((HYPHEN, "-", "\u2010"))
        or len(before) < 2
        or not before[-2].isalpha()
        or not after[:1].isalpha()
    ):
        return None
    first = re.search(r"[^\W\d_]+$", before[:-1])
    second = re.match(r"[^\W\d_]+", after)
    if first is None or second is None:
        return None
    whole, compound = (first[0] + second[0]).lower(), f"{first[0]}-{second[0]}".lower()
    if whole in vocabulary:
        return ""
    if (
        compound in vocabulary
        or after[:1].isupper()
        or (f"-{second[0].lower()}" in vocabulary and first[0].lower() in vocabulary)
    ):
        return "-"
    return ""


def _unmark(pieces: list[Piece]) -> None:
    """A line-end hyphen that joined nothing is printed as what it is."""
    for piece in pieces:
        piece.text = piece.text.replace(HYPHEN, "-")


def words(lines: Iterable[Line]) -> Counter[str]:
    """The words of a document as printed, compounds whole: what tells a compound from a hyphenated word.

    ``-se`` stands in it when the document hyphenates that pronoun, as Portuguese does.
    """
    whole = (
        text.rpartition(" ")[0] if text.endswith((HYPHEN, "-")) else text for text in (line.text for line in lines)
    )
    found = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", "\n".join(whole).lower())
    counted = Counter(found)
    counted.update(after[0] for word in found if "-" in word and (after := _ENCLITIC.search(word)))
    return counted
