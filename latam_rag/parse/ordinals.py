"""«Art. 5º» as OCR misreads it: the ordinal sign as one more figure, *Art. 52*. The articles around say which it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from latam_rag.parse.layout import Line

_ARTICLE = re.compile(r"^(\W*art(?:[íi]culo|igo|\.)?\s{0,2})(\d{1,3})(?!\d)", re.IGNORECASE)
#: «Art. 2”.-»: what else it is taken for.
_SIGN = re.compile(r"^(\W*art(?:[íi]culo|igo|\.)?\s{0,2}\d{1,2})[”“\"*'’?](?=\s?[.\-–—])", re.IGNORECASE)
# Figures that are round at their top or small beside the others.
_ALIKE = "0235689"


def mend(pages: Iterable[list[Line]]) -> None:
    """Put the sign back into the lines of ``pages``; for a figure only where the article that follows says that it is none."""
    pages = list(pages)
    found = [
        (line, match)
        for lines in pages
        for line in sorted(lines, key=lambda line: line.middle)
        if (match := _ARTICLE.match(line.text))
    ]
    for lines in pages:
        for line in lines:
            line.text = _SIGN.sub(r"\1º", line.text)
    last = 0
    for index, (line, match) in enumerate(found):
        number, short = int(match[2]), int(match[2]) // 10
        after = int(found[index + 1][1][2]) if index + 1 < len(found) else 0
        following = (after, after // 10)
        fits = number in (last + 1, last) or number + 1 in following
        if not fits and match[2][-1] in _ALIKE and short and short + 1 in following:
            line.text = f"{line.text[: match.end() - 1]}º{line.text[match.end() :]}"
            number = short
        last = number
