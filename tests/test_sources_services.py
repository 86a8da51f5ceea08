"""The definitions of sources of services: from a site that answers as the official one does to a sheet that is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from local_sources import synced
from service_pages import ARGENTINA, CHILEATIENDE, ficha, govbr, step, suit

from latam_rag import Index, config, plugins, services
from latam_rag.browse import document
from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.testing import HTTP, Asked, Faults, Page, Site


def said(value: object, **more: Any) -> Page:
    return Page(body=json.dumps(value).encode(), media_type="application/json", **more)


def the_sheet(index: Index, question: str, name: str) -> services.Sheet:
    """The sheet that the answer to ``question`` cites, as the app puts it together."""
    answer = index.ask(question)
    assert not answer.refused, question
    passage = answer.citations[0].passage
    sheet = next(found for found in services.sheets(document(index, passage.uri)) if found.name == name)
    assert passage.url == sheet.url
    return sheet


def again(index: Index) -> tuple[int, int, int]:
    report = index.sync()
    return len(report.new) + len(report.changed), len(report.gone), report.embedded


def test_the_sheets_of_govbr_come_whole(site: Site, tmp_path: Path) -> None:
    found = [
        govbr(90001, "Obter licença de canoa"),
        govbr(90002, "Alugar remo", gratuito="true", etapas=[], orgao=None),
    ]
    site.put("/api/v1/servicos", json.dumps({"resposta": found}), "application/json")
    with synced("br_servicos", site, tmp_path) as index:
        sheet = the_sheet(
            index, "Quais documentos são necessários para obter licença de canoa?", "Obter licença de canoa"
        )
        assert (sheet.url, sheet.body) == (
            "https://www.gov.br/pt-br/servicos/obter-licença-de-canoa", "Capitania Fictícia (CF)",
        )  # fmt: skip
        assert sheet.missing() == ()
        assert services.items(sheet.text("documents")) == [
            "Documento de identidade", "Duas fotos", "Menor de idade: Autorização dos pais",
        ]  # fmt: skip
        assert services.items(sheet.text("requirements")) == ["Saber nadar;", "Ter CPF."]
        assert services.items(sheet.text("cost")) == [
            "Taxa de licença: R$ 35,00", "Vistoria: R$ 75,00 a 90,00", "A motor: Taxa: R$ 80,00",
        ]  # fmt: skip
        assert sheet.text("time") == "Entre 2 e 7 dias úteis."
        assert services.steps(sheet.text("steps"))[0] == "1. Pedir a licença"
        assert "Internet: Portal" in sheet.text("channel") and "Sem internet: Presencial: Rua 12" in sheet.text(
            "channel"
        )
        assert (sheet.text("office"), sheet.text("validity")) == ("Capitania Fictícia (CF)", "5 anos")
        other = services.sheets(document(index, "servicos#90002"))[0]
        assert other.text("cost") == "Este serviço é gratuito para o cidadão."
        assert again(index) == (0, 0, 0)
        assert site.log[-1].status == 304
        found[1]["gratuito"] = "false"
        site.put("/api/v1/servicos", json.dumps({"resposta": found}), "application/json")
        assert again(index)[:2] == (1, 0)


def test_the_pages_of_chileatiende_are_sheets(site: Site, tmp_path: Path) -> None:
    links = "".join(f'<a href="/instituciones/{code}">{code}</a>' for code in ("AB001", "AB002"))
    site.put("/instituciones", f"<html><body>{links}<a href='/buscar?q=x'>buscar</a></body></html>")
    site.put(
        "/instituciones/AB001",
        "<html><body><a href='/fichas/1-feria'>Feria</a><a href='/fichas/ver/9'>9</a></body></html>",
    )
    site.put("/instituciones/AB002", "<html><body><a href='/fichas/2-otro'>Otro</a></body></html>")
    site.put("/fichas/1-feria", CHILEATIENDE.format(name="Permiso de feria libre", cost="0,5 UTM."))
    site.put("/fichas/2-otro", CHILEATIENDE.format(name="Permiso de kiosco", cost="Gratuito."))
    site.redirect("/fichas/ver/9", "/fichas/1-feria", 301)
    with synced("cl_chileatiende", site, tmp_path) as index:
        sheet = the_sheet(index, "¿Cuál es el costo del permiso de feria libre?", "Permiso de feria libre")
        assert (sheet.url, sheet.body) == (f"{site.url}/fichas/1-feria", "Servicio Ficticio de Ferias")
        assert list(sheet.parts) == ["description", "audience", "requirements", "cost", "channel"]
        assert services.items(sheet.text("requirements")) == ["Cédula de identidad vigente.", "Dos fotos."]
        assert sheet.text("cost") == "0,5 UTM."
        passage = sheet.parts["cost"][0]
        assert (passage.metadata["procedure"], passage.metadata["updated"]) == ("77", "12 de marzo, 2024")
        whole = " ".join(found.text for found in document(index, sheet.key.uri))
        assert "ajeno" not in whole and "101" not in whole
        assert len(services.listed(index)) == 2
        assert again(index) == (0, 0, 0)


def fichas(site: Site, found: list[dict[str, Any]]) -> None:
    """The API: two a page, and nothing without a key."""

    def answer(asked: Asked) -> Page:
        if asked.query.get("access_token") != "clave-ficticia":
            return Page(status=403)
        page = int(asked.query.get("pageToken", 1))
        more = page + 1 if len(found) > page * 2 else None
        listed = {"ficha": found[page * 2 - 2 : page * 2]}
        return said({"fichas": {"titulo": "Listado", "nextPageToken": more, "items": listed, "total": len(found)}})

    site.answer("/api/fichas", answer)


def test_the_api_of_chileatiende_is_asked_with_its_key_page_by_page(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_CHILEATIENDE", "clave-ficticia")
    found = [ficha(n, name) for n, name in enumerate(("Permiso de feria", "Permiso de kiosco", "Retiro de ramas"), 1)]
    fichas(site, found)
    with synced("cl_chileatiende_api", site, tmp_path) as index:
        sheet = the_sheet(index, "¿Cuál es el plazo del permiso de kiosco?", "Permiso de kiosco")
        assert sheet.url.endswith("/fichas/ver/2") and sheet.body == "Servicio Ficticio de Ferias"
        assert sheet.text("time") == "Diez días hábiles."
        assert services.items(sheet.text("Requisitos o costo")) == ["Cédula de identidad.", "Dos fotos."]
        assert sheet.text("En oficina") == "Vaya a la calle Uno 23."
        assert "clave-ficticia" not in "".join(path.read_bytes().decode("latin-1") for path in files(tmp_path / "home"))
        del found[0]
        assert again(index)[:2] == (0, 1)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_pages_of_argentina_are_sheets(site: Site, tmp_path: Path) -> None:
    site.put(
        "/tramites", "<html><body><a href='/tramites/pesca'>Pesca</a><a href='/noticias/1'>Noticia</a></body></html>"
    )
    site.put("/tramites/pesca", "<html><body><a href='/servicio/carnet-de-pesca'>Carnet</a></body></html>")
    site.put("/servicio/carnet-de-pesca", ARGENTINA.format(name="Pedir el carnet de pesca"))
    site.put("/noticias/1", "<html><body><main><section><h1>Noticia</h1><p>Nada.</p></section></main></body></html>")
    with synced("ar_tramites", site, tmp_path) as index:
        sheet = the_sheet(
            index, "¿Qué documentación necesito para pedir el carnet de pesca?", "Pedir el carnet de pesca"
        )
        assert sheet.url == f"{site.url}/servicio/carnet-de-pesca"
        assert services.items(sheet.text("documents")) == ["Documento de Identidad, original y copia.", "Una foto."]
        assert sheet.text("cost") == "$125\nMenores de 18 años."
        assert sheet.text("time") == "El trámite toma 3 días."
        assert services.steps(sheet.text("steps")) == ["1. Pedí un turno.", "2. Presentate con la documentación."]
        assert "Compartí" not in "".join(found.text for found in document(index, sheet.key.uri))
        assert len(services.listed(index)) == 1


def colombia(site: Site, procedures: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    def rows(found: list[dict[str, Any]]) -> Any:
        def answer(asked: Asked) -> Page:
            at = int(asked.query["$offset"])
            return said(found[at : at + int(asked.query["$limit"])])

        return answer

    site.answer("/resource/mntw-htj4.json", rows(procedures))
    site.answer("/resource/48fq-mxnm.json", rows(steps))


def test_the_two_tables_of_the_suit_are_one_sheet(site: Site, tmp_path: Path) -> None:
    procedures = [
        suit("10320", "Paz y salvo de pesca"),
        suit("10321", "Permiso de muelle", prop_sito_del_tr_mite_u_otro="Amarrar."),
    ]
    steps = [
        step("10320", 1, "Reunir los documentos.", "Cédula de ciudadanía"), step("10320", 1, "Reunir los documentos.", "Foto"),
        step("10320", 2, "Pagar en el banco.", paid="Estampilla: $ 5.000"), step("99999", 1, "De otro trámite."),
    ]  # fmt: skip
    colombia(site, procedures, steps)
    with synced("co_suit", site, tmp_path) as index:
        sheet = the_sheet(index, "¿Cuánto demora el paz y salvo de pesca?", "Paz y salvo de pesca")
        assert sheet.url == "https://visorsuit.funcionpublica.gov.co/auth/visor?fi=10320"
        assert sheet.body == "ALCALDÍA MUNICIPAL DE RÍO FICTICIO"
        assert sheet.missing() == ()
        assert services.items(sheet.text("documents")) == ["Cédula de ciudadanía (Original)", "Foto (Original)"]
        assert services.steps(sheet.text("steps")) == ["1. Reunir los documentos.", "2. Pagar en el banco."]
        assert services.items(sheet.text("cost")) == ["Estampilla: $ 5.000"]
        assert sheet.text("time") == "3 Día(s) hábil(es)"
        assert services.items(sheet.text("channel")) == ["Presencial"]
        other = services.sheets(document(index, "suit#10321"))[0]
        assert "steps" not in other.parts and other.text("description").startswith("Amarrar.")
        assert again(index) == (0, 0, 0)


def test_passing_trouble_loses_no_service(site: Site, tmp_path: Path) -> None:
    site.put(
        "/api/v1/servicos",
        json.dumps({"resposta": [govbr(n, f"Serviço {n}") for n in range(1, 4)]}),
        "application/json",
    )
    site.faults = Faults(errors=0.3, truncated=0.1, dropped=0.1)
    site.limit, site.retry_after = 20, 0
    with synced("br_servicos", site, tmp_path) as index:
        assert len(services.listed(index)) == 3


def test_the_real_sheets_of_brazil_in_xml_are_whole_from_the_web_too(site: Site, tmp_path: Path, shared: Path) -> None:
    folder = shared / "corpus" / "public_service" / "br-cartas-de-servico-xml"
    names = ["alterar-cadastro-no-cpf", "alistar-se-no-servico-militar-obrigatorio"]
    for name in names:
        site.put(f"/servicos/{name}.xml", (folder / f"{name}.xml").read_bytes(), "application/xml")
    found = "".join(f"<url><loc>{site.url}/servicos/{name}.xml</loc></url>" for name in names)
    site.put("/sitemap.xml", f"<urlset>{found}</urlset>", "application/xml")
    source = plugins.connect("sitemap", {"url": f"{site.url}/sitemap.xml", "http": dict(HTTP)})
    for ref in source.refs():
        sheet, *others = services.sheets(split(parse(source.fetch(ref), limits=Limits()), index="x"))
        assert not others and sheet.url == ref.uri
        assert {"description", "audience", "steps", "office"} <= set(sheet.parts)
        assert "cost" not in sheet.missing()


@pytest.mark.parametrize("name", ["tramites.csv", "data.json"])
def test_the_real_tables_are_the_same_from_the_web_as_from_a_folder(site: Site, shared: Path, name: str) -> None:
    definition = config.load(Path(__file__).with_name("corpus.toml"))
    found = next(one for one in definition.sources if str(one.options.get("path", "")).endswith(f"/{name}"))
    here = next((shared / "corpus").rglob(name))
    site.put(f"/datos/{name}", here.read_bytes(), "application/octet-stream")
    near = plugins.connect("records", {**found.options, "path": str(here)})
    far = plugins.connect("records", {**found.options, "path": f"{site.url}/datos/{name}", "http": dict(HTTP)})
    refs = list(near.refs())
    assert list(far.refs()) == refs and len(refs) > 60
    assert all(far.fetch(ref).body == near.fetch(ref).body for ref in refs)
