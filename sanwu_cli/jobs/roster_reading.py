"""Roster files as rosters: every line with its place, days and persons; what cannot be told is a finding."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.roster_cells import People, WrittenDay, find_person, read_days, read_moves, settle_text
from sanwu_cli.jobs.roster_sheets import PERSON_FIELD, read_roster_sheets
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import read_published
from sanwu_cli.model import Duty, Person, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.roster.explain import Grounds, explain_gap, list_takings
from sanwu_cli.roster.lines import RosterEntry, Spot
from sanwu_cli.roster.problem import sort_people
from sanwu_cli.roster.review import Sheet, as_visit, find_row, index_rows, plan_group
from sanwu_cli.roster.visits import Visit
from sanwu_cli.sheets.values import fold, load_words, split_names
from sanwu_cli.terms import RosterGroup, Severity, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sanwu_cli.jobs.reading import Piped
    from sanwu_cli.jobs.roster_sheets import RosterSheet
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, Row
    from sanwu_cli.roster.role_year import Staffing

_TOWNSHIP_DIGITS, _VILLAGE_DIGITS = 9, 12
_PLACE_FIELDS = ("township", "village", "area_code")
_NO_DAY = "，没有写日子"


class RosterReading(Struct, frozen=True):
    """What some files say: one sheet for review a month and group, and the findings of reading them.

    `is_whole` is false where a line, a name or a day was lost; `is_readable` where a file was.
    """

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    staffing: Staffing
    is_readable: bool
    is_whole: bool


class _Plan(Struct, frozen=True):
    """What a month asks of a group: visits by area, and by area and role the visits without a day."""

    visits: Mapping[str, Sequence[Visit]]
    dayless: Mapping[tuple[str, StationedRole], Unfilled]


class _Desk(Struct, frozen=True):
    """What lines are read with: what the registers hold, who is known, and the month's visits by group."""

    staffing: Staffing
    people: People
    plans: dict[tuple[Month, RosterGroup], _Plan]

    def plan(self, month: Month, group: RosterGroup) -> _Plan:
        """Give what a month asks of a group."""
        if (month, group) not in self.plans:
            plan = plan_group(month, group, self.staffing)
            visits: dict[str, list[Visit]] = defaultdict(list)
            for visit in plan.visits:
                visits[visit.area_code].append(visit)
            dayless = {(gap.area_code, gap.role): gap for gap in reversed(plan.dayless)}
            self.plans[month, group] = _Plan(visits, dayless)
        return self.plans[month, group]


class _Line(Struct, frozen=True):
    """A line of a sheet and the place it is for."""

    desk: _Desk
    sheet: RosterSheet
    row: Row
    code: str


class _Found(Struct, frozen=True):
    """What was read so far, by month and group."""

    entries: defaultdict[tuple[Month, RosterGroup], list[RosterEntry]]
    blanks: defaultdict[tuple[Month, RosterGroup], dict[tuple[date, str, StationedRole], Spot]]
    findings: list[Finding]


def read_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    paths: Iterable[Path],
    *,
    month: Month | None = None,
    piped: Piped | None = None,
) -> RosterReading:
    """Read the rosters of some files, those of one month where it is given; nothing is written.

    Persons are found by number or name among those of the register and those published rosters name. Raises
    SanwuError for a path that is not there.
    """
    read = read_roster_sheets(workspace, registers, paths, month=month, piped=piped)
    years = {one.year for sheet in read.sheets for one in sheet.months}
    staffing = gather_staffing(workspace.settings, registers.registers, years)
    desk = _Desk(staffing, People(_list_persons(workspace, registers)), {})
    found = _Found(defaultdict(list), defaultdict(dict), list(read.findings))
    for sheet in read.sheets:
        for row in sheet.reading.rows:
            _read_row(desk, sheet, row, found)
    findings = tuple(dict.fromkeys(found.findings))
    spots: dict[tuple[Month, RosterGroup], Spot] = {}
    for sheet in read.sheets:
        for one in sheet.months:
            spots.setdefault((one, sheet.group), Spot(sheet.reading.file, sheet.reading.sheet))
    sheets = tuple(
        _explain_gaps(
            Sheet(key[0], key[1], tuple(found.entries[key]), found.blanks[key], spots[key]), staffing
        )
        for key in sorted(spots, key=lambda key: (key[0], tuple(RosterGroup).index(key[1])))
    )
    is_whole = not any(finding.severity is Severity.ERROR for finding in findings)
    return RosterReading(sheets, findings, staffing, is_readable=read.is_readable, is_whole=is_whole)


