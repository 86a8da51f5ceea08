"""Laws of Chile as the Biblioteca del Congreso Nacional serves them: each ``<articulo>`` is a UNIT."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from latam_rag.parse import margin
from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.parse.elements import child, children, content, local
from latam_rag.parse.frontmatter import iso_date
from latam_rag.references import canonical_article, canonical_norm
from latam_rag.types import Genre, SectionKind, Value

_GROUPS = ("libro", "titulo", "capitulo", "parrafo", "seccion")
_STATUS = {"vigente": "in_force", "derogado": "repealed", "derogada": "repealed"}
_REPEALED = re.compile(r"^[^.]{0,40}\.?\s*[-–—.]*\s*(?:\(?derogad[oa]\)?)\.?\s*$", re.IGNORECASE)
_BEGINS = re.compile(r'["“«(]?(?:[A-ZÁÉÍÓÚÑ]|\d{1,3}[.)°º](?!\d)|[a-zñ]{1,2}[).]|[ivx]+\))')
_TRANSITORY_ALONE = re.compile(r"(?:art[íi]culo\s+)?transitori[oa]s?\.?", re.IGNORECASE)
_SINGLE = re.compile(r"art[íi]culo\s+transitorio\s*[.:;–—-]", re.IGNORECASE)
_ORDINALS = re.compile(r"\(del art\. (\w+)\)", re.IGNORECASE)


def read(root: Any) -> Draft:
    """A Draft of one law; its articles are UNITs with their place, number, date and status."""
    _clear_margins(root, re.sub(r"\D", "", root.get("numero") or ""))
    builder = Builder()
    title = _title(root)
    builder.add(SectionKind.HEADING, title, level=1)
    if opening := content(root, "encabezado", raw=True):
        builder.add(SectionKind.PARAGRAPH, _unwrapped(opening))
    body = child(root, "contenido")
    for element in [] if body is None else body:
        _group(builder, element, (), 2, transitory=False)
    for annex in children(child(root, "anexos"), "anexo"):
        _annex(builder, annex)
    for tail in ("disposiciones_finales", "promulgacion"):
        if text := content(root, tail, raw=True):
            builder.add(SectionKind.PARAGRAPH, _unwrapped(text))
    draft = builder.draft(genre=Genre.LAW, title=title, language="es")
    draft.url = root.get("url_original") or ""
    draft.metadata.update(_metadata(root))
    return draft


def _clear_margins(root: Any, own: str) -> None:
    """Takes the margin's notes out of the articles' texts, and keeps at the article (``notas``) those that name another law:
    the Constitution's, and those of the law of number ``own``, say where the rule stood before it was renumbered."""
    words: Counter[str] = Counter()
    for article in root.iter("{*}articulo", "{*}seccion"):
        texts = [inner for inner in (*children(article, "texto"), *_parts(article)) if len(inner) == 0]
        cleared, notes = margin.cleared([inner.text or "" for inner in texts])
        if notes:
            words = words or margin.words_of(root.itertext())
            others = (note for note in notes if not note.startswith("CPR") and canonical_norm(note) != own)
            article.set("notas", "\n".join(dict.fromkeys(others)))
            for inner, text in zip(texts, cleared, strict=True):
                inner.text = margin.mended(text, words)


def _parts(article: Any) -> list[Any]:
    body = child(article, "contenido")
    return [] if body is None else [inner for inner in body if isinstance(inner.tag, str)]


def _title(root: Any) -> str:
    """As it is cited: kind, number and the name people use."""
    named = (
        f"{root.get('tipo') or content(root, 'metadatos', 'identificacion', 'tipo')} {root.get('numero') or ''}".strip()
    )
    title = content(root, "metadatos", "titulo")
    number = re.sub(r"\D", "", root.get("numero") or "")
    kind = (root.get("tipo") or "").lower()
    if number and kind and title.lower().startswith(kind) and number in re.sub(r"(?<=\d)\.(?=\d)", "", title):
        # «LEY Nº 90.001 SOBRE …» says it already.
        return title
    return f"{named}: {title}" if named and title else named or title


def _metadata(root: Any) -> dict[str, Value]:
    said: dict[str, Value] = {"country": "CL", "domain": "legal", "kind": root.get("tipo") or ""}
    said["norm"] = canonical_norm(root.get("numero") or "") if root.get("numero") else ""
    said["body"] = content(root, "metadatos", "organismos", "organismo")
    said["status"] = _STATUS.get((root.get("estado") or "").lower(), "unknown")
    said["valid_from"] = iso_date(root.get("fecha_publicacion") or "")
    said["valid_to"] = iso_date(content(root, "metadatos", "fechas", "derogacion"))
    said["version"] = iso_date(root.get("fecha_version") or "")
    return {key: value for key, value in said.items() if value}


def _group(builder: Builder, element: Any, place: tuple[str, ...], level: int, *, transitory: bool) -> None:
    """A title, chapter, … or an article, and what is below it."""
    tag = local(element)
    transitory = transitory or element.get("transitorio") == "true" or _says_transitory(element)
    if tag == "articulo" or (tag == "seccion" and element.get("numero") and not children(element, "articulo")):
        _article(builder, element, place, level, transitory=transitory)
        return
    if tag not in _GROUPS:
        return
    heading = content(element, "titulo_seccion")
    if heading:
        builder.add(SectionKind.HEADING, heading, level=level)
        place = (*place, heading)
    if (text := content(element, "texto", raw=True)) and _folded(text) != _folded(heading):
        rest = _without(text, heading)
        if rest:
            builder.add(SectionKind.PARAGRAPH, _unwrapped(rest))
    for inner in element:
        _group(builder, inner, place, level + 1, transitory=transitory)


