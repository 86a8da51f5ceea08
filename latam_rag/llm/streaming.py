"""Tokens to text as they come: stops, characters that span tokens, and text that only repeats itself."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

#: A period is cut once it was repeated this often and over this many tokens; a table's row may repeat, a loop goes on.
_TIMES = 3
_SPAN = 24
_LONGEST_PERIOD = 96


def periodic(tokens: Sequence[object]) -> bool:
    """Whether ``tokens`` end in a loop: the same stretch again and again, long enough not to be a coincidence."""
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // _TIMES) + 1):
        times = max(_TIMES, -(-_SPAN // period))
        if len(tokens) < times * period:
            continue
        last = tokens[-period:]
        if all(tokens[-(k + 1) * period : -k * period] == last for k in range(1, times)):
            return True
    return False


def decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """Text of UTF-8 pieces that may end in the middle of a character."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in pieces:
        text = decoder.decode(piece)
        if text:
            yield text
    rest = decoder.decode(b"", final=True)
    if rest:
        yield rest


def until(pieces: Iterable[str], stops: Sequence[str]) -> Iterator[str]:
    """``pieces`` up to the first of ``stops``; what may be the beginning of one is held back until it is known."""
    pending = ""
    for piece in pieces:
        pending += piece
        found = min((at for stop in stops if (at := pending.find(stop)) >= 0), default=-1)
        if found >= 0:
            if found:
                yield pending[:found]
            return
        keep = _held(pending, stops)
        if len(pending) > keep:
            yield pending[: len(pending) - keep]
            pending = pending[len(pending) - keep :]
    if pending:
        yield pending


def _held(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end of ``text`` may begin a stop."""
    return max((n for stop in stops for n in range(1, len(stop)) if text.endswith(stop[:n])), default=0)


def without_loops(pieces: Iterable[str]) -> Iterator[str]:
    """``pieces``, about a token each, until they only repeat themselves."""
    last: deque[str] = deque(maxlen=_LONGEST_PERIOD * _TIMES)
    for count, piece in enumerate(pieces, 1):
        yield piece
        last.append(piece)
        if count % 8 == 0 and periodic(list(last)):
            return


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """``pieces`` less what a model thinks aloud, between tags, before it answers."""
    begin, end = "<think>", "</think>"
    pending, thinking = "", None
    for piece in pieces:
        if thinking is False:
            yield piece
            continue
        pending += piece
        said = pending.lstrip()
        if thinking is None and len(said) < len(begin) and begin.startswith(said):
            continue
        thinking = said.startswith(begin)
        if thinking and end in said:
            pending, thinking = said.partition(end)[2].lstrip(), False
        if not thinking and pending:
            yield pending
            pending = ""
    if not thinking and pending:
        yield pending
