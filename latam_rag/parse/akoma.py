"""Akoma Ntoso and LexML: each article is a UNIT, its place the headings of what holds it."""

from __future__ import annotations

import re
from typing import Any

from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.parse.elements import child, content, local
from latam_rag.parse.frontmatter import iso_date
from latam_rag.references import canonical_article, canonical_norm
from latam_rag.types import Genre, SectionKind, Value

_ARTICLES = frozenset(("article", "Artigo"))
_GROUP_TAGS = "book part title chapter section subsection tome Livro Parte Titulo Capitulo Secao Subsecao Agrupamento"
_GROUPS = frozenset(_GROUP_TAGS.split())
_NAMES = frozenset(["num", "heading", "subheading", "Rotulo", "NomeAgrupador"])
_ITEMS = frozenset(["point", "item", "alinea", "indent", "subparagraph", "list", "Inciso", "Alinea", "Item"])
_BLOCKS = frozenset(["p", "block", "listIntroduction", "listWrapUp", "longTitle", "Ementa", "Epigrafe", "Preambulo"])
_SKIPPED = frozenset(("meta", "Metadado", "attachments", "components"))
_REPEALED = re.compile(r"\(?(?:derogad|revogad|abrogad)[oa]\)?\.?$", re.IGNORECASE)


def read(root: Any) -> Draft:
    """A Draft of a law; what is before and after its articles is paragraphs."""
    builder = Builder()
    _walk(builder, root, (), 1)
    draft = builder.draft(genre=Genre.LAW)
    draft.title = _title(root)
    draft.metadata.update(_metadata(root))
    if language := (
        _first(root, "FRBRlanguage").get("language", "") if _first(root, "FRBRlanguage") is not None else ""
    ):
        draft.language = "pt" if language.startswith("p") else "es"
    elif local(root).lower() == "lexml":
        draft.language = "pt"
    return draft


def _first(root: Any, tag: str) -> Any:
    return next((element for element in root.iter() if local(element) == tag), None)


def _title(root: Any) -> str:
    for tag in ("docTitle", "shortTitle", "Epigrafe", "docNumber", "FRBRalias"):
        found = _first(root, tag)
        text = "" if found is None else clean(found.get("value") or "".join(found.itertext()))
        if text:
            return text
    return ""


def _metadata(root: Any) -> dict[str, Value]:
    said: dict[str, Value] = {"domain": "legal"}
    country = _first(root, "FRBRcountry")
    if country is not None and country.get("value"):
        said["country"] = str(country.get("value"))[:2].upper()
    elif local(root).lower() == "lexml":
        said["country"] = "BR"
    number, date = _first(root, "FRBRnumber"), _first(root, "FRBRdate")
    identity = _first(root, "Identificacao")
    urn = "" if identity is None else str(identity.get("URN") or "")
    if number is not None and number.get("value"):
        said["norm"] = canonical_norm(str(number.get("value")))
    elif found := re.search(r":(\d{4})-(\d{2}-\d{2})?[^;]*;(\d+)", urn):
        said["norm"] = canonical_norm(f"{found[3]}/{found[1]}")
    if (day := iso_date(str(date.get("date") or "") if date is not None else "")) or (day := iso_date(_urn_date(urn))):
        said["valid_from"] = day
    return said


def _urn_date(urn: str) -> str:
    found = re.search(r"\d{4}-\d{2}-\d{2}", urn)
    return found[0] if found else ""


def _walk(builder: Builder, element: Any, place: tuple[str, ...], level: int) -> None:
    for inner in element:
        tag = local(inner)
        if not tag or tag in _SKIPPED:
            continue
        if tag in _ARTICLES:
            _article(builder, inner, place)
        elif tag in _GROUPS:
            named = _named(inner)
            if named:
                builder.add(SectionKind.HEADING, named, level=level)
            _walk(builder, inner, (*place, named) if named else place, level + 1)
        elif tag in _NAMES and local(element) in _GROUPS:
            continue
        elif tag in _BLOCKS or not len(inner):
            builder.add(SectionKind.PARAGRAPH, content(inner))
        else:
            _walk(builder, inner, place, level)


def _named(group: Any) -> str:
    return " ".join(text for inner in group if local(inner) in _NAMES and (text := content(inner)))


def _article(builder: Builder, article: Any, place: tuple[str, ...]) -> None:
    number = content(article, "num") or content(article, "Rotulo")
    start = builder.gap_ahead()
    for kind, text in _blocks(article, number):
        builder.add(kind, text)
    if builder.length <= start:
        return
    plain = re.sub(r"^(?:art(?:[íi]culo|igo|\.)?)\s*|[.\s–—:-]+$", "", number, flags=re.IGNORECASE)
    said: dict[str, Value] = {"article": canonical_article(plain)} if plain else {}
    if _REPEALED.search(content(article)) and len(content(article)) < 80:
        said["status"] = "repealed"
    builder.mark(
        SectionKind.UNIT, start, builder.length, label=f"art. {plain}" if plain else "", headings=place, metadata=said
    )


def _blocks(element: Any, number: str) -> list[tuple[SectionKind, str]]:
    """Paragraphs and items below an article, the number of each at its head."""
    own = content(element, "heading")
    blocks: list[tuple[SectionKind, str]] = []
    pending = " ".join(part for part in (number, own) if part)
    kind = SectionKind.ITEM if local(element) in _ITEMS else SectionKind.PARAGRAPH
    for inner in element:
        tag = local(inner)
        if not tag or tag in _NAMES:
            continue
        holds = any(local(deep) in ("num", "Rotulo", "p") or local(deep) in _ITEMS for deep in inner)
        if holds:
            below = _blocks(
                inner, content(child(inner, "num")) if child(inner, "num") is not None else content(inner, "Rotulo")
            )
        else:
            below = [(kind, content(inner))] if content(inner) else []
        if pending and below:
            below[0] = (kind, f"{pending} {below[0][1]}")
            pending = ""
        blocks += below
    return blocks or ([(kind, pending)] if pending else [])
