"""Months, spans of months and the working calendar, as values."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS_A_YEAR = 12
_WEEKEND = (5, 6)
# Years that may be asked for: calendars and dates end somewhere, and a slip of the finger is told.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099


class Month(Struct, frozen=True, order=True):
    """A calendar month; ordered, printed as 2026-03."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MONTHS_A_YEAR:
            raise ValueError(f"no such month: {self.year}-{self.number}")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def label(self) -> str:
        """The Chinese name, such as 2026年3月."""
        return f"{self.year}年{self.number}月"

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return _find_last_day(self.year, self.number)

    @classmethod
    def of(cls, day: date) -> Month:
        """Give the month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def of_text(cls, text: str) -> Month:
        """Read back what str() wrote; raises ValueError."""
        year, _, number = text.partition("-")
        return cls(int(year), int(number))

    def plus(self, count: int) -> Month:
        """Give the month that many months later (earlier when negative)."""
        index = self.year * MONTHS_A_YEAR + self.number - 1 + count
        return Month(index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1)

    def days(self) -> Iterator[date]:
        """Run over the days of the month."""
        day, last = self.first_day, self.last_day
        while day <= last:
            yield day
            day += timedelta(days=1)


@lru_cache(maxsize=1024)
def _find_last_day(year: int, number: int) -> date:
    return date(year, number, monthrange(year, number)[1])


def parse_month(text: str) -> Month:
    """Read 2026-03, 2026年3月, 202603 or 2026.3 as given on a command line; raises SanwuError."""
    match = re.fullmatch(r"(\d{4})\s*(?:[-./年])?\s*(\d{1,2})\s*月?", text.strip())
    if match is None or not 1 <= int(match[2]) <= MONTHS_A_YEAR:
        raise SanwuError(f"月份“{text}”看不懂", remedy="请写成 2026-03 的样子")
    if not EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
        raise SanwuError(
            f"月份“{text}”超出了范围", remedy=f"请写{EARLIEST_YEAR}年至{LATEST_YEAR}年的月份，如 2026-03"
        )
    return Month(int(match[1]), int(match[2]))


class Period(Struct, frozen=True, order=True):
    """A span of whole months, both ends included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"period ends before it begins: {self}")

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def label(self) -> str:
        """The Chinese name, such as 2026年3月 or 2026年1月至10月."""
        if self.first == self.last:
            return self.first.label
        tail = f"{self.last.number}月" if self.first.year == self.last.year else self.last.label
        return f"{self.first.label}至{tail}"

    @classmethod
    def of_text(cls, text: str) -> Period:
        """Read back what str() wrote; raises ValueError."""
        first, _, last = text.partition("..")
        return cls(Month.of_text(first), Month.of_text(last or first))

    @classmethod
    def of_year(cls, year: int) -> Period:
        """Give the whole calendar year (T-11)."""
        return cls(Month(year, 1), Month(year, MONTHS_A_YEAR))

    def months(self) -> tuple[Month, ...]:
        """List the months of the span."""
        count = (self.last.year - self.first.year) * MONTHS_A_YEAR + self.last.number - self.first.number
        return tuple(self.first.plus(step) for step in range(count + 1))

    def __contains__(self, day: object) -> bool:
        if isinstance(day, Month):
            return self.first <= day <= self.last
        return isinstance(day, date) and self.first.first_day <= day <= self.last.last_day


class WorkCalendar(Struct, frozen=True):
    """Which days are worked: weekends, moved by the published arrangements and the local overlay.

    `published` holds the years whose national arrangement is known; in any other year only weekends
    and the overlay are known, and whatever rests on it is a draft (草案).
    """

    days_off: frozenset[date] = field(default_factory=frozenset)
    days_on: frozenset[date] = field(default_factory=frozenset)
    published: frozenset[int] = field(default_factory=frozenset)
    names: tuple[tuple[date, str], ...] = ()

    def is_workday(self, day: date) -> bool:
        """Say whether the day is worked, as far as is known."""
        if day in self.days_off:
            return False
        return day in self.days_on or day.weekday() not in _WEEKEND

    def is_published(self, month: Month) -> bool:
        """Say whether the month's arrangement is published."""
        return month.year in self.published

    def name_of(self, day: date) -> str:
        """Give the holiday's name on the day, or an empty text."""
        return next((name for named, name in self.names if named == day), "")

    def workdays(self, month: Month) -> tuple[date, ...]:
        """List the worked days of a month in order."""
        return tuple(day for day in month.days() if self.is_workday(day))
