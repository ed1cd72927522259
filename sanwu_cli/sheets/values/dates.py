"""Dates, months and spans of months, in every spelling departments use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.sheets.values.numbers import read_chinese_number
from sanwu_cli.sheets.values.text import DASHES, MOST_DIGITS, Unreadable, fold, is_blank, plain_text

if TYPE_CHECKING:
    from sanwu_cli.grid import CellValue

# A year typed into a date cell becomes a day of 1905; no record of ours is as old.
_EARLIEST_YEAR = 1949
_LATEST_YEAR = 2099
_SERIALS = (40000, 60000)
_SERIAL_EPOCH = date(1899, 12, 30)
_LATE_DAYS = 31
_SEPARATOR = r"[-./\\、,年]"
_FULL = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?:[-./\\、,]|月)(\d{{1,2}})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(\d{1,2})[日号]?")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:[-./\\]|月)(\d{1,2})[日号]?")
_DAY = re.compile(r"(\d{1,2})[日号]")
_CLOCK = re.compile(
    r"(?:(?<=[\s日号])|T|(?<=\d)\s)\s*(?:上午|下午|早上|晚上|凌晨|中午|AM|PM)?\s*"
    r"\d{1,2}(?::\d{1,2}|时|点)[\d:.时分秒点半左右许]*\s*(?:AM|PM|Z|\+\d\d:?\d\d)?\s*$"
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天1-7]\)?")
_NUMERAL = "〇○零一二两三四五六七八九十廿卅"
_SPELLED = re.compile(rf"([{_NUMERAL}]+)(?=[年月日号]|季)")
_ENDS_LEFT_OUT = (".1", ".2", ".3")


def parse_date(cell: CellValue, *, period: Period | None = None) -> date | Unreadable | None:
    """Read a date; one without a year (or month) takes it from the sheet's period, if that is known.

    A whole number 40000–60000 is a spreadsheet serial of the 1900 system, one of eight digits is yyyymmdd.
    The precision is never invented: 2026年3月 is no date.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        return _check_day(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _read_number(cell, period)
    return _read_text(plain_text(cell), period) if isinstance(cell, str) else Unreadable("VALUE-DATE")


def _check_day(day: date) -> date | Unreadable:
    if not _EARLIEST_YEAR <= day.year <= _LATEST_YEAR:
        return Unreadable("VALUE-DATE", f"年份是{day.year}，像是把别的数当成了日期")
    return day


def _read_number(cell: float, period: Period | None) -> date | Unreadable:
    if _SERIALS[0] <= cell < _SERIALS[1]:
        return _SERIAL_EPOCH + timedelta(days=int(cell))
    if not 0 < cell < 10**MOST_DIGITS:
        return Unreadable("VALUE-DATE")
    text = f"{cell:.{MOST_DIGITS}g}"
    if _COMPACT.fullmatch(text):
        return _read_text(text, period)
    if text.endswith(_ENDS_LEFT_OUT) and 1 <= int(cell) <= MONTHS_A_YEAR:
        return Unreadable("VALUE-DATE", "数字末尾的0可能丢了，请改成文本，例如3月10日")
    if re.fullmatch(r"\d{1,2}\.\d{1,2}", text):
        return _read_text(text, period)
    return Unreadable("VALUE-DATE")


def _read_text(raw: str, period: Period | None) -> date | Unreadable:  # noqa: PLR0911 (one a spelling)
    text = normalise_day(raw)
    for pattern in (_FULL, _COMPACT):
        if match := pattern.fullmatch(text):
            return make_day(int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORT_YEAR.fullmatch(text):
        return make_day(2000 + int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_OF_MONTH.fullmatch(text):
        return _place_in_year(int(match[1]), int(match[2]), period)
    if match := _DAY.fullmatch(text):
        return _place_in_month(int(match[1]), period)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        return _SERIAL_EPOCH + timedelta(days=int(float(text)))
    if re.fullmatch(r"\d{4}[-./年]\d{1,2}月?", text):
        return Unreadable("VALUE-DATE", "只写到月，缺日")
    if len(re.findall(r"\d{1,2}[日号]", text)) > 1:
        return Unreadable("VALUE-DATE", "一格里有几个日期")
    return Unreadable("VALUE-DATE")


def normalise_day(raw: str) -> str:
    """Fold a date's text: clock time and weekday cut off, Chinese numerals as digits, blanks gone."""
    text = _CLOCK.sub("", DASHES.sub("-", unicodedata.normalize("NFKC", raw)).strip())
    text = _WEEKDAY.sub("", fold(text))
    return spell_digits(text).strip("。;,.'`’‘")


def spell_digits(text: str) -> str:
    """Write the Chinese numerals before 年, 月, 日 or 季 as digits: 二〇二六年三月九日 is 2026年3月9日."""
    return _SPELLED.sub(lambda match: str(_number_or_text(match[1])), text)


def _number_or_text(text: str) -> int | str:
    number = read_chinese_number(text)
    return text if number is None else number


def make_day(year: int, month: int, day: int) -> date | Unreadable:
    """Make a date, or say that the calendar has no such day."""
    try:
        return _check_day(date(year, month, day))
    except ValueError:
        return Unreadable("VALUE-DATE", "日历上没有这一天")


def _place_in_year(month: int, day: int, period: Period | None) -> date | Unreadable:
    """Find the year of a day such as 3月9日: the latest not more than a month after the period."""
    if period is None:
        return Unreadable("VALUE-DATE", "没有年份，表上也看不出是哪一年")
    latest = period.last.last_day + timedelta(days=_LATE_DAYS)
    found = make_day(latest.year, month, day)
    if isinstance(found, Unreadable) or found > latest:
        found = make_day(latest.year - 1, month, day)
    return found


def _place_in_month(day: int, period: Period | None) -> date | Unreadable:
    if period is None or period.first != period.last:
        return Unreadable("VALUE-DATE", "没有月份，表上也看不出是哪一月")
    return make_day(period.first.year, period.first.number, day)


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """What a text says of a span: months of a known or unknown year, or only a year.

    `first` and `last` are month numbers or None (only a year was named); `is_year` says that the text means
    the whole year (年度, 全年), not merely names it.
    """

    year: int | None
    first: int | None = None
    last: int | None = None
    last_year: int | None = None
    is_year: bool = False


_TO = r"(?:[-~至到一]|[-~][-~])"
_NOT_A_DAY = r"(?!\d|[日号]|份?\d{1,2}[日号])"
_YEAR = r"(?:(?<!\d)((?:19|20)\d{2})(?:年度?|[-./_]))"
_DAY_SPAN = re.compile(
    rf"{_YEAR}?(?<!\d)(\d{{1,2}})[月./](\d{{1,2}})[日号]?{_TO}(?:{_YEAR}?(?<!\d)(\d{{1,2}})[月./])?(\d{{1,2}})(?!\d)[日号]?"
)
_MONTH_SPAN = re.compile(rf"{_YEAR}?(?<![\d.])(\d{{1,2}})(?:月份?)?{_TO}{_YEAR}?(\d{{1,2}})月{_NOT_A_DAY}")
_NUMERIC_SPAN = re.compile(r"(?<!\d)(20\d{2})[-./_]?(\d{2})(?:-|~|至|到)(20\d{2})[-./_]?(\d{2})(?!\d)")
_NUMERIC_TO = re.compile(r"(?<!\d)(20\d{2})[-./_](\d{1,2})[~至到](\d{1,2})(?![\d月])")
_QUARTER = re.compile(rf"{_YEAR}?\(?(?:第)?([1-4一二三四])季度?")
_HALF = re.compile(rf"{_YEAR}?\(?([上下])半年")
_MONTH_OF_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})(?:年度?)?[-_./(]?(\d{{1,2}})月{_NOT_A_DAY}")
_MONTH_NUMERIC = re.compile(r"(?<!\d)(20\d{2})[-./_](\d{1,2})(?![\d月日]|[-./_]\d)")
_MONTH_COMPACT = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")
_MONTH_ALONE = re.compile(rf"(?<![\d.年])(\d{{1,2}})月{_NOT_A_DAY}")
_WHOLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年度|年?全年|年终|年末)")
_YEAR_ALONE = re.compile(r"(?<!\d)((?:19|20)\d{2})年(?!\d{1,2}月\d)")
_QUARTERS = {"1": 1, "2": 4, "3": 7, "4": 10, "一": 1, "二": 4, "三": 7, "四": 10}


def find_period(raw: str) -> FoundPeriod | None:
    """Find the span of months a title, sheet name, file name or cell speaks of; a single day is none."""
    text = spell_digits(DASHES.sub("-", fold(raw)).replace("--", "-"))
    if match := _DAY_SPAN.search(text):
        return _whole_months(match)
    for pattern, make in _SPANS:
        if match := pattern.search(text):
            return make(match, _find_year(text))
    if match := _WHOLE_YEAR.search(text):
        return FoundPeriod(int(match[1]), is_year=True)
    year = _find_year(text)
    return None if year is None else FoundPeriod(year)


def _make_numeric_span(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[4]), last_year=int(match[3]))


