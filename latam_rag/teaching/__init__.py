"""What a teacher makes of a curriculum: a lesson plan, a quiz, a rubric or a work guide of the objectives chosen.

All of it is filled from the curriculum itself, without a model. Codes and their texts come from the index and can't be
changed; what a teacher writes beside them is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from latam_rag.types import Language

Kind = Literal["plan", "quiz", "rubric", "guide"]
KINDS: tuple[Kind, ...] = ("plan", "quiz", "rubric", "guide")

#: The parts that the rows of a kind stand in, in their order.
PARTS: Mapping[Kind, tuple[str, ...]] = {
    "plan": ("opening", "development", "closing"),
    "quiz": ("complete", "true_false", "order", "open"),
    "rubric": ("criterion",),
    "guide": ("before", "work", "challenge", "review"),
}
#: What a row of a kind says, in its order.
CELLS: Mapping[Kind, tuple[str, ...]] = {
    "plan": ("minutes", "activity"),
    "quiz": ("item", "key", "points"),
    "rubric": ("criterion", "excellent", "good", "basic", "initial"),
    "guide": ("activity", "lines"),
}
#: Cells that hold a number.
NUMBERS = ("minutes", "points", "lines")
#: What is said of the whole.
NOTES: Mapping[Kind, tuple[str, ...]] = {
    "plan": ("purpose", "contents", "indicators", "materials", "evaluation", "adaptations"),
    "quiz": ("instructions",),
    "rubric": ("instructions",),
    "guide": ("instructions",),
}
#: The head of the document; ``duration`` is a number of minutes.
FIELDS = ("school", "teacher", "grade", "subject", "date", "duration")


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """What is to be learned, as the curriculum says it. ``text`` is a literal stretch of the document."""

    id: str
    """Of its passage."""
    name: str
    """As it is cited: ``MA04 OA 08``, ``DBA 3``."""
    code: str
    """Canonical; empty where the curriculum only numbers."""
    text: str
    country: str
    grade: str
    subject: str
    axis: str
    title: str
    """Of the document."""
    body: str
    page: str
    """Where in it, as far as its source says."""
    url: str
    uri: str
    language: Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of a work: an activity, an item, a criterion. ``serves`` holds the ids of the objectives it is for."""

    id: str
    part: str
    cells: Mapping[str, str]
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A document a teacher hands in or out."""

    id: str
    kind: Kind
    title: str
    language: Language
    fields: Mapping[str, str]
    notes: Mapping[str, str]
    rows: tuple[Row, ...]
    objectives: tuple[Objective, ...] = field(repr=False)
