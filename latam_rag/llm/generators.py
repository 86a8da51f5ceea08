"""The two ways of answering: a chat model that writes with marks, a base model that points at a stretch of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from latam_rag import extractive, prompt
from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm import Notify
from latam_rag.llm.engine import Engine, Piece, Usage
from latam_rag.llm.profiles import Profile
from latam_rag.llm.telling import tell_ahead, tell_left_out, tell_usage
from latam_rag.types import Hit, Language

#: Stands for what others wrote while the template is filled in; no document can hold it once control characters are gone.
_SLOT = "\x02evidence\x03"
_SPARE = 16
_SHORT = 48
"""Tokens of a base model's answer: it points at a stretch and must not go on telling."""


class ChatGenerator:
    def __init__(self, engine: Engine, settings: Generation, profile: Profile, template: str) -> None:
        self._engine, self._settings, self._profile = engine, settings, profile
        self._render = _renderer(engine, template, profile)

    @property
    def name(self) -> str:
        return self._engine.model.name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        engine, limit = self._engine, self._settings.max_tokens
        frame = sum(engine.count_tokens(part) for part in self._render(""))
        room = engine.context - limit - frame - _SPARE
        made = prompt.chat(question, hits, language, count_tokens=engine.count_tokens, room=room)
        if not made.shown:
            raise ModelError("llm.no_room", context=engine.context)
        tell_left_out(notify, hits, made.shown)
        before, after = self._render(made.system)
        pieces = (Piece(before, ours=True), Piece(made.user, ours=False), Piece(after, ours=True))
        engine.fits(pieces, limit)
        usage = Usage()

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            return engine.answer(pieces, limit, self._profile.stops, made.shown, unwanted, usage)

        yield from engine.run(work, asker=asker, should_stop=should_stop, on_ahead=tell_ahead(notify))
        tell_usage(notify, usage)

    def draft(
        self, rules: str, text: str, *, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        engine, limit = self._engine, self._settings.max_tokens
        before, after = self._render(rules)
        pieces = (Piece(before, ours=True), Piece(prompt.plain(text), ours=False), Piece(after, ours=True))
        engine.fits(pieces, limit)

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            return engine.write(pieces, limit, self._profile.stops, unwanted, Usage())

        yield from engine.run(work, asker=asker, should_stop=should_stop, on_ahead=tell_ahead(notify))

    def asked(self) -> int:
        return self._engine.asked()

    def close(self) -> None:
        self._engine.close()


class BaseGenerator:
    """It answers in words of the passage, and can't in others; what it yields is the sentence in which they stand, quoted."""

    points = True

    def __init__(self, engine: Engine, settings: Generation, profile: Profile) -> None:
        self._engine, self._settings, self._profile = engine, settings, profile

    @property
    def name(self) -> str:
        return self._engine.model.name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        engine, limit = self._engine, min(_SHORT, self._settings.max_tokens)
        best = _best(question, hits, language)
        room = engine.context - limit - _SPARE
        made = prompt.completion(
            question, hits[best].passage.text, language, count_tokens=engine.count_tokens, room=room
        )
        pieces = (Piece(made.examples, ours=False), Piece(made.text, ours=False))
        engine.fits(pieces, limit)
        usage = Usage()

        def work(unwanted: Callable[[], bool]) -> Iterator[str]:
            quote = engine.point(pieces, limit, made.passage, unwanted, usage)
            if quote:
                yield f"«{quote}» [{best + 1}]"

        yield from engine.run(work, asker=asker, should_stop=should_stop, on_ahead=tell_ahead(notify))
        tell_usage(notify, usage)

    def asked(self) -> int:
        return self._engine.asked()

    def close(self) -> None:
        self._engine.close()


def _best(question: str, hits: Sequence[Hit], language: Language) -> int:
    """The hit in which the best quote stands, else the first."""
    quotes = extractive.choose(question, hits, language=language)
    return quotes[0].hit if quotes else 0


def _renderer(engine: Engine, template: str, profile: Profile) -> Callable[[str], tuple[str, str]]:
    """The template as the text before and after the user's turn; tried once, so that a bad one fails at loading."""
    formatter = engine.template(template, **dict(profile.values))

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
