"""Pages that a server sends as if they were the document: «no encontrada» with status 200, logins, empty applications."""

from __future__ import annotations

import re

from latam_rag.errors import DocumentError
from latam_rag.parse.build import Draft

# A page with more words than this says something of its own.
_LONGEST = 220
_EMPTY = 40
_PAGE = r"(?:p[áa]gina|contenido|documento|archivo|recurso|norma|conte[úu]do|arquivo|site|url)s?"
_WANTED = r"(?:solicitad[oa]\s|requisitad[oa]\s|que (?:busca|procura|est[áa] buscando)\s)?"
_GONE = re.compile(
    "|".join(
        (
            rf"\b{_PAGE}\s{_WANTED}no (?:fue |ha sido |pudo ser |se )?(?:encontrad[oa]|encuentra|existe|encontr[óo])\b",
            rf"\b{_PAGE}\s{_WANTED}no (?:est[áa] )?disponible\b",
            rf"\b{_PAGE}\s{_WANTED}n[ãa]o (?:foi |p[ôo]de ser )?(?:encontrad[oa]|existe|(?:est[áa] )?dispon[íi]vel)\b",
            rf"\bno (?:se (?:ha )?)?(?:encontr[óo]|encontramos|encontrado|pudimos encontrar) (?:la|el) {_PAGE}",
            rf"\bn[ãa]o (?:foi poss[íi]vel encontrar|encontramos) [ao] {_PAGE}",
            r"\b(?:error|erro)\s(?:40[0134]|410|50[0234])\b",
            r"\b(?:40[34]|410|50[0234])\s(?:not found|forbidden|error|internal|bad gateway|service)",
            r"\bpage not found|not found on this server|access denied",
            r"\bacceso (?:denegado|restringido|no autorizado)|acesso (?:negado|restrito|n[ãa]o autorizado)",
            r"\bsu sesi[óo]n ha (?:expirado|caducado)|sua sess[ãa]o expirou",
            r"\b(?:sitio|portal|sistema|p[áa]gina) (?:est[áa] )?en (?:mantenimiento|mantenci[óo]n|construcci[óo]n)",
            r"\b(?:site|portal|sistema|p[áa]gina) (?:est[áa] )?em (?:manuten[çc][ãa]o|constru[çc][ãa]o)\b",
        )
    ),
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"enable javascript|(?:habilit|activ|ativ)\w+ (?:o |el )?javascript|requiere javascript|checking your browser"
    r"|javascript (?:is|est[áa]) (?:disabled|desactivado|desativado|deshabilitado)|just a moment|attention required|captcha"
    r"|verif\w+ (?:that )?you are (?:a )?human|no soy un robot|n[ãa]o sou um rob[ôo]",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_MOUNT = re.compile(
    r"<(?:div|main)\b[^>]*\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|main-app)\b|<app-root\b|<noscript\b", re.IGNORECASE
)


def refuse(draft: Draft, markup: str, name: str) -> None:
    """Raise DocumentError, with what gives it away, when the page ``draft`` made of ``markup`` is no document."""
    text = f"{draft.title}\n{draft.text}"
    count = len(text.split())
    if count > _LONGEST:
        return
    if found := _GONE.search(text):
        raise DocumentError("parse.not_found_page", name=name, said=" ".join(found[0].split()))
    if _PASSWORD.search(markup):
        raise DocumentError("parse.login_page", name=name)
    blocked = _CHECK.search(text) or (count < _EMPTY and _CHECK.search(markup))
    if blocked or (count < _EMPTY and _SCRIPT.search(markup) and _MOUNT.search(markup)):
        raise DocumentError("parse.script_page", name=name)
