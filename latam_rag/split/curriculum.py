"""Curricula: a passage per objective or skill, with its code, and what the code itself says of grade and subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from latam_rag.numerals import fold
from latam_rag.references import BR_CODE, CL_CODE, canonical_code
from latam_rag.split import numbered, school
from latam_rag.split.pieces import Piece
from latam_rag.split.prose import split_prose
from latam_rag.types import Document, SectionKind, Value

_CODE: Final = rf"(?:{CL_CODE.pattern}|{BR_CODE.pattern})"
#: At the start of a line or cell, or in brackets after the end of the objective before it in the same cell.
_BEGINS: Final = re.compile(
    rf"(?:(?:^|(?<=\| ))[ \t>*_•-]*\(?|(?<=[.;] )(?=\([a-z]{{2}}\d\d[a-z]{{2,3}}\d+\) )\(){_CODE}\)?", re.MULTILINE
)
#: Fewer words than this beside a code in its cell: what is to be learned stands in the next one.
_WORDS: Final = 3
_ENDS: Final = re.compile(r"[.;][ \t]*\n(?=[ \t]*\n|[ \t]*[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ¿\d])")
_NOTE: Final = re.compile(
    r"\s*\n[ \t>*_•-]*(?:Suge(?:rencia|stão|stões)|Indicador|Activida|Atividade|Ejemplo"
    r"|Exemplo|Evalua|Avalia|Habilidade|Objetos? de)"
    r"[^\n:.]{0,40}:(?:[^\n]|\n(?![ \t]*\n))*"
)
#: A heading that names an objective and nothing else: «Objetivo de aprendizaje MA04 OA 08», «Habilidade (EF04MA09)».
_HEADS: Final = re.compile(
    rf"\W*(?:(?:objetivos? de aprendiza\w+|habilidad(?:es|e)?|codigo)\W+)?(?P<code>{_CODE})\W*", re.IGNORECASE
)
_CL: Final = {
    "AR": "Artes Visuales", "CN": "Ciencias Naturales", "EF": "Educación Física y Salud", "EN": "Inglés", "IN": "Inglés",
    "HI": "Historia, Geografía y Ciencias Sociales", "MA": "Matemática", "MU": "Música", "OR": "Orientación",
    "TE": "Tecnología",
}  # fmt: skip
_BR: Final = {
    "AR": "Arte", "CI": "Ciências", "EF": "Educação Física", "ER": "Ensino Religioso", "GE": "Geografia", "HI": "História",
    "LI": "Língua Inglesa", "LP": "Língua Portuguesa", "MA": "Matemática",
}  # fmt: skip
_BR_AREAS: Final = {
    "LGG": "Linguagens e suas Tecnologias", "MAT": "Matemática e suas Tecnologias", "LP": "Língua Portuguesa",
    "CNT": "Ciências da Natureza e suas Tecnologias", "CHS": "Ciências Humanas e Sociais Aplicadas",
}  # fmt: skip
_BR_YEARS: Final = {
    "12": "1º e 2º anos", "15": "1º ao 5º ano", "35": "3º ao 5º ano", "67": "6º e 7º anos", "69": "6º ao 9º ano",
    "89": "8º e 9º anos",
}  # fmt: skip


def codes(text: str) -> Iterator[re.Match[str]]:
    """The codes that begin a line or a cell of ``text``: each opens an objective."""
    return _BEGINS.finditer(fold(text))


def of_code(code: str) -> dict[str, Value]:
    """What a canonical ``code`` says by itself: code, grade, subject."""
    said: dict[str, Value] = {"code": code}
    if match := re.fullmatch(r"(\w\w)(\d\d|\dM)OA[HA]?\w+", code):
        subject, grade = match[1], match[2]
        said["grade"] = f"{grade[0]}° medio" if grade.endswith("M") else f"{int(grade)}° básico"
        if subject in _CL:
            said["subject"] = _CL[subject]
    elif match := re.fullmatch(r"EF(\d\d)(\w\w)\d\d", code):
        said["grade"] = _BR_YEARS.get(match[1], f"{int(match[1])}º ano")
        if match[2] in _BR:
            said["subject"] = _BR[match[2]]
    elif match := re.fullmatch(r"EM13([A-Z]+)\d+", code):
        said["grade"] = "Ensino Médio"
        if match[1] in _BR_AREAS:
            said["subject"] = _BR_AREAS[match[1]]
    elif re.fullmatch(r"EI\d\d\w\w\d\d", code):
        said["grade"] = "Educação Infantil"
    return said


def split_curriculum(document: Document) -> Iterator[Piece]:
    """The pieces of a curriculum: the parser's UNITs, the objectives whose code stands in the text, and the rest as prose."""
    for piece in _with(numbered.objectives(document), split_prose(document)):
        code = piece.metadata.get("code")
        if isinstance(code, str):
            canonical = canonical_code(code)
            yield replace(piece, label=piece.label or code, metadata=_known(document, piece, canonical))
        elif piece.label:
            yield piece
        elif headed := _HEADS.fullmatch(fold(piece.headings[-1])) if piece.headings else None:
            yield _headed(document, piece, headed)
        else:
            yield from _coded(document, piece)


