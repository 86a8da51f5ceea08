"""Questions from an index's own documents: what it can answer, and what it can't.

Always the same for the same passages. The words of sentences, with one of six from elsewhere; articles, codes and parts of
service sheets by name, with numbers and parts that don't exist beside them; questions that belong to others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from latam_rag import calibrate
from latam_rag.evaluate.figures import LEFT_OUT
from latam_rag.evaluate.questions import Question
from latam_rag.probes import probes, spread
from latam_rag.store import Store
from latam_rag.types import Language, Passage

_READ: Final = 3000
"""Passages that questions are made of."""
_WORDS: Final = 60
_NAMED: Final = 25
"""Questions of each of the other kinds, at most."""
_NOWHERE: Final = "9731"
"""An article that no law has."""
_SAYS: Final[dict[Language, str]] = {"es": "¿Qué dice {}?", "pt": "O que diz {}?"}
_ARTICLE: Final[dict[Language, str]] = {"es": "el artículo {} de la {} {}", "pt": "o artigo {} da {} {}"}
_NORM: Final[dict[Language, str]] = {"es": "ley", "pt": "lei"}
_KINDS: Final = frozenset(("ley", "lei", "ordenanza", "portaria", "resolución", "circular"))
_PARTS: Final[dict[str, dict[Language, str]]] = {
    "cost": {"es": "¿Cuánto cuesta: {}?", "pt": "Quanto custa: {}?"},
    "time": {"es": "¿Qué plazo tiene: {}?", "pt": "Qual é o prazo: {}?"},
    "requirements": {"es": "¿Qué requisitos tiene: {}?", "pt": "Quais são os requisitos: {}?"},
}
_EITHER: Final = {
    "cost": {"cost"}, "time": {"time", "validity"}, "requirements": {"requirements", "documents"},
}  # fmt: skip


def questions(store: Store) -> list[Question]:
    """Of the passages of ``store``; those that a calibration measures with are others, as far as there are enough."""
    sample = store.get(spread(sorted(store.ids()), _READ, offset=0.5))
    named: list[Callable[[Sequence[Passage]], Iterator[Question]]] = [_articles, _codes, _parts]
    found = [
        *_words(sample),
        *(question for make in named for question in make(sample)),
        *(
            Question(text=text, language=spoken, kind="foreign", answerable=False)
            for text, spoken in calibrate.foreign(1)
        ),
    ]
    # Of one question that two passages gave, the first.
    return list({question.id: question for question in reversed(found)}.values())[::-1]


def _words(sample: Sequence[Passage]) -> Iterator[Question]:
    for probe in list(probes(spread(sample, 2 * _WORDS, offset=0.5), (1,)))[:_WORDS]:
        passage = probe.passage
        yield Question(
            text=probe.question, language=passage.language, kind="words", passages=frozenset([passage.id]),
            holds=(probe.sentence,), inside=True,
        )  # fmt: skip
        yield Question(
            text=probe.question,
            language=passage.language,
            kind=LEFT_OUT,
            answerable=False,
            without=frozenset([passage.uri]),
        )


def _articles(sample: Sequence[Passage]) -> Iterator[Question]:
    """Laws in force whose articles have plain numbers."""
    fit = [
        p for p in sample if _one(p, "article").isdigit() and _one(p, "norm") and p.metadata.get("status") != "repealed"
    ]
    for passage in spread(fit, _NAMED):
        article, norm, spoken = _one(passage, "article"), _one(passage, "norm"), passage.language
        kind = str(passage.metadata.get("kind", "")).casefold().partition(" ")[0]
        kind = kind if kind in _KINDS else _NORM[spoken]
        place = _ARTICLE[spoken].format(article, kind, norm)
        carries = {"article": article, "norm": norm}
        yield Question(text=_SAYS[spoken].format(place), language=spoken, kind="article", carries=carries)
        nowhere = _ARTICLE[spoken].format(_NOWHERE, kind, norm)
        yield Question(text=_SAYS[spoken].format(nowhere), language=spoken, kind="no_article", answerable=False)


def _codes(sample: Sequence[Passage]) -> Iterator[Question]:
    fit = [
        passage for passage in sample if _one(passage, "code") and passage.metadata.get("domain") != "public_service"
    ]
    for passage in spread(fit, _NAMED):
        code, spoken = _one(passage, "code"), passage.language
        yield Question(text=_SAYS[spoken].format(code), language=spoken, kind="code", carries={"code": code})


def _parts(sample: Sequence[Passage]) -> Iterator[Question]:
    sheets = {(p.uri, p.headings): p for p in sample if isinstance(p.metadata.get("parts"), tuple)}
    for at, passage in enumerate(spread(list(sheets.values()), _NAMED)):
        part = list(_PARTS)[at % len(_PARTS)]
        title, spoken = passage.headings[-1] if passage.headings else passage.title, passage.language
        text, known = _PARTS[part][spoken].format(title.rstrip(" .")), passage.metadata["parts"]
        has = isinstance(known, tuple) and bool(_EITHER[part] & set(known))
        yield Question(
            text=text, language=spoken, kind="part" if has else "no_part", answerable=has,
            documents=frozenset([passage.uri]) if has else frozenset(),
        )  # fmt: skip


def _one(passage: Passage, key: str) -> str:
    """The value of a key that has just one."""
    said = passage.metadata.get(key, ())
    values = said if isinstance(said, tuple) else (str(said),)
    return values[0] if len(values) == 1 else ""
