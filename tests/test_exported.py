"""What ``import latam_rag`` promises: these names and no others."""

from __future__ import annotations

import subprocess
import sys

import pytest

import latam_rag
from latam_rag import errors, types

EXPORTED = {
    "Answer", "Citation", "Connector", "Document", "Filters", "Hit", "Index", "LatamRagError", "Passage", "Ref", "Resource",
    "__version__",
}  # fmt: skip


def test_these_names_and_no_others() -> None:
    assert set(latam_rag.__all__) == EXPORTED
    assert set(dir(latam_rag)) >= EXPORTED


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_each_name_is_there_and_is_the_one_of_its_module(name: str) -> None:
    value = getattr(latam_rag, name)
    for module in (errors, types):
        if name in vars(module):
            assert value is vars(module)[name]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Indice"):
        latam_rag.Indice  # noqa: B018


def test_a_star_import_brings_them() -> None:
    code = "from latam_rag import *\nprint(Index.__name__, Answer.__name__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["Index", "Answer"]
