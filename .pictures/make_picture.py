"""The pictures of README.md, drawn from a real run on the invented sample city.

Run it by the project's Python, after `make install`; LibreOffice, poppler, Chromium and the Noto CJK fonts
must be there. The same fonts and the same programs give the same pictures.
"""

# ruff: noqa: INP001 - a script beside its pictures, in no package

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HERE = Path(__file__).parent
SANWU = HERE.parent / ".venv" / "bin" / "sanwu"
MONTH, YEAR, VILLAGE = "2026-12", "2026", "古渡村"

# Terminal: characters, pixels a half-width cell, pixels a line.
COLUMNS, CELL, LINE, MARGIN, TABLE_LINES, TREE_LINES = 100, 12, 32, 28, 20, 16
INK, PAPER, PROMPT, DIM = "#1f2933", "#fbfbf9", "#0b6e4f", "#7b8794"
VERDICTS = {"符合命名条件": "#0b6e4f", "建议取消评优": "#b42318", "待定": "#9a6700", "不满足": "#b42318"}

# Pages: what each one shows, drawn at this resolution.
DPI, GAP, SHADE = 62, 14, "#d9d9d4"
NOTICE_MONTH, NOTICE_DAY, NOTICE_DPI = "2026-07", "2026-06-26", 78
# The roster's picture: half the width a phone gets. The year's page: as wide as a window, and its upper part.
ROSTER_ROLE, ROSTER_WIDTH = "法官", 540
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = (1120, 1240)
# The red of a title is a small part of a picture: fewer colours would lose it.
MOST_COLOURS, ROSTER_COLOURS, FEW_COLOURS = 48, 96, 24
FACES = {"黑体": "Noto Sans CJK SC"}
SERIF = "Noto Serif CJK SC"
DOCUMENT_FONTS = ("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体")


@dataclass(frozen=True)
class Faces:
    """The two faces of the terminal: one for Chinese, one for what is half a square wide."""

    wide: ImageFont.FreeTypeFont
    narrow: ImageFont.FreeTypeFont


def main() -> None:
    """Make a demo workspace, run a month end in it, draw the pictures beside this script."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_sanwu(folder, "init", "demo", "--demo")
        run_sanwu(folder, "-w", "demo", "month-end", MONTH)
        run_sanwu(folder, "-w", "demo", "roster", "generate", "--month", NOTICE_MONTH)
        save(draw_terminal(folder), HERE / "score.png")
        save(draw_pages(folder), HERE / "documents.png")
        save(draw_notice(folder), HERE / "notice.png", FEW_COLOURS)
        save(draw_roster(folder), HERE / "roster.png", ROSTER_COLOURS)
        save(draw_overview(folder), HERE / "overview.png")


def run_sanwu(folder: Path, *words: str) -> list[str]:
    """Run one command in the folder and give the lines of its answer; open questions (1) are no failure."""
    env = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - our own program
        [SANWU, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"sanwu {' '.join(words)}: {done.returncode}\n{done.stderr}")
    return done.stdout.splitlines()


def draw_terminal(folder: Path) -> Image.Image:
    """Draw the year's list and one village's reasons, as a terminal shows them."""
    year = ("-w", "demo", "score", "year", "--year", YEAR)
    why = ("-w", "demo", "score", "explain", VILLAGE, "--year", YEAR)
    lines = [
        f"$ sanwu {' '.join(year)}",
        *run_sanwu(folder, *year)[:TABLE_LINES],
        "……",
        "",
        f"$ sanwu {' '.join(why)}",
        *run_sanwu(folder, *why)[:TREE_LINES],
    ]
    size = (COLUMNS * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN)
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    faces = Faces(find_face("Noto Sans Mono CJK SC", 2 * CELL), find_face("DejaVu Sans Mono", 2 * CELL - 4))
    for row, line in enumerate(lines):
        draw_line(draw, line, faces, MARGIN + row * LINE)
    return image


def draw_line(draw: ImageDraw.ImageDraw, line: str, faces: Faces, top: int) -> None:
    """Draw a line cell by cell, so that columns stand under each other whatever the face."""
    colours = colour_cells(line)
    column = 0
    for char, colour in zip(line, colours, strict=True):
        is_wide = unicodedata.east_asian_width(char) in "WF"
        is_odd = not is_wide and ord(char) > 0x7F  # noqa: PLR2004 - … and ≥ are full-width in the Chinese face
        face = faces.narrow if is_odd else faces.wide
        base = (MARGIN + column * CELL, top + LINE * 3 // 4)
        draw.text(base, char, font=face, fill=colour, anchor="ls")
        column += 2 if is_wide else 1


def colour_cells(line: str) -> list[str]:
    """Give each character its colour: prompts, verdicts, and the lines that only support."""
    if line.startswith("$"):
        return [PROMPT] * len(line)
    is_support = line.strip().startswith(("口径", "依据")) or set(line) <= set("- ")
    colours = [DIM if is_support else INK] * len(line)
    for word, colour in VERDICTS.items():
        start = line.find(word)
        while start >= 0:
            colours[start : start + len(word)] = [colour] * len(word)
            start = line.find(word, start + 1)
    return colours


def find_face(family: str, size: int) -> ImageFont.FreeTypeFont:
    """Open the face fontconfig has for a family."""
    asked = f"{family}:style=Regular" if "Noto" in family else f"{family}:style=Book"
    found = run_tool("fc-match", "-f", "%{file}|%{index}", asked)
    path, _, index = found.partition("|")
    return ImageFont.truetype(path, size, index=int(index))


def draw_pages(folder: Path) -> Image.Image:
    """Draw the circular's first page, the notice's first page and its duty table side by side."""
    out = folder / "demo" / "out"
    circular = next(out.glob(f"{MONTH}/*通报.docx"))
    notice = find_notice(folder)
    set_as_pdf(folder, (circular, notice))
    sheets = [
        draw_page(folder / f"{circular.stem}.pdf", 1),
        draw_page(folder / f"{notice.stem}.pdf", 1),
        draw_page(folder / f"{notice.stem}.pdf", 3),
    ]
    return put_side_by_side(sheets)


def put_side_by_side(sheets: Sequence[Image.Image]) -> Image.Image:
    """Put pages beside one another on a shade."""
    width = sum(sheet.width for sheet in sheets) + GAP * (len(sheets) + 1)
    image = Image.new("RGB", (width, max(sheet.height for sheet in sheets) + 2 * GAP), SHADE)
    left = GAP
    for sheet in sheets:
        image.paste(sheet, (left, GAP))
        left += sheet.width + GAP
    return image


def find_notice(folder: Path) -> Path:
    """Find the notice of the duty roster; the mediators have one of their own."""
    return next(
        path
        for path in (folder / "demo" / "out" / NOTICE_MONTH).glob("*通知.docx")
        if "调解" not in path.name
    )


def draw_notice(folder: Path) -> Image.Image:
    """Draw the notice's two pages as they stand with a day of issue, side by side."""
    asked = ("--month", NOTICE_MONTH, "--issued-on", NOTICE_DAY, "-o", str(folder / "notice"))
    run_sanwu(folder, "-w", "demo", "report", "render", "duty_roster_notice", *asked)
    notice = next((folder / "notice").glob("*.docx"))
    set_as_pdf(folder, (notice,))
    return put_side_by_side(
        [draw_page(folder / f"{notice.stem}.pdf", page, dpi=NOTICE_DPI) for page in (1, 2)]
    )


