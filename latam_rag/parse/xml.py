"""XML by its root: laws and service sheets have readers of their own, anything else is text by element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from latam_rag.parse import akoma, bcn, cartas, html, leychile
from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.parse.elements import content, local, namespace, root_of
from latam_rag.types import SectionKind

_DEPTH = 200
#: Characters of a field, and how many of them a record has at most.
_SHORT = 200
_FIELDS = 20
_TITLES = frozenset(("title", "titulo", "título", "nome", "nombre", "name"))


def read(body: bytes, text: str, *, name: str) -> Draft:
    """A Draft of an XML document; ``text`` is ``body`` decoded, for files whose declared encoding is wrong."""
    root = root_of(body, text, name)
    tag, space = local(root), namespace(root)
    if tag == "ley" and "leychile" in space:
        return leychile.read(root)
    if tag == "Norma" and "leychile" in space:
        return bcn.read(root)
    if tag == "servico" and "servicos.gov.br" in space:
        return cartas.read(root)
    if tag in ("akomaNtoso", "lexml", "LexML"):
        return akoma.read(root)
    if tag == "html":
        return html.read(text, name=name)
    if tag == "pagina-tematica":
        return cartas.read_theme_page(root)
    return _plain(root)


def _plain(root: Any) -> Draft:
    """Each element that holds text of its own is a paragraph, named by its tag when it is short; a record is one in lines."""
    builder = Builder()
    title = ""
    record: list[str] = []
    last: Any = None
    for depth, element in _walk(root, 0):
        if record and element.getparent() is not last:
            builder.add(SectionKind.PARAGRAPH, "\n".join(record))
            record = []
        own = clean((element.text or "") + "".join(inner.tail or "" for inner in element), lines=True)
        if not own:
            continue
        tag = local(element)
        if not title and tag.lower() in _TITLES:
            title = own
        mixed = len(element) > 0
        text = content(element, lines=True) if mixed else own
        said = f"{tag.replace('_', ' ')}: {text}" if depth and len(text) < _SHORT else text
        if _is_record(element.getparent()):
            last = element.getparent()
            record.append(said)
        else:
            builder.add(SectionKind.PARAGRAPH, said)
    builder.add(SectionKind.PARAGRAPH, "\n".join(record))
    draft = builder.draft()
    draft.title = title
    return draft


def _is_record(element: Any) -> bool:
    """Whether ``element`` is one of several of its name side by side, and holds nothing but short fields."""
    if element is None or element.getparent() is None or not 1 < len(element) <= _FIELDS:
        return False
    beside = element.getnext() if element.getnext() is not None else element.getprevious()
    alike = beside is not None and beside.tag == element.tag
    return alike and all(not len(inner) and len(inner.text or "") < _SHORT for inner in element)


def _walk(element: Any, depth: int) -> Iterator[tuple[int, Any]]:
    """Elements in document order; below one with mixed content nothing more, for its text was taken whole."""
    yield depth, element
    mixed = bool((element.text or "").strip()) or any((inner.tail or "").strip() for inner in element)
    if depth < _DEPTH and not (mixed and len(element)):
        for inner in element:
            if isinstance(inner.tag, str):
                yield from _walk(inner, depth + 1)
