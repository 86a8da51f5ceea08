"""XML by its root: laws and service sheets have readers of their own, anything else is text by element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.types import SectionKind

_DEPTH = 200
_TITLES = frozenset(("title", "titulo", "título", "nome", "nombre", "name"))


def read(body: bytes, text: str, *, name: str) -> Draft:
    """A Draft of an XML document; ``text`` is ``body`` decoded, for files whose declared encoding is wrong."""
    from latam_rag.parse import akoma, cartas, leychile

    root = root_of(body, text, name)
    tag, space = local(root), namespace(root)
    if tag == "ley" and "leychile" in space:
        return leychile.read(root)
    if tag == "servico" and "servicos.gov.br" in space:
        return cartas.read(root)
    if tag in ("akomaNtoso", "lexml", "LexML"):
        return akoma.read(root)
    if tag == "html":
        from latam_rag.parse import html

        return html.read(text, name=name)
    if tag == "pagina-tematica":
        return cartas.read_theme_page(root)
    return _plain(root)


def root_of(body: bytes, text: str, name: str) -> Any:
    """The parsed document: no entities, no network, bounded depth and size."""
    from lxml import etree

    def parser(encoding: str | None) -> etree.XMLParser:
        return etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
            encoding=encoding,
        )  # fmt: skip

    try:
        root = etree.fromstring(body, parser(None))
    except etree.XMLSyntaxError as first:
        try:
            root = etree.fromstring(text.encode("utf-8"), parser("utf-8"))
        except (etree.XMLSyntaxError, ValueError):
            raise DocumentError("parse.broken_markup", name=name, format="XML", reason=str(first)) from first
    if next(root.iter(etree.Entity), None) is not None:
        raise DocumentError("parse.entities", name=name)
    return root


def local(element: Any) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace(element: Any) -> str:
    return str(element.tag).rpartition("}")[0].lstrip("{")


def child(element: Any, *path: str) -> Any:
    """The first descendant along ``path`` of local names, or None."""
    for tag in path:
        element = next((inner for inner in element if local(inner) == tag), None)
        if element is None:
            return None
    return element


def children(element: Any, tag: str) -> list[Any]:
    return [] if element is None else [inner for inner in element if local(inner) == tag]


def content(element: Any, *path: str, lines: bool = False, raw: bool = False) -> str:
    """All the text below the first descendant along ``path``; empty when there is none."""
    found = child(element, *path) if path else element
    text = "" if found is None else "".join(found.itertext())
    return text if raw else clean(text, lines=lines)


def _plain(root: Any) -> Draft:
    """Each element that holds text of its own is a paragraph, named by its tag when it is short."""
    builder = Builder()
    title = ""
    for depth, element in _walk(root, 0):
        own = clean((element.text or "") + "".join(inner.tail or "" for inner in element), lines=True)
        if not own:
            continue
        tag = local(element)
        if not title and tag.lower() in _TITLES:
            title = own
        mixed = len(element) > 0
        text = content(element, lines=True) if mixed else own
        builder.add(SectionKind.PARAGRAPH, f"{tag.replace('_', ' ')}: {text}" if depth and len(text) < 200 else text)
    draft = builder.draft()
    draft.title = title
    return draft


def _walk(element: Any, depth: int) -> Iterator[tuple[int, Any]]:
    """Elements in document order; below one with mixed content nothing more, for its text was taken whole."""
    yield depth, element
    mixed = bool((element.text or "").strip()) or any((inner.tail or "").strip() for inner in element)
    if depth < _DEPTH and not (mixed and len(element)):
        for inner in element:
            if isinstance(inner.tag, str):
                yield from _walk(inner, depth + 1)
