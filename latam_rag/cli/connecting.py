"""connectors: which there are, what their options mean, whether a source answers, and a new one's project."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latam_rag.cli.localised import Command, Group
from latam_rag.errors import ConfigError
from latam_rag.messages import text as say

if TYPE_CHECKING:
    from latam_rag.cli.trying import Seen
    from latam_rag.config import Source
    from latam_rag.plugins import Option


def commands() -> list[click.Command]:
    group = Group(name="connectors", callback=_list_alone, help=say("cli.connectors_help"), invoke_without_command=True)
    for command in (_list(), _describe(), _check(), _new()):
        group.add_command(command)
    return [group]


def _list_alone() -> None:
    if click.get_current_context().invoked_subcommand is None:
        show_all()


def show_all() -> None:
    from latam_rag import plugins
    from latam_rag.indexes import sources

    for name in plugins.names():
        about = (plugins.connector_class(name).__doc__ or "").strip().splitlines()
        click.echo(f"{name}: {about[0] if about else ''}")
    click.echo("\n" + say("connecting.sources"))
    for name, path in sources().items():
        click.echo(f"{name}: {tomllib.loads(path.read_text('utf-8'))['title']}")


def _list() -> click.Command:
    return Command("list", callback=show_all, help=say("connecting.list_help"))


def _describe() -> click.Command:
    def run(name: str) -> None:
        import inspect

        from latam_rag import plugins

        kind = plugins.connector_class(name)
        click.echo(inspect.getdoc(kind) or name)
        click.echo("")
        for option in plugins.options_of(kind):
            _show_option(option, "")

    return Command(
        "describe", callback=run, help=say("connecting.describe_help"),
        params=[click.Argument(["name"], metavar=say("connecting.name"))],
    )  # fmt: skip


def _show_option(option: Option, outer: str) -> None:
    needed = say("connecting.required") if option.required else option.default or "–"
    click.echo(f"{outer}{option.name}  ({option.kind}; {needed})")
    click.echo(f"    {' '.join(option.meaning.split())}")
    for part in option.parts:
        _show_option(part, f"{outer}{option.name}.")


def _check() -> click.Command:
    def run(what: str, settings: tuple[str, ...], limit: int) -> int:
        from latam_rag.cli import trying

        code = 0
        for source in _sources(what, settings):
            seen = trying.attempt(source, limit)
            _show(seen)
            code = max(code, seen.error.exit_code if seen.error else 0)
        return code

    return Command(
        "check", callback=run, help=say("connecting.check_help"),
        params=[
            click.Argument(["what"], metavar=say("connecting.what")),
            click.Option(["--set", "settings"], multiple=True, metavar="X=Y", help=say("connecting.set_help")),
            click.Option(["--limit"], type=click.IntRange(1, 100_000), default=20, help=say("connecting.limit_help")),
        ],
    )  # fmt: skip


def _sources(what: str, settings: tuple[str, ...]) -> list[Source]:
    """Those of the index, definition or known source ``what``, or one of the connector of that name; ``settings`` laid over
    what is written there."""
    from importlib.resources import as_file

    from latam_rag import config, home, plugins
    from latam_rag.config import Source
    from latam_rag.indexes import sources

    if what in (known := sources()) and what not in home.names():
        with as_file(known[what]) as path:
            found = config.load(path).sources
    elif what in plugins.names():
        found = [Source(connector=what)]
    else:
        if not what.endswith(".toml") and what not in home.names():
            plugins.connector_class(what)
        found = home.find(what).sources
    return [_with(source, settings) for source in found] if settings else found


def _with(source: Source, settings: tuple[str, ...]) -> Source:
    import pydantic

    from latam_rag import invalid, plugins

    options = _options(settings, plugins.options_of(plugins.connector_class(source.connector)))
    try:
        return type(source).model_validate(_merged(source.model_dump(), options))
    except pydantic.ValidationError as error:
        name, reason = invalid.first(error)
        raise ConfigError("connectors.bad_option", connector=source.connector, option=name, reason=reason) from error


def _merged(written: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are laid over each other key by key."""
    both = {
        key: _merged(written[key], over[key]) for key in over if _is_table(written.get(key)) and _is_table(over[key])
    }
    return {**written, **over, **both}


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _options(settings: Iterable[str], known: Iterable[Option]) -> dict[str, Any]:
    """What each ``key=value`` sets; ``http.pause=0`` sets a key of a table. ConfigError for one that isn't so written."""
    kinds = {option.name: option.kind for option in known}
    kinds |= {f"{option.name}.{part.name}": part.kind for option in known for part in option.parts}
    options: dict[str, Any] = {}
    for written in settings:
        key, mark, value = written.partition("=")
        *tables, last = key.split(".")
        if not mark or not all(part.replace("-", "_").isidentifier() for part in (*tables, last)):
            raise ConfigError("connecting.bad_setting", setting=written)
        place = options
        for table in tables:
            inner = place.setdefault(table, {})
            if not isinstance(inner, dict):
                raise ConfigError("connecting.bad_setting", setting=written)
            place = inner
        place[last] = _value(value, kinds.get(key, ""))
    return options


