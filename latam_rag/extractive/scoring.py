"""How well each sentence answers: by its words, its place, the kind of thing asked for, and its embedding."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from latam_rag import synonyms
from latam_rag.embed import Embedder
from latam_rag.extractive import cases, premises
from latam_rag.extractive.candidates import MARKER, Candidate, held
from latam_rag.extractive.rubrics import openings
from latam_rag.retrieve.defining import defines, term_of
from latam_rag.types import Hit, Language, Passage
from latam_rag.verify.figures import Figure, figures
from latam_rag.wording import fold

_EMBEDDED: Final = 5
"""Of the best by words; each costs some ten milliseconds."""
_READ: Final = 220
"""Characters of each."""
_SIMILAR: Final = 0.2
"""Gained by the nearest of them."""
_BONUS: Final = {"when": 0.6, "amount": 0.45, "list": 0.1, "penalty": 0.45, "phone": 0.45}
_CHANGED: Final = 0.85
"""Left to a sentence that only says how a rule changes."""
_STANDS_IN: Final = 0.6
"""Left to one that only says who does it where another is missing."""
_EXEMPTS: Final = 0.6
"""Left to one that says who needn't pay."""
_LED: Final = 0.3
"""Of what introduces a list, counted for each of its items."""
_DEFINES: Final = 1.0
"""Gained by a sentence that says what the term is whose meaning is asked for."""
_PART: Final = 0.4
"""Gained by the part of a service sheet that is asked for, up to twice as much as its title is what is asked about."""

_WHAT_IF: Final = r"\bque (?:me )?(?:pasa|sucede|ocurre|acontece|ocorre) (?:si|se|cuando|quando|por)\b"
_FOLLOWS: Final = 0.4
"""Gained besides, by what sets a penalty, where it is asked what happens: it rarely says the question's words."""
# What is asked for, by the words that ask, in folded text.
_ASKED: Final = {
    "when": (
        r"^\W*(?:y |e |desde |hasta |ate |a partir de )?(?:cuando|quando)\b|[¿,;] ?(?:cuando|quando)\b"
        r"|que (?:fecha|dia|mes|ano)|qual a data|\bplazo|\bprazo|hasta que|ate que|vencim|horario"
    ),
    "amount": (
        r"\b[cq]uant[oa]s?\b|\bcosto\b|\bcusto\b|\bcuesta|\bcusta\b|\bpre[cç]io|\bpreco|\bvalor\b|\bta[sx]a\b|\bmonto\b"
        r"|\bmulta\b|arancel|porcentaje|percentual|que edad|que idade"
        r"|\b(?:cual|qual) (?:es|e|era|seria|sera) (?:el|la|o|a) (?:\w+ ){1,3}?(?:maxim|minim)[oa]\b"
    ),
    "penalty": (
        r"\bpenas?\b|\bcastig|\bsancion|\bsanc(?:ao|oes)\b|\bpenalidade|\bmultas?\b|\bconsecuencia|\bconsequencia"
        rf"|{_WHAT_IF}"
    ),
    "phone": r"\btelefon|\bfono\b|\bcelular\b|\bwhatsapp\b",
    "list": (
        r"requisito|documentos|que (?:necesito|debo (?:presentar|llevar)|se necesita|preciso|devo (?:apresentar|levar))"
        r"|papeles|\bpasos\b|etapas|cuales son|quais sao|que hay que"
    ),
    "where": r"\bdonde\b|\bonde\b",
    "how": r"\bcomo\b|\bpasos\b|\betapas\b|\bpassos\b",
    "who": r"\bquien(?:es)?\b|\bquem\b",
}
#: Told beside the answer where no quote has it.
_MISSED: Final = frozenset(("when", "amount", "phone"))
#: The parts of a service sheet that answer what is asked for.
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "when": frozenset(("time", "validity")),
    "amount": frozenset(("cost",)),
    "list": frozenset(("requirements", "documents")),
    "where": frozenset(("channel", "office")),
    "how": frozenset(("steps",)),
    "who": frozenset(("audience",)),
    "penalty": frozenset(),
    "phone": frozenset(("contact", "channel")),
}
_ASKED_RE: Final = {name: re.compile(pattern) for name, pattern in _ASKED.items()}
_PENALTY: Final = re.compile(
    r"\bpenas?\b|\bmultas?\b|\breclus|\bdetenc|\bprision|\bprisao|\bpresidio|\bsuspension|\bsuspensao|\bsancion|\bcastig"
    r"|\binteres(?:es)?\b|\bjuros\b|\brecargo|\bclausura|\binterdic|\bcaducid|\bcassac"
)
_PHONE: Final = re.compile(
    r"\b(?:telefon\w*|fono|tel|numero|celular|whatsapp)\W+(?:\w+\W+){0,3}?\d{3,}|\d{3,4}[ -]\d{4}\b"
)
_THINGS: Final = re.compile(r"\b[cq]uant[oa]s (\w+)")
#: Of an item, which is no number of anything.
_NUMBERED: Final = re.compile(r"(?m)^\s*\(?\d{1,2}(?:\.\d{1,2})*[.)°º-]+\s")
_LASTS: Final = re.compile(r"\b[cq]uanto (?:tiempo|tempo|dura|demora|tarda|leva)")
_LIMIT: Final = re.compile(rf"\bplazo|\bprazo|{_LASTS.pattern}")
_UNIT: Final = re.compile(r"\b[cq]uant[oa]s (dia|mes|ano|semana|hora|minuto)(?:s|es)?\b")
_SPANS: Final = frozenset(("dia", "mes", "ano", "semana", "hora", "minuto"))


