"""The parts of the app that need no page: a question being answered, document text made safe, the launch."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from fakes import make_passage
from hypothesis import given
from hypothesis import strategies as st

from latam_rag import messages, services
from latam_rag.config import Definition
from latam_rag.errors import Cancelled, ConfigError
from latam_rag.index import Index
from latam_rag.types import Answer, Box, Citation, Filters, Hit, Sentence, Verdict

pytest.importorskip("streamlit")
from latam_rag.apps import asking as asking_module
from latam_rag.apps import institution, launch, markup, opened, reading, sheet_markup, stored
from latam_rag.apps.asking import Asking

DONE = Answer(question="¿?", language="es", sentences=(), citations=())


class Scripted:
    """An index whose ``ask`` is the function given."""

    def __init__(self, script: Callable[..., Answer]) -> None:
        self._script = script
        self.definition = Definition.model_validate({"name": "x", "sources": [{"path": "."}]})

    def ask(self, question: str, **how: Any) -> Answer:
        return self._script(question, **how)


def begin(script: Callable[..., Answer]) -> Asking:
    index = cast(Index, Scripted(script))
    return Asking(index, "¿?", filters=Filters(), extractive=False).start()


def told(words: str) -> Sentence:
    return Sentence(text=words, citations=())


def test_a_sentence_is_there_before_the_answer_ends() -> None:
    go_on = threading.Event()

    def script(question: str, *, on_sentence: Callable[[Sentence, tuple[Citation, ...]], None], **_: Any) -> Answer:
        on_sentence(told("uno"), ())
        assert go_on.wait(5)
        on_sentence(told("dos"), ())
        return DONE

    asking = begin(script)
    seen = []
    for sentence in asking.follow():
        if sentence is not None:
            seen.append((sentence.text, asking.finished))
            go_on.set()
    assert [text for text, _ in seen] == ["uno", "dos"]
    assert seen[0] == ("uno", False)
    # Whoever comes later, after a redraw, sees all of it again.
    assert [sentence.text for sentence in asking.follow() if sentence] == ["uno", "dos"]
    assert asking.answer is DONE


def test_stop_reaches_the_index_and_keeps_what_was_said() -> None:
    def script(question: str, *, on_sentence: Any, should_stop: Callable[[], bool], **_: Any) -> Answer:
        on_sentence(told("uno"), ())
        while not should_stop():
            pass
        raise Cancelled("errors.cancelled")

    asking = begin(script)
    for sentence in asking.follow():
        if sentence is not None:
            asking.stop()
    assert asking.stopped and asking.finished
    assert [sentence.text for sentence in asking.sentences] == ["uno"]


def test_an_answer_nobody_looks_at_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_module, "_ABANDONED", 0.05)

    def script(question: str, *, should_stop: Callable[[], bool], **_: Any) -> Answer:
        while not should_stop():
            pass
        raise Cancelled("errors.cancelled")

    asking = begin(script)
    asking._thread.join(5)
    assert asking.finished


def test_waiting_gives_the_page_a_turn() -> None:
    go_on = threading.Event()

    def script(question: str, **_: Any) -> Answer:
        assert go_on.wait(5)
        return DONE

    asking = begin(script)
    following = asking.follow()
    assert next(following) is None
    go_on.set()
    assert list(following)[-1:] in ([], [None])


def test_an_error_of_ours_is_kept_for_the_page() -> None:
    def script(question: str, **_: Any) -> Answer:
        raise ConfigError("config.no_file", path="x.toml")

    asking = begin(script)
    assert not [sentence for sentence in asking.follow() if sentence]
    assert isinstance(asking.error, ConfigError)


@given(st.text())
def test_passage_html_holds_no_tag_of_the_document(text: str) -> None:
    inside = markup.passage(text).removeprefix('<div class="lr-text">').removesuffix("</div>")
    assert "<" not in inside and ">" not in inside


@given(st.text(), st.integers(-3, 50), st.integers(-3, 50))
def test_highlight_marks_exactly_the_stretch(text: str, start: int, end: int) -> None:
    import html

    shown = markup.passage(text, start, end)
    marked = shown.partition("<mark>")[2].partition("</mark>")[0]
    assert html.unescape(marked) == (text[start:end] if 0 <= start < end <= len(text) else "")


@pytest.mark.parametrize("text", ["[a](http://x)", "![a](b)", "**a**", "<b>", "$x$", ":red[a]", "`a`", "# a", "a_b_c"])
def test_plain_leaves_no_sign_of_markdown_bare(text: str) -> None:
    shown = markup.plain(text)
    signs = [place for place, sign in enumerate(shown) if sign in "[]()!*<>$:`#_"]
    assert signs
    assert all(shown[place - 1] == "\\" for place in signs)


def test_plain_breaks_icon_codes_and_leaves_hours() -> None:
    assert ":material" not in markup.plain(":material/home:").replace("\\", "")
    assert markup.plain("a las 8:30").replace("\\", "") == "a las 8:30"


@pytest.mark.parametrize(("url", "safe"), [("https://x.example/a", True), ("javascript:alert(1)", False), ("", False)])
def test_only_web_links_are_links(url: str, safe: bool) -> None:
    assert bool(markup.web_link(url)) is safe


def test_launch_stays_on_this_machine_and_sends_nothing() -> None:
    command = launch.command(8123)
    assert command[-1] and "--server.port=8123" in command
    for flag in ("--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--browser.serverAddress=localhost"):
        assert flag in command


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('color = "blue"', "app.bad_color"),
        ('color = "#ffcc00"', "app.pale_color"),
        ('logo = "no.png"', "app.no_logo"),
        ('logo = "."', "app.no_logo"),
        ('logo = "app.toml"', "app.not_an_image"),
        ('logo = "big.png"', "app.heavy_logo"),
        ("name = 3", "app.institution_not_text"),
        ('nombre = "x"', "app.unknown_institution_key"),
        ("name = ", "config.not_toml"),
    ],
)
def test_a_wrong_institution_is_named(said: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    (tmp_path / "app.toml").write_text(f"[institution]\n{said}", "utf-8")
    (tmp_path / "big.png").write_bytes(b"\x89PNG" + bytes(3_000_000))
    with pytest.raises(ConfigError) as error:
        institution.load()
    assert error.value.key == key


def test_the_institutions_colors_reach_the_theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATAM_RAG_HOME", str(tmp_path))
    (tmp_path / "app.toml").write_text('[institution]\ncolor = "#7a1020"\n[other]\nx = 1', "utf-8")
    assert "--theme.primaryColor=#7a1020" in launch.command(1)
    assert institution.contrast("#ffffff") == 1 and round(institution.contrast("#000000")) == 21


def test_an_answer_is_the_same_after_it_was_stored() -> None:
    passage = make_passage("Se paga en enero.", metadata={"norm": ("12", "12/2019"), "grade": 4})
    cited = Citation(
        number=1, passage=passage, quote="en enero", start=8, end=16, page=2,
        boxes=(Box(page=2, left=1.0, top=2.0, right=3.0, bottom=4.0),),
    )  # fmt: skip
    answer = Answer(
        question="¿Cuándo?", language="es", sentences=(Sentence(text="En enero.", citations=(1,)),), citations=(cited,),
        hits=(Hit(passage=passage, score=0.5, why=("exact",)),), verdicts=(Verdict(sentence="", shown=False),),
    )  # fmt: skip
    assert stored.answer_from_json(json.loads(json.dumps(stored.answer_as_json(answer)))) == answer


def test_the_models_line_is_what_a_person_who_waits_reads() -> None:
    def script(question: str, *, notify: Any, asker: str, **_: Any) -> Answer:
        assert asker == "ana"
        notify("llm.waiting_about", {"ahead": 2, "time": "40 s"})
        notify("llm.used", {})
        return DONE

    asking = Asking(cast(Index, Scripted(script)), "¿?", filters=Filters(), extractive=False, asker="ana").start()
    asking._thread.join(5)
    assert "40 s" in messages.text(asking.phase[0], "pt", **asking.phase[1])


def test_what_a_model_only_pointed_at_is_not_said_to_be_written_by_it() -> None:
    passage = make_passage("Se paga en enero.")
    cited = Citation(number=1, passage=passage, quote="Se paga en enero.", start=0, end=17)

    def engine(text: str) -> str:
        said = Sentence(text=text, citations=(1,))
        return reading.engine_message(
            Answer(question="¿?", language="es", sentences=(said,), citations=(cited,), engine="Gemma")
        )

    assert engine("«Se paga en enero.»") == "engine_pointing"
    assert engine("Se paga en enero.") == "engine_model"


def test_what_is_found_out_of_an_index_is_kept_until_it_changes() -> None:
    class Stamped:
        stamps = iter((1, 1, 2))
        definition = Definition.model_validate({"name": "stamped", "sources": [{"path": "."}]})

        def stamp(self) -> int:
            return next(self.stamps)

    index: Any = Stamped()
    index.catalog = index
    made = iter(("first", "second"))
    assert [opened.derived(index, "x", lambda: next(made)) for _ in range(3)] == ["first", "first", "second"]


def test_sheets_are_html_without_tags_of_the_document() -> None:
    evil = make_passage("- <img src=x>\n- Cédula", title="<b>Poda</b>", headings=(), metadata={"field": "documents"})
    other = make_passage("- Cédula", title="Retiro", headings=(), uri="doc:b", metadata={"field": "documents"})
    sheets = services.sheets([evil, other])
    shown = sheet_markup.sheet(sheets[0], "", "es") + sheet_markup.comparison(sheets, "pt")
    assert "<img" not in shown and "<b>" not in shown
    assert shown.count('type="checkbox"') == 2
    assert "<mark>&lt;img src=x&gt;</mark>" in shown and "<mark>Cédula" not in shown


def test_launch_uses_options_that_streamlit_has() -> None:
    from streamlit import config

    known = {f"--{key}" for key in config.get_config_options()}
    assert {flag.partition("=")[0] for flag in launch.FLAGS} <= known


def test_every_text_of_the_app_has_both_languages_and_the_same_holes() -> None:
    from string import Formatter

    for name, by_language in messages._catalogue("app").items():
        holes = [
            {hole for _, hole, _, _ in Formatter().parse(by_language[lang]) if hole} for lang in messages.LANGUAGES
        ]
        assert holes[0] == holes[1], name
