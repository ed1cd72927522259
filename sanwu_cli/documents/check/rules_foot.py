"""Rules of the colophon (版记) and of page numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.look import (
    TWIPS_A_POINT,
    Look,
    check_type,
    make,
    millimetres,
    size_of,
)
from sanwu_cli.documents.check.roles import COPIES, ISSUED, Kind
from sanwu_cli.documents.check.table import Fault, numbers
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.documents.check.layout import Footer, Para, SectionForm, TableBlock

_PART = "版记"
_GOOD_ISSUE = compile_later(r"((?:19|20)\d\d)年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日印发")
_OPEN_ISSUE = compile_later(
    r"[　 ]{0,20}(?:(?:19|20)\d\d)?[　 ]{0,20}年[　 ]{0,20}月[　 ]{0,20}日[　 ]{0,20}印发"
)
_DATE = compile_later(r"((?:19|20)\d\d)年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")
_DASHES = compile_later(r"—[\s　]*\d*[\s　]*—")
_THICK, _THIN = 7, 6


def rules_of_colophon(look: Look) -> Iterator[Fault]:
    """C1: thick lines above and below, thin between, as wide as the type area."""
    if not look.parts.colophon or look.parts.kind is Kind.LETTER:
        return
    table = look.parts.colophon_table
    if table is None:
        edges = [para.format for para in look.parts.colophon]
        has_edges = any(
            (one.top and one.top.is_there) or (one.bottom and one.bottom.is_there) for one in edges
        )
        if not has_edges and not any(para.lines for para in look.parts.main[-3:]):
            yield make("C1", _PART, look.parts.colophon[0], "上下有分隔线", "没有找到")
        return
    yield from _check_lines(table)


def _check_lines(table: TableBlock) -> Iterator[Fault]:
    for side, name in (("top", "首条"), ("bottom", "末条")):
        border = table.borders.get(side)
        if border is None or not border.is_there:
            yield make("C1", _PART, table, f"有{name}分隔线", "没有")
        elif border.size < _THICK:
            yield make("C1", _PART, table, f"{name}用粗线（1磅）", f"{border.size / 8:g}磅")
    inner = table.borders.get("insideH")
    if len(table.rows) > 1 and (inner is None or not inner.is_there):
        yield make("C1", _PART, table, "中间有分隔线", "没有")
    elif len(table.rows) > 1 and inner is not None and inner.size > _THIN:
        yield make("C1", _PART, table, "中间用细线（0.75磅）", f"{inner.size / 8:g}磅")
    width = numbers()["text"][0]
    if table.width and abs(millimetres(table.width) - width) > 2 * numbers()["margin_off"]:
        yield make(
            "C1", _PART, table, f"与版心等宽（{width:g}毫米）", f"宽{millimetres(table.width):.0f}毫米"
        )


def last(look: Look) -> Iterator[Fault]:
    """C2: nothing stands behind the colophon but a drafting note."""
    start = look.parts.draft_from
    for para in look.parts.after_colophon:
        if start is None or para.number < start:
            yield make("C2", _PART, para, "版记之后没有内容", "排在版记之后")
            return


def copies(look: Look) -> Iterator[Fault]:
    """C3: 抄送 in 四号仿宋 with colon and stop, one character in on both sides."""
    for para in look.parts.colophon:
        if not COPIES.match(para.bare):
            continue
        if not re.match(r"(?:抄送|抄报|主送)：", para.bare):
            yield make("C3", _PART, para, "“抄送”后用全角冒号", f"写作“{para.bare[:3]}”")
        if not para.bare.endswith("。"):
            yield make("C3", _PART, para, "以句号结尾", f"以“{para.bare[-1]}”结尾")
        yield from check_type(look, "C3", _PART, para, size=numbers()["colophon_size"], family="仿宋")
        yield from _one_in(look, "C3", para)


def issue(look: Look) -> Iterator[Fault]:
    """C5: office and date of printing; the date ends with 印发 and is not before the document's."""
    if look.parts.kind is not Kind.DOCUMENT:
        return
    found = [para for para in look.parts.colophon if "印发" in para.bare and not COPIES.match(para.bare)]
    if not found:
        rest = [para for para in look.parts.colophon if not COPIES.match(para.bare)]
        where = rest[-1] if rest else look.parts.colophon[-1] if look.parts.colophon else None
        shown = "没有版记" if not look.parts.colophon else "没有找到，日期后面有没有“印发”二字"
        yield make("C5", _PART, where, "有印发机关和印发日期", shown)
        return
    para = found[-1]
    text = para.text
    good = _GOOD_ISSUE.search(para.bare)
    if good is None and not _OPEN_ISSUE.search(text):
        told = ISSUED.search(para.bare)
        yield make("C5", _PART, para, "2026年3月5日印发 的写法", f"“{told[0] if told else para.bare[-12:]}”")
    day = _DATE.fullmatch(look.parts.date.bare) if look.parts.date else None
    if good and day and tuple(map(int, good.groups())) < tuple(map(int, day.groups())):
        yield make("C5", _PART, para, "不早于成文日期", "早于成文日期")
    yield from check_type(look, "C5", _PART, para, size=numbers()["colophon_size"], family="仿宋")
    yield from _one_in(look, "C5", para)


