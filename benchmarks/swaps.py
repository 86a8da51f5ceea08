"""One wrong thing in a right sentence: a number, date, article, unit, name or the polarity exchanged for another.

Each swap takes a sentence and the passage it comes from, and returns the sentence with the change, or None where it has
nothing of the kind. Values come from three places, counted apart: ``new`` (nowhere in the passage), ``borrowed`` (from
elsewhere in the same passage) and ``exchanged`` (two of the sentence change places). It shares no code with the checks.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

MONTHS: Mapping[str, list[str]] = {
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    "pt": [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
}
_WRITTEN = {
    "es": [
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "once",
        "doce",
        "trece",
        "catorce",
        "quince",
    ],
    "pt": [
        "dois",
        "três",
        "quatro",
        "cinco",
        "seis",
        "sete",
        "oito",
        "nove",
        "dez",
        "onze",
        "doze",
        "treze",
        "quatorze",
        "quinze",
    ],
}
WORDS_BY_DIGIT = {language: dict(enumerate(words, 2)) for language, words in _WRITTEN.items()}
DIGITS_BY_WORD = {language: {word: at for at, word in enumerate(words, 2)} for language, words in _WRITTEN.items()}
DIGITS_BY_WORD["pt"]["duas"] = 2

Swap = Callable[[str, str, random.Random, str], str | None]
_MONTH = "|".join(MONTHS["es"] + MONTHS["pt"][:3] + MONTHS["pt"][4:6] + MONTHS["pt"][6:])
_JOINING = r"\b(?:y|e|o|ou|u|de|del|da|do|das|dos|la|las|los|el|a|as|os|en|em|por|pela|pelo|ante|com|con)\b"
_NUMBER = re.compile(
    r"(?<![\w/.,-])(?!(?:1[0-9]|20)\d\d\b(?![.,]\d))\d{1,3}(?:[.,]\d+)*(?![\w/ºª°-])(?! de (?:"
    + _MONTH
    + r"))|(?<![\w/.,-])\d{5,}(?!\w)"
)
_YEAR = re.compile(r"(?<![\w/.,-])(?:1[0-9]\d\d|20[0-4]\d)(?![\w/.,-]?\d)(?!\w)")
_NAMED_MONTH = re.compile(rf"\b(?:{_MONTH})\b")
_REFERENCE = re.compile(
    r"(?<=\b)(?:[Aa]rt(?:igos?|ículos?|s)?\.?|§|[Ll]ei(?: [Cc]omplementar)?|[Ll]ey|[Dd]ecretos?(?:-[Ll]e[iy])?"
    r"|[Ii]nstrução Normativa \w+|[Ii]nciso|[Rr]esolu\w+)"
    r"(?: n[º°o.]*| Nº)?\s*(\d{1,2}(?:\.\d{3})|\d{1,5})(?!\d)"
)
_NAME = re.compile(
    r"(?<=[a-záéíóúñãõçê,] )(?:[A-ZÁÉÍÓÚÑÇ][\w’'-]{2,})(?: (?:(?:de|da|do|del|of) )?[A-ZÁÉÍÓÚÑÇ][\w’'-]{2,})*"
)
_UNITS: tuple[tuple[str, ...], ...] = (
    ("días", "meses", "semanas"), ("día", "mes", "semana"), ("años", "meses", "siglos"), ("horas", "días", "minutos"),
    ("minutos", "segundos", "horas"), ("meses", "años", "días"), ("dias", "meses", "horas"), ("anos", "meses", "dias"),
    ("%", "‰"), ("por ciento", "por mil"), ("km", "m", "millas"), ("kilómetros", "metros", "millas"),
    ("metros", "kilómetros", "pies"), ("millones", "miles"), ("milhões", "mil"), ("R$", "US$", "UFIR"),
    ("dólares", "euros", "pesos"),
    ("US$", "R$"), ("€", "$"), ("reais", "dólares"), ("kg", "g"), ("km²", "m²"), ("m²", "hectares"), ("millas", "kilómetros"),
    ("pies", "metros"), ("grados", "metros"), ("libras", "dólares"), ("siglo", "año"), ("década", "semana"),
    ("trimestre", "semestre"),
    ("créditos", "horas"), ("UTM", "UF"), ("horas-aula", "créditos"), ("puntos", "goles"), ("salários", "reais"),
)  # fmt: skip
_FLIPS = {
    "es": """debe/puede deben/pueden deberá/podrá deberán/podrán puede/debe pueden/deben podrá/deberá antes/después
      después/antes
      mínimo/máximo mínima/máxima máximo/mínimo máxima/mínima mayor/menor mayores/menores menor/mayor más/menos menos/más
      todos/algunos todas/algunas todo/parte algunos/todos algunas/todas muchos/pocos muchas/pocas pocos/muchos
      siempre/nunca nunca/siempre dentro/fuera fuera/dentro hasta/desde desde/hasta superior/inferior superiores/inferiores
      inferior/superior anterior/posterior primer/último primero/último primera/última último/primero última/primera
      con/sin sin/con aumenta/disminuye aumentó/disminuyó aumento/descenso ganó/perdió perdió/ganó permite/prohíbe
      prohíbe/permite prohibido/permitido obligatorio/facultativo único/segundo solo/también tanto/ni norte/sur sur/norte
      oriental/occidental occidental/oriental alto/bajo alta/baja bajo/alto mejor/peor mejores/peores público/privado
      público/secreto durante/después incluyendo/excluyendo excepto/incluso salvo/incluso""",
    "pt": """deve/pode devem/podem deverá/poderá deverão/poderão pode/deve podem/devem poderá/deverá poderão/deverão
      antes/depois
      depois/antes após/antes mínimo/máximo mínima/máxima máximo/mínimo máxima/mínima maior/menor maiores/menores menor/maior
      mais/menos menos/mais todos/alguns todas/algumas alguns/todos algumas/todas muitos/poucos sempre/nunca nunca/sempre
      dentro/fora fora/dentro até/desde superior/inferior inferior/superior superiores/inferiores anterior/posterior
      posterior/anterior primeiro/último primeira/última último/primeiro com/sem sem/com permitido/proibido vedado/permitido
      vedada/permitida obrigatório/facultativo obrigatória/facultativa obrigada/dispensada obrigado/dispensado isento/tributado
      isentos/tributados isenta/tributada tributável/isento dedutível/indedutível exceto/inclusive salvo/inclusive
      somente/também
      apenas/também inclui/exclui incluindo/excluindo alienação/aquisição aquisição/alienação público/privado pública/privada
      direta/indireta direito/dever bruto/líquido""",
}
_VERBS = {
    "es": r"es|son|fue|fueron|era|eran|tiene|tienen|tenía|hay|está|están|puede|pueden|debe|deben|podrá|deberá|se|ha|han|había"
    r"|será",
    "pt": r"é|são|foi|foram|era|eram|tem|têm|tinha|há|está|estão|pode|podem|deve|devem|poderá|deverá|será|serão|possui",
}


def _spot(pattern: re.Pattern[str], text: str, rng: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


def _put(text: str, place: re.Match[str], new: str, group: int = 0) -> str:
    return text[: place.start(group)] + new + text[place.end(group) :]


def _changed(number: str, passage: str, rng: random.Random) -> str:
    """Another number written alike that the passage doesn't have: one digit other, or two exchanged."""
    for _ in range(50):
        at = rng.choice([i for i, char in enumerate(number) if char.isdigit()])
        digit = rng.choice([d for d in "123456789" if d != number[at]])
        new = number[:at] + digit + number[at + 1 :]
        if not re.search(rf"(?<!\d){re.escape(new)}(?!\d)", passage):
            return new
    return number + "7"


