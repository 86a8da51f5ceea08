"""As a PDF. Letters that every reader has suffice for Spanish and Portuguese; for other signs a font of this machine is
embedded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from latam_rag.errors import MissingExtra
from latam_rag.export import Block, Page
from latam_rag.messages import text as said

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN, _NARROW = 20.0, 14.0
"""Millimetres, as all lengths here."""
_USUAL, _LARGEST, _SMALLEST = 11.0, 17.0, 8.0
"""Points of the text; of a large page, as large as fits on one sheet."""
#: Kind → size relative to the text's, bold, colour, space before, indent.
_LOOKS: Final[dict[str, tuple[float, str, tuple[int, int, int], float, float]]] = {
    "institution": (1.0, "B", (60, 60, 60), 0, 0),
    "title": (1.7, "B", (20, 20, 20), 0.2, 0),
    "meta": (0.82, "", (85, 85, 85), 0.1, 0),
    "heading": (1.1, "B", (20, 20, 20), 0.8, 0),
    "paragraph": (1.0, "", (20, 20, 20), 0.2, 0),
    "warning": (1.0, "B", (180, 35, 24), 0.2, 0),
    "source": (1.0, "B", (20, 20, 20), 0.6, 0),
    "quote": (1.0, "", (20, 20, 20), 0.2, 6),
    "link": (0.82, "U", (29, 80, 150), 0.1, 0),
    "item": (1.0, "", (20, 20, 20), 0.2, 5),
    "check": (1.0, "", (20, 20, 20), 0.35, 8),
}
_FONTS: Final = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans{bold}.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans{bold}.ttf",
    "/usr/share/fonts/TTF/DejaVuSans{bold}.ttf",
    "C:/Windows/Fonts/arial{bd}.ttf",
    "/System/Library/Fonts/Supplemental/Arial{ bold}.ttf",
)


def written(page: Page, *, large: bool) -> bytes:
    try:
        import fpdf  # noqa: F401
    except ImportError as error:
        raise MissingExtra("app", "PDF") from error
    size = _LARGEST if large else _USUAL
    made = _laid_out(page, size)
    while large and made.pages_count > 1 and size > _SMALLEST:
        size -= 0.5
        made = _laid_out(page, size)
    if large and made.pages_count > 1:
        # Two pages that can be read are better than two that can't.
        made = _laid_out(page, _USUAL)
    return bytes(made.output())


def _laid_out(page: Page, size: float) -> FPDF:
    # What needs small letters uses the paper, so that they needn't be smaller still.
    made = _document(page, _MARGIN if size >= _USUAL else _NARROW)
    made.add_page()
    blocks = [line for block in page.blocks for line in _plain(block)]
    strange = _font(made, "".join(block.text for block in blocks) + page.footer)
    for block in blocks:
        _add(made, block, size)
    if strange:
        note = said("export.signs_missing", page.language, signs=" ".join(f"U+{ord(sign):04X}" for sign in strange))
        _add(made, Block(kind="meta", text=note), size)
    return made


def _plain(block: Block) -> Iterator[Block]:
    """A table as lines: what is made of tables is taken along as a Word document."""
    if block.kind in ("table", "fields"):
        yield from (
            Block(kind="paragraph", text="  |  ".join(" ".join(cell.split()) for cell in row)) for row in block.rows
        )
    elif block.kind == "lines":
        yield from [Block(kind="paragraph", text="_" * 60)] * int(block.text)
    elif block.kind != "break":
        yield block


def _document(page: Page, margin: float) -> FPDF:
    from fpdf import FPDF

    class Document(FPDF):
        def footer(self) -> None:
            if page.footer:
                self.set_y(-14)
                self.set_font(size=8)
                self.set_text_color(85)
                self.cell(text=f"{page.footer}  ·  {self.page_no()} / {{nb}}", align="L")

    made = Document(format="A4")
    made.core_fonts_encoding = "cp1252"
    made.set_margins(margin, margin - 3)
    made.set_auto_page_break(True, 18)
    made.set_title(page.title)
    made.set_lang({"pt": "pt-BR"}.get(page.language, "es-CL"))
    return made


def _font(made: FPDF, text: str) -> str:
    """Choose the letters; the signs of ``text`` that they lack, each once."""
    from fpdf.fonts import TTFFont

    strange = {sign for sign in text if sign > "\xff" and not sign.encode("cp1252", "ignore")}
    regular = next((path for path in _FONTS if strange and Path(_name(path, "")).is_file()), None)
    if regular is None:
        made.set_font("Helvetica")
    else:
        for style in ("", "B"):
            name = Path(_name(regular, style))
            made.add_font("sign", style, str(name if name.is_file() else _name(regular, "")))
        made.set_font("sign")
        held = made.current_font.cmap if isinstance(made.current_font, TTFFont) else {}
        strange = {sign for sign in strange if ord(sign) not in held}
    return "".join(sorted(strange))


def _name(path: str, style: str) -> str:
    bold = bool(style)
    return (
        path.replace("{bold}", "-Bold" if bold else "")
        .replace("{bd}", "bd" if bold else "")
        .replace("{ bold}", " Bold" if bold else "")
    )


def _add(made: FPDF, block: Block, size: float) -> None:
    relative, style, colour, before, indent = _LOOKS[block.kind]
    points = size * relative
    line = points * 0.3528 * 1.32
    made.ln(before * size * 0.3528)
    if block.kind in ("heading", "source") and made.get_y() > made.h - 18 - 4 * line:
        made.add_page()
    made.set_font(style=style, size=points)
    made.set_text_color(*colour)
    left, top = made.l_margin, made.get_y()
    if block.kind == "check":
        # As far in as the text of a paragraph.
        made.rect(left + made.c_margin, top + line * 0.12, line * 0.7, line * 0.7)
    elif block.kind == "item":
        made.set_fill_color(60, 60, 60)
        made.ellipse(left + 1.6, top + line * 0.42, 1.1, 1.1, style="F")
    made.set_x(left + indent)
    made.multi_cell(0, line, _encodable(made, block.text), align="L", new_x="LMARGIN", new_y="NEXT",
                    link=block.text if block.kind == "link" else "")  # fmt: skip
    if block.kind == "quote":
        made.set_draw_color(120, 120, 120)
        if made.get_y() > top:
            made.line(left + 2.5, top + 0.5, left + 2.5, made.get_y() - 0.5)


def _encodable(made: FPDF, text: str) -> str:
    """``text`` in signs that the chosen letters have: a _ stands for each of the others, which a note names."""
    clean = "".join(sign for sign in text if sign >= " " or sign == "\n")
    if made.is_ttf_font:
        return clean
    return "".join(sign if sign <= "\xff" or sign.encode("cp1252", "ignore") else "_" for sign in clean)
