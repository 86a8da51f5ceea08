"""What several commands are given."""

from __future__ import annotations

import click

from latam_rag.messages import text as say


def index_name(*, required: bool = True) -> click.Argument:
    return click.Argument(["name"], metavar=say("cli.name"), required=required)


def as_json() -> click.Option:
    return click.Option(["--json", "as_json"], is_flag=True, help=say("cli.json_help"))
