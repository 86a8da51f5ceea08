"""The amounts, times and dates that a question takes for granted, and no quote has: *la multa de 50 UTM* where it is 5."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from latam_rag.types import Language
from latam_rag.verify.figures import Figure, figures, missing
from latam_rag.wording import fold

#: From Monday on, in folded text; Portuguese leaves *-feira* away within a stretch (*de segunda a sexta*).
_WEEK: Final = ("lunes|segundas?-feiras?", "martes|tercas?-feiras?", "miercoles|quartas?-feiras?",
                "jueves|quintas?-feiras?", "viernes|sextas?-feiras?", "sabados?", "domingos?")  # fmt: skip
_WEEKDAY: Final = re.compile(r"\b(?:" + "|".join(f"({day})" for day in _WEEK) + r")\b")
_STRETCH: Final = re.compile(r"\b(\w+)(?:-feiras?)? (?:a|as|ao|ate|hasta)(?: el| o| a)? (\w+)\b")
_EVERY: Final = re.compile(r"\b(?:tod[oa]s (?:los|os) dias|diari[ao]\w*|cada dia|demas dias|demais dias)\b")
_WORKDAYS: Final = re.compile(r"\bdias (?:habiles|uteis|laborables|laborales)\b")
#: Asks for something else than whether it is so.
_ASKING: Final = re.compile(
    r"\b(?:cuando|quando|cual(?:es)?|qual|quais|[cq]uant[oa]s?|donde|onde|quien(?:es)?|quem"
    r"|por que|para que|en que|em que|como)\b"
    r"|^\W*(?:que|o que|quais|a que)\b"
)


def unheld(question: str, quotes: Iterable[str], language: Language) -> list[str]:
    """Those of ``question`` that none of ``quotes`` has, as written there; a number without a unit says too little."""
    quoted = list(quotes)
    said = [figure for figure in figures(question, language) if is_value(figure) and not _orders(figure, question)]
    held = frozenset[int]().union(*map(days, quoted))
    lacking = [_written(figure, question) for figure in missing(said, *quoted)]
    return list(dict.fromkeys((*lacking, *(word for day, word in _days(question) if day not in held))))


def days(text: str) -> frozenset[int]:
    """The days of the week that ``text`` names, from 0 for Monday; *de lunes a viernes* names five."""
    folded = fold(text)
    found = {day for day, _ in _days(text)}
    for match in _STRETCH.finditer(folded):
        first, last = map(_weekday, match.groups())
        if first is not None and last is not None:
            found.update(range(first, last + 1))
    if _EVERY.search(folded):
        found.update(range(len(_WEEK)))
    if _WORKDAYS.search(folded):
        found.update(range(5))
    return frozenset(found)


def _weekday(name: str) -> int | None:
    """Of a name that stands in a stretch of days."""
    match = _WEEKDAY.fullmatch(name) or _WEEKDAY.fullmatch(f"{name}-feira")
    return match.lastindex - 1 if match and match.lastindex else None


def _days(text: str) -> Iterator[tuple[int, str]]:
    folded = fold(text)
    if len(folded) == len(text):
        for match in _WEEKDAY.finditer(folded):
            yield (match.lastindex or 1) - 1, text[slice(*match.span())]


def taken_for_granted(question: str, language: Language) -> frozenset[str]:
    """The days of the week, folded, and the months and amounts of a question that asks whether something is so: *¿La patente
    se paga en marzo?* is answered by when it is paid."""
    whether = not _ASKING.search(fold(question))
    found = [figure for figure in figures(question, language) if whether]
    said = [figure.written for figure in found if _is_month(figure)]
    values = [figure for figure in found if figure.kind == "number" and is_value(figure)]
    said += [_written(figure, question) for figure in values if not _orders(figure, question)]
    said += [word for _, word in _days(question)]
    return frozenset(word for each in said for word in re.findall(r"\d+(?:[.,]\d+)*|\w+", fold(each)))


def is_value(figure: Figure) -> bool:
    """Whether it is an amount, a time or a day, and not a name of something."""
    whole = figure.kind == "date" and not figure.value.endswith("*")
    exact = figure.kind == "number" and (
        bool(figure.unit) or re.fullmatch(r"\d+[.,]\d{1,2}", figure.written) is not None
    )
    return whole or _is_month(figure) or figure.kind == "time" or exact


def _orders(figure: Figure, question: str) -> bool:
    """Whether it is an ordinal: the *4º ano* is a grade."""
    return figure.kind == "number" and re.search(rf"\b{re.escape(figure.written)}\s?[ºª°]", question) is not None


def _is_month(figure: Figure) -> bool:
    return figure.kind == "date" and figure.value.startswith("*-") and figure.value.endswith("-*")


def values(question: str, language: Language) -> Iterator[str]:
    """The numbers of ``question`` that have a unit, and its days, in digits."""
    for figure in figures(question, language):
        if figure.kind == "number" and is_value(figure):
            yield figure.value
        elif figure.kind == "date" and is_value(figure) and not _is_month(figure):
            yield str(int(figure.value.rpartition("-")[2]))


def _written(figure: Figure, question: str) -> str:
    """With its unit, as the question has it; in digits where it has words."""
    folded = fold(question)
    if len(folded) == len(question) and figure.kind == "number":
        place = re.search(rf"{re.escape(figure.written)}\s?(?:%|\w+)?", folded)
        return question[slice(*place.span())] if place else f"{figure.value} {figure.unit}"
    return figure.written
