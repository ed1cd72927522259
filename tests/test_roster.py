"""A month of the year's roster: who goes where, what is said of what is missing, the rows of annex 3."""

from __future__ import annotations

from datetime import date
from random import Random

from msgspec.structs import replace

from sanwu_cli.calendars import build_calendar
from sanwu_cli.model import Area, Duty, DutyDay, Leave, Person, Roster
from sanwu_cli.periods import Month
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.roster.rows import roster_rows
from sanwu_cli.terms import TOWNSHIP_ROLES, AreaKind, StationedRole

JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
MARCH = Month(2026, 3)
CALENDAR = build_calendar([2026])
EAST, WEST, NORTH = CODES = "640999101", "640999102", "640999103"


def town(code, name, **more):
    return Area(code, name, more.pop("kind", AreaKind.TOWN), code[:6], **more)


def person(id_, role=JUDGE, **more):
    return Person(id_, f"某{id_}", role, "某单位", **more)


def staff(role_counts=(1, 1, 1)):
    letters = zip("JPL", TOWNSHIP_ROLES, role_counts, strict=True)
    return tuple(person(f"{letter}{n}", role) for letter, role, count in letters for n in range(count))


AREAS = (town(EAST, "东岭镇"), town(WEST, "西岭镇"), town(NORTH, "北岭街道", kind=AreaKind.SUBDISTRICT))
DAYS = (
    DutyDay(EAST, None, "每月第2个周二", "综治中心", "9:00—17:00"),
    DutyDay(WEST, None, "每月第2个周三", "政务大厅", ""),
    DutyDay(NORTH, None, "每月15日", "", ""),
)


def build(**changes):
    """Build the year of a county that is there in one month alone, and give that month."""
    given_ = {
        "month": MARCH,
        "areas": AREAS,
        "persons": staff((2, 2, 2)),
        "duty_days": DAYS,
        "leaves": (),
        "calendar": CALENDAR,
        "roles": TOWNSHIP_ROLES,
        "frozen": None,
    } | changes
    month, roles, frozen = (given_.pop(name) for name in ("month", "roles", "frozen"))
    first = min([month, *(frozen or ())])
    given_["areas"] = tuple(
        replace(
            area,
            valid_from=area.valid_from or first.first_day,
            valid_to=area.valid_to or month.last_day,
        )
        for area in given_["areas"]
    )
    year = build_year(month.year, Staffing(**given_), roles=roles, frozen=frozen)
    return year.months[month], year.findings[month]


def codes(findings):
    return [finding.code for finding in findings]


# --- a month --------------------------------------------------------------------------------------------


def test_a_month_has_one_visit_a_township_and_role():
    roster, findings = build()
    assert len(roster.duties) == 9
    assert roster.unfilled == ()
    assert roster.optimal
    # Three visits a role among two people: 2² + 1², three times.
    assert roster.objective == (
        ("unfilled", 0, 0),
        ("load_range", 3, 3),
        ("load_square", 15, 15),
        ("pairs", 9, 9),
        ("unlisted", 9, 9),
        ("travel", 0, 0),
        ("double_days", 0, 0),
    )
    assert roster.draft_reason == ""
    assert codes(findings) == ["DUTY-MOVED"]
    assert [(duty.date.day, duty.area_code, duty.role) for duty in roster.duties] == [
        (day, code, role) for day, code in ((10, EAST), (11, WEST), (16, NORTH)) for role in TOWNSHIP_ROLES
    ]
    assert roster.duties[0].place == "综治中心"
    assert roster.duties[0].hours == "9:00—17:00"
    assert roster.duties[-1].moved_from == date(2026, 3, 15)


def test_a_shuffled_register_gives_the_same_month():
    leaves = (
        Leave("J0", date(2026, 3, 10), date(2026, 3, 10)),
        Leave("L1", date(2026, 3, 1), MARCH.last_day),
    )
    twice = DutyDay(EAST, JUDGE, "每月9日"), DutyDay(EAST, JUDGE, "每月3日")
    first = build(leaves=leaves, duty_days=DAYS + twice)
    for seed in range(5):
        shuffle = Random(seed).sample  # noqa: S311 - a seeded order for a test
        again = build(
            areas=tuple(shuffle(AREAS, 3)),
            persons=tuple(shuffle(staff((2, 2, 2)), 6)),
            duty_days=tuple(shuffle(DAYS + twice, 5)),
            leaves=tuple(shuffle(leaves, 2)),
        )
        assert again == first


