"""Every figure of RESULTS.md, by one command: ``make bench`` (over an hour on two cores), or some parts by name.

    python benchmarks/run.py [retrieval] [answers] [sync] [resync] [search] [startup] [reading_law] … [--shared FOLDER]

``peers`` is only run by name: it installs what latam-rag is compared with from the registry (4.4 GB).

Each part runs in a process of its own, one at a time; the results are appended to ``benchmarks/results.jsonl`` with machine,
versions and date, and ``RESULTS.md`` is made from the newest of each.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOG = HERE / "results.jsonl"
PARTS = (
    "retrieval", "lookups", "services", "documents", "answers", "sync", "resync", "connectors", "search", "startup", "pages",
    "reading_law", "reading_pdf", "reading_corpus", "reading_speed", "reading_scans", "generation", "verification", "peers",
)  # fmt: skip
BY_NAME = {"peers"}


def _python(*arguments: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run([sys.executable, *arguments], check=True, text=True, stdout=subprocess.PIPE, env=environment)
    return done.stdout


def _last_line(script: str, *arguments: str) -> Any:
    return _lines(script, *arguments)[-1]


def _lines(script: str, *arguments: str, environment: dict[str, str] | None = None) -> list[Any]:
    said = _python(str(HERE / script), *arguments, environment=environment)
    return [json.loads(line) for line in said.splitlines() if line.startswith(("{", "["))]


def retrieval(shared: Path, home: Path) -> Any:
    return _last_line("retrieval.py", "--shared", str(shared), "--json")


def lookups(shared: Path, home: Path) -> Any:
    """On an index of the whole collection, built where ``home`` doesn't hold it yet."""
    if not (home / "corpus").exists():
        _last_line("sync.py", "corpus", "--shared", str(shared), "--home", str(home))
    return _last_line("lookups.py", "corpus", "--home", str(home))


def services(shared: Path, home: Path) -> Any:
    """As ``lookups``."""
    if not (home / "corpus").exists():
        _last_line("sync.py", "corpus", "--shared", str(shared), "--home", str(home))
    return _last_line("services.py", "corpus", "--home", str(home))


def documents(shared: Path, home: Path) -> Any:
    return _last_line("documents.py", "--shared", str(shared), "--json")


def answers(shared: Path, home: Path) -> Any:
    return _last_line("answers.py", "--shared", str(shared), "--json")


def sync(shared: Path, home: Path) -> Any:
    """Of an earlier run in ``home`` nothing is left: the making is what is measured."""
    wanted = ("leychile", "uruguay")
    for which in wanted:
        shutil.rmtree(home / which, ignore_errors=True)
    return [_last_line("sync.py", which, "--shared", str(shared), "--home", str(home)) for which in wanted]


def connectors(shared: Path, home: Path) -> Any:
    return _last_line("connectors.py")


def resync(shared: Path, home: Path) -> Any:
    return _last_line("resync.py")


def search(shared: Path, home: Path) -> Any:
    """On 2,000 Uruguayan laws (about 10,000 passages), on all of them (65,000) and on the whole collection (99,000).

    Each is built where ``home`` doesn't hold it yet, the larger ones in about an hour.
    """
    wanted = ("uruguay", "uruguay-whole", "corpus")
    for which in wanted:
        if not (home / which).exists():
            _last_line("sync.py", which, "--shared", str(shared), "--home", str(home))
    return [_last_line("search.py", which, "--home", str(home)) for which in wanted]


def pages(shared: Path, home: Path) -> Any:
    """The first sentence and ten people at once on the demonstration's laws, with its GGUF; a filter on all Uruguayan ones."""
    environment = {**os.environ, "LATAM_RAG_HOME": str(home)}
    if not (home / "uruguay-whole").exists():
        _last_line("sync.py", "uruguay-whole", "--shared", str(shared), "--home", str(home))
    demo = str(HERE.parent / "indexes" / "demo" / "legal.toml")
    command = [str(Path(sys.executable).parent / "latam-rag"), "sync", demo]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    rows = []
    for wanted in (("demo-legal", "first", "ten"), ("uruguay-whole", "filter")):
        rows += _lines("pages.py", *wanted, environment=environment)
    return {row.pop("part"): [row] for row in rows}


