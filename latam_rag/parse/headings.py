"""Which blocks of a paged document are headings, and of which level."""

from __future__ import annotations

import re
from collections import Counter

from latam_rag.parse.flow import GROUP, Block
from latam_rag.parse.leaders import LED
from latam_rag.types import SectionKind

_OUTLINE = re.compile(r"^([1-9]\d?(?:\.[1-9]\d?){0,3}\.?)\s+[A-ZÁÉÍÓÚÂÊÔÃÕÇÑ¿]")
_ARTICLE = re.compile(r"^\W*art(?:[íi]culo|igo|\.)\s*\d", re.IGNORECASE)
#: «CÓDIGO: PMG-ANS-010», «Correo: mesa@municipio.gov»: what is filled in, however large.
_FIELD = re.compile(r"(?:[^\W\d_]+ ){0,4}[^\W\d_]+:\s?(?:\S*[\d@]|(?:[A-Z]{2,5} ?[-–] ?)+\d)")
#: The end of a sentence, which no heading has within.
_SENTENCES = re.compile(r"[.;:]\s")
_SHORT, _LONG = 100, 160
_ARTICLES = 3
_NUMBERED = 4


def levels(blocks: list[Block]) -> dict[int, int]:
    """Which blocks are headings: index → level, by size, weight and wording."""
    body = Counter[float]()
    for block in blocks:
        if block.kind is not SectionKind.TABLE:
            body[round(block.size * 2) / 2] += len(block.text)
    usual = body.most_common(1)[0][0] if body else 0.0
    found: dict[int, float] = {}
    for index, block in enumerate(blocks):
        text = block.text
        if (
            block.kind in (SectionKind.TABLE, SectionKind.FOOTNOTE)
            or not 2 < len(text) < 200
            or not any(char.isalpha() for char in text)
            or (index and _FIELD.match(text))
            or LED.search(text)
        ):
            continue
        size = round(block.size * 2) / 2
        alone = not text.rstrip().endswith((",", ";")) and len(text) < 140
        if GROUP.match(text) and len(text) < 140 and not text.rstrip().endswith((",", ";")):
            found[index] = max(size, usual)
        elif size >= 1.15 * usual and not text.rstrip().endswith((".", ",", ";")):
            found[index] = size
        elif index == 0 and alone and _over_table(blocks):
            found[index] = max(size, usual)
        elif block.bold and alone and block.kind is SectionKind.PARAGRAPH and not text.rstrip().endswith("."):
            found[index] = min(size, usual)
    ranks: dict[float, int] = {}
    level, top = 0, 0.0
    for size in sorted(set(found.values()), reverse=True):
        # Sizes less than an eighth apart are one level: typesetters squeeze.
        if not level or size < 0.88 * top:
            level, top = level + 1, size
        ranks[size] = min(level, 6)
    sized = {index: ranks[size] for index, size in found.items()}
    return {index: min(level + depth, 6) for index, depth in _outline(blocks).items() if index not in sized} | sized


def _over_table(blocks: list[Block]) -> bool:
    """Whether the document is a table with its title above it."""
    below, said = blocks[1:2], blocks[0].text.rstrip()
    return bool(below) and below[0].kind is SectionKind.TABLE and (said.isupper() or not said.endswith((".", ":")))


def _outline(blocks: list[Block]) -> dict[int, int]:
    """Lines like «4.2.1 Atributos del buen servicio», with their depth, where they head a text that has no articles."""
    if sum(_ARTICLE.match(block.text) is not None for block in blocks) >= _ARTICLES:
        return {}
    numbered = {
        index: match[1].rstrip(".")
        for index, block in enumerate(blocks)
        if block.kind is not SectionKind.TABLE
        and len(block.text) < _LONG
        and not LED.search(block.text)
        and (match := _OUTLINE.match(block.text))
        and ("." in match[1].rstrip(".") or (block.bold and block.text.isupper()))
        and not block.text.rstrip().endswith((";", ",", ":"))
    }
    sure = {
        index: number
        for index, number in numbered.items()
        if len(blocks[index].text) < _SHORT and not blocks[index].text.rstrip().endswith(".")
    }
    # A long one, or one with a full stop, is a heading as the one is that follows it in number.
    known = set(sure.values())
    found = {
        index: 1 + number.count(".")
        for index, number in numbered.items()
        if index in sure or (_next(number) in known and not _SENTENCES.search(blocks[index].text[len(number) + 1 :]))
    }
    heading = sum(index + 1 < len(blocks) and index + 1 not in found for index in found)
    return found if len(sure) >= _NUMBERED and heading >= 0.5 * len(found) else {}


def _next(number: str) -> str:
    """The number of the part after part ``number``: 4.3.2 for 4.3.1."""
    above, dot, last = number.rpartition(".")
    return f"{above}{dot}{int(last) + 1}"
