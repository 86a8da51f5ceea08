"""An API that answers page by page: asked until it says that there is no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import pydantic

from latam_rag.connectors import markup
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor, urls
from latam_rag.connectors.options import STRICT
from latam_rag.errors import SourceError

_MOST = 10_000


class Pages(pydantic.BaseModel):
    """How the next page is asked for: by a number that grows, or by what the answer says."""

    model_config = STRICT

    parameter: str = ""
    """Of the address: ``page``, ``$offset``, ``pageToken``."""
    first: int = 0
    """What the parameter begins with."""
    step: int = 0
    """What it grows by: 1 for pages, the page's size for rows."""
    next: str = ""
    """Where the answer says what comes next: ``fichas.nextPageToken``; a whole address needs no parameter."""
    total: str = ""
    """Where the answer says how many rows there are: fewer is an error, not the end."""

    @pydantic.model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.next) == bool(self.step) or (self.step and not self.parameter):
            raise ValueError("parameter, step | next")
        return self


def answers(url: str, manners: Manners, pages: Pages, count: Callable[[Any], int]) -> Iterator[Any]:
    """The JSON of each page; ``count`` says how many rows one has.

    SourceError when the pages go in a circle, leave rows out between them, or end before the answer's own count: read as the
    end, it would be the deletion of the rest.
    """
    start = urls.canonical(url)
    visitor = Visitor(Client(manners, Bounds([start])), ())
    address = _with(start, pages.parameter, str(pages.first)) if pages.step else start
    seen: set[str] = set()
    before: Any = None
    rows, expected, short = 0, 0, False
    for number in range(1, _MOST + 1):
        seen.add(address)
        value = markup.json_of(visitor.listing(address), address)
        found = count(value)
        # A server that doesn't know the parameter gives the first page for ever; one whose pages are smaller skips rows.
        if found and (value == before or short):
            raise SourceError("connectors.bad_listing", name=start, error=address)
        before, rows, short = value, rows + found, 0 < found < pages.step
        said = str(_at(value, pages.total)) if pages.total else ""
        expected = int(said) if said.isdigit() else expected
        yield value
        address = _next(start, pages, number, value, found)
        if address in seen:
            raise SourceError("connectors.bad_listing", name=start, error=address)
        if not address:
            break
    else:
        raise SourceError("connectors.too_many_pages", name=start, allowed=_MOST)
    if rows < expected:
        raise SourceError("connectors.bad_listing", name=start, error=f"{rows} / {expected}")


def _next(start: str, pages: Pages, number: int, value: Any, found: int) -> str:
    """The address of the page after this one; "" when there is none."""
    if pages.step:
        return _with(start, pages.parameter, str(pages.first + number * pages.step)) if found else ""
    said = _at(value, pages.next)
    if said in (None, "", False):
        return ""
    return _with(start, pages.parameter, str(said)) if pages.parameter else urls.canonical(str(said), start)


def _with(url: str, parameter: str, value: str) -> str:
    return urls.canonical(urls.with_parameters(url, {parameter: value}))


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
