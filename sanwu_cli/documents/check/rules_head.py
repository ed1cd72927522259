"""Rules of the head (版头): marks of secrecy, 发文机关标志, number, 签发人, red line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.layout import BODY, HEAD, Para
from sanwu_cli.documents.check.look import (
    TWIPS_A_POINT,
    Look,
    check_gap,
    check_type,
    chinese_runs,
    cut_runs,
    drop_runs,
    make,
    millimetres,
    size_of,
    text_width,
)
from sanwu_cli.documents.check.roles import Kind, is_red
from sanwu_cli.documents.check.table import Fault, numbers, words
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = "版头"
_GOOD_NUMBER = compile_later(r"[\u4e00-\u9fff（）]{2,16}\u3014(?:19|20)\d{2}\u3015[1-9]\d*号")
_OPEN_NUMBER = compile_later(
    r"[\u4e00-\u9fff（）]*\u3014[　 ]{0,20}(?:(?:19|20)\d{2})?[　 ]{0,20}\u3015[　 ]{0,20}号"
)
_SECRET = compile_later(r"(?:绝密|机密|秘密)(?:★(?:[1-9]\d*(?:年|个月|天)|长期))?")
_ANY_BRACKETS = compile_later(r"[\[\uff3b（(【﹝〈].{2,6}[\]\uff3d）)】﹞〉]")


def copy_number(look: Look) -> Iterator[Fault]:
    """H1: 份号 has six digits and stands flush left."""
    for para in look.parts.tops:
        digits = para.bare.removeprefix("№").removeprefix("份号：")
        if digits.isdigit():
            if not re.fullmatch(r"\d{6}", para.bare):
                yield make("H1", _PART, para, "6位数字", para.bare)
            yield from _flush_left("H1", para)


def secrecy(look: Look) -> Iterator[Fault]:
    """H2: 密级 is written 机密★1年, in 黑体, flush left."""
    for para in look.parts.tops:
        if para.bare.startswith(words("secret")):
            if not _SECRET.fullmatch(para.bare):
                yield make("H2", _PART, para, "机密★1年 的写法", para.bare)
            yield from check_type(look, "H2", _PART, para, size=numbers()["body_size"], family="黑体")
            yield from _flush_left("H2", para)


def urgency(look: Look) -> Iterator[Fault]:
    """H3: 紧急程度 is 特急 or 加急, in 黑体, flush left, below the other two."""
    for index, para in enumerate(look.parts.tops):
        if para.bare.isdigit() or para.bare.startswith((*words("secret"), "№", "份号")):
            if index and look.parts.tops[index - 1].bare.startswith(words("urgent")):
                yield make("H3", _PART, para, "份号、密级、紧急程度自上而下", "排在紧急程度下面")
            continue
        if para.bare not in words("urgent"):
            yield make("H3", _PART, para, "特急或者加急", para.bare)
        yield from check_type(look, "H3", _PART, para, size=numbers()["body_size"], family="黑体")
        yield from _flush_left("H3", para)


def mark(look: Look) -> Iterator[Fault]:
    """H4: the mark is red, centred, in 小标宋, within the type area, and 35 mm down."""
    if not look.parts.has_head:
        return
    if not look.parts.marks:
        yield make("H4", _PART, look.parts.number, "有发文机关标志", "没有找到")
    for para in look.parts.marks:
        for run in chinese_runs(para):
            if not look.is_family(run.format.east, "小标宋"):
                yield make("H4", _PART, para, "字体小标宋", f"字体{run.format.east or '没有设中文字体'}")
                break
        if not all(is_red(run.format.colour) for run in chinese_runs(para)):
            yield make("H4", _PART, para, "红色（255,0,0）", "不是红色")
        if para.format.align != "center" and para.where == BODY:
            yield make("H4", _PART, para, "居中", "没有居中")
        if size_of(para) < numbers()["mark_least"]:
            yield make("H4", _PART, para, "醒目的大字", f"{size_of(para):g}磅")
    yield from _mark_position(look)


def _mark_position(look: Look) -> Iterator[Fault]:
    first = next((para for para in look.parts.marks if para.where in (BODY, HEAD)), None)
    section = look.section(first) if first else None
    if first is None or section is None:
        return
    above = [para for para in look.parts.main if para.number < first.number]
    if any(para.boxes or para.tables for para in above):
        return
    down = millimetres(sum(map(look.height, above)) + first.format.before)
    letter, order = look.parts.kind is Kind.LETTER, look.parts.kind is Kind.ORDER
    wanted = numbers()["order_down"] if order else numbers()["mark_down"]
    edge = "版心"
    if first.where == HEAD:
        down = millimetres(section.header - abs(section.top))
    if letter:
        wanted, edge, down = numbers()["mark_down_letter"], "纸", down + millimetres(abs(section.top))
    if abs(down - wanted) > numbers()["mark_off"]:
        rule = "S1" if letter else "S2" if order else "H4"
        yield make(rule, _PART, first, f"上边缘距{edge}上边缘{wanted:g}毫米", f"约{down:.0f}毫米")


def number(look: Look) -> Iterator[Fault]:
    """H6: the number's form and place."""
    kind, para = look.parts.kind, look.parts.number
    if kind is Kind.ORDER or not look.parts.has_head:
        return
    if para is None:
        if kind is not Kind.MINUTES:
            yield make("H6", _PART, None, "有发文字号", "没有找到")
        return
    text = para.text.split("签发人")[0].strip(" \t　\n")
    if not _GOOD_NUMBER.fullmatch(text) and not _OPEN_NUMBER.fullmatch(text):
        yield make("H6", _PART, para, "某政法发〔2026〕12号 的写法", _name_fault(text))
    if (
        kind is Kind.DOCUMENT
        and look.parts.signer is None
        and para.where == BODY
        and para.format.align != "center"
    ):
        yield make("H6", _PART, para, "居中", "没有居中")
    if kind is not Kind.LETTER:
        yield from check_gap(look, "H6", _PART, (look.parts.marks[-1] if look.parts.marks else None, para), 2)
    own = cut_runs(para, para.text.find("签发人")) if "签发人" in para.text else para
    yield from check_type(look, "H6", _PART, own, size=numbers()["body_size"], family="仿宋")


