"""«Art. 5º» misread as «Art. 52»: mended where the articles around say so, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from latam_rag.parse import ordinals
from latam_rag.parse.layout import Line


def mended(*starts: str) -> list[str]:
    lines = [
        Line(text=f"{start} Las tasas se pagan.", boxes=np.array([[0, 20.0 * n, 9, 20 * n + 9]], np.float32), size=9)
        for n, start in enumerate(starts)
    ]
    ordinals.mend([lines[:2], lines[2:]])
    return [line.text.removesuffix(" Las tasas se pagan.") for line in lines]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (("Art. 1º", "Art. 22", "Art. 3º"), ["Art. 1º", "Art. 2º", "Art. 3º"]),
        (("Art. 1º.-", "Art. 2”.-"), ["Art. 1º.-", "Art. 2º.-"]),
        (("Artículo 52.-", "Artículo 6º.-"), ["Artículo 5º.-", "Artículo 6º.-"]),
        (
            ("ARTICULO 12.-", "ARTICULO 22.-", "ARTICULO 32.-", "ARTICULO 4.-"),
            ["ARTICULO 1º.-", "ARTICULO 2º.-", "ARTICULO 3º.-", "ARTICULO 4.-"],
        ),
        (("Art. 9º", "Art. 10.", "Art. 112", "Art. 12."), ["Art. 9º", "Art. 10.", "Art. 11º", "Art. 12."]),
    ],
)
def test_the_sign_is_put_back(read: tuple[str, ...], meant: list[str]) -> None:
    assert mended(*read) == meant


@pytest.mark.parametrize(
    "read",
    [
        ("Art. 51.", "Art. 52.", "Art. 53."),
        ("Art. 5º", "Art. 7º", "Art. 82"),
        ("Art. 1.", "Art. 20.", "Art. 2."),
        ("Art. 52.",),
        ("Art. 19.", "Art. 20.", "Art. 21."),
        ("Art. 1.", "Art. 20."),
    ],
)
def test_numbers_that_may_be_right_are_left(read: tuple[str, ...]) -> None:
    assert mended(*read) == list(read)
