"""Front matter: what the head of a Markdown file says of the document, in the words of our metadata."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from latam_rag.parse.build import Draft, clean
from latam_rag.parse.repeals import found_in
from latam_rag.references import canonical_norm
from latam_rag.types import Genre, Language, Value

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
#: What registries call their remarks on a norm's history.
_REMARKS = ("observaciones", "observacoes", "observações", "references_html", "vigencia", "vigência")
_MARKUP = re.compile(r"<[^>]*>|\*\*|\[([^\]]*)\]\([^)]*\)")
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
_KINDS = re.compile(
    r"ley|lei|decreto|ordenanza|resoluci|resoluç|acuerdo|constituci|constituiç|portaria|dnu|c[oó]digo|directiva|reglamento",
    re.IGNORECASE,
)
_SPANISH = "AR BO CL CO CR CU DO EC ES GT HN MX NI PA PE PR PY SV UY VE"
_LANGUAGES: Mapping[str, Language] = {"BR": "pt", "PT": "pt", **dict.fromkeys(_SPANISH.split(), "es")}
_STATUS = {
    "in_force": "in_force", "vigente": "in_force", "vigent": "in_force", "em vigor": "in_force",
    "repealed": "repealed", "derogado": "repealed", "derogada": "repealed", "abrogada": "repealed", "abrogado": "repealed",
    "revogado": "repealed", "revogada": "repealed", "partially_repealed": "partially_repealed",
}  # fmt: skip


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The front matter of ``text`` as a mapping (empty when there is none or it isn't YAML), and the rest."""
    import yaml

    found = _FRONT.match(text)
    if not found or len(found[1]) > 100_000 or re.search(r"(?:^|\s)[&*]\w", found[1]):
        # Anchors and aliases have no business here, and can be made to expand without end.
        return {}, text
    try:
        # The same loader in C, where PyYAML was built with it: thousands of laws are read at a time.
        front = yaml.load(found[1], Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError):
        front = _by_line(found[1])
    return (front, text[found.end() :]) if isinstance(front, dict) else ({}, text)


def _by_line(front: str) -> dict[str, str]:
    """Broken YAML (an unquoted colon in a title) still has its lines."""
    pairs = (line.partition(":") for line in front.split("\n") if re.match(r"^[\w-]+:", line))
    return {key: value.strip().strip("\"'") for key, _, value in pairs}


def described(draft: Draft, front: Mapping[str, Any]) -> None:
    """Lay ``front`` over ``draft``: title, metadata, url, and LAW when it names a norm."""
    said = {str(key).lower(): clean(value) for key, value in front.items() if isinstance(value, str) and value.strip()}
    if not said:
        return
    draft.title = _decoded(said.get("title", ""))
    draft.url = next((said[k] for k in ("source", "url") if said.get(k, "").startswith(("http://", "https://"))), "")
    metadata = draft.metadata
    if re.fullmatch(r"[A-Za-z]{2}", said.get("country", "")):
        metadata["country"] = said["country"].upper()
        draft.language = _LANGUAGES.get(said["country"].upper())
    rank = said.get("official_type") or said.get("rank", "").replace("_", " ").capitalize()
    if rank:
        metadata["kind"] = rank
    if body := said.get("body") or said.get("organism") or _jurisdiction(said):
        metadata["body"] = body
    if norm := _norm(said):
        metadata["norm"] = norm
    _validity(metadata, said)
    if _KINDS.search(f"{rank} {said.get('identifier', '')}"):
        draft.genre = Genre.LAW
        metadata.setdefault("domain", "legal")


def _jurisdiction(said: Mapping[str, str]) -> str:
    """``department`` holds the issuing body in some sources and the signatories in others; only a body is kept."""
    department = said.get("department", "")
    return (
        department
        if re.search(r"congreso|ministerio|poder|municip|concejo|consejo|gobierno", department, re.IGNORECASE)
        else ""
    )


def _norm(said: Mapping[str, str]) -> str:
    written = said.get("official_number") or said.get("number") or ""
    if not written:
        identifier = said.get("identifier", "")
        found = re.search(r"\d[\d.]*(?:[-/]\d{4})?", identifier)
        written = found[0].replace("-", "/") if found and not identifier.upper().startswith("CON") else ""
    return canonical_norm(written) if written else ""


def _validity(metadata: dict[str, Value], said: Mapping[str, str]) -> None:
    status = _STATUS.get(said.get("status", "").lower())
    remarks = " ".join(_MARKUP.sub(r"\1", said[key]) for key in _REMARKS if key in said)
    if repeal := found_in(remarks):
        # The remark is written by the registry, the status by a script that never looked.
        status = repeal.status
        if repeal.by:
            metadata["amended_by"] = (repeal.by,)
        if repeal.until:
            metadata["valid_to"] = repeal.until
    if status:
        metadata["status"] = status
    if remarks:
        metadata["remarks"] = remarks
    for key in ("valid_from", "publication_date", "enactment_date"):
        if date := iso_date(said.get(key, "")):
            metadata["valid_from"] = date
            break
    if date := iso_date(said.get("valid_to", "")):
        metadata["valid_to"] = date


def iso_date(written: str) -> str:
    """``YYYY-MM-DD`` when ``written`` begins with a real date; placeholders such as 1900-01-01 are none."""
    found = _DATE.match(written.strip())
    if not found or written.startswith(("1900-01-01", "0001", "9999")):
        return ""
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""


def _decoded(title: str) -> str:
    import html

    return clean(html.unescape(title))
