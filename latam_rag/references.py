"""The names people give to places in the documents: article numbers, norm numbers, curriculum codes.

One canonical form for each, made here both when a document is split (metadata ``article``, ``norm``, ``code``) and when a
question is read, so that ``art 5 bis``, ``Artículo 5º bis`` and ``ARTÍCULO QUINTO BIS`` meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from latam_rag.numerals import DIGITS, WORDS, digits_value, fold, roman_value, words_value


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """What a text names, canonical, in order of appearance, without repeats.

    A national law named with its year is listed with and without it (``14133/2021``, ``14133``), since either form may stand
    in the documents. ``laws`` are those that articles are asked of by a name (*art. 19 de la Constitución*),
    as written.
    """

    articles: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()


# --- articles -------------------------------------------------------------------------------------------------------------

_LATIN = r"bis|ter|quater|quinquies|sexies|septies|octies|nonies|novies|decies|undecies|duodecies"
#: ``5``, ``5º bis``, ``5-A``, ``8 A``, ``quinto``, ``único``, ``IV``: the number of an article, in folded text.
ARTICLE_NUMBER: Final = (
    rf"(?P<number>{DIGITS}|{WORDS}|unic[oa]\b|[ivxlc]+\b(?!\.?\w))"
    rf"(?P<latin>[\s.-]{{1,2}}(?:{_LATIN})\b)?"
    r"(?P<letter>-[a-z]{1,2}(?![\w'’])|\s[a-z](?=[\s.,;:)–—-]|$))?"
)
#: ``transitorio`` after the number, or before it.
TRANSITORY: Final = r"transitori[oa]s?\b"
_NUMBER_RE: Final = re.compile(ARTICLE_NUMBER)
_ARTICLE_WORD = re.compile(r"\s*(?:articulos?|artigos?|arts?\b\.?|disposicion(?:es)?|clausula)?\s*")
_NUMERO = r"(?:n(?:[º°˚o]|ro|um(?:ero)?)?[.º°]*\s*)?"


def canonical_article(written: str) -> str:
    """``5º bis`` → ``5-bis``, ``QUINTO`` → ``5``, ``5-A`` → ``5-a``, ``único`` → ``unico``, ``3º transitorio`` →
    ``3-transitorio``.

    A Roman number stays one (``iv``): a code may have both an article IV and an article 4. What isn't an article number
    comes back folded, its words joined by ``-``.
    """
    folded = fold(written).strip()
    start = _ARTICLE_WORD.match(folded)
    at = start.end() if start else 0
    transitory = re.search(TRANSITORY, folded) is not None
    if lead := re.compile(rf"{TRANSITORY}\s*").match(folded, at):
        at = lead.end()
    if numero := re.compile(rf"{_NUMERO}(?![a-z])").match(folded, at):
        at = numero.end()
    match = _NUMBER_RE.match(folded, at)
    if match is None:
        return "unico-transitorio" if transitory and not folded[at:].strip(" .") else "-".join(folded.split())
    return article_of(match, written.strip()) + ("-transitorio" if transitory else "")


def article_of(match: re.Match[str], original: str) -> str:
    """The canonical form of a match of ``ARTICLE_NUMBER`` on the folded ``original``."""
    number, latin, letter = match["number"], match["latin"], match["letter"]
    value = digits_value(number) if number[0].isdigit() else words_value(number)
    parts = ["unico" if number.startswith("unic") else number if value is None else str(value)]
    if latin:
        parts.append(latin.strip(" .-\t\n"))
    if letter and (letter[0] == "-" or _stands_as_letter(match, original)):
        parts.append(letter.strip(" -\t\n"))
    return "-".join(parts)


_AFTER_LETTER: Final = re.compile(
    r"\s?(?:[.,;:?)–—-]|$)|\s+(?:del?|d[ao]|y|e|o|inciso|letra|numeral|n[º°]|§|transitori[oa])\b"
)


def article_end(match: re.Match[str], original: str) -> int:
    """Where the number of a match of ``ARTICLE_NUMBER`` ends: before a letter that is only the next word."""
    letter = match["letter"]
    if letter and (letter[0] == "-" or _stands_as_letter(match, original)):
        return match.end("letter")
    return match.end("latin") if match["latin"] else match.end("number")


def _stands_as_letter(match: re.Match[str], original: str) -> bool:
    # «Artículo 8 A de la ley» is a number; «ARTÍCULO 8 A LA LEY» and «Art. 8º A lei…» aren't.
    end = match.end("letter")
    return original[end - 1].isupper() and _AFTER_LETTER.match(original, end) is not None


_MENTION = re.compile(
    rf"\b(?P<word>articulos?|artigos?|arts?\b\.?|disposicion(?:es)?(?=\s+transitoria))\s*(?P<before>{TRANSITORY}\s*)?{_NUMERO}"
    rf"{ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY}|,?\s+d[oa]\s+(?:adct|ato das disposicoes)\b)?"
)
_MORE = re.compile(rf"\s*(?:,|;|\b[yeou]\b|\bal?\b|-)\s*(?=\d){ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY})?")
_MORE_OF_ONE = re.compile(rf"\s+(?:y|e|o|ou)\s+(?=\d){ARTICLE_NUMBER}(?P<after>\s+{TRANSITORY})?")


def article_mentions(text: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Each article that ``text`` (``folded`` is it, folded) mentions: from where to where, and its canonical number."""
    for match in _MENTION.finditer(folded):
        if match["number"][0] in "ivxlc" and match["latin"] is None and not _is_roman(match, text):
            continue
        transitory = match["before"] or match["after"]
        yield match.start(), _after(match, text), article_of(match, text) + ("-transitorio" if transitory else "")
        more = _MORE if re.match(r"articulos|artigos|arts", match["word"]) else _MORE_OF_ONE
        at = _after(match, text)
        while following := more.match(folded, at):
            transitory = match["before"] or following["after"]
            start, at = following.start("number"), _after(following, text)
            yield start, at, article_of(following, text) + ("-transitorio" if transitory else "")


