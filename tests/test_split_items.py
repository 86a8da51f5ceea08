"""Long articles are cut at their outermost items, and each piece is cited by the items it holds, or as a part."""

from __future__ import annotations

from latam_rag.split import split
from latam_rag.types import Document, Genre, Language, Passage

_SAID = "dictar las normas del municipio y velar por ellas en todo su territorio"


def passages(text: str, *, language: Language = "es") -> list[Passage]:
    document = Document(uri="ley.txt", title="Ley 1", language=language, text=text, genre=Genre.LAW)
    found = split(document, index="i")
    assert all(text[passage.start : passage.end] == passage.text for passage in found)
    return found


def _inner(count: int) -> str:
    return "\n".join(f"{letter}) {_SAID};" for letter in "ABCDEFGHIJ"[:count])


def test_a_list_within_an_item_stays_whole_and_what_begins_with_an_item_is_headed_by_what_announces_it() -> None:
    items = "\n\n".join(f"{n}º Son de su cargo:\n\n{_inner(5)}" for n in range(1, 9))
    found = passages(f"Artículo 35.- Compete al Intendente:\n\n{items}")
    assert len(found) > 2
    assert all(passage.text[0].isdigit() and passage.text.endswith(";") for passage in found[1:])
    assert {passage.text.count("\nE) ") - passage.text.count("\nA) ") for passage in found} == {0}
    assert {passage.headings for passage in found[1:]} == {("Compete al Intendente:",)}


def test_a_list_too_long_for_a_passage_goes_on_under_its_own_announcement() -> None:
    inner = "\n".join(f"{letter}) {_SAID}, {_SAID}, {_SAID};" for letter in "ABCDEFGHIJ")
    found = passages(f"Artículo 35.- Compete al Intendente:\n\n1º {_SAID};\n2º Son de su cargo:\n\n{inner}")
    further = [passage for passage in found if passage.text[1] == ")"]
    assert further and all(passage.headings == ("2º Son de su cargo:",) for passage in further)
    assert all(passage.label.startswith("art. 35, N° 2, letra") for passage in further)


def test_a_number_without_mark_is_an_item_where_the_list_has_come_to_it() -> None:
    items = "\n".join(f"{n}{'º' if n < 4 else ''} {_SAID.capitalize()};" for n in range(1, 30))
    labels = [passage.label for passage in passages(f"Artículo 35.- Compete al Intendente:\n\n{items}")]
    assert labels[0].startswith("art. 35, N° 1 a ") and labels[-1].endswith(" a 29")


def test_a_paragraph_between_two_items_stands_in_the_first() -> None:
    body = "\n\n".join(f"{letter}) {_SAID}, {_SAID}.\n\nLo hará {_SAID}." for letter in "abcdefghij")
    labels = [passage.label for passage in passages(f"Artículo 5.- El alcalde podrá:\n\n{body}\n\nFin.")]
    assert labels[0].startswith("art. 5, letras a a ") and len(labels) > 1
    assert labels[-1] == f"art. 5, parte {len(labels)} de {len(labels)}"


def _rates(prices: int) -> str:
    return " ".join(f"{n}) Por el período de {n} años:{'.' * 60}$ {n}66,00" for n in range(1, prices + 1))


def test_rates_drawn_with_dots_are_items_each_under_its_kind() -> None:
    kinds = "\n\n".join(
        f"{low}) Permiso para conducir la clase {low}:\n\n"
        + " ".join(f"{low.upper()}{n}) Vehículo {n}\n\n{_rates(9)}" for n in range(1, 4))
        for low in "abc"
    )
    found = passages(f"Art. 114°.- Por la licencia de conducir:\n\n{kinds}")
    assert [passage.label for passage in found][:3] == [f"art. 114, letra a, A{n}" for n in (1, 2, 3)]
    assert found[1].headings == ("a) Permiso para conducir la clase a:",)
    assert found[1].text.startswith("A2) Vehículo 2")


def test_rows_without_number_are_headed_by_what_they_are_for() -> None:
    rows = " ".join(f"De {n}1 cc a {n + 1}0 cc:{'.' * 90}$ {n}80,00" for n in range(1, 70))
    found = passages(
        f"Art. 133°.- Se fijan los mínimos siguientes:\n\nMotonetas de 1 cc a 10 cc:{'.' * 60}$ 0,00 {rows}"
    )
    assert len(found) > 1
    assert {passage.headings for passage in found[1:]} == {("Motonetas",)}
    assert [passage.label for passage in found] == [
        f"art. 133, parte {n} de {len(found)}" for n in range(1, len(found) + 1)
    ]


def test_numbers_that_an_article_has_twice_name_nothing() -> None:
    lists = "\n\n".join(
        f"Para la clase {n} se pide lo que sigue\n\n" + "\n".join(f"{m}) {_SAID}, {_SAID};" for m in range(1, 9))
        for n in ("primera", "segunda")
    )
    labels = [passage.label for passage in passages(f"Artículo 9.- De los permisos.\n\n{lists}")]
    assert labels == [f"art. 9, parte {n} de {len(labels)}" for n in range(1, len(labels) + 1)] and len(labels) > 1


