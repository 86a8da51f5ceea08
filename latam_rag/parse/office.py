"""Word processor files and slides, read by ``unstructured`` made offline.

Left alone it phones home at import and fetches an English spaCy model at first use; ``_unstructured`` is the only door to it.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse import detect, html
from latam_rag.parse.build import INVISIBLE, Builder, Draft, clean, row
from latam_rag.types import Section, SectionKind

_QUIET = {
    "DO_NOT_TRACK": "1", "SCARF_NO_ANALYTICS": "1", "UNSTRUCTURED_DISABLE_NOTICE": "1", "UNSTRUCTURED_TELEMETRY_ENABLED": "",
}  # fmt: skip
_READERS = {
    detect.DOCX: ("docx", "partition_docx", "DOCX"),
    detect.PPTX: ("pptx", "partition_pptx", "PPTX"),
}
# Read as the DOCX that pandoc makes of them: by itself ``unstructured`` drops what is struck through in an RTF.
_CONVERTED = {detect.ODT: "odt", detect.RTF: "rtf"}
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*\s*")
_WORD = re.compile(r"\w+|[^\w\s]")
_DOC_SECONDS = 120


def read(body: bytes, media_type: str, *, name: str) -> Draft:
    """A Draft of a file of one of ``_READERS``; DocumentError when the library can't read it."""
    if media_type in _CONVERTED:
        body, media_type = _as_docx(body, _CONVERTED[media_type], name), detect.DOCX
    module, function, label = _READERS[media_type]
    try:
        elements = _partitioner(module, function)(file=io.BytesIO(body))
    except _failures() as error:
        reason = clean(str(error))[:160] or type(error).__name__
        raise DocumentError("parse.broken_office", name=name, format=label, reason=reason) from error
    draft = _draft(elements)
    if media_type == detect.DOCX:
        _mark_struck(draft, body)
    return draft


def read_doc(body: bytes, *, name: str, seconds: float) -> Draft:
    """A Draft of an old binary ``.doc``, converted by LibreOffice without a window."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise DocumentError("parse.no_libreoffice", name=name)
    with tempfile.TemporaryDirectory(prefix="latam-rag-") as folder:
        source = Path(folder) / "document.doc"
        source.write_bytes(body)
        # A profile of its own: another LibreOffice that is open would otherwise take the order and answer nothing.
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [
            office,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=min(seconds, _DOC_SECONDS))
            converted = (Path(folder) / "document.docx").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise DocumentError("parse.too_slow", name=name, seconds=min(seconds, _DOC_SECONDS)) from error
        except (OSError, subprocess.CalledProcessError) as error:
            # Without its word processor LibreOffice says "could not be loaded", exits with 0 and writes nothing.
            raise DocumentError("parse.doc_not_converted", name=name) from error
    return read(converted, detect.DOCX, name=name)


def _as_docx(body: bytes, form: str, name: str) -> bytes:
    """What pandoc makes of an ODT or RTF; it reads no other file meanwhile."""
    import pypandoc  # type: ignore[import-untyped]  # it ships no types

    with tempfile.TemporaryDirectory(prefix="latam-rag-") as folder:
        source, target = Path(folder) / f"document.{form}", Path(folder) / "document.docx"
        source.write_bytes(body)
        try:
            pypandoc.convert_file(str(source), "docx", format=form, outputfile=str(target), sandbox=True)
            return target.read_bytes()
        except (RuntimeError, OSError) as error:
            reason = clean(str(error))[:160]
            raise DocumentError("parse.broken_office", name=name, format=form.upper(), reason=reason) from error


def _mark_struck(draft: Draft, body: bytes) -> None:
    """Sections over what a DOCX strikes through, which ``unstructured`` reads as any other text."""
    position = 0
    for paragraph, spans in _struck_paragraphs(body):
        found = draft.text.find(paragraph, position)
        found = found if found >= 0 else draft.text.find(paragraph)
        if found < 0:
            draft.warnings.append(message("parse.struck_lost", text=paragraph[:60]))
            continue
        position = found + len(paragraph)
        draft.sections += [Section(kind=SectionKind.STRUCK, start=found + a, end=found + b) for a, b in spans]
    draft.sections.sort(key=lambda section: (section.start, -section.end))


def _struck_paragraphs(body: bytes) -> list[tuple[str, list[tuple[int, int]]]]:
    """The paragraphs of a DOCX that have something struck through: clean text, and which stretches of it."""
    import zipfile

    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        markup = archive.read("word/document.xml")
    root = etree.fromstring(markup, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    found = []
    for paragraph in root.iter(f"{_WORDS}p"):
        flow = html.Flow(None)
        for run in paragraph.iter(f"{_WORDS}r"):
            flow.struck_depth = int(_is_struck(run))
            flow.write(_run_text(run))
        text, marks = flow.take()
        if marks:
            found.append((text, [(start, end) for _, start, end in marks]))
    return found


def _run_text(run: Any) -> str:
    """A run's text in NFC, its tabs and breaks as blanks."""
    parts = [
        str(part.text or "") if part.tag == f"{_WORDS}t" else " "
        for part in run.iter(*(f"{_WORDS}{t}" for t in ("t", "tab", "br")))
    ]
    return unicodedata.normalize("NFC", "".join(parts)).translate(INVISIBLE)