def _one_in(look: Look, rule: str, para: Para) -> Iterator[Fault]:
    """Check that a line of the colophon begins one character in, by its indent, its cell or a blank."""
    unit = size_of(para) * TWIPS_A_POINT
    table = look.parts.colophon_table
    margin = table.margins.get("left", 108) if table else 0
    lead = len(para.text) - len(para.text.lstrip("　"))
    found = (para.format.left + para.format.first + margin) / unit + lead
    if abs(found - 1) > numbers()["indent_off"] + 0.1:
        yield make(rule, _PART, para, "左空1字", f"左空{found:.1f}字")


def page_numbers(look: Look) -> Iterator[Fault]:
    """N1: — 1 — in 四号 宋体, odd pages right and even pages left, 7 mm below the type area."""
    seen: set[str] = set()
    for index, form in look.live_sections:
        for fault in _check_section(look, index, form):
            if (key := f"{fault.expected}{fault.found}") not in seen:
                seen.add(key)
                yield fault


def _check_section(look: Look, index: int, form: SectionForm) -> Iterator[Fault]:
    odd, even = form.footers.get("default"), form.footers.get("even")
    place = f"第{index + 1}节"
    if odd is None or not odd.numbered:
        return  # no number at all is N2's matter
    outside = any(para.format.frame_align == "outside" for para in odd.numbered)
    if not look.parts.layout.odd_even and not outside:
        yield Fault("N1", "页码", place, "", "单页居右、双页居左", "奇偶页相同")
    elif even is None or (not even.numbered and look.parts.layout.odd_even):
        yield Fault("N1", "页码", place, "", "双页也有页码", "双页没有页码")
    yield from _check_footer(look, odd, "右", place)
    if even is not None and look.parts.layout.odd_even:
        yield from _check_footer(look, even, "左", place)
    para = odd.numbered[0]
    if not form.is_landscape and para.format.pitch:
        below = sum(one.format.pitch or 0 for one in odd.paragraphs[odd.paragraphs.index(para) + 1 :])
        gap = millimetres(abs(form.bottom) - form.footer - below - para.format.pitch / 2)
        if abs(gap - numbers()["number_gap"]) > numbers()["number_off"]:
            yield Fault("N1", "页码", place, "", "一字线距版心下边缘7毫米", f"约{gap:.1f}毫米")


def _check_footer(look: Look, footer: Footer, side: str, place: str) -> Iterator[Fault]:
    for para in footer.numbered:
        if not _DASHES.search(para.text):
            yield Fault("N1", "页码", place, para.text.strip(), "数字左右各一条一字线（—）", "没有")
        for run in para.runs:
            if abs(run.format.size - numbers()["number_size"]) > numbers()["size_off"]:
                yield Fault("N1", "页码", place, "", "四号", f"{run.format.size:g}磅")
                break
        for run in para.runs:
            if not look.is_family(run.format.latin, "宋体"):
                yield Fault("N1", "页码", place, "", "宋体", run.format.latin or "没有设字体")
                break
        yield from _check_side(para, side, place)


def _check_side(para: Para, side: str, place: str) -> Iterator[Fault]:
    form, name = para.format, "单页" if side == "右" else "双页"
    wanted = "right" if side == "右" else "left"
    if form.frame_align in {"outside", wanted}:
        return
    align = "left" if form.align == "both" else form.align
    if form.frame_align or align != wanted:
        yield Fault("N1", "页码", place, "", f"{name}居{side}", f"{name}没有居{side}")
        return
    unit = numbers()["number_size"] * TWIPS_A_POINT
    blanks = para.text if side == "左" else para.text[::-1]
    lead = len(blanks) - len(blanks.lstrip("　"))
    found = (form.right if side == "右" else form.left + form.first) / unit + lead
    if abs(found - 1) > numbers()["indent_off"]:
        yield Fault("N1", "页码", place, "", f"{name}{side}空1字", f"空{found:.1f}字")


def running_numbers(look: Look) -> Iterator[Fault]:
    """N2: numbers run on through the annexes; only a page with nothing but the colophon may lack one."""
    for index, form in look.live_sections:
        footer = form.footers.get("default")
        place = f"第{index + 1}节"
        if (footer is None or not footer.numbered) and not _is_colophon_only(look, index):
            yield Fault("N2", "页码", place, "", "有页码", "没有页码")
        if form.restarts and index:
            yield Fault("N2", "页码", place, "", "续前节编页码", "重新编页码")


def _is_colophon_only(look: Look, index: int) -> bool:
    """Say whether a section holds nothing but the colophon."""
    known = {para.number for para in look.parts.colophon}
    items = look.items_by_section.get(index, [])
    return all(getattr(item, "bare", "表") == "" or item.number in known for item in items)
