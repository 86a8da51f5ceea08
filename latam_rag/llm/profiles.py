"""How a model wants to be spoken to: which template, and where its turn ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from latam_rag.errors import ModelError
from latam_rag.llm.gguf import Gguf

_LLAMA_STOPS: Final = ("<|eot_id|>", "<|end_of_text|>", "<|eom_id|>", "<|start_header_id|>")
_QWEN_STOPS: Final = ("<|im_end|>", "<|endoftext|>", "<|im_start|>")


@dataclass(frozen=True, slots=True)
class Profile:
    """``chat`` models are spoken to through their template, ``base`` ones through examples to continue."""

    name: str
    chat: bool
    stops: tuple[str, ...]
    """Besides the GGUF's own end tokens."""
    values: tuple[tuple[str, object], ...] = ()
    """What its template may ask for."""


PROFILES: Final = MappingProxyType(
    {
        # Its authors: with another template than the repository's own it repeats «assistant» or stops early.
        "latamgpt": Profile("latamgpt", chat=True, stops=_LLAMA_STOPS),
        "llama": Profile("llama", chat=True, stops=_LLAMA_STOPS),
        "gemma": Profile("gemma", chat=True, stops=("<end_of_turn>", "<start_of_turn>")),
        # It would think aloud first, for minutes, in text that is no answer.
        "qwen": Profile("qwen", chat=True, stops=_QWEN_STOPS, values=(("enable_thinking", False),)),
        "chat": Profile(
            "chat", chat=True, stops=(*_LLAMA_STOPS, *_QWEN_STOPS, "<end_of_turn>", "<start_of_turn>", "</s>")
        ),
        "base": Profile("base", chat=False, stops=("\n",)),
    }
)
NAMES: Final = ("auto", *PROFILES)

#: What a family's chat template writes, or the beginning of its GGUF's architecture, tells it.
_TEMPLATES: Final = {"<|start_header_id|>": "llama", "<start_of_turn>": "gemma"}
_LATAMGPT = re.compile(r"latam[-_ ]?gpt", re.IGNORECASE)
_INSTRUCTED = re.compile(r"instruct|chat|\bsft\b|\bit\b|assistant", re.IGNORECASE)


def choose(wanted: str, model: Gguf, template_file: Path | None) -> tuple[Profile, str]:
    """The profile and the chat template (empty for base models). ModelError when a chat model has no template: a guessed
    one makes a good model write nonsense, and nothing would say why."""
    if wanted not in NAMES:
        raise ModelError("llm.unknown_profile", name=wanted, known=", ".join(NAMES))
    template = _template(template_file) or model.template
    profile = PROFILES[_auto(model, template) if wanted == "auto" else wanted]
    if profile.chat and not template:
        key = "llm.no_template_latamgpt" if profile.name == "latamgpt" else "llm.no_template"
        raise ModelError(key, path=str(model.path))
    return profile, template if profile.chat else ""


def _auto(model: Gguf, template: str) -> str:
    named = re.sub(r"[_-]", " ", f"{model.name} {model.path.stem}")
    if _LATAMGPT.search(named):
        return "latamgpt"
    # One that was taught to converse but lost its template is refused rather than treated as a base model.
    if not template and not _INSTRUCTED.search(named):
        return "base"
    if model.architecture.startswith("qwen"):
        return "qwen"
    return next((name for sign, name in _TEMPLATES.items() if sign in template), "chat")


def _template(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError("llm.template_unreadable", path=str(file), error=str(error)) from error
