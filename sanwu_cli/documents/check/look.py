"""What rules look at: families of fonts, runs of Chinese, gaps in lines, widths in characters."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.layout import BODY, Para, Run, SectionForm, TableBlock
from sanwu_cli.documents.check.roles import Parts, is_red
from sanwu_cli.documents.check.table import Fault, fold_font, font_families, numbers
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import hide_personal_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TWIPS_A_MM = 1440 / 25.4
TWIPS_A_POINT = 20
# A line of type without a fixed pitch, as a share of its size.
NATURAL = 1.3
_SHOWN = 20
CHINESE = compile_later(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_BLACK = {"", "AUTO", "000000"}
_SIZES = {
    42.0: "初号", 36.0: "小初", 26.0: "一号", 24.0: "小一", 22.0: "二号", 18.0: "小二", 16.0: "三号",
    15.0: "小三", 14.0: "四号", 12.0: "小四", 10.5: "五号", 9.0: "小五",
}  # fmt: skip


class Look(Struct, frozen=True, dict=True):
    """A file's parts, and the fonts an office put in place of the standard's: family → names, folded."""

    parts: Parts
    own_fonts: Mapping[str, frozenset[str]]

    @cached_property
    def live_sections(self) -> tuple[tuple[int, SectionForm], ...]:
        """The sections that belong to the document, with their index; a drafting note's do not."""
        start, items = self.parts.draft_from, self.parts.layout.items
        used = {item.section for item in items if start is None or item.number < start} or {0}
        return tuple((i, form) for i, form in enumerate(self.parts.layout.sections) if i in used)

    @cached_property
    def items_by_section(self) -> Mapping[int, list[Para | TableBlock]]:
        """The body's paragraphs and tables by section."""
        found: dict[int, list[Para | TableBlock]] = {}
        for item in self.parts.layout.items:
            found.setdefault(item.section, []).append(item)
        return found

    def is_family(self, font: str, family: str) -> bool:
        """Say whether a font is of a family."""
        folded = fold_font(font)
        return folded in font_families()[family] or folded in self.own_fonts.get(family, frozenset())

    def is_chinese_font(self, font: str) -> bool:
        """Say whether a font is of any family the standard uses."""
        return any(self.is_family(font, family) for family in font_families())

    def section(self, para: Para) -> SectionForm | None:
        """Give the set-up of a paragraph's section."""
        sections = self.parts.layout.sections
        return sections[para.section] if para.section < len(sections) else None

    def pitch(self, para: Para) -> float | None:
        """Give the height of a paragraph's lines in twips; None where nothing fixes it."""
        form, section = para.format, self.section(para)
        if form.pitch is not None:
            return form.pitch
        if section is not None and section.grid_kind != "default" and form.snaps and section.grid_pitch > 0:
            natural = size_of(para) * TWIPS_A_POINT * NATURAL * form.multiple
            return section.grid_pitch * max(1, ceil(natural / section.grid_pitch))
        return None

    def height(self, para: Para) -> float:
        """Give about how high an empty paragraph is, its spacing included."""
        natural = size_of(para) * TWIPS_A_POINT * NATURAL * para.format.multiple
        return (self.pitch(para) or natural) + para.format.before + para.format.after

    def gap(self, upper: Para | None, lower: Para | None) -> float | None:
        """Count the empty lines of 三号 between two paragraphs of the body; None where it cannot be told."""
        if upper is None or lower is None or upper.where != BODY or lower.where != BODY:
            return None
        # The number of a paragraph is its place among the items.
        items = self.parts.layout.items[upper.number : lower.number - 1]
        between = [item for item in items if isinstance(item, Para)]
        if len(between) < len(items) or any(para.bare for para in between):
            return None
        height = sum(self.height(para) for para in between)
        return (height + upper.format.after + lower.format.before) / float(numbers()["line"])

    def span(self, para: Para) -> tuple[float, float]:
        """Give where a line of text begins and ends, in 三号 characters from the type area's right edge.

        Blanks at its end count as space, those at its beginning only where the text is not flush right; in
        a date that is not filled in yet they stand for digits.
        """
        text = para.text.rstrip("\n").expandtabs(2)
        is_open = "年" in text and not any(char.isdigit() for char in text)
        core = text.rstrip(" 　")
        trailing, lead = measure(text[len(core) :]), measure(core) - measure(core.lstrip(" 　"))
        width = measure(core) - (0 if is_open else lead)
        form, unit = para.format, size_of(para) * TWIPS_A_POINT
        area = self._width(para) / unit
        if form.align == "right":
            end = form.right / unit + trailing
        elif form.align == "center":
            offset = (form.left + form.first - form.right) / unit / 2 + (lead - trailing) / 2
            end = (area - width) / 2 - offset
        else:
            end = area - (form.left + form.first) / unit - (0 if is_open else lead) - width
        return end + width, end

    def _width(self, para: Para) -> float:
        section = self.section(para)
        return text_width(section) if section else float(numbers()["text"][0]) * TWIPS_A_MM


