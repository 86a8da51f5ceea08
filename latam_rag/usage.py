"""What this program takes of the machine: memory, and the disk of an index."""

from __future__ import annotations

import os
from pathlib import Path


def resident() -> int | None:
    """Bytes of memory that this process holds now; None where the system doesn't tell (only Linux does in this way)."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def on_disk(folder: Path) -> int:
    """Bytes that ``folder`` takes. The store's files are mostly holes: blocks are counted, where the system counts them."""
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                found = Path(at, name).stat()
            except OSError:
                # Gone since it was listed: a sync is writing.
                continue
            total += found.st_blocks * 512 if hasattr(found, "st_blocks") else found.st_size
    return total
