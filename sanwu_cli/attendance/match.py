"""Duties held against sign-ins: who was there, who stood in, what is not known, who was absent."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.attendance.hours import compare_times
from sanwu_cli.attendance.records import DutyOutcome
from sanwu_cli.sheets.values import find_role
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.attendance.records import ExpectedDuty, SheetSpan, Visit
    from sanwu_cli.model import Leave, Place, Source
    from sanwu_cli.terms import StationedRole

NO_SHEET = "没有这里这些天的签到表"
NOT_IN_REGISTER = "值班表上的姓名在人员登记表里没有认出来"
IN_DOUBT = "签到表里有一行可能是本人或顶替的人，没有认准"


class Whereabouts(Enum):
    """What a place of a sign-in says of a duty's place."""

    THERE = 1
    PERHAPS = 2
    ELSEWHERE = 3


class Facts(Struct, frozen=True):
    """What duties are held against; `roles` maps a person's id to the role; nothing after `as_of` counts."""

    visits: tuple[Visit, ...]
    spans: tuple[SheetSpan, ...]
    leaves: tuple[Leave, ...]
    roles: Mapping[str, StationedRole]
    as_of: date
    _by_day: dict[date, list[Visit]] = field(default_factory=dict)
    _undated: list[Visit] = field(default_factory=list)
    _spans_of: dict[tuple[str, str, str], list[SheetSpan]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for visit in self.visits:
            day = visit.record.day
            if day is None:
                self._undated.append(visit)
            elif day <= self.as_of:
                self._by_day.setdefault(day, []).append(visit)
        for span in self.spans:
            self._spans_of[mark_sheet(span.source)].append(span)

    def visits_on(self, day: date) -> Sequence[Visit]:
        """List the visits of a day."""
        return self._by_day.get(day, ())

    def undated_on(self, day: date) -> Iterable[Visit]:
        """Run over the visits without a readable day whose sheet speaks for the day, or for no day known."""
        for visit in self._undated:
            spans = self._spans_of.get(mark_sheet(visit.record.source), ())
            if not spans or any(span.first <= day <= span.last for span in spans):
                yield visit


def mark_sheet(source: Source) -> tuple[str, str, str]:
    """Give what all lines of one sheet share."""
    return source.file, source.sha256, source.sheet


def judge_duty(duty: ExpectedDuty, facts: Facts) -> DutyOutcome:
    """Say what became of a duty on its own day; making up is looked at later (makeup.py)."""
    here = facts.visits_on(duty.date)
    own = [v for v in here if duty.person_id in v.person_ids and locate(duty, v.record.place) is _THERE]
    if duty.person_id and own:
        return _arrive(duty, own)
    if duty.date > facts.as_of:
        return DutyOutcome(duty, Attendance.PENDING)
    helper, evidence = _find_substitute(duty, here, facts)
    if any(leave.first <= duty.date <= leave.last for leave in facts.leaves if _is_of(leave, duty)):
        return DutyOutcome(duty, Attendance.ON_LEAVE, substitute_id=helper, sources=evidence)
    if helper:
        return DutyOutcome(duty, Attendance.SUBSTITUTED, substitute_id=helper, sources=evidence)
    return _miss(duty, here, facts)


def _miss(duty: ExpectedDuty, here: Sequence[Visit], facts: Facts) -> DutyOutcome:
    """Say of a duty nobody is known to have done whether it was missed, or whether that is not known."""
    if not duty.person_id:
        return DutyOutcome(duty, Attendance.UNKNOWN, why=NOT_IN_REGISTER)
    sheets = tuple(dict.fromkeys(span.source for span in facts.spans if _speaks_for(span, duty)))
    if not sheets:
        return DutyOutcome(duty, Attendance.UNKNOWN, why=NO_SHEET)
    if doubtful := _find_doubtful(duty, here, facts):
        return DutyOutcome(duty, Attendance.UNKNOWN, why=IN_DOUBT, sources=doubtful)
    return DutyOutcome(duty, Attendance.ABSENT, sources=sheets)


def locate(duty: ExpectedDuty, place: Place | None) -> Whereabouts:
    """Say whether a sign-in's place is the duty's: a township's duty is done anywhere in the township."""
    if place is None:
        return _PERHAPS
    if place.area_code == duty.area_code or (
        duty.area_code == duty.township_code == place.township_code and place.township_code is not None
    ):
        return _THERE
    if place.area_code is None:
        is_possible = place.township_code in (None, duty.township_code) and (
            not place.candidates or any(code.startswith(duty.area_code) for code in place.candidates)
        )
        return _PERHAPS if is_possible else _ELSEWHERE
    # A village's duty signed at the township: nobody can tell from the sheet.
    return _PERHAPS if place.area_code == duty.township_code else _ELSEWHERE


_THERE, _PERHAPS, _ELSEWHERE = Whereabouts.THERE, Whereabouts.PERHAPS, Whereabouts.ELSEWHERE


def _arrive(duty: ExpectedDuty, own: Sequence[Visit]) -> DutyOutcome:
    times = compare_times(own, duty.hours)
    return DutyOutcome(
        duty,
        Attendance.PRESENT,
        is_late=times.is_late,
        left_early=times.left_early,
        is_time_known=times.is_known,
        signed_in_at=times.signed_in_at,
        signed_out_at=times.signed_out_at,
        sources=tuple(visit.record.source for visit in own),
    )


def _is_of(leave: Leave, duty: ExpectedDuty) -> bool:
    return bool(duty.person_id) and leave.person_id == duty.person_id


def _find_substitute(
    duty: ExpectedDuty, here: Sequence[Visit], facts: Facts
) -> tuple[str, tuple[Source, ...]]:
    """Find another person of the same role who signed in there that day, with the lines that say so."""
    found = sorted(
        (person_id, visit.record.source.row or 0, visit.record.source)
        for visit in here
        if locate(duty, visit.record.place) is _THERE
        for person_id in visit.person_ids
        if person_id != duty.person_id and facts.roles.get(person_id) is duty.role
    )
    if not found:
        return "", ()
    helper = found[0][0]
    return helper, tuple(source for one, _, source in found if one == helper)


def _find_doubtful(duty: ExpectedDuty, here: Sequence[Visit], facts: Facts) -> tuple[Source, ...]:
    """List the lines that may be this person's, or a substitute's, but are not read for certain."""
    lines = [visit.record.source for visit in here if _may_be(duty, visit, facts)]
    lines += [
        visit.record.source
        for visit in facts.undated_on(duty.date)
        if duty.person_id in visit.person_ids and locate(duty, visit.record.place) is not _ELSEWHERE
    ]
    return tuple(lines)


def _may_be(duty: ExpectedDuty, visit: Visit, facts: Facts) -> bool:
    if locate(duty, visit.record.place) is _ELSEWHERE:
        return False
    if duty.person_id in visit.person_ids:
        return True
    if any(one == duty.person_id or facts.roles.get(one) is duty.role for one in visit.candidates):
        return True
    return bool(visit.unknown_names) and not visit.candidates and _role_told(visit) == duty.role.value


def _role_told(visit: Visit) -> str:
    return find_role(visit.record.role) or find_role(visit.record.unit) or find_role(visit.record.person)


def _speaks_for(span: SheetSpan, duty: ExpectedDuty) -> bool:
    is_village = duty.area_code != duty.township_code
    is_meant = (
        span.area_code == duty.township_code and is_village
        if span.of_villages
        else span.area_code == duty.area_code
    )
    return is_meant and span.first <= duty.date <= span.last
