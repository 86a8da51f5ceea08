"""The process that parses and splits, one document after the other: ``python -m latam_rag.reader.worker``, by ``reader``."""

from __future__ import annotations

import dataclasses
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latam_rag.config import Limits
from latam_rag.errors import DocumentError, LatamRagError
from latam_rag.parse import patience
from latam_rag.reader import frames
from latam_rag.store import body
from latam_rag.store.payload import to_payload
from latam_rag.types import Document, Genre, Metadata, Passage, Resource


def main(parse: str, split: str, index: str, max_memory: str) -> None:
    # What a library prints must not end up between the frames.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    parent = os.getppid()
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    _limit_memory(int(max_memory))
    patience.granted_by(lambda seconds: frames.send(out, {"more": seconds}))
    parse_document, split_document = _named(parse), _named(split)
    frames.send(out, {"ready": True})
    while (frame := frames.receive(sys.stdin.buffer)) is not None:
        request, blob = frame
        said, dumped = _answer(request, blob, index, parse_document, split_document)
        frames.send(out, said | {"grown": _peak_memory()}, dumped)


def _answer(
    request: dict[str, Any],
    blob: bytes,
    index: str,
    parse: Callable[..., Document],
    split: Callable[..., list[Passage]],
) -> tuple[dict[str, Any], bytes]:
    try:
        document = _document(request, blob, parse)
        passages = split(document, index=index, genre=Genre(request["genre"]))
        _check(document, passages)
        return {"passages": [[p.id, to_payload(p)] for p in passages]}, body.dump(document)
    except MemoryError:
        return {"memory": True}, b""
    except LatamRagError as error:
        return {"error": error.key, "values": {k: _plain(v) for k, v in error.values.items()}}, b""
    except Exception as error:  # noqa: BLE001  the program ends here for this document: it is its failure
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return {"bug": f"{said} ({Path(place.filename).name}:{place.lineno})"}, b""


def _document(request: dict[str, Any], blob: bytes, parse: Callable[..., Document]) -> Document:
    over = _metadata(request["metadata"])
    if "resource" not in request:
        document = body.load(blob)
    else:
        said = request["resource"]
        resource = Resource(**said | {"metadata": {**_metadata(said["metadata"]), **over}}, body=blob)
        document = parse(resource, limits=Limits(**request["limits"]), language=request["language"])
    metadata = {**_metadata(request["defaults"]), **document.metadata, **over}
    return dataclasses.replace(document, metadata=metadata)


def _check(document: Document, passages: list[Passage]) -> None:
    """What everything after relies on; a passage in the wrong place would be a wrong citation."""
    if not passages:
        raise DocumentError("reader.no_passages", uri=document.uri)
    ids = {passage.id for passage in passages}
    if len(ids) < len(passages):
        raise DocumentError("reader.bug", uri=document.uri, error="passage ids repeat")
    for passage in passages:
        if document.text[passage.start : passage.end] != passage.text:
            raise DocumentError("reader.bug", uri=document.uri, error=f"passage {passage.label!r} isn't where it says")


def _named(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _metadata(said: dict[str, Any]) -> Metadata:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def _plain(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _leave_with(parent: int) -> None:
    """End when the parent was killed: a long OCR must not go on for nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _limit_memory(most: int) -> None:
    """Of private memory: address space would count what libraries only map."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _peak_memory() -> int:
    """Bytes; 0 where the system doesn't say. Not ``ru_maxrss``, which Linux starts with that of the process it was started
    from: under a large sync every document would seem to have outgrown its worker."""
    try:
        said = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in said.splitlines() if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
