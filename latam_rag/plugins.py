"""Connectors by name: one entry-point group, for the built-in ones too. Nothing is imported until it is named."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from latam_rag.errors import LatamRagError, PluginError
from latam_rag.types import Connector

GROUP = "latam_rag.connectors"
_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A key of a ``[[sources]]`` table, as the connector says it. ``kind`` is its type in words; ``default`` is written
    as in a definition, ``""`` for none; ``parts`` are the keys of a table."""

    name: str
    kind: str
    default: str
    meaning: str
    required: bool = False
    parts: tuple[Option, ...] = ()


def names() -> tuple[str, ...]:
    """Of every connector installed. Two packages that claim one name are an error, not a race."""
    return tuple(sorted(_registered()))


def connector_class(name: str) -> type[Connector]:
    registered = _registered()
    if name not in registered:
        near = difflib.get_close_matches(name, registered, n=1)
        raise PluginError(
            "plugins.unknown_near" if near else "plugins.unknown",
            name=name, known=", ".join(sorted(registered)), hint=near[0] if near else "",
        )  # fmt: skip
    try:
        found: type[Connector] = registered[name].load()
    except (ImportError, AttributeError) as error:
        raise PluginError("plugins.broken", name=name, error=str(error)) from error
    return found


def options_of(kind: type[Connector]) -> tuple[Option, ...]:
    """The options of a connector, from its constructor: ``Annotated[type, "what it is for"]``, and the defaults."""
    hints = get_type_hints(kind.__init__, include_extras=True)
    return tuple(
        Option(
            name=parameter.name,
            kind=_in_words(hints.get(parameter.name, str)),
            default="" if parameter.default is parameter.empty else _written(parameter.default),
            meaning=next((said for said in _extras(hints.get(parameter.name)) if isinstance(said, str)), ""),
            required=parameter.default is parameter.empty,
            parts=_parts(hints.get(parameter.name)),
        )
        for parameter in inspect.signature(kind).parameters.values()
    )


def connect(name: str, options: Mapping[str, Any]) -> Connector:
    """The connector ``name`` built with ``options``; a wrong or missing option is a PluginError that lists the right ones."""
    kind = connector_class(name)
    parameters = inspect.signature(kind).parameters
    unknown = [key for key in options if key not in parameters]
    if unknown:
        near = difflib.get_close_matches(unknown[0], parameters, n=1)
        raise PluginError(
            "plugins.unknown_option_near" if near else "plugins.unknown_option",
            name=name, option=unknown[0], known=", ".join(parameters), hint=near[0] if near else "",
        )  # fmt: skip
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.name not in options]
    if missing:
        raise PluginError("plugins.missing_option", name=name, option=missing[0])
    try:
        return kind(**options)
    except LatamRagError:
        raise
    except (TypeError, ValueError) as error:
        raise PluginError("plugins.bad_option", name=name, error=str(error)) from error


def _extras(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _in_words(hint: Any) -> str:
    arguments = [argument for argument in get_args(hint) if argument is not NoneType]
    origin = get_origin(hint)
    if origin is Annotated:
        return _in_words(arguments[0])
    if origin is Literal:
        return " or ".join(json.dumps(value) for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(map(_in_words, arguments))
    if origin in (list, tuple, Sequence):
        return f"list of {_in_words(arguments[0])}"
    return _WORDS.get(hint, "table")


def _written(value: Any) -> str:
    """A default as a definition would write it."""
    if value in (None, "", (), [], {}) and value is not False:
        return ""
    if isinstance(value, (str, int, float, list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    return ""


def _parts(hint: Any) -> tuple[Option, ...]:
    """The keys of an option that is a table with a schema of its own (a pydantic model), or none."""
    inner = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(inner) in (Union, UnionType):
        inner = next((one for one in get_args(inner) if hasattr(one, "model_fields")), None)
    return tuple(
        Option(
            name=name, kind=_in_words(field.annotation), default=_written(None if field.is_required() else field.default),
            meaning=field.description or "", required=field.is_required(),
        )
        for name, field in getattr(inner, "model_fields", {}).items()
    )  # fmt: skip


def _registered() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise PluginError("plugins.clash", name=point.name, one=other.value, two=point.value)
    return found
