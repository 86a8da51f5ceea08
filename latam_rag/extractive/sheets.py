"""What a service sheet doesn't say: a part that is asked for and that the sheet hasn't."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from latam_rag import synonyms
from latam_rag.extractive.candidates import held, of_sheet
from latam_rag.extractive.growing import Quote
from latam_rag.extractive.scoring import PARTS, kinds_asked
from latam_rag.retrieve.sheets import Wanted, wanted
from latam_rag.types import Hit, Language, Passage

#: Parts that may say what another one is asked for; the first of each is what people call it.
_TOGETHER: Final = (
    ("cost",), ("time", "validity"), ("requirements", "documents"), ("channel", "office", "contact"), ("steps",),
)  # fmt: skip
_NAMES: Final = 0.75
"""Of the question's words, those of the part left out, what a sheet's name must hold to be the one asked about."""
_LISTED: Final = 6
_QUOTES: Final = 6


def part(question: str, hits: Sequence[Hit], *, language: Language) -> list[Quote]:
    """The part of a sheet that ``question`` asks for, whole; empty where it asks for none of one of the ``hits``."""
    found = []
    for asked in wanted(question, hits, language=language):
        own = [at for at, hit in enumerate(hits) if asked.has(hit.passage)]
        for at in sorted(own, key=lambda at: (_order(asked, hits[at].passage), hits[at].passage.start)):
            text = hits[at].passage.text
            found.append(Quote(at, len(text) - len(text.lstrip()), len(text.rstrip()), hits[at].score))
    return found[:_QUOTES]


def _order(asked: Wanted, passage: Passage) -> int:
    return asked.parts.index(str(passage.metadata["field"]))


class Lack(NamedTuple):
    title: str
    part: str
    others: tuple[str, ...]
    """The parts that the sheet has."""


def lacking(question: str, hits: Sequence[Hit], *, language: Language) -> Lack | None:
    """The sheet that ``question`` is about and the part of it that is asked for and isn't there; None where it is, or where
    another text may tell."""
    wanted = synonyms.keys(synonyms.asked(question, language), language)
    asked = _parts_asked(question, wanted)
    about = frozenset(key for key in wanted if key.removeprefix("=") not in asked)
    if not hits or not asked or not about:
        return None
    passage = hits[0].passage
    parts = passage.metadata.get("parts", ())
    if not isinstance(parts, tuple) or not parts or asked & set(parts):
        return None
    if len(of_sheet(passage, about, language)) < _NAMES * len(about):
        return None
    if any(_may_tell(hit.passage, asked, wanted, about, language) for hit in hits):
        return None
    title = passage.headings[-1] if passage.headings else passage.title
    return Lack(title, next(group[0] for group in _TOGETHER if asked & set(group)), parts[:_LISTED])


def _parts_asked(question: str, wanted: frozenset[str]) -> frozenset[str]:
    """Of one group of parts, those that the question names or asks for; empty when it asks for several things."""
    kinds = kinds_asked(question)
    named = frozenset(key.removeprefix("=") for key in wanted if key.startswith("="))
    found = [
        frozenset(group)
        for group in _TOGETHER
        if named & set(group) or any(PARTS[kind] & set(group) for kind in kinds & {"amount", "where"})
    ]
    return found[0] if len(found) == 1 else frozenset()


def _may_tell(
    passage: Passage, asked: frozenset[str], wanted: frozenset[str], about: frozenset[str], language: Language
) -> bool:
    """Whether ``passage`` says something of what is asked for: the part of a sheet, or the part's name and the subject's."""
    if passage.metadata.get("field") in asked:
        return len(of_sheet(passage, about, language)) >= _NAMES * len(about)
    names = wanted & {f"={part}" for part in asked}
    own = held(passage.indexed_text, passage, wanted, language)
    return bool(own & names) and len(own & about) >= _NAMES * len(about)
