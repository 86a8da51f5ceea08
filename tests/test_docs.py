"""Every block of README.md and docs/*.md is true: commands are run, Python is executed, definitions are read.

Generated parts are as the program would write them today, and links lead somewhere.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click
import pytest

from latam_rag import cli, config, errors, plugins
from latam_rag.cli import build

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: What a page's commands find in the folder they are run in.
ORDINANCE = """# Ordenanza 12 de 2019, de patentes

## Título I. De la patente municipal

Artículo 1°.- Toda persona que ejerza el comercio en la comuna debe pagar patente municipal.

Artículo 2°.- La patente se paga en dos cuotas, en los meses de enero y julio de cada año.

Artículo 3°.- El no pago de la patente se sanciona con multa de 2 a 5 UTM.
"""
#: Commands that are read by the command line's own parser, and not run: they wait for a person, or take minutes.
ONLY_PARSED = {"app", "serve", "demo"}


@dataclass(frozen=True, kw_only=True)
class Block:
    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page=page, line=line, language=found[1].strip(), text=found[2])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and a folder with a few documents to run commands in."""
    (tmp_path / "documentos").mkdir()
    (tmp_path / "documentos" / "ordenanza-12-2019.md").write_text(ORDINANCE, "utf-8")
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_true(page: Path, place: Path) -> None:
    for block in blocks(page):
        if block.language != "python":
            assert block.language in CHECKS, f"{block}: a block of {block.language!r} is checked by nothing"
            CHECKS[block.language](block)
    check_python([block for block in blocks(page) if block.language == "python"])


def check_python(python: list[Block]) -> None:
    """The blocks of a page are one program; the tests in it, if any, are run."""
    if any("Index.open" in block.text for block in python):
        ready("mi-comuna")
    names: dict[str, object] = {"__name__": "page"}
    for block in python:
        # Line numbers in a traceback are the page's.
        exec(compile("\n" * block.line + block.text, str(block.page), "exec"), names)
    if any(name.startswith("Test") for name in names):
        Path("test_page.py").write_text("\n".join(block.text for block in python), "utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", "test_page.py"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout


def ready(name: str) -> None:
    """A page that goes straight to Python says elsewhere how the index is made."""
    from latam_rag import home

    if name not in home.names():
        assert cli.run(["init", name, "--from", "documentos"]) == 0
        assert cli.run(["sync", name]) == 0


def check_toml(block: Block) -> None:
    data = tomllib.loads(block.text)
    if "project" in data:
        assert set(data["project"]["entry-points"]) == {plugins.GROUP}, f"{block}: the group is {plugins.GROUP}"
        return
    # A piece of a definition is made whole with what every definition must have.
    name = "" if "name" in data else 'name = "x"\n'
    sources = "" if "sources" in data else '\n[[sources]]\npath = "documentos"\n'
    path = Path("bloque.toml")
    path.write_text(name + block.text + sources, "utf-8")
    for source in config.load(path).sources:
        if source.connector in plugins.names():
            plugins.connect(source.connector, source.options)


def check_console(block: Block) -> None:
    commands = [line.removeprefix("$ ") for line in joined(block.text) if line.startswith("$ ")]
    assert commands, f"{block}: no line begins with $"
    for command in commands:
        check_command(block, command)


def check_bash(block: Block) -> None:
    for command in joined(block.text):
        check_command(block, command)


def joined(text: str) -> list[str]:
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def check_command(block: Block, command: str) -> None:
    program, *arguments = shlex.split(command, comments=True)
    while re.fullmatch(r"\w+=.*", program) or program == "sudo":
        program, *arguments = arguments
    assert program in PROGRAMS, f"{block}: {program!r} is checked by nothing"
    PROGRAMS[program](f"{block}: {command}", arguments)


def check_latam_rag(where: str, arguments: list[str]) -> None:
    group = build()
    try:
        with group.make_context("latam-rag", list(arguments)) as context:
            name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
            assert command is not None
            command.make_context(name, rest, parent=context)
    except click.UsageError as error:
        pytest.fail(f"{where}: {error.format_message()}")
    except click.exceptions.Exit:
        return  # --help
    if name in ONLY_PARSED:
        return
    code = cli.run(list(arguments))
    # doctor answers 1 on a machine where something is missing; that it answers is what a page promises.
    assert code == 0 or (name == "doctor" and code == 1), f"{where}: exit code {code}"


def check_make(where: str, arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [a for a in arguments if "=" not in a and a not in targets] == [], where


def check_pip(where: str, arguments: list[str]) -> None:
    for named in re.findall(r"\[([\w,-]+)\]", " ".join(arguments)):
        assert set(named.split(",")) <= set(PROJECT["optional-dependencies"]), where


def nothing_to_check(where: str, arguments: list[str]) -> None:
    assert arguments, where


Check = Callable[[Block], None]
PROGRAMS: dict[str, Callable[[str, list[str]], None]] = {
    "latam-rag": check_latam_rag,
    "make": check_make,
    "pip": check_pip,
    "apt": nothing_to_check,
    "apt-get": nothing_to_check,
    "cd": nothing_to_check,
    "docker": nothing_to_check,
    "git": nothing_to_check,
}
CHECKS: dict[str, Check] = {
    "toml": check_toml,
    "console": check_console,
    "bash": check_bash,
    "text": lambda block: None,
}


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_up_to_date(generate: ModuleType) -> None:
    assert generate.outdated(lambda path, text: None) == [], "run: make docs"


def test_every_key_of_a_definition_is_documented() -> None:
    page = (ROOT / "docs" / "index-definition.md").read_text("utf-8")
    tables = [config.Definition, config.Source, config.Embedding, config.Store, config.Retrieval, config.Generation]
    for model in (*tables, config.Limits):
        assert f"<!-- generated: {model.__name__} -->" in page


def test_every_command_and_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert [name for name in build().commands if f"\n## latam-rag {name}\n" not in page] == []
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert [code for code in sorted(codes) if f"\n| {code} |" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        found = (page.parent / path) if path else page
        assert found.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text("utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
            assert anchor in slugs, f"{page.name}: {target}"


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "docs" / "index.md").read_text("utf-8")
    pages = [path for path in (ROOT / "docs").glob("*.md") if path.name != "index.md"]
    assert [path.name for path in pages if f"({path.name})" not in contents] == []


def test_the_architecture_names_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    stages = {path.name.removesuffix(".py") for path in (ROOT / "latam_rag").iterdir() if not path.name.startswith("_")}
    stages -= {"py.typed"}
    assert sorted(stage for stage in stages if f"`{stage}" not in page) == []
    first = " ".join(re.findall(r"^\| ([^|]*`[^|]*) \|", page.partition("## Modules")[2], re.MULTILINE))
    named = set(re.findall(r"`(\w+)/?`", first))
    assert sorted(named - stages - {"connectors", "apps", "indexes"}) == []


def test_the_pages_that_messages_name_exist() -> None:
    sources = [
        path for folder in ("latam_rag", "connectors", "apps", "indexes") for path in (ROOT / folder).rglob("*.*")
    ]
    texts = {path: path.read_text("utf-8") for path in sources if path.suffix in {".py", ".toml"}}
    named = {(path.name, page) for path, text in texts.items() for page in re.findall(r"docs/[\w.-]+\.md", text)}
    assert sorted((name, page) for name, page in named if not (ROOT / page).is_file()) == []
