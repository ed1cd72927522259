"""Attendance of a span: the ledger's sign-ins held against the duties, and the steps that follow."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.attendance.makeup import find_limit, list_extra_days, make_up
from sanwu_cli.attendance.match import Facts, judge_duty
from sanwu_cli.attendance.names import Signature, match_name
from sanwu_cli.attendance.records import StepRecord, StepRules
from sanwu_cli.attendance.steps import (
    StepFacts,
    assign_records,
    list_loose_records,
    propose,
    propose_of_conduct,
)
from sanwu_cli.attendance.villages import count_village_days
from sanwu_cli.attendance.visits import list_spans, read_visit, tell_name
from sanwu_cli.calendars import build_calendar
from sanwu_cli.jobs.activities import find_unit_township
from sanwu_cli.jobs.duties import list_duties, open_duty_sources
from sanwu_cli.jobs.rostering import need_plan
from sanwu_cli.ledger.activities import derive_activities
from sanwu_cli.ledger.entries import drop_reread_receipts, drop_undone
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import AreaLevel, Attendance, ReminderStep, StepState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import Activities, Reminder
    from sanwu_cli.attendance.records import DutyOutcome, ExpectedDuty, Proposal, SheetSpan, Visit
    from sanwu_cli.attendance.villages import VillageMonth
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents, Receipt
    from sanwu_cli.model import Finding, Person
    from sanwu_cli.periods import WorkCalendar

_SIGN_IN = "sign_in"
_LOOK_BACK = 3
_DAY = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日")


class AttendanceView(Struct, frozen=True):
    """The attendance of a span as known on a day.

    `visits` are all sign-ins of the span, `unplanned` those on days without a duty there that made nothing
    up, `unresolved` those not used in full. `loose` are recorded steps that belong to no absence known.
    `villages` tell of each village and month over by then on how many days a mediator was there.
    """

    period: Period
    as_of: date
    outcomes: tuple[DutyOutcome, ...]
    visits: tuple[Visit, ...]
    unplanned: tuple[Visit, ...]
    unresolved: tuple[Visit, ...]
    proposals: tuple[Proposal, ...]
    loose: tuple[StepRecord, ...]
    spans: tuple[SheetSpan, ...]
    villages: tuple[VillageMonth, ...]
    rules: StepRules
    persons: Mapping[str, Person]
    names: Mapping[str, str]
    findings: tuple[Finding, ...]


def open_attendance(
    workspace: Workspace,
    registers: RegisterReading,
    period: Period,
    *,
    as_of: date | None = None,
    contents: Contents | None = None,
    activities: Activities | None = None,
) -> AttendanceView:
    """Judge the duties of a span.

    `as_of` None: the last day of the span, or the ledger's last sign-in or step, but not later than the end
    of the month after. Earlier months of the quarter, and later ones up to `as_of`, are judged alongside as
    far as they were signed for. `contents` and `activities` are the ledger's, where they are known already.
    Raises SanwuError as reading the ledger and the registers does, and for a span before the plan.
    """
    need_plan(workspace, period.last)
    contents = workspace.ledger.read() if contents is None else contents
    if activities is None:
        activities = derive_activities(contents, lambda text: find_unit_township(registers.places, text))
    known = registers.registers
    persons = {person.id: person for person in known.persons}
    read = [read_visit(record, known.persons) for record in activities.sign_ins]
    steps, told = _read_steps(activities, known.persons)
    day = as_of or _find_day(period, read_days(activities))
    spans = _open_spans(contents, [visit for visit, _ in read], persons)
    months = _choose_months(period, day, spans)
    sources = open_duty_sources(workspace, registers, contents, activities, months)
    duties, problems = list_duties(sources, months)
    facts = Facts(
        tuple(visit for visit, _ in read), spans, known.leaves, {p.id: p.role for p in known.persons}, day
    )
    rules = open_rules(workspace)
    calendar = build_calendar({month.year for month in months} | {day.year}, known.overrides)
    outcomes = _judge(duties, facts, steps, rules, calendar)
    step_facts = StepFacts(steps, rules, calendar, day)
    proposals = propose(outcomes, step_facts) + propose_of_conduct(outcomes, persons, step_facts)
    mine = tuple(visit for visit, _ in read if visit.record.day is None or visit.record.day in period)
    return AttendanceView(
        period,
        day,
        tuple(outcome for outcome in outcomes if outcome.duty.date in period),
        tuple(visit for visit in mine if visit.record.day is not None and visit.record.day <= day),
        tuple(visit for visit in _list_unplanned(outcomes, facts) if visit.record.day in period),
        tuple(visit for visit in mine if visit.problem),
        tuple(one for one in proposals if _concerns(one, period)),
        list_loose_records(outcomes, steps, day),
        spans,
        _count_villages(workspace, registers, facts, period),
        rules,
        persons,
        {area.code: area.name for area in known.areas},
        (
            *registers.findings,
            *problems,
            *(f for v, fs in read for f in fs if v.record.day is None or v.record.day in period),
            *told,
        ),
    )


def list_proposals(
    workspace: Workspace, registers: RegisterReading, period: Period, *, as_of: date
) -> tuple[Proposal, ...]:
    """List the steps after absences that concern a span, as known on a day, done ones too (O-38, O-39).

    Before the first sign-in sheet nobody is known to be absent, whoever was to be on duty: no roster is made.
    """
    contents = workspace.ledger.read()
    activities = derive_activities(contents, lambda text: find_unit_township(registers.places, text))
    if not (activities.sign_ins or activities.reminders or _list_sheets(contents)):
        return ()
    return open_attendance(
        workspace, registers, period, as_of=as_of, contents=contents, activities=activities
    ).proposals


def _count_villages(
    workspace: Workspace, registers: RegisterReading, facts: Facts, period: Period
) -> tuple[VillageMonth, ...]:
    chosen = workspace.settings.readings["T-24"]
    needed = int(chosen["days_per_month"]) if isinstance(chosen, dict) else 0
    villages = [area for area in registers.registers.areas if area.level is AreaLevel.VILLAGE]
    months = [month for month in period.months() if month.last_day <= facts.as_of]
    return count_village_days(villages, months, facts, needed)


def open_rules(workspace: Workspace) -> StepRules:
    """Give the numbers the office chose (T-26) and the clauses of the steps."""
    limits = workspace.settings.readings["T-26"]
    chosen = dict(limits) if isinstance(limits, dict) else {}
    plan = workspace.plan
    return StepRules(
        int(chosen["makeup_workdays"]),
        int(chosen["absences_per_quarter"]),
        plan.obligation("O-38").clause,
        plan.obligation("O-39").clause,
    )


def read_days(activities: Activities) -> list[date]:
    """List the days on which somebody signed in or took a step."""
    signed = [record.day for record in activities.sign_ins if record.day]
    return signed + [record.made_on for record in activities.reminders if record.made_on]


def _find_day(period: Period, days: Iterable[date]) -> date:
    last = period.last.plus(1).last_day
    return max([period.last.last_day, *(day for day in days if day <= last)])


def _open_spans(
    contents: Contents, visits: Sequence[Visit], persons: Mapping[str, Person]
) -> tuple[SheetSpan, ...]:
    sheets = [(one.source, one.period, one.coverage) for one in _list_sheets(contents)]
    return list_spans(sheets, visits, persons)


def _list_sheets(contents: Contents) -> list[Receipt]:
    receipts = drop_reread_receipts(drop_undone(contents).receipts)
    return [one for one in receipts if one.schema_id == _SIGN_IN]


def _choose_months(period: Period, as_of: date, spans: Sequence[SheetSpan]) -> tuple[Month, ...]:
    """Choose the months whose duties matter: the span's own, and those around it that were signed for."""
    first = Month(period.first.year, period.first.number - (period.first.number - 1) % _LOOK_BACK)
    last = max(period.last, min(Month.of(as_of), period.last.plus(_LOOK_BACK)))
    around = Period(first.plus(-_LOOK_BACK), last).months()
    return tuple(
        month
        for month in around
        if month in period
        or any(span.first <= month.last_day and span.last >= month.first_day for span in spans)
    )


