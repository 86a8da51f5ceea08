"""A sync killed at any step, then run again, leaves what an undisturbed one leaves: ids, payloads, vectors, catalog."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sync_killed import AFTER

STRIDE = 1 if os.environ.get("LATAM_RAG_SLOW_TESTS") else 8
"""A kill between any two writes can be tried in a minute; each run of the tests tries one in eight."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the syncs that are killed are forks")


@pytest.mark.parametrize("start", ["first", "changed"])
def test_killed_at_each_step(start: str, tmp_path: Path) -> None:
    program = Path(__file__).with_name("sync_killed.py")
    # A killed process loses nothing that it has written: memory serves as well as a disk, without waiting for one.
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else tmp_path) as folder:
        command = [sys.executable, str(program), folder, start, str(STRIDE)]
        ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    result = json.loads(ran.stdout)
    assert result["steps"] > 30
    good = [text for text in AFTER.values() if "!malo" not in text]
    assert result["points"] == sum(len(text.split("\n")) for text in good)
    assert [step for step, same in result["same"].items() if not same] == []
    assert len(result["same"]) == len(range(1, result["steps"] + 1, STRIDE))
