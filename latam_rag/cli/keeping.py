"""sync --every and --watch; retry, forget, remove."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.errors import Cancelled, ConfigError, LatamRagError
from latam_rag.messages import text as say

if TYPE_CHECKING:
    from latam_rag.schedule import Watch


def commands() -> list[click.Command]:
    return [_retry(), _forget(), _remove()]


def keep_syncing(name: str, *, every: str | None, watch: bool, allow_deletions: bool, as_json: bool) -> None:
    """Sync now and again, a line each time, until Ctrl-C. An error is a line too: the next time may be better."""
    from latam_rag import schedule
    from latam_rag.cli import progress
    from latam_rag.index import Index
    from latam_rag.sync.telling import summary

    period = schedule.seconds_of(every) if every else None
    seen = _watch(name) if watch else None

    def run() -> None:
        at = datetime.now().astimezone().isoformat(" ", "seconds")[:19]
        try:
            # Opened each time: the definition may have changed, and between two syncs others may use the index.
            with Index.open(name) as index:
                report = index.sync(allow_deletions=allow_deletions, should_stop=stopped.is_set)
        except LatamRagError as error:
            if stopped.is_set():
                return
            said: dict[str, Any] = {"at": at, "error": str(error), "key": error.key}
            line = say("schedule.failed", at=at, name=name, reason=str(error))
        else:
            said = {"at": at, **progress.as_dict(report)}
            line = say("schedule.line", at=at, name=name, report=summary(report))
        click.echo(json.dumps(said, ensure_ascii=False) if as_json else line)

    with progress.stop_on_interrupt() as stopped:
        schedule.keep(run, every=period, watch=seen, stopped=stopped.is_set)


def _watch(name: str) -> Watch:
    from latam_rag import schedule
    from latam_rag.index import Index
    from latam_rag.sync.listing import connected

    index = Index.open(name)
    sources = [source for source in index.definition.sources if schedule.is_watched(source)]
    if not sources:
        raise ConfigError("schedule.nothing_to_watch", name=index.definition.name)
    watched = index.definition.model_copy(update={"sources": sources})
    return schedule.Watch(lambda: connected(watched, index.connect))


def _retry() -> click.Command:
    def run(name: str, uris: tuple[str, ...], as_json: bool) -> int:
        from latam_rag.cli import progress
        from latam_rag.index import Index

        with Index.open(name) as index:
            report = progress.sync(index, retry=uris, quiet=as_json)
        return progress.told(report, as_json=as_json)

    return Command(
        "retry",
        callback=run,
        help=say("sync.retry_help"),
        params=[
            parameters.index_name(),
            click.Argument(["uris"], metavar=say("forget.uris"), nargs=-1),
            parameters.as_json(),
        ],
    )


def _forget() -> click.Command:
    def run(name: str, uris: tuple[str, ...], again: bool, yes: bool, as_json: bool) -> None:
        from latam_rag.index import Index

        with Index.open(name) as index:
            if again:
                click.echo(say("forget.allowed", count=index.allow_again(uris)))
                return
            if not yes:
                _confirm(say("forget.ask", count=len(uris), name=index.definition.name))
            receipt = index.forget(uris)
            if as_json:
                click.echo(json.dumps(asdict(receipt), ensure_ascii=False, indent=1))
                return
            click.echo(
                say(
                    "forget.done", count=len(receipt.documents), emptied=receipt.emptied, number=receipt.number,
                    hash=receipt.hash, name=index.definition.name,
                )
            )  # fmt: skip
            if index.definition.store.url:
                click.echo(say("forget.server"))

    return Command(
        "forget",
        callback=run,
        help=say("forget.help"),
        params=[
            parameters.index_name(),
            click.Argument(["uris"], metavar=say("forget.uris"), nargs=-1, required=True),
            click.Option(["--again"], is_flag=True, help=say("forget.again_help")),
            click.Option(["--yes"], is_flag=True, help=say("forget.yes_help")),
            parameters.as_json(),
        ],
    )


def _remove() -> click.Command:
    def run(name: str, yes: bool) -> None:
        from latam_rag.forget import remove
        from latam_rag.index import Index

        with Index.open(name) as index:
            state = index.status()
        if not yes:
            _confirm(say("forget.remove_ask", folder=state.folder, documents=state.documents))
        kept = remove(index.definition, index.folder)
        click.echo(say("forget.removed", name=state.name))
        if kept is not None:
            click.echo(say("forget.removed_kept", path=kept))

    return Command(
        "remove",
        callback=run,
        help=say("forget.remove_help"),
        params=[parameters.index_name(), click.Option(["--yes"], is_flag=True, help=say("forget.yes_help"))],
    )


def _confirm(question: str) -> None:
    """Cancelled unless the answer is a yes, in any of the languages that are spoken here."""
    said = click.prompt(f"{question} [s/N]", default="", show_default=False, err=True)
    if said.strip().lower() not in {"s", "si", "sí", "sim", "y", "yes"}:
        raise Cancelled("forget.not_confirmed")
