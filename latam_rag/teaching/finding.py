"""Objectives by a code or by words, as they are typed in haste."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from latam_rag import lexical, references
from latam_rag.numerals import fold
from latam_rag.teaching import Objective
from latam_rag.types import Language

_ALIKE = 0.84
"""Of difflib's ratio, from which a word may be meant by another: *fraciones* for *fracciones*."""
_LONGER = 2
"""Letters by which such words may differ in length."""


class Finder:
    """Keeps the words of ``objectives``; thread-safe, for it only reads them."""

    def __init__(self, objectives: Sequence[Objective]) -> None:
        self.objectives = tuple(objectives)
        self._words = [_stems(f"{o.name} {o.subject} {o.grade} {o.axis} {o.text}", o.language) for o in objectives]
        self._vocabulary = sorted(set().union(*self._words)) if self._words else []

    def find(self, asked: str) -> list[Objective]:
        """Those with the code, or the part of one, that ``asked`` is; else those with all of its words, else with most of
        them. All of them when nothing is asked."""
        if not asked.strip():
            return list(self.objectives)
        return self._by_code(asked) or self._by_words(asked)

    def _by_code(self, asked: str) -> list[Objective]:
        codes = set(references.find(asked).codes)
        if codes and (found := [each for each in self.objectives if each.code in codes]):
            return found
        bare = _bare(asked)
        if not any(char.isdigit() for char in bare) or len(bare) < 4:
            return []
        return [each for each in self.objectives if _bare(each.code).startswith(bare) or bare == _bare(each.name)]

    def _by_words(self, asked: str) -> list[Objective]:
        wanted = self._known(asked)
        scored = [
            (sum(bool(forms & words) for forms in wanted), each)
            for words, each in zip(self._words, self.objectives, strict=True)
        ]
        # All of the words; where nobody has them all, those who have the most.
        most = max((score for score, _ in scored), default=0)
        return [each for score, each in scored if score == most] if most else []

    def _known(self, asked: str) -> list[set[str]]:
        """For each word of ``asked``, the stems of the vocabulary that it may stand for."""
        both = zip(lexical.stems(asked, "es"), lexical.stems(asked, "pt"), strict=True)
        # A function word of one language may be typed in either.
        forms = [{one, other} for one, other in both if one is not None and other is not None]
        wanted = []
        for stems in forms:
            own = {str(stem) for stem in stems}
            if own:
                wanted.append(own | {word for stem in own for word in self._near(stem)})
        return wanted

    def _near(self, stem: str) -> Iterable[str]:
        if stem.isdigit() or len(stem) < 4:
            return []
        begun = [word for word in self._vocabulary if word.startswith(stem)]
        # Fewer to compare: a slip seldom changes a word's first letter, nor its length by much.
        near = [word for word in self._vocabulary if word[0] == stem[0] and abs(len(word) - len(stem)) <= _LONGER]
        return begun + difflib.get_close_matches(stem, near, n=3, cutoff=_ALIKE)


def _stems(text: str, language: Language) -> set[str]:
    return {stem for stem in lexical.stems(text, language) if stem is not None}


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))
