"""What stands on a page: an answer with all it rests on, or a service's sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from latam_rag import browse, services
from latam_rag.export import Block, Kind, Page
from latam_rag.messages import text as said
from latam_rag.services import Sheet
from latam_rag.types import Answer, Citation, Passage


def answer(answer: Answer, *, institution: str, index: str, at: datetime, filters: str, language: str) -> Page:
    """``at`` is when it was answered, ``filters`` what was left out of the search, in words; ``language`` the page's own."""
    title = said("export.answer_title", language)
    blocks = [
        *_head(institution, title, at, index, language),
        *_if("meta", filters),
        Block(kind="heading", text=said("export.question", language)),
        Block(kind="paragraph", text=answer.question),
        Block(kind="heading", text=said("export.answer", language)),
    ]
    if answer.refused or not answer.sentences:
        blocks += [Block(kind="warning", text=answer.reason or said("export.refused", language))]
    else:
        for sentence in answer.sentences:
            numbers = "".join(f"[{number}]" for number in sentence.citations)
            # What the source sets apart with an empty line are entries of one sentence here.
            text = re.sub(r"\n\s*\n", "\n", sentence.text)
            blocks.append(Block(kind="paragraph", text=f"{text} {numbers}".strip()))
        blocks += _if("warning", answer.reason)
        blocks.append(Block(kind="heading", text=said("export.sources", language)))
        for citation in answer.citations:
            blocks += _source(citation, language)
    return Page(title=title, language=language, blocks=blocks, footer=said("export.footer", language))


def sheet(sheet: Sheet, *, institution: str, at: datetime, language: str) -> Page:
    """For the person at the desk: what to bring first, without the law it rests on."""
    blocks = [
        *_if("institution", institution or sheet.body),
        Block(kind="title", text=sheet.name),
    ]
    for part in sheet.parts:
        if part == "legal_basis":
            continue
        blocks.append(Block(kind="heading", text=part_name(part, language)))
        blocks += _entries(sheet, part)
    for part in sheet.missing():
        name = part_name(part, language)
        blocks += [
            Block(kind="heading", text=name),
            Block(kind="paragraph", text=said("export.not_stated", language)),
        ]
    blocks += _if("link", sheet.url)
    printed = said("export.printed", language, date=at.strftime("%d-%m-%Y"))
    return Page(title=sheet.name, language=language, blocks=blocks, footer=printed)


def _entries(sheet: Sheet, part: str) -> Iterator[Block]:
    listed = part in services.CHECKLIST
    if part == "steps":
        yield from (Block(kind="paragraph", text=step) for step in services.steps(sheet.text(part)))
        return
    entries = services.items(sheet.text(part), sentences=listed)
    for entry in entries:
        if entry.endswith(":") and len(entries) > 1:
            yield Block(kind="source", text=entry)
        else:
            yield Block(kind="check" if listed else "item" if len(entries) > 1 else "paragraph", text=entry)


def part_name(part: str, language: str) -> str:
    """What people call a part of a sheet; a part of its own keeps its name."""
    if part in services.PARTS:
        return said(f"export.part_{part}", language)
    return part.replace("_", " ").capitalize()


def validity(passage: Passage, language: str) -> str:
    """Whether it applies, and since or until when."""
    state = browse.applies(passage)
    until, since = (local_date(str(passage.metadata.get(key, ""))) for key in ("valid_to", "valid_from"))
    if state == "repealed":
        return said("export.repealed_on", language, date=until) if until else said("export.repealed", language)
    if state == "future":
        return said("export.future", language, date=since)
    if state == "in_force" and since:
        return said("export.in_force_from", language, date=since)
    return said(f"export.{state}", language)


def local_date(iso: str) -> str:
    """``2020-01-31…`` as both languages write it, ``31-01-2020``; empty without one."""
    try:
        return datetime.fromisoformat(iso).strftime("%d-%m-%Y")
    except ValueError:
        return iso


def _head(institution: str, title: str, at: datetime, index: str, language: str) -> Iterator[Block]:
    yield from _if("institution", institution)
    yield Block(kind="title", text=title)
    when = at.strftime("%d-%m-%Y %H:%M")
    yield Block(kind="meta", text=said("export.made", language, date=when, index=index))


def _source(citation: Citation, language: str) -> Iterator[Block]:
    passage = citation.passage
    page = said("export.page", language, page=citation.page) if citation.page else ""
    yield Block(kind="source", text=f"[{citation.number}] {passage.header}{page}")
    yield Block(kind="quote", text=f"«{' '.join(citation.quote.split())}»")
    kind: Kind = "warning" if browse.applies(passage) in ("repealed", "partially_repealed") else "meta"
    yield Block(kind=kind, text=validity(passage, language))
    if passage.url.startswith(("http://", "https://")):
        yield Block(kind="link", text=passage.url)


def _if(kind: Kind, text: str) -> list[Block]:
    return [Block(kind=kind, text=text)] if text else []
