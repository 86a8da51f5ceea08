"""Bytes to a Document. Content decides the type, not the extension nor what the source declares."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.types import Document, Language, Resource


def parse(resource: Resource, *, limits: Limits, language: Language | None = None) -> Document:
    """Read ``resource`` as its author meant it.

    ``language`` is the source's word for it; without it the text decides. Raises DocumentError with a reason that says what to
    do. Runs in a worker process (``worker``), which enforces the limits of time and memory.
    """
    raise NotImplementedError
