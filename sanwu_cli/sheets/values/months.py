"""Months and spans of months: in titles and names, among other words, and in cells, alone."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.sheets.values.dates import check_day, spell_digits
from sanwu_cli.sheets.values.text import (
    DASHES,
    NOTE_MARK_HINT,
    NOTE_MARKS,
    Unreadable,
    fold,
    is_blank,
    load_words,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sanwu_cli.grid import CellValue

    Spans = tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], "FoundPeriod | None"]], ...]

_LONGEST_TITLE = 500


class FoundPeriod(Struct, frozen=True):
    """What a text says of a span: months of a known or unknown year, or only a year.

    `first` and `last` are month numbers or None (only a year was named); `is_year` says that the text means
    the whole year (年度, 全年), not merely names it. `is_part`: the text names days, months with gaps
    between, or several years; `first` and `last`, if known, are then the outermost months it touches.
    """

    year: int | None
    first: int | None = None
    last: int | None = None
    last_year: int | None = None
    is_year: bool = False
    is_part: bool = False


_TO = r"(?:起?[-~至到一]|[-~][-~])"
_AND = r"[、,和及与]"
_NOT_A_DAY = r"(?!\d|[日号]|份?\d{1,2}[日号])"
_YEAR = r"(?:(?<!\d)((?:19|20)\d{2})(?:年度?|[-./_]))"
_FIRST_DAY = rf"{_YEAR}?(?<!\d)(?P<month>\d{{1,2}})"
_DAY_SPAN = compile_later(
    rf"{_FIRST_DAY}月份?\(?(?P<day>\d{{1,2}})[日号]?{_TO}"
    rf"(?:{_YEAR}?(?<!\d)(?P<last>\d{{1,2}})[月./])?(?P<end>\d{{1,2}})(?![\d月])[日号]?"
)
_DOTTED_SPAN = compile_later(
    rf"{_FIRST_DAY}[./](?P<day>\d{{1,2}})[日号]?{_TO}{_YEAR}?(?<!\d)(?P<last>\d{{1,2}})[./](?P<end>\d{{1,2}})(?!\d)"
)
_DATE_SPAN = compile_later(
    r"(?<!\d)(20\d{2})(?P<s>[-./]?)(\d{1,2})(?P=s)(\d{1,2})[日号]?[-~至到]"
    r"(?:(20\d{2})(?P=s)(\d{1,2})(?P=s))?(\d{1,2})(?![\d./月-])"
)
_MONTH_SPAN = compile_later(rf"{_YEAR}?(?<![\d.])(\d{{1,2}})(?:月份?)?{_TO}{_YEAR}?(\d{{1,2}})月{_NOT_A_DAY}")
_NUMERIC_SPAN = compile_later(r"(?<!\d)(20\d{2})[-./_]?(\d{2})(?:-|~|至|到)(20\d{2})[-./_]?(\d{2})(?!\d)")
_NUMERIC_TO = compile_later(r"(?<!\d)(20\d{2})[-./_](\d{1,2})[~至到](\d{1,2})(?![\d月])")
_LIST = compile_later(
    rf"{_YEAR}?(?<![\d.表件第~至到-])(?=\d{{1,2}}(?:月份?)?{_AND})(?P<months>\d{{1,2}}(?:{_AND}\d{{1,2}}){{0,10}}月份?(?:{_AND}{_YEAR}?\d{{1,2}}月份?){{0,11}})"
    rf"{_NOT_A_DAY}"
)
_FIRST_MONTHS = compile_later(rf"{_YEAR}?\(?前(\d{{1,2}})个月")
_FIRST_QUARTERS = compile_later(rf"{_YEAR}?\(?前([2-4])个?季度?")
_LAST_ONES = compile_later(r"(?:后|近)\d{1,2}(?:个月|个?季)")
_QUARTERS = compile_later(
    rf"{_YEAR}?\(?第?(?<!\d)([1-4](?:季度?)?(?:(?:{_TO}|{_AND})第?[1-4](?:季度?)?){{0,3}})(?<=[季度])"
)
_HALF = compile_later(rf"{_YEAR}?\(?([上下前后])半年")
_MONTH_OF_YEAR = compile_later(rf"(?<!\d)((?:19|20)\d{{2}})(?:年度?)?[-_./(]?(\d{{1,2}})月{_NOT_A_DAY}")
_MONTH_NUMERIC = compile_later(r"(?<!\d)(20\d{2})[-./_](\d{1,2})(?![\d月日]|[-./_]\d)")
_MONTH_COMPACT = compile_later(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")
_MONTH_ALONE = compile_later(rf"(?<![\d.年])(\d{{1,2}})月{_NOT_A_DAY}")
_YEARS = compile_later(r"(?<!\d)(?:19|20)\d{2}(?:年度?)?[-~至到](?:19|20)\d{2}年")
_WHOLE_YEAR = compile_later(r"(?<!\d)((?:19|20)\d{2})(?:年度|年?全年|年终|年末)")
_YEAR_ALONE = compile_later(r"(?<!\d)((?:19|20)\d{2})年(?!\d{1,2}月\d)")
_JUST_A_YEAR = compile_later(r"(?:19|20)\d{2}")
_SHORT_YEAR = compile_later(r"(?<!\d)(2\d)年(?=\d{1,2}月)")
# But for 半年 every pattern above asks for a number: a year, two of them, or one with such a word beside it.
_NOTHING = compile_later(r"[^\d半]*|[^\d年月季半]*\d{0,3}[^\d年月季半]*")
# 2026年3月 and no number besides: where nothing goes on behind it, no other pattern fits before that one's.
_ONE_MONTH = compile_later(r"[^\d半]*(?:19|20)\d{2}年\d{1,2}月(?![日号]|份?[、,和及与])[^\d半]*")
# 单元月报 is no January.
_NEW_YEARS_MONTH = compile_later(r"(?:(?<=[年至到自从、和及,~-])|(?<![\u4e00-\u9fff]))元月")


@lru_cache(maxsize=1 << 10)
def find_period(raw: str) -> FoundPeriod | None:
    """Find the span of months a title, sheet name, file name or cell speaks of; a single day is none."""
    found = _search(_normalise(raw[:_LONGEST_TITLE]))
    return None if found is None else found[0]


def _normalise(raw: str) -> str:
    text = DASHES.sub("-", fold(NOTE_MARKS.sub("", raw))).replace("--", "-")
    text = spell_digits(_NEW_YEARS_MONTH.sub("1月", text) if "元月" in text else text)
    return _SHORT_YEAR.sub(r"20\1年", text)


def _search(text: str) -> tuple[FoundPeriod, int, int] | None:
    """Find the span and where in the text it stands."""
    return None if _NOTHING.fullmatch(text) else _search_by(_choose_spans(text), text)


def _choose_spans(text: str) -> Spans:
    """Give the patterns that may fit: most titles name one month, and need no other pattern tried."""
    return _MONTHS if _ONE_MONTH.fullmatch(text) else _SPANS


def _search_by(spans: Spans, text: str) -> tuple[FoundPeriod, int, int] | None:
    year = _find_year(text)
    for pattern, make in spans:
        match = pattern.search(text)
        if match is None:
            continue
        found = make(match, year)
        if found is None:
            return None
        if not found.is_part and _part_pattern().match(text, match.end()):
            found = replace(found, is_part=True)
        return found, match.start(), match.end()
    if match := _YEARS.search(text):
        return FoundPeriod(None, is_part=True), match.start(), match.end()
    if match := _WHOLE_YEAR.search(text):
        return FoundPeriod(int(match[1]), is_year=True), match.start(), match.end()
    if match := _YEAR_ALONE.search(text) or _JUST_A_YEAR.fullmatch(text):
        return FoundPeriod(year), match.start(), match.end()
    return None


@cache
def _part_pattern() -> re.Pattern[str]:
    return re.compile(rf"份?\(?(?:{'|'.join(load_words()['values']['beside_part'])})")


def _find_year(text: str) -> int | None:
    if match := _YEAR_ALONE.search(text):
        return int(match[1])
    return int(text) if _JUST_A_YEAR.fullmatch(text) else None


def _make_numeric_span(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[4]), last_year=int(match[3]))


def _make_numeric_to(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[3]))


def _make_month_span(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    first_year = _optional(match[1]) or year
    return _checked(first_year, int(match[2]), int(match[4]), last_year=_optional(match[3]) or first_year)


def _make_list(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    """Read 3、4月 as a span; 1月和3月 leaves one out. A list over two years is not read."""
    years = {int(one) for one in re.findall(r"(?:19|20)\d{2}", match[0])}
    months = [int(one) for one in re.findall(r"(?<!\d)\d{1,2}(?!\d)", match["months"])]
    if len(months) == 1:
        return _checked(_optional(match[1]) or year, months[0], months[0])
    if len(years) > 1:
        return FoundPeriod(None, is_part=True)
    return _make_run(_optional(match[1]) or (min(years) if years else year), months)


def _make_run(year: int | None, months: list[int]) -> FoundPeriod | None:
    found = _checked(year, min(months), max(months))
    is_run = months == list(range(months[0], months[0] + len(months)))
    return found if found is None or is_run else replace(found, is_part=True)


def _make_quarters(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    quarters = [int(one) for one in re.findall(r"\d", match[2])]
    if len(quarters) == 2 and re.search(_TO, match[2]):  # noqa: PLR2004 (from one to another)
        quarters = list(range(quarters[0], quarters[1] + 1))
    if not quarters:
        return None
    run = _make_run(_optional(match[1]) or year, quarters)
    return run and replace(run, first=3 * min(quarters) - 2, last=3 * max(quarters))


def _make_first_quarters(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(_optional(match[1]) or year, 1, 3 * int(match[2]))


def _make_first_months(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(_optional(match[1]) or year, 1, int(match[2]))


def _make_last_ones(_match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return FoundPeriod(None, is_part=True)


def _make_half(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(_optional(match[1]) or year, *((1, 6) if match[2] in "上前" else (7, 12)))


def _make_month(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    return _checked(int(match[1]), int(match[2]), int(match[2]))


def _make_month_alone(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    return _checked(year, int(match[1]), int(match[1]))


def _make_day_span(match: re.Match[str], year: int | None) -> FoundPeriod | None:
    first_year, month = _optional(match[1]) or year, int(match["month"])
    own = next((int(one) for one in re.findall(r"(?:19|20)\d{2}", match[0][4:])), None)
    end = (own or first_year, int(match["last"] or month), int(match["end"]))
    return _whole_months((first_year, month, int(match["day"])), end)


def _make_date_span(match: re.Match[str], _year: int | None) -> FoundPeriod | None:
    start = (int(match[1]), int(match[3]), int(match[4]))
    return _whole_months(start, (int(match[5] or match[1]), int(match[6] or match[3]), int(match[7])))


# The longer spellings first: each may hold a shorter one.
_SPANS: Spans = (
    (_DATE_SPAN, _make_date_span),
    (_DAY_SPAN, _make_day_span),
    (_DOTTED_SPAN, _make_day_span),
    (_NUMERIC_SPAN, _make_numeric_span),
    (_NUMERIC_TO, _make_numeric_to),
    (_LIST, _make_list),
    (_MONTH_SPAN, _make_month_span),
    (_FIRST_MONTHS, _make_first_months),
    (_FIRST_QUARTERS, _make_first_quarters),
    (_LAST_ONES, _make_last_ones),
    (_QUARTERS, _make_quarters),
    (_HALF, _make_half),
    (_MONTH_OF_YEAR, _make_month),
    (_MONTH_NUMERIC, _make_month),
    (_MONTH_COMPACT, _make_month),
    (_MONTH_ALONE, _make_month_alone),
)
_MONTHS: Spans = ((_MONTH_OF_YEAR, _make_month),)


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


def _whole_months(start: tuple[int | None, int, int], end: tuple[int | None, int, int]) -> FoundPeriod | None:
    """Read 3月1日至3月31日 as March; other days are a part. Each end: year, month, day."""
    found = _checked(start[0], start[1], end[1], last_year=end[0])
    if found is None:
        return None
    # A leap day may be left out where the year is not known.
    ends = {Month(end[0] or leap, end[1]).last_day.day for leap in (2023, 2024)}
    return found if start[2] == 1 and end[2] in ends else replace(found, is_part=True)


def complete_period(found: FoundPeriod, *, year: int | None = None) -> Period | None:
    """Make the span found, its year taken from elsewhere if need be; None without months.

    Of a part, the months it touches. Raises ValueError when the span ends before it begins.
    """
    first_year = found.year if found.year is not None else year
    if first_year is None:
        return None
    if found.is_year:
        return Period.of_year(first_year)
    if found.first is None or found.last is None:
        return None
    return Period(Month(first_year, found.first), Month(found.last_year or first_year, found.last))


def parse_period(cell: CellValue, *, period: Period | None = None) -> Period | Unreadable | None:
    """Read a span of months (2026年3月, 1—10月, 一季度, 2026年度); `period` may lend its year.

    The whole cell has to speak of it: 2026年第3期 is not the year 2026.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        day = check_day(cell)
        return Unreadable("VALUE-MONTH", day.hint) if isinstance(day, Unreadable) else _month_of(day)
    if isinstance(cell, float) and _is_lost_month(cell):
        return Unreadable("VALUE-MONTH", "数字末尾的0可能丢了，请改成文本")
    return _read_cell(plain_text(cell), period)


