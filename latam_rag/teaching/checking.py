"""What holds of a work before it is handed in: every objective covered, minutes that add up, codes that exist."""

from __future__ import annotations

from collections.abc import Iterable

from latam_rag.teaching import PARTS, Row, Work, objectives


def ordered(work: Work) -> list[Row]:
    """The rows by their parts, each part in its own order."""
    return [row for part in PARTS[work.kind] for row in work.rows if row.part == part]


def numbered(work: Work) -> dict[str, int]:
    """Each row's number, by its id, as it is printed."""
    return {row.id: number for number, row in enumerate(ordered(work), start=1)}


def coverage(work: Work) -> dict[str, tuple[int, ...]]:
    """The numbers of the rows that serve each objective, by its id; none for one that isn't covered yet."""
    numbers = numbered(work)
    return {
        each.id: tuple(sorted(numbers[row.id] for row in work.rows if each.id in row.serves))
        for each in work.objectives
    }


def total(work: Work, cell: str) -> int:
    """The sum of the rows' minutes or points."""
    return sum(number(row.cells.get(cell, "")) for row in work.rows)


def number(written: str) -> int:
    return int(written) if written.isdecimal() else 0


def strange_codes(work: Work, known: Iterable[str]) -> list[str]:
    """Codes, as written, that stand in what the teacher may change and that the curriculum doesn't have; ``known`` are its
    codes and the names of its objectives."""
    texts = [*work.fields.values(), *work.notes.values(), work.title]
    texts += [cell for row in work.rows for cell in row.cells.values()]
    exists = set(known)
    found = (code for text in texts for code in objectives.mentioned(text))
    strange = [written for written, canonical in found if canonical not in exists]
    # Those that can't exist aren't recognised as codes.
    written_so = {objectives.compact(each) for each in exists} | {
        objectives.compact(each.name) for each in work.objectives
    }
    shaped = (code for text in texts for code in objectives.shaped(text))
    strange += [code for code in shaped if objectives.compact(code) not in written_so]
    return list({objectives.compact(code): code for code in reversed(strange)}.values())[::-1]