class Counted(Protocol):
    """How many of an index's ``passages`` hold each word (``refuse.Calibration``)."""

    @property
    def passages(self) -> int: ...

    @property
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The question's words, how much each says, and what kind of thing is asked for."""

    weights: dict[str, float]
    kinds: frozenset[str]
    term: str | None = None
    """Whose meaning is asked for."""
    language: Language = "es"
    question: str = ""

    @property
    def bounded(self) -> bool:
        """Whether it asks for nothing but an amount, a penalty or a time limit."""
        limit = "when" in self.kinds and _LIMIT.search(fold(self.question)) is not None
        return (limit or bool(self.kinds & {"amount", "penalty"})) and not self.kinds & {"who", "where", "how"}

    @property
    def general(self) -> bool:
        """Whether it asks for the rule, not for a case of it."""
        return self.bounded and not cases.is_case(self.question)

    def share(self, held: frozenset[str]) -> float:
        return sum(self.weights[key] for key in held) / (sum(self.weights.values()) or 1.0)


def asked_of(
    question: str,
    wanted: frozenset[str],
    candidates: list[Candidate],
    language: Language,
    counted: Counted | None = None,
) -> Asked:
    seen = Counter(key for candidate in candidates for key in candidate.held)
    weights = {key: math.log(1 + len(candidates) / (1 + seen[key])) for key in wanted}
    if counted is not None:
        # What the question is about is common among what was found for it, and rare in the index.
        rare = {key: math.log(1 + counted.passages / (0.5 + counted.counts.get(key, 0))) for key in wanted}
        weights = {key: math.sqrt(weights[key] * rare[key]) for key in wanted}
    return Asked(weights, kinds_asked(question), term_of(question, language), language, question)


def kinds_asked(question: str) -> frozenset[str]:
    folded = fold(question)
    return frozenset(name for name, pattern in _ASKED_RE.items() if pattern.search(folded))


def score(
    asked: Asked,
    candidates: list[Candidate],
    hits: Sequence[Hit],
    headers: dict[int, frozenset[str]],
    about: set[int],
) -> None:
    named = openings(candidates, hits, frozenset(asked.weights), asked.language)
    told = _told(asked, candidates, hits)
    leads = _leads(candidates, hits, told)
    by_hit: dict[int, frozenset[str]] = {}
    for candidate, said in zip(candidates, told, strict=True):
        by_hit[candidate.hit] = by_hit.get(candidate.hit, frozenset()) | said
    for position, candidate in enumerate(candidates):
        # The cost of the procedure asked about is its cost in any words; that of another one answers nothing.
        header = headers[candidate.hit]
        is_part = candidate.hit in about and _is_part(asked, hits[candidate.hit].passage)
        candidate.opens = position in named
        own = asked.share(told[position] | (header if is_part else named.get(position, frozenset())))
        own += _LED * asked.share(leads[position] - told[position])
        near = frozenset[str]()
        for beside in (position - 1, position + 1):
            if 0 <= beside < len(candidates) and candidates[beside].hit == candidate.hit:
                near |= told[beside]
        around = asked.share(near - told[position])
        whole = asked.share(by_hit[candidate.hit] | header)
        _score(asked, candidate, hits[candidate.hit].passage, own, around, whole)
        if is_part:
            candidate.score += _PART * (1 + asked.share(header))