def text_width(section: SectionForm) -> float:
    """Give the width of a section's type area in twips."""
    return section.width - section.left - section.right - section.gutter


def size_of(para: Para) -> float:
    """Give the size of a paragraph's type in points: that of its first text."""
    return para.runs[0].format.size if para.runs else para.empty_size


def chinese_runs(para: Para) -> list[Run]:
    """List the runs with Chinese characters in them; all of them where there is none."""
    return [run for run in para.runs if CHINESE.search(run.text)]


def cut_runs(para: Para, length: int) -> Para:
    """Give a paragraph with the first `length` characters of its text only."""
    runs, left = [], length
    for run in para.runs:
        if left > 0:
            runs.append(Run(run.text[:left], run.format))
        left -= len(run.text)
    return _with_runs(para, runs)


def drop_runs(para: Para, length: int) -> Para:
    """Give a paragraph without the first `length` characters of its text."""
    runs, left = [], length
    for run in para.runs:
        if left < len(run.text):
            runs.append(Run(run.text[max(0, left) :], run.format))
        left -= len(run.text)
    return _with_runs(para, runs)


def _with_runs(para: Para, runs: list[Run]) -> Para:
    return Para(
        number=para.number,
        text="".join(run.text for run in runs),
        runs=tuple(runs),
        format=para.format,
        where=para.where,
        new_page=para.new_page,
        section=para.section,
        empty_size=para.empty_size,
    )


def name_size(points: float) -> str:
    """Name a size as Word's Chinese menus do."""
    return _SIZES.get(points, f"{points:g}磅")


def make(rule: str, part: str, where: Para | TableBlock | None, expected: str, found: str) -> Fault:
    """Make a fault at a paragraph or table, or at a part of the page as a whole."""
    if isinstance(where, TableBlock):
        place = f"第{where.number}段处的表格"
        excerpt = next((para.bare for para in where.paragraphs if para.bare), "")
    else:
        place = f"第{where.number}段" if where else ""
        excerpt = where.text.strip() if where else ""
    return Fault(
        rule, part, place, _shorten(excerpt), hide_personal_numbers(expected), hide_personal_numbers(found)
    )


def _shorten(text: str) -> str:
    shown = " ".join(hide_personal_numbers(text).split())
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def check_type(
    look: Look, rule: str, part: str, para: Para, *, size: float | None, family: str, colour: str = "black"
) -> Iterator[Fault]:
    """Check size, Chinese font, weight and colour of a paragraph's Chinese text; one fault a property."""
    runs = chinese_runs(para)
    for run in runs:
        if size is not None and abs(run.format.size - size) > numbers()["size_off"]:
            yield make(rule, part, para, f"字号{name_size(size)}", f"字号{name_size(run.format.size)}")
            break
    for run in runs:
        if not look.is_family(run.format.east, family):
            yield make(rule, part, para, f"字体{family}", f"字体{run.format.east or '没有设中文字体'}")
            break
    if any(run.format.bold for run in runs):
        yield make(rule, part, para, "不加粗", "加粗")
    if colour == "black":
        wrong = next((run.format.colour for run in runs if run.format.colour not in _BLACK), "")
        if wrong:
            yield make(rule, part, para, "黑色", f"颜色{wrong}")
    elif not all(is_red(run.format.colour) for run in runs):
        wrong = next(run.format.colour for run in runs if not is_red(run.format.colour))
        yield make(rule, part, para, "红色（255,0,0）", f"颜色{'黑' if wrong in _BLACK else wrong}")


def check_gap(
    look: Look, rule: str, part: str, pair: tuple[Para | None, Para | None], lines: float
) -> Iterator[Fault]:
    """Check how many empty lines stand above the lower of two paragraphs."""
    gap = look.gap(*pair)
    if gap is not None and abs(gap - lines) > numbers()["line_off"]:
        yield make(rule, part, pair[1], f"上面空{lines:g}行", f"空了约{gap:.1f}行")


def millimetres(twips: float) -> float:
    """Turn twips into millimetres."""
    return twips / TWIPS_A_MM
