"""Which blocks of a paged document are headings, and of which level."""

from __future__ import annotations

from collections import Counter

from latam_rag.parse.flow import GROUP, Block
from latam_rag.types import SectionKind


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
        ):
            continue
        size = round(block.size * 2) / 2
        alone = not text.rstrip().endswith((",", ";")) and len(text) < 140
        if GROUP.match(text) and len(text) < 140 and not text.rstrip().endswith((",", ";")):
            found[index] = max(size, usual)
        elif size >= 1.15 * usual and not text.rstrip().endswith((".", ",", ";")):
            found[index] = size
        elif block.bold and alone and block.kind is SectionKind.PARAGRAPH and not text.rstrip().endswith("."):
            found[index] = min(size, usual)
    ranks: dict[float, int] = {}
    level, top = 0, 0.0
    for size in sorted(set(found.values()), reverse=True):
        # Sizes less than an eighth apart are one level: typesetters squeeze.
        if not level or size < 0.88 * top:
            level, top = level + 1, size
        ranks[size] = min(level, 6)
    return {index: ranks[size] for index, size in found.items()}
