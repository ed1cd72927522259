"""The working calendar of given years: the national arrangement with the office's overlay on top."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sanwu_cli.periods import WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sanwu_cli.model import DayOverride

# Names as the library writes them, and as people here read them.
_CHINESE_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
_UNNAMED = "节假日"
_LAST_FESTIVAL = "National Day"
_FESTIVAL_STEMS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


def build_draft_calendar(overrides: tuple[DayOverride, ...] = ()) -> WorkCalendar:
    """Build the calendar as it was before any national arrangement: weekends and the overlay.

    Where the overlay itself brings a year's national arrangement, its national festivals and worked days are
    left out as well.
    """
    own = _find_years_of_the_office(overrides)
    local = tuple(one for one in overrides if one.day.year not in own or _is_local(one))
    return _lay_over({}, set(), set(), local)


def _is_local(override: DayOverride) -> bool:
    return override.is_off and not any(stem in override.name for stem in _FESTIVAL_STEMS)


def build_calendar(years: Iterable[int], overrides: tuple[DayOverride, ...] = ()) -> WorkCalendar:
    """Build the calendar of the years and their neighbours, because a notice may reach over New Year.

    The national arrangement comes from the library, the overlay replaces single days of it, a later
    row replacing an earlier one. A year is published when the library has its arrangement or when the
    days off of the overlay name all seven national festivals in it; any other year is left to its
    weekends and the overlay, and nothing is guessed. Names stand at days off only.
    """
    span = {near for year in years for near in (year - 1, year, year + 1)}
    return _lay_over(*_read_national(span), overrides)


def _lay_over(
    off: dict[date, str], on: set[date], published: set[int], overrides: tuple[DayOverride, ...]
) -> WorkCalendar:
    """Lay the overlay over the national arrangement."""
    for override in overrides:
        off.pop(override.day, None)
        on.discard(override.day)
        if override.is_off:
            off[override.day] = override.name.strip() or _UNNAMED
        else:
            on.add(override.day)
    return WorkCalendar(
        days_off=frozenset(off),
        days_on=frozenset(on),
        published=frozenset(published | _find_years_of_the_office(overrides)),
        names=tuple(sorted(off.items())),
    )


def _read_national(span: set[int]) -> tuple[dict[date, str], set[date], set[int]]:
    """Give the days off with names, the worked weekend days and the years known, within the span."""
    from chinese_calendar.constants import holidays, workdays  # noqa: PLC0415 - only where a calendar is needed

    named: Mapping[date, str] = holidays
    off = {day: _CHINESE_NAMES.get(name, _UNNAMED) for day, name in named.items() if day.year in span}
    on = {day for day in workdays if day.year in span}
    # A notice always holds National Day; a stray day moved over New Year does not make a year known.
    known = {day.year for day, name in named.items() if name == _LAST_FESTIVAL and day.year in span}
    return off, on, known


def _find_years_of_the_office(overrides: tuple[DayOverride, ...]) -> set[int]:
    """Find the years for which the overlay itself names every national festival."""
    stems: defaultdict[int, set[str]] = defaultdict(set)
    for override in overrides:
        if override.is_off:
            stems[override.day.year].update(stem for stem in _FESTIVAL_STEMS if stem in override.name)
    return {year for year, found in stems.items() if len(found) == len(_FESTIVAL_STEMS)}
