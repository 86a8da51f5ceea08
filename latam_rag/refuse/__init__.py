"""Whether the evidence can answer at all: what the question names and asks about must stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from latam_rag import conversation, messages
from latam_rag.extractive import sheets
from latam_rag.extractive.named import only_named
from latam_rag.refuse.measure import COVERED, Calibration, Evidence, measure
from latam_rag.refuse.named import (
    unmet_article,
    unmet_item,
    unmet_names,
    unmet_reference,
    unmet_repealer,
    unsaid_status,
)
from latam_rag.types import Hit, Language

__all__ = ["COVERED", "Calibration", "Evidence", "Reason", "measure", "reason"]

Reason = tuple[str, Mapping[str, Any]]
_SHOWN: Final = 4
"""Words that a refusal lists at most."""


def reason(
    question: str,
    hits: Sequence[Hit],
    *,
    language: Language,
    calibration: Calibration | None = None,
    similar: Sequence[float] = (),
) -> Reason | None:
    """Why ``hits`` can't answer ``question``, as a message's key and values; None when they may.

    ``calibration`` is the index's; ``similar`` are the similarities of the hits to the question, in their order.
    """
    if not hits:
        return "answer.no_hits", {}
    article = unmet_article(question, hits)
    if article is not None:
        return "answer.no_article", {"law": article[0], "article": article[1]}
    named = unmet_reference(question, hits)
    if named is not None:
        return "answer.not_in_documents", {"named": named}
    changed = unmet_repealer(question, hits)
    if changed is not None:
        return "answer.no_repealer", {"named": changed}
    title = unsaid_status(question, hits)
    if title is not None:
        return "answer.no_status", {"law": title}
    item = unmet_item(question, hits)
    if item is not None:
        return "answer.no_item", {"article": item[0], "item": item[1]}
    if only_named(question, language=language):
        # What it names is there, and no other word of it says what it asks.
        return None
    lack = sheets.lacking(question, hits, language=language)
    if lack is not None:
        others = ", ".join(messages.text(f"answer.part_{part}", language) for part in lack.others)
        part = messages.text(f"answer.part_{lack.part}", language)
        return "answer.no_part", {"title": lack.title, "part": part, "others": others}
    if not conversation.says_of_what(question, language) and len({hit.passage.uri for hit in hits}) > 1:
        return "answer.no_subject", {}
    evidence = measure(question, hits, language=language, calibration=calibration, similar=similar)
    if evidence is None:
        return "answer.empty_question", {}
    names = unmet_names(question, evidence, language)
    if names:
        return "answer.not_named", {"words": _listed(names)}
    if evidence.enough:
        return None
    missing = evidence.missing()
    return ("answer.not_covered", {"words": _listed(missing)}) if missing else ("answer.not_together", {})


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"«{word}»" for word in words[:_SHOWN])
