"""An article asked for as such (*¿Qué dice el artículo 7?*) is shown from its beginning.

None of the question's words then says what about it, so its heading or a clause that mentions another article would hold
as many of them as the article itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from latam_rag import references, synonyms
from latam_rag.extractive.growing import LIST, Quote
from latam_rag.retrieve import EXACT, NAMED
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language
from latam_rag.wording import fold

_NAMING: Final = re.compile(
    r"\d.*|art|articul|artig|transitori[oa]?|ley|lei|decret|ordenanz|n|no|nro|ndeg|bis|ter|dfl|dl"
)
_PLACE_IN: Final = re.compile(r"§|\b(?:letra|inciso|fraccion|paragrafo|alinea|numeral|numero)\b")


def articles(
    question: str, wanted: frozenset[str], among: Sequence[int], hits: Sequence[Hit], *, language: Language
) -> list[Quote]:
    """The named articles from their beginnings where ``question`` asks for nothing else; empty where it does."""
    asked = references.find(question)
    if not asked.articles or not _only_names(question, wanted - _keys(asked.laws, language)):
        return []
    return _from_beginning([at for at in among if _is_one(hits[at], asked.articles)], hits)


def _keys(laws: Collection[str], language: Language) -> frozenset[str]:
    return synonyms.keys((word.stem for law in laws for word in synonyms.asked(law, language)), language)


def _only_names(question: str, wanted: frozenset[str]) -> bool:
    return all(_NAMING.fullmatch(key) for key in wanted) and not _PLACE_IN.search(fold(question))


def _is_one(hit: Hit, named: Collection[str]) -> bool:
    own = hit.passage.metadata.get("article", ())
    found = {own} if isinstance(own, str) else set(own) if isinstance(own, tuple) else set()
    return bool(found & set(named)) and (EXACT in hit.why or NAMED in hit.why)


def _from_beginning(among: Sequence[int], hits: Sequence[Hit]) -> list[Quote]:
    """All passages of the one document in its order; where several documents have the article, how each begins."""
    passages = {at: hits[at].passage for at in among}
    uris = list(dict.fromkeys(passage.uri for passage in passages.values()))
    ordered = sorted(among, key=lambda at: (uris.index(passages[at].uri), passages[at].start))
    firsts = list({passages[at].uri: at for at in reversed(ordered)}.values())[::-1]
    found = []
    for at in ordered if len(uris) == 1 else firsts:
        spans = sentences(passages[at].text)
        if spans:
            ends = [end for _, end in spans if end - spans[0][0] <= LIST] or [spans[0][1]]
            found.append(Quote(at, spans[0][0], ends[-1], hits[at].score))
    return found
