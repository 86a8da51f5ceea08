"""demo: the three demonstration indexes, built and asked."""

from __future__ import annotations

import click

from latam_rag.cli.localised import Command
from latam_rag.messages import text as say

DEMOS = ("legal", "curriculum", "public_services")


def commands() -> list[click.Command]:
    def run(extractive: bool) -> int:
        from importlib.resources import as_file, files

        from latam_rag.cli import asking, progress
        from latam_rag.index import Index

        failed = 0
        for demo in DEMOS:
            # The definition's folder has to be a real one: its documents are found from there.
            with (
                as_file(files("latam_rag.indexes") / "demo") as folder,
                Index.open(str(folder / f"{demo}.toml")) as index,
            ):
                title = index.definition.title or index.definition.name
                click.secho(f"\n━━ {title} ({index.definition.name})", bold=True)
                report = progress.sync(index)
                progress.told(report)
                failed += len(report.failed)
                for question in index.definition.questions[:2]:
                    click.secho(f"\n» {question}", bold=True)
                    asking.answer_aloud(index, question, extractive=extractive)
        click.echo(f"\n{say('cli.demo_next')}")
        return 4 if failed else 0

    extractive = click.Option(["--extractive"], is_flag=True, help=say("cli.ask_extractive_help"))
    return [Command("demo", callback=run, help=say("cli.demo_help"), params=[extractive])]
