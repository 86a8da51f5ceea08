"""Whether a sentence turns what its evidence says into the contrary: a negation more or less, *podrá* for *deberá*."""

from __future__ import annotations

import re

from latam_rag.types import Language
from latam_rag.wording import Word, fold, words

_NEGATOR = re.compile(r"no|nunca|jamas|sin|ni|tampoco|nadie|ningun[oa]?|nao|nem|sem|ninguem|nenhuma?")
#: How many content words after a negation it is taken to govern, within its clause.
_REACH = 2
_CLAUSE = re.compile(r"[,;:.()\n]")

# Families of words of which one for another changes what must be done. A word of the claim must have its own family
# in the evidence.
_FAMILIES = {
    "must": r"deb(?:e|en|era|eran|erao|em|ere|eria|erian|eriam|iendo)\b|obliga\w*|obriga\w*|tendra\w* que|tera\w* (?:que|de)",
    "may": r"pod(?:ra|ran|rao|era|erao|ria|rian|eria|eriam)\b|pued\w+|pode\b|podem\b|facultativ\w*|opcional\w*",
    "forbidden": r"prohib\w+|proib\w+|vedad\w+|impedid\w+|impid\w+",
    "allowed": r"permit\w+|autoriz\w+|admit\w+",
    "exception": r"salvo\b|except\w+|excet\w+|exclu\w+|a menos que|a nao ser",
    "maximum": r"maxim\w+|a lo sumo|no mas de|nao mais de|ate\b|hasta\b",
    "minimum": r"minim\w+|al menos|a lo menos|por lo menos|pelo menos|ao menos|no menos de|nao menos de",
    "before": r"antes\b|previ[ao]\w*",
    "after": r"despues\b|depois\b|apos\b|posterior\w*|dentro\b|siguient\w+|seguint\w+",
    "more": r"mayor\w*|maior\w*|superior\w*|mas de\b|mais de\b|excede\w*|excedan",
    "less": r"menor(?:es)?\b|inferior\w*|menos de\b",
    "business days": r"habil\w*|uteis|util\b",
    "calendar days": r"corrid[oa]s|naturales|calendario",
    "free": r"gratuit\w+|gratis|exent[oa]\w*|isent[oa]\w*",
    "yearly": r"anual\w*|cada ano|por ano|al ano|ao ano",
    "monthly": r"mensual\w*|mensal\w*|mensai\w*|cada mes|por mes|al mes|ao mes",
    "all": r"tod[oa]s\b",
    "only": r"\bsolo\b|solamente|unicamente|exclusiv\w+|somente|apenas\b",
}  # fmt: skip
_PATTERNS = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in _FAMILIES.items()}
# Left out of a claim, these change it as much as if they had been added to it.
_BINDING = ("exception",)


def turned(claim: str, support: str, language: Language, support_language: Language | None = None) -> str | None:
    """The word by which ``claim`` departs from ``support`` (the sentences it rests on), None when none does."""
    theirs = fold(support)
    mine = fold(claim)
    for name, pattern in _PATTERNS.items():
        said = pattern.search(mine)
        if said and not pattern.search(theirs):
            return said[0]
        if name in _BINDING and not said and (left_out := pattern.search(theirs)):
            return left_out[0]
    return _negation(words(claim, language), claim, words(support, support_language or language), support)


def _negation(mine: list[Word], claim: str, theirs: list[Word], support: str) -> str | None:
    negated, plain = _heads(mine, claim)
    support_negated, support_plain = _heads(theirs, support)
    for stem, (raw, _) in negated.items():
        if stem not in support_negated:
            return raw
    # The word right after the evidence's negation is what it denies; the next is often only what that is about.
    for stem, raw in plain.items():
        if support_negated.get(stem, ("", 0))[1] == _REACH and stem not in support_plain:
            return raw
    return None


def _heads(found: list[Word], text: str) -> tuple[dict[str, tuple[str, int]], dict[str, str]]:
    """The stems that a negation governs, with the word as written and its nearness to it, and the content stems that none
    does."""
    negated: dict[str, tuple[str, int]] = {}
    plain: dict[str, str] = {}
    left, end = 0, 0
    for word in found:
        if _CLAUSE.search(text, end, word.start):
            left = 0
        end = word.end
        if _NEGATOR.fullmatch(fold(word.raw)):
            left = _REACH
        elif word.stop:
            continue
        elif left:
            negated.setdefault(word.stem, (word.raw, left))
            left -= 1
        else:
            plain.setdefault(word.stem, word.raw)
    return negated, plain
