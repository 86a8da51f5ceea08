"""The characters of a PDF page and where each is printed, as fast as pdfium gives them.

pdfium answers one character per call. Through its usual Python bindings that is 2 µs a call; called by address, with plain
integers and without releasing the interpreter lock, 0.3 µs. pdfium is not thread-safe: one document at a time, in one thread.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latam_rag.errors import DocumentError

Boxes = NDArray[np.float32]
# Objects of a page that are looked at: more are a map or a drawing.
_DRAWN = 8000


@dataclass(kw_only=True, slots=True)
class PageChars:
    """``text[i]`` is printed at ``boxes[i]``: left, top, right, bottom in points from the top left corner as displayed.

    ``codes`` are the same characters as code points; ``weights`` their font's weight (400 regular, 700 bold; 0 unknown).
    """

    width: float
    height: float
    codes: NDArray[np.uint32]
    boxes: Boxes
    weights: NDArray[np.int32]
    images: bool
    """Whether pictures cover a good part of the page: a scan, when there is no text."""


def _at(function: Any, result: Any, *arguments: Any) -> Callable[..., int]:
    """``function`` of pdfium by its address."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    found: Callable[..., int] = ctypes.PYFUNCTYPE(result, *arguments)(address or 0)
    return found


@cache
def _calls() -> tuple[Callable[..., int], Callable[..., int], Callable[..., int]]:
    import pypdfium2.raw as raw

    page, index, out = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    return (
        _at(raw.FPDFText_GetUnicode, ctypes.c_uint, page, index),
        _at(raw.FPDFText_GetLooseCharBox, ctypes.c_int, page, index, out),
        _at(raw.FPDFText_GetFontWeight, ctypes.c_int, page, index),
    )


@cache
def _drawing() -> tuple[Callable[..., int], ...]:
    """How many objects a page has, one of them, its kind, its bounds."""
    import pypdfium2.raw as raw

    handle, out = ctypes.c_void_p, ctypes.c_void_p
    return (
        _at(raw.FPDFPage_CountObjects, ctypes.c_int, handle),
        _at(raw.FPDFPage_GetObject, ctypes.c_void_p, handle, ctypes.c_int),
        _at(raw.FPDFPageObj_GetType, ctypes.c_int, handle),
        _at(raw.FPDFPageObj_GetBounds, ctypes.c_int, handle, out, out, out, out),
    )


def open_pdf(body: bytes, name: str) -> Any:
    """The pypdfium2 document; DocumentError when it is encrypted, damaged or has no pages."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        # FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY, as the bindings word them.
        key = (
            "parse.encrypted"
            if any(word in str(error).lower() for word in ("password", "security"))
            else "parse.broken_pdf"
        )
        raise DocumentError(key, name=name) from error
    if len(document) == 0 or _cut_off(body):
        document.close()
        raise DocumentError("parse.broken_pdf", name=name)
    return document


def _cut_off(body: bytes) -> bool:
    """pdfium mends files whose end was lost, leaving pages out or empty: such a file is not taken for the whole document."""
    end = body.rfind(b"%%EOF")
    return end < 0 or (len(body) - end > 2048 and b" obj" in body[end:])


@contextmanager
def opened(document: Any, number: int, name: str) -> Iterator[Any]:
    """pdfium's page ``number`` (from 0), for ``page_chars`` and ``rules``."""
    import pypdfium2.raw as raw

    page = raw.FPDF_LoadPage(document.raw, number)
    if not page:
        raise DocumentError("parse.broken_pdf", name=name)
    try:
        yield page
    finally:
        raw.FPDF_ClosePage(page)


def page_chars(page: Any) -> PageChars:
    """The characters of an ``opened`` page."""
    import pypdfium2.raw as raw

    text = raw.FPDFText_LoadPage(page)
    try:
        count = max(raw.FPDFText_CountChars(text), 0) if text else 0
        handle = ctypes.cast(text, ctypes.c_void_p).value if text else None
        unicode_of, box_of, weight_of = _calls()
        found = np.zeros((count, 4), np.float32)
        base = found.ctypes.data
        codes = np.fromiter(map(unicode_of, repeat(handle), range(count)), np.uint32, count)
        for _ in map(box_of, repeat(handle), range(count), range(base, base + 16 * count, 16)):
            pass
        width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        return PageChars(
            width=width, height=height, codes=codes, boxes=_displayed(page, found, width, height),
            weights=_weights(weight_of, handle, codes), images=count < 40 and _pictures(page),
        )  # fmt: skip
    finally:
        if text:
            raw.FPDFText_ClosePage(text)


def _weights(weight_of: Callable[..., int], handle: int | None, codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Weight by word: asked of its first character only."""
    weights = np.zeros(len(codes), np.int32)
    blank = codes <= 32
    firsts = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1]))) if len(codes) else np.zeros(0, int)
    if len(firsts):
        asked = np.fromiter(map(weight_of, repeat(handle), map(int, firsts)), np.int32, len(firsts))
        weights[firsts[0] :] = np.repeat(asked, np.diff(np.append(firsts, len(codes))))
    return weights


def _displayed(page: Any, found: Boxes, width: float, height: float) -> Boxes:
    """From the file's space (left, top, right, bottom; y upwards) to the page as displayed (y downwards, turned, cropped)."""
    import pypdfium2.raw as raw

    bounds = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, bounds):
        bounds.left, bounds.bottom, bounds.right, bounds.top = 0.0, 0.0, width, height
    left, top, right, bottom = found.T
    turned = raw.FPDFPage_GetRotation(page)
    if turned == 1:
        shown = (bottom - bounds.bottom, left - bounds.left, top - bounds.bottom, right - bounds.left)
    elif turned == 2:
        shown = (bounds.right - right, bottom - bounds.bottom, bounds.right - left, top - bounds.bottom)
    elif turned == 3:
        shown = (bounds.top - top, bounds.right - right, bounds.top - bottom, bounds.right - left)
    else:
        shown = (left - bounds.left, bounds.top - top, right - bounds.left, bounds.top - bottom)
    return np.stack(shown, axis=1).astype(np.float32) if len(found) else found


def _pictures(page: Any) -> bool:
    """Whether a page without text has anything drawn that may be a scan."""
    import pypdfium2.raw as raw

    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
    count = raw.FPDFPage_CountObjects(page)
    return any(
        raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) in kinds for index in range(min(count, 2000))
    )


def rules(page: Any) -> Boxes:
    """Bounds of the lines and rectangles drawn on an ``opened`` page, displayed space."""
    import pypdfium2.raw as raw

    count_of, object_of, kind_of, bounds_of = _drawing()
    handle = ctypes.cast(page, ctypes.c_void_p).value
    drawn = list(map(object_of, repeat(handle), range(min(count_of(handle), _DRAWN))))
    paths = [each for each, kind in zip(drawn, map(kind_of, drawn), strict=True) if kind == raw.FPDF_PAGEOBJ_PATH]
    # left, bottom, right, top of each
    found = np.zeros((len(paths), 4), np.float32)
    at = found.ctypes.data
    known = [
        bounds_of(each, at + 16 * n, at + 16 * n + 4, at + 16 * n + 8, at + 16 * n + 12) for n, each in enumerate(paths)
    ]
    boxes = found[np.array(known, bool)][:, (0, 3, 2, 1)] if paths else found
    return _displayed(page, boxes, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page))
