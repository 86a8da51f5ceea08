"""Scans to text, page by page: made upright and straight, read by Tesseract, refused where nobody could read them."""

from __future__ import annotations

import io
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse import patience, tesseract
from latam_rag.parse.scanned import Reading, reading
from latam_rag.parse.sheets import Sheet, assembled
from latam_rag.parse.tesseract import DPI

if TYPE_CHECKING:
    from PIL.Image import Image

    from latam_rag.parse.build import Draft

#: Of one page, all attempts together; what a document gets for all its pages, on top of its own limit.
PAGE_SECONDS = 60.0
_MOST_SECONDS = 3600.0
#: How sure Tesseract is, on the average letter of a page, below which the page isn't indexed.
UNREADABLE = 0.55
# A page is read with at most so many pixels: a poster of two metres at 300 an inch would be 300 million.
_MOST_PIXELS = 24_000_000
_PIXELS = 60_000_000
_MOST_WORKERS = 8


def read_scans(document: Any, sheets: list[Sheet], scans: list[int], *, name: str, deadline: float) -> list[str]:
    """Fill in ``sheets[n].lines`` for the pages ``scans`` of a PDF; the warnings it leaves.

    Raises DocumentError when the document is all scan and Tesseract is missing, or none of it can be read.
    """
    if not scans:
        return []
    has_text = any(sheet.lines for number, sheet in enumerate(sheets) if number not in set(scans))
    try:
        tesseract.require(name)
    except DocumentError:
        if not has_text:
            raise
        return [message("parse.pages_not_read", pages=_listed(scans))]
    more = min(len(scans) * PAGE_SECONDS, _MOST_SECONDS)
    patience.ask(more)
    pages = ((number, _rendered(document, number, name)) for number in scans)
    return _fill(sheets, pages, name=name, deadline=deadline + more)


def read_image(body: bytes, *, name: str, limits: Limits) -> Draft:
    """A Draft of a picture of pages (a TIFF may hold several)."""
    from PIL import Image, UnidentifiedImageError

    from latam_rag.parse import flow

    tesseract.require(name)
    try:
        with Image.open(io.BytesIO(body)) as picture:
            if picture.width * picture.height > _PIXELS:
                raise DocumentError("parse.broken_image", name=name, reason=f"{picture.width} × {picture.height}")
            sheets: list[Sheet] = []
            more = min(getattr(picture, "n_frames", 1) * PAGE_SECONDS, _MOST_SECONDS)
            patience.ask(more)
            notes = _fill(sheets, _frames(picture, sheets), name=name, deadline=time.monotonic() + more)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise DocumentError("parse.broken_image", name=name, reason=str(error)[:120]) from error
    vocabulary = flow.words(line for sheet in sheets for line in sheet.lines)
    blocks = [
        block
        for number, sheet in enumerate(sheets)
        for block in flow.page_blocks(sheet.lines, sheet.grids, number, vocabulary)
    ]
    draft = assembled(blocks, sheets)
    draft.warnings += notes
    return draft


def _fill(
    sheets: list[Sheet], pages: Iterable[tuple[int, tuple[Image, float]]], *, name: str, deadline: float
) -> list[str]:
    """Read ``pages`` (number, picture, size of its pixel in points) into ``sheets``; what is to be said of them."""
    done: list[int] = []
    refused: dict[int, str] = {}
    scores: list[float] = []
    failed: DocumentError | None = None
    for number, outcome in _side_by_side(pages, deadline):
        if isinstance(outcome, tesseract.Stopped):
            # One page that takes too long is told of, and costs the others nothing.
            reason = message("parse.time_over") if outcome.args[0] == "time" else str(outcome.args[0])
            failed = failed or DocumentError("parse.ocr_failed", name=name, page=number + 1, reason=reason)
            refused[number] = reason
            continue
        if outcome.score is None:
            continue
        scores.append(outcome.score)
        if outcome.score < UNREADABLE:
            refused[number] = f"{outcome.score:.0%}"
            continue
        done.append(number)
        sheets[number].take(outcome)
    if not any(sheet.lines for sheet in sheets):
        if scores:
            raise DocumentError(
                "parse.ocr_unreadable", name=name, score=f"{max(scores):.0%}", needed=f"{UNREADABLE:.0%}"
            )
        raise failed or DocumentError("parse.no_text", name=name)
    notes = []
    if done:
        mean = sum(sheets[number].confidence or 0.0 for number in done) / len(done)
        notes.append(message("parse.pages_ocr", pages=_listed(done), score=f"{mean:.0%}"))
    if refused:
        pages_said = ", ".join(f"{number + 1} ({why})" for number, why in refused.items())
        notes.append(message("parse.pages_left_out", pages=pages_said, needed=f"{UNREADABLE:.0%}"))
    return notes


def _side_by_side(
    pages: Iterable[tuple[int, tuple[Image, float]]], deadline: float
) -> Iterator[tuple[int, Reading | tesseract.Stopped]]:
    """The readings of ``pages`` in their order, as many at a time as there are cores.

    The work is in Tesseract's processes. Pictures are made only as fast as they are read, so that a book of scans needs no
    more memory than a few pages.
    """

    def work(image: Image, scale: float) -> Reading | tesseract.Stopped:
        until = min(time.monotonic() + PAGE_SECONDS, deadline)
        try:
            return reading(image, scale, until=until)
        except tesseract.Stopped as stopped:
            return stopped

    workers = _workers()
    waiting: deque[tuple[int, Future[Reading | tesseract.Stopped]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="ocr") as pool:
        for number, (image, scale) in pages:
            waiting.append((number, pool.submit(work, image, scale)))
            if len(waiting) > workers:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()


def _workers() -> int:
    count: Callable[[], int | None] = getattr(os, "process_cpu_count", os.cpu_count)
    return min(count() or 1, _MOST_WORKERS)


def _rendered(document: Any, number: int, name: str) -> tuple[Image, float]:
    """Page ``number`` in greys, and the size of its pixel in points."""
    import pypdfium2

    try:
        page = document[number]
        try:
            width, height = page.get_size()
            scale = min(DPI / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
            return page.render(scale=scale, grayscale=True).to_pil(), 1 / scale
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise DocumentError("parse.broken_pdf", name=name) from error


def _frames(picture: Any, sheets: list[Sheet]) -> Iterator[tuple[int, tuple[Image, float]]]:
    """The pages of a picture upright as its camera says, in greys; each gets its Sheet."""
    from PIL import ImageSequence

    for number, frame in enumerate(ImageSequence.Iterator(picture)):
        image, scale = prepared(frame)
        sheets.append(Sheet(width=image.width * scale, height=image.height * scale))
        yield number, (image, scale)


def prepared(frame: Any) -> tuple[Image, float]:
    """A picture upright and in greys, and the size of its pixel in points (1 where it has no resolution)."""
    from PIL import ImageOps

    dpi = float((frame.info.get("dpi") or (0, 0))[0] or 0)
    return ImageOps.exif_transpose(frame).convert("L"), 72 / dpi if 50 <= dpi <= 1200 else 1.0


def _listed(numbers: list[int]) -> str:
    """``1–3, 7`` from page indexes."""
    spans: list[list[int]] = []
    for number in (index + 1 for index in numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in spans)
