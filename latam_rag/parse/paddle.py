"""PP-OCR, a second reader of scans: networks of 30 MB that come with the package rapidocr, run by OpenVINO.

It reads figures, worn copy and light print on dark ground that Tesseract doesn't, and Tesseract knows better where a word ends
and which letters Spanish and Portuguese have: ``rereading`` puts the two together.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latam_rag import inference
from latam_rag.parse.tesseract import Stopped, Word

if TYPE_CHECKING:
    from PIL.Image import Image

#: All that Spanish and Portuguese are printed with: of other letters (the networks know 18,000) none is ever meant.
ALPHABET = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789áéíóúüñçãõâêôàÁÉÍÓÚÜÑÇÃÕÂÊÔÀªº°²³½¼¾"
    " .,;:!?¡¿\"'“”‘’«»()[]/|&%$€£#@*+-–—=<>_§•±×÷"
)
#: A degree after a figure or the N of a number is the sign of an ordinal.
_ORDINAL = re.compile(r"(?<=[\dNn])°")
#: A small L among capitals is an I, «LEl», but in *DEL*; «El» and «Al» begin sentences.
_ELL = re.compile(r"(?<=[A-ZÁÉÍÓÚÂÊÔÃÕÇÑ]{2})l(?![a-záéíóúâêôãõçñ])")
_DEL = re.compile(r"\bDEl\b")
# Lines are looked for on a small picture of the page: of so many pixels, an A4 page's letters are eight high, which is enough.
_FINDING = 960 * 680
# Lines are read at this height; widths are rounded up, because each new one costs OpenVINO a graph.
_HEIGHT = 48
_STEP = 160
# Taller than so many times its width: print that stands on its side, or the edge of the page.
_UPRIGHT = 3.0
# Rows of a line whose greys vary by less than this share of the most varied one's are the paper around it.
_INK = 0.25
# How much darker than its paper print is, of 255; how high a dot at most, against its line.
_DARKER = 60
_DOT = 0.25


def words(image: Image, *, until: float) -> list[Word]:
    """The words of ``image`` (greys, upright, about 300 pixels an inch); tesseract.Stopped once it is ``until``."""
    found: list[Word] = []
    reader = _reader()
    for number, (left, top, right, bottom) in enumerate(reader.lines(image)):
        if time.monotonic() > until:
            raise Stopped("time")
        cut = image.crop((left, top, right, bottom))
        high, low = _tight(np.asarray(cut, np.float32))
        for text, sure, start, end in reader.read(cut):
            box = np.array([left + start, top + high, left + end, top + low])
            found.append(Word(text=text, box=box, sure=sure, line=("paddle", str(number))))
    return found


def _tight(greys: NDArray[np.float32]) -> tuple[int, int]:
    """The first row of a line's print and the one after its last."""
    varied = greys.std(axis=1)
    rows = np.flatnonzero(varied > _INK * varied.max())
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(greys))


_made: list[_Reader] = []
_MAKING = threading.Lock()


def _reader() -> _Reader:
    """The one reader of this process."""
    with _MAKING:
        if not _made:
            _made.append(_Reader())
    return _made[0]


