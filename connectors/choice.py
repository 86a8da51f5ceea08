"""Which of a site's addresses are documents: patterns, kinds, hosts. The options that the connectors of the web share."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field

from latam_rag.connectors.http import Manners, kinds, urls
from latam_rag.connectors.patterns import pattern

Kind = Literal["html", "pdf", "office", "table", "text", "xml", "image"]
#: What an institution publishes as documents; images are mostly decoration.
DOCUMENTS: tuple[Kind, ...] = ("html", "pdf", "office", "text", "xml")

Include = Annotated[
    Sequence[str], "Patterns of addresses that are documents: `*.pdf`, `/ordenanzas/**`. Without it, all are."
]
Exclude = Annotated[Sequence[str], "Patterns of addresses that are left out."]
Kinds = Annotated[
    Sequence[Kind],
    Field(min_length=1),
    "What is a document: html, pdf, office, table, text, xml, image. Others aren't downloaded.",
]
Hosts = Annotated[
    Sequence[str],
    "Further hosts that documents may be on: `datos.muni.cl`, `*.gob.cl`, `host:8080`, or `*` for any public one.",
]
Http = Annotated[Manners, "How the servers are asked: a table, see below."]
Address = Annotated[str, Field(min_length=8, pattern=r"^https?://")]


class Choice:
    """Patterns are held against the path of an address, with its query where the pattern has a ``?``."""

    def __init__(self, connector: str, include: Sequence[str], exclude: Sequence[str], wanted: Sequence[str]) -> None:
        self._included = [pattern(glob, connector, "include") for glob in include]
        self._excluded = [pattern(glob, connector, "exclude") for glob in exclude]
        self.kinds = frozenset(wanted)

    def excludes(self, url: str) -> bool:
        return any(one.fullmatch(spelling) for one in self._excluded for spelling in _spellings(url))

    def includes(self, url: str) -> bool:
        """Whether a document at ``url`` is one of the source's, going by its address."""
        if self.excludes(url):
            return False
        return not self._included or any(
            one.fullmatch(spelling) for one in self._included for spelling in _spellings(url)
        )

    def may_be(self, url: str) -> bool:
        """Whether ``url`` may be of a kind that is wanted: what is known to be a picture isn't asked for."""
        kind = kinds.by_address(url)
        return kind == "" or kind in self.kinds


def _spellings(url: str) -> tuple[str, ...]:
    target = unquote(urls.target_of(url)).strip("/")
    path = target.partition("?")[0].rstrip("/")
    return (path, target, posixpath.basename(path)) if path else ("", target)
