"""The benchmarks' one command: what it accepts. What they measure takes hours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "benchmarks" / "run.py"


@pytest.mark.parametrize("parts", [[], ["search"], ["startup", "sync"]])
def test_all_parts_or_some_are_run_on_the_documents(parts: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, RUN, *parts, "--shared", tmp_path], stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode and done.stderr.startswith(f"no documents at {tmp_path}: set LATAM_RAG_SHARED")


def test_a_part_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, RUN, "serch"], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2 and "'search'" in done.stderr
