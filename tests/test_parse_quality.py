"""Whether a text could be read by somebody: pages with a bad text layer are known, good ones are left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from latam_rag.parse.quality import page_is_garbage

SPANISH = (
    "Artículo 5º.- Las municipalidades tendrán las siguientes atribuciones esenciales: ejecutar el plan comunal de "
    "desarrollo, elaborar y aprobar el presupuesto, y establecer derechos por los servicios que presten. El dueño del "
    "vehículo pagará el permiso de circulación en marzo; la niñez tendrá educación y protección según la Constitución."
)
PORTUGUESE = (
    "Art. 3º A Prefeitura não cobrará taxas de expedição de certidões às pessoas que comprovarem insuficiência de "
    "recursos. O município prestará informações à população sobre os serviços públicos, e as sanções serão aplicadas "
    "após a apuração em processo, assegurada a ampla defesa; as opções constarão da decisão da Câmara."
)
TABLE = (
    "| SETOR | QUADRA | SEÇÃO | VALOR M2 |\n|----|----|----|----|\n| 3| 100|X | 316| 24,8|\n| 4| 210|Y | 12| 8,5|\n" * 4
)


def shifted(text: str) -> str:
    return "".join(chr((ord(c) - 94) % 26 + 97) if "a" <= c <= "z" else c for c in text)


@pytest.mark.parametrize("text", [SPANISH, PORTUGUESE, TABLE, "", "Página 3 de 9", SPANISH.upper()])
def test_a_page_that_can_be_read_is_left_alone(text: str) -> None:
    assert not page_is_garbage(text)


@pytest.mark.parametrize("text", [SPANISH, PORTUGUESE], ids=["es", "pt"])
@pytest.mark.parametrize(
    "spoiled",
    [
        lambda text: text.encode().decode("cp1252", "replace"),
        lambda text: text.encode("cp1252").decode("mac_roman"),
        lambda text: text.encode("cp1252").decode("cp850"),
        lambda text: re.sub("[áéíóúñçãõê]", "\ufffd", text),
        lambda text: re.sub("[a-z]", lambda found: chr(0xE000 + ord(found[0])), text),
        lambda text: re.sub("[aeiouáéíóú]", "", text),
        shifted,
    ],
    ids=["utf8", "macintosh", "dos", "lost", "private", "no-vowels", "shifted"],
)
def test_a_bad_text_layer_is_known(text: str, spoiled: Callable[[str], str]) -> None:
    assert page_is_garbage(spoiled(text))


def test_the_real_page_that_nobody_can_read(shared: Path) -> None:
    body = (shared / "corpus/legal/pe-regional-municipal-ocr-md/pe-cal__002-2020.md").read_text("utf-8")
    pages = [body[at : at + 2500] for at in range(0, len(body), 2500)]
    assert all(map(page_is_garbage, pages))
