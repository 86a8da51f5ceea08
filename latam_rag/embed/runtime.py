"""A model file run by OpenVINO, or by onnxruntime where there is no OpenVINO. Both read the same ONNX file."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from latam_rag import inference
from latam_rag.errors import MissingExtra, ModelError

Inputs = Mapping[str, NDArray[Any]]


class Runtime(Protocol):
    """Thread-safe."""

    name: str
    inputs: frozenset[str]
    lengths: tuple[int, ...]
    """In tokens, ascending: one text alone is best padded to the next of these; a longer one isn't padded."""

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        """The first output: [batch, tokens, hidden]."""
        ...


def cores(threads: int) -> int:
    """``threads``, or as many as this process may use when it is 0."""
    if threads:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load(path: Path, *, threads: int, cache: Path | None = None) -> Runtime:
    """The first runtime that is installed, with ``path`` (ONNX, or OpenVINO's XML) loaded in it."""
    if importlib.util.find_spec("openvino"):
        return OpenVINO(path, threads=cores(threads), cache=cache)
    if path.suffix == ".onnx" and importlib.util.find_spec("onnxruntime"):
        return OnnxRuntime(path, threads=cores(threads))
    raise MissingExtra("onnxruntime", str(path))


class OpenVINO:
    """One text of a known length runs in a graph that was compiled for just that: a question takes a quarter less time when
    the shapes of its 250 nodes aren't worked out anew (30 MB for each of the lengths, once it was needed)."""

    name = "openvino"
    lengths: tuple[int, ...] = (20, 32)

    def __init__(self, path: Path, *, threads: int, cache: Path | None = None) -> None:
        self._core: Any = inference.openvino().Core()
        self._options = {
            "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads),
            # Not bfloat16, which it takes by itself where the processor has it: vectors would differ between machines.
            "INFERENCE_PRECISION_HINT": "f32",
        }  # fmt: skip
        if cache:
            self._options["CACHE_DIR"] = str(cache)
        self._path = path
        self._any: Any = self._compiled(None)
        self._fixed: dict[int, Any] = {}
        self.inputs = frozenset(port.get_any_name() for port in self._any.model_inputs)
        # One at a time: the buffers are the bulk of the memory, and a second would share the same cores.
        self._lock = threading.Lock()

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        texts, tokens = inputs["attention_mask"].shape
        with self._lock:
            request = self._for(tokens) if texts == 1 and tokens in self.lengths else self._any
            try:
                request.infer(dict(inputs), share_inputs=True)
            except RuntimeError as error:
                raise ModelError("embed.failed", path=str(self._path), error=_first_line(error)) from error
            return np.array(request.get_output_tensor(0).data, dtype=np.float32)

    def _for(self, tokens: int) -> Any:
        if tokens not in self._fixed:
            self._fixed[tokens] = self._compiled(tokens)
        return self._fixed[tokens]

    def _compiled(self, tokens: int | None) -> Any:
        """A request to the graph; for one text of ``tokens`` when they are given."""
        try:
            # By its path, so that a graph compiled before is taken from the cache without reading the file.
            model: Any = str(self._path)
            if tokens is not None:
                model = self._core.read_model(model)
                model.reshape({port: _fixed(port.partial_shape, tokens) for port in model.inputs})
            return self._core.compile_model(model, "CPU", self._options).create_infer_request()
        except RuntimeError as error:
            raise ModelError("embed.broken", path=str(self._path), error=_first_line(error)) from error


class OnnxRuntime:
    name = "onnxruntime"
    lengths: tuple[int, ...] = ()

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait take the cores that the rest of the machine needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        # Its exceptions share no class narrower than this.
        except Exception as error:
            raise ModelError("embed.broken", path=str(path), error=_first_line(error)) from error
        self.inputs = frozenset(item.name for item in self._session.get_inputs())
        self._output = self._session.get_outputs()[0].name
        self._path = path

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        try:
            [found] = self._session.run([self._output], dict(inputs))
        except Exception as error:
            raise ModelError("embed.failed", path=str(self._path), error=_first_line(error)) from error
        return np.asarray(found, dtype=np.float32)


def _fixed(shape: Any, tokens: int) -> list[Any]:
    """``[batch, tokens, …]`` with the first two known."""
    return [1, tokens, *list(shape)[2:]]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
