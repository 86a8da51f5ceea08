"""A quiz with its key, of what the objectives' own words allow without a model: nothing is claimed that they don't say.

A word is left out of a literal sentence; a literal sentence is true, and its negation false; its parts are put in order. What
one item asks, no other gives away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from latam_rag.messages import text as said
from latam_rag.teaching import Objective, Row, aims
from latam_rag.types import Language
from latam_rag.wording import is_stop

BLANK = "________"
_LETTERS = 5
"""Of a word that is left out."""
_CHUNKS = 4
_FACT_WORDS = 7
_TOLD = 6
"""Words from which a point says what to look for, not only a topic."""
_LONGEST = 200
_SUBJECT_WORDS = 8
_SIGNPOSTS = ("ejemplo", "exemplo", "ejemplos", "exemplos", "otros", "otras", "outros", "outras")
_CLAUSES = {"que", "cómo", "como", "cuál", "cuáles", "qual", "quais", "qué", "describa", "describan"}
#: The verb of a sentence that says how something is; what stands before it is what it speaks of.
_IS: dict[Language, re.Pattern[str]] = {
    "es": re.compile(
        r"(?:\bno )?\b(?:se [^\W\d_]+|es|son|está|están|tienen?|hay|puede|pueden|permiten?|existen?|ocupan?|producen?"
        r"|dependen?|necesitan?|contienen?|cumplen?|ocurren?|transmiten?|forman|cambian?|influyen?|representan?)\b"
    ),
    "pt": re.compile(
        r"(?:\bnão )?\b(?:se [^\W\d_]+|é|são|está|estão|tem|têm|há|pode|podem|permitem?|existem?|ocupam?|produzem?|dependem?"
        r"|necessitam?|contêm|contém|cumprem?|ocorrem?|transmitem?|formam|mudam?|influem?|representam?)\b"
    ),
}
#: *Reconocer que …*, *Explicar, basándose en evidencias, que …*: what follows is said to be so.
_SAID = re.compile(
    r"\A(?:[^\W\d_]+(?:,| [yeou])? ){1,4}?(?:, ?)?(?:[^,:]{3,70}, )?(?:de )?que (?P<fact>.+?)(?:[:;]|\.(?:\s|\Z)|\Z)"
)
_TAIL = re.compile(
    r",? (?:con|com|mediante|por medio|por meio|a través|através|a partir|por ejemplo|por exemplo)\b"
    r"|,\s+[^\W\d_]+ndo(?:se|l[oae]s?)?\b|,? [ye] (?:que|l[oa]s?|reconocen?|identifican?|reconhecem?)\b"
)
#: Who it is said of, in few words: not a clause of its own, nor a pronoun.
_SUBJECT = re.compile(
    r"(?:el|la|los|las|un|una|unos|unas|o|a|os|as|um|uma|uns|umas|cada|todos?|todas?|su|sus|seu|sua|seus|suas|\w{5,}) ?[^,]*"
)
_NOT_LAST = (
    "no",
    "não",
    "que",
    "quando",
    "cuando",
    "donde",
    "onde",
    "le",
    "les",
    "lo",
    "nos",
    "se",
    "lhe",
    "lhes",
    "y",
    "e",
    "o",
    "ou",
)
_SOME = re.compile(
    r"(?:algun|ciert|vári|alg[uú]n|certo|certa|much|muit|la mayor|a maior)|.*\b(?:no|não|nunca|ningun|nenhum)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\((?:(?:por ejemplo|por exemplo|como|p\. ej\.|e\.g\.)[,:]? )?(?P<list>[^()]*,[^()]*)\)")
_ENTRY = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,2}|\d+(?:/\d+)?")
_APART = re.compile(r",\s*|\s+(?:y|e|o|ou|u)\s+(?!\/)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A literal stretch of an objective that says how something is. ``subject`` is what it speaks of, ``at`` where its verb
    begins."""

    text: str
    subject: str
    at: int


def make(objectives: Sequence[Objective], language: Language, duration: int) -> tuple[list[Row], dict[str, str]]:
    made: list[tuple[str, dict[str, str], str]] = []
    turn = 0
    for objective in objectives:
        closed = _closed(objective, language, turn)
        turn += bool(closed)
        for part, cells in [*closed, *_open(objective, language, alone=not closed)]:
            made.append((part, cells, objective.id))
    made.sort(key=lambda each: ("complete", "true_false", "order", "open").index(each[0]))
    rows = [
        Row(id=f"r{place}", part=part, cells=cells, serves=(serves,))
        for place, (part, cells, serves) in enumerate(made)
    ]
    return rows, {"instructions": said("teaching.instructions_quiz", language)}


def item(part: str, objective: Objective, language: Language) -> dict[str, str]:
    """One of a kind for one objective; where its words allow none, only its key's reference is given."""
    aim, found = aims.of(objective), fact(objective)
    sentence = found.text if found else aim.statement
    if part == "complete":
        made = _complete(sentence, objective, language)
    elif part == "true_false":
        made = _true_false(found, objective, language) if found else None
    elif part == "order":
        made = _order(sentence, objective, language)
    else:
        made = _open(objective, language, alone=False)[0][1]
    key = said("teaching.literal_key", language, text=aim.statement, name=objective.name)
    return made or {"item": "", "key": key, "points": "2"}


