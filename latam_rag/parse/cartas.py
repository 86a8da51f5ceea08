"""Service sheets of the Brazilian federal government (cartas de serviço): each part of a sheet is a UNIT."""

from __future__ import annotations

import re
from typing import Any

from latam_rag.parse import html, markdown
from latam_rag.parse.build import Builder, Draft, clean
from latam_rag.parse.elements import child, children, content, local
from latam_rag.types import Genre, SectionKind, Value

# The part's name in a citation; the sheets are in Portuguese.
LABELS = {
    "description": "O que é",
    "audience": "Quem pode utilizar",
    "requirements": "Requisitos",
    "steps": "Etapas",
    "documents": "Documentos necessários",
    "cost": "Custo",
    "time": "Tempo estimado",
    "channel": "Canais de prestação",
    "office": "Órgão responsável",
    "legal_basis": "Legislação",
    "validity": "Validade do documento",
    "other": "Outras informações",
}
_UNITS = {
    "dias-corridos": "dias corridos", "dias-uteis": "dias úteis",
}  # fmt: skip
_WEB = "web-"
#: What a clerk typed before an entry of a list, which is an entry already.
_BULLET = re.compile(r"^(?:[-•*–]\s+)+")
_MARKUP = re.compile(r"<(?:div|p|h[1-6]|style)\b", re.IGNORECASE)
#: ``####[Inscrever-se no CPF](https://…)``: a link written as a heading, for its size.
_LINKED = re.compile(r"^#+[ \t]*(\[[^\]\n]*\]\([^\n]*\))[;.]?[ \t]*$", re.MULTILINE)
_FILLING = re.compile(r"¨{1,}")
_CHANNELS = {
    "web": "Internet",
    "presencial": "Presencial",
    "postal": "Correios",
    "telefone": "Telefone",
    "e-mail": "E-mail",
    "sms": "SMS",
    "aplicativo-movel": "Aplicativo",
    "outros": "Outros",
}


def read(root: Any) -> Draft:
    """A Draft of one sheet: ``field`` says which part a UNIT is."""
    builder = Builder()
    title = content(root, "nome")
    builder.add(SectionKind.HEADING, title, level=1)
    for field, text in (
        ("description", _description(root)),
        ("audience", _audience(root)),
        ("requirements", _requirements(root)),
        ("steps", _steps(root)),
        ("documents", _per_step(root, "documentos", _document)),
        ("cost", _cost(root)),
        ("time", _time(root)),
        ("channel", _channel(root)),
        ("office", content(root, "orgao", "nomeOrgao")),
        ("validity", _validity(root)),
        (
            "legal_basis",
            "\n".join(f"- {_text(item)}" for item in children(child(root, "legislacoes"), "item") if _text(item)),
        ),
        ("other", _other(root)),
    ):
        _unit(builder, field, text)
    draft = builder.draft(genre=Genre.SERVICE, title=title, language="pt")
    draft.url = (
        content(root, "link-servico-digital") if content(root, "link-servico-digital").startswith("http") else ""
    )
    draft.metadata.update(_metadata(root))
    return draft


def read_theme_page(root: Any) -> Draft:
    """A Draft of a theme page of the same portal: Markdown inside one element."""
    builder = Builder()
    title = content(root, "nome")
    builder.add(SectionKind.HEADING, title, level=1)
    holder = child(root, "conteudo")
    written = "" if holder is None else "".join(holder.itertext())
    if _MARKUP.search(written):
        html.lay(builder, html.root_of(written, name=title), base=1)
    else:
        markdown.blocks(builder, _FILLING.sub("", _LINKED.sub(r"- \1", written)))
    draft = builder.draft(genre=Genre.PROSE, title=title, language="pt")
    draft.metadata.update({"country": "BR", "domain": "public_service", "kind": "Página temática"})
    offices = [content(office, "nomeOrgao") for office in children(child(root, "orgaos"), "orgao")]
    if offices := [office for office in offices if office]:
        draft.metadata["body"] = offices[0] if len(offices) == 1 else tuple(offices)
    return draft


def _unit(builder: Builder, field: str, text: str) -> None:
    text = text.strip()
    if not text:
        return
    label = LABELS[field]
    builder.add(SectionKind.HEADING, label, level=2)
    start = builder.gap_ahead()
    markdown.blocks(builder, text, base=2)
    if builder.length > start:
        builder.mark(SectionKind.UNIT, start, builder.length, label=label, metadata={"field": field})


def _metadata(root: Any) -> dict[str, Value]:
    said: dict[str, Value] = {"country": "BR", "domain": "public_service", "kind": "Carta de serviço"}
    if office := content(root, "orgao", "nomeOrgao"):
        said["body"] = office
    if code := content(root, "id"):
        said["procedure"] = code
    names = [
        _text(item) for part in ("nomes-populares", "palavras-chave") for item in children(child(root, part), "item")
    ]
    if names := [name for name in names if name]:
        said["keywords"] = tuple(dict.fromkeys(names))
    return said


def _text(element: Any) -> str:
    """An element's Markdown, its line breaks kept."""
    return "" if element is None else clean("".join(element.itertext()), lines=True)


def _description(root: Any) -> str:
    text = _text(child(root, "descricao"))
    names = [_text(item) for item in children(child(root, "nomes-populares"), "item")]
    known = ", ".join(name for name in names if name)
    return f"{text}\n\nTambém conhecido como: {known}." if known else text


