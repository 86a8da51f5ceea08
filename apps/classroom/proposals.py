"""What the language model proposes for the objectives of a work: asked for, followed, and taken over line by line."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import streamlit as st

from latam_rag.apps import markup, visits
from latam_rag.apps.classroom import changes
from latam_rag.apps.classroom.saved import Shelf
from latam_rag.apps.interface import say, tell
from latam_rag.errors import Cancelled, LatamRagError
from latam_rag.index import Index
from latam_rag.llm import Drafter
from latam_rag.messages import text as said
from latam_rag.teaching import Objective, Work, drafting

_PARTS = {"plan": "development", "quiz": "open", "guide": "work"}
"""Where a line that is taken over goes. A rubric's levels are not the model's business."""
_ABANDONED = 60.0
"""Seconds without anyone looking after which a draft is given up."""
_MOST = 200


class Drafting:
    """Runs in a thread of its own, objective by objective, while its page is redrawn."""

    def __init__(self, index: Index, work: Work) -> None:
        self.drafts: dict[str, drafting.Draft] = {}
        self.error: LatamRagError | None = None
        self.phase: tuple[str, Mapping[str, Any]] = ("app.phase_loading", {})
        self.finished = False
        self.unable = False
        """The model only points at what it read."""
        self._stopped = False
        self._index, self._work, self._asker = index, work, visits.visitor()
        self._seen = time.monotonic()
        threading.Thread(target=self._run, name="draft", daemon=True).start()

    def stop(self) -> None:
        self._stopped = True

    def look(self) -> None:
        self._seen = time.monotonic()

    def _unwanted(self) -> bool:
        return self._stopped or time.monotonic() - self._seen > _ABANDONED

    def _run(self) -> None:
        try:
            model = self._index.generator
            self.unable = not isinstance(model, Drafter)
            for objective in self._work.objectives:
                if isinstance(model, Drafter) and not self._unwanted():
                    self.phase = ("classroom.drafting", {"name": objective.name})
                    self.drafts[objective.id] = self._ask(model, objective)
        except Cancelled:
            self._stopped = True
        except LatamRagError as error:
            self.error = error
        finally:
            # Also after a fault of the program, which the thread then prints: the page must not wait for ever.
            self.finished = True

    def _ask(self, model: Drafter, objective: Objective) -> drafting.Draft:
        def notify(key: str, values: Mapping[str, Any]) -> None:
            self.phase = (key, values)

        return drafting.ask(
            model,
            self._work.kind,
            objective,
            self._work.language,
            asker=self._asker,
            should_stop=self._unwanted,
            notify=notify,
        )


_RUNNING: OrderedDict[tuple[str, str], Drafting] = OrderedDict()
_GUARD = threading.Lock()


def show(work: Work, shelf: Shelf, index: Index) -> None:
    """Nothing without a model, or for a rubric."""
    if work.kind not in _PARTS or not index.definition.generation.written:
        return
    place = (visits.visitor(), work.id)
    running = _RUNNING.get(place)
    with st.expander(say("classroom.model"), icon=":material/auto_awesome:", expanded=running is not None):
        st.html(markup.small(say("classroom.model_about")))
        if running is None or running.finished:
            if st.button(say("classroom.model_ask"), icon=":material/auto_awesome:", key=f"w.{work.id}.draft"):
                running = _start(place, Drafting(index, work))
                st.rerun()
        else:
            _follow(running, work)
        if running is not None and running.finished:
            _result(running, work, shelf)


def _start(place: tuple[str, str], made: Drafting) -> Drafting:
    with _GUARD:
        _RUNNING[place] = made
        while len(_RUNNING) > _MOST:
            _RUNNING.popitem(last=False)
    return made


def _follow(running: Drafting, work: Work) -> None:
    began = time.monotonic()
    waiting = st.empty()
    st.button(say("stop"), on_click=running.stop, icon=":material/stop_circle:", key=f"w.{work.id}.stop")
    while not running.finished:
        running.look()
        key, values = running.phase
        # Touching the page is where Streamlit notices that somebody pressed a button.
        waiting.html(markup.live(f"{say(key, **values)} {time.monotonic() - began:.0f} s"))
        time.sleep(0.25)
    st.rerun()


def _result(running: Drafting, work: Work, shelf: Shelf) -> None:
    if running.error is not None:
        tell(running.error)
    held = {each.id: each for each in work.objectives}
    used = {cell for row in work.rows for cell in row.cells.values()}
    lines = [(held[id_], line) for id_, draft in running.drafts.items() if id_ in held for line in draft.lines]
    for place, (objective, line) in enumerate(lines):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<div class="lr-text"><strong>{markup.small(objective.name)}</strong>{markup.passage(line)}</div>')
            if line not in used:
                st.button(
                    say("classroom.model_use"),
                    key=f"w.{work.id}.use.{place}",
                    icon=":material/add:",
                    on_click=changes.add,
                    args=(shelf, work.id, _PARTS[work.kind], _cells(work, objective, line), objective.id),
                )
    withheld = [each for draft in running.drafts.values() for each in draft.withheld]
    if withheld:
        reasons = list(dict.fromkeys(each.reason for each in withheld))
        st.html(markup.titled_list(say("classroom.model_withheld", count=len(withheld)), reasons))
    if not lines and running.error is None:
        key = "classroom.model_unable" if running.unable else "classroom.model_nothing"
        st.info(say(key), icon=":material/info:")


def _cells(work: Work, objective: Objective, line: str) -> dict[str, str]:
    if work.kind == "quiz":
        text = objective.text.partition("\n")[0].rstrip(" .;:")
        return {
            "item": line,
            "key": said("teaching.expected", work.language, text=text, name=objective.name),
            "points": "4",
        }
    if work.kind == "guide":
        return {"activity": line, "lines": "4"}
    return {"minutes": "0", "activity": line}
