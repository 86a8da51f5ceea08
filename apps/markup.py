"""Document text made safe to show. Documents are untrusted: none of their text becomes a link, an image or a tag."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

#: What is hidden is Streamlit's own, in English only. For both themes: translucent colours over the theme's, and a mark that
#: brings its own ink.
STYLE = """
.stMainBlockContainer { padding-top: 4rem; padding-bottom: 4rem; }
h1 { padding: 0 !important; font-size: 2.25rem !important; }
h2 { font-size: 1.6rem !important; }
.stButton button p { white-space: normal; text-align: left; }
[data-testid="stStatusWidget"], [data-testid="InputInstructions"] { display: none; }
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.5rem; } h1 { font-size: 1.75rem !important; } }
.lr-text { white-space: pre-line; line-height: 1.6; overflow-wrap: anywhere; }
.lr-sentence { white-space: pre-line; font-size: 1.1rem; line-height: 1.6; overflow-wrap: anywhere; }
.lr-sentence sup { font-weight: 600; margin-left: .15rem; }
.lr-text mark { background: #ffe27a; color: #1a1a1a; padding: .05em .1em; border-radius: .15em; }
.lr-crumbs { font-weight: 600; line-height: 1.45; overflow-wrap: anywhere; }
.lr-small { opacity: .8; font-size: .875rem; overflow-wrap: anywhere; }
.lr-band { border-left: .3rem solid; padding: .35rem .75rem; border-radius: .25rem; font-size: .9rem; font-weight: 600; }
.lr-band.repealed { border-color: #d92d20; background: rgba(217, 45, 32, .16); }
.lr-band.in-force { border-color: #178a4c; background: rgba(23, 138, 76, .14); }
.lr-band.unknown { border-color: #8a8f98; background: rgba(138, 143, 152, .14); font-weight: 400; }
[data-testid="stButtonGroup"] * { color: inherit !important; }
.lr-near { opacity: .82; }
.lr-list { margin: .25rem 0 .75rem; padding-left: 1.25rem; line-height: 1.6; }
.lr-sheet { font-size: 1.2rem; line-height: 1.55; max-width: 60rem; overflow-wrap: anywhere; }
.lr-sheet h2 { font-size: 1.9rem !important; line-height: 1.25; padding: 0; margin: 0 0 .25rem; }
.lr-sheet h3 { font-size: 1.25rem; padding: 0; margin: 1.1rem 0 .3rem; }
.lr-sheet p, .lr-sheet ul { margin: .2rem 0; }
.lr-sheet ul.check { list-style: none; padding: 0; }
.lr-sheet ul.check li { margin: .35rem 0; }
.lr-sheet label { display: flex; gap: .7rem; align-items: flex-start; cursor: pointer; }
.lr-sheet input { width: 1.35rem; height: 1.35rem; margin-top: .25rem; flex: none; }
.lr-sheet input:checked + span { text-decoration: line-through; opacity: .82; }
.lr-facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.lr-facts > div { border: 1px solid rgba(128, 132, 140, .5); border-radius: .5rem; padding: .6rem .9rem; }
.lr-facts h3 { margin: 0 0 .2rem; font-size: 1.05rem; }
.lr-missing { font-style: italic; }
.lr-scroll { overflow-x: auto; }
.lr-compare { border-collapse: collapse; width: 100%; min-width: 36rem; font-size: 1.05rem; line-height: 1.5; }
.lr-compare th, .lr-compare td { border: 1px solid rgba(128, 132, 140, .5);
  padding: .6rem .75rem; text-align: left; vertical-align: top; }
.lr-compare mark { background: #ffe27a; color: #1a1a1a; padding: .05em .15em; border-radius: .15em; }
.lr-compare ul { margin: 0; padding-left: 1.1rem; }
.lr-table { border-collapse: collapse; width: 100%; font-size: .95rem; line-height: 1.45; }
.lr-table th, .lr-table td { padding: .4rem 1.25rem .4rem 0; text-align: left; vertical-align: top; font-weight: 400;
  border-bottom: 1px solid rgba(128, 132, 140, .4); }
.lr-table thead th { font-weight: 600; white-space: nowrap; }
.lr-table tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 9rem; }
.lr-table.wide { min-width: 46rem; }
.lr-table.short tbody th { min-width: 0; width: 1%; white-space: nowrap; }
.lr-table .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.lr-facts-list { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem;
  margin: .25rem 0 !important; padding: 0 !important; }
.lr-facts-list > div { border: 1px solid rgba(128, 132, 140, .4); border-radius: .5rem; padding: .5rem .75rem; }
.lr-facts-list dt { font-size: .875rem; opacity: .85; }
.lr-facts-list dd { margin: 0 !important; font-weight: 600; overflow-wrap: anywhere; }
.lr-print { font: inherit; font-size: 1rem; padding: .45rem .9rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid rgba(128, 132, 140, .6); background: transparent; color: inherit; }
.lr-print:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
@media print {
  @page { size: A4; margin: 14mm; }
  body * { visibility: hidden; }
  .lr-sheet, .lr-sheet * { visibility: visible; color: #000 !important; }
  .lr-sheet { position: fixed; inset: 0; max-width: none; font-size: 12.5pt; line-height: 1.35; }
  .lr-sheet h3 { margin: 9pt 0 2pt; }
  .lr-facts { grid-template-columns: 1fr 1fr; margin: 6pt 0; }
}
"""

#: While the browser has lost the program. Streamlit's own words for it are for who wrote the program, and in English.
_OFFLINE = """
[data-testid="stDialog"]:has([data-testid="stErrorCodeBlock"]) { display: none; }
body:has(.stApp[data-test-connection-state]:not([data-test-connection-state="CONNECTED"]))::after { content: "%s";
  position: fixed; inset: auto 0 0 0; z-index: 2000000; padding: .75rem 1rem; text-align: center; font-weight: 600;
  background: #7a271a; color: #fff; opacity: 0; animation: lr-offline 0s 1.5s forwards; }
@keyframes lr-offline { to { opacity: 1; } }
"""

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")
_SHORTCODE = re.compile(r":(?=[\w+/-]+:)")
_WORD_JOINER = "\u2060"


def style(offline: str) -> str:
    """All of the style; ``offline`` is what is said while the connection is lost."""
    return STYLE + _OFFLINE % re.sub(r'[\\"<\n]', " ", offline)


def plain(text: str) -> str:
    """``text`` for a place that Streamlit reads as Markdown (button labels, errors), where it must mean only itself."""
    one_line = " ".join(text.split())
    # Emoji and icon codes are looked for after escapes are resolved: only something between the signs stops them.
    unnamed = _SHORTCODE.sub(f":{_WORD_JOINER}", one_line)
    return _PUNCTUATION.sub(r"\\\1", unnamed)


def passage(text: str, start: int = 0, end: int = 0, *, near: bool = False) -> str:
    """HTML of a passage with ``text[start:end]`` highlighted; no highlight for an empty stretch. ``near``: it stands beside
    what is meant."""
    name = "lr-text lr-near" if near else "lr-text"
    if not 0 <= start < end <= len(text):
        return f'<div class="{name}">{html.escape(text)}</div>'
    before, quote, after = text[:start], text[start:end], text[end:]
    return f'<div class="{name}">{html.escape(before)}<mark>{html.escape(quote)}</mark>{html.escape(after)}</div>'


def sentence(text: str, numbers: tuple[int, ...]) -> str:
    marks = "".join(f"<sup>[{number}]</sup>" for number in numbers)
    return f'<div class="lr-sentence">{html.escape(text)}{marks}</div>'


def crumbs(text: str) -> str:
    return f'<div class="lr-crumbs">{html.escape(text)}</div>'


def small(text: str) -> str:
    return f'<div class="lr-small">{html.escape(text)}</div>'


def live(text: str) -> str:
    """A line that changes, which screen readers tell when they have time."""
    return f'<div class="lr-small" role="status">{html.escape(text)}</div>'


def titled_list(title: str, lines: Sequence[str]) -> str:
    entries = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<div class="lr-crumbs">{html.escape(title)}</div><ul class="lr-list">{entries}</ul>'


def band(text: str, kind: str) -> str:
    """A coloured line; ``kind`` is repealed, in-force or unknown."""
    return f'<div class="lr-band {html.escape(kind)}" role="note">{html.escape(text)}</div>'


def web_link(url: str) -> str | None:
    """``url`` when a browser may be sent there."""
    return url if urlsplit(url).scheme in ("http", "https") else None


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
