"""What was asked and what was shown: the record of answers, filtered, opened, verified and taken along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from latam_rag.apps import address, markup
from latam_rag.apps.admin import tables
from latam_rag.apps.interface import language, say
from latam_rag.audit import Verified, exporting
from latam_rag.audit.register import VERDICTS, Register, Row, Wanted
from latam_rag.index import Index
from latam_rag.messages import text

_LISTED = 50
"""Records in the table at once."""
_REGISTERS: dict[str, Register] = {}


def register(index: Index) -> Register:
    """The same object for all visits: what was read isn't read again."""
    key = str(index.recorder.log.path)
    return _REGISTERS.setdefault(key, Register(index.recorder.log))


def show(index: Index) -> None:
    if not index.definition.audit.enabled:
        st.info(markup.plain(say("admin.audit_off", name=index.definition.name)), icon=":material/info:")
    records = register(index)
    if not records.rows():
        st.info(say("admin.audit_none"), icon=":material/info:")
        return
    rows = records.chosen(_wanted())
    st.html(
        markup.live(say("admin.records", found=tables.thousands(len(rows)), of=tables.thousands(len(records.rows()))))
    )
    if rows:
        _listed(rows)
        _record(records, rows)
        _export(index, records, rows)
    _verify(index)


def _wanted() -> Wanted:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="admin_filter"):
        said = st.text_input(say("admin.words"), key="words", bind="query-params", max_chars=200)
        since = st.date_input(say("admin.since"), value=None, format="DD/MM/YYYY", key="since", bind="query-params")
        until = st.date_input(say("admin.until"), value=None, format="DD/MM/YYYY", key="until", bind="query-params")
        address.recall_many("verdict", VERDICTS)
        names = {verdict: say(f"admin.verdict_{verdict}") for verdict in VERDICTS}
        verdicts = st.multiselect(
            say("admin.verdict"), VERDICTS, format_func=names.__getitem__, placeholder=say("facet_any"), key="verdict"
        )
        address.keep("verdict", verdicts)
    return Wanted(since=_day(since), until=_day(until), verdicts=tuple(verdicts), text=said or "")


def _day(chosen: Any) -> str:
    return chosen.isoformat() if isinstance(chosen, date) else ""


def _listed(rows: Sequence[Row]) -> None:
    columns = ("number", "time", "verdict", "question")
    st.html(
        tables.table(
            say("admin.section_answers"),
            [say(f"admin.column_{column}") for column in columns],
            [[str(row.number), tables.moment(row.time), _verdict(row), _question(row)] for row in rows[:_LISTED]],
        )
    )
    if len(rows) > _LISTED:
        st.html(markup.small(say("admin.records_more", count=_LISTED)))


def _record(records: Register, rows: Sequence[Row]) -> None:
    by_number = {row.number: row for row in rows[:_LISTED]}
    number = st.selectbox(
        say("admin.open_record"), list(by_number), index=None, placeholder=say("admin.record_choose"), key="record",
        format_func=lambda each: f"{each} · {_question(by_number[each])}",
    )  # fmt: skip
    if number not in by_number:
        return
    row = by_number[number]
    record = records.record(row)
    with st.container(border=True):
        made = record.get("made_by", {}).get("engine", "")
        parts = (str(number), tables.moment(row.time), _verdict(row), made)
        st.html(markup.small(" · ".join(part for part in parts if part)))
        st.html(markup.crumbs(_question(row)))
        if record.get("reason"):
            st.html(markup.band(str(record["reason"]), "unknown"))
        for sentence in record.get("shown", ()):
            st.html(markup.sentence(sentence["text"], tuple(sentence["citations"])))
        _citations(record)
        _withheld(record)
        st.html(markup.small(f"{say('admin.fact_hash_record')}: {record['hash']}"))


def _citations(record: Mapping[str, Any]) -> None:
    places = {hit["passage"]: hit["place"] for hit in record.get("hits", ())}
    for cited in record.get("citations", ()):
        where = places.get(cited["passage"]) or cited["uri"]
        st.html(markup.small(f"[{cited['number']}] {where}: «{' '.join(str(cited['quote']).split())}»"))


def _withheld(record: Mapping[str, Any]) -> None:
    kept = [verdict for verdict in record.get("verdicts", ()) if not verdict["shown"]]
    if kept:
        lines = [
            f"{verdict['sentence']} – {'; '.join(text(key, language(), **values) for key, values in verdict['reasons'])}"
            for verdict in kept
        ]
        st.html(markup.titled_list(say("admin.withheld"), lines))


def _export(index: Index, records: Register, rows: Sequence[Row]) -> None:
    """What is listed, oldest first, as ``latam-rag audit export`` writes it."""
    chosen = list(reversed(rows))
    name = f"{index.definition.name}-{date.today().isoformat()}"
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            say("admin.export_csv"), lambda: "".join(exporting.as_table(records.records(chosen))).encode("utf-8-sig"),
            file_name=f"{name}.csv", mime="text/csv", on_click="ignore", icon=":material/download:", key="export.csv",
        )  # fmt: skip
        st.download_button(
            say("admin.export_jsonl"), lambda: "".join(exporting.as_lines(records.records(chosen))),
            file_name=f"{name}.jsonl", mime="application/jsonl", on_click="ignore", icon=":material/download:",
            key="export.jsonl",
        )  # fmt: skip


def _verify(index: Index) -> None:
    st.header(say("admin.verify"), anchor=False)
    st.html(markup.small(say("admin.verify_about")))
    with st.form("verify", border=False):
        known = st.text_input(say("admin.noted"), max_chars=64, key="noted")
        asked = st.form_submit_button(say("admin.verify_do"), icon=":material/verified:")
    if asked:
        with st.spinner(say("admin.verifying")):
            found = index.recorder.log.verify((known or "").strip() or None)
        _verified(found)


def _verified(found: Verified) -> None:
    if found.faults:
        lines = [say(fault.key, line=fault.line) for fault in found.faults[:_LISTED]]
        st.error(say("admin.verify_faults", count=len(found.faults)), icon=":material/error:")
        st.html(markup.titled_list(say("admin.faults"), lines))
    else:
        st.success(
            markup.plain(say("audit.verified", records=found.records, head=found.head)), icon=":material/verified:"
        )
    if found.torn:
        st.html(markup.small(say("audit.torn", count=found.torn)))


def _verdict(row: Row) -> str:
    said: str = say(f"admin.verdict_{row.verdict}")
    return said


def _question(row: Row) -> str:
    return row.question or say(f"admin.instead_{'forgotten' if row.verdict == 'forgotten' else 'erased'}")
