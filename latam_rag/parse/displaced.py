"""Articles whose number some converter put behind their first paragraph («…do Município. Art. 5º») or on a line alone."""

from __future__ import annotations

import re
from itertools import pairwise

_N = r"Art\.[ \t]{0,3}(?P<n>\d{1,4}[º°]?)(?:[ \t]*-?[ \t]*(?P<letter>[A-Z]))?[ \t]*[-.]?[ \t]*$"
_BEHIND = re.compile(rf"(?<=\S)[ \t]+{_N}", re.MULTILINE)
#: Above its paragraph, pictures between them.
_ALONE = re.compile(
    rf"^[ \t]*{_N}(?P<gap>(?:\s*<!-- image -->)*\s*\n)(?P<mark>[ \t]*(?:[-*+•][ \t]+|#{{1,6}}[ \t]*)?)", re.MULTILINE
)
_PLACED = re.compile(r"^[ \t#>*_-]*Art\.[ \t]{0,3}\d{1,4}[º°]?(?:-[A-Z])?\b[ \t.–—-]*[^\s.–—-]", re.MULTILINE)
#: What goes on with an article, or is the next one.
_WITHIN = re.compile(r"(?:[IVXLC]{1,7}\s*[-–—.)]|[a-z]\s*\)|§|\d{1,3}\s*[.)]|Art\.|Par[áa]grafo)")
#: Where a paragraph begins: after a blank line, or with a mark of its own.
_FIRST = re.compile(r"[ \t]*(?:[-*+•][ \t]+|#{1,6}[ \t]*)?")
_MARKED = re.compile(r"[ \t]*(?:[-*+•][ \t]|#)")
# So many make a text one whose numbers were displaced, where it has half as many in their places, and where they count up.
_LEAST = 5
_UP = 0.9


def restored(text: str) -> str:
    """``text`` (Markdown, or plain) with the numbers before their paragraphs, where all of it is so; else as it is."""
    behind = list(_BEHIND.finditer(text)) if "Art." in text else []
    if len(behind) < max(_LEAST, 2 * len(_PLACED.findall(text))):
        return text
    up = [_number(a) <= _number(b) for a, b in pairwise(behind)]
    if sum(up) < _UP * len(up):
        return text
    found = sorted([*behind, *_ALONE.finditer(text)], key=lambda match: match.start())
    parts: list[str] = []
    at = 0
    for match, after in zip(found, [*found[1:], None], strict=True):
        if match.start() < at:
            continue
        if match.re is _BEHIND:
            start = _begins(text, at, match.start())
            body = _FIRST.sub("", text[start : match.start()], count=1)
            parts += [text[at:start], _written(match), " ", body]
            at = match.end()
        elif after and _number(after) <= _number(match):
            # Printed where no article of that number is, or once too often.
            parts.append(text[at : match.start()])
            at = match.start("mark")
        elif not _WITHIN.match(text, match.end()):
            parts += [text[at : match.start()], _written(match), " "]
            at = match.end()
    return "".join([*parts, text[at:]])


def _number(match: re.Match[str]) -> int:
    return int(match["n"].rstrip("º°"))


def _written(match: re.Match[str]) -> str:
    return f"Art. {match['n']}-{match['letter']}" if match["letter"] else f"Art. {match['n']}"


def _begins(text: str, least: int, end: int) -> int:
    """Where the paragraph begins whose text ends at ``end``, not before ``least``."""
    start = text.rfind("\n", least, end) + 1 or least
    while start > least and not _MARKED.match(text, start):
        before = max(text.rfind("\n", least, start - 1) + 1, least)
        if not text[before:start].strip() or text.startswith("```", before):
            break
        start = before
    return start
