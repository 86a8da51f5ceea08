"""How much text fits into one vector, without a tokenizer.

The default model reads 512 tokens and drops the rest unseen. The costs below bound its tokenizer from above on Spanish and
Portuguese: prose, capitals, tables, codes. Other models of the same family have the same vocabulary.
"""

from __future__ import annotations

import functools
import re
from typing import Final

#: Of a passage with its header and the model's prefix, in estimated tokens.
TOKENS: Final = 430
_PREFIX: Final = 6
_LOWER: Final = "abcdefghijklmnopqrstuvwxyzàáâãäçèéêëìíîïñòóôõöùúûü".encode("latin-1")
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜ".encode("latin-1")
_DIGITS: Final = b"0123456789"
_SPACE: Final = b" \n\t\r\xa0"
_RUNS: Final = re.compile(r"([\-_–—*=·])\1{3,}|[.…]{4,}")
TITLE: Final = 120
LABEL: Final = 70
_HEADING: Final = 90
_HEADINGS: Final = 230


def cost(text: str) -> float:
    """About how many tokens ``text`` takes, seldom less."""
    if len(text) < 40:
        return len(text) * 0.6
    if "...." in text or "……" in text or "----" in text or "____" in text:
        text = _RUNS.sub(_run, text)
    raw = text.encode("latin-1", "replace")
    rest = raw.translate(None, _LOWER)
    lower = len(raw) - len(rest)
    less = rest.translate(None, _UPPER)
    upper = len(rest) - len(less)
    rest = less.translate(None, _DIGITS)
    digits = len(less) - len(rest)
    marks = len(rest.translate(None, _SPACE))
    return 0.26 * lower + 0.43 * upper + 0.55 * digits + 1.15 * marks


def _run(match: re.Match[str]) -> str:
    """A line drawn with dashes is a token or two; sixteen dots are one, and «…» is three of them."""
    run = match[0]
    return match[1] * 2 if match[1] else "." * (2 + (len(run) + 2 * run.count("…")) // 16)


def room(header: str) -> float:
    """What is left for the text of a passage with this header."""
    return TOKENS - _PREFIX - cost(header)


def shorten(text: str, limit: int) -> str:
    """``text`` in one line of at most ``limit`` characters, cut between words and marked with «…»."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    head, _, _ = kept.rpartition(" ")
    return f"{(head if len(head) > limit // 2 else kept).rstrip(' ,;:.-–—')}…"


@functools.lru_cache(maxsize=16)
def bounded(headings: tuple[str, ...]) -> tuple[str, ...]:
    """``headings`` short enough for a header: the innermost say most, so the outermost give way.

    Asked for time and again: neighbouring passages stand under the same ones.
    """
    left = _HEADINGS
    kept: list[str] = []
    for heading in reversed(headings):
        allowed = min(_HEADING, left)
        if allowed < 24:
            break
        kept.append(shorten(heading, allowed))
        left -= len(kept[-1])
    return tuple(reversed(kept))
