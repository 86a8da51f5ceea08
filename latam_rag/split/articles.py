"""Which of the marks are a law's own articles, and what each one holds.

A line that begins «Artículo 33» may be an article of the law, a wrapped line that only mentions one, or an article of
another law that this one replaces. What a law quotes is never taken for its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split import closing
from latam_rag.split.amending import amends
from latam_rag.split.marks import CLOSING, Mark, marks, nameless, ordinals
from latam_rag.types import Document

_HISTORY: Final = re.compile(r"antece\w{4,8} normativos")
_STUB: Final = re.compile(r"(?:https?://\S+|www\.\S+|\burl:?|\(\*\)|total de articulos:? \d+|[^\w]|_)+")
#: The name of an article on the line before it.
_RUBRIC: Final = re.compile(r"[A-ZÁÉÍÓÚÂÊÔÃÕÇ][a-záéíóúâêôãõçñü][^\n.,;:!?()|\d\"“”]{2,100}\s*")
#: The same in capitals: «SERVICIOS DE CREMACIÓN».
_LOUD: Final = re.compile(r"[A-ZÁÉÍÓÚÑÂÊÔÃÕÇ]{3}[A-ZÁÉÍÓÚÑÂÊÔÃÕÇ ,()/-]{5,90}\.?\s*")
#: Letters from which on what begins as the title does is a part of it.
_NAMED: Final = 30
#: Headings whose articles may count anew; «Lei Complementar» is none.
_PROVISIONS: Final = re.compile(
    r"^\W*transitori|\b(?:disposi[ct]\w+|disposic\w+|articulos|normas|clausulas)\s[^.]{0,60}?"
    r"\b(?:transitori|adiciona|complementar|derogatori|revogatori|modificatori|fina)"
)
#: By the word that says which ones they are; of «complementarias finales» the last says most.
_SCOPES: Final = {
    "transitori": "transitorio", "modificatori": "modificatoria", "derogatori": "derogatoria", "revogatori": "derogatoria",
    "adiciona": "adicional", "fina": "final", "complementar": "complementaria",
}  # fmt: skip
#: «RESUELVE:», «El Concejo ACUERDA:», «ORDENA:» at the end of what a resolution considers.
RESOLVES: Final = re.compile(
    r"^[^\n]{0,80}\b(?:ORDENA|RESUELVE|RESOLVE|ACUERDA|DISPONE|DECRETA|RESUELTO|DECIDE)\w{0,2}\b[^\n\w]{0,6}$",
    re.MULTILINE,
)
_ADDED: Final = re.compile(r"\d+-[a-z]")
_CLOSED: Final = re.compile(r"[\"”»]\s?\.?\s?\(NR\)\W*\Z|[”»]\W*\Z")
#: «CONSIDERANDO:», «VISTO:» on a line of their own.
_CONSIDERS: Final = re.compile(r"^[ \t*_]*(?i:considerando|vistos?|por cuanto)\b[ \t*_]*:?[ \t*_]*$", re.MULTILINE)
#: A sentence that goes on: «…en el inciso a) del», and on the next line «Artículo 37º, concordante con…».
_GOES_ON: Final = re.compile(r"\s(?:del?|el|las?|los|al|en|con|seg[úu]n|por|n[oa]s?|d[oa]s?|aos?|pel[oa]s?|com)\s*\Z")
_BEFORE: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """An article (``mark`` set) or the text between articles, with the divisions it stands under."""

    start: int
    end: int
    divisions: tuple[Mark, ...] = ()
    mark: Mark | None = None
    scope: str = ""
    """``transitorio``, ``final``, … for provisions numbered apart."""
    within: str = ""
    """``reglamento``, ``anexo``, … for the articles of a text that the document approves and holds."""
    amends: bool = False
    closes: bool = False
    """Whether it is who signed and promulgated what stands before it."""


def blocks(document: Document) -> list[Block]:
    """The articles of ``document`` and what stands between them."""
    return list(_Reader(document).read())


class _Reader:
    """Goes through the marks of a law once, remembering the divisions and the article it is in."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.title = _plain(document.title)
        self.marks = _with_ordinals(document)
        self.given = closing.given(document.text)
        self.divisions: list[Mark] = []
        self.article: Mark | None = None
        self.scope = ""
        self.entering = ""
        """The scope a heading announces; it holds when the numbering starts anew."""
        self.start = 0
        self.highest = 0
        self.last = -1
        """Where the last article begins; -1 before the first."""
        self.within = ""
        self.outer = 0
        """The last article of the document itself, while in a text that it holds."""

    def read(self) -> Iterator[Block]:
        for number, mark in enumerate(self.marks):
            if self.divisions and is_history(self.divisions[0].written):
                break
            if mark.rank:
                if self._signs(number):
                    break
                if self._summarised(number):
                    continue
                if not self._quoted_division(mark) and not (mark.instrument and not self._holds(number)):
                    yield from self._finish(mark.start) if mark.rank == 1 else self._close(mark.start)
                    self._enter(mark)
            elif self._own(mark):
                if self._same_again(mark):
                    # «### Artículo 1», a link, «ARTICULO 1o. …»: the second is the article itself.
                    heading = mark.heading or (self.article is not None and self.article.heading)
                    self.start, self.article = mark.start, replace(mark, heading=heading)
                    continue
                yield from self._close(self._before_rubric(mark.start))
                self._begin(mark)
        yield from self._finish(len(self.text))

    def _summarised(self, number: int) -> bool:
        """Whether «Disposiciones transitorias» at ``marks[number]``, before any article, is in a summary of the law."""
        later = self.marks[number + 1 :][:1]
        return self.marks[number].rank == CLOSING and not self.highest and bool(later and later[0].rank > CLOSING)

    def _signs(self, number: int) -> bool:
        """Whether the heading at ``marks[number]`` is who signed, in large print, below where and when."""
        mark = self.marks[number]
        if self.article is None or not nameless(mark) or any(other.article for other in self.marks[number:]):
            return False
        at = closing.begins(self.text, self.article.end, mark.start)
        return at is not None and closing.dated(self.text, at)

    def _close(self, end: int) -> Iterator[Block]:
        if self.start < end:
            quotes = self.article is not None and amends(self.text[self.article.end : end])
            divisions = tuple(self.divisions)
            given = end if quotes or self.article is None else self._given(self.article.end, end)
            yield Block(
                start=self.start, end=given, divisions=divisions, mark=self.article, scope=self.scope, within=self.within,
                amends=quotes,
            )  # fmt: skip
            if given < end:
                yield Block(start=given, end=end, divisions=divisions, closes=True)
        self.start = end

    def _given(self, start: int, end: int) -> int:
        """Where the signatures of a decree begin that stand among the articles of a law; ``end`` where none do."""
        return next((at for at in self.given if start < at < end), end)

    def _before_rubric(self, end: int) -> int:
        """Where the rubric of the article at ``end`` begins, «Omissão de notificação de doença»; ``end`` when it has none."""
        start = self.text.rfind("\n\n", self.start, max(end - 2, self.start)) + 2
        if self.article is None or start < max(2, self.article.end):
            return end
        lead = self.text[self.article.end : start].rstrip(" \n*_")
        named = self.text[start:end]
        if _LOUD.fullmatch(named) and (lead.endswith((".", ")")) or lead[-1:].isdigit()):
            return start
        return start if _RUBRIC.fullmatch(named) and lead.endswith((".", ";", ")", "”", '"')) else end

    def _finish(self, end: int) -> Iterator[Block]:
        """The last article before ``end``, and apart from it what closes the law."""
        at = closing.begins(self.text, self.article.end, end) if self.article else None
        if at is not None and at > self.start and self._stands_apart(at, end):
            yield from self._close(at)
            self.article, self.divisions = None, closing.annexed(self.text, at)
            stop = closing.ends(self.text, at, end)
            annexed = closing.annexed(self.text, stop)
            if closing.dated(self.text, at) or (annexed and not self.divisions and stop - at < closing.SIGNATURES):
                yield Block(start=at, end=stop, closes=True)
                self.start, self.divisions = stop, annexed
        yield from self._close(end)

    def _stands_apart(self, at: int, end: int) -> bool:
        """A name under the last article may stay there; a date or an annex may not, nor a name where there is no text."""
        assert self.article is not None
        if closing.dated(self.text, at):
            return True
        alone = says_nothing(fold(self.text[self.article.end : at]))
        return end == len(self.text) and (alone or end - at > closing.SIGNATURES)

    def _begin(self, mark: Mark) -> None:
        number = _number(mark)
        if self._back_out(number):
            self.within, self.scope, self.entering, self.outer = "", "", "", 0
            self.divisions = []
        if mark.article.endswith("-transitorio"):
            scope = "transitorio"
        elif self.entering:
            # Transitory articles that go on with the law's own numbers are cited by those alone.
            alone = not re.match(r"\W*art", self.text[mark.start : mark.end], re.IGNORECASE)
            scope = self.entering if alone or number <= 1 else ""
        else:
            scope = self.scope
        self.article, self.scope, self.entering = mark, scope, ""
        self.highest, self.last = number, mark.start

    def _quoted_division(self, mark: Mark) -> bool:
        if self.article is None:
            return False
        body = self.text[self.article.end : mark.start]
        return (mark.quoted or _colon_before(self.text, mark.start) or _quote_open(body)) and amends(body)

    def _enter(self, mark: Mark) -> None:
        self.article, self.start = None, mark.end
        while self.divisions and (self.divisions[-1].rank >= mark.rank or self._aside(self.divisions[-1], mark)):
            self.divisions.pop()
        plain = _plain(mark.written)
        # A title that its source broke into two headings has the first one for a part.
        if plain != self.title and not (len(plain) > _NAMED and self.title.startswith(plain)):
            self.divisions.append(mark)
        written = fold(mark.written)
        if _PROVISIONS.search(written):
            self.entering = next(scope for word, scope in _SCOPES.items() if re.search(rf"\b{word}", written))
        elif mark.rank in (1, 3, 5, 10, 20) or (mark.rank == 15 and self.scope):
            self.scope = self.entering = ""
        if mark.rank == 1 or mark.instrument:
            self._enter_held(mark)

    def _aside(self, division: Mark, mark: Mark) -> bool:
        """Whether ``division`` heads a table after the articles («TABLA D MENSUAL»), and ``mark`` closing provisions."""
        return mark.rank == CLOSING and nameless(division) and 0 <= self.last < division.start

    def _enter_held(self, mark: Mark) -> None:
        """An annex, or a regulation: its articles count anew, and are cited as its own when the document has others."""
        self.outer = self.outer or self.highest
        self.highest = 0
        annex = re.match(r"(?i:anexo|ap[êe]ndice)", mark.written)
        if self.outer:
            self.within = mark.instrument or (annex[0].lower() if annex else "")

    def _holds(self, number: int) -> bool:
        """Whether the title in capitals at ``marks[number]`` opens a text of its own: the articles after it count anew."""
        following = next((mark for mark in self.marks[number + 1 :] if mark.article and not mark.quoted), None)
        return following is not None and following.article == "1" and (self.highest > 0 or self.outer > 0)

    def _back_out(self, number: int) -> bool:
        """Whether article ``number`` is the document's own again, after a text that it holds: «Artículo 2°.- Publíquese.»"""
        return bool(self.within and self.outer and number == self.outer + 1 and number <= self.highest)

    def _own(self, mark: Mark) -> bool:
        """Whether ``mark`` is an article of this law."""
        if not mark.heading and _GOES_ON.search(self.text, max(0, mark.start - _BEFORE), mark.start):
            return False
        if self.article is None:
            if mark.inline or self._considered(mark) or self._quoted_below(mark):
                return False
            return not mark.quoted or (self.highest == 0 and not _colon_before(self.text, mark.start))
        body = self.text[self.article.end : mark.start]
        number = _number(mark)
        if mark.inline:
            return number == self.highest + 1 and not amends(body)
        following = number in (self.highest, self.highest + 1)
        # Transitory ones of later amendments have no number, or begin anew with each.
        expected = number == self.highest + 1 or mark.article.endswith("-transitorio")
        if expected and mark.heading and self.article.heading and not mark.quoted:
            return True
        if amends(body):
            if mark.quoted or _colon_before(self.text, mark.start) or _quote_open(body):
                return False
            return following or (mark.heading and self.article.heading and self.highest < number <= self.highest + 3)
        if mark.quoted:
            # «"Artículo 62-A.- …" (*) Artículo incorporado por…»: registries quote what was put in later.
            return number == self.highest and _ADDED.fullmatch(mark.article) is not None
        if following or not number:
            return True
        ended = _ended(self.text, mark.start) or mark.heading
        if number > self.highest:
            return ended
        restarts = (
            number == 1
            or self._back_out(number)
            or mark.article.endswith("-transitorio") != self.article.article.endswith("-transitorio")
        )
        return ended and restarts

    def _quoted_below(self, mark: Mark) -> bool:
        """Whether ``mark`` is quoted by provisions without a number: «Modifícase el artículo 3 así: “Artículo 3.- …»."""
        body = self.text[self.start : mark.start] if self.highest else ""
        return bool(body) and (mark.quoted or _quote_open(body)) and amends(body)

    def _considered(self, mark: Mark) -> bool:
        """Whether ``mark`` is an article of another law that this one cites in what it considers, its own yet to come."""
        if self.highest or mark.heading or _number(mark) < 2:
            return False
        later = any(other.article == "1" and other.start > mark.start and not other.quoted for other in self.marks)
        return later and _CONSIDERS.search(self.text, 0, mark.start) is not None

    def _same_again(self, mark: Mark) -> bool:
        if self.article is None or mark.article != self.article.article:
            return False
        return says_nothing(fold(self.text[self.article.end : mark.start]))


