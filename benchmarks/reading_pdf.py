"""How PDF files and curricula are read and split, against the tables that lie beside them.

    python benchmarks/reading_pdf.py [--shared FOLDER]

The last line is the rows as JSON. Pages without text stay unread; how fast PDF files are read is ``reading_speed.py``'s.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import json
import os
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from latam_rag import config, plugins
from latam_rag.config import Limits
from latam_rag.parse import ocr, parse
from latam_rag.parse.records import parse_record
from latam_rag.references import canonical_code
from latam_rag.split import split
from latam_rag.types import Document, Genre, Passage, Resource

LIMITS = Limits()
BNCC, CHILE = "curriculum/br-bncc", "curriculum/cl-bases-curriculares"
_ARTICLE = re.compile(r"^[ \t]*Art\.?[ \t]*(\d+)[ \t]*[ºo°]?[ \t]*(-[ \t]*[A-Z]\b|[A-Z]\b(?=[.\s-]))?", re.MULTILINE)


def plain(text: str) -> str:
    """Letters and digits only: white space, hyphenation and marks aside."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def read(path: Path, genre: Genre) -> tuple[Document, list[Passage]]:
    document = parse(Resource(uri=path.name, body=path.read_bytes()), limits=LIMITS)
    return document, split(document, index="benchmark", genre=genre)


