"""Making up: visits outside the duty days, each set against one absence (T-26)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.attendance.match import IN_DOUBT, Whereabouts, locate
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.attendance.match import Facts
    from sanwu_cli.attendance.records import DutyOutcome, ExpectedDuty
    from sanwu_cli.model import Source
    from sanwu_cli.periods import WorkCalendar

    # A day of making up with the lines that tell of it.
    _Slot = tuple[date, tuple[Source, ...]]
    # (person id, day of the absence) -> day of the first reminder about it
    Reminded = Mapping[tuple[str, date], date]


def add_workdays(calendar: WorkCalendar, day: date, count: int) -> date:
    """Give the count-th worked day after the day, which itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= calendar.is_workday(day)
    return day


def find_limit(duty: ExpectedDuty, reminded: Reminded, calendar: WorkCalendar, workdays: int) -> date:
    """Give the last day on which an absence can be made up.

    So many workdays after the reminder, or after the absence itself as long as nobody has reminded.
    """
    begin = max(duty.date, reminded.get((duty.person_id, duty.date), duty.date))
    return add_workdays(calendar, begin, workdays)


def make_up(
    outcomes: Sequence[DutyOutcome], facts: Facts, find_last: Callable[[ExpectedDuty], date]
) -> tuple[DutyOutcome, ...]:
    """Set extra visits against absences: within the limit the absence is made up, later it is corrected.

    A visit stands for one absence, the earliest absence going first; more visits never take one away.
    """
    on_time = _assign(outcomes, facts, find_last)
    ever = _assign(outcomes, facts, lambda _: facts.as_of)
    return tuple(
        _correct(outcome, on_time.get(position), ever.get(position))
        for position, outcome in enumerate(outcomes)
    )


def _correct(outcome: DutyOutcome, on_time: _Slot | None, ever: _Slot | None) -> DutyOutcome:
    if on_time is not None:
        day, sources = on_time
        return replace(
            outcome,
            status=Attendance.MADE_UP,
            made_up_on=day,
            corrected_on=day,
            sources=(*outcome.sources, *sources),
        )
    if ever is not None:
        return replace(outcome, corrected_on=ever[0], sources=(*outcome.sources, *ever[1]))
    return outcome


def list_extra_days(duties: Sequence[ExpectedDuty], facts: Facts) -> dict[date, list[tuple[str, int]]]:
    """List the visits of known persons on days on which they had no duty there: day -> (person id, visit)."""
    own: dict[tuple[str, date], list[ExpectedDuty]] = defaultdict(list)
    for duty in duties:
        own[duty.person_id, duty.date].append(duty)
    extra: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for position, visit in enumerate(facts.visits):
        day = visit.record.day
        if day is None or day > facts.as_of:
            continue
        for person_id in visit.person_ids:
            due = own.get((person_id, day), ())
            if not any(locate(duty, visit.record.place) is not Whereabouts.ELSEWHERE for duty in due):
                extra[day].append((person_id, position))
    return extra


def _assign(
    outcomes: Sequence[DutyOutcome], facts: Facts, find_last: Callable[[ExpectedDuty], date]
) -> dict[int, _Slot]:
    """Match absences, in the order of their days, with days of visits: as many as can be.

    The first absence that can be matched stays matched, whatever visits are added.
    """
    extra = list_extra_days([outcome.duty for outcome in outcomes], facts)
    choices = {
        position: _list_days(outcome.duty, extra, facts, find_last(outcome.duty))
        for position, outcome in sorted(enumerate(outcomes), key=lambda pair: (pair[1].duty.date, pair[0]))
        if _is_open(outcome)
    }
    taken: dict[tuple[str, str, date], int] = {}
    for position in choices:
        _match_one(position, choices, taken, set())
    found = {position: slot for slot, position in taken.items()}
    return {position: (slot[2], choices[position][slot]) for position, slot in found.items()}


def _is_open(outcome: DutyOutcome) -> bool:
    return outcome.status is Attendance.ABSENT or (
        outcome.status is Attendance.UNKNOWN and outcome.why == IN_DOUBT
    )


def _list_days(
    duty: ExpectedDuty, extra: Mapping[date, Sequence[tuple[str, int]]], facts: Facts, last: date
) -> dict[tuple[str, str, date], tuple[Source, ...]]:
    """List the days on which the duty may have been made up, the earliest first, with their lines."""
    days: dict[tuple[str, str, date], tuple[Source, ...]] = {}
    for day in sorted(day for day in extra if duty.date < day <= last):
        lines = tuple(
            facts.visits[position].record.source
            for person_id, position in extra[day]
            if person_id == duty.person_id
            and locate(duty, facts.visits[position].record.place) is Whereabouts.THERE
        )
        if lines:
            days[duty.person_id, duty.area_code, day] = lines
    return days


def _match_one(
    position: int,
    choices: Mapping[int, Mapping[tuple[str, str, date], object]],
    taken: dict[tuple[str, str, date], int],
    tried: set[tuple[str, str, date]],
) -> bool:
    """Find a day for one absence, moving earlier ones to another of their days where needed."""
    for slot in choices[position]:
        if slot in tried:
            continue
        tried.add(slot)
        if slot not in taken or _match_one(taken[slot], choices, taken, tried):
            taken[slot] = position
            return True
    return False
