"""Two readings of a scan make one, stamps and letterheads stay out of it, and broken rules still are a table's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from latam_rag.parse import dirt, rereading, tables, upright
from latam_rag.parse.layout import Line
from latam_rag.parse.tesseract import Word


def word(text: str, left: float, top: float, sure: float = 96.0, line: str = "1", height: float = 30.0) -> Word:
    box = np.array([left, top, left + 18 * len(text), top + height])
    return Word(text=text, box=box, sure=sure, line=(line,))


def said(words: list[Word]) -> list[str]:
    return [each.text for each in sorted(words, key=lambda each: (float(each.box[1]), float(each.box[0])))]


def test_what_the_two_read_alike_is_sure_and_dirt_of_one_is_left_out() -> None:
    first = [word("Fica", 0, 0, 70), word("alterada", 100, 0), word("a", 260, 0), word("dirt", 900, 400, 60)]
    second = [word("Fica", 0, 0, 90), word("alterada", 101, 0, 95), word("a", 260, 0, 90)]
    merged = rereading.together(first, second)
    assert said(merged) == ["Fica", "alterada", "a"]
    assert merged[0].sure == 90


@pytest.mark.parametrize(
    ("tesseract", "paddle", "right"),
    [
        (("1.165,", 95), ("1.168,", 99), "1.168,"),
        (("aiterada", 60), ("alterada", 95), "alterada"),
        (("gozo", 93), ("goze", 87), "gozo"),
        (("Compañías", 80), ("Compañias", 95), "Compañías"),
        (("SAUDE", 96), ("SAÚDE", 99), "SAÚDE"),
        (("Senhor", 97), ("SenhOr", 99), "Senhor"),
    ],
)
def test_where_they_differ_the_one_who_knows_better_is_believed(
    tesseract: tuple[str, float], paddle: tuple[str, float], right: str
) -> None:
    first, second = [word(tesseract[0], 0, 0, tesseract[1])], [word(paddle[0], 2, 0, paddle[1], "p")]
    assert said(rereading.together(first, second)) == [right]


def test_words_end_where_tesseract_sees_a_space_and_codes_have_none() -> None:
    first = [word("del", 0, 0), word("Tributo", 72, 0), word("PMG", 400, 0), word("-", 470, 0), word("ANS", 500, 0)]
    second = [word("delTributo", 0, 0, 99, "p"), word("PMG-ANS", 400, 0, 99, "q")]
    assert said(rereading.together(first, second)) == ["del", "Tributo", "PMG-ANS"]


def test_a_line_that_tesseract_misread_is_not_mixed_into_the_next_one() -> None:
    first = [word(text, 100.0 * n, 0, line="1") for n, text in enumerate(("Fíjase", "la", "tasa"))]
    second = [word(text, 100.0 * n, 22, 99, "p") for n, text in enumerate(("salvo", "lo", "dicho"))]
    merged = rereading.together(first, [*(replace(each, line=("q",)) for each in first), *second])
    assert {each.line for each in merged if each.text in ("salvo", "lo", "dicho")} == {("p",)}


def test_what_only_paddle_has_is_taken_in_its_line_and_is_unconfirmed() -> None:
    first = [word("quedará", 0, 0), word("por", 300, 0), word("otra", 0, 50, line="2")]
    second = [word("limitada", 140, 0, 95, line="9"), word("xx", 0, 300, 40, line="8")]
    merged = {each.text: each for each in rereading.together(first, second)}
    assert set(merged) == {"quedará", "limitada", "por", "otra"}
    assert merged["limitada"].line == ("1",) and merged["limitada"].sure < 80


def test_one_reading_alone_is_that_reading_and_paddles_is_doubted() -> None:
    words = [word("solo", 0, 0, 96), word("Mautne", 0, 50, 80)]
    assert rereading.together(words, []) == words
    sure = [each.sure for each in rereading.together([], words)]
    assert sure[0] == 96 and sure[1] <= 50


def _page() -> list[Word]:
    text = "los contribuyentes responsables de la ciudad abonarán".split()  # noqa: SIM905
    words = [word("Concexo", 300, 100, 62, "head", 70), word("5487", 800, 105, 73, "number", 60)]
    for row in range(8):
        left = 200.0
        for each in text:
            words.append(word(each, left, 600 + 60 * row, 96, f"row {row}"))
            left += 18 * len(each) + 20
    return words


def test_stamps_and_letterheads_are_left_out_and_the_text_stays() -> None:
    page = _page()
    stamp = [word("“A", 40, 660, 70, "row 1"), word("Y", 60, 900, 80, "alone"), word("E:", 900, 1500, 40, "last")]
    kept = dirt.swept([*page, *stamp], 3500)
    assert said(kept) == said(page[2:])


def test_a_title_that_is_surely_read_stays_and_so_do_items_in_the_margin() -> None:
    title = [word("ORDENANZA", 400, 120, 96, "title", 70)]
    item = [word("a)", 120, 660, 90, "row 1")]
    kept = dirt.swept([*title, *_page()[2:], *item], 3500)
    assert {"ORDENANZA", "a)"} <= set(said(kept))


def test_a_foot_in_small_print_is_left_out() -> None:
    foot = [word("Av. São Benedito, CEP 68.300", 200, 3350, 92, "foot", 16)]
    assert "CEP" not in " ".join(said(dirt.swept([*_page()[2:], *foot], 3500)))


@pytest.mark.parametrize("every", [1, 3])
def test_the_rules_of_a_table_are_found_though_some_are_dots(every: int) -> None:
    from PIL import Image

    pixels = np.full((900, 1500), 255, np.uint8)
    for y in (100, 250, 400, 550):
        pixels[y : y + 4, 100:1400] = 0
    for x in (100, 500, 900, 1396):
        pixels[100:554, x : x + 4] = 0
    # A rule of which a copier left dots.
    dots = np.arange(100, 1400) // 4 % every == 0
    pixels[250:254, 100:1400] = np.where(dots, 0, 255)
    _, rules = upright.without_rules(Image.fromarray(pixels))
    grids = tables.grids(rules * 72 / 300, 360, 216)
    assert [(len(grid.columns), len(grid.lines)) for grid in grids] == [(4, 4)]


def test_rows_without_a_rule_between_them_are_rows() -> None:
    def cell(left: float, *texts: str) -> list[Line]:
        return [
            Line(
                text=text, boxes=np.array([[left, 20 * row, left + 50, 20 * row + 10]] * len(text), np.float32), size=10
            )
            for row, text in enumerate(texts)
        ]

    cells = [cell(0, "Agente de Saúde", "Atendente"), cell(100, "100", "2"), cell(200, "724,00", "785,00")]
    rows = tables._undivided(cells)
    assert [["".join(line.text for line in each) for each in row] for row in rows] == [
        ["Agente de Saúde", "100", "724,00"],
        ["Atendente", "2", "785,00"],
    ]
    wrapped = [cell(0, "Agente de", "Saúde"), cell(100, "100"), cell(200, "724,00")]
    assert tables._undivided(wrapped) == [wrapped]


def test_a_tall_box_that_reaches_into_the_next_line_makes_no_one_line_of_two() -> None:
    first = [word("Fijase", 0, 0, height=50), word("en", 130, 0, height=48), word("quo", 180, 0, 70, height=60)]
    second = [word(text, left, 0, 99, "p1", 40) for text, left in (("Fíjase", 0), ("en", 130), ("(uno", 180))]
    below = [("Municipal", 0), ("salvo", 185), ("lo", 290)]
    second += [word(text, left, 32, 99, "p2", 50) for text, left in below]
    merged = rereading.together(first, second)
    lines = {line: [w.text for w in merged if w.line == line] for line in {w.line for w in merged}}
    assert sorted(map(sorted, lines.values())) == [["(uno", "Fíjase", "en"], ["Municipal", "lo", "salvo"]]


def test_one_thin_figure_is_read_once() -> None:
    first, second = word("1", 0, 0, height=44), word("1", 0, 0, 99, "p", 44)
    first, second = replace(first, box=np.array([0, 0, 14, 43])), replace(second, box=np.array([11, 0, 21, 44]))
    assert said(rereading.together([first], [second])) == ["1"]


def test_a_title_of_two_words_that_are_read_as_one_is_parted_where_the_page_has_both() -> None:
    page = [word("Sus", 0, 0), word("deberes,", 80, 0, line="1"), word("SUSDEBERES", 0, 100, line="2")]
    *_, first, second = rereading.together(page, [])
    assert (first.text, second.text, first.line, second.line) == ("SUS", "DEBERES", ("2",), ("2",))
    assert first.box[0] == 0
    assert first.box[2] == second.box[0] == pytest.approx(54)
    assert second.box[2] == page[2].box[2]


def test_a_title_stays_one_word_where_the_page_lacks_a_part_or_could_part_it_twice() -> None:
    page = [word("deberes", 0, 0), word("SUSDEBERES", 0, 100, line="2"), word("Susdeberes", 0, 200, line="3")]
    assert said(rereading.together(page, [])) == ["deberes", "SUSDEBERES", "Susdeberes"]
    twice = [word(text, 90 * at, 0) for at, text in enumerate(("cono", "serle", "conos", "erle", "CONOSERLE"))]
    assert said(rereading.together(twice, [])) == ["cono", "serle", "conos", "erle", "CONOSERLE"]
