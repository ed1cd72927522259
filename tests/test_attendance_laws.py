"""Laws of attendance over random months: a sign-in never hurts, an absence never helps, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanwu_cli.activities import SignIn
from sanwu_cli.attendance.hours import parse_hours
from sanwu_cli.attendance.makeup import add_workdays
from sanwu_cli.attendance.match import Facts
from sanwu_cli.attendance.names import Signature, match_name
from sanwu_cli.attendance.records import ExpectedDuty, SheetSpan, StepRecord, StepRules, Visit
from sanwu_cli.attendance.steps import StepFacts, propose
from sanwu_cli.calendars import build_calendar
from sanwu_cli.jobs.attendance import _judge
from sanwu_cli.model import Leave, Person, Place, Source
from sanwu_cli.terms import Attendance, DutyBasis, ReminderStep, StationedRole, StepState

CALENDAR = build_calendar([2026])
FIRST, LAST = date(2026, 3, 2), date(2026, 5, 29)
AS_OF = date(2026, 5, 31)
EAST, WEST, VILLAGE = "640999101", "640999102", "640999101201"
ROLES = {
    "F01": StationedRole.JUDGE,
    "F02": StationedRole.JUDGE,
    "J01": StationedRole.PROSECUTOR,
    "M01": StationedRole.MEDIATOR,
}
SHEET = Source("签到.xlsx", "0" * 64, "Sheet1")
SPANS = tuple(
    SheetSpan(area, of_villages, FIRST, LAST, SHEET)
    for area, of_villages in ((EAST, False), (EAST, True), (WEST, False))
)
RULES = StepRules(5, 2, "甲", "乙")
# Worse is higher; what excuses an absence excuses it equally.
RANK = {
    Attendance.PRESENT: 0,
    Attendance.MADE_UP: 1,
    Attendance.ON_LEAVE: 1,
    Attendance.SUBSTITUTED: 1,
    Attendance.PENDING: 2,
    Attendance.UNKNOWN: 2,
    Attendance.ABSENT: 3,
}

days = st.integers(0, 60).map(lambda step: FIRST + timedelta(days=step))
people = st.sampled_from(sorted(ROLES))


@st.composite
def duties(draw):
    person = draw(people)
    role = ROLES[person]
    area = VILLAGE if role is StationedRole.MEDIATOR else draw(st.sampled_from([EAST, WEST]))
    return ExpectedDuty(
        draw(days), area, area[:9], role, person, person, "某单位", DutyBasis.PUBLISHED, "9:00—17:00"
    )


@st.composite
def visits(draw):
    places = [
        Place(EAST, EAST),
        Place(WEST, WEST),
        Place(VILLAGE, EAST),
        Place(None, EAST, (VILLAGE,)),
        Place(None, None),
        None,
    ]
    known = draw(st.booleans()) or draw(st.booleans())
    who = tuple(draw(st.lists(people, min_size=1, max_size=2, unique=True)))
    record = SignIn(
        "x",
        draw(st.one_of(st.none(), days)) if draw(st.integers(0, 9)) == 0 else draw(days),
        "某某",
        "",
        draw(st.sampled_from(["", "法官", "检察官"])),
        draw(st.sampled_from(places)),
        draw(st.sampled_from(["", "08:50", "09:00", "09:01", "12:00"])),
        draw(st.sampled_from(["", "08:00", "12:30", "17:00", "17:30"])),
        None,
        None,
        Source("签到.xlsx", "0" * 64, "Sheet1", draw(st.integers(3, 10_000))),
    )
    if known:
        return Visit(record, who)
    return Visit(record, (), draw(st.sampled_from([(), who])), ("某某",), "没有认准")


@st.composite
def steps(draw):
    duty = draw(duties())
    made_on = duty.date + timedelta(days=draw(st.integers(0, 20)))
    mended = draw(st.sampled_from([None, None, False, True]))
    step = draw(st.sampled_from(list(ReminderStep)))
    return StepRecord(
        duty.person_id, step, made_on, duty.date, mended, None, "", Source("提醒.xlsx", "1" * 64, "S", 2)
    )


leaves = st.builds(lambda person, day: Leave(person, day, day + timedelta(days=3)), people, days)
months = st.tuples(
    st.lists(duties(), max_size=8, unique=True),
    st.lists(visits(), max_size=8),
    st.lists(leaves, max_size=1),
    st.lists(steps(), max_size=4),
)


def judge(month, *, duty=None, visit=None):
    expected, signed, away, taken = month
    # Days of the steps lie on days of duty, or they would be about nothing.
    wanted = [*expected, *([duty] if duty else [])]
    wanted.sort(key=lambda one: (one.date, one.area_code, one.person_id))
    facts = Facts((*signed, *([visit] if visit else [])), SPANS, tuple(away), ROLES, AS_OF)
    outcomes = _judge(wanted, facts, tuple(taken), RULES, CALENDAR)
    return outcomes, propose(outcomes, StepFacts(tuple(taken), RULES, CALENDAR, AS_OF))


def key_of(proposal):
    return proposal.person_id, proposal.absent_on, proposal.area_code, proposal.step


@settings(max_examples=400, deadline=None)
@given(months, visits())
def test_one_more_sign_in_never_makes_any_duty_worse_and_asks_for_nothing_more(month, visit):
    before, asked = judge(month)
    after, still = judge(month, visit=visit)
    for old, new in zip(before, after, strict=True):
        assert RANK[new.status] <= RANK[old.status], (old, new)
        if old.status is Attendance.PRESENT:
            assert (new.is_late, new.left_early) <= (old.is_late, old.left_early) or not new.is_late
            assert not (new.is_late and not old.is_late)
            assert not (new.left_early and not old.left_early)
    assert {key_of(one) for one in still} <= {key_of(one) for one in asked}


@settings(max_examples=400, deadline=None)
@given(months, duties())
def test_one_more_absence_never_takes_a_step_away(month, duty):
    before = judge(month)[1]
    after = {key_of(one): one for one in judge(month, duty=duty)[1]}
    for one in before:
        assert key_of(one) in after, one
        if one.state is StepState.OVERDUE:
            assert after[key_of(one)].state is StepState.OVERDUE


@settings(max_examples=200, deadline=None)
@given(months)
def test_every_duty_has_one_outcome_and_no_step_is_done_that_nobody_recorded(month):
    outcomes, proposals = judge(month)
    assert [one.duty for one in outcomes] == sorted(
        month[0], key=lambda one: (one.date, one.area_code, one.person_id)
    )
    recorded = {(one.person_id, one.step, one.absent_on) for one in month[3]}
    for one in proposals:
        if one.state is StepState.DONE:
            assert (one.person_id, one.step, one.absent_on) in recorded
        else:
            assert (one.person_id, one.step, one.absent_on) not in recorded


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 20), max_size=4, unique=True),
    st.lists(st.integers(0, 30), max_size=4, unique=True),
)
def test_as_many_absences_are_made_up_as_can_be(missed, came):
    """Held against every way of setting visits against absences."""
    wanted = [_duty(FIRST + timedelta(days=one)) for one in sorted(missed)]
    came_on = [FIRST + timedelta(days=one) for one in came]
    extra = [day for day in came_on if day not in {one.date for one in wanted}]
    outcomes, _ = judge((wanted, [_visit(day) for day in came_on], [], []))
    open_ = [one.date for one in wanted if one.date not in came_on]
    fits = [
        [None, *(day for day in extra if one < day <= add_workdays(CALENDAR, one, RULES.makeup_workdays))]
        for one in open_
    ]
    ways = [[day for day in way if day] for way in product(*fits)]
    best = max((len(way) for way in ways if len(set(way)) == len(way)), default=0)
    assert sum(one.status is Attendance.MADE_UP for one in outcomes) == best


def _duty(day):
    return ExpectedDuty(day, EAST, EAST, StationedRole.JUDGE, "F01", "甲", "法院", DutyBasis.PUBLISHED)


def _visit(day):
    record = SignIn("x", day, "甲", "", "", Place(EAST, EAST), "", "", None, None, SHEET)
    return Visit(record, ("F01",))


# --- hours and names by themselves


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00—17:00", ("09:00", "17:00")),
        ("９：００－１７：００", ("09:00", "17:00")),
        ("上午9点至12点", ("09:00", "12:00")),
        ("下午2:30—5:30", ("14:30", "17:30")),
        ("上午9:00—12:00，下午2:30—5:30", ("09:00", "17:30")),
        ("9:00", ("09:00", "")),
        ("9点半到11点", ("09:30", "11:00")),
        ("17:00—9:00", ("", "")),
        ("9:00—25:00", ("", "")),
        ("9:00—10:00—11:00", ("", "")),
        ("全天", ("", "")),
        ("", ("", "")),
    ],
)
def test_hours_people_write(text, expected):
    assert parse_hours(text) == expected


PEOPLE = (
    Person("F01", "王平", StationedRole.JUDGE, "县法院", areas=(EAST,)),
    Person("F02", "王平", StationedRole.LAWYER, "律所", areas=(WEST,)),
    Person("J01", "欧阳正", StationedRole.PROSECUTOR, "检察院"),
    Person("M01", "任法官", StationedRole.MEDIATOR, "司法所"),
    Person("M02", "李和", StationedRole.MEDIATOR, "甲司法所", valid_to=date(2026, 3, 31)),
    Person("M03", "李和", StationedRole.MEDIATOR, "乙司法所", valid_from=date(2026, 4, 1)),
)


@pytest.mark.parametrize(
    ("signature", "person_id"),
    [
        (Signature("欧阳正"), "J01"),
        (Signature("欧阳正检察官"), "J01"),
        (Signature("检察官欧阳正"), "J01"),
        (Signature("任法官"), "M01"),
        (Signature("王平", unit="县法院刑庭"), "F01"),
        (Signature("王平律师"), "F02"),
        (Signature("王平", role="法官"), "F01"),
        (Signature("王平", place=Place(WEST, WEST)), "F02"),
        (Signature("李和", day=date(2026, 3, 31)), "M02"),
        (Signature("李和", day=date(2026, 4, 1)), "M03"),
    ],
)
def test_a_name_with_its_marks_is_one_person(signature, person_id):
    assert match_name(signature, PEOPLE).person.id == person_id


@pytest.mark.parametrize(
    ("signature", "candidates"),
    [
        (Signature("王平"), ["F01", "F02"]),
        (Signature("王平", unit="县法院", role="律师"), ["F01", "F02"]),
        (Signature("欧阳检察官"), ["J01"]),
        (Signature("王法官"), ["F01"]),
        (Signature("律师"), []),
        (Signature("赵钱"), []),
    ],
)
def test_a_name_in_doubt_is_nobody(signature, candidates):
    match = match_name(signature, PEOPLE)
    assert match.person is None
    assert [one.id for one in match.candidates] == candidates