def _with_ordinals(document: Document) -> list[Mark]:
    """The marks of ``document``, with «PRIMERO.-» as an article where the heading before says «transitorios» or the like."""
    found = marks(document)
    extra: list[Mark] = []
    divisions = [mark for mark in found if mark.rank]
    for number, mark in enumerate(divisions):
        if not _PROVISIONS.search(fold(mark.written)):
            continue
        end = divisions[number + 1].start if number + 1 < len(divisions) else len(document.text)
        if not any(mark.start < other.start < end and other.article and not other.quoted for other in found):
            extra += ordinals(document.text, mark.end, end)
    if not extra and not any(mark.article and not mark.inline for mark in found):
        extra += _resolved(document.text)
    return sorted([*found, *extra], key=lambda mark: mark.start) if extra else found


def _resolved(text: str) -> list[Mark]:
    """«PRIMERO: …», «SEGUNDO: …» as the articles of a resolution, after the line that says that it resolves."""
    for line in RESOLVES.finditer(text):
        items = list(ordinals(text, line.end(), len(text)))
        if items and items[0].article in ("1", "unico"):
            return items
    return []


def is_history(heading: str) -> bool:
    """Whether what follows ``heading`` is a registry's list of what the articles once were."""
    return _HISTORY.match(fold(heading)) is not None


def says_nothing(folded: str) -> bool:
    """Whether an article's text is none: «(*)», a link, marks."""
    found = _STUB.match(folded)
    return (found.end() if found else 0) == len(folded)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))


def _number(mark: Mark) -> int:
    number = mark.article.partition("-")[0]
    return int(number) if number.isdigit() else 0


def _colon_before(text: str, at: int) -> bool:
    return text[max(0, at - 40) : at].rstrip(" \t\n#>*_\"“«'‘.").endswith(":")


def _ended(text: str, at: int) -> bool:
    """Whether what stands before ``at`` is finished, so that a line that begins there isn't the rest of it."""
    before = text[max(0, at - 60) : at].rstrip(" \t#>*_")
    return before.endswith("\n\n") or before.rstrip()[-1:] in tuple('.:;)”"»-–—]*') or not before.strip()


def _quote_open(body: str) -> bool:
    """Whether a quotation in ``body`` goes on after it; sources often forget one of its marks, seldom the last."""
    if _CLOSED.search(body[-_BEFORE:]):
        return False
    return body.count("“") > body.count("”") or body.count("«") > body.count("»") or body.count('"') % 2 == 1
