"""Works as JSON, and back: the objectives are taken from the index again, so that no old or invented text is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latam_rag.teaching import KINDS, Objective, Row, Work


def as_json(work: Work) -> dict[str, Any]:
    return {
        "id": work.id,
        "kind": work.kind,
        "title": work.title,
        "language": work.language,
        "fields": dict(work.fields),
        "notes": dict(work.notes),
        "rows": [[row.id, row.part, dict(row.cells), list(row.serves)] for row in work.rows],
        "objectives": [[o.id, o.name, o.uri, o.grade, o.subject] for o in work.objectives],
    }


def from_json(said: Mapping[str, Any], known: Sequence[Objective]) -> tuple[Work, list[str], list[str]]:
    """The work, the names of objectives whose text has changed since, and of those that are no more in the index.

    KeyError, TypeError and ValueError for what another version wrote.
    """
    if said["kind"] not in KINDS:
        raise ValueError(said["kind"])
    by_id = {each.id: each for each in known}
    by_place = {(o.name, o.uri, o.grade, o.subject): o for o in known}
    now: dict[str, Objective] = {}
    changed, gone = [], []
    for id_, *place in said["objectives"]:
        name, uri, grade, subject = place
        found = by_id.get(id_) or by_place.get((name, uri, grade, subject))
        if found is None:
            gone.append(str(name))
            continue
        if found.id != id_:
            changed.append(str(name))
        now[id_] = found
    rows = tuple(
        Row(id=id_, part=part, cells=dict(cells), serves=tuple(now[each].id for each in serves if each in now))
        for id_, part, cells, serves in said["rows"]
    )
    work = Work(
        id=said["id"], kind=said["kind"], title=said["title"], language=said["language"], fields=dict(said["fields"]),
        notes=dict(said["notes"]), rows=rows, objectives=tuple(now.values()),
    )  # fmt: skip
    return work, changed, gone
