"""``latam-rag``: each command parses, calls one function of the framework and prints.

Only click and the message catalogue are imported here, so that ``--help`` answers at once; a command imports what it needs.
"""

from __future__ import annotations

import os
import sys

import click

from latam_rag import messages
from latam_rag.cli.localised import Group, usage_message
from latam_rag.errors import LatamRagError


def build() -> click.Group:
    """The command line in the user's language."""
    from latam_rag.cli import asking, auditing, connecting, demo, evaluating, indexing, inspecting, keeping, machine

    group = Group(
        name="latam-rag",
        help=messages.text("cli.help"),
        epilog=messages.text("cli.epilog"),
        params=[
            click.Option(
                ["--lang"],
                type=click.Choice(messages.LANGUAGES),
                expose_value=False,
                help=messages.text("cli.lang_help"),
            )
        ],
        no_args_is_help=True,
    )
    for module in (indexing, keeping, inspecting, asking, evaluating, auditing, machine, connecting, demo):
        for command in module.commands():
            group.add_command(command)
    return group


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code. 0 done, 1 to 7 as in ``errors``, 130 stopped. The one place where an error becomes
    a line."""
    _choose_language(arguments)
    try:
        result = build().main(arguments, prog_name="latam-rag", standalone_mode=False)
    except click.UsageError as error:
        _complain(usage_message(error))
        return 2
    except click.ClickException as error:
        _complain(error.format_message())
        return error.exit_code
    except LatamRagError as error:
        _complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain(messages.text("errors.cancelled"))
        return 130
    except BrokenPipeError:
        # The reader is gone (`| head`): what is still in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _choose_language(arguments: list[str]) -> None:
    """``--lang``, before click reads it: the help's words are chosen while the commands are built."""
    for given, following in zip(arguments, [*arguments[1:], ""], strict=True):
        choice = following if given == "--lang" else given.removeprefix("--lang=")
        if given.startswith("--lang") and choice in messages.LANGUAGES:
            messages.set_language(choice)


def _complain(line: str) -> None:
    click.secho(line, err=True, fg="red" if sys.stderr.isatty() else None)
