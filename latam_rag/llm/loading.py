"""From the settings to a generator, with every reason why not said before llama.cpp is asked."""

from __future__ import annotations

from pathlib import Path

from latam_rag.config import Generation
from latam_rag.errors import ModelError
from latam_rag.llm import Configured, Generator, engine, gguf, packages, profiles, requirements


def check(settings: Generation, *, base: Path) -> Configured:
    if settings.endpoint:
        return _served(settings)
    engine.installed()
    named = settings.model or ""
    model, profile, _ = prepared(settings, base)
    context = min(settings.context, model.context or settings.context)
    need = requirements.memory(model.size, model.cache_per_token, context)
    fit = requirements.place(need, requirements.machine())
    return Configured(
        name=model.name,
        origin=named if named.startswith(packages.PREFIX) else str(model.path),
        profile=profile.name,
        size=model.size,
        fit=(fit.key, fit.values),
        fits=fit.where not in ("no", "disk"),
    )


def _served(settings: Generation) -> Configured:
    from latam_rag.llm.endpoint import GRAMMARS, Endpoint

    endpoint = Endpoint(settings)
    name, server = endpoint.model()
    key = "llm.quotes_by_grammar" if server in GRAMMARS else "llm.quotes_checked"
    return Configured(name=name, origin=f"{endpoint.url} ({server})", profile="", size=0, fit=(key, {}), fits=True)


def load(settings: Generation, *, base: Path) -> Generator:
    if settings.endpoint:
        from latam_rag.llm.remote import RemoteGenerator

        return RemoteGenerator(settings)
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
