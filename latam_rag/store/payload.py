"""A Passage as a point's payload, and back; a point's vector.

The facets, which filters look at, stand apart as strings under ``facets``; the rest of the metadata is kept as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from latam_rag.embed import Vectors
from latam_rag.store.query import DENSE
from latam_rag.types import FACETS, Passage, Value


def to_payload(passage: Passage) -> dict[str, Any]:
    """JSON values only. The passage's id is the point's and is not repeated."""
    facets = {key: _facet(value) for key, value in passage.metadata.items() if key in FACETS}
    rest = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in passage.metadata.items()
        # A number or a truth value is filtered as a string, and comes back as what it was.
        if key not in FACETS or not isinstance(value, str | tuple)
    }
    return {
        "document_id": passage.document_id,
        "uri": passage.uri,
        "title": passage.title,
        "headings": list(passage.headings),
        "label": passage.label,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "language": passage.language,
        "facets": facets,
        "metadata": rest,
        "url": passage.url,
    }


def from_payload(point: str, payload: Mapping[str, Any]) -> Passage:
    """The passage that ``to_payload`` was given; ``point`` is its id."""
    facets, rest = payload["facets"], payload["metadata"]
    return Passage(
        id=point,
        document_id=payload["document_id"],
        uri=payload["uri"],
        title=payload["title"],
        headings=tuple(payload["headings"]),
        label=payload["label"],
        page=payload["page"],
        start=payload["start"],
        end=payload["end"],
        text=payload["text"],
        language=payload["language"],
        metadata={key: tuple(v) if isinstance(v, list) else v for key, v in {**facets, **rest}.items()},
        url=payload["url"],
    )


def dense_of(vector: Any) -> Vectors:
    """The dense one of a point's named vectors, of norm 1: a store may keep it at less precision."""
    found = np.asarray(vector[DENSE], np.float32)
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-12), np.float32)


def digest(passage: Passage) -> str:
    """Changes when anything of the passage does: what a sync compares before it writes the payload again."""
    said = json.dumps(to_payload(passage), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _facet(value: Value) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else value if isinstance(value, str) else str(value)
