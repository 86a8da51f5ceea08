"""Kinds of files that a source may want, told by address and header before a body is asked for. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Kind → extensions, media types.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "html": (
        ("html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "jsf", "do", "cfm"),
        ("text/html", "application/xhtml+xml"),
    ),
    "pdf": (("pdf",), ("application/pdf", "application/x-pdf")),
    "office": (
        ("doc", "docx", "odt", "rtf", "pptx", "epub"),
        (
            "application/msword", "application/rtf", "text/rtf", "application/epub+zip", f"{_OFFICE}wordprocessingml.document",
            f"{_OFFICE}presentationml.presentation", "application/vnd.oasis.opendocument.text",
        ),
    ),
    "table": (
        ("csv", "xlsx", "json"),
        ("text/csv", "application/csv", "application/json", f"{_OFFICE}spreadsheetml.sheet"),
    ),
    "text": (("txt", "md"), ("text/plain", "text/markdown")),
    "xml": (("xml",), ("application/xml", "text/xml")),
    "image": (
        ("png", "jpg", "jpeg", "tif", "tiff", "gif", "bmp", "webp"),
        ("image/png", "image/jpeg", "image/tiff", "image/gif", "image/bmp", "image/webp"),
    ),
}  # fmt: skip
#: What a body may be when its header doesn't say: the address's extension decides then.
_VAGUE = frozenset(
    ("", "application/octet-stream", "binary/octet-stream", "application/force-download", "application/download")
)


def by_address(url: str) -> str | None:
    """The kind by the address: one of ``KINDS``, "" when it doesn't tell, None for a file of no kind (a style, a video)."""
    extension = posixpath.splitext(unquote(urlsplit(url).path))[1].lstrip(".").lower()
    for kind, (extensions, _) in KINDS.items():
        if extension in extensions:
            return kind
    return None if extension in _FOREIGN else ""


def by_header(url: str, media_type: str) -> str | None:
    """The kind by what the server says, and by the address where it says nothing."""
    said = media_type.split(";")[0].strip().lower()
    if said in _VAGUE:
        return by_address(url) or None
    found = next((kind for kind, (_, types) in KINDS.items() if said in types), None)
    # Servers call any file they don't know text.
    return by_address(url) or found if found == "text" else found


def wanted(kinds: Iterable[str], url: str, media_type: str) -> bool:
    return by_header(url, media_type) in set(kinds)


_FOREIGN = frozenset(
    re.findall(
        r"\w+",
        "css js mjs map ico svg woff woff2 ttf eot mp3 mp4 m4a m4v avi mov wmv webm ogg wav flv zip rar 7z gz tgz tar bz2 xz"
        " exe msi dmg apk iso bin dwg shp kml kmz swf psd ai ics vcf rss atom xls ppt pps odp ods",
    )
)
