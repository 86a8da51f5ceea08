"""What an objective asks for: its verbs, what they are about, its sub-points, and the signs by which one sees it reached.

All strings here are literal stretches of the objective's text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from latam_rag.numerals import fold
from latam_rag.teaching import Objective
from latam_rag.types import Language

#: What a student does, from the least demanding to the most.
ACTIONS = ("act", "recall", "explain", "apply", "analyse", "judge", "create")
_USUAL = "explain"
_MARK = re.compile(r"^[ \t]*(?:[-•*·▪●–—›»]|\d{1,2}[.)]|[a-zñ]\))[ \t]+", re.MULTILINE)
_NOTE = re.compile(r"(?P<name>[^\n:.;,]{4,45}):\s*(?P<said>.*)", re.DOTALL)
_SIGNS = re.compile(r"indicador|evidencia|criterios? de|evaluacion|avaliacao")
_CONTENTS = re.compile(r"objetos? d|contenido|conteudo|conocimiento|conhecimento|temas?\b")
_SUGGESTED = re.compile(r"suge|actividad|atividade|ejemplo|exemplo|orientac")
_NAMED = re.compile("|".join(each.pattern for each in (_SIGNS, _CONTENTS, _SUGGESTED)))
_INFINITIVE = re.compile(r"\w{2,}(?:[aei]r(?:se|l[oae]s?)?|[aei]l[oa]s?|por)\Z")
_JOINS: Mapping[Language, tuple[str, ...]] = {"es": (",", "y", "e", "o", "u"), "pt": (",", "e", "ou")}
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-ZÁÉÍÓÚÂÊÔÃÕ¿])")
_WORD_OR_COMMA = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|,|[^\s,]+")
_HOW = re.compile(
    r",? (?:mediante|por medio de|por meio de|a través de|através de|utilizando|usando|empleando|aplicando|considerando)\b"
    r"|,\s+[^\W\d_]+ndo(?:se|l[oae]s?)?\b|[:;.](?:\s|\Z)"
)
_MOST = 4
"""Verbs that open a sentence."""
_ASIDE = re.compile(r"\s*,[^,:]{3,70},(?=\s*(?:de )?que )")
_CLAUSE = re.compile(r"\s*(?:de )?que (?:(?:se )?comprenden? |compreendem? )?")
_ADDED = re.compile(r",? con (?:ejemplos|base)\b")
_FEW = 2
_LONGEST = 130


@dataclass(frozen=True, kw_only=True, slots=True)
class Aims:
    """Of one objective. ``action`` is the most demanding of what its verbs ask for in its main sentence."""

    statement: str
    """Its main sentence."""
    verbs: tuple[str, ...]
    action: str
    about: str
    """What the first verb is about."""
    points: tuple[str, ...]
    """What it breaks down into."""
    signs: tuple[str, ...]
    """By which one sees it reached: indicators or evidence, where the document has some."""
    suggestions: tuple[str, ...]


def of(objective: Objective) -> Aims:
    lines, notes = _apart(objective.text, objective.language)
    statement, points, signs = lines
    contents = [entry for name, entry in notes if _CONTENTS.match(name)]
    verbs = _verbs(statement, objective.language)
    found = [action_of(verb, objective.language) for verb in verbs]
    known = [action for action in found if action]
    if re.search(r"\A(?:\w+\W+){1,3}(?:[^,]{3,70}, )?(?:de )?que ", statement):
        # Who recognises *that* something is so explains it.
        known.append(_USUAL)
    return Aims(
        statement=statement,
        verbs=verbs,
        action=_action(known),
        about=_about(statement, objective.language),
        points=(*points, *contents),
        signs=(*signs, *(entry for name, said in notes if _SIGNS.match(name) for entry in _SENTENCE.split(said))),
        suggestions=tuple(said for name, said in notes if _SUGGESTED.match(name) and not _SIGNS.match(name)),
    )


def _action(found: list[str]) -> str:
    """The most demanding; but who resolves, measures or writes first works on that, whatever is compared or made of it."""
    if not found or found[0] == "apply":
        return found[0] if found else _USUAL
    return max(found, key=ACTIONS.index)


def action_of(word: str, language: Language) -> str | None:
    """What a student does who does what the verb ``word``, as objectives write it (*Reconocer*, *Reconoce*, *Reconocen*),
    says; None for a word that isn't a known verb."""
    known = _known(language)
    return next((known[form] for form in infinitives(fold(word)) if form in known), None)


