"""The one catalogue of what users read, in Spanish and Portuguese.

A message's key is ``area.name``; its texts stand side by side in ``area.toml``::

    [name]
    es = "No encuentro {path!r}."
    pt = "Não encontro {path!r}."

An area's file is read when one of its messages is first needed.
"""

from __future__ import annotations

import locale
import os
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("es", "pt")
_chosen: str | None = None


def set_language(language: str) -> None:
    """Make ``language`` (``es`` or ``pt``) the one in which messages are rendered in this process."""
    global _chosen
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: one of {', '.join(LANGUAGES)}")
    _chosen = language


def language() -> str:
    """The user's language: the one set, else ``LATAM_RAG_LANG``, else the locale's, else Spanish."""
    if _chosen:
        return _chosen
    wanted = os.environ.get("LATAM_RAG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    wanted = wanted or locale.getlocale()[0] or ""
    return "pt" if wanted.lower().startswith("pt") else "es"


def text(key: str, /, lang: str | None = None, **values: Any) -> str:
    """The message ``key`` in ``lang`` (default: the user's language), with ``values`` filled in."""
    area, _, name = key.partition(".")
    return str(_catalogue(area)[name][lang or language()].format(**values))


def has(key: str) -> bool:
    """Whether there is a message ``key``."""
    area, _, name = key.partition(".")
    return name in _catalogue(area)


@cache
def _catalogue(area: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__name__) / f"{area}.toml").read_text("utf-8"))
