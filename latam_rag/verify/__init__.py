"""The checks that every sentence passes before it is shown. No model: what fails is withheld, with its reasons.

Ids exist; quotes are literal; each figure stands in a cited passage, near words of the claim; names stand there; the
content words are covered; the sense is not turned. A sentence without a citation is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from latam_rag.split.sentences import sentences
from latam_rag.types import Citation, Language, Passage, Verdict
from latam_rag.verify import figures, literal, polarity
from latam_rag.wording import content, fold, stem, words

#: The share of a sentence's content words that its cited passages must hold, quotes aside.
COVERAGE = 0.6

_MARK = re.compile(r"\s*\[\s*\d{1,3}(?:\s*(?:[,;]|y|e)\s*\d{1,3})*\s*\]")
LEADING_MARKS = re.compile(r"(?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+")
_QUOTE = re.compile(r"«([^«»]+)»|“([^“”]+)”|\"([^\"]+)\"")
_LOOSE_QUOTE_SIGN = re.compile(r"[«»“”\"]")
_NAME = re.compile(r"(?<=[a-záéíóúüñãõâêôç,;:] )[A-ZÁÉÍÓÚÜÑÃÕÂÊÔÇ][\w'’-]+")

#: Words with which a sentence introduces what a document says.
_INTRODUCING: Mapping[Language, str] = {
    "es": "dice dicen establece establecen señala indica dispone documento documentos texto según conforme acuerdo",
    "pt": "diz dizem estabelece estabelecem assinala indica dispõe documento documentos texto segundo conforme acordo",
}
_SAYING = frozenset(stem(word, language) for language, said in _INTRODUCING.items() for word in said.split())

Reason = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Checked:
    """``citations`` carry the evidence's own numbers; the answer gives them theirs. Empty unless ``verdict.shown``."""

    verdict: Verdict
    text: str
    """The sentence without its marks."""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """A sentence of a cited passage."""

    number: int
    passage: Passage
    start: int
    end: int
    stems: frozenset[str]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def check(proposed: str, evidence: Mapping[int, Passage], *, language: Language) -> Checked:
    """Judge one sentence with marks like ``[1]`` against ``evidence``, the numbered passages the model was given."""
    text, numbers = _marks(proposed)
    if not numbers:
        return _withheld(text, [("verify.no_citation", {})])
    unknown = [number for number in numbers if number not in evidence]
    if unknown:
        return _withheld(text, [("verify.unknown_citation", {"number": unknown[0]})])
    cited = {number: evidence[number] for number in numbers}
    quotes, frame, reasons = _quotes(text, cited)
    if reasons:
        return _withheld(text, reasons)
    spans = [span for number, passage in cited.items() for span in _spans(number, passage)]
    support = _support(frame, text, spans, quotes, language)
    reasons = list(_frame_reasons(frame, cited, spans, support, quotes, language))
    citations = (*quotes, *(_citation(span) for span in support if not _quoted(span, quotes)))
    if not reasons and not citations:
        reasons = [("verify.unsupported", {})]
    if reasons:
        return _withheld(text, reasons)
    return Checked(Verdict(sentence=text, shown=True), text, citations)


def whole(passage: Passage, number: int, start: int, end: int) -> Citation:
    """A citation of ``passage.text[start:end]`` as it stands."""
    return Citation(number=number, passage=passage, quote=passage.text[start:end], start=start, end=end)


def _withheld(text: str, reasons: list[Reason]) -> Checked:
    return Checked(Verdict(sentence=text, shown=False, reasons=tuple(reasons)), text)


def _marks(proposed: str) -> tuple[str, list[int]]:
    """The sentence without its marks, and their numbers; what looks like a mark inside a quote belongs to the quote."""
    quoted = [match.span() for match in _QUOTE.finditer(proposed)]
    numbers: list[int] = []

    def take(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in quoted):
            return match[0]
        numbers.extend(int(number) for number in re.findall(r"\d+", match[0]))
        return ""

    return _MARK.sub(take, proposed).strip(), list(dict.fromkeys(numbers))


def _quotes(text: str, cited: Mapping[int, Passage]) -> tuple[list[Citation], str, list[Reason]]:
    """The quotes of ``text`` as citations, the text around them, and what is wrong with them."""
    found: list[Citation] = []
    reasons: list[Reason] = []
    for match in _QUOTE.finditer(text):
        quote = next(group for group in match.groups() if group is not None)
        for number, passage in cited.items():
            place = literal.locate(quote, passage.text)
            if place:
                found.append(whole(passage, number, *place))
                break
        else:
            reasons.append(("verify.quote_not_literal", {"quote": quote}))
    frame = _QUOTE.sub(lambda match: " " * len(match[0]), text)
    if not reasons and _LOOSE_QUOTE_SIGN.search(frame):
        reasons.append(("verify.open_quote", {}))
    return found, frame, reasons


