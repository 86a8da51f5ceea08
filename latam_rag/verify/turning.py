"""The words that turn what a sentence says: negations, *podrá* and *deberá*, bounds, before and after, *solo*, *salvo*."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from latam_rag.types import Language
from latam_rag.wording import fold

#: Folded, whole words. One family for another, or one more or less, changes what must be done.
_FAMILIES: Final = {
    "not": "nunca|jamas|ni|tampoco|nadie|ningun[oa]?s?|nao|nem|ninguem|nenhuma?",
    "without": "sin|sem",
    "must": r"deb(?:e|en|era|eran|emos|ia|ian|iera|ieran|iendo|ido)|deve(?:ra|rao|m|ria|riam|ndo)?|debe",
    "may": r"pod(?:ra|ran|rao|era|erao|ria|rian|riam|emos|ia|ian|iam)|pued(?:e|en|o|a|an)|pod(?:e|em)|possa|possam",
    "except": r"salvo|exce(?:pto|to|ptuando|ptuados|ptuad[oa]s?)|ressalvad[oa]s?|exceptuad[oa]s?",
    "until": r"hasta|ate",
    "from": r"desde",
    "before": r"antes",
    "after": r"despues|depois|apos",
    "within": r"dentro",
    "outside": r"fuera|fora",
    "during": r"durante",
    "more": r"mas|mais",
    "less": r"menos",
    "all": r"tod[oa]s?",
    "some": r"algun[oa]?s|algum|algumas?",
    "many": r"much[oa]s|muit[oa]s",
    "few": r"poc[oa]s|pouc[oa]s",
    "only": r"solo|solamente|unicamente|exclusivamente|somente|apenas|tan solo",
    "always": r"siempre|sempre",
    "maximum": r"maxim[oa]s?",
    "minimum": r"minim[oa]s?",
    "almost": r"casi|quase",
    "against": r"contra",
}  # fmt: skip
_BY_FORM: Final = re.compile("|".join(f"(?P<{name}>(?:{forms}))" for name, forms in _FAMILIES.items()))
#: Words of content of which one for another changes what must be done: each needs its own kind in the evidence.
_CONTENT: Final = [
    re.compile(rf"\b(?:{pattern})")
    for pattern in (
        r"obliga\w*|obriga\w*",
        r"facultativ\w*|opcional\w*",
        r"prohib\w+|proib\w+|vedad\w+|impedid\w+|impid\w+",
        r"permit\w+|autoriz\w+|admit\w+",
        r"mayor\w*|maior\w*|superior\w*|mas de\b|mais de\b|excede\w*|excedan",
        r"menor(?:es)?\b|inferior\w*|menos de\b",
        r"habil\w*|uteis|util\b",
        r"corrid[oa]s|naturales\b|calendario",
        r"gratuit\w+|gratis|exent[oa]\w*|isent[oa]\w*",
        r"anual\w*|cada ano|por ano|al ano|ao ano",
        r"mensual\w*|mensal\w*|mensai\w*|cada mes|por mes|al mes|ao mes",
        r"renuncia\w*|derog\w+|revog\w+",
    )
]
#: Left out of a claim, these change it as much as when they are added; the others only between words that it repeats.
ALWAYS_BINDING: Final = frozenset(("not", "without", "except", "only"))
BINDING: Final = frozenset(("until", "before", "after", "maximum", "minimum", "less", "few"))
#: Phrases of several words as the one word that they amount to. Accents may be missing.
_PHRASES: Final = [
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"\b(?:al|por lo|a lo|pelo|ao) menos\b|\bn[oã]o? menos de\b|\b(?:como|no) m[ií]nimo\b", "mínimo"),
        (r"\ba lo sumo\b|\bn(?:o|ão) (?:más|mas|mais) de\b|\b(?:como|no) m[aá]ximo\b", "máximo"),
        (r"\b(?:a menos|salvo|a n[aã]o ser) que?\b", "salvo"),
        (r"\bsin embargo\b|\bn(?:o|ão) obstante\b|\bno entanto\b", ","),
        (r"\ba partir d(?:e|el|a|o)\b", "desde"),
        (r"\bs[oó]lo\b", "solo"),
        (r"\btendr[áa]n? que\b|\bter[áã]o? (?:que|de)\b", "deberá"),
    )
]


def unfold_phrases(text: str) -> str:
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=20_000)
def family(folded: str, language: Language) -> str:
    """Of a word, folded; the empty string when it turns nothing. *no* is *em o* in Portuguese."""
    if folded == "no":
        return "not" if language == "es" else ""
    match = _BY_FORM.fullmatch(folded)
    return match.lastgroup or "" if match else ""


def unsupported(claim: str, support: str, language: Language) -> str | None:
    """A word of ``claim`` that sets what must be done, where ``support`` has none of its kind at all; None when none."""
    theirs = fold(support)
    for pattern in _CONTENT:
        said = pattern.search(fold(claim))
        if said and not pattern.search(theirs):
            return said[0]
    return None
