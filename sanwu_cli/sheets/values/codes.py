"""Case numbers, codes and area codes: no digit lost, no two grown together, no number guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values.text import (
    DASHES,
    LONGEST_KEPT,
    MOST_DIGITS,
    MOST_KEPT,
    NOTE_MARK_HINT,
    NOTE_MARKS,
    Unreadable,
    fold,
    has_personal_number,
    is_blank,
    parse_list,
    plain_text,
    strip_unseen,
)

if TYPE_CHECKING:
    from sanwu_cli.grid import CellValue

QUOTES = "'`’‘"
_DIGIT = compile_later(r"\d")
# A petition number often begins like an ID: area code and date of registration. Those dates are recent.
LATEST_BIRTH_IN_CASE_NUMBER = 2010
_CODE_LENGTHS = (6, 9, 12)
_RESTORABLE = compile_later(r"\d+\.0+")
_SCIENTIFIC = compile_later(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
# In a case number 6E12 may be meant; a point or a plus sign only a spreadsheet writes.
_BROKEN = compile_later(r"\d(?:\.\d+)?E\+\d{1,3}|\d\.\d+E\d{1,3}")
_BROKEN_HINT = "已变成科学计数，后几位丢失"
# Signs no reading changes, and what among them may part two numbers: 号至15号, 1和2, XF1-XF5, 12-15号.
AS_IT_STANDS = compile_later(r"[\x000-9A-Z\u3007\u4e00-\u9fff（）-]+")
PARTING_SIGNS = "和及与至到-"
MAY_BE_SEVERAL = compile_later(r"[和及与至到](?<=[0-9号].)|-(?<=[0-9]-)(?:[^0-9\x00]|[0-9]+号)")
# Where one number ends and another begins.
_PARTING = compile_later(r"[\s、,;|~至到和及与/-]")
_JOINT = compile_later(
    r"\d\s+[A-Z]*\d"  # XF1 XF2, but not 宁 0181 行初 12 号
    r"|号\s*[\s、,;|/~至到和及与]\s*\S*\d"
    r"|\d\s*(?:[、,;|]\s*\S*|[~至到和及与]\s*[A-Z(]*)\d"
)
_ITEMS = compile_later(r"[\s、,;|]+")
_RANGE_OF_SUITS = compile_later(r"[\u4e00-\u9fff](\d{1,6})-(\d{1,6})号")
_LONGEST_RANGE = 500
_TWINS = compile_later(r"([^\d\s/-]+)\d+[-/]\1\d+")
_SEVERAL_HINT = "像是几个编号，或者一个编号断成了几段，请一行只写一个编号，中间不留空格、不换行"


def parse_case_number(cell: CellValue) -> str | Unreadable | None:
    """Read a case number: blanks gone, every bracket kind as （）, upper case, all dashes as one."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return _read_kept(cell) if len(cell) <= LONGEST_KEPT else _read_case_number(cell)
    digits = _whole_digits(cell)
    return _read_case_number(digits) if isinstance(digits, str) else digits


def _read_case_number(raw: str) -> str | Unreadable:
    birth = LATEST_BIRTH_IN_CASE_NUMBER
    if has_personal_number(raw, latest_birth=birth):
        return Unreadable("PERSONAL-VALUE")
    if AS_IT_STANDS.fullmatch(raw) and _DIGIT.search(raw) and not MAY_BE_SEVERAL.search(raw):
        return raw
    text = DASHES.sub("-", fold(raw)).upper().lstrip(QUOTES)
    if has_personal_number(text, latest_birth=birth):
        return Unreadable("PERSONAL-VALUE")
    if _DIGIT.search(text) is None:
        return Unreadable("VALUE-CASE-NUMBER", "里面没有数字")
    hint = _find_fault(raw, text)
    if hint:
        return Unreadable("VALUE-CASE-NUMBER", hint)
    if _RESTORABLE.fullmatch(text):
        text = text.partition(".")[0]
    return text.replace("(", "（").replace(")", "）")


_read_kept = lru_cache(maxsize=MOST_KEPT)(_read_case_number)