def _audience(root: Any) -> str:
    asking = [_text(child(one, "tipo")) for one in children(child(root, "solicitantes"), "solicitante")]
    segments = [_text(item) for item in children(child(root, "segmentos-da-sociedade"), "item")]
    lines = [f"- {who}" for who in asking if who]
    if segments := [segment for segment in segments if segment]:
        lines.append(f"\nSegmentos da sociedade: {', '.join(segments)}.")
    return "\n".join(lines)


def _requirements(root: Any) -> str:
    parts = []
    for one in children(child(root, "solicitantes"), "solicitante"):
        who, what = _text(child(one, "tipo")), _text(child(one, "requisitos"))
        if what:
            parts.append(f"{who}:\n\n{what}" if who else what)
    return "\n\n".join(parts)


def _step_list(root: Any) -> list[Any]:
    return children(child(root, "etapas"), "etapa")


def _steps(root: Any) -> str:
    parts = []
    for number, step in enumerate(_step_list(root), 1):
        title, text = _text(child(step, "titulo")), _text(child(step, "descricao"))
        parts.append("\n\n".join(part for part in (f"{number}. {title}" if title or text else "", text) if part))
    return "\n\n".join(part for part in parts if part)


def _cases(step: Any, part: str) -> list[tuple[str, Any]]:
    """The default case and the special ones: (name of the case, entry)."""
    holder = child(step, part)
    return (
        [] if holder is None else [((case.get("descricao") or "").strip(), entry) for case in holder for entry in case]
    )


def _per_step(root: Any, part: str, say: Any) -> str:
    """The entries of each step, the step named when there is more than one."""
    steps = _step_list(root)
    parts = []
    for step in steps:
        last, lines = "", []
        for case, entry in _cases(step, part):
            if case != last:
                lines.append(f"\n{case.rstrip(' :')}:\n")
                last = case
            if text := _BULLET.sub("", say(entry)):
                lines.append(f"- {text}")
        if lines:
            title = _text(child(step, "titulo"))
            parts.append((f"Etapa «{title}»:\n\n" if len(steps) > 1 and title else "") + "\n".join(lines))
    return "\n\n".join(parts)


def _document(entry: Any) -> str:
    return re.sub(r"\s*\n\s*", " ", _text(entry) if local(entry) == "item" else _text(child(entry, "descricao")))


def _price(entry: Any) -> str:
    amount = " ".join(part for part in (content(entry, "moeda"), content(entry, "valor")) if part)
    amount = amount if content(entry, "valor") else content(entry, "valorVariavel")
    said = content(entry, "descricao")
    return f"{said}: {amount}" if said and amount else said or amount


def _cost(root: Any) -> str:
    text = _per_step(root, "custos", _price)
    if text:
        return text
    return "Este serviço é gratuito para o cidadão." if content(root, "gratuito").lower() == "true" else ""


def _duration(holder: Any) -> str:
    if holder is None:
        return ""
    said = _text(child(holder, "descricao"))
    for kind in ("entre", "ate", "em-media", "atendimento-imediato"):
        found = child(holder, kind)
        if found is None:
            continue
        unit = _UNITS.get(found.get("unidade") or "", found.get("unidade") or "")
        least, most = found.get("min") or "", found.get("max") or ""
        text = {
            "entre": f"Entre {least} e {most} {unit}", "ate": f"Até {most} {unit}", "em-media": f"Em média {most} {unit}",
            "atendimento-imediato": "Atendimento imediato",
        }[kind]  # fmt: skip
        return f"{text}.\n\n{said}" if said else f"{text}."
    return said


def _time(root: Any) -> str:
    whole = _duration(child(root, "tempo-total-estimado"))
    steps = []
    for step in _step_list(root):
        text = _duration(child(step, "tempo-total-estimado"))
        if text:
            steps.append(f"- {_text(child(step, 'titulo'))}: {text}")
    return "\n\n".join(part for part in (whole, "\n".join(steps)) if part)


def _channel(root: Any) -> str:
    def say(entry: Any) -> str:
        kind = entry.get("tipo") or ""
        named = (
            f"Internet ({kind.removeprefix(_WEB)})" if kind.startswith(_WEB) else kind.replace("-", " ").capitalize()
        )
        named = _CHANNELS.get(kind, named)
        waiting = entry.get("tempo-estimado-espera")
        waits = (
            f" (espera estimada: {waiting} {_UNITS.get(entry.get('tempo-estimado-periodo') or '', 'minutos')})"
            if waiting
            else ""
        )
        return f"{named}{waits}: {_text(child(entry, 'descricao'))}".strip(": ")

    parts = [_per_step(root, "canais-de-prestacao", say)]
    if link := content(root, "link-servico-digital"):
        parts.append(f"Serviço digital: {link}")
    if contact := _text(child(root, "contato")):
        parts.append(f"Contato: {contact}")
    return "\n\n".join(part for part in parts if part)


def _validity(root: Any) -> str:
    holder = child(root, "validade-documento")
    if holder is None:
        return ""
    amount, unit = content(holder, "quantidade"), content(holder, "unidade")
    said = _text(child(holder, "descricao"))
    return "\n\n".join(part for part in (f"{amount} {_UNITS.get(unit, unit)}." if amount else "", said) if part)


def _other(root: Any) -> str:
    named = {
        "condicoes-acessibilidade": "Acessibilidade", "tratamento-prioritario": "Tratamento prioritário",
        "tratamento-dispensado-atendimento": "Tratamento no atendimento",
    }  # fmt: skip
    said = ((label, _text(child(root, tag))) for tag, label in named.items())
    return "\n\n".join(f"{label}: {text}" for label, text in said if text)
