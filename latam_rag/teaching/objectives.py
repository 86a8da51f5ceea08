"""The objectives of an index, from its passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from latam_rag.index import Index
from latam_rag.numerals import fold
from latam_rag.references import BR_CODE, CL_CODE, canonical_code
from latam_rag.teaching import Objective
from latam_rag.types import Filters, Passage

#: What stands before an axis in a heading: «Eje: …», «Unidade temática: …».
_NAMED = re.compile(r"\A(?:ejes?(?: tematicos?)?|unidade? tematica|unidad|campo(?: de \w+)?)\s*[:–-]\s*")
_CODE = re.compile(rf"(?:{CL_CODE.pattern}|{BR_CODE.pattern})")
#: ``MA09 OA 99``, ``EF99ZZ99``, ``EM13MAT101``.
_SHAPED = re.compile(r"\b(?:[A-Z]{2}\d[\dM]\s*OA[AHT]?\s*(?:[A-Z]{2})?\s*\d{1,3}|E[IFM]\d{2}[A-Z]{2,3}\d{2,3})\b")


def of_index(index: Index) -> tuple[Objective, ...]:
    """All that apply today, in document order. Reads the curriculum once: keep the result."""
    facets = {"domain": ("curriculum",)} if index.definition.domain == "mixed" else {}
    passages = index.store.lookup(filters=Filters(facets=facets), limit=max(index.store.count(), 1))
    return tuple(of_passages(passages))


def of_passages(passages: Iterable[Passage]) -> list[Objective]:
    """One for each code of a document: what was split over several passages is put together again."""
    found: dict[tuple[str, ...], Objective] = {}
    for passage in passages:
        made = _of(passage)
        if made is None:
            continue
        key = (made.uri, made.name, made.grade, made.subject)
        first = found.get(key)
        if first is None:
            found[key] = made
        elif fold(made.text) not in fold(first.text):
            found[key] = replace(first, text=f"{first.text}\n{made.text}")
    return list(found.values())


def named(objectives: Sequence[Objective]) -> dict[str, str]:
    """By id, a name that no other of ``objectives`` has: «DBA 3» of two subjects is told by subject and grade."""
    times = Counter(each.name for each in objectives)
    names = {each.id: each.name if times[each.name] == 1 else f"{each.name} ({_place(each)})" for each in objectives}
    again = Counter(names.values())
    return {
        each.id: names[each.id] if again[names[each.id]] == 1 else f"{names[each.id]} – {each.title}"
        for each in objectives
    }


def mentioned(text: str) -> list[tuple[str, str]]:
    """The curriculum codes that stand in ``text``: as written, and canonical."""
    return [
        (text[match.start() : match.end()], canonical_code(text[match.start() : match.end()]))
        for match in _CODE.finditer(fold(text))
    ]


def _of(passage: Passage) -> Objective | None:
    said = {key: str(value) for key, value in passage.metadata.items() if isinstance(value, str | int)}
    if said.get("domain", "curriculum") != "curriculum" or said.get("field") or said.get("article"):
        return None
    if not passage.label or not (said.get("code") or (said.get("grade") and said.get("subject"))):
        return None
    text = _without_code(passage.text, passage.label)
    if not any(char.isalpha() for char in text):
        return None
    page = str(passage.page) if passage.page else said.get("source_page", "")
    return Objective(
        id=passage.id, name=passage.label, code=said.get("code", ""), text=text, country=said.get("country", ""),
        grade=said.get("grade", ""), subject=_capital(said.get("subject", "")),
        axis=(said.get("axis") or _axis(passage)).strip(" ."), title=passage.title, body=said.get("body", ""), page=page,
        url=passage.url, uri=passage.uri, language=passage.language,
    )  # fmt: skip


def _axis(passage: Passage) -> str:
    last = passage.headings[-1] if passage.headings else ""
    subject, grade = (fold(str(passage.metadata.get(key, ""))) for key in ("subject", "grade"))
    if fold(last) == grade or (subject and subject in fold(last)):
        # «MATEMÁTICA – 3º ANO» says nothing that they don't.
        return ""
    match = _NAMED.match(fold(last))
    return last[match.end() :] if match else last


def _without_code(text: str, label: str) -> str:
    """The rest of ``text`` after the code that opens it, which ``label`` says already."""
    bare = text.strip()
    match = re.match(rf"[\s>*_•(-]*{re.escape(fold(label))}[\s)*_:.–-]*", fold(bare)) if label else None
    return bare[match.end() :].strip() if match else bare


def _place(objective: Objective) -> str:
    return ", ".join(part for part in (objective.subject, objective.grade) if part) or objective.title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shaped(text: str) -> list[str]:
    """What looks like a code, whether there can be one or not: a grade that no school has makes an invented code no less
    invented."""
    return [match[0] for match in _SHAPED.finditer(text)]


def compact(code: str) -> str:
    """The same for ``MA04 OA 08`` and ``ma04oa08``."""
    return "".join(code.split()).upper()
