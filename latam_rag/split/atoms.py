"""An article in the stretches that it may be cut between, each with the items it stands in and what announces them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from latam_rag.numerals import fold
from latam_rag.split import packing
from latam_rag.split.amending import changes
from latam_rag.split.markers import TITLE, Marker, as_letter, cuts
from latam_rag.split.sentences import only_enumerates, sentences

#: «ARTICULO 2° — (Definiciones).»: a number and a name, whose text comes below.
_NAMED: Final = re.compile(r"\W*art[^\n]{1,100}\s*", re.IGNORECASE)
#: What changed an article, under it, in folded text: «Artículo 1 de la Ley 31988, publicada el…», «(*) Redacción dada por…».
_NOTE: Final = re.compile(
    r"\W*(?:\(\*\)|\*\s?art|art[^\n]{1,60}\b(?:ley|lei|decreto|resolucion)\b[^\n]{0,80}\bpublicad|"
    r"(?:redaccion|redacao|texto|articulo|parrafo|inciso|literal|numeral)\s+(?:dad|modific|agreg|incorpor|sustitu|inclu|reform|derog|adicion))"
)
#: An article of another law that this one quotes, in quotation marks or not, and the end of one: «"Art. 18. O titular…»,
#: «Artículo 21.- Entiéndese…», «…” (NR)».
_QUOTES: Final = re.compile(
    r"\W{0,4}?(?P<mark>[\"“«]\s?)?(?P<article>(?:Art(?:igo|[íi]culo)?|ART[ÍI]CULO)\.?\s?\d+[º°]?(?:\s?-\s?[A-Z]\b)?"
    r"(?:\s(?:bis|ter|qu[aá]ter|quinquies|sexies|septies)\b)?)(?(mark)(?!\w)|\s?[.:]?\s?[-–—](?!\s?[A-Z]\b))"
)
_QUOTED: Final = re.compile(r"[\"”»]\s?[.;]?\s?(?:\(NR\))?[\s.;]*\Z")
#: A row that goes on with the one above, in folded text: «De 51 cc a 100 cc:...... $ 595,00».
_BOUND: Final = re.compile(r"\W*(?:(?:de|desde|mas de|hasta|entre)\s+){1,2}\$?\s?\d[^\n]*?[.…_]{4}")
#: From how many on they are a list.
_LINES: Final = 3
#: Characters of a line that is a row where rows are announced: «Laplace entre Av. Gauss y Av. San Martín.»
_SHORT: Final = 120
_DRAWN: Final = re.compile(r"[.…_]{4}")
#: Of a row, what isn't its name: «Motocicletas y similares» is left of «Motocicletas y similares de 1 cc a 50 cc:……».
_FOR: Final = re.compile(
    r"\s*(?:(?:de|desde|m[áa]s de|hasta|entre)\s+)+\$?\s?\d[^\n]*|\s*:?\s*[.…_]{4}[^\n]*", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"\((?:[^()]|\([^()]*\))*\)[ .;_*]*\Z")
#: Characters of such a note.
_REMARK: Final = 300
#: Characters at the beginning of a stretch that tell a note or a row.
_HEAD: Final = 160
#: Characters of the number and name of an article that is quoted.
_TITLE: Final = 60
#: How far two neighbours of one list may be apart, for items that are no more.
_GAP: Final = 3
#: Characters of an item that only heads those within it: «f) Permiso para conducir vehículo adaptado».
_TITLED: Final = 150
#: How many items further on a list may go on after a paragraph between its items.
_AHEAD: Final = 40
Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Atom:
    start: int
    end: int
    path: Path
    """(kind, number as written) from the outermost; empty for text that has no number, or none that is certain."""
    depth: int
    """How many lists it stands in; the paragraphs of a Brazilian article are no list."""
    opens: bool
    """Whether it announces what follows, which belongs to it."""
    names: bool
    """Whether it is no more than the name of what follows."""
    item: bool = False
    """Whether it begins with a number of its own."""
    begins: bool = False
    """Whether it is the first item of a list."""
    note: bool = False
    """Whether it says what changed the text above it."""
    leads: tuple[str, ...] = ()
    """The article of another law that it goes on with, and what announces the list that it stands in."""
    quotes: bool = False
    """Whether it begins an article of another law, or stands after the end of one."""


@dataclass(frozen=True, slots=True)
class _Level:
    marker: Marker
    certain: bool
    lead: str


class _Rows:
    """What unnumbered rows stand under: «Fíjanse los siguientes mínimos:», the vehicle that they are for."""

    def __init__(self) -> None:
        self.depth, self.lead = 0, ""
        self._announced = self._name = ""

    def add(self, said: str, *, numbered: bool) -> None:
        said = said.strip()
        self.depth, self.lead = 0, ""
        row = _DRAWN.search(said) or (self._announced and len(said) < _SHORT and not said.endswith(":"))
        if numbered or not row:
            self._announced = (self._announced or _announced(said)) if said.endswith(":") and not numbered else ""
            self._name = ""
            return
        bound = bool(self._name) and _BOUND.match(fold(said[:_HEAD])) is not None
        self.depth, self.lead = bound + bool(self._announced), packing.lead(self._name) if bound else self._announced
        self._name = self._name if bound else _FOR.split(said, maxsplit=1)[0]


def atoms(text: str, start: int, end: int, *, numbered: bool, whole: Iterable[tuple[int, int]] = ()) -> list[Atom]:
    """The stretches of the article ``text[start:end]``, in order; none begins within what stays ``whole``, such as a table.

    ``numbered`` says that every paragraph has its number, as in Portuguese law: one without goes on with the last.
    """
    body = text[start:end]
    found = {
        at: marker for at, marker in cuts(body).items() if not any(a < start + at < b for a, b in whole)
    }  # fmt: skip
    starts = list(found)
    made: list[Atom] = []
    stack: list[_Level] = []
    rows = _Rows()
    quoted = ""
    for number, (at, stop) in enumerate(itertools.pairwise([*starts, len(body)])):
        marker, said = found[at], body[at:stop]
        before = next((atom for atom in reversed(made) if not atom.note), None)
        above = body[before.start - start : before.end - start] if before else ""
        begins = False
        opened = _QUOTES.match(said[:_HEAD])
        if opened and not (at or opened["mark"]):
            # The article's own number.
            opened = None
        ended = bool(quoted) and (
            _QUOTED.search(above[-_HEAD:]) is not None or (marker is not None and changes(said[:_HEAD]))
        )
        quoted = "" if ended else quoted
        if opened:
            stack.clear()
            quoted = opened["article"]
        if marker is not None and marker.kind == "bare":
            marker = _bare(stack, marker)
        if marker is not None:
            begins = _descend(stack, marker, above)
        elif not numbered:
            ahead = (found[later] for later in starts[number + 1 : number + 1 + _AHEAD])
            del stack[_resumed(stack, [each for each in ahead if each]) :]
        rows.add(said, numbered=marker is not None)
        names = marker is None and (TITLE if at else _NAMED).fullmatch(said) is not None
        # «"Artículo 88.- inciso d)», and its text below.
        names = names or (
            opened is not None and len(said.strip()) < _TITLE and not said.rstrip().endswith((".", "”", '"'))
        )
        path = tuple((level.marker.kind, level.marker.written) for level in stack)
        made.append(
            Atom(
                start=start + at, end=start + stop,
                path=path if all(level.certain for level in stack) else (),
                depth=sum(level.marker.kind != "par" for level in stack) + rows.depth + bool(quoted and not opened),
                opens=_unnoted(said).endswith(":"), names=names, item=marker is not None, begins=begins,
                note=marker is None and at > 0 and _NOTE.match(fold(said[:_HEAD])) is not None,
                leads=("" if opened else quoted, rows.lead or (stack[-1].lead if stack else "")),
                quotes=opened is not None or ended,
            )
        )  # fmt: skip
    return list(_told_apart(_listed(made), [found[at] for at in starts]))


def _unnoted(said: str) -> str:
    """``said`` without the notes in brackets at its end: «São objetivos: (Redação dada pela Lei nº 9.648, de 1998)»."""
    said = said.rstrip()
    while said[-3:].rstrip(" .;_*")[-1:] == ")" and (note := _BRACKETS.search(said, max(len(said) - _REMARK, 0))):
        rest = said[: note.start()].rstrip()
        if only_enumerates(rest, 0, len(rest.rstrip(": "))):
            # «§ 2: (VETADO)» announces nothing.
            break
        said = rest
    return said


def _announced(above: str) -> str:
    """The last sentence of what stands before a list, as a heading; empty where it announces nothing."""
    above = _unnoted(above)
    spans = sentences(above)
    if not spans:
        return ""
    last = above[spans[-1][0] : spans[-1][1]]
    titled = len(spans) == 1 and last[0] != "(" and len(last) < _TITLED and (last[-1].isalnum() or last[-1] == ")")
    return packing.lead(last) if titled or packing.announces(last) else ""


def _listed(made: Sequence[Atom]) -> list[Atom]:
    """``made``, in which line upon line without a full stop is a list: such lines name nothing."""
    runs = [list(run) for _, run in itertools.groupby(made, key=lambda atom: atom.names)]
    return [replace(atom, names=atom.names and len(run) < _LINES) for run in runs for atom in run]


def _told_apart(made: Sequence[Atom], markers: Sequence[Marker | None]) -> Iterator[Atom]:
    """``made``, those without path that stand in an item whose number the article has twice."""
    times = Counter(atom.path for atom, marker in zip(made, markers, strict=True) if marker and atom.path)
    twice = {path for path, count in times.items() if count > 1}
    for atom in made:
        known = not twice or not any(atom.path[:depth] in twice for depth in range(1, len(atom.path) + 1))
        yield atom if known else replace(atom, path=())


def _bare(stack: Sequence[_Level], marker: Marker) -> Marker | None:
    """«11 Transigir…», an item where 10 is the last one of a list; else no item at all."""
    for level in reversed(stack):
        if level.marker.kind == "digit" and level.marker.number[0] + 1 == marker.number[0]:
            return replace(marker, kind="digit", close=level.marker.close)
    return None


def _next(level: _Level, marker: Marker, gap: int = 1) -> bool:
    last = level.marker
    if last.kind != marker.kind:
        return False
    if marker.kind in ("deep", "coded"):
        return marker.number > last.number
    return last.number[0] < marker.number[0] <= last.number[0] + gap


def _read(stack: Sequence[_Level], marker: Marker) -> Marker:
    """A Roman number of one letter as that letter where a list of letters goes on with it, or none of numbers does."""
    letter = as_letter(marker)
    if letter is None or any(_next(level, marker, _GAP) for level in stack):
        return marker
    follows = any(_next(level, letter, _GAP) for level in stack)
    return letter if follows or (marker.number[0] > 1 and marker.close == ")") else marker


def _descend(stack: list[_Level], marker: Marker, above: str) -> bool:
    """Put the marker on the ``stack`` of open items, closing those it ends; whether it begins a list."""
    marker = _read(stack, marker)
    if marker.kind == "par":
        stack[:] = [_Level(marker, True, "")]
        return False
    depths = [depth for depth, level in enumerate(stack) if _next(level, marker)]
    same = [depth for depth in depths if stack[depth].marker.close == marker.close]
    exact = same or depths
    further = exact or [
        depth for depth, level in enumerate(stack)
        if _next(level, marker, _GAP) and level.marker.close == marker.close
    ]  # fmt: skip
    if further:
        depth = further[-1]
        certain = stack[depth].certain and len(exact) < 2
        stack[depth:] = [_Level(marker, certain, stack[depth].lead)]
        return False
    first = marker.number[-1] == 1
    alike = [
        depth for depth, level in enumerate(stack)
        if level.marker.kind == marker.kind and level.marker.close == marker.close
    ]  # fmt: skip
    if marker.kind == "coded":
        named = [d for d, level in enumerate(stack) if level.marker.written.lower() == marker.written[0].lower()]
        del stack[(named[-1] + 1 if named else len(stack)) :]
        first = first or bool(named)
    elif alike and not (first and _unnoted(above).endswith(":")):
        del stack[alike[-1] :]
    stack.append(_Level(marker, first and all(level.certain for level in stack), _announced(above)))
    return True


def _resumed(stack: Sequence[_Level], ahead: Iterable[Marker]) -> int:
    """How many of the open levels a paragraph without number stands in: those of a list that goes on after it."""
    alive = list(range(len(stack)))
    for marker in ahead:
        letter = as_letter(marker)
        for depth in reversed(alive):
            if _next(stack[depth], marker) or (letter and _next(stack[depth], letter)):
                return depth + 1
            last = stack[depth].marker
            if marker.number[-1] == 1 and (last.kind, last.close) == (marker.kind, marker.close):
                alive.remove(depth)
        if marker.kind == "bare":
            fit = [
                d
                for d in alive
                if stack[d].marker.kind == "digit" and stack[d].marker.number[0] + 1 == marker.number[0]
            ]
            if fit:
                return fit[-1] + 1
        if not alive:
            return 0
    return 0
