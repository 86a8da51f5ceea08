"""What holds of every passage, whatever the document."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from latam_rag.split import budget, split
from latam_rag.types import Document, Genre, Page, Section, SectionKind

_BITS = st.sampled_from(
    [
        "Artículo 1", "Art. 2º", "ARTÍCULO SEGUNDO.-", "TÍTULO I", "CAPÍTULO II De las multas", "a) ", "§ 1º ", "I - ", "1. ",
        "\n", "\n\n", " ", ". ", ": ", "Derogado.", "(*)", "“", "”", "DISPOSICIONES TRANSITORIAS", "PRIMERO.- ", "EF05MA03",
        "La patente se paga en enero. ", "Sustitúyase el artículo 75 por el siguiente", "x | y | z", "palabra " * 90,
        "Costo: ", "X" * 900, "😀",
        "1.234,56 ", "\r", "\u2028",
    ]
)  # fmt: skip


@st.composite
def documents(draw: Any) -> Document:
    text = "".join(draw(st.lists(_BITS | st.text(max_size=12), max_size=40)))
    spots = st.integers(0, len(text))
    sections = []
    at = 0
    for _ in range(draw(st.integers(0, 6))):
        start, end = sorted((draw(spots), draw(spots)))
        kind = draw(st.sampled_from(list(SectionKind)))
        if kind is SectionKind.UNIT:
            start, at = max(start, at), max(end, at)
            end = max(start, end)
        sections.append(
            Section(kind=kind, start=start, end=end, level=draw(st.integers(0, 4)), label=draw(st.text(max_size=5)))
        )
    sections.sort(key=lambda section: (section.start, -section.end))
    half = draw(spots)
    pages = (Page(number=1, start=0, end=half), Page(number=2, start=half, end=len(text)))
    return Document(
        uri="d", title=draw(st.text(max_size=300)), language=draw(st.sampled_from(["es", "pt"])), text=text,
        genre=draw(st.sampled_from(list(Genre))), sections=tuple(sections), pages=draw(st.sampled_from([(), pages])),
    )  # fmt: skip


@given(documents())
@settings(max_examples=150, deadline=None)
def test_every_passage_is_a_stretch_of_its_document(document: Document) -> None:
    passages = split(document, index="i")
    assert [(p.start, p.end) for p in passages] == sorted((p.start, p.end) for p in passages)
    assert len({p.id for p in passages}) == len(passages)
    at = 0
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.start >= at, "passages overlap"
        at = passage.end
        assert budget.cost(passage.header) + budget.cost(passage.text) <= budget.TOKENS + 1
        assert (passage.page is None) == (not any(page.start < page.end for page in document.pages))


@given(documents())
@settings(max_examples=60, deadline=None)
def test_prose_loses_no_letter_but_headings(document: Document) -> None:
    passages = split(document, index="i", genre=Genre.PROSE)
    kept = bytearray(len(document.text))
    for passage in passages:
        kept[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    for section in document.sections:
        if section.kind is SectionKind.HEADING:
            kept[section.start : section.end] = b"\1" * (section.end - section.start)
    lost = "".join(char for char, is_kept in zip(document.text, kept, strict=True) if not is_kept and char.isalnum())
    assert lost == ""
