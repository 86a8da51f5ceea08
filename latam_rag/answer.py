"""Question and hits to an Answer: refuse, or write and check sentence by sentence, or quote."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from latam_rag import extractive, messages, orders, prompt, refuse, verify
from latam_rag.embed import Embedder
from latam_rag.errors import ModelError
from latam_rag.llm import Generator, Notify, points
from latam_rag.split.sentences import sentences
from latam_rag.types import Answer, Box, Citation, Hit, Language, Page, Passage, Sentence, Verdict

OnSentence = Callable[[Sentence, tuple[Citation, ...]], None]
Pages = Callable[[str], tuple[Page, ...]]

#: A «sentence» longer than this, in characters, is a text that ran away.
_LONGEST = 1200


def answer(
    question: str,
    hits: Sequence[Hit],
    *,
    language: Language,
    generator: Generator | None = None,
    on_sentence: OnSentence | None = None,
    pages: Pages | None = None,
    should_stop: Callable[[], bool] | None = None,
    embedder: Embedder | None = None,
    notify: Notify | None = None,
    calibration: refuse.Calibration | None = None,
    similar: Sequence[float] = (),
) -> Answer:
    """Answer ``question`` from ``hits`` in ``language``, or refuse and say why.

    With a generator, its text is checked sentence by sentence as it comes; ``on_sentence`` gets those that pass. Where none
    or few do, quotes of the evidence follow and ``reason`` says so. One that only points (``llm.Pointer``) chooses which of
    the quotes comes first. ``pages`` gives a document's pages by uri, for the page and boxes of each citation. ``embedder``
    helps to choose quotes. ``notify`` hears of the queue and of evidence left out. ``calibration`` is the index's,
    ``similar`` the similarities of the hits: what refusing goes by.
    """
    began = time.perf_counter()
    asked, ordered = orders.without(question)
    if ordered and not asked:
        return _refusal(question, hits, language, messages.text("answer.only_orders", language))
    refused = refuse.reason(asked, hits, language=language, calibration=calibration, similar=similar)
    if refused:
        return _refusal(question, hits, language, messages.text(refused[0], language, **refused[1]), ordered=ordered)
    work = _Work(
        hits=tuple(hits), language=language, on_sentence=on_sentence, pages=pages, ordered=ordered, asked=asked
    )
    reason, engine = "", "extractive"
    if generator is not None:
        reason = work.generate(generator, asked, should_stop, notify)
        work.timings["generate"] = time.perf_counter() - began
        if reason == "answer.model_found_nothing":
            said = messages.text(reason, language)
            return replace(_refusal(question, hits, language, said), engine=generator.name, timings=work.timings)
        engine = generator.name if work.sentences or work.pointed else "extractive"
        if reason == "answer.stopped" or not (reason or work.pointed):
            return work.answer(question, reason and messages.text(reason, language), engine)
        reason = reason and messages.text(reason, language, name=generator.name, error=work.failure)
    at = time.perf_counter()
    work.quote(asked, embedder, calibration)
    work.timings["quote"] = time.perf_counter() - at
    if not work.sentences:
        said = messages.text("answer.no_sentence", language)
        return replace(_refusal(question, hits, language, said), verdicts=tuple(work.verdicts), timings=work.timings)
    missing = extractive.unmet(asked, {citation.quote: citation.passage for citation in work.citations.values()})
    if missing is not None:
        what = messages.text(f"answer.a_{missing}", language)
        reason = f"{reason} {messages.text('answer.no_figure', language, what=what)}".strip()
    return work.answer(question, reason, engine)


def _refusal(question: str, hits: Sequence[Hit], language: Language, reason: str, *, ordered: bool = False) -> Answer:
    if ordered:
        reason = f"{reason} {messages.text('answer.orders_left_out', language)}"
    return Answer(
        question=question, language=language, sentences=(), citations=(), refused=True, reason=reason, hits=tuple(hits)
    )


@dataclass(slots=True)
class _Work:
    """An answer in the making."""

    hits: tuple[Hit, ...]
    language: Language
    on_sentence: OnSentence | None
    pages: Pages | None
    ordered: bool = False
    """The question gave orders, which were left out."""
    asked: str = ""
    """The question without them."""
    sentences: list[Sentence] = field(default_factory=list)
    citations: dict[tuple[str, int, int], Citation] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    pointed: list[Citation] = field(default_factory=list)
    """What a model that only points has pointed at."""
    goes_on: bool = False
    """An article asked for as such is longer than what is quoted of it."""

    def generate(
        self, generator: Generator, question: str, should_stop: Callable[[], bool] | None, notify: Notify | None
    ) -> str:
        """Write and check; the key of what to say when that wasn't enough, else the empty string."""
        evidence = {number: hit.passage for number, hit in enumerate(self.hits, 1)}
        seen: set[str] = set()
        try:
            pieces = generator.generate(
                question, self.hits, language=self.language, should_stop=should_stop, notify=notify
            )
            for proposed in proposed_sentences(pieces):
                if prompt.says_not_found(proposed):
                    return "" if self.sentences else "answer.model_found_nothing"
                if proposed in seen:
                    continue
                seen.add(proposed)
                self._judge(proposed, evidence, only_points=points(generator))
        except ModelError as error:
            self.failure = str(error)
            return "answer.model_failed"
        if should_stop is not None and should_stop():
            return "answer.stopped"
        withheld = sum(not verdict.shown for verdict in self.verdicts)
        if not self.sentences and not self.pointed:
            return "answer.fell_back"
        return "answer.topped_up" if withheld > len(self.sentences) else ""

    def _judge(self, proposed: str, evidence: dict[int, Passage], *, only_points: bool) -> None:
        if len(proposed) > _LONGEST:
            too_long: verify.Reason = ("verify.too_long", {})
            self.verdicts.append(Verdict(sentence=proposed[:_LONGEST], shown=False, reasons=(too_long,)))
            return
        checked = verify.check(proposed, evidence, language=self.language)
        if only_points and checked.verdict.shown:
            self.pointed += checked.citations
            return
        self.verdicts.append(checked.verdict)
        if checked.verdict.shown:
            self._show(checked.text, checked.citations)

    def quote(self, question: str, embedder: Embedder | None, calibration: refuse.Calibration | None) -> None:
        """Show what the evidence says, quoted, except what is shown already."""
        quotes = extractive.choose(question, self.hits, language=self.language, embedder=embedder, counted=calibration)
        self.goes_on = extractive.goes_on(question, quotes, self.hits, language=self.language)
        chosen = [verify.whole(self.hits[quote.hit].passage, 0, quote.start, quote.end) for quote in quotes]
        # A stretch says less than the list or the article around it, and a model that points may point beside the answer.
        chosen.sort(key=lambda citation: not any(_overlap(citation, pointed) for pointed in self.pointed))
        for citation in chosen or self.pointed:
            if not any(_overlap(citation, shown) for shown in self.citations.values()):
                text = f"«{citation.quote}»"
                self.verdicts.append(Verdict(sentence=text, shown=True))
                self._show(text, (citation,))

    def _show(self, text: str, rests_on: Iterable[Citation]) -> None:
        own = tuple(self._numbered(citation) for citation in rests_on)
        sentence = Sentence(text=text, citations=tuple(dict.fromkeys(citation.number for citation in own)))
        self.sentences.append(sentence)
        if self.on_sentence is not None:
            self.on_sentence(sentence, own)

    def _numbered(self, citation: Citation) -> Citation:
        """The citation with its number in this answer, its page and its boxes; the same quote keeps its number."""
        key = (citation.passage.id, citation.start, citation.end)
        if key not in self.citations:
            number = len(self.citations) + 1
            page, boxes = self._place(citation)
            self.citations[key] = replace(citation, number=number, page=page, boxes=boxes)
        return self.citations[key]

    def _place(self, citation: Citation) -> tuple[int | None, tuple[Box, ...]]:
        start = citation.passage.start + citation.start
        end = citation.passage.start + citation.end
        known = self.pages(citation.passage.uri) if self.pages is not None else ()
        on = [page for page in known if page.start < end and start < page.end]
        if not on:
            return citation.passage.page, ()
        return on[0].number, tuple(box for page in on if page.boxes for box in _boxes(page, start, end))

    def answer(self, question: str, reason: str, engine: str) -> Answer:
        return Answer(
            question=question,
            language=self.language,
            sentences=tuple(self.sentences),
            citations=tuple(self.citations.values()),
            verdicts=tuple(self.verdicts),
            reason=" ".join(part for part in (reason, *self._notes()) if part),
            engine=engine,
            hits=self.hits,
            timings=self.timings,
        )

    def _notes(self) -> Iterator[str]:
        """What a reader should know of what is cited: that it is repealed, that it gives orders; and of the question."""
        cited = self.citations.values()
        if unheld := extractive.unheld(self.asked, [c.quote for c in cited], self.language):
            listed = ", ".join(f"«{figure}»" for figure in unheld)
            yield messages.text("answer.other_figure", self.language, figures=listed)
        if self.goes_on:
            yield messages.text("answer.goes_on", self.language)
        repealed = [c.passage for c in cited if c.passage.metadata.get("status") == "repealed"]
        if repealed:
            yield messages.text("answer.repealed", self.language, places=_places(repealed))
        ordering = [c.passage for c in cited if orders.gives(c.quote)]
        if ordering:
            yield messages.text("answer.quote_gives_orders", self.language, places=_places(ordering))
        if self.ordered:
            yield messages.text("answer.orders_left_out", self.language)


