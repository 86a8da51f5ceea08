"""The names people give to places in the documents: article numbers, norm numbers, curriculum codes.

One canonical form for each, made here both when a document is split (metadata ``article``, ``norm``, ``code``) and when a
question is read, so that ``art 5 bis``, ``Artículo 5º bis`` and ``ARTÍCULO QUINTO BIS`` meet.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """What a text names, canonical, in order of appearance, without repeats."""

    articles: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def canonical_article(written: str) -> str:
    """``5º bis`` → ``5-bis``, ``QUINTO`` → ``5``, ``5-A`` → ``5-a``, ``único`` → ``unico``."""
    raise NotImplementedError


def canonical_norm(written: str) -> str:
    """``19.418`` → ``19418``, ``14.133/2021`` and ``14.133, de 1º de abril de 2021`` → ``14133/2021``."""
    raise NotImplementedError


def canonical_code(written: str) -> str:
    """``MA04 OA 08`` → ``MA04OA08``, ``EF5MA3`` → ``EF05MA03``."""
    raise NotImplementedError


def find(text: str) -> References:
    """What ``text`` names, as people write it."""
    raise NotImplementedError
