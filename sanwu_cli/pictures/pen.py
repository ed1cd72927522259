"""A page to draw on, and pages as files: text measured and broken, PNG and PDF that are always the same."""

from __future__ import annotations

import time
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sanwu_cli.pictures.fonts import Face

INK, SOFT, LINE, PAPER = "#1d2430", "#565f6b", "#c4cad2", "#ffffff"
RED, PALE_RED, BAND, MOVED = "#b3261e", "#f6d9d7", "#f3ece4", "#8a4b08"
_COLOURS = 64
_JPEG = 92
_LEAST = 12
# What is not torn apart: a run of Latin letters and digits; a single other character.
_PIECE = compile_later(
    r"[0-9A-Za-z.:：\-—~～]+|.",
)
_NOT_FIRST = "，。、；：！？）》”〕)"


class Pen:
    """A white page and what draws on it; all numbers are pixels."""

    def __init__(self, width: int, height: int, face: Face) -> None:
        self.face = face
        self.image = Image.new("RGB", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def text(
        self,
        at: tuple[int, int],
        text: str,
        size: int,
        *,
        colour: str = INK,
        bold: bool = False,
        anchor: str = "la",
    ) -> None:
        """Write one line; `anchor` as Pillow has it: l, m, r across, a (top of the line), m down."""
        stroke = max(1, size // 32) if bold else 0
        self._draw.text(
            at, text, colour, self.face.at(size), anchor=anchor, stroke_width=stroke, stroke_fill=colour
        )

    def band(self, box: tuple[int, int, int, int], colour: str) -> None:
        """Fill a rectangle."""
        self._draw.rectangle(box, fill=colour)

    def frame(self, box: tuple[int, int, int, int], colour: str = LINE, width: int = 2) -> None:
        """Draw the outline of a rectangle."""
        self._draw.rectangle(box, outline=colour, width=width)

    def rule(self, start: tuple[int, int], end: tuple[int, int], colour: str = LINE, width: int = 2) -> None:
        """Draw a line."""
        self._draw.line((start, end), fill=colour, width=width)

    def stamp(self, text: str, size: int) -> None:
        """Lay a pale word across the page, below nothing: what is drawn later stands on it."""
        layer = Image.new("L", self.image.size, 0)
        middle = (self.image.width // 2, self.image.height // 2)
        ImageDraw.Draw(layer).text(middle, text, 255, self.face.at(size), anchor="mm")
        layer = layer.rotate(30, center=middle, resample=Image.Resampling.BICUBIC)
        self.image.paste(Image.new("RGB", self.image.size, PALE_RED), mask=layer)


def measure(face: Face, text: str, size: int) -> int:
    """Give the width of a line."""
    return round(face.at(size).getlength(text))


def break_text(face: Face, text: str, size: int, width: int) -> list[str]:
    """Break a text into lines that fit a width; numbers and hours stay whole, no line begins with a stop."""
    lines, line = [], ""
    for match in _PIECE.finditer(text):
        piece = match.group()
        if line and piece not in _NOT_FIRST and measure(face, line + piece, size) > width:
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line] if line else lines


def balance_text(face: Face, text: str, size: int, width: int) -> list[str]:
    """Break a text as break_text does, its lines about as long as each other, so that no end stands alone."""
    lines = break_text(face, text, size, width)
    for narrower in range(width, size * 2, -max(1, size // 4)):
        closer = break_text(face, text, size, narrower)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def fit_pieces(face: Face, text: str, size: int, width: int) -> int:
    """Give the largest size, at most `size`, at which what is not torn apart fits a width."""
    for match in _PIECE.finditer(text):
        size = fit_size(face, match.group(), size, width, least=_LEAST)
    return size


def fit_size(face: Face, text: str, size: int, width: int, *, least: int) -> int:
    """Give the largest size, at most `size`, at which a text fits on one line; never less than `least`."""
    while size > least and measure(face, text, size) > width:
        size -= 1
    return size


def save_png(image: Image.Image, dpi: int, *, title: str) -> bytes:
    """Write a picture as PNG with few colours, so that a group gets it quickly."""
    told = PngInfo()
    told.add_itxt("Title", title)
    out = BytesIO()
    few = image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "PNG", dpi=(dpi, dpi), pnginfo=told, optimize=True)
    return out.getvalue()


def save_pdf(images: Sequence[Image.Image], dpi: int, *, title: str, dated: date) -> bytes:
    """Write pictures as the pages of one PDF, dated by the day given and not by the clock."""
    stamp = time.struct_time((dated.year, dated.month, dated.day, 0, 0, 0, 0, 1, 0))
    out = BytesIO()
    images[0].save(
        out, "PDF", save_all=True, append_images=images[1:], resolution=dpi, quality=_JPEG, title=title,
        creationDate=stamp, modDate=stamp, producer="sanwu",
    )  # fmt: skip
    return out.getvalue()
