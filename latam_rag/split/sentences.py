"""Sentences of Spanish and Portuguese administrative text.

An end mark ends a sentence unless it belongs to an abbreviation («Art. 5», «Dr. Soto», «N° 3», «p. ej.»), to an initial, or
to the number of what follows («1. Presentar…», «Artículo 5.- Los…»). Items of a list, lines that are whole by themselves,
and what is drawn with dots to its amount («Copia simple:...... $ 395,00») are sentences too: requirements are written so.
"""

from __future__ import annotations

import re
from typing import Final

from latam_rag.numerals import WORDS, fold

_ABBREVIATED = """
    art arts inc incs num nums nro nros lit let parr frac fracc cap caps tit sec secc pag pags pgs p pp fs fjs fl fls fol
    vol ed ej cf cfr vid ss sgtes vs v aprox max min tel telef fono cel av avda avd pje psje dpto depto of ofic urb mz lt
    col cp jr prol asoc sr sra srta sres sras dr dra drs dres lic lcdo lcda ing arq abg abog prof profa profs mg mag mtro
    mtra gral cnel tte cmdte sto sta st mons rvdo exc excmo excma ilmo ilma exmo exma hon ud uds vd vds cia ltda ltd hnos
    bros adm admva decr resol cpc conc ref refs mod modif fig tab anex obs exp nac prov mun munic ene feb abr jun jul ago
    sept oct nov dic
"""
_ABBREVIATIONS: Final = frozenset(_ABBREVIATED.split())
#: «No. 5» is a number; «no.» at the end of a sentence isn't.
_BEFORE_DIGIT: Final = frozenset(
    ("no", "nos", "nº", "n°", "n", "nr", "ley", "lei", "dec", "rol", "par", "res", "ord", "reg")
)
_END: Final = re.compile(
    r"(?P<row>(?<![.…_])[.…_]{4,}\s?(?:\$\s?)?\d[\d.,]*(?:\s?[%‰])?)(?!\S)|"
    r"(?P<mark>[.!?…]+[-–—]?[\"»”’')\]]*)(?=\s)|(?P<line>\n[ \t]*)"
)
_OPENS: Final = re.compile(r"[\"“«‘'(\[¿¡—–•*-]*\s?[\"“«¿¡]*(?:[A-ZÀ-ÖØ-Þ]|\d|§)")
_ITEM: Final = re.compile(
    r"(?:[-•*·▪●–—]\s|(?:\d{1,3}(?:\.\d{1,2})*|[a-zñ]{1,2}|[ivxlc]{1,6})\s?[).º°]-?\s|[IVXLC]{1,7}\s?[-–—.)]|[A-Z]\)|§|"
    r"(?:art(?:[íi]culo|igo)?\.?|par[áa]grafo|par[áa]grafo)\s)",
    re.IGNORECASE,
)
#: What may stand before a mark and still be only the number of what follows.
_ENUMERATOR: Final = re.compile(
    rf"[\"“«\s(]*(?:(?:articulo|artigo)\s+{WORDS}\s*[.)º°–—:-]*|"
    r"(?:(?:art(?:iculo|igo)?s?|paragrafo|inciso|numeral|literal|letra|titulo|capitulo|seccion|secao|libro|livro|anexo)\b\.?\s*|§\s*)*"
    r"(?:n[º°.]+\s?)?(?:\d{1,4}(?:\.\d{1,3})*\s?[ºª°o]?|[ivxlcd]{1,7}|[a-zñ]{1,2}(?=\s*\))|[a-zñ]|unic[oa])?(?:[\s-](?:bis|ter|quater|[a-z]))?\s*[.)º°–—-]*)"
)
#: «…se entenderá por: 5. Los órganos»: the number of what is announced.
_FIRST: Final = re.compile(r":\s\d{1,3}\Z")
_NEXT_NUMBER: Final = re.compile(r"\s+\d{1,2}(?:\.-?|[).°º])\s+[A-ZÁÉÍÓÚÑ]")
_INITIALS: Final = re.compile(r"(?:[A-ZÁÉÍÓÚ]|(?:[A-Z]{1,2}\.)+[A-Z]{1,2})")


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans ``(start, end)`` of the sentences of ``text``, in order, without the white space around them.

    Everything but white space belongs to exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() < start:
            continue
        if match["row"] is not None:
            ends = True
        elif match["line"] is not None:
            ends = _line_ends(text, start, match)
        else:
            ends = _mark_ends(text, start, match)
        if ends:
            _keep(spans, text, start, match.end())
            start = match.end()
    _keep(spans, text, start, len(text))
    return spans


def _keep(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    stripped = piece.strip()
    if stripped:
        spans.append((start + left, start + left + len(stripped)))


def _mark_ends(text: str, start: int, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + 12].lstrip()
    if after and not _OPENS.match(after):
        return False
    mark = match["mark"]
    if only_enumerates(text, start, match.end()):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = text[max(start, match.start() - 24) : match.start()]
    if before[-1:].isdigit() and _FIRST.search(before):
        return False
    word = re.split(r"[\s(\[\"“«/]", before)[-1]
    folded = fold(word)
    if folded.rpartition(".")[2] in _ABBREVIATIONS:
        return False
    if after[:1].isdigit() and folded in _BEFORE_DIGIT:
        # «…con sujeción a la ley. 17. Distribuir los negocios»: that number begins what follows.
        return _NEXT_NUMBER.match(text, match.end()) is not None
    return _INITIALS.fullmatch(word) is None


def only_enumerates(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is but the number of what follows: «Artículo 6°.-», «§ 2º», «b)»."""
    return end - start < 40 and _ENUMERATOR.fullmatch(fold(text[start:end])) is not None


def _line_ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a line break also ends the sentence: before an empty line, before an item, after a line that stands alone."""
    at = match.end()
    following = text[at : at + 60].partition("\n")[0]
    if not following.strip():
        return True
    if only_enumerates(text, start, match.start()):
        return False
    if _ITEM.match(following):
        # A wrapped line may begin with «art. 5»; then the line before doesn't end in a mark.
        return (
            following[0] not in "aAnN" or len(following) < 2 or following[1] == ")" or text[match.start() - 1] in ".;:"
        )
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].rstrip()
    if not line or not _OPENS.match(following):
        return False
    return line[-1] in ":;" or (
        len(line) < 45 and line[-1] not in ",-" and not re.search(r"\b(?:de|la|el|y|e|do|da|los|las|del|a|en)$", line)
    )
