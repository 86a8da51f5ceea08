"""A document that its source serves as data, in parts that are cited by themselves: the articles of a law in JSON.

The body is JSON: ``title``, ``url``, ``units``, each with ``label``, ``headings``, ``html`` (texts or HTML) and ``metadata``,
and ``before`` and ``after``, the texts that stand around them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.language import guess
from latam_rag.numerals import fold
from latam_rag.parse import html
from latam_rag.parse.build import Builder, clean
from latam_rag.types import Document, Genre, Language, Resource, SectionKind, Value

_TRANSITORY = re.compile(r"transitori")
#: A heading that got into the text of the article before it, and what it stands above with it.
_WITHIN = re.compile(r"\n\s*(disposici[óo]n(?:es)?\s+(?:\w+\s+y\s+)?transitorias?)[ \t.:]*(?:\n|$)", re.IGNORECASE)
_TAG = re.compile(r"<\w")
_FRESH = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[A-ZÑ]|[a-zñ]{1,2}|\d{1,3}|[IVXLC]{1,6})\s?(?:\)|\.-|[°º])\s)")


def parse_units(resource: Resource, language: Language | None = None) -> Document:
    """A law whose units are its articles. DocumentError when there is none with text, or the record has another form."""
    builder = Builder()
    try:
        said = json.loads(resource.body)
        builder.add(SectionKind.HEADING, clean(said["title"] or resource.title), level=1)
        _lay(builder, said["before"])
        numbers, found = _Numbers(), 0
        above: tuple[str, ...] = ()
        for unit in said["units"]:
            headings = tuple(map(clean, unit["headings"]))
            _headings(builder, above, headings)
            above = headings
            start = builder.gap_ahead()
            own, heading, rest = _own(unit["html"])
            _lay(builder, own)
            if builder.length > start:
                found += 1
                label, metadata = numbers.named(unit["label"], headings, unit["metadata"])
                builder.mark(SectionKind.UNIT, start, builder.length, label=label, headings=headings, metadata=metadata)
            if heading:
                builder.add(SectionKind.HEADING, heading, level=2)
                numbers.transitory = True
                _lay(builder, rest)
        _lay(builder, said["after"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentError("records.bad_record", name=resource.uri) from error
    if not found:
        raise DocumentError("records.empty", name=resource.uri)
    draft = builder.draft(genre=Genre.LAW, metadata=dict(resource.metadata), url=said["url"])
    return draft.document(
        resource, title=said["title"] or resource.title, language=language or guess(draft.text) or "es"
    )


class _Numbers:
    """The numbers of a law's articles. Its transitory ones may begin from 1 again: those are told apart by name."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.transitory = False

    def named(self, label: str, headings: tuple[str, ...], said: Mapping[str, Any]) -> tuple[str, dict[str, Value]]:
        """Label and metadata of the next article."""
        self.transitory = self.transitory or any(_TRANSITORY.search(fold(one)) for one in headings)
        metadata = {key: _value(value) for key, value in said.items()}
        article = str(metadata.get("article", ""))
        if self.transitory and article in self._seen and not article.endswith("-transitorio"):
            label, metadata["article"] = f"{label} transitorio", f"{article}-transitorio"
        self._seen.add(article)
        return label, metadata


def _own(texts: list[str]) -> tuple[list[str], str, list[str]]:
    """What is the article's own of its texts; the heading of transitory ones that follows within them, and what stands
    below it, which is cited as no article of the law."""
    for at, text in enumerate(texts):
        if found := _WITHIN.search(text.replace("\r", "")):
            plain = text.replace("\r", "")
            return [*texts[:at], plain[: found.start()]], clean(found[1]), [plain[found.end() :], *texts[at + 1 :]]
    return texts, "", []


def _headings(builder: Builder, above: tuple[str, ...], headings: tuple[str, ...]) -> None:
    """Those that didn't stand above the unit before."""
    same = next((at for at, (one, other) in enumerate(zip(above, headings, strict=False)) if one != other), len(above))
    for level, heading in enumerate(headings, 2):
        if level - 2 >= same:
            builder.add(SectionKind.HEADING, heading, level=min(level, 6))


def _lay(builder: Builder, texts: list[str]) -> None:
    """HTML, or text in lines of a fixed width: the next paragraph begins after a blank line, or with the mark of an item."""
    for text in texts:
        text = text.replace("\r", "")
        if _TAG.search(text):
            html.lay(builder, html.root_of(_FRESH.sub("<p>", text), name=""))
        else:
            for paragraph in _FRESH.split(text):
                builder.add(SectionKind.PARAGRAPH, clean(paragraph))


def _value(value: Any) -> Value:
    return tuple(map(str, value)) if isinstance(value, list) else value
