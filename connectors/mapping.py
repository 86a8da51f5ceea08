"""How the rows of one table become documents: columns named in the definition, and what they turn into. Pure."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import translate
from functools import cached_property
from typing import Any, Literal, Self

import pydantic

from latam_rag.connectors.filling import Given, address, expanded, filled, holes, is_list, joined
from latam_rag.connectors.options import STRICT
from latam_rag.connectors.pages import Pages
from latam_rag.errors import SourceError
from latam_rag.parse import nested
from latam_rag.parse.rows import Record, Row

Names = str | list[str]
Words = Mapping[str, Mapping[str, str]]
_SHOWN = 60
#: A title is no sentence; «S.A.», «N.L.» and «etc.» end as they do.
_STOP = re.compile(r"(?<=[^\W\d_A-Z]{4})\.$")


class Lookup(pydantic.BaseModel):
    """What a column says in codes, in words: by a second table beside the first, or by ``words``."""

    model_config = STRICT

    path: str = ""
    key: str = ""
    value: str = ""
    words: dict[str, str] = {}

    @pydantic.model_validator(mode="after")
    def _one_of(self) -> Self:
        if bool(self.words) == bool(self.path) or bool(self.path) != bool(self.key and self.value):
            raise ValueError("path, key, value | words")
        return self


class Gather(pydantic.BaseModel):
    """A second table whose rows belong to those of the first: where its column ``key`` is what ``on`` is here."""

    model_config = STRICT

    path: str
    key: str
    on: str
    rows: str = "[]"
    pages: Pages | None = None


class Mapping_(pydantic.BaseModel):  # noqa: N801  # the abstract Mapping is used here too
    """The options of the records connector that say what a row means.

    Where a column is named, a template such as ``"{grado} básico"`` may stand as well. ``title``, ``label``, ``headings`` and
    ``url`` are templates, and may be constant.
    """

    model_config = STRICT

    id: Names
    """The column, or columns, that tell rows apart."""
    title: str
    """Template: the document's title, as cited. May be constant."""
    text: Names = []
    """Column or columns whose text is the row's one citable unit."""
    fields: dict[str, Names] = {}
    """Instead of `text`: the parts of a service sheet, each a citable unit."""
    label: str = ""
    """Template: how the unit is cited; by default the code."""
    headings: list[str] = []
    """Templates: where the row stands, outermost first."""
    columns: dict[str, str] = {}
    """Metadata from columns: code, grade, subject, body, norm, status, …"""
    url: str = ""
    """Template: the web page that a citation opens."""
    replace: dict[str, str] = {}
    """What stands in a value, and what it means."""
    separator: str = ""
    """What parts a value into a list."""
    skip: list[str] = []
    """Values that say nothing, as patterns."""
    lookup: dict[str, Lookup] = {}
    """By column: what its codes mean, by `words` or by a table beside (path, key, value)."""
    gather: dict[str, Gather] = {}
    """Tables beside, whose rows belong to these (path, key, on)."""
    markup: Literal["plain", "markdown", "html"] = "plain"
    """What the values are written in."""
    sparse: bool = False
    """Whether columns may be missing from every row: an API leaves out what is empty."""

    @cached_property
    def _placeholder(self) -> re.Pattern[str]:
        return re.compile("|".join(translate(glob) for glob in self.skip) or r"(?!)", re.IGNORECASE)

    @cached_property
    def words(self) -> Words:
        """Those of the look-ups that stand in the definition itself."""
        return {column: other.words for column, other in self.lookup.items() if other.words}

    def require(self, records: Sequence[Record], name: str) -> None:
        """SourceError when the mapping names a column that no row has, with the nearest that there is."""
        columns = list({column: None for record in records for column in record.values})
        for option, written in self._named():
            if self.sparse and option not in ("id", "title"):
                continue
            constant = "{" not in written and option in ("title", "label", "headings", "url")
            for column in [] if constant else holes(written):
                known = _inner(records, column) if nested.place_of(column) else columns
                if column not in known:
                    near = difflib.get_close_matches(column, known, n=1)
                    raise SourceError(
                        "records.no_column_near" if near else "records.no_column",
                        name=name,
                        column=column,
                        option=option,
                        hint=near[0] if near else "",
                        known=", ".join(known[:_SHOWN]),
                    )

    def given(self, record: Record, words: Words) -> Given:
        """The row as it is meant (see ``cleaned``), and the objects within it."""
        return Given(self.cleaned(record.values, words), record.source, lambda row: self.cleaned(row, words))

    def cleaned(self, row: Row, words: Words) -> Row:
        """The row as it is meant: replacements made, lists taken apart, placeholders dropped, codes looked up in ``words``."""
        found: Row = {}
        for column, value in row.items():
            values = [self._replaced(one) for one in (self._split(value) if isinstance(value, str) else value)]
            values = [one for one in values if one and not self._placeholder.fullmatch(one)]
            values = [text for one in values if (text := words[column].get(one, one))] if column in words else values
            if values:
                listed = isinstance(value, list) or (bool(self.separator) and self.separator in value)
                found[column] = values if listed else values[0]
        return found

    def key(self, given: Given) -> str:
        """The row's key columns, joined by ``/``; empty when it has none of them."""
        return "/".join(part for named in _several(self.id) if (part := joined(expanded(named, given))))

    def record(self, given: Given) -> dict[str, Any]:
        """What ``parse.records.parse_record`` reads."""
        row = given.row
        fields = self.fields or {"": self.text}
        code = self.columns.get("code", "")
        said: dict[str, Any] = {
            "title": _STOP.sub("", filled(self.title, row)),
            "label": filled(self.label, row) or joined(expanded(code, given) if code else []),
            "headings": [text for heading in self.headings if (text := filled(heading, row))],
            "url": address(self.url, given),
            "metadata": dict(_metadata(self.columns, given)),
            "parts": [
                {"field": field, "values": values, "list": is_list(named, row)}
                for field, names in fields.items()
                for named in _several(names)
                if (values := expanded(named, given, lines=True))
            ],
        }
        return said if self.markup == "plain" else {**said, "markup": self.markup}

    def _named(self) -> Iterator[tuple[str, str]]:
        for option in ("id", "text"):
            yield from ((option, named) for named in _several(getattr(self, option)))
        yield from ((option, getattr(self, option)) for option in ("title", "label", "url"))
        yield from (("headings", heading) for heading in self.headings)
        yield from ((f"columns.{key}", named) for key, named in self.columns.items())
        for field, names in self.fields.items():
            yield from ((f"fields.{field}", named) for named in _several(names))
        yield from ((f"lookup.{column}", column) for column in self.lookup)

    def _split(self, value: str) -> list[str]:
        return value.split(self.separator) if self.separator else [value]

    def _replaced(self, value: str) -> str:
        for written, meant in self.replace.items():
            value = value.replace(written, meant)
        return value.strip()


def body(record: Mapping[str, Any]) -> bytes:
    """A record as it travels: canonical JSON, so that equal content is equal bytes."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def revision(of: bytes) -> str:
    return hashlib.blake2b(of, digest_size=12).hexdigest()


def _inner(records: Iterable[Record], column: str) -> list[str]:
    """The names beside ``column`` in the list that it is in; as far as the first row that has it."""
    known: dict[str, None] = {}
    for record in records:
        for row in nested.rows_in(record.source, nested.place_of(column)):
            known.update(dict.fromkeys(row))
        if column in known:
            break
    return list(known)


def _several(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else names


def _metadata(columns: Mapping[str, str], given: Given) -> Iterator[tuple[str, Any]]:
    for key, named in columns.items():
        if values := expanded(named, given):
            yield key, values if is_list(named, given.row) else values[0]
