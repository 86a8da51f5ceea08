"""Documents that leave an index: opened again, they say what was answered."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import docx
import pypdfium2
import pytest
from fakes import make_passage

from latam_rag import export, services
from latam_rag.export import Block, Page, pages
from latam_rag.types import Answer, Citation, Passage, Sentence

AT = datetime(2026, 11, 23, 9, 30)
LAW = make_passage(
    "Art. 5. La patente se paga en enero y julio.", title="Ordenanza 12/2019", label="art. 5", page=2,
    url="https://leyes.example/12", metadata={"status": "repealed", "valid_to": "2022-05-01"},
)  # fmt: skip


def answered(quote: str = "en enero y julio", **changes: Any) -> Answer:
    start = LAW.text.index(quote)
    cited = Citation(number=1, passage=LAW, quote=quote, start=start, end=start + len(quote), page=2)
    values: dict[str, Any] = {
        "question": "¿Cuándo se paga?", "language": "es", "citations": (cited,),
        "sentences": (Sentence(text="Se paga en enero y julio.", citations=(1,)),), **changes,
    }  # fmt: skip
    return Answer(**values)


def page_of(answer: Answer, language: str = "es") -> Page:
    return pages.answer(
        answer, institution="Comuna", index="Normas", at=AT, filters="País: Chile", language=language
    )  # fmt: skip


def text_of_pdf(made: bytes) -> str:
    document = pypdfium2.PdfDocument(made)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def text_of_docx(made: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs)


SAID = (
    "Comuna", "23-11-2026 09:30", "País: Chile", "¿Cuándo se paga?", "Se paga en enero y julio. [1]", "«en enero y julio»",
    "Derogado: rigió hasta el 01-05-2022", "https://leyes.example/12",
)  # fmt: skip


def test_text_docx_and_pdf_say_the_same() -> None:
    page = page_of(answered())
    for text in (export.as_text(page), text_of_docx(export.as_docx(page)), text_of_pdf(export.as_pdf(page))):
        flat = " ".join(text.split())
        for said in SAID:
            assert said in flat
        assert "Ordenanza 12/2019" in flat and "art. 5, página 2" in flat


def test_entries_of_a_quote_stand_one_under_the_other() -> None:
    sentence = Sentence(text="«Se pide:\n\na) formulario;\n \nb) copia.»", citations=(1,))
    assert "«Se pide:\na) formulario;\nb) copia.» [1]" in export.as_text(page_of(answered(sentences=(sentence,))))


def test_a_quote_stays_with_its_place_and_its_validity_on_one_page() -> None:
    made = docx.Document(io.BytesIO(export.as_docx(page_of(answered()))))
    at = next(place for place, each in enumerate(made.paragraphs) if each.text == "«en enero y julio»")
    assert (
        made.paragraphs[at - 1].paragraph_format.keep_with_next and made.paragraphs[at].paragraph_format.keep_with_next
    )
    assert made.styles["Intense Quote"].paragraph_format.keep_together


def test_a_refusal_is_exported_as_one() -> None:
    page = page_of(answered(sentences=(), citations=(), refused=True, reason="Não está nos documentos."), "pt")
    text = export.as_text(page)
    assert "Não está nos documentos." in text and "Fontes" not in text and "Citações e fontes" not in text


def test_a_long_answer_runs_over_pages_with_numbers() -> None:
    sentence = Sentence(text="La patente se paga en cuotas. " * 12, citations=(1,))
    made = export.as_pdf(page_of(answered(sentences=(sentence,) * 30)))
    assert len(pypdfium2.PdfDocument(made)) > 2
    assert "·  2" in text_of_pdf(made).replace("\xa0", " ") or "· 2" in " ".join(text_of_pdf(made).split())


@pytest.mark.parametrize("sign", ["≤", "₂", "Ω"])
def test_signs_beyond_the_usual_letters_are_shown_or_named(sign: str) -> None:
    made = text_of_pdf(export.as_pdf(Page(title="x", language="es", blocks=[Block(kind="quote", text=f"pH {sign} 7")])))
    assert sign in made or f"U+{ord(sign):04X}" in made


def test_control_characters_of_a_document_break_no_export() -> None:
    page = Page(title="x\x0b", language="pt", blocks=[Block(kind="quote", text="a\x00b\x0c<w:p/>\ud800")])
    assert "ab<w:p/>" in text_of_docx(export.as_docx(page))
    assert "ab<w:p/>" in text_of_pdf(export.as_pdf(page)).replace("\ud800", "")


def part(field: str, text: str, label: str = "", **more: Any) -> Passage:
    return make_passage(text, title="Licencia", label=label, headings=(), metadata={"field": field, **more})


SHEET = services.sheets([
    part("cost", "0,45 UTM."),
    part("documents", "- Cédula de identidad.\n- Licencia anterior."),
    part("steps", "Pida hora.\n\nRinda el examen."),
])[0]  # fmt: skip


def test_a_sheet_is_a_checklist_that_says_what_it_lacks() -> None:
    text = export.as_text(pages.sheet(SHEET, institution="", at=AT, language="es"))
    assert "[ ] Cédula de identidad.\n[ ] Licencia anterior." in text
    assert "1. Pida hora.\n2. Rinda el examen." in text
    assert "Cuánto demora\nLa ficha no lo dice" in text


def test_a_sheet_fits_on_one_page_in_letters_as_large_as_possible() -> None:
    short = export.as_pdf(pages.sheet(SHEET, institution="", at=AT, language="es"), large=True)
    many = services.sheets([part("documents", "\n".join(f"- Documento número {n}." for n in range(30)))])[0]
    long = export.as_pdf(pages.sheet(many, institution="", at=AT, language="es"), large=True)
    assert len(pypdfium2.PdfDocument(short)) == len(pypdfium2.PdfDocument(long)) == 1
