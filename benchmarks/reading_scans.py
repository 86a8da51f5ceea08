"""Reading scans: a book of scanned pages (made here), its pages a second, and how memory grows over it.

    python benchmarks/reading_scans.py [--pages 400] [--scans FOLDER] [--json]

The book is a PDF of page images at 150 pixels an inch, or of the pictures in ``--scans``, over and over (no page is then known
to be right); it is read as a sync does, in a worker process, whose memory is sampled together with that of the Tesseracts it
starts. ``grown_mb`` is the peak of the last tenth less that of the first.
"""

from __future__ import annotations

import argparse
import io
import json
import threading
import time
from pathlib import Path
from typing import Any

from latam_rag.config import Definition
from latam_rag.reader import Reader
from latam_rag.types import Resource


def book(pages: int) -> bytes:
    """A scanned book: each page its own text, without a text layer."""
    import pypdfium2
    from fpdf import FPDF

    text = FPDF()
    for number in range(1, pages + 1):
        text.add_page()
        text.set_font("helvetica", size=11)
        for row in range(30):
            text.text(
                20,
                25 + 8 * row,
                f"Artículo {number * 100 + row}. La cuota {row} se paga en la tesorería, mes {number}.",
            )
    source = pypdfium2.PdfDocument(bytes(text.output()))
    made = FPDF()
    for page in source:
        image = io.BytesIO()
        page.render(scale=150 / 72, grayscale=True).to_pil().save(image, "JPEG", quality=60)
        made.add_page()
        made.image(image, 0, 0, 210, 297)
        page.close()
    return bytes(made.output())


def scanned(pages: int, folder: Path) -> bytes:
    """A book of the pictures in ``folder``."""
    from fpdf import FPDF

    pictures = sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".jpeg", ".png"))
    made = FPDF()
    for number in range(pages):
        made.add_page()
        # Bytes, for a picture that is named twice would stand in the file once.
        made.image(io.BytesIO(pictures[number % len(pictures)].read_bytes()), 0, 0, 210, 297)
    return bytes(made.output())


def resident(group: int) -> int:
    """Bytes of the processes in the group of the worker."""
    total = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                total += int((folder / "statm").read_text().split()[1]) * 4096
        except OSError:
            continue
    return total


def measured(pages: int, folder: Path | None) -> dict[str, Any]:
    definition = Definition.model_validate({"name": "scans", "sources": [{"connector": "files", "path": "x"}]})
    body = scanned(pages, folder) if folder else book(pages)
    samples: list[int] = []
    done = threading.Event()
    with Reader(definition) as reader:
        reader.read(
            Resource(uri="a.txt", body=b"Para empezar: la feria abre los lunes en la plaza."), definition.sources[0]
        )
        assert reader._worker is not None
        group = reader._worker._process.pid

        def watch() -> None:
            while not done.wait(0.5):
                samples.append(resident(group))

        thread = threading.Thread(target=watch)
        thread.start()
        began = time.perf_counter()
        try:
            document, _ = reader.read(Resource(uri="libro.pdf", body=body), definition.sources[0])
        finally:
            done.set()
            thread.join()
    seconds = time.perf_counter() - began
    tenth = max(len(samples) // 10, 1)
    early, late = max(samples[tenth : 2 * tenth] or samples), max(samples[-2 * tenth :])
    right = sum(f"Artículo {number * 100 + 7}. La cuota 7" in document.text for number in range(1, pages + 1))
    return {
        "pages": pages, "pages_per_s": round(pages / seconds, 2), "pages_right": right, "peak_mb": max(samples) // 2**20,
        "grown_mb": (late - early) // 2**20, "file_mb": round(len(body) / 2**20, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--scans", type=Path, help="a folder of page images to make the book of")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = measured(given.pages, given.scans)
    print(json.dumps(result) if given.json else "\n".join(f"{key}: {value}" for key, value in result.items()))


if __name__ == "__main__":
    main()
