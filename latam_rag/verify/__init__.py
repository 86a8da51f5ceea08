"""The checks that every sentence passes before it is shown. No model: what fails is withheld, with its reasons.

Ids exist; quotes are literal; each figure and name stands in what is cited; the content words are covered; they stand to each
other as in the evidence; the sense is not turned. A sentence without a citation is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from latam_rag.types import Citation, Language, Passage, Verdict
from latam_rag.verify import figures, relations, senses, turning, wording
from latam_rag.verify.marks import LEADING_MARKS, Reason, take_marks, take_quotes, whole
from latam_rag.verify.support import Span, Support, facets, support
from latam_rag.wording import fold

__all__ = ["COVERAGE", "LEADING_MARKS", "Checked", "Reason", "check", "whole"]

#: The share of a sentence's content words that the sentences it rests on must hold.
COVERAGE = 0.6
#: Words of a sentence that each of several cited passages must hold at least.
_SHARE = 3

_NAME = re.compile(r"(?<=[a-záéíóúüñãõâêôç,;:] )[A-ZÁÉÍÓÚÜÑÃÕÂÊÔÇ][\w'’-]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """``citations`` carry the evidence's own numbers; the answer gives them theirs. Empty unless ``verdict.shown``."""

    verdict: Verdict
    text: str
    """The sentence without its marks."""
    citations: tuple[Citation, ...] = ()


def check(proposed: str, evidence: Mapping[int, Passage], *, language: Language) -> Checked:
    """Judge one sentence with marks like ``[1]`` against ``evidence``, the numbered passages the model was given."""
    text, numbers = take_marks(proposed)
    if not numbers:
        return _withheld(text, [("verify.no_citation", {})])
    unknown = [number for number in numbers if number not in evidence]
    if unknown:
        return _withheld(text, [("verify.unknown_citation", {"number": unknown[0]})])
    cited = {number: evidence[number] for number in numbers}
    quotes, frame, reasons = take_quotes(text, cited)
    if reasons:
        return _withheld(text, reasons)
    resting = support(text, frame, cited, language, [quote.quote for quote in quotes])
    citations = (*quotes, *(_citation(span) for span in resting.chosen if not _quoted(span, quotes)))
    reasons = list(_reasons(frame, cited, resting, quotes, language))
    if not reasons and not citations:
        reasons = [("verify.unsupported", {})]
    if reasons:
        return _withheld(text, reasons)
    return Checked(Verdict(sentence=text, shown=True), text, citations)


def _withheld(text: str, reasons: Sequence[Reason]) -> Checked:
    return Checked(Verdict(sentence=text, shown=False, reasons=tuple(reasons)), text)


def _reasons(
    frame: str, cited: Mapping[int, Passage], resting: Support, quotes: list[Citation], language: Language
) -> Iterator[Reason]:
    """What the sentence says and the evidence doesn't."""
    headers = " \n ".join(passage.header + facets(passage) for passage in cited.values())
    texts = [*(span.text for span in resting.chosen), *(quote.quote for quote in quotes)]
    spoken = resting.language
    for figure in figures.missing(figures.figures(frame, language), *texts, header=headers, language=spoken):
        yield "verify.figure", {"figure": figure.written}
    known = fold(" ".join((*(passage.text for passage in cited.values()), headers)))
    for name in _NAME.findall(frame):
        if not re.search(rf"\b{re.escape(fold(name))}\b", known):
            yield "verify.name", {"name": name}
    if not any(char.isalpha() for char in frame):
        return
    yield from _coverage(resting, list(cited))
    laid = (resting.claim, resting.evidence, resting.placed)
    for conflict in (*relations.conflicts(*laid), *senses.conflicts(*laid), *wording.conflicts(*laid)):
        yield f"verify.{conflict.kind}", {"said": conflict.said, "instead": conflict.instead}
    word = turning.unsupported(frame, " \n ".join((*texts, headers)), language)
    if word:
        yield "verify.turned", {"said": word, "instead": ""}


def _coverage(resting: Support, numbers: list[int]) -> Iterator[Reason]:
    """By passage too, so that none is cited for another's words."""
    heavy = [at for at, token in enumerate(resting.claim) if not token.light and token.key[0] not in "#@$"]
    if not heavy:
        return
    share = resting.covered(heavy)
    if share < COVERAGE:
        yield "verify.coverage", {"percent": round(100 * share)}
        return
    for number in numbers if len(numbers) > 1 else ():
        held = resting.held_by(number, heavy)
        if held < _SHARE and held < COVERAGE * len(heavy):
            yield "verify.other_citation", {"number": number}


def _citation(span: Span) -> Citation:
    return whole(span.passage, span.number, span.start, span.end)


def _quoted(span: Span, quotes: list[Citation]) -> bool:
    """Whether a quote of the same passage already shows what ``span`` would."""
    return any(q.passage.id == span.passage.id and q.start < span.end and span.start < q.end for q in quotes)
