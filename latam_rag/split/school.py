"""What a line of a curriculum says of its place: the subject, the grade, the part of the plan; and the codes made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from latam_rag.numerals import WORDS, digits_value, fold, words_value

_LONGEST: Final = 110


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How one country's plan numbers what is to be learned.

    ``opens`` begins the lists, ``grade`` names a grade (a number in ``n``), ``subjects`` are patterns of folded text with name
    and code.
    """

    item: str
    opens: re.Pattern[str]
    grade: re.Pattern[str]
    subjects: tuple[tuple[re.Pattern[str], str, str], ...]

    def grade_of(self, match: re.Match[str]) -> tuple[str, str]:
        """A grade as people write it, and as codes do."""
        written = match["n"]
        value = digits_value(written) if written[0].isdigit() else words_value(written)
        if self.item == "DBA":
            return f"Grado {value}" if value else "Transición", f"{value or 0:02}"
        if match["level"].startswith("medi"):
            return f"{value}° Medio", f"{value}M"
        return f"{value}° Básico", f"{value or 0:02}"

    def label(self, subject: str, grade: str, kind: str, number: str) -> str:
        """How an objective is cited: ``MA04 OA 08``, ``MA04 OAH a``, ``DBA 3``."""
        if self.item == "DBA":
            return f"DBA {number}"
        if subject == "IN" and grade.isdigit() and int(grade) < 7:
            subject = "EN"
        return f"{subject}{grade} {kind} {number:0>2}" if number.isdigit() else f"{subject}{grade} {kind} {number}"


def _subjects(*known: tuple[str, str, str]) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(rf"\b(?:{pattern})\b"), name, code) for pattern, name, code in known)


PLANS: Final = (
    Plan(
        item="OA",
        opens=re.compile(r"objetivos? de aprendizaje"),
        grade=re.compile(rf"\b(?P<n>[1-8](?=[\sº°ª])|{WORDS})\s*[º°ª]?\s*(?:ano\s+)?(?:de\s+)?(?P<level>basic[oa]|medi[oa])\b"),
        subjects=_subjects(
            (
                "lengua y cultura de los pueblos originarios(?: ancestrales)?",
                "Lengua y Cultura de los Pueblos Originarios Ancestrales", "LC",
            ),
            ("lenguaje y comunicacion", "Lenguaje y Comunicación", "LE"), ("lengua y literatura", "Lengua y Literatura", "LE"),
            ("matematicas?", "Matemática", "MA"), ("ciencias naturales", "Ciencias Naturales", "CN"),
            ("historia,? geografia y ciencias sociales", "Historia, Geografía y Ciencias Sociales", "HI"),
            (r"(?:idioma extranjero:?\s*)?ingles", "Inglés", "IN"),
            ("educacion fisica(?: y salud)?", "Educación Física y Salud", "EF"),
            ("artes visuales", "Artes Visuales", "AR"), ("musica", "Música", "MU"), ("tecnologia", "Tecnología", "TE"),
            ("orientacion", "Orientación", "OR"),
        ),
    ),
    Plan(
        item="DBA",
        opens=re.compile(r"derechos? basicos? de aprendizaje|\bdba\b"),
        grade=re.compile(rf"\bgrado\s+(?P<n>\d{{1,2}}|{WORDS}|transicion)[º°ª]?|\b(?P<level>\0)"),
        subjects=_subjects(
            ("lenguaje", "Lenguaje", ""), ("matematicas?", "Matemáticas", ""),
            ("ciencias naturales", "Ciencias Naturales", ""),
            ("ciencias sociales", "Ciencias Sociales", ""), ("ingles", "Inglés", ""),
        ),
    ),
)  # fmt: skip
#: Words that a line may hold besides a subject, a grade and the name of the lists, and still say nothing else.
_BESIDES: Final = re.compile(
    r"\b(?:asignatura|area|curso|grado|nivel|ejes?|habilidades|actitudes|tematicos|bases curriculares|programas? de estudio"
    r"|objetivos? de aprendizaje|derechos? basicos? de aprendizaje|version|basicos?|educacion|de|del|por|la|el|y|para|en|v)\b"
)
_KINDS: Final = (("OAH", re.compile(r"\bhabilidades\b")), ("OAA", re.compile(r"\bactitudes\b")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What a line says, and nothing else: any of the three may be missing."""

    grade: tuple[str, str] | None = None
    subject: tuple[str, str] | None = None
    kind: str | None = None


def place(plan: Plan, line: str) -> Place | None:
    """What ``line`` says of the place of what follows; None for a line that says anything else."""
    folded = " ".join(fold(line).split())
    if not folded or len(folded) > _LONGEST:
        return None
    grades = {plan.grade_of(match) for match in plan.grade.finditer(folded)}
    subject = next(((m, name, code) for pattern, name, code in plan.subjects if (m := pattern.search(folded))), None)
    kind = next((kind for kind, pattern in _KINDS if pattern.search(folded)), None)
    opens = plan.opens.search(folded)
    if not (grades or subject or kind or opens):
        return None
    rest = plan.grade.sub(" ", folded)
    rest = _BESIDES.sub(" ", rest.replace(subject[0][0], " ") if subject else rest)
    if any(char.isalpha() for char in rest) or len(grades) > 1:
        return None
    return Place(
        grade=next(iter(grades), None),
        subject=(subject[1], subject[2]) if subject else None,
        kind=kind or ("OA" if opens or re.search(r"\bejes?\b", folded) else None),
    )