def _read_cell(raw: str, period: Period | None) -> Period | Unreadable:
    if NOTE_MARKS.search(raw):
        return Unreadable("VALUE-MONTH", NOTE_MARK_HINT)
    if re.search(r"\d\s+\d", unicodedata.normalize("NFKC", raw)):
        return Unreadable("VALUE-MONTH", "数字中间有空格或换行，分不清是哪个月")
    text = _normalise(raw[:_LONGEST_TITLE])
    lent = None if period is None else period.last.year
    if re.fullmatch(r"\d{1,2}", text) and period is not None:
        text = f"{text}月"
    if text in load_words()["values"]["whole_year"]:
        return Unreadable("VALUE-MONTH", _YEARLESS) if lent is None else Period.of_year(lent)
    return _read_span(text, lent)


_YEARLESS = "没有年份，表上也看不出是哪一年"


def _read_span(text: str, lent: int | None) -> Period | Unreadable:
    result = _search(text)
    if result is None:
        return Unreadable("VALUE-MONTH")
    found, start, end = result
    if found.is_part:
        return Unreadable("VALUE-MONTH", "不是连续的整月，请按整月填写，不相连的月份分行填写")
    if not _is_alone(found, text[:start], text[start:end], text[end:]):
        hint = "请写明是哪几个月" if found.first is None else "旁边还有别的字，看不出是不是整月"
        return Unreadable("VALUE-MONTH", hint)
    if found.first is None and found.year is not None:
        return Period.of_year(found.year)
    try:
        whole = complete_period(found, year=lent)
    except ValueError:
        return Unreadable("VALUE-MONTH", "结束的月份早于开始的月份")
    return whole or Unreadable("VALUE-MONTH", _YEARLESS)


def _is_alone(found: FoundPeriod, before: str, said: str, after: str) -> bool:
    """Say whether what stands around the months says nothing else: their year, brackets, 份, 零报告."""
    if found.first != found.last or "日" in said:
        before, after = re.sub(r"[自从]", "", before, count=1), re.sub(r"止|累计", "", after, count=1)
    rest = f"{before} {after}"
    if not re.search(r"(?:19|20)\d{2}", said):
        rest = re.sub(r"(?:19|20)\d{2}年度?", "", rest, count=1)
    words = "|".join(sorted(load_words()["values"]["beside_months"], key=len, reverse=True))
    return re.fullmatch(rf"(?:{words}|[\s()、,.:;。-])*", rest) is not None


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
