"""As plain text."""

from __future__ import annotations

from collections.abc import Iterator

from latam_rag.export import Block, Page

_BEFORE = {"heading": "\n", "source": "\n", "quote": "    ", "item": "- ", "check": "[ ] ", "warning": "! "}


def written(page: Page) -> str:
    lines = [line for block in page.blocks for line in _lines(block)]
    return "\n".join([*lines, *(("", page.footer) if page.footer else ())]).strip() + "\n"


def _lines(block: Block) -> Iterator[str]:
    if block.kind in ("table", "fields"):
        yield from ("  |  ".join(" ".join(cell.split()) for cell in row) for row in block.rows)
    elif block.kind == "lines":
        yield from ["_" * 60] * int(block.text)
    else:
        yield f"{_BEFORE.get(block.kind, '')}{block.text}"
