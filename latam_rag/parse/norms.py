"""The norm that a document is, when its own heading names it: ``LEI Nº 14.133, DE 1º DE ABRIL DE 2021``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from latam_rag.parse import repeals
from latam_rag.parse.build import Draft
from latam_rag.parse.dates import MONTHS
from latam_rag.references import canonical_norm
from latam_rag.types import SectionKind, Value

_FIRST = 12
_KIND = (
    r"lei complementar|lei org[âa]nica|lei delegada|lei municipal|lei ordin[áa]ria|lei|decreto[ -]lei|decreto legislativo|"
    r"decreto con fuerza de ley|decreto ley|decreto alcaldicio|decreto supremo|decreto exento|decreto municipal|decreto|"
    r"medida provis[óo]ria|emenda constitucional|emenda [àa] lei org[âa]nica|portaria|instruç[ãa]o normativa|resoluç[ãa]o|"
    r"resoluci[óo]n exenta|resoluci[óo]n|ley org[áa]nica|ley|ordenanza municipal|ordenanza regional|ordenanza|acuerdo"
)
_DAY = rf"(\d{{1,2}})\s*[ºo°]?\s+de\s+({'|'.join(MONTHS)})\s+(?:de|del)\s+(\d{{4}})"
_NO_DAY = re.compile(rf"\bde\s+(?!\d)[^\W_]{{1,3}}\s+de\s+(?:{'|'.join(MONTHS)})\b", re.IGNORECASE)
#: A number that is no year stands after «nº», or is written with its thousands or its year.
_OWN = re.compile(
    rf"^\W*(?P<kind>{_KIND})(?:\s+(?!d[aeo]l?\b|n[.º°]|n[úu]m|que\b)[^\W\d]+){{0,2}}\s+"
    r"(?P<sign>n(?:[úu]m(?:ero)?|ro)?\s*[.º°o]*\s*)?"
    r"(?P<number>\d{1,3}(?:\.\d{3})+|\d{1,6})(?:\s*[/-]\s*(?P<year>(?:1[89]|20)\d\d|\d\d))?(?!\d)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DATED = re.compile(rf"\s*,?\s*de\s+(?:{_DAY}|((?:1[89]|20)\d\d))\b", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:^|\n)\W*art(?:[íi]culo|igo|\.)\s*(?:n[º°]\s*)?(?:1|primer|[úu]nico)", re.IGNORECASE)
_THIS = (
    rf"est[ae]\s+(?:{_KIND}|c[óo]digo|reglamento|regulamento)(?:\s+[^\W\d]+){{0,2}}?\s+"
    r"(?:entra(?:rá)?\s+em\s+vigor|entra(?:rá)?\s+en\s+(?:vigor|vigencia)|rige|regirá|comenzará\s+a\s+regir)\s+"
)
_BUT = r"(?!\s*,?\s*(?:exce|salvo|ressalv|con\s+excep|com\s+exce|observad))"
_FROM_DAY = re.compile(
    rf"{_THIS}(?:em|no\s+dia|desde|a\s+partir\s+d[eo]l?|el)?\s*(?:el\s+|d[íi]a\s+)*{_DAY}{_BUT}", re.IGNORECASE
)
_AT_ONCE = re.compile(rf"{_THIS}na\s+data\s+d[ea]\s+(?:sua\s+)?publicaç[ãa]o{_BUT}", re.IGNORECASE)


_ENDED = r"(?:(?:total|integral|parcial)mente\s+)?(?:abrogad|derogad|revogad)[ao]"
_BY = r"(?:\s+(?:(?:total|integral|parcial)mente|en\s+parte|em\s+parte))?\s+(?:por|pel[ao]s?)\s"
#: A line that says nothing but that this norm was repealed, or its name with that in brackets.
_NAMED = (
    rf"(?:est[ae]\s+)?(?:norma|texto|acto|ato|reglamento|regulamento|c[óo]digo|{_KIND})\s+"
    r"(?:(?:fue|ha\s+sido|foi|est[áa]|se\s+encuentra|encontra-se)\s+)?"
)
_OVER = re.compile(
    rf"\W*(?:(?:nota|aviso)\s*:\s*)?(?:(?:{_NAMED})?{_ENDED}{_BY}.{{3,140}}|{_NAMED}{_ENDED}\W*)"
    rf"|\W*(?:{_KIND})\s[^()]{{1,120}}\({_ENDED}(?:{_BY}[^()]{{3,120}})?\)\W*",
    re.IGNORECASE,
)


def ended(draft: Draft) -> dict[str, Value]:
    """``status``, ``amended_by`` and ``valid_to`` where a line before the first article says that the norm was repealed
    (*Norma derogada por la Ordenanza 44/2024*): whoever put it there knows more than what the norm says of itself."""
    first = _ARTICLE.search(draft.text)
    if first is None or draft.metadata.get("status") in ("repealed", "partially_repealed"):
        return {}
    lines = (" ".join(line.split()) for line in draft.text[: first.start()].splitlines())
    repeal = next((repeals.found_in(line) for line in lines if len(line) < 250 and _OVER.fullmatch(line)), None)
    if repeal is None:
        return {}
    said: dict[str, Value] = {"status": repeal.status}
    by = repeal.by if "(" in repeal.by else repeal.by.rstrip(")")
    said |= {"amended_by": (by,)} if by else {}
    return said | ({"valid_to": repeal.until} if repeal.until else {})


def described(draft: Draft, title: str) -> dict[str, Value]:
    """``kind``, ``norm`` and, where the text says from when it applies, ``valid_from``; empty where no norm is named."""
    if not _ARTICLE.search(draft.text):
        return {}
    found = next(_named(draft, title), None)
    if found is None:
        return {}
    kind = " ".join(found["kind"].split()).lower()
    said: dict[str, Value] = {"kind": kind[:1].upper() + kind[1:]}
    dated = _DATED.match(found["rest"])
    year = found["year"] or (dated and (dated[3] or dated[4]))
    said["norm"] = canonical_norm(f"{found['number']}/{year}" if year else found["number"])
    if day := _valid_from(draft.text, _iso(*dated.groups()[:3]) if dated and dated[1] else ""):
        said["valid_from"] = day
    return said


def _named(draft: Draft, title: str) -> Iterator[re.Match[str]]:
    """How the document names itself: a heading or line of capitals at its start, or else its title."""
    first = [section for section in draft.sections if section.kind is not SectionKind.UNIT][:_FIRST]
    lines = [
        text
        for section in first
        if len(text := " ".join(draft.text[section.start : section.end].split())) < 200
        and (section.kind is SectionKind.HEADING or capitals(text))
    ]
    for text in (*lines, title):
        found = _OWN.match(text)
        if found and (found["sign"] or "." in found["number"] or found["year"] or _DATED.match(found["rest"])):
            yield found


def _valid_from(text: str, own: str) -> str:
    """The day it says it applies from; its own date (``own``, of a Brazilian norm its publication's) when it says «at once».

    A text that says several days, as one that amends others may, says none.
    """
    days = {_iso(*found.groups()[-3:]) for found in _FROM_DAY.finditer(text)}
    if own and _AT_ONCE.search(text):
        days.add(own)
    return days.pop() if len(days) == 1 else ""


def _iso(day: str, month: str, year: str) -> str:
    try:
        return datetime.date(int(year), MONTHS[month.lower()], int(day)).isoformat()
    except ValueError:
        return ""


def misdated(text: str) -> bool:
    """Whether ``text`` has a date whose day is no number: «DE UZ DE ABRIL DE 2014», for 02, on a scan."""
    return _NO_DAY.search(text) is not None


def capitals(text: str) -> bool:
    """Whether ``text`` is all capitals; the «º» of «Nº 1º» counts as small for Python, and for nobody else."""
    return text.translate({ord("º"): None, ord("ª"): None}).isupper()


def as_cited(title: str) -> str:
    """``LEI Nº 14.133, DE 1º DE ABRIL DE 2021`` as it is written in running text; any other title as it is."""
    found = _OWN.match(title)
    if not found or not found["sign"] or not capitals(title[: found.start("sign")]):
        return title.strip()
    dated = _DATED.match(found["rest"])
    if not dated or found["rest"][dated.end() :].strip(" .") or found.start("kind") or found["year"]:
        return title.strip()
    named = re.sub(r"[^\W\d]+", lambda word: word[0].capitalize(), title[: found.start("sign")].strip())
    return f"{named} nº {found['number']}{found['rest'][: dated.end()].lower()}"