def _find_fault(raw: str, text: str) -> str:
    """Say what keeps a text from being one case's number; empty when nothing does."""
    if NOTE_MARKS.search(raw):
        return NOTE_MARK_HINT
    if _BROKEN.fullmatch(text):
        return _BROKEN_HINT
    return _SEVERAL_HINT if _has_several(raw) else ""


def _has_several(raw: str) -> bool:
    """Say whether a text looks like several numbers, or like one in pieces that may be several."""
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", strip_unseen(raw))).upper().strip(" \t\r\n" + QUOTES)
    if _PARTING.search(wide) is None:
        return False
    if _JOINT.search(wide) or _TWINS.fullmatch("".join(wide.split())):
        return True
    suits = _RANGE_OF_SUITS.search(wide)
    if suits is not None and 0 < int(suits[2]) - int(suits[1]) <= _LONGEST_RANGE:
        return True
    shapes = [re.sub(r"\d+", "0", item) for item in _ITEMS.split(wide) if re.search(r"\d", item)]
    named = [shape for shape in shapes if shape != "0"]
    return len(named) != len(set(named))


def parse_code(cell: CellValue) -> str | Unreadable | None:
    """Read a code or serial as text, never losing a digit: 640181101201.0 is restored, 6.4E+11 is not."""
    if is_blank(cell):
        return None
    digits = _whole_digits(cell)
    if isinstance(digits, Unreadable):
        return digits
    raw = plain_text(cell)
    if NOTE_MARKS.search(raw):
        return Unreadable("VALUE-CODE", NOTE_MARK_HINT)
    text = fold(raw).lstrip(QUOTES) if digits is None else digits
    if _RESTORABLE.fullmatch(text):
        return text.partition(".")[0]
    if _SCIENTIFIC.fullmatch(text):
        return _expand_exponent(text)
    return Unreadable("PERSONAL-VALUE") if has_personal_number(text) else text


def _whole_digits(cell: CellValue) -> str | Unreadable | None:
    """Digits of a numeric cell; None when the cell is text."""
    if isinstance(cell, (bool, date, time, timedelta)):
        return Unreadable("VALUE-CODE", "单元格里是日期、时间或逻辑值")
    if not isinstance(cell, (int, float)):
        return None
    if cell != cell or abs(cell) >= 10**MOST_DIGITS:  # noqa: PLR0124 (not a number)
        return Unreadable("VALUE-CODE", "数字超过15位，末几位已经丢失")
    if cell < 0 or int(cell) != cell:
        return Unreadable("VALUE-CODE", "是负数或小数")
    return str(int(cell))


def _expand_exponent(text: str) -> str | Unreadable:
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    if len(fraction) != int(exponent):
        return Unreadable("VALUE-CODE", _BROKEN_HINT)
    return whole + fraction


def parse_area_code(cell: CellValue) -> str | Unreadable | None:
    """Read an area code of 6, 9 or 12 digits; the 000 at the end of a longer form fall away."""
    code = parse_code(cell)
    if code is None or isinstance(code, Unreadable):
        return code
    code = code.replace("-", "")
    if not code.isascii() or not code.isdigit():
        return Unreadable("VALUE-AREA-CODE", "区划代码只有数字，6、9或12位")
    if len(code) not in _CODE_LENGTHS:
        return Unreadable("VALUE-AREA-CODE", f"区划代码应是6、9或12位数字，这里有{len(code)}位")
    while len(code) > _CODE_LENGTHS[0] and code.endswith("000"):
        code = code[:-3]
    return code


def parse_areas(cell: CellValue) -> tuple[str, ...] | Unreadable | None:
    """Read several area codes of one cell."""
    if isinstance(cell, (int, float)):
        single = parse_area_code(cell)
        return (single,) if isinstance(single, str) else single
    if isinstance(cell, str) and NOTE_MARKS.search(cell):
        return Unreadable("VALUE-AREA-CODE", NOTE_MARK_HINT)
    items = parse_list(cell)
    if items is None or isinstance(items, Unreadable):
        return items
    codes = [parse_area_code(item) for item in items]
    wrong = next((code for code in codes if isinstance(code, Unreadable)), None)
    return wrong or tuple(code for code in codes if isinstance(code, str))
