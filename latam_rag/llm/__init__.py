"""A GGUF model run by llama.cpp: profiles, the engine, one worker per model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from latam_rag.config import Generation
from latam_rag.types import Hit, Language

#: Told while an answer is made: a message's key and its values (place in the queue, evidence left out).
Notify = Callable[[str, Mapping[str, Any]], None]


class Generator(Protocol):
    """Writes an answer from evidence. Thread-safe: several may ask at once, and are served in order."""

    @property
    def name(self) -> str:
        """Of the model, as an answer is signed."""
        ...

    def generate(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        language: Language,
        asker: str = "",
        should_stop: Callable[[], bool] | None = None,
        notify: Notify | None = None,
    ) -> Iterator[str]:
        """The answer's text, piece by piece. ``[n]`` in it cites ``hits[n - 1]``. Unchecked: that is ``verify``'s part.

        Askers take turns: one who has many questions doesn't hold up another.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class Queued(Protocol):
    """A generator that tells of its queue."""

    def asked(self) -> int:
        """Questions that are being answered or wait."""
        ...


@runtime_checkable
class Drafter(Protocol):
    """A generator that can also write freely. A base model can't: it only points at what it read."""

    @property
    def name(self) -> str: ...

    def draft(
        self,
        rules: str,
        text: str,
        *,
        asker: str = "",
        should_stop: Callable[[], bool] | None = None,
        notify: Notify | None = None,
    ) -> Iterator[str]:
        """What the model writes by ``rules``, which are ours, about ``text``, which is others'. Unchecked. Takes its turn as
        ``generate`` does; ModelError when it doesn't fit."""
        ...


@runtime_checkable
class Pointer(Protocol):
    """A generator that says nothing itself: what it yields is the stretch of the evidence that it would have said."""

    points: bool


def points(generator: Generator) -> bool:
    inner = generator.generator if isinstance(generator, _Asked) else generator
    return isinstance(inner, Pointer) and inner.points


def asked_by(asker: str, generator: Generator) -> Generator:
    """``generator`` as one person asks it."""
    return _Asked(generator, asker) if asker else generator


@dataclass(frozen=True, slots=True)
class _Asked:
    generator: Generator
    asker: str

    @property
    def name(self) -> str:
        return self.generator.name

    def generate(
        self, question: str, hits: Sequence[Hit], *, language: Language, asker: str = "",
        should_stop: Callable[[], bool] | None = None, notify: Notify | None = None,
    ) -> Iterator[str]:  # fmt: skip
        return self.generator.generate(
            question, hits, language=language, asker=asker or self.asker, should_stop=should_stop, notify=notify
        )

    def close(self) -> None:
        self.generator.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured:
    """What a definition's ``[generation]`` names, as found without loading it."""

    name: str
    origin: str
    """The file, or the server and what it runs on."""
    profile: str
    """Empty for an endpoint: its server applies the model's own template."""
    size: int
    """Bytes of the file; 0 for an endpoint."""
    fit: tuple[str, Mapping[str, Any]]
    """The message that says whether it fits this machine, or how its quotations are kept literal."""
    fits: bool


def check(settings: Generation, *, base: Path) -> Configured:
    """What ``load`` would refuse, found out without loading: ModelError, MissingExtra."""
    from latam_rag.llm.loading import check as found_out

    return found_out(settings, base=base)


def load(settings: Generation, *, base: Path) -> Generator:
    """The generator that ``settings`` name; a relative path starts at ``base``. ModelError says what is wrong with the
    GGUF and what to do; MissingExtra when llama-cpp-python isn't installed."""
    from latam_rag.llm.loading import load as loaded

    return loaded(settings, base=base)
