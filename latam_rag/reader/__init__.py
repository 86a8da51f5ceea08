"""Reads documents in a process of its own, so that a hostile or broken one costs a document and not the sync.

The worker parses and splits; it is started when first needed and kept warm. What takes too long is killed with everything it
started (Tesseract, LibreOffice); what needs too much memory or crashes the worker is that document's failure, and the next
document gets a new worker. Frames over its standard input and output are JSON and bytes: nothing it says is executed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from types import TracebackType
from typing import IO, Any, Self

from latam_rag import messages
from latam_rag.config import Definition, Source
from latam_rag.errors import Cancelled, DocumentError, PluginError
from latam_rag.reader import frames
from latam_rag.store import body
from latam_rag.store.payload import from_payload
from latam_rag.types import Document, Passage, Resource

PARSE = "latam_rag.parse:parse"
SPLIT = "latam_rag.split:split"
MAX_MEMORY_BYTES = 4 * 1024**3
"""What the worker may allocate, where the operating system can hold it to that."""
RESTART_BYTES = 1024**3
"""A worker that has grown past this is replaced before the next document."""
GRACE_SECONDS = 2.0
"""Past the document's limit: a parser that keeps the limit itself says better what took so long."""
MOST_MORE_SECONDS = 3600.0
"""What a document with scanned pages may take on top of its limit, a minute a page."""


class Reader:
    """Thread-safe; one document at a time. Close it, or use it as a context manager.

    ``parse`` and ``split`` are dotted names (``module:function``) that the worker imports, for tests to give others.
    """

    def __init__(
        self,
        definition: Definition,
        *,
        parse: str = PARSE,
        split: str = SPLIT,
        max_memory_bytes: int = MAX_MEMORY_BYTES,
    ) -> None:
        self._definition = definition
        self._arguments = [parse, split, definition.name, str(max_memory_bytes)]
        self._guard = threading.Lock()
        self._worker: _Worker | None = None
        self._closed = False

    def read(self, resource: Resource, source: Source) -> tuple[Document, list[Passage]]:
        """The document in ``resource`` and its passages, the source's own metadata laid over what the document says.

        Raises DocumentError when it can't be had within ``definition.limits``, Cancelled when the reader is closed meanwhile.
        """
        limits = self._definition.limits
        if len(resource.body) > limits.max_bytes:
            raise DocumentError(
                "reader.too_large", uri=resource.uri,
                megabytes=f"{len(resource.body) / 1e6:.0f}", allowed=f"{limits.max_bytes / 1e6:.0f}",
            )  # fmt: skip
        request = {
            "resource": {
                "uri": resource.uri, "media_type": resource.media_type, "revision": resource.revision,
                "title": resource.title, "metadata": dict(resource.metadata), "url": resource.url,
            },
            "limits": limits.model_dump(),
            "language": source.language,
        }  # fmt: skip
        return self._ask(resource.uri, request | self._from(source), resource.body)

    def split(self, document: Document, source: Source) -> tuple[Document, list[Passage]]:
        """``document`` as it was read before, and its passages made again."""
        return self._ask(document.uri, self._from(source), body.dump(document))

    def interrupt(self) -> None:
        """What is being read raises Cancelled; the reader can be used again."""
        worker = self._worker
        if worker is not None:
            worker.interrupted = True
            worker.kill()
        # Who is reading holds the guard and drops the worker; with nobody reading, that is for us to do.
        if self._guard.acquire(blocking=False):
            if self._worker is worker:
                self._worker = None
            self._guard.release()

    def close(self) -> None:
        """Ends the worker at once, also while it reads."""
        self._closed = True
        self.interrupt()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _from(self, source: Source) -> dict[str, Any]:
        domain = self._definition.domain
        return {
            "genre": source.genre.value,
            "metadata": source.metadata,
            "defaults": {} if domain == "mixed" else {"domain": domain},
        }

    def _ask(self, uri: str, request: dict[str, Any], blob: bytes) -> tuple[Document, list[Passage]]:
        with self._guard:
            if self._closed:
                raise Cancelled("errors.cancelled")
            if self._worker is None:
                self._worker = _Worker(self._arguments)
            worker = self._worker
            try:
                answer = worker.ask(request, blob, seconds=self._definition.limits.max_seconds)
            except BaseException:
                self._drop(worker)
                raise
            if answer is None or answer[0].get("memory") or answer[0].get("grown", 0) > RESTART_BYTES:
                self._drop(worker)
        if answer is None:
            raise self._died(worker, uri)
        said, dumped = answer
        if "memory" in said:
            raise DocumentError("reader.memory", uri=uri)
        if "error" in said:
            raise DocumentError(said["error"], **said["values"])
        if "bug" in said:
            raise DocumentError("reader.bug", uri=uri, error=said["bug"])
        return body.load(dumped), [from_payload(point, payload) for point, payload in said["passages"]]

    def _drop(self, worker: _Worker) -> None:
        worker.kill()
        self._worker = None

    def _died(self, worker: _Worker, uri: str) -> Exception:
        if self._closed or worker.interrupted:
            return Cancelled("errors.cancelled")
        if worker.too_slow:
            return DocumentError("reader.too_slow", uri=uri, seconds=f"{self._definition.limits.max_seconds:.0f}")
        if not worker.ready:
            return PluginError("reader.no_start", error=worker.last_words or "?")
        return DocumentError("reader.crashed", uri=uri)


