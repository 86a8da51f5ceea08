"""Definitions to start from: by kind of document, and one for each public source of the region (``sources/``)."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def sources() -> dict[str, Traversable]:
    """The definitions of known sources by name (``cl_leychile``: country and source); ``latam-rag init`` copies them."""
    found = (files(__name__) / "sources").iterdir()
    return {path.name.removesuffix(".toml"): path for path in sorted(found, key=str) if path.name.endswith(".toml")}
