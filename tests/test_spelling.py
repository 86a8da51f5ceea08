"""Typos and missing accents, against the words of the passages near a question."""

from __future__ import annotations

import pytest

from latam_rag.spelling import corrected, is_slip

NEARBY = [
    "La licencia de conducir se renueva en la municipalidad.",
    "O alvará de funcionamento depende da prefeitura.",
    "Requisitos de la licencia: certificado y cédula.",
]
KNOWN = {"para", "renovar", "requisitos", "casa", "prazo"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("requisitos para la lisencia", "requisitos para la licencia"),
        ("renovar lisensia", "renovar licencia"),
        ("CONDUCRI", "conducir"),
        ("prazo alvara", "prazo alvará"),
        ("certifciado", "certificado"),
        # Names, numbers and codes stay.
        ("requisitos para Lisencia", "requisitos para Lisencia"),
        ("EF05MA03 certif1cado", "EF05MA03 certif1cado"),
        # Too far, too short, or known.
        ("requisitos para el helicóptero", "requisitos para el helicóptero"),
        ("casa", "casa"),
        # A long story is left as it is.
        ("renovar " * 12 + "lisencia", "renovar " * 12 + "lisencia"),
    ],
)
def test_a_word_that_no_document_has_is_put_as_they_write_it(typed: str, meant: str) -> None:
    assert corrected(typed, lambda word: word in KNOWN, NEARBY) == meant


def test_nothing_changes_when_every_word_is_known() -> None:
    assert corrected("renovar lisencia", lambda word: True, NEARBY) == "renovar lisencia"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lisensia", "licencia"), ("conduccir", "conducir"), ("vehiculo", "vehículo"), ("jubilasion", "jubilación"),
        ("ordenansa", "ordenanza"), ("hordenanza", "ordenanza"), ("municipalidda", "municipalidad"),
        ("requsitos", "requisitos"),
        ("aposentadroia", "aposentadoria"), ("presso", "preço"), ("prefietura", "prefeitura"), ("certtificado", "certificado"),
        ("cerificado", "certificado"), ("certificafo", "certificado"), ("basura", "vasura"), ("kiosco", "quiosco"),
    ],
)  # fmt: skip
def test_slips_of_ear_and_hand(typed: str, meant: str) -> None:
    assert is_slip(typed, meant)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("incurável", "curável"), ("resolución", "revolución"), ("identidades", "entidades"), ("lenguaje", "lengua"),
        ("tício", "vício"), ("joão", "jogo"), ("mévio", "meio"), ("perdió", "pidió"), ("opusieron", "pusieron"),
        ("armas", "ramas"), ("sal", "sol"),
    ],
)  # fmt: skip
def test_other_words_are_no_slips(typed: str, other: str) -> None:
    assert not is_slip(typed, other)
