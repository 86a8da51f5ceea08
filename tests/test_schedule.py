"""Syncs that repeat: after a while, and when the documents change."""

from __future__ import annotations

import pytest
from fakes import FakeConnector

from latam_rag.config import Source
from latam_rag.errors import ConfigError, SourceError
from latam_rag.schedule import LOOK_S, Watch, is_watched, keep, seconds_of
from latam_rag.sync.listing import Connected


def watch_of(connector: FakeConnector) -> Watch:
    return Watch(lambda: [Connected(source=Source(connector="a"), key="a", connector=connector)])


class Clock:
    """Time that passes only while somebody sleeps; ends after ``most`` seconds."""

    def __init__(self, most: float) -> None:
        self.now, self.most = 0.0, most

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def over(self) -> bool:
        return self.now >= self.most

    def keep(self, run: object, **options: object) -> None:
        keep(run, stopped=self.over, sleep=self.sleep, clock=lambda: self.now, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "seconds"), [("90s", 90), ("30m", 1800), ("30 min", 1800), ("6h", 21600), ("1D", 86400)]
)
def test_periods(written: str, seconds: float) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize("written", ["", "6", "h", "-1h", "10s", "cada hora", "1e9d"])
def test_periods_that_are_none(written: str) -> None:
    with pytest.raises(ConfigError, match="30m"):
        seconds_of(written)


def test_every_counts_from_beginning_to_beginning() -> None:
    clock, runs = Clock(1000), []

    def run() -> None:
        runs.append(clock.now)
        clock.now += 30

    clock.keep(run, every=300, watch=None)
    assert runs == [0, 300, 600, 900]


def test_a_run_longer_than_the_period_is_followed_at_once() -> None:
    clock, runs = Clock(1000), []

    def run() -> None:
        runs.append(clock.now)
        clock.now += 400

    clock.keep(run, every=300, watch=None)
    assert runs == [0, 400, 800]


def test_a_change_is_taken_in_once_it_has_settled() -> None:
    clock, runs = Clock(100), []
    folder = FakeConnector({"a": "uno"})
    grows = iter(range(100))

    class Copying(FakeConnector):
        def refs(self):  # type: ignore[no-untyped-def]
            if 20 <= clock.now < 40:
                folder.texts["a"] = f"se copia {next(grows)}"
            return folder.refs()

    clock.keep(lambda: runs.append(clock.now), every=None, watch=watch_of(Copying({})))
    assert runs[0] == 0
    assert len(runs) == 2
    assert 40 <= runs[1] <= 40 + 3 * LOOK_S


def test_what_changes_while_a_sync_runs_is_seen_after_it() -> None:
    clock, runs = Clock(60), []
    folder = FakeConnector({"a": "uno"})

    def run() -> None:
        runs.append(clock.now)
        folder.texts["b"] = "llegó mientras tanto"

    clock.keep(run, every=None, watch=watch_of(folder))
    assert len(runs) == 2


def test_a_folder_that_is_away_for_a_while_does_not_end_the_watch() -> None:
    clock, runs = Clock(120), []
    folder = FakeConnector({"a": "uno"})

    class Away(FakeConnector):
        def refs(self):  # type: ignore[no-untyped-def]
            if 20 < clock.now < 60:
                raise SourceError("connectors.missing", name="x")
            return folder.refs()

    clock.keep(lambda: runs.append(clock.now), every=None, watch=watch_of(Away({})))
    assert len(runs) == 3


def test_what_can_be_watched() -> None:
    watched = [{"path": "docs"}, {"path": "/srv/docs"}, {"path": "file:///srv/docs"}]
    assert all(is_watched(Source(connector="files", **options)) for options in watched)
    others = [{"path": "s3://x/docs"}, {"url": "https://example.org"}, {}]
    assert not any(is_watched(Source(connector="files", **options)) for options in others)
