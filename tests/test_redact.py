"""Personal data leave a text; what only looks like them stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag.redact import redact

PRIVATE = [
    ("Mi RUT es 12.345.678-5.", "Mi RUT es [RUT].", "RUT"),
    ("de la persona 12345678-5", "de la persona [RUT]", "RUT"),
    ("O CPF 529.982.247-25 e o telefone", "O CPF [CPF] e o telefone", "CPF"),
    ("52998224725", "[CPF]", "CPF"),
    ("CNPJ 11.222.333/0001-81", "CNPJ [CNPJ]", "CNPJ"),
    ("empresa 12.ABC.345/01DE-35", "empresa [CNPJ]", "CNPJ"),
    ("CURP HEGG560427MVZRRL04", "CURP [CURP]", "CURP"),
    ("mi RFC: GODE561231GR8", "mi RFC: [RFC]", "RFC"),
    ("CUIT 20-12345678-6", "CUIT [CUIT]", "CUIT"),
    ("la cédula 1710034065", "la cédula [CEDULA]", "CEDULA"),
    ("cédula de ciudadanía N° 1.020.345.678", "cédula de ciudadanía N° [CEDULA]", "CEDULA"),
    ("DNI 30.123.456", "DNI [DNI]", "DNI"),
    ("documento de identidad nro 4.123.456", "documento de identidad nro [DNI]", "DNI"),
    # Mistyped, and named as what it is.
    ("mi rut es 12.345.678-9", "mi rut es [RUT]", "RUT"),
    ("escriba a ana.soto@comuna.cl", "escriba a [EMAIL]", "EMAIL"),
    ("llame al +56 9 8765 4321", "llame al [PHONE]", "PHONE"),
    ("(11) 91234-5678", "[PHONE]", "PHONE"),
]


@pytest.mark.parametrize(("text", "clean", "kind"), PRIVATE)
def test_personal_data_are_redacted(text: str, clean: str, kind: str) -> None:
    assert redact(text) == (clean, (kind,))


@pytest.mark.parametrize(
    "text",
    [
        "¿Qué dice el artículo 5, letra b, de la ley 19.418?", "Lei nº 14.133/2021, art. 75",
        "El decreto 1.759/1972 y la ley 18.695",
        "12.345.678-9", "529.982.247-24", "11111111111", "EF05MA03 y MA04 OA 08", "el 18-11-2023 a las 14:30",
        "$ 1.250.000 o 32.000 UTM",
        "la cuenta de 1.000.000 de habitantes", "GODE561231GR9",
    ],
)  # fmt: skip
def test_numbers_of_norms_dates_and_amounts_stay(text: str) -> None:
    assert redact(text) == (text, ())


@given(st.text(max_size=200))
def test_any_text_may_be_redacted_again(text: str) -> None:
    once, _ = redact(text)
    assert redact(once)[0] == once or "[" in once
