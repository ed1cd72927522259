"""Who was to be on duty in a month: by the published roster, a unit's own table, or what we would build."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.attendance.names import Signature, match_name
from sanwu_cli.attendance.records import ExpectedDuty
from sanwu_cli.attendance.visits import tell_name
from sanwu_cli.calendars import build_calendar
from sanwu_cli.errors import SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.rostering import build_roster
from sanwu_cli.ledger.entries import drop_undone
from sanwu_cli.ledger.rosters import join_groups, read_published
from sanwu_cli.places.index import TOWNSHIP_DIGITS
from sanwu_cli.roster.days import duty_date, parse_rule
from sanwu_cli.roster.role_year import published_roles
from sanwu_cli.sheets.values import split_names
from sanwu_cli.terms import TOWNSHIP_ROLES, DutyBasis, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.activities import Activities, RosterLine
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Duty, DutyDay, Finding, Person, Roster, Source
    from sanwu_cli.periods import Month, Period, WorkCalendar

_RULE_JOINTS = re.compile(r"[、,，;；和及]")
# A table that names no span is taken after every one that does.
_WIDEST = -1_000
_Slot = tuple[str, StationedRole]


class DutySources(Struct, frozen=True):
    """All that says who is to be on duty; `periods` gives the span of a sheet by file, digest and name."""

    workspace: Workspace
    registers: RegisterReading
    lines: tuple[RosterLine, ...]
    published: Mapping[Month, Roster]
    periods: Mapping[tuple[str, str, str], tuple[int, Period | None]]
    persons: Mapping[str, Person]
    calendar: WorkCalendar
    moves_back: bool


def open_duty_sources(
    workspace: Workspace,
    registers: RegisterReading,
    contents: Contents,
    activities: Activities,
    months: Sequence[Month],
) -> DutySources:
    """Gather what the months' duties follow from."""
    known = registers.registers
    receipts = drop_undone(contents).receipts
    return DutySources(
        workspace,
        registers,
        (*activities.duty_rosters, *activities.mediator_rosters),
        join_groups(read_published(contents)),
        {(r.source.file, r.source.sha256, r.source.sheet): (r.number, r.period) for r in receipts},
        {person.id: person for person in known.persons},
        build_calendar({month.year for month in months}, known.overrides),
        workspace.settings.readings["T-25"] == "previous_workday",
    )


def list_duties(
    sources: DutySources, months: Iterable[Month]
) -> tuple[tuple[ExpectedDuty, ...], tuple[Finding, ...]]:
    """List the duties expected, by day, place and role, each with what it rests on.

    What a month's published rosters say of a role stands. Of the other roles a unit's own table goes, place
    by place, before what the registers give for townships; mediators whose roster was not published are
    expected by their office's table alone.
    """
    duties: list[ExpectedDuty] = []
    findings: list[Finding] = []
    for month in months:
        from_sheets, slots, told = _read_lines(sources, month)
        findings += told
        frozen = sources.published.get(month)
        stands = published_roles(frozen)
        duties += [_expect(sources, duty, DutyBasis.PUBLISHED) for duty in frozen.duties] if frozen else []
        duties += [duty for duty in from_sheets if duty.role not in stands]
        if not stands & set(TOWNSHIP_ROLES):
            duties += [
                _expect(sources, duty, DutyBasis.GENERATED)
                for duty in _generate(sources, month)
                if (duty.area_code, duty.role) not in slots
            ]
    roles = tuple(StationedRole)
    duties.sort(key=lambda duty: (duty.date, duty.area_code, roles.index(duty.role), duty.person_id))
    return tuple(dict.fromkeys(duties)), tuple(dict.fromkeys(findings))


def _generate(sources: DutySources, month: Month) -> tuple[Duty, ...]:
    """Give the roster the registers make; none where they have nobody to send."""
    try:
        roster, _ = build_roster(sources.workspace, sources.registers, month, published=sources.published)
    except SanwuError:
        return ()
    return roster.duties


def _expect(sources: DutySources, duty: Duty, basis: DutyBasis) -> ExpectedDuty:
    person = sources.persons.get(duty.person_id)
    return ExpectedDuty(
        date=duty.date,
        area_code=duty.area_code,
        township_code=duty.area_code[:TOWNSHIP_DIGITS],
        role=duty.role,
        person_id=duty.person_id,
        person=duty.person,
        unit=person.unit if person else "",
        basis=basis,
        hours=duty.hours,
        moved_from=duty.moved_from,
    )


