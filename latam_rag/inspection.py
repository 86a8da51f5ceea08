"""A file as an index would read it, without an index: how a technician sees what will be found in it, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from latam_rag import pageimage, plugins
from latam_rag.config import Definition, Source
from latam_rag.errors import ConfigError
from latam_rag.reader import Reader
from latam_rag.split.genres import decide
from latam_rag.types import Document, Genre, Language, Passage, Resource


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A document, its passages in their order, and the bytes they were read from."""

    resource: Resource
    document: Document
    genre: Genre
    """That it was split by."""
    passages: tuple[Passage, ...]

    def pages(self, passage: Passage) -> list[int]:
        """The pages that ``passage`` stands on, from 1; none where the document isn't paginated."""
        return [page.number for page in self.document.pages if page.start < passage.end and passage.start < page.end]

    def drawn(self, page: int, *, scale: float = 1.5) -> bytes:
        """A PNG of ``page`` with a frame around each passage and its number (from 1) beside it; DocumentError when there is no
        such page or it can't be drawn. ``scale`` is pixels per point."""
        (found,) = (each for each in self.document.pages if each.number == page)
        frames = [
            (number, pageimage.boxes_of(found, passage.start, passage.end))
            for number, passage in enumerate(self.passages, 1)
            if page in self.pages(passage)
        ]
        return pageimage.framed(self.resource.body, page, frames, scale=scale)


def inspect(path: Path, *, genre: Genre = Genre.AUTO, language: Language | None = None) -> Iterator[Read]:
    """Read the file at ``path``, or each of an archive, as a sync does: in a process of its own, within its limits.

    Raises ConfigError when there is no such file, DocumentError at the first document that can't be read.
    """
    if not path.is_file():
        raise ConfigError("inspect.no_file", path=str(path))
    source = Source.model_validate({"genre": genre, "language": language, "path": str(path.absolute())})
    definition = Definition(name="inspect", sources=[source], language=language or "es")
    connector = plugins.connect(source.connector, dict(source.options))
    with Reader(definition) as reader:
        for ref in connector.refs():
            resource = connector.fetch(ref)
            document, passages = reader.read(resource, source)
            yield Read(
                resource=resource, document=document, genre=decide(document, genre), passages=tuple(passages)
            )  # fmt: skip
