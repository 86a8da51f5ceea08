"""An answer of the record asked again: what is the same, what is not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latam_rag.errors import StoreError
from latam_rag.types import Filters

if TYPE_CHECKING:
    from latam_rag.index import Index

#: Scores are compared to so many decimals: sums of floats differ in the last ones between machines.
_DECIMALS = 3

Finding = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    record: Mapping[str, Any]
    now: Mapping[str, Any]
    """What a record of the answer would say today."""
    same_passages: bool
    """In the same order, with the same text and scores."""
    same_answer: bool
    """The same sentences, citations and refusal."""
    findings: tuple[Finding, ...]
    """Why something may differ: keys of the message catalogue with their values."""


def replay(index: Index, number: int) -> Replay:
    """Ask the question of record ``number`` again, without recording it; StoreError when there is no such answer."""
    recorder = index.recorder
    record = recorder.log.find(number)
    if "erased" in record:
        raise StoreError("audit.was_emptied", number=number)
    filters = Filters(
        facets={key: tuple(values) for key, values in record["filters"]["facets"].items()},
        uris=tuple(record["filters"]["uris"]), on=record["filters"]["on"], in_force=record["filters"]["in_force"],
    )  # fmt: skip
    answer = index.ask(record["question"], filters=filters, extractive=record["extractive"], record=False)
    now = recorder.content(
        answer, filters=filters, extractive=record["extractive"], fingerprint=index.embedder.fingerprint
    )
    return Replay(
        record=record,
        now=now,
        same_passages=_passages(record) == _passages(now),
        same_answer=all(record[part] == now[part] for part in ("refused", "shown", "citations")),
        findings=tuple(_findings(index, record, now)),
    )


def _passages(record: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    return [(hit["passage"], hit["text"], round(hit["score"], _DECIMALS)) for hit in record["hits"]]


def _findings(index: Index, record: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Finding]:
    if record["redacted"]:
        yield "audit.was_redacted", {"kinds": ", ".join(record["redacted"])}
    if record["corpus"] != now["corpus"]:
        yield "audit.corpus_changed", {"time": record["time"][:10]}
        for hit in record["hits"]:
            if hit["passage"] not in index.catalog.passages(hit["uri"]):
                yield "audit.passage_gone", {"place": hit["place"] or hit["uri"]}
    for part in ("version", "engine", "embedding", "model", "prompt"):
        then, today = record["made_by"].get(part), now["made_by"].get(part)
        # The prompt holds the passages: that they differ is said already.
        if then != today and not (part == "prompt" and _passages(record) != _passages(now)):
            yield f"audit.other_{part}", {"then": _short(then), "now": _short(today)}
    if record["settings"] != now["settings"]:
        yield "audit.other_settings", {}


def _short(value: object) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value or "–")[:60]
