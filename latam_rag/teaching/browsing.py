"""The curriculum as a tree: country, grade, subject, and the axes of each document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from latam_rag.numerals import WORDS, fold, words_value
from latam_rag.teaching import Objective

LEVELS = ("country", "grade", "subject")
"""Of the tree, from its root; an objective's axis and document are the heading it stands under."""
_STAGES = (
    (0, r"infantil|transicion|inicial|parvular|preescolar|pre-?escola|creche|jardin|bebes|criancas"),
    (2, r"medi[oa]|secundaria|bachillerato|preparatoria"),
)
_NUMBER = re.compile(rf"\d{{1,2}}|\b(?:{WORDS})\b")


def options(objectives: Iterable[Objective], level: str) -> dict[str, int]:
    """What stands at ``level``, and how many objectives under it; grades from the first to the last, the rest by name.

    What sources write in two ways (*4° básico*, *4º Básico*) is one.
    """
    counts: dict[str, dict[str, int]] = {}
    for each in objectives:
        if value := getattr(each, level):
            written = counts.setdefault(same(value), {})
            written[value] = written.get(value, 0) + 1
    named = {max(written, key=lambda name: written[name]): sum(written.values()) for written in counts.values()}
    return dict(sorted(named.items(), key=lambda pair: _order(pair[0]) if level == "grade" else (fold(pair[0]),)))


def narrowed(objectives: Iterable[Objective], chosen: Mapping[str, str]) -> list[Objective]:
    """Those under all that is ``chosen``, by level."""
    wanted = {level: same(value) for level, value in chosen.items() if value}
    return [each for each in objectives if all(same(getattr(each, level)) == value for level, value in wanted.items())]


def below(objectives: Sequence[Objective], chosen: Mapping[str, str]) -> tuple[str, dict[str, int]] | None:
    """The next level with something to choose, and its options; None where only objectives are left."""
    for level in LEVELS:
        if not chosen.get(level) and len(found := options(objectives, level)) > 1:
            return level, found
    return None


def grouped(objectives: Sequence[Objective]) -> list[tuple[tuple[str, ...], list[Objective]]]:
    """Under their headings, in document order: what differs of document, grade and subject, and the axis."""
    differing = [level for level in ("title", "subject", "grade") if len({getattr(o, level) for o in objectives}) > 1]
    if "title" in differing and len(differing) > 1:
        # A table's rows are documents of their own, whose titles say no more than subject and grade.
        differing.remove("title")
    found: dict[tuple[str, ...], list[Objective]] = {}
    for heading, members in groupby(objectives, key=lambda o: (*(getattr(o, level) for level in differing), o.axis)):
        found.setdefault(heading, []).extend(members)
    for each_group in found.values():
        each_group.sort(key=lambda each: natural(each.name))
    return list(found.items())


@lru_cache(maxsize=20_000)
def same(value: str) -> str:
    """What two ways of writing a grade or subject have in common."""
    return " ".join(re.sub(r"[º°ª˚]", "° ", fold(value)).split())


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Orders *OA 2* before *OA 10*."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", fold(name)))


def _order(grade: str) -> tuple[int, int, str]:
    folded = fold(grade)
    stage = next((number for number, words in _STAGES if re.search(words, folded)), 1)
    found = _NUMBER.search(folded)
    number = (int(found[0]) if found[0].isdigit() else words_value(found[0]) or 0) if found else 0
    return stage, number, folded
