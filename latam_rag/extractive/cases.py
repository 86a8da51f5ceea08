"""What a sentence says in general, and what only of a special case or of when something begins.

*La reclamación se presenta en quince días, contados desde que venció el plazo para entregar la información* gives no time
for the information; *la pena se aumenta si …* isn't the penalty. Words of such clauses answer only who asks for the case.
"""

from __future__ import annotations

import re
from typing import Final

from latam_rag.verify.figures import MONTH_NAMES
from latam_rag.wording import fold

_ARTICLE: Final = r"(?:el|la|los|las|un|una|o|a|os|as|um|uma|ha|nao|no|for|houver|do|da|ele|ela|se)"
#: Begins a clause that says when the rest applies, in folded text; up to the next mark.
_CLAUSE: Final = re.compile(
    rf"\b(?:si(?! no\b)|se (?={_ARTICLE}\b)|cuando|quando|en(?: el)? caso de(?: que)?|[ne]m? caso de|caso|s[ie]e?mpre que"
    r"|en este caso|en tal caso|neste caso|tratandose de|(?:contad|computad)[oa]s?|a contar d\w+|a partir d\w+"
    r"|desde (?:que|la|el|a|o)|(?:vencid|transcurrid|decorrid|expirad)[oa]s?|(?:antes|despues|depois) d\w+"
    r"|(?:previst|establecid|senalad|referid)[oa]s? en|a que se refieren?|de que tratam?|salvo|excepto|sin perjuicio"
    r")\b[^,;:.]*"
)
#: A sentence that goes on from a case told before.
_OF_CASE: Final = re.compile(
    r"\b(?:en (?:este|ese|tal|dicho|estos|esos|tales|dichos) casos?|n[eo]sses? casos?|nestes? casos?|em tal caso)\b"
)
_DATED: Final = re.compile(rf"\b(?:1[89]|20)\d\d\b|\bde (?:{'|'.join(MONTH_NAMES)})\b")
#: Says how a rule changes, not what it is.
_CHANGES: Final = re.compile(
    r"\b(?:aument|agrava|elev[ae]|duplic|redu[zc]|disminu|diminu|prorrog|ampli[ae]|suspend|interrump|interromp|reincid)\w*"
)
#: Says who does it in the place of whoever does it as a rule.
_STANDS_IN: Final = re.compile(
    r"\b(?:en|na|por) (?:ausencia|falta|defecto|impedimento)\b|\ba falta de\b|\b(?:subrog|suplir|suplenc|substituir)\w*"
    r"|\b(?:lo|la|le|os?|as?) (?:substitu|reemplaz)\w+"
)


_EXEMPTS: Final = re.compile(
    r"\bexent[oa]s?\b|\bexencion|\beximid|\bexim[ei]|\bisent[oa]s?\b|\bisenc|\bdispensad[oa]s?\b"
    r"|\bno (?:pagaran?|estaran? afect)"
)
_OF_EXEMPTION: Final = re.compile(
    r"\bexen|\bexim|\bisen|\bdispens|\bgratis|\bgratuit|\bsin pagar|\bno pag(?:an?|ar)\b|\bsem pagar"
)
_DEFINES: Final = re.compile(r"\bse entiend(?:e|en|era|eran)\b|\bentende-se|\bconsidera(?:m)?-se|\bconsiste en\b")
#: Says since when a whole norm applies.
_EFFECT: Final = re.compile(
    r"\b(?:entra(?:ra|rao|n|ran)? em vigor|entra(?:ra)? en vig\w+|(?:esta|este|la presente|o presente) [\w ]{3,30}? regira"
    r"|(?:esta|este|la presente|el presente) [\w ]{3,30}? (?:rige|comenzara a regir))\b"
)
_OF_EFFECT: Final = re.compile(r"\bvig(?:or|encia|ente)|\brige\b|\bregir|\bdesde (?:cuando|quando)|\baplica\b")


def rule(said: str) -> str:
    """``said`` with blanks for its clauses of a case, each other character at its place."""
    folded = fold(said)
    if len(folded) != len(said):
        return said
    blank = list(said)
    for match in _CLAUSE.finditer(folded):
        if _DATED.search(match[0]):
            # Since then, or until then, is an answer.
            continue
        blank[match.start() : match.end()] = " " * (match.end() - match.start())
    if _OF_CASE.match(folded.lstrip()):
        return " " * len(said)
    return "".join(blank)


def is_case(question: str) -> bool:
    """Whether ``question`` asks for a case itself."""
    folded = fold(question)
    return (
        _CLAUSE.search(re.sub(r"^\W*(?:cuando|quando|desde cuando|desde quando|a partir de cuando)\b", "", folded))
        is not None
    )


def changes(said: str, question: str) -> bool:
    """Whether ``said`` only changes a rule, in a way that ``question`` doesn't ask about."""
    return _CHANGES.search(fold(rule(said))) is not None and _CHANGES.search(fold(question)) is None


def exempts(said: str, question: str) -> bool:
    """Whether ``said`` tells who needn't pay, which ``question`` doesn't ask about; a row of a price list may."""
    return "|" not in said and _EXEMPTS.search(fold(said)) is not None and _OF_EXEMPTION.search(fold(question)) is None


def only_defines(said: str) -> bool:
    """Whether ``said`` tells what a word means: nobody does anything there."""
    return _DEFINES.search(fold(said)) is not None


def stands_in(said: str, question: str) -> bool:
    """Whether ``said`` only names who stands in for another, which ``question`` doesn't ask about."""
    return _STANDS_IN.search(fold(said)) is not None and _STANDS_IN.search(fold(question)) is None


def takes_effect(said: str, question: str) -> bool:
    """Whether ``said`` only tells since when the norm applies, which ``question`` doesn't ask about."""
    return _EFFECT.search(fold(said)) is not None and _OF_EFFECT.search(fold(question)) is None
