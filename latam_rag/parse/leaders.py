"""Dots that lead from what is charged to its rate: «Por cada vehículo..............$ 120,00»."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from latam_rag.parse.layout import Line

_RUN = re.compile(r"[.…]{7,}")
_SHORT = "....."
#: What ends with the rate that dots lead to.
LED = re.compile(r"(?:[.…]{4,}|[.…]{2,}(?=\s*\$))\s*\$?\s*\d[\d.,]*\s*(?:%|[^\W\d_]{1,12})?\s*$")


def shortened(line: Line) -> Line:
    """``line`` with few dots where there are many, for nobody reads them."""
    if "...." not in line.text and "……" not in line.text:
        return line
    text, boxes, at = "", [], 0
    for run in _RUN.finditer(line.text):
        kept = _SHORT if line.text[run.end() : run.end() + 1] == " " else f"{_SHORT} "
        text += line.text[at : run.start()] + kept
        boxes.append(line.boxes[at : run.start() + len(kept)])
        at = run.end()
    if not at:
        return line
    text, boxes = text + line.text[at:], [*boxes, line.boxes[at:]]
    return replace(line, text=text.rstrip(), boxes=np.concatenate(boxes)[: len(text.rstrip())], raised=())