def test_nobody_is_in_two_townships_on_one_day():
    same_day = tuple(DutyDay(code, None, "每月10日") for code in CODES)
    roster, findings = build(duty_days=same_day)
    assert len({(duty.date, duty.person_id) for duty in roster.duties}) == len(roster.duties) == 6
    assert len(roster.unfilled) == 3
    assert codes(findings) == ["ROSTER-UNFILLED"] * 3
    assert roster.objective[0] == ("unfilled", 3, 3)


def test_rows_of_one_id_share_their_days():
    back = (
        person("J1", valid_to=date(2026, 3, 10)),
        person("J1", valid_from=date(2026, 3, 10)),
    )
    same_day = tuple(DutyDay(code, None, "每月10日") for code in CODES)
    roster, _ = build(persons=back, duty_days=same_day)
    assert len(roster.duties) == 1


def test_rows_of_one_id_share_the_lowest_limit():
    twice = (person("J1", monthly_limit=1), person("J1"))
    roster, _ = build(persons=twice)
    assert len(roster.duties) == 1


FEBRUARY = Month(2026, 2)


def publish(*taken):
    """A published February: (day, area code, person id) of judges."""
    duties = tuple(Duty(date(2026, 2, day), code, JUDGE, id_, f"某{id_}", "") for day, code, id_ in taken)
    return {FEBRUARY: Roster(FEBRUARY, duties, (), (), optimal=True)}


def test_load_of_published_months_is_evened_out():
    frozen = publish((10, EAST, "J0"), (11, WEST, "J0"), (12, NORTH, "J0"))
    roster, _ = build(frozen=frozen, roles=[JUDGE])
    assert [duty.person_id for duty in roster.duties] == ["J1"] * 3


def test_people_go_where_they_went_before():
    frozen = publish((10, EAST, "J1"), (11, WEST, "J0"), (12, NORTH, "J0"))
    roster, _ = build(frozen=frozen, roles=[JUDGE])
    # Three visits are made and three to be made: each judge gets three, in the places he or she knows.
    pairs = {(duty.person_id, duty.area_code) for duty in roster.duties}
    assert len(pairs | {("J1", EAST), ("J0", WEST), ("J0", NORTH)}) == 4


def test_who_left_the_register_keeps_what_was_published():
    frozen = publish((10, EAST, "J9"))
    year = build_year(2026, Staffing(AREAS, staff(), DAYS, (), CALENDAR), roles=[JUDGE], frozen=frozen)
    assert year.months[FEBRUARY].duties == frozen[FEBRUARY].duties
    assert year.findings[FEBRUARY] == ()


def test_where_one_went_before_goes_before_listed_areas():
    judges = (person("J1", areas=(EAST, WEST)), person("J2"))
    days = (DAYS[0],)
    roster, _ = build(areas=AREAS[:1], persons=judges, duty_days=days, roles=[JUDGE])
    assert roster.duties[0].person_id == "J1"
    frozen = publish((10, EAST, "J2"), (11, WEST, "J1"))
    roster, _ = build(areas=AREAS[:1], persons=judges, duty_days=days, roles=[JUDGE], frozen=frozen)
    assert roster.duties[0].person_id == "J2"