def by_code(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        code = passage.metadata.get("code")
        if isinstance(code, str):
            found[code].append(passage)
    return found


def row(what: str, wanted: int, found: int) -> dict[str, Any]:
    return {"what": what, "wanted": wanted, "found": found}


def tables(corpus: Path) -> Iterator[tuple[str, list[Passage]]]:
    """The passages of each curriculum table, through its definition, by the table's name."""
    definition = config.load(Path(__file__).resolve().parents[1] / "tests" / "corpus.toml")
    for source in definition.sources:
        path = corpus / str(source.options["path"]).partition("corpus/")[2]
        if source.connector == "records" and "curriculum" in path.parts:
            connector = plugins.connect("records", {**source.options, "path": str(path)})
            documents = [
                parse_record(connector.fetch(ref), limits=LIMITS, language=source.language) for ref in connector.refs()
            ]
            yield path.name, [p for d in documents for p in split(d, index="benchmark", genre=source.genre)]


def bncc(corpus: Path, records: dict[str, list[Passage]]) -> Iterator[dict[str, Any]]:
    skills = []
    for name in ("habilidades-ef.csv", "habilidades-em.csv"):
        with (corpus / BNCC / name).open(encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        skills += rows
        found = by_code(records[name])
        exact = sum(plain("".join(p.text for p in found[r["codigo"]])).endswith(plain(r["texto"])) for r in rows)
        yield row(f"BNCC, {name}: codes with their text", len(rows), exact)
    _, passages = read(corpus / BNCC / "Base-Nacional-Comum-Curricular-BNCC.pdf", Genre.CURRICULUM)
    printed = by_code(passages)
    yield row("BNCC, PDF: codes with their text, on their page", len(skills), sum(_printed(r, printed) for r in skills))


def _printed(skill: dict[str, str], printed: dict[str, list[Passage]]) -> bool:
    code, page = skill["codigo"], re.search(r"PDF (\d+)", skill["fonte_localizador_pdf"])
    wanted = plain(code + skill["texto"])
    found = printed.get(code, [])
    whole = [(plain(p.text), p.page) for p in found] + [
        (plain("".join(p.text for p in found)), found[0].page if found else 0)
    ]
    return page is not None and any(text == wanted and at == int(page[1]) for text, at in whole)


def chile(corpus: Path, records: dict[str, list[Passage]]) -> Iterator[dict[str, Any]]:
    courses = json.loads((corpus / CHILE / "structured_data_raw.json").read_text("utf-8"))
    aims = [(c, axis, aim) for c in courses for axis in c["ejes"] for aim in axis["oas"]]
    found = [p for p in records["structured_data_raw.json"] if p.label]
    cited = {(p.metadata.get("grade"), p.metadata.get("subject"), p.metadata["code"]) for p in found}
    wanted = {(c["curso"], c["asignatura"], canonical_code(_code(aim))) for c, _, aim in aims}
    yield row("Chile, table: codes", len(wanted), len(wanted & cited))
    # What Decreto 439 doesn't hold: the proposal of English for the first years, and the plan of 2020.
    own = {
        canonical_code(_code(aim)): aim
        for course, _, aim in aims
        if "Propuesta" not in course["asignatura"] and not course["asignatura"].startswith("Lengua y Cultura")
    }
    for name, grades in (("bases-curriculares-1ro-6to-basico.pdf", "0[1-6]"), ("bases_7_2_medio.md", "0[78]|[12]M")):
        _, passages = read(corpus / CHILE / name, Genre.CURRICULUM)
        printed = by_code(passages)
        codes = [code for code in own if re.fullmatch(rf"\w\w(?:{grades})OA\d+", code)]
        yield row(f"Chile, {name}: codes", len(codes), sum(code in printed for code in codes))
        alike = sum(code in printed and _alike(own[code], printed[code]) for code in codes)
        yield row(f"Chile, {name}: codes with the table's text", len(codes), alike)


def _code(aim: dict[str, Any]) -> str:
    return str(aim["oa_codigo_oficial"]).replace("Objetivo de aprendizaje ", "").rstrip(".")


def _alike(aim: dict[str, Any], found: list[Passage]) -> bool:
    """The table was typed from another edition: nine letters of ten."""
    wanted = plain(" ".join([aim["descripcion_oa"], *aim["desglose_componentes"]]))
    text = re.sub(r"^\d+", "", plain(" ".join(p.text for p in found)))
    return difflib.SequenceMatcher(None, text, wanted, autojunk=False).ratio() >= 0.9


def cordoba(folder: Path) -> Iterator[dict[str, Any]]:
    _, passages = read(next(folder.glob("OTA*.pdf")), Genre.LAW)
    printed: dict[str, list[tuple[Passage, list[str]]]] = defaultdict(list)
    for passage in passages:
        for cells in (line.split(" | ") for line in passage.text.splitlines()):
            printed[cells[0].lstrip("0")].append((passage, cells))
    with (folder / "lista-de-rubros-2018.csv").open(encoding="utf-8-sig") as table:
        rows = list(csv.DictReader(table))
    yield row("Córdoba: rows with code, text, rate and header", len(rows), sum(_row(r, printed) for r in rows))


def _row(rate: dict[str, str], printed: dict[str, list[tuple[Passage, list[str]]]]) -> bool:
    for passage, cells in printed[rate["Nº Código"].lstrip("0")]:
        headed = "Nº Código | Alíc. | Mínimo | Descripción" in f"{passage.header}\n{passage.text}"
        same = len(cells) == 4 and plain(cells[3]) == plain(rate["Descripción"])
        if (
            headed
            and same
            and cells[1].rstrip("‰").replace(",", ".") in (rate["Alíc."], rate["Alíc."].rstrip("0").rstrip("."))
        ):
            return True
    return False


def cacador(folder: Path) -> Iterator[dict[str, Any]]:
    """Articles in order, against the numbers at the line starts of each page as pdfium gives it."""
    import pypdfium2

    for path in sorted(folder.glob("*.pdf")):
        _, passages = read(path, Genre.LAW)
        cited = _once(str(p.metadata["article"]) for p in passages if "article" in p.metadata)
        text = "\n".join(page.get_textpage().get_text_range().replace("\r", "") for page in pypdfium2.PdfDocument(path))
        numbers = _once(m[1] + (f"-{m[2].strip(' -').lower()}" if m[2] else "") for m in _ARTICLE.finditer(text))
        blocks = difflib.SequenceMatcher(None, cited, numbers, autojunk=False).get_matching_blocks()
        yield row(f"Caçador, {path.name}: articles in order", len(numbers), sum(block.size for block in blocks))


def _once(articles: Iterable[str]) -> list[str]:
    out: list[str] = []
    for article in articles:
        if not out or out[-1] != article:
            out.append(article)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("LATAM_RAG_SHARED", str(Path(__file__).resolve().parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    corpus = parser.parse_args().shared / "corpus"
    # Pages without text are another benchmark's.
    ocr.read_scans = lambda *given, **named: []
    records = dict(tables(corpus))
    rows = [
        *bncc(corpus, records),
        *chile(corpus, records),
        *cordoba(corpus / "legal/ar-cordoba-ordenanza-tarifaria"),
        *cacador(corpus / "legal/br-cacador-sc-municipal"),
    ]
    for each in rows:
        print(f"{each['found']:>8} of {each['wanted']:<8} {each['what']}", file=sys.stderr)
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
