"""Index definitions: one TOML file, one strict schema.

Every key is checked, unknown ones are refused with the nearest known one, and each error names the file and the key.
There are no process-wide settings: what an index does stands in its definition. A secret is given as the *name* of an
environment variable.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from latam_rag import invalid
from latam_rag.errors import ConfigError
from latam_rag.types import Genre

Name = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
MetadataValue = str | int | float | bool | list[str]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(BaseModel):
    """One ``[[sources]]`` table. The keys that aren't named here go to the connector's constructor, which checks them."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    connector: str = "files"
    """Its name, as ``latam-rag connectors`` lists it."""
    genre: Genre = Field(default=Genre.AUTO, strict=False)
    """How to split; ``auto`` decides by content."""
    language: Literal["es", "pt"] | None = None
    """Of its documents; when absent, each document's own is detected."""
    metadata: dict[str, MetadataValue] = {}
    """Laid over what the source says of each document: country, kind, body, …"""

    @pydantic.field_validator("metadata")
    @classmethod
    def _days(cls, said: dict[str, MetadataValue]) -> dict[str, MetadataValue]:
        """A day in another form would be compared with none: what is no longer in force would be shown as if it were."""
        for key in ("valid_from", "valid_to"):
            if key in said and not _is_day(said[key]):
                raise ValueError(f'{key} = "2019-12-31"')
        return said

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})

    @property
    def recipe(self) -> str:
        """Changes when documents of this source must be read again though they themselves didn't change."""
        said = [self.genre, self.language, self.metadata, self.options]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _is_day(said: object) -> bool:
    try:
        return date.fromisoformat(str(said)).isoformat() == said
    except ValueError:
        return False


class Embedding(_Table):
    engine: Literal["light", "sentence-transformers"] = "light"
    """``light`` needs no torch; ``sentence-transformers`` runs any model, on a GPU where there is one."""
    model: str = "intfloat/multilingual-e5-small"
    """A folder laid out as on Hugging Face, or a model's name there."""
    threads: int = Field(default=0, ge=0, le=1024)
    """0: as many as the machine has cores."""


class Store(_Table):
    url: str | None = None
    """A Qdrant server; without it the embedded engine (Qdrant Edge) is used."""
    api_key_env: str | None = None
    """The name of the environment variable that holds the server's API key."""
    collection: str | None = None
    """On a server; the index's name by default."""
    shards: int = Field(default=1, ge=1, le=1024)
    """Of a new collection on a server."""
    replicas: int = Field(default=1, ge=1, le=16)
    """Of each shard of a new collection on a server."""


class Retrieval(_Table):
    limit: int = Field(default=8, ge=1, le=100)
    """Passages handed to the answer."""
    candidates: int = Field(default=64, ge=10, le=1000)
    """Taken from each of dense and BM25 before fusion."""
    reranker: str | None = None
    """A cross-encoder of sentence-transformers that reads the best passages again: a folder, or its name on the hub."""


class Generation(_Table):
    """How answers are written. Without ``model`` or ``endpoint`` they are extractive."""

    model: str | None = None
    """A GGUF file, or ``package:NAME`` for one that a Python package carries; with ``endpoint``, the model's name there."""
    endpoint: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """An OpenAI-compatible server that runs the model, up to ``/v1``: llama.cpp's, vLLM. The documents' text is sent to it."""
    api_key_env: str | None = None
    """The name of the environment variable that holds the endpoint's key."""
    timeout: float = Field(default=300.0, gt=0, le=3600)
    """Seconds that the endpoint may be silent; reading a long prompt takes a while."""
    parallel: int = Field(default=4, ge=1, le=256)
    """Questions that the endpoint is asked at once; the others wait in line."""
    profile: str = "auto"
    """auto, latamgpt, llama, gemma, qwen, chat or base. An endpoint's server knows its model's own."""
    chat_template: str | None = None
    """A file with a Jinja template, for a GGUF that brings none."""
    context: int = Field(default=4096, ge=512, le=131072)
    """Tokens the model sees at once: instructions, evidence, question and answer."""
    max_tokens: int = Field(default=320, ge=16, le=4096)
    """Of an answer."""
    threads: int = Field(default=0, ge=0, le=1024)
    """0: as many as the machine has cores."""
    gpu_layers: int = Field(default=0, ge=-1, le=1024)
    """Of the model kept on the GPU; -1: all."""

    @property
    def written(self) -> bool:
        """Whether a language model answers."""
        return self.model is not None or self.endpoint is not None


class Audit(_Table):
    enabled: bool = True
    """Each answer becomes a line of ``audit.jsonl`` in the index's folder: question, passages, checks, what was shown, without
    identity numbers, e-mail addresses and telephones."""


class Limits(_Table):
    """Per document: past them it is a listed failure."""

    max_bytes: int = Field(default=100_000_000, ge=1024)
    """As fetched, and as unpacked."""
    max_seconds: float = Field(default=300.0, gt=0)
    """To read it; each scanned page adds up to a minute, all of them an hour at most."""


class Definition(_Table):
    """An index: what is in it, and how."""

    name: str = Name
    """Lower-case letters without accents, digits, ``-`` and ``_``; what commands call the index."""
    title: str = ""
    """What people call it."""
    language: Literal["es", "pt"] = "es"
    """Of the institution; a document's own is detected."""
    domain: Literal["legal", "curriculum", "public_service", "mixed"] = "mixed"
    """Which of the app's pages show it."""
    sources: list[Source] = Field(min_length=1)
    """Where its documents come from; at least one."""
    embedding: Embedding = Embedding()
    """How texts become vectors. Another model means that the index is built again."""
    store: Store = Store()
    """Where the vectors are kept."""
    retrieval: Retrieval = Retrieval()
    """How passages are found."""
    generation: Generation = Generation()
    """How answers are written."""
    audit: Audit = Audit()
    """Whether a record of the answers is kept; ``latam-rag audit`` reads it."""
    limits: Limits = Limits()
    """What one document may cost."""
    questions: list[str] = []
    """Examples that the app and the demo show."""

    base: Path = Field(default=Path(), exclude=True, strict=False)
    """The folder that relative paths start from: that of the file."""


def load(path: Path) -> Definition:
    """The definition in ``path``; ConfigError names the file, the key, what is allowed and what was meant."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("config.no_file", path=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError("config.not_toml", path=str(path), error=str(error)) from error
    if "base" in data:
        raise ConfigError("config.unknown_key", path=str(path), key="base", hint="")
    try:
        return Definition.model_validate({**data, "base": path.resolve().parent})
    except pydantic.ValidationError as error:
        raise _translated(path, error) from error


def _translated(path: Path, error: pydantic.ValidationError) -> ConfigError:
    """The first thing wrong, said so that a clerk's technician can mend it."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), _keys_beside(first["loc"]), n=1)
        return ConfigError(
            "config.unknown_key_near" if near else "config.unknown_key",
            path=str(path), key=key, hint=near[0] if near else "",
        )  # fmt: skip
    if first["type"] == "missing":
        return ConfigError("config.missing_key", path=str(path), key=key)
    return ConfigError(
        "config.bad_value", path=str(path), key=key, value=first.get("input"), reason=invalid.reason(first)
    )


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    table: Any = Definition
    for part in loc[:-1]:
        if isinstance(part, str):
            table = table.model_fields[part].annotation
    return [key for key in table.model_fields if key != "base"]
