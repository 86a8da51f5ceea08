"""Laws: a passage per article, long ones at their own items, each under its title and chapter.

Articles come from the source when it delimits them (UNIT sections), else from the lines of the text. What an amending law
quotes stays inside the article that quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split import closing
from latam_rag.split.amending import amends
from latam_rag.split.articles import Block, blocks, is_history, says_nothing
from latam_rag.split.items import split_items
from latam_rag.split.marks import Mark
from latam_rag.split.pieces import Piece
from latam_rag.split.resolved import numerals
from latam_rag.types import Document, Section, SectionKind, Value

_REPEALED: Final = re.compile(
    r"[\s.:)º°–—*_-]*[(\[]?\s*(?:articulo\s+|este\s+articulo\s+)?"
    r"(?:(?:derogad|revogad|vetad|abrogad|suprimid)\w*|se (?:deroga|abroga|suprime))\b"
    r"(?=\s*(?:[.,;:()\[\]–—*-]|$)|\s+(?:por|pel[ao]s?|mediante|segun|conforme|desde|a partir|en virtud|con fecha|ley|lei|art"
    r"|d\.?\s?[of]\.?\s?[fl]|decreto|tacita|totalmente|integralmente|\d))"
)
#: Such a note stands within so many characters of an article's beginning.
_NOTE: Final = 200
_TITLE: Final = 160
_CONSIDERING: Final = re.compile(r"\bconsiderando\b|\bvistos?\s*[:;]|\bresultando\s*:")
#: «LEY Nº 27563», and the formula by which a law is enacted.
_NAMED: Final = re.compile(
    r"\W*(?:ley|lei|decreto|resolucion|resolucao|ordenanza|acuerdo|portaria|medida provisoria)\b[^\d]{0,60}\d"
)
_ENACTS: Final = re.compile(
    r"\bpor cuanto\s*:|ha dado la (?:siguiente )?ley|faco saber|faz saber|sanciona con fuerza|decreta(?: e eu sanciono|:)|"
    r"\b(?:resuelve|decreta|ordena|acuerda|resolve)\s*:"
)
_ANNEX: Final = re.compile(
    r"(?i:(anexo|apéndice|apêndice))(?:\s+(?:[nN][º°.]+\s?)?([IVXLC]+|\d{1,3}|[A-Z]|(?i:[úu]nico))\b)?"
)
#: «Lista de serviços anexa à Lei Complementar nº 116», «LISTA COMPLEMENTAR DO ANEXO I».
_ANNEXED: Final = re.compile(r"(?i:(lista|tabela|tabla)\b.{0,60}\banex[ao]\b)")
#: «Dada en la Sala de Sesiones…», short to the end of the document: who signed, where and when.
_GIVEN: Final = re.compile(r"\W*(?i:dad[ao] (?:en|no|na|por|em)|sala de (?:sesiones|sessões))\b(?s:.{0,700})\Z")
#: «CARLOS FERRERO», and under it «Presidente del Congreso de la República».
_OFFICE: Final = re.compile(
    r"[\s*_]*[A-ZÁÂÃÉÊÍÓÔÕÚÑÜ][A-ZÁÂÃÉÊÍÓÔÕÚÑÜ .,'’-]{6,60}[*_]*\n[\s*_]*(?:(?i:primera?|segund[ao])\s+)?(?i:vice)?"
    r"(?i:president[ea]|secretari[ao]|prefeit[ao]|alcalde(?:sa)?|gobernador|ministr[ao]|intendente|regidor|consejer[ao]|senador|diputad[ao])"
)
_SIGNED: Final = ("firmas", "assinaturas")
_LISTS: Final = {"es": "concordancias", "pt": "concordâncias"}
_NOUNS: Final = {"es": ("preámbulo", "considerandos"), "pt": ("preâmbulo", "considerandos")}


def split_law(document: Document) -> Iterator[Piece]:
    """The pieces of a law, in order, each within the budget but for text that has no items."""
    units = [s for s in document.sections if s.kind is SectionKind.UNIT and s.start < s.end]
    if not units:
        yield from _pieces(document, blocks(document))
        return
    at = 0
    for unit in units:
        if unit.start < at:
            continue
        yield from _between(document, at, unit.start, first=at == 0)
        yield from split_items(document, _unit_piece(unit), amends=amends(document.text[unit.start : unit.end]))
        at = unit.end
    yield from _between(document, at, len(document.text), first=False)


def _unit_piece(unit: Section) -> Piece:
    return Piece(start=unit.start, end=unit.end, headings=unit.headings, label=unit.label, metadata=unit.metadata)


def _between(document: Document, start: int, end: int, *, first: bool) -> Iterator[Piece]:
    """What the source holds outside its units, less the headings."""
    at = start
    for section in document.sections:
        if section.kind is SectionKind.HEADING and at <= section.start < end:
            yield Piece(start=at, end=section.start, label=_opening(document, at, section.start) if first else "")
            at = min(section.end, end)
    yield Piece(start=at, end=end, label=_opening(document, at, end) if first else "")


def _pieces(document: Document, found: Sequence[Block]) -> Iterator[Piece]:
    seen_article = False
    struck = sorted((s.start, s.end) for s in document.sections if s.kind is SectionKind.STRUCK)
    longer: dict[int, str] = {}
    # A page, or a part, of a law has no preamble: «…», and then «Art. 5º».
    opens = _count(found) == 1
    for block in found:
        headings = tuple(longer.get(mark.start, mark.written) for mark in block.divisions)
        if block.mark is None:
            if rest := _rest_of_title(document, block):
                longer[block.divisions[-1].start] = f"{headings[-1]} {rest}"
                continue
            text = document.text[block.start : block.end]
            label = _outside(document, block, first=not seen_article and (opens or _enacts(text)))
            outside = Piece(start=block.start, end=block.end, headings=headings, label=label)
            for at, name in _below(document, block) if label in _SIGNED else ():
                yield replace(outside, end=at)
                outside = replace(outside, start=at, label=name)
            yield from [outside] if seen_article else numerals(document, outside)
            continue
        seen_article = True
        body = fold(document.text[block.mark.end : block.end])
        if says_nothing(body):
            continue
        metadata: dict[str, Value] = {"article": _canonical(block.mark, block.scope)}
        if _repealed(document.text, struck, block.mark.end, block.end):
            metadata["status"] = "repealed"
        piece = Piece(
            start=block.start, end=block.end, headings=headings, label=_label(document, block), metadata=metadata
        )
        yield from split_items(document, piece, amends=block.amends)


def _below(document: Document, block: Block) -> list[tuple[int, str]]:
    """Where what a registry put under the signatures begins, and how it is cited."""
    listed = closing.LISTED.search(document.text, block.start, block.end)
    noted = closing.NOTED.search(document.text, block.start, block.end)
    return sorted(
        (found.start(), name)
        for found, name in ((listed, _LISTS[document.language]), (noted, "notas"))
        if found and found.start() > block.start
    )


def _count(found: Sequence[Block]) -> int:
    """The number of the first article, 1 for «Artículo único»; 0 where there is no article."""
    mark = next((block.mark for block in found if block.mark), None)
    number = mark.article.partition("-")[0] if mark else "0"
    return int(number) if number.isdigit() else 1


def _repealed(text: str, struck: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether an article's ``text[start:end]``, the ``struck`` text it begins with left out, says that it is no more.

    «Derogado.», «(Revogado pela Lei…)»; not «Se deroga la Ley 4», which is how a law in force repeals another one.
    """
    for begin, stop in struck:
        if begin < end and stop > start and not re.search(r"\w", text[start:begin]):
            start = min(stop, end)
    return _REPEALED.match(fold(text[start : min(end, start + _NOTE)])) is not None


