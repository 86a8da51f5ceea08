"""An evaluation as one page of HTML: figures, plots as inline SVG, and the questions that went wrong. Nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from latam_rag.evaluate import plots
from latam_rag.evaluate.asking import Outcome
from latam_rag.evaluate.figures import LEFT_OUT, MEASURES, Change
from latam_rag.evaluate.record import Evaluation
from latam_rag.messages import text as say

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5c6670;--line:#d5dae0;--back:#fff;--good:#1f6f8b;--bad:#b3541e}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a2abb5;--line:#3a424b;--back:#14181d;--good:#63b3cf;--bad:#e39a63}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}p,td,th{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.soft{color:var(--soft)}
.bad{color:var(--bad);font-weight:600}th{font-size:.8rem;overflow-wrap:normal}.wide{overflow-x:auto}
.wide td:first-child{overflow-wrap:normal;min-width:8rem}
svg{max-width:100%;height:auto}svg text{fill:var(--ink);font:13px system-ui,sans-serif}
svg .soft{fill:var(--soft)}
"""
_LISTED: Final = 100


def page(found: Evaluation, language: str) -> str:
    """The page in ``language``; a reader of figures needs nothing else."""
    parts = [
        f"<h1>{_said('eval.page_title', language, name=found.name)}</h1>",
        f"<p class=soft>{_said('eval.page_made', language, at=found.at, count=len(found.outcomes))}</p>",
        _verdict(found, language),
        _part("measures", language, plots.measures(found.figures.rates, language), _measures(found, language)),
        _part("scores", language, plots.scores(found.outcomes, found.threshold, language)),
        _part("kinds", language, _kinds(found, language)),
    ]
    if found.before:
        parts.append(_part("history", language, plots.history(found.before, found.figures.rates, language)))
    parts.append(_part("wrong", language, _wrong(found, language)))
    head = f"<title>{_said('eval.page_title', language, name=found.name)}</title><style>{_STYLE}</style>"
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    view = '<meta name=viewport content="width=device-width,initial-scale=1">'
    body = "\n".join(parts)
    head = f"<head><meta charset=utf-8>{policy}{view}{head}</head>"
    return f"<!doctype html><html lang={language}>{head}<body>{body}</body></html>\n"


def measured(name: str, language: str) -> str:
    return say(f"eval.measure_{name}", language)


def _said(key: str, language: str, **values: object) -> str:
    return escape(say(key, language, **values))


def _part(name: str, language: str, *content: str) -> str:
    about = _said(f"eval.page_{name}_about", language)
    return f"<h2>{_said(f'eval.page_{name}', language)}</h2>\n<p class=soft>{about}</p>\n" + "\n".join(content)


def _verdict(found: Evaluation, language: str) -> str:
    if not found.before:
        return f"<p>{_said('eval.first_run', language)}</p>"
    worse = [change for change in found.changes if change.regressed]
    if not worse:
        return f"<p>{_said('eval.no_worse', language)}</p>"
    return "".join(f"<p class=bad>{escape(line)}</p>" for line in (regression(change, language) for change in worse))


def regression(change: Change, language: str) -> str:
    """A measure that got worse, in one line."""
    return say(
        "eval.worse", language, measure=measured(change.measure, language), before=round(100 * change.before, 1),
        now=round(100 * change.now, 1), shared=change.shared, worse=len(change.worse), better=change.better,
    )  # fmt: skip


def _measures(found: Evaluation, language: str) -> str:
    changes = {change.measure: change for change in found.changes}
    rows = []
    for name, rate in found.figures.rates.items():
        if rate.of:
            low, high = rate.interval()
            change = changes.get(name)
            since = f"{100 * (change.now - change.before):+.1f}" if change and change.shared else "–"
            rows.append(
                (measured(name, language), _of(rate.good, rate.of), f"{100 * low:.0f}–{100 * high:.0f} %", since)
            )
    for name in ("ndcg", "precision", "search_ms", "answer_ms"):
        value = getattr(found.figures, name)
        shown = f"{value:.0f} ms" if name.endswith("_ms") else f"{value:.3f}"
        rows.append((measured(name, language), shown, "", ""))
    heads = [_said(f"eval.head_{name}", language) for name in ("measure", "value", "interval", "since")]
    return _table(heads, rows)


def _kinds(found: Evaluation, language: str) -> str:
    names = [name for name in MEASURES if any(own[name].of for own in found.figures.kinds.values())]
    rows = [
        (
            say(f"eval.kind_{kind}", language),
            *(f"{own[name].good}/{own[name].of}" if own[name].of else "–" for name in names),
        )
        for kind, own in found.figures.kinds.items()
    ]
    return _table(["", *(escape(measured(name, language)) for name in names)], rows)


def _wrong(found: Evaluation, language: str) -> str:
    worse = {each for change in found.changes for each in change.worse}
    wrong = sorted((o for o in found.outcomes if is_wrong(o)), key=lambda o: o.id not in worse)
    rows = [
        (
            say(f"eval.kind_{o.kind}", language) + (f" · {say('eval.was_right', language)}" if o.id in worse else ""),
            o.question,
            say("eval.was_refused" if o.refused else "eval.was_answered", language) + ". " + o.said,
        )
        for o in wrong[:_LISTED]
    ]
    heads = [_said(f"eval.head_{name}", language) for name in ("kind", "question", "came")]
    return _table(heads, rows, numbers=False)


def is_wrong(outcome: Outcome) -> bool:
    if outcome.answerable:
        return outcome.refused or outcome.any is False or not outcome.literal
    return not outcome.refused and outcome.kind != LEFT_OUT


def _of(good: int, of: int) -> str:
    return f"{100 * good / of:.1f} % ({good}/{of})" if of else "–"


def _table(heads: Iterable[str], rows: Sequence[Sequence[str]], *, numbers: bool = True) -> str:
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=n' if numbers and at else ''}>{escape(cell)}</td>" for at, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
