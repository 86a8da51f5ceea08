"""A question that leans on the ones before it, made whole without a model: *¿Y cuánto cuesta?*, *¿y el artículo 6?*

What is missing is taken from the last whole question, in its own words. When nothing shows that something is missing, the
question stays as it is: a wrong topic is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from latam_rag import language, references, synonyms
from latam_rag.references import References
from latam_rag.types import Language
from latam_rag.wording import Word, fold, words

#: What people ask of the same thing one after the other: parts of a sheet, and the words that ask for them.
_PARTS = frozenset(
    {
        "=cost",
        "=pay",
        "=free",
        "=time",
        "=requirements",
        "=documents",
        "=channel",
        "=validity",
        "=steps",
        "=fine",
        "=minimum",
    }
    | {"=maximum"}
)
_OPENS = re.compile(r"\W*(?:y|e|pero|mas|entonces|entao|tambien|tambem|ademas|alem disso)\b(?!-)")
_POINTS = re.compile(
    r"\b(?:es[oae]s?|esto|est[ae]|ell[oa]s?|aquel(?:l[oa]s?)?|dich[oa]s?|l[oa] mism[oa]|ahi|alli|iss?o|ess[ea]s?|est[ea]s?"
    r"|del[ea]s?|nel[ea]s?|diss?o|ness[ea]|el[ea]s?|mesm[oa])\b"
)
_ASKS = re.compile(
    r"\b(?:cuant[oa]s?|cuando|donde|como|quien(?:es)?|cual(?:es)?|quant[oa]s?|quando|onde|quem|qual|quais|que)\b"
)
#: «¿Quién la otorga?»: what *la* stands for was said before.
_CLITIC = re.compile(
    r"(?:quien(?:es)?|donde|cuando|como|cuanto|quem|onde|quando)\s+(?:se\s+)?(?:l[oa]s?|[oa]s?)\s+\w+\W*$"
)
#: «¿Y el permiso?»: another thing in the place of the one before. «¿Y para 5º básico?»: the same thing elsewhere.
_ANOTHER = re.compile(r"\W*(?:y|e)\s+(?:el|la|los|las|o|a|os|as|un[oa]?|um|uma)\s")
_ELSEWHERE = re.compile(r"\W*(?:y|e)\s+(?:para|en|de|del|con|em|n[oa]s?|d[oa]s?|com|por)\s")
_LONG = 4
"""Words of content of a question that stands on its own whatever it opens with."""


def standalone(question: str, history: Sequence[str] = ()) -> str:
    """``question`` with what it leaves out taken from ``history``, the user's questions before it, oldest first."""
    topic = ""
    for earlier in history:
        topic = _whole(earlier, topic)
    return _whole(question, topic)


def says_of_what(question: str, of: Language) -> bool:
    """Whether ``question`` names a thing, and not only a part or a circumstance of it: *¿Y cuánto cuesta?* doesn't."""
    _, things = _parted(question, of)
    return bool(things) or references.find(question) != References()


def _whole(question: str, topic: str) -> str:
    """``question`` completed from ``topic``, itself a whole question."""
    if not topic.strip() or not question.strip():
        return question
    own, earlier = references.find(question), references.find(topic)
    if named := _places(question, topic, own, earlier):
        return _joined(question, named)
    of = language.detect(question, language.detect(topic))
    asked = [word for word in words(question, of) if not word.stop]
    if not _leans(question, asked, own):
        return question
    parts, things = _parted(question, of)
    topic_parts, topic_things = _parted(topic, language.detect(topic))
    if parts or not things:
        return _joined(question, _span(topic, topic_things))
    folded = fold(question)
    if _ELSEWHERE.match(folded):
        held = {word.stem for word in things}
        whole = sorted((*topic_parts, *topic_things), key=lambda word: word.start)
        kept = [word for word in whole if word.stem not in held and not word.raw[0].isdigit()]
        return _joined(question, _span(topic, kept))
    return _joined(question, _span(topic, topic_parts if _ANOTHER.match(folded) else topic_things))


def _leans(question: str, asked: Sequence[Word], own: References) -> bool:
    if own.norms or own.codes or len(asked) > _LONG:
        return False
    folded = fold(question)
    return bool(_OPENS.match(folded) or _POINTS.search(folded) or _CLITIC.search(folded)) or not asked


def _places(question: str, topic: str, own: References, earlier: References) -> str:
    """The norm of an article asked for next, or the article and norm of an item: in the words of ``topic``."""
    if own.norms or own.codes or own.laws or not (earlier.norms or earlier.laws):
        return ""
    folded = fold(topic)
    norms = [(start, end) for start, end, _ in references.norm_mentions(folded)]
    norms = norms or [match.span() for match in references.LAW.finditer(folded)]
    if own.articles and norms:
        return _text(topic, norms[:1])
    if earlier.articles and references.find(f"art. 1, {question}").items:
        return _text(topic, [*norms, *((start, end) for start, end, _ in references.article_mentions(topic, folded))])
    return ""


def _text(topic: str, places: Sequence[tuple[int, int]]) -> str:
    """From the first of ``places`` to the end of the last."""
    return topic[min(start for start, _ in places) : max(end for _, end in places)].strip() if places else ""


def _parted(question: str, of: Language) -> tuple[list[Word], list[Word]]:
    """The words of ``question`` that ask for a part or a circumstance, and those that name the thing."""
    parts: list[Word] = []
    things: list[Word] = []
    telling = {word.start for word in synonyms.asked(question, of)}
    for word in words(question, of):
        key = synonyms.key(word.raw, word.stem, of)
        if key in _PARTS or _ASKS.fullmatch(fold(word.raw)):
            parts.append(word)
        elif not word.stop and (word.start in telling or things):
            # What only asks (*dice*, *trabajo*) may be part of a name once that has begun.
            things.append(word)
    return parts, things


def _span(text: str, chosen: Sequence[Word]) -> str:
    """From the first to the last of ``chosen``, with the words between them."""
    if not chosen:
        return ""
    found = text[chosen[0].start : chosen[-1].end]
    return found if chosen[0].start > 2 or found[:2].isupper() else found[0].lower() + found[1:]


def _joined(question: str, more: str) -> str:
    if not more:
        return question
    stripped = question.rstrip()
    tail = stripped[len(stripped.rstrip("?!. ")) :]
    return f"{stripped.rstrip('?!. ')} {more}{tail}"