def _told(asked: Asked, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> list[frozenset[str]]:
    """What each sentence holds of the question: of an amount, a penalty or a time limit, outside its special cases."""
    if not asked.general:
        return [candidate.held for candidate in candidates]
    told = []
    for candidate in candidates:
        passage = hits[candidate.hit].passage
        said = passage.text[candidate.start : candidate.end]
        rule = cases.rule(said)
        told.append(candidate.held if rule == said else held(rule, passage, candidate.held, asked.language))
    return told


def _leads(
    candidates: Sequence[Candidate], hits: Sequence[Hit], told: Sequence[frozenset[str]]
) -> list[frozenset[str]]:
    """Of each item of a list, what the sentence tells that introduces it."""
    found: list[frozenset[str]] = []
    lead, within = frozenset[str](), -1
    for candidate, own in zip(candidates, told, strict=True):
        said = hits[candidate.hit].passage.text[candidate.start : candidate.end]
        item = candidate.hit == within and MARKER.match(said) is not None
        found.append(lead if item else frozenset())
        if said.endswith(":") and not item:
            lead, within = own, candidate.hit
        elif not item:
            within = -1
    return found


def _score(asked: Asked, candidate: Candidate, passage: Passage, own: float, around: float, whole: float) -> None:
    """``own``, ``around`` and ``whole``: the shares of the question that the sentence, its neighbours and its passage hold."""
    said = passage.text[candidate.start : candidate.end]
    candidate.kinds = _kinds(asked, said)
    bonus = sum(_BONUS[kind] for kind in candidate.kinds) if own or whole > 0.5 else 0.0
    if "penalty" in candidate.kinds and re.search(_WHAT_IF, fold(asked.question)):
        bonus += _FOLLOWS
    candidate.score = own + 0.25 * around + 0.4 * whole + bonus + 0.3 / (1 + candidate.hit)
    # A stray line answers nothing, and a very long sentence shares words by its length.
    candidate.score *= min(1.0, 0.5 + len(said) / 60) * (1.0 if len(said) < 500 else 0.9)
    if not own and not around:
        candidate.score *= 0.3 if not whole else 0.6
    if asked.general and cases.changes(said, asked.question):
        candidate.score *= _CHANGED
    if asked.general and cases.exempts(said, asked.question):
        candidate.score *= _EXEMPTS
    if "who" in asked.kinds and (
        cases.stands_in(said, asked.question) or (not asked.term and cases.only_defines(said))
    ):
        candidate.score *= _STANDS_IN
    candidate.defines = bool(asked.term and candidate.held) and defines(said, asked.term or "", asked.language)
    candidate.score += _DEFINES * candidate.defines


def _is_part(asked: Asked, passage: Passage) -> bool:
    part = passage.metadata.get("field")
    return f"={part}" in asked.weights or any(part in PARTS[kind] for kind in asked.kinds)


def _kinds(asked: Asked, said: str) -> frozenset[str]:
    """Of the kinds of thing asked for, those that the sentence ``said`` holds."""
    found = figures(_NUMBERED.sub("", said)) if asked.kinds & {"when", "amount", "penalty"} else []
    if unit := _unit_asked(asked.question):
        found = [f for f in found if f.unit == unit or (f.kind == "date" and unit in _SPANS)]
    elif _LASTS.search(fold(asked.question)):
        found = [f for f in found if f.unit in _SPANS or f.kind in ("date", "time")]
    elif _counts_things(asked.question):
        found = [f for f in _of_things(asked, said) if not f.unit]
    kinds = set()
    if any(f.kind in ("date", "time") or f.unit in _SPANS or (f.kind == "number" and len(f.value) == 4) for f in found):
        kinds.add("when")
    if "when" in asked.kinds and not _LIMIT.search(fold(asked.question)) and premises.days(said):
        kinds.add("when")
    if cases.takes_effect(said, asked.question):
        kinds.discard("when")
    # What something costs isn't days.
    if any(_is_amount(f) and not (f.unit in _SPANS and "=cost" in asked.weights) for f in found):
        kinds.add("amount")
    if MARKER.match(said) or said.endswith(":"):
        kinds.add("list")
    if any(f.kind == "number" for f in found) and _PENALTY.search(fold(said)):
        kinds.add("penalty")
    if "phone" in asked.kinds and _PHONE.search(fold(said)):
        kinds.add("phone")
    return frozenset(kinds) & asked.kinds


def _is_amount(figure: Figure) -> bool:
    """A number that isn't only a year."""
    year = not figure.unit and re.fullmatch(r"(?:1[5-9]|20)\d\d", figure.value) is not None
    return figure.kind == "number" and not year


def _unit_asked(question: str) -> str:
    """*¿Cuántos días …?* asks for days."""
    match = _UNIT.search(fold(question))
    return match[1] if match else ""


def _counts_things(question: str) -> bool:
    """Whether it asks how many there are of what is no unit: *¿Cuántos puestos …?* isn't answered by *0,50 UTM*."""
    match = _THINGS.search(fold(question))
    return match is not None and not any(figure.unit for figure in figures(f"2 {match[1]}"))


def _of_things(asked: Asked, said: str) -> list[Figure]:
    """The figures of ``said`` in clauses that speak of what is to be counted, in either language."""
    match = _THINGS.search(fold(asked.question))
    things = synonyms.of_text(match[1], asked.language) if match else frozenset()
    clauses = re.split(r"[,;:.\n|](?!\d)", _NUMBERED.sub("", said))
    about = [each for each in clauses if synonyms.held(things, synonyms.of_text(each, asked.language), across=True)]
    return [figure for each in about for figure in figures(each)]


def unmet(question: str, said: Mapping[str, Passage]) -> str | None:
    """Of a number, a telephone number or a time asked for, what none of the quotes ``said`` (each with its passage)
    has; None when each stands there, or the part of a sheet that answers it does: *Gratuito* is what something costs."""
    kinds = kinds_asked(question)
    if kinds & {"who", "where", "how"} and "phone" not in kinds:
        # «¿Quién aplica la multa?» asks for no amount.
        return None
    answering = {part for kind in kinds & _MISSED for part in PARTS[kind]}
    if any(passage.metadata.get("field") in answering for passage in said.values()):
        return None
    asked = Asked({}, kinds & _MISSED, question=question)
    held = [_kinds(asked, text) for text in said]
    return next((kind for kind in ("phone", "when", "amount") if kind in asked.kinds.difference(*held)), None)


def add_similarity(question: str, candidates: list[Candidate], hits: Sequence[Hit], embedder: Embedder) -> None:
    """Similarity of the best few to the question, spread over 0 to ``_SIMILAR``: only its order within one answer means
    something."""
    best = sorted(candidates, key=lambda c: -c.score)[:_EMBEDDED]
    # Those further behind than it can give would not come first all the same.
    best = [candidate for candidate in best if candidate.score > best[0].score - _SIMILAR]
    if len(best) < 2:
        return
    similar = embedder.passages([_read(c, hits[c.hit].passage) for c in best]) @ embedder.query(question)
    low, high = float(similar.min()), float(similar.max())
    for candidate, value in zip(best, similar, strict=True):
        candidate.score += _SIMILAR * (float(value) - low) / ((high - low) or 1.0)


def _read(candidate: Candidate, passage: Passage) -> str:
    """A sentence as the embedder reads it; that of a sheet means little without what it is about."""
    said = passage.text[candidate.start : min(candidate.end, candidate.start + _READ)]
    return f"{passage.title} › {passage.label}: {said}" if passage.metadata.get("field") else said