def _outside(document: Document, block: Block, *, first: bool) -> str:
    """Of text in no article: of what annex it is, or what opens the law."""
    last = block.end >= len(document.text.rstrip())
    text = document.text[block.start : block.end]
    if block.closes or (not first and last and (closing.signed(text) or _GIVEN.match(text) or _OFFICE.match(text))):
        return _SIGNED[document.language == "pt"]
    if not block.divisions or (first and _opens(block, text)):
        return _opening(document, block.start, block.end) if first else ""
    if is_history(block.divisions[0].written):
        return "antecedentes normativos"
    if annex := _ANNEX.match(block.divisions[0].written):
        return f"{annex[1].lower()} {annex[2] or ''}".strip()
    listed = _ANNEXED.match(block.divisions[0].written)
    return f"{listed[1].lower()} anexa" if listed else ""


def _opens(block: Block, text: str) -> bool:
    """Whether what stands under «LEY Nº 27563», and before the first article, is what a law begins with."""
    if _ANNEX.match(block.divisions[0].written):
        return False
    return _NAMED.match(fold(block.divisions[-1].written)) is not None or _enacts(text)


def _enacts(text: str) -> bool:
    folded = fold(text)
    return _CONSIDERING.search(folded) is not None or _ENACTS.search(folded) is not None


def _rest_of_title(document: Document, block: Block) -> str:
    """The second line of a division's name, in capitals as its first: «AUTOMOTORES, ACOPLADOS Y SIMILARES»; else empty."""
    text = document.text[block.start : block.end].strip()
    short = 0 < len(text) <= _TITLE and "\n" not in text and block.end < len(document.text.rstrip())
    named = bool(block.divisions) and block.divisions[-1].end == block.start and block.divisions[-1].written.isupper()
    return text if short and named and text.isupper() and "|" not in text else ""


def _canonical(mark: Mark, scope: str) -> str:
    return f"{mark.article}-{scope}" if scope and not mark.article.endswith(scope) else mark.article


def _opening(document: Document, start: int, end: int) -> str:
    preamble, considering = _NOUNS[document.language]
    return considering if _CONSIDERING.search(fold(document.text[start:end])) else preamble


def _label(document: Document, block: Block) -> str:
    """``art. 5 bis``, ``art. 3 transitorio``, ``art. 7º-A``: as the law's own country writes it."""
    assert block.mark is not None
    number, *suffixes = block.mark.article.removesuffix("-transitorio").split("-")
    if document.language == "pt" and number.isdigit() and int(number) < 10:
        number += "º"
    elif number == "unico":
        number = "único"
    elif not number.isdigit():
        number = number.upper()
    for suffix in suffixes:
        number += f" {suffix}" if len(suffix) > 2 else f"-{suffix.upper()}"
    scope = block.scope
    if scope not in ("", "transitorio"):
        # «Disposición final única», and no article.
        noun = "disposição" if document.language == "pt" else "disposición"
        if document.language == "pt":
            scope = {
                "complementaria": "complementar",
                "derogatoria": "revogatória",
                "modificatoria": "modificativa",
            }.get(scope, scope)
        return f"{noun} {scope} {number}".replace("único", "única")
    if scope and document.language == "pt":
        scope = "transitório"
    return " ".join(part for part in (f"art. {number}", scope, _of_held(document, block.within)) if part)


def _of_held(document: Document, within: str) -> str:
    """``del reglamento``: whose article it is, of those that the document holds."""
    if not within:
        return ""
    if document.language == "pt":
        return f"do {within}"
    return (
        f"de la {within}" if within.endswith("a") else f"de los {within}" if within.endswith("s") else f"del {within}"
    )
