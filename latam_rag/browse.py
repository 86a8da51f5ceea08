"""Reading an index without asking it: what its facets hold, an article by its number, what stands around a passage.

All of it is exact: no vectors, no model.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from latam_rag import references
from latam_rag.index import Index
from latam_rag.retrieve.named import held
from latam_rag.types import Citation, Document, Filters, Passage

MAX_FOUND = 200
MAX_OF_NORM = 2000
"""Passages of one look-up (an article with its items may have dozens), and of a norm that lacks the article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a look-up found: ``passages`` in document order; ``repealed`` when it stands only in what no longer applies."""

    passages: tuple[Passage, ...]
    repealed: bool = False
    near: tuple[str, ...] = ()
    """Where the norm is there and the article isn't: the labels of those that are like it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a document's outline: its headings and its label, and the passage that stands there."""

    id: str
    headings: tuple[str, ...]
    label: str


def values(index: Index, facets: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What each of ``facets`` holds in ``index``, the most frequent first. From the store's indexes: no passage is read."""
    return {facet: tuple(index.store.values(facet)) for facet in facets}


def article(index: Index, norm: str, number: str, *, filters: Filters | None = None) -> Found:
    """The article ``number`` of the ``norm``, both as people write them."""
    facets = {
        "norm": references.norm_forms(references.canonical_norm(norm)),
        "article": (references.canonical_article(number),),
    }
    return _look_up(index, facets, filters or Filters())


def named(index: Index, text: str, *, filters: Filters | None = None) -> Found:
    """What ``text`` names: *art 5 ley 18.695*. Nothing when it names no norm."""
    asked = references.find(text)
    if not asked.norms:
        return Found(passages=())
    facets = {"norm": asked.norms}
    if asked.articles:
        facets["article"] = asked.articles
    found = _look_up(index, facets, filters or Filters())
    holding = [p for p in found.passages if any(references.holds_item(p.label, p.text, item) for item in asked.items)]
    return replace(found, passages=tuple(holding)) if holding else found


def in_document(index: Index, uri: str, number: str, *, filters: Filters | None = None) -> Found:
    """The article ``number`` of one document."""
    facets = {"article": (references.canonical_article(number),)}
    return _look_up(index, facets, replace(filters or Filters(), uris=(uri,)))


def _look_up(index: Index, facets: Mapping[str, tuple[str, ...]], filters: Filters) -> Found:
    wanted = replace(filters, facets={**filters.facets, **facets})
    found = held(index.store, wanted, limit=MAX_FOUND)
    near = () if found.first else _near(index, facets, wanted)
    return Found(passages=found.first, repealed=found.repealed, near=near)


def _near(index: Index, facets: Mapping[str, tuple[str, ...]], wanted: Filters) -> tuple[str, ...]:
    """Labels of articles of the same norm whose numbers are like those asked for."""
    whole = replace(
        wanted, facets={key: v for key, v in wanted.facets.items() if key != "article"}, in_force=False, on=None
    )
    if not (whole.facets.get("norm") or whole.uris) or "article" not in facets:
        return ()
    labels = {
        str(passage.metadata["article"]): passage.label.split(",")[0]
        for passage in index.store.lookup(filters=whole, limit=MAX_OF_NORM)
        if isinstance(passage.metadata.get("article"), str)
    }
    near = [each for asked in facets["article"] for each in difflib.get_close_matches(asked, labels, n=6, cutoff=0.5)]
    return tuple(dict.fromkeys(labels[each] for each in near or list(labels)[:3] + list(labels)[-1:]))


def around(index: Index, passage: Passage, *, before: int = 1, after: int = 1) -> list[Passage]:
    """The passages of the same document from ``before`` places before to ``after`` places after, ``passage`` among them;
    only itself when the document has been read again since."""
    ids = list(index.catalog.passages(passage.uri))
    if passage.id not in ids:
        return [passage]
    at = ids.index(passage.id)
    return index.store.get(ids[max(at - before, 0) : at + after + 1])


def document(index: Index, uri: str) -> list[Passage]:
    """All passages of a document, in order."""
    return index.store.get(list(index.catalog.passages(uri)))


def outline(index: Index, uri: str) -> list[Place]:
    """The places of a document, in order, each once: an article in several passages begins at the first."""
    places: list[Place] = []
    for passage in document(index, uri):
        label = passage.label.split(",")[0]
        if not (label or passage.headings):
            continue
        if not places or (places[-1].headings, places[-1].label) != (passage.headings, label):
            places.append(Place(id=passage.id, headings=passage.headings, label=label))
    return places


def pages(read: Document, passage: Passage) -> list[int]:
    """The pages of ``read`` on which ``passage`` of it stands; none where it isn't paginated."""
    return [page.number for page in read.pages if page.start < passage.end and page.end > passage.start]


def printed(read: Document, passage: Passage, page: int) -> Citation:
    """The whole passage as a citation on one of its pages: ``Index.page_image`` marks it there."""
    from latam_rag import pageimage

    (found,) = (each for each in read.pages if each.number == page)
    return Citation(
        number=0, passage=passage, quote=passage.text, start=0, end=len(passage.text), page=page,
        boxes=pageimage.boxes_of(found, passage.start, passage.end),
    )  # fmt: skip


def applies(passage: Passage, *, today: date | None = None) -> str:
    """Whether what the source says makes the passage apply today: ``in_force``, ``repealed``, ``partially_repealed``,
    ``future`` (it begins later) or ``unknown``."""
    day = (today or date.today()).isoformat()
    said = {key: str(passage.metadata.get(key, "")) for key in ("status", "valid_from", "valid_to")}
    if said["status"] == "repealed" or (said["valid_to"] and said["valid_to"][:10] < day):
        return "repealed"
    if said["valid_from"][:10] > day:
        return "future"
    if said["status"] == "partially_repealed":
        return "partially_repealed"
    return "in_force" if said["status"] == "in_force" or said["valid_from"] else "unknown"
