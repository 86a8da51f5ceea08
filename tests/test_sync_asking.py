"""A connector's faults: said with its name, the document and the line, and never another source's trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeConnector
from test_sync import A, B, Desk, desk, empty_store, lines, warm_reader

from latam_rag.errors import SourceError
from latam_rag.sync import asking
from latam_rag.types import Ref, Resource

__all__ = ["desk", "empty_store", "warm_reader"]


class Faulty:
    """Lists and gives what it is told to; an exception is raised."""

    def __init__(self, listed: Any = (), given: Any = None) -> None:
        self.listed, self.given = listed, given

    def refs(self) -> Iterator[Ref]:
        yield Ref(uri="a:1", revision="1")
        for one in self.listed:
            yield Ref(uri=one["uri"], revision=one["updated"])

    def fetch(self, ref: Ref) -> Resource:
        return self.given["a:1"]  # type: ignore[no-any-return]


def fault(connector: Faulty) -> str:
    with pytest.raises(SourceError) as caught:
        for ref in asking.refs(connector, "gaceta", "gaceta https://x.cl"):
            asking.fetch(connector, "gaceta", ref)
    return str(caught.value)


@pytest.mark.parametrize("revision", [None, 7, b"7", 1.5])
def test_a_revision_that_is_not_text_is_refused_with_its_uri(revision: Any) -> None:
    with pytest.raises(SourceError) as caught:
        list(asking.refs(Faulty([{"uri": "a:2", "updated": revision}]), "gaceta", ""))
    assert caught.value.key == "sync.not_text"
    for word in ("'gaceta'", "a:2", f"revision = {revision!r}", 'str(x or "")'):
        assert word in str(caught.value)


@pytest.mark.parametrize("uri", [None, 7, ""])
def test_a_uri_that_is_not_text_or_empty_is_refused(uri: Any) -> None:
    with pytest.raises(SourceError, match="'gaceta'"):
        list(asking.refs(Faulty([{"uri": uri, "updated": ""}]), "gaceta", ""))


def test_what_is_no_resource_is_refused() -> None:
    assert "str" in fault(Faulty(given={"a:1": "texto"}))
    assert "texto.encode()" in fault(Faulty(given={"a:1": Resource(uri="a:1", body="texto")}))  # type: ignore[arg-type]
    assert "title = None" in fault(Faulty(given={"a:1": Resource(uri="a:1", body=b"", title=None)}))  # type: ignore[arg-type]
    said = fault(Faulty(given={"a:1": Resource(uri="a:1", body=b"", metadata={"body": object()})}))  # type: ignore[dict-item]
    assert "metadata['body']" in said


def test_a_bug_is_said_with_the_connectors_own_line() -> None:
    line = next(
        n for n, text in enumerate(Path(__file__).read_text("utf-8").splitlines(), 1) if "return self.given" in text
    )
    assert f"KeyError: 'a:1' (test_sync_asking.py:{line})" in fault(Faulty(given={}))
    with pytest.raises(SourceError, match=r"KeyError: 'updated' \(test_sync_asking.py:\d+\)"):
        list(asking.refs(Faulty([{"uri": "a:2"}]), "gaceta", ""))


def test_one_sources_revision_that_is_not_text_stops_no_other(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = FakeConnector({"doc:8": "ocho", "doc:9": "nueve"}), [B, A]
    desk.sync()
    good = desk.connectors["b"]
    desk.connectors["b"] = Faulty([{"uri": "doc:8", "updated": None}])  # type: ignore[assignment]
    desk.connectors["a"].texts["doc:2"] = "La licencia cambió."
    report = desk.sync()
    assert (report.changed, report.gone) == (("doc:2",), ())
    assert [(failed.uri, failed.key) for failed in report.failed] == [("b", "sync.not_text")]
    assert desk.texts() == lines({**desk.connectors["a"].texts, **good.texts})


def test_one_documents_body_that_is_not_bytes_stops_no_other(desk: Desk) -> None:
    desk.connectors["b"], desk.sources = Faulty(given={"a:1": Resource(uri="a:1", body="texto")}), [B, A]  # type: ignore[assignment,arg-type]
    report = desk.sync()
    assert len(report.new) == 3
    assert [(failed.uri, failed.key) for failed in report.failed] == [("a:1", "sync.not_bytes")]
