"""The links of an HTML page, in its order. Pure."""

from __future__ import annotations

import re

from latam_rag.connectors.http import urls
from latam_rag.errors import SourceError
from latam_rag.parse import decode

_PLACES = (("a", "href"), ("area", "href"), ("iframe", "src"), ("frame", "src"), ("embed", "src"), ("object", "data"))
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_MOST = 20_000


def links(body: bytes, base: str) -> tuple[str, ...]:
    """Every address that the page leads to, absolute and in one spelling; each once. What isn't a web address is left out."""
    root = tree(body)
    if root is None:
        return ()
    inner = next((found.get("href") for found in root.iter("base") if found.get("href")), None)
    base = _absolute(inner, base) or base if inner else base
    found: dict[str, None] = {}
    for element in root.iter(*dict(_PLACES), "meta", "link"):
        for address in _addresses(element):
            absolute = _absolute(address, base)
            if absolute is not None:
                found[absolute] = None
        if len(found) >= _MOST:
            break
    return tuple(found)


def tree(body: bytes):  # type: ignore[no-untyped-def]  # lxml's element; None when there is none
    """The page as lxml's tree, decoded by its content."""
    from lxml import etree, html

    text = decode.decode(body)
    # A declaration of encoding in a text that is decoded already makes lxml refuse it.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    # Pages put together from parts end more than once; a browser reads on, and libxml2 drops what comes after.
    text = _ENDS.sub("", text)
    try:
        return html.document_fromstring(text) if text.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _addresses(element) -> list[str]:  # type: ignore[no-untyped-def]  # lxml's element
    if element.tag == "meta":
        refresh = (element.get("http-equiv") or "").lower() == "refresh"
        return _REFRESH.findall(element.get("content") or "") if refresh else []
    if element.tag == "link":
        return [element.get("href") or ""] if (element.get("rel") or "").lower() in ("next", "prev") else []
    return [element.get(attribute) or "" for tag, attribute in _PLACES if tag == element.tag]


def _absolute(address: str | None, base: str) -> str | None:
    if not address or not urls.is_page(address):
        return None
    try:
        return urls.canonical(address, base)
    except SourceError:
        return None
