"""The sentences that may answer, and what of the question each, its header and its place hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latam_rag import synonyms
from latam_rag.split.sentences import sentences
from latam_rag.types import Language, Passage
from latam_rag.verify.figures import figures
from latam_rag.wording import fold

#: Begins an item of a list.
MARKER: Final = re.compile(
    r"\s*(?:[-•*·▪–—]|\(?(?:\d{1,2}|[a-zñ]|[ivx]{1,5})[).º°-]|[IVXLC]+\s*[-–—.)])\s*\S", re.IGNORECASE
)
#: A number of an item that nothing follows yet: *1.- En zonas urbanas: 1.1.*
_NUMBER: Final = re.compile(r"[:;]\s+\d{1,2}(?:\.\d{1,2})*[.)-]{1,2}$")


@dataclass(slots=True)
class Candidate:
    hit: int
    start: int
    end: int
    held: frozenset[str]
    """Of the question's words, those that the sentence has."""
    kinds: frozenset[str] = frozenset()
    """Of what is asked for, what the sentence has: a date, an amount, a list."""
    defines: bool = False
    """Says what the term is whose meaning is asked for."""
    opens: bool = False
    """Opens the article whose name is asked for."""
    score: float = 0.0


def candidates_of(at: int, passage: Passage, wanted: frozenset[str], language: Language) -> list[Candidate]:
    spans = _whole(passage.text, sentences(passage.text))
    found = [
        Candidate(at, start, end, held(passage.text[start:end], passage, wanted, language))
        for start, end in spans
        if len(spans) == 1 or not _is_heading(passage, start, end)
    ]
    return found or [Candidate(at, *spans[0], frozenset())] if spans else []


def _whole(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """``spans``, with those joined that only the end of a printed line parted: the first has no end mark, and what follows
    goes on in lower case."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        before = text[joined[-1][0] : joined[-1][1]] if joined else ""
        goes_on = text[start : start + 1].islower() or before[-1:] == "," or text[start : start + 1] == "("
        numbered = _NUMBER.search(before) is not None
        if numbered or (before and before[-1] not in '.;:!?…»”"|' and goes_on and not MARKER.match(text[start:end])):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def held(text: str, passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    own = synonyms.of_text(text, passage.language)
    return synonyms.held(wanted, own, across=passage.language != language)


def of_place(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    """What a reader of the citation sees of the header; the chapters over an article say little of the article."""
    part = passage.metadata.get("field")
    return held(f"{passage.title} {passage.label}", passage, wanted, language) | (wanted & {f"={part}"})


def of_header(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    part = passage.metadata.get("field")
    return held(passage.header, passage, wanted, language) | (wanted & {f"={part}"})


def of_sheet(passage: Passage, wanted: frozenset[str], language: Language) -> frozenset[str]:
    """Of the question, what a sheet is about; the name of its part is left out."""
    return held(" ".join((passage.title, *passage.headings)), passage, wanted, language)


def _is_heading(passage: Passage, start: int, end: int) -> bool:
    """A title or label answers nothing: a line without an end mark that the header says too, or that stands alone."""
    line = passage.text[start:end]
    if line[-1] in ".;:!?…»”)" or "|" in line or MARKER.match(line) or len(line) > 120:
        return False
    said = fold(line)
    if any(said in fold(part) for part in (passage.title, *passage.headings, passage.label)):
        return True
    return "field" not in passage.metadata and not figures(line) and passage.text[end : end + 2] in ("\n\n", "")
