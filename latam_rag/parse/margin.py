"""Notes of the margin of LeyChile, told apart from the text they got into.

The Biblioteca del Congreso prints beside each rule which law put it there. Its XML flattens both columns into one, so that the
pieces of a note stand at the ends of the lines next to it::

    lo anterior se entiende sin perjuicio de otras          Ley 19.653
    inhabilidades o de las que establezca la                Art. 1º Nº 2
    ley.                                                    D.O. 14.12.1999
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NUMERO = r"N[°º]?s?\.?"
#: Who speaks: «CPR», «LEY N° 20.050», «Ley 19.653», «D.F.L 1-19.704».
_SOURCE = rf"(?:CPR|(?:LEY|Ley|DTO|DECRETO|Decreto|D\.?\s?F\.?\s?L\.?|D\.?\s?[LS]\.?)\s?(?:{_NUMERO}\s?)?\d[\d.,-]*\d)"
#: One that says the year instead of the gazette's date: «D.L. 935/75,».
_SHORT = re.compile(rf"(?:^|(?<=\s)|(?<=[.;:,]))(?P<note>{_SOURCE}/\d\d(?:,?\s*(?:Art|ART)[^a-z]*)?),?\s*$")
_OF_THE_LAW = re.compile(r"\b(?:el|la|l[ao]s|del|esta|dicha)\s*$", re.IGNORECASE)
_ARTICLE = r"(?:ART|Art|art)s?\.?"
_GAZETTE = r"D\.?\s?O\.?"
_DAY = r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\.?"
_TOKEN = (
    rf"(?:{_ARTICLE}|{_NUMERO}(?=\s?\d|\s*$)|{_DAY}|{_GAZETTE}|\d{{1,3}}\s?(?:[°ºo]|\.[°º])?(?:\)|\s?[A-Z]\b)?|[úu]nico|[ÚU]NICO"
    r"|(?i:transitorio|primero|segundo|tercero|incisos?|letras?|inc\.)|[a-z]\)|(?<=\s)y(?=\s+[\da-z])|[,-])"
)
_TAIL = rf"{_TOKEN}(?:\s*{_TOKEN})*"
_AT_END = r"(?:^|(?<=\s)|(?<=[.;:,]))(?P<note>{})\s*$"
_OPENING = re.compile(_AT_END.format(rf"{_SOURCE}(?:\s*,?\s*{_TAIL})?"))
_GOES_ON = re.compile(_AT_END.format(_TAIL))
_CLOSED = re.compile(rf"{_DAY}\s*$")
#: What is left of a note that lost its other pieces: «LEY N° 20.050 Art.», «CPR Art. 23°», «D.O. 24.10.1980».
_REMAINS = re.compile(
    _AT_END.format(rf"(?:CPR|{_SOURCE})\s*,?\s*{_ARTICLE}(?:\s*{_TAIL})?|(?:{_TAIL}\s*)?D\.\s?O\.(?:\s*{_DAY})?|{_DAY}")
)
#: A number at a line's end that its sentence asks for.
_ASKED = re.compile(r"\b(?:art[íi]culos?|n[úu]meros?|incisos?|letras?|de|los|las|ley|N[°º])\s*$", re.IGNORECASE)
#: Lines that a note's next piece may be away, for the margin is wrapped on its own; and pieces that a note may have.
_APART = 4
_PIECES = 8
_WORDS = re.compile(r"[^\W\d_]+")
_HALVES = re.compile(r"(?<![\w'’-])([^\W\d_]{1,12}) (?=([^\W\d_]{1,12})(?![\w'’-]))")


@dataclass(frozen=True, slots=True)
class _Piece:
    line: int
    start: int
    text: str


def cleared(blocks: Sequence[str]) -> tuple[list[str], list[str]]:
    """``blocks`` (the raw texts of one article, lines as the source wraps them) without margin notes, and the notes."""
    places = [number for number, block in enumerate(blocks) for _ in block.split("\n")]
    lines = [line for block in blocks for line in block.split("\n")]
    cuts: dict[int, int] = {}
    notes: list[str] = []
    at = 0
    while at < len(lines):
        pieces = _note(lines, at, cuts)
        notes += [" ".join(" ".join(piece.text for piece in pieces).split()).rstrip(".")] if pieces else []
        cuts.update({piece.line: piece.start for piece in pieces})
        at += not pieces
    if notes:
        for number, line in enumerate(lines):
            if found := _REMAINS.search(line[: cuts.get(number)]):
                cuts[number] = found.start("note")
    kept: list[list[str]] = [[] for _ in blocks]
    for number, line in enumerate(lines):
        rest = line[: cuts[number]].rstrip() if number in cuts else line
        # A line that was all note leaves no blank line behind: that would begin a paragraph.
        if number not in cuts or rest.strip(" ."):
            kept[places[number]].append(rest)
    return ["\n".join(block) for block in kept], notes


def _note(lines: Sequence[str], at: int, cuts: dict[int, int]) -> list[_Piece]:
    """The pieces of the note that begins on line ``at``; none unless it ends, as all of them do, in a date or another note."""
    if short := _SHORT.search(lines[at][: cuts.get(at)]):
        return _short(lines, at, cuts, short)
    first = _OPENING.search(lines[at][: cuts.get(at)])
    if first is None:
        return []
    pieces = [_Piece(at, first.start("note"), first["note"])]
    line = at
    while not _CLOSED.search(pieces[-1].text):
        line += 1
        if line >= len(lines) or line - pieces[-1].line > _APART or len(pieces) > _PIECES:
            return []
        text = lines[line][: cuts.get(line)]
        if _OPENING.search(text):
            # The next note begins before this one had its date: the source lost a line.
            return pieces if any(re.search(rf"\b{_ARTICLE}", piece.text) for piece in pieces) else []
        if (found := _GOES_ON.search(text)) and (piece := _of_the_note(line, text, found, pieces[-1])):
            pieces.append(piece)
    return pieces


def _short(lines: Sequence[str], at: int, cuts: dict[int, int], first: re.Match[str]) -> list[_Piece]:
    """The pieces of a note that has no date: its law, and the article at the end of the next lines."""
    pieces = [_Piece(at, first.start("note"), first["note"])]
    for line in range(at + 1, min(at + 1 + _APART, len(lines))):
        text = lines[line][: cuts.get(line)]
        found = None if _SHORT.search(text) or _OPENING.search(text) else _GOES_ON.search(text)
        piece = _of_the_note(line, text, found, pieces[-1]) if found else None
        if piece is None:
            break
        pieces.append(piece)
    sure = len(pieces) > 1 and pieces[1].text.startswith(("Art", "ART"))
    return pieces if sure or not _OF_THE_LAW.search(lines[at][: first.start("note")]) else []


def _of_the_note(line: int, text: str, found: re.Match[str], last: _Piece) -> _Piece | None:
    """What of ``found`` the note goes on with: a number that the sentence before it asks for is the sentence's, and so is an
    «y», but between two numbers of the note."""
    start, piece = found.start("note"), found["note"]
    if piece.startswith("y ") and (re.match(rf"y\s+{_DAY}", piece) or not re.search(r"[\d°º)]\s*$", last.text)):
        start, piece = start + 1, piece[1:].strip()
    certain = re.search(rf"{_GAZETTE}|{_DAY}|\b{_ARTICLE}|\d\s?[°º]?\s+N[°º]|inciso\s", piece)
    if piece in (",", "-") or (_ASKED.search(text[:start]) and certain is None):
        return None
    if certain and re.search(r"\b(?:art[íi]culos?|n[úu]meros?|incisos?)\s*$", text[:start]):
        start += certain.start()
    return _Piece(line, start, text[start:].strip())


def mended(text: str, words: Counter[str]) -> str:
    """``text`` with the words whole that the margin's edge cut in two (*protecc ión*).

    ``words`` are those of the whole law: two halves are one word when the law uses that word elsewhere, and one of the halves
    hardly ever.
    """

    def whole(found: re.Match[str]) -> str:
        first, second = found[1].lower(), found[2].lower()
        one = words[first + second] > 0 and found[2].islower() and min(words[first], words[second]) <= 1
        return found[1] if one else found[0]

    return _HALVES.sub(whole, text)


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word is used in ``texts``."""
    return Counter(word.lower() for text in texts for word in _WORDS.findall(text))
