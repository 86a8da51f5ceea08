"""A virtual environment for each peer, made once from a file of ``requirements/``."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from peers import Kind

REQUIREMENTS = Path(__file__).parent / "requirements"
BENCHMARKS = Path(__file__).resolve().parents[1]
QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LOGFIRE_IGNORE_NO_CONFIG": "1",
    "LOGFIRE_SEND_TO_LOGFIRE": "false",
    "OTEL_SDK_DISABLED": "true",
    "SCARF_NO_ANALYTICS": "true",
}
"""No peer tells anyone, or asks a hub, while it is measured."""


class MissingPython(Exception):
    """No interpreter new enough is on the PATH."""


def python_of(kind: Kind, folder: Path) -> Path:
    """The interpreter of the peer's environment, which is made under ``folder`` when it isn't there; MissingPython.

    A changed file of requirements makes another environment.
    """
    if not kind.environment:
        return Path(sys.executable)
    files = [REQUIREMENTS / f"{name}.txt" for name in (kind.environment, "embedder")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
    made = folder / f"{kind.environment}-{digest}"
    if not (made / "complete").exists():
        interpreter = _interpreter(kind.python)
        shutil.rmtree(made, ignore_errors=True)
        subprocess.run([interpreter, "-m", "venv", made], check=True, stdout=sys.stderr)
        install: list[str | Path] = [
            made / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--requirement",
            files[0],
        ]
        subprocess.run(install, check=True, stdout=sys.stderr)
        (made / "complete").touch()
    return made / "bin" / "python"


def _interpreter(oldest: tuple[int, int]) -> str:
    """This one, or a newer ``python3.N`` of the PATH."""
    if sys.version_info[:2] >= oldest:
        return sys.executable
    for minor in range(oldest[1], oldest[1] + 4):
        found = shutil.which(f"python3.{minor}")
        # A version manager leaves names on the PATH that start nothing.
        if found and subprocess.run([found, "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return found
    raise MissingPython(f"needs Python {oldest[0]}.{oldest[1]}, and none is on the PATH")


def variables() -> dict[str, str]:
    """For a peer's process: our modules, and silence."""
    return {**os.environ, **QUIET, "PYTHONPATH": os.pathsep.join((str(BENCHMARKS), str(BENCHMARKS.parent)))}
