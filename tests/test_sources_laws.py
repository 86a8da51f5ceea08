"""The definitions of sources of law, each against a server that answers as its source does: listed, read, looked up, cited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from region_sites import SITES

from latam_rag import Filters, Index, config, plugins
from latam_rag.config import Definition
from latam_rag.errors import SourceError
from latam_rag.parse import parse
from latam_rag.split import split
from latam_rag.testing import HTTP, Site
from latam_rag.types import Connector, Document, Passage, Ref

FOLDER = Path(__file__).parents[1] / "indexes" / "sources"
_ORIGIN = re.compile(r"https?://[^/{}\"]+")


def local(name: str, site: Site) -> Definition:
    """The definition ``name``, asking ``site`` instead of its source; what a citation opens stays as it is."""
    definition = config.load(FOLDER / f"{name}.toml")
    sources = []
    for source in definition.sources:
        options = source.options
        asked = {key: value for key, value in options.items() if key not in ("mapping", "http")}
        asked = json.loads(_ORIGIN.sub(site.url, json.dumps(asked)))
        kept = {key: value for key, value in options.items() if key == "mapping"}
        http = {**options.get("http", {}), **HTTP, "retries": 1}
        sources.append(config.Source.model_validate({**source.model_dump(), **asked, **kept, "http": http}))
    return definition.model_copy(update={"sources": sources})


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPIJ_AUTORIZACION", "Bearer ficticio")


def connected(name: str, site: Site) -> list[tuple[Connector, dict[str, Any]]]:
    SITES[name](site)
    return [
        (plugins.connect(source.connector, source.options), dict(source.metadata))
        for source in local(name, site).sources
    ]


def read(name: str, site: Site) -> dict[str, Document]:
    """Every document of the source that can be read, by its uri."""
    found = {}
    for connector, _ in connected(name, site):
        for ref in connector.refs():
            try:
                found[ref.uri.replace(site.url, "")] = parse(connector.fetch(ref), limits=config.Limits())
            except SourceError:
                continue
    return found


def passages(document: Document) -> dict[str, Passage]:
    return {passage.label: passage for passage in split(document, index="x", genre=config.Genre.LAW)}


def test_chile(site: Site) -> None:
    document = read("cl_leychile", site)["https://www.bcn.cl/leychile/navegar?idNorma=242302"]
    assert (document.metadata["norm"], document.metadata["kind"], document.metadata["status"]) == (
        "90001",
        "Ley",
        "in_force",
    )
    assert passages(document)["art. 2"].metadata["valid_from"] == "2018-06-05"


def test_a_norm_of_chile_that_isnt_there_is_a_failure(site: Site) -> None:
    ((connector, _),) = connected("cl_leychile", site)
    with pytest.raises(SourceError):
        connector.fetch(Ref(uri="https://www.bcn.cl/leychile/navegar?idNorma=13560"))


def test_chile_as_it_was(site: Site, tmp_path: Path) -> None:
    """What applied on a day is what is found for it, and nothing else."""
    SITES["cl_leychile_versiones"](site)
    definition = local("cl_leychile_versiones", site).model_copy(update={"name": "leyes", "base": tmp_path})
    with Index(definition, tmp_path / "leyes") as index:
        report = index.sync()
        assert len(report.new) == 2 and not report.failed, "the version that nobody knows the day of is none"

        def found(filters: Filters) -> list[tuple[str, str]]:
            hits = index.search("¿Qué dice el artículo 2 de la ley 90001?", filters=filters)
            twos = [hit.passage for hit in hits if hit.passage.metadata.get("article") == "2"]
            return [("marzo" if "marzo" in one.text else "julio", one.url.rpartition("=")[2]) for one in twos]

        assert found(Filters(on="2015-05-05")) == [("marzo", "2011-03-01")]
        assert found(Filters()) == [("julio", "2018-06-05")]


def test_planalto(site: Site) -> None:
    found = read("br_planalto", site)
    assert sorted(found) == ["/ccivil_03/constituicao/constituicaocompilado.htm", "/ccivil_03/leis/l90078.htm"]
    law = found["/ccivil_03/leis/l90078.htm"]
    assert (law.metadata["norm"], law.metadata["kind"], law.metadata["valid_from"]) == (
        "90078/1990",
        "Lei",
        "1990-09-11",
    )
    articles = [p for p in split(law, index="x") if p.metadata.get("article") == "2"]
    assert [p.metadata.get("status") for p in articles if "seis meses" in p.text] == ["repealed"]
    assert [p.metadata.get("status") for p in articles if "doze meses" in p.text] == [None]


def test_normas(site: Site) -> None:
    found = read("br_normas", site)
    law = found["https://normas.leg.br/?urn=urn:lex:br:federal:lei:2011-11-18;12527"]
    assert "vinte dias" in law.text, "the compilation in force, neither the original nor a translation"
    assert (law.title, law.metadata["norm"], law.metadata["kind"], law.metadata["valid_from"]) == (
        "Lei nº 12527, das feiras", "12527/2011", "Lei", "2011-11-18",
    )  # fmt: skip
    listed = found["https://normas.leg.br/?urn=urn:lex:br:federal:lei:2026-07-23;90527"]
    assert "trinta dias" in listed.text and listed.title.startswith("Lei nº 90527, de 23/07/2026: Dispõe sobre bancas")


def test_infoleg(site: Site) -> None:
    found = read("ar_infoleg", site)
    page = "https://servicios.infoleg.gob.ar/infolegInternet/verNorma.do?id="
    assert sorted(found) == [f"{page}1", f"{page}2"]
    law, repealed = found[f"{page}1"], found[f"{page}2"]
    assert (law.title, law.metadata["norm"], law.metadata["body"]) == (
        "Ley 90275: FERIAS LIBRES",
        "90275",
        "HONORABLE CONGRESO",
    )
    assert law.url == f"{page}1" and "status" not in law.metadata
    assert (repealed.metadata["status"], repealed.metadata["valid_to"]) == ("repealed", "2023-12-28")
    assert passages(law)["art. 2"].text.startswith("ARTICULO 2°")


def test_suin(site: Site) -> None:
    law = read("co_suin", site)["/viewDocument.asp?ruta=Leyes/1789030"]
    assert law.title == "LEY 90057 DE 1987" and "avanzada" not in law.text and "Derogado" not in law.text
    assert {key: law.metadata[key] for key in ("kind", "norm", "status", "valid_from", "body", "summary")} == {
        "kind": "LEY", "norm": "90057/1987", "status": "in_force", "valid_from": "1987-04-22",
        "body": "CONGRESO DE LA REPÚBLICA", "summary": "Sobre ferias libres",
    }  # fmt: skip
    assert "valid_to" not in law.metadata and "art. 2" in passages(law)


def test_impo(site: Site) -> None:
    found = read("uy_impo", site)
    page = "https://www.impo.com.uy/bases/leyes"
    assert list(found) == [f"{page}/18331-2008", f"{page}/17250-2000"], "a year that isn't its own is a failure"
    law = found["https://www.impo.com.uy/bases/leyes/18331-2008"]
    assert (law.title, law.metadata["valid_from"]) == ("Ley Nº 90018: LEY DE FERIAS", "2008-08-18")
    articles = passages(law)
    assert [label for label in articles if label.startswith("art.")] == [
        "art. 1", "art. 2", "art. 4", "art. 1 transitorio",
    ]  # fmt: skip
    assert articles["art. 1 transitorio"].metadata["article"] == "1-transitorio"
    assert articles["art. 2"].metadata["status"] == "repealed"


def test_diputados(site: Site) -> None:
    ((connector, _),) = connected("mx_diputados", site)
    refs = [(ref.uri.removeprefix(site.url), ref.revision) for ref in connector.refs()]
    assert refs == [("/LeyesBiblio/pdf/LFF.pdf", "03/04/2021"), ("/LeyesBiblio/pdf/LGM.pdf", "07/08/2001")]
    law = read("mx_diputados", site)["/LeyesBiblio/pdf/LFF.pdf"]
    assert (law.title, law.metadata["kind"], law.metadata["valid_from"], law.metadata["version"]) == (
        "LEY Federal de Ferias", "LEY", "1999-02-05", "2021-04-03",
    )  # fmt: skip
    assert "art. 2" in passages(law) and law.pages


def test_el_peruano(site: Site) -> None:
    found = read("pe_elperuano", site)
    assert len(found) == 23
    decree = found["https://busquedas.elperuano.pe/dispositivo/NL/2527422-1"]
    assert decree.title == "DECRETO SUPREMO Nº 022-2026-PCM: Declara feriado el día 22"
    assert (decree.metadata["norm"], decree.metadata["body"], decree.metadata["valid_from"]) == (
        "22/2026",
        "PCM",
        "2026-06-25",
    )


def test_spij(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "https://spij.minjus.gob.pe/spij-ext-web/#/detallenorma/H1152080"
    norm = read("pe_spij", site)[page]
    assert (norm.url, norm.title) == (page, "DECRETO SUPREMO Nº 026-2016-PCM: Aprueban medidas para las ferias")
    assert (norm.metadata["norm"], norm.metadata["valid_from"]) == ("26/2016", "2016-04-29")
    monkeypatch.delenv("SPIJ_AUTORIZACION")
    ((connector, _),) = connected("pe_spij", site)
    with pytest.raises(SourceError, match="SPIJ_AUTORIZACION"):
        list(connector.refs())


def test_querido_diario(site: Site) -> None:
    found = read("br_querido_diario", site)
    assert sorted(found) == ["/3304557/2026-01-01/abc.pdf", "/3304557/2026-01-02/abc.pdf"]
    gazette = found["/3304557/2026-01-01/abc.pdf"]
    assert gazette.title == "Diário Oficial de Vila Nova (RJ), 2026-01-01, edição 77"
    assert (gazette.metadata["date"], gazette.metadata["body"]) == ("2026-01-01", "Município de Vila Nova")
    assert gazette.url.endswith("/abc.pdf") and "IPTU" in gazette.text


#: Source → a question, and what its citation must show: article, norm, url (its end), status, first day in force.
QUESTIONS = {
    "cl_leychile": ("¿Qué dice el artículo 2 de la ley 90001?", "2", "90001", "?idNorma=242302", "in_force", "2018-06-05"),
    "br_planalto": ("O que diz o art. 2 da Lei 90.078/1990?", "2", "90078/1990", "l90078.htm", None, "1990-09-11"),
    "br_normas": ("O que diz o art. 1 da Lei 12527/2011?", "1", "12527/2011", "2011-11-18;12527", None, "2011-11-18"),
    "ar_infoleg": ("¿Qué dice el artículo 2 de la ley 90275?", "2", "90275", "verNorma.do?id=1", None, "2016-09-29"),
    "co_suin": ("¿Qué dice el artículo 2 de la ley 90057 de 1987?", "2", "90057/1987", "1789030", "in_force", "1987-04-22"),
    "uy_impo": ("¿Qué dice el artículo 4 de la ley 90018?", "4", "90018", "leyes/18331-2008", None, "2008-08-18"),
    "mx_diputados": ("¿A qué hora abren los puestos, Ley Federal de Ferias?", "1", "", "LFF.pdf", "in_force", "1999-02-05"),
    "pe_spij": ("¿Qué dice el artículo 1 del Decreto Supremo 026-2016-PCM?", "1", "26/2016", "H1152080", None, "2016-04-29"),
}  # fmt: skip


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """One index over all of the sources, synced once."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch, Site() as site:
        patch.setenv("LATAM_RAG_HOME", str(home))
        patch.setenv("SPIJ_AUTORIZACION", "Bearer ficticio")
        sources = []
        for name in SITES:
            if name == "cl_leychile_versiones":
                # Its versions are of the same law, at the same service.
                continue
            SITES[name](site)
            sources += local(name, site).sources
        definition = Definition(name="leyes", domain="legal", sources=sources, base=home)
        with Index(definition, home / "leyes") as index:
            index.sync()
            yield index


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_an_article_is_cited_with_its_official_address_its_number_and_its_validity(name: str, laws: Index) -> None:
    question, article, norm, url, status, since = QUESTIONS[name]
    answer = laws.ask(question)
    assert not answer.refused
    passage = answer.citations[0].passage
    assert passage.metadata["article"] == article and passage.url.endswith(url)
    known = passage.metadata.get("norm", "")
    assert norm in (known if isinstance(known, tuple) else (known,))
    assert (passage.metadata.get("status"), passage.metadata["valid_from"]) == (status, since)


def test_what_was_repealed_is_found_only_when_asked_for(laws: Index) -> None:
    asked = "¿Qué dice el artículo 2 de la ley 90551?"
    assert not any(
        "90551" in str(hit.passage.metadata.get("norm")) for hit in laws.search("sorteo del puesto cada año")
    )
    hits = laws.search(asked, filters=Filters(on="2020-01-01"))
    assert any("90551" in str(hit.passage.metadata.get("norm")) for hit in hits)
