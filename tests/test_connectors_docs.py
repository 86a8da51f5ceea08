"""Every connector shipped, and every option of it, has its place in docs/connectors/."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from latam_rag import plugins
from latam_rag.parse.records import SERVICE_FIELDS

ROOT = Path(__file__).parents[1]
POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][plugins.GROUP]
SHIPPED = sorted(POINTS)


def page(connector: str) -> str:
    return (ROOT / "docs" / "connectors" / f"{connector}.md").read_text("utf-8")


@pytest.mark.parametrize("connector", SHIPPED)
def test_every_option_is_documented_and_no_other(connector: str) -> None:
    options = inspect.signature(plugins.connector_class(connector)).parameters
    tables = re.findall(r"^\| `(\w+)` \|", page(connector), re.MULTILINE)
    assert set(options) == {name for name in tables if name != "borradores"}


@pytest.mark.parametrize("connector", SHIPPED)
def test_every_option_says_what_it_is_for(connector: str) -> None:
    options = plugins.options_of(plugins.connector_class(connector))
    assert [option.name for option in options if len(option.meaning) < 10] == []


@pytest.mark.parametrize("connector", SHIPPED)
def test_every_page_has_a_definition_and_stands_in_the_overview(connector: str) -> None:
    assert f'connector = "{connector}"' in page(connector)
    assert f"[`{connector}`](connectors/{connector}.md)" in (ROOT / "docs" / "connectors.md").read_text("utf-8")


def test_every_field_of_a_service_sheet_is_documented() -> None:
    assert [field for field in SERVICE_FIELDS if f"`{field}`" not in page("records")] == []


def test_the_shipped_connectors_are_installed() -> None:
    assert set(SHIPPED) <= set(plugins.names())