def _list_persons(workspace: Workspace, registers: RegisterReading) -> tuple[Person, ...]:
    """List everybody a roster may name: the register's people, and whoever a published roster still names."""
    known = registers.registers.persons
    ids = {person.id for person in known}
    gone = {
        Person(duty.person_id, duty.person, duty.role, "")
        for one in read_published(workspace.ledger.read()).values()
        for duty in one.roster.duties
        if duty.person_id not in ids
    }
    return (*known, *sort_people(gone))


def _read_row(desk: _Desk, sheet: RosterSheet, row: Row, found: _Found) -> None:
    code = _find_area(sheet, row, found)
    if code is None:
        return
    fields = _list_fields(sheet.group)
    line = _Line(desk, sheet, row, code)
    names = {role: _list_names(row, field) for role, field in fields.items()}
    days = {role: _find_days(line, role, found) for role in fields}
    filled = tuple(role for role in fields if names[role])
    for role, field in fields.items():
        spot = _spot(row, field)
        day_spot = _spot(row, "rule" if row.cells.get("rule") else field)
        for day in days[role]:
            key = day.month, sheet.group
            if field in row.unreadable:
                continue
            if not names[role] and day.day is not None:
                found.blanks[key][day.day, code, role] = spot
            for item in _make_items(line, role, day, filled, found):
                found.entries[key].append(RosterEntry(item, spot, day_spot))


def _list_fields(group: RosterGroup) -> Mapping[StationedRole, str]:
    """Say under which field a table names each role."""
    if group is RosterGroup.TOWNSHIP:
        return {role: role.value for role in group.roles}
    return dict.fromkeys(group.roles, PERSON_FIELD)


def _list_names(row: Row, field: str) -> tuple[str, ...]:
    """List what a cell names; nothing where a sign says that nobody is asked for."""
    nobody = load_words()["roster_cells"]["nobody"]
    text = str(row.values.get(field) or "")
    return tuple(name for name in split_names(text) if fold(name).replace("—", "-") not in nobody)


def _find_area(sheet: RosterSheet, row: Row, found: _Found) -> str | None:
    """Give the place of a line; None, with a finding, where it is not of the level the table is for."""
    code = row.place.area_code if row.place else None
    digits = _TOWNSHIP_DIGITS if sheet.group is RosterGroup.TOWNSHIP else _VILLAGE_DIGITS
    if code is not None and len(code) == digits:
        return code
    told = {finding.cell for finding in sheet.reading.findings if finding.severity is Severity.ERROR}
    if told & {row.cells[name] for name in _PLACE_FIELDS if name in row.cells}:
        return None  # the reader has said so
    level = "乡镇(街道)" if sheet.group is RosterGroup.TOWNSHIP else "村(社区)"
    _tell(
        found,
        "ROSTER-PLACE-UNKNOWN",
        row,
        "township" if digits == _TOWNSHIP_DIGITS else "village",
        level=level,
    )
    return None


def _find_days(line: _Line, role: StationedRole, found: _Found) -> list[WrittenDay]:
    """Give the days of a line for a role: as written, else, in a table without days, the fixed ones."""
    row, months = line.row, line.sheet.months
    text = str(row.values.get("rule") or "")
    if "rule" in row.unreadable:
        return []
    if not text:
        return _find_fixed_days(line, role, found)
    days, problem = read_days(text, months, line.desk.staffing)
    outside = [day for day in days if day.month not in months]
    if problem is not None:
        _tell(found, "ROSTER-DAY-UNREADABLE", row, "rule", text=text, hint=problem)
    elif outside:
        label = months[0].label if len(months) == 1 else f"{months[0].year}年"
        _tell(found, "ROSTER-DAY-OUTSIDE", row, "rule", text=text, months=label)
    return [] if outside else list(days)