def test_a_letter_that_is_a_roman_number_too_is_read_as_the_list_goes() -> None:
    letters = "\n".join(f"{letter}) {_SAID}, {_SAID}, {_SAID};" for letter in "abcdefghij")
    labels = [passage.label for passage in passages(f"Artículo 5.- El alcalde podrá:\n\n{letters}")]
    assert labels[0].startswith("art. 5, letras a a ") and labels[-1].endswith(" a j")
    spanish = "\n".join(f"{letter}) {_SAID}, {_SAID}, {_SAID};" for letter in "abcdefghijklmnñopqr")
    labels = [passage.label for passage in passages(f"Artículo 5.- El alcalde podrá:\n\n{spanish}")]
    assert all("letra" in label for label in labels) and labels[-1].endswith(" a r")
    roman = "\n".join(f"{n} - {_SAID}, {_SAID}, {_SAID};" for n in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII"))
    labels = [passage.label for passage in passages(f"Art. 5º São deveres:\n\n{roman}", language="pt")]
    assert labels[0].startswith("art. 5º, I a ") and labels[-1].endswith(" a VIII")


def test_what_changed_an_article_stands_with_its_last_words() -> None:
    body = "\n\n".join(f"El Gobernador puede {_SAID}, y {_SAID} hoy." for _ in range(18))
    notes = "\n".join(f"Artículo {n} de la Ley 3198{n}, publicada el 20 de marzo de 2024." for n in range(1, 4))
    found = passages(f"Artículo 191. Gobiernos.\n\n{body}\n\n* Artículo modificado por:\n\n{notes}")
    assert len(found) > 1 and "El Gobernador" in found[-1].text and found[-1].text.count("publicada") == 3


def test_one_item_has_one_number() -> None:
    letters = "\n\n".join(f"{letter}) {'. '.join([_SAID.capitalize()] * 12)}." for letter in "abc")
    labels = [passage.label for passage in passages(f"Artículo 5.- El alcalde podrá:\n\n{letters}")]
    assert labels == ["art. 5, letra a", "art. 5, letra b", "art. 5, letra c"]


def test_lines_without_a_full_stop_are_rows_and_no_headings() -> None:
    rows = "\n\n".join(f"Tramos de {n}.01 a {n + 1} m de longitud {n}%" for n in range(1, 16))
    body = "\n\n".join(f"La rampa {n} se construye así: {_SAID}, y {_SAID}, y {_SAID}." for n in range(1, 6))
    found = passages(f"Artículo 62.- De las rampas.\n\n{body}\n\nSe permiten las pendientes siguientes:\n\n{rows}")
    assert len(found) > 1 and not any(passage.text.endswith(":") for passage in found)


def test_a_note_in_brackets_after_the_colon_hides_no_announcement() -> None:
    roman = "\n".join(f"{n} - {_SAID}, {_SAID}, {_SAID};" for n in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII"))
    found = passages(f"Art. 5º São deveres: (Redação dada pela Lei nº 9.648, de 1998)\n\n{roman}", language="pt")
    assert len(found) > 1 and all(passage.headings == ("São deveres:",) for passage in found[1:])
    assert found[0].label.startswith("art. 5º, I a ")


def test_an_article_that_amends_is_cut_before_the_articles_that_it_quotes() -> None:
    quoted = "\n\n".join(
        f'"Art. {n}. O titular tem direito:\n\n' + "\n\n".join(f"{r} - {_SAID};" for r in ("I", "II", "III")) + '" (NR)'
        for n in range(18, 34)
    )
    text = (
        f"Art. 2º A Lei nº 13.709 passa a vigorar com as seguintes alterações:\n\n{quoted}\n\nArt. 3º Esta Lei vigora."
    )
    *parts, last = passages(text, language="pt")
    assert len(parts) > 2 and all(part.text.startswith('"Art. ') and part.text.endswith("(NR)") for part in parts[1:])
    assert last.label == "art. 3º"


def test_what_goes_on_with_a_quoted_article_says_which() -> None:
    paragraphs = "\n\n".join(f"§ {n}º {_SAID}, {_SAID}, {_SAID}." for n in range(1, 18))
    text = (
        f'Art. 2º A Lei nº 1 passa a vigorar com a seguinte redação:\n\n"Art. 55-J. Fica criada.\n\n{paragraphs}" (NR)'
    )
    found = passages(text, language="pt")
    assert len(found) > 2 and {part.headings for part in found[2:]} == {("Art. 55-J",)}


def test_a_quoted_article_ends_where_the_next_change_begins() -> None:
    paragraphs = "\n\n".join(f"{_SAID.capitalize()}, {_SAID}, {_SAID}." for _ in range(18))
    changed = (
        f'8) Intercálase un artículo 19 bis, del siguiente tenor:\n\n"Artículo 19 bis. Documentos.\n\n{paragraphs}".'
    )
    text = (
        f"Artículo 1.- Modifícase la ley 19.880:\n\n{changed}\n\n9) Reemplázase el inciso segundo:\n\n“{paragraphs}”."
    )
    found = passages(text)
    after = next(number for number, part in enumerate(found) if part.text.startswith("9) Reemplázase"))
    assert after > 2 and {part.headings for part in found[2:after]} == {("Artículo 19 bis",)}
    assert all("Artículo 19 bis" not in part.headings for part in found[after:])


def test_an_article_quoted_without_quotation_marks_heads_what_goes_on_with_it() -> None:
    paragraphs = "\n\n".join(f"{_SAID.capitalize()}, {_SAID}, {_SAID}." for _ in range(18))
    text = f"ARTICULO 1º - Sustitúyese el capítulo IV por el siguiente texto:\n\nArtículo 21.- Entiéndese así.\n\n{paragraphs}"
    found = passages(text)
    assert len(found) > 2 and {part.headings for part in found[2:]} == {("Artículo 21",)}
