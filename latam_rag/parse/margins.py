"""Headings in a column of their own beside the text that they head: «Expresar y crear», and to its right the objectives."""

from __future__ import annotations

import numpy as np

from latam_rag.parse.layout import Line

# How much larger than the text a heading beside it is: less may be the first column of a table.
_LARGER = 1.25


def stretches(lines: list[Line]) -> list[list[Line]]:
    """``lines`` cut so that each heading beside the text comes right before what it heads; whole when there is none."""
    heads = _beside(lines)
    if not heads:
        return [lines]
    edge = max(line.right for head in heads for line in head)
    own = {id(line) for head in heads for line in head}
    rest = [line for line in lines if id(line) not in own]
    top = heads[0][0].top - 0.5 * heads[0][0].size
    body = [line for line in rest if line.middle >= top and line.left >= edge - line.size]
    if len(body) < 2:
        return [lines]
    start = min(line.left for line in body)
    # What stands under a heading's column ends the part that is laid out this way.
    below = [line.top for line in rest if line.middle >= top and line.left < start - 3]
    end = min(below, default=float("inf"))
    if any(head[-1].middle > end for head in heads):
        return [lines]
    out = [[line for line in rest if line.middle < top]]
    for number, head in enumerate(heads):
        begins = head[0].top - 0.5 * head[0].size
        ends = heads[number + 1][0].top - 0.5 * heads[number + 1][0].size if number + 1 < len(heads) else end
        first = top if number == 0 else begins
        out += [head, [line for line in body if first <= line.middle < min(ends, end)]]
    after = [line for line in rest if line.middle >= end]
    return [*filter(None, out), *(stretches(after) if after else [])]


def _beside(lines: list[Line]) -> list[list[Line]]:
    """The headings that have text to their right, each as its lines, from the top."""
    if len(lines) < 4:
        return []
    usual = float(np.median(np.repeat([line.size for line in lines], [len(line.text) for line in lines])))
    large = sorted((line for line in lines if line.size >= _LARGER * usual), key=lambda line: line.top)
    small = [line for line in lines if line.size < _LARGER * usual]
    groups: list[list[Line]] = []
    for line in large:
        last = groups[-1][-1] if groups else None
        if last is not None and abs(line.left - last.left) < 3 and line.top - last.bottom < 0.3 * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [group for group in groups if _has_text_beside(group, small)]


def _has_text_beside(group: list[Line], small: list[Line]) -> bool:
    right = max(line.right for line in group)
    top, bottom = group[0].top, group[-1].bottom
    level = [line for line in small if top < line.middle < bottom]
    # What has wider text of its own right below heads that, in a column beside another.
    left, size = min(line.left for line in group), group[-1].size
    under = [line for line in small if abs(line.left - left) < size and -0.3 * size < line.top - bottom < size]
    if any(line.right - left > 1.2 * (right - left) for line in under):
        return False
    return bool(level) and all(line.left >= right - line.size for line in level)