def _places(passages: Iterable[Passage]) -> str:
    named = (", ".join(part for part in (passage.title, passage.label) if part) for passage in passages)
    return "; ".join(dict.fromkeys(named))


def _boxes(page: Page, start: int, end: int) -> tuple[Box, ...]:
    from latam_rag.pageimage import boxes_of

    return tuple(boxes_of(page, max(start, page.start), min(end, page.end)))


def _overlap(one: Citation, other: Citation) -> bool:
    return one.passage.id == other.passage.id and one.start < other.end and other.start < one.end


def proposed_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that comes in pieces, each as soon as it is whole: with the marks that follow its end, and
    never cut inside quotation marks."""
    pending = ""
    for piece in pieces:
        pending += piece
        if not any(sign in piece for sign in '.!?\n:;]»”" ') and len(pending) < _LONGEST:
            continue
        parts = _parts(pending)
        # The last may still grow, and marks may still follow the one before it.
        for part in parts[:-1] if parts and any(char.isalpha() for char in parts[-1][:40]) else parts[:-2]:
            yield part.strip()
            pending = pending[len(part) :]
        if len(pending) > 2 * _LONGEST:
            yield pending.strip()
            pending = ""
    yield from (part.strip() for part in _parts(pending) if part.strip())


def _parts(text: str) -> list[str]:
    """``text`` cut into sentences; the parts joined are ``text``."""
    cuts: list[int] = []
    for start, end in sentences(text):
        said = text[start:end]
        last = cuts[-2] if len(cuts) > 1 else 0
        if cuts and (_only_marks(said) or _open_quote(text[last : cuts[-1]])):
            cuts[-1] = end
            continue
        # Marks that open a sentence belong to the one before.
        marks = verify.LEADING_MARKS.match(said)
        if cuts and marks:
            cuts[-1] = start + marks.end()
        cuts.append(end)
    if not cuts:
        return [text] if text else []
    cuts[-1] = len(text)
    return [text[start:end] for start, end in zip([0, *cuts[:-1]], cuts, strict=True)]


def _only_marks(said: str) -> bool:
    return verify.LEADING_MARKS.fullmatch(said.rstrip(" .")) is not None


def _open_quote(text: str) -> bool:
    return text.count("«") > text.count("»") or text.count("“") > text.count("”") or text.count('"') % 2 == 1
