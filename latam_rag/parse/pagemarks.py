"""Text taken out of a paged document: «--- Página 12 ---» before each page, and on each its header, footer and number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from latam_rag.parse.build import Builder
from latam_rag.types import Page

_MARK = re.compile(
    r"^[ \t]*[-=#*_]{2,}[ \t]*(?:p[áa]gina|pagina|page|p[áa]g\.?)[ \t]*(\d{1,5})[ \t]*[-=#*_]{2,}[ \t]*$", re.I | re.M
)
_NUMBER = re.compile(r"\W*(?:p[áa]g(?:ina|\.)?\s*)?\d{1,4}(?:\s*(?:de|/)\s*\d{1,4})?\W*", re.I)
_APART = re.compile(r"\s*\|\s*|\t+|\s{3,}")
# Marks that make a text one of pages; pages that a line must head or foot to belong to none, and how many left or right pages
# before and after are looked at, for the title of each chapter's first page repeats too; how many lines deep that is.
_LEAST = 3
_REPEATED = 3
_AROUND = 4
_DEEP = 3


def pages(text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Number, text and running header of each page of ``text``; empty when it isn't marked by pages."""
    marks = list(_MARK.finditer(text))
    if len(marks) < _LEAST or text[: marks[0].start()].strip():
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    cut = [text[mark.end() : end].strip("\n").split("\n") for mark, end in zip(marks, ends, strict=True)]
    edges = [{_key(lines[index]) for index in _edges(lines)} for lines in cut]
    seen = Counter(key for keys in edges for key in keys)
    often = {key for key, times in seen.items() if times >= _REPEATED}
    found = []
    for number, (mark, lines) in enumerate(zip(marks, cut, strict=True)):
        gone = _gone(lines, {key for key in often & edges[number] if _runs(edges, number, key)})
        said = [part for index in sorted(gone) for part in _APART.split(lines[index].strip()) if _lettered(part)]
        kept = "\n".join(line for index, line in enumerate(lines) if index not in gone)
        found.append((int(mark[1]), kept, tuple(dict.fromkeys(said))))
    return found


def _runs(edges: list[set[str]], number: int, key: str) -> bool:
    """Whether ``key`` is on the page before or after too, or on most of the left or of the right pages around."""
    beside = [edges[other] for other in (number - 1, number + 1) if 0 <= other < len(edges)]
    every_other = edges[max(number % 2, number - 2 * _AROUND) : number + 2 * _AROUND + 1 : 2]
    return any(key in keys for keys in beside) or sum(key in keys for keys in every_other) > _AROUND


def lay(builder: Builder, text: str, blocks: Callable[[Builder, str], None]) -> list[Page]:
    """Lay the pages of ``text`` into ``builder``, each by ``blocks``, and say where they lie; none when it isn't marked."""
    found: list[Page] = []
    for number, body, running in pages(text):
        start = builder.length
        blocks(builder, body)
        found.append(Page(number=number, start=start, end=builder.length, running=running))
    # The blank line between two pages belongs to neither.
    return [replace(page, start=page.start + 2) if 0 < page.start < page.end else page for page in found]


def _edges(lines: list[str]) -> list[int]:
    """The outermost lines that aren't blank."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return sorted({*filled[:_DEEP], *filled[-_DEEP:]})


def _gone(lines: list[str], repeated: set[str]) -> set[int]:
    """Which lines belong to no page's text, from the outside in."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    gone: set[int] = set()
    for side in (filled[:_DEEP], filled[::-1][:_DEEP]):
        for index in side:
            if not (_NUMBER.fullmatch(lines[index]) or _key(lines[index]) in repeated):
                break
            gone.add(index)
    return gone


def _key(line: str) -> str:
    return " ".join(line.casefold().split())


def _lettered(text: str) -> bool:
    return any(char.isalpha() for char in text)
