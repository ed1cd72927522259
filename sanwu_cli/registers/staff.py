"""The registers of people and days: persons, duty days, leave, holidays; checked against the areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import DayOverride, DutyDay, Leave, Person
from sanwu_cli.places import normalise_code
from sanwu_cli.registers.rows import Entry, holds_mobile_number
from sanwu_cli.terms import StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.model import Finding

EVERY_ROLE = "all"
DAY_OFF, DAY_ON = "off", "on"


class KnownAreas(Struct, frozen=True):
    """The codes of the area register and its file's name; `codes` is None without a usable one."""

    codes: frozenset[str] | None
    file: str

    def misses(self, code: str) -> bool:
        """Say whether a code is not in the register; False when there is none to compare with."""
        return self.codes is not None and code not in self.codes


def build_persons(
    entries: tuple[Entry, ...], known: KnownAreas
) -> tuple[tuple[Person, ...], tuple[Finding, ...]]:
    """Turn rows into persons; one without number, name or role, or met before, is left out with a finding."""
    findings: list[Finding] = []
    persons: dict[str, Person] = {}
    rows: dict[str, int | None] = {}
    for entry in entries:
        person = _read_person(entry, findings)
        if person is None:
            continue
        if person.id in persons:
            findings.append(entry.report("REG-PERSON-REPEATED", "id", id=person.id, first=rows[person.id]))
            continue
        persons[person.id], rows[person.id] = person, entry.row.source.row
        findings += _check_person(entry, person, known)
    return tuple(persons.values()), tuple(findings)


def _read_person(entry: Entry, findings: list[Finding]) -> Person | None:
    role = entry.term("role", StationedRole)
    problem = entry.report_missing(id="编号", name="姓名") or _report_role(entry, role)
    problem = problem or entry.report_reversed(
        "valid_from", "valid_to", "REG-LIFE-REVERSED", name=entry.text("id")
    )
    if problem is not None or role is None:
        findings += [problem] if problem else []
        return None
    phone = entry.text("office_phone")
    return Person(
        id=entry.text("id"),
        name=entry.text("name"),
        role=role,
        unit=entry.text("unit"),
        areas=_list_codes(entry, "areas"),
        avoid=_list_codes(entry, "avoid"),
        monthly_limit=entry.number("monthly_limit"),
        office_phone="" if holds_mobile_number(phone) else phone,
        valid_from=entry.day("valid_from"),
        valid_to=entry.day("valid_to"),
    )


def _list_codes(entry: Entry, field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise_code(code) or code for code in entry.items(field)))


def _report_role(entry: Entry, role: StationedRole | None) -> Finding | None:
    return entry.report("REG-ROLE-UNKNOWN", "role", role=entry.text("role")) if role is None else None


def _check_person(entry: Entry, person: Person, known: KnownAreas) -> Iterator[Finding]:
    for field, codes in (("areas", person.areas), ("avoid", person.avoid)):
        for code in filter(known.misses, codes):
            yield entry.report("REG-PERSON-AREA", field, id=person.id, area=code, other=known.file)
    if holds_mobile_number(entry.text("office_phone")):
        yield entry.report("REG-PHONE-MOBILE", "office_phone", id=person.id)
    lost = [field for field in ("areas", "avoid", "valid_from", "valid_to") if entry.is_lost(field)]
    if person.monthly_limit is None and not entry.is_silent("monthly_limit"):
        lost.append("monthly_limit")
    for field in lost:
        yield entry.report("REG-PERSON-LOST", field, id=person.id)


def build_duty_days(
    entries: tuple[Entry, ...], known: KnownAreas
) -> tuple[tuple[DutyDay, ...], tuple[Finding, ...]]:
    """Turn rows into duty days; one for an unknown area, or a second one for area and role, is left out."""
    findings: list[Finding] = []
    kept: dict[tuple[str, StationedRole | None], tuple[Entry, DutyDay]] = {}
    for entry in entries:
        duty_day = _read_duty_day(entry, known, findings)
        if duty_day is None:
            continue
        key = (duty_day.area_code, duty_day.role)
        if key in kept:
            role = duty_day.role.label if duty_day.role else "全部"
            first = kept[key][0].row.source.row
            findings.append(entry.report("REG-DUTY-REPEATED", "rule", area=key[0], role=role, first=first))
            continue
        kept[key] = (entry, duty_day)
    return tuple(duty_day for _, duty_day in kept.values()), tuple(findings)


def _read_duty_day(entry: Entry, known: KnownAreas, findings: list[Finding]) -> DutyDay | None:
    code = normalise_code(entry.text("area")) or entry.text("area")
    role = entry.term("role", StationedRole)
    every = entry.text("role") in ("", EVERY_ROLE) and not entry.is_lost("role")
    problem = entry.report_missing(area="区域代码", rule="规则")
    if problem is None and known.misses(code):
        problem = entry.report("REG-DUTY-AREA", "area", area=code, other=known.file)
    if problem is None and not every:
        problem = _report_role(entry, role)
    if problem is not None:
        findings.append(problem)
        return None
    return DutyDay(code, role, entry.text("rule"), entry.text("place"), entry.text("hours"))


def build_leaves(
    entries: tuple[Entry, ...], persons: frozenset[str] | None, file: str
) -> tuple[tuple[Leave, ...], tuple[Finding, ...]]:
    """Turn rows into leaves; `persons` are the numbers in the register `file`. The reason is not kept."""
    findings: list[Finding] = []
    leaves: list[Leave] = []
    for entry in entries:
        person_id, first, last = entry.text("id"), entry.day("first"), entry.day("last")
        problem = entry.report_missing(id="编号", first="开始日期", last="结束日期")
        problem = problem or entry.report_reversed("first", "last", "REG-LEAVE-REVERSED", id=person_id)
        if problem is None and persons is not None and person_id not in persons:
            problem = entry.report("REG-LEAVE-PERSON", "id", id=person_id, other=file)
        if problem is not None:
            findings.append(problem)
        elif first is not None and last is not None:
            leaves.append(Leave(person_id, first, last))
    return tuple(leaves), tuple(findings)


def build_overrides(entries: tuple[Entry, ...]) -> tuple[tuple[DayOverride, ...], tuple[Finding, ...]]:
    """Turn rows into days of the local calendar; a day marked both ways keeps its first mark."""
    findings: list[Finding] = []
    days: dict[object, tuple[Entry, DayOverride]] = {}
    for entry in entries:
        override = _read_override(entry, findings)
        if override is None:
            continue
        earlier, same_day = days.setdefault(override.day, (entry, override))
        if same_day.is_off is not override.is_off:
            first = earlier.row.source.row
            findings.append(entry.report("REG-DAY-TWICE", "kind", day=override.day, first=first))
    return tuple(override for _, override in days.values()), tuple(findings)


def _read_override(entry: Entry, findings: list[Finding]) -> DayOverride | None:
    day, kind = entry.day("day"), entry.text("kind")
    problem = entry.report_missing(day="日期")
    if problem is None and kind not in (DAY_OFF, DAY_ON):
        problem = entry.report("REG-DAY-KIND", "kind", kind=kind)
    if problem is not None or day is None:
        findings += [problem] if problem else []
        return None
    return DayOverride(day, kind == DAY_OFF, entry.text("name"), entry.text("document_number"))
