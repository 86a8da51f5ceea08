"""Lines that a language model proposes for an objective. What names another code, quotes what isn't there or makes no sense
is withheld, and said to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from latam_rag import language, lexical
from latam_rag.llm import Drafter, Notify
from latam_rag.llm.streaming import periodic
from latam_rag.messages import text as said
from latam_rag.numerals import fold
from latam_rag.teaching import Kind, Objective, aims, objectives
from latam_rag.types import Language

COUNT = 3
"""Lines asked for."""
_MOST = 8
_MARK = re.compile(r"^\s*(?:[-•*·–—]+|\d{1,2}[.)])\s+")
_QUOTE = re.compile(r"[«“\"]([^«»“”\"]{12,})[»”\"]")
_CLAIM = re.compile(r"\b(?:objetivos?|habilidades?|contenidos?|conteúdos?|OA|DBA|PDA)\b[^:.;]{0,40}:", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|\b[\w.]+@\w+\.\w+")
_SHORTEST, _LONGEST = 25, 500
"""Characters of a line that says something."""
_FUNCTION = 3
"""Letters of most words that only join others."""
_VARIED = 0.45
"""Of a line's words, how many are different: below, it repeats itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    line: str
    reason: str
    """In words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """For one objective: lines that may be used, and those that may not."""

    lines: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()


def ask(
    model: Drafter,
    kind: Kind,
    objective: Objective,
    written_in: Language,
    *,
    asker: str = "",
    should_stop: Callable[[], bool] | None = None,
    notify: Notify | None = None,
) -> Draft:
    """What ``model`` proposes and passes; ModelError and Cancelled as the model raises them."""
    key = "teaching.draft_rules_questions" if kind == "quiz" else "teaching.draft_rules"
    rules = said(key, written_in, count=COUNT).strip()
    values = {"grade": objective.grade, "subject": objective.subject, "text": objective.text}
    text = said("teaching.draft_text", written_in, **values)
    pieces = model.draft(rules, text, asker=asker, should_stop=should_stop, notify=notify)
    return checked("".join(pieces), objective, written_in)


def checked(text: str, objective: Objective, written_in: Language) -> Draft:
    """The lines of a model's ``text``, each passed or withheld with its reason in ``written_in``."""
    kept: list[str] = []
    withheld: list[Withheld] = []
    for line, marked in _lines(text):
        # Asked for is a list: what stands beside it is the model talking.
        reason = _fault(line, kept, objective, written_in) if marked else said("teaching.withheld_garbage", written_in)
        if reason:
            withheld.append(Withheld(line=line, reason=reason))
        else:
            kept.append(line)
    return Draft(lines=tuple(kept[:_MOST]), withheld=tuple(withheld[:_MOST]))


def _lines(text: str) -> list[tuple[str, bool]]:
    """Each line, and whether it is marked as an entry of a list."""
    found = []
    for line in text.split("\n"):
        bare = re.sub(r"\*\*|__|`|^#+\s*", "", _MARK.sub("", line)).strip()
        # What only announces those that follow.
        if bare and not (bare.endswith(":") and len(bare) < _SHORTEST * 4):
            found.append((bare, bool(_MARK.match(line))))
    return found


def _fault(line: str, before: Sequence[str], objective: Objective, written_in: Language) -> str:
    for code, canonical in objectives.mentioned(line):
        if canonical != objective.code:
            return said("teaching.withheld_code", written_in, code=code)
    own = {objectives.compact(objective.name), objectives.compact(objective.code)}
    for code in objectives.shaped(line):
        if objectives.compact(code) not in own:
            return said("teaching.withheld_code", written_in, code=code)
    if not _sensible(line):
        return said("teaching.withheld_garbage", written_in)
    if _ADDRESS.search(line):
        return said("teaching.withheld_address", written_in)
    text = _bare(objective.text)
    if any(_bare(quote) not in text for quote in _QUOTE.findall(line)) or _misquoted(line, objective.name, text):
        return said("teaching.withheld_quote", written_in)
    if _bare(line) in text or any(_alike(line, each) for each in (*before, objective.text)):
        return said("teaching.withheld_copy", written_in)
    if not _about(line, objective):
        return said("teaching.withheld_unrelated", written_in)
    if language.detect(line, written_in) != written_in:
        return said("teaching.withheld_language", written_in)
    return ""


def _misquoted(line: str, name: str, text: str) -> bool:
    """A code, the objective's ``name`` or the word *objetivo*, and a colon, claim that its text follows."""
    named = objectives.mentioned(line)
    after = line.partition(named[-1][0])[2].lstrip(" )]") if named else ""
    if not after.startswith(":"):
        # A name that isn't read as a code.
        after = line.partition(name)[2].lstrip(" )]")
    if not after.startswith(":"):
        claimed = _CLAIM.search(line)
        after = line[claimed.end() :] if claimed else ""
    return bool(after) and _bare(after) not in text


def _about(line: str, objective: Objective) -> bool:
    """Whether it has a word of what the objective is about: a weak model tells of something else."""
    told = {stem for stem in lexical.stems(f"{objective.text} {objective.axis}", objective.language) if stem}
    if any(stem in told for stem in lexical.stems(line, objective.language) if stem):
        return True
    words = set(_words(objective.text))
    return any(form in words for word in _words(line) if len(word) > _FUNCTION for form in aims.infinitives(word))


def _sensible(line: str) -> bool:
    words = re.findall(r"[^\W\d_]+", line.lower())
    letters = sum(char.isalpha() or char.isspace() for char in line)
    return (
        _SHORTEST <= len(line) <= _LONGEST
        and line[-1] in '.!?…»”")'
        and letters / len(line) > 0.75
        and len(set(words)) / max(len(words), 1) > _VARIED
        and not periodic(words)
        and "�" not in line
    )


def _alike(one: str, other: str) -> bool:
    """Whether they are nearly the same words."""
    words, others = (set(_words(each)) for each in (one, other))
    return bool(words) and len(words & others) / len(words | others) > 0.8


def _words(text: str) -> Iterable[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _bare(text: str) -> str:
    return " ".join(_words(text))
