"""As plain text."""

from __future__ import annotations

from latam_rag.export import Page

_BEFORE = {"heading": "\n", "source": "\n", "quote": "    ", "item": "- ", "check": "[ ] ", "warning": "! "}


def written(page: Page) -> str:
    lines = [f"{_BEFORE.get(block.kind, '')}{block.text}" for block in page.blocks]
    return "\n".join([*lines, *(("", page.footer) if page.footer else ())]).strip() + "\n"
