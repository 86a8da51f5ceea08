"""What a sync has to do: the listing compared with the catalog, once, here, and in no connector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from latam_rag.types import Ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the catalog remembers of a document: the revision read and the recipe it was read with."""

    revision: str
    recipe: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """``changed`` may turn out the same once fetched, when its bytes are those already read."""

    new: tuple[Ref, ...]
    changed: tuple[Ref, ...]
    gone: tuple[str, ...]
    same: tuple[str, ...]


def diff(listed: Iterable[Ref], known: Mapping[str, Known], recipe: str) -> Plan:
    """Sort a source's whole listing by what must be done; the listing's order is kept.

    A document without a revision, or read with another recipe, counts as changed. The first of two refs with one uri wins.
    """
    new: list[Ref] = []
    changed: list[Ref] = []
    same: list[str] = []
    seen: set[str] = set()
    for ref in listed:
        if ref.uri in seen:
            continue
        seen.add(ref.uri)
        was = known.get(ref.uri)
        if was is None:
            new.append(ref)
        elif not ref.revision or was != Known(revision=ref.revision, recipe=recipe):
            changed.append(ref)
        else:
            same.append(ref.uri)
    gone = tuple(uri for uri in known if uri not in seen)
    return Plan(new=tuple(new), changed=tuple(changed), gone=gone, same=tuple(same))
