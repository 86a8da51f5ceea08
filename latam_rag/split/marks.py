"""Where the articles and the divisions of a law may begin, read from its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import WORDS, fold, words_value
from latam_rag.references import ARTICLE_NUMBER, TRANSITORY, article_end, article_of
from latam_rag.types import Document, SectionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The possible beginning of an article (``article`` set) or of a division (``rank`` set, outermost lowest)."""

    start: int
    end: int
    """After the number of an article, or after the heading of a division."""
    article: str = ""
    """Canonical."""
    written: str = ""
    """The number as written, or the heading of a division in one line."""
    rank: int = 0
    heading: bool = False
    """Whether the parser knows the line as a heading."""
    inline: bool = False
    """Whether it stands within a line, after a sentence: «…(derogado). ARTICULO 36.— …»."""
    quoted: bool = False
    """Whether a quotation mark stands before it."""
    instrument: str = ""
    """Of the title of a text that this one may approve («REGLAMENTO DE FERIAS»), what it is, as written in small letters."""


_LEAD: Final = r"^(?P<lead>[ \t#>*_]{0,8}(?P<quote>[\"“”«'‘]{0,2}))"
_ARTICLE: Final = re.compile(
    rf"{_LEAD}(?P<word>articulo|artigo|art\.?)\s{{0,3}}(?P<before>{TRANSITORY}\s+)?(?:n[º°.]+\s?)?{ARTICLE_NUMBER}",
    re.MULTILINE,
)
_INLINE: Final = re.compile(
    rf"(?P<word>art(?<=[.)*;] art)(?:iculo|\.))\s{{1,3}}{ARTICLE_NUMBER}(?=\s?[.:]?\s?[*]*[–—-])"
)
_NO_NUMBER: Final = re.compile(
    rf"{_LEAD}(?P<word>articulo)\s+(?P<before>{TRANSITORY}|transitori)(?=\s*(?P<stop>[.:–—-])|[ \t#*]*$)", re.MULTILINE
)
#: «PRIMERO.- Este reglamento entrará en vigor…», which is an article only among the transitory provisions.
_ORDINAL: Final = re.compile(rf"{_LEAD}(?P<number>{WORDS}|unic[oa]\b)(?=\s*[.:)–—-])", re.MULTILINE)
_AFTER_NUMBER: Final = re.compile(
    r"(?P<transitory>\s+(?i:transitori[oa])\b)?[ \t*_]*(?:[.:;,)–—\"°º-]|$|\n|[(\[“«\"]?[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ\[(])"
)
_RANKS: Final = {
    "anexo": 1, "anexos": 1, "apendice": 1, "parte": 5, "libro": 10, "livro": 10, "titulo": 20, "capitulo": 30,
    "seccion": 40, "secao": 40, "subseccion": 50, "subsecao": 50, "parrafo": 50,
}  # fmt: skip
_DIVISION: Final = re.compile(
    rf"{_LEAD}(?P<name>{'|'.join(_RANKS)})[ \t]+(?:n[º°.]+\s?)?(?P<n>[ivxlcdm]+\b|\d{{1,3}}[ºo°]?|{WORDS}|preliminar\b|final\b"
    r"|unic[oa]\b|general\b|especial\b|[a-z]\b)(?:[ -](?:bis|ter|[a-z])\b)?(?P<rest>[^\n]{0,200})$",
    re.MULTILINE,
)
_KINDS = "transitori|final|finai|complementari|general|gerai|adicional|derogatori|especial|modificatori|comun"
_ALONE: Final = r"[ .:*_]{0,4}$"
_PROVISIONS: Final = re.compile(
    rf"{_LEAD}(?:d[ae]s )?(?:dispos(?:icion|icao|icoes|iciones)(?: complementarias?)?|articulos|normas)"
    rf"(?:[ ,]+(?:y|e|{_KINDS})\w*){{1,4}}{_ALONE}"
    rf"|^[ \t#>*_]{{0,8}}(?:transitori[oa]s|anexos?|apendice|antece\w{{4,8}} normativos)"
    rf"{_ALONE}|^[ \t#>*_]{{0,8}}(?:lista|tabela|tabla)\b[^\n.;:]{{0,40}}\banexo\b[^\n.;:]{{0,12}}{_ALONE}"
    rf"|^[ \t#>*_]{{0,8}}ato das disposicoes (?:\w+ ){{0,2}}transitorias{_ALONE}"
    # Those of each decree that reformed the law count anew.
    r"|^[ \t#>*_]{0,8}(?:articulos )?transitori[oa]s del? (?:l[ao]s? |el )?(?:decreto|reforma|ley|acuerdo)s?\b[^\n]*$",
    re.MULTILINE,
)
#: A title in capitals on a line of its own.
_INSTRUMENT: Final = re.compile(
    r"^[ \t#>*_]{0,8}(?P<name>reglamento|regulamento|estatutos?|codigo|ordenanza|regimento)\b[^\n.;:,]{3,150}$",
    re.MULTILINE,
)
_INSTRUMENT_RANK: Final = 3
CLOSING: Final = 15
_OUTERMOST: Final = re.compile(r"anexo|apendice|antece\w{4,8} normativos")
#: What a law ends with; «Disposiciones generales» stand in any of its chapters.
_CLOSING_KIND: Final = re.compile(r"transitori|final|finai|adiciona|complementar|derogatori|modificatori")
_SUBORDINATE: Final = 45
_GENERIC: Final = 12
#: A heading without the name of a division stands within whatever division it follows.
_NAMELESS: Final = 60
#: «Art. 8: B. Em relação…», which is article 8-B once some converter had its way with «Art. 8º-B.».
_LOST_LETTER: Final = re.compile(r":\s([B-Z])\.\s")
#: «Art. 1º A Lei nº 10.447 passa a vigorar…»: the letter after the number is the first word of the rule.
_NAMES_LAW: Final = re.compile(r"\s+(?i:lei|ley|decreto|medida)\b")
_ROMAN: Final = re.compile(r"[ivxlc]+")
#: «Artículo 5…», «Capítulo III, de la presente Ley, se considera…»: a line of text that a converter made a heading of.
_IN_SENTENCE: Final = re.compile(
    r"(?i:art[íi]culo|artigo)\b|(?i:cap[íi]tulo|t[íi]tulo|secci[óo]n|se[çc][ãa]o)\s+[IVXLC\d]+\s?,"
)
_NAME_ONLY: Final = re.compile(r"[\s.:*_–—-]*$")
_OF: Final = re.compile(r"d[aeo]s?\s|del\s")
_TITLE_LINE: Final = 160


