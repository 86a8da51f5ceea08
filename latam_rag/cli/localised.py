"""click's own words (headings of the help, complaints about arguments) from our catalogue: click speaks English only."""

from __future__ import annotations

import difflib
from typing import Any

import click

from latam_rag import messages


class Command(click.Command):
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx)).replace("[OPTIONS]", messages.text("cli.options_piece"))
        formatter.write_usage(ctx.command_path, pieces, prefix=messages.text("cli.usage") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        if records:
            with formatter.section(messages.text("cli.options")):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = messages.text("cli.help_option")
        return option


class Group(Command, click.Group):
    command_class = Command

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, messages.text("cli.command_piece"), prefix=messages.text("cli.usage") + " "
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        with formatter.section(messages.text("cli.commands")):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(90)) for name in self.commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, n=1)
            key = "cli.no_command_near" if near else "cli.no_command"
            raise click.UsageError(messages.text(key, name=args[0], hint=near[0] if near else ""), ctx)
        return super().resolve_command(ctx, args)


def usage_message(error: click.UsageError) -> str:
    """What is wrong with the command line, and where the help is."""
    path = error.ctx.command_path if error.ctx else "latam-rag"
    if isinstance(error, click.NoSuchOption):
        near = list(error.possibilities or ())
        key = "cli.no_option_near" if near else "cli.no_option"
        said = messages.text(key, name=error.option_name, hint=near[0] if near else "")
    elif isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
        said = messages.text("cli.missing", name=name)
    elif isinstance(error, click.BadParameter):
        said = _bad_value(error)
    else:
        said = error.message
    return f"{said} {messages.text('cli.see_help', path=path)}"


def _bad_value(error: click.BadParameter) -> str:
    name = error.param.opts[-1] if error.param else error.param_hint
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return messages.text("cli.bad_choice", name=name, known=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange):
        return messages.text("cli.bad_number", name=name, least=kind.min, most=kind.max)
    return messages.text("cli.bad_value", name=name, reason=error.message)
