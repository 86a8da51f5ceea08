"""The sentences of the cited passages that a claim rests on, and how its words stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from latam_rag.split.sentences import sentences
from latam_rag.types import Language, Passage
from latam_rag.verify import figures
from latam_rag.verify.alignment import Evidence, align
from latam_rag.verify.tokens import Token, tokens

#: Sentences of one passage that a claim is laid beside: those that share most with it.
_NEAREST = 10
#: Words of a claim that a sentence must have for the claim to rest on it, unless it is the best of its passage.
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence of a cited passage; its header too, with ``start == end``."""

    number: int
    passage: Passage
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Support:
    claim: tuple[Token, ...]
    evidence: Evidence
    placed: list[int | None]
    spans: list[Span]
    """Those of ``evidence``, by the number of its sentences."""
    chosen: list[Span]
    """Those that the claim rests on, headers left out."""

    @property
    def language(self) -> Language | None:
        """Of what the claim rests on; None when in both."""
        spoken = {span.passage.language for span in self.chosen}
        return spoken.pop() if len(spoken) == 1 else None

    def covered(self, heavy: Sequence[int]) -> float:
        """The share of the claim's words ``heavy`` that stand in what it rests on, headers included."""
        counted = {id(span) for span in self.chosen}
        held = 0
        for at in heavy:
            place = self.placed[at]
            if place is not None:
                span = self.spans[self.evidence.sentence[place]]
                held += id(span) in counted or span.start == span.end
        return held / len(heavy)

    def held_by(self, number: int, heavy: Sequence[int]) -> int:
        """How many of the claim's words ``heavy`` stand in what it rests on of the cited passage ``number``."""
        places = [self.placed[at] for at in heavy]
        return sum(place is not None and self.spans[self.evidence.sentence[place]].number == number for place in places)


def support(text: str, frame: str, cited: Mapping[int, Passage], language: Language, quoted: Sequence[str]) -> Support:
    """What the claim ``text`` rests on; figures of ``frame``, its part outside quotes, are looked for in further sentences."""
    claim = tokens(text, language)
    keys = {token.key for token in claim}
    spans = [span for number, passage in cited.items() for span in _nearest(number, passage, keys)]
    across = any(span.passage.language != language for span in spans)
    headers = [span.start == span.end for span in spans]
    evidence = Evidence.of([span.tokens for span in spans], headers, across=across)
    placed = align(claim, evidence)
    counts = [0.0] * len(spans)
    for token, place in zip(claim, placed, strict=True):
        if place is not None:
            counts[evidence.sentence[place]] += 0.1 if token.light else 1.0
    chosen = list(_chosen(spans, counts))
    chosen += _with_figures(figures.figures(frame, language), spans, chosen, quoted, keys)
    return Support(claim, evidence, placed, spans, chosen)


def _chosen(spans: list[Span], counts: list[float]) -> Iterator[Span]:
    for number in dict.fromkeys(span.number for span in spans):
        own = [at for at, span in enumerate(spans) if span.number == number and span.start < span.end]
        best = max(own, key=lambda at: counts[at], default=None)
        for at in own:
            if counts[at] > 0 and (at == best or counts[at] >= _ENOUGH):
                yield spans[at]


def _with_figures(
    claimed: list[figures.Figure], spans: list[Span], chosen: list[Span], quoted: Sequence[str], keys: set[str]
) -> list[Span]:
    """Further sentences for the figures that the chosen ones lack, where they are about the same."""
    more: list[Span] = []
    left = figures.missing(claimed, *(s.text for s in chosen), *quoted)
    enough = max((len(keys & {t.key for t in span.tokens}) for span in chosen), default=0) / 2
    for at, span in enumerate(spans):
        if not left:
            break
        still = figures.missing(left, span.text)
        about = {token.key for token in span.tokens} | _lead(spans, at)
        if len(still) < len(left) and len(keys & about) >= max(enough, 1):
            more.append(span)
            left = still
    return more


def _nearest(number: int, passage: Passage, keys: set[str]) -> list[Span]:
    """The header, and the sentences that share most with the claim, in order."""
    own = [Span(number, passage, start, end, found) for start, end, found in _sentences(passage.text, passage.language)]
    if len(own) > _NEAREST:
        ranked = sorted(own, key=lambda span: -len(keys & {token.key for token in span.tokens}))
        kept = {id(span) for span in ranked[:_NEAREST]}
        own = [span for span in own if id(span) in kept]
    header = Span(number, passage, 0, 0, tokens(_header(passage), passage.language))
    return [header, *own]


@lru_cache(maxsize=256)
def _sentences(text: str, language: Language) -> list[tuple[int, int, tuple[Token, ...]]]:
    return [(start, end, tokens(text[start:end], language)) for start, end in sentences(text)]


def _header(passage: Passage) -> str:
    return passage.header.replace(" › ", ", ") + facets(passage)


def facets(passage: Passage) -> str:
    """What the metadata say of article and norm, as a text that names them."""
    said = []
    if article := passage.metadata.get("article"):
        said.append(f", art. {article}")
    if norm := passage.metadata.get("norm"):
        said.append(f", ley {norm}")
    return "".join(said)


def _lead(spans: list[Span], at: int) -> set[str]:
    """The words of what introduces an item of a list: the last sentence before it that ends in a colon."""
    for span in reversed(spans[max(0, at - 30) : at]):
        if span.number != spans[at].number or span.text.endswith("."):
            break
        if span.text.endswith(":"):
            return {token.key for token in span.tokens}
    return set()