class _Worker:
    """The process: started here, ended by ``kill``."""

    def __init__(self, arguments: list[str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed by kill
        self._process = subprocess.Popen(
            # -P: a file in the current folder must not be taken for a module.
            [sys.executable, "-P", "-m", "latam_rag.reader.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            # A group of its own: Ctrl-C is for us to handle, and a kill takes what it started along.
            start_new_session=True,
        )
        self.ready = False
        self.too_slow = False
        self.interrupted = False
        self.last_words = ""

    def ask(self, request: dict[str, Any], blob: bytes, *, seconds: float) -> tuple[dict[str, Any], bytes] | None:
        """The answer, or None when the worker died or was killed for its slowness."""
        if not self.ready and self._receive() is None:
            return None
        self.ready = True
        until = time.monotonic() + seconds + GRACE_SECONDS
        watch = self._watched(until)
        try:
            frames.send(self._pipe(self._process.stdin), request, blob)
            granted = False
            while (answer := self._receive()) is not None and "more" in answer[0]:
                # Scanned pages take their time; a document asks once, and no more than it may.
                if not granted:
                    watch.cancel()
                    watch = self._watched(until + min(float(answer[0]["more"]), MOST_MORE_SECONDS))
                granted = True
            return answer
        except OSError:
            return None
        finally:
            watch.cancel()

    def _watched(self, until: float) -> threading.Timer:
        watch = threading.Timer(max(until - time.monotonic(), 0), self._give_up)
        watch.daemon = True
        watch.start()
        return watch

    def kill(self) -> None:
        """Ends the process and its children, and waits for it. Twice does no harm."""
        self._signal()
        self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            self.last_words = self._errors.read()[-2000:].decode("utf-8", "replace").strip().rpartition("\n")[2]
            self._errors.close()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                self._pipe(pipe).close()

    def _give_up(self) -> None:
        self.too_slow = True
        self._signal()

    def _signal(self) -> None:
        if hasattr(os, "killpg"):
            # The group outlives its leader as long as a child of it lives.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _receive(self) -> tuple[dict[str, Any], bytes] | None:
        try:
            return frames.receive(self._pipe(self._process.stdout))
        except (OSError, ValueError):
            return None

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


def _environment() -> dict[str, str]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(folder for folder in sys.path if folder)
    # The cores belong to the embedder; the worker says what it has to say in our user's language.
    return {**os.environ, **one, "PYTHONPATH": path, "LATAM_RAG_LANG": messages.language(), "PYTHONIOENCODING": "utf-8"}
