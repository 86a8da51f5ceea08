"""Norms of Chile as LeyChile's XML service sends them (``EsquemaIntercambioNorma``), in the form that ``leychile`` reads.

A ``<Norma>`` is one version of a norm. Its ``<EstructuraFuncional>`` elements are titles, chapters and articles, one inside
another, each with the day since which it reads as it does.
"""

from __future__ import annotations

import re
from typing import Any

from latam_rag.numerals import fold
from latam_rag.parse import leychile
from latam_rag.parse.build import Draft
from latam_rag.parse.elements import child, children, content, local, namespace

#: What a part is called → the element that ``leychile`` knows it by.
_TAGS = {
    "libro": "libro", "titulo": "titulo", "capitulo": "capitulo", "parrafo": "parrafo", "seccion": "seccion",
    "otros": "seccion", "articulo": "articulo", "disposicion transitoria": "seccion",
}  # fmt: skip
#: A wrapper that only says that what follows is inside the article around it.
_WRAPPER = "doble articulado"
_NOT_A_NUMBER = re.compile(r"\b(?:disposici[óo]n(?:es)?|transitori[oa]s?)\b", re.IGNORECASE)
_PAGE = "https://www.bcn.cl/leychile/navegar?idNorma={}"


def read(root: Any) -> Draft:
    """A Draft of one version of a norm: ``valid_from`` of each article is the day of its own text."""
    draft = leychile.read(_law(root))
    for common in (names for names in [child(root, "Metadatos", "NombresUsoComun")] if names is not None):
        known = tuple(dict.fromkeys(content(name) for name in common if local(name) == "NombreUsoComun"))
        if known:
            draft.metadata["common_names"] = known
    return draft


def _law(root: Any) -> Any:
    from lxml import etree

    number = child(root, "Identificador", "TiposNumeros", "TipoNumero")
    number = root if number is None else number
    law = etree.Element(
        "ley", tipo=content(number, "Tipo"), numero=content(number, "Numero"), estado=_state(root),
        fecha_publicacion=_said(child(root, "Identificador"), "fechaPublicacion"), fecha_version=_said(root, "fechaVersion"),
        url_original=_PAGE.format(root.get("normaId") or ""),
    )  # fmt: skip
    metadata = etree.SubElement(law, "metadatos")
    _put(metadata, "titulo", content(root, "Metadatos", "TituloNorma"))
    _put(
        etree.SubElement(metadata, "organismos"), "organismo", content(root, "Identificador", "Organismos", "Organismo")
    )
    _put(etree.SubElement(metadata, "fechas"), "derogacion", content(root, "Metadatos", "FechaDerogacion"))
    _put(law, "encabezado", _text(child(root, "Encabezado")))
    _parts(etree.SubElement(law, "contenido"), root)
    annexes = etree.SubElement(law, "anexos")
    for each in children(child(root, "Anexos"), "Anexo"):
        annex = etree.SubElement(annexes, "anexo", estado=_state(each))
        _put(annex, "titulo", content(each, "Metadatos", "Titulo"))
        _put(annex, "texto", _text(each))
    _put(law, "promulgacion", _text(child(root, "Promulgacion")))
    return law


def _parts(into: Any, element: Any) -> None:
    for part in children(child(element, "EstructurasFuncionales"), "EstructuraFuncional"):
        kind = fold(part.get("tipoParte") or "")
        if kind == _WRAPPER:
            _parts(into, part)
        else:
            _part(into, part, kind)


def _part(into: Any, part: Any, kind: str) -> None:
    from lxml import etree

    transitory = fold(part.get("transitorio") or "") == "transitorio" or kind == "disposicion transitoria"
    number, title, text = _present(part, "NombreParte"), _present(part, "TituloParte"), _text(part)
    if kind in ("articulo", "disposicion transitoria") and not number and title:
        if _echoes(text, title):
            # «DISPOSICIONES TRANSITORIAS», filed as an article of no number, only stands above some.
            kind = "seccion"
        else:
            number, title = " ".join(_NOT_A_NUMBER.sub(" ", title).split()) or title, ""
    made = etree.SubElement(
        into, _TAGS.get(kind, "seccion"), estado=_state(part), fecha_modificacion=_said(part, "fechaVersion")
    )
    if transitory:
        made.set("transitorio", "true")
    if number and kind in ("articulo", "disposicion transitoria"):
        made.set("numero", number)
        # «DISPOSICIÓN TRANSITORIA QUINTA» is what it is called, not what it is about.
        named = fold(" ".join(_NOT_A_NUMBER.sub(" ", title).split())) == fold(number)
        _put(made, "titulo_articulo", "" if named or fold(title) in fold(text) else title)
    else:
        _put(made, "titulo_seccion", title)
    _put(made, "texto", text)
    _parts(made, part)


def _echoes(text: str, title: str) -> bool:
    """Whether ``text`` says the title and nothing more."""
    return re.sub(r"\W", "", fold(text)) in ("", re.sub(r"\W", "", fold(title)))


def _present(part: Any, name: str) -> str:
    found = child(part, "Metadatos", name)
    return "" if found is None or found.get("presente") == "no" else content(found)


def _text(element: Any) -> str:
    """What ``<Texto>`` says, lines as they are, without the pictures and files that are packed into it."""
    found = None if element is None else child(element, "Texto")
    if found is None:
        return ""
    own = namespace(found)
    parts = [found.text or ""]
    for inner in found:
        parts += [inner.text or ""] if namespace(inner) == own else []
        parts.append(inner.tail or "")
    return "".join(parts).strip("\n\xa0")


def _state(element: Any) -> str:
    return "derogado" if fold(element.get("derogado") or "").startswith("derogad") else "vigente"


def _said(element: Any, name: str) -> str:
    return "" if element is None else element.get(name) or ""


def _put(into: Any, tag: str, text: str) -> None:
    from lxml import etree

    if text.strip("\xa0 \n"):
        etree.SubElement(into, tag).text = text
