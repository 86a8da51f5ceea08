"""Works filled from the objectives themselves: useful as they stand, and there to be changed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence

from latam_rag.messages import text as said
from latam_rag.teaching import FIELDS, Kind, Objective, Work, guiding, planning, quizzing, rating
from latam_rag.types import Language

_DURATIONS = {"CL": 90, "BR": 50, "MX": 50, "CO": 60}
"""Minutes of the usual lesson."""
_DURATION = 45


def make(kind: Kind, objectives: Sequence[Objective], *, fields: Mapping[str, str] | None = None) -> Work:
    """A work of ``kind`` for ``objectives``, at least one, in the language of most of them. ``fields`` is what its head
    says already, as far as the objectives don't say it."""
    language = _language(objectives)
    head = _fields(objectives, fields or {})
    makers = {"plan": planning.make, "quiz": quizzing.make, "rubric": rating.make, "guide": guiding.make}
    rows, notes = makers[kind](objectives, language, int(head["duration"]))
    name = said(f"teaching.kind_{kind}", language)
    title = said("teaching.title_of", language, kind=name, subject=head["subject"], grade=head["grade"])
    return Work(
        id=secrets.token_hex(6), kind=kind, title=title.strip(" ,:"), language=language, fields=head, notes=notes,
        rows=tuple(rows), objectives=tuple(objectives),
    )  # fmt: skip


def row_for(kind: Kind, part: str, objective: Objective, language: Language) -> Mapping[str, str]:
    """What a row that is added begins with."""
    if kind == "plan":
        return {"minutes": "0", "activity": planning.practice(objective, language)}
    if kind == "quiz":
        return quizzing.item(part, objective, language)
    if kind == "rubric":
        return rating.criteria(objective, language)[0]
    return {"activity": guiding.question(objective, language), "lines": "4"}


def _fields(objectives: Sequence[Objective], given: Mapping[str, str]) -> dict[str, str]:
    minutes = _DURATIONS.get(objectives[0].country, _DURATION)
    own = {
        "grade": ", ".join(dict.fromkeys(each.grade for each in objectives if each.grade)),
        "subject": ", ".join(dict.fromkeys(each.subject for each in objectives if each.subject)),
        "duration": str(minutes),
    }
    fields = {key: own.get(key) or given.get(key, "") for key in FIELDS}
    return {**fields, "duration": given.get("duration") or own["duration"]}


def _language(objectives: Sequence[Objective]) -> Language:
    return Counter(each.language for each in objectives).most_common(1)[0][0]
