"""The vectors of the store that a rebuild replaces: what was embedded with the same model isn't embedded again.

A passage's id changes whenever what is embedded of it does, so a vector found under its id is its own.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from latam_rag.embed import Vectors
from latam_rag.store.edge import DATA, MADE_WITH, vectors_of

FORMER = f"{DATA}.former"


class Former:
    """Of the embedded store in ``folder``: empty where no rebuild has begun, or the model is another.

    A context manager: what ends well has used it up, and it is done away with; an interrupted rebuild goes on with it. The
    caller holds the store, and with it the folder's lock.
    """

    def __init__(self, folder: Path, *, fingerprint: str) -> None:
        import qdrant_edge as edge

        self._folder = folder / FORMER
        self._shard = None
        try:
            made = json.loads((self._folder / MADE_WITH).read_text("utf-8"))
        except (OSError, ValueError):
            return
        if not isinstance(made, dict) or made.get("fingerprint") != fingerprint:
            return
        try:
            self._shard = edge.EdgeShard.load(str(self._folder / "shard"))
        except Exception:  # noqa: BLE001 - Edge raises bare Exception; a damaged store is what rebuilds are for.
            return

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Those it has, ``(dimensions,)`` float32 of norm 1, by passage id."""
        return {} if self._shard is None else vectors_of(self._shard, ids)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shard is not None:
            self._shard.close()
            self._shard = None
        if error is None:
            shutil.rmtree(self._folder, ignore_errors=True)


def retire(folder: Path) -> None:
    """Set the store in ``folder`` aside; one that was set aside before and not yet used up is the fuller one, and stays."""
    if (folder / FORMER).exists():
        shutil.rmtree(folder / DATA)
    else:
        (folder / DATA).rename(folder / FORMER)