class _Reader:
    """One at a time, whoever asks: it uses all cores."""

    def __init__(self) -> None:
        from importlib.resources import files

        from rapidocr import EngineType, RapidOCR

        models = files("rapidocr") / "models"
        core = inference.openvino().Core()
        # Named, so that it never looks for them elsewhere.
        finding, reading = str(models / "PP-OCRv6_det_small.onnx"), str(models / "PP-OCRv6_rec_small.onnx")
        settings = {
            "Global.log_level": "error", "Global.use_cls": False, "Global.use_rec": False, "Global.max_side_len": 10_000,
            "Det.engine_type": EngineType.OPENVINO, "Det.model_path": finding, "Det.limit_side_len": 32,
        }  # fmt: skip
        self._finder: Any = RapidOCR(params=settings)
        network = core.read_model(reading)
        self._letters = ["", *network.get_rt_info()["framework"]["character"].value.splitlines(), " "]
        self._foreign = np.array([letter not in ALPHABET for letter in self._letters])
        # The first stands for nothing between two letters.
        self._foreign[0] = False
        self._network: Any = core.compile_model(network, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._request: Any = self._network.create_infer_request()
        self._lock = threading.Lock()

    def lines(self, image: Image) -> Iterator[tuple[int, int, int, int]]:
        """Left, top, right, bottom of each line or cell of a table, in pixels."""
        from PIL.Image import Resampling

        factor = min(1.0, math.sqrt(_FINDING / (image.width * image.height)))
        small = image.resize(
            (max(32, round(image.width * factor)), max(32, round(image.height * factor))), Resampling.BOX
        )
        with self._lock:
            found = self._finder(np.asarray(small.convert("RGB")))
        for corners in () if found.boxes is None else found.boxes:
            across = np.asarray(corners)[:, 0] * (image.width / small.width)
            down = np.asarray(corners)[:, 1] * (image.height / small.height)
            left, top = max(0, math.floor(across.min())), max(0, math.floor(down.min()))
            right, bottom = min(image.width, math.ceil(across.max())), min(image.height, math.ceil(down.max()))
            if 0 < bottom - top <= _UPRIGHT * (right - left):
                yield left, top, right, bottom

    def read(self, line: Image) -> list[tuple[str, float, float, float]]:
        """The words of the picture of a line: text, how sure (0 to 100), where each begins and ends in pixels."""
        words = self._read(line)
        if _beyond(words, line):
            start = _after_dots(np.asarray(line, np.float32))
            cut = line.crop((start, 0, line.width, line.height))
            words = self._read(cut)
            return [] if _beyond(words, cut) else [(text, sure, a + start, b + start) for text, sure, a, b in words]
        return words

    def _read(self, line: Image) -> list[tuple[str, float, float, float]]:
        from PIL.Image import Resampling

        width = max(1, round(_HEIGHT * line.width / line.height))
        greys = np.asarray(line.resize((width, _HEIGHT), Resampling.BILINEAR), np.float32) / 127.5 - 1
        cells = np.zeros((1, 3, _HEIGHT, math.ceil(max(width, 2 * _STEP) / _STEP) * _STEP), np.float32)
        cells[0, :, :, :width] = greys
        with self._lock:
            self._request.infer([cells])
            chances = self._request.get_output_tensor().data[0].copy()
        chances[:, self._foreign] = 0
        return list(self._words(chances, cells.shape[3] / len(chances) * line.height / _HEIGHT))

    def _words(self, chances: NDArray[np.float32], step: float) -> Iterator[tuple[str, float, float, float]]:
        """``chances`` of each letter, by steps of ``step`` pixels: the likeliest of each, made words."""
        best, sure = chances.argmax(axis=1), chances.max(axis=1)
        word: list[tuple[str, float, int]] = []
        end = 0
        for at, letter in enumerate(best):
            said = self._letters[letter]
            if said == " ":
                yield from _joined(word, step, end)
                word = []
            elif said:
                if not at or letter != best[at - 1]:
                    word.append((said, float(sure[at]), at))
                end = at + 1
        yield from _joined(word, step, end)


def _beyond(words: Sequence[tuple[str, float, float, float]], line: Image) -> bool:
    """Whether some of ``words`` stand in the blank beyond the picture: a short line that begins with dots is so misread."""
    return any(start >= line.width for _, _, start, _ in words)


def _after_dots(greys: NDArray[np.float32]) -> int:
    """The column from which on a line has print that is higher than the dots of a leader."""
    ink = greys < np.median(greys) - _DARKER
    rows = np.arange(len(greys))[:, None]
    height = np.where(ink, rows, -1).max(axis=0) - np.where(ink, rows, len(greys)).min(axis=0)
    tall = np.flatnonzero(height > _DOT * len(greys))
    return max(0, int(tall[0]) - 2) if len(tall) else 0


def _joined(word: Sequence[tuple[str, float, int]], step: float, end: int) -> Iterator[tuple[str, float, float, float]]:
    if word:
        text = _ELL.sub("I", _DEL.sub("DEL", _ORDINAL.sub("º", "".join(letter for letter, _, _ in word))))
        yield text, 100 * sum(sure for _, sure, _ in word) / len(word), word[0][2] * step, end * step
