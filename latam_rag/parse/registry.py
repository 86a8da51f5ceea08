"""What a registry says of a norm, in the words of our metadata: its number, its days, whether it is in force. Pure."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping

from latam_rag.numerals import fold
from latam_rag.parse.build import clean
from latam_rag.parse.dates import dates
from latam_rag.parse.frontmatter import iso_date
from latam_rag.parse.repeals import found_in
from latam_rag.references import canonical_article, canonical_norm
from latam_rag.types import Value

_DAYS = ("valid_from", "valid_to", "date", "version")
_PACKED = re.compile(r"\d{8}")
_MARKUP = re.compile(r"<[^>]*>")
#: In the order in which they are looked for: «no derogado» is in force, «parcialmente derogada» isn't.
_STATES = (
    ("in_force", re.compile(r"\bn(?:o|ao) (?:derogad|abrogad|revogad)|\bn(?:o|ao) consta revogac|^in_force$")),
    ("partially_repealed", re.compile(r"parcial|partially")),
    ("repealed", re.compile(
        r"derogad|abrogad|revogad|inexequible|anulad|\bnul[ao]\b|caducad|agotad|suprimid|\bn(?:o|ao) vigente|"
        r"\bs(?:in|em) vigencia|^repealed$"
    )),
    ("in_force", re.compile(r"\bvigente\b|\be[nm] vigor\b|\ben vigencia\b|\be[mn] plena vigencia\b")),
)  # fmt: skip


def registered(said: Mapping[str, Value]) -> dict[str, Value]:
    """``said`` with ``norm`` and ``article`` in their canonical form, ``status`` one of ours, and days in ISO form.

    Of ``remarks`` on its history, a repeal counts more than the status: registries keep the remarks, and forget the status.
    What isn't a day is left out.
    """
    found = {key: value for key, value in said.items() if key not in _DAYS and value not in ("", ())}
    found |= {key: day for key in _DAYS if key in said and (day := day_of(str(said[key])))}
    if "norm" in found:
        found["norm"] = canonical_norm(str(found["norm"]))
    if "article" in found:
        found["article"] = canonical_article(str(found["article"]))
    if "status" in found:
        found["status"] = status_of(str(found["status"]))
    if "remarks" in found:
        found["remarks"] = _plain(found["remarks"])
        if repeal := found_in(str(found["remarks"])):
            found["status"] = repeal.status
            found |= {"amended_by": (repeal.by,)} if repeal.by else {}
            found |= {"valid_to": repeal.until} if repeal.until else {}
    return {key: value for key, value in found.items() if value != ""}


def status_of(written: str) -> str:
    """``in_force``, ``repealed``, ``partially_repealed`` or ``unknown``, by the words of a registry."""
    folded = fold(written).strip()
    return next((state for state, words in _STATES if words.search(folded)), "unknown")


def day_of(written: str) -> str:
    """ISO form of the first day that ``written`` says (``2008-08-18T…``, ``18/08/2008``, ``20080818``, ``5 de mayo de 1917``);
    "" for none, and for the placeholders of registries (1900-01-01)."""
    written = written.strip()
    if _PACKED.fullmatch(written):
        written = f"{written[:4]}-{written[4:6]}-{written[6:]}"
    if re.match(r"\d{4}-\d\d-\d\d", written):
        return iso_date(written)
    day = next((day for _, day in dates(written)), None)
    return "" if day is None or day == datetime.date(1900, 1, 1) else day.isoformat()


def _plain(remarks: Value) -> str:
    texts = remarks if isinstance(remarks, tuple) else (str(remarks),)
    return clean(html.unescape(_MARKUP.sub(" ", " ".join(texts))))
