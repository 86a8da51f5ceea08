"""Numbers of norms, with or without their year, and laws called by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from latam_rag.numerals import fold
from latam_rag.references.articles import NUMERO

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
_NORM_MENTION: Final = re.compile(rf"\b(?:{_KINDS}){_ADJECTIVES}[\s,-]*{NUMERO}{_NORM_NUMBER}{_YEAR}")
_NORM_MORE: Final = re.compile(rf"\s*(?:,|\b[ye]\b)\s*(?:la\s+)?{NUMERO}(?=\d{{1,3}}\.\d{{3}}){_NORM_NUMBER}{_YEAR}")
# «la 18.695», «na 8.666/93», and a number with its year, which needs no word before it: 14.133/2021.
_DOTTED: Final = re.compile(r"\d(?=\.\d{3})")
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
    end = 0
    for dot in _DOTTED.finditer(folded):
        # Tried where a number with its thousands is, for trying it everywhere took longer than all else.
        for at in range(max(dot.start() - 1, end), dot.end()):
            if bare := _BARE_NORM.match(folded, at):
                yield bare.start(), bare.end(), _norm_of(bare)
                end = bare.end()
                break


#: «27275 artículo 8», «orgánica de municipalidades, 18.695»: the number of a national law, with no word that says so.
_ALONE: Final = re.compile(
    r"(?<![\w.,/$°º-])(?<!\$ )(?:\d{1,2}\.\d{3}|[1-3]\d{4})"
    r"(?=\s*[?!;:)]|\s*[.,](?!\d)|\s*$|\s+(?:art|letra|inciso|numeral|n[º°]|§))"
)


def alone(folded: str) -> list[tuple[int, int, str]]:
    """Numbers that must be a law's where an article is asked for and no law is named; as ``norm_mentions``."""
    return [(match.start(), match.end(), match[0].replace(".", "")) for match in _ALONE.finditer(folded)]


LAW: Final = re.compile(
    r"\b(?:de\s+la|del|d[ao])\s+(constitucion|constituicao|lindb|clt|cdc|ctn|lgpd"
    r"|codigo\s+(?:(?:del?|d[ao]s?|las?|los)\s+)*[a-z]{4,})\b"
)


def is_of_laws(header: str, uri: str, laws: Iterable[str]) -> bool:
    """Whether what stands under ``header`` in the file ``uri`` can be of ``laws``: their words stand in its header, in
    Spanish or Portuguese, or in the file's name."""
    said = fold(f"{header} {uri.rpartition('/')[2]}")
    sought = (word for law in laws for word in fold(law).split() if len(word) > 3 or " " not in law)
    return all(re.search(rf"(?:\b|_){word[:5]}", said) for word in sought)
