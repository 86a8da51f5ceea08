"""eval."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latam_rag import messages
from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.errors import ConfigError
from latam_rag.messages import text as say

if TYPE_CHECKING:
    from latam_rag.evaluate import Outcome, Question, Subject
    from latam_rag.evaluate.record import Evaluation

WORSE = 8
"""The exit code of an evaluation that got worse."""


def commands() -> list[click.Command]:
    return [_eval()]


def _eval() -> click.Command:
    def run(
        name: str | None, folder: str | None, own: str | None, limit: int, page: str | None, accept: bool,
        no_keep: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from latam_rag.evaluate.page import page as as_page

        if name is None and folder is None:
            raise ConfigError("eval.nothing_to_do")
        with _asked(name, folder, own, limit) as (subject, questions, title, path):
            outcomes = list(_outcomes(subject, questions, quiet=as_json))
            threshold = subject.calibration.threshold if subject.calibration else None
        from latam_rag.evaluate.record import evaluated

        found = evaluated(title, outcomes, threshold, path, accept=accept, keep=not no_keep)
        if page:
            _write(Path(page), as_page(found, messages.language()))
        if as_json:
            click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        else:
            _show(found, page)
        return WORSE if found.regressed and not accept else 0

    return Command(
        "eval",
        callback=run,
        help=say("eval.help"),
        epilog=say("eval.epilog"),
        params=[
            parameters.index_name(required=False),
            click.Option(["--set", "folder"], metavar=say("cli.folder"), help=say("eval.set_help")),
            click.Option(["--questions", "own"], metavar="TOML", help=say("eval.questions_help")),
            click.Option(["--limit"], type=click.IntRange(10, 100_000), default=300, help=say("eval.limit_help")),
            click.Option(["--page"], metavar="HTML", help=say("eval.page_help")),
            click.Option(["--accept"], is_flag=True, help=say("eval.accept_help")),
            click.Option(["--no-keep"], is_flag=True, help=say("eval.no_keep_help")),
            parameters.as_json(),
        ],
    )


@contextmanager
def _asked(
    name: str | None, folder: str | None, own: str | None, limit: int
) -> Iterator[tuple[Subject, list[Question], str, Path]]:
    """What is asked of what, what it is called, and where its runs are kept."""
    from latam_rag import config, embed, evaluate, home
    from latam_rag.evaluate import made, sets
    from latam_rag.evaluate.record import FOLDER
    from latam_rag.index import Index

    definition = home.find(name) if name else None
    if folder is not None:
        chosen = Path(folder).expanduser().resolve()
        passages, questions = sets.read(chosen, limit=limit)
        embedder = embed.load(definition.embedding if definition else config.Embedding())
        kept = home.folder_of(definition.name) if definition else home.home()
        with sets.opened(passages, embedder, definition.retrieval if definition else config.Retrieval()) as subject:
            yield subject, questions, chosen.name, kept / FOLDER / f"{chosen.name}.json"
        return
    with Index.open(name or "") as index:
        if index.status().passages == 0:
            raise ConfigError("eval.empty_index", name=name)
        questions = evaluate.from_file(Path(own)) if own else made.questions(index.store)
        title = f"{index.definition.name} · {Path(own).stem}" if own else index.definition.name
        kept = index.folder / FOLDER / f"{Path(own).stem if own else 'made'}.json"
        yield evaluate.of_index(index), questions, title, kept


def _outcomes(subject: Subject, questions: Iterable[Question], *, quiet: bool) -> Iterator[Outcome]:
    from rich.console import Console
    from rich.progress import track

    from latam_rag.evaluate import ask

    listed = list(questions)
    console = Console(stderr=True, quiet=quiet)
    for question in track(listed, description=say("eval.asking"), console=console, transient=True):
        yield ask(subject, question)


def _write(path: Path, said: str) -> None:
    try:
        path.write_text(said, "utf-8")
    except OSError as error:
        raise ConfigError("eval.not_written", path=str(path), error=str(error)) from error


def _show(found: Evaluation, page: str | None) -> None:
    from latam_rag.evaluate.page import measured, regression

    spoken = messages.language()
    changes = {change.measure: change for change in found.changes if change.shared}
    for name, rate in found.figures.rates.items():
        if rate.of:
            change = changes.get(name)
            since = f"{100 * (change.now - change.before):+.1f}" if change else ""
            click.echo(
                f"{measured(name, spoken):<52} {100 * rate.share:5.1f} %  {rate.good}/{rate.of}  {since}".rstrip()
            )
    for name in ("ndcg", "precision"):
        click.echo(f"{measured(name, spoken):<52} {getattr(found.figures, name):7.3f}")
    for name in ("search_ms", "answer_ms"):
        click.echo(f"{measured(name, spoken):<52} {getattr(found.figures, name):5.0f} ms")
    if not found.changes:
        click.echo(say("eval.first_run"))
    elif found.regressed:
        for change in found.changes:
            if change.regressed:
                click.secho(regression(change, spoken), fg="red")
    else:
        click.echo(say("eval.no_worse"))
    if page:
        click.echo(say("eval.page_written", path=page))
