"""Where a quote stands in a text, letter by letter.

Two texts are compared after the differences that a copy may have and that change nothing: Unicode composition, kinds of
quotation marks and dashes, ligatures, white space, invisible characters, a word hyphenated at the end of a line. The
place found is always given in the text as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_SAME = {
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "°": "º",
    "…": "...",
    "‹": "<",
    "›": ">",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬀ": "ff",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
}
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_EDGE = " \t\n\r\"'“”«»‘’"


def locate(quote: str, text: str, *, fold_case: bool = False) -> tuple[int, int] | None:
    """``(start, end)`` of the first place where ``quote`` stands in ``text``, whole words and whole numbers only."""
    return next(places(quote, text, fold_case=fold_case), None)


def places(quote: str, text: str, *, fold_case: bool = False) -> Iterator[tuple[int, int]]:
    """Every place, in order. An ellipsis at the quote's edges is not part of it; inside, it is not accepted."""
    wanted = quote.strip(_EDGE).removeprefix("...").removeprefix("…").removesuffix("...").removesuffix("…").strip(_EDGE)
    seen: set[tuple[int, int]] = set()
    # A line's hyphen may be the word's own («Norte-\nSur») or only the line's («muni-\ncipio»): both readings count.
    for join in (True, False):
        needle, _ = _normalised(wanted, join)
        haystack, origin = _normalised(text, join)
        if fold_case:
            needle, haystack = _lower(needle), _lower(haystack)
        if not needle.strip():
            return
        at = haystack.find(needle)
        while at >= 0:
            stop = at + len(needle)
            if _whole(haystack, at, stop):
                place = (origin[at][0], origin[stop - 1][1])
                if place not in seen:
                    seen.add(place)
                    yield place
            at = haystack.find(needle, at + 1)


def _normalised(text: str, join: bool) -> tuple[str, list[tuple[int, int]]]:
    """The text as compared, and for each of its characters the stretch of ``text`` it stands for."""
    out: list[str] = []
    origin: list[tuple[int, int]] = []
    position, size = 0, len(text)
    while position < size:
        end = position + 1
        while end < size and unicodedata.combining(text[end]):
            end += 1
        cluster = text[position:end]
        if cluster in _INVISIBLE:
            pass
        elif cluster.isspace():
            hyphen = _line_break_hyphen(out, text, position, join)
            end = _after_space(text, position)
            if hyphen:
                if join:
                    out.pop()
                    origin.pop()
            elif not out or out[-1] != " ":
                out.append(" ")
                origin.append((position, end))
        else:
            composed = unicodedata.normalize("NFC", cluster)
            for char in _SAME.get(composed, composed):
                out.append(char)
                origin.append((position, end))
        position = end
    return "".join(out), origin


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _line_break_hyphen(out: list[str], text: str, position: int, join: bool) -> bool:
    """Whether the white space at ``position`` follows a hyphen that ends a line in the middle of a word."""
    if len(out) < 2 or out[-1] != "-" or not out[-2].isalpha():
        return False
    after = _after_space(text, position)
    goes_on = after < len(text) and (text[after].islower() if join else text[after].isalpha())
    return "\n" in text[position:after] and goes_on


def _lower(text: str) -> str:
    # Character by character: ``str.lower`` may lengthen a text, and then the places no longer fit.
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether the stretch cuts neither a word nor a number: not ``5`` in ``15``, not ``1`` in ``1.000``."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, cut: int) -> bool:
    if not 0 < cut < len(text):
        return False
    before, after = text[cut - 1], text[cut]
    if before.isalnum() and after.isalnum():
        return True
    if after in ".,/" and before.isdigit():
        return cut + 1 < len(text) and text[cut + 1].isdigit()
    return before in ".,/" and after.isdigit() and cut >= 2 and text[cut - 2].isdigit()
