"""EPUB: its pages of HTML in the order of the spine, read as any HTML, what is struck through included."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from latam_rag.errors import DocumentError
from latam_rag.parse import decode, detect, html
from latam_rag.parse.build import Builder, Draft
from latam_rag.parse.elements import child, children, content, local, root_of


def read(body: bytes, *, name: str) -> Draft:
    """A Draft of the book; DocumentError when its container or its spine is broken."""
    builder = Builder()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        try:
            package_path = _package(archive, name)
            package = _parsed(archive, package_path, name)
            for path in _spine(package, posixpath.dirname(package_path)):
                html.lay(builder, html.root_of(decode.decode(archive.read(path)), name))
        except (KeyError, *detect.BROKEN_ZIP) as error:
            raise DocumentError("parse.broken_office", name=name, format="EPUB", reason=str(error)[:160]) from error
    draft = builder.draft()
    draft.title = content(package, "metadata", "title")
    return draft


def _parsed(archive: zipfile.ZipFile, path: str, name: str) -> Any:
    data = archive.read(path)
    return root_of(data, decode.decode(data), name)


def _package(archive: zipfile.ZipFile, name: str) -> str:
    container = _parsed(archive, "META-INF/container.xml", name)
    paths = [str(one.get("full-path")) for one in container.iter() if local(one) == "rootfile" and one.get("full-path")]
    if not paths:
        raise KeyError("rootfile")
    return paths[0]


def _spine(package: Any, folder: str) -> list[str]:
    """The pages in reading order, without the table of contents: it only repeats the headings."""
    items = {item.get("id"): item for item in children(child(package, "manifest"), "item")}
    chosen = [
        items[ref.get("idref")] for ref in children(child(package, "spine"), "itemref") if ref.get("idref") in items
    ]
    pages = [
        item
        for item in chosen
        if "html" in (item.get("media-type") or "") and "nav" not in (item.get("properties") or "")
    ]
    return [posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href"))))) for item in pages]
