"""Is this text that somebody could read? OCR garbage is refused instead of indexed: nobody can check a quote of it."""

from __future__ import annotations

import functools
import re
from collections import Counter

from latam_rag.errors import DocumentError
from latam_rag.numerals import fold
from latam_rag.parse.build import Draft
from latam_rag.types import SectionKind

# Share of bad words past which a document is refused. Measured over the corpus: readable documents stay under 0.12, the one
# that nobody can read is at 0.38 (docs/parse.md).
REFUSED = 0.25
_CELL = re.compile(r"[^\s|]+")
_EDGES = "«»“”\"'‘’()[]{}¿?¡!.,;:…*_#|-–—/\\<>=~`·•+&%"
_WORD = re.compile(r"[^\W\d_]+(?:[-'’/.][^\W\d_]+)*[²³°]?", re.UNICODE)
_NUMBER = re.compile(r"[$€£R]*[\d][\d.,:/°ºª%\-–x×A-Za-z]*")
#: A word as most are: small letters with a vowel, the first one perhaps a capital.
_PLAIN = re.compile(r"[A-ZÁÉÍÓÚÑ]?[bcdfghjklmnpqrstvwxzñç]*[aeiouáéíóúüãõâêôày][a-záéíóúüñçãõâêôà]*")
_VOWEL = re.compile(r"[aeiouáéíóúüàâãêôõy]", re.IGNORECASE)
_MIXED_CASE = re.compile(r"[a-záéíóúñç][A-ZÁÉÍÓÚÑÇ]")
_LETTERED = re.compile(r"[^\W\d_]")
_ENOUGH = 60
_LONG = 30
# What follows each letter in Spanish and Portuguese, accents folded: the pairs that occur at least once in 4,000 words of laws
# and service sheets. 0.8 % of their words hold another pair, and 94 % of the words of a font with a shifted alphabet.
_PAIRS = {
    "a": "bcdefgijlmnopqrstuvxyz", "b": "aeijlorstu", "c": "acehilnortu", "d": "abeimoqrsu", "e": "abcdefghijlmnopqrstuvxyz",
    "f": "aeiloruy", "g": "aeilmnoru", "h": "aeiotu", "i": "abcdefgijlmnopqrstuvxz", "j": "aeou", "l": "acdeghilmnoqstuv",
    "m": "abeilnopu", "n": "acdefghijkmopqstuvz", "o": "abcdefghijlmnoprstuvxyz", "p": "aceilorstu", "q": "u",
    "r": "abcdefgijlmnopqrstuvyz", "s": "acdefgilmopqstu", "t": "aeimoprtuy", "u": "abcdefgijlmnoprstvyz", "v": "aeioru",
    "x": "aceimopt", "y": "aelo", "z": "acego",
}  # fmt: skip
_UNHEARD = re.compile("|".join(f"{first}[^{after}]" for first, after in _PAIRS.items()) + "|[kw]{2}")
# Inside a word only a wrong character table puts these: Latin-1 read as MacRoman or as UTF-8's halves, private glyphs.
_WRONG_CHARACTER = re.compile(
    r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x80-\x9f]|(?<=[^\W\d_])[¡¿¢£¤¥¦§¨©ª«¬®¯±²³´µ¶·¸»¼½¾×÷€†‡•…‰™√∫≈∂∑∏π∞](?=[a-záéíóúñçãõ])"
    r"|(?<=[a-z])[À-ÖØ-Þß˙ˆ](?=[a-z])|Ã[\x80-\xbf©­³ºª¡§£µ±]|Â[º°ª§]"
)
# Of the words of a page: past which its text layer is worth less than a reading of its image.
_PAGE_WORDS = 12
_PAGE_SAMPLE = 200
_PAGE_BAD = 0.30
_PAGE_WRONG = 0.06
# Words past title and links below which a file with registry data holds no document.
_BODY = 5


def garbage(text: str) -> float:
    """The share of words in ``text`` that no reader would take for words, 0 to 1."""
    return _share(text.split())


