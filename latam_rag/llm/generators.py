"""The two ways of answering: a chat model that writes with marks, a base model that points at a stretch of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from latam_rag import extractive, prompt
from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm import Notify
from latam_rag.llm.engine import Engine, Piece
from latam_rag.llm.profiles import Profile
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify import literal
from latam_rag.verify.figures import figures, missing
from latam_rag.wording import content, words

#: Stands for what others wrote while the template is filled in; no document can hold it once control characters are gone.
_SLOT = "\x02evidence\x03"
_SPARE = 16
_SHORT = 48
"""Tokens of a base model's answer: it points at a stretch and must not go on telling."""
_TRIED = 3
"""Passages a base model reads, one after another, until one of its answers stands in it."""


class ChatGenerator:
    def __init__(self, engine: Engine, settings: Generation, profile: Profile, template: str) -> None:
        self._engine, self._settings, self._profile = engine, settings, profile
        self._render = _renderer(engine, template)

    @property
    def name(self) -> str:
        return self._engine.model.name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language,
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        frame = sum(self._engine.count_tokens(part) for part in self._render(""))
        room = self._engine.context - self._settings.max_tokens - frame - _SPARE
        made = prompt.chat(question, hits, language, count_tokens=self._engine.count_tokens, room=room)
        if made.left_out == len(hits):
            raise ModelError("llm.no_room", context=self._engine.context)
        if made.left_out and notify is not None:
            notify("prompt.left_out", {"count": made.left_out, "total": len(hits)})
        before, after = self._render(made.system)
        pieces = (Piece(before, ours=True), Piece(made.user, ours=False), Piece(after, ours=True))
        yield from self._engine.stream(
            pieces,
            max_tokens=self._settings.max_tokens,
            stops=self._profile.stops,
            should_stop=should_stop,
            on_ahead=_ahead(notify),
        )

    def close(self) -> None:
        self._engine.close()


class BaseGenerator:
    """Its words are never shown: the sentence of the passage in which they stand is, quoted."""

    def __init__(self, engine: Engine, settings: Generation, profile: Profile) -> None:
        self._engine, self._settings, self._profile = engine, settings, profile

    @property
    def name(self) -> str:
        return self._engine.model.name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language,
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        limit = min(_SHORT, self._settings.max_tokens)
        for index in _order(question, hits, language)[:_TRIED]:
            passage = hits[index].passage
            room = self._engine.context - limit - _SPARE
            made = prompt.completion(
                question, passage.text, language, count_tokens=self._engine.count_tokens, room=room
            )
            said = "".join(
                self._engine.stream(
                    (Piece(made.examples, ours=False), Piece(made.text, ours=False)),
                    max_tokens=limit,
                    stops=self._profile.stops,
                    should_stop=should_stop,
                    on_ahead=_ahead(notify),
                )
            ).strip()
            sentence = sentence_of(said, question, passage, language)
            if sentence is not None:
                yield f"«{_inner_quotes(sentence)}» [{index + 1}]"
                return

    def close(self) -> None:
        self._engine.close()


def sentence_of(said: str, question: str, passage: Passage, language: Language) -> str | None:
    """The sentence of ``passage`` that ``said`` points at: that holds it literally, else all its figures and half of its
    words. The one nearest to the question when several do."""
    said = said.strip(" .;,:")
    if not any(char.isalnum() for char in said):
        return None
    asked = set(content(words(question, language)))
    pointed = set(content(words(said, language)))
    claimed = figures(said)
    literally = list(literal.places(said, passage.text, fold_case=True))
    best: tuple[float, str] | None = None
    for start, end in sentences(passage.text):
        text = passage.text[start:end]
        held = set(content(words(text, passage.language)))
        if any(start < stop and begin < end for begin, stop in literally):
            share = 1.0
        elif literally or missing(claimed, text):
            continue
        else:
            share = len(pointed & held) / len(pointed) if pointed else 0.0
        score = share + len(asked & held) / (1 + len(asked))
        if share >= 0.5 and (best is None or score > best[0]):
            best = (score, text)
    return best[1] if best else None


def _order(question: str, hits: Sequence[Hit], language: Language) -> list[int]:
    """The hits in which the best quotes stand first, then the others by rank."""
    quoted = [quote.hit for quote in extractive.choose(question, hits, language=language)]
    return list(dict.fromkeys((*quoted, *range(len(hits)))))


def _inner_quotes(text: str) -> str:
    return text.replace("«", "“").replace("»", "”")


def _ahead(notify: Notify | None) -> Callable[[int], None] | None:
    if notify is None:
        return None
    return lambda ahead: notify("llm.waiting", {"ahead": ahead}) if ahead else None


def _renderer(engine: Engine, template: str) -> Callable[[str], tuple[str, str]]:
    """The template as the text before and after the user's turn; tried once, so that a bad one fails at loading."""
    formatter = engine.template(template)

    def render(system: str) -> tuple[str, str]:
        separate = [{"role": "system", "content": system}, {"role": "user", "content": _SLOT}]
        # Some templates know no system role, and refuse.
        together = [{"role": "user", "content": f"{system}\n\n{_SLOT}"}]
        text = formatter(separate)
        if text is None or (system and system not in text):
            text = formatter(together)
        before, slot, after = (text or "").partition(_SLOT)
        if not slot or _SLOT in after:
            raise ModelError("llm.bad_template", path=str(engine.model.path), error=_reason(text))
        return before, after

    render("x")
    return render


def _reason(text: Any) -> str:
    return "no repite el mensaje / não repete a mensagem" if text else "no se puede aplicar / não se aplica"
