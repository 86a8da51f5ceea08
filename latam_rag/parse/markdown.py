"""Markdown, and plain text: headings with their levels, front matter as metadata."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from latam_rag.parse import displaced, furniture, pagemarks, wrapped
from latam_rag.parse.build import Builder, Draft, clean, row
from latam_rag.parse.frontmatter import described, split_front_matter
from latam_rag.types import SectionKind

_FENCE = re.compile(r"^(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})\s*(?=\S)(.*?)\s*#*$")
#: A heading that can't end so, and a line that may go on with it.
_OPEN = re.compile(r"\s(?:de|del|l[ao]s?|el|y|e|o|u|a|al|en|por|para|con|d[ao]s?|ao|em|n[ao]s?)$", re.IGNORECASE)
_CONTINUES = re.compile(r"^\s*[^\W\d_]")
_ITEM = re.compile(r"^\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+|[a-zñ]\)\s+|[IVXL]+\s*[-–—.)]\s+)\S")
#: The mark of a list before the item's own: «- § 2º A lei…», «5. IV - relativas…».
_TWICE = re.compile(
    r"^\s*(?:[-*+•]\s+(?=(?:[IVXLC]{1,7}|[a-z])\s*[-–—)]|§\s*\d|(?:Art|Par[áa]grafo)\b)|\d{1,3}[.)]\s+(?=[IVXLC]{1,7}\s+[-–—]\s|§\s*\d))"
)
_BULLET = re.compile(r"^[*+•·-]\s+(?=\S)")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)*\s*:?-{2,}:?\s*\|?\s*$")
_UNDERLINE = re.compile(r"^(=+|-{3,})\s*$")
_RULED = ("-", "*", "_", "=")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\s]|\([^)]*\))*(?:\s+\"[^\"]*\")?\)")
_BARE = re.compile(r"<(https?://[^>\s]+)>")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_GLUED = re.compile(r"(?<=[a-záéíóúñ])\*\*(?=[A-ZÁÉÍÓÚÑ\d])")
_ITALIC = re.compile(r"(?<![\w*.,:;)])([*_])(?=[^\s*_])([^*_\n]+?)(?<=[^\s(])\1(?![\w*])")
#: What is left of emphasis that runs over paragraphs or ends within a word. ``(*)``, ``5*3`` and a bullet are none.
_LOOSE = re.compile(r"(?<![*\\])(\*{1,3})(?![*])")
#: Marks of emphasis around a sign of punctuation: «__”.__».
_EMPTY = re.compile(r"(?<=[^\w\s])__(?!_)|(?<![\w\\])__(?=[^\w\s])")
_HALF = re.compile(r"(?<![\w\\])_(?=[^\W\d_])|(?<=[^\W_])_(?!\w)|(?<=[.;:,)])_(?!\w)")
#: A link whose text the source broke over paragraphs.
_BROKEN = re.compile(r"\[[^\[\]]{1,200}\]\(https?://")
#: Without any of these there is nothing to take away.
_MARKED = re.compile(r"[\[<&*_`~\\]")
#: Where a registry has the article, and nothing of what it says.
_ADDRESS = re.compile(r"(?:URL|Enlace|V[íi]nculo|Link):\s*\[?https?://\S+", re.IGNORECASE)
#: What a converter puts where a picture was.
_PICTURE = re.compile(r"\[(?:img|image|imagen|imagem|figura)\]", re.IGNORECASE)
#: Where a collection had the document from, at its end; its data say so too.
_TRAILER = re.compile(
    r"(?:\s*^(?:-{3,}[ \t]*\n\s*)?(?:Fuente|Fonte|PDF):[ \t]*https?://\S+[ \t]*$)+\s*\Z", re.MULTILINE
)
#: Characters of it at most.
_TRAILING = 600
_STRUCK = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_TAG = re.compile(
    r"</?(?:a|b|i|u|p|br|div|span|font|strong|em|sup|sub|center|small|table|tr|td|th|tbody|thead)\b[^>]*>",
    re.IGNORECASE,
)


def read(text: str) -> Draft:
    """A Draft of Markdown ``text``; its front matter, if any, becomes metadata."""
    front, body = split_front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    builder = Builder()
    body = _mended(body)
    pages = pagemarks.lay(builder, body, blocks)
    if not pages:
        blocks(builder, body)
    draft = builder.draft(pages=pages)
    described(draft, front)
    return draft


def read_plain(text: str) -> Draft:
    """A Draft of plain text: its paragraphs."""
    builder = Builder()
    text = _mended(text.replace("\r\n", "\n").replace("\r", "\n"))
    pages = pagemarks.lay(builder, text, _paragraphs)
    if not pages:
        _paragraphs(builder, text)
    return builder.draft(pages=pages)


def _mended(text: str) -> str:
    """``text`` without what converters left in it or put out of place."""
    if "://" in text[-_TRAILING:]:
        text = text[:-_TRAILING] + _TRAILER.sub("\n", text[-_TRAILING:])
    return wrapped.joined(displaced.restored(furniture.without(text)))


def _paragraphs(builder: Builder, text: str) -> None:
    for paragraph in re.split(r"\n\s*\n", text):
        kept = clean(paragraph, lines=True)
        builder.add(SectionKind.ITEM if _ITEM.match(kept) and "\n" not in kept else SectionKind.PARAGRAPH, kept)


def blocks(builder: Builder, text: str, *, base: int = 0) -> None:
    """Lay the blocks of Markdown ``text`` into ``builder``; ``base`` is added to heading levels."""
    text = _BROKEN.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), _IMAGE.sub("", text))
    for kind, level, lines in _blocks(text.split("\n")):
        if kind is SectionKind.HEADING:
            builder.add(kind, _BULLET.sub("", clean(inline(lines[0], loose=True)[0])), level=level + base)
        elif kind is SectionKind.TABLE:
            rows = [_cells(line) for line in lines if not _TABLE_RULE.match(line)]
            builder.add(kind, "\n".join(row(inline(cell)[0] for cell in cells) for cells in rows if any(cells)))
        else:
            plain, struck = inline("\n".join([_TWICE.sub("", lines[0]), *lines[1:]]), loose=True)
            if _ADDRESS.fullmatch(plain.strip()) or _PICTURE.fullmatch(plain.strip()):
                continue
            builder.add(kind, plain, marks=[(SectionKind.STRUCK, a, b) for a, b in struck])


def _blocks(lines: list[str]) -> Iterator[tuple[SectionKind, int, list[str]]]:
    """The blocks of ``lines``: kind, heading level and their lines."""
    gathered: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        bare = line.strip()
        follows = lines[index + 1] if index + 1 < len(lines) else ""
        heading = _HEADING.match(line) if bare.startswith("#") else None
        underlined = not gathered and bare and _UNDERLINE.match(follows) and not _ITEM.match(line)
        table = "|" in line and "|" in follows and _TABLE_RULE.match(follows)
        rule = bare.startswith(_RULED) and _RULE.match(line)
        if heading or underlined or table or rule or not bare or _ITEM.match(line):
            if gathered:
                yield _kind(gathered), 0, gathered
            gathered = []
        if heading:
            text = heading[2]
            while _OPEN.search(text) and index + 1 < len(lines) and _CONTINUES.match(lines[index + 1]):
                # A heading that its source wrapped: «CAPITULO II - DE LAS COMISIONES DEL», and below «ARTICULO 120».
                index += 1
                text = f"{text} {lines[index].strip()}"
            yield SectionKind.HEADING, len(heading[1]), [text]
        elif underlined:
            yield SectionKind.HEADING, 1 if follows.startswith("=") else 2, [line]
            index += 1
        elif table:
            end = index
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield SectionKind.TABLE, 0, lines[index:end]
            index = end - 1
        elif bare.strip("*_") and not rule and not _FENCE.match(line):
            gathered.append(line.lstrip("> ") if bare.startswith(">") else line)
        index += 1
    if gathered:
        yield _kind(gathered), 0, gathered


def _kind(lines: list[str]) -> SectionKind:
    return SectionKind.ITEM if _ITEM.match(lines[0]) else SectionKind.PARAGRAPH


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _unmarked(text: str) -> str:
    """A paragraph without the marks of emphasis that found no partner in it; a blank where they alone kept words apart."""

    def mark(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        beside = before.strip() or after.strip()
        sums = before.isdigit() and after.isdigit()
        if not beside or sums or (before == "(" and after == ")") or (len(before) == 0 and after.isspace()):
            return found[0]
        apart = (before.isalnum() or before in tuple(".,:;)")) and after.isalnum() and not (before + after).islower()
        return " " if apart else ""

    return _LOOSE.sub(mark, text)


def _unstressed(text: str, loose: bool) -> str:
    """``text`` without the marks of emphasis; ``loose``: also those that found no partner in it."""
    text = _ITALIC.sub(r"\2", _BOLD.sub(r"\2", _GLUED.sub(" **", text)))
    if not loose:
        return text
    text = _EMPTY.sub("", _unmarked(text))
    # «_La autoridad …», whose other half stands at the end of another paragraph.
    return _HALF.sub("", text)


def inline(text: str, *, loose: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """``text`` without Markdown's marks, entities decoded, and the stretches of it that were struck through."""
    if not _MARKED.search(text):
        return clean(text, lines=True), []
    # Looked for first: most paragraphs have one kind of mark, and taking it out costs much more.
    tags = "<" in text
    text = _BARE.sub(r"\1", text) if tags else text
    text = _LINK.sub(lambda m: m[1], text) if "[" in text else text
    text = html.unescape(_BREAK.sub("\n", text) if tags else text)
    text = _TAG.sub("", text) if "<" in text else text
    text = _unstressed(text, loose) if "*" in text or "_" in text else text
    text = clean(_ESCAPE.sub(r"\1", text) if "\\" in text else text, lines=True)
    if "~~" not in text:
        return text, []
    struck: list[tuple[int, int]] = []
    parts: list[str] = []
    position = length = 0
    for found in _STRUCK.finditer(text):
        parts += [text[position : found.start()], found[1]]
        length += found.start() - position
        struck.append((length, length + len(found[1])))
        length += len(found[1])
        position = found.end()
    return "".join([*parts, text[position:]]), struck
