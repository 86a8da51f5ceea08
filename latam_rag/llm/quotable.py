"""What of the evidence may be quoted: an index over its bytes, in which each step of a quotation is looked up.

A quotation in the making is a set of places in the evidence that all read alike so far. Tokens are matched as bytes, since
the model may cut the same words otherwise after a quotation mark than inside a text.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Sequence

from latam_rag.llm.vocabulary import Vocabulary
from latam_rag.split.sentences import sentences
from latam_rag.verify import literal

#: In nats, what it costs to begin or to end elsewhere than at a sentence: a model that insists can.
CLAUSE, WORD = 1.0, 4.0
_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])([‐‑‒–—―−-])[^\S\n]*\n\s*([^\W\d_])")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_BLANK = re.compile(r"\s+")
_OPENING = re.compile(r"(^|[\s(\[¿¡])[\"„‟″＂«]")
_QUOTE = re.compile(r"[\"„‟″＂«»]")
_WORD_START = re.compile(r"(?<![\w])[¿¡(§$]?\w")
_INSIDE = re.compile(r"(?<=\w)(?=\w)|(?<=\d)(?=[.,/]\d)|(?<=\d[.,/])(?=\d)")
_CLAUSE_START = re.compile(r"[,;:(–—]\s*$")
_CLAUSE_END = re.compile(r"[,;:.)–—?!]")


class Quotable:
    """``texts`` are the passages a model was given; a place is an offset into all of them one after another, in bytes."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        self._bytes = b""
        self._begins: list[int] = []
        self.starts: dict[int, float] = {}
        """Where a quotation may begin → the cost of it."""
        self.ends: dict[int, float] = {}
        """Where one may end → the cost of it."""
        self.sentences: list[tuple[int, int]] = []
        for text in texts:
            self._add(_normal(text))
        self._next: dict[int, list[tuple[int, int]]] = {}

    def _add(self, lines: str) -> None:
        """One passage; ``lines`` still has its line breaks, which end sentences."""
        text, at = _BLANK.sub(" ", lines), len(self._bytes)
        self._begins.append(at)
        offset = [at]
        for char in text:
            offset.append(offset[-1] + len(char.encode()))
        spans = [(offset[start], offset[end]) for start, end in _collapsed(lines, sentences(lines))]
        first, last = {start for start, _ in spans}, {end for _, end in spans}
        inside = {match.start() for match in _INSIDE.finditer(text)}
        for match in _WORD_START.finditer(text):
            if match.start() not in inside:
                clause = CLAUSE if _CLAUSE_START.search(text, 0, match.start()) else WORD
                self.starts[offset[match.start()]] = 0.0 if offset[match.start()] in first else clause
        for end in range(1, len(text) + 1):
            if end in inside or not (text[end - 1].isalnum() or text[end - 1] in ".)?!%º°ª$"):
                continue
            clause = CLAUSE if end == len(text) or _CLAUSE_END.match(text, end) else WORD
            self.ends[offset[end]] = 0.0 if offset[end] in last else clause
        self.sentences += spans
        # A byte that no text holds: no token goes on from one passage to the next.
        self._bytes += text.encode() + b"\0"

    def __bool__(self) -> bool:
        return bool(self.starts)

    def text(self, start: int, end: int) -> str:
        return self._bytes[start:end].decode()

    def literal(self, start: int, end: int) -> bool:
        """Whether the stretch stands in its passage as the checks read it. It does, but where a mark of its own is set upon
        a quotation sign, and the like."""
        return literal.locate(self.text(start, end), self._texts[self.passage(start)]) is not None

    def passage(self, place: int) -> int:
        """Which of ``texts`` holds ``place``, from 0."""
        return bisect.bisect_right(self._begins, place) - 1

    def next(self, place: int, vocabulary: Vocabulary) -> list[tuple[int, int]]:
        """Every token that may follow at ``place``, and how many bytes each takes."""
        if place not in self._next:
            self._next[place] = vocabulary.prefixes(self._ahead(place, vocabulary.longest))
        return self._next[place]

    def first(self, vocabulary: Vocabulary, lead: bytes = b"") -> dict[int, tuple[list[int], float]]:
        """Every token with which a quotation may begin: the places it leads to, and its least cost. ``lead`` is what stands
        between what was written and the quotation, as a space does."""
        found: dict[int, tuple[list[int], float]] = {}
        for start, cost in self.starts.items():
            for token, size in vocabulary.prefixes(lead + self._ahead(start, vocabulary.longest)):
                if size >= len(lead):
                    places, least = found.get(token, ([], cost))
                    places.append(start + size - len(lead))
                    found[token] = places, min(least, cost)
        return found

    def _ahead(self, place: int, size: int) -> bytes:
        return self._bytes[place : min(place + size, self._bytes.find(b"\0", place))]

    def last_end(self, start: int, end: int) -> int | None:
        """The best place to end what was begun at ``start`` and can't go past ``end``: the last sentence's or clause's, else
        the last word's; None when there is none."""
        found = [(cost < WORD, place) for place, cost in self.ends.items() if start < place <= end]
        return max(found)[1] if found else None

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence or sentences that ``[start, end)`` stands in."""
        held = [span for span in self.sentences if span[0] < end and start < span[1]]
        return (held[0][0], held[-1][1]) if held else (start, end)


def _normal(text: str) -> str:
    """As it is quoted: words that a line's end divided are whole, and inner quotation signs can't close the outer ones."""
    text = _LINE_HYPHEN.sub(_joined, _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return _QUOTE.sub("”", _OPENING.sub(r"\1“", text)).replace("\0", " ").strip()


def _joined(match: re.Match[str]) -> str:
    return match[2] if match[2].islower() else match[1] + match[2]


def _collapsed(lines: str, spans: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Places in ``lines`` as places in the same text with each stretch of white space made one space."""
    lost = [0]
    for at, char in enumerate(lines):
        lost.append(lost[-1] + (char.isspace() and at + 1 < len(lines) and lines[at + 1].isspace()))
    return ((start - lost[start], end - lost[end]) for start, end in spans)
