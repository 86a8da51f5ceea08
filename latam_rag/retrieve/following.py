"""From a passage to the passages that it refers to, on demand."""

from __future__ import annotations

from latam_rag import references
from latam_rag.retrieve.named import narrowed
from latam_rag.store import Store
from latam_rag.types import Filters, Passage

MOST = 20
"""Passages of one reference: a long article has several."""


def referred(store: Store, passage: Passage, filters: Filters) -> list[Passage]:
    """What ``passage`` sends its reader to and the index holds, in the order of its text; norms named without an article
    aren't followed. See ``split.crossrefs`` for how ``refers_to`` is written."""
    written = passage.metadata.get("refers_to", ())
    found: dict[str, Passage] = {}
    for reference in written if isinstance(written, tuple) else (str(written),):
        for each in _at(store, passage, reference, filters):
            if each.id != passage.id:
                found.setdefault(each.id, each)
    return list(found.values())


def _at(store: Store, passage: Passage, reference: str, filters: Filters) -> list[Passage]:
    norm, _, article = reference.partition("#")
    if not article:
        return []
    facets: dict[str, tuple[str, ...]] = {"article": (article,)}
    if norm[:1].isdigit():
        facets["norm"] = references.norm_forms(norm)
    chosen = narrowed(filters, facets)
    if chosen is None:
        return []
    if not norm:
        chosen = Filters(facets=chosen.facets, uris=(passage.uri,), on=chosen.on, in_force=chosen.in_force)
    looked_up = store.lookup(filters=chosen, limit=MOST)
    if norm and not norm[:1].isdigit():
        country = passage.metadata.get("country")
        looked_up = [
            each
            for each in looked_up
            if references.is_of_laws(each.header, each.uri, (norm,)) and each.metadata.get("country") == country
        ]
    return looked_up
