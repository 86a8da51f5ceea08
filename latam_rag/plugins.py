"""Connectors by name: one entry-point group, for the built-in ones too. Nothing is imported until it is named."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from latam_rag.errors import LatamRagError, PluginError
from latam_rag.types import Connector

GROUP = "latam_rag.connectors"


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


def _registered() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise PluginError("plugins.clash", name=point.name, one=other.value, two=point.value)
    return found
