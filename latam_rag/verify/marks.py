"""What a proposed sentence says about its sources: its numbers in brackets, and its quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from latam_rag.types import Citation, Passage
from latam_rag.verify import literal

Reason = tuple[str, Mapping[str, Any]]

_MARK = re.compile(r"\s*\[\s*\d{1,3}(?:\s*(?:[,;]|y|e)\s*\d{1,3})*\s*\]")
LEADING_MARKS = re.compile(r"(?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+")
_QUOTE = re.compile(r"«([^«»]+)»|“([^“”]+)”|\"([^\"]+)\"")
_LOOSE_QUOTE_SIGN = re.compile(r"[«»“”\"]")


def take_marks(proposed: str) -> tuple[str, list[int]]:
    """The sentence without its marks, and their numbers; what looks like a mark inside a quote belongs to the quote."""
    quoted = [match.span() for match in _QUOTE.finditer(proposed)]
    numbers: list[int] = []

    def take(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in quoted):
            return match[0]
        numbers.extend(int(number) for number in re.findall(r"\d+", match[0]))
        return ""

    return _MARK.sub(take, proposed).strip(), list(dict.fromkeys(numbers))


def take_quotes(text: str, cited: Mapping[int, Passage]) -> tuple[list[Citation], str, list[Reason]]:
    """The quotes of ``text`` as citations, the text around them (spaces in their place), and what is wrong with them."""
    found: list[Citation] = []
    reasons: list[Reason] = []
    for match in _QUOTE.finditer(text):
        quote = next(group for group in match.groups() if group is not None)
        for number, passage in cited.items():
            place = literal.locate(quote, passage.text)
            if place:
                found.append(whole(passage, number, *place))
                break
        else:
            reasons.append(("verify.quote_not_literal", {"quote": quote}))
    frame = _QUOTE.sub(lambda match: " " * len(match[0]), text)
    if not reasons and _LOOSE_QUOTE_SIGN.search(frame):
        reasons.append(("verify.open_quote", {}))
    return found, frame, reasons


def whole(passage: Passage, number: int, start: int, end: int) -> Citation:
    """A citation of ``passage.text[start:end]`` as it stands."""
    return Citation(number=number, passage=passage, quote=passage.text[start:end], start=start, end=end)
