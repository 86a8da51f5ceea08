"""What letter paper leaves in the text of a scan: heads, mottoes, stamps of electronic signature, dirt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from latam_rag.numerals import fold

_INSTITUTION = (
    r"(?:rep[úu]blica (?:de[l ]|federativa|oriental|argentina)|gobierno (?:regional|municipal|provincial|aut[óo]nomo|de[l ])"
    r"|gobernaci[óo]n\b|municipalidad\b|c?on[sc]ejo (?:regional|municipal|deliberante)"
    r"|honorable (?:concejo|consejo|c[áa]mara)|ayuntamiento\b|alcald[íi]a (?:municipal|mayor|de)|intendencia (?:municipal|de)"
    r"|prefeitura\b|c[âa]mara (?:municipal|de vereadores)|estado d[oae]\b|governo d[oea]\b|munic[íi]pio d[eo])"
)
#: The name of who writes, on a line of its own, after the dirt that a coat of arms is read as.
_HEAD = re.compile(rf"^[^\w\n]{{0,4}}(?:[^\s\w]*\w{{1,2}}\W+)?{_INSTITUTION}[^\n]{{0,60}}$", re.IGNORECASE)
#: «Año de la Unidad, la Paz y el Desarrollo», «Decenio de la Igualdad de Oportunidades».
_MOTTO = re.compile(
    r"^[^\w\n]{0,6}(?:\w{1,2}\W+)?(?:(?:a[ñn]o|decenio) (?:del?|internacional)\b|\d{4}\s?[-–,]\s?a[ñn]o del?\b)[^\n]{8,110}$",
    re.IGNORECASE,
)
_ELECTRONICALLY = r"(?:digital|electr[óo]nica|eletronica)mente"
_CODE = r"(?:c[óo]digo(?: de verificaci[óo]n| verificador)?|clave|cve)\s*:\s*\n?\s*[A-Z0-9.-]{4,40}[ \t”\"]*(?=\n|$)"
#: What a system of electronic signatures prints on every page, to its code or to the end of the paragraph.
_STAMP = re.compile(
    r"(?:^|(?<=\n))[^\w\n]{0,4}(?:esta es una (?:copia aut[ée]ntica|representaci[óo]n impresa)"
    r"|aplicando lo dispuesto por el art\. ?25 de(?:l)? d\. ?s\. ?(?:n[º°.]+ ?)?070-2013"
    r"|este documento (?:ha sido|foi|es una (?:copia|representaci[óo]n))[^\n]{0,60}(?:firmad|assinad|electr|aut[ée]nt)"
    rf"|(?:firmado|assinado) {_ELECTRONICALLY} por|a autenticidade d(?:este|o) documento"
    r"|para (?:verificar|conferir|validar) (?:la|a) (?:autenticidad|integridad|validez|autenticidade|validade|assinatura))"
    rf"(?:[^\n]*\n(?![ \t]*\n)){{0,20}}?(?:[^\n]*{_CODE}|[^\n]*(?=\n[ \t]*\n|$|\n?\Z))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"^\W*documento (?:firmado|assinado) {_ELECTRONICALLY}[^\n]{{0,12}}$", re.IGNORECASE | re.MULTILINE
)
#: «@ Jr. Raimondi 220 - Ucayali, Perú», «Telefax: 239 1323», «www.gob.pe/regioncusco» at the foot of a sheet.
_FOOT = re.compile(
    r"^\W*(?:\w{1,2}\W+)?(?:(?:jr|av|jir[óo]n|avenida|malec[óo]n|b(?:oule|ule)vard?|rua|pra[çc]a)\b\.?[^\n]{3,50}\d[^\n]{0,80}"
    r"|(?:central telef[óo]nica|tele(?:fax|f(?:ax|ono))|tel[ée]fono|telf?|fax|e-?mail)\b\s?[.:][^\n]{4,60}|(?:https?://|www\.)\S+)$",
    re.IGNORECASE,
)
#: «3/3», «Powered by TCPDF (www.tcpdf.org)».
_PAGE = re.compile(r"^\W*(?:powered by [^\n]{3,60}|\d{1,3}\s?/\s?\d{1,3})$", re.IGNORECASE)
#: Without any of these a text isn't looked at further.
_GATE = (
    "GOBIERNO ", "CONSEJO ", "CONCEJO ", "MUNICIPALIDAD", "PREFEITURA", "CÂMARA", "CAMARA", "AYUNTAMIENTO", "ALCALDÍA",
    "ALCALDIA", "INTENDENCIA", "GOVERNO ", "REPÚBLICA", "REPUBLICA", "sta es una copia", "sta es una repr", "igitalmente por",
    "letronicamente por", "autenticidade d",
)  # fmt: skip
#: Nor without one of these twice.
_TWICE = (
    "\nMunicipalidad ", "\nGobierno ", "\nGobernación ", "\nConsejo ", "\nConcejo ", "\nAyuntamiento ", "\nAlcaldía ",
    "\nPrefeitura ", "\nCâmara ", "\nGoverno ",
)  # fmt: skip
_NORM = re.compile(
    r"\b(?:ordenanza|acuerdo|decreto|resoluci[óo]n|resolução|ley|lei|portaria|edicto|edital)\b.{0,40}(?:n[º°*.ro]|\d)"
    r"|^\W*art[íi]?(?:culo|igo|\.)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s*[“\"][^“”\"\n]*[a-záéíóúñ]{3}[^“”\"\n]*[”\"]\W*")
_LINE_OF_TEXT = re.compile(r"[.:;,)](?:\W{0,2})$")
#: A line that Markdown says is something: a heading, an item, a row, a rule.
_MARKED = re.compile(r"\s*(?:[#|>]|[-*+]\s|\d{1,3}[.)]\s|---|\*|<|!\[)")
_WORD = re.compile(r"[^\W\d_]+")
#: A year, an amount, an answer, a rule of Markdown: short, and no dirt.
_FIGURES = re.compile(r"\b(?:19|20)\d\d\b|\d[.,'’]\d|^\W*(?:s[íi]|n[ãa]?o)\W*$|^---|^[\d\s%$/()ºª-]+$", re.IGNORECASE)
_NUMBER = re.compile(r"\W*(?:[a-z]|[ivxlc]+|\d{1,3})\s?[.)°º]?\s*", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouáéíóúâêôãõàü]", re.IGNORECASE)
#: What lines between two pictures, or a rule with its ends, are read as.
_SIGNS = re.compile(r"[|{}\[\]<>=~^\\!¡¿]")
_BREAK = re.compile(r"(\n[ \t]*\n+)")
#: A line that its paragraph goes on from: «APRUEBA EL REGLAMENTO DEL», and below «GOBIERNO REGIONAL».
_OPEN = re.compile(r"\s(?:del?|el|l[ao]s?|y|e|al|en|por|para|con|d[ao]s?|ao|em|n[ao]s?)\s*$", re.IGNORECASE)
_ENDED = re.compile(r"[.:;!?)\]”\"»*_|]\W*$")
# Heads that make a text one of letter paper; lines that one has at most; how many institutions at the head of lines are the
# text's subject.
_LEAST = 2
_LINES = 6
_HEADS = 6
# How often a line stands on letter paper; how wide it is against a full one; how long what stands below an institution is.
_OFTEN = 3
_NARROW = 0.75
_UNDER = 40
_SHORT = 70
# Signs that make a short paragraph dirt, letters of a word that says that it is none; letters of a scrap beside a head.
_MANY_SIGNS = 3
_LONG_WORD = 5
_SCRAP = 4


def without(text: str) -> str:
    """``text`` (hard-wrapped, blank lines between paragraphs) without it; the sentences that it cut in two are whole again.

    A text that holds no head and no stamp is left as it is.
    """
    if not any(sign in text for sign in _GATE) and all(text.count(sign) < _LEAST for sign in _TWICE):
        return text
    bare = _SIGNED.sub("", _STAMP.sub("", text))
    parts = _BREAK.split(bare)
    lines = [line for part in parts[::2] for line in part.split("\n")]
    titled = Counter(_key(line) for line in lines if _titled(line))
    named = {key for key, times in titled.items() if key and times >= _LEAST}
    heads = [key for line in lines if (key := _key(line)) in named or _names(line)]
    if len(bare) == len(text) and len(heads) + sum(_MOTTO.match(line) is not None for line in lines) < _LEAST:
        return text
    full = sorted(map(len, lines))[int(0.9 * (len(lines) - 1))]
    repeated = {key for key, times in Counter(map(_key, lines)).items() if key and times >= _OFTEN}
    paper = _Paper(repeated=repeated, named=named, several=len(set(heads)) > _HEADS, narrow=_NARROW * full)
    out, cut = [""], False
    found = [paper.kept(part) for part in parts[::2]]
    norms = (order for order, part in enumerate(parts[::2]) if not part.startswith("#") and _NORM.search(part))
    opening = next(norms, 0)
    # A motto that OCR misread, above the name of the norm.
    found[1:opening] = ["" if _QUOTED.fullmatch(part) else part for part in found[1:opening]]
    for order, (part, kept) in enumerate(zip(parts[::2], found, strict=True)):
        beside = [at for at in (order - 1, order + 1) if 0 <= at < len(found)]
        scrap = _scrap(kept) and any(parts[2 * at].strip() and not found[at].strip() for at in beside)
        if scrap or not kept.strip():
            cut = cut or bool(part.strip())
            continue
        blank = parts[2 * order - 1] if order else ""
        out += ["\n" if cut and _goes_on(out[-1], kept) else blank, kept]
        cut = part.split("\n")[-1] not in kept
    return "".join(out)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Paper:
    """The letter paper of one document."""

    repeated: set[str]
    """The lines that stand on it often, as they are compared."""
    named: set[str]
    """Of those, the names of institutions that aren't in capitals."""
    several: bool
    """Whether it names so many institutions that they are its subject."""
    narrow: float
    """Characters that no full line has."""

    def kept(self, part: str) -> str:
        """A paragraph without the lines of a head, and nothing of it where it is dirt."""
        lines = part.split("\n")
        if _MARKED.match(lines[0]):
            return part
        if _dirt(part) or (not self.several and all(map(_foot, lines))):
            return ""
        gone = [self._head(line, above) for above, line in zip(["", *lines], lines, strict=False)]
        for order, line in enumerate(lines[1:], 1):
            # «Consejo Regional» below «GOBIERNO REGIONAL APURÍMAC», and nothing else there.
            below = len(lines) <= _LINES and gone[order - 1] and len(line) < _UNDER and not _said(line)
            gone[order] = gone[order] or below
        return "\n".join(line for left, line in zip(gone, lines, strict=True) if not left)

    def _head(self, line: str, above: str) -> bool:
        named = _key(line) in self.named or (_names(line) and not _OPEN.search(above))
        if _MOTTO.match(line) or (named and not self.several):
            return True
        return _key(line) in self.repeated and len(line) < self.narrow and not _said(line) and not _MARKED.match(line)