def _headed(document: Document, piece: Piece, headed: re.Match[str]) -> Piece:
    """``piece``, which stands under a heading that is its code; the heading over that is its axis, unless it names subject,
    grade or list."""
    *above, own = piece.headings
    written = " ".join(own[headed.start("code") : headed.end("code")].split())
    metadata = _known(document, piece, canonical_code(written))
    if above and above[-1] != document.title and not any(school.place(plan, above[-1]) for plan in school.PLANS):
        metadata = {"axis": above[-1], **metadata}
    return replace(piece, label=written, headings=tuple(above), metadata=metadata)


def _with(objectives: list[Piece], pieces: Iterable[Piece]) -> Iterator[Piece]:
    """``pieces`` with ``objectives`` cut out of them, each at its place."""
    waiting = iter(objectives)
    following = next(waiting, None)
    for piece in pieces:
        at = piece.start
        while following and following.start < piece.end:
            if at < following.start:
                yield replace(piece, start=at, end=following.start)
            yield following
            at = following.end
            following = next(waiting, None)
        if at < piece.end:
            yield replace(piece, start=max(at, piece.start))


def _with_notes(text: str, at: int, limit: int) -> int:
    """The end of the paragraphs right after an objective that speak of it: «Sugestão: …», «Indicadores: …»."""
    while note := _NOTE.match(text, at, limit):
        at = note.end()
    return at


def _known(document: Document, piece: Piece, code: str) -> dict[str, Value]:
    """What is known of an objective: the code adds what the source doesn't say itself, and replaces none of its words."""
    said = {key: value for key, value in of_code(code).items() if not document.metadata.get(key)}
    return {**said, **piece.metadata, "code": code}


def _coded(document: Document, piece: Piece) -> Iterator[Piece]:
    """Each objective from its code to its end; what lies between objectives stays prose."""
    text = document.text[piece.start : piece.end]
    found = list(codes(text))
    tables = [(s.start, s.end) for s in document.sections if s.kind is SectionKind.TABLE] if found else []
    at = 0
    limits = [*(match.start() for match in found[1:]), len(text)]
    for match, limit in zip(found, limits, strict=False):
        begin, coded = piece.start + match.start(), piece.start + match.end()
        end = _cell(document.text, coded, tables) - piece.start
        if not match.end() <= end <= limit:
            ended = _ENDS.search(text, match.end(), limit)
            end = _with_notes(text, ended.start() + 1, limit) if ended else limit
        written = " ".join(text[match.start() : match.end()].strip(" \t>*_•-()").split())
        metadata = _known(document, piece, canonical_code(written))
        yield from _lettered(document, replace(piece, start=piece.start + at, end=begin))
        yield replace(piece, start=begin, end=piece.start + end, label=written, metadata=metadata)
        at = end
    yield from _lettered(document, replace(piece, start=piece.start + at))


def _cell(text: str, at: int, tables: list[tuple[int, int]]) -> int:
    """The end of the objective whose code ends at ``at`` in a table; -1 elsewhere, and for a cell that the page's end cut.

    It is that of its cell, or of the row where the code has a cell of its own.
    """
    table = next((end for start, end in tables if start <= at < end), -1)
    if table < 0:
        return -1
    row = text.find("\n", at, table)
    row = table if row < 0 else row
    cell = text.find(" | ", at, row)
    end = row if cell < 0 or len(text[at:cell].split()) < _WORDS else cell
    return end if text[at:end].rstrip(" |").endswith((".", ";", ":", ")", "!", "?", "”")) else -1


def _lettered(document: Document, piece: Piece) -> Iterator[Piece]:
    """``piece``, unless it is what other cells of an objective's row hold: numbers and rules."""
    if any(char.isalpha() for char in document.text[piece.start : piece.end]):
        yield piece
