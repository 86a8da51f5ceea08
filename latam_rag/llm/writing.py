"""An answer's text, token by token: free prose in which a quotation is literal and a mark names a passage that was given."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from latam_rag import prompt
from latam_rag.llm.llamacpp import Model
from latam_rag.llm.quotable import Quotable
from latam_rag.llm.quoting import Quoting
from latam_rag.llm.streaming import periodic
from latam_rag.llm.vocabulary import PAIRS, Vocabulary
from latam_rag.split.sentences import sentences

_LEAST = 8
"""Tokens left under which neither a quotation nor a mark is begun."""
_LOOK_BACK = 400
"""Tokens in which a loop is looked for."""


class Writing:
    """Writes after the model's text. ``numbers`` are those by which the texts of ``evidence`` are cited, in their order."""

    def __init__(
        self, model: Model, vocabulary: Vocabulary, evidence: Quotable, numbers: Sequence[int], ends: frozenset[int]
    ) -> None:
        self._model, self._vocabulary, self._evidence, self._numbers = model, vocabulary, evidence, numbers
        self._ends = vocabulary.ends | ends
        self._allowed = vocabulary.plain.copy()
        self._allowed[list(self._ends)] = True
        self._allowed[list(vocabulary.brackets)] = bool(numbers)
        self._allowed[list(vocabulary.openers)] = bool(evidence)
        self._quoting: Quoting | None = None
        self._quoted: set[tuple[int, int]] = set()
        self._said = ""
        """What was written since the last mark."""
        self.written = 0
        """Tokens."""

    def text(self, limit: int, unwanted: Callable[[], bool]) -> Iterator[str]:
        """The answer in pieces, of at most ``limit`` tokens. A quotation comes whole, with the number of its passage."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while self.written < limit and not unwanted():
            token = self._chosen()
            if self._owes_mark(token) and limit - self.written > _LEAST:
                self._push(self._model.tokens(" [", special=False))
                yield f" [{self._mark()}"
                continue
            if token in self._ends:
                return
            self._push([token])
            if token in self._vocabulary.openers:
                before, close = self._vocabulary.openers[token]
                quoted = self._quote(close, limit - self.written)
                if quoted is None:
                    return
                yield before + quoted
            elif token in self._vocabulary.brackets:
                yield f"{self._vocabulary.brackets[token]}[{self._mark()}"
            else:
                piece = decoder.decode(self._vocabulary.pieces[token])
                self._said += piece
                yield piece
                if self.written % 8 == 0 and periodic(self._model.read[-min(self.written, _LOOK_BACK) :]):
                    return

    def _chosen(self) -> int:
        """The likeliest token that may stand here."""
        logits = self._model.logits
        token = int(logits.argmax())
        if self._allowed[token] or (self._said[-1:].isalpha() and token in self._vocabulary.after_letter):
            return token
        return int(np.where(self._allowed, logits, -np.inf).argmax())

    def _owes_mark(self, token: int) -> bool:
        """Whether ``token`` would end or follow a sentence that names no passage: a weak model knows which it read, and
        forgets to say so. Whether the passage says it is checked afterwards."""
        said = self._said.rstrip()
        if not self._numbers or token in self._vocabulary.brackets or not any(map(str.isalpha, said)):
            return False
        if token in self._ends:
            return not prompt.says_not_found(said)
        if said[-1] not in ".!?":
            return False
        piece = self._vocabulary.pieces[token].decode("utf-8", "replace")
        return "\n" in piece or len(sentences(self._said + piece)) > 1

    def _push(self, tokens: list[int]) -> None:
        self._model.push(tokens)
        self.written += len(tokens)

    def _quote(self, close: str, limit: int) -> str | None:
        """A quotation, closed, with the number of its passage; None where none comes of it, or the same again."""
        if limit < _LEAST:
            return None
        if self._quoting is None:
            signs = self._vocabulary.tokens(*(sign + end for sign in PAIRS.values() for end in ("", ".", ",")), "\n")
            self._quoting = Quoting(self._model, self._vocabulary, self._evidence, self._ends.union(signs.tolist()))
        quote = self._quoting.quote(limit)
        if quote is None or (quote.start, quote.end) in self._quoted:
            return None
        self._quoted.add((quote.start, quote.end))
        self.written += quote.tokens
        mark = f"[{self._numbers[quote.passage]}]"
        # What follows a quotation isn't left to the model: it can't cite another passage for it.
        self._push(self._model.tokens(f"{close} {mark}", special=False))
        self._said = ""
        return f"«{self._evidence.text(quote.start, quote.end)}» {mark}"

    def _mark(self) -> str:
        """What follows ``[``: one of the numbers, and ``]``."""
        said = ""
        while not said.endswith("]"):
            rests = (f"{number}]" for number in self._numbers)
            options = [
                token
                for rest in rests
                if rest.startswith(said)
                for token, _ in self._vocabulary.prefixes(rest[len(said) :].encode())
            ]
            logits = self._model.logits
            token = max(options, key=lambda token: logits[token])
            self._push([token])
            said += self._vocabulary.pieces[token].decode()
        self._said = ""
        return said
