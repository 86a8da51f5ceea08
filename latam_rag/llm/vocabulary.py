"""A model's tokens as the bytes they stand for: which may stand in free text, which open a quotation or a mark."""

from __future__ import annotations

import re
from typing import Protocol

import numpy as np
import numpy.typing as npt

#: Opening sign → the one that closes it. Shown are always «».
PAIRS = {"«": "»", "“": "”", '"': '"'}
_DOUBLE = '«»“”„‟"″＂‹›〝〞〟「」『』❝❞❮❯⟪⟫'
_SINGLE = "'‘’‚‛′`´"
_DANGER = re.compile(rb"[\"\[\]'`\xc2\xcb\xe2\xe3\xef]")
#: The beginning of a character that may turn out to be a quotation sign: written in two tokens it would escape us.
_HALF_SIGN = re.compile(rb"(?:[\xc2\xcb]|[\xe2\xe3\xef][\x80-\xbf]?)$")
_FORBIDDEN = re.compile(f"[{re.escape(_DOUBLE)}\\[\\]]")
#: A single quotation sign that doesn't stand between letters, as in O'Higgins, begins a quotation.
_LOOSE_SINGLE = re.compile(f"(?<![^\\W\\d_])[{_SINGLE}]")
_OPENING = re.compile(f"([^{re.escape(_DOUBLE)}\\[\\]]*)([{re.escape(''.join(PAIRS))}])")
_BRACKET = re.compile(f"([^{re.escape(_DOUBLE)}\\[\\]]*)\\[")


_LONGEST = 32
"""Bytes; longer tokens are rows of dashes and the like, which shorter ones write as well."""


class Tokens(Protocol):
    """What is asked of a model."""

    size: int

    def piece(self, token: int) -> bytes: ...

    def is_end(self, token: int) -> bool: ...


class Vocabulary:
    def __init__(self, model: Tokens) -> None:
        self.pieces = [model.piece(token) for token in range(model.size)]
        self.by_bytes = {piece: token for token, piece in reversed(list(enumerate(self.pieces))) if piece}
        self.longest = min(max(map(len, self.by_bytes)), _LONGEST)
        self.ends = frozenset(token for token in range(model.size) if model.is_end(token))
        """Tokens that end a text."""
        self.plain = np.zeros(model.size, np.bool_)
        """Tokens that may stand anywhere in free text."""
        self.after_letter: set[int] = set()
        """Tokens that begin with an apostrophe, which is one only after a letter."""
        self.openers: dict[int, tuple[str, str]] = {}
        """Token → the text before the sign, and the sign that will close."""
        self.brackets: dict[int, str] = {}
        """Token that ends in ``[`` → the text before it."""
        for token, piece in enumerate(self.pieces):
            if piece and not _DANGER.search(piece):
                self.plain[token] = True
            elif piece:
                self._place(token, piece)

    def _place(self, token: int, piece: bytes) -> None:
        if _HALF_SIGN.search(piece):
            return
        text = piece.decode("utf-8", "replace")
        single = _LOOSE_SINGLE.search(text)
        if single and single.start():
            return
        if not _FORBIDDEN.search(text):
            if single:
                self.after_letter.add(token)
            else:
                self.plain[token] = True
        elif not single and (opening := _OPENING.fullmatch(text)):
            self.openers[token] = opening[1], PAIRS[opening[2]]
        elif not single and (bracket := _BRACKET.fullmatch(text)):
            self.brackets[token] = bracket[1]

    def prefixes(self, text: bytes) -> list[tuple[int, int]]:
        """Every token that ``text`` begins with, and how many bytes of it that is."""
        found = ((self.by_bytes.get(text[:size]), size) for size in range(1, min(len(text), self.longest) + 1))
        return [(token, size) for token, size in found if token is not None]

    def tokens(self, *texts: str) -> npt.NDArray[np.int64]:
        """Those of ``texts`` that are one token."""
        found = (self.by_bytes.get(text.encode()) for text in texts)
        return np.array([token for token in found if token is not None], np.int64)
