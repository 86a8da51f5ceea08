"""HTML as its author meant it, with lxml.

``unstructured`` reads HTML too, but forgets what is struck through: in Brazilian federal law that is the text no longer in
force (docs/parse.md has the comparison).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.parse import menus
from latam_rag.parse.build import INVISIBLE, Builder, Draft, clean, row
from latam_rag.types import SectionKind

_BLOCKS_TAGS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form header hr html legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul h1 "
    "h2 h3 h4 h5 h6"
)
_BLOCKS = frozenset(_BLOCKS_TAGS.split())
_SKIPPED_TAGS = (
    "head script style noscript template iframe object embed svg math select option button input textarea nav audio "
    "video canvas map"
)
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_STRUCK = frozenset(("strike", "s", "del"))
_LINE_THROUGH = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
#: A struck note on where else to look is no law that ever was: «(Vide Decreto nº 10.922, de 2021) (Vigência)».
_STALE_NOTES = re.compile(
    r"(?:[\s,;]*\(?(?:vide|vig[êe]ncia|regulament|produç[ãa]o de efeito|promulgaç[ãa]o|v[ée]ase|ver nota)[^()]*\)?)+\s*",
    re.IGNORECASE,
)
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
#: «D - efraudação de penhor»: a heading whose capital some converter took for the number of an item.
_CAPITAL = re.compile(r">([A-Z][a-z]?) - ([a-záéíóúâêôãõçñ]{3,})")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+")
_ORDINAL = {"o": "º", "a": "ª"}
# A cell longer than this belongs to a page laid out with tables, not to a table.
_CELL = 600


def read(text: str, *, name: str) -> Draft:
    """A Draft of the HTML ``text``: headings, paragraphs, items, tables, and what is struck through."""
    root = root_of(_with_capitals(text), name)
    builder = Builder()
    lay(builder, root)
    draft = builder.draft()
    title = root.find(".//head/title")
    draft.title = clean("".join(title.itertext())) if title is not None else ""
    link = root.find(".//link[@rel='canonical']")
    if link is not None and str(link.get("href", "")).startswith(("http://", "https://")):
        draft.url = str(link.get("href"))
    return draft


def _with_capitals(text: str) -> str:
    """``text`` with the capitals that were cut from words that stand whole elsewhere in it."""
    cut = set(_CAPITAL.findall(text))
    if not cut:
        return text
    words = Counter(_WORD.findall(text.lower()))
    rests = Counter(rest for _, rest in _CAPITAL.findall(text))
    whole = {(letter, rest) for letter, rest in cut if words[letter.lower() + rest] and words[rest] <= rests[rest]}
    return _CAPITAL.sub(lambda found: f">{found[1]}{found[2]}" if found.groups() in whole else found[0], text)


def root_of(text: str, name: str) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    # What stands after the first end of the document would be lost: pages put together from parts have several.
    text = _ENDS.sub("", unicodedata.normalize("NFC", text).translate(INVISIBLE))
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("parse.broken_markup", name=name, format="HTML", reason=str(error)) from error


def lay(builder: Builder, root: Any, *, base: int = 0) -> None:
    """Lay the blocks of the element ``root`` into ``builder``; ``base`` is added to heading levels."""
    from lxml import etree

    flow = Flow(builder, base)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SKIPPED or not tag:
                walker.skip_subtree()
            elif element is not root and menus.outside(element, tag):
                flow.flush()
                walker.skip_subtree()
                element.set("data-latam-left-out", "1")
            elif tag == "table" and (rows := _data_rows(element)):
                flow.flush()
                _table(builder, rows, bool(flow.struck_depth))
                walker.skip_subtree()
                element.set("data-latam-done", "1")
            else:
                flow.enter(element, tag)
        else:
            if tag not in _SKIPPED and tag and element.get("data-latam-left-out") is None:
                flow.leave(element, tag)
            if element is not root:
                flow.write(element.tail or "")
    flow.flush()


class Flow:
    """Text on its way into blocks: white space folded as it comes, struck stretches noted where they fall."""

    def __init__(self, builder: Builder | None, base: int = 0) -> None:
        self._builder = builder
        self._base = base
        self._parts: list[str] = []
        self._length = 0
        self._ends_open = True
        self._marks: list[tuple[SectionKind, int, int]] = []
        self._kinds: list[tuple[SectionKind, int]] = []
        self._raised: str = ""
        self.struck_depth = 0

    def enter(self, element: Any, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._kinds.append((SectionKind.HEADING, int(tag[1]) + self._base))
        elif tag == "li":
            self._kinds.append((SectionKind.ITEM, 0))
        elif tag == "br":
            self._newline()
        if _is_struck(element, tag):
            self.struck_depth += 1
        self._raised = tag if tag == "sup" else self._raised
        self.write(element.text or "")

    def leave(self, element: Any, tag: str) -> None:
        if tag in _BLOCKS and element.get("data-latam-done") is None:
            self.flush()
        if (len(tag) == 2 and tag[0] == "h" and tag[1] in "123456") or tag == "li":
            self._kinds.pop()
        if tag in ("td", "th"):
            self.write(" ")
        if _is_struck(element, tag):
            self.struck_depth -= 1
        if tag == "sup":
            self._raised = ""

    def write(self, text: str) -> None:
        if not text:
            return
        text = _SPACE.sub(" ", text)
        if self._raised:
            text = _ORDINAL.get(text.strip(), text)
        if self._ends_open:
            text = text.lstrip(" ")
        if not text:
            return
        if self.struck_depth and text.strip():
            self._strike(self._length, self._length + len(text))
        self._parts.append(text)
        self._length += len(text)
        self._ends_open = text.endswith((" ", "\n"))

    def _strike(self, start: int, end: int) -> None:
        if self._marks and start - self._marks[-1][2] <= 1:
            start = self._marks.pop()[1]
        self._marks.append((SectionKind.STRUCK, start, end))

    def _newline(self) -> None:
        if self._length:
            self._parts.append("\n")
            self._length += 1
            self._ends_open = True

    def flush(self) -> None:
        text, marks = self.take()
        if text and self._builder is not None and not menus.line(text):
            kind, level = self._kinds[-1] if self._kinds else (SectionKind.PARAGRAPH, 0)
            self._builder.add(kind, text, level=level, marks=marks)

    def take(self) -> tuple[str, list[tuple[SectionKind, int, int]]]:
        text = "".join(self._parts).rstrip()
        marks = [(kind, start, min(end, len(text))) for kind, start, end in self._marks if start < len(text)]
        text, marks = _without_stale_notes(text, marks)
        self._parts, self._marks, self._length, self._ends_open = [], [], 0, True
        return text, marks


def _without_stale_notes(
    text: str, marks: list[tuple[SectionKind, int, int]]
) -> tuple[str, list[tuple[SectionKind, int, int]]]:
    """``text`` less its struck notes on where else to look, and the marks that stay, moved along."""
    kept: list[tuple[SectionKind, int, int]] = []
    gone = 0
    for kind, start, end in marks:
        start, end = start - gone, end - gone
        if kind is SectionKind.STRUCK and _STALE_NOTES.fullmatch(text, start, end):
            after = text[end:].lstrip() if text[:start].endswith((" ", "\n")) or not start else text[end:]
            gone += len(text) - start - len(after)
            text = text[:start] + after
        else:
            kept.append((kind, start, end))
    return text.rstrip(), kept


def _is_struck(element: Any, tag: str) -> bool:
    return tag in _STRUCK or bool(_LINE_THROUGH.search(element.get("style") or ""))


def _flat(element: Any, struck: bool) -> tuple[str, list[tuple[SectionKind, int, int]]]:
    """All the text below ``element`` as one line."""
    from lxml import etree

    flow = Flow(None)
    flow.struck_depth = int(struck)
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(inner.tag, str) or inner.tag in _SKIPPED:
            continue
        if event == "start":
            flow.write(" " if inner.tag in _BLOCKS or inner.tag == "br" else "")
            flow.struck_depth += _is_struck(inner, inner.tag)
            flow.write(inner.text or "")
        else:
            flow.struck_depth -= _is_struck(inner, inner.tag)
            if inner is not element:
                flow.write(inner.tail or "")
    return flow.take()


def _data_rows(table: Any) -> list[list[Any]]:
    """The cells of a table of data; empty for one that lays out a page."""
    rows = [[cell for cell in line if cell.tag in ("td", "th")] for line in table.iter("tr")]
    rows = [cells for cells in rows if cells]
    if len(rows) < 2 or max(map(len, rows)) < 2 or table.find(".//table") is not None:
        return []
    if any(len("".join(cell.itertext())) > _CELL for cells in rows for cell in cells):
        return []
    return rows


def _table(builder: Builder, rows: list[list[Any]], struck: bool) -> None:
    parts: list[str] = []
    marks: list[tuple[SectionKind, int, int]] = []
    length = 0
    for cells in rows:
        flats = [_flat(cell, struck) for cell in cells]
        if not any(text for text, _ in flats):
            continue
        line = row(text for text, _ in flats)
        at = 0
        for text, inner in flats:
            # The cell's text stands in the line as it is, unless it held the separator.
            found = line.find(text, at) if text else -1
            if found >= 0:
                marks += [(kind, length + found + a, length + found + b) for kind, a, b in inner]
                at = found + len(text)
        parts.append(line)
        length += len(line) + 1
    builder.add(SectionKind.TABLE, "\n".join(parts), marks=marks)
