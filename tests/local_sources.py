"""The definitions of known sources against a site on this machine that stands for the official one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latam_rag import Index
from latam_rag.testing import Site

FOLDER = Path(__file__).parents[1] / "indexes" / "sources"


def local(name: str, site: Site, folder: Path) -> str:
    """A copy of the definition ``name`` that asks ``site`` in place of every official host; its path."""
    written = (FOLDER / f"{name}.toml").read_text("utf-8")
    # What ``replace`` takes away stands in the answers, whoever gives them.
    asked = re.sub(
        r"(?m)^(?!replace = )(.*)$", lambda line: re.sub(r'(?<=")https?://[^/"]+', site.url, line[0]), written
    )
    manners = 'intranet = ["127.0.0.1"], pause = 0'
    asked = re.sub(r"(?m)^http = \{", f"http = {{ {manners},", asked)
    if not re.search(r"(?m)^http = ", asked):
        asked = re.sub(r"(?m)^(connector = .*)$", rf"\1\nhttp = {{ {manners} }}", asked)
    path = folder / f"{name}.toml"
    path.write_text(asked, "utf-8")
    return str(path)


@contextmanager
def synced(name: str, site: Site, folder: Path) -> Iterator[Index]:
    """The index of that copy, all of whose documents were read."""
    with Index.open(local(name, site, folder)) as index:
        report = index.sync()
        assert not report.failed and report.new
        yield index
