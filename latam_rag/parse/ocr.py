"""Scans to text, page by page: made upright and straight, read by Tesseract, refused where nobody could read them."""

from __future__ import annotations

import io
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError
from latam_rag.messages import text as message
from latam_rag.parse import ordinals, patience, quality, tesseract
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
# Pages with a bad text layer that OCR reads no better, until the others are left alone: it is the language, not the font.
_HOPELESS = 6


@dataclass(kw_only=True, slots=True)
class _Account:
    """How the pages of a document fared, by their indexes: read, left out (and why), left with the text layer they had."""

    spoiled: Collection[int] = ()
    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    failed: DocumentError | None = None

    def hopeless(self) -> bool:
        """Whether OCR did no better on any page whose own text nobody could read, and enough were tried."""
        return len(self.kept) >= _HOPELESS and not any(number in self.spoiled for number in self.done)


def read_scans(
    document: Any, sheets: list[Sheet], scans: list[int], *, name: str, deadline: float, spoiled: Collection[int] = ()
) -> list[str]:
    """Fill in ``sheets[n].lines`` for the pages ``scans`` of a PDF; the warnings it leaves.

    Those of the pages ``spoiled``, whose own text nobody could read, are replaced where OCR reads better. Raises DocumentError
    when the document is all scan and Tesseract is missing, or none of it can be read.
    """
    if not scans and not spoiled:
        return []
    try:
        tesseract.require(name)
    except DocumentError:
        return _unread(sheets, scans, spoiled, name)
    account = _Account(spoiled=frozenset(spoiled))
    wanted = sorted({*scans, *spoiled})
    more = min(len(wanted) * PAGE_SECONDS, _MOST_SECONDS)
    patience.ask(more)
    pages = (
        (number, _rendered(document, number, name))
        for number in wanted
        if not (number in account.spoiled and account.hopeless())
    )
    return _fill(sheets, pages, account, name=name, deadline=deadline + more)


def _unread(sheets: list[Sheet], scans: list[int], spoiled: Collection[int], name: str) -> list[str]:
    """What is to be said where Tesseract is missing; its DocumentError, being handled, goes on where nothing else is left."""
    text = {number: " ".join(line.text for line in sheet.lines) for number, sheet in enumerate(sheets)}
    if not any(said for number, said in text.items() if number not in set(scans)):
        raise
    readable = any(said for number, said in text.items() if number not in {*scans, *spoiled})
    if not readable and quality.garbage(" ".join(text.values())) > quality.REFUSED:
        raise DocumentError("parse.layer_needs_ocr", name=name)
    notes = [message("parse.pages_not_read", pages=_listed(scans))] if scans else []
    return [*notes, message("parse.layer_not_read", pages=_listed(sorted(spoiled)))] if spoiled else notes


def read_image(body: bytes, *, name: str, limits: Limits) -> Draft:
    """A Draft of a picture of pages (a TIFF may hold several)."""
    from PIL import Image, UnidentifiedImageError

    from latam_rag.parse import flow, joining

    tesseract.require(name)
    try:
        with Image.open(io.BytesIO(body)) as picture:
            if picture.width * picture.height > _PIXELS:
                raise DocumentError("parse.broken_image", name=name, reason=f"{picture.width} × {picture.height}")
            sheets: list[Sheet] = []
            more = min(getattr(picture, "n_frames", 1) * PAGE_SECONDS, _MOST_SECONDS)
            patience.ask(more)
            notes = _fill(sheets, _frames(picture, sheets), _Account(), name=name, deadline=time.monotonic() + more)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise DocumentError("parse.broken_image", name=name, reason=str(error)[:120]) from error
    vocabulary = joining.words(line for sheet in sheets for line in sheet.lines)
    blocks = [
        block
        for number, sheet in enumerate(sheets)
        for block in flow.page_blocks(sheet.lines, sheet.grids, number, vocabulary)
    ]
    draft = assembled(blocks, sheets)
    draft.warnings += notes
    return draft


def _fill(
    sheets: list[Sheet],
    pages: Iterable[tuple[int, tuple[Image, float]]],
    account: _Account,
    *,
    name: str,
    deadline: float,
) -> list[str]:
    """Read ``pages`` (number, picture, size of its pixel in points) into ``sheets``; what is to be said of them."""
    for number, outcome in _side_by_side(pages, deadline):
        if isinstance(outcome, tesseract.Stopped):
            # One page that takes too long is told of, and costs the others nothing.
            reason = message("parse.time_over") if outcome.args[0] == "time" else str(outcome.args[0])
            account.failed = account.failed or DocumentError(
                "parse.ocr_failed", name=name, page=number + 1, reason=reason
            )
            account.refused[number] = reason
        elif outcome.score is not None and outcome.score >= UNREADABLE:
            account.scores.append(outcome.score)
            account.done.append(number)
            sheets[number].take(outcome)
        elif number in account.spoiled:
            # As bad by the same measure: what the file says stands, for it may be a language that OCR wasn't asked for.
            account.kept.append(number)
        elif outcome.score is not None:
            account.scores.append(outcome.score)
            account.refused[number] = f"{outcome.score:.0%}"
    if not any(sheet.lines for sheet in sheets):
        if account.scores:
            score = f"{max(account.scores):.0%}"
            raise DocumentError("parse.ocr_unreadable", name=name, score=score, needed=f"{UNREADABLE:.0%}")
        raise account.failed or DocumentError("parse.no_text", name=name)
    ordinals.mend(sheets[number].lines for number in account.done)
    return _notes(sheets, account)


def _notes(sheets: list[Sheet], account: _Account) -> list[str]:
    notes = []
    if account.done:
        mean = sum(sheets[number].confidence or 0.0 for number in account.done) / len(account.done)
        notes.append(message("parse.pages_ocr", pages=_listed(account.done), score=f"{mean:.0%}"))
    if again := [number for number in account.done if number in account.spoiled]:
        notes.append(message("parse.layer_replaced", pages=_listed(again)))
    if account.kept:
        notes.append(message("parse.layer_kept", pages=_listed(account.kept)))
    if account.refused:
        pages_said = ", ".join(f"{number + 1} ({why})" for number, why in account.refused.items())
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
