"""What a question names must be in the hits: articles, norms, codes, and most of its names and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from latam_rag import references
from latam_rag.extractive import premises
from latam_rag.references import References
from latam_rag.refuse.measure import Evidence
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify.figures import canonical_number
from latam_rag.wording import Word, fold

#: A norm by nothing but its number.
_NUMBERED: Final = re.compile(r"\b\d[\d.]*/\d{4}\b")
_STATUS: Final = re.compile(
    r"\b(?:(?:esta|sigue|continua|permanece|segue|fue|foi|es|e|ha sido|ja foi|ya fue) )*"
    r"(?:vigente|en vigor|em vigor|en vigencia"
    r"|derogad[oa]|revogad[oa]|abrogad[oa])\b|\b(?:esta|sigue|continua|permanece|segue)\b"
)
_REPEALS: Final = re.compile(r"\b(?:derog|abrog|revog|sustitu|substitu|reemplaz|modific|alter)\w*")
#: *¿Qué ordenanza derogó la 12/2019?*; what it repealed itself is asked otherwise.
_REPEALED_BY: Final = re.compile(
    r"\b(?:(?:que|cual|qual) (?:ley|lei|norma|ordenanza|decreto|resolucion|portaria)|quien|quem)"
    r" (?:derogo|derogaron|deroga|abrogo|revogou|revogaram|revoga|modifico|modifica"
    r"|alterou|altera|sustituyo|substituiu|reemplazo|reemplaza) (?:a |el |la |los |o |al )?"
    r"(?:ley|lei|decreto|ordenanza|resolucion|portaria|norma|\d)"
)
NAMED: Final = 0.5
"""Of the names and numbers that a question holds, what one passage must."""


def unmet_reference(question: str, hits: Sequence[Hit]) -> str | None:
    """What the question names (an article, a norm, a code) that no single hit has; None when one has it all."""
    asked = references.find(question)
    for code in asked.codes:
        if not any(_has_code(hit.passage, code) for hit in hits):
            return code
    with_norm = [hit for hit in hits if all(_has_norm(hit.passage, norm, asked) for norm in asked.norms)]
    if not with_norm:
        return asked.norms[0]
    for article in asked.articles:
        found = [hit.passage for hit in with_norm if is_article(hit.passage, article)]
        if not found:
            return f"art. {article}"
        if not any(references.is_of_laws(_stands_in(passage), passage.uri, asked.laws) for passage in found):
            return asked.laws[0]
    return None


def unmet_repealer(question: str, hits: Sequence[Hit]) -> str | None:
    """The norm of which ``question`` asks what repealed or changed it, where no sentence found says that of it; else None.
    What the norm itself repeals is the contrary."""
    norms = references.find(question).norms or tuple(_NUMBERED.findall(question))
    if not norms or not _REPEALED_BY.search(fold(question)):
        return None
    said = (
        passage.text[start:end] for passage in (hit.passage for hit in hits) for start, end in sentences(passage.text)
    )
    told = any(_REPEALS.search(fold(each)) and {*references.find(each).norms} & {*norms} for each in said)
    return None if told else norms[0]


def unsaid_status(question: str, hits: Sequence[Hit]) -> str | None:
    """The title of the norm of which ``question`` only asks whether it is in force, and of which nothing says that it was
    repealed; None for any other question."""
    asked = references.find(question)
    left = _STATUS.sub(" ", fold(references.without_numbers(question)))
    if not asked.norms or asked.articles or left == fold(references.without_numbers(question)):
        return None
    if re.sub(r"\W|\b(?:la|el|a|o|los|as|os|ley|lei|decreto|ordenanza|complementar|n|todavia|ainda|aun)\b", "", left):
        return None
    own = [hit.passage for hit in hits if _is_of(hit.passage, asked)]
    repealed = any(passage.metadata.get("status") == "repealed" for passage in own)
    return own[0].title if own and not repealed else None


def unmet_article(question: str, hits: Sequence[Hit]) -> tuple[str, str] | None:
    """The law that the question names and the hits are of, by its title (or laws by theirs), and the article of it that no
    hit is; None where the law isn't there either."""
    asked = references.find(question)
    own = [hit.passage for hit in hits if _is_of(hit.passage, asked)]
    for article in asked.articles if own else ():
        if not any(is_article(passage, article) for passage in own):
            # Two countries may have a law of one number.
            return "», «".join(dict.fromkeys(passage.title for passage in own)), article
    return None


