"""What is in an index, from its catalog alone: it can be asked while another process syncs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latam_rag.catalog import Catalog
from latam_rag.config import Definition
from latam_rag.history import SourceState
from latam_rag.sync import labels
from latam_rag.types import Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    name: str
    title: str
    folder: str
    documents: int
    passages: int
    failures: tuple[Failure, ...]
    last_sync: str | None
    """ISO time at which the last sync ended; None when there was none."""
    sources: tuple[SourceState, ...] = ()
    """Of the definition, those that a sync has tried: when it last listed them whole, and why it couldn't."""
    refusal: Mapping[str, Any] | None = None
    """When and how it was measured what this index can't answer, and what may be expected of its refusals: shares ``lost``,
    ``foreign``, ``left_out``, ``precision`` and the ``threshold``. None for one that is too small, or wasn't synced since."""


def status(definition: Definition, folder: Path, catalog: Catalog, *, refusal: Mapping[str, Any] | None) -> Status:
    state = catalog.state()
    return Status(
        name=definition.name,
        title=definition.title or definition.name,
        folder=str(folder),
        documents=state.documents,
        passages=state.passages,
        failures=state.failures,
        last_sync=state.last_sync,
        sources=tuple(catalog.sources(labels(definition))),
        refusal=refusal,
    )
