"""Which words of a text answer to which words of a question: forms of one word, words of one meaning, cognates.

``synonyms.toml`` holds what can't be seen in the letters: *cuesta* and *Valor*, *patente* and *alvará*.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from latam_rag.types import Language, Passage
from latam_rag.wording import Word, fold, is_stop, stem, words

_LANGUAGES: Final[tuple[Language, ...]] = ("es", "pt")

#: Two stems are forms of one word when they share this many letters and differ by few at the end.
_SHARED = 6
_TAIL = 3
#: Between Spanish and Portuguese, words count as the same when their skeletons begin alike.
_COGNATE = 4
#: Shorter ones are not compared but letter by letter.
_SHORT = 3
_SKELETON = (
    ("nh", "n"), ("lh", "l"), ("ll", "l"), ("qu", "c"), ("ue", "o"), ("ie", "e"), ("ei", "e"), ("ou", "o"), ("z", "c"),
    ("ss", "s"), ("rr", "r"), ("y", "i"), ("h", ""),
)  # fmt: skip


#: What follows the stem in the forms of a verb, folded.
_OF_VERBS: Final = re.compile(
    r"(?:[aei]|ie)?(?:(?:ra|re|ria)?(?:s|n|m|mos)?|rao|r|rse|u|d[oa]s?|ndo|ron|ram)|a(?:ba|va)(?:[nms]|mos)?|i?o|ia[nms]?"
)
#: Letters of a stem that no word but the verb's forms has; shorter ones are shared by others: *casar*, *caso*, *casa*.
_OWN_STEM = 4


class _Listed(NamedTuple):
    """A list's words and to which of its entries each belongs."""

    forms: Mapping[str, str]
    """Folded, singular and plural."""
    verbs: Mapping[tuple[str, Language], str]
    """By the stem that their forms have in common."""

    def entry(self, raw: str, stemmed: str, language: Language) -> str | None:
        folded = fold(raw)
        if folded in self.forms:
            return self.forms[folded]
        verb = self.verbs.get((stemmed, language))
        return verb if verb and _OF_VERBS.fullmatch(folded, len(stemmed)) else None


class _Known(NamedTuple):
    groups: _Listed
    members: Mapping[str, frozenset[str]]
    """The stems of each group's words, in either language."""
    asking: Mapping[Language, _Listed]


@cache
def _known() -> _Known:
    said = tomllib.loads((files("latam_rag") / "synonyms.toml").read_text("utf-8"))
    groups = {f"={name}": listed.split() for name, listed in said["groups"].items()}
    listed = _listed(groups, _LANGUAGES)
    members = {
        name: frozenset(stem(word, language) for word in own for language in _LANGUAGES) for name, own in groups.items()
    }
    asking = {language: _listed({"asking": said["asking"][language].split()}, (language,)) for language in _LANGUAGES}
    return _Known(listed, members, asking)


def _listed(entries: Mapping[str, Iterable[str]], languages: Iterable[Language]) -> _Listed:
    own = [(word, name) for name, listed in entries.items() for word in listed]
    forms = {plural: name for word, name in own for plural in _plurals(fold(word))}
    forms |= {fold(word): name for word, name in own}
    verbs = {
        (stemmed, language): name
        for word, name in own
        for language in languages
        if _is_verb(word) and len(stemmed := stem(word, language)) >= _OWN_STEM
    }
    return _Listed(forms, verbs)


def _is_verb(word: str) -> bool:
    return re.fullmatch(r"\w+[aei]r(?:se)?", word) is not None


def _plurals(folded: str) -> tuple[str, ...]:
    """What *s* or its like makes of a word, in either language."""
    irregular = {"cion": "ciones", "cao": "coes", "al": "ais", "z": "ces"}
    changed = tuple(folded.removesuffix(end) + plural for end, plural in irregular.items() if folded.endswith(end))
    return (f"{folded}s", f"{folded}es", *changed)


def asked(question: str, language: Language) -> list[Word]:
    """The words of ``question`` that an answer must deal with; all of content when it only asks (*¿Qué dice?*)."""
    found = [
        word for word in words(question, language) if not any(is_stop(word.raw.lower(), each) for each in _LANGUAGES)
    ]
    only = _known().asking[language]
    telling = [word for word in found if only.entry(word.raw, word.stem, language) is None]
    return telling or found


@lru_cache(maxsize=100_000)
def key(raw: str, stemmed: str, language: Language) -> str:
    """What a word counts as: its group, or its stem."""
    return _known().groups.entry(raw, stemmed, language) or stemmed


def keys(found: Iterable[Word], language: Language) -> frozenset[str]:
    """Those of ``found``, with words of one meaning made one."""
    return frozenset(key(word.raw, word.stem, language) for word in found)


def of_text(text: str, language: Language) -> frozenset[str]:
    """The keys of the words of content of ``text``."""
    return keys((word for word in words(text, language) if not word.stop), language)


def alike(raw: str, stemmed: str, language: Language) -> frozenset[str]:
    """The stems, of either language, of the words of one meaning with the one given, or none at all."""
    return _known().members.get(key(raw, stemmed, language), frozenset())


def of_passage(passage: Passage) -> frozenset[str]:
    """The keys of a passage, its header and the part of a sheet that it is included."""
    found = of_text(passage.indexed_text, passage.language)
    part = passage.metadata.get("field")
    return found | {f"={part}"} if isinstance(part, str) else found


def held(wanted: Collection[str], own: frozenset[str], *, across: bool = False) -> frozenset[str]:
    """Those of ``wanted`` that ``own`` holds; ``across``: the one is Spanish and the other Portuguese."""
    found = {key for key in wanted if key in own}
    left = [
        key for key in wanted if key not in found and key[0] != "=" and not key[0].isdigit() and len(key) >= _COGNATE
    ]
    if across and left:
        begun: dict[str, list[str]] = {}
        for key in own:
            if len(key) >= _SHORT:
                begun.setdefault(begin(key), []).append(_skeleton(key))
        found |= {key for key in left if any(_cognate(_skeleton(key), other) for other in begun.get(begin(key), ()))}
    elif left:
        by_begin: dict[str, list[str]] = {}
        for key in own:
            by_begin.setdefault(key[:_SHARED], []).append(key)
        found |= {key for key in left if any(_kin(key, other) for other in by_begin.get(key[:_SHARED], ()))}
    return frozenset(found)


def _cognate(one: str, other: str) -> bool:
    """Words that begin alike, by more than half of the shorter: *fotosíntesis* is no *fotografia*."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return 2 * shared > min(len(one), len(other))


def begin(key: str) -> str:
    """What a word of one language and its cognate in the other begin with."""
    return _skeleton(key)[:_COGNATE]


def _kin(one: str, other: str) -> bool:
    """Forms of one word, the beginning already alike."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= _SHARED and max(len(one), len(other)) - shared <= _TAIL


@cache
def _skeleton(key: str) -> str:
    for sign, simple in _SKELETON:
        key = key.replace(sign, simple)
    return key
