"""Rules of what closes the text: annex note, signature and date, remark, annexes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.look import TWIPS_A_POINT, Look, check_gap, check_type, make, size_of
from sanwu_cli.documents.check.roles import Kind
from sanwu_cli.documents.check.table import Fault, numbers
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.documents.check.layout import Para
    from sanwu_cli.documents.check.roles import AnnexPart

_GOOD_DATE = compile_later(r"((?:19|20)\d\d)年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")
_OPEN_DATE = compile_later(r"[　 ]{0,20}(?:(?:19|20)\d\d)?[　 ]{0,20}年[　 ]{0,20}月[　 ]{0,20}日")
_GOOD_REMARK = compile_later(r"（[^（）]*(?:（[^（）]*）[^（）]*)*）")
_ITEM = compile_later(r"(\d*)([.．、]?)(.*)")
_GOOD_LABEL = compile_later(r"附件([1-9]\d*)?")


def read_note(look: Look) -> list[tuple[str, str, str, Para]]:
    """Read the annex note: number, the sign behind it, name and paragraph of each annex."""
    entries: list[tuple[str, str, str, Para]] = []
    for para in look.parts.note:
        text = re.sub(r"^附件?\d*[:：]", "", para.bare)
        match = _ITEM.fullmatch(text)
        if match and (match[2] or not match[1]):
            entries.append((match[1], match[2], match[3], para))
        else:
            entries.append(("", "", text, para))
    return entries


def annex_note(look: Look) -> Iterator[Fault]:
    """B7: the annex note's colon, numbers, names and place."""
    part, entries = "附件说明", read_note(look)
    if not entries:
        return
    first = look.parts.note[0]
    if not first.bare.startswith("附件："):
        yield make("B7", part, first, "以“附件：”开头", f"以“{first.bare[:3]}”开头")
    for number, sign, name, para in entries:
        if name and name[-1] in "，。；、,.;":
            yield make("B7", part, para, "名称后不加标点", f"名称后有“{name[-1]}”")
        if number and sign != ".":
            yield make("B7", part, para, f"写作“{number}.”", f"写作“{number}{sign}”")
    numbered = [int(number) for number, *_ in entries if number]
    if len(entries) > 1 and numbered != list(range(numbered[0] if numbered else 1, len(entries) + 1)):
        yield make("B7", part, first, "逐个编号，从1连续", f"编号为{'、'.join(map(str, numbered)) or '没有'}")
    above = look.parts.text[-1] if look.parts.text else None
    yield from check_gap(look, "B7", part, (above, first), 1)
    unit = size_of(first) * TWIPS_A_POINT
    lead = measure(first.text) - measure(first.text.lstrip(" 　"))
    found = (first.format.left + first.format.first) / unit + lead
    if abs(found - numbers()["indent"]) > numbers()["indent_off"]:
        yield make("B7", part, first, "左空2字", f"左空{found:.1f}字")
    for para in look.parts.note:
        yield from check_type(look, "B7", part, para, size=numbers()["body_size"], family="仿宋")


def signature(look: Look) -> Iterator[Fault]:
    """B8: name and date stand as the standard says, with a seal or without one."""
    day, part = look.parts.date, "署名和日期"
    if day is None or look.parts.kind is Kind.MINUTES:
        return
    for para in (*look.parts.names, day):
        yield from check_type(look, "B8", part, para, size=numbers()["body_size"], family="仿宋")
    if len(look.parts.names) != 1:
        if not look.parts.names:
            yield make("B8", part, day, "日期上一行有署名", "没有找到")
        return
    (start, end), (name_start, name_end) = look.span(day), look.span(look.parts.names[0])
    off, wanted = numbers()["sign_off"], numbers()["date_right"]
    is_centred = abs((start + end) - (name_start + name_end)) / 2 <= numbers()["centre_off"]
    with_seal = (abs(end - wanted) <= off or (end > wanted and abs(name_end) <= off)) and is_centred
    shifted = abs(name_start - start - numbers()["indent"]) <= off
    without = shifted and (
        abs(name_end - numbers()["name_right"]) <= off or abs(end - numbers()["name_right"]) <= off
    )
    if with_seal or without:
        return
    if not is_centred and abs(end - wanted) <= off:
        yield make("B8", part, look.parts.names[0], "署名以日期居中", "署名没有以日期居中")
    else:
        yield make("B8", part, day, "日期右空4字", f"日期右空{end:.1f}字")


