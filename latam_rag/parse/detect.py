"""What a file really is, by its first bytes and its content; names and declared types are not believed.

``RECORD`` and ``UNITS`` are believed when declared: our own connectors make them, and they look like any JSON.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse import decode

PDF = "application/pdf"
HTML = "text/html"
XML = "application/xml"
JSON = "application/json"
JSON_LINES = "application/x-ndjson"
CSV = "text/csv"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
EMAIL = "message/rfc822"
RTF = "application/rtf"
DOC = "application/msword"
MSG = "application/vnd.ms-outlook"
SQLITE = "application/vnd.sqlite3"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"
RECORD = "application/vnd.latam-rag.record+json"
UNITS = "application/vnd.latam-rag.units+json"
IMAGES = ("image/png", "image/jpeg", "image/tiff", "image/gif", "image/bmp", "image/webp")

_MAGIC = (
    (b"{\\rtf", RTF),
    (b"SQLite format 3\x00", SQLITE),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
# What people put into a folder of documents by mistake: magic and the name a message gives it.
_FOREIGN = {
    "executable": (
        b"MZ",
        b"\x7fELF",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
    ),
    "archive": (
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!",
    ),
    "media": (
        b"ID3",
        b"OggS",
        b"fLaC",
        b"\x1aE\xdf\xa3",
        b"\x00\x00\x01\xba",
    ),
    "model": (b"GGUF",),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_HTML_PART = re.compile(r"<(?:p|div|table|h[1-6])[\s>]", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_MAIL = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")
_MAIL_NAMES = re.compile(r"^(?:from|received|return-path|message-id|mime-version):", re.IGNORECASE | re.MULTILINE)
_MARKDOWN = re.compile(
    r"\A---\r?\n(?:[\w-]+:.*\r?\n)|^#{1,6} \S|^[^\n|]{2,80}\n(?:={3,}|-{3,})[ \t]*$|^\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+",
    re.MULTILINE,
)
_RATIO = 200
#: What a damaged zip archive raises, when it is opened or when one of its members is read.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def media_type(body: bytes, *, name: str, declared: str, limits: Limits) -> str:
    """The media type of ``body``, one of this module's constants.

    Raises DocumentError for what is empty, too large, a bomb, or nothing that can be read, and says what it seems to be.
    """
    if not body.strip(b"\x00 \t\r\n\x0c"):
        raise DocumentError("parse.empty_file", name=name)
    if len(body) > limits.max_bytes:
        raise DocumentError("parse.too_large", name=name, size=_mb(len(body)), allowed=_mb(limits.max_bytes))
    if (ours := declared.split(";")[0].strip().lower()) in (RECORD, UNITS):
        return ours
    if b"%PDF-" in body[:1024]:
        return PDF
    for magic, kind in _MAGIC:
        if body.startswith(magic) and not (magic == b"BM" and decode.is_text(body)):
            return kind
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(b"PK\x03\x04"):
        return _zipped(body, name, limits)
    if body.startswith(_OLE):
        return _ole(body, name)
    return _binary_or_text(body, name)


def _binary_or_text(body: bytes, name: str) -> str:
    if decode.is_text(body):
        return _textual(decode.decode(body[:200_000]), body)
    for kind, magics in _FOREIGN.items():
        if body.startswith(magics):
            raise DocumentError("parse.foreign", name=name, kind=message(f"parse.kind_{kind}"))
    kind = "media" if body[4:8] == b"ftyp" or body.startswith(b"RIFF") else "binary"
    raise DocumentError("parse.foreign", name=name, kind=message(f"parse.kind_{kind}"))


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _zipped(body: bytes, name: str, limits: Limits) -> str:
    """Office, EPUB and OpenDocument files are zip archives; the names inside tell which, their sizes whether it is safe."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            mime = archive.read("mimetype")[:200] if _small(archive, "mimetype") else b""
    except (ValueError, *BROKEN_ZIP) as error:
        raise DocumentError("parse.broken_zip", name=name) from error
    if total > limits.max_bytes or (total > 10_000_000 and total > _RATIO * len(body)):
        raise DocumentError(
            "parse.bomb", name=name, size=_mb(total), packed=_mb(len(body)), allowed=_mb(limits.max_bytes)
        )
    if any(member.flag_bits & 1 for member in members):
        raise DocumentError("parse.encrypted", name=name)
    names = {member.filename for member in members}
    inner = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
    for member_name, kind in inner.items():
        if member_name in names:
            return kind
    if b"epub" in mime:
        return EPUB
    if b"opendocument.text" in mime:
        return ODT
    raise DocumentError("parse.foreign", name=name, kind=message("parse.kind_archive"))


