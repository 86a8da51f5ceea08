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
from latam_rag.llm import Configured, requirements

_STATES = {"ok": "in-force", "warning": "unknown", "failure": "repealed"}


def show() -> None:
    st.header(say("admin.memory"), anchor=False)
    _machine()
    st.header(say("admin.models"), anchor=False)
    definitions = indexes_of.known()
    if not definitions:
        st.html(markup.small(say("admin.no_index")))
    for definition in definitions:
        _models(definition)
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


def _models(definition: Definition) -> None:
    with st.container(border=True):
        st.html(markup.crumbs(definition.title or definition.name))
        pairs: list[tuple[str, tables.Cell]] = [
            (say("admin.fact_embedding"), definition.embedding.model),
            (say("admin.fact_reranker"), definition.retrieval.reranker or say("admin.none")),
        ]
        if not definition.generation.written:
            st.html(tables.facts([*pairs, (say("admin.fact_model"), say("admin.no_model"))]))
            return
        found = _configured(definition)
        if isinstance(found, LatamRagError):
            st.html(tables.facts(pairs))
            st.error(markup.plain(found.said(language())), icon=":material/error:")
            return
        generator = opened.known(definition.name).loaded
        pairs += [
            (say("admin.fact_model"), found.name),
            (say("admin.fact_file"), found.origin),
            (say("admin.column_size"), tables.size(found.size) if found.size else None),
            (say("admin.fact_context"), definition.generation.context),
            (say("admin.fact_loaded"), say("admin.loaded") if generator else say("admin.not_loaded")),
        ]
        if isinstance(generator, llm.Queued):
            pairs.append((say("admin.fact_queue"), generator.asked()))
        st.html(tables.facts(pairs))
        key, values = found.fit
        said = markup.plain(say(key, **values))
        if not found.fits:
            st.warning(said, icon=":material/memory:")
        else:
            st.html(markup.small(say(key, **values)))


def _configured(definition: Definition) -> Configured | LatamRagError:
    try:
        return llm.check(definition.generation, base=definition.base)
    except LatamRagError as error:
        return error


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
