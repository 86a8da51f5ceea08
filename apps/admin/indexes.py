"""The indexes and their sources: what is in them, bringing them up to date, and what couldn't be read."""

from __future__ import annotations

import streamlit as st

from latam_rag import home, usage
from latam_rag.apps import markup, opened
from latam_rag.apps.admin import running, tables
from latam_rag.apps.admin.running import Running
from latam_rag.apps.interface import language, say, tell
from latam_rag.errors import ConfigError
from latam_rag.index import Index
from latam_rag.status import Status
from latam_rag.sync import REFUSED, labels
from latam_rag.sync.telling import duration, reason, summary
from latam_rag.types import Failure

_LISTED = 100
"""Failures in the table; all of them can be chosen."""


def overview() -> None:
    """All indexes of this machine, a line each. One whose definition can't be read says why."""
    rows: list[list[tables.Cell]] = []
    for name in home.names():
        try:
            definition = home.find(name)
        except ConfigError as error:
            tell(error)
            continue
        index: Index = opened.known(name)
        status = index.status()
        rows.append([
            f"{status.title} · {name}", status.documents, len(status.failures), status.passages,
            tables.moment(status.last_sync), tables.size(usage.on_disk(index.folder)),
            definition.embedding.model.rpartition("/")[2],
        ])  # fmt: skip
    if rows:
        columns = ("name", "documents", "failures", "passages", "last_sync", "size", "embedding")
        title = say("admin.indexes")
        st.html(tables.table(title, [say(f"admin.column_{column}") for column in columns], rows))


def show(index: Index) -> None:
    status = index.status()
    st.header(say("admin.update"), anchor=False)
    _sync(index, status)
    st.header(say("admin.sources"), anchor=False)
    _sources(index, status)
    if status.failures:
        st.header(say("admin.failures", count=len(status.failures)), anchor=False)
        _failures(index, status)


def _sync(index: Index, status: Status) -> None:
    run = running.last(index.definition.name)
    if run is not None and not run.finished:
        progress(index.definition.name)
        return
    if run is not None and run.kind == "sync":
        _ended(run)
    elif status.last_sync:
        st.html(markup.small(say("admin.last_sync", at=tables.moment(status.last_sync))))
    refused = any(failure.key in REFUSED for failure in status.failures)
    allow = False
    if refused:
        st.warning(say("admin.deletions"), icon=":material/delete_sweep:")
        allow = st.checkbox(say("admin.allow_deletions"), key=f"allow.{index.definition.name}.{status.last_sync}")
    if st.button(say("admin.sync"), type="primary", icon=":material/sync:", key="sync"):
        running.sync(index, allow_deletions=allow)
        st.rerun()


@st.fragment(run_every=1.0)  # type: ignore[untyped-decorator]  # mypy skips Streamlit
def progress(name: str) -> None:
    """Of what runs on the index. Drawn again by itself, and nothing else with it."""
    run = running.last(name)
    if run is None or run.finished:
        st.rerun()
    now = run.progress
    evaluating = run.kind == "evaluation"
    said = [say("admin.evaluating") if evaluating else say(f"sync.phase_{now.phase}")]
    if now.listing:
        said.append(say("sync.listing", count=now.listing))
    if now.total:
        of = "admin.questions_done" if evaluating else "admin.documents_done"
        said.append(say(of, done=tables.thousands(now.done), total=tables.thousands(now.total)))
    st.progress(min(now.done / now.total, 1.0) if now.total else 0.0, text=markup.plain(" · ".join(said)))
    pace = []
    if now.rate >= 0.1:
        pace.append(say("cli.rate", rate=f"{now.rate:.0f}"))
    if now.eta is not None and now.done:
        pace.append(say("admin.left", time=duration(now.eta)))
    st.html(markup.small(" · ".join(pace) or say("admin.goes_on_evaluating" if evaluating else "admin.goes_on")))
    if not run.stopping and st.button(say("stop"), icon=":material/stop_circle:", key="sync.stop"):
        run.stop()
    if run.stopping:
        st.html(markup.live(say("admin.stopping")))


def _ended(run: Running) -> None:
    if run.report is not None:
        said = markup.plain(summary(run.report, language()))
        if run.report.failed:
            st.warning(said, icon=":material/rule:")
        else:
            st.success(said, icon=":material/check_circle:")
    elif run.outcome == "stopped":
        st.info(say("admin.sync_stopped"), icon=":material/stop_circle:")
    elif run.error is not None:
        tell(run.error)
    else:
        st.error(say("admin.sync_fault"), icon=":material/error:")


def _sources(index: Index, status: Status) -> None:
    known = {state.key: state for state in status.sources}
    rows: list[list[tables.Cell]] = []
    for key, label in labels(index.definition).items():
        state = known.get(key)
        if state is None:
            rows.append([label, 0, 0, say("admin.source_new"), "–"])
            continue
        how = state.reason or say("admin.source_well")
        rows.append([label, state.documents, state.failed, how, tables.moment(state.listed)])
    columns = ("source", "documents", "failures", "state", "listed")
    title = say("admin.sources")
    st.html(tables.table(title, [say(f"admin.column_{column}") for column in columns], rows))


def _failures(index: Index, status: Status) -> None:
    tried = index.catalog.tried()
    count = {uri: each.count for (uri, _), each in tried.items()}
    busy = (run := running.last(index.definition.name)) is not None and not run.finished
    _retry(index, [failure.uri for failure in status.failures if failure.uri in count], busy=busy)
    shown = sorted(status.failures, key=lambda each: (each.key, each.uri))
    columns = ("document", "reason", "tries")
    st.html(
        tables.table(
            say("admin.failures", count=len(status.failures)),
            [say(f"admin.column_{column}") for column in columns],
            [[each.uri, _why(each), count.get(each.uri)] for each in shown[:_LISTED]],
        )
    )
    if len(shown) > _LISTED:
        st.html(markup.small(say("admin.more", count=len(shown) - _LISTED)))


def _retry(index: Index, uris: list[str], *, busy: bool) -> None:
    if not uris:
        return
    key = f"retry.{index.definition.name}"
    # One that was mended is no choice any more.
    st.session_state[key] = [uri for uri in st.session_state.get(key, []) if uri in uris]
    chosen = st.multiselect(say("admin.retry_which"), uris, placeholder=say("admin.retry_none"), key=key)
    with st.container(horizontal=True, gap="small"):
        some = st.button(
            say("admin.retry_chosen", count=len(chosen)), icon=":material/refresh:", disabled=busy or not chosen
        )
        everything = st.button(say("admin.retry_all", count=len(uris)), icon=":material/refresh:", disabled=busy)
    if some or everything:
        running.retry(index, chosen if some else ())
        st.rerun()


def _why(failure: Failure) -> str:
    return say("admin.deletions") if failure.key in REFUSED else reason(failure)