def infinitives(word: str) -> Iterator[str]:
    """The folded ``word``, and what it may be a form of: *miden*, *medir*. Most of them don't exist."""
    yield word
    yield re.sub(r"r(?:se|l[oae]s?)\Z", "r", word)
    one = word[:-1] if word.endswith(("an", "en", "am", "em")) else word
    # Resuelve, resolver; sugiere, sugerir; predice, predecir.
    for form in dict.fromkeys(
        (one, *(re.sub(rf"{a}(?!.*{a})", b, one) for a, b in (("ue", "o"), ("ie", "e"), ("i", "e"))))
    ):
        yield f"{form}r"
        yield f"{form[:-1]}ir"


@cache
def _known(language: Language) -> dict[str, str]:
    said = tomllib.loads((files("latam_rag.teaching") / "verbs.toml").read_text("utf-8"))
    known: dict[str, str] = {}
    for action in ACTIONS:
        for verb in said[action][language].split():
            known.setdefault(fold(verb), action)
    return known


def _apart(text: str, language: Language) -> tuple[tuple[str, list[str], list[str]], list[tuple[str, str]]]:
    """The main sentence, its points and its signs; and what stands under a name of its own: «Sugestão: …»."""
    statement = ""
    points: list[str] = []
    signs: list[str] = []
    notes: list[tuple[str, str]] = []
    for entry in _entries(text):
        bare = _MARK.sub("", entry, count=1).strip()
        note = _NOTE.fullmatch(bare)
        if not statement:
            statement = bare
        elif note and _NAMED.match(fold(note["name"])):
            notes.append((fold(note["name"]), note["said"].strip()))
        elif _MARK.match(entry):
            (signs if _is_sign(bare, language) else points).append(bare)
        else:
            sentences = _SENTENCE.split(bare)
            (signs if _is_sign(bare, language) else points).extend(sentences)
    return (statement, points, signs), notes


def _entries(text: str) -> list[str]:
    """Its lines, those that a page's width broke joined again."""
    found: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        goes_on = (
            found
            and not _MARK.match(line)
            and (line.strip()[:1].islower() or not re.search(r"[.:;!?)]\s*\Z", found[-1]))
        )
        if goes_on:
            found[-1] = f"{found[-1]} {line.strip()}"
        else:
            found.append(line.rstrip())
    return found


def _is_sign(text: str, language: Language) -> bool:
    """Whether it says what students do, not what the objective is made of: «Describe las partes …», «Leen números …»."""
    first = fold(next(iter(re.findall(r"[^\W\d_]+", text)), ""))
    if _INFINITIVE.match(first):
        return False
    return action_of(first, language) is not None or bool(re.fullmatch(r"\w{3,}(?:an|en|am|em)", first))


def _verbs(statement: str, language: Language) -> tuple[str, ...]:
    """The verbs that open the sentence: *Leer, escribir y comparar números*; none for one that opens otherwise."""
    return tuple(word for word, _ in _opening(statement, language))


def _opening(statement: str, language: Language) -> list[tuple[str, int]]:
    """Each verb that opens the sentence, and where it ends."""
    found: list[tuple[str, int]] = []
    for match in _WORD_OR_COMMA.finditer(statement):
        word = match[0]
        if word in _JOINS[language] and found:
            continue
        folded = fold(word.partition("-")[0])
        if len(found) < _MOST and (action_of(folded, language) or _INFINITIVE.fullmatch(folded)):
            found.append((word, match.end()))
        else:
            break
    return found


def _about(statement: str, language: Language) -> str:
    """What follows the verbs that open the sentence, to where it says how."""
    verbs = _opening(statement, language)
    rest = statement[verbs[-1][1] :] if verbs else statement
    aside = _ASIDE.match(rest)
    cut = _HOW.split(rest[aside.end() :] if aside else rest)[0]
    if clause := _CLAUSE.match(cut):
        cut = _ADDED.split(cut[clause.end() :])[0]
    bracket = cut.find(" (")
    # What is in brackets are examples: the objective's own table shows them.
    if bracket > 0 and len(cut[:bracket].split()) > _FEW:
        cut = cut[:bracket]
    cut = cut.strip(" ,.:;")
    if not cut or len(cut) <= _LONGEST:
        return cut or statement.strip(" .:;")
    return f"{cut[:_LONGEST].rpartition(' ')[0].rstrip(' ,.:;')}…"
