"""Service sheets put together from passages."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import make_passage

from latam_rag import services
from latam_rag.types import Hit, Passage


def part(field: str, text: str, *, headings: tuple[str, ...] = (), **more: Any) -> Passage:
    metadata = {"field": field, "body": "Comuna"} if field else {}
    return make_passage(text, title="Carta", headings=headings, metadata=metadata, **more)


def test_a_document_may_hold_many_sheets() -> None:
    found = services.sheets([
        part("", "Introducción."),
        part("cost", "Gratis.", headings=("Poda",)),
        part("documents", "Una foto.", headings=("Poda",)),
        part("cost", "Cinco mil.", headings=("Retiro",)),
    ])  # fmt: skip
    assert [sheet.name for sheet in found] == ["Poda", "Retiro"]
    assert list(found[0].parts) == ["documents", "cost"]
    assert found[0].missing() == ("time", "channel")


def test_hits_lead_to_their_sheets_best_first() -> None:
    hits = [
        Hit(passage=each, score=1.0)
        for each in (part("", "x"), part("cost", "1", uri="b"), part("time", "2", uri="a"), part("time", "3", uri="b"))
    ]
    assert [key.uri for key in services.ranked(hits)] == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("- Cédula.\n- Foto de\n  frente.", ["Cédula.", "Foto de frente."]),
        ("1. Pida hora.\n2. Pague.", ["Pida hora.", "Pague."]),
        ("Cédula.\n\nUna cuenta.", ["Cédula.", "Una cuenta."]),
        ("Quien vende:\n\n* Tener 18 años", ["Quien vende:", "Tener 18 años"]),
        (
            "Cédula de identidad. Firma del Art. Cinco. Foto.",
            ["Cédula de identidad", "Firma del Art", "Cinco", "Foto."],
        ),
        ("0,45 UTM según el D.L. 3.063.", ["0,45 UTM según el D.L. 3.063."]),
    ],
)
def test_entries_as_the_source_lists_them(text: str, entries: list[str]) -> None:
    assert services.items(text, sentences=True) == entries


def test_only_checklists_are_cut_into_sentences() -> None:
    assert services.items("Se paga en caja. También en línea.") == ["Se paga en caja. También en línea."]


def test_steps_keep_the_numbers_of_the_source() -> None:
    assert services.steps("1. Pida hora\n\nPor internet.\n\n2. Pague") == ["1. Pida hora", "Por internet.", "2. Pague"]
    assert services.steps("Pida hora.\n\nPague.") == ["1. Pida hora.", "2. Pague."]
    assert services.steps("Solo venga.") == ["Solo venga."]


def test_a_number_over_the_step_that_it_counts_is_before_it() -> None:
    drawn = "1\n\nPida hora.\n\n2\n\nPague."
    assert services.steps(drawn) == ["1. Pida hora.", "2. Pague."]
    assert services.items(drawn) == ["Pida hora.", "Pague."]
    assert services.items("Cuesta:\n\n35") == ["Cuesta:", "35"]


def test_what_services_have_in_common() -> None:
    one, other = (
        services.sheets([part("documents", text, uri=uri)])[0]
        for uri, text in (("a", "- Cédula.\n- Foto"), ("b", "- cédula\n- Firma"))
    )
    assert services.common([one, other], "documents") == {"cédula"}