def _value(written: str, kind: str) -> Any:
    """As in a definition or in JSON; what is written otherwise, or is for an option of text, is text. One of a list's values
    will do for the list."""
    readers: tuple[Callable[[str], Any], ...] = (_toml, json.loads)
    found: Any = written
    for read in readers:
        try:
            found = read(written)
            break
        except ValueError:
            continue
    if kind.startswith("list of ") and not isinstance(found, list):
        return [_value(written, kind.removeprefix("list of "))]
    return written if kind == "text" and not isinstance(found, str) else found


def _toml(written: str) -> Any:
    return tomllib.loads(f"x = {written}")["x"]


def _show(seen: Seen) -> None:
    from latam_rag.cli import trying
    from latam_rag.sync.listing import label_of

    click.secho(label_of(seen.source), bold=True)
    key = "connecting.listed" if seen.whole else "connecting.listed_cut" if seen.cut else "connecting.listed_part"
    dated = sum(bool(ref.revision) for ref in seen.refs)
    if seen.refs or seen.error is None:
        click.echo("  " + say(key, count=len(seen.refs), seconds=f"{seen.seconds:.1f}", dated=dated))
    for ref in seen.refs[:5]:
        click.echo(f"    {ref.uri}  {ref.revision}")
    if seen.left_out:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(seen.left_out.items()))
        click.echo("  " + say("connecting.left_out", reasons=reasons))
    if seen.resource is not None:
        size = f"{len(seen.resource.body) / 1000:.1f} kB"
        click.echo("  " + say("connecting.fetched", kind=seen.resource.media_type or "?", size=size))
    if seen.document is not None:
        said = json.dumps(dict(seen.document.metadata), ensure_ascii=False, default=str)
        click.echo("  " + say("connecting.read", title=seen.document.title, passages=seen.passages, said=said))
        for key, value in trying.no_days(seen.document.metadata).items():
            click.secho("  ! " + say("connecting.no_day", key=key, value=value), fg="yellow")
    if seen.error is not None:
        click.secho(f"  ✗ {seen.error}", fg="red")


def _new() -> click.Command:
    def run(name: str, parent: str) -> None:
        from latam_rag.cli import scaffold

        files = scaffold.create(name, Path(parent))
        for file in files:
            click.echo(str(file))
        click.echo(say("connecting.created", folder=files[0].parent))

    return Command(
        "new", callback=run, help=say("connecting.new_help"),
        params=[
            click.Argument(["name"], metavar=say("connecting.name")),
            click.Option(
                ["--into", "parent"], type=click.Path(file_okay=False), default=".", metavar=say("cli.folder"),
                help=say("connecting.into_help"),
            ),
        ],
    )  # fmt: skip
