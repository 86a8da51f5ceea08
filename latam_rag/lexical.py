"""BM25 with an analyser made for Spanish and Portuguese. Text to weighted terms; Qdrant keeps them and applies IDF.

A word is stemmed *before* its accents are folded, for the stemmers read the accents (``-ción``, ``-ção``); a question typed
without them meets it all the same. Numbers and codes are kept whole: ``19.418`` is ``19418``, ``5º`` and ``05`` are ``5``.
Two words of content that follow each other are a term of their own: *impuesto territorial*, *ley 19418*. What each of these
choices gave is in docs/retrieval.md.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from latam_rag import language, synonyms
from latam_rag.types import Language, SparseVector
from latam_rag.wording import stemmer

K1 = 1.2
B = 0.75
AVERAGE_LENGTH = 256.0
"""Terms of a passage that is neither long nor short. Fixed: weights are stored, and must not change as an index grows.

Qdrant's own default. Fused with dense vectors it ranks better than the true average, about 100, which punishes long articles.
"""
HEADER = 6
"""Times that a word of a passage's header counts: a title or a heading names in few words what all below it is about."""
PAIR = 0.4
"""Weight of a question's pairs of words; one word counts 1."""
SAME_MEANING = 0.2
"""Weight of words that mean what one of the question does (``synonyms``): a *patente* is an *alvará* elsewhere."""
OTHER_LANGUAGE = 0.5
"""Weight of a question's terms as the language that it isn't in would stem them."""
LANGUAGES: tuple[Language, Language] = ("es", "pt")

_TERM = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|[^\W_]+")
_ORDINAL = re.compile(r"(?<=\d)(?:[ºª°˚]|(?:er|ro|do|to|mo|vo|no|[oa])\b)")
# As typed in haste or in capitals. The Portuguese stemmer knows the endings with their accents only.
_ACCENTED = {"cao": "ção", "coes": "ções", "sao": "são", "soes": "sões", "encia": "ência", "encias": "ências"}
_UNACCENTED = re.compile(rf"(?:{'|'.join(_ACCENTED)})$")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Function words only: «ley», «deber» or «poder» tell passages of law apart little, but IDF already knows.
_STOP: dict[Language, frozenset[str]] = {
    "es": _words(
        """a al algo algún alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aquello aquí así aun aún
        aunque bajo bien cada como cómo con contra cual cuál cuales cuáles cualquier cualquiera cuando cuándo cuanto cuánto
        cuanta cuánta cuantas cuántas cuantos cuántos cuya cuyas cuyo cuyos de del desde donde dónde dos durante e el él ella
        ellas ello ellos en entonces entre era eran es esa esas ese eso esos esta está están estas este esto estos estar
        estaba estaban fue fueron fuera ha había habían haber han hasta hay he la las le les lo los más me mediante mi mis
        misma mismas mismo mismos muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque pues que
        qué quien quién quienes quiénes se sea sean según ser será serán si sí sido siendo sin sino sobre sólo solo son su sus
        suya suyas suyo suyos tal tales también tampoco tan tanto te tener tiene tienen toda todas todo todos tras tu tus u
        un una unas uno unos usted ustedes y ya yo"""
    ),
    "pt": _words(
        """a à ao aos aquela aquelas aquele aqueles aquilo as às até cada com como contra cuja cujas cujo cujos da das de dela
        delas dele deles desde dessa dessas desse desses desta destas deste destes do dos e é ela elas ele eles em enquanto
        entre era eram essa essas esse esses esta está estão estas este estes estar estava estavam eu foi foram for fosse há
        isso isto já la lhe lhes lo mais mas me mediante mesma mesmas mesmo mesmos meu meus minha minhas muito na nas nem
        nenhum nenhuma nessa nesse nesta neste no nos nós num numa não o onde os ou outra outras outro outros para pela
        pelas pelo pelos perante pois por porém porque qual quais qualquer quaisquer quando quanto quanta quantas quantos que
        quê quem se seja sejam sem sendo ser será serão seu seus sido sob sobre sua suas são só tal tais também tampouco tem
        têm tendo ter tinha toda todas todo todos tua tuas tudo um uma umas uns você vocês"""
    ),
}


