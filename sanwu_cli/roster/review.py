"""A month's roster held against the rules, finding by finding, each at the cell that it is about."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Duty, Person, Unfilled
from sanwu_cli.roster.lines import RosterEntry, Spot
from sanwu_cli.roster.problem import sort_people
from sanwu_cli.roster.rules import HARD_RULES, find_broken, load_rules
from sanwu_cli.roster.visits import Visit, day_label, plan_visits
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.role_year import Staffing
    from sanwu_cli.roster.rules import RosterFacts, RosterRule
    from sanwu_cli.roster.visits import VisitPlan

_TOWNSHIP_DIGITS = 9
_MOST_NAMED = 3
Slot = tuple[str, StationedRole]
# A finding on days before it is made: code, area, the day asked for, the day written, where.
_Told = tuple[str, str, "date | None", "date | None", Spot]


class Sheet(Struct, frozen=True):
    """A group's month under review: what it says, where cells of due visits are empty, where it stands."""

    month: Month
    group: RosterGroup
    entries: tuple[RosterEntry, ...]
    blanks: Mapping[tuple[date, str, StationedRole], Spot]
    spot: Spot = Spot()


def review_sheet(sheet: Sheet, staffing: Staffing) -> tuple[Finding, ...]:
    """Hold a group's month against the hard rules and against the visits that the fixed days ask for.

    One finding a broken rule and visit; visits missing, on another day, on a day off, asked for by nobody,
    made by two. What is left empty on purpose is told as a gap, with the reasons.
    """
    names = {area.code: area.name for area in staffing.areas}
    plan = plan_group(sheet.month, sheet.group, staffing)
    return (
        *_check_rules(sheet, staffing, names),
        *_check_doubles(sheet, names),
        *_check_parts(sheet, plan, names),
        *_check_days(sheet, plan, staffing, names),
        *_tell_gaps(sheet),
    )


def plan_group(month: Month, group: RosterGroup, staffing: Staffing) -> VisitPlan:
    """List the visits a month asks of a group."""
    return plan_visits(
        month=month,
        areas=staffing.areas,
        duty_days=staffing.duty_days,
        calendar=staffing.calendar,
        moves_back=staffing.moves_back,
        roles=group.roles,
    )


def pair_days(
    entries: Iterable[RosterEntry], visits: Iterable[Visit]
) -> tuple[tuple[Slot, date | None, date | None, RosterEntry | None], ...]:
    """Pair the days a roster names with those its places and roles have, as far as they differ.

    Gives (place and role, the day asked for, the day written, its entry), in order; a day asked for without
    one written is a visit missing, one written without one asked for a visit nobody asked for.
    """
    due: dict[Slot, set[date]] = defaultdict(set)
    for visit in visits:
        due[visit.area_code, visit.role].add(visit.date)
    said: dict[Slot, dict[date, RosterEntry]] = defaultdict(dict)
    for entry in entries:
        if entry.day is not None:
            said[entry.item.area_code, entry.item.role].setdefault(entry.day, entry)
    roles = tuple(StationedRole)
    return tuple(
        (slot, asked, written, said[slot][written] if written else None)
        for slot in sorted({*due, *said}, key=lambda slot: (slot[0], roles.index(slot[1])))
        for asked, written in zip_longest(
            sorted(due[slot] - set(said[slot])), sorted(set(said[slot]) - due[slot])
        )
    )


def index_rows(persons: Iterable[Person]) -> Mapping[str, tuple[Person, ...]]:
    """Give the register's rows of each number, in their order."""
    found: dict[str, list[Person]] = defaultdict(list)
    for person in sort_people(persons):
        found[person.id].append(person)
    return {id_: tuple(rows) for id_, rows in found.items()}


def find_row(duty: Duty, rows: Mapping[str, Sequence[Person]], facts: RosterFacts) -> Person:
    """Find the register's row by which a duty is judged: of several of one number one that allows it.

    Somebody the register does not know is judged by number, name and the role of the duty alone.
    """
    own = rows.get(duty.person_id, ())
    if not own:
        return Person(duty.person_id, duty.person, duty.role, "")
    visit = as_visit(duty)
    return next((row for row in own if not find_broken(row, (visit,), facts)), own[0])


def as_visit(duty: Duty) -> Visit:
    """Give the visit a duty makes."""
    return Visit(duty.date, duty.area_code, duty.role, duty.place, duty.hours, duty.moved_from)


def _check_rules(sheet: Sheet, staffing: Staffing, names: Mapping[str, str]) -> list[Finding]:
    own: dict[str, list[tuple[Duty, Spot]]] = defaultdict(list)
    for entry in sheet.entries:
        if isinstance(entry.item, Duty):
            own[entry.item.person_id].append((entry.item, entry.spot))
    rows = index_rows(staffing.persons)
    facts = {role: staffing.facts(role) for role in sheet.group.roles}
    hard = [rule for rule in load_rules() if rule.is_hard]
    findings = []
    for duties in own.values():
        visits = [as_visit(duty) for duty, _ in duties]
        for duty, spot in duties:
            known = facts[duty.role]
            person = find_row(duty, rows, known)
            findings += [
                _tell_broken(rule, duty, _word_phrase(rule, duty, person, duties, names), spot, names)
                for rule in hard
                if as_visit(duty) in HARD_RULES[rule.id](person, visits, known)
            ]
    return findings


