"""As Markdown. Text of documents stands for itself: nothing in it becomes a link, an image or a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from latam_rag.export import Block, Page

_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")
_BEFORE = {"title": "# ", "heading": "## ", "quote": "> ", "item": "- ", "check": "- [ ] "}


def written(page: Page) -> str:
    parts = [part for block in page.blocks for part in _parts(block)]
    if page.footer:
        parts += ["---", f"*{_plain(page.footer)}*"]
    # Entries of one list follow each other without a gap.
    text = "\n\n".join(parts)
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text).strip() + "\n"


def _parts(block: Block) -> Iterator[str]:
    if block.kind == "table":
        yield _table(block.rows)
    elif block.kind == "fields":
        yield "  \n".join(
            f"**{_plain(name)}:** {_plain(value)}"
            for row in block.rows
            for name, value in zip(row[::2], row[1::2], strict=True)
            if name
        )
    elif block.kind == "lines":
        yield from ["\\_" * 40] * int(block.text)
    elif block.kind == "break":
        yield "---"
    elif block.kind in ("institution", "source", "warning"):
        yield f"**{_plain(block.text)}**"
    else:
        yield _BEFORE.get(block.kind, "") + _plain(block.text)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [[_cell(cell) for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return "<br>".join(_plain(line) for line in text.split("\n") if line.strip())


def _plain(text: str) -> str:
    # A mark at the beginning would make a list or a heading of it.
    return re.sub(r"(?m)^(\s*)([-+]|\d+[.)])(\s)", r"\1\\\2\3", _SIGNS.sub(r"\\\1", text))
