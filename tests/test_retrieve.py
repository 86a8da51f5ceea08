"""Search over a small index in the real store: what a question names, what it means, and what is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import make_passage

from latam_rag import lexical
from latam_rag.config import Retrieval
from latam_rag.config import Store as StoreSettings
from latam_rag.embed import Vectors
from latam_rag.errors import ConfigError
from latam_rag.retrieve import Retriever, context, defining, named, sheets
from latam_rag.retrieve.fusion import fuse
from latam_rag.retrieve.rerank import READ, reranked
from latam_rag.store import Point, Store, open_store
from latam_rag.store.query import Found
from latam_rag.types import Filters, Hit, Language, Passage

DIMENSIONS = 64


class WordEmbedder:
    """Ranks sensibly without a model: a text's vector is the sum of its words', each a fixed random direction."""

    dimensions = DIMENSIONS
    fingerprint = "words"
    origin = "test"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Vectors:
        total = np.full(DIMENSIONS, 1e-6, dtype=np.float32)
        for word in lexical.words(text):
            seed = int.from_bytes(hashlib.sha256(word[:5].encode()).digest()[:4])
            total += np.random.default_rng(seed).standard_normal(DIMENSIONS, dtype=np.float32)
        vector: Vectors = total / np.linalg.norm(total)
        return vector

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def passage(number: int, title: str, text: str, **more: Any) -> Passage:
    uri = more.pop("uri", f"{title}.html")
    label = more.pop("label", "")
    language = more.pop("language", "es")
    return Passage(
        id=f"00000000-0000-0000-0000-{number:012d}", document_id=uri, uri=uri, title=title, headings=(), label=label,
        page=None, start=number * 1000, end=number * 1000 + len(text), text=text, language=language, metadata=more,
    )  # fmt: skip


PARTS = ("description", "requirements", "cost")
COSTS = "El valor de la patente se paga en enero y julio."
PASSAGES = [
    passage(1, "Ley 19.418", "Las juntas de vecinos se constituyen ante notario.", norm="19418", article="5"),
    passage(2, "Ley 19.418", "La cuota de los vecinos la fija la asamblea.", norm="19418", article="6"),
    passage(3, "Ley 20.500", "Toda persona puede asociarse con otras.", norm="20500", article="5"),
    passage(4, "Ordenanza 3", COSTS, norm="3/2020", article="5", label="art. 5"),
    passage(5, "Ordenanza 3", "Los perros deben llevar correa en la plaza.", norm="3/2020", article="9"),
    passage(6, "Aviso", COSTS, uri="a/aviso.html"),
    passage(7, "Aviso", f"{COSTS}\n", uri="b/aviso.html"),
    passage(8, "BNCC", "Comparar e ordenar frações no cotidiano.", code="EF05MA03", language="pt"),
    passage(9, "BNCC", "Ler e escrever números naturais.", code="EF05MA01", language="pt"),
    passage(10, "Ley 18.000", "Derógase el impuesto a la patente.", norm="18000", article="5", status="repealed"),
    passage(11, "Ley 21.000", "a) Vender.\nb) Comprar.", norm="21000", article="7", label="art. 7, letras a a b"),
    passage(12, "Ley 21.000", "c) Arrendar.", norm="21000", article="7", label="art. 7, letra c"),
    passage(13, "Ley 21.000", "Lo demás se rige por el reglamento.", norm="21000", article="7", label="art. 7"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("store")
    embedder = WordEmbedder()
    store = open_store(StoreSettings(), folder, name="test", dimensions=DIMENSIONS, fingerprint="words")
    vectors = embedder.passages([p.indexed_text for p in PASSAGES])
    sparse = [lexical.document_vector(p.indexed_text, p.language) for p in PASSAGES]
    store.upsert([Point(passage=p, dense=v, sparse=s) for p, v, s in zip(PASSAGES, vectors, sparse, strict=True)])
    store.flush()
    yield store
    store.close()


@pytest.fixture
def retriever(store: Store) -> Retriever:
    return Retriever(store, WordEmbedder(), Retrieval())


def numbers(found: Sequence[Any]) -> list[int]:
    return [int(hit.passage.id[-12:]) for hit in found]


def test_a_repealed_norm_named_without_an_article_is_found_and_told(retriever: Retriever) -> None:
    found = retriever.search("¿Qué impuesto deroga la ley 18.000?")
    assert numbers(found)[0] == 10
    assert "repealed" in found[0].why
    assert 10 not in numbers(retriever.search("¿Qué se paga por la patente?"))
    assert all("repealed" not in hit.why for hit in retriever.search("¿Qué dice la ley 88.888 de la patente?"))


def test_an_article_that_a_norm_lacks_brings_the_norm(retriever: Retriever) -> None:
    found = retriever.search("¿Qué dice el artículo 999 de la ley 20.500?", limit=2)
    assert numbers(found)[0] == 3
    assert "exact" not in found[0].why


SHEETS = [
    passage(
        21,
        "Poda de árboles",
        "Se pide con el formulario de poda de árboles.",
        field="description",
        uri="s",
        parts=PARTS,
    ),
    passage(22, "Poda de árboles", "Formulario.\nCédula.", field="requirements", uri="s", parts=PARTS),
    passage(23, "Poda de árboles", "Foto del árbol.", field="requirements", uri="s", parts=PARTS),
    passage(24, "Poda de árboles", "Gratuito.", field="cost", uri="s", parts=PARTS),
    passage(25, "Retiro de escombros", "Dos UTM.", field="cost", uri="t", parts=("cost",)),
]


@pytest.mark.parametrize(
    ("question", "parts", "whole"),
    [
        ("¿Cuánto cuesta la poda de árboles?", ("cost",), [24]),
        ("¿Es gratis la poda de un árbol?", ("cost",), [24]),
        ("¿Qué necesito para la poda de árboles?", ("requirements",), [22, 23]),
        ("Quanto custa a poda de árvores?", ("cost",), [24]),
        ("¿Qué papeles piden para podar árboles?", ("requirements",), [22, 23]),
        ("¿Cuánto demora la poda de árboles?", (), []),
        ("¿Dónde se poda gratis un árbol?", (), []),
        ("¿Cuánto cuesta la patente?", (), []),
        ("¿Qué dice la ordenanza de la poda de árboles?", (), []),
    ],
)
def test_the_part_of_a_sheet_that_is_asked_for_is_there_whole(
    tmp_path: Path, question: str, parts: tuple[str, ...], whole: list[int]
) -> None:
    spoken: Language = "pt" if question.startswith("Quanto") else "es"
    found = [Hit(passage=SHEETS[0], score=2.0), Hit(passage=SHEETS[-1], score=1.0)]
    asked = sheets.wanted(question, found, language=spoken)
    assert [each.parts for each in asked] == ([parts] if parts else [])
    assert numbers(sheets.completed(_Sheets(), question, found, language=spoken)) == [*whole, 21, 25]


class _Sheets:
    """A store that holds ``SHEETS``."""

    def lookup(self, *, filters: Filters, limit: int) -> list[Passage]:
        fields = filters.facets["field"]
        return [each for each in SHEETS if each.uri in filters.uris and each.metadata["field"] in fields][:limit]


def test_what_defines_a_term_is_found_in_the_law_that_uses_it(tmp_path: Path) -> None:
    uses = [
        passage(
            at,
            "Ley de compras",
            f"El proveedor número {at} avisará al proveedor y al comprador.",
            uri="law",
            article=str(at),
        )
        for at in range(40, 60)
    ]
    defines = passage(60, "Ley de compras", "Para los efectos de esta ley se entenderá por:\n1) Comprador: quien adquiere.\n"
                      "2) Proveedor: la persona que vende bienes en forma habitual.", uri="law", article="2")  # fmt: skip
    store = open_store(StoreSettings(), tmp_path, name="laws", dimensions=DIMENSIONS, fingerprint="words")
    embedder = WordEmbedder()
    every = [*uses, defines]
    vectors = embedder.passages([each.indexed_text for each in every])
    sparse = [lexical.document_vector(each.indexed_text, each.language) for each in every]
    store.upsert([Point(passage=p, dense=v, sparse=s) for p, v, s in zip(every, vectors, sparse, strict=True)])
    found = Retriever(store, embedder, Retrieval()).search("¿Qué se entiende por proveedor?", limit=3)
    store.close()
    assert numbers(found)[0] == 60
    assert len(found) == 3


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("¿Qué es el lobby?", "lobby"),
        ("¿Qué es lo que debo llevar?", None),
        ("O que é matriz de riscos?", "matriz de riscos"),
    ],
)
def test_the_term_of_a_question(question: str, term: str | None) -> None:
    assert defining.term_of(question, "pt" if question.startswith("O") else "es") == term


@pytest.mark.parametrize(
    ("said", "term", "tells"),
    [
        ("2) Proveedor: la persona que vende.", "proveedor", True),
        ("Se entiende que el servicio es atado si el proveedor lo impone.", "proveedor", False),
        ("Consideram-se microempresas as que faturem menos.", "microempresa", True),
        ("O sinistro seja considerado na matriz de riscos.", "matriz de riscos", False),
        ("Detalhe adequado para definir e dimensionar a obra.", "obra", False),
    ],
)
def test_a_sentence_that_only_uses_a_term_does_not_define_it(said: str, term: str, tells: bool) -> None:
    assert defining.defines(said, term, "es" if "proveedor" in said else "pt") is tells


def test_two_sheets_that_a_question_may_mean_are_both_asked() -> None:
    alike = [
        Hit(passage=passage(at, title, "Gratis.", field="cost", uri=title, parts=("cost",)), score=1.0)
        for at, title in ((31, "Pasaporte diplomático"), (32, "Pasaporte común"), (33, "Visa"))
    ]
    asked = sheets.wanted("¿Cuánto cuesta el pasaporte?", alike, language="es")
    assert [each.sheet.title for each in asked] == ["Pasaporte diplomático", "Pasaporte común"]
    law = Hit(passage=passage(34, "Ley de pasaportes", "El pasaporte común es de uso personal."), score=2.0)
    assert sheets.wanted("¿Cuánto cuesta el pasaporte?", [law, *alike], language="es") == []
    assert sheets.wanted("¿Cuánto cuesta el pasaporte común?", [law, *alike], language="es")
    (one,) = sheets.wanted("¿Cuánto cuesta el pasaporte común?", alike, language="es")
    assert one.sheet.title == "Pasaporte común"


def test_best_first_by_meaning_and_words(retriever: Retriever) -> None:
    found = retriever.search("¿Cuándo se paga la patente?")
    assert numbers(found)[0] in (4, 6, 7)
    assert found[0].why == ("hybrid",)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_the_article_of_a_norm_is_looked_up_and_both_must_match(retriever: Retriever) -> None:
    found = retriever.search("¿Qué dice el artículo 5 de la Ley 19.418?")
    assert numbers(found)[0] == 1
    assert found[0].why[0] == "exact"
    assert not any("exact" in hit.why for hit in found[1:])


def test_an_exact_place_comes_first_even_when_other_text_fits_better(retriever: Retriever) -> None:
    found = retriever.search("¿La patente se paga en enero y julio según el artículo 6 de la ley 19418?")
    assert numbers(found)[0] == 2


def test_a_code_is_looked_up_in_any_spelling(retriever: Retriever) -> None:
    found = retriever.search("Planifica una clase para ef05 ma03")
    assert numbers(found)[0] == 8
    assert found[0].why[0] == "exact"


def test_an_article_alone_lifts_what_was_found_and_lists_nothing_more(retriever: Retriever) -> None:
    found = retriever.search("artículo 5: ¿cuándo se paga la patente?")
    assert numbers(found)[0] == 4
    assert found[0].why == ("named", "hybrid")
    assert not any("exact" in hit.why for hit in found)


def test_an_article_of_a_law_named_in_words_is_not_that_of_another(retriever: Retriever) -> None:
    found = retriever.search("artículo 5 de la Constitución: ¿cuándo se paga la patente?")
    assert numbers(found)[0] == 4
    assert not any("named" in hit.why for hit in found)


def test_a_norm_alone_lifts_its_passages(retriever: Retriever) -> None:
    found = retriever.search("cuota de vecinos, ley 19.418")
    assert numbers(found)[:2] == [2, 1]


def test_a_place_that_is_not_there_falls_back_to_search(retriever: Retriever) -> None:
    found = retriever.search("artículo 99 de la ley 19.418 sobre la cuota")
    assert found
    assert not any("exact" in hit.why for hit in found)


def test_copies_count_once_and_other_documents_with_the_same_text_stay(retriever: Retriever) -> None:
    found = numbers(retriever.search(COSTS))
    assert len({6, 7} & {*found}) == 1
    assert 4 in found


def test_filters_hold_for_looked_up_places_too(retriever: Retriever) -> None:
    everything = Filters(in_force=False)
    assert numbers(retriever.search("artículo 5 de la ley 18.000", filters=everything))[0] == 10
    only = Filters(facets={"norm": ("20500",)})
    assert numbers(retriever.search("artículo 5 de la ley 19.418", filters=only)) == [3]


def test_what_is_repealed_is_found_only_by_its_name_and_marked(retriever: Retriever) -> None:
    assert 10 not in numbers(retriever.search("¿qué impuesto a la patente se deroga?"))
    named = retriever.search("artículo 5 de la ley 18.000")
    assert (numbers(named)[0], named[0].why) == (10, ("exact", "repealed"))
    assert not any("repealed" in hit.why for hit in named[1:])
    # Asked for without regard to its validity, it is one like any other.
    anytime = retriever.search("artículo 5 de la ley 18.000", filters=Filters(in_force=False))
    assert anytime[0].why == ("exact", "hybrid")


def test_the_item_that_is_named_comes_first(store: Store, retriever: Retriever) -> None:
    assert numbers(retriever.search("artículo 7, letra c, de la ley 21.000"))[0] == 12
    assert numbers(retriever.search("art. 7 letra a ley 21000"))[0] == 11


def test_a_heading_that_is_asked_for_in_full_lifts_its_passages() -> None:
    on_it = Hit(passage=passage(1, "Medicamentos", "No se rebajan."), score=1.0)
    other = Hit(passage=passage(2, "Gastos médicos, reembolso de medicamentos y prótesis", "Se rebajan."), score=1.2)
    found = context.weighed("¿Se pueden rebajar los medicamentos?", [other, on_it])
    assert numbers(found) == [1, 2]


def test_the_year_and_the_country_that_are_named_are_preferred() -> None:
    hits = [
        Hit(passage=passage(1, "Ordenanza 5/2018", "Tarifas.", country="AR", norm="5/2018"), score=1.2),
        Hit(passage=passage(2, "Ordenanza 9", "Tarifas.", country="CL", valid_from="2019-03-01"), score=1.0),
    ]
    assert numbers(context.weighed("tarifas de 2019", hits)) == [2, 1]
    assert numbers(context.weighed("tarifas de 2018", hits)) == [1, 2]
    assert numbers(context.weighed("tarifas en Chile", hits)) == [2, 1]
    assert numbers(context.weighed("tarifas", hits)) == [1, 2]


def test_a_document_that_speaks_of_it_in_several_places_is_preferred() -> None:
    one = Hit(passage=passage(1, "A", "x"), score=2.0)
    several = [Hit(passage=passage(number, "B", "x"), score=1.9) for number in (2, 3, 4)]
    assert numbers(context.weighed("nada", [one, *several]))[0] == 2


def test_both_rankings_count_and_a_lead_is_kept() -> None:
    meaning = [Found(id=each, score=score) for each, score in (("a", 0.9), ("b", 0.5), ("c", 0.49))]
    words = [Found(id=each, score=score) for each, score in (("b", 7.0), ("a", 6.9), ("d", 1.0))]
    assert fuse(meaning, words, length=5, limit=9)[0].id == "a"
    assert {found.id for found in fuse(meaning, words, length=5, limit=9)} == {"a", "b", "c", "d"}
    assert [found.id for found in fuse(meaning, [], length=0, limit=9)] == ["a", "b", "c"]
    assert fuse([], [], length=0, limit=9) == []
    # The longer the question, the more its words decide.
    divided = [Found(id="a", score=1.0), Found(id="b", score=0.0)], [Found(id="b", score=1.0), Found(id="a", score=0.0)]
    assert [found.id for found in fuse(*divided, length=3, limit=9)] == ["a", "b"]
    assert [found.id for found in fuse(*divided, length=30, limit=9)] == ["b", "a"]


def test_a_misspelt_question_is_searched_as_the_documents_write_it(retriever: Retriever) -> None:
    found = retriever.find("¿cuándo se paga la patemte?")
    assert found.question == "¿cuándo se paga la patente?"
    assert numbers(found.hits)[0] in (4, 6, 7)


def test_a_question_that_leans_on_another_is_searched_whole(retriever: Retriever) -> None:
    found = retriever.find("¿y el artículo 6?", history=["¿Qué dice el artículo 5 de la ley 19.418?"])
    assert "ley 19.418" in found.question
    assert numbers(found.hits)[0] == 2


def test_what_a_passage_refers_to_is_followed(retriever: Retriever) -> None:
    refers = passage(
        20, "Ley 19.418", "Según el artículo 6 y la ley 20.500.", article="7", norm="19418",
        refers_to=("#6", "20500#5", "20500", "99999#1", "constitucion#5"),
    )  # fmt: skip
    assert [int(found.id[-12:]) for found in retriever.referred(refers)] == [2, 3]
    assert retriever.referred(passage(21, "Ley 1", "Nada.")) == []


class Backwards:
    """A reranker that likes short texts."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [-float(len(text)) for text in texts]


