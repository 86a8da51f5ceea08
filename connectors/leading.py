"""What an item of a list leads to, and what becomes of it. For ``listing``. Pure but for what it is handed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import translate
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pydantic

from latam_rag.connectors import items, mapping, markup
from latam_rag.connectors.filling import Given, expanded, filled, holes, joined, values_of
from latam_rag.connectors.http import kinds, urls
from latam_rag.connectors.options import STRICT
from latam_rag.errors import PluginError, SourceError
from latam_rag.parse.detect import RECORD, UNITS
from latam_rag.parse.registry import registered
from latam_rag.parse.rows import Record, Row
from latam_rag.types import Ref, Resource, Value

Names = str | list[str]
Patterns = str | list[str]
_TODAY = re.compile(r"\{today(?::([^{}]+))?\}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class Via(pydantic.BaseModel):
    """An answer that an item leads to."""

    model_config = STRICT

    url: str
    """Template of its address, from the item's columns."""
    items: str = ""
    """The way to what is taken of it, where that isn't the whole: `encoding[]`. Of several, the first that fits ``where``."""
    values: dict[str, str] = {}
    """Of XML and HTML: column → XPath."""
    where: dict[str, Patterns] = {}
    """Patterns, as those of the list."""


class Units(pydantic.BaseModel):
    """The articles of a law that comes as JSON."""

    model_config = STRICT

    items: str
    """The way to them: `articulos[]`."""
    label: str
    """Template: how one is cited, `art. {nroArticulo}`."""
    text: Names
    """Columns with its text: plain, or HTML. One without text is no article of the document."""
    title: Names = []
    """Columns with what stands at the head of its text: `Artículo 5`."""
    headings: Names = []
    """Columns with the titles and chapters that it is in, outermost first; `<br>` parts those in one column."""
    columns: dict[str, Names] = {}
    """Its metadata: article, status, valid_from, and `remarks`, from which a repeal is read."""
    before: Names = []
    """Columns with what stands before the articles."""
    after: Names = []
    """Columns with what stands after them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """``address`` is what is asked for to see whether it changed; "" where the list itself says everything."""

    uri: str
    address: str
    revision: str
    record: Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the list says of a document."""

    title: str
    url: str
    metadata: Mapping[str, Value]


class Meaning:
    """What an item means, by the definition's options. Checked by the connector."""

    def __init__(
        self, means: mapping.Mapping_, *, find: Mapping[str, list[str]], document: Sequence[str], via: Via | None, html: str,
        units: Units | None,
    ) -> None:  # fmt: skip
        self.means, self.via = means, via
        self._document = [one for one in document if one]
        self._html, self._units = html, units
        self._find = {column: _finding(column, written) for column, written in find.items()}
        for column, written in (via.values if via else {}).items():
            items.xpath(written, "listing", f"via.values.{column}")

    @property
    def leads(self) -> bool:
        return bool(self._document)

    @property
    def is_record(self) -> bool:
        return bool(self.means.text or self.means.fields)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The templates of what is asked for that begin with a host: the source's own hosts."""
        every = [*self._document, *([self.via.url] if self.via else [])]
        return tuple(one for one in every if re.match(r"https?://[^/{}]+", one))

    def item(self, record: Record, place: str, revision: str) -> Item:
        """``place`` is where the list is."""
        record = replace(record, values=self._with_found(record.values))
        given = self.means.given(record, self.means.words)
        asked = self.via.url if self.via else ""
        address = address_of(asked, given) if asked else self.document(given)
        settled = markup.settled(filled(revision, given.row)) if revision else ""
        if not address and not self.leads and self.via is None:
            settled = settled or mapping.revision(self._content(given))
        uri = address_of(self.means.url, given) if holes(self.means.url) else ""
        named = f"{urls.canonical(place)}#{self.means.key(given)}" if place else self.means.key(given)
        return Item(uri=uri or (address if not place else named), address=address, revision=settled, record=record)

    def whole(self, item: Item, met: Resource | None) -> tuple[Given, bytes]:
        """The item with what ``met``, the answer it leads to, says of it; and that answer."""
        if self.via is None:
            return self.means.given(item.record, self.means.words), b""
        if met is None:
            raise SourceError("listing.no_document", name=item.uri)
        at, values = self.via.items, self.via.values
        found = next(items.items_in(met.body, met.url, at=at, values=values, keep=fitting(self.via.where)), None)
        if found is None:
            raise SourceError("listing.nothing_there", name=met.url)
        own = item.record.values
        # An id of the definition is the one that addresses are made of, whatever else the answer calls so.
        kept = {"id": own["id"]} if set(own) == {"id"} else {}
        row = self._with_found({**own, **found.values, **kept})
        return self.means.given(replace(found, values=row), self.means.words), met.body

    def said(self, item: Item, given: Given) -> Said:
        record = self.means.record(given)
        metadata = {
            key: tuple(value) if isinstance(value, list) else value for key, value in record["metadata"].items()
        }
        url = address_of(self.means.url, given) or (item.uri if item.uri.startswith(("http://", "https://")) else "")
        return Said(title=_plain(record["title"]), url=url, metadata=registered(metadata))

    def document(self, given: Given) -> str:
        """The document's address: the first template of which every column is there; "" for none."""
        return next((found for template in self._document if (found := address_of(template, given))), "")

    def made(self, ref: Ref, given: Given, answer: bytes, said: Said) -> Resource:
        """The document that is made of the answer itself."""
        if self._units is not None:
            body, kind, title = mapping.body(self._law(given, answer, said)), UNITS, said.title
        elif self._html:
            body, kind, title = self._content(given), "text/html; charset=utf-8", said.title
        else:
            body, kind, title = self._content(given), RECORD, ""
        return Resource(
            uri=ref.uri,
            body=body,
            media_type=kind,
            revision=ref.revision,
            title=title,
            url=said.url,
            metadata=said.metadata,
        )

    def _content(self, given: Given) -> bytes:
        """The document that the row itself holds."""
        if not self._html:
            return mapping.body(self.means.record(given))
        inner = "\n".join(values_of(given.row.get(self._html, "")))
        if not inner:
            raise SourceError("listing.nothing_there", name=self._html)
        title = html.escape(filled(self.means.title, given.row))
        return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{inner}</body></html>'.encode()

    def _law(self, given: Given, body: bytes, said: Said) -> dict[str, Any]:
        """What ``parse.units`` reads."""
        assert self._units is not None
        units = self._units
        rows = markup.rows_at(markup.json_of(body, said.url), units.items, said.url)
        made = [
            self._unit(self.means.given(replace(row, values=self._with_found(row.values)), self.means.words))
            for row in rows
        ]
        return {
            "title": said.title, "url": said.url, "units": [unit for unit in made if unit["html"]],
            "before": _texts(units.before, given), "after": _texts(units.after, given),
        }  # fmt: skip

    def _unit(self, given: Given) -> dict[str, Any]:
        assert self._units is not None
        metadata = {key: joined(_texts(names, given)) for key, names in self._units.columns.items()}
        text = _texts(self._units.text, given)
        above = [_plain(part) for text in _texts(self._units.headings, given) for part in _BREAK.split(text)]
        # What a registry remarks on each article is longer than the article: only what follows from it is kept.
        known = {key: value for key, value in registered(metadata).items() if key != "remarks"}
        return {
            "label": filled(self._units.label, given.row), "headings": [one for one in above if one], "metadata": known,
            "html": [*_texts(self._units.title, given), *text] if text else [],
        }  # fmt: skip

    def _with_found(self, row: Row) -> Row:
        found = ((column, _first(pattern, filled(template, row))) for column, (template, pattern) in self._find.items())
        return {**row, **{column: value for column, value in found if value}}


