"""Rules of the special formats: letters (信函), orders (命令), minutes (纪要)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.look import (
    TWIPS_A_POINT,
    Look,
    check_gap,
    check_type,
    cut_runs,
    make,
    millimetres,
    size_of,
    text_width,
)
from sanwu_cli.documents.check.roles import Kind, is_red
from sanwu_cli.documents.check.table import Fault, numbers, words
from sanwu_cli.documents.titles import measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.documents.check.formats import Border
    from sanwu_cli.documents.check.layout import Para

_PART = "版头"


def letter(look: Look) -> Iterator[Fault]:
    """S1: a letter's mark, its double lines of 170 mm, its number on the right."""
    if look.parts.kind is not Kind.LETTER:
        return
    for para in look.parts.marks:
        if para.bare.endswith("文件"):
            yield make("S1", _PART, para, "标志不带“文件”", "带“文件”")
    if look.parts.number is not None and look.parts.number.format.align != "right":
        yield make("S1", _PART, look.parts.number, "字号居右", "没有居右")
    upper = _find_double(look.parts.main[:8])
    drawn = any(para.lines for para in look.parts.main[:8])
    if upper is None and not drawn:
        yield make("S1", _PART, None, "标志下有红色双线", "没有找到")
    elif upper is not None:
        yield from _check_double(look, *upper, "thickThin", "上粗下细")
    yield from _lower_line(look)


def _lower_line(look: Look) -> Iterator[Fault]:
    form = look.parts.layout.sections[0] if look.parts.layout.sections else None
    footer = form.footers.get("first" if form.title_page else "default") if form else None
    lower = _find_double(footer.paragraphs) if footer else None
    if lower is None and not (footer and any(para.lines for para in footer.paragraphs)):
        drawn = sum(len(para.lines) for para in look.parts.main)
        if drawn <= 1:
            yield make("S1", "首页", None, "首页底部有红色双线", "没有找到")
    elif lower is not None:
        yield from _check_double(look, *lower, "thinThick", "上细下粗")


def _find_double(paragraphs: tuple[Para, ...]) -> tuple[Para, Border] | None:
    for para in paragraphs:
        for border in (para.format.bottom, para.format.top):
            if border is not None and border.is_there:
                return para, border
    return None


def _check_double(look: Look, para: Para, border: Border, kind: str, name: str) -> Iterator[Fault]:
    if not border.kind.startswith(kind):
        yield make("S1", _PART, para, f"双线{name}", f"线型{border.kind}")
    if not is_red(border.colour):
        yield make("S1", _PART, para, "双线红色", f"颜色{border.colour}")
    section = look.section(para) or (look.parts.layout.sections or (None,))[0]
    if section is not None:
        width = millimetres(text_width(section) - para.format.left - para.format.right)
        if abs(width - numbers()["letter_line"]) > numbers()["letter_line_off"]:
            yield make("S1", _PART, para, "双线长170毫米", f"长{width:.0f}毫米")


def letter_pages(look: Look) -> Iterator[Fault]:
    """S1N: no number on a letter's first page, no printing office in its colophon."""
    if look.parts.kind is not Kind.LETTER or not look.parts.layout.sections:
        return
    form = look.parts.layout.sections[0]
    first, default = form.footers.get("first"), form.footers.get("default")
    if form.title_page:
        if first is not None and first.numbered:
            yield make("S1N", "首页", None, "首页不显示页码", "有页码")
    elif default is not None and default.numbered:
        yield make("S1N", "首页", None, "首页不显示页码", "没有设“首页不同”")
    for para in look.parts.colophon:
        if "印发" in para.bare:
            yield make("S1N", "版记", para, "不写印发机关和印发日期", "写了")


def order(look: Look) -> Iterator[Fault]:
    """S2: an order's number."""
    if look.parts.kind is not Kind.ORDER:
        return
    number = look.parts.number
    if number is None:
        yield make("S2", _PART, None, "有令号", "没有找到")
        return
    if not re.fullmatch(r"第[1-9]\d*号", number.bare):
        yield make("S2", _PART, number, "写作“第12号”", f"写作“{number.bare}”")
    if number.format.align != "center":
        yield make("S2", _PART, number, "居中", "没有居中")
    yield from check_gap(look, "S2", _PART, (look.parts.marks[-1] if look.parts.marks else None, number), 2)


def minutes(look: Look) -> Iterator[Fault]:
    """S3: the labels 出席, 请假, 列席."""
    if look.parts.kind is not Kind.MINUTES:
        return
    for para in (*look.parts.text, *look.parts.title):
        found = re.match(rf"({'|'.join(words('minutes_labels'))})(人员|单位)?([:：]?)", para.bare)
        if not found:
            continue
        if found[3] != "：":
            yield make("S3", "正文", para, f"写作“{found[1]}：”", f"写作“{found[0]}”")
        length = len(para.text) - len(para.text.lstrip(" 　")) + len(found[0])
        label = cut_runs(para, length)
        yield from check_type(look, "S3", "正文", label, size=numbers()["body_size"], family="黑体")
        unit = size_of(para) * TWIPS_A_POINT
        lead = measure(para.text) - measure(para.text.lstrip(" 　"))
        indent = (para.format.left + para.format.first) / unit + lead
        if abs(indent - numbers()["indent"]) > numbers()["indent_off"]:
            yield make("S3", "正文", para, "左空2字", f"左空{indent:.1f}字")
