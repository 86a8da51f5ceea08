"""A file on the web as a folder or a table: asked for by our own client, kept while it is the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from latam_rag.connectors.files import Files
from latam_rag.connectors.records import Records
from latam_rag.errors import SourceError
from latam_rag.testing import HTTP, Site, WebConnectorContract


def packed(**members: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.txt", text)
    return body.getvalue()


class TestArchive(WebConnectorContract):
    kind = Files

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        url = site.put("/datos/leyes.zip", packed(uno="Ley uno", dos="Ley dos"), "application/zip")
        return {"path": url, "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            site.put("/datos/leyes.zip", packed(uno="Ley uno", dos="Ley dos, reformada"), "application/zip")
            return "leyes.zip/dos.txt"

        return change


class TestTable(WebConnectorContract):
    kind = Records

    @pytest.fixture
    def options(self, site: Site) -> Mapping[str, Any]:
        url = site.put("/t.csv", "codigo,texto\nA,uno\nB,dos\n", "text/csv")
        return {"path": url, "id": "codigo", "title": "{codigo}", "text": "texto", "http": dict(HTTP)}

    @pytest.fixture
    def change(self, site: Site) -> Callable[[], str]:
        def change() -> str:
            site.put("/t.csv", "codigo,texto\nA,uno\nB,tres\n", "text/csv")
            return "t.csv#B"

        return change


def test_a_file_on_the_web_may_not_be_inside_either() -> None:
    for kind in (Files(path="http://127.0.0.1:9/x.pdf"), Files(path="http://localhost/leyes.zip")):
        with pytest.raises(SourceError) as caught:
            list(kind.refs())
        assert caught.value.key == "http.private_address"