def _judge(
    duties: Sequence[ExpectedDuty],
    facts: Facts,
    steps: tuple[StepRecord, ...],
    rules: StepRules,
    calendar: WorkCalendar,
) -> tuple[DutyOutcome, ...]:
    outcomes = [judge_duty(duty, facts) for duty in duties]
    missed = [outcome.duty for outcome in outcomes if outcome.status is Attendance.ABSENT]
    assigned = assign_records(missed, steps, facts.as_of)
    reminded = {
        slot: min(record.made_on for record in own if record.step is ReminderStep.REMINDER)
        for slot, own in assigned.items()
        if any(record.step is ReminderStep.REMINDER for record in own)
    }
    workdays = rules.makeup_workdays
    return make_up(outcomes, facts, lambda duty: find_limit(duty, reminded, calendar, workdays))


def _list_unplanned(outcomes: Sequence[DutyOutcome], facts: Facts) -> list[Visit]:
    """List visits on days without a duty there that neither made up nor stood in, once a person and place."""
    filled = (Attendance.MADE_UP, Attendance.SUBSTITUTED, Attendance.ON_LEAVE)
    used = {source for outcome in outcomes if outcome.status in filled for source in outcome.sources}
    found: dict[tuple[str, date, str | None], Visit] = {}
    for day, visits in list_extra_days([outcome.duty for outcome in outcomes], facts).items():
        for person_id, position in visits:
            visit = facts.visits[position]
            if visit.record.source in used:
                continue
            code = visit.record.place.area_code if visit.record.place else None
            found.setdefault((person_id, day, code), replace(visit, person_ids=(person_id,)))
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0], key[2] or ""))]