def _says_transitory(element: Any) -> bool:
    return "transitori" in content(element, "titulo_seccion").lower()


def _article(builder: Builder, element: Any, place: tuple[str, ...], level: int, *, transitory: bool) -> None:
    number = (element.get("numero") or "").strip()
    blocks = _blocks(element)
    if blocks and _SINGLE.match(blocks[0][1]):
        # The only one of its kind is numbered 1 by the source, or not at all, and by nobody who cites it.
        number, transitory = "", True
    if blocks:
        start = builder.gap_ahead()
        for kind, text in blocks:
            builder.add(kind, text)
        builder.mark(
            SectionKind.UNIT, start, builder.length, label=_label(number, element, transitory), headings=place,
            metadata=_article_metadata(element, number, " ".join(text for _, text in blocks), transitory),
        )  # fmt: skip
    for inner in element:
        # A law that approves a code holds the code inside its own article.
        if local(inner) in ("articulo", *_GROUPS):
            _group(builder, inner, place, level, transitory=transitory)


def _blocks(element: Any) -> list[tuple[SectionKind, str]]:
    """Title, paragraphs and items of one article."""
    blocks: list[tuple[SectionKind, str]] = []
    if (title := content(element, "titulo_articulo")) != "":
        blocks.append((SectionKind.PARAGRAPH, title))
    texts = [content(inner, raw=True) for inner in children(element, "texto")]
    blocks += [(SectionKind.PARAGRAPH, part) for text in texts for part in _unwrapped(text).split("\n") if part]
    for part in _parts(element):
        text = _unwrapped(content(part, raw=True))
        if local(part) == "inciso" and text:
            number = (part.get("numero") or "").strip()
            marked = text if not number or re.match(rf"{re.escape(number)}\s*[.)°º-]", text) else f"{number}) {text}"
            blocks.append((SectionKind.ITEM, marked))
        elif text:
            blocks += [(SectionKind.PARAGRAPH, line) for line in text.split("\n") if line]
    return blocks


def _label(number: str, element: Any, transitory: bool) -> str:
    if _TRANSITORY_ALONE.fullmatch(number):
        number = ""
    if local(element) == "seccion":
        return f"disposición {number.lower()} transitoria" if transitory else f"disposición {number.lower()}"
    number = (
        _ORDINALS.sub(r"(del art. \1)", number.lower())
        if not number[:1].isdigit()
        else _ORDINALS.sub(r"(del art. \1)", number)
    )
    number = re.sub(r"\b(BIS|TER|QU[AÁ]TER|QUINQUIES|SEXIES)\b", lambda m: m[0].lower(), number)
    suffix = " transitorio" if transitory and "transitori" not in number.lower() else ""
    return f"art. {number}{suffix}" if number else "artículo transitorio" if transitory else "artículo"


def _article_metadata(element: Any, number: str, text: str, transitory: bool) -> dict[str, Value]:
    said: dict[str, Value] = {}
    if number and not _TRANSITORY_ALONE.fullmatch(number):
        plain = re.sub(r"\s*\(.*?\)", "", number)
        said["article"] = canonical_article(
            f"{plain} transitorio" if transitory and "transitori" not in plain.lower() else plain
        )
    elif transitory:
        said["article"] = canonical_article("artículo transitorio")
    if (element.get("estado") or "").lower().startswith("derogad") or _REPEALED.match(clean(text)):
        said["status"] = "repealed"
    if date := iso_date(element.get("fecha_modificacion") or ""):
        said["valid_from"] = date
    if changes := element.get("notas"):
        said["amended_by"] = tuple(changes.split("\n"))
    return said


def _annex(builder: Builder, annex: Any) -> None:
    title = content(annex, "titulo") or f"Anexo {annex.get('numero') or ''}".strip()
    text = _unwrapped(content(annex, "texto", raw=True))
    if not text:
        return
    builder.add(SectionKind.HEADING, title, level=2)
    metadata = {"status": "repealed"} if annex.get("estado") == "derogado" else {}
    start = builder.gap_ahead()
    for part in text.split("\n"):
        builder.add(SectionKind.PARAGRAPH, part)
    builder.mark(SectionKind.UNIT, start, builder.length, label=title[:80], headings=(), metadata=metadata)


def _unwrapped(text: str) -> str:
    """Lines of 60 columns back into paragraphs, one a line. The source indents the first line of each by a blank; notes of
    the margin, which got between the lines, are indented too but begin with a date or a small letter."""
    out: list[str] = []
    fresh = True
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = clean(raw)
        if not line:
            fresh = True
        elif fresh or not out or (raw[0].isspace() and _BEGINS.match(line)):
            out.append(line)
            fresh = False
        else:
            out[-1] = f"{out[-1]} {line}"
    return "\n".join(out)


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _without(text: str, heading: str) -> str:
    """``text`` less the heading it repeats at its start."""
    wanted, seen = _folded(heading), ""
    if not wanted or not _folded(text).startswith(wanted):
        return text
    for index, char in enumerate(text):
        seen += _folded(char)
        if seen == wanted:
            return text[index + 1 :].strip(" .-\n")
    return text