def _new(pattern: re.Pattern[str], group: int = 0) -> Swap:
    def swap(text: str, passage: str, rng: random.Random, language: str) -> str | None:
        place = _spot(pattern, text, rng)
        return _put(text, place, _changed(place[group], passage, rng), group) if place else None

    return swap


def _borrowed(pattern: re.Pattern[str], group: int = 0) -> Swap:
    def swap(text: str, passage: str, rng: random.Random, language: str) -> str | None:
        place = _spot(pattern, text, rng)
        if not place:
            return None
        own = {match[group] for match in pattern.finditer(text)}
        others = sorted({match[group] for match in pattern.finditer(passage)} - own)
        others = [
            other for other in others if not _kin(other, own) and _digits(other) not in {_digits(each) for each in own}
        ]
        return _put(text, place, rng.choice(others), group) if others else None

    return swap


def _digits(written: str) -> str:
    """``19.402`` and ``19402`` are one number."""
    return re.sub(r"(?<=\d)[.](?=\d{3})", "", written)


def _kin(name: str, own: set[str]) -> bool:
    """Whether it shares a word with one of ``own``; *Temüjin* and *Temujin* are one."""
    mine = _beginnings(name)
    return any(mine & _beginnings(other) for other in own)


def _beginnings(name: str) -> set[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    return {word[:5] for word in plain.split()}


def _exchanged(pattern: re.Pattern[str], group: int = 0) -> Swap:
    """Two that aren't members of one enumeration change places."""

    def swap(text: str, passage: str, rng: random.Random, language: str) -> str | None:
        found = list(pattern.finditer(text))
        pairs = [
            (one, other)
            for at, one in enumerate(found)
            for other in found[at + 1 :]
            if one[group].lower() != other[group].lower()
            and not _kin(one[group], {other[group]})
            and not _enumerated(text[one.end() : other.start()], pattern)
        ]
        if not pairs:
            return None
        one, other = rng.choice(pairs)
        return (
            text[: one.start(group)] + other[group] + text[one.end(group) : other.start(group)] + one[group]
            + text[other.end(group) :]
        )  # fmt: skip

    return swap


def _enumerated(between: str, pattern: re.Pattern[str]) -> bool:
    """Whether only members and what joins them stand between two: *de Ana, de Luis y Eva* says the same in any order."""
    joined = rf"(?:[\s,]|{_JOINING})*"
    return any(re.fullmatch(joined, text) for text in (between, pattern.sub(" , ", between))) and bool(
        re.search(r",|\b[yeou]\b|\bou\b", between)
    )


def _month(text: str, passage: str, rng: random.Random, language: str) -> str | None:
    place = _spot(_NAMED_MONTH, text, rng)
    if not place:
        return None
    return _put(text, place, rng.choice([m for m in MONTHS[language] if m not in passage]))


def _unit(text: str, passage: str, rng: random.Random, language: str) -> str | None:
    found = []
    for unit, *others in _UNITS:
        sign = re.escape(unit)
        before = (
            rf"(?<=\d) ?{sign}"
            if unit in "%‰"
            else rf"{sign}(?= ?\d)"
            if unit[-1] == "$"
            else rf"(?<=[\w,.] ){sign}(?!\w)"
        )
        pattern = re.compile(
            rf"(?<=\d ){sign}(?!\w)|(?<=\w{{3}} ){sign}(?!\w)" if unit[0].isalpha() and unit[-1] != "$" else before
        )
        for match in pattern.finditer(text):
            if (
                re.search(r"(?:\d|\b(?:" + "|".join(_WRITTEN[language]) + r")) ?$", text[: match.start()])
                or unit[-1] == "$"
                or unit in "%‰"
            ):
                found.append((match, rng.choice(others)))
    if not found:
        return None
    place, new = rng.choice(found)
    return _put(text, place, new)


def _foreign_name(names: list[str]) -> Swap:
    def swap(text: str, passage: str, rng: random.Random, language: str) -> str | None:
        place = _spot(_NAME, text, rng)
        fit = [name for name in rng.sample(names, min(40, len(names))) if name not in passage]
        return _put(text, place, fit[0]) if place and fit else None

    return swap


def _lower(swap: Swap) -> Swap:
    """The names of the sentence in lower case, as people type them."""

    def lowered(text: str, passage: str, rng: random.Random, language: str) -> str | None:
        made = swap(text, passage, rng, language)
        return made and made[0] + _NAME.sub(lambda match: match[0].lower(), made[1:])

    return lowered


def _negated(text: str, passage: str, rng: random.Random, language: str) -> str | None:
    no = "no" if language == "es" else "não"
    dropped = re.search(rf"\b{no} (?=\w)", text)
    if dropped:
        return text[: dropped.start()] + text[dropped.end() :]
    places = [
        m
        for m in re.finditer(rf"(?<=\w )(?:{_VERBS[language]})(?= \w)", text)
        if not text[: m.start()].endswith(" se ")
    ]
    if not places:
        return None
    place = rng.choice(places)
    return text[: place.start()] + f"{no} " + text[place.start() :]


def _flipped(text: str, passage: str, rng: random.Random, language: str) -> str | None:
    found = []
    for pair in _FLIPS[language].split():
        old, _, new = pair.partition("/")
        for match in re.finditer(rf"\b{old}\b", text):
            found.append((match, new))
    if not found:
        return None
    place, new = rng.choice(found)
    return _put(text, place, new)


def swaps(names: list[str]) -> dict[tuple[str, str], Swap]:
    """By kind and where the wrong value is from; ``names`` are those of other passages."""
    return {
        ("number", "new"): _new(_NUMBER), ("number", "borrowed"): _borrowed(_NUMBER),
        ("number", "exchanged"): _exchanged(_NUMBER),
        ("date", "new"): _new(_YEAR), ("date", "month"): _month, ("date", "borrowed"): _borrowed(_YEAR),
        ("date", "exchanged"): _exchanged(_YEAR),
        ("article", "new"): _new(_REFERENCE, 1), ("article", "borrowed"): _borrowed(_REFERENCE, 1),
        ("unit", "new"): _unit,
        ("name", "new"): _foreign_name(names), ("name", "borrowed"): _borrowed(_NAME),
        ("name", "exchanged"): _exchanged(_NAME),
        ("name", "lower case, new"): _lower(_foreign_name(names)), ("name", "lower case, borrowed"): _lower(_borrowed(_NAME)),
        ("polarity", "negation"): _negated, ("polarity", "word"): _flipped,
    }  # fmt: skip


def names_of(text: str) -> list[str]:
    return _NAME.findall(text)
