"""Markdown as converters write it."""

from __future__ import annotations

from latam_rag.parse import markdown
from latam_rag.types import SectionKind


def test_a_heading_that_its_source_wrapped() -> None:
    read = markdown.read("# CAPÍTULO II - DE LAS COMISIONES DEL\nARTÍCULO 120\n\n# TÍTULO I\nTexto que sigue.")
    heads = [read.text[s.start : s.end] for s in read.sections if s.kind is SectionKind.HEADING]
    assert heads == ["CAPÍTULO II - DE LAS COMISIONES DEL ARTÍCULO 120", "TÍTULO I"]


def test_a_wrapped_heading_ends_at_a_blank_line() -> None:
    read = markdown.read("# DE LAS COMISIONES DEL\n\nARTÍCULO 120\n\n# DE LA\n# OTRA")
    heads = [read.text[s.start : s.end] for s in read.sections if s.kind is SectionKind.HEADING]
    assert heads == ["DE LAS COMISIONES DEL", "DE LA", "OTRA"]


def test_what_a_converter_puts_for_a_picture_is_no_text() -> None:
    assert markdown.read("ANEXO I\n\n[IMG]\n\n[Imagen de la obra]").text == "ANEXO I\n\n[Imagen de la obra]"


def test_an_item_with_a_mark_of_its_own_loses_that_of_the_list() -> None:
    text = "- § 2º A lei disporá.\n- II  -  as metas;\n- a) vigilância;\n5. IV - todos os níveis;\n1. a) nível;\n- sem número"
    assert markdown.read(text).text.split("\n\n") == [
        "§ 2º A lei disporá.", "II - as metas;", "a) vigilância;", "IV - todos os níveis;", "1. a) nível;", "- sem número",
    ]  # fmt: skip
