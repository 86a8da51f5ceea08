"""Bytes to text by what the bytes say: files lie about their encodings."""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
# What Spanish and Portuguese text is made of, past ASCII.
_EXPECTED = set("áéíóúàâãêôõçñüÁÉÍÓÚÀÂÃÊÔÕÇÑÜºª°§¿¡«»–—“”‘’…·•€£´\u00a0©®²³½¼")
_CONTROL = bytes((*range(0x09), *range(0x0E, 0x20)))


def decode(body: bytes) -> str:
    """``body`` as text, line ends as they are.

    A byte order mark decides; then UTF-8 if it is valid; then UTF-16 without mark (every other byte zero); else windows-1252
    or what charset-normalizer finds, whichever yields more of the letters that Spanish and Portuguese use.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(body) - 4:
            return body[: error.start].decode("utf-8")
    if (wide := _utf16(body)) is not None:
        return body.decode(wide, errors="replace")
    return _single_byte(body)


def is_text(body: bytes) -> bool:
    """Whether ``body`` can be text at all: no control characters but white space, or UTF-16."""
    sample = body[:_SAMPLE]
    if sample.startswith(tuple(bom for bom, _ in _BOMS)) or _utf16(sample) is not None:
        return True
    return len(sample) - len(sample.translate(None, _CONTROL)) <= len(sample) // 1000


def _utf16(body: bytes) -> str | None:
    sample = body[:4000]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.7 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _single_byte(body: bytes) -> str:
    from charset_normalizer import from_bytes

    western = body.decode("cp1252", errors="replace")
    # A few broken bytes in UTF-8 are better than all its accents read as two letters.
    broken = body.decode("utf-8", errors="replace")
    texts = [western, broken]
    found = from_bytes(body[:_SAMPLE], cp_exclusion=["utf_16", "utf_32"]).best()
    if found is not None:
        texts.append(body.decode(found.encoding, errors="replace"))
    return max(texts, key=_likeliness)


def _likeliness(text: str) -> float:
    beyond = [char for char in text[:_SAMPLE] if ord(char) > 127]
    return sum(1 if char in _EXPECTED else -2 for char in beyond) / max(len(beyond), 1)
