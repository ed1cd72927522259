"""The roster as the rows of annex 3: one row a township and date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Duty
from sanwu_cli.roster.days import weekday_label
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, Roster, Unfilled

    _Day = date  # for the record that has a field called `date`

_GAP = "缺"


class RosterRow(Struct, frozen=True):
    """One row of annex 3: a person's name a role, 缺 where nobody goes, empty where the role is not due.

    `date` is None, and `weekday` empty, when the township has no readable duty day.
    """

    township: str
    date: date | None
    weekday: str
    judge: str
    prosecutor: str
    lawyer: str
    place: str
    hours: str
    note: str


def roster_rows(
    roster: Roster, areas: Sequence[Area], names: Mapping[str, str] | None = None
) -> tuple[RosterRow, ...]:
    """List the rows of the roster by date and area code; rows without a date come last.

    `names` gives by number how people are written whom their name alone does not tell apart.
    """
    groups: dict[tuple[bool, str, str], list[Duty | Unfilled]] = {}
    items: tuple[Duty | Unfilled, ...] = (*roster.duties, *roster.unfilled)
    for item in items:
        day = _day_of(item)
        groups.setdefault((day is None, str(day), item.area_code), []).append(item)
    return tuple(_make_row(groups[key], areas, names or {}) for key in sorted(groups))


def _make_row(items: Sequence[Duty | Unfilled], areas: Sequence[Area], names: Mapping[str, str]) -> RosterRow:
    day = _day_of(items[0])
    cells = {
        role: _join(_show(item, names) for item in items if item.role is role)
        for role in dict.fromkeys(item.role for item in items)
    }
    return RosterRow(
        township=name_area(items[0].area_code, day, areas),
        date=day,
        weekday="" if day is None else weekday_label(day),
        judge=cells.get(StationedRole.JUDGE, ""),
        prosecutor=cells.get(StationedRole.PROSECUTOR, ""),
        lawyer=cells.get(StationedRole.LAWYER, ""),
        place=_join(item.place for item in items),
        hours=_join(item.hours for item in items),
        note=_join(note_move(day, item.moved_from) for item in items),
    )


def _show(item: Duty | Unfilled, names: Mapping[str, str]) -> str:
    return names.get(item.person_id, item.person) if isinstance(item, Duty) else _GAP


def _day_of(item: Duty | Unfilled) -> date | None:
    return item.date if isinstance(item, Duty) else item.planned_on


def name_area(code: str, day: date | None, areas: Sequence[Area]) -> str:
    """Give the name the area bears that day; the code when the register has no such area."""
    own = sorted((area for area in areas if area.code == code), key=lambda area: area.name)
    return next((area.name for area in own if day is None or area.exists_on(day)), code)


def note_move(day: date | None, named: date | None) -> str:
    """Say from which day a duty day was moved; empty where it was not."""
    if day is None or named is None:
        return ""
    return f"{'顺延' if day > named else '提前'}自{day_label(named)}"


def _join(texts: Iterable[str]) -> str:
    """Join the different texts in their order."""
    return "、".join(dict.fromkeys(text for text in texts if text))