def reading_law(shared: Path, home: Path) -> Any:
    return _last_line("reading_law.py", "--shared", str(shared))


def reading_pdf(shared: Path, home: Path) -> Any:
    return _last_line("reading_pdf.py", "--shared", str(shared))


def reading_corpus(shared: Path, home: Path) -> Any:
    return _last_line("reading_corpus.py", "--shared", str(shared))


def reading_speed(shared: Path, home: Path) -> Any:
    return _last_line("reading_speed.py", "--shared", str(shared))


def reading_scans(shared: Path, home: Path) -> Any:
    return _last_line("reading_scans.py", "--json")


def generation(shared: Path, home: Path) -> Any:
    return _last_line("generation.py", "--shared", str(shared), "--json")


def verification(shared: Path, home: Path) -> Any:
    return _last_line("verification.py", "--shared", str(shared), "--json")


def peers(shared: Path, home: Path) -> Any:
    """Several tables. Goes on where a run with the same ``home`` was stopped."""
    path = os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [sys.executable, "-m", "peers.run", "--shared", str(shared), "--home", str(home)],
        check=True, text=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def startup(shared: Path, home: Path) -> Any:
    """Median wall seconds of ten calls, of ``--help`` and of the bare interpreter."""
    command = str(Path(sys.executable).parent / "latam-rag")
    return {
        "help_s": _median(lambda: subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL)),
        "python_s": _median(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)),
    }


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(11):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times[1:]), 3)


def machine() -> dict[str, Any]:
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    packages = ("latam-rag", "qdrant-edge-py", "openvino", "pypdfium2", "unstructured")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def report() -> str:
    """RESULTS.md from the newest line of each part."""
    newest = {line["part"]: line for line in map(json.loads, LOG.read_text("utf-8").splitlines())}
    lines = ["# Results", "", "Made by `make bench`; each part with the machine and the day it was measured on."]
    for part in PARTS:
        if part not in newest:
            continue
        entry = newest[part]
        where = entry["machine"]
        lines += [
            "",
            f"## {part}",
            "",
            f"{entry['date']}, {where['cores']} cores of {where['cpu']}, Python {where['python']}.",
        ]
        for title, rows in _tables(entry["result"]).items():
            columns = list(rows[0])
            lines += ["", f"### {title}"] if title else []
            lines += ["", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
            lines += ["| " + " | ".join(_cell(row.get(column)) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _tables(result: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows by the table's title; a part that is one table, or one row, has none."""
    if isinstance(result, list):
        return {"": result}
    if all(isinstance(value, list) for value in result.values()):
        return dict(result)
    return {"": [result]}


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    shared = os.environ.get("LATAM_RAG_SHARED", str(HERE.parents[1] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--home", type=Path, help="where the indexes are built; a temporary folder by default")
    given = parser.parse_args()
    if not (given.shared / "corpus").is_dir():
        sys.exit(f"no documents at {given.shared}: set LATAM_RAG_SHARED to the folder with corpus/ and evals/")
    with tempfile.TemporaryDirectory(prefix="latam-rag-bench-") as temporary:
        home = given.home or Path(temporary)
        for part in given.parts or [part for part in PARTS if part not in BY_NAME]:
            print(f"{part} …", file=sys.stderr)
            result = globals()[part](given.shared, home)
            line = {"part": part, "date": datetime.date.today().isoformat(), "machine": machine(), "result": result}
            with LOG.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
            (HERE / "RESULTS.md").write_text(report(), "utf-8")


if __name__ == "__main__":
    main()
