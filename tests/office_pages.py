"""Pages as LibreOffice sets them, measured in millimetres: words, faces, ink and rules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOOLS = ("soffice", "pdftotext", "pdffonts", "pdftoppm", "pdftohtml", "fc-list")
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
FONTS = ("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体")
DOTS = 5  # pixels a millimetre
_POINT = 25.4 / 72
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
_LINE = re.compile(r"<line [^>]*>(.*?)</line>", re.DOTALL)
_SPEC = re.compile(r'<fontspec id="(\d+)" size="(\d+)" family="([^"]*)" color="(#\w+)"')
_TEXT = re.compile(r'<text [^>]*font="(\d+)"[^>]*>(.*?)</text>')


def what_is_missing() -> str:
    """Name what this machine lacks for these tests, or nothing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        listed = run("fc-list", ":", "family")
        missing = [font for font in (SERIF, SANS) if font not in listed]
    return "、".join(missing)


def run(*command: str | Path, **options: object) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def set_as_pdf(files: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Set .docx files in one go, with a profile and a font mapping of our own; they keep their names."""
    faces = {name: SANS if name == "黑体" else SERIF for name in FONTS}
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer><family>{face}</family></prefer></alias>'
        for name, face in faces.items()
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>',
        "utf-8",
    )
    sources = []
    for name, path in files.items():
        sources.append(folder / f"{name}.docx")
        shutil.copyfile(path, sources[-1])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run(
        "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, *sources,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        timeout=300,
    )  # fmt: skip
    made = {name: folder / f"{name}.pdf" for name in files}
    assert all(path.exists() for path in made.values())
    return made


@dataclass(frozen=True)
class Box:
    """Where ink is."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Line(Box):
    """A line of text and its box: for Chinese characters the em boxes' edges."""

    text: str


class Page:
    """A page of a document; `number` counts from one."""

    def __init__(self, number: int, width: float, height: float, lines: tuple[Line, ...], path: Path) -> None:
        self.number, self.width, self.height, self.lines, self.path = number, width, height, lines, path

    @property
    def is_landscape(self) -> bool:
        return self.width > self.height

    @property
    def left(self) -> float:
        """The type area's left edge: margins are mirrored."""
        return 36.0 if self.is_landscape else 28.0 if self.number % 2 else 26.0

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def _red(self) -> Image.Image:
        red, green, blue = Image.open(self.path).convert("RGB").split()
        others = ImageChops.lighter(green, blue).point(lambda value: 255 * (value < 110))
        return ImageChops.multiply(others, red.point(lambda value: 255 * (value > 170)))

    @cached_property
    def _black(self) -> Image.Image:
        red = Image.open(self.path).convert("RGB").split()[0]
        return red.point(lambda value: 255 * (value < 128))

    def ink(
        self, left: float = 0, top: float = 0, right: float = 300, bottom: float = 300, *, red: bool = False
    ) -> Box:
        """Give the box around all ink of a colour in a part of the page; there must be some."""
        mask = self._red if red else self._black
        start = (round(left * DOTS), round(top * DOTS))
        end = (min(mask.width, round(right * DOTS)), min(mask.height, round(bottom * DOTS)))
        box = mask.crop((*start, *end)).getbbox()
        assert box, f"page {self.number}: no ink there"
        return Box(*((value + start[index % 2]) / DOTS for index, value in enumerate(box)))

    def has_ink(self, *, red: bool = False) -> bool:
        return (self._red if red else self._black).getbbox() is not None

    def rules(self, *, red: bool = False, least: float = 150) -> list[Box]:
        """Find the horizontal rules of at least so many millimetres, from above."""
        mask = self._red if red else self._black
        narrow = mask.reduce((mask.width, 1))  # a row's share of ink: text never has half a row's
        wanted = 255 * least * DOTS / mask.width * 0.97
        rows = [index for index in range(mask.height) if narrow.getpixel((0, index)) >= wanted]
        found: list[Box] = []
        for index in rows:
            box = mask.crop((0, index, mask.width, index + 1)).getbbox()
            one = Box(box[0] / DOTS, index / DOTS, box[2] / DOTS, (index + 1) / DOTS)
            if found and abs(found[-1].bottom - one.top) < 0.01:
                one = Box(one.left, found.pop().top, one.right, one.bottom)
            found.append(one)
        return found

    def find(self, text: str) -> Line:
        """Find the first line that holds a text; blanks do not count."""
        return next(line for line in self.lines if text in line.text)


class Pages:
    """A document as it was set."""

    def __init__(self, pdf: Path, pictures: Path) -> None:
        self.pdf = pdf
        self._pictures = pictures

    @cached_property
    def all(self) -> tuple[Page, ...]:
        pictures = self._draw()
        told = run("pdftotext", "-bbox-layout", self.pdf, "-")
        sheets = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', told, re.DOTALL)
        return tuple(
            Page(
                index, float(width) * _POINT, float(height) * _POINT,
                tuple(sorted(map(_read_line, _LINE.findall(body)), key=lambda line: (line.top, line.left))),
                picture,
            )
            for index, ((width, height, body), picture) in enumerate(zip(sheets, pictures, strict=True), 1)
        )  # fmt: skip

    @property
    def own(self) -> tuple[Page, ...]:
        """The pages of the document itself, without the drafting note."""
        start = next((page.number for page in self.all if "起草说明" in page.text), len(self.all) + 1)
        return self.all[: start - 1]

    def _draw(self) -> list[Path]:
        """Draw all pages; the pictures stay to be looked at."""
        run("pdftoppm", "-r", str(25.4 * DOTS), "-png", self.pdf, self._pictures / self.pdf.stem)
        return sorted(self._pictures.glob(f"{self.pdf.stem}-*.png"))

    @cached_property
    def faces(self) -> list[tuple[str, str, int, str]]:
        """List what is set in which face: text, family, points, colour, in reading order."""
        told = run("pdftohtml", "-xml", "-i", "-stdout", "-zoom", "1", self.pdf)
        specs = {key: (family, int(size), colour) for key, size, family, colour in _SPEC.findall(told)}
        return [(re.sub(r"<[^>]*>|\s", "", unescape(text)), *specs[key]) for key, text in _TEXT.findall(told)]

    def fonts(self) -> list[str]:
        return run("pdffonts", self.pdf).splitlines()[2:]


def _read_line(body: str) -> Line:
    words = [
        (*(float(value) * _POINT for value in word[:4]), unescape(word[4])) for word in _WORD.findall(body)
    ]
    return Line(
        min(word[0] for word in words), min(word[1] for word in words),
        max(word[2] for word in words), max(word[3] for word in words),
        "".join(word[4] for word in words),
    )  # fmt: skip
