"""Service sheets: a passage per field (what, who, requirements, cost, …), lists whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split import budget
from latam_rag.split.pieces import Piece
from latam_rag.split.prose import split_prose
from latam_rag.types import Document, SectionKind

#: What the parts of a sheet are called, folded, Spanish and Portuguese; the first that matches names the field.
_NAMES: Final = {
    "requirements": "requisitos?|condiciones|condicoes|requerimientos",
    "documents": "documentos|documentacion|documentacao|antecedentes|que (?:necesito|debo (?:llevar|presentar)|preciso)"
    "|o que (?:levar|preciso)",
    "cost": "costos?|custos?|precios?|precos?|valor(?:es)?|tarifas?|arancel(?:es)?|taxas?|tasas?|derechos a pagar"
    "|cuanto (?:cuesta|vale)|quanto custa|formas? de (?:pago|pagamento)",
    "time": "plazos?|prazos?|tiempos?|tempo|duracion|duracao|cuanto (?:demora|tarda)|quanto tempo|tardanza",
    "validity": "vigencia|validez|validade",
    "steps": "pasos?|etapas?|passo|procedimientos?|procedimento|proceso|instrucciones|como (?:se )?(?:hago|hacer|hace|realizo"
    r"|realizar|solicit\w+|fazer|faco|obtener|tramit\w+)",
    "channel": "donde|onde|lugar(?:es)?|local|canales?|canais|horarios?|atencion|atendimento|direccion|endereco"
    "|sucursal(?:es)?|modalidad",
    "audience": "a quien|quien(?:es)?|quem|beneficiarios|destinatarios|dirigido|publico|usuarios|para quien",
    "legal_basis": "marco (?:legal|normativo)|base legal|fundamento|legislacao|legislacion|normativa",
    "office": "dependencia|responsable|responsavel|orgao|oficina|unidad|contacto|contato|telefonos?|institucion",
    "description": "descripcion|descricao|que es|o que e|en que consiste|objetivo|acerca|sobre o servico",
    "result": "resultados?|que se obtiene|resolucion|resposta",
}
_FIELDS: Final = tuple((field, re.compile(rf"(?:{pattern})\b")) for field, pattern in _NAMES.items())
_DECORATION: Final = re.compile(r"^[^\w]+|^(?:l[oa]s?|el|[oa]s?)\s+(?=requisit|document|cost|cust|praz|plaz|etap|pas)")
_LABEL: Final = re.compile(
    r"^[ \t#>*_•-]*(?P<label>¿?[^\W\d_][^\n:?]{2,58}?)(?P<end>\s*(?:\?:?|:)[*_ ]*)(?P<rest>[^\n]*)$", re.MULTILINE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A part of a sheet: where its label begins, where its text begins, and its key in the metadata ``field``."""

    start: int
    body: int
    name: str
    label: str


def named(label: str) -> str:
    """The field that ``label`` names; empty when it names none."""
    folded = re.sub(
        r"^[^\w]+|^(?:los|las|el|la|os|as|o|a)\s+(?=requisit|document|cost|cust|praz|plaz|etap|pas)", "", fold(label)
    )
    return next((field for field, pattern in _FIELDS if pattern.match(folded)), "")


def fields(document: Document) -> list[Field]:
    """The labelled parts of a sheet that the parser didn't delimit: its headings, and lines such as «Costo: …»."""
    found: dict[int, Field] = {}
    for section in document.sections:
        if section.kind is SectionKind.HEADING:
            label = " ".join(document.text[section.start : section.end].split()).strip(":")
            if name := named(label):
                found[section.start] = Field(start=section.start, body=section.end, name=name, label=label)
    for match in _LABEL.finditer(document.text):
        label = match["label"].strip(" *_")
        name = named(label)
        if name and not any(field.start <= match.start() < field.body for field in found.values()):
            found.setdefault(match.start(), Field(start=match.start(), body=match.end("end"), name=name, label=label))
    return [found[start] for start in sorted(found)]


def split_service(document: Document) -> Iterator[Piece]:
    """The pieces of a sheet: its UNITs, else the fields found in its text, else as prose."""
    units = [s for s in document.sections if s.kind is SectionKind.UNIT and s.start < s.end]
    if units:
        for piece in split_prose(document):
            # The heading over a field repeats the field's label.
            own = tuple(heading for heading in piece.headings if heading != piece.label)
            yield replace(piece, headings=own)
        return
    found = fields(document)
    if not found:
        yield from split_prose(document)
        return
    yield Piece(start=_after_title(document), end=found[0].start)
    ends = [*(field.start for field in found[1:]), len(document.text)]
    for field, end in zip(found, ends, strict=True):
        if re.search(r"\w", document.text[field.body : end]):
            label = budget.shorten(field.label, budget.LABEL)
            yield Piece(start=field.start, end=end, label=label, metadata={"field": field.name})


def _after_title(document: Document) -> int:
    first = document.sections[0] if document.sections else None
    return first.end if first and first.kind is SectionKind.HEADING else 0