def draw_roster(folder: Path) -> Image.Image:
    """Take the picture of the roster as it goes to a group of colleagues, at half its width."""
    run_sanwu(folder, "-w", "demo", "roster", "picture", "--month", NOTICE_MONTH, "--role", ROSTER_ROLE)
    first = min((folder / "demo" / "out" / NOTICE_MONTH).glob("*值班表*.png"))
    image = Image.open(first).convert("RGB")
    return image.resize((ROSTER_WIDTH, image.height * ROSTER_WIDTH // image.width), Image.Resampling.LANCZOS)


def draw_overview(folder: Path) -> Image.Image:
    """Take a picture of the year's page in a browser without a window."""
    run_sanwu(folder, "-w", "demo", "report", "overview", "--year", YEAR, "--as-of", f"{YEAR}-12-31")
    page, picture = next((folder / "demo" / "out").rglob("*总览.html")), folder / "overview.png"
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is there")
    run_tool(
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={folder / 'browser'}", f"--window-size={WINDOW[0]},{WINDOW[1]}",
        f"--screenshot={picture}", page.resolve().as_uri(),
    )  # fmt: skip
    return Image.open(picture).convert("RGB")


def set_as_pdf(folder: Path, documents: Sequence[Path]) -> None:
    """Set documents by LibreOffice, the office's fonts replaced by the free ones of this machine."""
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{"".join(name_faces())}</fontconfig>',
        "utf-8",
    )
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder))
    run_tool(*command, *map(str, documents), env={**os.environ, "FONTCONFIG_FILE": str(fonts)})


def name_faces() -> Iterable[str]:
    """Write which free face stands for which font of the documents."""
    for name in DOCUMENT_FONTS:
        face = FACES.get(name, SERIF)
        yield f'<alias binding="same"><family>{name}</family><prefer><family>{face}</family></prefer></alias>'


def draw_page(pdf: Path, page: int, *, dpi: int = DPI) -> Image.Image:
    """Draw one page."""
    base = pdf.with_suffix(f".{page}")
    run_tool("pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(base))
    return Image.open(f"{base}.ppm")


def run_tool(*command: str, env: dict[str, str] | None = None) -> str:
    """Run a tool of the machine and give what it says."""
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout  # noqa: S603 - fixed tools


def save(image: Image.Image, path: Path, colours: int = MOST_COLOURS) -> None:
    """Save with few colours: small, and the same to the byte."""
    image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
