"""The names people give to places in the documents: article numbers and their items, norm numbers, curriculum codes.

One canonical form for each, made here both when a document is split (metadata ``article``, ``norm``, ``code``) and when a
question is read, so that ``art 5 bis``, ``Artículo 5º bis`` and ``ARTÍCULO QUINTO BIS`` meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from latam_rag.numerals import fold
from latam_rag.references.articles import (
    ARTICLE_NUMBER,
    TRANSITORY,
    article_end,
    article_mentions,
    article_of,
    canonical_article,
)
from latam_rag.references.codes import BR_CODE, CL_CODE, canonical_code, mentioned_codes, without_codes
from latam_rag.references.items import holds_item, named_items
from latam_rag.references.norms import LAW, alone, canonical_norm, is_of_laws, norm_forms, norm_mentions

__all__ = [
    "ARTICLE_NUMBER", "BR_CODE", "CL_CODE", "LAW", "TRANSITORY", "References", "article_end", "article_mentions", "article_of",
    "canonical_article", "canonical_code", "canonical_norm", "find", "holds_item", "is_of_laws", "norm_forms", "norm_mentions",
    "without_codes", "without_numbers",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """What a text names, canonical, in order of appearance, without repeats.

    A national law named with its year is listed with and without it (``14133/2021``, ``14133``), since either form may stand
    in the documents. ``laws`` are those that articles are asked of by a name (*art. 19 de la Constitución*), as written.
    ``items`` are the letters, numerals and paragraphs of the articles named; ``holds_item`` tells where one stands.
    """

    articles: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def find(text: str) -> References:
    """What ``text`` names, as people write it; nothing is guessed."""
    folded = fold(text)
    places = list(article_mentions(text, folded))
    mentioned = sorted(norm_mentions(folded))
    if places and not mentioned:
        mentioned = [norm for norm in alone(folded) if not any(start <= norm[0] < end for start, end, _ in places)]
    norms: list[str] = []
    for _, _, norm in mentioned:
        number = norm.partition("/")[0]
        # Only national laws are numbered without restarting each year, so only their number says which one it is.
        norms += [norm, number] if len(number) > 3 else [norm]
    called = () if norms or not places else (text[match.start(1) : match.end(1)] for match in LAW.finditer(folded))
    articles, spans = [place[:2] for place in places], [norm[:2] for norm in mentioned]
    return References(
        articles=_once(article for _, _, article in places),
        norms=_once(norms),
        codes=_once(code for _, code in sorted(mentioned_codes(text, folded))),
        laws=_once(called),
        items=_once(named_items(text, folded, articles, spans)),
    )


def without_numbers(text: str) -> str:
    """``text`` with blanks for the codes and the norms written in it, each other character at its place."""
    blank = list(without_codes(text))
    for start, end, _ in norm_mentions(fold(text)):
        blank[start:end] = " " * (end - start)
    return "".join(blank)


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
