"""Text whose paragraphs some converter cut at the end of each line, a blank line between: put together again."""

from __future__ import annotations

import re

#: The end of a line that is none of a paragraph, a blank line, and what goes on: «se\n\nejecute».
_CUT = re.compile(r"\n(?:(?<=[^\W\d_,]\n)|(?<=[^\W\d_,] \n)|(?<=[^\W\d_]{2}-\n))[ \t]*\n(?=[a-záéíóúâêôãõçñ]{2})")
#: A picture that a sentence stands around: «serviços de\n\n<!-- image -->\n\natendimento».
_IMAGE = re.compile(r"(?<=[^\W\d_]|,)[ \t]*\n\s*(?:<!-- image -->\s*)+\n(?=[a-záéíóúâêôãõçñ]{1,2}[a-záéíóúâêôãõçñ ])")
_MARKED = re.compile(r"\s*(?:[#>|*+-]|\d{1,3}[.)º°]|[a-zñ]{1,2}\)|[IVXLC]{1,6}\s?[-–—.)]|<|!\[|```|~~~)")
_PART = re.compile(
    r"\s*(?:art[íi]?(?:culo|igo)?\b|t[íi]tulo\b|cap[íi]tulo\b|secci[óo]n\b|seç[ãa]o\b|anexo\b|par[áa]grafo\b|§|inciso\b)",
    re.IGNORECASE,
)
_HEADED = re.compile(r"#+\s*art[íi]?(?:culo|igo)?\W*\d+[º°]?\W[^\n]{20}", re.IGNORECASE)
#: Blanks that don't break, before a line or as a paragraph of their own.
_BLANKS = re.compile(r"\n[ \t]*\xa0[ \t\xa0]*")
#: «la auto-», and in the next paragraph «matice?».
_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-\s*$")
#: «**Título», and in the next paragraph «II**».
_DIVIDED = re.compile(
    r"^(\*{1,2}|_{1,2})((?:t[íi]tulo|cap[íi]tulo|secci[óo]n|se[çc][ãa]o|libro|livro))[ \t]*\n[ \t]*\n+"
    r"([IVXLC]{1,7}|\d{1,3})\1[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
#: «a.» in a paragraph of its own.
_NUMBER = re.compile(r"[ \t]*(?:[a-zñ]\s?[.)]|\d{1,2}\s?[.)]-?|[IVX]{1,5}\s?[.)])[ \t]*")
#: «XIII», and in the next paragraph «- descentralizar».
_ROMAN = re.compile(r"[ \t]*[IVX]{1,7}[ \t]*")
_DASHED = re.compile(r"[ \t]*[-–—] ?[^\W\d_]")
#: «cinco mil pesos ($», and in the next paragraph «5.000)».
_AMOUNT = re.compile(r"(\([A-Z]{0,3}\$)[ \t]*\n[ \t]*\n+(?=\d)")
_ALONE = re.compile(rf"^{_NUMBER.pattern}\n[ \t]*\n", re.MULTILINE)
_BEFORE = re.compile(rf"^{_ROMAN.pattern}\n[ \t]*\n+{_DASHED.pattern}", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]\s*$")
_BEGINS = re.compile(
    r"[ \t]*(?:[a-záéíóúâêôãõçñ]{3}|(?:y|e|o|a|al|de|el|en|es|la|lo|se|si|su|un|ya|ao|as|da|do|em|na|no|os|um)[ ])"
)
_ENDED = re.compile(r"[.:;!?)\]”\"»*_|]\s*$|\.-\s*$")
_OPEN = re.compile(
    r"\s(?:de|del|l[ao]s?|el|y|e|o|u|a|al|en|por|para|con|que|su|sus|d[ao]s?|ao|em|n[ao]s?|un|una|um|uma)\s*$"
)
# So many cuts within sentences make a text one that was cut; shorter lines than this share of the longest end a paragraph.
_LEAST = 6
_FULL = 0.6
# Of a text with fewer cuts, those of lines as long as this, in characters.
_LONG = 40


def joined(text: str) -> str:
    """``text`` with its cut paragraphs whole, and the numbers of items beside their text; as it is when it wasn't cut."""
    if "<!-- image" in text:
        text = _IMAGE.sub(" ", text)
    if "\xa0" in text:
        text = re.sub(r"\n\n\n+", "\n\n", _BLANKS.sub("\n", text))
    if "*\n" in text or "_\n" in text:
        text = _DIVIDED.sub(r"\1\2 \3\1", text)
    if "$\n" in text:
        text = _AMOUNT.sub(r"\1 ", text)
    cuts = len(_CUT.findall(text))
    parts = (
        re.split(r"(\n[ \t]*\n+)", text)
        if cuts or _ALONE.search(text) or ("\n\n-" in text and _BEFORE.search(text))
        else [text]
    )
    if len(parts) == 1:
        return text
    parts = _numbered(parts)
    lengths = sorted(len(part) for part in parts[::2] if "\n" not in part)
    full = _FULL * lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0.0
    out = [parts[0]]
    for blank, part in zip(parts[1::2], parts[2::2], strict=True):
        last = out[-1].rpartition("\n")[2]
        if cuts < _LEAST and not _once(last, part):
            out += [blank, part]
        elif _HEADED.match(last) and part[:1].islower() and not _MARKED.match(part) and not _ENDED.search(last):
            # «##### Artículo 13.- Reglamentación. La autoridad de aplicación debe», and below the rest.
            out[-1] = f"{out[-1][: len(out[-1]) - len(last)]}{last.lstrip('# ').rstrip()} {part}"
        elif _goes_on(last, part, full):
            # «previstos en el Capítulo I del», and below, made a heading: «### Título II del régimen …».
            hyphen = _HYPHEN.search(out[-1]) if part[:1].islower() else None
            out[-1] = f"{out[-1][: hyphen.start()] if hyphen else out[-1].rstrip() + ' '}{part.lstrip('# ')}"
        else:
            out += [blank, part]
    return "".join(out)


def _once(last: str, part: str) -> bool:
    """Whether a sentence is cut in a text that otherwise isn't: where a page ended, mostly."""
    return bool(len(last) >= _LONG and _WORD.search(last) and _BEGINS.match(part)) or bool(_HEADED.match(last))


def _numbered(parts: list[str]) -> list[str]:
    """``parts``, paragraphs and the blank lines between, each number of an item that stands alone put before its text."""
    out = parts[:1]
    for blank, part in zip(parts[1::2], parts[2::2], strict=True):
        # «…del artículo», «48.», «Cuando…» is the end of a sentence.
        alone = _NUMBER.fullmatch(out[-1]) and (
            not out[-1].strip()[0].isdigit() or len(out) < 3 or _ENDED.search(out[-3])
        )
        if _ROMAN.fullmatch(out[-1]) and _DASHED.match(part):
            out[-1] = f"{out[-1].strip()} {part.lstrip()}"
        elif alone and part[:1].strip() and not _NUMBER.fullmatch(part) and not _MARKED.match(part):
            out[-1] = f"{out[-1].strip()} {part}"
        else:
            out += [blank, part]
    return out


def _goes_on(last: str, part: str, full: float) -> bool:
    """Whether ``part`` is the rest of the sentence that ``last`` begins."""
    begins = part.lstrip("# (" if _OPEN.search(last) else " (")[:1]
    ended = _ENDED.search(last) and not (begins.islower() and last.rstrip().endswith(")"))
    if not last.strip() or not begins.isalnum() or ended or last.lstrip().startswith(("#", "|", "<")):
        return False
    if _OPEN.search(last):
        return not _MARKED.match(part.lstrip("# "))
    if _MARKED.match(part) or _PART.match(part):
        return False
    return begins.islower() or (len(last.rsplit("  ", 1)[-1]) >= full and not last.isupper() and not part.isupper())
