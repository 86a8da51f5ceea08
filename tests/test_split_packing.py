"""Long text is cut where it hurts least."""

from __future__ import annotations

from latam_rag.split import packing, split
from latam_rag.types import Document, Genre, Passage, Section, SectionKind

_SAID = "Se atiende a cada persona con respeto, en el orden de llegada, y se le dice cuánto va a esperar hoy."


def _prose(text: str, *sections: Section) -> list[Passage]:
    document = Document(uri="d", title="Protocolo", language="es", text=text, genre=Genre.PROSE, sections=sections)
    return split(document, index="i")


def _list(head: str, count: int) -> str:
    return "\n\n".join([head, *(f"• {number}. {_SAID}" for number in range(1, count + 1))])


def test_a_list_that_fits_is_whole_in_one_passage_though_more_of_it_would_fit_into_the_one_before() -> None:
    found = _prose("\n\n".join([_list("Al inicio", 8), _list("Durante la llamada", 9), _list("Al finalizar", 8)]))
    assert [passage.text.partition("\n")[0] for passage in found] == ["Al inicio", "Durante la llamada", "Al finalizar"]
    assert [passage.headings for passage in found] == [(), (), ()]


def test_what_goes_on_with_a_list_has_what_announces_it_as_its_heading() -> None:
    found = _prose(_list("Para atender bien se recomienda:", 30))
    assert len(found) > 2 and found[0].headings == ()
    assert {passage.headings for passage in found[1:]} == {("Para atender bien se recomienda:",)}


def test_passages_are_balanced_and_none_is_but_a_rest() -> None:
    sizes = [len(passage.text) for passage in _prose(_list("Se recomienda:", 17))]
    assert len(sizes) == 2 and min(sizes) > 0.6 * max(sizes)


def test_nothing_is_cut_after_what_announces_it() -> None:
    for count in range(6, 16):
        found = _prose(f"{' '.join([_SAID] * count)}\n\nSuministrar lo que sigue:\n\n{_list('• Título', 12)}")
        assert not any(passage.text.endswith(":") or passage.text.endswith("Título") for passage in found)


def test_a_step_stands_with_what_is_said_of_it() -> None:
    steps = [f"{number}. Presentar el formulario {number}\n\n{_SAID} {_SAID}" for number in range(1, 13)]
    found = _prose("\n\n".join(steps))
    assert len(found) > 1
    assert all(passage.text[0].isdigit() and passage.text.endswith("hoy.") for passage in found)


def _table(rows: list[str], before: str) -> tuple[str, Section]:
    text = "\n".join(rows)
    return f"{before}\n\n{text}", Section(
        kind=SectionKind.TABLE, start=len(before) + 2, end=len(before) + 2 + len(text)
    )


def test_rows_further_down_stand_under_the_header_and_the_title_of_their_group() -> None:
    rows = [f"{number} | {_SAID}" for number in range(40)]
    text, table = _table(
        ["Código | Descripción", *rows[:20], "PUBLICIDAD", *rows[20:]], "Se fijan las tasas siguientes:"
    )
    found = _prose(text, table)
    assert found[0].text.startswith("Se fijan las tasas siguientes:\n\nCódigo | Descripción\n0 |")
    assert found[0].headings == ()
    assert all(passage.headings[0] == "Código | Descripción" for passage in found[1:])
    after = [passage for passage in found if passage.start > text.index("PUBLICIDAD")]
    assert after and all(passage.headings == ("Código | Descripción", "PUBLICIDAD") for passage in after)


def test_a_stretch_longer_than_the_room_is_cut_at_a_clause() -> None:
    text = "; ".join(f"la tasa número {number} se paga en la tesorería" for number in range(60))
    found = packing.of_sentences(text, [(0, len(text))], 100.0)
    assert len(found) > 5 and all(unit.size <= 101 for unit in found)
    assert all(text[unit.end - 2 : unit.end] == "; " for unit in found[:-1])
    assert packing.cheapest(found, 100.0) == [(number, number + 1) for number in range(len(found))]


