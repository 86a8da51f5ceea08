"""What every engine does to a text before its tokenizer sees it."""

from __future__ import annotations

import re
import unicodedata

# XLM-R's vocabulary holds its special tokens as pieces: «<s>» in a document would become one.
_SPECIAL = re.compile(r"<(?=/?(?:s|pad|unk|mask)>)")


def normalise(text: str) -> str:
    """NFC, white space collapsed and stripped: decomposed accents tokenize into other pieces than composed ones. What looks
    like a special token is broken up."""
    return " ".join(_SPECIAL.sub("< ", unicodedata.normalize("NFC", text)).split())
