"""Document text made safe to show. Documents are untrusted: none of their text becomes a link, an image or a tag."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

#: What is hidden is Streamlit's own, in English only. For both themes: translucent colours over the theme's, and a mark that
#: brings its own ink.
STYLE = """
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 4rem; }
.stButton button p { white-space: normal; text-align: left; }
[data-testid="stStatusWidget"], [data-testid="InputInstructions"] { display: none; }
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.5rem; } h1 { font-size: 2rem !important; } }
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
"""

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")
_SHORTCODE = re.compile(r":(?=[\w+/-]+:)")
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """``text`` for a place that Streamlit reads as Markdown (button labels, errors), where it must mean only itself."""
    one_line = " ".join(text.split())
    # Emoji and icon codes are looked for after escapes are resolved: only something between the signs stops them.
    unnamed = _SHORTCODE.sub(f":{_WORD_JOINER}", one_line)
    return _PUNCTUATION.sub(r"\\\1", unnamed)


def passage(text: str, start: int = 0, end: int = 0) -> str:
    """HTML of a passage with ``text[start:end]`` highlighted; no highlight for an empty stretch."""
    if not 0 <= start < end <= len(text):
        return f'<div class="lr-text">{html.escape(text)}</div>'
    before, quote, after = text[:start], text[start:end], text[end:]
    return (
        f'<div class="lr-text">{html.escape(before)}<mark>{html.escape(quote)}</mark>{html.escape(after)}</div>'
    )  # fmt: skip


def sentence(text: str, numbers: tuple[int, ...]) -> str:
    marks = "".join(f"<sup>[{number}]</sup>" for number in numbers)
    return f'<div class="lr-sentence">{html.escape(text)}{marks}</div>'


def crumbs(text: str) -> str:
    return f'<div class="lr-crumbs">{html.escape(text)}</div>'


def small(text: str) -> str:
    return f'<div class="lr-small">{html.escape(text)}</div>'


def band(text: str, kind: str) -> str:
    """A coloured line; ``kind`` is repealed, in-force or unknown."""
    return f'<div class="lr-band {html.escape(kind)}" role="note">{html.escape(text)}</div>'


def web_link(url: str) -> str | None:
    """``url`` when a browser may be sent there."""
    return url if urlsplit(url).scheme in ("http", "https") else None


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
