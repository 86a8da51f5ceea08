"""A source tried live: what it lists, how fast, and whether a document of it can be read."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from latam_rag import plugins
from latam_rag.config import Definition, Source
from latam_rag.errors import LatamRagError
from latam_rag.sync import asking
from latam_rag.sync.listing import label_of
from latam_rag.types import FACETS, Document, Metadata, Ref, Resource


@dataclass(kw_only=True, slots=True)
class Seen:
    """Of one source. ``error`` is what stopped the trial, if anything did; what came before it stands."""

    source: Source
    refs: list[Ref] = field(default_factory=list)
    whole: bool = False
    """Whether the listing ended by itself, before the trial's limit."""
    cut: bool = False
    """Whether an error cut the listing short."""
    seconds: float = 0.0
    resource: Resource | None = None
    document: Document | None = None
    passages: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    error: LatamRagError | None = None


def attempt(source: Source, limit: int) -> Seen:
    """List ``limit`` documents of ``source`` at most, then fetch, parse and split the first that has anything to read.

    PluginError for wrong options; any other trouble is part of what was seen.
    """
    connector = plugins.connect(source.connector, source.options)
    seen = Seen(source=source)
    began = time.perf_counter()
    try:
        listing = asking.refs(connector, source.connector, label_of(source))
        while len(seen.refs) < limit and (ref := next(listing, None)) is not None:
            seen.refs.append(ref)
        seen.whole = len(seen.refs) < limit
        seen.seconds = time.perf_counter() - began
        if seen.refs:
            seen.resource = asking.fetch(connector, source.connector, seen.refs[0])
            seen.document, seen.passages = _read(source, seen.resource)
    except LatamRagError as error:
        seen.error = error
        seen.cut = not seen.seconds
        seen.seconds = seen.seconds or time.perf_counter() - began
    seen.left_out = dict(getattr(connector, "left_out", {}))
    return seen


def no_days(metadata: Metadata) -> dict[str, str]:
    """Of the facets that are days, those that are written so that no filter understands them."""
    days = [key for key, (kind, _) in FACETS.items() if kind == "datetime" and key in metadata]
    return {
        key: json.dumps(metadata[key], ensure_ascii=False, default=str) for key in days if not _is_day(metadata[key])
    }


def _is_day(value: object) -> bool:
    try:
        datetime.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str) and value[4:5] == "-"


def _read(source: Source, resource: Resource) -> tuple[Document, int]:
    from latam_rag.reader import Reader

    with Reader(Definition(name="check", sources=[source])) as reader:
        document, passages = reader.read(resource, source)
    return document, len(passages)
