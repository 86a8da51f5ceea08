"""The contract of connectors, held by each definition of a source of law as it is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from region_sites import SITES
from test_sources_laws import local

from latam_rag import plugins
from latam_rag.errors import SourceError
from latam_rag.testing import HTTP, Site, WebConnectorContract
from latam_rag.types import Connector

#: The ids that the servers of these tests know.
IDS = {
    "cl_leychile": ["242302", "251693"], "uy_impo": ["leyes/18331-2008", "leyes/17250-2000"],
    "pe_spij": ["H1152080", "H772745"],
    "br_normas": ["urn:lex:br:federal:lei:2011-11-18;12527", "urn:lex:br:federal:lei:2018-08-14;13709"],
}  # fmt: skip


def contract(name: str) -> type[WebConnectorContract]:
    class Contract(WebConnectorContract):
        kind = plugins.connector_class(local(name, Site()).sources[0].connector)

        @pytest.fixture(autouse=True)
        def _variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
            monkeypatch.setenv("SPIJ_AUTORIZACION", "Bearer ficticio")

        @pytest.fixture
        def options(self, site: Site) -> Mapping[str, Any]:
            SITES[name](site)
            options = local(name, site).sources[0].options
            http = {**options["http"], **HTTP, "retries": 5}
            return {**options, **({"ids": IDS[name]} if name in IDS else {}), "http": http}

    class ByIds(Contract):
        """The list stands in the definition: it can't break off, and what is here already isn't asked for."""

        @pytest.fixture
        def breaks(self) -> None:  # type: ignore[override]
            pytest.skip("the list stands in the definition")

        def test_a_redirect_out_of_bounds_is_not_followed(self, connector: Connector, site: Site) -> None:
            list(connector.refs())
            for path in {asked.path for asked in site.log} - {"/robots.txt"}:
                site.redirect(path, "http://169.254.169.254/latest/meta-data/")
            with pytest.raises(SourceError) as caught:
                list(connector.refs())
            assert caught.value.key == "http.outside"

    return ByIds if name in IDS else Contract


TestArInfoleg = contract("ar_infoleg")
TestBrNormas = contract("br_normas")
TestBrPlanalto = contract("br_planalto")
TestBrQueridoDiario = contract("br_querido_diario")
TestClLeychile = contract("cl_leychile")
TestClLeychileVersiones = contract("cl_leychile_versiones")
TestCoSuin = contract("co_suin")
TestMxDiputados = contract("mx_diputados")
TestPeElPeruano = contract("pe_elperuano")
TestPeSpij = contract("pe_spij")
TestUyImpo = contract("uy_impo")


def test_no_source_is_left_out() -> None:
    held = [name for name in globals() if name.startswith("Test") and isinstance(globals()[name], type)]
    assert len(held) == len(SITES)
