"""Writes the parts of these pages that the program itself knows: the commands' help and the keys of a definition.

    python docs/generate.py          writes them
    python docs/generate.py --check  says which pages are out of date, and exits 1 if any is

A generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from latam_rag import cli, config, messages, plugins, types

HERE = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- generated: ([\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LANGUAGES = {"es": "Español", "pt": "Português"}


def page(path: Path) -> str:
    """The page at ``path`` with its generated parts as they should be."""
    return MARKED.sub(lambda part: f"{part[1]}\n{generated(part[2])}\n{part[3]}", path.read_text("utf-8"))


def generated(name: str) -> str:
    if name == "commands":
        return commands()
    if name.startswith("connectors."):
        return options(name.removeprefix("connectors."))
    if name == "http":
        return http()
    return facets() if name == "FACETS" else table(getattr(config, name))


def options(connector: str) -> str:
    """The options of a connector, as its class describes them; those of the table ``http`` have a page of their own."""
    return listed(plugins.options_of(plugins.connector_class(connector)))


def http() -> str:
    (table,) = (o for o in plugins.options_of(plugins.connector_class("web")) if o.name == "http")
    return listed(table.parts)


def listed(found: Iterable[plugins.Option]) -> str:
    rows = ["| option | value | default | meaning |", "|---|---|---|---|"]
    for option in found:
        default = "*required*" if option.required else f"`{option.default}`" if option.default else "none"
        kind = option.kind.replace("|", "\\|")
        rows.append(f"| `{option.name}` | {kind} | {default} | {' '.join(option.meaning.split()).replace('``', '`')} |")
    return "\n".join(rows) + "\n"


def commands() -> str:
    """Every command's ``--help``, in both languages."""
    before = messages.language()
    said: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        messages.set_language(language)
        group = cli.build()
        top = click.Context(group, info_name="latam-rag", terminal_width=100)
        said.setdefault("latam-rag", {})[language] = group.get_help(top)
        for name, command in group.commands.items():
            context = click.Context(command, info_name=name, parent=top, terminal_width=100)
            said.setdefault(f"latam-rag {name}", {})[language] = command.get_help(context)
            for inner, part in getattr(command, "commands", {}).items():
                within = click.Context(part, info_name=inner, parent=context, terminal_width=100)
                said.setdefault(f"latam-rag {name} {inner}", {})[language] = part.get_help(within)
    messages.set_language(before)
    return "\n".join(
        f"## {path}\n\n" + "\n".join(f"```text\n{tidy(helped)}\n```\n" for helped in helps.values())
        for path, helps in said.items()
    )


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def table(model: type[BaseModel]) -> str:
    """The keys of ``model``, with what may stand there, the default and the meaning (the string under the field)."""
    meanings = documented(model)
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        meaning = " ".join(meanings[name].split()).replace("``", "`")
        rows.append(f"| `{name}` | {allowed(field)} | {default(field)} | {meaning} |")
    return "\n".join(rows) + "\n"


def facets() -> str:
    rows = ["| key | kind | meaning |", "|---|---|---|"]
    rows += [f"| `{key}` | {kind} | {meaning} |" for key, (kind, meaning) in types.FACETS.items()]
    return "\n".join(rows) + "\n"


def documented(model: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def allowed(field: FieldInfo) -> str:
    said = kind(field.annotation)
    limits = {key: getattr(m, key) for m in field.metadata for key in ("gt", "ge", "le") if hasattr(m, key)}
    if "ge" in limits and "le" in limits:
        return f"{said}, {limits['ge']} to {limits['le']}"
    if "ge" in limits:
        return f"{said}, {limits['ge']} or more"
    if "gt" in limits:
        return f"{said}, over {limits['gt']}"
    return said


def kind(annotation: Any) -> str:
    """A type in words: ``Literal["es", "pt"]`` is ``"es"`` or ``"pt"``."""
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(map(kind, arguments))
    if origin is list:
        return f"list of {kind(arguments[0])}s"
    if origin is dict:
        return "table"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(f'`"{value}"`' for value in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    return {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}[annotation]


def default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "*required*"
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, BaseModel):
        return "its defaults"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def outdated(write: Callable[[Path, str], object]) -> list[str]:
    """The pages that aren't as they should be; each is given to ``write`` with its right text."""
    found = []
    for path in sorted(HERE.rglob("*.md")):
        right = page(path)
        if right != path.read_text("utf-8"):
            found.append(path.name)
            write(path, right)
    return found


if __name__ == "__main__":
    checking = "--check" in sys.argv
    changed = outdated(lambda path, text: None if checking else path.write_text(text, "utf-8"))
    print(*(f"{'out of date' if checking else 'written'}: docs/{name}" for name in changed), sep="\n")
    sys.exit(1 if checking and changed else 0)
