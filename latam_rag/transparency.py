"""The sheet that an institution publishes about an index: what the system is, its documents, models, limits and figures.

Made from the index as it is: the definition, the catalog, the models in use, what its refusals were measured at, and the
record of its answers. What only the institution knows (who answers for it, where to complain) is left as a line to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from latam_rag import __version__, messages
from latam_rag.types import Language

if TYPE_CHECKING:
    from latam_rag.index import Index


def sheet(index: Index, language: Language) -> str:
    """Markdown, in Spanish or Portuguese."""

    def say(key: str, **values: Any) -> str:
        return messages.text(f"transparency.{key}", language, **values)

    status = index.status()
    lines = [
        f"# {say('title', title=status.title)}",
        say("made", date=date.today().isoformat(), version=__version__),
        f"## {say('system')}",
        say("what_it_is"),
        say("how_it_answers"),
        say("how_it_is_checked"),
        say("how_it_refuses"),
        f"## {say('documents')}",
        *_documents(index, say),
        f"## {say('models')}",
        *_models(index, say),
        f"## {say('figures')}",
        *_figures(index, say),
        f"## {say('privacy')}",
        *_privacy(index, say),
        f"## {say('limits')}",
        *(f"- {line}" for line in say("limits_lines").strip().splitlines()),
        f"## {say('people')}",
        say("to_fill_in"),
    ]
    return "\n\n".join(_listed(lines)) + "\n"


def _listed(lines: list[str]) -> Iterator[str]:
    """Items of one list joined, all else apart."""
    items: list[str] = []
    for line in (*lines, ""):
        if line.startswith("- "):
            items.append(line)
            continue
        if items:
            yield "\n".join(items)
            items = []
        if line:
            yield line


def _documents(index: Index, say: Any) -> Iterator[str]:
    status = index.status()
    listed = index.catalog.documents()
    yield say(
        "documents_counted", documents=status.documents, passages=status.passages,
        synced=(status.last_sync or "–")[:16].replace("T", " "),
    )  # fmt: skip
    yield say("by_language", es=sum(d.language == "es" for d in listed), pt=sum(d.language == "pt" for d in listed))
    for source in index.definition.sources:
        place = source.options.get("path") or source.options.get("url") or ""
        yield f"- {say('source', kind=source.connector, place=place)}"
    if status.failures:
        yield say("failed", count=len(status.failures), name=status.name)


def _models(index: Index, say: Any) -> Iterator[str]:
    definition = index.definition
    yield f"- {say('embedding', model=definition.embedding.model)}"
    generation = definition.generation
    if generation.endpoint:
        yield f"- {say('endpoint', model=generation.model or '–', endpoint=generation.endpoint)}"
    elif generation.model:
        yield f"- {say('language_model', model=generation.model.rpartition('/')[2])}"
    else:
        yield f"- {say('no_language_model')}"


def _figures(index: Index, say: Any) -> Iterator[str]:
    refusal = index.status().refusal
    yield f"- {_refusal(refusal, say)}" if refusal else f"- {say('refusal_unknown')}"
    answers = [
        record for record in index.recorder.log.records() if record.get("kind") == "answer" and "erased" not in record
    ]
    if not answers:
        yield f"- {say('no_answers')}"
        return
    sentences = [verdict for record in answers for verdict in record["verdicts"]]
    yield "- " + say(
        "answers", count=len(answers), since=answers[0]["time"][:10], refused=sum(r["refused"] for r in answers),
        citations=sum(len(record["citations"]) for record in answers), sentences=len(sentences),
        withheld=sum(not verdict["shown"] for verdict in sentences),
    )  # fmt: skip


def _refusal(refusal: Mapping[str, Any], say: Any) -> str:
    def percent(key: str) -> str:
        return f"{100 * float(refusal[key]):.0f}"

    return str(say("refusal", foreign=percent("foreign"), lost=percent("lost")))


def _privacy(index: Index, say: Any) -> Iterator[str]:
    yield f"- {say('recorded' if index.definition.audit.enabled else 'not_recorded')}"
    generation = index.definition.generation
    where = generation.endpoint if generation.endpoint else index.definition.store.url
    yield f"- {say('sent_to', where=where)}" if where else f"- {say('stays')}"
