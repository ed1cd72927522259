"""Cells of a roster somebody wrote: days in any form, names of the register, shared texts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.attendance.names import NameMatch, Signature, match_name
from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import Month, Period
from sanwu_cli.roster.days import duty_date, parse_rules
from sanwu_cli.sheets.values import Unreadable, fold, parse_date, strip_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.model import Person, Row
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.roster.visits import Visit
    from sanwu_cli.terms import StationedRole

_JOINTS = compile_later(r"[、,，;；\n]")
_BARE_DAY = compile_later(r"\d{1,2}")
_MOVED = compile_later(r"(?:顺延|提前|调整|改)?自(\d{1,2})月(\d{1,2})[日号]")
_NUMBERED = compile_later(r"(.+?)\((.+?)\)")


class People:
    """Everybody a roster may name, found quickly by number or name."""

    def __init__(self, persons: Sequence[Person]) -> None:
        self.all = persons
        self._known: dict[str, list[Person]] = defaultdict(list)
        for person in persons:
            for key in dict.fromkeys((person.id, fold(person.name))):
                self._known[key].append(person)

    def near(self, text: str) -> Sequence[Person]:
        """Give those whose number or name a text is, with or without a title; else everybody."""
        bare = fold(text)
        keys = dict.fromkeys((text.strip(), bare, strip_title(bare)[0]))
        found = dict.fromkeys(person for key in keys for person in self._known.get(key, ()))
        return tuple(found) or self.all


class WrittenDay(Struct, frozen=True):
    """A day a line is for (None: a visit that has none), its month, and the day a rule named instead."""

    month: Month
    day: date | None
    moved_from: date | None = None


def read_days(
    text: str, months: Sequence[Month], staffing: Staffing
) -> tuple[tuple[WrittenDay, ...], str | None]:
    """Read a cell of days: dates, several dates, or a rule for each month; with what is wrong.

    A date is taken as it stands, a rule is moved off holidays (T-25).
    """
    span = Period(months[0], months[-1])
    dates = [_read_date(part, span) for part in _JOINTS.split(text) if part.strip()]
    if dates and all(isinstance(day, date) for day in dates):
        days = dict.fromkeys(day for day in dates if isinstance(day, date))
        return tuple(WrittenDay(Month.of(day), day) for day in days), None
    rules = parse_rules(text)
    found = [
        (month, duty_date(rule, month, staffing.calendar, moves_back=staffing.moves_back))
        for month in months
        for rule in rules
    ]
    if rules:
        return tuple(WrittenDay(month, when.date, when.moved_from) for month, when in found if when), None
    hint = next((day.hint for day in dates if isinstance(day, Unreadable) and day.hint), "")
    return (), f"：{hint}" if hint else ""


def _read_date(text: str, span: Period) -> date | Unreadable | None:
    """Read one date; in a table of one month a bare number is its day."""
    if span.first == span.last and _BARE_DAY.fullmatch(fold(text)):
        text = f"{fold(text)}日"
    return parse_date(text, period=span)


def read_moves(row: Row, day: date, own: Visit | None, others: Sequence[Visit]) -> date | None:
    """Say from which day a duty was moved: as the remark tells, of several as the fixed day has it."""
    told = {
        date(day.year, int(month), int(number))
        for month, number in _MOVED.findall(fold(str(row.values.get("remark") or "")))
        if _is_day(day.year, int(month), int(number))
    }
    known = own.moved_from if own else None
    if known in told:
        return known
    rest = told - {other.moved_from for other in others}
    return rest.pop() if len(rest) == 1 else None


def _is_day(year: int, month: int, number: int) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


def settle_text(row: Row, field: str, role: StationedRole, known: Sequence[tuple[StationedRole, str]]) -> str:
    """Give a role's own text of a cell that a line's roles share; the register's where the table has none.

    `known` are the registered texts of the roles named in the line.
    """
    own = dict(known).get(role, "")
    if field not in row.cells:
        return own
    text = str(row.values.get(field) or "")
    joined = "、".join(dict.fromkeys(text for _, text in known if text))
    return own if own and text == joined else text


def find_person(
    name: str, role: StationedRole, row: Row, day: date, people: People
) -> tuple[Person | None, str, dict[str, object]]:
    """Find whom a name means, by number, by name or by both; else the code of the finding and its values."""
    both = _NUMBERED.fullmatch(fold(name))
    if both is not None:
        named = [p for p in people.near(both[1]) if fold(p.id) == both[2] and fold(p.name) == both[1]]
        if named:
            return named[0], "", {}
    unit = str(row.values.get("judicial_office") or "")
    signature = Signature(name, unit=unit, role=role.label, place=row.place, day=day)
    match = match_name(signature, people.near(name))
    person = match.person or _only(match)
    if person is not None:
        return person, "", {}
    shown = "、".join(f"{one.name}（{one.id}，{one.unit or one.role.label}）" for one in match.candidates)
    if match.is_shared:
        return None, "ROSTER-PERSON-AMBIGUOUS", {"persons": shown}
    return None, "ROSTER-PERSON-UNKNOWN", {"hint": f"，是不是{shown}" if shown else ""}


def _only(match: NameMatch) -> Person | None:
    """Give the one person whose several rows a name fits."""
    ids = {person.id for person in match.candidates}
    return match.candidates[0] if match.is_shared and len(ids) == 1 else None
