"""What registries say of norms, in the words of our metadata."""

from __future__ import annotations

import pytest

from latam_rag.parse.registry import day_of, registered, status_of


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Vigente", "in_force"), ("VIGENTE CON MODIFICACIONES", "in_force"), ("no derogado", "in_force"),
        ("Não consta revogação expressa", "in_force"), ("En vigor", "in_force"), ("in_force", "in_force"),
        ("DEROGADO", "repealed"), ("No vigente", "repealed"), ("Revogada", "repealed"), ("Abrogada", "repealed"),
        ("INEXEQUIBLE", "repealed"), ("Vigencia agotada", "repealed"), ("Sin vigencia", "repealed"),
        ("Derogado parcialmente", "partially_repealed"), ("Vigencia en estudio", "unknown"), ("", "unknown"),
    ],
)  # fmt: skip
def test_the_words_of_a_status(written: str, status: str) -> None:
    assert status_of(written) == status


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2008-08-18", "2008-08-18"), ("2008-08-18T00:00:00Z", "2008-08-18"), ("20080818", "2008-08-18"),
        ("18/08/2008", "2008-08-18"), ("DOF 05/02/1917", "1917-02-05"), ("5 de mayo de 1917", "1917-05-05"),
        ("1900-01-01", ""), ("01/01/1900", ""), ("31/02/2001", ""), ("s/f", ""), ("", ""), ("20081318", ""),
    ],
)  # fmt: skip
def test_the_days_of_a_registry(written: str, day: str) -> None:
    assert day_of(written) == day


def test_numbers_days_and_repeals_in_our_form() -> None:
    said = registered(
        {
            "norm": "Nº 27.551", "kind": "Ley", "status": "Vigente", "valid_from": "11/06/2020", "valid_to": "nunca",
            "body": "",
            "remarks": "<b>ABROGADA POR DECRETO NRO. 70/2023 - BOLETIN OFICIAL 21/12/2023</b>",
        }
    )  # fmt: skip
    assert said == {
        "norm": "27551", "kind": "Ley", "status": "repealed", "valid_from": "2020-06-11", "valid_to": "2023-12-21",
        "amended_by": ("DECRETO NRO. 70/2023 - BOLETIN OFICIAL 21/12/2023",),
        "remarks": "ABROGADA POR DECRETO NRO. 70/2023 - BOLETIN OFICIAL 21/12/2023",
    }  # fmt: skip


def test_a_remark_that_repeals_nothing_leaves_the_status() -> None:
    said = registered({"status": "Vigente", "remarks": "Reglamentada por Decreto 1/2001."})
    assert (said["status"], "valid_to" in said) == ("in_force", False)