def test_a_reranker_reorders_what_was_found_but_not_what_was_looked_up(store: Store) -> None:
    retriever = Retriever(store, WordEmbedder(), Retrieval(), reranker=Backwards())
    found = retriever.search("¿Cuándo se paga la patente?", limit=50)
    lengths = [len(hit.passage.indexed_text) for hit in found]
    assert lengths == sorted(lengths)
    assert all("reranked" in hit.why for hit in found)
    assert numbers(retriever.search("artículo 6 de la ley 19.418"))[0] == 2


def test_only_the_first_are_read_again() -> None:
    hits = [Hit(passage=passage(number, "T", "x" * number), score=-float(number)) for number in range(1, READ + 4)]
    found = reranked("¿?", hits, Backwards())
    assert [hit.passage.text for hit in found] == [hit.passage.text for hit in hits]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert sum("reranked" in hit.why for hit in found) == READ
    assert reranked("¿?", hits[:1], Backwards()) == hits[:1]


def test_the_limit_is_kept_and_checked(retriever: Retriever) -> None:
    assert len(retriever.search("patente", limit=2)) == 2
    assert len(retriever.search("patente")) <= Retrieval().limit
    with pytest.raises(ConfigError, match="0"):
        retriever.search("patente", limit=0)


@pytest.mark.parametrize("question", ["", "  \n", "¿?", "de la que"])
def test_a_question_that_says_nothing_breaks_nothing(retriever: Retriever, question: str) -> None:
    found = retriever.search(question)
    assert len(found) <= Retrieval().limit
    assert question.strip() or not found


def test_a_question_in_the_other_language_finds_the_code(retriever: Retriever) -> None:
    assert numbers(retriever.search("comparar y ordenar fracciones"))[0] == 8


def test_an_ordinance_is_no_law_of_the_same_number() -> None:
    exact = [
        Hit(passage=make_passage("Art. 3", uri=uri, title=title), score=1.0)
        for uri, title in (("a", "Lei nº 44, de 10 de março de 2023"), ("b", "Ordenanza 44/2024 sobre ferias"))
    ]
    for question, uris in (
        ("¿Qué dice el artículo 3 de la ordenanza 44?", ["b"]),
        ("O que diz o art. 3 da Lei 44?", ["a"]),
        ("artículo 3 del decreto 44", ["a", "b"]),
    ):
        assert [hit.passage.uri for hit in named.of_kind(question, exact)] == uris
