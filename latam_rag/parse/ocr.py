"""Scans to text with Tesseract, page by page: words with their boxes and how sure it is of each."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse.sheets import Sheet, assembled

if TYPE_CHECKING:
    from PIL.Image import Image

    from latam_rag.parse.build import Draft
    from latam_rag.parse.layout import Line

_LANGUAGES = ("spa", "por")
_DPI = 300
_PAGE_SECONDS = 60.0
#: Mean confidence of a page below which it isn't indexed, and below which another orientation is tried.
UNREADABLE = 0.55
_DOUBTFUL = 0.7
# Words Tesseract is less sure of than this are mostly stamps, handwriting and dirt.
_WORD = 25.0
_PIXELS = 60_000_000


def read_scans(document: Any, sheets: list[Sheet], scans: list[int], *, name: str, deadline: float) -> list[str]:
    """Fill in ``sheets[n].lines`` for the pages ``scans`` of a PDF; the warnings it leaves.

    Raises DocumentError when the document is all scan and Tesseract is missing, or none of it can be read.
    """
    if not scans:
        return []
    has_text = any(sheet.lines for sheet in sheets)
    try:
        require(name)
    except DocumentError:
        if not has_text:
            raise
        return [message("parse.pages_not_read", pages=_listed(scans))]
    refused, scores = [], []
    failed: DocumentError | None = None
    for number in scans:
        image = _rendered(document, number)
        try:
            lines, score = read_page(image, name=name, page=number + 1, deadline=deadline, scale=72 / _DPI)
        except DocumentError as error:
            # One page that takes too long is told of, and costs the others nothing.
            failed = failed or error
            refused.append(number)
            continue
        if score is None:
            continue
        scores.append(score)
        if score < UNREADABLE:
            refused.append(number)
            continue
        sheets[number].lines, sheets[number].confidence = lines, score
    _require_some(sheets, scores, failed, name)
    notes = []
    if done := [number for number in scans if sheets[number].confidence is not None]:
        mean = sum(sheets[number].confidence or 0.0 for number in done) / len(done)
        notes.append(message("parse.pages_ocr", pages=_listed(done), score=f"{mean:.0%}"))
    if refused:
        notes.append(message("parse.pages_left_out", pages=_listed(refused)))
    return notes


def read_image(body: bytes, *, name: str, limits: Limits) -> Draft:
    """A Draft of a picture of pages (a TIFF may hold several)."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    from latam_rag.parse import flow

    require(name)
    deadline = time.monotonic() + limits.max_seconds
    sheets: list[Sheet] = []
    scores: list[float] = []
    left_out: list[int] = []
    failed: DocumentError | None = None
    try:
        with Image.open(io.BytesIO(body)) as picture:
            if picture.width * picture.height > _PIXELS:
                raise DocumentError("parse.broken_image", name=name, reason=f"{picture.width} × {picture.height}")
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                image, scale = prepared(frame)
                try:
                    lines, score = read_page(image, name=name, page=number, deadline=deadline, scale=scale)
                except DocumentError as error:
                    failed, lines, score = failed or error, [], None
                    left_out.append(number - 1)
                scores += [] if score is None else [score]
                kept = lines if score is not None and score >= UNREADABLE else []
                if score is not None and score < UNREADABLE:
                    left_out.append(number - 1)
                sheets.append(
                    Sheet(width=image.width * scale, height=image.height * scale, lines=kept, confidence=score)
                )
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise DocumentError("parse.broken_image", name=name, reason=str(error)[:120]) from error
    _require_some(sheets, scores, failed, name)
    vocabulary = flow.words(line for sheet in sheets for line in sheet.lines)
    blocks = [
        block for number, sheet in enumerate(sheets) for block in flow.page_blocks(sheet.lines, [], number, vocabulary)
    ]
    draft = assembled(blocks, sheets)
    read = [number for number in range(len(sheets)) if number not in left_out]
    draft.warnings.append(message("parse.pages_ocr", pages=_listed(read), score=f"{np.mean(scores):.0%}"))
    if left_out:
        draft.warnings.append(message("parse.pages_left_out", pages=_listed(left_out)))
    return draft


def _require_some(sheets: list[Sheet], scores: list[float], failed: DocumentError | None, name: str) -> None:
    """Raise why not one page of the document has a text, if none has."""
    if any(sheet.lines for sheet in sheets):
        return
    if scores:
        raise DocumentError("parse.ocr_unreadable", name=name, score=f"{max(scores):.0%}", needed=f"{UNREADABLE:.0%}")
    raise failed or DocumentError("parse.no_text", name=name)


def prepared(frame: Image) -> tuple[Image, float]:
    """A picture upright and in greys, and the size of its pixel in points (1 where it has no resolution)."""
    from PIL import ImageOps

    dpi = frame.info.get("dpi", (0, 0))[0]
    image = ImageOps.exif_transpose(frame).convert("L")
    return image, 72 / float(dpi) if dpi and 50 <= float(dpi) <= 1200 else 1.0


@cache
def _installed() -> tuple[str, frozenset[str]] | None:
    """Tesseract's path and its languages; None where it isn't installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        said = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return program, frozenset(said.split())


def languages() -> frozenset[str] | None:
    """Those Tesseract can read; None where it isn't installed."""
    found = _installed()
    return found[1] if found else None