def issue_date(look: Look) -> Iterator[Fault]:
    """B11: the date's form; a date not yet filled in is left to people."""
    para, part = look.parts.date, "署名和日期"
    if para is None:
        if look.parts.kind in {Kind.DOCUMENT, Kind.LETTER}:
            yield make("B11", part, None, "有成文日期", "没有找到")
        return
    text = para.text.strip(" \t\n")
    bare = text.strip(" \t\n　")
    match = _GOOD_DATE.fullmatch(bare)
    if match is None:
        if not _OPEN_DATE.fullmatch(text):
            yield make("B11", part, para, "2026年3月5日 的写法", f"“{bare}”")
        return
    try:
        date(*map(int, match.groups()))
    except ValueError:
        yield make("B11", part, para, "日历上有的日子", f"“{bare}”")


def remark(look: Look) -> Iterator[Fault]:
    """B12: the remark stands in full-width parentheses, two characters in."""
    para, part = look.parts.remark, "附注"
    if para is None:
        return
    if not _GOOD_REMARK.fullmatch(para.bare):
        yield make("B12", part, para, "加全角圆括号", f"写作“{para.bare[:1]}…{para.bare[-1:]}”")
    unit = size_of(para) * TWIPS_A_POINT
    lead = measure(para.text) - measure(para.text.lstrip(" 　"))
    found = (para.format.left + para.format.first) / unit + lead
    if abs(found - numbers()["indent"]) > numbers()["indent_off"] or para.format.align in {"center", "right"}:
        yield make("B12", part, para, "左空2字", f"左空{found:.1f}字")
    yield from check_type(look, "B12", part, para, size=numbers()["body_size"], family="仿宋")


def annexes(look: Look) -> Iterator[Fault]:
    """B13: each annex begins a page, its label and title as they should be and as the note has them."""
    entries = read_note(look)
    for index, annex in enumerate(look.parts.annexes):
        yield from _check_label(look, annex, is_only=len(look.parts.annexes) == 1)
        yield from _check_title(look, annex)
        if index < len(entries):
            yield from _compare(annex, entries[index])
        elif entries:
            yield make("B13", "附件", annex.label, "附件说明里有这个附件", "附件说明没有列")
    if look.parts.annexes and not entries:
        yield make("B13", "附件", look.parts.annexes[0].label, "正文后有附件说明", "没有附件说明")
    for _, _, name, para in entries[len(look.parts.annexes) :]:
        yield make("B13", "附件", para, f"文件里有附件“{name[:12]}”", "没有找到；附件另装的不算")


def _check_label(look: Look, annex: AnnexPart, *, is_only: bool) -> Iterator[Fault]:
    label, part = annex.label, "附件"
    if not label.new_page:
        yield make("B13", part, label, "另面编排", "没有另起一面")
    if not _GOOD_LABEL.fullmatch(label.bare):
        yield make("B13", part, label, "写作“附件1”", f"写作“{label.bare}”")
    elif not is_only and label.bare == "附件":
        yield make("B13", part, label, "有序号", "没有序号")
    if (
        label.format.align in {"center", "right"}
        or label.format.left + label.format.first > TWIPS_A_POINT * 2
    ):
        yield make("B13", part, label, "顶格", "没有顶格")
    yield from check_type(look, "B13", part, label, size=numbers()["body_size"], family="黑体")


def _check_title(look: Look, annex: AnnexPart) -> Iterator[Fault]:
    part = "附件"
    if not annex.title:
        yield make("B13", part, annex.label, "第三行有附件标题", "没有找到")
        return
    for para in annex.title:
        if para.format.align != "center":
            yield make("B13", part, para, "标题居中", "没有居中")
        yield from check_type(look, "B13", part, para, size=numbers()["title_size"], family="小标宋")
    yield from check_gap(look, "B13", part, (annex.label, annex.title[0]), 1)


def _compare(annex: AnnexPart, entry: tuple[str, str, str, Para]) -> Iterator[Fault]:
    number, _, name, _ = entry
    own = "".join(para.bare for para in annex.title)
    labelled = re.sub(r"\D", "", annex.label.bare)
    if number != labelled:
        shown = f"附件{number}" if number else "没有序号"
        yield make("B13", "附件", annex.label, f"序号与附件说明一致（{shown}）", annex.label.bare)
    if annex.title and own != name.rstrip("，。；、,.;"):
        yield make("B13", "附件", annex.title[0], f"与附件说明一致：“{name[:16]}”", f"“{own[:16]}”")
