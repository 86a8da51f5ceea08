"""The catalogue and the code agree: every message is in both languages, every key used exists, every message is used."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from latam_rag import messages

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "latam_rag" / "messages"
AREAS = sorted(path.stem for path in FOLDER.glob("*.toml"))
#: Functions whose first argument is a key, beside the error classes: ``messages.text`` and the names it is imported under.
SAYING = {"text", "say"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key → language → text."""
    return {
        f"{area}.{name}": texts
        for area in AREAS
        for name, texts in tomllib.loads((FOLDER / f"{area}.toml").read_text("utf-8")).items()
    }


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@cache
def modules() -> dict[Path, ast.Module]:
    paths = [p for folder in ("latam_rag", "connectors", "apps", "indexes") for p in (ROOT / folder).rglob("*.py")]
    return {path: ast.parse(path.read_text("utf-8")) for path in paths}


@cache
def written() -> tuple[set[str], list[str]]:
    """The keys that stand in the code as strings, and for those put together there (``f"doctor.{name}"``), their patterns."""
    whole: set[str] = set()
    patterns: list[str] = []
    key = re.compile(rf"(?:{'|'.join(AREAS)})\.\w*")
    for tree in modules().values():
        for found in ast.walk(tree):
            if isinstance(found, ast.Constant) and isinstance(found.value, str) and key.fullmatch(found.value):
                whole.add(found.value)
            if isinstance(found, ast.JoinedStr):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in found.values]
                if key.match("".join(parts).replace("\\", "")):
                    patterns.append("".join(parts))
    return whole, patterns


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Where, key and call, for each place that raises or says a message by a key written out."""
    for path, tree in modules().items():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in SAYING or name.endswith(("Error", "Locked", "Mismatch", "Refused", "Cancelled")):
                for key in keys_in(call.args[0]):
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", key, call


def keys_in(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from keys_in(argument.body)
        yield from keys_in(argument.orelse)
    elif isinstance(argument, ast.Constant):
        area, dot, _ = str(argument.value).partition(".")
        if dot and area in AREAS:
            yield str(argument.value)


@pytest.mark.parametrize("key", catalogue())
def test_each_message_stands_in_both_languages_with_the_same_values(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == set(messages.LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert placeholders(texts["es"]) == placeholders(texts["pt"])


def test_each_key_said_exists() -> None:
    assert [(where, key) for where, key, _ in calls() if key not in catalogue()] == []


def test_each_message_gets_the_values_it_names() -> None:
    short = {}
    for where, key, call in calls():
        given = {keyword.arg for keyword in call.keywords}
        missing = placeholders(catalogue().get(key, {}).get("es", "")) - given
        if None not in given and missing:
            short[where, key] = missing
    assert short == {}


def test_no_value_is_called_lang_for_it_would_choose_the_language() -> None:
    assert [key for key, texts in catalogue().items() if "lang" in placeholders(texts["es"])] == []


def test_each_message_is_used() -> None:
    whole, patterns = written()
    unused = [key for key in catalogue() if key not in whole and not any(re.fullmatch(p, key) for p in patterns)]
    assert unused == []


def test_the_language_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_chosen", None)
    for value, language in (("pt_BR.UTF-8", "pt"), ("es_CL.UTF-8", "es"), ("en_US.UTF-8", "es"), ("C", "es")):
        monkeypatch.delenv("LATAM_RAG_LANG", raising=False)
        monkeypatch.setenv("LC_ALL", value)
        assert messages.language() == language, value
    monkeypatch.setenv("LATAM_RAG_LANG", "pt")
    assert messages.language() == "pt"


def test_a_language_can_be_chosen_and_an_unknown_one_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_chosen", None)
    with pytest.raises(ValueError, match="one of es, pt"):
        messages.set_language("en")
    messages.set_language("pt")
    assert messages.text("cli.usage") == "Uso:"
    assert messages.text("config.missing_key", path="x", key="y") == "x: falta a chave 'y'."
    assert messages.text("config.missing_key", lang="es", path="x", key="y") == "x: falta la clave 'y'."
