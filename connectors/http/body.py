"""An answer's body, read while it arrives and unpacked within bounds: a bomb is refused before it goes off."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator

from latam_rag.errors import SourceError

#: What is asked for. Brotli and zstd aren't: their bombs are smaller than a packet, and documents gain little by them.
ACCEPTED = "gzip, deflate"
_BLOCK = 1 << 16
_SMALL = 10_000_000
_RATIO = 200


class Truncated(Exception):
    """The answer ended before its end; the client asks again."""


def read(blocks: Iterable[bytes], *, encoding: str, url: str, most: int, seconds: float) -> bytes:
    """The whole body. SourceError when it is past ``most`` bytes, unpacks to 200 times what was sent, is packed in another way
    than asked for, or takes more than ``seconds``."""
    deadline = time.monotonic() + seconds
    got = bytearray()
    sent = _Counted(blocks)
    for block in _unpacked(sent, encoding.strip().lower(), url):
        got += block
        if len(got) > most:
            raise SourceError("http.too_large", url=url, allowed=f"{most / 1e6:,.0f} MB")
        if len(got) > _SMALL and len(got) > _RATIO * sent.total:
            raise SourceError("http.bomb", url=url, packed=f"{sent.total / 1e6:,.1f} MB", ratio=_RATIO)
        if time.monotonic() > deadline:
            raise SourceError("http.too_slow", url=url, seconds=f"{seconds:.0f}")
    return bytes(got)


class _Counted:
    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self.total = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.total += len(block)
            yield block


def _unpacked(blocks: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from blocks
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from inflated(blocks, url)
    else:
        raise SourceError("http.encoding", url=url, encoding=encoding[:40])


def inflated(blocks: Iterable[bytes], url: str) -> Iterator[bytes]:
    """Gzip, zlib or bare deflate, whichever it turns out to be: servers mix up the last two. In blocks of 64 KB at most."""
    unpacker = None
    for block in blocks:
        while block:
            if unpacker is None or unpacker.eof:
                unpacker = zlib.decompressobj(_window(block))
            try:
                yield unpacker.decompress(block, _BLOCK)
            except zlib.error as error:
                raise Truncated(str(error)) from error
            block = unpacker.unconsumed_tail or unpacker.unused_data
            if unpacker.eof and block.strip(b"\x00") == b"":
                block = b""
    if unpacker is not None and not unpacker.eof:
        yield unpacker.flush()
        if not unpacker.eof:
            raise Truncated("unexpected end of data")


def _window(head: bytes) -> int:
    if head[:1] == b"\x1f":
        return 31
    return 15 if len(head) > 1 and head[0] & 0x0F == 8 and (head[0] * 256 + head[1]) % 31 == 0 else -15
