"""What a record says of an answer: what was asked, found, checked and shown, and by what; without personal data."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from latam_rag import __version__
from latam_rag.audit import Log
from latam_rag.catalog import Catalog
from latam_rag.config import Definition
from latam_rag.redact import redact
from latam_rag.types import Answer, Citation, Filters, Hit, Verdict

#: Of a model's file: so many bytes of its beginning, middle and end are hashed, with its size; the whole would take minutes.
_SAMPLE = 1 << 20


class Recorder:
    """Thread-safe. Writes the records of one index."""

    def __init__(self, definition: Definition, folder: Path, catalog: Callable[[], Catalog]) -> None:
        self.log = Log(folder)
        self._definition = definition
        self._catalog = catalog
        self._guard = threading.Lock()
        self._corpus: tuple[object, str] | None = None
        self._model: dict[str, Any] | None = None

    def record(self, answer: Answer, **asked: Any) -> dict[str, Any]:
        """Append the record of ``answer``; ``asked`` as for ``content``."""
        return self.log.append("answer", self.content(answer, **asked))

    def content(self, answer: Answer, *, filters: Filters, extractive: bool, fingerprint: str) -> dict[str, Any]:
        """The record of ``answer`` but for its place in the chain. ``extractive``: the language model was left out;
        ``fingerprint`` is the embedding model's."""
        private = _Private()
        content = {
            "index": self._definition.name,
            "question": private(answer.question),
            "language": answer.language,
            "filters": asdict(filters),
            "extractive": extractive,
            "corpus": self.corpus(),
            "hits": [_hit(hit) for hit in answer.hits],
            "refused": answer.refused,
            "reason": private(answer.reason),
            "shown": [{"text": private(s.text), "citations": list(s.citations)} for s in answer.sentences],
            "citations": [_citation(citation, private) for citation in answer.citations],
            "verdicts": [_verdict(verdict, private) for verdict in answer.verdicts],
            "made_by": self._made_by(answer, extractive, fingerprint),
            "settings": self._settings(),
        }
        return {**content, "redacted": list(dict.fromkeys(private.kinds))}

    def corpus(self) -> str:
        """A hash of what the index holds: every document's uri and content, as last read."""
        catalog = self._catalog()
        stamp = catalog.stamp()
        with self._guard:
            if self._corpus is None or self._corpus[0] != stamp:
                said = sorted(f"{uri}\n{o.content_hash}\n{o.recipe}" for uri, o in catalog.origins().items())
                self._corpus = (stamp, _sha("\n".join(said)))
            return self._corpus[1]

    def _made_by(self, answer: Answer, extractive: bool, fingerprint: str) -> dict[str, Any]:
        made: dict[str, Any] = {"version": __version__, "engine": answer.engine, "embedding": fingerprint}
        if not extractive and (self._definition.generation.model or self._definition.generation.endpoint):
            rules = (files("latam_rag.messages") / "prompt.toml").read_text("utf-8")
            made["model"] = self._model_identity()
            made["prompt"] = _sha("\n".join((rules, *(hit.passage.text for hit in answer.hits))))
        return made

    def _model_identity(self) -> dict[str, Any]:
        settings = self._definition.generation
        with self._guard:
            if self._model is None and settings.endpoint:
                self._model = {"name": settings.model or "", "endpoint": settings.endpoint}
            elif self._model is None:
                from latam_rag.llm.loading import prepared

                model, profile, template = prepared(settings, self._definition.base)
                self._model = {
                    "name": model.name, "size": model.size, "sample": _sample(model.path), "profile": profile.name,
                    "template": _sha(template),
                }  # fmt: skip
            return dict(self._model)

    def _settings(self) -> dict[str, Any]:
        generation = self._definition.generation.model_dump(include={"profile", "context", "max_tokens"})
        return {"retrieval": self._definition.retrieval.model_dump(), "generation": generation}


class _Private:
    """Redacts, and remembers the kinds of what was."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def __call__(self, text: str) -> str:
        clean, kinds = redact(text)
        self.kinds += kinds
        return clean


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "passage": passage.id, "uri": passage.uri, "place": _place(hit), "score": round(hit.score, 6), "why": list(hit.why),
        "text": _sha(passage.text),
    }  # fmt: skip


def _place(hit: Hit) -> str:
    return ", ".join(part for part in (hit.passage.title, hit.passage.label) if part)


def _citation(citation: Citation, private: _Private) -> dict[str, Any]:
    return {
        "number": citation.number, "passage": citation.passage.id, "uri": citation.passage.uri, "page": citation.page,
        "start": citation.start, "end": citation.end, "quote": private(citation.quote),
    }  # fmt: skip


def _verdict(verdict: Verdict, private: _Private) -> dict[str, Any]:
    reasons = [[key, _redacted(values, private)] for key, values in verdict.reasons]
    return {"sentence": private(verdict.sentence), "shown": verdict.shown, "reasons": reasons}


def _redacted(values: Mapping[str, Any], private: _Private) -> dict[str, Any]:
    return {name: private(value) if isinstance(value, str) else value for name, value in values.items()}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sample(path: Path) -> str:
    size = path.stat().st_size
    found = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for start in (0, max(0, size // 2 - _SAMPLE // 2), max(0, size - _SAMPLE)):
            file.seek(start)
            found.update(file.read(_SAMPLE))
    return found.hexdigest()