def _concerns(proposal: Proposal, period: Period) -> bool:
    """Say whether a step belongs to the span: its absence, its last day, its doing, or still open before."""
    if any(day in period for day in (proposal.absent_on, proposal.due_on, proposal.done_on)):
        return True
    return proposal.state is not StepState.DONE and proposal.absent_on < period.first.first_day


def _read_steps(
    activities: Activities, persons: tuple[Person, ...]
) -> tuple[tuple[StepRecord, ...], tuple[Finding, ...]]:
    """Take the steps recorded, each with its person; one whose person or day is not known is told."""
    known = {person.id for person in persons}
    steps: list[StepRecord] = []
    findings: list[Finding] = []
    for record in activities.reminders:
        person_id = record.person_id
        if person_id not in known:
            name = record.person or person_id
            match = match_name(Signature(name, day=record.made_on), persons)
            if match.person is None or record.person_id:
                findings.append(tell_name(name, match, record.source))
            person_id = match.person.id if match.person and not record.person_id else person_id
        if record.made_on is not None:
            steps.append(_make_step(record, person_id, record.made_on))
    return tuple(steps), tuple(findings)


def _make_step(record: Reminder, person_id: str, made_on: date) -> StepRecord:
    return StepRecord(
        person_id,
        ReminderStep(record.step),
        made_on,
        record.absent_on,
        record.is_mended,
        record.mended_on,
        record.document_number,
        record.source,
        tuple(_find_days_named(record.reason, made_on)),
    )


def _find_days_named(reason: str, made_on: date) -> Iterable[date]:
    """Run over the days a reason names, such as 3月10日; without a year, in this year or the last."""
    for match in _DAY.finditer(reason):
        years = (int(match[1]),) if match[1] else (made_on.year, made_on.year - 1)
        for year in years:
            with suppress(ValueError):  # a day no calendar has names nothing
                yield date(year, int(match[2]), int(match[3]))
