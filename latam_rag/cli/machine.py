"""doctor, models, app: what this machine can do."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.messages import text as say

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failure": ("✗", "red")}


def commands() -> list[click.Command]:
    return [_doctor(), _models(), _app()]


def _doctor() -> click.Command:
    def run(as_json: bool) -> int:
        from latam_rag import doctor

        checks = []
        for check in doctor.examine():
            checks.append(check)
            if not as_json:
                mark, colour = _MARKS[check.state]
                click.echo(f"{click.style(mark, fg=colour)} {check.what}: {check.found}")
                if check.remedy:
                    click.echo(f"    → {check.remedy}")
        if as_json:
            click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=1))
        return 1 if any(check.state == "failure" for check in checks) else 0

    return Command("doctor", callback=run, help=say("cli.doctor_help"), params=[parameters.as_json()])


def _models() -> click.Command:
    def run(as_json: bool) -> None:
        from latam_rag.cli import modelling

        modelling.show(as_json=as_json)

    return Command("models", callback=run, help=say("cli.models_help"), params=[parameters.as_json()])


def _app() -> click.Command:
    def run(port: int) -> int:
        import subprocess

        from latam_rag.apps import launch

        return subprocess.call(launch.command(port))

    return Command(
        "app",
        callback=run,
        help=say("cli.app_help"),
        params=[click.Option(["--port"], type=click.IntRange(1, 65535), default=8501, help=say("cli.port_help"))],
    )
