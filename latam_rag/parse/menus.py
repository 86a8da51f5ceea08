"""What a site puts around each of its documents: menus, breadcrumbs, banners, footers, cookie bars."""

from __future__ import annotations

import re
from typing import Any

_TAGS = frozenset(("header", "footer", "aside"))
_ROLE_NAMES = "navigation banner contentinfo search menu menubar complementary dialog alertdialog directory toolbar"
_ROLES = frozenset(_ROLE_NAMES.split())
_HOLDER_TAGS = "div ul ol section p table td span header footer aside"
_HOLDERS = frozenset(_HOLDER_TAGS.split())
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navegacion|navegacao|menu|breadcrumbs?|migas|migalhas|cookies?|lgpd|footer|rodape|pie|"
    r"sidebar|skip|share|compartir|compartilhar|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: A document's own text, wherever a careless page puts it.
_LAW = re.compile(r"\b(?:art(?:[íi]culo|igo|s?\.)\s*\d|§\s*\d|disposici|disposiç)", re.IGNORECASE)
_LONGEST = 1500
_SEPARATOR = re.compile(r"\s*(?:[|·•»›>]|\s[–—/-]\s)\s*")
_SITE_WORDS = (
    "inicio|início|home|portada|página inicial|página principal|contacto|contato|contáctenos|fale conosco|mapa del sitio|"
    "mapa do site|ouvidoria|acessibilidade|accesibilidad|política de privacidad|política de privacidade|aviso legal|"
    "términos de uso|termos de uso|volver|voltar|imprimir|ir al contenido|ir para o conteúdo|saltar al contenido|buscar"
)
_SITE = re.compile(rf"(?:{_SITE_WORDS})\W*", re.IGNORECASE)
_COOKIES = re.compile(
    r"\b(?:este siti?o|este site|este portal|usamos|utilizamos|utiliza|usa)\b[^.]{0,80}\bcookies\b", re.IGNORECASE
)


def outside(element: Any, tag: str) -> bool:
    """Whether ``element`` is a part of the page around the document.

    Never one that holds articles or is long, nor the header of a document (it has its heading), nor the footer or aside of
    its ``article`` or ``main``.
    """
    role = (element.get("role") or "").strip().lower()
    if role in _ROLES:
        return not _holds_document(element)
    if tag in _TAGS:
        inner = any(above.tag in ("article", "main") for above in element.iterancestors())
        return (
            not inner and not (tag == "header" and element.find(".//h1") is not None) and not _holds_document(element)
        )
    if tag not in _HOLDERS:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if _NAMES.search(names):
        return element.find(".//h1") is None and not _holds_document(element)
    return tag in ("ul", "ol") and _menu_list(element)


def _holds_document(element: Any) -> bool:
    text = "".join(element.itertext())
    return len(text) > _LONGEST or _LAW.search(text) is not None


def _menu_list(element: Any) -> bool:
    """A short list of links, one of them to the site's own beginning or contact."""
    entries = [" ".join("".join(entry.itertext()).split()) for entry in element.iter("li")]
    links = [" ".join("".join(link.itertext()).split()) for link in element.iter("a")]
    return (
        2 <= len(links) >= len(entries)
        and sum(map(len, links)) >= 0.8 * sum(map(len, entries))
        and max(map(len, links)) <= 40
        and any(_SITE.fullmatch(link) for link in links)
    )


def line(text: str) -> bool:
    """Whether a block reads like ``Inicio | Concejo | Normas`` or ``Contacto – Mapa del sitio``, or asks about cookies."""
    if len(text) > 300 or _LAW.search(text):
        return False
    if _COOKIES.search(text):
        return True
    parts = [part for part in _SEPARATOR.split(text.strip()) if part]
    short = len(parts) >= 2 and all(len(part) <= 40 and not any(map(str.isdigit, part)) for part in parts)
    return short and any(_SITE.fullmatch(part) for part in parts)
