"""Everything that can go wrong, as one tree.

::

    LatamRagError
    ├── ConfigError          the index definition or a setting
    ├── PluginError          a connector's name or its constructor
    ├── MissingExtra         an optional part isn't installed
    ├── SourceError          a source can't be listed, or a document can't be fetched
    │   └── EmptySource      a source is there and holds no documents
    ├── DocumentError        one document can't be indexed: a listed failure, the others go on
    ├── ModelError           an embedding model or a GGUF
    ├── StoreError           the vector store or the catalog
    │   ├── IndexLocked      another process has the index open
    │   └── ModelMismatch    the index was made with another embedding model
    ├── DeletionRefused      a sync would delete more than it may without being told to
    └── Cancelled            the user stopped it

A foreign exception is translated at the boundary of the module that uses the library (``raise … from …``). Every message
says what, which, what is allowed and what to do next, and stands in the catalogue (``latam_rag.messages``).
"""

from __future__ import annotations

from typing import Any

from latam_rag import messages


class LatamRagError(Exception):
    """The root. ``key`` names the message in the catalogue; ``values`` fill it in."""

    exit_code = 1

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        try:
            return messages.text(self.key, **self.values)
        except (LookupError, OSError, TypeError, ValueError):
            # A fault in the catalogue must not hide what went wrong.
            return f"{self.key}: {self.values!r}"

    def said(self, lang: str | None = None) -> str:
        """In a language that isn't the process's: two people may read two languages at once."""
        return messages.text(self.key, lang, **self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders: documents are read in a worker process.
        return _rebuild, (type(self), self.key, self.values)


def _rebuild(kind: type[LatamRagError], key: str, values: dict[str, Any]) -> LatamRagError:
    return kind(key, **values)


class ConfigError(LatamRagError):
    exit_code = 2


class PluginError(LatamRagError):
    exit_code = 2


class MissingExtra(LatamRagError):
    exit_code = 3

    def __init__(self, extra: str, what: str) -> None:
        super().__init__("errors.missing_extra", extra=extra, what=what)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.values["extra"], self.values["what"])


class SourceError(LatamRagError):
    exit_code = 4

    @classmethod
    def saying(cls, text: str) -> SourceError:
        """In a connector's own words, for one that has no part in the catalogue: what, which, and what to do next."""
        return cls("errors.said", text=text)


class EmptySource(SourceError):
    """Not read as the deletion of all it held, unless deletions were allowed."""


class DocumentError(LatamRagError):
    exit_code = 4


class ModelError(LatamRagError):
    exit_code = 5


class StoreError(LatamRagError):
    exit_code = 6


class IndexLocked(StoreError):
    pass


class ModelMismatch(StoreError):
    pass


class DeletionRefused(LatamRagError):
    exit_code = 7


class Cancelled(LatamRagError):
    exit_code = 130