def _word_phrase(
    rule: RosterRule,
    duty: Duty,
    person: Person,
    duties: Iterable[tuple[Duty, Spot]],
    names: Mapping[str, str],
) -> str:
    """Say in the rule's own words what is wrong with a duty, among all the person has."""
    same_day = [other.area_code for other, _ in duties if other.date == duty.date]
    places = "、".join(dict.fromkeys(names.get(c, c) for c in same_day if c != duty.area_code))
    return rule.phrase.format(places=places or "这里两次", limit=person.monthly_limit)


def _tell_broken(rule: RosterRule, duty: Duty, phrase: str, spot: Spot, names: Mapping[str, str]) -> Finding:
    finding = make_finding(
        "ROSTER-RULE-BROKEN",
        file=spot.file,
        sheet=spot.sheet,
        cell=spot.cell,
        person=duty.person,
        day=day_label(duty.date),
        area=names.get(duty.area_code, duty.area_code),
        role=duty.role.label,
        phrase=phrase,
        rule=rule.title.replace(",", "，").replace(";", "；"),
    )
    return replace(finding, clause=rule.clause)


def _check_doubles(sheet: Sheet, names: Mapping[str, str]) -> list[Finding]:
    seen: dict[tuple[date, str, StationedRole], list[str]] = defaultdict(list)
    last: dict[tuple[date, str, StationedRole], Spot] = {}
    for entry in sheet.entries:
        if isinstance(entry.item, Duty):
            key = entry.item.date, entry.item.area_code, entry.item.role
            seen[key].append(entry.item.person)
            last[key] = entry.spot
    return [
        make_finding(
            "ROSTER-VISIT-DOUBLE",
            file=last[key].file,
            sheet=last[key].sheet,
            cell=last[key].cell,
            area=names.get(key[1], key[1]),
            day=day_label(key[0]),
            role=key[2].label,
            persons="、".join(persons),
        )
        for key, persons in seen.items()
        if len(persons) > 1
    ]


def _check_parts(sheet: Sheet, plan: VisitPlan, names: Mapping[str, str]) -> list[Finding]:
    """Say of which parts there is not one line: a role, or a township's villages."""
    there = {_part_of(sheet.group, entry.item.area_code, entry.item.role) for entry in sheet.entries}
    due = {_part_of(sheet.group, visit.area_code, visit.role) for visit in plan.visits}
    absent = sorted(due - there)
    if not absent:
        return []
    is_of_roles = sheet.group is RosterGroup.TOWNSHIP
    shown = [StationedRole(part).label if is_of_roles else names.get(part, part) for part in absent]
    told = "、".join(shown[:_MOST_NAMED]) + (f"等{len(shown)}个" if len(shown) > _MOST_NAMED else "")
    spot = sheet.spot
    return [
        make_finding(
            "ROSTER-PART-MISSING",
            file=spot.file,
            sheet=spot.sheet,
            cell=spot.cell,
            month=sheet.month.label,
            group=sheet.group.label,
            parts=told,
        )
    ]


def _part_of(group: RosterGroup, code: str, role: StationedRole) -> str:
    """Name the part of a table a visit belongs to: its role, or the township of its village."""
    return role.value if group is RosterGroup.TOWNSHIP else code[:_TOWNSHIP_DIGITS]


def _check_days(sheet: Sheet, plan: VisitPlan, staffing: Staffing, names: Mapping[str, str]) -> list[Finding]:
    """Tell days that differ from the fixed ones; what is alike for several roles is told once a place."""
    there = {_part_of(sheet.group, entry.item.area_code, entry.item.role) for entry in sheet.entries}
    near = {entry.item.area_code: replace(entry.spot, cell="") for entry in reversed(sheet.entries)}
    dayless = {(gap.area_code, gap.role) for gap in plan.dayless}
    told: dict[_Told, list[StationedRole]] = defaultdict(list)
    for (area, role), asked, written, entry in pair_days(sheet.entries, plan.visits):
        if _part_of(sheet.group, area, role) not in there:
            continue
        if written is None or entry is None:
            spot = sheet.blanks.get((asked, area, role)) if asked else None
            key: _Told = ("ROSTER-VISIT-MISSING", area, asked, None, spot or near.get(area, sheet.spot))
        elif not staffing.calendar.is_workday(written):
            key = ("ROSTER-VISIT-OFF", area, asked, written, entry.day_spot)
        elif asked is not None:
            key = ("ROSTER-VISIT-DAY", area, asked, written, entry.day_spot)
        elif (area, role) not in dayless:
            key = ("ROSTER-VISIT-EXTRA", area, None, written, entry.day_spot)
        else:
            continue
        told[key].append(role)
    return [
        make_finding(
            code,
            file=spot.file,
            sheet=spot.sheet,
            cell=spot.cell,
            area=names.get(area, area),
            roles="、".join(role.label for role in roles),
            asked=day_label(asked) if asked else "",
            written=day_label(written) if written else "",
            cause=(staffing.calendar.name_of(written) or "休息日") if written else "",
        )
        for (code, area, asked, written, spot), roles in told.items()
    ]


def _tell_gaps(sheet: Sheet) -> list[Finding]:
    return [
        make_finding(
            "ROSTER-UNFILLED",
            file=entry.spot.file,
            sheet=entry.spot.sheet,
            cell=entry.spot.cell,
            reasons="；".join(entry.item.reasons),
        )
        for entry in sheet.entries
        if isinstance(entry.item, Unfilled) and entry.item.planned_on is not None
    ]