def test_a_gap_is_explained_person_by_person():
    judges = (
        person("J1"),
        person("J2"),
        person("J3"),
        person("J4", avoid=(EAST,)),
        person("J5", areas=(WEST,)),
        person("J6", monthly_limit=0),
        person("J7", valid_to=date(2026, 2, 28)),
    )
    leaves = tuple(Leave(id_, date(2026, 3, 10), date(2026, 3, 12)) for id_ in ("J1", "J2", "J4", "J5"))
    days = (DutyDay(EAST, None, "每月10日"), DutyDay(WEST, None, "每月10日"))
    roster, findings = build(
        areas=AREAS[:2], persons=judges + staff((0, 2, 2)), leaves=leaves, duty_days=days
    )
    (gap,) = roster.unfilled
    assert gap.planned_on == date(2026, 3, 10)
    # Of equals it is always the same one that is filled.
    assert gap.reasons == (
        (
            "东岭镇3月10日的法官：在岗6人，其中1人应当回避、1人只对口其他区域、2人请假、"
            "1人当日已派西岭镇、1人本月已满上限0次"
        ),
    )
    assert codes(findings) == ["ROSTER-UNFILLED"]
    assert gap.reasons[0] in findings[0].message


def test_a_role_without_anybody_is_said_so():
    roster, _ = build(persons=staff((1, 1, 0)))
    gaps = [gap for gap in roster.unfilled if gap.role is LAWYER]
    assert gaps[0].reasons == ("东岭镇3月10日没有在岗的律师",)
    assert len(gaps) == 3


def test_a_missing_rule_is_a_finding_and_a_gap():
    roster, findings = build(duty_days=(DAYS[0], DutyDay(WEST, JUDGE, "每月11日")), areas=AREAS[:2])
    assert codes(findings) == ["DUTY-DAY-MISSING"]
    assert "西岭镇没有登记检察官、律师的进驻日" in findings[0].message
    assert [(gap.area_code, gap.role, gap.planned_on) for gap in roster.unfilled] == [
        (WEST, PROSECUTOR, None),
        (WEST, LAWYER, None),
    ]
    # These gaps are the register's, not the flow's.
    assert roster.objective[0] == ("unfilled", 0, 0)


def test_an_unreadable_rule_is_one_finding():
    roster, findings = build(duty_days=(DutyDay(EAST, None, "有空就来"),), areas=AREAS[:1])
    assert codes(findings) == ["DUTY-RULE-UNREADABLE"]
    assert "有空就来" in findings[0].message
    assert [gap.reasons for gap in roster.unfilled] == [("东岭镇的进驻日规则“有空就来”看不懂",)] * 3


def test_different_days_in_one_township_are_reported():
    days = (*DAYS, DutyDay(EAST, LAWYER, "每月12日"))
    roster, findings = build(duty_days=days)
    assert codes(findings) == ["DUTY-DAY-DIFFERS", "DUTY-MOVED"]
    assert "法官3月10日、检察官3月10日、律师3月12日" in findings[0].message
    assert [d.date.day for d in roster.duties if d.area_code == EAST] == [10, 10, 12]


def test_two_rows_for_one_role_are_reported_and_exact_repeats_are_not():
    repeated = (DAYS[0], DAYS[0])
    assert "DUTY-DAY-TWICE" not in codes(build(duty_days=repeated + DAYS[1:])[1])
    rival = DutyDay(EAST, None, "每月20日")
    roster, findings = build(duty_days=(rival, *DAYS))
    assert codes(findings).count("DUTY-DAY-TWICE") == 3
    assert {duty.date.day for duty in roster.duties if duty.area_code == EAST} == {20}


def test_a_short_month_and_the_move_back_are_reported():
    days = (DutyDay(EAST, None, "每月31日"),)
    _, findings = build(
        duty_days=days, areas=AREAS[:1], month=Month(2025, 11), calendar=build_calendar([2025])
    )
    # November 2025 has 30 days, and the 30th is a Sunday.
    assert codes(findings) == ["DUTY-DAY-SHORT-MONTH", "DUTY-MOVED"]
    assert "11月30日是休息日，提前到11月28日" in findings[1].message


def test_a_move_off_a_festival_names_it():
    days = (DutyDay(EAST, None, "每月1日"),)
    roster, findings = build(duty_days=days, areas=AREAS[:1], month=Month(2026, 10))
    assert {duty.date for duty in roster.duties} == {date(2026, 10, 8)}
    assert findings[0].message == "东岭镇的进驻日10月1日是国庆节，顺延到10月8日"


