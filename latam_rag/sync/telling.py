"""A sync's report in words, as the command line and the app say it."""

from __future__ import annotations

from latam_rag.messages import text as say
from latam_rag.types import Failure, SyncReport


def summary(report: SyncReport, lang: str | None = None) -> str:
    """The counts, in a line."""
    return say(
        "cli.report",
        lang,
        new=len(report.new),
        changed=len(report.changed),
        gone=len(report.gone),
        same=report.same,
        failed=len(report.failed),
        passages=report.passages,
        embedded=report.embedded,
        seconds=duration(report.seconds.get("total", 0.0)),
    )


def reason(failure: Failure) -> str:
    """Why, without the name of the document that many reasons begin with."""
    said = failure.reason
    for name in (failure.uri, failure.uri.rpartition("/")[2]):
        said = said.removeprefix(f"{name}: ")
    return said


def duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
