"""The definitions of known sources: each loads, its connectors take its options, and ``init`` copies it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latam_rag import config, home, indexes, plugins
from latam_rag.cli import connecting, run
from latam_rag.cli.indexing import initialise
from latam_rag.config import Definition
from latam_rag.errors import ConfigError
from latam_rag.sync.listing import label_of

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "indexes" / "sources"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))


def load(name: str) -> Definition:
    return config.load(FOLDER / f"{name}.toml")


def test_those_of_the_folder_are_known() -> None:
    assert list(indexes.sources()) == NAMES and NAMES
    assert not set(NAMES) & set(plugins.names()), "check takes either by name"


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_says_whose_and_what_it_is(name: str) -> None:
    definition = load(name)
    assert definition.name == name and definition.title and definition.questions
    assert definition.domain in ("legal", "curriculum", "public_service")
    assert {source.metadata.get("domain") for source in definition.sources} == {definition.domain}
    assert {source.metadata.get("country") for source in definition.sources} == {name[:2].upper()}
    assert definition.language == ("pt" if name.startswith("br_") else "es")


@pytest.mark.parametrize("name", NAMES)
def test_its_connectors_take_its_options(name: str) -> None:
    for source in load(name).sources:
        plugins.connect(source.connector, source.options)


@pytest.mark.parametrize("name", NAMES)
def test_its_file_says_how_to_copy_it_and_the_docs_say_what_was_tried(name: str) -> None:
    assert f"--from {name}\n" in (FOLDER / f"{name}.toml").read_text("utf-8")
    pages = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "connectors").glob("*.md"))
    assert re.search(rf"^#+ .*`{name}`", pages, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_init_copies_it_under_another_name(name: str) -> None:
    copied = config.load(initialise("copia", name))
    assert copied.name == "copia"
    assert copied.sources == load(name).sources and "copia" in home.names()


def test_a_source_that_nobody_knows_is_refused_with_where_to_look() -> None:
    with pytest.raises(ConfigError, match="latam-rag connectors"):
        initialise("copia", "xx_nada")


@pytest.mark.parametrize("name", NAMES)
def test_each_of_its_sources_is_called_by_where_it_is(name: str) -> None:
    assert [label for label in map(label_of, load(name).sources) if "https://" not in label] == []


def test_check_takes_a_known_source_by_its_name() -> None:
    (source,) = connecting._sources("mx_diputados", ())
    assert (source.connector, source.options["url"]) == (
        "listing",
        "https://www.diputados.gob.mx/LeyesBiblio/index.htm",
    )


def test_the_list_of_connectors_has_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["connectors"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in NAMES if f"\n{name}: {load(name).title}\n" not in shown] == []
