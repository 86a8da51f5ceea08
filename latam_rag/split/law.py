"""Laws: a passage per article, long ones at their own items, each under its title and chapter.

Articles come from the source when it delimits them (UNIT sections), else from the lines of the text. What an amending law
quotes stays inside the article that quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split.items import split_items
from latam_rag.split.marks import Mark, marks, ordinals
from latam_rag.split.pieces import Piece
from latam_rag.types import Document, Section, SectionKind, Value

_AMENDS: Final = re.compile(
    r"\b(?:(?:sustitu|reemplac|modifi[cq]u?|incorpo?r|agreg|agregu|intercal|anad|introduc|adicion|reform|incluy|insert)\w*(?:se|nse)\b"
    r"|(?:se )?(?:sustituye|reemplaza|modifica|incorpora|agrega|intercala|reforma|adiciona)n?\b"
    r"|pass(?:a|am) a (?:vigorar|viger)|vigorara?o? com|acrescid[oa]s?|acrescent\w+|com a seguinte redacao|nova redacao"
    r"|quedar?a?n? redactad\w+|siguiente (?:redaccion|texto|tenor)|en los siguientes terminos)"
)
_REPEALED: Final = re.compile(
    r"[\s.:)º°–—*_-]*\(?\s*(?:articulo\s+|este\s+articulo\s+)?(?:derogad|revogad|vetad|abrogad|suprimid|se deroga)\w*\b"
)
_STUB: Final = re.compile(r"(?:https?://\S+|www\.\S+|\burl:?|\(\*\)|total de articulos:? \d+|[^\w]|_)+")
_CONSIDERING: Final = re.compile(r"\b(?:considerando|vistos?|por cuanto|resultando|teniendo presente)\b\s*[:,;]?")
_NOUNS: Final = {"es": ("preámbulo", "considerandos"), "pt": ("preâmbulo", "considerandos")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """An article (``mark`` set) or the text between articles, with the divisions it stands under."""

    start: int
    end: int
    divisions: tuple[Mark, ...] = ()
    mark: Mark | None = None
    scope: str = ""
    """``transitorio`` or ``final`` for provisions numbered apart."""
    amends: bool = field(default=False)


def split_law(document: Document) -> Iterator[Piece]:
    """The pieces of a law, in order, each within the budget but for text that has no items."""
    units = [s for s in document.sections if s.kind is SectionKind.UNIT and s.start < s.end]
    if not units:
        yield from _pieces(document, blocks(document))
        return
    at = 0
    for unit in units:
        if unit.start < at:
            continue
        yield from _between(document, at, unit.start, first=at == 0)
        yield from split_items(document, _unit_piece(unit), amends=_amends(document.text[unit.start : unit.end]))
        at = unit.end
    yield from _between(document, at, len(document.text), first=False)


def _unit_piece(unit: Section) -> Piece:
    return Piece(start=unit.start, end=unit.end, headings=unit.headings, label=unit.label, metadata=unit.metadata)


def _between(document: Document, start: int, end: int, *, first: bool) -> Iterator[Piece]:
    """What the source holds outside its units, less the headings."""
    at = start
    for section in document.sections:
        if section.kind is SectionKind.HEADING and at <= section.start < end:
            yield Piece(start=at, end=section.start, label=_opening(document, at, section.start) if first else "")
            at = min(section.end, end)
    yield Piece(start=at, end=end, label=_opening(document, at, end) if first else "")


def _pieces(document: Document, found: Sequence[Block]) -> Iterator[Piece]:
    seen_article = False
    for block in found:
        headings = tuple(mark.written for mark in block.divisions)
        if block.mark is None:
            label = "" if seen_article or block.divisions else _opening(document, block.start, block.end)
            yield Piece(start=block.start, end=block.end, headings=headings, label=label)
            continue
        seen_article = True
        body = fold(document.text[block.mark.end : block.end])
        if not _STUB.sub("", body):
            continue
        article = block.mark.article
        metadata: dict[str, Value] = {
            "article": article if not block.scope or article.endswith(block.scope) else f"{article}-{block.scope}"
        }
        if _REPEALED.match(body):
            metadata["status"] = "repealed"
        piece = Piece(
            start=block.start, end=block.end, headings=headings, label=_label(document, block), metadata=metadata
        )
        yield from split_items(document, piece, amends=block.amends)


def _opening(document: Document, start: int, end: int) -> str:
    preamble, considering = _NOUNS[document.language]
    return considering if _CONSIDERING.search(fold(document.text[start:end])) else preamble


def _label(document: Document, block: Block) -> str:
    """``art. 5 bis``, ``art. 3 transitorio``, ``art. 7º-A``: as the law's own country writes it."""
    assert block.mark is not None
    number, *suffixes = block.mark.article.removesuffix("-transitorio").split("-")
    if document.language == "pt" and number.isdigit() and int(number) < 10:
        number += "º"
    elif number == "unico":
        number = "único"
    elif not number.isdigit():
        number = number.upper()
    for suffix in suffixes:
        number += f" {suffix}" if len(suffix) > 2 else f"-{suffix.upper()}"
    scope = {"transitorio": "transitório" if document.language == "pt" else "transitorio", "final": "final"}.get(
        block.scope, ""
    )
    return f"art. {number} {scope}".rstrip()


