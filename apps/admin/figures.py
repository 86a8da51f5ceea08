"""Figures where people would rather look: evaluations, syncs, what the index holds, what people thought of the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from latam_rag import feedback, timeline
from latam_rag.apps import markup, opened
from latam_rag.apps.admin import answers, indexes, running, tables
from latam_rag.apps.admin.running import Running
from latam_rag.apps.filtering import named
from latam_rag.apps.interface import language, say, tell
from latam_rag.evaluate.page import regression
from latam_rag.evaluate.record import Run, recorded
from latam_rag.feedback import Thumb
from latam_rag.history import SyncRun
from latam_rag.index import Index

_DRAWN = ("answered", "right_any", "refused", "found_first")
"""Measures over time."""
_COLORS = ("#2b7bba", "#d2691e", "#9467bd", "#7f8790")
"""Of the series: at least three to one against the page in both themes."""
_ODD = re.compile(r"[^\w ,()/%-]")
_FEW = 8
"""Counts, and what they count to, up to which they are read faster than drawn."""
_KINDS = 15
"""Bars that a narrow chart still names."""


def show(index: Index) -> None:
    _answers(index)
    _evaluations(index)
    _holds(index)
    _syncs(index.catalog.runs())


def chart(
    title: str, column: str, series: Mapping[str, Mapping[str, float]], *, lines: bool = False, across: bool = False
) -> None:
    """``series`` by name, each a value by the name of its point; ``column`` names the points. As bars, or as lines where there
    are enough points to see a line; of a single point, a bar a series. The same stands in a table, for those who don't see
    the picture."""
    points = list(dict.fromkeys(point for values in series.values() for point in values))
    if not points:
        return
    st.html(markup.crumbs(title))
    if len(series) == 1 and not lines and _few(*series.values()):
        # On an axis for them a chart would count halves of a person.
        st.html(tables.facts([(point, _whole(value)) for values in series.values() for point, value in values.items()]))
        return
    if len(points) > 1 or across:
        _draw(column, points, series, lines=lines, across=across)
    elif len(series) > 1:
        counts = {name: values[points[0]] for name, values in series.items()}
        _draw(column, list(series), {say("admin.count"): counts}, across=True)
    else:
        (name,) = series
        st.html(tables.facts([(f"{name} · {points[0]}", series[name][points[0]])]))
        return
    with st.expander(say("admin.as_table", title=title), icon=":material/table_rows:"):
        rows = [[point, *(_whole(values.get(point)) for values in series.values())] for point in points]
        st.html(tables.table(title, [column, *series], rows))


def _draw(
    column: str, points: Sequence[str], series: Mapping[str, Mapping[str, float]], *, lines: bool = False,
    across: bool = False,
) -> None:  # fmt: skip
    # A colon or a dot in the name of a column means something to the chart.
    names, column = [_ODD.sub(" ", name) for name in series], _ODD.sub(" ", column)
    values = [[each.get(point) for point in points] for each in series.values()]
    data = {column: points, **dict(zip(names, values, strict=True))}
    colors = list(_COLORS[: len(names)])
    if lines and len(points) > 2:
        st.line_chart(data, x=column, y=names, x_label="", y_label="", color=colors)
    else:
        st.bar_chart(
            data, x=column, y=names, x_label="", y_label="", color=colors, horizontal=across, sort=False, stack=False
        )


def _few(values: Mapping[str, float]) -> bool:
    return len(values) <= _FEW and max(values.values()) <= _FEW


def _whole(value: float | None) -> tables.Cell:
    return int(value) if value is not None and value == int(value) else value


def _answers(index: Index) -> None:
    st.header(say("admin.section_answers"), anchor=False)
    rows = [row for row in answers.register(index).rows() if row.verdict in ("answered", "withheld", "refused")]
    given = feedback.thumbs(index.folder)
    if not rows and not given:
        st.html(markup.small(say("admin.no_answers")))
        return
    refused = sum(row.verdict == "refused" for row in rows)
    helped = sum(thumb.helped for thumb in given)
    st.html(
        tables.facts([
            (say("admin.asked"), len(rows)),
            (say("admin.refused_share"), _percent(refused, len(rows))),
            (say("admin.thumbs_up"), helped),
            (say("admin.thumbs_down"), len(given) - helped),
        ])
    )  # fmt: skip
    periods = timeline.by_period([(row.time, row.verdict) for row in rows])
    counts = {
        say("admin.series_answered"): {
            at: float(sum(verdict != "refused" for verdict in each)) for at, each in periods.items()
        },
        say("admin.series_refused"): {at: float(each.count("refused")) for at, each in periods.items()},
    }
    chart(say("admin.asked_over_time"), say("admin.period"), counts)
    _reasons(given)


def _reasons(given: Sequence[Thumb]) -> None:
    counts = feedback.counted(given)
    if counts:
        named_counts = {say(f"why_{reason}"): float(count) for reason, count in counts.items()}
        chart(
            say("admin.thumbs_why"), say("admin.column_reason"), {say("admin.thumbs_down"): named_counts}, across=True
        )
    comments = [thumb for thumb in reversed(given) if thumb.comment][:10]
    if comments:
        with st.expander(say("admin.comments", count=len(comments)), icon=":material/comment:"):
            columns = ("time", "question", "comment")
            st.html(
                tables.table(
                    say("admin.comments", count=len(comments)),
                    [say(f"admin.column_{column}") for column in columns],
                    [[tables.moment(each.at), each.question, each.comment] for each in comments],
                )
            )


def _evaluations(index: Index) -> None:
    st.header(say("admin.evaluations"), anchor=False)
    _evaluate(index)
    found = recorded(index.folder)
    if not found:
        st.html(markup.small(say("admin.no_evaluation")))
        return
    name = next(iter(found))
    if len(found) > 1:
        labels = {each: _set(each) for each in found}
        name = (
            st.selectbox(say("admin.evaluation_of"), list(found), format_func=labels.__getitem__, key="evaluated")
            or name
        )
    runs = found[name]
    last = runs[-1]
    worse = "" if last.accepted else " " + say("admin.evaluation_worse")
    st.html(markup.small(say("admin.evaluation_last", at=tables.moment(last.at)) + worse))
    _measures(last, runs[-2] if len(runs) > 1 else None)
    drawn = [measure for measure in _DRAWN if any(measure in run.shares for run in runs)]
    by_period = timeline.by_period([(run.at, run) for run in runs])
    series = {
        say(f"eval.measure_{measure}"): {
            at: round(100 * each[-1].shares[measure], 1) for at, each in by_period.items() if measure in each[-1].shares
        }
        for measure in drawn
    }
    if len(by_period) > 1:
        chart(say("admin.evaluations_over_time"), say("admin.period"), series, lines=True)


def _evaluate(index: Index) -> None:
    """The button, or how what runs is getting on; and how the last one ended."""
    run = running.last(index.definition.name)
    if run is not None and not run.finished:
        indexes.progress(index.definition.name)
        return
    if run is not None and run.kind == "evaluation":
        _ended(run)
    st.html(markup.small(say("admin.evaluate_about")))
    if st.button(say("admin.evaluate"), icon=":material/fact_check:", key="evaluate"):
        running.evaluate(index)
        st.rerun()


def _ended(run: Running) -> None:
    if run.evaluation is not None:
        worse = [regression(change, language()) for change in run.evaluation.changes if change.regressed]
        done = say("admin.evaluation_done", count=len(run.evaluation.outcomes))
        if worse:
            st.warning(markup.plain(" ".join((done, *worse))), icon=":material/trending_down:")
        else:
            st.success(markup.plain(done), icon=":material/check_circle:")
    elif run.outcome == "stopped":
        st.info(say("admin.evaluation_stopped"), icon=":material/stop_circle:")
    elif run.error is not None:
        tell(run.error)
    else:
        st.error(say("admin.sync_fault"), icon=":material/error:")


def _measures(last: Run, before: Run | None) -> None:
    rows: list[list[tables.Cell]] = []
    for measure, share in last.shares.items():
        former = before.shares.get(measure) if before else None
        since = f"{100 * (share - former):+.1f}".replace(".", ",") if former is not None else "–"
        bits = last.bits.get(measure, {})
        rows.append([
            say(f"eval.measure_{measure}"),
            f"{100 * share:.1f} %".replace(".", ","),
            f"{sum(bits.values())}/{len(bits)}",
            since,
        ])  # fmt: skip
    columns = ("measure", "share", "of", "since")
    st.html(tables.table(say("admin.evaluations"), [say(f"admin.column_{column}") for column in columns], rows))


def _set(name: str) -> str:
    said: str = say("admin.evaluation_made") if name == "made" else name
    return said


def _holds(index: Index) -> None:
    st.header(say("admin.holds"), anchor=False)
    sources = {state.label: float(state.documents) for state in index.status().sources}
    documents = say("admin.column_documents")
    chart(say("admin.by_source"), say("admin.column_source"), {documents: _most(sources)}, across=True)
    passages = say("admin.column_passages")
    facets = ("country", "kind")
    values = opened.derived(index, "facet counts", lambda: {facet: index.store.values(facet) for facet in facets})
    for facet, place in zip(facets, st.columns(len(facets), gap="large"), strict=True):
        counts = {named(facet, value): float(count) for value, count in values[facet].items()}
        with place:
            chart(say(f"admin.by_{facet}"), say(f"facet_{facet}"), {passages: _most(counts)}, across=True)


def _most(counts: Mapping[str, float]) -> dict[str, float]:
    """The largest, and what the others come to together."""
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = {markup.shortened(name, 40): count for name, count in ordered[:_KINDS]}
    rest = sum(count for _, count in ordered[_KINDS:])
    return {**shown, say("admin.others"): rest} if rest else shown


def _syncs(runs: Sequence[SyncRun]) -> None:
    st.header(say("admin.syncs"), anchor=False)
    done = [run for run in runs if run.finished]
    if not done:
        st.html(markup.small(say("admin.no_syncs")))
        return
    periods = timeline.by_period([(run.started, run) for run in done])
    outcomes = ("new", "changed", "gone", "failed")
    series = {
        say(f"admin.series_{outcome}"): {
            # What failed stays failed from sync to sync: the last says how many do.
            at: float(each[-1].failed if outcome == "failed" else sum(getattr(run, outcome) for run in each))
            for at, each in periods.items()
        }
        for outcome in outcomes
    }
    chart(say("admin.syncs_documents"), say("admin.period"), series)
    times = {at: round(sum(run.seconds for run in each) / len(each), 1) for at, each in periods.items()}
    chart(say("admin.syncs_seconds"), say("admin.period"), {say("admin.seconds"): times}, lines=True)
    cut = len(runs) - len(done)
    if cut:
        st.html(markup.small(say("admin.syncs_cut", count=cut)))


def _percent(part: int, whole: int) -> str | None:
    return f"{100 * part / whole:.0f} %" if whole else None
