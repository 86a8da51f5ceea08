"""The name that a law prints over an article (*Furto*), and the opening that says what it is a name of.

An article rarely says its own name, its paragraphs do (*se o furto é cometido …*): asked for by it, the opening is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from latam_rag.extractive.candidates import Candidate, held
from latam_rag.types import Hit, Language, Passage
from latam_rag.wording import content, words

_LONGEST: Final = 80
_APART: Final = 4
"""Characters between a name and its article, where the name was split off as a passage of its own."""
_ARTICLE: Final = re.compile(r"\W*(?:art|§)", re.IGNORECASE)


def alone(passage: Passage) -> bool:
    """Whether a passage is nothing but the name of what follows it."""
    text = passage.text.strip()
    return _is_name(text) and "field" not in passage.metadata and not passage.label


def openings(
    candidates: Sequence[Candidate], hits: Sequence[Hit], wanted: frozenset[str], language: Language
) -> Mapping[int, frozenset[str]]:
    """By the candidates' places in the row, of those that open an article whose name is asked for, the words of its name."""
    found: dict[int, frozenset[str]] = {}
    for at, hit in enumerate(hits):
        name, start = _name(hit.passage, hits)
        said = held(name, hit.passage, wanted, language) if name else frozenset[str]()
        if not said or len(said) < len(frozenset(content(words(name, hit.passage.language)))):
            continue
        own = [place for place, candidate in enumerate(candidates) if candidate.hit == at and candidate.start >= start]
        for place in own[:1]:
            found[place] = said
            if hit.passage.text[: candidates[place].end].endswith(":"):
                found.update(dict.fromkeys(own[1:2], said))
    return found


def _name(passage: Passage, hits: Sequence[Hit]) -> tuple[str, int]:
    """The name over an article, and where its text begins."""
    first, _, rest = passage.text.partition("\n")
    if _is_name(first) and _ARTICLE.match(rest):
        return first, len(first)
    before = (hit.passage for hit in hits if hit.passage.uri == passage.uri and alone(hit.passage))
    if _ARTICLE.match(passage.text):
        return next((each.text for each in before if 0 <= passage.start - each.end <= _APART), ""), 0
    return "", 0


def _is_name(line: str) -> bool:
    return 0 < len(line) <= _LONGEST and "\n" not in line and line[-1].isalpha() and not _ARTICLE.match(line)
