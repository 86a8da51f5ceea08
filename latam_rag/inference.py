"""OpenVINO, imported so that several threads may use it."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

_LOCK = threading.Lock()


def openvino() -> Any:
    """The module ``openvino``; its first look into a tensor is made here, by one thread.

    That look finds numpy for good. Made by two threads at once, one waits for the other to find it while it holds the lock of
    Python that the other needs: both for ever.
    """
    with _LOCK:
        import openvino as module

        len(module.Tensor(np.zeros(1, np.float32)).data)
    return module
