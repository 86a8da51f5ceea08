"""What the program has of the machine: models, memory, disk, and what ``doctor`` finds missing."""

from __future__ import annotations

import shutil

import streamlit as st

from latam_rag import doctor, home, llm, usage
from latam_rag import index as indexes_of
from latam_rag.apps import markup, opened
from latam_rag.apps.admin import tables
from latam_rag.apps.interface import language, say
from latam_rag.config import Definition
from latam_rag.doctor import Check
from latam_rag.errors import LatamRagError
from latam_rag.index import Index
from latam_rag.llm import requirements

_STATES = {"ok": "in-force", "warning": "unknown", "failure": "repealed"}


def show() -> None:
    st.header(say("admin.memory"), anchor=False)
    _machine()
    st.header(say("admin.models"), anchor=False)
    _models()
    st.header(say("admin.checks"), anchor=False)
    _checks()


def _machine() -> None:
    folder = home.home()
    near = next(path for path in (folder, *folder.parents) if path.exists())
    has, taken = requirements.machine(near), usage.resident()
    disk = shutil.disk_usage(near)
    st.html(
        tables.facts([
            (say("admin.fact_resident"), tables.size(taken) if taken is not None else None),
            (say("admin.fact_ram"), tables.size(has.ram)),
            (say("admin.fact_gpu"), tables.size(has.gpu) if has.gpu else say("admin.none")),
            (say("admin.fact_free"), say("admin.free_of", free=tables.size(disk.free), of=tables.size(disk.total))),
            (say("admin.fact_home"), str(folder)),
        ])
    )  # fmt: skip
    if disk.free < doctor.LOW_DISK:
        st.warning(markup.plain(say("doctor.disk_remedy")), icon=":material/storage:")


def _models() -> None:
    rows: list[list[tables.Cell]] = []
    troubles: list[str] = []
    for definition in indexes_of.known():
        row, found = _model(definition)
        rows.append(row)
        troubles += found
    if not rows:
        st.html(markup.small(say("admin.no_index")))
        return
    columns = ("index", "embedding", "model", "file", "size", "context", "loaded", "queue")
    names = [say("admin.index"), *(say(f"admin.fact_{column}") for column in columns[1:])]
    st.html(tables.table(say("admin.models"), names, rows))
    for trouble in troubles:
        st.warning(markup.plain(trouble), icon=":material/memory:")


def _model(definition: Definition) -> tuple[list[tables.Cell], list[str]]:
    """A line of the table, and what is wrong."""
    name = definition.title or definition.name
    embedding = " + ".join(filter(None, (definition.embedding.model, definition.retrieval.reranker)))
    if not definition.generation.written:
        return [name, embedding, say("admin.no_model"), None, None, None, None, None], []
    try:
        found = llm.check(definition.generation, base=definition.base)
    except LatamRagError as error:
        return [name, embedding, say("doctor.broken"), None, None, None, None, None], [error.said(language())]
    generator = opened.known(definition.name).loaded
    key, values = found.fit
    troubles = [] if found.fits else [f"{name}: {say(key, **values)}. {say('doctor.model_remedy')}"]
    return [
        name, embedding, found.name, found.origin, tables.size(found.size) if found.size else None,
        definition.generation.context, say("admin.loaded") if generator else say("admin.not_loaded"),
        generator.asked() if isinstance(generator, llm.Queued) else None,
    ], troubles  # fmt: skip


def _checks() -> None:
    """Made when they are asked for: the embedding model is loaded once more."""
    st.html(markup.small(say("admin.checks_about")))
    if st.button(say("admin.check"), icon=":material/stethoscope:", key="doctor"):
        with st.spinner(say("admin.checking")):
            st.session_state["doctor.checks"] = list(doctor.examine(language(), opened=_open))
    for check in st.session_state.get("doctor.checks", ()):
        _check(check)


def _open(name: str) -> Index | None:
    found: Index = opened.known(name)
    return found if found.in_use else None


def _check(check: Check) -> None:
    state = say(f"admin.check_{check.state}")
    st.html(markup.band(f"{state} · {check.what}: {check.found}", _STATES[check.state]))
    if check.remedy:
        st.html(markup.small(check.remedy))