def nameless(mark: Mark) -> bool:
    """Whether ``mark`` is a heading that isn't called a title, a chapter or the like."""
    return mark.rank == _GENERIC or mark.rank >= _NAMELESS


def marks(document: Document) -> list[Mark]:
    """All candidates of ``document`` in order; which of them are the law's own is for the caller to judge."""
    text = document.text
    folded = fold(text)
    heads = {s.start: s.end for s in document.sections if s.kind is SectionKind.HEADING and s.start < s.end}
    levels = {s.start: s.level for s in document.sections if s.kind is SectionKind.HEADING}
    articles = {mark.start: mark for mark in _articles(text, folded, heads)}
    found: dict[int, Mark] = {mark.start: mark for mark in _instruments(text, folded)}
    for mark in _divisions(text, folded, heads, articles):
        # «Disposições Gerais» as a heading among others is one of them.
        alike = mark.heading and mark.rank == _SUBORDINATE
        found[mark.start] = replace(mark, rank=_NAMELESS + levels[mark.start]) if alike else mark
    found.update(articles)
    taken = {mark.end for mark in found.values()}
    for start, end in heads.items():
        if start not in found and end not in taken and _heads(text[start:end]):
            rank = _GENERIC if levels[start] <= 1 else _NAMELESS + levels[start]
            quoted = text[start] in '“"«'
            found[start] = Mark(
                start=start, end=end, written=_line(text[start:end]), rank=rank, heading=True, quoted=quoted
            )
    return [found[start] for start in sorted(found)]


def _heads(heading: str) -> bool:
    """«recuperação;» is an item that a converter made a heading of."""
    plain = heading.strip(" #*_\n")
    if plain.count(")") > plain.count("(") or _IN_SENTENCE.match(plain):
        return False
    return not plain.endswith((";", ",")) and not plain[:1].islower() and not (plain.endswith(".") and " " not in plain)


def _articles(text: str, folded: str, heads: dict[int, int]) -> Iterator[Mark]:
    for match in _ARTICLE.finditer(folded):
        heading = match.start() in heads
        end = article_end(match, text)
        begins = match["letter"] is not None and end == match.end("letter") and _NAMES_LAW.match(text, end) is not None
        end = match.start("letter") if begins else end
        after = _AFTER_NUMBER.match(text, end)
        if after is None or not text[match.start("word")].isupper():
            # Some sources make a heading even of a wrapped line that only mentions an article.
            heads.pop(match.start(), None)
            continue
        if _ROMAN.fullmatch(match["number"]) and not text[match.start("number")].isupper():
            continue
        article = article_of(match, text).rpartition("-")[0] if begins else article_of(match, text)
        if letter := _LOST_LETTER.match(text, end):
            article += f"-{letter[1].lower()}"
        yield Mark(
            start=match.start(), end=after.end("transitory") if after["transitory"] else end,
            article=f"{article}-transitorio" if match["before"] or after["transitory"] else article,
            written=text[match.start("number") : end], heading=heading, quoted=bool(match["quote"]),
        )  # fmt: skip
    for match in _INLINE.finditer(folded):
        if text[match.start("word") : match.end("word")].isupper():
            end = article_end(match, text)
            yield Mark(
                start=match.start(), end=end, article=article_of(match, text), written=text[match.start("number") : end],
                inline=True,
            )  # fmt: skip
    for match in _NO_NUMBER.finditer(folded):
        heading = match.start() in heads
        if text[match.start("word")].isupper() and (heading or match["stop"]):
            yield Mark(
                start=match.start(),
                end=match.end(),
                article="unico-transitorio",
                heading=heading,
                quoted=bool(match["quote"]),
            )