def _spans(number: int, passage: Passage) -> Iterator[_Span]:
    for start, end in sentences(passage.text):
        stems = frozenset(content(words(passage.text[start:end], passage.language)))
        yield _Span(number, passage, start, end, stems)


def _support(frame: str, text: str, spans: list[_Span], quotes: list[Citation], language: Language) -> list[_Span]:
    """The sentences of the evidence that ``frame`` rests on: for each cited passage the one that shares most with it, and
    more only as far as they hold figures that the first lack."""
    claimed = figures.figures(frame)
    stems = frozenset(content(words(frame, language)))
    chosen: list[_Span] = []
    for number in dict.fromkeys(span.number for span in spans):
        own = [span for span in spans if span.number == number]
        best = max(own, key=lambda span: _closeness(span, stems, claimed), default=None)
        if best is not None and _closeness(best, stems, claimed) > 0:
            chosen.append(best)
    left = figures.missing(claimed, *(s.text for s in chosen), *(q.quote for q in quotes))
    enough = max((len(stems & span.stems) for span in chosen), default=0) / 2
    for index, span in enumerate(spans):
        if not left:
            break
        still = figures.missing(left, span.text)
        if len(still) < len(left) and len(stems & (span.stems | _lead(spans, index))) >= max(enough, 1):
            chosen.append(span)
            left = still
    return chosen


def _lead(spans: list[_Span], index: int) -> frozenset[str]:
    """The words of what introduces an item of a list: the last sentence before it that ends in a colon."""
    for span in reversed(spans[max(0, index - 30) : index]):
        if span.number != spans[index].number or span.text.endswith("."):
            break
        if span.text.endswith(":"):
            return span.stems
    return frozenset()


def _closeness(span: _Span, stems: frozenset[str], claimed: list[figures.Figure]) -> float:
    shared = len(stems & span.stems)
    held = len(claimed) - len(figures.missing(claimed, span.text)) if claimed else 0
    return shared + 2 * held if shared or held else 0


def _frame_reasons(
    frame: str, cited: Mapping[int, Passage], spans: list[_Span], support: list[_Span], quotes: list[Citation],
    language: Language,
) -> Iterator[Reason]:  # fmt: skip
    """What the part of the sentence outside its quotes says and the evidence doesn't."""
    headers = " \n ".join(passage.header for passage in cited.values())
    resting = [*(span.text for span in support), *(quote.quote for quote in quotes)]
    for figure in figures.missing(figures.figures(frame), *resting, header=headers + _facets(cited.values())):
        yield "verify.figure", {"figure": figure.written}
    known = fold(" ".join((*(passage.text for passage in cited.values()), headers)))
    for name in _NAME.findall(frame):
        if not re.search(rf"\b{re.escape(fold(name))}\b", known):
            yield "verify.name", {"name": name}
    claim = _claim(frame, language)
    if claim:
        share = min(_covered(claim, number, passage, support, quotes) for number, passage in cited.items())
        if share < COVERAGE:
            yield "verify.coverage", {"percent": round(100 * share)}
        other = support[0].passage.language if support else language
        word = polarity.turned(frame, " \n ".join(resting), language, other)
        if word and not (quotes and word in fold(" ".join(q.quote for q in quotes))):
            yield "verify.turned", {"word": word}


def _claim(frame: str, language: Language) -> list[str]:
    """The content words of ``frame`` that the evidence must hold; figures are checked by themselves."""
    found = (word for word in words(frame, language) if not word.raw[0].isdigit())
    return [stem for stem in content(found) if stem not in _SAYING]


def _covered(claim: list[str], number: int, passage: Passage, support: list[_Span], quotes: list[Citation]) -> float:
    """The share of ``claim`` in what one cited passage says of it. By passage, so that none is cited for another's words."""
    said = " \n ".join(
        (
            passage.header,
            *(s.text for s in support if s.number == number),
            *(q.quote for q in quotes if q.number == number),
        )
    )
    held = set(content(words(said, passage.language)))
    return sum(stem in held for stem in claim) / len(claim)


def _facets(passages: Iterable[Passage]) -> str:
    """What the metadata say of article and norm, as a text that names them."""
    said = []
    for passage in passages:
        if article := passage.metadata.get("article"):
            said.append(f" \n art. {article}")
        if norm := passage.metadata.get("norm"):
            said.append(f" \n ley {norm}")
    return "".join(said)


def _citation(span: _Span) -> Citation:
    return whole(span.passage, span.number, span.start, span.end)


def _quoted(span: _Span, quotes: list[Citation]) -> bool:
    """Whether a quote of the same passage already shows what ``span`` would."""
    return any(q.passage.id == span.passage.id and q.start < span.end and span.start < q.end for q in quotes)
