"""What travels between the stages can't be changed on the way, and says of itself what a citation needs."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from latam_rag import types
from latam_rag.types import Answer, Connector, Genre, Hit, Passage, Ref, Resource, Section, SectionKind, Sentence

VALUES = [
    value
    for value in vars(types).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == types.__name__
]


def passage(**values: Any) -> Passage:
    said: dict[str, Any] = {
        "id": "p", "document_id": "d", "uri": "u", "page": 1, "start": 0, "end": 5, "text": "Texto", "language": "es",
        "title": "Ley 19418", "headings": ("Título I", "Párrafo 2"), "label": "art. 2",
    }  # fmt: skip
    return Passage(**{**said, **values})


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_value_is_frozen_keyword_only_and_slotted(kind: Any) -> None:
    parameters = kind.__dataclass_params__
    assert parameters.frozen
    assert all(field.kw_only for field in dataclasses.fields(kind))
    assert "__slots__" in vars(kind)


def test_a_field_cannot_be_set() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        passage().text = "otro"  # type: ignore[misc]


def test_documents_and_resources_cross_process_borders() -> None:
    document = types.Document(
        uri="u", title="T", language="pt", text="Art. 1º", genre=Genre.LAW,
        sections=(Section(kind=SectionKind.UNIT, start=0, end=7, label="art. 1", metadata={"article": "1"}),),
        pages=(types.Page(number=1, start=0, end=7, boxes=b"\0" * 56),),
    )  # fmt: skip
    resource = Resource(uri="u", body=b"%PDF", metadata={"country": "CL"})
    assert pickle.loads(pickle.dumps((document, resource))) == (document, resource)


def test_bodies_and_texts_are_not_poured_into_logs() -> None:
    assert "SECRETO" not in repr(Resource(uri="u", body=b"SECRETO"))
    assert "SECRETO" not in repr(types.Document(uri="u", title="T", language="es", text="SECRETO"))


def test_a_passage_is_indexed_under_its_header() -> None:
    assert passage().header == "Ley 19418 › Título I › Párrafo 2 › art. 2"
    assert passage().indexed_text == "Ley 19418 › Título I › Párrafo 2 › art. 2\nTexto"


def test_what_a_passage_lacks_leaves_no_gap_in_its_header() -> None:
    assert passage(headings=(), label="").header == "Ley 19418"
    assert passage(title="", headings=("", "Título I"), label="art. 2").header == "Título I › art. 2"


def test_an_answer_reads_with_its_numbers() -> None:
    sentences = (Sentence(text="Se paga en enero.", citations=(1, 2)), Sentence(text="O en julio.", citations=(1,)))
    answer = Answer(question="¿?", language="es", sentences=sentences, citations=())
    assert answer.text == "Se paga en enero. [1][2] O en julio. [1]"
    assert dataclasses.replace(answer, sentences=()).text == ""


def test_defaults_are_not_shared_between_values() -> None:
    one, other = Ref(uri="a"), Ref(uri="a")
    assert one == other
    assert Resource(uri="a", body=b"").metadata is not Resource(uri="a", body=b"").metadata
    assert Hit(passage=passage(), score=1.0).why == ()


def test_facets_name_types_that_qdrant_knows() -> None:
    assert {kind for kind, _ in types.FACETS.values()} <= {"keyword", "integer", "datetime"}
    assert all(meaning for _, meaning in types.FACETS.values())
    with pytest.raises(TypeError):
        types.FACETS["x"] = ("keyword", "no")  # type: ignore[index]


def test_a_class_with_the_two_methods_is_a_connector() -> None:
    class Two:
        def refs(self) -> Iterator[Ref]:
            yield Ref(uri="a")

        def fetch(self, ref: Ref) -> Resource:
            return Resource(uri=ref.uri, body=b"")

    assert isinstance(Two(), Connector)
    assert not isinstance(object(), Connector)
