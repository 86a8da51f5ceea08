"""ask, search."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.errors import ConfigError
from latam_rag.messages import text as say
from latam_rag.types import FACETS, Answer, Citation, Filters, Hit, Passage, Sentence

if TYPE_CHECKING:
    from latam_rag.index import Index


def commands() -> list[click.Command]:
    return [_ask(), _search()]


def _params(*more: click.Parameter) -> list[click.Parameter]:
    return [
        parameters.index_name(),
        click.Argument(["question"], metavar=say("cli.question"), nargs=-1, required=True),
        click.Option(["--filter", "facets"], multiple=True, metavar="DATO=VALOR", help=say("cli.filter_help")),
        click.Option(["--on"], metavar="AAAA-MM-DD", help=say("cli.on_help")),
        click.Option(["--all", "everything"], is_flag=True, help=say("cli.all_help")),
        *more,
        parameters.as_json(),
    ]


def filters(facets: Iterable[str], on: str | None, everything: bool) -> Filters:
    """What the options of a command line ask for; ConfigError when one can't be read."""
    wanted: dict[str, tuple[str, ...]] = {}
    for given in facets:
        key, equals, value = given.partition("=")
        if not equals or key not in FACETS or not value:
            raise ConfigError("cli.bad_filter", given=given, known=", ".join(FACETS))
        wanted[key] = (*wanted.get(key, ()), value)
    if on is not None:
        try:
            on = datetime.date.fromisoformat(on).isoformat()
        except ValueError as error:
            raise ConfigError("cli.bad_date", given=on) from error
    return Filters(facets=wanted, on=on, in_force=not everything and on is None)


def _ask() -> click.Command:
    def run(
        name: str, question: tuple[str, ...], facets: tuple[str, ...], on: str | None, everything: bool,
        extractive: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from latam_rag.index import Index

        asked, wanted = _question(question), filters(facets, on, everything)
        with Index.open(name) as index:
            if as_json:
                answer = index.ask(asked, filters=wanted, extractive=extractive)
                click.echo(json.dumps(asdict(answer), ensure_ascii=False, indent=1))
            else:
                answer = answer_aloud(index, asked, filters=wanted, extractive=extractive)
        return 10 if answer.refused else 0

    extractive = click.Option(["--extractive"], is_flag=True, help=say("cli.ask_extractive_help"))
    return Command(
        "ask", callback=run, params=_params(extractive), help=say("cli.ask_help"), epilog=say("cli.name_help")
    )


def _search() -> click.Command:
    def run(
        name: str, question: tuple[str, ...], facets: tuple[str, ...], on: str | None, everything: bool,
        limit: int, as_json: bool,
    ) -> int:  # fmt: skip
        from latam_rag.index import Index

        asked, wanted = _question(question), filters(facets, on, everything)
        with Index.open(name) as index:
            hits = index.search(asked, filters=wanted, limit=limit)
        if as_json:
            click.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=1))
        else:
            show_hits(hits)
        return 0 if hits else 10

    limit = click.Option(["--limit"], type=click.IntRange(1, 100), default=8, help=say("cli.limit_help"))
    return Command(
        "search", callback=run, params=_params(limit), help=say("cli.search_help"), epilog=say("cli.name_help")
    )


def _question(words: tuple[str, ...]) -> str:
    asked = " ".join(words).strip()
    if not asked:
        raise ConfigError("cli.empty_question")
    return asked


def answer_aloud(index: Index, question: str, *, filters: Filters | None = None, extractive: bool = False) -> Answer:
    """Ask, and print each sentence once it has passed the checks; then its sources."""

    def say_sentence(sentence: Sentence, _citations: tuple[Citation, ...]) -> None:
        click.echo(f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}")

    def tell(key: str, values: Mapping[str, Any]) -> None:
        click.secho(say(key, **values), err=True, dim=True)

    answer = index.ask(question, filters=filters, extractive=extractive, on_sentence=say_sentence, notify=tell)
    show_rest(answer)
    return answer


def show_rest(answer: Answer) -> None:
    """What follows the sentences: each citation's place, literal quote, file and page; or why there is no answer."""
    if answer.refused:
        click.secho(answer.reason, fg="yellow")
        if answer.hits:
            click.echo(say("cli.nearest"))
            show_hits(answer.hits[:3])
        return
    if answer.reason:
        click.secho(answer.reason, dim=True)
    withheld = sum(not verdict.shown for verdict in answer.verdicts)
    if withheld:
        click.secho(say("cli.answer_withheld", count=withheld), dim=True)
    click.echo(f"\n{say('cli.sources')}")
    for citation in answer.citations:
        _show_citation(citation)


def _show_citation(citation: Citation) -> None:
    passage = citation.passage
    click.echo(f"[{citation.number}] {click.style(place(passage), bold=True)}{_validity(passage)}")
    click.echo(f"    «{' '.join(citation.quote.split())}»")
    click.secho(f"    {origin(passage, citation.page)}", dim=True)


def show_hits(hits: Iterable[Hit]) -> None:
    shown = False
    for hit in hits:
        shown = True
        passage = hit.passage
        click.echo(f"- {click.style(place(passage), bold=True)}{_validity(passage)}")
        excerpt = " ".join(passage.text.split())
        click.echo(f"    {excerpt[:300]}{'…' if len(excerpt) > 300 else ''}")
        click.secho(f"    {origin(passage, passage.page)}", dim=True)
    if not shown:
        click.echo(say("cli.not_found"))


def place(passage: Passage) -> str:
    """What a person would cite: the document and the place in it."""
    return ", ".join(part for part in (passage.title, passage.label) if part)


def origin(passage: Passage, page: int | None) -> str:
    """File and page, and the address of the original where there is one."""
    where: list[Any] = [passage.uri]
    if page is not None:
        where.append(say("cli.page", page=page))
    if passage.url and passage.url != passage.uri:
        where.append(passage.url)
    return " · ".join(where)


def _validity(passage: Passage) -> str:
    if passage.metadata.get("status") != "repealed":
        return ""
    return " " + click.style(f"[{say('cli.repealed')}]", fg="red")
