"""A GGUF model run by llama.cpp: profiles, the engine, one worker per model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

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
        should_stop: Callable[[], bool] | None = None,
        notify: Notify | None = None,
    ) -> Iterator[str]:
        """The answer's text, piece by piece. ``[n]`` in it cites ``hits[n - 1]``. Unchecked: that is ``verify``'s part."""
        ...

    def close(self) -> None: ...


def check(settings: Generation, *, base: Path) -> str:
    """What ``load`` would refuse, found out without loading: ModelError, MissingExtra. The model's name when all is well."""
    from latam_rag.llm.loading import check as found_out

    return found_out(settings, base=base)


def load(settings: Generation, *, base: Path) -> Generator:
    """The generator that ``settings`` name; a relative path starts at ``base``. ModelError says what is wrong with the
    GGUF and what to do; MissingExtra when llama-cpp-python isn't installed."""
    from latam_rag.llm.loading import load as loaded

    return loaded(settings, base=base)
