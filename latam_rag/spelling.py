"""Words of a question that no document has, put as the documents write them: *lisencia* → *licencia*, *alvara* → *alvará*.

There is no dictionary, so a word that no document has may be a right one: *incurável* must not become *curável*. Only slips
that hands and ears make are mended: letters that sound alike, two letters swapped, a key beside the right one, a letter left
out or typed twice inside a word. The words meant are those of the passages that the meaning of the question found, which a
typo seldom hides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from latam_rag import lexical

SHORTEST = 4
"""Letters of a word that is looked at: shorter ones have too many neighbours."""
TYPED = 7
"""Letters from which a key or a letter may be wrong; below, words that are one letter apart are too many."""
LONGEST = 12
"""Words of a question that is looked at: a long story is copied or told with care, and has names."""
#: What sounds alike in Spanish or Portuguese, as one letter.
_SOUNDS = (
    (r"qu(?=[ei])", "k"), (r"c(?=[aoulrt]|$)", "k"), (r"ch|sh", "x"), (r"c(?=[ei])|z|ss", "s"), (r"g(?=[ei])|j", "h"),
    (r"v", "b"), (r"ll", "y"), (r"(?<![lnk])h", ""), (r"m(?=[pb])", "n"), (r"(.)\1", r"\1"),
)  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def corrected(text: str, known: Callable[[str], bool], nearby: Iterable[str]) -> str:
    """``text`` with each word that isn't ``known`` replaced by the most frequent word of ``nearby`` texts that it is a slip
    of, where there is one. Words with digits or in capitals that don't open the question are names, and stay."""
    wrong = [word for word in _doubtful(text) if not known(word)]
    if not wrong:
        return text
    counts = Counter(
        word for each in nearby for word in lexical.words(each) if len(word) >= SHORTEST and word.isalpha()
    )
    for word in wrong:
        meant = [(-count, other) for other, count in counts.items() if is_slip(word, other)]
        if meant:
            text = re.sub(rf"\b{word}\b", min(meant)[1], text, count=1, flags=re.IGNORECASE)
    return text


def _doubtful(text: str) -> list[str]:
    found = [word.strip("¿?¡!.,;:()«»\"'“”") for word in text.split()]
    if len(found) > LONGEST:
        return []
    shouted = text.isupper()
    return [
        word.lower()
        for at, word in enumerate(found)
        if len(word) >= SHORTEST and word.isalpha() and (shouted or at == 0 or not word[0].isupper())
    ]


def is_slip(typed: str, meant: str) -> bool:
    """Whether ``typed`` is ``meant`` as it sounds, without its accents, or with one slip of the hand."""
    if abs(len(typed) - len(meant)) > 2:
        return False
    one, other = lexical.fold(typed), lexical.fold(meant)
    if one == other:
        return True
    return _sound(typed) == _sound(meant) or _swapped(one, other) or _mistyped(one, other)


@lru_cache(maxsize=50_000)
def _sound(word: str) -> str:
    word = lexical.fold(word.replace("ç", "s"))
    for written, heard in _SOUNDS:
        word = re.sub(written, heard, word)
    return word


def _swapped(one: str, other: str) -> bool:
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return (
        len(one) == len(other)
        and len(apart) == 2
        and apart[0] > 0
        and apart[1] == apart[0] + 1
        and one[apart[0]] == other[apart[1]]
        and one[apart[1]] == other[apart[0]]
    )


def _mistyped(one: str, other: str) -> bool:
    """A neighbouring key, or a letter more or less between the first two and the last two."""
    if min(len(one), len(other)) < TYPED or one[0] != other[0]:
        return False
    if len(one) == len(other):
        apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        return len(apart) == 1 and _neighbours(*apart[0])
    shorter, longer = sorted((one, other), key=len)
    if len(longer) != len(shorter) + 1 or one[:2] != other[:2] or one[-2:] != other[-2:]:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _neighbours(one: str, other: str) -> bool:
    places = {key: (row, at) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
    if one not in places or other not in places:
        return False
    (row, at), (other_row, other_at) = places[one], places[other]
    return row == other_row and abs(at - other_at) == 1
