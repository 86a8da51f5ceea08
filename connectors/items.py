"""The items of an answer, as rows: JSON by the way to them, XML and HTML by XPath, CSV line by line, packed or not.

In XML names are asked for without their namespaces. Pure: bytes in, rows out.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from latam_rag.connectors import markup
from latam_rag.connectors.http import urls
from latam_rag.connectors.links import tree
from latam_rag.errors import DocumentError, PluginError, SourceError
from latam_rag.parse import decode, rows
from latam_rag.parse.build import clean
from latam_rag.parse.elements import local
from latam_rag.parse.rows import Cell, Record, Row

Keep = Callable[[Row], bool]
#: Of a CSV in a zip, unpacked; and how many times the packed size that may be.
_MOST = 2_000_000_000
_RATIO = 200
_SAMPLE = 1_000_000


def items_in(
    body: bytes, url: str, *, at: str, values: Mapping[str, str], keep: Keep = lambda row: True
) -> Iterator[Record]:
    """The rows of ``body``, an answer of ``url``: at the way ``at`` of a JSON (``gazettes[]``), or where its XPath leads.

    ``values`` are XPaths from each item, by column; without them an item's columns are its attributes and what is in it. Those
    that end in ``@href`` or ``@src`` become absolute. ``keep`` is asked before a row is kept in memory. SourceError when the
    answer isn't of that form.
    """
    head = body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if head == b"<":
        found: Iterable[Record] = _elements(body, url, at, values)
    elif body.startswith(b"PK\x03\x04"):
        found = _packed(body, url, keep)
    elif head in (b"{", b"[") and not at.startswith("/"):
        found = markup.rows_at(markup.json_of(body, url), at, url)
    elif not at.startswith("/") and not values:
        found = _csv(body, url)
    else:
        raise SourceError("listing.other_form", name=url, at=at)
    return (record for record in found if keep(record.values))


@cache
def xpath(written: str, connector: str, option: str) -> Any:
    """PluginError when it isn't an XPath."""
    from lxml import etree

    try:
        return etree.XPath(written)
    except etree.XPathSyntaxError as error:
        raise PluginError(
            "connectors.bad_option", connector=connector, option=option, reason=f"{written!r}: {error}"
        ) from error


def found_at(element: Any, written: str, base: str) -> list[str]:
    """What the XPath ``written`` finds from ``element``, as texts; links absolute."""
    return list(_texts(element, written, base))


def _csv(body: bytes, url: str) -> tuple[Record, ...]:
    try:
        return rows.from_csv(body, name=url, header=True).records
    except DocumentError as error:
        raise SourceError(error.key, **error.values) from error


def _packed(body: bytes, url: str, keep: Keep) -> Iterator[Record]:
    """The rows of the one CSV in a zip, read while it is unpacked: it may be larger than what fits into memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            tables = [info for info in packed.infolist() if info.filename.lower().endswith(".csv")]
            if len(tables) != 1:
                raise SourceError("listing.which_file", name=url, known=", ".join(packed.namelist()[:20]))
            if tables[0].file_size > min(_MOST, _RATIO * len(body) + _SAMPLE):
                raise SourceError("http.bomb", url=url, packed=f"{len(body) / 1e6:,.1f} MB", ratio=_RATIO)
            with packed.open(tables[0]) as file:
                sample = file.read(_SAMPLE)
            with packed.open(tables[0]) as file:
                yield from _lines(
                    io.TextIOWrapper(file, encoding=_encoding(sample), errors="replace", newline=""), keep
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, csv.Error) as error:
        raise SourceError("connectors.bad_listing", name=url, error=str(error)) from error


def _lines(file: io.TextIOWrapper, keep: Keep) -> Iterator[Record]:
    first = file.readline()
    mark = max(",;\t|", key=first.count)
    names = rows.columns_of(next(csv.reader([first], delimiter=mark), []))
    for number, cells in enumerate(csv.reader(file, delimiter=mark), 2):
        # Most of a catalogue isn't wanted: that is found out before anything is made of it.
        if keep(dict(zip(names, cells, strict=False))):
            yield Record(number=number, values=rows.row_of(names, cells))


def _encoding(sample: bytes) -> str:
    try:
        sample[: sample.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _elements(body: bytes, url: str, at: str, values: Mapping[str, str]) -> Iterator[Record]:
    if at and not at.startswith("/"):
        raise SourceError("listing.other_form", name=url, at=at)
    root = _root(body, url)
    for number, item in enumerate(xpath(at, "listing", "items")(root) if at else [root], 1):
        if not hasattr(item, "itertext"):
            row: Row = {"valor": clean(str(item))}
        elif values:
            row = {column: _cell(_texts(item, written, url)) for column, written in values.items()}
        else:
            row = {**dict(item.attrib), **_inner(item)}
        yield Record(number=number, values={column: value for column, value in row.items() if value})


def _inner(item: Any) -> Row:
    found: dict[str, list[str]] = {}
    for inner in item:
        if isinstance(inner.tag, str) and (text := clean("".join(inner.itertext()))):
            found.setdefault(local(inner), []).append(text)
    return {tag: _cell(texts) for tag, texts in found.items()}


def _cell(texts: Iterable[str]) -> Cell:
    every = list(texts)
    return every[0] if len(every) == 1 else every


def _root(body: bytes, url: str) -> Any:
    """XML without its namespaces where it is XML, else a page as browsers read it."""
    head = decode.decode(body[:4000]).lstrip("\ufeff \r\n\t").lower()
    if head.startswith(("<!doctype html", "<html")) or not head.startswith("<?xml"):
        root = tree(body)
        if root is None:
            raise SourceError("connectors.bad_listing", name=url, error="HTML")
        return root
    root = markup.xml(body, url)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = local(element)
    return root


def _texts(element: Any, written: str, base: str) -> Iterator[str]:
    found = xpath(written, "listing", "values")(element)
    linking = written.rstrip(" )]'\"").endswith(("@href", "@src"))
    for one in found if isinstance(found, list) else [found]:
        text = clean("".join(one.itertext()) if hasattr(one, "itertext") else rows.cell(one))
        if text and linking:
            try:
                text = urls.canonical(text, base)
            except SourceError:
                continue
        if text:
            yield text
