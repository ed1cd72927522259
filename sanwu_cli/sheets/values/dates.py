"""Dates in every spelling departments use; a day is never guessed from what could be two."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import MONTHS_A_YEAR, Period
from sanwu_cli.sheets.values.numbers import read_chinese_number
from sanwu_cli.sheets.values.text import (
    DASHES,
    LONGEST_KEPT,
    MOST_DIGITS,
    MOST_KEPT,
    NOTE_MARK_HINT,
    NOTE_MARKS,
    Unreadable,
    is_blank,
    load_words,
    strip_unseen,
)

if TYPE_CHECKING:
    from sanwu_cli.grid import CellValue

# A year typed into a date cell becomes a day of 1905; no record of ours is as old.
_EARLIEST_YEAR = 1949
_LATEST_YEAR = 2099
_CENTURY = 2000
_SERIALS = (40000, 60000)
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_LATE_DAYS = 31
_SEPARATOR = r"[-./\\、,年]"
_FULL = compile_later(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?:[-./\\、,]|月)(\d{{1,2}})[日号]?")
_USUAL = compile_later(rf"{_FULL.pattern}(?:[ T]\d{{1,2}}:\d\d(?::\d\d)?)?")
_COMPACT = compile_later(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_SHORT_YEAR = compile_later(r"(\d{2})年(\d{1,2})月(\d{1,2})[日号]?")
_SHORTER_YEAR = compile_later(r"(\d{2})[-./](\d{1,2})[-./](\d{1,2})")
_DAY_OF_MONTH = compile_later(r"(\d{1,2})(?:[-./\\]|月)(\d{1,2})[日号]?")
_DAY = compile_later(r"(\d{1,2})[日号]")
_SERIAL = compile_later(r"\d{5}(?:\.\d+)?")
_WEEKDAY = compile_later(r"\(?(?:星期|周|礼拜)[一二三四五六日天1-7]\)?|\([一二三四五六日天]\)$")
_NUMERAL = "〇○零一二两三四五六七八九十廿卅"
_NUMERALS = frozenset(_NUMERAL)
# The first of 一至三月 and 第一、二季度 is a number too. Bounds keep a hostile text from costing its square.
_SPELLED = compile_later(
    rf"(?<![{_NUMERAL}])([{_NUMERAL}]{{1,8}})(?=(?:[-~至到、,和及]第?[{_NUMERAL}]{{1,8}}){{0,11}}个?[年月日号季])"
)
# A nought of a year is typed as whatever is round: 二O二六年.
_SPELLED_YEAR = compile_later(r"[一二][〇○零一二三四五六七八九Oo0◯]{3}(?=年)")
_NOUGHTS = str.maketrans("Oo0◯", "〇〇〇〇")
_BLANKS = compile_later(rf"(?<![\d{_NUMERAL}])\s+|\s+(?![\d{_NUMERAL}])")
_PARTS_APART = compile_later(r"(\d{4})\s+(\d{1,2})\s+(\d{1,2})")
_ENDS_LEFT_OUT = (".1", ".2", ".3")
_ONE = r"(?:(?:(?:\d{4}|\d{2})[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?|\d{1,2}[日号]|\d{8})"
_SEVERAL = compile_later(rf"{_ONE}(?:(?:[~至到、,;和及与\s]+|-{{1,2}})(?:{_ONE}|\d{{1,2}}[日号]?))+")
_YEAR_LAST = compile_later(r"\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}")
_YEAR_HINT = "年份请写四位"


class _PartDay(Struct, frozen=True):
    """A day whose year, or year and month, the sheet has to say; `short_year` is a year of two digits."""

    day: int
    month: int | None = None
    short_year: int | None = None


def parse_date(
    cell: CellValue, *, period: Period | None = None, is_1904: bool = False
) -> date | Unreadable | None:
    """Read a date; one without a year (or month) takes it from the sheet's period, if that is known.

    A whole number 40000–60000 is a spreadsheet serial, of the 1904 system where the book says so; one of
    eight digits is yyyymmdd. The precision is never invented: 2026年3月 is no date.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        return check_day(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _read_number(cell, period, is_1904=is_1904)
    if not isinstance(cell, str):
        return Unreadable("VALUE-DATE", "只有时刻，没有日期" if isinstance(cell, (time, timedelta)) else "")
    text = cell.strip()
    if len(text) > LONGEST_KEPT:
        return Unreadable("VALUE-DATE", "字太多，请只写日期，其余写到备注里")
    return _complete(_read_text(text, is_1904=is_1904), period)


def check_day(day: date) -> date | Unreadable:
    """Give the day without its time, or say that no record of ours can be of that year."""
    if not _EARLIEST_YEAR <= day.year <= _LATEST_YEAR:
        return Unreadable("VALUE-DATE", f"年份是{day.year}，像是把别的数当成了日期")
    return day.date() if isinstance(day, datetime) else day


def _read_number(cell: float, period: Period | None, *, is_1904: bool) -> date | Unreadable:
    if _SERIALS[0] <= cell < _SERIALS[1]:
        return _count_days(cell, is_1904=is_1904)
    if not 0 < cell < 10**MOST_DIGITS:
        return Unreadable("VALUE-DATE")
    text = f"{cell:.{MOST_DIGITS}g}"
    if _COMPACT.fullmatch(text):
        return _complete(_read_text(text, is_1904=is_1904), period)
    if text.endswith(_ENDS_LEFT_OUT) and 1 <= int(cell) <= MONTHS_A_YEAR:
        return Unreadable("VALUE-DATE", "数字末尾的0可能丢了，请改成文本，例如3月10日")
    if re.fullmatch(r"\d{1,2}\.\d{1,2}", text):
        return _complete(_read_text(text, is_1904=is_1904), period)
    return Unreadable("VALUE-DATE", _explain(text))


def _count_days(serial: float, *, is_1904: bool) -> date:
    return (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(days=int(serial))


@lru_cache(maxsize=MOST_KEPT)
def _read_text(raw: str, *, is_1904: bool) -> date | _PartDay | Unreadable:  # noqa: PLR0911 (one a spelling)
    """Read what a text says by itself: a day, a part of one, or nothing."""
    if match := _USUAL.fullmatch(raw):
        return _make_day(int(match[1]), int(match[2]), int(match[3]))
    if NOTE_MARKS.search(raw):
        return Unreadable("VALUE-DATE", NOTE_MARK_HINT)
    text = _normalise(raw)
    for pattern in (_FULL, _COMPACT, _PARTS_APART):
        if match := pattern.fullmatch(text):
            return _make_day(int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORT_YEAR.fullmatch(text):
        return _make_day(_CENTURY + int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORTER_YEAR.fullmatch(text):
        return _PartDay(int(match[3]), int(match[2]), int(match[1]))
    if match := _DAY_OF_MONTH.fullmatch(text):
        return _PartDay(int(match[2]), int(match[1]))
    if match := _DAY.fullmatch(text):
        return _PartDay(int(match[1]))
    if _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        return _count_days(float(text), is_1904=is_1904)
    return Unreadable("VALUE-DATE", _explain(text))


def _normalise(raw: str) -> str:
    """Cut clock time and weekday off, spell numerals as digits; blanks stay between two digits only."""
    text = DASHES.sub("-", unicodedata.normalize("NFKC", strip_unseen(raw))).strip()
    for pattern in _beside_patterns():
        text = pattern.sub("", text)
    text = _WEEKDAY.sub("", _BLANKS.sub("", text.strip()))
    return spell_digits(text).strip("。;,.'`’‘")


@cache
def _beside_patterns() -> tuple[re.Pattern[str], ...]:
    """Patterns of what stands beside a date: an era, a clock time, a part of the day."""
    words = load_words()["values"]
    parts, eras = "|".join(words["day_parts"]), "|".join(words["eras"])
    clock = (
        rf"(?:(?<=[\s日号)])|T|(?<=\d)\s)\s*(?:{parts})?\s*"
        r"\d{1,2}(?::\d{1,2}|时|点)[\d:.时分秒点半左右许]*\s*(?:AM|PM|Z|\+\d\d:?\d\d)?\s*$"
    )
    return (re.compile(rf"^(?:{eras})\s*"), re.compile(clock), re.compile(rf"\s*\(?(?:{parts})\)?\s*$"))


def spell_digits(text: str) -> str:
    """Write the Chinese numerals before 年, 月, 日 or 季 as digits: 二〇二六年三月九日 is 2026年3月9日."""
    if _NUMERALS.isdisjoint(text):
        return text
    text = _SPELLED_YEAR.sub(lambda match: match[0].translate(_NOUGHTS), text)
    return _SPELLED.sub(lambda match: str(_number_or_text(match[1])), text)


def _number_or_text(text: str) -> int | str:
    number = read_chinese_number(text)
    return text if number is None else number


def _explain(text: str) -> str:  # noqa: PLR0911 (one return a mistake)
    """Say what a clerk can mend in a text that is no day."""
    if _SEVERAL.fullmatch(text) or len(re.findall(r"\d{1,2}[日号]", text)) > 1:
        return "一格里有几个日期"
    if re.search(r"\d\s+\d", text):
        return "数字中间有空格或换行，分不清是哪一天"
    if re.fullmatch(r"\d{4}[-./年]\d{1,2}月?份?|\d{1,2}月份?|\d{6}", text):
        return "只写到月，缺日"
    if re.search(r"[上中下]旬", text):
        return "只写了旬，缺日"
    if re.fullmatch(r"(?:19|20)\d{2}年?度?", text):
        return "只写了年，缺月和日"
    if _YEAR_LAST.fullmatch(text):
        return "年份写在后面，分不清哪个是月、哪个是日，请按年、月、日的顺序写"
    if re.fullmatch(r"\d{1,2}", text):
        return "只写了一个数，缺年和月"
    if re.search(r"\d{1,2}[-./月]\d{1,2}", text):
        return "日期旁边有别的字，请写到备注里"
    return ""


def _make_day(year: int, month: int, day: int) -> date | Unreadable:
    try:
        return check_day(date(year, month, day))
    except ValueError:
        return Unreadable("VALUE-DATE", "日历上没有这一天")


def _complete(found: date | _PartDay | Unreadable, period: Period | None) -> date | Unreadable:
    """Give a part of a day the year, or year and month, of the sheet's period."""
    if not isinstance(found, _PartDay):
        return found
    if found.month is None:
        return _place_in_month(found.day, period)
    if found.short_year is not None:
        return _place_in_century(found.short_year, found.month, found.day, period)
    return _place_in_year(found.month, found.day, period)


def _place_in_century(short_year: int, month: int, day: int, period: Period | None) -> date | Unreadable:
    """Read 26.3.9 where the sheet is of that year or one beside it: else 26 may be a day."""
    year = _CENTURY + short_year
    if period is None or not period.first.year - 1 <= year <= period.last.year + 1:
        return Unreadable("VALUE-DATE", _YEAR_HINT)
    return _make_day(year, month, day)


def _place_in_year(month: int, day: int, period: Period | None) -> date | Unreadable:
    """Find the year of a day such as 3月9日: the latest not more than a month after the period."""
    if period is None:
        return Unreadable("VALUE-DATE", "没有年份，表上也看不出是哪一年")
    latest = period.last.last_day + timedelta(days=_LATE_DAYS)
    found = _make_day(latest.year, month, day)
    if isinstance(found, Unreadable) or found > latest:
        found = _make_day(latest.year - 1, month, day)
    return found


def _place_in_month(day: int, period: Period | None) -> date | Unreadable:
    if period is None or period.first != period.last:
        return Unreadable("VALUE-DATE", "没有月份，表上也看不出是哪一月")
    return _make_day(period.first.year, period.first.number, day)