def test_what_ends_in_a_colon_announces_the_rows_of_one_code_and_a_title_all_up_to_the_next() -> None:
    rows = [f"924922 | {n} | Más de {n} juegos, y {_SAID}" for n in range(1, 15)]
    after = [f"93000{n} | 7 | Alquiler de botes {n}, y {_SAID}" for n in range(1, 15)]
    text, table = _table(["Código | Mínimo | Descripción", "Negocios con juegos:", *rows, *after], "Tasas.")
    found = _prose(text, table)
    mixed = [passage for passage in found if passage.text.startswith("9249")]
    assert mixed and all(passage.headings[-1] == "Negocios con juegos:" for passage in mixed)
    assert all("juegos" not in passage.headings[-1] for passage in found if passage.text.startswith("9300"))


def test_numbers_within_numbers_are_cut_before_the_outer_one() -> None:
    groups = [
        [f"{n} - Serviços de toda natureza.", *(f"{n}.0{m} - {_SAID}" for m in range(1, 8))] for n in range(14, 22)
    ]
    found = _prose("\n\n".join("\n\n".join(group) for group in groups))
    outer = [passage for passage in found if passage.text.split()[0].isdigit()]
    assert len(found) > 2 and len(outer) > len(found) / 2
    assert all("." in passage.text.rpartition("\n\n")[2].split()[0] for passage in found)


def test_what_is_considered_is_cut_where_the_next_consideration_begins() -> None:
    quoted = " ".join([_SAID] * 5)
    considered = "\n".join(
        f"Que, el artículo {n} establece:\n- El Consejo. {quoted}\n- El Alcalde. {quoted}" for n in range(9)
    )
    found = _prose(f"CONSIDERANDO:\n{considered}")
    assert len(found) > 3 and all(passage.text.startswith("Que,") for passage in found[1:])


def test_rows_further_down_have_a_tables_title_and_its_header_as_headings() -> None:
    rows = "\n".join(f"{n} | {_SAID} | Oficina {n}" for n in range(40))
    text = f"ACTIVIDADES DEL AÑO\nN° | ACTIVIDAD | RESPONSABLE\n{rows}"
    found = _prose(text, Section(kind=SectionKind.TABLE, start=0, end=len(text)))
    assert len(found) > 2 and found[0].headings == ()
    assert {part.headings for part in found[1:]} == {("ACTIVIDADES DEL AÑO", "N° | ACTIVIDAD | RESPONSABLE")}


def test_two_tables_are_two_passages_when_they_don_t_fit_into_one() -> None:
    first = "\n".join(["ACTIVIDAD | QUIÉN", *(f"{n} {_SAID} | Oficina {n}" for n in range(14))])
    second = "MES | ENERO | FEBRERO\nPrimer lunes | 6 | 3\nÚltimo lunes | 27 | 24"
    text = f"{first}\n\n{second}"
    tables = (
        Section(kind=SectionKind.TABLE, start=0, end=len(first)),
        Section(kind=SectionKind.TABLE, start=len(first) + 2, end=len(text)),
    )
    found = _prose(text, *tables)
    assert len(found) > 1 and [passage.text for passage in found if "MES |" in passage.text] == [second]


def test_rows_further_down_have_the_title_in_capitals_above_their_table_as_a_heading() -> None:
    head = "Quadro de cargos, com a redação que segue.\n\nGRUPO DE NÍVEL MÉDIO\n\nCÓDIGO: PMG-010\n\n"
    table = "\n".join(["Cargo | Vagas", *(f"{n} {_SAID} | {n}" for n in range(40))])
    found = _prose(head + table, Section(kind=SectionKind.TABLE, start=len(head), end=len(head + table)))
    assert len(found) > 2 and {part.headings for part in found[1:]} == {("GRUPO DE NÍVEL MÉDIO", "Cargo | Vagas")}


def test_a_title_in_capitals_between_two_tables_begins_a_passage() -> None:
    table = "\n".join(["Cargo | Vagas", *(f"{n} {_SAID} | {n}" for n in range(20))])
    text = f"{table}\n\nGRUPO DE NÍVEL MÉDIO\n\nCargo | Vagas\nAgente | 10\nMotorista | 4"
    second = text.rindex("Cargo")
    tables = (
        Section(kind=SectionKind.TABLE, start=0, end=len(table)),
        Section(kind=SectionKind.TABLE, start=second, end=len(text)),
    )
    assert [part.text for part in _prose(text, *tables) if "MÉDIO" in part.text] == [text[text.index("GRUPO") :]]
