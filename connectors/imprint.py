"""What an HTML page says of itself, and what of it is the document, by XPath. For ``web``, ``sitemap`` and ``listing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from latam_rag.connectors import items
from latam_rag.connectors.http import kinds
from latam_rag.connectors.links import tree
from latam_rag.parse.registry import registered
from latam_rag.types import Resource, Value

Page = Annotated[
    Mapping[str, str],
    "What an HTML page says of itself: metadata → XPath, `{ status = \"//span[@id='estado']\" }`. `title` is its title.",
]
Main = Annotated[str, "XPath of what of an HTML page is the document; the rest of it is left out."]


class Imprint:
    """``page``: metadata → XPath; ``main``: XPath of the part that is the document. PluginError when one isn't an XPath."""

    def __init__(self, connector: str, page: Mapping[str, str], main: str = "") -> None:
        self._page, self._main = dict(page), main
        for option, written in (*((f"page.{key}", path) for key, path in page.items()), ("main", main)):
            if written:
                items.xpath(written, connector, option)

    def __bool__(self) -> bool:
        return bool(self._page or self._main)

    def read(self, resource: Resource) -> Resource:
        """``resource`` with what its page says; as it is when it isn't HTML. Where nothing is ``main``, the whole page is."""
        if not self or kinds.by_header(resource.url or resource.uri, resource.media_type) not in ("html", None):
            return resource
        root = tree(resource.body)
        if root is None:
            return resource
        base = resource.url or resource.uri
        said: dict[str, Value] = {}
        for key, written in self._page.items():
            if found := items.found_at(root, written, base):
                said[key] = found[0] if len(found) == 1 or key == "title" else tuple(found)
        title = str(said.pop("title", "")) or resource.title
        return replace(
            resource, body=self._kept(root) or resource.body, title=title,
            metadata={**registered(said), **resource.metadata},
        )  # fmt: skip

    def _kept(self, root) -> bytes:  # type: ignore[no-untyped-def]  # lxml's element
        from lxml import html

        parts = items.xpath(self._main, "listing", "main")(root) if self._main else []
        kept = b"".join(html.tostring(part, encoding="utf-8") for part in parts if hasattr(part, "itertext"))
        head = b'<html><head><meta charset="utf-8"></head><body>'
        return head + kept + b"</body></html>" if kept else b""
