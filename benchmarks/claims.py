"""Right answers, made by rule from public question sets: what ``verification.py`` lets the checks judge.

An *untouched right answer* is, of a question whose gold passage is known:

- ``literal``: the sentence of that passage that holds the gold answer (of sets without gold spans, the one that shares most
  words with question and answer), without quotation marks;
- ``clause``: the stretch of that sentence between commas that holds the answer, at least six words, where what is cut off
  holds no exception; or that stretch and one of the sentence before or after, joined by *y* / *e*;
- ``rule``: the sentence said otherwise by rule: digits and words of numbers, separators, dates, *%*, abbreviations, an opening
  adverbial moved to the end, two members of an enumeration exchanged;
- ``synonym``: the sentence with every word of a list replaced by one of the same meaning. The two halves have lists of their
  own, and neither is ``synonyms.toml``;
- ``statement``: the question as a statement, its interrogative replaced by the gold answer;
- ``words``: the question without interrogative and marks, and the answer after it: no sentence at all, the way this was first
  measured.

Halves part by gold passage: ``chosen on`` and ``held out``.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import retrieval
from swaps import DIGITS_BY_WORD, MONTHS, WORDS_BY_DIGIT

from latam_rag.split.sentences import sentences
from latam_rag.types import Language, Passage

SETS: dict[str, Language] = {
    "xquad_es": "es", "squad_es_v2": "es", "faquad": "pt", "brtaxqa_irpf": "pt", "oab_statutes": "pt",
}  # fmt: skip
HALVES = ("chosen on", "held out")


@dataclass(frozen=True)
class Claim:
    text: str
    kind: str
    half: str
    answer: str
    passage: Passage
    rivals: tuple[str, ...]
    """Other gold answers of the same passage."""


def claims(shared: Path, name: str, limit: int) -> list[Claim]:
    """Those of up to ``limit`` questions of the set ``name``, each gold sentence once."""
    folder = shared / "evals" / name
    retrieval.SETS.setdefault(name, SETS[name])
    rows = {row["id"]: row for row in map(json.loads, (folder / "corpus.jsonl").open(encoding="utf-8"))}
    asked = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    relevant = retrieval._relevant(folder / "qrels.tsv")
    # Every document of a question is said to hold the answer; the first is taken.
    gold = {query: next(iter(documents)) for query, documents in relevant.items()}
    asked = [{**row, "gold": gold[row["id"]]} for row in asked if row["answers"] and gold.get(row["id"]) in rows]
    random.Random(3).shuffle(asked)
    answers: dict[str, list[str]] = {}
    for row in asked:
        answers.setdefault(row["gold"], []).append(row["answers"][0])
    order = {key: at for at, key in enumerate(sorted(rows))}
    made: list[Claim] = []
    seen: set[str] = set()
    for row in asked[: 4 * limit]:
        passage = retrieval._passage(rows[row["gold"]], name)
        half = HALVES[order[row["gold"]] % 2]
        found = list(_kinds(row, passage, half))
        if not found or found[0][1] in seen:
            continue
        seen.add(found[0][1])
        rivals = tuple(a for a in answers[row["gold"]] if a not in row["answers"])
        made += [Claim(text, kind, half, row["answers"][0], passage, rivals) for kind, text in found]
        if len(seen) == limit:
            break
    return made


def _kinds(row: dict[str, Any], passage: Passage, half: str) -> Iterator[tuple[str, str]]:
    text, answer = passage.text, row["answers"][0]
    spans = sentences(text)
    at = text.find(answer)
    spanned = at >= 0 and len(answer) < 120
    if spanned:
        place = next((i for i, (start, end) in enumerate(spans) if start <= at and at + len(answer) <= end), None)
        if place is None:
            return
    else:
        asked = set(re.findall(r"\w{4,}", f"{row['text']} {answer[:400]}".lower()))
        place = max(
            range(len(spans)),
            key=lambda i: _shared(asked, text[slice(*spans[i])]) if _fits(text[slice(*spans[i])]) else -1,
        )
    gold = _plain(text[slice(*spans[place])])
    if not _fits(gold):
        return
    yield "literal", gold
    cut = _clause(gold, answer if spanned else "")
    if cut:
        yield "clause", cut
        beside = [_plain(text[slice(*spans[i])]) for i in (place - 1, place + 1) if 0 <= i < len(spans)]
        beside = [part for part in (_clause(each, "") or each for each in beside) if 5 < len(part.split()) < 30]
        if beside and not _EXCEPTION.search(beside[0]):
            glue = " y " if passage.language == "es" else " e "
            yield "clause", cut.rstrip(".") + glue + beside[0][0].lower() + beside[0][1:]
    said = gold
    for rule in _RULES[passage.language]:
        said = rule(said)
    if said != gold:
        yield "rule", said
    pairs = _SYNONYMS[passage.language][HALVES.index(half) :: 2]
    said = gold
    for old, new in pairs:
        said = re.sub(rf"\b{old}\b", new, said)
    if said != gold:
        yield "synonym", said
    if spanned:
        if stated := _statement(row["text"], _plain(answer), passage.language):
            yield "statement", stated
        yield "words", f"{_bare(row['text'], passage.language)} {_plain(answer)}."


def _fits(sentence: str) -> bool:
    return 6 <= len(sentence.split()) <= 60 and not re.search(r"\[\d|^\W*(?:[a-z]\)|\|)", sentence)


def _shared(asked: set[str], sentence: str) -> float:
    own = re.findall(r"\w{4,}", sentence.lower())
    return len(asked & set(own)) / (len(own) + 10) ** 0.5


def _plain(text: str) -> str:
    return " ".join(re.sub('[«»“”"\ufeff]', "", text).split())


_EXCEPTION = re.compile(
    r"\b(?:salvo|excepto|except\w+|exceto|sino|a menos|menos que|senão|a não ser|ressalvad\w+)\b", re.IGNORECASE
)


def _clause(sentence: str, answer: str) -> str | None:
    parts = re.split(r"(?<!\d),\s|;\s", sentence.rstrip("."))
    kept = [part for part in parts if len(part.split()) >= 6 and _plain(answer) in part]
    if len(parts) < 2 or not kept or _EXCEPTION.search(sentence):
        return None
    return kept[0][0].upper() + kept[0][1:] + "."


# Said otherwise

_SMALL = re.compile(
    r"(?<![\w.,/$%-])(\d{1,2})(?![\w.,/%ºª°-])(?! de (?:" + "|".join(MONTHS["es"] + MONTHS["pt"]) + "))"
)
_ENUMERATED = re.compile(r"\b([A-ZÁÉÍÓÚ]\w{3,}) ([ye]) ([A-ZÁÉÍÓÚ]\w{3,})\b(?! [A-Z])")
_OPENING = re.compile(
    r"^((?:En|Durante|Desde|Según|Tras|Hacia|Em|No|Na|Segundo|Após|De acordo com) [^,.;:]{3,60}), ([^,;:]{20,}?)\.?$"
)


def _numbers(language: Language) -> Callable[[str], str]:
    def change(text: str) -> str:
        turned = re.sub(
            r"(?<!y )(?<!e )\b([a-záéíóúê]+)\b(?! (?:y|e|mil|mill|cent|cient|por c))",
            lambda m: str(DIGITS_BY_WORD[language].get(m[1], m[1])),
            text,
        )
        return _SMALL.sub(lambda m: WORDS_BY_DIGIT[language].get(int(m[1]), m[1]), text) if turned == text else turned

    return change


def _date(language: Language) -> Callable[[str], str]:
    months = MONTHS[language]
    pattern = re.compile(rf"\b(\d{{1,2}})º? de ({'|'.join(months)}) de (\d{{4}})\b")
    return lambda text: pattern.sub(lambda m: f"{int(m[1]):02d}/{months.index(m[2]) + 1:02d}/{m[3]}", text)


def _rules(language: Language) -> list[Callable[[str], str]]:
    percent = "por ciento" if language == "es" else "por cento"
    article = ("artículo", "artículos") if language == "es" else ("artigo", "artigos")
    return [
        _date(language),
        lambda text: re.sub(r"(?<=\d) ?%", f" {percent}", text) if "%" in text else text.replace(f" {percent}", " %"),
        lambda text: re.sub(r"\b(\d{1,3})\.(\d{3})\b(?![.,]\d)", r"\1\2", text),
        lambda text: (
            re.sub(r"\barts?\. (?=\d)", article[0] + " ", text)
            if re.search(r"\bart\. \d", text)
            else re.sub(rf"\b{article[0]} (?=\d)", "art. ", text)
        ),
        _numbers(language),
        lambda text: _ENUMERATED.sub(lambda m: f"{m[3]} {m[2]} {m[1]}", text),
        lambda text: _OPENING.sub(lambda m: f"{m[2][0].upper()}{m[2][1:]} {m[1][0].lower()}{m[1][1:]}.", text),
    ]


_RULES = {"es": _rules("es"), "pt": _rules("pt")}
#: Even places are one half's, odd ones the other's.
_SYNONYMS = {
    "es": [
        ("utilizar", "usar"), ("comenzó", "empezó"), ("utiliza", "usa"), ("utilizado", "usado"), ("debido a", "a causa de"),
        ("sin embargo", "no obstante"), ("aproximadamente", "alrededor de"), ("mediante", "por medio de"),
        ("además", "también"), ("realizar", "hacer"), ("posee", "tiene"), ("principalmente", "sobre todo"),
        ("obtener", "conseguir"), ("principales", "más importantes"), ("ubicado", "situado"), ("diferentes", "distintos"),
        ("numerosos", "muchos"), ("actualmente", "hoy"), ("gran", "importante"), ("denominado", "llamado"),
        ("conocido como", "llamado"), ("se encuentra", "está"), ("incluyendo", "entre ellos"),
        ("habitualmente", "generalmente"),
        ("necesario", "preciso"), ("ciudad", "urbe"), ("país", "nación"), ("empresa", "compañía"), ("alumnos", "estudiantes"),
        ("nombre", "denominación"), ("crear", "formar"), ("rápidamente", "con rapidez"), ("escuela", "colegio"),
        ("recibió", "obtuvo"), ("permite", "hace posible"), ("inicio", "comienzo"),
    ],
    "pt": [
        ("utilizar", "usar"), ("através de", "por meio de"), ("entretanto", "porém"), ("aproximadamente", "cerca de"),
        ("realizar", "fazer"), ("possui", "tem"), ("devido a", "por causa de"), ("também", "igualmente"),
        ("obter", "conseguir"), ("iniciou", "começou"), ("diferentes", "diversos"), ("principais", "mais importantes"),
        ("atualmente", "hoje"), ("localizada", "situada"), ("alunos", "estudantes"), ("instituição", "entidade"),
        ("deverá", "deve"), ("mediante", "por meio de"), ("poderá", "pode"), ("contribuinte", "declarante"),
        ("necessário", "preciso"), ("valor", "montante"), ("imóvel", "bem imóvel"), ("país", "nação"),
        ("recebidos", "percebidos"), ("docente", "professor"), ("criar", "formar"), ("caso", "se"),
        ("conforme", "de acordo com"), ("escola", "colégio"),
    ],
}  # fmt: skip

_ASKING: dict[Language, str] = {
    "es": r"qué|cuál(?:es)?|quién(?:es)?|cuándo|dónde|cuánt[oa]s?|cómo|que|cual|quien|cuando|cuantos|cuantas",
    "pt": r"que|qual|quais|quem|quando|onde|quant[oa]s?|como|o que",
}
_LINK = r"(?:\s+(?:es|son|fue|fueron|era|eran|é|são|foi|foram)\b(?=\s+(?:el|la|los|las|un|una|o|a|os|as|um|uma)\b))?"


def _statement(question: str, answer: str, language: Language) -> str | None:
    bare = question.strip(" ¿?")
    place = re.search(rf"(?:^|(?<=\s))(?:{_ASKING[language]})(?=\s)(?:\s+de\s+l[oa]s)?", bare, re.IGNORECASE)
    if not place or place.start() > 60:
        return None
    said = bare[: place.start()] + answer + bare[place.end() :]
    return said[0].upper() + said[1:] + "."


def _bare(question: str, language: Language) -> str:
    return " ".join(re.sub(rf"\b(?:{_ASKING[language]})\b", " ", question.strip(" ¿?"), flags=re.IGNORECASE).split())