def test_farms_are_visited_only_on_days_and_by_roles_of_the_register():
    farm = town("640999401", "某农场", kind=AreaKind.FARM, competes=False)
    roster, findings = build(areas=(*AREAS, farm))
    assert all(duty.area_code != farm.code for duty in roster.duties)
    days = (*DAYS, DutyDay(farm.code, LAWYER, "每月12日"))
    roster, findings = build(areas=(*AREAS, farm), duty_days=days)
    assert [duty.role for duty in roster.duties if duty.area_code == farm.code] == [LAWYER]
    assert roster.unfilled == ()
    assert "DUTY-DAY-MISSING" not in codes(findings)


def test_villages_and_their_mediators_are_left_alone():
    village = Area(EAST + "201", "东岭村", AreaKind.VILLAGE, EAST)
    days = (*DAYS, DutyDay(village.code, StationedRole.MEDIATOR, "每月5日"))
    people = (*staff((2, 2, 2)), person("M1", StationedRole.MEDIATOR))
    assert build(areas=(*AREAS, village), duty_days=days, persons=people) == build()


def test_an_area_is_not_visited_outside_its_time():
    ended = town("640999104", "旧镇", valid_to=date(2026, 3, 9))
    gone = town("640999105", "更旧镇", valid_to=date(2026, 2, 28))
    days = (*DAYS, DutyDay(ended.code, None, "每月10日"), DutyDay(gone.code, None, "每月10日"))
    roster, findings = build(areas=(*AREAS, ended, gone), duty_days=days)
    assert {duty.area_code for duty in roster.duties} == set(CODES)
    assert codes(findings) == ["DUTY-MOVED", "DUTY-DAY-NO-AREA"]


def test_an_unpublished_year_gives_a_draft():
    roster, findings = build(month=Month(2027, 3), calendar=build_calendar([2027]))
    assert "2027" in roster.draft_reason
    assert "草案" in roster.draft_reason
    assert len(roster.duties) == 9
    assert codes(findings) == ["ROSTER-DRAFT"]


def test_the_end_of_december_waits_for_the_next_notice():
    days = (DutyDay(EAST, None, "每月最后一个工作日"),)
    december = {"duty_days": days, "areas": AREAS[:1], "month": Month(2026, 12)}
    assert codes(build(**december)[1]) == ["ROSTER-YEAR-END"]
    known = build(**december | {"month": Month(2025, 12), "calendar": build_calendar([2025])})
    assert codes(known[1]) == []


def test_nothing_to_do_is_an_optimal_empty_roster():
    roster, findings = build(areas=(), persons=(), duty_days=())
    assert roster.duties == roster.unfilled == findings == ()
    assert roster.optimal


# --- rows of annex 3 ------------------------------------------------------------------------------------


def test_rows_of_annex_3():
    roster, _ = build(persons=staff((1, 1, 0)))
    rows = roster_rows(roster, AREAS)
    assert [(row.township, row.date, row.weekday) for row in rows] == [
        ("东岭镇", date(2026, 3, 10), "星期二"),
        ("西岭镇", date(2026, 3, 11), "星期三"),
        ("北岭街道", date(2026, 3, 16), "星期一"),
    ]
    assert (rows[0].judge, rows[0].prosecutor, rows[0].lawyer) == ("某J0", "某P0", "缺")
    assert (rows[0].place, rows[0].hours, rows[0].note) == ("综治中心", "9:00—17:00", "")
    assert rows[2].note == "顺延自3月15日"


def test_rows_when_days_differ_or_are_missing():
    days = (DutyDay(EAST, JUDGE, "每月10日"), DutyDay(EAST, LAWYER, "每月12日"))
    roster, _ = build(duty_days=days, areas=AREAS[:1], persons=staff((1, 1, 0)))
    rows = roster_rows(roster, AREAS)
    assert [(row.date, row.judge, row.prosecutor, row.lawyer) for row in rows] == [
        (date(2026, 3, 10), "某J0", "", ""),
        (date(2026, 3, 12), "", "", "缺"),
        (None, "", "缺", ""),
    ]
    assert rows[2].weekday == ""
    assert rows[2].township == "东岭镇"
