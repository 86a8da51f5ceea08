"""An article or a code asked for as such (*¿Qué dice el artículo 7?*) is shown from its beginning, an item from its own.

None of the question's words then says what about it, so its heading or a clause that mentions another article would hold
as many of them as the article itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from latam_rag import references, synonyms
from latam_rag.extractive import copies
from latam_rag.extractive.growing import LIST, Quote
from latam_rag.numerals import roman_value
from latam_rag.references import References
from latam_rag.retrieve import EXACT, NAMED
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language
from latam_rag.wording import fold

_NAMING: Final = re.compile(
    r"\d.*|art|articul|artig|transitori[oa]?|ley|lei|decret|ordenanz|n|no|nro|ndeg|bis|ter|dfl|dl"
    r"|habil\w*|objet\w*|aprend\w*|compet\w*|codig\w*"
)
_FIRST: Final = ("1", "unico")
_PASSAGES: Final = 3
"""Of one article, and so many quotes where several are named:"""
_MOST: Final = 8
_PLACE_IN: Final = re.compile(r"§|\b(?:letra|inciso|fraccion|paragrafo|alinea|numeral|numero)\b")
_MARK: Final = re.compile(
    r"[ \t>*_\"«“-]*(?:[a-z]+\s+)?"
    r"(?:(?P<paragraph>§|paragrafo\s)|(?P<number>[a-zñ]|[ivxlc]+|\d{1,3})\s?[º°]?\s?(?:[).–—-]|\.-))"
)


def only_named(question: str, *, language: Language) -> bool:
    """Whether ``question`` says nothing but which article, norm or code it asks for."""
    asked = references.find(question)
    said = references.without_numbers(question)
    telling = (word for word in synonyms.asked(question, language) if said[word.start] != " ")
    wanted = synonyms.keys(telling, language)
    left = wanted - _keys(asked.laws, language)
    if asked.items:
        left -= _keys(("letra literal inciso alinea fraccion numeral numero paragrafo", *asked.items), language)
    return bool(asked.articles or asked.codes or asked.norms) and all(_NAMING.fullmatch(key) for key in left)


def articles(question: str, among: Sequence[int], hits: Sequence[Hit], *, language: Language) -> list[Quote]:
    """Each of the items named from its beginning; else each of the articles and codes named, where ``question`` asks for
    nothing else."""
    asked = references.find(question)
    own = [at for at in among if _is_one(hits[at], asked)]
    if asked.items:
        found = [quote for at in own for path in _paths(asked.items) if (quote := _item(at, hits[at], path))]
        if found:
            found.sort(key=lambda quote: (hits[quote.hit].passage.uri, hits[quote.hit].passage.start, quote.start))
            return found[: min(_PASSAGES * len(asked.items), _MOST)]
    if _PLACE_IN.search(fold(question)) or not only_named(question, language=language):
        return []
    if not (asked.articles or asked.codes):
        return _from_beginning([at for at in among if _opens(hits[at], asked)], hits)
    places = [("code", code) for code in asked.codes] or [("article", article) for article in asked.articles]
    each = [[at for at in own if _has(hits[at], key, (name,))] for key, name in places]
    quotes = [quote for found in each for quote in _from_beginning(copies.once(found, hits), hits)[:_PASSAGES]]
    return list({(quote.hit, quote.start): quote for quote in quotes}.values())[:_MOST]


def goes_on(question: str, quotes: Sequence[Quote], hits: Sequence[Hit], *, language: Language) -> bool:
    """Whether an article that is asked for as such has more text than ``quotes`` show."""
    asked = references.find(question)
    if not asked.articles or asked.items or not only_named(question, language=language):
        return False
    shown = {hits[quote.hit].passage.uri for quote in quotes}
    reach = {quote.hit: quote.end for quote in quotes}
    own = (at for at, hit in enumerate(hits) if hit.passage.uri in shown and _is_one(hit, asked))
    return any(reach.get(at, 0) < len(hits[at].passage.text.rstrip()) for at in own)


def _keys(said: Collection[str], language: Language) -> frozenset[str]:
    return synonyms.keys((word for each in said for word in synonyms.asked(each, language)), language)


def _is_one(hit: Hit, asked: References) -> bool:
    named = (("article", asked.articles), ("code", asked.codes))
    return any(_has(hit, key, values) for key, values in named) and (EXACT in hit.why or NAMED in hit.why)


def _opens(hit: Hit, asked: References) -> bool:
    """Whether it is the first article of a norm that is asked for as such: the one that says what it is about."""
    return _has(hit, "norm", asked.norms) and _has(hit, "article", _FIRST)


def _has(hit: Hit, key: str, values: Collection[str]) -> bool:
    own = hit.passage.metadata.get(key, ())
    return bool(({own} if isinstance(own, str) else set(own) if isinstance(own, tuple) else set()) & set(values))


def _paths(items: Sequence[str]) -> list[tuple[str, ...]]:
    """*letras a y b* are two items, *numeral 1, letra b* is one within another: each with what it stands in."""
    kind = _kind(items[-1])
    within = tuple(item for item in items if _kind(item) != kind)
    return [(*within, item) for item in items if _kind(item) == kind]


def _item(at: int, hit: Hit, path: tuple[str, ...]) -> Quote | None:
    """From the line that begins with the last item of ``path`` to the next of its kind; None where the passage lacks it.

    Of a passage that is inside the item (its label says so) all, as far as a quote goes."""
    text, label, item = hit.passage.text, hit.passage.label, path[-1]
    if not all(references.holds_item(label, text, each) for each in path):
        return None
    lines = [(match.start(), match[0]) for match in re.finditer(r"[^\n]+", text)]
    first = next((start for start, line in lines if references.holds_item("", line, item)), None)
    if first is None:
        inside = references.holds_item(label, "", item)
        return Quote(at, *_trimmed(text, 0, min(len(text), LIST)), hit.score) if inside else None
    kind = _kind(item)
    ends = (start for start, line in lines if start > first and _begins(line, kind))
    return Quote(at, *_trimmed(text, first, min(next(ends, len(text)), first + LIST)), hit.score)


def _begins(line: str, kind: str) -> bool:
    match = _MARK.match(fold(line))
    return match is not None and _kind("§" if match["paragraph"] else match["number"]) in (kind, "paragraph")


def _kind(item: str) -> str:
    if item.startswith("§"):
        return "paragraph"
    if item[0].isdigit():
        return "number"
    return "letter" if (len(item) == 1 and item not in "ivx") or roman_value(item) is None else "roman"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), start + len(said.rstrip())


def _from_beginning(among: Sequence[int], hits: Sequence[Hit]) -> list[Quote]:
    """All passages of the one document in its order; where several documents have the article, how each begins."""
    passages = {at: hits[at].passage for at in among}
    uris = list(dict.fromkeys(passage.uri for passage in passages.values()))
    ordered = sorted(among, key=lambda at: (uris.index(passages[at].uri), passages[at].start))
    firsts = list({passages[at].uri: at for at in reversed(ordered)}.values())[::-1]
    found = []
    for at in ordered if len(uris) == 1 else firsts:
        spans = sentences(passages[at].text)
        if spans:
            ends = [end for _, end in spans if end - spans[0][0] <= LIST] or [spans[0][1]]
            found.append(Quote(at, spans[0][0], ends[-1], hits[at].score))
    return found
