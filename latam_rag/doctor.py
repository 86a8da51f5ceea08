"""Why doesn't it work? One check per part that can be missing, each with its remedy."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from latam_rag import config, home
from latam_rag.errors import ConfigError, LatamRagError
from latam_rag.messages import text

if TYPE_CHECKING:
    from latam_rag.index import Index

Say = Callable[..., str]
"""``messages.text`` in the language that was asked for."""
#: Below this, a sync of a few thousand documents may fill the disk.
LOW_DISK = 2_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """``failure``: nothing works without it; ``warning``: something doesn't; ``remedy`` is empty when all is well."""

    what: str
    state: Literal["ok", "warning", "failure"]
    found: str
    remedy: str = ""


def examine(lang: str | None = None, *, opened: Callable[[str], Index | None] | None = None) -> Iterator[Check]:
    """Every check, as it is made, in ``lang`` or the user's language; the embedding model is really loaded and really asked.

    ``opened`` hands over the index of a name that this process has open, and leaves it so; others are opened here and closed
    again.
    """
    say = functools.partial(text, lang=lang)
    yield Check(what="Python", state="ok", found=f"{platform.python_version()} ({sys.executable})")
    yield _home(say)
    yield _embedding(say, lang)
    yield _tesseract(say)
    yield _program(say, "LibreOffice", ("soffice", "libreoffice"), "libreoffice")
    yield _module(say, "llama.cpp", "llama_cpp", "llama")
    yield _module(say, "Streamlit", "streamlit", "app")
    for name in home.names():
        yield _index(say, lang, name, opened)
        yield from _model(say, lang, name)


def _home(say: Say) -> Check:
    what, folder = say("doctor.home"), home.home()
    near = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(near, os.W_OK):
        return Check(what=what, state="failure", found=str(folder), remedy=say("doctor.home_remedy"))
    free = shutil.disk_usage(near).free
    found = say("doctor.free", folder=folder, free=f"{free / 1e9:.1f}")
    if free < LOW_DISK:
        return Check(what=what, state="warning", found=found, remedy=say("doctor.disk_remedy"))
    return Check(what=what, state="ok", found=found)


def _embedding(say: Say, lang: str | None) -> Check:
    from latam_rag import embed

    def ask() -> str:
        embedder = embed.load(config.Embedding())
        embedder.query("prueba")
        return embedder.origin

    return _trial(say, lang, say("doctor.embedding"), ask)


def _trial(say: Say, lang: str | None, what: str, attempt: Callable[[], str]) -> Check:
    """``attempt`` says what was found; an error's own message is the remedy."""
    try:
        return Check(what=what, state="ok", found=attempt())
    except LatamRagError as error:
        return Check(what=what, state="failure", found=say("doctor.broken"), remedy=error.said(lang))


def _tesseract(say: Say) -> Check:
    from latam_rag.parse import tesseract

    what, remedy = "Tesseract (OCR)", say("doctor.tesseract_remedy")
    languages = tesseract.languages()
    if languages is None:
        return Check(what=what, state="warning", found=say("doctor.missing"), remedy=remedy)
    missing = [wanted for wanted in ("spa", "por") if wanted not in languages]
    if missing:
        found = say("doctor.languages_missing", missing=", ".join(missing))
        return Check(what=what, state="warning", found=found, remedy=remedy)
    return Check(what=what, state="ok", found="spa, por")


def _program(say: Say, what: str, names: tuple[str, ...], package: str) -> Check:
    found = next(filter(None, map(shutil.which, names)), None)
    if found:
        return Check(what=what, state="ok", found=found)
    remedy = say(f"doctor.{package}_remedy")
    return Check(what=what, state="warning", found=say("doctor.missing"), remedy=remedy)


def _module(say: Say, what: str, module: str, extra: str) -> Check:
    if importlib.util.find_spec(module):
        return Check(what=what, state="ok", found=say("doctor.installed"))
    remedy = say(f"doctor.{extra}_remedy")
    return Check(what=what, state="warning", found=say("doctor.missing"), remedy=remedy)


def _model(say: Say, lang: str | None, name: str) -> Iterator[Check]:
    """The language model that the index ``name`` asks, where it names one."""
    from latam_rag import llm

    what = say("doctor.model", name=name)
    try:
        definition = home.find(name)
        if not definition.generation.written:
            return
        model = llm.check(definition.generation, base=definition.base)
    except ConfigError:
        # Told by the index's own check.
        return
    except LatamRagError as error:
        yield Check(what=what, state="failure", found=say("doctor.broken"), remedy=error.said(lang))
        return
    key, values = model.fit
    found = " · ".join(filter(None, (model.name, model.profile, model.origin, say(key, **values))))
    remedy = "" if model.fits else say("doctor.model_remedy")
    yield Check(what=what, state="ok" if model.fits else "warning", found=found, remedy=remedy)


def _index(say: Say, lang: str | None, name: str, opened: Callable[[str], Index | None] | None) -> Check:
    from latam_rag.index import Index

    what = say("doctor.index", name=name)
    try:
        ours = opened(name) if opened else None
        with contextlib.nullcontext(ours) if ours else Index.open(name) as index:
            state = index.status()
            index.store.count()
    except LatamRagError as error:
        return Check(what=what, state="failure", found=say("doctor.broken"), remedy=error.said(lang))
    found = say("doctor.index_found", documents=state.documents, passages=state.passages)
    if state.failures:
        remedy = say("doctor.index_failures", failed=len(state.failures), name=name)
        return Check(what=what, state="warning", found=found, remedy=remedy)
    if not Path(state.folder).exists() or state.last_sync is None:
        return Check(what=what, state="warning", found=found, remedy=say("doctor.index_never", name=name))
    return Check(what=what, state="ok", found=found)
