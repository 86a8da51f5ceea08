"""The amounts, times and dates that a question takes for granted, and no quote has: *la multa de 50 UTM* where it is 5."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from latam_rag.types import Language
from latam_rag.verify.figures import Figure, figures, missing
from latam_rag.wording import fold


def unheld(question: str, quotes: Iterable[str], language: Language) -> list[str]:
    """Those of ``question`` that none of ``quotes`` has, as written there; a number without a unit says too little."""
    said = [figure for figure in figures(question, language) if is_value(figure)]
    return list(dict.fromkeys(_written(figure, question) for figure in missing(said, *quotes)))


def is_value(figure: Figure) -> bool:
    """Whether it is an amount, a time or a day, and not a name of something."""
    whole = figure.kind == "date" and not figure.value.endswith("*")
    return whole or figure.kind == "time" or (figure.kind == "number" and bool(figure.unit))


def values(question: str, language: Language) -> Iterator[str]:
    """The numbers of ``question`` that have a unit, and its days, in digits."""
    for figure in figures(question, language):
        if figure.kind == "number" and is_value(figure):
            yield figure.value
        elif figure.kind == "date" and is_value(figure):
            yield str(int(figure.value.rpartition("-")[2]))


def _written(figure: Figure, question: str) -> str:
    """With its unit, as the question has it; in digits where it has words."""
    folded = fold(question)
    if len(folded) == len(question) and figure.kind == "number":
        place = re.search(rf"{re.escape(figure.written)}\s?(?:%|\w+)?", folded)
        return question[slice(*place.span())] if place else f"{figure.value} {figure.unit}"
    return figure.written
