"""XML that no reader knows is text by element."""

from __future__ import annotations

from latam_rag.config import Limits
from latam_rag.parse import parse
from latam_rag.types import Resource


def _text(xml: str) -> str:
    return parse(Resource(uri="lista.xml", body=xml.encode()), limits=Limits()).text


def test_the_fields_of_a_record_are_lines_of_one_paragraph() -> None:
    records = "".join(f"<ley><nombre>Ley {n}</nombre><url>https://leyes.example/{n}</url></ley>" for n in range(1, 4))
    text = _text(f"<biblioteca><datos><fuente>Biblioteca</fuente></datos><leyes>{records}</leyes></biblioteca>")
    assert text.split("\n\n") == [
        "fuente: Biblioteca",
        "nombre: Ley 1\nurl: https://leyes.example/1",
        "nombre: Ley 2\nurl: https://leyes.example/2",
        "nombre: Ley 3\nurl: https://leyes.example/3",
    ]


def test_what_holds_long_text_or_stands_alone_is_no_record() -> None:
    said = "El trámite se hace en la municipalidad, de lunes a viernes. " * 5
    text = _text(f"<doc><parte><a>{said}</a><b>Uno</b></parte><parte><a>{said}</a><b>Dos</b></parte></doc>")
    assert text.split("\n\n") == [said.strip(), "b: Uno", said.strip(), "b: Dos"]
    assert _text("<doc><datos><a>Uno</a><b>Dos</b></datos></doc>").split("\n\n") == ["a: Uno", "b: Dos"]
