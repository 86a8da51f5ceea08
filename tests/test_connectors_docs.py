"""Every connector shipped, and every option of it, has its place in docs/connectors.md."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from latam_rag import plugins
from latam_rag.parse.records import SERVICE_FIELDS

PAGE = (Path(__file__).parents[1] / "docs" / "connectors.md").read_text("utf-8")
SHIPPED = ("files", "records")


def part(connector: str) -> str:
    return re.split(r"^## ", PAGE.split(f"\n## {connector}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("connector", SHIPPED)
def test_every_option_is_documented_and_no_other(connector: str) -> None:
    options = inspect.signature(plugins.connector_class(connector)).parameters
    tables = re.findall(r"^\| `(\w+)` \|", part(connector), re.MULTILINE)
    assert set(options) == {name for name in tables if name != "borradores"}


def test_every_field_of_a_service_sheet_is_documented() -> None:
    assert [field for field in SERVICE_FIELDS if f"`{field}`" not in part("records")] == []


def test_the_shipped_connectors_are_installed() -> None:
    assert set(SHIPPED) <= set(plugins.names())
