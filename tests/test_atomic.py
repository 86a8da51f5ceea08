"""What is written takes the place of what was there, or leaves it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from latam_rag import atomic


def test_it_replaces_what_was_there_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for text in ("uno, más largo que el otro", "dos"):
        atomic.write(path, text, mode=0o600)
        assert path.read_text("utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    atomic.write(path, "antes")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write(path, "después")
    assert path.read_text("utf-8") == "antes"
