"""A rubric: criteria with four levels in words, graded by what the objective's verb asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from latam_rag.messages import text as said
from latam_rag.teaching import Objective, Row, aims, planning
from latam_rag.types import Language

_CRITERIA = 3
"""Of one objective."""
LEVELS = ("excellent", "good", "basic", "initial")


def make(objectives: Sequence[Objective], language: Language, duration: int) -> tuple[list[Row], dict[str, str]]:
    made = [(cells, each.id) for each in objectives for cells in criteria(each, language)]
    rows = [
        Row(id=f"r{place}", part="criterion", cells=cells, serves=(serves,))
        for place, (cells, serves) in enumerate(made)
    ]
    return rows, {"instructions": said("teaching.instructions_rubric", language)}


def criteria(objective: Objective, language: Language) -> list[dict[str, str]]:
    """What the document says one sees, each with its levels; at least one."""
    aim = aims.of(objective)
    found = []
    for sign in planning.signs(objective, aim, language)[:_CRITERIA]:
        first = next(iter(re.findall(r"[^\W\d_]+", sign)), "")
        action = (aims.action_of(first, objective.language) if aim.signs else None) or aim.action
        levels = {level: said(f"teaching.{level}_{action}", language) for level in LEVELS}
        found.append({"criterion": sign, **levels})
    return found
