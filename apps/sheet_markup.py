"""HTML of service sheets: one as a checklist to print, several side by side. All text of documents is escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence

from latam_rag import services
from latam_rag.export.pages import part_name
from latam_rag.messages import text as said
from latam_rag.services import Sheet

#: What stands in boxes at the top: what people ask first.
_FACTS = ("cost", "time")
_LEFT_OUT = ("description", *_FACTS)


def sheet(shown: Sheet, institution: str, language: str) -> str:
    lines = [f'<article class="lr-sheet"><div class="lr-small">{html.escape(institution or shown.body)}</div>']
    lines.append(f"<h2>{html.escape(shown.name)}</h2>")
    lines += [_paragraphs(shown, "description")]
    facts = "".join(f"<div>{_part(shown, part, language)}</div>" for part in _FACTS)
    lines.append(f'<div class="lr-facts">{facts}</div>')
    missing = [part for part in shown.missing() if part not in _FACTS]
    lines += [_part(shown, part, language) for part in shown.parts if part not in _LEFT_OUT]
    lines += [_part(shown, part, language) for part in missing]
    return "".join([*lines, "</article>"])


def comparison(sheets: Sequence[Sheet], language: str) -> str:
    """A column for each; what not all of them say is marked."""
    head = "".join(f'<th scope="col">{html.escape(each.name)}</th>' for each in sheets)
    parts = [part for part in services.PARTS if any(part in each.parts for each in sheets)]
    rows = []
    for part in parts:
        shared = services.common(sheets, part)
        cells = "".join(f"<td>{_cell(each, part, shared, language)}</td>" for each in sheets)
        rows.append(f'<tr><th scope="row">{html.escape(part_name(part, language))}</th>{cells}</tr>')
    corner = f'<th scope="col">{html.escape(said("app.compare_part", language))}</th>'
    table = f'<table class="lr-compare"><thead><tr>{corner}{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    note = f'<p class="lr-small">{html.escape(said("app.compare_note", language))}</p>'
    name = html.escape(said("app.compare", language))
    return f'{note}<div class="lr-scroll" tabindex="0" role="region" aria-label="{name}">{table}</div>'


def print_button(label: str) -> str:
    return (
        f'<button type="button" class="lr-print">{html.escape(label)}</button>'
        "<script>document.querySelectorAll('.lr-print').forEach(b => { b.onclick = () => window.print(); });</script>"
    )


def _part(shown: Sheet, part: str, language: str) -> str:
    title = f"<h3>{html.escape(part_name(part, language))}</h3>"
    if part not in shown.parts:
        return f'{title}<p class="lr-missing">{html.escape(said("export.not_stated", language))}</p>'
    if part == "steps":
        steps = "".join(f"<p>{html.escape(step)}</p>" for step in services.steps(shown.text(part)))
        return title + steps
    if part in services.CHECKLIST:
        return title + _checklist(shown, part)
    return title + _paragraphs(shown, part)


def _checklist(shown: Sheet, part: str) -> str:
    lines = ['<ul class="check">']
    entries = services.items(shown.text(part), sentences=True)
    for entry in entries:
        text = html.escape(entry)
        if entry.endswith(":") and len(entries) > 1:
            lines.append(f"<li><strong>{text}</strong></li>")
        else:
            lines.append(f'<li><label><input type="checkbox"><span>{text}</span></label></li>')
    return "".join([*lines, "</ul>"])


def _paragraphs(shown: Sheet, part: str) -> str:
    return "".join(f"<p>{html.escape(entry)}</p>" for entry in services.items(shown.text(part)))


def _cell(shown: Sheet, part: str, shared: set[str], language: str) -> str:
    if part not in shown.parts:
        return f'<span class="lr-missing">{html.escape(said("app.compare_missing", language))}</span>'
    entries = services.items(shown.text(part), sentences=part in services.CHECKLIST)
    told = [
        html.escape(entry) if services.folded(entry) in shared else f"<mark>{html.escape(entry)}</mark>"
        for entry in entries
    ]
    return told[0] if len(told) == 1 else f"<ul>{''.join(f'<li>{entry}</li>' for entry in told)}</ul>"