def _read_lines(sources: DutySources, month: Month) -> tuple[list[ExpectedDuty], set[_Slot], list[Finding]]:
    """Read the month's duties off the units' own tables, with the slots they speak for."""
    duties: list[ExpectedDuty] = []
    findings: list[Finding] = []
    slots: set[_Slot] = set()
    for slot, lines in _choose_lines(sources, month).items():
        slots.add(slot)
        for line in lines:
            duties += _read_line(sources, month, line, slot, findings)
    return duties, slots, findings


def _choose_lines(sources: DutySources, month: Month) -> dict[_Slot, list[RosterLine]]:
    """Choose for each place and role the lines of one table: of the narrowest span, of equals the latest."""
    offered: dict[_Slot, dict[tuple[int, int], list[RosterLine]]] = defaultdict(lambda: defaultdict(list))
    for line in sources.lines:
        source = line.source
        number, period = sources.periods.get((source.file, source.sha256, source.sheet), (0, None))
        if line.year != month.year or (period is not None and month not in period):
            continue
        code = (line.place.area_code or "") if line.place else ""
        rank = (-len(period.months()) if period else _WIDEST, number)
        for role in line.names:
            offered[code, StationedRole(role)][rank].append(line)
    return {slot: ranked[max(ranked)] for slot, ranked in offered.items()}


def _read_line(
    sources: DutySources, month: Month, line: RosterLine, slot: _Slot, findings: list[Finding]
) -> list[ExpectedDuty]:
    code, role = slot
    township = line.place.township_code if line.place else None
    if not code or township is None:
        findings.append(_unused(line.source, "归属的乡镇(街道)、村(社区)没有认出来"))
        return []
    row = _find_register_row(sources, code, role)
    days = _find_days(sources, month, line.rule or (row.rule if row else ""))
    if not days:
        told = f"固定进驻日“{line.rule}”看不懂" if line.rule else "没有写固定进驻日"
        findings.append(_unused(line.source, told))
    hours = line.hours or (row.hours if row else "")
    duties = []
    for day, moved_from in days:
        for name in split_names(line.names[role.value]):
            duty = ExpectedDuty(
                day, code, township, role, "", name, "", DutyBasis.SHEET, hours, moved_from, line.source
            )
            duties.append(_name_duty(sources, duty, line, findings))
    return [duty for duty in duties if duty is not None]


def _find_register_row(sources: DutySources, code: str, role: StationedRole) -> DutyDay | None:
    rows = [row for row in sources.registers.registers.duty_days if row.area_code == code]
    own = [row for row in rows if row.role is role] or [row for row in rows if row.role is None]
    return own[0] if len(own) == 1 else None


def _find_days(sources: DutySources, month: Month, text: str) -> list[tuple[date, date | None]]:
    """Give the days one rule, or several rules in one cell, name in the month, moved off holidays (T-25)."""
    whole = parse_rule(text)
    rules = [whole] if whole else [parse_rule(part) for part in _RULE_JOINTS.split(text)]
    found = []
    for rule in rules:
        when = (
            None if rule is None else duty_date(rule, month, sources.calendar, moves_back=sources.moves_back)
        )
        if when is None:
            return []
        found.append((when.date, when.moved_from))
    return list(dict.fromkeys(found))


def _name_duty(
    sources: DutySources, duty: ExpectedDuty, line: RosterLine, findings: list[Finding]
) -> ExpectedDuty | None:
    """Fill in who is meant; a person no longer in service that day is not expected."""
    signature = Signature(duty.person, role=duty.role.label, place=line.place, day=duty.date)
    match = match_name(signature, tuple(sources.persons.values()))
    person = match.person
    if person is None:
        findings.append(tell_name(duty.person, match, line.source))
        return duty
    if not person.serves_on(duty.date):
        findings.append(_unused(line.source, f"“{person.name}”当日不在岗"))
        return None
    return replace(duty, person_id=person.id, person=person.name, unit=person.unit)


def _unused(source: Source, why: str) -> Finding:
    cell = f"A{source.row}" if source.row else ""
    return make_finding(
        "ROSTER-LINE-UNUSED", file=source.file, sheet=source.sheet, cell=cell, row=source.row, why=why
    )
