"""A web source on bad days, whole and small: ``benchmarks/connectors.py`` is the same with 2,000 documents."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATAM_RAG_HOME", "")
        return loaded().run(documents=150, pause=0.002)  # type: ignore[no-any-return]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("connectors_benchmark", ROOT / "benchmarks" / "connectors.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_cut_deletes_nothing_and_is_gone_on_from(figures: dict[str, Any]) -> None:
    assert (figures["cut"]["failed"], figures["cut"]["gone"], figures["cut"]["documents"]) == (1, 0, 0)
    # A page whose answer was cut off counts as sent, and had not arrived.
    assert figures["first"]["sent_again_of_what_had_arrived"] <= 5
    assert figures["first"]["answers"]["304"] > 50


def test_it_ends_complete_with_nothing_lost_and_nothing_twice(figures: dict[str, Any]) -> None:
    assert (figures["first"]["new"], figures["first"]["failed"]) == (150, 0)
    assert (figures["lost"], figures["passages_twice"], figures["first"]["documents"]) == (0, 0, 150)


def test_a_second_sync_only_asks_whether_anything_changed(figures: dict[str, Any]) -> None:
    assert figures["second"]["not_modified"] >= 0.99
    assert (figures["second"]["same"], figures["second"]["embedded"], figures["second"]["changed"]) == (150, 0, 0)
    assert (figures["one_changed"]["changed"], figures["one_changed"]["same"]) == (1, 149)


def test_the_servers_log_shows_good_manners(figures: dict[str, Any]) -> None:
    assert figures["forbidden_asked"] == 0
    assert figures["fastest_second"] <= figures["allowed_a_second"]