def _share(tokens: list[str]) -> float:
    bad = total = 0
    for token, times in Counter(tokens).items():
        judged = _remembered(token) if len(token) < _LONG else _judged(token)
        if judged is not None:
            bad, total = bad + judged * times, total + times
    return bad / total if total else 0.0


def _judged(token: str) -> bool | None:
    """Whether ``token`` is no word; None where nothing is to be judged."""
    word = "" if "http" in token else token.strip(_EDGES)
    return _bad(word) if word else None


#: Documents share their words.
_remembered = functools.lru_cache(maxsize=2**15)(_judged)


def refuse_garbage(text: str, name: str) -> None:
    """Raise DocumentError, with the score, when ``text`` can't be read."""
    tokens = text.split()
    if len(tokens) >= _ENOUGH and (score := _share(tokens)) > REFUSED:
        raise DocumentError("parse.garbage", name=name, score=f"{score:.0%}", allowed=f"{REFUSED:.0%}")


def page_is_garbage(text: str) -> bool:
    """Whether the text layer of a page is one that nobody could read, so that its picture should be read instead.

    Of at least twelve words, one in sixteen has a character that no word has (accents read in the wrong table, glyphs without
    letters), or one in three is no word: what ``garbage`` counts, and pairs of letters that neither language has.
    """
    tokens = _CELL.findall(text)
    tokens = tokens[:: 1 + len(tokens) // _PAGE_SAMPLE]
    judged = [_printed(token) if len(token) < _LONG else _printed.__wrapped__(token) for token in tokens]
    lettered = [found for found in judged if found]
    if len(lettered) < _PAGE_WORDS:
        return False
    wrong, bad = sum(wrong for wrong, _ in lettered), sum(bad for _, bad in lettered)
    return wrong > _PAGE_WRONG * len(lettered) or bad > _PAGE_BAD * len(lettered)


@functools.lru_cache(maxsize=2**15)
def _printed(token: str) -> tuple[bool, bool] | None:
    """Whether ``token`` has a character that no word has, and whether it is no word; None where it isn't one of letters."""
    word = "" if "http" in token else token.strip(_EDGES)
    wrong = _WRONG_CHARACTER.search(word) is not None
    if not (wrong or _LETTERED.search(word) or "\ufffd" in word):
        return None
    return wrong, _bad(word) or _unheard(word)


def _unheard(word: str) -> bool:
    """Whether a word in small letters has a pair of letters that Spanish and Portuguese don't."""
    folded = fold(word)
    return len(folded) > 3 and folded.isalpha() and not word.isupper() and _UNHEARD.search(folded) is not None


def _bad(word: str) -> bool:
    if _PLAIN.fullmatch(word):
        return False
    if "\ufffd" in word:
        return True
    if _NUMBER.fullmatch(word) or not _LETTERED.search(word):
        return len(word) > 1 and not any(char.isalnum() for char in word)
    if not _WORD.fullmatch(word):
        return "@" not in word and "." not in word
    if len(word) <= 3 or word.isupper():
        return False
    return not _VOWEL.search(word) or bool(_MIXED_CASE.search(word[1:]) and word[0].islower())


def refuse_stub(draft: Draft, name: str) -> None:
    """Raise DocumentError for a record that holds a title and a link instead of the document."""
    if not draft.text.strip():
        raise DocumentError(
            "parse.no_text" if not draft.metadata else "parse.metadata_only", name=name, where=_where(draft.url)
        )
    if not (draft.metadata or draft.url) or len(draft.text) > 2000:
        return
    headings = [(s.start, s.end) for s in draft.sections if s.kind is SectionKind.HEADING]
    body = [
        s
        for s in draft.sections
        if s.kind is not SectionKind.HEADING and not any(a <= s.start < b for a, b in headings)
    ]
    words = [w for s in body for w in draft.text[s.start : s.end].split() if not w.startswith(("http", "<http"))]
    if len(words) < _BODY:
        raise DocumentError("parse.metadata_only", name=name, where=_where(draft.url))


def _where(url: str) -> str:
    return f" ({url})" if url else ""