def _is_struck(run: Any) -> bool:
    marks = [mark for tag in ("strike", "dstrike") for mark in run.iterfind(f"{_WORDS}rPr/{_WORDS}{tag}")]
    return any(mark.get(f"{_WORDS}val") not in ("0", "false", "none") for mark in marks)


def _failures() -> tuple[type[Exception], ...]:
    """What the readers under ``unstructured`` raise on damaged files."""
    from lxml import etree

    return (
        ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError, etree.LxmlError, *detect.BROKEN_ZIP,
    )  # fmt: skip


def _partitioner(module: str, function: str) -> Callable[..., list[Any]]:
    _unstructured()
    from importlib import import_module

    found: Callable[..., list[Any]] = getattr(import_module(f"unstructured.partition.{module}"), function)
    return found


@cache
def _unstructured() -> None:
    """Import ``unstructured`` without its telemetry, and put our own tokenizer in place of the model it would download."""
    os.environ.update(_QUIET)
    from unstructured.nlp import tokenize
    from unstructured.partition import text_type

    for module in (tokenize, text_type):
        for name, ours in (("sent_tokenize", _sentences), ("word_tokenize", _words), ("pos_tag", _tags)):
            if hasattr(module, name):
                setattr(module, name, ours)
    tokenize._get_nlp = _no_model


def _no_model() -> Any:
    raise RuntimeError("the English spaCy model is not used")


def _sentences(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _tags(text: str) -> list[tuple[str, str]]:
    """Every word a noun but those long enough to be a verb: all that is ever asked is whether there is one."""
    return [(word, "VB" if len(word) > 3 and word.islower() else "NN") for word in _words(text)]


def _draft(elements: Iterable[Any]) -> Draft:
    builder = Builder()
    title = ""
    for element in elements:
        kind = _kind(element.category)
        if kind is None:
            continue
        if kind is SectionKind.TABLE:
            builder.add(kind, _rows(element))
            continue
        text = clean(element.text or "", lines=True)
        level = (element.metadata.category_depth or 0) + 1 if kind is SectionKind.HEADING else 0
        if kind is SectionKind.HEADING:
            text = clean(text)
            title = title or text
        builder.add(kind, text, level=level)
    draft = builder.draft()
    draft.title = title
    return draft


def _kind(category: str) -> SectionKind | None:
    if category in ("Header", "Footer", "PageNumber", "PageBreak", "Image"):
        return None
    return {
        "Title": SectionKind.HEADING, "ListItem": SectionKind.ITEM, "Table": SectionKind.TABLE,
        "Footnote": SectionKind.FOOTNOTE,
    }.get(category, SectionKind.PARAGRAPH)  # fmt: skip


def _rows(element: Any) -> str:
    markup = element.metadata.text_as_html
    if not markup:
        return clean(element.text or "", lines=True)
    from lxml import html as lxml_html

    lines = [
        row("".join(map(str, cell.itertext())) for cell in line.iter("td", "th"))
        for line in lxml_html.fromstring(markup).iter("tr")
    ]
    return "\n".join(line for line in lines if line.replace("|", "").strip())
