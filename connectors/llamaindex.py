"""Any LlamaIndex reader as a source. The one connector that knows LlamaIndex."""

from __future__ import annotations

import hashlib
import importlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from latam_rag.connectors.options import check_options, with_secrets
from latam_rag.errors import EmptySource, MissingExtra, PluginError, SourceError
from latam_rag.types import Ref, Resource

#: Where readers say what a document is called, best first.
_NAMES = ("url", "source", "file_path", "path", "link", "id", "file_name", "title")
_PLAIN = (str, int, float, bool)


class LlamaIndex:
    """What any LlamaIndex reader loads. A reader lists by loading everything, so that each sync reads the whole source.

    Its package is installed beside this one: ``pip install llama-index-readers-…``. Its connections are its own affair:
    neither pace nor bounds of ours hold for them.
    """

    @check_options
    def __init__(
        self,
        *,
        reader: Annotated[
            str,
            Field(pattern=r"^llama_index(\.\w+)+$"),
            "The reader's class: `llama_index.readers.wikipedia.WikipediaReader`.",
        ],
        options: Annotated[
            dict[str, Any],
            "What its constructor takes; a key that ends in `_env` names the variable that holds a secret.",
        ] = {},  # noqa: B006
        load: Annotated[dict[str, Any], "What its `load_data` takes."] = {},  # noqa: B006
        id: Annotated[
            Sequence[str],
            "The metadata that tell its documents apart; by default the first that all have of url, source, file_path, …",
        ] = (),
    ) -> None:
        self._reader, self._options, self._load, self._id = reader, dict(options), dict(load), tuple(id)
        self._listing = threading.Lock()
        self._known: dict[str, Resource] = {}

    def refs(self) -> Iterator[Ref]:
        """In the reader's order. A revision is a hash of text and metadata."""
        for uri, resource in self._loaded().items():
            yield Ref(uri=uri, revision=resource.revision)

    def fetch(self, ref: Ref) -> Resource:
        found = self._known.get(ref.uri) or self._loaded().get(ref.uri)
        if found is None:
            raise SourceError("connectors.missing", name=ref.uri)
        return found

    def _loaded(self) -> dict[str, Resource]:
        with self._listing:
            documents = self._read()
            if not documents:
                raise EmptySource("connectors.no_pages", name=self._reader)
            keys = self._id or _telling(documents)
            found: dict[str, Resource] = {}
            for document in documents:
                text, said = str(document.text or ""), _metadata(document.metadata)
                body = json.dumps([text, sorted(said.items())], ensure_ascii=False).encode()
                revision = hashlib.blake2b(body, digest_size=12).hexdigest()
                name = "/".join(str(said.get(key, "")) for key in keys).strip("/ ") or revision
                uri, count = name, 1
                while uri in found:
                    count += 1
                    uri = f"{name}~{count}"
                url = next(
                    (value for value in map(str, said.values()) if value.startswith(("http://", "https://"))), ""
                )
                found[uri] = Resource(
                    uri=uri, body=text.encode(), media_type="text/plain; charset=utf-8", revision=revision, url=url,
                    title=str(said.get("title", "")), metadata=said,
                )  # fmt: skip
            self._known = found
            return found

    def _read(self) -> list[Any]:
        try:
            return list(self._made().load_data(**self._load))
        except (SourceError, PluginError, MissingExtra):
            raise
        except Exception as error:  # a reader is someone else's code, over a library of its own
            said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise SourceError("connectors.failed", name=self._reader, error=said) from error

    def _made(self) -> Any:
        try:
            from llama_index.core.readers.base import BaseReader
        except ImportError as error:
            raise MissingExtra("llama-index", "LlamaIndex") from error
        module, _, name = self._reader.rpartition(".")
        try:
            kind = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise PluginError("connectors.no_reader", reader=self._reader, error=str(error)) from error
        if not (isinstance(kind, type) and issubclass(kind, BaseReader)):
            raise PluginError("connectors.no_reader", reader=self._reader, error=f"{name}: BaseReader")
        return kind(**with_secrets(self._options, "options"))


def _telling(documents: Sequence[Any]) -> tuple[str, ...]:
    """The metadata that every document has, and that tell each from the others as far as any does."""
    shared = [name for name in _NAMES if all(document.metadata.get(name) for document in documents)]
    return tuple(sorted(shared[:3], key=lambda name: -len({str(d.metadata[name]) for d in documents})))[:1]


def _metadata(said: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    return {str(key): value for key, value in said.items() if isinstance(value, _PLAIN)}
