"""Tesseract, a program of its own: which languages it has, the words of a picture, which way up a page is."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from latam_rag.errors import DocumentError

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300
LANGUAGES = ("spa", "por")
_ROTATE = re.compile(r"^Rotate:\s*(\d+)", re.MULTILINE)
_SURE = re.compile(r"^Orientation confidence:\s*([\d.]+)", re.MULTILINE)
_SURE_ENOUGH = 1.0
# Sauvola's threshold instead of one for the whole page: for shadows, and print that is hardly darker than its paper.
_LOCAL = ("-c", "thresholding_method=2")


class Stopped(Exception):
    """Tesseract took too long or broke on a picture; ``args[0]`` says which. Never leaves ``parse``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    text: str
    box: np.ndarray[Any, Any]
    """Left, top, right, bottom in pixels."""
    sure: float
    """0 to 100."""
    line: tuple[str, ...]
    """The same for the words of one line."""


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
    if missing := [language for language in LANGUAGES if language not in found[1]]:
        debian = " ".join(f"tesseract-ocr-{language}" for language in missing)
        fedora = " ".join(f"tesseract-langpack-{language}" for language in missing)
        raise DocumentError("parse.ocr_languages", name=name, missing=", ".join(missing), debian=debian, fedora=fedora)
    return found[0]


def words(image: Image, *, seconds: float, local: bool = False) -> list[Word]:
    """The words of ``image`` (greys, about 300 pixels an inch) line by line; ``local``: thresholds by neighbourhood."""
    arguments = ("-l", "+".join(LANGUAGES), "--psm", "3", *(_LOCAL if local else ()), "tsv")
    said = _run(image, arguments, seconds).decode("utf-8", errors="replace")
    found = []
    for entry in csv.DictReader(io.StringIO(said), delimiter="\t", quoting=csv.QUOTE_NONE):
        text, sure = (entry.get("text") or "").strip(), float(entry.get("conf") or -1)
        if entry["level"] != "5" or not text or sure < 0:
            continue
        box = np.array([float(entry[key]) for key in ("left", "top", "width", "height")])
        box[2:] += box[:2]
        line = (entry["block_num"], entry["par_num"], entry["line_num"])
        found.append(Word(text=text, box=box, sure=sure, line=line))
    return found


def turn(image: Image, *, seconds: float) -> int | None:
    """How many degrees, counter-clockwise, ``image`` is to be turned to stand upright; None when that can't be told."""
    found = _installed()
    if found is None or "osd" not in found[1]:
        return None
    try:
        said = _run(image, ("-l", "osd", "--psm", "0"), seconds).decode("utf-8", errors="replace")
    except Stopped:
        return None
    degrees, sure = _ROTATE.search(said), _SURE.search(said)
    if degrees is None or sure is None or float(sure[1]) < _SURE_ENOUGH:
        return None
    return (360 - int(degrees[1])) % 360


def _run(image: Image, arguments: tuple[str, ...], seconds: float) -> bytes:
    found = _installed()
    if found is None or seconds <= 0:
        raise Stopped("time")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    # One thread: more of them fight over the page, and several pages are read at once.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command = [found[0], "stdin", "stdout", "--dpi", str(DPI), *arguments]
    try:
        done = subprocess.run(
            command, input=buffer.getvalue(), capture_output=True, timeout=seconds, check=True, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise Stopped("time") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise Stopped(type(error).__name__) from error
    return done.stdout
