"""What the plan asks for by a day: deadlines at their edge, every check, everybody bound, nothing assumed."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from sanwu_cli.activities import (
    Activities,
    CentreRecord,
    DisputeCount,
    DisputeRecord,
    FiledReport,
    GridWorker,
    Meeting,
    OfficeRecord,
    Publication,
    RosterLine,
    SignIn,
)
from sanwu_cli.calendars import build_calendar
from sanwu_cli.due.checks import CHECKS, PROPOSALS
from sanwu_cli.due.groups import group_items, group_series
from sanwu_cli.due.ics import write_calendar
from sanwu_cli.due.items import list_items, list_whole
from sanwu_cli.due.records import ItemState, Known, Proposal, RosterIssue, Span
from sanwu_cli.due.unused import list_unused
from sanwu_cli.model import Area, DutyDay, Place, Source
from sanwu_cli.periods import Month, Period, WorkCalendar
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.plan.tasks import Every
from sanwu_cli.terms import AreaKind, StationedRole

PLAN = load_plan()
TOWN, OTHER, FARM = "649901101", "649901102", "649901401"
VILLAGE, SECOND = "649901101201", "649901101202"
TASKS = [(o, n, t) for o in PLAN.obligations for n, t in enumerate(o.tasks, start=1)]


def area(code, name, kind=AreaKind.TOWN, **more):
    return Area(code, name, kind, code[:9] if len(code) > 9 else "649901", **more)


AREAS = (
    area(TOWN, "青山镇"),
    area(VILLAGE, "青禾村", AreaKind.VILLAGE),
    area(SECOND, "松岗村", AreaKind.VILLAGE),
    area(FARM, "红柳农场", AreaKind.FARM, competes=False),
)


def row(number=3, file="inbox/表.xlsx"):
    return Source(file, "", "台账", number)


def at(code):
    return Place(code, code[:9])


def ask(work=None, *, on, first=None, last=None, obligation=None, areas=AREAS, **more):
    """List the items of a span (a month that the day lies in, unless told) as they stand on a day."""
    month = Month.of(on)
    span = Span(first or month.first_day, last or month.last_day)
    known = Known(
        activities=work or Activities(),
        areas=areas,
        calendar=build_calendar(range(span.first.year, span.last.year + 1)),
        numbers={"T-24": 1},
        **more,
    )
    items = list_items(PLAN, known, as_of=on, span=span)
    return [item for item in items if obligation in (None, item.obligation.id)]


def one(items, *, code=None, unit=None, task=None):
    """Give the one item of a party."""
    (found,) = [
        item
        for item in items
        if (code is None or item.party.code == code)
        and (unit is None or item.party.unit.id == unit)
        and (task is None or item.task_number == task)
    ]
    return found


def paper(subject, filed_on, *, unit="县法院", town=None, period="", number=3):
    return FiledReport(f"p{number}", unit, town, subject, "", filed_on, period, row(number))


def meeting(held_on, *, kind="progress", unit="县委政法委", town=None, topics=""):
    return Meeting(f"m{held_on}", held_on, kind, unit, town, topics, "", row())


def posting(code, month, channel, posted_on):
    return Publication("x", Month.of_text(month), at(code), channel, posted_on, "", row())


def sign_in(day, code, *, role="", person="王平", unit="", number=3):
    return SignIn(f"s{number}", day, person, unit, role, at(code), "09:00", "", None, None, row(number))


# --- nothing of the plan is left out


def test_every_obligation_has_a_check_or_the_reason_why_people_judge():
    assert len(PLAN.obligations) == 44
    for obligation, _, task in TASKS:
        assert bool(task.checks) is not bool(task.people), obligation.id
        assert task.people or task.todo, obligation.id


def test_every_check_named_in_the_data_is_a_function_and_the_other_way_round():
    assert {check.id for check in PLAN.duties.checks} == {*CHECKS, PROPOSALS}
    used = {check for _, _, task in TASKS for check in task.checks}
    assert used == {*CHECKS, PROPOSALS}


def test_a_deadline_that_is_not_the_plans_is_soft_and_the_obligation_says_so():
    for obligation, _, task in TASKS:
        has_day = task.due_on is not None or task.due != "none"
        if has_day and task.is_soft and not task.people:
            assert obligation.proposed, f"{obligation.id} has a deadline of ours and does not say so"
        if has_day and not task.is_soft:
            assert obligation.due, f"{obligation.id} has a hard deadline and no words for it"


def test_a_year_shows_every_obligation_that_comes_in_it():
    shown = {item.obligation.id for year in (2020, 2026) for item in _year(year)}
    assert shown == {obligation.id for obligation in PLAN.obligations}


def _year(year):
    return ask(on=date(year, 12, 31), first=date(year, 1, 1), last=date(year, 12, 31))


@pytest.mark.parametrize("year", [2020, 2021, 2026])
def test_the_months_of_a_year_ask_for_what_the_year_asks_for_and_nothing_twice(year):
    def dated(items):
        return [(i.obligation.id, i.task_number, i.party.name, i.period.name, i.due_on) for i in items
                if i.period.name]  # fmt: skip

    day = date(year, 12, 31)
    months = [Month(year, number) for number in range(1, 13)]
    by_month = [entry for m in months for entry in dated(ask(on=day, first=m.first_day, last=m.last_day))]
    whole = dated(_year(year))
    assert len(set(by_month)) == len(by_month)
    assert sorted(by_month, key=str) == sorted(whole, key=str)


def test_with_no_records_at_all_nothing_is_done():
    assert {item.state for item in _year(2026)} == {ItemState.DUE, ItemState.OVERDUE, ItemState.PEOPLE}


# --- deadlines at their edge


@pytest.mark.parametrize(
    ("on", "state"), [(date(2026, 9, 30), ItemState.DUE), (date(2026, 10, 1), ItemState.OVERDUE)]
)
def test_the_quarters_meeting_is_due_on_the_last_day_and_overdue_on_the_next(on, state):
    items = ask(on=on, first=date(2026, 9, 1), last=date(2026, 9, 30), obligation="O-29")
    assert [(i.period.name, i.due_on, i.state, i.is_soft) for i in items] == [
        ("2026-Q3", date(2026, 9, 30), state, False)
    ]


@pytest.mark.parametrize(
    ("held_on", "state", "late"),
    [
        (date(2026, 9, 30), ItemState.DONE, False),
        (date(2026, 10, 8), ItemState.OVERDUE, False),
        (date(2026, 7, 1), ItemState.DONE, False),
        (date(2026, 6, 30), ItemState.OVERDUE, False),
    ],
)
def test_the_meeting_of_a_quarter_is_held_within_it(held_on, state, late):
    work = Activities(meetings=(meeting(held_on),))
    items = ask(
        work, on=date(2026, 10, 20), first=date(2026, 9, 1), last=date(2026, 9, 30), obligation="O-29"
    )
    assert [(item.state, item.is_late) for item in items] == [(state, late)]


def test_a_meeting_after_the_day_asked_for_is_none_yet():
    work = Activities(meetings=(meeting(date(2026, 9, 20)),))
    (item,) = ask(work, on=date(2026, 9, 19), obligation="O-29")
    assert item.state is ItemState.DUE


def test_topics_not_noted_are_named_and_a_townships_own_meeting_is_not_the_countys():
    work = Activities(meetings=(meeting(date(2026, 9, 20), topics="综治中心、六进驻"),))
    (item,) = ask(work, on=date(2026, 9, 30), obligation="O-29")
    assert (item.state, item.why) == (ItemState.DONE, "议题里没有写到：两所作用、三无指标、矛盾纠纷")
    own = Activities(meetings=(meeting(date(2026, 9, 20), unit="青山镇", town=TOWN),))
    (item,) = ask(own, on=date(2026, 9, 30), obligation="O-29")
    assert item.state is ItemState.DUE


def test_the_meeting_of_the_second_quarter_of_2020_only_reminds():
    year = ask(on=date(2020, 12, 31), first=date(2020, 1, 1), last=date(2020, 12, 31), obligation="O-29")
    assert [(i.period.name, i.is_soft) for i in year] == [
        ("2020-Q2", True),
        ("2020-Q3", False),
        ("2020-Q4", False),
    ]


def test_whatever_falls_due_in_june_2020_only_reminds():
    june = ask(on=date(2020, 7, 1), first=date(2020, 6, 1), last=date(2020, 6, 30))
    dated = [item for item in june if item.due_on and item.period.name]
    assert {item.obligation.id for item in dated} >= {"O-16", "O-19", "O-29"}
    assert all(item.is_soft for item in dated)
    july = ask(on=date(2020, 8, 1), first=date(2020, 7, 1), last=date(2020, 7, 31))
    assert {i.obligation.id for i in july if not i.is_soft and i.state is ItemState.OVERDUE} >= {
        "O-16",
        "O-19",
    }


def test_months_before_the_plan_ask_for_nothing():
    assert ask(on=date(2020, 5, 31), first=date(2020, 1, 1), last=date(2020, 5, 31)) == []
    half_year = ask(on=date(2020, 6, 30), first=date(2020, 1, 1), last=date(2020, 6, 30))
    days = {item.due_on for item in half_year if item.due_on}
    assert min(days) == date(2020, 6, 30)


@pytest.mark.parametrize(
    ("month", "due_on"),
    [
        # 1 October begins a holiday; 27 September 2026 was a Sunday, 30 September a Wednesday.
        ("2026-10", date(2026, 9, 30)),
        # January of 2026 ends on a Saturday.
        ("2026-02", date(2026, 1, 30)),
        # May begins with Labour Day; 30 April 2026 is a Thursday.
        ("2026-05", date(2026, 4, 30)),
        # February of 2021 ends on a Sunday.
        ("2021-03", date(2021, 2, 26)),
    ],
)
def test_the_roster_is_due_on_the_last_workday_before_its_month(month, due_on):
    (item,) = [
        item
        for item in ask(on=due_on, obligation="O-32")
        if item.period.name == month and item.party.unit.id == "court"
    ]
    assert (item.due_on, item.state, item.is_soft) == (due_on, ItemState.DUE, True)
    later = ask(on=date.fromordinal(due_on.toordinal() + 1), first=due_on, last=due_on, obligation="O-32")
    assert {item.state for item in later} == {ItemState.OVERDUE}


def test_before_a_month_that_follows_a_holiday_the_roster_is_due_before_the_holiday():
    # The 25th is the Mid-autumn Festival of that year.
    off = [date(2026, 9, day) for day in range(26, 31)]
    calendar = build_calendar([2026])
    moved = replace(calendar, days_off=calendar.days_off | set(off), days_on=frozenset())
    known = Known(areas=AREAS, calendar=moved, numbers={"T-24": 1})
    items = list_items(PLAN, known, as_of=date(2026, 9, 1), span=Span(date(2026, 9, 1), date(2026, 9, 30)))
    assert {i.due_on for i in items if i.obligation.id == "O-32"} == {date(2026, 9, 24)}


def test_a_due_day_of_a_year_without_published_holidays_says_so():
    known = Known(areas=AREAS, numbers={"T-24": 1})
    for calendar, told in ((build_calendar([2026]), False), (WorkCalendar(), True)):
        items = list_items(
            PLAN,
            replace(known, calendar=calendar),
            as_of=date(2026, 9, 1),
            span=Span(date(2026, 9, 1), date(2026, 9, 30)),
        )
        (item,) = [i for i in items if i.obligation.id == "O-32" and i.party.unit.id == "court"]
        assert ("放假安排没有公布" in item.why) is told


def test_the_year_end_report_is_due_on_31_december_in_2020_and_on_our_20th_later():
    first = {i.due_on: i.is_soft for i in _year(2020) if i.obligation.id == "O-24"}
    later = {i.due_on: i.is_soft for i in _year(2026) if i.obligation.id == "O-24"}
    assert (first, later) == ({date(2020, 12, 31): False}, {date(2026, 12, 20): True})


def test_the_yearly_plan_is_due_by_june_in_2020_and_by_january_later():
    assert {i.due_on for i in _year(2020) if i.obligation.id == "O-04"} == {date(2020, 6, 30)}
    assert {i.due_on for i in _year(2026) if i.obligation.id == "O-04"} == {date(2026, 1, 31)}


def test_the_report_of_the_first_stage_is_asked_for_once():
    stage = [i for i in _year(2020) if i.obligation.id == "O-22" and i.task_number == 2]
    assert {i.due_on for i in stage} == {date(2020, 11, 30)}
    assert not [i for i in _year(2026) if i.obligation.id == "O-22" and i.task_number == 2]


# --- who is bound


def test_a_farm_that_does_not_compete_is_not_bound():
    assert FARM not in {item.party.code for item in _year(2026)}


def test_a_village_new_in_the_year_is_bound_from_its_first_full_month():
    new = (*AREAS[:2], area(SECOND, "松岗村", AreaKind.VILLAGE, valid_from=date(2026, 5, 10)))
    for month, state in (("2026-05", ItemState.NOT_APPLICABLE), ("2026-06", ItemState.OVERDUE)):
        days = Month.of_text(month)
        items = ask(
            on=date(2026, 8, 1), first=days.first_day, last=days.last_day, obligation="O-19", areas=new
        )
        item = one(items, code=SECOND)
        assert (item.period.name, item.state) == (month, state)
    before = ask(
        on=date(2026, 8, 1), first=date(2026, 4, 1), last=date(2026, 4, 30), obligation="O-19", areas=new
    )
    assert SECOND not in {item.party.code for item in before}


def test_a_village_of_the_first_is_bound_at_once_and_one_that_ends_in_the_month_is_not():
    day = date(2026, 5, 1)
    new = (*AREAS[:2], area(SECOND, "松岗村", AreaKind.VILLAGE, valid_from=day))
    gone = (*AREAS[:2], area(SECOND, "松岗村", AreaKind.VILLAGE, valid_to=date(2026, 5, 20)))
    for areas, state in ((new, ItemState.DUE), (gone, ItemState.NOT_APPLICABLE)):
        items = ask(on=date(2026, 5, 15), obligation="O-19", areas=areas)
        assert one(items, code=SECOND).state is state
    assert "5月20日已停用" in one(ask(on=date(2026, 5, 15), obligation="O-19", areas=gone), code=SECOND).why


def test_a_younger_village_has_no_deadline_of_2020_for_its_centre():
    new = (*AREAS[:2], area(SECOND, "松岗村", AreaKind.VILLAGE, valid_from=date(2026, 5, 10)))
    items = ask(on=date(2026, 8, 1), obligation="O-02", areas=new)
    assert one(items, code=VILLAGE).state is ItemState.OVERDUE
    younger = one(items, code=SECOND)
    assert (younger.state, younger.due_on) == (ItemState.DUE, None)


# --- posting


def test_a_roster_is_posted_when_it_is_on_the_board_and_in_the_group():
    half = Activities(publications=(posting(TOWN, "2026-12", "board", date(2026, 11, 27)),))
    item = one(ask(half, on=date(2026, 11, 30), obligation="O-34"))
    assert (item.state, item.why) == (ItemState.DUE, "公示栏11月27日已公示，微信群没有登记")
    both = replace(
        half, publications=(*half.publications, posting(TOWN, "2026-12", "chat_group", date(2026, 11, 30)))
    )
    item = one(ask(both, on=date(2026, 11, 30), obligation="O-34"))
    assert (item.state, item.is_late, len(item.evidence)) == (ItemState.DONE, False, 2)


@pytest.mark.parametrize(("posted_on", "late"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_posting_after_the_month_began_is_done_and_called_late(posted_on, late):
    work = Activities(
        publications=tuple(posting(TOWN, "2026-12", c, posted_on) for c in ("board", "chat_group"))
    )
    items = ask(
        work, on=date(2026, 12, 5), first=date(2026, 11, 1), last=date(2026, 11, 30), obligation="O-34"
    )
    assert (one(items).state, one(items).is_late) == (ItemState.DONE, late)
    assert ("办晚了，12月1日才办" in one(items).why) is late


def test_what_the_township_posts_is_not_posted_in_its_villages():
    work = Activities(
        publications=tuple(posting(TOWN, "2026-12", c, date(2026, 11, 20)) for c in ("board", "chat_group"))
    )
    items = [i for i in ask(work, on=date(2026, 11, 30), obligation="O-18") if i.task_number == 2]
    assert {(i.party.code, i.state) for i in items} == {(VILLAGE, ItemState.DUE), (SECOND, ItemState.DUE)}


# --- papers


@pytest.mark.parametrize(
    ("subject", "filed_on", "told", "done"),
    [
        ("书面报告", date(2026, 9, 30), "", True),
        ("书面报告", date(2026, 10, 9), "", False),  # by its day it is of the fourth quarter
        ("三季度书面报告", date(2026, 10, 9), "", True),  # told, though late
        ("书面报告", date(2026, 10, 9), "2026年三季度", True),
        ("2025年三季度书面报告", date(2026, 9, 9), "", False),
        ("二季度书面报告", date(2026, 9, 9), "", False),
        ("年度书面报告", date(2026, 9, 9), "", False),
        ("关于招聘的请示", date(2026, 9, 9), "", False),
    ],
)
def test_a_paper_is_of_the_period_it_tells_else_of_its_day(subject, filed_on, told, done):
    work = Activities(filed_reports=(paper(subject, filed_on, period=told),))
    items = ask(
        work, on=date(2026, 10, 31), first=date(2026, 9, 1), last=date(2026, 9, 30), obligation="O-22"
    )
    item = one(items, unit="court")
    assert (item.state is ItemState.DONE) is done
    assert item.is_late is (done and filed_on > date(2026, 9, 30))


def test_a_station_in_the_township_reports_neither_for_it_nor_for_its_department():
    work = Activities(
        filed_reports=(
            paper("三季度书面报告", date(2026, 9, 20), unit="青山镇司法所", town=TOWN),
            paper("三季度书面报告", date(2026, 9, 20), unit="县公安局青山派出所", number=4),
        )
    )
    items = ask(work, on=date(2026, 9, 30), obligation="O-22")
    assert {item.state for item in items} == {ItemState.DUE}


def test_a_naming_of_the_first_half_year_that_tells_no_year_is_of_the_year_before():
    decided = paper("命名表彰决定", date(2027, 1, 25), unit="县委、县政府")
    (item,) = _year_with(decided, 2026, "O-41")
    assert item.state is ItemState.DONE
    (item,) = _year_with(decided, 2027, "O-41")
    assert (item.state, item.due_on) == (ItemState.DUE, None)


def test_a_township_never_names_itself():
    own = paper("命名表彰决定", date(2026, 12, 25), unit="青山镇人民政府", town=TOWN)
    (item,) = _year_with(own, 2026, "O-41")
    assert item.state is ItemState.DUE


def _year_with(filed, year, obligation):
    return ask(
        Activities(filed_reports=(filed,)),
        on=date(2027, 12, 31),
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        obligation=obligation,
    )


def test_a_rule_once_filed_is_not_asked_for_again():
    work = Activities(
        filed_reports=(paper("联席会议制度", date(2024, 3, 1), unit="青山镇人民政府", town=TOWN),)
    )
    assert ask(work, on=date(2026, 9, 30), obligation="O-30") == []
    assert one(ask(work, on=date(2024, 3, 31), obligation="O-30")).state is ItemState.DONE
    assert one(ask(work, on=date(2024, 2, 28), obligation="O-30")).state is ItemState.DUE


def test_each_month_has_its_own_check_of_the_floating_population():
    work = Activities(filed_reports=(paper("8月流动人口核查", date(2026, 9, 2), unit="县公安局"),))
    days = {"first": date(2026, 8, 1), "last": date(2026, 9, 30)}
    items = ask(work, on=date(2026, 10, 1), obligation="O-16", **days)
    assert [(i.period.name, i.state) for i in items] == [
        ("2026-08", ItemState.DONE),
        ("2026-09", ItemState.OVERDUE),
    ]


# --- rosters, fixed days, sign-ins


def roster(code, role, *, year=2026, number=3):
    names = {role: "王平"}
    return RosterLine(f"r{number}", year, at(code), names, "每月第2个周二", "", "", row(number))


def test_a_roster_without_one_township_names_it():
    areas = (*AREAS, area(OTHER, "绿水乡"))
    work = Activities(duty_rosters=(roster(TOWN, "judge"),))
    item = one(ask(work, on=date(2026, 9, 30), obligation="O-32", areas=areas), unit="court")
    assert (item.state, item.why) == (ItemState.DUE, "还缺绿水乡")
    issue = RosterIssue(Month(2026, 10), "judge", OTHER, date(2026, 9, 30), row(9, "out/值班表.xlsx"))
    item = one(ask(work, on=date(2026, 9, 30), obligation="O-32", areas=areas, issues=(issue,)), unit="court")
    assert (item.state, [e.row for e in item.evidence]) == (ItemState.DONE, [3, 9])


def test_a_published_roster_counts_for_its_own_month_and_role_and_may_be_late():
    def issued(**more):
        told = {"month": Month(2026, 10), "role": "judge", "issued_on": date(2026, 10, 2), **more}
        issue = RosterIssue(told["month"], told["role"], TOWN, told["issued_on"], row())
        days = {"first": date(2026, 9, 1), "last": date(2026, 9, 30)}
        return one(ask(on=date(2026, 10, 5), obligation="O-32", issues=(issue,), **days), unit="court")

    assert (issued().state, issued().is_late) == (ItemState.DONE, True)
    assert not issued(issued_on=date(2026, 9, 30)).is_late
    assert issued(month=Month(2026, 11)).state is ItemState.OVERDUE
    assert issued(role="lawyer").state is ItemState.OVERDUE
    assert issued(issued_on=date(2026, 10, 6)).state is ItemState.OVERDUE


def test_a_fixed_day_stands_in_the_register_and_a_row_for_all_roles_holds_for_three():
    rows = (DutyDay(TOWN, None, "每月第2个周二"),)
    source = Source("registers/进驻日.xlsx", "", "")
    items = ask(on=date(2026, 9, 30), obligation="O-33", duty_days=rows, duty_day_source=source)
    assert {item.state for item in items} == {ItemState.DONE}
    only = (DutyDay(TOWN, StationedRole.JUDGE, "每月第2个周二"),)
    items = ask(on=date(2026, 10, 1), first=date(2026, 9, 1), last=date(2026, 9, 30), obligation="O-33",
                duty_days=only, duty_day_source=source)  # fmt: skip
    assert {i.party.unit.id: i.state for i in items} == {
        "court": ItemState.DONE,
        "procuratorate": ItemState.OVERDUE,
        "justice": ItemState.OVERDUE,
    }


def test_the_mediators_roster_reaches_every_village():
    work = Activities(mediator_rosters=(roster(VILLAGE, "mediator"),))
    items = [i for i in ask(work, on=date(2026, 9, 30), obligation="O-18") if i.task_number == 1]
    assert (one(items).state, one(items).why) == (ItemState.DUE, "还缺松岗村")
    full = Activities(mediator_rosters=(roster(VILLAGE, "mediator"), roster(SECOND, "mediator", number=4)))
    assert one(ask(full, on=date(2026, 9, 30), obligation="O-11")).state is ItemState.DONE


def test_a_township_without_villages_is_not_asked_for_visits_to_them():
    items = ask(on=date(2026, 9, 30), obligation="O-11", areas=(area(OTHER, "绿水乡"),))
    assert one(items).state is ItemState.NOT_APPLICABLE


def test_a_mediator_is_to_come_by_the_last_day_of_the_month():
    work = Activities(sign_ins=(sign_in(date(2026, 9, 30), VILLAGE, role="人民调解员"),))
    assert one(ask(work, on=date(2026, 9, 30), obligation="O-19"), code=VILLAGE).state is ItemState.DONE
    assert one(ask(work, on=date(2026, 9, 29), obligation="O-19"), code=VILLAGE).state is ItemState.DUE
    days = {"first": date(2026, 9, 1), "last": date(2026, 9, 30)}
    assert (
        one(ask(work, on=date(2026, 10, 1), obligation="O-19", **days), code=SECOND).state
        is ItemState.OVERDUE
    )
    # On the last day of the month a visit of the next one is none of this.
    late = Activities(sign_ins=(sign_in(date(2026, 10, 1), VILLAGE, role="人民调解员"),))
    assert (
        one(ask(late, on=date(2026, 10, 1), obligation="O-19", **days), code=VILLAGE).state
        is ItemState.OVERDUE
    )


@pytest.mark.parametrize(
    ("entry", "done"),
    [
        ({"role": "法官"}, True),
        ({"unit": "县人民法院"}, True),
        ({"person": "王平"}, True),  # registered as a judge
        ({"person": "李安"}, False),  # registered as two things
        ({"person": "李安", "unit": "县人民法院"}, True),
        ({"person": "无名"}, False),
        ({"role": "律师", "unit": "县人民法院"}, False),
    ],
)
def test_who_signed_in_is_a_judge_by_role_register_or_unit_and_else_nobody_knows(entry, done):
    work = Activities(sign_ins=(sign_in(date(2026, 9, 8), TOWN, **{"person": "赵一", **entry}),))
    roles = {"王平": frozenset({"judge"}), "李安": frozenset({"judge", "lawyer"})}
    item = one(ask(work, on=date(2026, 9, 30), obligation="O-12", roles=roles))
    assert (item.state is ItemState.DONE) is done


@pytest.mark.parametrize(
    ("signed", "registered", "done"),
    [
        ("高原青律师", {"高原青": {"lawyer"}}, True),
        ("律师高原青", {"高原青": {"lawyer"}}, True),
        ("高原青", {"高原青": {"lawyer"}}, True),
        ("L07", {"L07": {"lawyer"}}, True),
        ("高原青律师", {"高原青": {"lawyer", "mediator"}}, True),
        ("高原青", {"高原青": {"lawyer", "mediator"}}, False),
        # The register knows better than a title.
        ("高原青律师", {"高原青": {"judge"}}, False),
        # Nobody of the register, but the title is what was written.
        ("外来客律师", {}, True),
        ("外来客主任", {}, False),
        # Several in one line.
        ("王平、高原青律师", {"高原青": {"lawyer"}, "王平": {"judge"}}, True),
        ("王平、李安", {"王平": {"judge"}, "李安": {"prosecutor"}}, False),
    ],
)
def test_a_name_signed_with_its_title_is_the_same_person(signed, registered, done):
    work = Activities(sign_ins=(sign_in(date(2026, 9, 8), TOWN, person=signed),))
    roles = {name: frozenset(found) for name, found in registered.items()}
    item = one(ask(work, on=date(2026, 9, 30), obligation="O-14", roles=roles))
    assert (item.state is ItemState.DONE) is done


# --- centres, offices, grids, disputes, assessment


def centre(items, *, year=2026, code=TOWN, cameras=None):
    return CentreRecord("c", year, "中心", "township", at(code), items, None, cameras, row())


ITEMS = ("coordination_centre", "mediation_centre", "grid_centre", "reception_window")


def test_a_centre_lacks_what_is_absent_and_what_nobody_verified():
    labels = {"grid_centre": "网格化管理中心", "reception_window": "来访窗口"}
    known = dict.fromkeys(ITEMS, True)
    partly = centre({**known, "grid_centre": False, "reception_window": None}, year=2020)
    item = one(ask(Activities(centres=(partly,)), on=date(2020, 12, 1), obligation="O-01", labels=labels))
    assert (item.state, item.why) == (ItemState.OVERDUE, "没有网格化管理中心；没有核实来访窗口")
    done = centre(known, year=2020)
    item = one(ask(Activities(centres=(done,)), on=date(2020, 11, 30), obligation="O-01"))
    assert item.state is ItemState.DONE


def test_a_ledger_of_next_year_proves_nothing_today():
    work = Activities(centres=(centre(dict.fromkeys(ITEMS, True), year=2027),))
    assert one(ask(work, on=date(2026, 9, 30), obligation="O-01")).state is ItemState.OVERDUE


def test_no_camera_is_no_network():
    for cameras, done in ((12, True), (0, False), (None, False)):
        work = Activities(centres=(centre({}, cameras=cameras),))
        item = one(ask(work, on=date(2026, 12, 31), obligation="O-06"), code=TOWN)
        assert (item.state is ItemState.DONE) is done


def office(kind, *, staff=5, fengqiao=None, code=TOWN):
    return OfficeRecord("o", 2026, "所", kind, at(code), None, fengqiao, staff, row())


def test_staff_is_told_of_every_township_and_contests_by_their_column():
    work = Activities(
        offices=(office("police_station", fengqiao=True), office("judicial_office", staff=None))
    )
    staff = ask(work, on=date(2026, 12, 31), obligation="O-08")
    assert {i.party.unit.id: i.state for i in staff} == {"police": ItemState.DONE, "justice": ItemState.DUE}
    made = ask(work, on=date(2026, 12, 31), obligation="O-09")
    assert {i.party.unit.id: i.state for i in made} == {"police": ItemState.DONE, "justice": ItemState.DUE}


def worker(code, grid, name, number=3):
    return GridWorker(f"g{number}", 2026, at(code), "", grid, name, None, row(number))


def test_every_village_has_a_grid_and_every_grid_somebody():
    first = worker(VILLAGE, "一网格", "甲")
    item = one(ask(Activities(grid_workers=(first,)), on=date(2026, 9, 30), obligation="O-20"), code=TOWN)
    assert (item.state, item.why) == (ItemState.DUE, "没有网格的松岗村")
    bare = Activities(grid_workers=(first, worker(SECOND, "二网格", "", 4)))
    item = one(ask(bare, on=date(2026, 9, 30), obligation="O-20"), code=TOWN)
    assert (item.state, item.why) == (ItemState.DUE, "网格员不够的松岗村二网格")
    full = Activities(grid_workers=(first, worker(SECOND, "二网格", "乙", 4)))
    assert one(ask(full, on=date(2026, 9, 30), obligation="O-20"), code=TOWN).state is ItemState.DONE


def test_a_month_of_disputes_is_told_by_a_ledger_or_by_a_count_even_of_none():
    day = date(2026, 9, 3)
    ledger = DisputeRecord("d", day, "", at(VILLAGE), "", "", "", None, None, "", None, row())
    count = DisputeCount("n", Period.of_text("2026-09"), at(TOWN), 0, None, None, row())
    silent = replace(count, total_count=None)
    for work, done in (
        (Activities(disputes=(ledger,)), True),
        (Activities(dispute_counts=(count,)), True),
        (Activities(dispute_counts=(silent,)), False),
        (Activities(disputes=(replace(ledger, registered_on=date(2026, 8, 3)),)), False),
    ):
        assert (one(ask(work, on=date(2026, 9, 30), obligation="O-15")).state is ItemState.DONE) is done


def test_the_assessment_is_in_when_every_competing_township_has_a_score():
    areas = (*AREAS, area(OTHER, "绿水乡"))
    for assessed, done in (({TOWN: row(), OTHER: row(4)}, True), ({TOWN: row()}, False)):
        items = ask(on=date(2026, 12, 31), obligation="O-26", areas=areas, assessed={2026: assessed})
        assert (one(items, task=1).state is ItemState.DONE) is done
    assert one(items, task=1).why == "还缺绿水乡"


# --- reminders proposed elsewhere


def test_reminders_are_peoples_until_sign_ins_are_checked():
    assert one(ask(on=date(2026, 9, 30), obligation="O-38")).state is ItemState.PEOPLE
    assert one(ask(on=date(2026, 9, 30), obligation="O-38", proposals=())).state is ItemState.NOT_APPLICABLE


def test_each_step_proposed_belongs_to_its_own_obligation():
    def proposal(step, state):
        return Proposal("F01", "王平", "县法院", TOWN, step, date(2026, 9, 20), state, "条款", (row(),))

    given = (proposal("reminder", ItemState.OVERDUE), proposal("supervision", ItemState.DUE))
    reminder = one(ask(on=date(2026, 9, 25), obligation="O-38", proposals=given))
    assert (reminder.party.name, reminder.state, reminder.person) == (
        "青山镇",
        ItemState.OVERDUE,
        "王平（县法院）",
    )
    supervision = one(ask(on=date(2026, 9, 25), obligation="O-39", proposals=given))
    assert (supervision.party.name, supervision.state) == ("政法委", ItemState.DUE)


# --- told together


def test_who_is_not_bound_is_not_counted_among_those_who_lack_it():
    new = (*AREAS, area(SECOND[:-1] + "3", "白鹭村", AreaKind.VILLAGE, valid_from=date(2026, 9, 10)))
    work = Activities(sign_ins=(sign_in(date(2026, 9, 8), VILLAGE, role="人民调解员"),))
    groups = group_items(ask(work, on=date(2026, 9, 30), obligation="O-19", areas=new))
    assert {group.first.state: group.who for group in groups} == {
        ItemState.DONE: "2个村(社区)里有1个已办：青禾村",
        ItemState.DUE: "2个村(社区)里有1个还没有：松岗村",
        ItemState.NOT_APPLICABLE: "白鹭村不适用",
    }


def test_several_periods_are_one_series_and_say_who_lacks_how_many():
    work = Activities(sign_ins=(sign_in(date(2026, 8, 8), VILLAGE, role="人民调解员"),))
    items = ask(work, on=date(2026, 10, 1), first=date(2026, 7, 1), last=date(2026, 9, 30), obligation="O-19")
    (overdue,) = [s for s in group_series(group_items(items)) if s.first.state is ItemState.OVERDUE]
    assert (overdue.count, overdue.periods) == (5, "2026年7月、8月、9月")
    assert overdue.who == "松岗村3期、青禾村2期没有办齐"


def _overdue_series(items, whole=None):
    (found,) = [s for s in group_series(group_items(items, whole)) if s.first.state is ItemState.OVERDUE]
    return found


@pytest.mark.parametrize(
    ("done", "periods"),
    [
        ((), "2025年9月到2026年2月"),
        ((date(2025, 11, 3),), "2025年9月到2026年2月里的5期"),
        ((date(2025, 9, 3), date(2026, 2, 3)), "2025年10月到2026年1月"),
        ((date(2025, 9, 3), date(2025, 10, 3), date(2026, 2, 3)), "2025年11月、12月、2026年1月"),
    ],
)
def test_periods_are_written_short_and_a_gap_among_them_is_told(done, periods):
    work = Activities(sign_ins=tuple(sign_in(day, VILLAGE, role="人民调解员") for day in done))
    alone = (AREAS[0], AREAS[1])
    span = {"first": date(2025, 9, 1), "last": date(2026, 2, 28)}
    items = ask(work, on=date(2026, 3, 20), **span, obligation="O-19", areas=alone)
    assert _overdue_series(items).periods == periods


def test_everybody_bound_is_counted_even_when_only_who_lacks_it_is_shown():
    work = Activities(sign_ins=(sign_in(date(2026, 8, 8), VILLAGE, role="人民调解员"),))
    whole = ask(work, on=date(2026, 9, 15), first=date(2026, 8, 1), last=date(2026, 8, 31), obligation="O-19")
    shown = [item for item in whole if item.state is ItemState.OVERDUE]
    assert _overdue_series(shown, whole).groups[0].who == "2个村(社区)里有1个还没有：松岗村"


def test_departments_and_townships_together_are_units():
    (group, *_) = group_items(
        item for item in ask(on=date(2026, 9, 30), obligation="O-28") if item.state is ItemState.DUE
    )
    assert group.noun == "单位"


def test_each_step_about_a_person_is_a_line_of_its_own():
    def proposal(town, person, day, deed):
        return Proposal("F01", person, "县法院", town, "reminder", day, ItemState.OVERDUE, "条款", (), deed)

    given = (
        proposal(TOWN, "王平", date(2026, 9, 10), "提醒 王平（县法院），9月9日缺勤"),
        proposal(TOWN, "王平", date(2026, 9, 20), "提醒 王平（县法院），9月19日缺勤"),
        proposal(OTHER, "李安", date(2026, 9, 20), "提醒 李安（县法院），9月19日缺勤"),
    )
    given += (proposal(TOWN, "王平", date(2026, 9, 10), "提醒 王平（县法院），9月8日缺勤"),)
    areas = (*AREAS, area(OTHER, "绿水乡"))
    items = ask(on=date(2026, 9, 25), obligation="O-38", proposals=given, areas=areas)
    calendar = write_calendar(items, as_of=date(2026, 9, 25), title="事项").decode().replace("\r\n ", "")
    assert len({text for text in calendar.splitlines() if text.startswith("UID:")}) == 4
    assert [series.groups[0].told for series in group_series(group_items(items))] == [
        "青山镇：提醒 王平（县法院），9月9日缺勤",
        "青山镇：提醒 王平（县法院），9月8日缺勤",
        "青山镇：提醒 王平（县法院），9月19日缺勤",
        "绿水乡：提醒 李安（县法院），9月19日缺勤",
    ]


# --- areas that are no longer there


GONE = area(OTHER, "石沟乡", valid_to=date(2026, 7, 31))


def test_a_township_that_is_gone_is_not_asked_for_what_was_open():
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31), "areas": (*AREAS, GONE)}
    for obligation in ("O-01", "O-05", "O-28", "O-30"):
        before = ask(on=date(2026, 7, 31), obligation=obligation, **year)
        assert {i.state for i in before if i.party.code == OTHER} <= {ItemState.OVERDUE, ItemState.DUE}
        after = [i for i in ask(on=date(2026, 8, 1), obligation=obligation, **year) if i.party.code == OTHER]
        assert {(i.state, i.why) for i in after} == {
            (ItemState.NOT_APPLICABLE, "石沟乡2026年7月31日已停用")
        }, obligation


def test_what_a_township_did_before_it_ended_stays_done_and_whole_months_stay_asked():
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31), "areas": (*AREAS, GONE)}
    work = Activities(
        filed_reports=(paper("关于联席会议制度的通知", date(2026, 3, 2), unit="石沟乡", town=OTHER),)
    )
    item = one(ask(work, on=date(2026, 11, 20), obligation="O-30", **year), code=OTHER)
    assert item.state is ItemState.DONE
    meetings = [i for i in ask(on=date(2026, 11, 20), obligation="O-31", **year) if i.party.code == OTHER]
    assert [i.period.name for i in meetings if i.state is ItemState.OVERDUE] == [
        f"2026-{month:02d}" for month in range(1, 8)
    ]


def test_who_did_it_long_ago_and_is_gone_is_not_counted():
    old = tuple(
        paper("联席会议制度", date(2021, 3, 2), unit=name, town=code) for name, code in (("石沟乡", OTHER),)
    )
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    known = Known(activities=Activities(filed_reports=old), areas=(*AREAS, GONE), numbers={"T-24": 1})
    for day, codes in ((date(2026, 7, 1), {TOWN, OTHER}), (date(2026, 11, 20), {TOWN})):
        whole = [i for i in list_whole(PLAN, known, as_of=day, span=span) if i.obligation.id == "O-30"]
        assert {i.party.code for i in whole} == codes
        shown = [i for i in list_items(PLAN, known, as_of=day, span=span) if i.obligation.id == "O-30"]
        assert {i.party.code for i in shown} == {TOWN}


def test_signs_of_the_calendars_own_are_escaped():
    odd = (area(TOWN, "青,山;镇\\"),)
    items = [i for i in ask(on=date(2026, 9, 1), obligation="O-31", areas=odd) if i.due_on]
    text = write_calendar(items, as_of=date(2026, 9, 1), title="事项").decode().replace("\r\n ", "")
    assert "青\\,山\\;镇\\\\还没有" in text
    assert "\\n" in text


# --- rows nobody can use are named


def test_rows_that_are_evidence_of_nothing_are_named():
    work = Activities(
        publications=(Publication("x", Month(2026, 9), None, "board", date(2026, 8, 30), "", row(3)),),
        meetings=(meeting(date(2026, 9, 1), kind="joint", unit="某某组"),),
        filed_reports=(
            paper("书面报告", date(2026, 9, 1), unit="某某公司", number=5),
            paper("关于招聘的请示", date(2026, 9, 1), number=6),
            paper("书面报告", date(2026, 9, 1), number=7),
        ),
        sign_ins=(
            sign_in(date(2026, 9, 1), TOWN, role="律师", number=8),
            sign_in(date(2026, 9, 1), TOWN, number=9),
        ),
        centres=(replace(centre({}), year=None, source=row(10)),),
    )
    assert [(unused.source.row, unused.why[:6]) for unused in list_unused(PLAN, Known(activities=work))] == [
        (3, "看不出是哪个"),
        (3, "“某某组”看"),
        (5, "“某某公司”"),
        (6, "“关于招聘的"),
        (9, "看不出王平是"),
        (10, "看不出是哪里"),
    ]


def test_every_kind_of_deadline_is_used():
    assert {task.every for _, _, task in TASKS} == set(Every)
    assert {task.due for _, _, task in TASKS} >= {"last_day", "day_before", "workday_before", "none", "12-20"}
