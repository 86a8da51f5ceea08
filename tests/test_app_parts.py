"""The parts of the app that need no page: a question being answered, document text made safe, the launch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latam_rag import messages
from latam_rag.errors import Cancelled, ConfigError
from latam_rag.index import Index
from latam_rag.types import Answer, Citation, Filters, Sentence

pytest.importorskip("streamlit")
from latam_rag.apps import asking as asking_module
from latam_rag.apps import launch, markup
from latam_rag.apps.asking import Asking

DONE = Answer(question="¿?", language="es", sentences=(), citations=())


class Scripted:
    """An index whose ``ask`` is the function given."""

    def __init__(self, script: Callable[..., Answer]) -> None:
        self._script = script

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
