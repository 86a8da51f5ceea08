"""An Edge shard without what was deleted from it: the engine only marks points, and its log keeps what was written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import qdrant_edge as edge

from latam_rag import atomic

_CONFIG = "edge_config.json"


def compact(folder: Path) -> None:
    """Write every segment that has deleted points anew and empty the log. The shard in ``folder`` is flushed and closed.

    A crash leaves a shard that is whole; done again, it goes on.
    """
    settings = folder / _CONFIG
    # Points that a crash left in the log alone are applied as it is opened, and flushed before the log goes.
    said = json.loads(settings.read_text("utf-8"))
    strict = edge.EdgeOptimizersConfig(deleted_threshold=1e-9, vacuum_min_vector_number=1)
    atomic.write(settings, json.dumps(said | {"optimizers": _as_written(strict)}))
    shard = edge.EdgeShard.load(str(folder))
    try:
        while shard.optimize():
            pass
        shard.flush()
    finally:
        shard.close()
        said.pop("optimizers", None)
        atomic.write(settings, json.dumps(said))
    shutil.rmtree(folder / "wal")


def catch_up(shard: edge.EdgeShard, folder: Path) -> None:
    """Number the log on from where the segments are. Emptied, it begins at 0 again, and what comes with a number that a
    segment has seen is passed over without a word: changes and deletions, until there were as many as before."""
    segments = (json.loads(each.read_text("utf-8")) for each in folder.glob("segments/*/segment.json"))
    seen = max((segment["version"] or 0 for segment in segments), default=0)
    acknowledged = folder / "wal" / "first-index"
    numbered = json.loads(acknowledged.read_text("utf-8"))["ack_index"] if acknowledged.exists() else -1
    if numbered >= seen:
        return
    # Of nothing, at some 20 µs each.
    for _ in range(seen - numbered):
        shard.update(edge.UpdateOperation.delete_points([]))
    shard.flush()


def _as_written(settings: edge.EdgeOptimizersConfig) -> dict[str, object]:
    names = (
        "deleted_threshold", "vacuum_min_vector_number", "default_segment_number", "max_segment_size",
        "indexing_threshold", "prevent_unoptimized",
    )  # fmt: skip
    return {name: getattr(settings, name) for name in names}
