"""Rules of the page: paper, margins, type area, lines and characters, landscape pages, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.documents.check.look import (
    TWIPS_A_MM,
    TWIPS_A_POINT,
    Look,
    chinese_runs,
    make,
    millimetres,
    text_width,
)
from sanwu_cli.documents.check.roles import Kind
from sanwu_cli.documents.check.table import Fault, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.documents.check.layout import Para

_PART = "页面"
_GRIDS_OF_CHARACTERS = {"linesAndChars", "snapToChars"}
_LEAST_FOR_PITCH = 20


def paper(look: Look) -> Iterator[Fault]:
    """P1: every page is A4."""
    for index, form in look.live_sections:
        sides = sorted((millimetres(form.width), millimetres(form.height)))
        if any(
            abs(side - wanted) > numbers()["page_off"]
            for side, wanted in zip(sides, numbers()["page"], strict=True)
        ):
            yield _at("P1", index, "210×297毫米", f"{sides[0]:.0f}×{sides[1]:.0f}毫米")


def top_margin(look: Look) -> Iterator[Fault]:
    """P2: the white above is 37 mm."""
    yield from _margin(look, "P2", "top", "天头")


def left_margin(look: Look) -> Iterator[Fault]:
    """P3: the white at the binding side is 28 mm, the gutter included."""
    yield from _margin(look, "P3", "left", "订口")


def type_area(look: Look) -> Iterator[Fault]:
    """P4: the type area is 156 x 225 mm, across 225 x 156; a letter's first page may begin higher."""
    for index, form in look.live_sections:
        if look.parts.kind is Kind.LETTER and index == 0:
            continue
        size = (millimetres(text_width(form)), millimetres(form.height - abs(form.top) - abs(form.bottom)))
        wanted = numbers()["text"][::-1] if form.is_landscape else numbers()["text"]
        if any(abs(a - b) > 2 * numbers()["margin_off"] for a, b in zip(size, wanted, strict=True)):
            yield _at("P4", index, f"{wanted[0]:g}×{wanted[1]:g}毫米", f"{size[0]:.1f}×{size[1]:.1f}毫米")


def lines_and_characters(look: Look) -> Iterator[Fault]:
    """P6: 22 lines of 28 characters, by the pitch of the lines and the width of the characters."""
    for para in look.parts.text:
        if len(para.bare) < _LEAST_FOR_PITCH:
            continue
        pitch = look.pitch(para)
        low, high = numbers()["pitch"]
        if pitch is None:
            yield make("P6", "正文", para, "固定行距或文档网格，每面22行", "行距随字号，每面行数不定")
        elif not low <= pitch <= high:
            lines = numbers()["text"][1] * TWIPS_A_MM // pitch
            yield make(
                "P6",
                "正文",
                para,
                "行距28—29磅，每面22行",
                f"行距{pitch / TWIPS_A_POINT:g}磅，每面约{lines:.0f}行",
            )
        count = _count_characters(look, para)
        if count is not None and count != numbers()["characters_a_line"]:
            yield make("P6", "正文", para, "每行28字", f"每行{count}字")


def _count_characters(look: Look, para: Para) -> int | None:
    """Count the characters a line of the paragraph holds; its type wrong in size is another rule's matter."""
    form, runs = look.section(para), chinese_runs(para)
    if form is None or not runs or abs(runs[0].format.size - numbers()["body_size"]) > numbers()["size_off"]:
        return None
    width = runs[0].format.size * TWIPS_A_POINT + runs[0].format.spacing
    if form.grid_kind in _GRIDS_OF_CHARACTERS and para.format.snaps:
        normal = look.parts.layout.normal.size
        width = (normal + form.grid_space / 4096) * TWIPS_A_POINT + runs[0].format.size * TWIPS_A_POINT
        width -= normal * TWIPS_A_POINT
    area = text_width(form) - para.format.left - para.format.right
    return int((area + numbers()["margin_off"] * TWIPS_A_MM) // width) if width > 0 else None


def across(look: Look) -> Iterator[Fault]:
    """A1: a landscape page is bound at its upper edge."""
    for index, form in look.live_sections:
        if not form.is_landscape:
            continue
        sides, edges = numbers()["across_sides"], numbers()["across_edges"]
        for name, side, (low, high) in (
            ("左", form.left, sides), ("右", form.right, sides),
            ("上", form.top, edges), ("下", form.bottom, edges),
        ):  # fmt: skip
            if not low <= millimetres(abs(side)) <= high:
                found = f"{name}边距{millimetres(side):.1f}毫米"
                yield _at("A1", index, f"{name}边距{low:g}—{high:g}毫米", found)


def repeated_heads(look: Look) -> Iterator[Fault]:
    """A2: a table that may run over pages repeats its head."""
    for table in look.parts.tables:
        if len(table.rows) >= numbers()["table_rows_least"] and not table.rows[0].is_head:
            yield make("A2", "表格", table, "首行设为重复标题行", "没有设")


def whole_rows(look: Look) -> Iterator[Fault]:
    """A3: a row of a table that may run over pages is not split."""
    for table in look.parts.tables:
        loose = sum(not row.is_whole for row in table.rows)
        if len(table.rows) >= numbers()["table_rows_least"] and loose:
            yield make("A3", "表格", table, "各行都不跨页断开", f"{loose}行允许跨页断开")


def _margin(look: Look, rule: str, side: str, name: str) -> Iterator[Fault]:
    """Check a margin of the upright pages; a letter's first mark may stand higher than its text does."""
    for index, form in look.live_sections:
        if form.is_landscape or (side == "top" and look.parts.kind is Kind.LETTER and index == 0):
            continue
        found = millimetres(abs(getattr(form, side)) + (form.gutter if side == "left" else 0))
        if abs(found - numbers()[side]) > numbers()["margin_off"]:
            yield _at(rule, index, f"{name}{numbers()[side]:g}毫米", f"{found:.1f}毫米")


def _at(rule: str, index: int, expected: str, found: str) -> Fault:
    return Fault(rule, _PART, f"第{index + 1}节", "", expected, found)
