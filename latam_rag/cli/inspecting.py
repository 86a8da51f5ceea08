"""inspect: a file as it would be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latam_rag.cli import parameters
from latam_rag.cli.localised import Command
from latam_rag.errors import ConfigError
from latam_rag.messages import language
from latam_rag.messages import text as say

if TYPE_CHECKING:
    from latam_rag.inspection import Read
    from latam_rag.types import Passage

_GENRES = ("auto", "law", "curriculum", "service", "prose")
_WORDS = 100
"""Of a passage's text, in characters, where all of it isn't asked for."""


def commands() -> list[click.Command]:
    return [_inspect()]


def _inspect() -> click.Command:
    def run(
        file: str,
        genre: str,
        language: str | None,
        pages: tuple[int, ...],
        full: bool,
        output: str | None,
        as_json: bool,
    ) -> None:
        from latam_rag.inspection import inspect
        from latam_rag.types import Genre

        spoken: Any = language
        for read in inspect(Path(file).expanduser(), genre=Genre(genre), language=spoken):
            chosen = _chosen(read, pages)
            if as_json:
                click.echo(json.dumps(_as_dict(read, chosen), ensure_ascii=False, indent=1))
            else:
                _show(read, chosen, whole=not pages, full=full)
            if output is not None:
                _draw(read, pages, Path(output).expanduser())

    return Command(
        "inspect",
        callback=run,
        help=say("inspect.help"),
        params=[
            click.Argument(["file"], metavar=say("inspect.file")),
            click.Option(["--genre"], type=click.Choice(_GENRES), default="auto", help=say("inspect.genre_help")),
            click.Option(["--language"], type=click.Choice(["es", "pt"]), help=say("inspect.language_help")),
            click.Option(["--page", "pages"], type=int, multiple=True, metavar="N", help=say("inspect.page_help")),
            click.Option(["--full"], is_flag=True, help=say("inspect.full_help")),
            click.Option(["--output"], metavar=say("inspect.folder"), help=say("inspect.output_help")),
            parameters.as_json(),
        ],
    )


def _chosen(read: Read, pages: Sequence[int]) -> list[tuple[int, Passage]]:
    """The passages on ``pages``, all where none is named, with their numbers."""
    for page in pages:
        if not 1 <= page <= len(read.document.pages):
            raise ConfigError("inspect.no_such_page", name=read.document.uri, page=page, pages=len(read.document.pages))
    numbered = enumerate(read.passages, 1)
    return [(at, passage) for at, passage in numbered if not pages or set(pages) & set(read.pages(passage))]


def _show(read: Read, chosen: Sequence[tuple[int, Passage]], *, whole: bool, full: bool) -> None:
    document = read.document
    click.secho(document.title or document.uri, bold=True)
    key = "inspect.size" if document.pages else "inspect.size_unpaged"
    click.echo(
        say(
            key, genre=say(f"inspect.genre_{read.genre}"), language=document.language, pages=len(document.pages),
            signs=len(document.text), passages=len(read.passages),
        )
    )  # fmt: skip
    if whole:
        _part("said", (f"{key}: {_plain(value)}" for key, value in sorted(document.metadata.items())))
        _part("warnings", document.warnings)
        _part("outline", _outline(read))
    _part("passages", (line for at, passage in chosen for line in _lines(read, at, passage, full=full)))
    click.echo()


def _part(name: str, lines: Iterator[str] | Sequence[str]) -> None:
    said = list(lines)
    if said:
        click.secho(f"\n{say(f'inspect.{name}')}", bold=True)
        for line in said:
            click.echo(f"  {line}")


def _outline(read: Read) -> Iterator[str]:
    """Each heading under the one above it, with the first and the last label of what stands there."""
    before: tuple[str, ...] = ()
    for headings, labels in _groups(read.passages):
        shared = 0
        while shared < min(len(before), len(headings)) and before[shared] == headings[shared]:
            shared += 1
        for level in range(shared, len(headings)):
            yield "  " * level + headings[level]
        said = list(dict.fromkeys(label for label in labels if label))
        if said:
            yield "  " * len(headings) + (said[0] if len(said) == 1 else f"{said[0]} … {said[-1]} ({len(said)})")
        before = headings


def _groups(passages: Sequence[Passage]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    at: tuple[str, ...] | None = None
    labels: list[str] = []
    for passage in passages:
        if at is not None and passage.headings != at:
            yield at, labels
            labels = []
        at = passage.headings
        labels.append(passage.label)
    if at is not None:
        yield at, labels


def _lines(read: Read, number: int, passage: Passage, *, full: bool) -> Iterator[str]:
    from latam_rag.export.pages import validity

    pages = ", ".join(map(str, read.pages(passage)))
    where = [
        passage.label or say("inspect.no_label"),
        say("inspect.on_page", pages=pages) if pages else "",
        validity(passage, language()) if passage.metadata.get("status") or passage.metadata.get("valid_from") else "",
    ]
    yield click.style(f"{number}. " + " · ".join(part for part in where if part), fg="cyan")
    said = passage.text if full else " ".join(passage.text.split())
    if not full and len(said) > _WORDS:
        said = said[: _WORDS - 1].rstrip() + "…"
    yield from (f"   {line}" for line in said.splitlines())


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _as_dict(read: Read, chosen: Sequence[tuple[int, Passage]]) -> dict[str, Any]:
    document = read.document
    return {
        "uri": document.uri, "title": document.title, "language": document.language, "genre": read.genre,
        "pages": len(document.pages), "metadata": dict(document.metadata), "url": document.url,
        "warnings": list(document.warnings),
        "passages": [{"number": at, "pages": read.pages(passage), **asdict(passage)} for at, passage in chosen],
    }  # fmt: skip


def _draw(read: Read, pages: Sequence[int], folder: Path) -> None:
    name = Path(read.document.uri).name
    if not any(page.boxes for page in read.document.pages):
        raise ConfigError("inspect.no_images", name=name)
    for page in pages or range(1, len(read.document.pages) + 1):
        path = folder / f"{Path(name).stem}-{page:03}.png"
        image = read.drawn(page)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(image)
        except OSError as error:
            raise ConfigError("inspect.not_written", path=str(path), error=error.strerror or str(error)) from error
        click.echo(say("inspect.written", path=path))
