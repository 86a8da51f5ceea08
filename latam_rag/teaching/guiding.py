"""A work guide: what a student reads, does and writes by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from latam_rag.messages import text as said
from latam_rag.teaching import Objective, Row, aims, planning
from latam_rag.types import Language

_POINTS = 3
"""Of one objective that are worked on one by one."""
_TOLD = 4
"""Words from which a point is more than a topic."""


def make(objectives: Sequence[Objective], language: Language, duration: int) -> tuple[list[Row], dict[str, str]]:
    parts: dict[str, list[tuple[str, str, str]]] = {"before": [], "work": [], "challenge": [], "review": []}
    for objective in objectives:
        for part, text, lines in _tasks(objective, language):
            parts[part].append((text, lines, objective.id))
    made = [(part, *task) for part, tasks in parts.items() for task in tasks]
    rows = [
        Row(id=f"r{place}", part=part, cells={"activity": text, "lines": lines}, serves=(serves,))
        for place, (part, text, lines, serves) in enumerate(made)
    ]
    return rows, {"instructions": said("teaching.instructions_guide", language)}


def question(objective: Objective, language: Language) -> str:
    aim = aims.of(objective)
    return said(f"teaching.question_{aim.action}", language, about=aim.about)


def _tasks(objective: Objective, language: Language) -> list[tuple[str, str, str]]:
    """Part, text, and lines to write on."""
    aim = aims.of(objective)
    tasks = [("before", said("teaching.guide_before", language, statement=aim.statement.rstrip(":")), "3")]
    told = [point for point in aim.points if len(point.split()) >= _TOLD][:_POINTS]
    tasks += [("work", said("teaching.guide_point", language, point=point), "3") for point in told]
    tasks += [
        ("work", said("teaching.guide_suggestion", language, suggestion=each), "3") for each in aim.suggestions[:1]
    ]
    tasks.append(("work", said(f"teaching.question_{aim.action}", language, about=aim.about), "5"))
    tasks.append(("challenge", said("teaching.guide_challenge", language, about=aim.about), "4"))
    tasks += [
        ("review", said("teaching.guide_review", language, sign=sign), "0")
        for sign in planning.signs(objective, aim, language)[:2]
    ]
    return tasks