def _find_fixed_days(line: _Line, role: StationedRole, found: _Found) -> list[WrittenDay]:
    """Give the days the registers have; none, with a finding, where a table has days and this line none."""
    listed = []
    for month in line.sheet.months:
        plan = line.desk.plan(month, line.sheet.group)
        own = [visit for visit in plan.visits.get(line.code, ()) if visit.role is role]
        if own and "rule" not in line.row.cells:
            listed += [WrittenDay(month, visit.date, visit.moved_from) for visit in own]
        elif (line.code, role) in plan.dayless:
            listed.append(WrittenDay(month, None))
        elif _list_names(line.row, _list_fields(line.sheet.group)[role]):
            _tell(found, "ROSTER-DAY-UNREADABLE", line.row, "rule", text="", hint=_NO_DAY)
    return listed


def _make_items(
    line: _Line, role: StationedRole, day: WrittenDay, filled: Sequence[StationedRole], found: _Found
) -> Sequence[Duty | Unfilled]:
    """Make of one cell and day its duties, or the gap it states; `filled` are the roles the line names."""
    row, code = line.row, line.code
    field = _list_fields(line.sheet.group)[role]
    names = _list_names(row, field)
    plan = line.desk.plan(day.month, line.sheet.group)
    gap_words = load_words()["roster_cells"]["gap"]
    is_gap = bool(names) and all(fold(name) in gap_words for name in names)
    if day.day is None:
        if names and not is_gap:
            _tell(found, "ROSTER-DAY-UNREADABLE", row, "rule", text="", hint=_NO_DAY)
        return [plan.dayless[code, role]] if is_gap and (code, role) in plan.dayless else []
    there = plan.visits.get(code, ())
    own = {visit.role: visit for visit in there if visit.date == day.day}
    register = {**{visit.role: visit for visit in reversed(there)}, **own}
    known = [register[one] for one in filled if one in register]
    place = settle_text(row, "place", role, [(visit.role, visit.place) for visit in known])
    hours = settle_text(row, "hours", role, [(visit.role, visit.hours) for visit in known])
    moved = day.moved_from or read_moves(row, day.day, own.get(role), list(own.values()))
    if is_gap:
        return [Unfilled(code, role, day.month, (), day.day, place, hours, moved)]
    duties = []
    for name in (name for name in names if fold(name) not in gap_words):
        person, problem, values = find_person(name, role, row, day.day, line.desk.people)
        if person is None:
            _tell(found, problem, row, field, name=name, **values)
        else:
            duties.append(Duty(day.day, code, role, person.id, person.name, place, hours, moved))
    return duties


def _explain_gaps(sheet: Sheet, staffing: Staffing) -> Sheet:
    """Say of every gap why nobody can come, as a roster of ours would."""
    rows = index_rows(staffing.persons)
    facts = {role: staffing.facts(role) for role in sheet.group.roles}
    grounds = {role: Grounds(own, staffing.areas) for role, own in facts.items()}
    taken: dict[Visit, Person | None] = {
        as_visit(item): find_row(item, rows, facts[item.role])
        for item in (entry.item for entry in sheet.entries)
        if isinstance(item, Duty)
    }

    def explain(item: Unfilled, day: date) -> Unfilled:
        visit = Visit(day, item.area_code, item.role, item.place, item.hours, item.moved_from)
        own = {other: who for other, who in taken.items() if other.role is item.role}
        return replace(
            item,
            reasons=explain_gap(visit, list_takings(own, Month.of(visit.date)), grounds[item.role]),
        )

    entries = tuple(
        replace(entry, item=explain(entry.item, entry.item.planned_on))
        if isinstance(entry.item, Unfilled) and entry.item.planned_on is not None
        else entry
        for entry in sheet.entries
    )
    return replace(sheet, entries=entries)


def _spot(row: Row, field: str) -> Spot:
    return Spot(row.source.file, row.source.sheet, row.cells.get(field) or f"A{row.source.row}")


def _tell(found: _Found, code: str, row: Row, field: str, **values: object) -> None:
    spot = _spot(row, field)
    found.findings.append(
        make_finding(code, file=spot.file, sheet=spot.sheet, cell=spot.cell, row=row.source.row, **values)
    )
