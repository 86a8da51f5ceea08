"""A page as a picture, with a quote highlighted on it: what a citation opens."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from latam_rag.errors import DocumentError
from latam_rag.types import Box, Page

if TYPE_CHECKING:
    from PIL.Image import Image

_COLOUR = (255, 214, 0)
_STRENGTH = 0.45
_FRAMES = ((0, 90, 181), (198, 60, 0), (0, 120, 70))
_MARGIN = 1.0
_PIXELS = 40_000_000


def render(body: bytes, page: int, boxes: Sequence[Box] = (), *, scale: float = 2.0) -> bytes:
    """A PNG of page ``page`` (from 1) of a PDF, or of the picture ``body``, with ``boxes`` marked as by a highlighter.

    ``scale`` is pixels per point; boxes of other pages are left out. Raises DocumentError when there is no such page or the
    file can't be opened.
    """
    image, size = _page(body, page, scale)
    return _png(_highlighted(image, [box for box in boxes if box.page == page], size))


def framed(body: bytes, page: int, frames: Iterable[tuple[int, Sequence[Box]]], *, scale: float = 2.0) -> bytes:
    """As ``render``, with the lines of each of ``frames`` in a frame of its own and its number beside the first; neighbours
    differ in colour."""
    from PIL import ImageDraw, ImageFont

    image, size = _page(body, page, scale)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(max(10.0, 9 * size))
    for number, boxes in frames:
        colour = _FRAMES[number % len(_FRAMES)]
        for at, box in enumerate(box for box in boxes if box.page == page):
            left, top, right, bottom = (round(side * size) for side in (box.left, box.top, box.right, box.bottom))
            draw.rectangle((left - 2, top - 1, right + 2, bottom + 1), outline=colour, width=max(1, round(size)))
            if at == 0:
                draw.text((max(left - 6, 0), top), str(number), fill=colour, font=font, anchor="rt")
    return _png(image)


def _page(body: bytes, page: int, scale: float) -> tuple[Image, float]:
    return _pdf_page(body, page, scale) if b"%PDF-" in body[:1024] else _picture(body, page, scale)


def _png(image: Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def boxes_of(page: Page, start: int, end: int) -> tuple[Box, ...]:
    """Where ``document.text[start:end]`` is printed on ``page``: one Box a line, from its first to its last character.

    Empty when the layout isn't known or the stretch isn't on the page.
    """
    first, last = max(start, page.start) - page.start, min(end, page.end) - page.start
    cells = (
        np.frombuffer(page.boxes, "<u2").reshape(-1, 4)[first:last].astype(np.float64) / 10
        if last > first
        else np.zeros((0, 4))
    )
    printed = cells[cells.any(axis=1)]
    merged: list[list[float]] = []
    for left, top, right, bottom in printed.tolist():
        if merged and _same_line(merged[-1], left, top, right, bottom):
            line = merged[-1]
            line[:] = [min(line[0], left), min(line[1], top), max(line[2], right), max(line[3], bottom)]
        else:
            merged.append([left, top, right, bottom])
    return tuple(Box(page=page.number, left=line[0], top=line[1], right=line[2], bottom=line[3]) for line in merged)


def _same_line(line: list[float], left: float, top: float, right: float, bottom: float) -> bool:
    """On the same base line, and going on to the right without a gap as wide as a column's."""
    middle, height = (top + bottom) / 2, max(bottom - top, 1.0)
    return line[1] <= middle <= line[3] and -0.5 * height <= left - line[2] <= 3 * height


def _pdf_page(body: bytes, page: int, scale: float) -> tuple[Image, float]:
    from latam_rag.parse.pdfchars import open_pdf

    document = open_pdf(body, "PDF")
    try:
        if not 1 <= page <= len(document):
            raise DocumentError("parse.no_such_page", page=page, pages=len(document))
        width, height = document[page - 1].get_size()
        scale = min(scale, (_PIXELS / max(width * height, 1.0)) ** 0.5)
        image: Image = document[page - 1].render(scale=scale).to_pil().convert("RGB")
        return image, scale
    finally:
        document.close()


def _picture(body: bytes, page: int, scale: float) -> tuple[Image, float]:
    """A frame of a picture as OCR measured it (``ocr.prepared``): its boxes are points where it has a resolution."""
    from PIL import Image, UnidentifiedImageError

    from latam_rag.parse.ocr import prepared

    try:
        with Image.open(io.BytesIO(body)) as picture:
            frames = getattr(picture, "n_frames", 1)
            if not 1 <= page <= frames:
                raise DocumentError("parse.no_such_page", page=page, pages=frames)
            picture.seek(page - 1)
            _, point = prepared(picture)
            from PIL import ImageOps

            image = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise DocumentError("parse.broken_image", name="", reason=str(error)[:120]) from error
    # A picture keeps its own pixels, but for one much larger than what was asked for.
    wanted = min(1.0, scale * point) if point != 1.0 else 1.0
    if wanted < 1.0:
        image = image.resize((max(1, round(image.width * wanted)), max(1, round(image.height * wanted))))
    return image, wanted / point


def _highlighted(image: Image, boxes: Iterable[Box], scale: float) -> Image:
    """``image`` with ``boxes`` (points times ``scale``) as if under a highlighter: paper turns yellow, ink stays."""
    import PIL.Image

    cells = np.asarray(image).astype(np.float32)
    tint = np.array(_COLOUR, np.float32) / 255
    for box in boxes:
        top, bottom = (round((box.top - _MARGIN) * scale), round((box.bottom + _MARGIN) * scale))
        left, right = (round((box.left - _MARGIN) * scale), round((box.right + _MARGIN) * scale))
        part = cells[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        part *= 1 - _STRENGTH + _STRENGTH * tint
    return PIL.Image.fromarray(cells.astype(np.uint8))
