"""The steps after an absence (O-38, O-39; T-26): remind, feed back, urge; proposals with their evidence.

A step is done only where somebody recorded it. Dates: a step is due on the first workday after what asks
for it; whoever was reminded, or fed back about, has the workdays of T-26 from that day on.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.attendance.makeup import add_workdays
from sanwu_cli.attendance.records import Proposal
from sanwu_cli.terms import Attendance, ReminderStep, StepState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.attendance.records import DutyOutcome, ExpectedDuty, StepRecord, StepRules
    from sanwu_cli.model import Person, Source
    from sanwu_cli.periods import WorkCalendar

_QUARTER = 3


class StepFacts(Struct, frozen=True):
    """What proposals rest on: the steps recorded, the numbers of T-26, the workdays, the day of reference."""

    records: tuple[StepRecord, ...]
    rules: StepRules
    calendar: WorkCalendar
    as_of: date

    def after(self, day: date, count: int = 1) -> date:
        """Give the count-th workday after the day."""
        return add_workdays(self.calendar, day, count)

    def limit(self, day: date) -> date:
        """Give the last day for correcting what was asked for on the day."""
        return self.after(day, self.rules.makeup_workdays)


def propose(outcomes: Sequence[DutyOutcome], facts: StepFacts) -> tuple[Proposal, ...]:
    """List every step asked for or taken, by day of absence, person and step."""
    absences = _number_absences(outcomes)
    taken = assign_records([outcome.duty for outcome, _ in absences], facts.records, facts.as_of)
    found: list[Proposal] = []
    for outcome, ordinal in absences:
        own = taken.get((outcome.duty.person_id, outcome.duty.date), [])
        found += _propose_for(outcome, ordinal, own, facts)
    return tuple(sorted(found, key=_proposal_key))


def assign_records(
    duties: Iterable[ExpectedDuty], records: Iterable[StepRecord], as_of: date
) -> dict[tuple[str, date], list[StepRecord]]:
    """Say which absence each recorded step is about: (person id, day) -> steps in the order of their days.

    A step that names no day, nor one in its reason, is about the person's last absence before it; steps
    after `as_of` do not count.
    """
    days: dict[str, set[date]] = defaultdict(set)
    for duty in duties:
        days[duty.person_id].add(duty.date)
    assigned: dict[tuple[str, date], list[StepRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda one: (one.made_on, one.step.value, one.source.row or 0)):
        if record.made_on > as_of:
            continue
        before = sorted(day for day in days[record.person_id] if day <= record.made_on)
        named = [day for day in before if day in record.named_days]
        chosen = [record.absent_on] if record.absent_on else named or before[-1:]
        for day in chosen:
            if day in days[record.person_id]:
                assigned[record.person_id, day].append(record)
    return assigned


def list_loose_records(
    outcomes: Sequence[DutyOutcome], records: Sequence[StepRecord], as_of: date
) -> tuple[StepRecord, ...]:
    """List the recorded steps that belong to no absence known here: about conduct, or excused since."""
    duties = [outcome.duty for outcome in outcomes if outcome.is_absence]
    used = {id(r) for own in assign_records(duties, records, as_of).values() for r in own}
    return tuple(record for record in records if id(record) not in used and record.made_on <= as_of)


def propose_of_conduct(
    outcomes: Sequence[DutyOutcome], persons: Mapping[str, Person], facts: StepFacts
) -> tuple[Proposal, ...]:
    """List the next steps after records of no absence, such as of conduct, that say it was not corrected.

    Unlike an absence nobody but the township can tell, so only a record that denies the correction counts.
    """
    judged = {(outcome.duty.person_id, outcome.duty.date) for outcome in outcomes}
    loose = [
        record
        for record in list_loose_records(outcomes, facts.records, facts.as_of)
        if (record.person_id, record.absent_on) not in judged
    ]
    found = []
    for record in loose:
        following = _NEXT.get(record.step)
        limit = facts.limit(record.made_on)
        is_done = any(
            other.step is following
            and other.person_id == record.person_id
            and other.made_on >= record.made_on
            for other in loose
        )
        if following and record.is_mended is False and facts.as_of > limit and not is_done:
            found.append(_follow(record, following, persons.get(record.person_id), facts))
    return tuple(found)


_NEXT = {
    ReminderStep.REMINDER: ReminderStep.FEEDBACK,
    ReminderStep.FEEDBACK: ReminderStep.SUPERVISION,
}


def _follow(record: StepRecord, step: ReminderStep, person: Person | None, facts: StepFacts) -> Proposal:
    due_on = facts.after(facts.limit(record.made_on))
    return Proposal(
        person_id=record.person_id,
        person=person.name if person else record.person_id,
        unit=person.unit if person else "",
        township_code="",
        area_code="",
        absent_on=record.absent_on or record.made_on,
        step=step,
        due_on=due_on,
        state=_find_state(due_on, (), facts.as_of),
        clause=_find_clause(step, facts),
        why=f"{record.step.label}以后登记为没有整改",
        basis=None,
        evidence=(record.source,),
    )


def _find_clause(step: ReminderStep, facts: StepFacts) -> str:
    is_urging = step is ReminderStep.SUPERVISION
    return facts.rules.supervision_clause if is_urging else facts.rules.reminder_clause


def _number_absences(outcomes: Sequence[DutyOutcome]) -> list[tuple[DutyOutcome, int]]:
    """Number each person's absences within the quarter, in the order of their days."""
    counted: dict[tuple[str, int, int], int] = defaultdict(int)
    numbered = []
    absences = (outcome for outcome in outcomes if outcome.is_absence)
    for outcome in sorted(absences, key=lambda one: (one.duty.date, one.duty.person_id, one.duty.area_code)):
        day = outcome.duty.date
        slot = (outcome.duty.person_id, day.year, (day.month - 1) // _QUARTER)
        counted[slot] += 1
        numbered.append((outcome, counted[slot]))
    return numbered


def _propose_for(
    outcome: DutyOutcome, ordinal: int, own: Sequence[StepRecord], facts: StepFacts
) -> Iterable[Proposal]:
    """Go through the three steps of one absence."""
    by_step = {step: [record for record in own if record.step is step] for step in ReminderStep}
    reminded, fed_back = by_step[ReminderStep.REMINDER], by_step[ReminderStep.FEEDBACK]
    if reminded or outcome.status is Attendance.ABSENT:
        due_on = facts.after(outcome.duty.date)
        yield _make(outcome, ReminderStep.REMINDER, (due_on, "无假也无人顶替，没有到岗"), reminded, facts)
    ground = _ask_feedback(outcome, ordinal, reminded, facts)
    if ground or fed_back:
        yield _make(outcome, ReminderStep.FEEDBACK, ground or _early(fed_back), fed_back, facts)
    urged = by_step[ReminderStep.SUPERVISION]
    ground = _ask_supervision(outcome, own, fed_back, facts)
    if ground or urged:
        yield _make(outcome, ReminderStep.SUPERVISION, ground or _early(urged), urged, facts)


_Ground = tuple["date", str]


def _ask_feedback(
    outcome: DutyOutcome, ordinal: int, reminded: Sequence[StepRecord], facts: StepFacts
) -> _Ground | None:
    """Say since when, and why, the sending unit is to be told; None when it is not."""
    grounds: list[_Ground] = []
    if ordinal >= facts.rules.absences_per_quarter:
        grounds.append((facts.after(outcome.duty.date), f"本季度第{ordinal}次缺勤（补上的也算一次）"))
    if reminded and outcome.status is Attendance.ABSENT:
        limit = facts.limit(max(reminded[0].made_on, outcome.duty.date))
        if facts.as_of > limit and not _is_mended(reminded, limit):
            why = f"提醒后{facts.rules.makeup_workdays}个工作日内没有补上"
            grounds.append((facts.after(limit), why))
    return min(grounds, default=None)


def _ask_supervision(
    outcome: DutyOutcome, own: Sequence[StepRecord], fed_back: Sequence[StepRecord], facts: StepFacts
) -> _Ground | None:
    """Say since when the sending unit is to be urged; None before feedback, in time, or once corrected."""
    if not fed_back or outcome.corrected_on is not None or _is_mended(own, facts.as_of):
        return None
    limit = facts.limit(max(fed_back[0].made_on, outcome.duty.date))
    if facts.as_of <= limit:
        return None
    return facts.after(limit), f"反馈后{facts.rules.makeup_workdays}个工作日仍没有整改"


def _is_mended(records: Iterable[StepRecord], last: date) -> bool:
    """Say whether somebody attests a correction, not dated after the last day."""
    return any(r.is_mended is True and (r.mended_on is None or r.mended_on <= last) for r in records)


def _early(taken: Sequence[StepRecord]) -> _Ground:
    return taken[0].made_on, "已经登记"


def _make(
    outcome: DutyOutcome, step: ReminderStep, ground: _Ground, taken: Sequence[StepRecord], facts: StepFacts
) -> Proposal:
    duty, (due_on, why) = outcome.duty, ground
    return Proposal(
        person_id=duty.person_id,
        person=duty.person,
        unit=duty.unit,
        township_code=duty.township_code,
        area_code=duty.area_code,
        absent_on=duty.date,
        step=step,
        due_on=due_on,
        state=_find_state(due_on, taken, facts.as_of),
        clause=_find_clause(step, facts),
        why=why,
        basis=duty.basis,
        done_on=taken[0].made_on if taken else None,
        document_number=next((record.document_number for record in taken if record.document_number), ""),
        evidence=_list_evidence(outcome, taken),
    )


def _find_state(due_on: date, taken: Sequence[StepRecord], as_of: date) -> StepState:
    if taken:
        return StepState.DONE
    return StepState.DUE if as_of <= due_on else StepState.OVERDUE


def _list_evidence(outcome: DutyOutcome, taken: Sequence[StepRecord]) -> tuple[Source, ...]:
    roster = (outcome.duty.source,) if outcome.duty.source else ()
    return tuple(dict.fromkeys((*roster, *outcome.sources, *(record.source for record in taken))))


def _proposal_key(proposal: Proposal) -> tuple[date, str, str, int]:
    return (
        proposal.absent_on,
        proposal.person_id,
        proposal.area_code,
        tuple(ReminderStep).index(proposal.step),
    )
