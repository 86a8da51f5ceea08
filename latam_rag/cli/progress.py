"""A sync as the terminal shows it: a bar with rate and time left, then the report."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from latam_rag.messages import text as say
from latam_rag.sync.telling import reason, summary
from latam_rag.types import Failure, SyncReport

if TYPE_CHECKING:
    from latam_rag.index import Index

LONG = 20_000
"""Passages embedded, past which building the search graph takes over a minute."""


def sync(
    index: Index,
    *,
    allow_deletions: bool = False,
    rebuild: bool = False,
    retry: Sequence[str] | None = None,
    quiet: bool = False,
) -> SyncReport:
    """Sync, or ``retry`` what failed (all of it when empty), with a progress bar on standard error.

    The first Ctrl-C stops at the next safe point, a second one at once (nothing saved is lost either way).
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, quiet=quiet)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with stop_on_interrupt() as stopped, Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(index.definition.name, total=None, rate="")

        def show(progress: Any) -> None:
            phase = say(f"sync.phase_{progress.phase}")
            if progress.listing:
                phase += " " + say("sync.listing", count=progress.listing)
            # The engine holds everything else up while it works, this bar and Ctrl-C included: said before.
            if progress.phase == "optimizing" and progress.passages > LONG:
                console.print(say("sync.long_optimizing", passages=progress.passages))
            bar.update(
                task,
                total=progress.total or None,
                completed=progress.done,
                rate=say("cli.rate", rate=f"{progress.rate:.0f}") if progress.rate else "",
                description=f"{index.definition.name}: {phase}",
            )

        if retry is not None:
            return index.retry(retry, on_progress=show, should_stop=stopped.is_set)
        return index.sync(
            allow_deletions=allow_deletions, rebuild=rebuild, on_progress=show, should_stop=stopped.is_set
        )


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    stopped = threading.Event()

    def ask_to_stop(_signal: int, _frame: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def as_dict(report: SyncReport) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(report)


def told(report: SyncReport, *, as_json: bool = False) -> int:
    """Print the report: counts, then each failure with its reason. The command's exit status."""
    from latam_rag.sync import exit_code

    if as_json:
        click.echo(json.dumps(as_dict(report), ensure_ascii=False, indent=1))
    else:
        _show(report)
    return exit_code(report)


def _show(report: SyncReport) -> None:
    click.echo(summary(report))
    if report.moved:
        click.echo(say("sync.moved", count=len(report.moved)))
    if report.forgotten:
        click.echo(say("sync.forgotten", count=report.forgotten))
    if report.failed:
        click.secho(say("cli.report_failed"), fg="red" if sys.stdout.isatty() else None)
        for failure in report.failed:
            click.echo(f"  {failure_line(failure)}")


def failure_line(failure: Failure) -> str:
    return f"{failure.uri}: {reason(failure)}"
