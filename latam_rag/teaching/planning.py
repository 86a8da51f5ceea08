"""A lesson plan: opening, development and closing, in minutes that add up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from latam_rag.messages import text as said
from latam_rag.numerals import fold
from latam_rag.teaching import Objective, Row, aims
from latam_rag.types import Language

_SHARE = 6
"""Opening and closing each take this part of the lesson."""
_APART = 3
"""Objectives up to which guided work and practice are rows of their own."""
_POINTS = 6
_SIGNS = 4
#: What an objective may name that somebody has to bring; the words before and after it are kept as they stand.
_THINGS = re.compile(
    r"\b(?:regla|balanza|termometro|vaso graduado|lupa|microscopio|mapas?|globo terraqueo|atlas|recta numerica|abaco|compas"
    r"|transportador|calculadora|geoplano|tangrama?|cinta metrica|relojes?|calendario|instrumentos musicales|pelotas?|semillas"
    r"|regua|balanca|copo graduado|termometro|mapas|reta numerica|compasso|transferidor|fita metrica|relogios?|sementes"
    r"|material concreto|cedulas|moedas|billetes|monedas|microscopio|maquetas?|maquetes?)\b"
)


def make(objectives: Sequence[Objective], language: Language, duration: int) -> tuple[list[Row], dict[str, str]]:
    found = [aims.of(each) for each in objectives]
    everyone = tuple(each.id for each in objectives)
    first = found[0]
    question = said(f"teaching.question_{first.action}", language, about=first.about)
    made = [("opening", said("teaching.opening", language, about=_topics(objectives, found)), everyone)]
    for objective, aim in zip(objectives, found, strict=True):
        steps = [guided(aim, language), _practised(aim, language)]
        made += [
            ("development", step, (objective.id,)) for step in (steps if len(found) <= _APART else [" ".join(steps)])
        ]
    made.append(("closing", said("teaching.closing", language, question=question), everyone))
    minutes = shared([part for part, _, _ in made], duration)
    rows = [
        Row(id=f"r{place}", part=part, cells={"minutes": str(time), "activity": text}, serves=serves)
        for place, ((part, text, serves), time) in enumerate(zip(made, minutes, strict=True))
    ]
    return rows, _notes(objectives, found, language)


def guided(aim: aims.Aims, language: Language) -> str:
    text = said(f"teaching.guided_{aim.action}", language, about=aim.about)
    if aim.points:
        points = "; ".join(f"«{point.rstrip(' .;')}»" for point in aim.points[:_POINTS])
        text = f"{text} {said('teaching.with_points', language, points=points)}."
    return text


def practice(objective: Objective, language: Language) -> str:
    return _practised(aims.of(objective), language)


def _practised(aim: aims.Aims, language: Language) -> str:
    text = said(f"teaching.practice_{aim.action}", language, about=aim.about)
    if aim.suggestions:
        text = f"{text} {said('teaching.with_suggestion', language, suggestion=aim.suggestions[0])}"
    return text


def shared(parts: Sequence[str], duration: int) -> list[int]:
    """Minutes for rows in ``parts``, which add up to ``duration``; in fives as far as it goes."""
    ends = [part in ("opening", "closing") for part in parts]
    each = max(5 * round(duration / _SHARE / 5), 5) if duration >= 20 else duration // max(len(parts), 1)
    times = [each if end else 0 for end in ends]
    middle = [place for place, end in enumerate(ends) if not end] or [len(parts) - 1]
    left = duration - sum(times)
    step = 5 if left >= 5 * len(middle) else 1
    for place in middle:
        times[place] += left // step // len(middle) * step
    over = duration - sum(times)
    # What doesn't divide goes to the last ones, in which students work by themselves.
    for place in reversed(middle):
        extra = min(step, over)
        times[place], over = times[place] + extra, over - extra
    times[middle[-1]] += over
    return times


def signs(objective: Objective, aim: aims.Aims, language: Language) -> tuple[str, ...]:
    """By which one sees the objective reached: the document's, else what its verb says."""
    return aim.signs[:_SIGNS] or (said(f"teaching.sign_{aim.action}", language, about=aim.about),)


def _notes(objectives: Sequence[Objective], found: Sequence[aims.Aims], language: Language) -> dict[str, str]:
    goals = "; ".join(
        f"«{aim.statement.rstrip(' .:;')}» ({each.name})" for each, aim in zip(objectives, found, strict=True)
    )
    contents = [point.rstrip(" .;") for aim in found for point in (aim.points or (aim.about,))]
    indicators = []
    for each, aim in zip(objectives, found, strict=True):
        key = "teaching.indicators_of" if aim.signs else "teaching.no_indicators"
        indicators.append(said(key, language, name=each.name))
        indicators += [f"- {sign}" for sign in signs(each, aim, language)]
    things = dict.fromkeys(thing for each in objectives for thing in _things(each.text))
    materials = [said(f"teaching.{key}", language) for key in ("materials", "materials_board", "materials_paper")]
    return {
        "purpose": f"{said('teaching.purpose', language, goals=goals)}.",
        "contents": "\n".join(f"- {line}" for line in dict.fromkeys(contents)),
        "indicators": "\n".join(indicators),
        "materials": "\n".join(f"- {line}" for line in [*materials, *things]),
        "evaluation": said("teaching.evaluation", language),
        "adaptations": said("teaching.adaptations", language),
    }


def _things(text: str) -> list[str]:
    return [text[match.start() : match.end()].capitalize() for match in _THINGS.finditer(fold(text))]


def _topics(objectives: Sequence[Objective], found: Sequence[aims.Aims]) -> str:
    axes = list(dict.fromkeys(each.axis for each in objectives if each.axis))
    return found[0].about if len(found) == 1 or not axes or len(axes) > 2 else "», «".join(axes)