def unmet_item(question: str, hits: Sequence[Hit]) -> tuple[str, str] | None:
    """The article that was found and the item of it that the question names and no hit of it holds; None when all stand."""
    asked = references.find(question)
    for article in asked.articles if asked.items else ():
        own = [hit.passage for hit in hits if article in _values(hit.passage, "article")]
        for item in asked.items:
            if own and not any(references.holds_item(passage.label, passage.text, item) for passage in own):
                return f"art. {article}", item
    return None


def unmet_names(question: str, evidence: Evidence, language: Language) -> list[str]:
    """The names and numbers of the question that stand nowhere, when no hit holds half of all; empty when one does."""
    # What is named by its number was looked for in every form that it is written in (``unmet_reference``).
    left = references.without_numbers(question)
    # An amount or a time that it takes for granted is told beside the answer (``extractive.unheld``).
    values = {*premises.values(question, language)}
    names = {
        word: key
        for word, key in evidence.wanted.items()
        if _is_name(word, question) and left[word.start] != " " and canonical_number(word.raw) not in values
    }
    keys = frozenset(names.values())
    if not keys or max(len(keys & held) for held in evidence.held) / len(keys) >= NAMED:
        return []
    anywhere = frozenset[str]().union(*evidence.held)
    return list(dict.fromkeys(word.raw for word, key in names.items() if key not in anywhere))


def is_article(passage: Passage, article: str) -> bool:
    """A passage that knows its own article is that one or isn't; another one may only mention it."""
    own = _values(passage, "article")
    return article in (own or references.find(passage.indexed_text).articles)


def _is_name(word: Word, question: str) -> bool:
    """A number, or a word in capitals that doesn't open a sentence of the question. An ordinal (*4º básico*) is written in
    too many ways to be missed."""
    if word.raw[0].isdigit():
        return word.raw[-1].isdigit()
    return word.raw[0].isupper() and question[: word.start].rstrip(" \"'«“(")[-1:] not in (
        "",
        "¿",
        "¡",
        ".",
        "?",
        "!",
        ":",
    )


def _is_of(passage: Passage, asked: References) -> bool:
    """Whether it is a passage of the norms or of the laws that are asked for, by its own account."""
    if asked.norms:
        return bool({*_values(passage, "norm")} & {*asked.norms})
    return bool(asked.laws) and references.is_of_laws(_stands_in(passage), passage.uri, asked.laws)


def _stands_in(passage: Passage) -> str:
    """What says of which norm a passage's article is: an article's own words may mention any other."""
    return passage.header if "article" in passage.metadata else passage.indexed_text


def _has_norm(passage: Passage, norm: str, asked: References) -> bool:
    """``14133/2021`` and ``14133`` are one norm; ``14133/2021`` and ``14133/2020`` are two. With an article asked for, to
    mention the norm isn't enough."""
    text = _stands_in(passage) if asked.articles else passage.indexed_text
    number, _, year = norm.partition("/")
    own = {other.partition("/")[::2] for other in (*_values(passage, "norm"), *references.find(text).norms)}
    years = {of for same, of in own if same == number}
    return year in years or (bool(years) and (not year or years == {""}))


def _has_code(passage: Passage, code: str) -> bool:
    return code in (*_values(passage, "code"), *references.find(passage.indexed_text).codes)


def _values(passage: Passage, key: str) -> tuple[str, ...]:
    known = passage.metadata.get(key)
    if known is None:
        return ()
    return known if isinstance(known, tuple) else (str(known),)