def fact(objective: Objective) -> Fact | None:
    """What follows *que* in the main sentence, where a verb in it says how something is."""
    match = _SAID.match(aims.of(objective).statement)
    if not match:
        return None
    text = _TAIL.split(match["fact"])[0].strip(" ,.")
    verb = _IS[objective.language].search(text.lower())
    if verb is None or len(text) > _LONGEST or len(text.split()) < _FACT_WORDS or text.count("(") != text.count(")"):
        return None
    subject = text[: verb.start()].strip()
    words = subject.lower().split()
    if not words or len(words) > _SUBJECT_WORDS or words[-1] in _NOT_LAST or set(words) & _CLAUSES:
        return None
    if verb[0].startswith(("no ", "não ")) or not _SUBJECT.fullmatch(subject.lower()):
        return None
    return Fact(text=text, subject=subject, at=verb.start())


def _closed(objective: Objective, language: Language, turn: int) -> list[tuple[str, dict[str, str]]]:
    aim, found = aims.of(objective), fact(objective)
    if found:
        if turn % 2:
            return [("order", _order(found.text, objective, language))]
        return [("true_false", _true_false(found, objective, language))]
    listed = _listing(objective, aim, language)
    if listed:
        return [("complete", listed)]
    whole = (point for point in aim.points if len(point.split()) > _FACT_WORDS)
    made = next((cells for point in whole if (cells := _complete(point, objective, language))), None)
    return [("complete", made)] if made else []


def _open(objective: Objective, language: Language, *, alone: bool) -> list[tuple[str, dict[str, str]]]:
    """Questions by the verb; ``alone`` asks for two."""
    aim, found = aims.of(objective), fact(objective)
    about = found.subject if found else aim.about
    told = [*aim.signs, *(each for each in aim.points if len(each.split()) >= _TOLD)][:3]
    expected = "; ".join(each.rstrip(" .;") for each in told) or aim.statement
    key = said("teaching.expected", language, text=expected.rstrip(" .;"), name=objective.name)
    asked = [said(f"teaching.question_{aim.action}", language, about=about)]
    if alone:
        other = "explain" if aim.action != "explain" else "recall"
        asked.append(said(f"teaching.question_{other}", language, about=about))
    return [("open", {"item": each, "key": key, "points": "4"}) for each in asked]


def _true_false(found: Fact, objective: Objective, language: Language) -> dict[str, str]:
    # That some aren't is no denial of that some are.
    literal = bool(_SOME.match(found.text)) or random.Random(objective.id).random() < 0.5
    no = "no" if objective.language == "es" else "não"
    text = found.text if literal else f"{found.text[: found.at]}{no} {found.text[found.at :]}"
    key = "teaching.true_key" if literal else "teaching.false_key"
    values = {"name": objective.name} if literal else {"name": objective.name, "text": found.text}
    return {
        "item": said("teaching.true_item", language, text=_sentence(text)),
        "key": said(key, language, **values),
        "points": "2",
    }


def _order(text: str, objective: Objective, language: Language) -> dict[str, str]:
    words = text.split()
    size = -(-len(words) // _CHUNKS)
    chunks = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    mixed = list(chunks)
    while mixed == chunks and len(set(chunks)) > 1:
        random.Random(objective.id + str(len(mixed))).shuffle(mixed)
        if mixed == chunks:
            mixed.reverse()
    parts = "   /   ".join(mixed)
    return {
        "item": said("teaching.order_item", language, parts=parts),
        "key": said("teaching.literal_key", language, text=text, name=objective.name),
        "points": "2",
    }


def _complete(text: str, objective: Objective, language: Language) -> dict[str, str] | None:
    """``text`` without one or two of its words."""
    words = [
        match
        for match in re.finditer(r"[^\W\d_]+", text)
        if len(match[0]) >= _LETTERS
        and match.start()
        and match[0].lower() not in _SIGNPOSTS
        and not is_stop(match[0].lower(), objective.language)
    ]
    if len(words) < 3:
        return None
    chosen = sorted({max(words, key=lambda m: len(m[0])), words[-1]}, key=lambda m: m.start())
    return _blanked(text, [(m.start(), m.end()) for m in chosen], objective, language)


def _listing(objective: Objective, aim: aims.Aims, language: Language) -> dict[str, str] | None:
    """A list in brackets without one of its entries."""
    for match in _LISTED.finditer(aim.statement):
        start = match.start("list")
        entries, at = [], 0
        for cut in [*_APART.finditer(match["list"]), None]:
            end = cut.start() if cut else len(match["list"])
            entries.append((start + at, start + end))
            at = cut.end() if cut else end
        whole = [span for span in entries if _ENTRY.fullmatch(aim.statement[slice(*span)])]
        if len(whole) >= 3:
            return _blanked(aim.statement, [whole[len(whole) // 2]], objective, language)
    return None


def _blanked(text: str, spans: Sequence[tuple[int, int]], objective: Objective, language: Language) -> dict[str, str]:
    shown, at = "", 0
    for start, end in spans:
        shown, at = f"{shown}{text[at:start]}{BLANK}", end
    words = ", ".join(text[start:end] for start, end in spans)
    return {
        "item": f"«{shown}{text[at:]}»",
        "key": said("teaching.complete_key", language, words=words, name=objective.name),
        "points": str(len(spans)),
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
