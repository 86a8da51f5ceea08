"""The second reader of scans: figures, light print on dark ground, no letters but ours, no look outside for its networks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
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

    assert [made(text) for text in ("LEl:", "N°", "5°.-", "del", "El", "DEl")] == [
        "LEI:",
        "Nº",
        "5º.-",
        "del",
        "El",
        "DEL",
    ]


def test_a_short_line_that_begins_with_dots_is_read_where_it_stands() -> None:
    line = Image.new("L", (300, 52), 255)
    draw = ImageDraw.Draw(line)
    font = ImageFont.load_default(34)
    draw.text((0, 4), "......", font=font, fill=0)
    draw.text((190, 4), "80 U.", font=font, fill=0)
    assert paddle._after_dots(np.asarray(line, np.float32)) in range(184, 196)
    assert not paddle._beyond([("80", 99.0, 299.0, 310.0)], line) and paddle._beyond([("80", 99.0, 300.0, 310.0)], line)
    assert all(start < line.width for _, _, start, _ in paddle._reader().read(line))


def test_pages_read_at_once_by_a_fresh_process_share_one_reader() -> None:
    code = (
        "import sys, threading\n"
        "from PIL import Image\n"
        "from latam_rag.parse import paddle\n"
        "sys.setswitchinterval(1e-6)\n"
        "both = threading.Barrier(2)\n"
        "readers = []\n"
        "def read():\n"
        "    both.wait()\n"
        "    readers.append(paddle._reader())\n"
        "    paddle.words(Image.new('L', (600, 800), 255), until=float('inf'))\n"
        "threads = [threading.Thread(target=read) for _ in range(2)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "assert readers[0] is readers[1]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