def ordinals(text: str, start: int, end: int) -> Iterator[Mark]:
    """Articles called only «PRIMERO.-», among the transitory provisions ``text[start:end]``."""
    folded = fold(text[start:end])
    for match in _ORDINAL.finditer(folded):
        written = text[start + match.start("number") : start + match.end("number")]
        if written[:1].isupper():
            article = article_of_word(match["number"])
            yield Mark(
                start=start + match.start(),
                end=start + match.end(),
                article=article,
                written=written,
                quoted=bool(match["quote"]),
            )


def article_of_word(folded: str) -> str:
    value = words_value(folded)
    return "unico" if value is None else str(value)


def _divisions(text: str, folded: str, heads: dict[int, int], articles: dict[int, Mark]) -> Iterator[Mark]:
    for match in _DIVISION.finditer(folded):
        start = match.start()
        if (start not in heads or match["rest"].startswith(",")) and not _stands_alone(text, match):
            continue
        end = heads.get(start) or match.end()
        if _NAME_ONLY.match(match["rest"]):
            end = _with_title(text, end, articles)
        yield Mark(
            start=start, end=end, written=_line(text[start:end]), rank=_RANKS[match["name"]], heading=start in heads,
            quoted=bool(match["quote"]),
        )  # fmt: skip
    for match in _PROVISIONS.finditer(folded):
        first = re.search(r"[^\W_]", text[match.start() : match.end()])
        if first and first[0].isupper() and not match["quote"]:
            rank = 1 if _OUTERMOST.search(match[0]) else CLOSING if _CLOSING_KIND.search(match[0]) else _SUBORDINATE
            yield Mark(
                start=match.start(), end=match.end(), written=_line(text[match.start() : match.end()])[:_TITLE_LINE],
                rank=rank, heading=match.start() in heads,
            )  # fmt: skip


def _instruments(text: str, folded: str) -> Iterator[Mark]:
    for match in _INSTRUMENT.finditer(folded):
        if text[match.start() : match.end()].isupper():
            yield Mark(
                start=match.start(), end=match.end(), written=_line(text[match.start() : match.end()])[:_TITLE_LINE],
                rank=_INSTRUMENT_RANK, instrument=text[match.start("name") : match.end("name")].lower(),
            )  # fmt: skip


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """«CAPÍTULO II De las multas» is a heading; «Capítulo II del Título III establece…» is the rest of a sentence."""
    if not text[match.start("name")].isupper() or match["quote"]:
        return False
    rest = text[match.start("rest") : match.end("rest")]
    if _NAME_ONLY.match(rest):
        return True
    return bool(
        re.match(r"[ \t*_]*(?:[.:–—-]+[ \t*_]*|[(\"“«]?)[\"“«(]?[A-ZÁÀÂÃÉÊÍÓÔÕÚÑ\d]", rest)
    ) and not rest.rstrip().endswith((";", ","))


def _with_title(text: str, end: int, articles: dict[int, Mark]) -> int:
    """The end of the line after «TÍTULO I», when it is the title's name."""
    line = re.compile(r"\s*\n[ \t#>*_]*([^\n]*)").match(text, end)
    if line is None or not line[1].strip() or len(line[1]) > _TITLE_LINE:
        return end
    if any(at in articles for at in range(line.start(1) - 9, line.start(1) + 1)):
        return end
    name = line[1].strip(" *_#")
    folded = fold(name)
    # «De los deberes de las partes.», «da Legislação Tributária», and below it the first article.
    before = any(at in articles for at in range(line.end(), line.end() + 9))
    begins = name[:1].isupper() or name[:1] in '¿“"(' or (before and _OF.match(name))
    if not begins or " | " in name or _DIVISION.match(folded) or _PROVISIONS.match(folded):
        return end
    named = name.isupper() or (before and name.endswith(".")) or name[-1:] not in ".:;,"
    return line.end() if named else end


def _line(text: str) -> str:
    return " ".join(text.replace("*", " ").replace("#", " ").split())
