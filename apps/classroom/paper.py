"""HTML of a work as it will be printed, and of its objectives. All text of documents is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterator

from latam_rag.apps import markup
from latam_rag.export import Block, Page

#: For both themes. The basket stays in sight while the tree above it scrolls.
STYLE = """
.lr-objective { margin: -.6rem 0 .9rem 1.9rem; }
.lr-locked { margin: 0 0 1.25rem; }
.lr-number { font-size: 1.5rem; font-weight: 600; min-width: 2rem; padding-bottom: .3rem; }
.lr-objective .lr-text { font-size: .95rem; line-height: 1.5; }
[data-testid="stLayoutWrapper"]:has(.st-key-aula_basket) { position: sticky; bottom: 0; z-index: 50; }
.st-key-aula_basket { padding: .75rem 0; background: Canvas; background: light-dark(#fff, #171614);
  border-top: 1px solid rgba(128, 132, 140, .5); }
.lr-paper { max-width: 60rem; border: 1px solid rgba(128, 132, 140, .5); border-radius: .5rem; padding: 1.5rem 2rem;
  line-height: 1.5; overflow-wrap: anywhere; }
.lr-paper h2 { font-size: 1.5rem !important; padding: 0; margin: 0 0 .75rem; }
.lr-paper h3 { font-size: 1.15rem; padding: 0; margin: 1.25rem 0 .4rem; }
.lr-paper p, .lr-paper ul { margin: .3rem 0; white-space: pre-line; }
.lr-paper table { border-collapse: collapse; width: 100%; min-width: 34rem; font-size: .95rem; }
.lr-paper th, .lr-paper td { border: 1px solid rgba(128, 132, 140, .5); padding: .35rem .6rem; text-align: left;
  vertical-align: top; overflow-wrap: normal; }
.lr-line { border-bottom: 1px solid rgba(128, 132, 140, .7); height: 1.6rem; }
.lr-break { margin: 2rem 0; border: 0; border-top: 2px dashed rgba(128, 132, 140, .7); }
@media (max-width: 640px) { .lr-paper { padding: 1rem; } }
@media print { .lr-paper, .lr-paper * { visibility: visible; color: #000 !important; }
  .lr-paper { position: absolute; inset: 0; max-width: none; border: 0; } .lr-break { break-after: page; border: 0; } }
"""
_TAGS = {
    "title": "h2", "heading": "h3", "institution": "p", "source": "p", "warning": "p", "paragraph": "p", "meta": "p",
    "quote": "blockquote", "link": "p", "check": "p",
}  # fmt: skip
_STRONG = ("institution", "source", "warning")


def objective(name: str, text: str, source: str, said: str, *, covered: bool) -> str:
    return (
        f'<div class="lr-objective lr-locked">{markup.crumbs(name)}{markup.passage(text)}'
        f"{markup.small(source.replace(chr(10), ' · '))}{markup.band(said, 'in-force' if covered else 'repealed')}</div>"
    )


def html_of(page: Page) -> str:
    parts = "".join(part for block in page.blocks for part in _parts(block))
    footer = f'<p class="lr-small">{html.escape(page.footer)}</p>' if page.footer else ""
    return f'<article class="lr-paper" lang="{html.escape(page.language)}">{parts}{footer}</article>'


def _parts(block: Block) -> Iterator[str]:
    if block.kind in ("table", "fields"):
        yield _table(block)
    elif block.kind == "lines":
        yield '<div class="lr-line"></div>' * int(block.text)
    elif block.kind == "break":
        yield '<hr class="lr-break">'
    elif block.kind == "item":
        yield f"<ul><li>{html.escape(block.text)}</li></ul>"
    else:
        tag, text = _TAGS.get(block.kind, "p"), html.escape(block.text)
        small = ' class="lr-small"' if block.kind in ("meta", "link") else ""
        yield f"<{tag}{small}>{f'<strong>{text}</strong>' if block.kind in _STRONG else text}</{tag}>"


def _table(block: Block) -> str:
    rows = []
    for place, row in enumerate(block.rows):
        cells = []
        # A value without a second one beside it has the whole line, as in the Word document.
        alone = block.kind == "fields" and len(row) > 2 and not any(row[2:])
        for column, text in enumerate(row[:2] if alone else row):
            head = (block.kind == "table" and not place) or (block.kind == "fields" and column % 2 == 0 and text)
            scope = ' scope="col"' if block.kind == "table" else ' scope="row"'
            tag = f"th{scope}" if head else "td"
            span = f' colspan="{len(row) - 1}"' if alone and column else ""
            cells.append(f"<{tag}{span}>{html.escape(text).replace(chr(10), '<br>')}</{tag.split()[0]}>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    # Wide ones scroll by themselves, and can be reached with the keyboard.
    return (
        f'<div class="lr-scroll" tabindex="0" role="group"><table class="lr-{block.kind}">{"".join(rows)}</table></div>'
    )
