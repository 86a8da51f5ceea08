"""Codes of the curricula of Chile and Brazil and of procedures, as written and as spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from latam_rag.numerals import WORDS, fold, roman_value, words_value

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


def without_codes(text: str) -> str:
    """``text`` with blanks for the codes written in it, in whatever form; each other character at its place."""
    blank = list(text)
    folded = fold(text)
    for pattern in (CL_CODE, BR_CODE):
        for match in pattern.finditer(folded):
            blank[match.start() : match.end()] = " " * (match.end() - match.start())
    return "".join(blank)


def mentioned_codes(text: str, folded: str) -> Iterator[tuple[int, str]]:
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