def _foot(line: str) -> bool:
    """Whether ``line`` is an address, or the page's number, at the foot of a sheet."""
    return _PAGE.match(line) is not None or (_FOOT.match(line) is not None and not _said(line))


def _names(line: str) -> bool:
    """Whether ``line`` is an institution's name in capitals and nothing else."""
    if not _HEAD.match(line):
        return False
    letters = "".join(_WORD.findall(line))
    small = sum(char.islower() for char in letters)
    return small <= 0.15 * len(letters) and not _said(line)


def _titled(line: str) -> bool:
    """Whether ``line`` is an institution's name in capitals and small letters: «Municipalidad Metropolitana de Lima»."""
    words = [word for word in _WORD.findall(line) if len(word) > 3]
    capitals = all(word[0].isupper() for word in words)
    return capitals and "," not in line and _HEAD.match(line) is not None and not _said(line)


def _said(line: str) -> bool:
    """Whether ``line`` may be part of what the document says: a sentence, or the name of a norm."""
    return _LINE_OF_TEXT.search(line) is not None or _NORM.search(line) is not None


def _key(line: str) -> str:
    """A line's words as they are compared; empty where it is too short, or too long, to be a head."""
    words = " ".join(re.sub(r"\d+", "#", fold(line)).split())
    return words if len(words) >= 8 and " " in words and len(line) <= 110 else ""


def _dirt(part: str) -> bool:
    """Whether a short paragraph has no word: what a stamp, a coat of arms or a signature is read as."""
    text = part.strip()
    if not text or len(text) > _SHORT or _FIGURES.search(text) or all(map(_NUMBER.fullmatch, text.split("\n"))):
        return False
    words = [word for word in _WORD.findall(text) if len(word) > 2 and _VOWEL.search(word) and _cased(word)]
    return not words or (len(_SIGNS.findall(text)) >= _MANY_SIGNS and max(map(len, words)) < _LONG_WORD)


def _scrap(part: str) -> bool:
    """Whether a paragraph is a few letters: beside a head, what is left of a coat of arms."""
    text = part.strip()
    return sum(map(str.isalpha, text)) <= _SCRAP and not _FIGURES.search(text) and not _NUMBER.fullmatch(text)


def _cased(word: str) -> bool:
    return word.islower() or word.isupper() or word[1:].islower()


def _goes_on(last: str, part: str) -> bool:
    """Whether a sentence that a head stood in goes on with ``part``."""
    return not _ENDED.search(last) and part.lstrip()[:1].islower()