def _after(match: re.Match[str], text: str) -> int:
    return match.end() if match["after"] else article_end(match, text)


def _is_roman(match: re.Match[str], text: str) -> bool:
    number = match["number"]
    if roman_value(number) is None:
        return words_value(number) is not None
    return text[match.start("number") : match.end("number")].isupper()


# --- norms ----------------------------------------------------------------------------------------------------------------

_KINDS = (
    r"ley(?:es)?|leis?|decretos?|d\.?\s?f\.?\s?l\b\.?|d\.?\s?[ls]\b\.?|ordenanzas?|resolucion(?:es)?|resolucao|resolucoes|portarias?"
    r"|medidas?\s+provisorias?|mp|emendas?|instruc[ac]o\s+normativa|acuerdos?|acordadas?|circular(?:es)?|dec\b\.?|lc|ec"
)
_ADJECTIVES = (
    r"(?:[\s-]+(?:organicas?|constitucional(?:es)?|complementar(?:es)?|ordinarias?|delegadas?|federal|estadual|municipal(?:es)?|"
    r"supremo|ley|lei|legislativos?|legislativa|exent[oa]s?|alcaldici[oa]s?|de\s+urgencia|con\s+fuerza\s+de\s+ley|ejecutivo|"
    r"general|nacional|provincial|regional(?:es)?|ministerial|departamental|reglamentario|de\s+alcaldia))*"
)
_NORM_NUMBER = r"(?P<norm>\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,6}(?!\d))"
_MONTH = r"(?:\d{1,2}[ºo°]?\s+de\s+)?(?:[a-z]{4,10}\s+del?\s+)?"
_YEAR = (
    r"(?:\s?[/-]\s?(?P<year>(?:1[89]|20)\d\d|\d\d)(?!\d)"
    rf"|,?\s+del?\s+(?:el\s+)?(?:ano\s+)?{_MONTH}(?P<dated>(?:1[89]|20)\d\d)(?!\d))?"
)
_NORM_RE: Final = re.compile(_NORM_NUMBER + _YEAR)
_NORM_MENTION: Final = re.compile(rf"\b(?:{_KINDS}){_ADJECTIVES}[\s,-]*{_NUMERO}{_NORM_NUMBER}{_YEAR}")
_NORM_MORE: Final = re.compile(rf"\s*(?:,|\b[ye]\b)\s*(?:la\s+)?{_NUMERO}(?=\d{{1,3}}\.\d{{3}}){_NORM_NUMBER}{_YEAR}")
# «la 18.695», «na 8.666/93», and a number with its year, which needs no word before it: 14.133/2021.
_BARE_NORM: Final = re.compile(
    r"(?:(?<=\bla )(?=\d\d)|(?<=\bda )|(?<=\bna )|(?<![\w.,/-])(?=\d{1,2}\.\d{3}/(?:1[89]|20)\d\d))"
    rf"(?=\d{{1,2}}\.\d{{3}}(?![\d%]|[.,]\d)){_NORM_NUMBER}{_YEAR}"
)


