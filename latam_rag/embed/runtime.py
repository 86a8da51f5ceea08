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

from latam_rag.errors import MissingExtra, ModelError

Inputs = Mapping[str, NDArray[Any]]


class Runtime(Protocol):
    """Thread-safe."""

    name: str
    inputs: frozenset[str]

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
    name = "openvino"

    def __init__(self, path: Path, *, threads: int, cache: Path | None = None) -> None:
        import openvino

        core = openvino.Core()
        options = {
            "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads),
            # Not bfloat16, which it takes by itself where the processor has it: vectors would differ between machines.
            "INFERENCE_PRECISION_HINT": "f32",
        }  # fmt: skip
        if cache:
            options["CACHE_DIR"] = str(cache)
        try:
            self._model: Any = core.compile_model(str(path), "CPU", options)
        except RuntimeError as error:
            raise ModelError("embed.broken", path=str(path), error=_first_line(error)) from error
        self.inputs = frozenset(port.get_any_name() for port in self._model.inputs)
        self._path = path
        self._request: Any = self._model.create_infer_request()
        # One request: its buffers are the bulk of the memory, and a second would share the same cores.
        self._lock = threading.Lock()

    def run(self, inputs: Inputs) -> NDArray[np.float32]:
        with self._lock:
            try:
                self._request.infer(dict(inputs), share_inputs=True)
            except RuntimeError as error:
                raise ModelError("embed.failed", path=str(self._path), error=_first_line(error)) from error
            return np.array(self._request.get_output_tensor(0).data, dtype=np.float32)


class OnnxRuntime:
    name = "onnxruntime"

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


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
