"""audit: the record of answers read, checked, repeated and handed on; the transparency sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from latam_rag import messages
from latam_rag.cli import parameters
from latam_rag.cli.localised import Command, Group
from latam_rag.messages import text as say


def commands() -> list[click.Command]:
    group = Group(name="audit", help=say("audit.help"), no_args_is_help=True)
    for command in (_verify(), _show(), _replay(), _export(), _sheet()):
        group.add_command(command)
    return [group]


def _log(name: str) -> Any:
    from latam_rag import home
    from latam_rag.audit import Log

    return Log(home.folder_of(home.find(name).name))


def _verify() -> click.Command:
    def run(name: str, known: str | None) -> int:
        found = _log(name).verify(known)
        for fault in found.faults:
            click.secho(say(fault.key, line=fault.line), fg="red")
        if found.torn:
            click.echo(say("audit.torn", count=found.torn))
        if found.faults:
            return 1
        click.echo(say("audit.verified", records=found.records, head=found.head))
        return 0

    known = click.Option(["--head", "known"], metavar=say("audit.code"), help=say("audit.head_help"))
    return Command("verify", callback=run, params=[parameters.index_name(), known], help=say("audit.verify_help"))


def _show() -> click.Command:
    def run(name: str, number: int | None, last: int, as_json: bool) -> None:
        log = _log(name)
        records = [log.find(number)] if number is not None else list(log.records())[-last:]
        if as_json:
            click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        elif number is not None:
            _tell(records[0])
        else:
            for record in records:
                click.echo(f"{record['number']:>6}  {record['time'][:16]}  {record.get('question', record['kind'])}")

    return Command(
        "show",
        callback=run,
        params=[
            parameters.index_name(),
            click.Argument(["number"], metavar=say("audit.number"), type=int, required=False),
            click.Option(["--last"], type=click.IntRange(1, 100_000), default=20, help=say("audit.last_help")),
            parameters.as_json(),
        ],
        help=say("audit.show_help"),
    )


def _tell(record: Mapping[str, Any]) -> None:
    click.secho(
        f"{record['number']} · {record['time']} · {record.get('made_by', {}).get('engine', record['kind'])}", dim=True
    )
    click.secho(f"» {record.get('question', '')}", bold=True)
    if record.get("reason"):
        click.secho(record["reason"], fg="yellow")
    _sentences(record)
    places = {hit["passage"]: hit["place"] for hit in record.get("hits", ())}
    for citation in record.get("citations", ()):
        where = places.get(citation["passage"]) or citation["uri"]
        click.secho(f"[{citation['number']}] {where}: «{' '.join(citation['quote'].split())}»", dim=True)
    for verdict in record.get("verdicts", ()):
        if not verdict["shown"]:
            why = "; ".join(say(key, **values) for key, values in verdict["reasons"])
            click.echo(f"✗ {verdict['sentence']} ({why})")


def _sentences(record: Mapping[str, Any]) -> None:
    for sentence in record.get("shown", ()):
        click.echo(f"{sentence['text']} {''.join(f'[{number}]' for number in sentence['citations'])}")


def _replay() -> click.Command:
    def run(name: str, number: int, as_json: bool) -> int:
        from latam_rag.index import Index
        from latam_rag.replay import replay

        with Index.open(name) as index:
            found = replay(index, number)
        if as_json:
            said = {
                "number": number, "same_passages": found.same_passages, "same_answer": found.same_answer,
                "findings": found.findings, "now": found.now,
            }  # fmt: skip
            click.echo(json.dumps(said, ensure_ascii=False, indent=1))
            return 0 if found.same_answer else 1
        if found.same_passages:
            click.echo(say("audit.same" if found.same_answer else "audit.same_passages", number=number))
        else:
            outcome = say("audit.answer_same" if found.same_answer else "audit.answer_other")
            click.echo(say("audit.other_passages", number=number, outcome=outcome))
        for key, values in found.findings:
            click.echo(f"- {say(key, **values)}")
        if not found.same_answer:
            for key, record in (("audit.then", found.record), ("audit.now", found.now)):
                click.secho(say(key), bold=True)
                click.echo(record["reason"] if record["refused"] else "", nl=bool(record["refused"]))
                _sentences(record)
        return 0 if found.same_answer else 1

    number = click.Argument(["number"], metavar=say("audit.number"), type=int)
    params = [parameters.index_name(), number, parameters.as_json()]
    return Command("replay", callback=run, params=params, help=say("audit.replay_help"))


def _export() -> click.Command:
    def run(name: str, kind: str, since: str | None, output: str | None) -> None:
        from latam_rag.audit import exporting

        records = (record for record in _log(name).records() if since is None or record["time"][: len(since)] >= since)
        lines = exporting.as_table(records) if kind == "csv" else exporting.as_lines(records)
        _write("".join(lines), output)

    return Command(
        "export",
        callback=run,
        params=[
            parameters.index_name(),
            click.Option(
                ["--format", "kind"], type=click.Choice(["csv", "jsonl"]), default="csv", help=say("audit.format_help")
            ),
            click.Option(["--since"], metavar="AAAA-MM-DD", help=say("audit.since_help")),
            _output(),
        ],
        help=say("audit.export_help"),
    )


def _sheet() -> click.Command:
    def run(name: str, output: str | None) -> None:
        from latam_rag.index import Index
        from latam_rag.transparency import sheet

        with Index.open(name) as index:
            _write(sheet(index, "pt" if messages.language() == "pt" else "es"), output)

    return Command("sheet", callback=run, params=[parameters.index_name(), _output()], help=say("audit.sheet_help"))


def _output() -> click.Option:
    return click.Option(["--output"], metavar=say("audit.file"), help=say("audit.output_help"))


def _write(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from latam_rag.errors import ConfigError

    try:
        Path(output).write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError("audit.no_output", path=output, error=error.strerror or str(error)) from error
    click.echo(say("audit.output_written", path=output))