def canonical_norm(written: str) -> str:
    """``19.418`` → ``19418``, ``14.133/2021`` and ``14.133, de 1º de abril de 2021`` → ``14133/2021``, ``333/85`` →
    ``333/1985``; what has no number comes back folded."""
    folded = fold(written)
    match = _NORM_RE.search(folded)
    return _norm_of(match) if match else "-".join(folded.split())


def _norm_of(match: re.Match[str]) -> str:
    number = str(int(match["norm"].replace(".", "")))
    year = match["year"] or match["dated"]
    if not year:
        return number
    if len(year) == 2:
        year = f"{19 if int(year) > 40 else 20}{year}"
    return f"{number}/{year}"


def norm_forms(norm: str) -> tuple[str, ...]:
    """How a norm may be asked for: ``14133/2021`` → itself and ``14133``."""
    number, _, year = norm.partition("/")
    return (norm, number) if year and number.isdigit() else (norm,)


def norm_mentions(folded: str) -> Iterator[tuple[int, int, str]]:
    """Each norm that a folded text mentions by its number: from where to where, and its canonical form."""
    for match in _NORM_MENTION.finditer(folded):
        yield match.start(), match.end(), _norm_of(match)
        while following := _NORM_MORE.match(folded, match.end()):
            match = following
            yield match.start(), match.end(), _norm_of(match)
    for match in _BARE_NORM.finditer(folded):
        yield match.start(), match.end(), _norm_of(match)


_LAW: Final = re.compile(
    r"\b(?:de\s+la|del|d[ao])\s+(constitucion|constituicao|lindb|clt|cdc|ctn|lgpd"
    r"|codigo\s+(?:(?:del?|d[ao]s?|las?|los)\s+)*[a-z]{4,})\b"
)


def is_of_laws(header: str, uri: str, laws: Iterable[str]) -> bool:
    """Whether what stands under ``header`` in the file ``uri`` can be of ``laws``: their words stand in its header, in
    Spanish or Portuguese, or in the file's name."""
    said = fold(f"{header} {uri.rpartition('/')[2]}")
    sought = (word for law in laws for word in fold(law).split() if len(word) > 3 or " " not in law)
    return all(re.search(rf"(?:\b|_){word[:5]}", said) for word in sought)


# --- codes ----------------------------------------------------------------------------------------------------------------

_CL_SUBJECTS = "ar|cn|ef|en|hi|in|lc|le|ma|mu|or|te|fi|fc|cc|ba|qu|bi|fl|ed"
CL_CODE: Final = re.compile(
    rf"\b(?P<subject>{_CL_SUBJECTS})[\s-]?(?P<grade>[1-4][\s-]?m|0?[1-8])[\s-]?(?P<kind>oa[ha]?)[\s-]?(?P<item>\d{{1,2}}|[a-l])\b"
)
BR_CODE: Final = re.compile(
    r"\b(?:ef[\s-]?(?P<years>0?[1-9]|12|15|35|67|69|89)[\s-]?(?P<part>ar|ci|co|ef|er|ge|hi|li|lp|ma)[\s-]?(?P<number>\d{1,2})"
    r"|em[\s-]?13[\s-]?(?P<area>lgg|mat|cnt|chs|lp|co)[\s-]?(?P<skill>\d{1,3})"
    r"|ei[\s-]?(?P<group>0?[1-3])[\s-]?(?P<field>eo|cg|ts|ef|et|co)[\s-]?(?P<aim>\d{1,2}))\b"
)
_PROCEDURE: Final = re.compile(r"\b[A-Z]{2,6}/\d{2,3}\b(?!/)")
_CL_NAMES: Final = (
    ("lenguaje|lengua y literatura", "LE"), ("matematicas?", "MA"), ("ciencias naturales", "CN"), ("historia", "HI"),
    ("educacion fisica", "EF"), ("musica", "MU"), ("artes visuales", "AR"), ("tecnologia", "TE"), ("orientacion", "OR"),
)  # fmt: skip
_OA: Final = re.compile(r"\b(?P<kind>oa[ha]?)[\s-]?(?P<item>\d{1,2}|(?<=oa[ha]\s)[a-l])\b")
_CL_GRADE: Final = re.compile(
    rf"\b(?P<n>[1-8](?=\D)|{WORDS}|i{{1,2}}\b)\s?[ºª°o]?\s*(?:ano\s+)?(?:de\s+)?(?P<level>basico|medio)\b"
)