def require(name: str) -> str:
    """The path of Tesseract; DocumentError names what to install."""
    found = _installed()
    if found is None:
        raise DocumentError("parse.ocr_missing", name=name)
    missing = [language for language in _LANGUAGES if language not in found[1]]
    if missing:
        packages = " ".join(f"tesseract-ocr-{language}" for language in missing)
        raise DocumentError("parse.ocr_languages", name=name, missing=", ".join(missing), packages=packages)
    return found[0]


def _rendered(document: Any, number: int) -> Image:
    image: Image = document[number].render(scale=_DPI / 72, grayscale=True).to_pil()
    return image


def read_page(image: Image, *, name: str, page: int, deadline: float, scale: float) -> tuple[list[Line], float | None]:
    """The lines of a scanned page (boxes in points: ``scale`` is the size of a pixel) and the mean confidence of its words.

    The confidence is None for a page on which there is nothing. A page that reads badly is tried turned: people scan pages
    sideways and upside down.
    """
    lines, score = _recognised(image, 0, name=name, page=page, deadline=deadline, scale=scale)
    if score is not None and score < _DOUBTFUL:
        for turn in (90, 270, 180):
            turned, better = _recognised(image, turn, name=name, page=page, deadline=deadline, scale=scale)
            if better is not None and better > score + 0.1:
                lines, score = turned, better
            if score >= _DOUBTFUL:
                break
    return lines, score


def _recognised(
    image: Image, turn: int, *, name: str, page: int, deadline: float, scale: float
) -> tuple[list[Line], float | None]:
    """Tesseract's reading of ``image`` turned ``turn`` degrees (counter-clockwise), boxes where words stand on the page."""
    turned = image.rotate(turn, expand=True) if turn else image
    buffer = io.BytesIO()
    turned.save(buffer, "PNG", compress_level=1)
    left = min(_PAGE_SECONDS, deadline - time.monotonic())
    if left <= 0:
        raise DocumentError("parse.ocr_failed", name=name, page=page, reason=message("parse.time_over"))
    command = [require(name), "stdin", "stdout", "-l", "+".join(_LANGUAGES), "--psm", "3", "--dpi", str(_DPI), "tsv"]
    try:
        # One thread: more of them fight over the page, and sync reads several documents at once.
        done = subprocess.run(
            command,
            input=buffer.getvalue(),
            capture_output=True,
            timeout=left,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError("parse.ocr_failed", name=name, page=page, reason=message("parse.time_over")) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise DocumentError("parse.ocr_failed", name=name, page=page, reason=type(error).__name__) from error
    return _lines(done.stdout.decode("utf-8", errors="replace"), image.width, image.height, turn, scale)


def _lines(tsv: str, width: int, height: int, turn: int, scale: float) -> tuple[list[Line], float | None]:
    """Tesseract's words (level 5 of its table) as lines."""
    from latam_rag.parse.layout import Line, composed

    found: dict[tuple[str, ...], list[tuple[str, np.ndarray[Any, Any], float]]] = {}
    for entry in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        word, sure = (entry.get("text") or "").strip(), float(entry.get("conf") or -1)
        if entry["level"] != "5" or not word or sure < _WORD:
            continue
        box = np.array([float(entry[key]) for key in ("left", "top", "width", "height")])
        box[2:] += box[:2]
        key = (entry["block_num"], entry["par_num"], entry["line_num"])
        found.setdefault(key, []).append((word, _unturned(box, width, height, turn) * scale, sure))
    lines, weighed, letters = [], 0.0, 0
    for words in found.values():
        lines.append(_line(words, Line, composed))
        weighed += sum(sure * len(word) for word, _, sure in words)
        letters += sum(len(word) for word, _, _ in words)
    return lines, weighed / letters / 100 if letters else None


def _unturned(box: np.ndarray[Any, Any], width: int, height: int, turn: int) -> np.ndarray[Any, Any]:
    """A box on the turned picture, on the page as it is (``width`` × ``height``)."""
    left, top, right, bottom = box
    if turn == 90:
        return np.array([width - bottom, left, width - top, right])
    if turn == 180:
        return np.array([width - right, height - bottom, width - left, height - top])
    if turn == 270:
        return np.array([top, height - right, bottom, height - left])
    return box


def _line(words: list[tuple[str, np.ndarray[Any, Any], float]], line: Any, composed: Any) -> Line:
    """Words of one line, each character an equal part of its word's box."""
    cells = []
    last: np.ndarray[Any, Any] | None = None
    for word, box, _ in words:
        if last is not None:
            cells.append(np.array([last[2], box[1], max(box[0], last[2]), box[3]]))
        edges = np.linspace(box[0], box[2], len(word) + 1)
        cells += [np.array([edges[i], box[1], edges[i + 1], box[3]]) for i in range(len(word))]
        last = box
    text, boxes = composed(" ".join(word for word, _, _ in words), np.array(cells, np.float32))
    size = float(np.median([box[3] - box[1] for _, box, _ in words]))
    made: Line = line(text=text, boxes=boxes, size=size)
    return made


def _listed(numbers: list[int]) -> str:
    """``1–3, 7`` from page indexes."""
    spans: list[list[int]] = []
    for number in (index + 1 for index in numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in spans)
