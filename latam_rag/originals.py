"""The documents of an index as their sources have them: their pages, and a page as a picture."""

from __future__ import annotations

import functools
from collections.abc import Callable

from latam_rag import pageimage
from latam_rag.catalog import Catalog, Origin, content_hash
from latam_rag.config import Definition, Source
from latam_rag.errors import DocumentError
from latam_rag.sync import source_of
from latam_rag.types import Citation, Connector, Page, Ref


class Originals:
    """Keeps the last few bodies and pages. Thread-safe, as the catalog is."""

    def __init__(
        self, definition: Definition, catalog: Callable[[], Catalog], connect: Callable[[Source], Connector]
    ) -> None:
        self._definition = definition
        self._catalog = catalog
        self._connect = connect
        # By origin, not by uri alone: after a sync, the pages and body of what a document was would mark other words.
        self._bodies = functools.lru_cache(maxsize=8)(self._fetched)
        self._read = functools.lru_cache(maxsize=32)(self._stored)

    def page_image(self, citation: Citation, *, scale: float = 2.0) -> bytes | None:
        """See ``Index.page_image``."""
        if citation.page is None:
            return None
        return pageimage.render(self.body(citation.passage.uri), citation.page, citation.boxes, scale=scale)

    def body(self, uri: str) -> bytes:
        """Fetched again from its source: SourceError when that fails, DocumentError when it isn't what was read."""
        origin = self._catalog().origin(uri)
        if origin is None:
            raise DocumentError("index.no_document", uri=uri)
        return self._bodies(uri, origin)

    def pages(self, uri: str) -> tuple[Page, ...]:
        """As they were read; empty for a document without pages, or one that is gone."""
        origin = self._catalog().origin(uri)
        return self._read(uri, origin) if origin else ()

    def _fetched(self, uri: str, origin: Origin) -> bytes:
        source = source_of(self._definition, origin.source)
        if source is None:
            raise DocumentError("index.no_document", uri=uri)
        body = self._connect(source).fetch(Ref(uri=uri, revision=origin.revision)).body
        if content_hash(body) != origin.content_hash:
            raise DocumentError("index.original_changed", uri=uri, name=self._definition.name)
        return body

    def _stored(self, uri: str, _: Origin) -> tuple[Page, ...]:
        document = self._catalog().document(uri)
        return document.pages if document else ()
