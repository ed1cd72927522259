"""Measures that rest on rosters and attendance: exact where known, bounds where a sheet is missing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sanwu_cli.activities import Publication
from sanwu_cli.attendance.records import DutyOutcome, ExpectedDuty
from sanwu_cli.jobs.assessed_work import measure_attendance, measure_publication
from sanwu_cli.model import Interval, Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import Attendance, DutyBasis, StationedRole

TOWN, OTHER, VILLAGE = "649901101", "649901102", "649901101201"
SOURCE = Source("签到.xlsx", "0" * 64, "Sheet1", 3)
SPRING = Period(Month(2026, 1), Month(2026, 3))


def outcome(status, town=TOWN):
    role, basis = StationedRole.JUDGE, DutyBasis.PUBLISHED
    duty = ExpectedDuty(date(2026, 3, 10), town, town, role, "F01", "甲", "法院", basis)
    return DutyOutcome(duty, status, sources=(SOURCE,))


def posting(month, channel, day, area=TOWN):
    return Publication("号", Month(2026, month), Place(area, TOWN), channel, day, "赵一", SOURCE)


def test_leave_is_not_asked_and_a_missing_sheet_leaves_the_share_open():
    came = [outcome(Attendance.PRESENT), outcome(Attendance.SUBSTITUTED), outcome(Attendance.MADE_UP)]
    rest = [outcome(Attendance.ON_LEAVE), outcome(Attendance.PENDING), outcome(Attendance.ABSENT)]
    exact = measure_attendance([*came, *rest, outcome(Attendance.ABSENT, OTHER)], TOWN)
    assert exact.share == Interval(Fraction(3, 4), Fraction(3, 4))
    open_ = measure_attendance([*came, *rest, outcome(Attendance.UNKNOWN)], TOWN)
    assert open_.share == Interval(Fraction(3, 5), Fraction(4, 5))
    assert "1次" in open_.gaps[0]


def test_nothing_to_hold_against_says_nothing():
    assert measure_attendance([outcome(Attendance.PRESENT, OTHER)], TOWN).share == Interval(0, 1)


def test_a_month_is_in_time_when_board_and_group_had_it_before_it_began():
    told = [
        posting(1, "board", date(2025, 12, 30)),
        posting(1, "chat_group", date(2025, 12, 31)),
        posting(2, "board", date(2026, 1, 30)),
        posting(2, "chat_group", date(2026, 2, 1)),
        posting(3, "board", date(2026, 2, 27)),
        posting(3, "chat_group", date(2026, 2, 27), VILLAGE),
    ]
    known = measure_publication(told, TOWN, SPRING)
    assert (known.amount, known.out_of) == (Interval(1, 3), Interval(3, 3))
    assert len(known.evidence) == 2
    assert measure_publication(told, OTHER, SPRING).amount == Interval(0, 3)
