"""Counts, scores, shares and yes/no cells."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
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
    is_blank,
    load_words,
    plain_text,
)

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
_SPELLED = compile_later(
    r"(?:([一二两三四五六七八九])百)?(?:零([一二三四五六七八九])|([一二三四五六七八九]?[十廿卅])?([一二三四五六七八九])?)"
)
_DIGITS_APART = compile_later(r"[\d.]\s+[\d.]")
_APART_HINT = "数字中间有空格或换行，分不清是一个数还是几个数"
_GROUPED = r"\d{1,3}(?:,\d{3})+"


def read_chinese_number(text: str) -> int | None:
    """Read 〇 to 九百九十九 written in Chinese; a row of digits such as 二〇二六 is read digit by digit."""
    if not text or len(text) > _LONGEST_SPELLED:
        return None
    if all(char in _CHINESE_DIGITS for char in text):
        return int("".join(str(_CHINESE_DIGITS[char]) for char in text))
    match = _SPELLED.fullmatch(text)
    if match is None:
        return None
    hundreds, nought, tens, ones = match.groups()
    if hundreds and ones and not tens:
        return None  # 一百二 is 120 to one and 102 to another
    return (
        _HUNDRED * _CHINESE_DIGITS.get(hundreds or "", 0)
        + _read_tens(tens)
        + _CHINESE_DIGITS.get(ones or nought or "", 0)
    )


def _read_tens(tens: str | None) -> int:
    if not tens:
        return 0
    return _TENS[tens[-1]] * (_CHINESE_DIGITS[tens[0]] if len(tens) > 1 else 1)


def parse_count(cell: CellValue) -> int | Unreadable | None:
    """Read a count: whole, not negative, a unit allowed; 无, —, / and 零 are 0, empty is None."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        return (
            _read_count(text)
            if len(text) <= LONGEST_KEPT
            else Unreadable("VALUE-COUNT", "字太多，请只填件数")
        )
    number = _read_number(cell)
    if isinstance(number, Decimal):
        return _check_count(number)
    return Unreadable("VALUE-COUNT", number.hint if number else "")


@lru_cache(maxsize=MOST_KEPT)
def _read_count(raw: str) -> int | Unreadable:
    wide = unicodedata.normalize("NFKC", raw)
    zero, unit = _count_patterns()
    text = fold(raw).lower().rstrip("。.")
    if NOTE_MARKS.search(raw):
        return Unreadable("VALUE-COUNT", NOTE_MARK_HINT)
    if text in zero:
        return 0
    if _DIGITS_APART.search(wide):
        return Unreadable("VALUE-COUNT", _APART_HINT)
    match = unit.fullmatch(text)
    if match is None:
        return Unreadable("VALUE-COUNT", _explain_count(DASHES.sub("-", text)))
    digits = match[1].replace(",", "")
    if re.fullmatch(r"\d+(?:\.0+)?", digits):
        return _check_count(Decimal(digits))
    return _check_spelled(digits)


def _check_spelled(digits: str) -> int | Unreadable:
    spelled = read_chinese_number(digits)
    is_vague = len(digits) > 1 and not set(digits) & _EXACT  # 两三件 is two or three, not 23
    if spelled is None or is_vague:
        return Unreadable("VALUE-COUNT", "这样写可以有两种读法，请写成阿拉伯数字")
    return spelled


def _explain_count(text: str) -> str:  # noqa: PLR0911 (one return a mistake)
    """Say what a clerk can mend in a text that is no count."""
    if "%" in text or "分之" in text:
        return "写的是百分比，请填件数"
    if re.search(r"\d[-~至到]\d", text) or re.search(
        r"[一二三四五六七八九十][至到][一二三四五六七八九十]", text
    ):
        return "写的是一个范围，请填准确的件数"
    if any(word in text for word in load_words()["values"]["approximate"]):
        return "写的是约数，请填准确的件数"
    if re.fullmatch(r"-\d+(?:\.\d+)?\D{0,3}", text):
        return "是负数"
    if re.fullmatch(r"\d+\.\d+\D{0,3}", text):
        return "是小数"
    numbers = re.findall(r"\d+", text)
    if len(numbers) > 1:
        return "一格里有几个数，请只填这一栏要的那一个"
    return "数字旁边有别的字，请写到备注里" if numbers else ""