_CL_GRADES: Final = re.compile(r"\b[1-8]\s?[ºª°o]?\s*(?:,|y|e|o|u|al?|-)\s*[1-8]\s?[ºª°o]?\s*(?:ano|basico|medio)\b")


def canonical_code(written: str) -> str:
    """``MA04 OA 08`` and ``ma4 oa8`` → ``MA04OA08``, ``EF5MA3`` → ``EF05MA03``; another code in capitals without spaces."""
    folded = fold(written).strip()
    match = CL_CODE.fullmatch(folded) or BR_CODE.fullmatch(folded)
    return _code_of(match) if match else re.sub(r"\s+", "", written).upper()


def _code_of(match: re.Match[str]) -> str:
    named = match.groupdict()
    if "subject" in named:
        return _cl_code(named["subject"], re.sub(r"[\s-]", "", named["grade"]), named["kind"], named["item"])
    if named["years"]:
        return f"EF{int(named['years']):02}{named['part']}{int(named['number']):02}".upper()
    if named["area"]:
        width = 2 if len(named["area"]) == 2 else 3
        return f"EM13{named['area']}{int(named['skill']):0{width}}".upper()
    return f"EI{int(named['group']):02}{named['field']}{int(named['aim']):02}".upper()


def _cl_code(subject: str, grade: str, kind: str, item: str) -> str:
    grade = f"{int(grade):02}" if grade.isdigit() else grade
    return f"{subject}{grade}{kind}{f'{int(item):02}' if item.isdigit() else item}".upper()


def _codes(text: str, folded: str) -> Iterator[tuple[int, str]]:
    taken: list[tuple[int, int]] = []
    for pattern in (CL_CODE, BR_CODE):
        for match in pattern.finditer(folded):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield match.start(), _code_of(match)
    for match in _PROCEDURE.finditer(text):
        yield match.start(), match[0]
    if not taken:
        yield from _spoken_codes(folded)


def _spoken_codes(folded: str) -> Iterator[tuple[int, str]]:
    """«OA 8 de matemática 4° básico» names MA04OA08; without exactly one subject and one grade it names nothing."""
    items = list(_OA.finditer(folded))
    if not items:
        return
    subjects = {code for name, code in _CL_NAMES if re.search(rf"\b(?:{name})\b", folded)}
    grades = {_grade(match) for match in _CL_GRADE.finditer(folded)}
    if _CL_GRADES.search(folded):
        return
    if len(subjects) == 1 and len(grades) == 1 and (grade := grades.pop()):
        subject = subjects.pop()
        for match in items:
            yield match.start(), _cl_code(subject, grade, match["kind"], match["item"])


def _grade(match: re.Match[str]) -> str:
    written = match["n"]
    number = int(written) if written.isdigit() else words_value(written) or roman_value(written) or 0
    if match["level"] == "medio":
        return f"{number}M" if 1 <= number <= 4 else ""
    return str(number) if 1 <= number <= 8 else ""


# --- all ------------------------------------------------------------------------------------------------------------------


def find(text: str) -> References:
    """What ``text`` names, as people write it; nothing is guessed."""
    folded = fold(text)
    norms: list[str] = []
    for _, _, norm in sorted(norm_mentions(folded)):
        number = norm.partition("/")[0]
        # Only national laws are numbered without restarting each year, so only their number says which one it is.
        norms += [norm, number] if len(number) > 3 else [norm]
    articles = _once(article for _, _, article in article_mentions(text, folded))
    return References(
        articles=articles,
        norms=_once(norms),
        codes=_once(code for _, code in sorted(_codes(text, folded))),
        laws=_once(text[match.start(1) : match.end(1)] for match in _LAW.finditer(folded))
        if articles and not norms
        else (),
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