# --- which marks are the law's own ----------------------------------------------------------------------------------------


def blocks(document: Document) -> list[Block]:
    """The articles of ``document`` and what stands between them."""
    return list(_Reader(document).read())


class _Reader:
    """Goes through the marks of a law once, remembering the divisions and the article it is in."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.title = _plain(document.title)
        self.marks = _with_ordinals(document)
        self.divisions: list[Mark] = []
        self.article: Mark | None = None
        self.scope = ""
        self.start = 0
        self.highest = 0
        self.amends = False

    def read(self) -> Iterator[Block]:
        for mark in self.marks:
            if mark.rank:
                if self.amends and not mark.heading and _colon_before(self.text, mark.start):
                    continue
                yield from self._close(mark.start)
                self._enter(mark)
            elif self._own(mark):
                if self._same_again(mark):
                    # «### Artículo 1», a link, «ARTICULO 1o. …»: the second is the article itself.
                    self.start, self.article = mark.start, mark
                    continue
                yield from self._close(mark.start)
                self.article, self.start, self.amends = mark, mark.start, False
                if mark.article.endswith("-transitorio"):
                    self.scope = "transitorio"
                self.highest = _number(mark)
        yield from self._close(len(self.text))

    def _close(self, end: int) -> Iterator[Block]:
        if self.start < end:
            amends = self.article is not None and _amends(self.text[self.article.end : end])
            yield Block(
                start=self.start, end=end, divisions=tuple(self.divisions), mark=self.article, scope=self.scope, amends=amends
            )  # fmt: skip
        self.start = end

    def _enter(self, mark: Mark) -> None:
        self.article, self.start, self.amends = None, mark.end, False
        while self.divisions and self.divisions[-1].rank >= mark.rank:
            self.divisions.pop()
        if _plain(mark.written) != self.title:
            self.divisions.append(mark)
        written = fold(mark.written)
        if "transitori" in written:
            self.scope, self.highest = "transitorio", 0
        elif (
            (re.match(r"disposi\w+.*\b(?:finale?s|complementarias|finais)", written) and not mark.heading)
            or mark.rank in (1, 5, 10, 20)
            or (mark.rank == 15 and self.scope)
        ):
            self.scope = ""
        if mark.rank == 1:
            self.highest = 0

    def _own(self, mark: Mark) -> bool:
        """Whether ``mark`` is an article of this law."""
        if self.article is None:
            return not (mark.quoted and _colon_before(self.text, mark.start))
        body = self.text[self.article.end : mark.start]
        number, following = _number(mark), _number(mark) in (self.highest, self.highest + 1)
        if _amends(body):
            if mark.quoted or _colon_before(self.text, mark.start) or _quote_open(body):
                return False
            return following or (mark.heading and self.article.heading and self.highest < number <= self.highest + 3)
        if mark.quoted:
            return False
        if following or not number:
            return True
        ended = _ended(self.text, mark.start) or mark.heading
        if number > self.highest:
            return ended
        restarts = number == 1 or mark.article.endswith("-transitorio") != self.article.article.endswith("-transitorio")
        return ended and restarts

    def _same_again(self, mark: Mark) -> bool:
        if self.article is None or mark.article != self.article.article:
            return False
        return not _STUB.sub("", fold(self.text[self.article.end : mark.start]))


def _with_ordinals(document: Document) -> list[Mark]:
    """The marks of ``document``, with «PRIMERO.-» as an article where the heading before says «transitorios»."""
    found = marks(document)
    extra: list[Mark] = []
    divisions = [mark for mark in found if mark.rank]
    for number, mark in enumerate(divisions):
        if "transitori" not in fold(mark.written):
            continue
        end = divisions[number + 1].start if number + 1 < len(divisions) else len(document.text)
        if not any(mark.start < other.start < end and other.article for other in found):
            extra += ordinals(document.text, mark.end, end)
    return sorted([*found, *extra], key=lambda mark: mark.start) if extra else found


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))


def _number(mark: Mark) -> int:
    number = mark.article.partition("-")[0]
    return int(number) if number.isdigit() else 0


def _amends(body: str) -> bool:
    return _AMENDS.search(fold(body)) is not None


def _colon_before(text: str, at: int) -> bool:
    return text[max(0, at - 40) : at].rstrip(" \t\n#>*_\"“«'‘.").endswith(":")


def _ended(text: str, at: int) -> bool:
    """Whether what stands before ``at`` is finished, so that a line that begins there isn't the rest of it."""
    before = text[max(0, at - 60) : at].rstrip(" \t#>*_")
    return before.endswith("\n\n") or before.rstrip()[-1:] in tuple('.:;)”"»-–—]*') or not before.strip()


def _quote_open(body: str) -> bool:
    return body.count("“") > body.count("”") or body.count("«") > body.count("»") or body.count('"') % 2 == 1
