"""A new connector's project: one class, its test, packaging and README, which pass as they are."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from latam_rag.errors import ConfigError

_CLASS = '''"""TITLE: the documents that its source lists in one JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from latam_rag import Ref, Resource
from latam_rag.connectors.http import Bounds, Client, Manners, Visitor
from latam_rag.connectors.markup import json_of
from latam_rag.connectors.options import check_options
from latam_rag.errors import SourceError


class CLASS:
    """The documents that TITLE lists in one JSON."""

    @check_options
    def __init__(
        self,
        *,
        url: Annotated[str, "Where the list is: `https://HOST.muni.cl/avisos.json`."],
        http: Annotated[Manners, "How the server is asked."] = Manners(),
    ) -> None:
        self._url = url
        self._visitor = Visitor(Client(http, Bounds([url])), ["html", "pdf"])
        self._known: dict[str, Any] = {}

    def refs(self) -> Iterator[Ref]:
        self._known = self._listed()
        for uri, notice in self._known.items():
            yield Ref(uri=uri, revision=notice["updated"])

    def fetch(self, ref: Ref) -> Resource:
        self._known = self._known or self._listed()
        if ref.uri not in self._known:
            raise SourceError("connectors.not_listed", name=ref.uri)
        notice = self._known[ref.uri]
        return replace(self._visitor.resource(ref), title=notice["title"], metadata={"body": notice["office"]})

    def _listed(self) -> dict[str, Any]:
        listed = json_of(self._visitor.listing(self._url), self._url)
        return {notice["url"]: notice for notice in listed}
'''

_TEST = '''"""What every connector passes, and what this one's source is like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from latam_rag import Ref
from latam_rag.testing import HTTP, Site, WebConnectorContract

from MODULE import CLASS


def notices(site: Site, **updated: str) -> None:
    """The site's list: each notice with the day it was changed."""
    listed = [
        {"url": f"{site.url}/{name}.html", "title": name.title(), "office": "Secretaría", "updated": day}
        for name, day in updated.items()
    ]
    site.put("/avisos.json", json.dumps(listed), "application/json")


class TestCLASS(WebConnectorContract):
    kind = CLASS

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        notices(site, feria="2026-01-02T10:00", poda="2026-03-04T10:00")
        site.put("/feria.html", "<html><body><p>La feria abre los sábados.</p></body></html>")
        site.put("/poda.html", "<html><body><p>La poda empieza en junio.</p></body></html>")
        return {"url": f"{site.url}/avisos.json", "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            notices(site, feria="2026-01-02T10:00", poda="2026-05-06T10:00")
            return site.put("/poda.html", "<html><body><p>La poda empieza en julio.</p></body></html>")

        return change

    def test_what_the_source_says_goes_with_the_document(self, site: Site, options: Mapping[str, Any]) -> None:
        resource = CLASS(**options).fetch(Ref(uri=f"{site.url}/feria.html"))
        assert (resource.title, dict(resource.metadata)) == ("Feria", {"body": "Secretaría"})
'''

_PROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "DISTRIBUTION"
version = "0.1.0"
description = "A connector for latam-rag"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["latam-rag"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points."latam_rag.connectors"]
NAME = "MODULE:CLASS"

[tool.setuptools]
py-modules = ["MODULE"]
"""

_README = """# DISTRIBUTION

A connector for [latam-rag](https://pypi.org/project/latam-rag/): the documents that TITLE lists in one JSON.

    pip install --editable '.[test]'
    pytest
    latam-rag connectors describe NAME
    latam-rag connectors check NAME --set url=https://HOST.muni.cl/avisos.json

In an index definition:

    [[sources]]
    connector = "NAME"
    url = "https://HOST.muni.cl/avisos.json"

What to change:

- in `MODULE.py`: what CLASS's docstring and its option `url` say (`connectors describe` shows both), the names of the list's
  keys (`url`, `title`, `office`, `updated`), the kinds of document (`["html", "pdf"]`) and the metadata. `refs()` lists what
  there is, and `fetch()` brings one document;
- in `test_NAME.py`: the site, which answers as the real one does;
- here: the addresses and what the source is.
"""


def create(name: str, parent: Path) -> list[Path]:
    """Write the project of a connector ``name`` into a folder of its own below ``parent``; its files.

    ConfigError when the name is taken or no name, or the folder exists.
    """
    from latam_rag import plugins

    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name) or keyword.iskeyword(name):
        raise ConfigError("connecting.bad_name", name=name)
    if name in plugins.names():
        raise ConfigError("connecting.taken", name=name)
    folder = parent / f"latam-rag-{name.replace('_', '-')}"
    if folder.exists():
        raise ConfigError("connecting.exists", path=str(folder))
    words = {
        "DISTRIBUTION": folder.name,
        "MODULE": f"latam_rag_{name}",
        "CLASS": "".join(part.title() for part in name.split("_")),
        "TITLE": name.replace("_", " ").capitalize(),
        "HOST": name.replace("_", "-"),
        "NAME": name,
    }
    texts = {
        f"latam_rag_{name}.py": _CLASS,
        f"test_{name}.py": _TEST,
        "pyproject.toml": _PROJECT,
        "README.md": _README,
    }
    folder.mkdir(parents=True)
    for file, text in texts.items():
        filled = re.sub("|".join(words), lambda found: words[found[0]], text)
        (folder / file).write_text(filled, "utf-8")
    return [folder / file for file in texts]