@cache
def _count_patterns() -> tuple[frozenset[str], re.Pattern[str]]:
    words = load_words()["values"]
    units = "|".join(words["count_units"])
    before = "|".join(words["count_lead"])
    number = rf"{_GROUPED}|\d+(?:\.0+)?|[〇○零一二两三四五六七八九十百廿卅]+"
    return _folded(words["zero"]), re.compile(rf"(?:{before})?({number})(?:{units})?")


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
    return _read_decimal(plain_text(cell))


def _read_decimal(raw: str) -> Decimal | Unreadable:
    if fault := _find_fault(raw):
        return Unreadable("VALUE-DECIMAL", fault)
    text = DASHES.sub("-", fold(raw))
    match = _decimal_pattern().fullmatch(text)
    if match is not None:
        return _check_size(Decimal(match[1].replace(",", "")))
    if "%" in text:
        return Unreadable("VALUE-DECIMAL", "写的是百分比，这里要分数")
    return Unreadable(
        "VALUE-DECIMAL", "一格里有几个数" if len(re.findall(r"\d+(?:\.\d+)?", text)) > 1 else ""
    )


@cache
def _decimal_pattern() -> re.Pattern[str]:
    units = "|".join(load_words()["values"]["score_units"])
    return re.compile(rf"([+-]?(?:{_GROUPED}|\d+)(?:\.\d+)?)(?:{units})?")


def _find_fault(raw: str) -> str:
    """Say what keeps a text's digits from being one number, before blanks are dropped."""
    if NOTE_MARKS.search(raw):
        return NOTE_MARK_HINT
    return _APART_HINT if _DIGITS_APART.search(unicodedata.normalize("NFKC", raw)) else ""


def _check_size(number: Decimal) -> Decimal | Unreadable:
    return number if abs(number) < _TOO_MANY else Unreadable("VALUE-DECIMAL", "数目太大，像是编号或者号码")


def parse_percent(cell: CellValue) -> Decimal | Unreadable | None:
    """Read a share: 85% and 0.85 are 0.85; a bare number above 1 could be either and is not read."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        if fault := _find_fault(cell):
            return Unreadable("VALUE-PERCENT", fault)
        if match := re.fullmatch(r"(\d+(?:\.\d+)?)%", fold(cell)):
            return _check_share(Decimal(match[1]) / _HUNDRED)
    number = parse_decimal(cell)
    if isinstance(number, Decimal):
        if 0 <= number <= 1:
            return number
        hint = "是负数" if number < 0 else "没有百分号，分不清是几成还是百分之几"
        return Unreadable("VALUE-PERCENT", hint)
    return Unreadable("VALUE-PERCENT", _explain_percent(cell, number))


def _check_share(share: Decimal) -> Decimal | Unreadable:
    return share if share < _HUNDRED else Unreadable("VALUE-PERCENT", "数目太大")


def _explain_percent(cell: CellValue, fault: Unreadable | None) -> str:
    text = fold(cell) if isinstance(cell, str) else ""
    if match := re.fullmatch(r"([一二三四五六七八九\d])成", text):
        digit = _CHINESE_DIGITS.get(match[1]) or int(match[1])
        return f"几成是约数，确实是{digit}成请写{digit}0%"
    if "分之" in text:
        return "请写成阿拉伯数字"
    if len(re.findall(r"\d+(?:\.\d+)?", text)) > 1:
        return "一格里有几个数"
    return fault.hint if fault and "百分比" not in fault.hint else ""


def parse_yes_no(
    cell: CellValue, *, yes: Iterable[str] = (), no: Iterable[str] = ()
) -> bool | Unreadable | None:
    """Read 是/否, √/×, Y/N, 有/无 and the sheet's own words; an empty cell is None, never 否."""
    if is_blank(cell):
        return None
    if isinstance(cell, str) and NOTE_MARKS.search(cell):
        return Unreadable("VALUE-YES-NO", NOTE_MARK_HINT)
    text = fold(plain_text(cell)).lower().rstrip("。.;,")
    words = load_words()["values"]
    for spelling in (text, re.sub(r"\([^()]*\)", "", text)):
        if spelling in _folded(tuple(words["yes"])) or spelling in _folded(tuple(yes)):
            return True
        if spelling in _folded(tuple(words["no"])) or spelling in _folded(tuple(no)):
            return False
    is_both = bool({*words["yes"]} & {*text}) and bool({*words["no"]} & {*text})
    return Unreadable("VALUE-YES-NO", "“是”和“否”都在格里，请只留一个" if is_both else "")


def _folded(spellings: Iterable[str]) -> frozenset[str]:
    return _fold_all(tuple(spellings))


@cache
def _fold_all(spellings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(spelling).lower() for spelling in spellings)
