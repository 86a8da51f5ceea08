"""What more is asked of a connector whose source is on the web: that it is a good neighbour, and hard to fool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from latam_rag.errors import SourceError
from latam_rag.testing.contract import ConnectorContract
from latam_rag.testing.site import Faults, Page, Site
from latam_rag.types import Connector

#: How a test's connector asks the site on this machine.
HTTP: Mapping[str, Any] = {"intranet": ["127.0.0.1"], "pause": 0}


class WebConnectorContract(ConnectorContract):
    """The contract of connectors that ask a ``Site``: ``options`` fills the fixture ``site`` and gives ``http = HTTP``.

    The connector asks through ``latam_rag.connectors.http``.
    """

    @pytest.fixture(autouse=True)
    def _own_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # What is remembered of one test's site is nothing for the next.
        monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))

    @pytest.fixture
    def site(self) -> Iterator[Site]:
        with Site() as site:
            yield site

    @pytest.fixture
    def missing(self, site: Site, options: Mapping[str, Any]) -> Mapping[str, Any]:
        site.down()
        return options

    @pytest.fixture
    def breaks(self, site: Site, options: Mapping[str, Any]) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def breaking() -> Iterator[None]:
            # The first page of the listing still comes; then the site is gone.
            site.silent_after = len([asked for asked in site.log if asked.path != "/robots.txt"]) + 1
            try:
                yield
            finally:
                site.silent_after = None

        return breaking

    @pytest.fixture
    def trouble(self, site: Site) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def troubled() -> Iterator[None]:
            site.faults = Faults(errors=0.2, truncated=0.1, dropped=0.1)
            try:
                yield
            finally:
                site.faults = Faults()

        return troubled

    def test_a_uri_is_an_address_or_can_be_fetched_without_being_one(self, connector: Connector) -> None:
        for ref in connector.refs():
            if urlsplit(ref.uri).scheme:
                continue
            try:
                connector.fetch(ref)
            except SourceError as error:
                raise AssertionError(
                    f"uri must be absolute: {ref.uri!r} isn't; urljoin(the list's address, the link) makes it so"
                ) from error

    def test_a_second_listing_asks_only_what_may_have_changed(
        self, connector: Connector, options: Mapping[str, Any], site: Site
    ) -> None:
        first = list(connector.refs())
        for ref in first:
            connector.fetch(ref)
        before = len(site.log)
        assert list(type(self).kind(**options).refs()) == first
        again = [asked for asked in site.log[before:] if asked.path != "/robots.txt" and asked.marked]
        assert [asked.path for asked in again if asked.status != 304] == []

    def test_robots_txt_is_kept(self, connector: Connector, site: Site) -> None:
        site.put("/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
        with pytest.raises(SourceError) as caught:
            list(connector.refs())
        assert caught.value.key == "http.robots"
        assert {asked.path for asked in site.log} == {"/robots.txt"}

    def test_a_redirect_out_of_bounds_is_not_followed(self, connector: Connector, site: Site) -> None:
        first = next(iter(connector.refs()))
        asked = {asked.path for asked in site.log} - {"/robots.txt"}
        for path in asked:
            site.answer(
                path, lambda _: Page(status=302, headers=(("Location", "http://169.254.169.254/latest/meta-data/"),))
            )
        with pytest.raises(SourceError) as caught:
            list(connector.refs())
            connector.fetch(first)
        assert caught.value.key == "http.outside"

    def test_it_says_who_asks(self, connector: Connector, site: Site) -> None:
        list(connector.refs())
        assert all(asked.headers["user-agent"].startswith("latam-rag/") for asked in site.log)
