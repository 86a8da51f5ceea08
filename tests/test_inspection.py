"""A file as it would be read: by the module, and as the command shows it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from latam_rag.cli import run
from latam_rag.errors import ConfigError
from latam_rag.inspection import inspect
from latam_rag.types import Genre

DEMO = Path(__file__).parents[1] / "indexes" / "demo"
LAW = """# Ordenanza 7/2021

## Título I. De las ferias

Artículo 1. Las ferias funcionan los sábados.

Artículo 2. El puesto se paga por adelantado.

## Título II. De las sanciones

Artículo 3. La multa es de dos UTM.
"""


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "ferias.md"
    path.write_text(LAW, "utf-8")
    return path


@pytest.fixture(scope="module")
def pdf() -> Path:
    return next(DEMO.rglob("*.pdf"))


def test_a_file_is_read_as_a_sync_would(law: Path) -> None:
    [read] = inspect(law)
    assert read.genre is Genre.LAW
    assert [each.label for each in read.passages] == ["art. 1", "art. 2", "art. 3"]
    assert all(read.document.text[each.start : each.end] == each.text for each in read.passages)
    assert inspect(law, genre=Genre.PROSE).__next__().genre is Genre.PROSE


def test_each_passage_of_a_page_is_framed_where_it_is_printed(pdf: Path) -> None:
    from PIL import Image

    [read] = inspect(pdf)
    on_first = [each for each in read.passages if 1 in read.pages(each)]
    image = Image.open(io.BytesIO(read.drawn(1, scale=2.0))).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 24)}
    assert len(on_first) > 1
    assert {(0, 90, 181), (198, 60, 0)} <= colours


def test_the_command_shows_outline_passages_and_validity(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "es", "inspect", str(law)]) == 0
    said = capsys.readouterr().out
    assert "norma, es · " in said
    assert "  Título I. De las ferias\n    art. 1 … art. 2 (2)" in said
    assert "3. art. 3" in said and "La multa es de dos UTM." in said


def test_the_command_gives_json_and_whole_passages(law: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(law), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert [each["label"] for each in read["passages"]] == ["art. 1", "art. 2", "art. 3"]
    assert read["passages"][0]["number"] == 1


def test_the_command_draws_the_pages_that_are_asked_for(
    pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "pt", "inspect", str(pdf), "--page", "1", "--output", str(tmp_path / "paginas")]) == 0
    assert [file.name for file in (tmp_path / "paginas").iterdir()] == [f"{pdf.stem}-001.png"]
    assert "Imagem guardada" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--page", "9"], "no tiene la página 9"),
        (["--output", "x"], "no tiene páginas que dibujar"),
    ],
)
def test_what_a_file_has_not_is_said(
    law: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "es", "inspect", str(law), *arguments]) == ConfigError.exit_code
    assert said in capsys.readouterr().err


def test_a_folder_and_a_file_that_is_not_there_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "nada.pdf"):
        assert run(["--lang", "es", "inspect", str(path)]) == ConfigError.exit_code
        assert str(path) in capsys.readouterr().err