def _make_numeric_to(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[3]))


def _make_month_span(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    first_year = _optional(match[1]) or year
    return _checked(first_year, int(match[2]), int(match[4]), last_year=_optional(match[3]) or first_year)


def _make_quarter(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    first = _QUARTERS[match[2]]
    return _checked(_optional(match[1]) or year, first, first + 2)


def _make_half(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(_optional(match[1]) or year, *((1, 6) if match[2] == "上" else (7, 12)))


def _make_month(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[2]))


def _make_month_alone(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(year, int(match[1]), int(match[1]))


# The longer spellings first: each may hold a shorter one.
_SPANS = (
    (_NUMERIC_SPAN, _make_numeric_span),
    (_NUMERIC_TO, _make_numeric_to),
    (_MONTH_SPAN, _make_month_span),
    (_QUARTER, _make_quarter),
    (_HALF, _make_half),
    (_MONTH_OF_YEAR, _make_month),
    (_MONTH_NUMERIC, _make_month),
    (_MONTH_COMPACT, _make_month),
    (_MONTH_ALONE, _make_month_alone),
)


def _find_year(text: str) -> int | None:
    match = _YEAR_ALONE.search(text) or re.fullmatch(r"((?:19|20)\d{2})", text)
    return int(match[1]) if match else None


def _optional(text: str | None) -> int | None:
    return int(text) if text else None


def _checked(year: int | None, first: int, last: int, *, last_year: int | None = None) -> FoundPeriod | None:
    if not (1 <= first <= MONTHS_A_YEAR and 1 <= last <= MONTHS_A_YEAR):
        return None
    crosses = last_year is not None and year is not None and last_year > year
    if last_year is not None and year is not None and last_year < year:
        return None
    if last < first and not crosses:
        return None
    return FoundPeriod(year, first, last, last_year if crosses else None)


def _whole_months(match: re.Match[str]) -> FoundPeriod | None:
    """Read 3月1日至3月31日 as March; a span of days that is not whole months is no span of months."""
    year, last_year = _optional(match[1]), _optional(match[4]) or _optional(match[1])
    first, first_day = int(match[2]), int(match[3])
    last, last_day = int(match[5] or match[2]), int(match[6])
    found = _checked(year, first, last, last_year=last_year)
    if found is None or first_day != 1:
        return None
    # A leap day may be left out where the year is not known.
    ends = {Month(last_year or leap, last).last_day.day for leap in (2023, 2024)}
    return found if last_day in ends else None


def complete_period(found: FoundPeriod, *, year: int | None = None) -> Period | None:
    """Make the span found, its year taken from elsewhere if need be; None without months."""
    first_year = found.year if found.year is not None else year
    if first_year is None:
        return None
    if found.is_year:
        return Period.of_year(first_year)
    if found.first is None or found.last is None:
        return None
    return Period(Month(first_year, found.first), Month(found.last_year or first_year, found.last))


def parse_period(cell: CellValue, *, period: Period | None = None) -> Period | Unreadable | None:
    """Read a span of months (2026年3月, 1—10月, 一季度, 2026年度); `period` may lend its year."""
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        day = _check_day(cell)
        return Unreadable("VALUE-MONTH", day.hint) if isinstance(day, Unreadable) else _month_of(day)
    if isinstance(cell, float) and _is_lost_month(cell):
        return Unreadable("VALUE-MONTH", "数字末尾的0可能丢了，请改成文本")
    text = plain_text(cell)
    if re.fullmatch(r"\d{1,2}", fold(text)) and period is not None:
        text = f"{fold(text)}月"
    found = find_period(text)
    if found is None:
        return Unreadable("VALUE-MONTH")
    if found.first is None and found.year is not None:
        return Period.of_year(found.year)
    whole = complete_period(found, year=None if period is None else period.last.year)
    return whole or Unreadable("VALUE-MONTH", "没有年份，表上也看不出是哪一年")


def _month_of(day: date) -> Period:
    return Period(Month.of(day), Month.of(day))


def _is_lost_month(cell: float) -> bool:
    """Say whether 2026.1 stands there, which may have been 2026.10."""
    return re.fullmatch(r"20\d{2}\.1", f"{cell:.15g}") is not None


def parse_month(cell: CellValue, *, period: Period | None = None) -> Month | Unreadable | None:
    """Read one month; a longer span is unreadable here."""
    span = parse_period(cell, period=period)
    if span is None or isinstance(span, Unreadable):
        return span
    return (
        span.first if span.first == span.last else Unreadable("VALUE-MONTH", "写的是几个月，这里只要一个月")
    )
