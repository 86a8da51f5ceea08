"""What the model reads: rules that never change first, numbered evidence after them, the question last.

The evidence is data. What in it could pass for our delimiters or for a model's control tokens is taken out of use; and
whatever it says, nothing is shown that ``verify`` doesn't pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from latam_rag import messages
from latam_rag.split.sentences import sentences
from latam_rag.types import Hit, Language
from latam_rag.wording import fold

CountTokens = Callable[[str], int]

_MARKUP = re.compile(r"<(?=[/|!]?[A-Za-z_|])")
_TURN = re.compile(r"(?im)^(\s*)(\[/?inst\]|<<sys>>|#{2,}\s*(?:system|user|assistant|instruction)s?\b:?)")
_LEAST = 40
"""Tokens of a passage below which a piece of it isn't worth reading."""


@dataclass(frozen=True, slots=True)
class Chat:
    """``system`` is the same for every question in a language; ``user`` holds what others wrote, and is tokenized as plain
    text."""

    system: str
    user: str
    shown: Mapping[int, str]
    """The number of each passage that fits → as much of its text as does."""


@dataclass(frozen=True, slots=True)
class Completion:
    """For a base model: ``examples`` is the part that never changes."""

    examples: str
    text: str
    passage: str
    """As much of the passage as fits."""


def chat(question: str, hits: Sequence[Hit], language: Language, *, count_tokens: CountTokens, room: int) -> Chat:
    """The prompt with as many of ``hits``, best first, as fit in ``room`` tokens beside rules and question.

    Passages keep the number of their hit; one that doesn't fit is left out, but for the first, which is cut at a sentence.
    """
    rules = messages.text("prompt.rules", language).strip()
    asked = messages.text("prompt.question", language, question=plain(question).strip())
    left = room - count_tokens(rules) - count_tokens(asked)
    blocks: list[str] = []
    shown: dict[int, str] = {}
    for number, hit in enumerate(hits, 1):
        text = hit.passage.text
        block = _block(number, hit, text)
        cost = count_tokens(block)
        if cost > left and not blocks and left > _LEAST:
            text = _cut(text, count_tokens, left - count_tokens(_block(number, hit, "")))
            block = _block(number, hit, text)
            cost = count_tokens(block)
        if cost <= left:
            blocks.append(block)
            shown[number] = text
            left -= cost
    user = "\n".join((*blocks, asked))
    return Chat(system=rules, user=user, shown=shown)


def completion(question: str, text: str, language: Language, *, count_tokens: CountTokens, room: int) -> Completion:
    """The few-shot prompt that asks a base model for the stretch of ``text`` that answers ``question``."""
    examples = messages.text("prompt.examples", language).lstrip()
    asked = plain(" ".join(question.split()))
    left = room - count_tokens(examples) - count_tokens(asked) - 16
    read = _cut(text, count_tokens, left)
    passage = plain(" ".join(read.split()))
    asking = messages.text("prompt.completion", language, passage=passage, question=asked)
    return Completion(examples=examples, text=asking, passage=read)


def says_not_found(text: str) -> bool:
    """Whether the model says, in either language, that the documents don't answer."""
    said = fold(text).strip(' .\n*"«»')
    return any(said.startswith(fold(messages.text("prompt.not_found", language))) for language in messages.LANGUAGES)


def plain(text: str) -> str:
    """``text`` without working markup: a ``<`` that opens a tag or a control token becomes ``‹``, which a quote may hold as
    well. Role headings at the beginning of a line are indented out of their meaning."""
    return _TURN.sub(r"\1· \2", _MARKUP.sub("‹", text))


def _block(number: int, hit: Hit, text: str) -> str:
    header = plain(hit.passage.header).replace("\n", " ")
    return f'<doc n="{number}">\n{header}\n{plain(text).strip()}\n</doc>\n'


def _cut(text: str, count_tokens: CountTokens, room: int) -> str:
    """As many whole sentences from the beginning of ``text`` as fit in ``room`` tokens."""
    if count_tokens(text) <= room:
        return text
    end, used = 0, 0
    for start, stop in sentences(text):
        used += count_tokens(text[start:stop]) + 1
        if used > room:
            break
        end = stop
    return text[:end]