def document_vector(text: str, language: Language) -> SparseVector:
    """The terms of a passage by the analyser of its language, weighted by BM25 without IDF.

    ``text`` is the passage's ``indexed_text``, whose first line is its header. Repeats in it weigh, and don't make the passage
    any longer.
    """
    header, _, body = text.partition("\n")
    counts: Counter[int] = Counter()
    length = 0
    for part, times in ((header, HEADER), (body, 1)):
        found = stems(part, language)
        length += sum(stem is not None for stem in found)
        for term in _terms(found):
            counts[term] += times
    norm = K1 * (1 - B + B * length / AVERAGE_LENGTH)
    ordered = sorted(counts.items())
    return SparseVector(
        indices=tuple(term for term, _ in ordered),
        values=tuple(count * (K1 + 1) / (count + norm) for _, count in ordered),
    )


def query_vector(text: str) -> SparseVector:
    """The terms of a question by the analyser of its language, and at less weight by the other's, so that it meets documents
    in either. A function word of either language is no term of the other: it would be rare there, and so weigh much.

    What a long question says again weighs more, by the logarithm.
    """
    asked = language.detect(text)
    found = words(text)
    weights: dict[int, float] = {}
    by_language = {each: [_stem(word, each) for word in found] for each in LANGUAGES}
    for both in zip(*by_language.values(), strict=True):
        if None not in both:
            weights.update((_hashed(stem), OTHER_LANGUAGE) for stem in both if stem is not None)
    own = by_language[asked]
    for term, times in Counter(_hashed(stem) for stem in own if stem is not None).items():
        weights[term] = 1.0 + math.log(times)
    weights.update((term, PAIR) for term in _pairs(own))
    for word, stem in zip(found, own, strict=True):
        if stem is not None:
            for other in synonyms.alike(word, stem, asked):
                weights.setdefault(_hashed(other), SAME_MEANING)
    ordered = sorted(weights.items())
    return SparseVector(indices=tuple(term for term, _ in ordered), values=tuple(weight for _, weight in ordered))


def word_vector(word: str) -> SparseVector:
    """What documents of either language may have of one word; empty for a function word of one."""
    found = {_stem(word, each) for each in LANGUAGES}
    if None in found:
        return SparseVector(indices=(), values=())
    terms = sorted({_hashed(stem) for stem in found if stem is not None})
    return SparseVector(indices=tuple(terms), values=(1.0,) * len(terms))


def length(text: str) -> int:
    """How many words of content a question has."""
    return sum(stem is not None for stem in stems(text, language.detect(text)))


def stems(text: str, language: Language) -> list[str | None]:
    """Of the words of ``text`` in order, folded; None for a function word."""
    return [_stem(word, language) for word in words(text)]


def _terms(found: Sequence[str | None]) -> Iterator[int]:
    yield from (_hashed(stem) for stem in found if stem is not None)
    yield from _pairs(found)


def _pairs(found: Sequence[str | None]) -> Iterator[int]:
    """Words that follow each other but for function words: *licença de funcionamento*."""
    return (_hashed(f"{one} {other}") for one, other in pairwise(stem for stem in found if stem is not None))


def words(text: str) -> list[str]:
    """Lower-case words, numbers and codes of ``text`` in order, function words included."""
    return _TERM.findall(_ORDINAL.sub(" ", unicodedata.normalize("NFC", text).lower()))


@lru_cache(maxsize=500_000)
def _stem(word: str, language: Language) -> str | None:
    """None for a function word."""
    if word in _STOP[language]:
        return None
    if word[0].isdigit():
        return word.replace(".", "").lstrip("0") or "0"
    if language == "pt":
        word = _UNACCENTED.sub(lambda end: _ACCENTED[end[0]], word)
    return fold(stemmer(language).stemWord(word))


def _hashed(stem: str) -> int:
    """uint32."""
    return zlib.crc32(stem.encode())


def fold(text: str) -> str:
    """Without accents; ñ and ç become n and c."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