def _small(archive: zipfile.ZipFile, member: str) -> bool:
    return member in archive.namelist() and archive.getinfo(member).file_size <= 200


def _ole(body: bytes, name: str) -> str:
    """The containers of the old Office: directory names are UTF-16 in plain sight."""
    streams = {stream: stream.encode("utf-16-le") in body for stream in ("WordDocument", "__properties_version1.0")}
    if streams["WordDocument"]:
        return DOC
    if streams["__properties_version1.0"]:
        return MSG
    if "EncryptedPackage".encode("utf-16-le") in body:
        raise DocumentError("parse.encrypted", name=name)
    raise DocumentError("parse.foreign", name=name, kind=message("parse.kind_old_office"))


def _textual(text: str, body: bytes) -> str:
    """Which kind of text; the order matters, for Markdown may hold HTML and anything may hold commas."""
    text = text.lstrip("\ufeff")
    head = text.lstrip()[:4000]
    if (found := _root_tag(text)) and not head[:200].lower().startswith("<!doctype html"):
        if found.lower() in ("html", "head", "body", "meta", "title") or _HTML.match(head):
            return HTML
        if head.startswith("<?xml") or f"</{found}>" in decode.decode(body[-4000:]):
            return HTML if "//dtd xhtml" in head[:600].lower() else XML
    if head.startswith("<") and (_HTML.search(text[:20_000]) or (_HTML_PART.match(head) and "</" in text[:20_000])):
        return HTML
    if head.startswith("<?xml"):
        return XML
    if head[0] in "{[" and (kind := _json(text, body)):
        return kind
    if _MAIL.match(head) and _MAIL_NAMES.search(head):
        return EMAIL
    if _MARKDOWN.search(text[:20_000]):
        return MARKDOWN
    return CSV if _delimited(text) else PLAIN


def _root_tag(text: str) -> str:
    """The first element's name, past declarations and comments; empty when something else comes first.

    A loop and not one expression: nested repetitions over a file of many comments took minutes.
    """
    at, limit = 0, min(len(text), 100_000)
    while at < limit:
        if text[at].isspace():
            at += 1
            continue
        end = "-->" if text.startswith("<!--", at) else "?>" if text.startswith("<?", at) else ""
        if not end and text.startswith("<!", at):
            inner = text.find("[", at, text.find(">", at) + 1)
            end = "]>" if inner > 0 else ">"
        if not end:
            break
        found = text.find(end, at)
        if found < 0:
            return ""
        at = found + len(end)
    root = _ROOT.match(text, at)
    return root[1] if root else ""


def _json(text: str, body: bytes) -> str | None:
    whole = decode.decode(body) if len(body) > 200_000 else text
    try:
        json.loads(whole)
        return JSON
    except (ValueError, RecursionError):
        pass
    try:
        lines = [line for line in whole.splitlines() if line.strip()][:50]
        if lines and all(isinstance(json.loads(line), (dict, list)) for line in lines):
            return JSON_LINES
    except (ValueError, RecursionError):
        pass
    return None


def _delimited(text: str) -> bool:
    """A table of separated values: every line has the same number of separators, as far as quoting lets it be seen."""
    import csv

    sample = text[:20_000]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1]
    for mark in (",", ";", "\t", "|"):
        try:
            rows = [len(cells) for cells in csv.reader(io.StringIO(sample), delimiter=mark) if cells][:60]
        except csv.Error:
            continue
        # A quoted cell may run past the sample: its row, the last, doesn't count.
        rows = rows[:-1] if len(text) > 20_000 and len(rows) > 2 else rows
        if len(rows) >= 2 and rows[0] >= 2 and sum(cells == rows[0] for cells in rows) >= 0.95 * len(rows):
            return rows[0] > 2 or mark in ";\t" or (len(rows) >= 4 and _short_cells(sample, mark))
    return False


def _short_cells(sample: str, mark: str) -> bool:
    """Two columns by commas may as well be prose; a header row of short names tells."""
    first = sample.split("\n", 1)[0]
    return all(0 < len(cell.strip()) <= 40 and not cell.startswith(" ") for cell in first.split(mark))
