"""The query, written once for both engines: which conditions the filters mean, and what is searched."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from latam_rag.errors import StoreError
from latam_rag.types import FACETS, Filters

DENSE = "dense"
SPARSE = "bm25"
NEIGHBOURS = 128
"""How widely the graph of dense vectors is searched (Qdrant's ``hnsw_ef``). The walk is over vectors of a byte a number, and
what it finds is measured by the whole ones."""
LINKS = 24
LINKS_TRIED = 200
"""Of each vector in the graph (``m``), and those looked at to choose them (``ef_construct``). What these four settings give in
time and in nearest passages found stands in ``docs/retrieval.md``."""
QUANTILE = 0.99
"""Of the numbers of dense vectors, the share that is spread over a byte; those beyond count as its ends."""
MAX_VALUES = 10_000
"""Of a facet."""
#: Payload indexes: path → type. ``start`` puts passages in order.
INDEXES: dict[str, Literal["keyword", "integer", "datetime"]] = {
    "uri": "keyword",
    "document_id": "keyword",
    "start": "integer",
    **{f"facets.{key}": kind for key, (kind, _) in FACETS.items()},
}


class Found(NamedTuple):
    """A point that a search found, and how near it is by that search's own measure. Hundreds are made for each search."""

    id: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """On one payload field. ``before`` and ``after`` (ISO dates, exclusive) don't hold for a field that is missing."""

    key: str
    any_of: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None
    missing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """All of ``must`` hold, and of each group in ``must_not`` at least one doesn't."""

    must: tuple[Condition, ...]
    must_not: tuple[tuple[Condition, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.must or self.must_not)


def conditions(filters: Filters, *, today: date | None = None) -> Conditions:
    """What ``filters`` mean on ``today``.

    Dates are compared by exclusion, so that what the source doesn't date is kept. ``in_force`` is judged on the day ``on``
    when one is given: a norm repealed since is then kept when its last day is known and not past, and dropped when it isn't
    known.
    """
    must = [Condition(key="uri", any_of=filters.uris)] if filters.uris else []
    for key, values in filters.facets.items():
        if key not in FACETS:
            raise StoreError("store.unknown_facet", key=key, known=", ".join(FACETS))
        if values:
            must.append(Condition(key=f"facets.{key}", any_of=tuple(values)))
    must_not: list[tuple[Condition, ...]] = []
    if filters.on is not None:
        must_not.append((Condition(key="facets.valid_from", after=_day(filters.on)),))
    if filters.on is not None or filters.in_force:
        day = filters.on or (today or date.today()).isoformat()
        must_not.append((Condition(key="facets.valid_to", before=_day(day)),))
    if filters.in_force:
        repealed = Condition(key="facets.status", any_of=("repealed",))
        undated = Condition(key="facets.valid_to", missing=True)
        must_not.append((repealed, undated) if filters.on is not None else (repealed,))
    return Conditions(must=tuple(must), must_not=tuple(must_not))


def first_in_order(found: Iterable[tuple[str, int, str]], limit: int) -> list[str]:
    """Of ``(uri, start, id)``, the ids of the first ``limit`` in document order."""
    return [point for _, _, point in heapq.nsmallest(limit, found)]


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise StoreError("store.bad_date", date=written) from error
