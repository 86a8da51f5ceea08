"""What is installed is what is tracked, with the metadata that installs it rightly."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest

import latam_rag

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
#: A folder of the repository and where its files are installed.
FOLDERS = {
    "latam_rag": "latam_rag",
    "connectors": "latam_rag/connectors",
    "apps": "latam_rag/apps",
    "indexes": "latam_rag/indexes",
}


def tracked(*paths: str) -> list[PurePosixPath]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked can't be told")
    ran = subprocess.run(["git", "ls-files", "-z", "--", *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    return [PurePosixPath(name) for name in ran.stdout.split("\0") if name]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tracked files, so that nothing else that lies about can get in or be missed."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tracked(".", ":!tests", ":!docs", ":!benchmarks"):
        if (ROOT / path).is_file():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, source / path)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_every_tracked_file_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        str(PurePosixPath(FOLDERS[path.parts[0]], *path.parts[1:]))
        for path in tracked(*FOLDERS)
        if (ROOT / path).is_file()
    }
    assert inside == expected


def test_every_package_is_listed() -> None:
    packages = set(PROJECT["tool"]["setuptools"]["packages"])
    folders = {path.parent for path in tracked(*FOLDERS) if path.name == "__init__.py"}
    assert {".".join(PurePosixPath(FOLDERS[f.parts[0]], *f.parts[1:]).parts) for f in folders} == packages


def test_the_base_install_has_no_torch(metadata: Message) -> None:
    base = {
        re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower()
        for requirement in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in requirement
    }
    heavy = {"torch", "sentence-transformers", "transformers", "llama-cpp-python", "streamlit", "llama-index-core"}
    assert base & heavy == set()
    assert {"qdrant-edge-py", "openvino", "click"} <= base


def test_qdrant_edge_is_pinned_and_the_rest_has_lower_bounds() -> None:
    required = PROJECT["project"]["dependencies"]
    assert [r for r in required if "==" in r.partition(";")[0]] == ["qdrant-edge-py==0.9.0"]
    assert [r for r in required if not re.search(r"[>=]=", r.partition(";")[0])] == []


#: Libraries that a declared one brings with it, used only where that one is in use.
BROUGHT_BY = {
    "jinja2": "llama-cpp-python",
    "oxmsg": "unstructured",
    "pydantic_core": "pydantic",
    "pypandoc": "unstructured",
    "huggingface_hub": "sentence-transformers",
    "safetensors": "sentence-transformers",
    "tokenizers": "sentence-transformers",
    "torch": "sentence-transformers",
    "transformers": "sentence-transformers",
    # Whoever has files on such a server installs them; the error names them, as fsspec's own do.
    "paramiko": "fsspec",
    "webdav4": "fsspec",
    # The contract that connectors inherit is for their tests.
    "pytest": "pytest",
}


def test_every_library_that_is_imported_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    required = [*PROJECT["project"]["dependencies"], *(r for extra in extras for r in extra)]
    declared = {canonical(re.split(r"[^\w.-]", r, maxsplit=1)[0]) for r in required}
    distributions = packages_distributions()
    undeclared = {}
    for path in tracked(*FOLDERS):
        if path.suffix == ".py" and path.parts[:2] != ("indexes", "demo"):
            for name in imported(ROOT / path) - set(sys.stdlib_module_names) - {"latam_rag"}:
                owners = [BROUGHT_BY[name]] if name in BROUGHT_BY else distributions.get(name, [name])
                if not {canonical(owner) for owner in owners} & declared:
                    undeclared[name] = str(path)
    assert undeclared == {}


def imported(path: Path) -> set[str]:
    """The top-level names of the libraries that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_licence_and_readme_are_shipped(metadata: Message) -> None:
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_one_version_everywhere(metadata: Message) -> None:
    latest = re.search(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert latest is not None
    assert {PROJECT["project"]["version"], latam_rag.__version__, metadata["Version"], latest[1]} == {"0.1.0"}


def test_the_command_and_the_connectors_are_entry_points() -> None:
    assert PROJECT["project"]["scripts"] == {"latam-rag": "latam_rag.cli:main"}
    points = PROJECT["project"]["entry-points"]["latam_rag.connectors"]
    modules = {path.stem for path in tracked("connectors") if path.suffix == ".py"} - {"__init__"}
    assert {value.partition(":")[0] for value in points.values()} <= {f"latam_rag.connectors.{m}" for m in modules}


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
@pytest.mark.parametrize("task", ["demo", "app", "test", "bench", "lint", "types", "docs", "clean"])
def test_each_task_is_a_recipe_that_make_can_read(task: str) -> None:
    ran = subprocess.run(["make", "--dry-run", task], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_a_machine_without_a_new_python_is_told_what_to_install(tmp_path: Path) -> None:
    command = ["make", f"VENV={tmp_path}/venv", "PYTHON=", f"{tmp_path}/venv/bin/python"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "apt-get install python3 python3-venv" in ran.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_ci_runs_the_same_tests() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.read_text("utf-8").splitlines()[-1] == "make test"
