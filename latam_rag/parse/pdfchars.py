"""The characters of a PDF page and where each is printed, as fast as pdfium gives them.

pdfium gives the text of a page at once, but where a character is printed only one character per call. Through its usual Python
bindings that is 2 µs a call; called by address, with arguments made once and for all and without releasing the interpreter
lock, 0.25 µs. pdfium is not thread-safe: one document at a time, in one thread.
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
# Boxes that are asked for before they are copied: room for a whole page, mostly.
_ROOM = 4096
#: What pdfium's text of a page has for a character that isn't printed as one: a hyphen at a line's end, and others.
_STANDS_FOR = 0xFFFE


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


@cache
def _call(name: str, result: Any = ctypes.c_int, *arguments: Any) -> Callable[..., int]:
    """pdfium's function ``name`` by its address; without ``arguments`` it takes small whole numbers and ``_pointer``."""
    import pypdfium2.raw as raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    found: Callable[..., int] = ctypes.PYFUNCTYPE(result, *arguments)(address or 0)
    return found


def _pointer(handle: Any) -> Any:
    """A handle of pdfium as its functions called by address take it."""
    return ctypes.byref(ctypes.c_char.from_address(ctypes.cast(handle, ctypes.c_void_p).value or 0))


@cache
def _slots() -> tuple[Boxes, list[Any]]:
    """Room for boxes, and a pointer to each: what is found there is copied before the next ones are asked for."""
    room = np.zeros((_ROOM, 4), np.float32)
    memory = (ctypes.c_char * room.nbytes).from_buffer(room.data)
    return room, [ctypes.byref(memory, 16 * row) for row in range(_ROOM)]


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
        codes, found = _codes(text, count), _boxes(text, count)
        width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        return PageChars(
            width=width, height=height, codes=codes, boxes=_displayed(page, found, width, height),
            weights=_weights(text, codes), images=count < 40 and _pictures(page),
        )  # fmt: skip
    finally:
        if text:
            raw.FPDFText_ClosePage(text)


def _codes(text: Any, count: int) -> NDArray[np.uint32]:
    """The code points of a page's ``text``, one per character."""
    import pypdfium2.raw as raw

    if not count:
        return np.zeros(0, np.uint32)
    units = np.zeros(count + 1, np.uint16)
    written = raw.FPDFText_GetText(text, 0, count, units.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort))) - 1
    codes = units[:count].astype(np.uint32)
    # Characters that the text leaves out, or writes as two units, would shift those after them.
    aligned = written == count and not ((codes >= 0xD800) & (codes < 0xE000)).any()
    asked = np.flatnonzero(codes == _STANDS_FOR) if aligned else np.arange(count)
    if len(asked):
        unicode_of = _call("FPDFText_GetUnicode", ctypes.c_uint)
        codes[asked] = np.fromiter(map(unicode_of, repeat(_pointer(text)), asked.tolist()), np.uint32, len(asked))
    return codes


def _boxes(text: Any, count: int) -> Boxes:
    """Where the characters of a page's ``text`` are printed, in the file's space."""
    found = np.zeros((count, 4), np.float32)
    if not count:
        return found
    box_of, handle = _call("FPDFText_GetLooseCharBox"), _pointer(text)
    room, slots = _slots()
    for start in range(0, count, _ROOM):
        end = min(start + _ROOM, count)
        room[: end - start] = 0
        for _ in map(box_of, repeat(handle), range(start, end), slots):
            pass
        found[start:end] = room[: end - start]
    return found


def _weights(text: Any, codes: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Weight by word: asked of its first character only."""
    weights = np.zeros(len(codes), np.int32)
    blank = codes <= 32
    firsts = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1]))) if len(codes) else np.zeros(0, int)
    if len(firsts):
        weight_of = _call("FPDFText_GetFontWeight")
        asked = np.fromiter(map(weight_of, repeat(_pointer(text)), firsts.tolist()), np.int32, len(firsts))
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

    object_of = _call("FPDFPage_GetObject", ctypes.c_void_p)
    kind_of = _call("FPDFPageObj_GetType", ctypes.c_int, ctypes.c_void_p)
    bounds_of = _call("FPDFPageObj_GetBounds", ctypes.c_int, *[ctypes.c_void_p] * 5)
    count, path = min(raw.FPDFPage_CountObjects(page), _DRAWN), raw.FPDF_PAGEOBJ_PATH
    drawn = list(map(object_of, repeat(_pointer(page)), range(count)))
    paths = [each for each, kind in zip(drawn, map(kind_of, drawn), strict=True) if kind == path]
    # left, bottom, right, top of each
    found = np.zeros((len(paths), 4), np.float32)
    at = found.ctypes.data
    known = [
        bounds_of(each, at + 16 * n, at + 16 * n + 4, at + 16 * n + 8, at + 16 * n + 12) for n, each in enumerate(paths)
    ]
    boxes = found[np.array(known, bool)][:, (0, 3, 2, 1)] if paths else found
    return _displayed(page, boxes, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page))
