"""The characters of a page as they are asked for all at once: the same as one after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from test_parse_layer import LINES, page, saying

from latam_rag.parse import pdfchars

#: Of the letter «a»: a hyphen at a line's end, a character without meaning, one that pdfium leaves out, half a pair.
ODD = {"plain": ord("a"), "hyphen": 2, "none": 0, "left out": 0xFFFE, "half": 0xD835}


def one_by_one(body: bytes) -> tuple[list[int], list[list[float]]]:
    import pypdfium2
    import pypdfium2.raw as raw

    document = pypdfium2.PdfDocument(body)
    loaded = raw.FPDF_LoadPage(document.raw, 0)
    text = raw.FPDFText_LoadPage(loaded)
    codes, boxes, room = [], [], raw.FS_RECTF()
    for index in range(raw.FPDFText_CountChars(text)):
        codes.append(raw.FPDFText_GetUnicode(text, index))
        raw.FPDFText_GetLooseCharBox(text, index, room)
        boxes.append([room.left, room.top, room.right, room.bottom])
    raw.FPDFText_ClosePage(text)
    raw.FPDF_ClosePage(loaded)
    document.close()
    return codes, boxes


def at_once(body: bytes) -> pdfchars.PageChars:
    document = pdfchars.open_pdf(body, "ley.pdf")
    try:
        with pdfchars.opened(document, 0, "ley.pdf") as loaded:
            return pdfchars.page_chars(loaded)
    finally:
        document.close()


def meaning(letter: int) -> Callable[[int], int]:
    return lambda code: letter if code == ord("a") else code


@pytest.mark.parametrize("letter", ODD.values(), ids=ODD.keys())
def test_codes_and_boxes_are_those_of_each_character(letter: int) -> None:
    body = saying(page(*LINES), meaning(letter))
    codes, boxes = one_by_one(body)
    found = at_once(body)
    assert letter in codes and found.codes.tolist() == codes
    upright = np.array([[left, found.height - top, right, found.height - bottom] for left, top, right, bottom in boxes])
    assert np.allclose(found.boxes, upright, atol=0.01)


def test_a_page_of_more_characters_than_are_asked_for_at_a_time() -> None:
    body = page(*(f"{number} {LINES[0]}" for number in range(60)))
    codes, boxes = one_by_one(body)
    found = at_once(body)
    assert len(codes) > pdfchars._ROOM
    assert found.codes.tolist() == codes
    assert np.allclose(found.boxes[:, 0], np.array(boxes)[:, 0], atol=0.01)
