"""Bytes to a tree of XML elements, safely, and what every reader asks of such a tree, by local names."""

from __future__ import annotations

from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.parse.build import clean


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
