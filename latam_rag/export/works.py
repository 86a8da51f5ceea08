"""What stands on a teacher's document: its head, the objectives word for word with their source, the work, the coverage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from latam_rag.export import Block, Kind, Page
from latam_rag.messages import text as said
from latam_rag.teaching import CELLS, FIELDS, NOTES, Objective, Row, Work, checking, objectives, rating

BEFORE = ("purpose", "contents", "instructions")
"""Notes that stand before the rows."""
_FOR_STUDENTS = ("quiz", "guide")
_LINES = 4
"""To answer an open question of a quiz on."""


def page(work: Work, *, institution: str, index: str) -> Page:
    """``institution`` stands above it unless its head names a school; ``index`` is where its objectives were checked."""
    language = work.language
    blocks = [
        *_if("institution", work.fields.get("school") or institution),
        Block(kind="title", text=work.title),
        *_head(work),
        *([] if work.kind in _FOR_STUDENTS else _objectives(work)),
        *_notes(work, before=True),
        *(_for_students(work) if work.kind in _FOR_STUDENTS else _table(work)),
        *_notes(work, before=False),
        *(_for_teachers(work) if work.kind in _FOR_STUDENTS else _coverage(work)),
    ]
    footer = said("teaching.footer", language, index=index)
    return Page(
        title=work.title, language=language, blocks=blocks, footer=footer, landscape=work.kind == "rubric"
    )  # fmt: skip


def source(objective: Objective, language: str) -> str:
    """Where its text stands: document, who issued it, page, official address; a line each."""
    where = objective.page
    if where.isdecimal():
        where = said("teaching.page", language, page=where)
    lines = [", ".join(part for part in (objective.title, where) if part), objective.body]
    if objective.url.startswith(("http://", "https://")):
        lines.append(objective.url)
    return "\n".join(line for line in lines if line)


def serving(row: Row, work: Work) -> str:
    names = objectives.named(work.objectives)
    return ", ".join(names[each] for each in row.serves if each in names)


def _head(work: Work) -> Iterator[Block]:
    language = work.language
    if work.kind in _FOR_STUDENTS:
        points = str(checking.total(work, "points"))
        key = "teaching.student" if work.kind == "quiz" else "teaching.student_guide"
        yield Block(kind="paragraph", text=said(key, language, points=points))
        line = " · ".join(work.fields[key] for key in ("teacher", "subject", "grade", "date") if work.fields.get(key))
        yield from _if("meta", line)
        return
    shown = [key for key in FIELDS if key != "school" and (work.fields.get(key) or key in ("teacher", "date"))]
    if work.kind == "rubric":
        shown = [key for key in shown if key != "duration"]
    named = [(said(f"teaching.field_{key}", language), work.fields.get(key, "")) for key in shown]
    named += [("", "")] * (len(named) % 2)
    rows = [(*named[at], *named[at + 1]) for at in range(0, len(named), 2)]
    yield Block(kind="fields", rows=rows)


def _objectives(work: Work) -> Iterator[Block]:
    language, names = work.language, objectives.named(work.objectives)
    yield Block(kind="heading", text=said("teaching.objectives", language))
    head = [said(f"teaching.{key}", language) for key in ("objective", "objective_text", "objective_source")]
    rows = [(names[each.id], each.text, source(each, language)) for each in work.objectives]
    yield Block(kind="table", rows=[head, *rows], widths=(16, 54, 30))


def _notes(work: Work, *, before: bool) -> Iterator[Block]:
    for key in NOTES[work.kind]:
        text = work.notes.get(key, "").strip()
        if (key in BEFORE) != before or not text:
            continue
        yield Block(kind="heading", text=said(f"teaching.note_{key}", work.language))
        for line in text.split("\n"):
            bare = line.strip()
            if bare.startswith("- "):
                yield Block(kind="item", text=bare[2:])
            elif bare:
                yield Block(kind="source" if bare.endswith(":") else "paragraph", text=bare)


def _table(work: Work) -> Iterator[Block]:
    """The rows of a plan or a rubric, as one table."""
    language, numbers = work.language, checking.numbered(work)
    rows = checking.ordered(work)
    if work.kind == "plan":
        yield Block(kind="heading", text=said("teaching.sequence", language))
        columns: tuple[str, ...] = ("number", "cell_moment", "cell_minutes", "cell_activity", "serves")
        widths: tuple[int, ...] = (7, 15, 12, 48, 18)
        body: list[tuple[str, ...]] = [
            (
                str(numbers[row.id]), said(f"teaching.part_{row.part}", language),
                said("teaching.minutes_short", language, minutes=row.cells.get("minutes") or "0"),
                row.cells.get("activity", ""), serving(row, work),
            )
            for row in rows
        ]  # fmt: skip
        whole = said("teaching.minutes_short", language, minutes=checking.total(work, "minutes"))
        body.append(("", said("teaching.total", language), whole, "", ""))
    else:
        yield Block(kind="heading", text=said("teaching.criteria", language))
        best = str(len(rating.LEVELS) * len(rows))
        yield Block(kind="paragraph", text=said("teaching.student_rubric", language, points=best))
        columns = ("number", *(f"cell_{cell}" for cell in CELLS["rubric"]), "serves")
        widths = (6, 21, 16, 15, 15, 14, 13)
        body = [
            (str(numbers[row.id]), *(row.cells.get(cell, "") for cell in CELLS["rubric"]), serving(row, work))
            for row in rows
        ]
    head = [said(f"teaching.{column}", language) for column in columns]
    yield Block(kind="table", rows=[head, *body], widths=widths)


def _for_students(work: Work) -> Iterator[Block]:
    """The rows of a quiz or a guide, with room to answer."""
    language, numbers = work.language, checking.numbered(work)
    for part, rows in groupby(checking.ordered(work), key=lambda row: row.part):
        yield Block(kind="heading", text=said(f"teaching.part_{part}", language))
        for row in rows:
            text = row.cells.get("item") or row.cells.get("activity", "")
            points = row.cells.get("points", "")
            worth = said("teaching.points_short", language, points=points) if points else ""
            yield Block(kind="paragraph", text=f"{numbers[row.id]}. {text} {worth}".strip())
            lines = _LINES if part == "open" else 1 if part in ("true_false", "order") else 0
            yield Block(kind="lines", text=str(checking.number(row.cells.get("lines", "")) or lines))


def _for_teachers(work: Work) -> Iterator[Block]:
    """On a page of its own: the key, the objectives and what covers them."""
    language, numbers = work.language, checking.numbered(work)
    yield Block(kind="break")
    yield Block(kind="meta", text=said("teaching.for_teacher", language, title=work.title))
    if work.kind == "quiz":
        yield Block(kind="heading", text=said("teaching.key", language))
        head = [said(f"teaching.{key}", language) for key in ("number", "cell_key", "cell_points", "serves")]
        body = [
            (str(numbers[row.id]), row.cells.get("key", ""), row.cells.get("points", ""), serving(row, work))
            for row in checking.ordered(work)
        ]
        whole = ("", said("teaching.total", language), str(checking.total(work, "points")), "")
        yield Block(kind="table", rows=[head, *body, whole], widths=(7, 61, 12, 20))
    yield from _objectives(work)
    yield from _coverage(work)


def _coverage(work: Work) -> Iterator[Block]:
    language, names = work.language, objectives.named(work.objectives)
    yield Block(kind="heading", text=said("teaching.coverage", language))
    head = [said(f"teaching.{key}", language) for key in ("objective", "covered_by")]
    rows = [
        (names[id_], ", ".join(map(str, numbers)) if numbers else said("teaching.not_covered", language))
        for id_, numbers in checking.coverage(work).items()
    ]
    yield Block(kind="table", rows=[head, *rows], widths=(30, 70))


def _if(kind: Kind, text: str) -> list[Block]:
    return [Block(kind=kind, text=text)] if text else []
