"""What is struck through in a law's page."""

from __future__ import annotations

from pathlib import Path

from latam_rag.config import Limits
from latam_rag.parse import html, parse
from latam_rag.split import split
from latam_rag.types import Resource, SectionKind


def test_a_struck_note_on_where_to_look_is_no_law() -> None:
    page = (
        "<p>XXII - obra de grande vulto; <strike>(Vide Decreto nº 10.922) (Vigência)</strike> (Vide Decreto nº 12.343)</p>"
        "<p><strike>§ 1º Prazo de dez dias.</strike></p><p>§ 1º Prazo <s>(Vide Lei nº 1)</s>de <s>dez</s> vinte dias.</p>"
    )
    read = html.read(page, name="lei.html")
    assert read.text == (
        "XXII - obra de grande vulto; (Vide Decreto nº 12.343)\n\n§ 1º Prazo de dez dias.\n\n§ 1º Prazo de dez vinte dias."
    )
    struck = [read.text[s.start : s.end] for s in read.sections if s.kind is SectionKind.STRUCK]
    assert struck == ["§ 1º Prazo de dez dias.", "dez"]


def test_the_real_page_of_a_law_as_amended(shared: Path) -> None:
    body = (shared / "corpus/legal/br-planalto-html/L14133.html").read_bytes()
    read = parse(Resource(uri="L14133.html", body=body), limits=Limits())
    found = split(read, index="i")
    struck = [section for section in read.sections if section.kind is SectionKind.STRUCK]
    assert len(struck) == 4
    for section in struck:
        held = [p for p in found if p.start < section.end and section.start < p.end]
        assert held and all(p.metadata["status"] == "repealed" for p in held)
    # What the vetoed paragraphs say since the veto was overridden.
    texts = {
        "art. 37": "§ 2º Ressalvados", "art. 54": "§ 1º Sem prejuízo", "art. 115": "§ 4º Nas contratações",
        "art. 175": "§ 2º Até 31 de dezembro",
    }  # fmt: skip
    for label, begins in texts.items():
        [current] = [p for p in found if p.text.startswith(begins) and p.label.startswith(label)]
        assert "status" not in current.metadata, label
    changed = next(p for p in found if "(Redação dada pela Lei nº 14.628, de 2023)" in p.text)
    assert "Lei nº 14.628, de 2023" in changed.metadata["amended_by"]  # type: ignore[operator]


def test_capitals_cut_from_their_words_are_put_back() -> None:
    page = (
        "<p>D - efraudação de penhor</p><p>I - defrauda a garantia, ou pratica defraudação de coisa;</p>"
        "<p>I - interesse público;</p><p>V - elocidade do processo.</p>"
    )
    assert html.read(page, name="lei.html").text.split("\n\n") == [
        "Defraudação de penhor", "I - defrauda a garantia, ou pratica defraudação de coisa;", "I - interesse público;",
        "V - elocidade do processo.",
    ]  # fmt: skip
