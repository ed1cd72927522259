"""Rules of the text: type, indents, levels and their order, the slots of fonts, what a template left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.layout import Para
from sanwu_cli.documents.check.look import (
    CHINESE,
    TWIPS_A_POINT,
    Look,
    check_type,
    cut_runs,
    drop_runs,
    make,
    size_of,
)
from sanwu_cli.documents.check.roles import Kind
from sanwu_cli.documents.check.table import Fault, numbers, words
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = "正文"
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)}
_CHINESE = "[一二三四五六七八九十]{1,3}"
# Level, its right form, and the forms people write instead.
_FORMS = (
    (1, compile_later(rf"({_CHINESE})、"), compile_later(rf"({_CHINESE})[.．,，:：]")),
    (
        2,
        compile_later(rf"（({_CHINESE})）(?!、)"),
        compile_later(rf"(?:\(({_CHINESE})\)|（({_CHINESE})）、)"),
    ),
    (3, compile_later(r"(\d{1,2})[.．](?!\d)"), compile_later(r"(\d{1,2})、")),
    (
        4,
        compile_later(r"（(\d{1,2})）(?!、)"),
        compile_later(r"(?:\((\d{1,2})\)|（(\d{1,2})）、|(\d{1,2})[)）])"),
    ),
)
_FAMILIES = {1: "黑体", 2: "楷体", 3: "仿宋", 4: "仿宋"}
_NAMES = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}
_RUN_IN = 2
_AMBIGUOUS = compile_later("[“”‘’—…·]")
_SIGNS = {"—": "破折号", "…": "省略号", "·": "间隔号"}
_LONGEST_HEADING = 60


class Level(Struct, frozen=True):
    """A numbered paragraph: its level and number, whether it is in the right form, length of the mark."""

    para: Para
    level: int
    number: int
    is_good: bool
    length: int


def list_levels(look: Look) -> list[Level]:
    """List the numbered paragraphs of the text."""
    return [found for para in look.parts.text if (found := _read_level(para))]


def _read_level(para: Para) -> Level | None:
    text = para.text.lstrip(" 　\t")
    lead = len(para.text) - len(text)
    for level, good, bad in _FORMS:
        for pattern, is_good in ((good, True), (bad, False)):
            if match := pattern.match(text):
                number = next(group for group in match.groups() if group)
                return Level(para, level, _to_number(number), is_good, lead + match.end())
    return None


def _to_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, sign, ones = text.partition("十")
    if not sign:
        return _DIGITS.get(text, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def type_of_text(look: Look) -> Iterator[Fault]:
    """P5: the text is in 三号仿宋 and black."""
    levels = {one.para.number: one for one in list_levels(look)}
    for para in look.parts.text:
        level = levels.get(para.number)
        if _is_label(look, para):
            continue
        rest = (
            para
            if level is None
            else drop_runs(para, _lead_length(level))
            if level.level <= _RUN_IN
            else None
        )
        if rest is not None and rest.bare:
            yield from check_type(look, "P5", _PART, rest, size=numbers()["body_size"], family="仿宋")


def _is_label(look: Look, para: Para) -> bool:
    """Say whether a paragraph begins with a label of a 纪要, which has a rule of its own."""
    return look.parts.kind is Kind.MINUTES and para.bare.startswith(words("minutes_labels"))


def _lead_length(level: Level) -> int:
    """Give how long the heading itself is: to its first stop, or the whole short paragraph."""
    text = level.para.text
    stop = re.search(r"[。：；]", text[level.length :])
    if stop and level.length + stop.end() < len(text.rstrip()):
        return level.length + stop.end()
    return len(text)


def indent(look: Look) -> Iterator[Fault]:
    """B4: every paragraph begins two characters in and goes on flush left."""
    for para in look.parts.text:
        unit = max(size_of(para), 1) * TWIPS_A_POINT
        lead = measure(para.text) - measure(para.text.lstrip(" 　"))
        found = (para.format.first + para.format.left) / unit + lead
        if para.format.align == "center":
            continue
        if abs(found - numbers()["indent"]) > numbers()["indent_off"]:
            yield make("B4", _PART, para, "左空2字", f"左空{max(found, 0):.1f}字")
        elif abs(para.format.left) > unit / 2 and para.format.first >= 0 and not lead:
            yield make("B4", _PART, para, "回行顶格", f"回行左空{para.format.left / unit:.1f}字")


def levels(look: Look) -> Iterator[Fault]:
    """B5: the marks of the levels and their type."""
    for one in list_levels(look):
        if not one.is_good:
            shown = one.para.text[: one.length].strip()
            yield make("B5", _PART, one.para, f"写作“{_NAMES[one.level]}”的样子", f"写作“{shown}”")
        lead = cut_runs(one.para, _lead_length(one)) if one.level <= _RUN_IN else one.para
        if one.level <= _RUN_IN and len(lead.bare) > _LONGEST_HEADING:
            continue  # a whole paragraph that begins with a number has no heading of its own
        family = _FAMILIES[one.level]
        yield from check_type(look, "B5", _PART, lead, size=numbers()["body_size"], family=family)


def order(look: Look) -> Iterator[Fault]:
    """B6: numbers go up one by one, and no level stands above a higher one."""
    seen: dict[int, int] = {}
    for one in list_levels(look):
        wanted = seen.get(one.level, 0) + 1
        deeper = [level for level in seen if level > one.level]
        if deeper and one.level not in seen:
            found = f"“{_NAMES[one.level]}”排在“{_NAMES[min(deeper)]}”之下"
            yield make("B6", _PART, one.para, "层次从大到小", found)
        elif one.number != wanted:
            yield make(
                "B6",
                _PART,
                one.para,
                f"序号{_show(one.level, wanted)}",
                f"序号{_show(one.level, one.number)}",
            )
        seen = {level: number for level, number in seen.items() if level < one.level} | {
            one.level: one.number
        }


def _show(level: int, number: int) -> str:
    text = str(number) if level > _RUN_IN else _to_chinese(number)
    return _NAMES[level].replace("一", text).replace("1", text)


def _to_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digit = "〇一二三四五六七八九"
    if not tens:
        return digit[ones]
    return f"{digit[tens] if tens > 1 else ''}十{digit[ones] if ones else ''}"


def chinese_signs(look: Look) -> Iterator[Fault]:
    """F1: quotes, dashes and dots beside Chinese take the Chinese font."""
    for para in _all(look):
        if not CHINESE.search(para.text):
            continue
        for run in para.runs:
            is_latin = not run.format.hint and run.format.latin != run.format.east
            if is_latin and (sign := _AMBIGUOUS.search(run.text)):
                yield make(
                    "F1",
                    _PART,
                    para,
                    "中文字形的标点",
                    f"{_SIGNS.get(sign[0], '引号')}会用{run.format.latin or '西文字体'}",
                )
                break


def font_slots(look: Look) -> Iterator[Fault]:
    """F2: a Chinese font set for Latin letters only changes nothing in Chinese text."""
    for para in _all(look):
        for run in para.runs:
            latin, east = run.format.latin, run.format.east
            if CHINESE.search(run.text) and look.is_chinese_font(latin) and not look.is_chinese_font(east):
                yield make(
                    "F2", _PART, para, f"中文字体{latin}", f"只设了西文字体，中文字体是{east or '空的'}"
                )
                break


def leftovers(look: Look) -> Iterator[Fault]:
    """X1: nothing of a template is left."""
    for para in _all(look):
        found = next((word for word in words("leftovers") if word in para.text), "")
        if found:
            yield make("X1", _PART, para, "没有模板标签", f"有“{found}”")


def _all(look: Look) -> Iterator[Para]:
    """Give every filled paragraph of the document, those of tables and boxes as well."""
    for item in look.parts.layout.items:
        if look.parts.draft_from is not None and item.number >= look.parts.draft_from:
            return
        if isinstance(item, Para):
            yield from (one for one in (item, *item.boxes) if one.bare)
            tables = item.tables
        else:
            tables = (item,)
        yield from (one for table in tables for one in table.paragraphs if one.bare)