def address_of(template: str, given: Given) -> str:
    """The web address that ``template`` makes; "" unless every column that it asks for is there."""
    asked = holes(template) if "{" in template else []
    values = {column: joined(values_of(given.row.get(column, ""))) for column in asked}
    if not template or not all(values.values()):
        return ""
    whole = re.fullmatch(r"\{([^{}]+)\}", template)
    # What stands in an address as it is: URNs are written with «:» and «;», and some servers know them no other way.
    quoted = values if whole else {column: quote(value, safe="/:;,@") for column, value in values.items()}
    written = re.sub(r"\{([^{}]+)\}", lambda hole: quoted[hole[1]], template)
    if not written.startswith(("http://", "https://")):
        return ""
    # A page that a browser builds is known by what stands after «#».
    return written if "#" in written else urls.canonical(written)


def origin(written: str) -> str:
    """The address of the host that a template begins with."""
    found = re.match(r"https?://[^/?#{}]+", written)
    if found is None:
        raise PluginError("connectors.bad_option", connector="listing", option="url", reason=written)
    return found[0]


def dated(url: str) -> tuple[str, str, str]:
    """``url`` with ``{today}``, or ``{today:%Y%m%d}``, filled in; what stands before the day, and the day: "" without one."""
    found = _TODAY.search(url)
    day = datetime.now(UTC).strftime(found[1] or "%Y-%m-%d") if found else ""
    return urls.canonical(_TODAY.sub(day, url)), url[: found.start()] if found else "", day


def fitting(where: Mapping[str, Patterns]) -> Callable[[Row], bool]:
    """Whether each column of a row has a value that fits one of its patterns, and none that fits one after a ``!``."""
    checks = []
    for column, patterns in where.items():
        every = [patterns] if isinstance(patterns, str) else patterns
        checks.append(
            (column, _any(one for one in every if one[:1] != "!"), _any(one[1:] for one in every if one[:1] == "!"))
        )

    def fits(row: Row) -> bool:
        for column, asked, barred in checks:
            values = values_of(row.get(column, "")) or [""]
            if barred is not None and any(map(barred.fullmatch, values)):
                return False
            if asked is not None and not any(map(asked.fullmatch, values)):
                return False
        return True

    return fits


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    written = "|".join(map(translate, patterns))
    return re.compile(written, re.IGNORECASE) if written else None


def wanted(chosen: Sequence[str]) -> Callable[[str, str], bool]:
    return lambda url, media_type: kinds.wanted(chosen, url, media_type)


def _finding(column: str, written: list[str]) -> tuple[str, re.Pattern[str]]:
    try:
        template, pattern = written
        return template if "{" in template else f"{{{template}}}", re.compile(pattern)
    except (ValueError, re.error) as error:
        raise PluginError(
            "connectors.bad_option", connector="listing", option=f"find.{column}", reason=str(error)
        ) from error


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else next((group for group in found.groups() if group), found[0])


def _texts(names: Names, given: Given) -> list[str]:
    return [text for named in ([names] if isinstance(names, str) else names) for text in expanded(named, given)]


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
