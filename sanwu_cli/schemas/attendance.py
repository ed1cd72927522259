"""The document about attendance: sign-ins held against the rosters."""

from __future__ import annotations

from typing import Literal

from sanwu_cli.schemas.parts import (
    Bounds,
    Checked,
    Code,
    Count,
    Day,
    MaybeCode,
    MonthText,
    Part,
    PartCode,
    PeriodText,
    Source,
)
from sanwu_cli.terms import Answer, Attendance, DutyBasis, ReminderStep, StationedRole, StepState


class AttendanceRules(Part, frozen=True, kw_only=True):
    """考勤用的两个数：补岗的工作日、一个季度的缺勤次数。"""

    makeup_workdays: Count
    absences_per_quarter: Count


class Tally(Part, frozen=True, kw_only=True):
    """一栏的合计：至少、至多，空格几处，共几行。"""

    low: Count
    high: Count | None
    blank: Count
    lines: Count


class Figures(Part, frozen=True, kw_only=True):
    """一组的考勤：应到的班按结果分开。"""

    key: str
    name: str
    duties: Count
    present: Count
    made_up: Count
    on_leave: Count
    substituted: Count
    unknown: Count
    pending: Count
    absent: Count
    late: Count
    left_early: Count
    unplanned: Count
    consulted: Tally
    mediated: Tally


class AttendedDuty(Part, frozen=True, kw_only=True):
    """一个班的考勤。"""

    date: Day
    area_code: Code
    township_code: Code
    role: StationedRole
    person_id: str
    person: str
    unit: str
    basis: DutyBasis
    hours: str
    status: Attendance
    late: bool
    left_early: bool
    time_known: bool
    signed_in_at: str
    signed_out_at: str
    substitute_id: str
    made_up_on: Day | None
    corrected_on: Day | None
    why: str
    roster_source: Source | None
    sources: list[Source]


class SignedVisit(Part, frozen=True, kw_only=True):
    """一行没有对上班的签到。"""

    date: Day | None
    person: str
    unit: str
    person_ids: list[str]
    candidates: list[str]
    area_code: Code | None
    township_code: PartCode | None
    problem: str
    source: Source


class VillageDays(Part, frozen=True, kw_only=True):
    """人民调解员一个月到一个村的天数够不够。"""

    area_code: Code
    township_code: Code
    month: MonthText
    days: Bounds
    needed: Count
    answer: Answer
    sources: list[Source]


class Proposal(Part, frozen=True, kw_only=True):
    """该办的一步：提醒、反馈或督促；登记过才算办了。"""

    person_id: str
    person: str
    unit: str
    township_code: MaybeCode
    area_code: MaybeCode
    absent_on: Day
    step: ReminderStep
    due_on: Day
    state: StepState
    clause: str
    why: str
    basis: DutyBasis | None
    done_on: Day | None
    document_number: str
    evidence: list[Source]


class StepTaken(Part, frozen=True, kw_only=True):
    """登记过、没有对上缺勤的一步。"""

    person_id: str
    step: ReminderStep
    made_on: Day
    absent_on: Day | None
    mended: bool | None
    document_number: str
    source: Source


class SheetSpan(Part, frozen=True, kw_only=True):
    """一张签到表管的地方和日子。"""

    area_code: Code | None
    of_villages: bool
    first: Day
    last: Day
    source: Source


class AttendanceShown(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/attendance/1"):
    """签到和值班表的逐次对照。"""

    period: PeriodText
    as_of: Day
    rules: AttendanceRules
    by: Literal["person", "unit", "township", "month"]
    figures: list[Figures]
    duties: list[AttendedDuty]
    unplanned: list[SignedVisit]
    unresolved: list[SignedVisit]
    villages: list[VillageDays]
    proposals: list[Proposal]
    other_steps: list[StepTaken]
    sheets: list[SheetSpan]
