"""From the settings to a generator, with every reason why not said before llama.cpp is asked."""

from __future__ import annotations

from pathlib import Path

from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm import Generator, engine, gguf, packages, profiles


def check(settings: Generation, *, base: Path) -> str:
    engine.installed()
    model, _, _ = prepared(settings, base)
    return model.name


def load(settings: Generation, *, base: Path) -> Generator:
    from latam_rag.llm.generators import BaseGenerator, ChatGenerator

    engine.installed()
    model, profile, template = prepared(settings, base)
    running = engine.Engine(model, settings)
    if not profile.chat:
        return BaseGenerator(running, settings, profile)
    try:
        return ChatGenerator(running, settings, profile, template)
    except ModelError:
        running.close()
        raise


def prepared(settings: Generation, base: Path) -> tuple[gguf.Gguf, profiles.Profile, str]:
    """The file, how it wants to be spoken to, and its chat template (empty for a base model)."""
    model = gguf.read(packages.resolve(settings.model or "", base=base))
    template = base / Path(settings.chat_template).expanduser() if settings.chat_template else None
    profile, text = profiles.choose(settings.profile, model, template)
    return model, profile, text
