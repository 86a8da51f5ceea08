"""Which files or addresses a source takes: patterns as people write them."""

from __future__ import annotations

import itertools
import re

from latam_rag.connectors.filesystem import readable
from latam_rag.errors import PluginError


def literal_head(glob: str) -> list[str]:
    """The folders a pattern begins with; none for a name at any depth."""
    anchored = readable(glob).rstrip("/")
    parts = anchored.strip("/").casefold().split("/") if "/" in anchored else []
    return list(itertools.takewhile(lambda part: not set("*?[") & set(part), parts))


def pattern(glob: str, connector: str, option: str) -> re.Pattern[str]:
    """``*`` stays within a folder, ``**`` doesn't; a pattern without ``/`` is a name at any depth; a folder is all within.

    PluginError when it isn't a pattern.
    """
    from fsspec.utils import glob_translate

    cleaned = readable(glob).strip("/")
    try:
        translated = glob_translate(cleaned if "/" in glob.rstrip("/") else f"**/{cleaned}")
    except ValueError as error:
        raise PluginError("connectors.bad_option", connector=connector, option=option, reason=str(error)) from error
    body = translated.removesuffix(r"\Z")
    return re.compile(f"{body}(?s:/.*)?", re.IGNORECASE)
