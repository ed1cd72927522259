"""Which months a sheet is for, and which township it covers when it is not the whole county."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.sheets.values import complete_period, find_period, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.values.months import FoundPeriod

_PARENTS = 2
# No month has this number: the rows' own month is not the sheet's.
_NO_MONTH = 0


class SheetPeriod(Struct, frozen=True):
    """What is known of a sheet's span before its rows are read.

    `period` is the span, or None. `hint` completes dates without a year; it may be a whole year where the
    span is unknown. `month_number` is a month named without any year; 0 where the sheet says that it is for
    a part of a month, so that its rows cannot speak for the month either. `origin` and `conflict` say in
    Chinese where the span and a span that disagrees were found. `is_year_only`: nothing but 年度 says so.
    """

    period: Period | None
    hint: Period | None
    month_number: int | None = None
    origin: str = ""
    conflict: str = ""
    is_year_only: bool = False

    @property
    def is_part(self) -> bool:
        """Say whether the sheet itself says that it is for less than whole months."""
        return self.period is None and self.month_number == _NO_MONTH


class _Hint(Struct, frozen=True):
    origin: str
    found: FoundPeriod


def find_sheet_period(
    layout: Layout, *, sheet: str, file: str, override: Period | None = None
) -> SheetPeriod:
    """Find a sheet's span: override, title, sheet name, file name, nearest two folders, in this order.

    A month without a year takes it from the first place that names one. Two spans disagree unless one holds
    the other; the first wins. A bare year never makes a monthly sheet speak for the whole year; 年度 does.
    """
    if override is not None:
        return SheetPeriod(override, override, origin="命令行")
    hints = _gather(layout, sheet, file)
    if layout.schema.record.period == "year":
        return _find_year(hints)
    year = next((hint.found.year for hint in hints if hint.found.year is not None), None)
    spans = [(hint.origin, span) for hint in hints if (span := _months_of(hint.found, year)) is not None]
    if (part := _find_part(hints, spans, year)) is not None:
        return part
    if spans:
        origin, chosen = spans[0]
        others = [(place, span) for place, span in spans[1:] if _disagree(chosen, span)]
        others += [
            (hint.origin, Period.of_year(hint.found.year))
            for hint in hints
            if hint.found.first is None
            and hint.found.year is not None
            and not _touches(chosen, hint.found.year)
        ]
        return SheetPeriod(chosen, chosen, origin=origin, conflict=_name_conflict(others))
    whole = next((hint for hint in hints if hint.found.is_year), None)
    if whole is not None and whole.found.year is not None:
        span = Period.of_year(whole.found.year)
        return SheetPeriod(span, span, origin=whole.origin, is_year_only=True)
    month = next((hint.found.first for hint in hints if hint.found.first is not None), None)
    return SheetPeriod(None, None if year is None else Period.of_year(year), month_number=month)


def _find_part(
    hints: Sequence[_Hint], spans: Sequence[tuple[str, Period]], year: int | None
) -> SheetPeriod | None:
    """Give what is known of a sheet for less than whole months; None when no such words weigh.

    They weigh in the place the span comes from, and in any before it; 请于4月1日至5日报送 above a sheet of
    March speaks of other days.
    """
    places = [hint.origin for hint in hints]
    last = places.index(spans[0][0]) if spans else len(places)
    for index, hint in enumerate(hints):
        if not hint.found.is_part or (index > last and hint.origin != places[last]):
            continue
        touched = _touched(hint.found, year)
        if not spans or (touched is not None and _overlap(touched, spans[0][1])):
            wide = touched or (None if year is None else Period.of_year(year))
            return SheetPeriod(None, wide, month_number=_NO_MONTH, origin=hint.origin)
    return None


def _touched(found: FoundPeriod, year: int | None) -> Period | None:
    try:
        return complete_period(found, year=year)
    except ValueError:  # ends before it begins
        return None


def _overlap(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last


def _months_of(found: FoundPeriod, year: int | None) -> Period | None:
    if found.first is None or found.is_part:
        return None
    return _touched(found, year)


def _touches(span: Period, year: int) -> bool:
    return span.first.year <= year <= span.last.year


def _disagree(chosen: Period, other: Period) -> bool:
    return not (_holds(chosen, other) or _holds(other, chosen))


def _holds(wide: Period, narrow: Period) -> bool:
    return wide.first <= narrow.first and narrow.last <= wide.last


def _name_conflict(others: Iterable[tuple[str, Period]]) -> str:
    return next((f"{place}写的是{span.label}" for place, span in others), "")


def _find_year(hints: Sequence[_Hint]) -> SheetPeriod:
    named = [(hint.origin, hint.found.year) for hint in hints if hint.found.year is not None]
    if not named:
        return SheetPeriod(None, None)
    origin, year = named[0]
    conflict = next((f"{place}写的是{other}年" for place, other in named[1:] if other != year), "")
    span = Period.of_year(year)
    return SheetPeriod(span, span, origin=origin, conflict=conflict)


def _gather(layout: Layout, sheet: str, file: str) -> list[_Hint]:
    path = PurePosixPath(file.replace("\\", "/"))
    own = fold(layout.schema.note)  # the blank form's own instructions say nothing of a month
    texts = [("标题", text) for text in layout.titles if not own or fold(text) != own]
    texts += [("标题", value) for group, value in layout.labels if group == "period"]
    texts += [("工作表名", sheet), ("文件名", path.stem)]
    texts += [("文件夹名", name) for name in _name_folders(path) if len(_list_months(name)) < _PARENTS]
    return [_Hint(origin, found) for origin, text in texts if (found := find_period(text)) is not None]


def _list_months(name: str) -> set[str]:
    """List the months a folder's name speaks of; 2026年4月报送的3月报表 says nothing that can be used."""
    found = find_period(name)
    if found is None or found.first != found.last:
        return set()
    return set(re.findall(r"(\d{1,2})月", fold(name)))


def _name_folders(path: PurePosixPath) -> list[str]:
    """Names of the nearest two folders; 2026/03 is read as one."""
    names = [name for name in reversed(path.parent.parts) if name not in {"/", "."}][:_PARENTS]
    if len(names) == _PARENTS and re.fullmatch(r"20\d{2}年?", fold(names[1])):
        number = re.fullmatch(r"(\d{1,2})月?份?", fold(names[0]))
        if number and 1 <= int(number[1]) <= MONTHS_A_YEAR:
            return [f"{fold(names[1])[:4]}-{int(number[1]):02d}"]
    return names


def find_period_in_rows(days: Iterable[date | None], *, month_number: int | None = None) -> Period | None:
    """Give the one month all rows are dated in; None when a date is missing or they lie in several months."""
    listed = list(days)
    known = list(takewhile(lambda day: day is not None, listed))
    months = {Month.of(day) for day in known if day is not None}
    if len(known) < len(listed) or len(months) != 1:
        return None
    (month,) = months
    return Period(month, month) if month_number in (None, month.number) else None
