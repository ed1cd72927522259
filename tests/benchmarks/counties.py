"""Synthetic counties for the roster engine, drawn from a seed on the real calendar of 2026."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sanwu_cli.calendars import build_calendar
from sanwu_cli.model import Area, DutyDay, Leave, Person
from sanwu_cli.periods import Period
from sanwu_cli.terms import AreaKind, StationedRole

YEAR = 2026
CALENDAR = build_calendar([YEAR])
MONTHS = Period.of_year(YEAR).months()
_WEEKDAYS = "一二三四五"
_JUDGE, _PROSECUTOR, _LAWYER = StationedRole.JUDGE, StationedRole.PROSECUTOR, StationedRole.LAWYER
_DEEDS = ((_JUDGE, "F", "法院"), (_PROSECUTOR, "J", "检察院"), (_LAWYER, "L", "司法局"))


def draw_county(
    seed: int, *, townships: int | None = None, staff: tuple[int, int, int] | None = None
) -> tuple[tuple[Area, ...], tuple[DutyDay, ...], tuple[Person, ...], tuple[Leave, ...]]:
    """Draw a county: its townships with fixed days, its people with leave, court days and 回避."""
    random = Random(seed)  # noqa: S311 - the same counties every time
    count = townships or min(30, max(5, round(random.gauss(15, 5))))
    code = f"{990000 + seed:06d}"
    areas = tuple(Area(f"{code}{100 + n:03d}", f"第{n}镇", AreaKind.TOWN, code) for n in range(count))
    days = tuple(
        DutyDay(area.code, None, f"每月第{random.randint(1, 4)}个周{random.choice(_WEEKDAYS)}")
        for area in areas
    )
    wanted = staff or (max(3, round(count * 0.75)), max(3, round(count * 0.62)), count)
    persons, leaves = [], []
    for (role, letter, unit), number in zip(_DEEDS, wanted, strict=True):
        for n in range(number):
            id_ = f"{letter}{n:03d}"
            avoid = tuple(area.code for area in areas if random.random() < 0.05)
            persons.append(Person(id_, f"某{id_}", role, unit, avoid=avoid))
            leaves += _draw_leaves(id_, random)
    return areas, days, tuple(persons), tuple(leaves)


def _draw_leaves(id_: str, random: Random) -> list[Leave]:
    """Two weeks of leave and six days in court."""
    found = []
    for length, times in ((5, 2), (1, 6)):
        for _ in range(times):
            first = date(YEAR, 1, 1) + timedelta(days=random.randrange(360))
            found.append(Leave(id_, first, first + timedelta(days=length - 1)))
    return found


def draw_offices(
    seed: int, *, villages: int, mediators: int
) -> tuple[tuple[Area, ...], tuple[DutyDay, ...], tuple[Person, ...], tuple[Leave, ...]]:
    """Draw one judicial office: its township's villages with fixed days, and its mediators."""
    random = Random(seed)  # noqa: S311 - the same counties every time
    code = f"{990000 + seed // 400:06d}{100 + seed % 400:03d}"
    town = Area(code, f"第{seed}镇", AreaKind.TOWN, code[:6])
    areas = tuple(Area(f"{code}{200 + n:03d}", f"第{n}村", AreaKind.VILLAGE, code) for n in range(villages))
    days = tuple(
        DutyDay(area.code, None, f"每月第{random.randint(1, 4)}个周{random.choice(_WEEKDAYS)}")
        for area in areas
    )
    persons, leaves = [], []
    for n in range(mediators):
        id_ = f"M{seed:04d}{n:02d}"
        persons.append(Person(id_, f"某{id_}", StationedRole.MEDIATOR, f"第{seed}司法所", areas=(code,)))
        leaves += _draw_leaves(id_, random)
    return (town, *areas), days, tuple(persons), tuple(leaves)
