"""Files written whole or not at all: another process may be reading, and a power failure leaves the old one or the new."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: str, *, mode: int = 0o666) -> None:
    """``text`` in UTF-8 in place of what ``path`` held; OSError where it can't be written. ``mode`` is of a new file, before
    the umask."""
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
