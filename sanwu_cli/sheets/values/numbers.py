"""Counts, scores, shares and yes/no cells."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from sanwu_cli.sheets.values.text import MOST_DIGITS, Unreadable, fold, is_blank, load_words, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.grid import CellValue

_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_HUNDRED = 100
# A count of several Chinese characters is exact only with a unit or a nought among them.
_EXACT = frozenset("十百廿卅零〇○")
# More than a county has people: what stands there is a number of another kind, perhaps somebody's.
_TOO_MANY = 10**7
_LONGEST_SPELLED = 8


def read_chinese_number(text: str) -> int | None:
    """Read 〇 to 九百九十九 written in Chinese; a row of digits such as 二〇二六 is read digit by digit."""
    if not text or len(text) > _LONGEST_SPELLED:
        return None
    if all(char in _CHINESE_DIGITS for char in text):
        return int("".join(str(_CHINESE_DIGITS[char]) for char in text))
    match = re.fullmatch(
        r"(?:([一二两三四五六七八九])百零?)?([一二三四五六七八九]?[十廿卅])?([一二三四五六七八九])?", text
    )
    if match is None:
        return None
    hundreds, tens, ones = match.groups()
    return (
        _HUNDRED * _CHINESE_DIGITS.get(hundreds or "", 0)
        + _read_tens(tens)
        + _CHINESE_DIGITS.get(ones or "", 0)
    )


def _read_tens(tens: str | None) -> int:
    if not tens:
        return 0
    return _TENS[tens[-1]] * (_CHINESE_DIGITS[tens[0]] if len(tens) > 1 else 1)


def parse_count(cell: CellValue) -> int | Unreadable | None:  # noqa: PLR0911 (one return a spelling)
    """Read a count: whole, not negative, a unit allowed; 无, —, / and 零 are 0, empty is None."""
    if is_blank(cell):
        return None
    number = _read_number(cell)
    if isinstance(number, Decimal):
        return _check_count(number)
    if isinstance(number, Unreadable):
        return Unreadable("VALUE-COUNT", number.hint)
    zero, unit = _count_patterns()
    text = fold(plain_text(cell)).lower().rstrip("。.")
    if text in zero:
        return 0
    match = unit.fullmatch(text)
    if match is None:
        return Unreadable("VALUE-COUNT")
    digits = match[1].replace(",", "")
    if re.fullmatch(r"\d+(?:\.0+)?", digits):
        return _check_count(Decimal(digits))
    spelled = read_chinese_number(digits)
    is_vague = len(digits) > 1 and not set(digits) & _EXACT  # 两三件 is two or three, not 23
    return Unreadable("VALUE-COUNT") if spelled is None or is_vague else spelled


@cache
def _count_patterns() -> tuple[frozenset[str], re.Pattern[str]]:
    words = load_words()["values"]
    units = "|".join(words["count_units"])
    number = r"\d{1,3}(?:,\d{3})+|\d+(?:\.0+)?|[〇○零一二两三四五六七八九十百廿卅]+"
    return _folded(words["zero"]), re.compile(rf"(?:共|计)?({number})(?:{units})?")


def _check_count(number: Decimal) -> int | Unreadable:
    if number < 0:
        return Unreadable("VALUE-COUNT", "是负数")
    if number != number.to_integral_value():
        return Unreadable("VALUE-COUNT", "是小数")
    return int(number) if number < _TOO_MANY else Unreadable("VALUE-COUNT", "数目太大，像是编号或者号码")


def _read_number(cell: CellValue) -> Decimal | Unreadable | None:
    """Number of a numeric cell, None for text; fifteen digits, as shown: 95.19999999999999 is 95.2."""
    if isinstance(cell, bool):
        return Unreadable("", "是逻辑值")
    if isinstance(cell, (date, datetime, time, timedelta)):
        return Unreadable("", "是日期或时间")
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        number = Decimal(f"{cell:.{MOST_DIGITS}g}")
        return number if number.is_finite() else Unreadable("", "不是数")
    return None


def parse_decimal(cell: CellValue) -> Decimal | Unreadable | None:
    """Read a score or amount exactly; 分 may follow, a percent sign may not."""
    if is_blank(cell):
        return None
    number = _read_number(cell)
    if isinstance(number, Decimal):
        return _check_size(number)
    if isinstance(number, Unreadable):
        return Unreadable("VALUE-DECIMAL", number.hint)
    text = fold(plain_text(cell)).replace(",", "")
    match = re.fullmatch(rf"([+-]?\d+(?:\.\d+)?)(?:{'|'.join(load_words()['values']['score_units'])})?", text)
    return Unreadable("VALUE-DECIMAL") if match is None else _check_size(Decimal(match[1]))


def _check_size(number: Decimal) -> Decimal | Unreadable:
    return number if abs(number) < _TOO_MANY else Unreadable("VALUE-DECIMAL", "数目太大，像是编号或者号码")


def parse_percent(cell: CellValue) -> Decimal | Unreadable | None:
    """Read a share: 85% and 0.85 are 0.85; a bare number above 1 could be either and is not read."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)%", fold(cell))
        if match is not None:
            return Decimal(match[1]) / _HUNDRED
    number = parse_decimal(cell)
    if isinstance(number, Decimal) and 0 <= number <= 1:
        return number
    return Unreadable(
        "VALUE-PERCENT", "没有百分号，分不清是几成还是百分之几" if isinstance(number, Decimal) else ""
    )


def parse_yes_no(
    cell: CellValue, *, yes: Iterable[str] = (), no: Iterable[str] = ()
) -> bool | Unreadable | None:
    """Read 是/否, √/×, Y/N, 有/无 and the sheet's own words; an empty cell is None, never 否."""
    if is_blank(cell):
        return None
    text = fold(plain_text(cell)).lower().rstrip("。.;,")
    words = load_words()["values"]
    for spelling in (text, re.sub(r"\([^()]*\)", "", text)):
        if spelling in _folded(tuple(words["yes"])) or spelling in _folded(tuple(yes)):
            return True
        if spelling in _folded(tuple(words["no"])) or spelling in _folded(tuple(no)):
            return False
    return Unreadable("VALUE-YES-NO")


def _folded(spellings: Iterable[str]) -> frozenset[str]:
    return _fold_all(tuple(spellings))


@cache
def _fold_all(spellings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(spelling).lower() for spelling in spellings)
