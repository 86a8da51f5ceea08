"""The second reader of scans: figures, light print on dark ground, no letters but ours, no look outside for its networks."""

from __future__ import annotations

import threading
import time

import pytest
from PIL import Image, ImageOps
from test_parse_ocr import page

from latam_rag.parse import paddle, tesseract


def said(image: Image.Image) -> str:
    return " ".join(word.text for word in paddle.words(image, until=time.monotonic() + 60))


@pytest.mark.parametrize("changed", [lambda image: image, ImageOps.invert], ids=["dark on light", "light on dark"])
def test_print_is_read_whatever_its_ground(changed: object) -> None:
    text = said(changed(page()))  # type: ignore[operator]
    for wanted in ("Ordenanza 12 de 2019", "Artículo 3.", "escuela básica.", "Trámite", "25 pesos", "10 días"):
        assert wanted in text


def test_words_are_where_they_are_printed() -> None:
    [word] = [each for each in paddle.words(page(), until=time.monotonic() + 60) if each.text == "permiso"]
    left, top, right, bottom = word.box * 25.4 / 200
    assert 33 < left < 38 and 46 < right < 51
    assert 25 < top < 29 and 28 < bottom < 31


def test_only_letters_of_our_languages_are_read() -> None:
    assert set(said(page()).replace(" ", "")) <= paddle.ALPHABET


def test_it_stops_when_its_time_is_over_and_an_empty_page_has_no_words() -> None:
    with pytest.raises(tesseract.Stopped):
        paddle.words(page(), until=0.0)
    assert not said(Image.new("L", (600, 800), 255))


def test_several_pages_can_be_read_at_once() -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(said(page()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 3 and len(set(texts)) == 1


def test_signs_and_letters_that_look_alike_are_told_apart_by_what_stands_beside_them() -> None:
    def made(text: str) -> str:
        [(said, *_)] = paddle._joined([(letter, 1.0, at) for at, letter in enumerate(text)], 1.0, len(text))
        return str(said)

    assert [made(text) for text in ("LEl:", "N°", "5°.-", "del", "SenhOr")] == ["LEI:", "Nº", "5º.-", "del", "SenhOr"]
