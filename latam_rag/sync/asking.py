"""A connector asked: it is someone else's code, so that what it raises or gives that it shouldn't is its source's failure.

A fault costs the source (in ``refs``) or the document (in ``fetch``) and nothing else; its message names the connector, the
document, and the line of the connector where it came up.
"""

from __future__ import annotations

import inspect
import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from latam_rag.errors import LatamRagError, SourceError
from latam_rag.types import Connector, Ref, Resource


def refs(connector: Connector, name: str, label: str) -> Iterator[Ref]:
    """What the connector ``name`` lists. ``label`` is the source as people know it. SourceError for the connector's faults."""
    try:
        for ref in connector.refs():
            _check_ref(ref, name)
            yield ref
    except LatamRagError:
        raise
    except Exception as error:
        said = _said(error, connector)
        raise SourceError("sync.connector_bug_listing", connector=name, uri=label, error=said) from error


def fetch(connector: Connector, name: str, ref: Ref) -> Resource:
    """The document of ``ref``. SourceError for the connector's faults."""
    try:
        resource = connector.fetch(ref)
        _check_resource(resource, ref, name)
    except LatamRagError:
        raise
    except Exception as error:
        raise SourceError("sync.connector_bug", connector=name, uri=ref.uri, error=_said(error, connector)) from error
    return resource


def _check_ref(ref: Ref, name: str) -> None:
    # A revision that isn't text never equals the one that the catalog remembers, or can't be remembered at all.
    if not isinstance(ref, Ref):
        raise SourceError("sync.not_a_ref", connector=name, got=type(ref).__name__)
    for field, value in (("uri", ref.uri), ("revision", ref.revision)):
        if not isinstance(value, str):
            raise SourceError("sync.not_text", connector=name, uri=str(ref.uri), field=field, value=repr(value)[:80])
    if not ref.uri:
        raise SourceError("sync.no_uri", connector=name)


def _check_resource(resource: Resource, ref: Ref, name: str) -> None:
    if not isinstance(resource, Resource) or not isinstance(resource.body, bytes):
        body = getattr(resource, "body", resource)
        raise SourceError("sync.not_bytes", connector=name, uri=ref.uri, got=type(body).__name__)
    for field in ("title", "url", "media_type"):
        value: Any = getattr(resource, field)
        if not isinstance(value, str):
            raise SourceError("sync.not_text", connector=name, uri=ref.uri, field=field, value=repr(value)[:80])
    for key, value in resource.metadata.items():
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            got = repr(value)[:80]
            raise SourceError(
                "sync.not_text", connector=name, uri=ref.uri, field=f"metadata[{key!r}]", value=got
            ) from error


def _said(error: Exception, connector: Connector) -> str:
    """What went wrong, and the last line of the connector's own file on the way there."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    frames = traceback.extract_tb(error.__traceback__)
    try:
        own = inspect.getfile(type(connector))
    except (TypeError, OSError):
        return said
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == own), None)
    return f"{said} ({Path(own).name}:{line})" if line else said
