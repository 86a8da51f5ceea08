"""init, sync, status."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.errors import ConfigError
from latam_rag.messages import text as say

if TYPE_CHECKING:
    from latam_rag.history import SourceState

KINDS = ("legal", "curriculum", "public_services", "mixed")


def commands() -> list[click.Command]:
    return [_init(), _sync(), _status()]


def _init() -> click.Command:
    def run(name: str, documents: str, kind: str) -> None:
        path = initialise(name, documents, kind)
        click.echo(say("cli.init_done", name=name, path=path))

    return Command(
        "init",
        callback=run,
        help=say("cli.init_help"),
        params=[
            parameters.index_name(),
            click.Option(
                ["--from", "documents"], required=True, metavar=say("cli.folder"), help=say("cli.init_from_help")
            ),
            click.Option(["--kind"], type=click.Choice(KINDS), default="mixed", help=say("cli.init_kind_help")),
        ],
    )


def initialise(name: str, documents: str, kind: str = "mixed") -> Path:
    """Write the definition of a new index over ``documents`` (a folder, file, URL or known source); its path."""
    from latam_rag import home

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        raise ConfigError("cli.init_bad_name", name=name)
    template = _template(documents, kind)
    folder = home.folder_of(name)
    if name in home.names():
        raise ConfigError("cli.init_exists", name=name, path=str(folder))
    filled = re.sub(r"(?m)^name = .*$", lambda _: f"name = {json.dumps(name)}", template, count=1)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.toml"
    path.write_text(filled, "utf-8")
    return path


def _template(documents: str, kind: str) -> str:
    """The definition of the known source ``documents``; else that of ``kind``, over the folder, file or URL."""
    from importlib.resources import files

    from latam_rag.indexes import sources

    known: Mapping[str, Any] = sources()
    if documents in known:
        return str(known[documents].read_text("utf-8"))
    source = documents
    if "://" not in documents:
        source = str(Path(documents).expanduser().absolute())
        if not Path(source).exists():
            _refuse_a_connector(documents)
            raise ConfigError("cli.init_no_folder", path=documents)
    template = (files("latam_rag.indexes") / f"{kind}.toml").read_text("utf-8")
    # A JSON string is a TOML basic string: any path or URL is quoted safely.
    return re.sub(r"(?m)^path = .*$", lambda _: f"path = {json.dumps(source, ensure_ascii=False)}", template, count=1)


def _refuse_a_connector(name: str) -> None:
    """ConfigError that says what to write, when ``name`` is a connector's: its options can't be guessed."""
    from latam_rag import plugins

    if name not in plugins.names():
        return
    needed = [option.name for option in plugins.options_of(plugins.connector_class(name)) if option.required]
    options = "".join(f", {option} = …" for option in needed)
    raise ConfigError("cli.init_connector", name=name, options=options)


def _sync() -> click.Command:
    def run(name: str, allow_deletions: bool, rebuild: bool, every: str | None, watch: bool, as_json: bool) -> int:
        from latam_rag.cli import keeping, progress
        from latam_rag.index import Index

        if every or watch:
            if rebuild:
                raise ConfigError("schedule.no_rebuild")
            keeping.keep_syncing(name, every=every, watch=watch, allow_deletions=allow_deletions, as_json=as_json)
            return 0
        with Index.open(name) as index:
            report = progress.sync(index, allow_deletions=allow_deletions, rebuild=rebuild, quiet=as_json)
        return progress.told(report, as_json=as_json)

    return Command(
        "sync",
        callback=run,
        help=say("cli.sync_help"),
        epilog=say("cli.name_help"),
        params=[
            parameters.index_name(),
            click.Option(["--allow-deletions"], is_flag=True, help=say("cli.sync_allow_help")),
            click.Option(["--rebuild"], is_flag=True, help=say("cli.sync_rebuild_help")),
            click.Option(["--every"], metavar="6h", help=say("schedule.every_help")),
            click.Option(["--watch"], is_flag=True, help=say("schedule.watch_help")),
            parameters.as_json(),
        ],
    )


def _status() -> click.Command:
    def run(name: str | None, documents: bool, as_json: bool) -> None:
        from dataclasses import asdict

        from latam_rag import home
        from latam_rag.cli import progress
        from latam_rag.index import Index

        states = [Index.open(each).status() for each in ([name] if name else home.names())]
        if as_json:
            click.echo(json.dumps([asdict(state) for state in states], ensure_ascii=False, indent=1))
            return
        if not states:
            click.echo(say("cli.status_none"))
        for state in states:
            last = state.last_sync or say("cli.status_never")
            if any(source.reason for source in state.sources):
                last = say("cli.status_partly", last=last)
            click.echo(
                say(
                    "cli.status_line",
                    name=state.name,
                    documents=state.documents,
                    passages=state.passages,
                    failed=len(state.failures),
                    last=last,
                )
            )
            click.echo(_refusal_line(state.refusal))
            for source in state.sources:
                click.echo(f"  {_source_line(source)}")
            if documents:
                for listed in Index.open(state.name).catalog.documents():
                    click.echo(f"  {listed.uri}  {listed.title}")
            for failure in state.failures:
                click.echo(f"  {progress.failure_line(failure)}")

    return Command(
        "status",
        callback=run,
        help=say("cli.status_help"),
        epilog=say("cli.name_help"),
        params=[
            parameters.index_name(required=False),
            click.Option(["--documents"], is_flag=True, help=say("sync.documents_help")),
            parameters.as_json(),
        ],
    )


def _source_line(source: SourceState) -> str:
    key = "sync.source_fails" if source.reason else "sync.source"
    listed = (source.listed or "")[:16] or say("cli.status_never")
    return say(
        key, label=source.label, documents=source.documents, failed=source.failed, tried=source.tried[:16], listed=listed,
        reason=source.reason,
    )  # fmt: skip


def _refusal_line(known: Mapping[str, Any] | None) -> str:
    if known is None:
        return say("cli.status_no_refusal")
    shares = {name: round(100 * known[name]) for name in ("foreign", "lost", "precision")}
    return say("cli.status_refusal", made=known["made"][:10], threshold=known["threshold"], **shares)
