"""Quotations by construction: an index over the evidence, and models that would write anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import tiny_gguf
from fakes import make_passage
from hypothesis import given
from hypothesis import strategies as st

from latam_rag import llm
from latam_rag.config import Generation
from latam_rag.llm.quotable import WORD, Quotable
from latam_rag.llm.quoting import SHORTEST, Quoting
from latam_rag.llm.vocabulary import Vocabulary
from latam_rag.llm.writing import Writing
from latam_rag.types import Hit
from latam_rag.verify import literal

TEXTS = (
    "Artículo 5.- La patente se pagará en «dos cuotas», en enero y julio.\n a) Los “pequeños” comercios pagan 1.000 pesos.",
    'La biblioteca de O\'Higgins abre muni-\ncipalmente los lunes.\nEl museo "de arte" cierra; el de Norte-\nSur, no.',
    "Tabla | uno | dos\n3,5 | 4 %  y  más…",
)
SIGNS = (
    "«",
    "»",
    "“",
    "”",
    '"',
    " «",
    ' "',
    '".',
    "».",
    "[",
    " [",
    "]",
    "].",
    "[1",
    "'",
    "'H",
    "(«",
    "«L",
    "\n",
    " ",
    ".",
    ",",
)
WORDS = (
    "La", " La", " la", "El", " El", " museo", " patente", "Artículo", " Art", "í", "culo", " se", " pagará", "patente",
    "en", " en", " enero", "1", "2", "3", "10", ".0", "00", "de", " de", "O", "Higgins",
)  # fmt: skip


class FakeModel:
    """Likes tokens at random, and quotation signs more; end of text is token 0."""

    def __init__(self, seed: int, fondness: float = 3.0) -> None:
        self._pieces = [b"", *(bytes([byte]) for byte in range(256)), *(each.encode() for each in (*SIGNS, *WORDS))]
        self.size = len(self._pieces)
        self.read: list[int] = []
        self._rng = np.random.default_rng(seed)
        self._liking = np.zeros(self.size, np.float32)
        self._liking[257 : 257 + len(SIGNS)] = fondness
        self._liking[257 + len(SIGNS) :] = 1.0
        self.logits = self._random()

    def _random(self) -> np.ndarray:
        return np.asarray(self._rng.normal(size=self.size, scale=2) + self._liking, np.float32)

    def piece(self, token: int) -> bytes:
        return self._pieces[token]

    def is_end(self, token: int) -> bool:
        return token == 0

    def tokens(self, text: str, *, special: bool) -> list[int]:
        return [byte + 1 for byte in text.encode()]

    def push(self, tokens: Sequence[int]) -> None:
        self.read += tokens
        self.logits = self._random()

    def branch(self, grown: Sequence[tuple[int, int]], depth: int) -> list[np.ndarray]:
        return [self._random() for _ in grown]

    def take(self, branch: int, tokens: Sequence[int]) -> None:
        self.push(tokens)

    def prune(self) -> None:
        pass


def written(seed: int, texts: Sequence[str] = TEXTS, limit: int = 60) -> str:
    model = FakeModel(seed)
    numbers = range(1, len(texts) + 1)
    writing = Writing(model, Vocabulary(model), Quotable(texts), numbers, frozenset())  # type: ignore[arg-type]
    return "".join(writing.text(limit, lambda: False))


def assert_literal(said: str, texts: Sequence[str]) -> int:
    """How many quotations ``said`` holds, each of which stands in the passage it names; outside them no sign of one."""
    quotes = re.findall(r"«([^«»]*)» \[(\d+)\]", said)
    for quote, number in quotes:
        assert literal.locate(quote, texts[int(number) - 1]), (quote, number)
    rest = re.sub(r"«[^«»]*» \[\d+\]", "", said)
    assert not re.search('[«»“”"]', rest), rest
    known = {str(number) for number in range(1, len(texts) + 1)}
    assert set(re.findall(r"\[([^\]]*)\]?", rest)) <= known, rest
    return len(quotes)


def test_a_model_that_writes_at_random_quotes_nothing_that_is_not_there() -> None:
    assert sum(assert_literal(written(seed), TEXTS) for seed in range(150)) > 100


@given(st.lists(st.text(st.sampled_from("aá Ñ1.,;-\n\"«»'O5º%()[]…\u00ad\u0301"), max_size=40), min_size=1, max_size=3))
def test_whatever_the_evidence_holds(texts: list[str]) -> None:
    assert_literal(written(3, texts), texts)


@given(st.text(st.sampled_from('abÁñ 12.,/-–\n"«»()º\u00ad'), max_size=60))
def test_every_start_and_end_makes_a_literal_quote(text: str) -> None:
    evidence = Quotable([text])
    for start in list(evidence.starts)[:12]:
        for end in evidence.ends:
            if end > start:
                assert literal.locate(evidence.text(start, end), text), evidence.text(start, end)


def test_numbers_and_words_are_not_cut() -> None:
    evidence = Quotable(["Paga 1.000,50 pesos."])
    quotes = {evidence.text(start, end) for start in evidence.starts for end in evidence.ends if end > start}
    assert {quote for quote in quotes if quote.startswith("1")} == {"1.000,50", "1.000,50 pesos", "1.000,50 pesos."}
    assert not any(quote.endswith(("1", "1.000", "pes")) for quote in quotes)


def test_sentences_are_the_cheapest_places_to_begin_and_end() -> None:
    text = "Uno dos: tres cuatro. Cinco seis."
    evidence = Quotable([text])
    costs = {evidence.text(start, start + 4): cost for start, cost in evidence.starts.items()}
    assert costs["Uno "] == costs["Cinc"] == 0.0
    assert 0 < costs["tres"] < costs["cuat"] == WORD
    assert evidence.ends[text.index("cuatro.") + 7] == 0.0


class Scripted(FakeModel):
    """Would write ``wanted`` if it could, byte by byte; ``text`` is what it has written."""

    def __init__(self, wanted: str) -> None:
        super().__init__(0, fondness=0.0)
        self._wanted = wanted.encode()
        self._branches: list[bytes] = []
        self._said = b""
        self.logits = self._after(b"")

    def _after(self, said: bytes) -> np.ndarray:
        logits = np.full(self.size, -20.0, np.float32)
        if self._wanted.startswith(said) and len(said) < len(self._wanted):
            logits[self._wanted[len(said)] + 1] = 0.0
        else:
            logits[0] = 0.0
        return logits

    def push(self, tokens: Sequence[int]) -> None:
        self._said += b"".join(map(self.piece, tokens))
        self.logits = self._after(self._said)

    def branch(self, grown: Sequence[tuple[int, int]], depth: int) -> list[np.ndarray]:
        before = self._branches if depth else [self._said] * len(grown)
        self._branches = [before[parent] + self.piece(token) for parent, token in grown]
        return [self._after(said) for said in self._branches]


def quoted(wanted: str, text: str) -> str:
    model, evidence = Scripted(wanted), Quotable([text])
    quote = Quoting(model, Vocabulary(model), evidence, {0, 34 + 1}).quote(100)  # type: ignore[arg-type]
    return evidence.text(quote.start, quote.end) if quote else ""


def test_the_beginning_is_chosen_by_its_words_not_by_its_first_token() -> None:
    text = "La patente se paga en enero. La biblioteca abre los lunes. La feria se paga en la caja."
    assert quoted("La biblioteca abre los lunes.", text) == "La biblioteca abre los lunes."
    assert quoted("La feria", text) == "La feria se paga en la caja."[: len(quoted("La feria", text))]


def test_it_may_end_within_a_sentence_but_not_within_a_word() -> None:
    text = "La patente municipal se paga en enero."
    assert quoted("La patente munic", text).startswith("La patente municipal")
    assert len(quoted("La", text)) >= SHORTEST


def test_what_the_evidence_does_not_say_cannot_be_quoted() -> None:
    text = "La patente se paga en enero."
    assert quoted("La patente es gratis para todos", text) in text


def prose(wanted: str) -> str:
    model = Scripted(wanted)
    writing = Writing(model, Vocabulary(model), Quotable(TEXTS), (1, 2, 3), frozenset())  # type: ignore[arg-type]
    return "".join(writing.text(60, lambda: False))


def test_a_sentence_that_names_no_passage_is_given_a_mark() -> None:
    assert re.fullmatch(r"Cierra\. \[[123]\]", prose("Cierra."))
    assert re.match(r"Abre el art\. 5\.\s+\[[123]\]", prose("Abre el art. 5. El museo cierra."))
    assert prose("Abre [2].") == "Abre [2]."
    assert prose("NO ESTÁ EN LOS DOCUMENTOS") == "NO ESTÁ EN LOS DOCUMENTOS"


TEMPLATE = "{{ bos_token }}{% for m in messages %}### {{ m['role'] }}\n{{ m['content'] }}\n{% endfor %}### assistant\n"


@pytest.fixture(scope="module", params=range(3))
def random_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[llm.Generator]:
    pytest.importorskip("llama_cpp")
    file = tmp_path_factory.mktemp("gguf") / "random.gguf"
    tiny_gguf.write(file, seed=request.param, template=TEMPLATE, fondness=2.0)
    loaded = llm.load(Generation(model=str(file), context=1500, max_tokens=100, threads=1), base=Path())
    yield loaded
    loaded.close()


def test_llama_cpp_with_random_weights_quotes_only_what_is_there(random_model: llm.Generator) -> None:
    hits = [Hit(passage=make_passage(text), score=1.0) for text in TEXTS]
    for question in ("¿Cuándo se paga?", "¿Qué abre los lunes?", "¿Dónde?"):
        assert_literal("".join(random_model.generate(question, hits, language="es")), TEXTS)


def test_a_base_model_of_random_weights_points_at_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    file = tiny_gguf.write(tmp_path / "random.gguf")
    loaded = llm.load(Generation(model=str(file), context=2500, threads=1), base=Path())
    said = "".join(loaded.generate("¿Cuándo?", [Hit(passage=make_passage(TEXTS[0]), score=1.0)], language="es"))
    loaded.close()
    assert assert_literal(said, TEXTS) == 1
