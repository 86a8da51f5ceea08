"""The test that every connector passes. Shipped, so that a connector of another package inherits it as ours do.

::

    class TestMine(ConnectorContract):
        kind = MyConnector

        @pytest.fixture
        def options(self, tmp_path):
            (tmp_path / "a.txt").write_text("uno")
            return {"path": str(tmp_path)}

        @pytest.fixture
        def change(self, tmp_path):                 # may be left out
            def change() -> str:
                (tmp_path / "a.txt").write_text("otro")
                return "a.txt"                      # the uri that changed
            return change
"""

from __future__ import annotations

import inspect
import json
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar

import pytest

from latam_rag.errors import LatamRagError, SourceError
from latam_rag.types import Connector, Ref, Resource

_OUTSIDE = (
    "open",
    "os.listdir",
    "os.scandir",
    "socket.connect",
    "socket.getaddrinfo",
    "sqlite3.connect",
    "subprocess.Popen",
)
_watching = threading.local()
_watched = False


class ConnectorContract:
    """Inherit it, say ``kind``, and give ``options`` (the keys of a ``[[sources]]`` table) for a source of two documents or
    more."""

    kind: ClassVar[Callable[..., Connector]]

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        raise NotImplementedError("a connector's test gives a fixture 'options'")

    @pytest.fixture
    def connector(self, options: Mapping[str, Any]) -> Connector:
        return type(self).kind(**options)

    @pytest.fixture
    def change(self) -> Callable[[], str]:
        """Changes one document of the source and returns its uri."""
        pytest.skip("this connector's test can't change its source")

    @pytest.fixture
    def missing(self) -> Mapping[str, Any]:
        """Options that are well written, of a source that isn't there."""
        pytest.skip("this connector's test has no source that is missing")

    @pytest.fixture
    def breaks(self) -> Callable[[], AbstractContextManager[None]]:
        """Cuts the source off after a part of its listing, for as long as it is entered."""
        pytest.skip("this connector's test can't cut its source off")

    @pytest.fixture
    def trouble(self) -> Callable[[], AbstractContextManager[None]]:
        """Makes some of what the source is asked fail in passing, for as long as it is entered."""
        pytest.skip("this connector's source has no passing trouble")

    def test_it_keeps_the_protocol(self, connector: Connector) -> None:
        assert isinstance(connector, Connector)

    def test_uris_and_revisions_are_text(self, connector: Connector) -> None:
        for ref in connector.refs():
            assert isinstance(ref.uri, str) and ref.uri, f"uri={ref.uri!r} must be text and not empty"
            assert isinstance(ref.revision, str), (
                f'revision={ref.revision!r} of {ref.uri} must be text; "" where the source says none: str(x or "")'
            )

    def test_options_are_what_a_definition_can_hold(self, options: Mapping[str, Any]) -> None:
        assert json.loads(json.dumps(options)) == options

    def test_options_are_given_by_name(self) -> None:
        parameters = list(inspect.signature(type(self).kind).parameters.values())
        assert all(p.kind is not p.VAR_KEYWORD and p.kind is not p.VAR_POSITIONAL for p in parameters)
        assert [p.name for p in parameters[1:] if p.kind is not p.KEYWORD_ONLY] == []

    def test_an_unknown_option_is_refused(self, options: Mapping[str, Any]) -> None:
        with pytest.raises(TypeError):
            type(self).kind(**options, no_such_option=1)

    def test_an_option_of_the_wrong_type_is_refused(self, options: Mapping[str, Any]) -> None:
        for key in options:
            with pytest.raises((LatamRagError, TypeError, ValueError)):
                type(self).kind(**{**options, key: object()})

    def test_nothing_is_touched_before_refs(self, options: Mapping[str, Any]) -> None:
        with _touches() as touched:
            type(self).kind(**options)
        assert touched == []

    def test_listing_twice_gives_the_same(self, connector: Connector) -> None:
        first = list(connector.refs())
        assert len(first) >= 2, "a source of two documents or more tells more"
        assert list(connector.refs()) == first

    def test_another_connector_of_the_same_options_lists_the_same(
        self, connector: Connector, options: Mapping[str, Any]
    ) -> None:
        assert list(type(self).kind(**options).refs()) == list(connector.refs())

    def test_uris_are_unique_and_readable(self, connector: Connector) -> None:
        uris = [ref.uri for ref in connector.refs()]
        assert len(set(uris)) == len(uris)
        assert all(uri.strip() == uri and uri.isprintable() and uri.encode("utf-8") for uri in uris)

    def test_each_document_is_fetched_as_itself(self, connector: Connector) -> None:
        for ref in connector.refs():
            resource = connector.fetch(ref)
            assert isinstance(resource, Resource)
            assert (resource.uri, resource.revision) == (ref.uri, ref.revision)
            assert isinstance(resource.body, bytes)

    def test_a_document_is_fetched_without_listing_first(
        self, connector: Connector, options: Mapping[str, Any]
    ) -> None:
        # The page of a citation is fetched long after the sync, by its uri alone.
        for ref in connector.refs():
            assert type(self).kind(**options).fetch(Ref(uri=ref.uri)).body == connector.fetch(ref).body

    def test_fetching_from_threads_gives_the_same(self, connector: Connector) -> None:
        refs = list(connector.refs())
        alone = [connector.fetch(ref) for ref in refs]
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(connector.fetch, refs * 4)) == alone * 4

    def test_a_document_that_is_not_there_is_a_source_error(self, connector: Connector) -> None:
        with pytest.raises(SourceError) as caught:
            connector.fetch(Ref(uri="no/such/document"))
        assert str(caught.value)

    def test_a_source_that_is_not_there_is_a_source_error(self, missing: Mapping[str, Any]) -> None:
        connector = type(self).kind(**missing)
        with pytest.raises(SourceError) as caught:
            list(connector.refs())
        assert str(caught.value)

    def test_a_change_shows_in_the_revision_and_nowhere_else(
        self, connector: Connector, change: Callable[[], str]
    ) -> None:
        before = {ref.uri: ref for ref in connector.refs()}
        bodies = {uri: connector.fetch(ref).body for uri, ref in before.items()}
        changed = change()
        after = {ref.uri: ref for ref in connector.refs()}
        assert list(after) == list(before)
        assert connector.fetch(after[changed]).body != bodies[changed]
        # A source that can't tell says "", and is read at each sync.
        assert after[changed].revision == "" or after[changed] != before[changed]
        assert [uri for uri in after if uri != changed and after[uri] != before[uri]] == []

    def test_a_listing_that_is_given_up_harms_no_other(self, connector: Connector) -> None:
        # A sync is stopped between two refs.
        whole = list(connector.refs())
        given_up = connector.refs()
        next(given_up)
        if isinstance(given_up, Generator):
            given_up.close()
        assert list(connector.refs()) == whole

    def test_a_listing_that_breaks_off_is_an_error_and_never_a_short_one(
        self, connector: Connector, options: Mapping[str, Any], breaks: Callable[[], AbstractContextManager[None]]
    ) -> None:
        # One that ended early would be read as the deletion of all that it didn't come to.
        with breaks():
            first = _uris(connector)
        whole = _uris(connector)
        assert whole is not None and len(whole) >= 2
        with breaks():
            second = _uris(type(self).kind(**options))
        assert first in (None, whole) and second in (None, whole)
        assert _uris(type(self).kind(**options)) == whole

    def test_passing_trouble_passes(
        self, connector: Connector, options: Mapping[str, Any], trouble: Callable[[], AbstractContextManager[None]]
    ) -> None:
        whole = {ref: connector.fetch(ref).body for ref in connector.refs()}
        with trouble():
            again = type(self).kind(**options)
            assert {ref: again.fetch(ref).body for ref in again.refs()} == whole


def _uris(connector: Connector) -> list[str] | None:
    """What it lists; None when it says that it can't."""
    try:
        return [ref.uri for ref in connector.refs()]
    except SourceError:
        return None


@contextmanager
def _touches() -> Iterator[list[str]]:
    """The files, folders, sockets and databases that this thread opens meanwhile; what Python imports doesn't count."""
    global _watched
    if not _watched:
        sys.addaudithook(_hear)
        _watched = True
    _watching.heard = []
    try:
        yield _watching.heard
    finally:
        _watching.heard = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    heard = getattr(_watching, "heard", None)
    if heard is not None and event in _OUTSIDE and not _importing():
        heard.append(f"{event} {arguments[0] if arguments else ''}")


def _importing() -> bool:
    frame = sys._getframe()
    while frame is not None and frame.f_back is not None:
        if "importlib" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False
