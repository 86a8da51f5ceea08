"""The definitions of sources of curricula: from a site that answers as the official one does to an objective by its code."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pypdfium2
from fpdf import FPDF
from local_sources import local, synced

from latam_rag import Index, config, plugins
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.testing import Faults, Site
from latam_rag.types import Passage

OBJECTIVES = [
    {
        "oa_codigo_oficial": "Objetivo de aprendizaje MA04 OA 08", "descripcion_oa": "Demostrar que comprende las canoas:",
        "desglose_componentes": ["contando remos hasta 100", "sumando canoas"], "eje": "Números y operaciones",
    },
    {
        "oa_codigo_oficial": "Objetivo de aprendizaje MA04 OA 15", "descripcion_oa": "Describir la forma de un remo.",
        "desglose_componentes": [], "eje": "Geometría",
    },
]  # fmt: skip
GRADE = "/curriculum/1o-6o-basico/matematica/4-basico"


def cited(index: Index, question: str) -> Passage:
    answer = index.ask(question)
    assert not answer.refused, question
    return answer.citations[0].passage


def objectives_page(title: str, objectives: list[dict[str, Any]]) -> str:
    """A page of a subject in a grade: each objective under its code, those of an axis under its name."""
    axis, parts = "", []
    for each in objectives:
        if each["eje"] != axis:
            axis = each["eje"]
            parts.append(f"<h3>{escape(axis)}</h3>")
        inner = "".join(f"<li>{escape(part)}</li>" for part in each["desglose_componentes"])
        parts.append(
            f"<div class='item'><h4>{escape(each['oa_codigo_oficial'])}</h4><p>{escape(each['descripcion_oa'])}</p>"
            f"{f'<ul>{inner}</ul>' if inner else ''}</div>"
        )
    return (
        f"<html lang='es'><head><meta charset='utf-8'><title>{title} - Currículum Nacional. MINEDUC.</title></head><body>"
        f"<header><nav><a href='/curriculum'>Currículum</a></nav></header><main><h1>{title}</h1><p>Sobre la asignatura.</p>"
        f"<h2>Objetivos de aprendizaje</h2>{''.join(parts)}</main><footer><p>Ministerio</p></footer></body></html>"
    )


def curriculum(site: Site, title: str, objectives: list[dict[str, Any]]) -> None:
    for cycle in ("1o-6o-basico", "7o-basico-2o-medio", "3o-4o-medio"):
        site.put(f"/curriculum/{cycle}", "<html><body><a href='/noticias'>Noticias</a></body></html>")
    links = f"<a href='{GRADE}'>4° básico</a><a href='{GRADE}/ma04-oa-08'>OA 08</a>"
    site.put(
        "/curriculum/1o-6o-basico", "<html><body><a href='/curriculum/1o-6o-basico/matematica'>Mat</a></body></html>"
    )
    site.put("/curriculum/1o-6o-basico/matematica", f"<html><body>{links}</body></html>")
    site.put(GRADE, objectives_page(title, objectives))
    site.put(f"{GRADE}/ma04-oa-08", objectives_page("MA04 OA 08", objectives[:1]))


def test_an_objective_of_chile_is_found_by_its_code(site: Site, tmp_path: Path) -> None:
    curriculum(site, "Matemática 4° Básico", OBJECTIVES)
    site.faults = Faults(errors=0.2, truncated=0.1)
    with synced("cl_curriculum", site, tmp_path) as index:
        passage = cited(index, "¿Qué dice MA04 OA 08?")
        assert (passage.label, passage.url, passage.title) == (
            "MA04 OA 08",
            f"{site.url}{GRADE}",
            "Matemática 4° Básico",
        )
        assert "contando remos hasta 100" in passage.text and "forma de un remo" not in passage.text
        said = {key: passage.metadata[key] for key in ("code", "grade", "subject", "axis", "country")}
        assert said == {
            "code": "MA04OA08", "grade": "4° básico", "subject": "Matemática", "axis": "Números y operaciones",
            "country": "CL",
        }  # fmt: skip
        assert cited(index, "¿Qué objetivo trata de la forma de un remo?").label == "MA04 OA 15"
        site.faults = Faults()
        before = len(site.log)
        report = index.sync()
        assert (report.new, report.changed, report.gone, report.embedded) == ((), (), (), 0)
        assert {asked.status for asked in site.log[before:] if asked.marked} <= {304}


def test_the_real_objectives_of_a_grade_are_all_told_apart(site: Site, tmp_path: Path, shared: Path) -> None:
    raw = shared / "corpus" / "curriculum" / "cl-bases-curriculares" / "structured_data_raw.json"
    plans = json.loads(raw.read_text("utf-8"))
    plan = next(each for each in plans if (each["asignatura"], each["curso"]) == ("Matemática", "4° Básico"))
    found = [{**oa, "eje": axis["nombre_eje"]} for axis in plan["ejes"] for oa in axis["oas"]]
    curriculum(site, "Matemática 4° Básico", found)
    (source,) = config.load(Path(local("cl_curriculum", site, tmp_path))).sources
    connector = plugins.connect(source.connector, source.options)
    (ref,) = connector.refs()
    pieces = split(parse(connector.fetch(ref), limits=config.Limits()), index="x", genre=source.genre)
    by_label = {piece.label: piece for piece in pieces if piece.label}
    assert list(by_label) == [each["oa_codigo_oficial"].removeprefix("Objetivo de aprendizaje ") for each in found]
    assert "fracciones" in by_label["MA04 OA 08"].text
    assert {piece.metadata["grade"] for piece in by_label.values()} == {"4° básico"}
    assert {piece.metadata["axis"] for piece in by_label.values()} == {axis["nombre_eje"] for axis in plan["ejes"]}


def pdf(*pages: str) -> bytes:
    made = FPDF()
    made.set_font("Helvetica", size=11)
    for text in pages:
        made.add_page()
        made.multi_cell(0, 6, text)
    return bytes(made.output())


BNCC = "/images/BNCC_EI_EF_110518_versaofinal_site.pdf"


def test_a_skill_of_brazil_is_cited_by_its_code_and_page(site: Site, tmp_path: Path) -> None:
    skills = "(EF04MA09) Reconhecer as canoas mais usuais.\n\n(EF04MA10) Comparar remos de dois tamanhos."
    site.put(BNCC, pdf("Apresentação do documento.", skills), "application/pdf")
    with synced("br_bncc", site, tmp_path) as index:
        passage = cited(index, "O que diz EF04MA09?")
        assert (passage.label.strip("()"), passage.page, passage.url) == ("EF04MA09", 2, f"{site.url}{BNCC}")
        assert "canoas" in passage.text and "remos" not in passage.text
        assert (passage.metadata["grade"], passage.metadata["subject"]) == ("4º ano", "Matemática")
        assert index.sync().embedded == 0 and site.log[-1].status == 304


def test_pages_of_the_real_document_are_read(site: Site, tmp_path: Path, shared: Path) -> None:
    source = shared / "corpus" / "curriculum" / "br-bncc" / "Base-Nacional-Comum-Curricular-BNCC.pdf"
    whole, few = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument.new()
    # On the left of two facing pages stands, out of sight, what the right one shows.
    page = next(n for n in range(300, 280, -1) if "EF04MA09" in whole[n].get_textpage().get_text_range())
    few.import_pages(whole, [page - 1, page])
    few.save(tmp_path / "bncc.pdf")
    site.put(BNCC, (tmp_path / "bncc.pdf").read_bytes(), "application/pdf")
    with synced("br_bncc", site, tmp_path) as index:
        passage = cited(index, "O que diz EF04MA09?")
        assert passage.metadata["code"] == "EF04MA09" and "frações unitárias" in passage.text


def test_the_programmes_of_mexico_are_named_by_their_phase(site: Site, tmp_path: Path) -> None:
    for phase, text in (("3", "Cuenta canoas."), ("4", "Compara remos de madera."), ("5", "Ríos."), ("6", "Mares.")):
        path = f"/wp-content/uploads/2024/06/Programa_Sintetico_Fase_{phase}.pdf"
        site.put(path, pdf(f"Saberes y pensamiento científico\n\n{text}"), "application/pdf")
    with synced("mx_nem", site, tmp_path) as index:
        passage = cited(index, "¿Qué se compara con los remos de madera?")
        assert passage.title == "Programa sintético de la fase 4"
        assert passage.url.endswith("/Programa_Sintetico_Fase_4.pdf")
        assert passage.metadata["country"] == "MX"
        assert index.sync().embedded == 0