def _name_fault(text: str) -> str:
    if "第" in text:
        return "加了“第”字"
    if _ANY_BRACKETS.search(text) or "\u3014" not in text:
        return "年份没有用六角括号〔〕"
    if not text.endswith("号"):
        return "没有以“号”结尾"
    if re.search(r"\u3015\s*0", text):
        return "序号前有0"
    if not re.search(r"\u3014(?:19|20)\d{2}\u3015", text):
        return "年份没有写全"
    return f"“{text}”"


def signer(look: Look) -> Iterator[Fault]:
    """H7: papers that go upwards name who signed; others do not."""
    if look.parts.kind is not Kind.DOCUMENT:
        return
    title, para = look.parts.title_text, look.parts.signer
    is_upward = title.endswith(words("upward"))
    if para is None:
        if is_upward:
            yield make("H7", _PART, look.parts.number, "上行文有签发人", "没有签发人")
        return
    if not is_upward and not title.endswith(words("may_be_upward")):
        yield make("H7", _PART, para, "只有上行文标注签发人", "写了签发人")
    at = para.text.find("签发人")
    if not re.search(r"签发人：", para.text):
        yield make("H7", _PART, para, "“签发人”后用全角冒号", "没有全角冒号")
    name = drop_runs(para, at + len("签发人："))
    label = drop_runs(cut_runs(para, at + len("签发人")), at)
    yield from check_type(look, "H7", _PART, label, size=numbers()["body_size"], family="仿宋")
    yield from check_type(look, "H7", _PART, name, size=numbers()["body_size"], family="楷体")


def red_line(look: Look) -> Iterator[Fault]:
    """H8: a red line across the type area, 4 mm below the number."""
    if look.parts.kind is not Kind.DOCUMENT or look.parts.number is None:
        return
    near = _near_number(look, look.parts.number)
    drawn = [line for para in near for line in para.lines]
    for para in near:
        for side, border in (("bottom", para.format.bottom), ("top", para.format.top)):
            if border is not None and border.is_there:
                yield from _check_border(look, para, side)
                return
    if not drawn:
        yield make("H8", _PART, look.parts.number, "字号下面有红色分隔线", "没有找到")
    elif not any(is_red(line.colour) or line.colour in {"RED", "#FF0000"} for line in drawn):
        yield make("H8", _PART, look.parts.number, "红色", f"颜色{drawn[0].colour or '没有设'}")


def _near_number(look: Look, para: Para) -> list[Para]:
    """List the number's paragraph and those between it and the title, and those that hold drawings above."""
    end = look.parts.title[0].number if look.parts.title else para.number + 3
    return [
        one
        for one in look.parts.main
        if para.number <= one.number <= end or (one.lines and one.number < para.number)
    ]


def _check_border(look: Look, para: Para, side: str) -> Iterator[Fault]:
    border = para.format.bottom if side == "bottom" else para.format.top
    section = look.section(para)
    if border is None or section is None:
        return
    if not is_red(border.colour):
        yield make("H8", _PART, para, "红色", f"颜色{border.colour}")
    if abs(para.format.left) + abs(para.format.right) > TWIPS_A_POINT * 4:
        width = millimetres(text_width(section) - para.format.left - para.format.right)
        yield make("H8", _PART, para, "与版心等宽（156毫米）", f"宽{width:.0f}毫米")
    if side == "bottom" and para is look.parts.number:
        space = border.space * TWIPS_A_POINT
        if abs(millimetres(space) - numbers()["red_line_gap"]) > numbers()["red_line_off"]:
            yield make("H8", _PART, para, "字号下4毫米", f"字号下{millimetres(space):.1f}毫米")


def _flush_left(rule: str, para: Para) -> Iterator[Fault]:
    blanks = measure(para.text) - measure(para.text.lstrip(" 　"))
    if (
        para.format.align in {"center", "right"}
        or para.format.left + para.format.first > TWIPS_A_POINT
        or blanks
    ):
        yield make(rule, _PART, para, "顶格", "没有顶格")
