"""Which words of a text answer to which words of a question: forms of one word, words of one meaning, cognates.

``synonyms.toml`` holds what can't be seen in the letters: *cuesta* and *Valor*, *patente* and *alvará*.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from latam_rag.types import Language, Passage
from latam_rag.wording import Word, content, stem, words

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


class _Known(NamedTuple):
    groups: dict[tuple[str, Language], str]
    members: dict[str, frozenset[str]]
    asking: frozenset[tuple[str, Language]]


@cache
def _known() -> _Known:
    said = tomllib.loads((files("latam_rag") / "synonyms.toml").read_text("utf-8"))
    languages: tuple[Language, ...] = ("es", "pt")
    groups = {
        (stem(word, language), language): f"={name}"
        for name, listed in said["groups"].items()
        for word in listed.split()
        for language in languages
    }
    asking = frozenset(
        (stem(word, language), language) for language in languages for word in said["asking"][language].split()
    )
    members: dict[str, set[str]] = {}
    for (stemmed, _), name in groups.items():
        members.setdefault(name, set()).add(stemmed)
    return _Known(groups, {name: frozenset(stems) for name, stems in members.items()}, asking)


def asked(question: str, language: Language) -> list[Word]:
    """The words of ``question`` that an answer must deal with; all of content when it only asks (*¿Qué dice?*)."""
    found = [word for word in words(question, language) if not word.stop]
    telling = [word for word in found if (word.stem, language) not in _known().asking]
    return telling or found


def keys(stems: Iterable[str], language: Language) -> frozenset[str]:
    """``stems`` with those of one meaning made one."""
    groups = _known().groups
    return frozenset(groups.get((each, language), each) for each in stems)


def alike(stemmed: str, language: Language) -> frozenset[str]:
    """The stems, of either language, of the words of one meaning with ``stemmed``; itself among them, or none at all."""
    known = _known()
    return known.members.get(known.groups.get((stemmed, language), ""), frozenset())


def of_passage(passage: Passage) -> frozenset[str]:
    """The keys of a passage, its header and the part of a sheet that it is included."""
    found = keys(content(words(passage.indexed_text, passage.language)), passage.language)
    part = passage.metadata.get("field")
    return found | {f"={part}"} if isinstance(part, str) else found


def held(wanted: Collection[str], own: frozenset[str], *, across: bool = False) -> frozenset[str]:
    """Those of ``wanted`` that ``own`` holds; ``across``: the one is Spanish and the other Portuguese."""
    found = {key for key in wanted if key in own}
    left = [
        key for key in wanted if key not in found and key[0] != "=" and not key[0].isdigit() and len(key) >= _COGNATE
    ]
    if across and left:
        begin = {_skeleton(key)[:_COGNATE] for key in own if len(key) >= _SHORT}
        found |= {key for key in left if _skeleton(key)[:_COGNATE] in begin}
    elif left:
        by_begin: dict[str, list[str]] = {}
        for key in own:
            by_begin.setdefault(key[:_SHARED], []).append(key)
        found |= {key for key in left if any(_kin(key, other) for other in by_begin.get(key[:_SHARED], ()))}
    return frozenset(found)


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
