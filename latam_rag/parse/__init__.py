"""Bytes to a Document. Content decides the type, not the extension nor what the source declares."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.types import Document, Language, Resource

if TYPE_CHECKING:
    from latam_rag.parse.build import Draft


def parse(resource: Resource, *, limits: Limits, language: Language | None = None) -> Document:
    """Read ``resource`` as its author meant it.

    ``language`` is the source's word for it; without it the text decides. Raises DocumentError with a reason that says what to
    do. Runs in a worker process (``worker``), which enforces the limits of time and memory.
    """
    from latam_rag.parse import detect, records, units

    name = file_name(resource)
    kind = detect.media_type(resource.body, name=name, declared=resource.media_type, limits=limits)
    if kind == detect.RECORD:
        return records.parse_record(resource, limits=limits, language=language)
    if kind == detect.UNITS:
        return units.parse_units(resource, language)
    if kind in (detect.JSON, detect.JSON_LINES, detect.CSV, detect.SQLITE, detect.XLSX):
        return records.parse_records(resource, kind, limits=limits, language=language)
    draft = _read(resource.body, kind, name, limits)
    return _finished(draft, resource, name, language)


def file_name(resource: Resource) -> str:
    """The last part of the resource's uri, as messages and titles show it."""
    path = unquote(urlsplit(resource.uri).path) or resource.uri
    return PurePosixPath(path.replace("\\", "/")).name or resource.uri


def _read(body: bytes, kind: str, name: str, limits: Limits) -> Draft:
    """The reader of ``kind`` at work; each is imported when its first document comes."""
    from latam_rag.parse import decode, detect, epub, html, mail, markdown, ocr, office, pdf, shells, xml

    if kind == detect.PDF:
        return pdf.read(body, name=name, limits=limits)
    if kind in detect.IMAGES:
        return ocr.read_image(body, name=name, limits=limits)
    if kind == detect.DOC:
        return office.read_doc(body, name=name, seconds=limits.max_seconds)
    if kind in (detect.DOCX, detect.PPTX, detect.ODT, detect.RTF):
        return office.read(body, kind, name=name)
    if kind in (detect.EMAIL, detect.MSG):
        return mail.read(body, kind, name=name)
    if kind == detect.EPUB:
        return epub.read(body, name=name)
    text = decode.decode(body)
    if kind == detect.XML:
        return xml.read(body, text, name=name)
    if kind == detect.HTML:
        draft = html.read(text, name=name)
        shells.refuse(draft, text, name)
        return draft
    return markdown.read(text) if kind == detect.MARKDOWN else markdown.read_plain(text)


def _finished(draft: Draft, resource: Resource, name: str, language: Language | None) -> Document:
    """What holds for every format: there is text, it can be read, it has a title and a language."""
    from latam_rag.language import guess
    from latam_rag.parse import norms, quality, titles

    quality.refuse_stub(draft, name)
    quality.refuse_garbage(draft.text, name)
    said = draft.language or guess(draft.text) or "es"
    title = titles.best(draft, resource, name)
    described = norms.described(draft, title)
    unsure = any(word in title for word in draft.doubtful if len(word) > 1) or (
        draft.doubtful and norms.misdated(title)
    )
    if unsure and not resource.title:
        # «Lei 1.160» for 1.168: a norm is never called by a number that may be misread.
        draft.warnings.append(message("parse.title_unsure", title=title))
        title, described = PurePosixPath(name).stem, {}
    draft.metadata = {**described, **draft.metadata, **norms.ended(draft), **resource.metadata}
    document = draft.document(resource, title=title, language=language or said)
    if not document.text.strip():
        raise DocumentError("parse.no_text", name=name)
    return document
