"""The words of a text as answers and checks compare them: stems, without accents, stop words marked."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from latam_rag import numerals
from latam_rag.types import Language

_WORD = re.compile(r"[^\W_]+(?:[.,/-](?=\d)\d+)*")
_STEMMERS = threading.local()
_NAMES = {"es": "spanish", "pt": "portuguese"}


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP: Mapping[Language, frozenset[str]] = {
    "es": _listed(
        """a al algo algún alguna algunas alguno algunos ante antes aquel aquella así aun aunque cada como con contra cual
        cuales cualquier cuando cuanta cuantas cuanto cuantos cómo cuál cuáles cuándo cuánta cuántas cuánto cuántos cuyo
        cuya de debe deben debo del desde donde dónde dos durante e el él ella ellas ello ellos en entre era eran es esa
        esas ese eso esos esta está estaba estado están estas este esto estos fue fueron ha haber había han hasta hay he
        hacer hacia haya la las le les lo los más me mediante mi mis mismo mucho muy nada ni no nos nuestra nuestro o os
        otra otras otro otros para pero poco por porque puede pueden puedo pues que qué quien quién quienes quiénes se sea
        sean según ser será si sí sido sin sobre son su sus también tal tan tanto te tengo tener tiene tienen toda todas
        todo todos tras tu tus un una unas uno unos usted ustedes y ya yo"""
    ),
    "pt": _listed(
        """a à às ao aos algo algum alguma algumas alguns ante antes aquela aquele aqueles as assim até cada com como contra
        cujo cuja da das de dela dele deles depois desde deve devem devo do dos e é ela elas ele eles em entre era eram
        essa essas esse esses esta está estão estas este estes eu foi foram fosse há haver isso isto já lhe lhes lo mais
        mas me mediante mesmo meu minha muito na nada não nas nem no nos nós num numa o onde os ou outra outras outro
        outros para pela pelas pelo pelos pode podem pois por porque porém posso preciso qual quais quando quanta quantas
        quanto quantos que quê quem são se seja sejam sem ser será seu seus sido sob sobre sua suas também tal tanto te
        tem têm tenho ter toda todas todo todos tu um uma umas uns você vocês"""
    ),
}


@dataclass(frozen=True, slots=True)
class Word:
    """``text[start:end]`` as compared: ``stem`` is stemmed, then folded."""

    start: int
    end: int
    raw: str
    stem: str
    stop: bool


def fold(text: str) -> str:
    """Lower case, without accents; ``ñ`` and ``ç`` lose theirs too, as people leave them out."""
    return numerals.fold(unicodedata.normalize("NFC", text))


def words(text: str, language: Language) -> list[Word]:
    """The words and numbers of ``text`` in order."""
    stop = _STOP[language]
    found = []
    for match in _WORD.finditer(text):
        lowered = match[0].lower()
        found.append(Word(match.start(), match.end(), match[0], stem(lowered, language), lowered in stop))
    return found


def is_stop(lowered: str, language: Language) -> bool:
    return lowered in _STOP[language]


@lru_cache(maxsize=100_000)
def stem(word: str, language: Language) -> str:
    return fold(stemmer(language).stemWord(word.lower()))


def content(found: Iterable[Word]) -> list[str]:
    """The stems that carry meaning, in order, repeats kept."""
    return [word.stem for word in found if not word.stop]


def stemmer(language: Language) -> Any:
    """Snowball's, this thread's own: PyStemmer's objects keep a buffer."""
    known = getattr(_STEMMERS, language, None)
    if known is None:
        import Stemmer

        known = Stemmer.Stemmer(_NAMES[language])
        setattr(_STEMMERS, language, known)
    return known
