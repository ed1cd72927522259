"""Attendance (六(三)): sign-ins against rosters, T-26 at its edges, steps that are never assumed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from workspaces import County, Office

from sanwu_cli.console import measure_width
from sanwu_cli.jobs import duties
from sanwu_cli.jobs.attendance import list_proposals, open_attendance
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.periods import Month, Period

JUDGE, PROSECUTOR, LAWYER, MEDIATOR = "F01", "J01", "L01", "M01"
PEOPLE = [
    ["F01", "王平", "法官", "县人民法院"],
    ["F02", "李安", "法官", "县人民法院"],
    ["J01", "周正", "检察官", "县人民检察院"],
    ["L01", "张文", "律师", "云岭律师事务所"],
    ["M01", "赵和", "人民调解员", "青山司法所"],
]
# The second Tuesday of a month of 2026 is a workday in each of these.
DAYS = {1: "2026-01-13", 2: "2026-02-10", 3: "2026-03-10", 4: "2026-04-14", 5: "2026-05-12", 6: "2026-06-09"}


@pytest.fixture
def office(tmp_path, capsys):
    """One township with two villages; everybody's day is the second Tuesday."""
    made = Office(tmp_path / "云岭", County.of(青山镇=2), capsys.readouterr)
    hire(made)
    made.register("进驻日", [[made.county.code("青山镇"), "全部", "每月第2个周二", "综治中心", "9:00—17:00"]])
    return made


def hire(office, *more, without=("F02",)):
    office.register("人员", [row for row in (*PEOPLE, *more) if row[0] not in without])


def line(day, name, place="青山镇综治中心", come="8:55", go="17:05", **more):
    cells = {"日期": day, "姓名": name, "单位": "", "进驻地点": place, "签到时间": come, "签退时间": go}
    return cells | more


def others(day):
    """The two who always come: with them the sheet speaks for the township, the judge is left to the test."""
    return [line(day, "周正"), line(day, "张文")]


def sign(office, *lines, month=3, title=None, to=None):
    office.sheet(
        "sign_in",
        [dict(one) for one in lines],
        to=to or f"{month}月/sign_in.xlsx",
        title=title or f"青山镇2026年{month}月进驻签到表",
    )


def take_in(office):
    answer = office.ask("records", "import", office.path / "inbox", "--as-of", "2026-12-31")
    assert answer.status == 0, answer.out
    return answer


def show(office, month=3, as_of=None, *more):
    asked = ["--as-of", as_of] if as_of else []
    answer = office.ask("attendance", "show", "--month", f"2026-{month:02d}", *asked, *more)
    assert answer.status in (0, 1), answer.err
    return answer.json


def duty(document, person=JUDGE):
    (found,) = [one for one in document["duties"] if one["person_id"] == person]
    return found


def steps(document, person=JUDGE):
    """The steps about a person: (day of absence, step) -> (due on, state)."""
    return {
        (one["absent_on"], one["step"]): (one["due_on"], one["state"])
        for one in document["proposals"]
        if one["person_id"] == person
    }


# --- one duty and its sign-in


def test_late_and_early_are_said_only_where_the_times_can_be_read(office):
    day = DAYS[3]
    sign(office, line(day, "王平", come="9:01"), line(day, "周正", go="16:59"), line(day, "张文", come=None))
    take_in(office)
    seen = {
        one["person"]: (one["status"], one["late"], one["left_early"], one["time_known"])
        for one in show(office)["duties"]
    }
    assert seen == {
        "王平": ("present", True, False, True),
        "周正": ("present", False, True, True),
        "张文": ("present", False, False, False),
    }


def test_on_the_minute_is_neither_late_nor_early(office):
    sign(office, line(DAYS[3], "王平", come="9:00", go="17:00"))
    take_in(office)
    seen = duty(show(office))
    assert (seen["late"], seen["left_early"], seen["time_known"]) == (False, False, True)


def test_of_two_lines_a_day_the_first_arrival_and_the_last_leaving_count(office):
    day = DAYS[3]
    sign(office, line(day, "王平", come="9:30", go="12:00"), line(day, "王平", come="8:50", go="17:00"))
    take_in(office)
    seen = duty(show(office))
    assert (seen["signed_in_at"], seen["signed_out_at"], seen["late"]) == ("08:50", "17:00", False)


def test_a_month_without_a_sheet_is_unknown_never_absent(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert duty(show(office, 3))["status"] == "absent"
    april = show(office, 4)
    assert {one["status"] for one in april["duties"]} == {"unknown"}
    assert april["figures"][0]["absent"] == 0
    assert steps(april) == {(DAYS[3], "reminder"): ("2026-03-11", "overdue")}


def test_a_sheet_without_a_line_speaks_for_nobody(office):
    sign(office)
    office.ask("records", "import", office.path / "inbox")
    assert {one["status"] for one in show(office)["duties"]} == {"unknown"}


def test_a_day_still_to_come_is_not_missed(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert duty(show(office, 3, "2026-03-09"))["status"] == "pending"
    assert duty(show(office, 3, "2026-03-10"))["status"] == "absent"


def test_leave_entered_after_the_fact_excuses_the_absence(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert (DAYS[3], "reminder") in steps(show(office))
    assert office.run("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27").status == 0
    assert duty(show(office))["status"] == "absent"
    office.register("请假", [[JUDGE, DAYS[3], DAYS[3], "出差"]])
    document = show(office)
    assert duty(document)["status"] == "on_leave"
    assert duty(document)["basis"] == "published"
    assert steps(document) == {}


def test_another_of_the_same_role_stands_in(office):
    hire(office, without=())
    publish_for_judge(office)
    sign(office, *others(DAYS[3]), line(DAYS[3], "李安法官"))
    take_in(office)
    seen = duty(show(office))
    assert (seen["status"], seen["substitute_id"]) == ("substituted", "F02")
    assert steps(show(office)) == {}
    assert show(office)["unplanned"] == []


def publish_for_judge(office, month="2026-03"):
    """Publish while only 王平 is there to be sent, then the second judge comes."""
    hire(office)
    assert office.run("roster", "publish", "--month", month, "--as-of", "2026-02-27").status == 0
    hire(office, without=())


def test_others_of_another_role_do_not_stand_in(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert duty(show(office))["status"] == "absent"


def test_visits_on_other_days_are_listed_apart(office):
    sign(office, line(DAYS[3], "王平"), *others(DAYS[3]), line("2026-03-20", "王平"))
    take_in(office)
    document = show(office)
    assert [(one["date"], one["person_ids"]) for one in document["unplanned"]] == [("2026-03-20", [JUDGE])]
    assert document["figures"][0]["unplanned"] == 1


# --- T-26 at its edges: 10 March is a Tuesday, the tenth workday after it is 24 March


@pytest.mark.parametrize(("day", "status"), [("2026-03-24", "made_up"), ("2026-03-25", "absent")])
def test_made_up_on_the_tenth_workday_but_not_on_the_eleventh(office, day, status):
    sign(office, *others(DAYS[3]), line(day, "王平"))
    take_in(office)
    seen = duty(show(office))
    assert (seen["status"], seen["corrected_on"]) == (status, day)


@pytest.mark.parametrize(("day", "status"), [("2026-03-31", "made_up"), ("2026-04-01", "absent")])
def test_once_reminded_the_ten_workdays_begin_on_that_day(office, day, status):
    sign(office, *others(DAYS[3]), line(day, "王平"))
    take_in(office)
    remind(office, "2026-03-17")
    assert duty(show(office, 3, "2026-04-30"))["status"] == status


def remind(office, on, step="提醒", absent_on=DAYS[3], **more):
    extra = [word for name, value in more.items() for word in (f"--{name.replace('_', '-')}", value)]
    answer = office.ask(
        *("attendance", "record", "--step", step, "--person", JUDGE, "--absent-on", absent_on),
        *("--reason", "没有到岗", "--as-of", on, *extra),
    )
    assert answer.status == 0, answer.err
    return answer.json["run"]


@pytest.mark.parametrize(("as_of", "is_due"), [("2026-03-31", False), ("2026-04-01", True)])
def test_feedback_is_due_from_the_eleventh_workday_after_the_reminder(office, as_of, is_due):
    sign(office, *others(DAYS[3]))
    take_in(office)
    remind(office, "2026-03-17")
    document = show(office, 3, as_of)
    assert steps(document)[DAYS[3], "reminder"][1] == "done"
    assert ((DAYS[3], "feedback") in steps(document)) is is_due
    if is_due:
        assert steps(document)[DAYS[3], "feedback"] == ("2026-04-01", "due")
        assert steps(show(office, 3, "2026-04-02"))[DAYS[3], "feedback"][1] == "overdue"


def test_without_a_reminder_no_feedback_follows_from_the_limit(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert set(steps(show(office, 3, "2026-06-30"))) == {(DAYS[3], "reminder")}


def miss(office, *months):
    for month in months:
        sign(office, *others(DAYS[month]), month=month)
    take_in(office)


def test_the_first_absence_of_a_quarter_reminds_the_second_feeds_back(office):
    miss(office, 1, 2)
    assert set(steps(show(office, 1))) == {(DAYS[1], "reminder")}
    assert set(steps(show(office, 2))) == {
        (DAYS[1], "reminder"),
        (DAYS[2], "reminder"),
        (DAYS[2], "feedback"),
    }


def test_absences_of_two_quarters_do_not_add_up(office):
    miss(office, 3, 4)
    assert (DAYS[4], "feedback") not in steps(show(office, 4, "2026-04-30"))
    miss(office, 5)
    assert (DAYS[5], "feedback") in steps(show(office, 5, "2026-05-31"))


def test_t26_other_numbers_move_both_edges(office):
    office.configure('[readings]\n"T-26" = { makeup_workdays = 3, absences_per_quarter = 3 }\n')
    miss(office, 1, 2)
    assert not [step for _, step in steps(show(office, 2)) if step == "feedback"]
    sign(office, *others(DAYS[3]), line("2026-03-16", "王平"), month=3)
    take_in(office)
    document = show(office, 3)
    assert duty(document)["status"] == "absent"
    assert (DAYS[3], "feedback") in steps(document)


def test_urging_is_due_from_the_eleventh_workday_after_the_feedback(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    remind(office, "2026-03-17")
    remind(office, "2026-04-01", "反馈", document="青政函1号")
    # 清明节放假三天：4月1日以后第10个工作日是4月16日。
    assert (DAYS[3], "supervision") not in steps(show(office, 3, "2026-04-16"))
    assert steps(show(office, 3, "2026-04-17"))[DAYS[3], "supervision"] == ("2026-04-17", "due")
    remind(office, "2026-04-17", "督促")
    assert steps(show(office, 3, "2026-04-20"))[DAYS[3], "supervision"][1] == "done"


def test_whoever_came_after_all_is_not_urged(office):
    sign(office, *others(DAYS[3]))
    sign(office, line("2026-04-10", "王平"), *others(DAYS[4]), line(DAYS[4], "王平"), month=4)
    take_in(office)
    remind(office, "2026-03-17")
    remind(office, "2026-04-01", "反馈")
    document = show(office, 3, "2026-04-30")
    assert duty(document)["status"] == "absent"
    assert steps(document)[DAYS[3], "feedback"][1] == "done"
    assert (DAYS[3], "supervision") not in steps(document)


def test_a_correction_attested_in_time_ends_it_a_late_one_does_not(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    remind(office, "2026-03-17", mended_on="2026-03-20")
    assert (DAYS[3], "feedback") not in steps(show(office, 3, "2026-04-30"))
    remind(office, "2026-03-17", mended_on="2026-04-20")
    assert (DAYS[3], "feedback") in steps(show(office, 3, "2026-04-30"))


# --- what was done is recorded, never assumed


def test_a_line_of_the_sheet_and_the_command_say_the_same(office):
    sign(office, *others(DAYS[3]))
    office.sheet(
        "reminder",
        [
            {
                "日期": "2026-03-17",
                "人员编号": JUDGE,
                "类型": "提醒",
                "缺勤日期": DAYS[3],
                "事由": "没有到岗",
            }
        ],
        title="提醒整改登记表",
        to="提醒/reminder.xlsx",
    )
    remind(office, "2026-03-17")
    taken = take_in(office)
    (sheet,) = [one for one in taken.sheets if one["id"] == "reminder"]
    assert (sheet["rows"], sheet["same"]) == (1, 1)
    assert steps(show(office, 3, "2026-03-31"))[DAYS[3], "reminder"][1] == "done"


def test_recorded_twice_changes_nothing_undone_is_due_again(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    run = remind(office, "2026-03-17")
    assert remind(office, "2026-03-17") is None
    assert office.run("incidents", "undo", str(run)).status == 0
    assert steps(show(office, 3, "2026-03-31"))[DAYS[3], "reminder"][1] == "overdue"


def test_a_reminder_without_a_day_is_about_the_last_absence(office):
    miss(office, 1, 2)
    office.sheet(
        "reminder",
        [{"日期": "2026-02-12", "人员编号": JUDGE, "事由": "没有到岗"}],
        title="提醒整改登记表",
        to="提醒/reminder.xlsx",
    )
    take_in(office)
    found = steps(show(office, 2, "2026-02-28"))
    assert found[DAYS[1], "reminder"][1] == "overdue"
    assert found[DAYS[2], "reminder"][1] == "done"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--person", "F99"), 66, "没有“F99”"),
        (("--reason", "13800000000"), 77, "号码"),
        (("--as-of", "2026-03-01"), 2, "以前"),
        (("--step", "批评"), 2, "批评"),
    ],
)
def test_a_wrong_record_is_refused_in_words(office, words, status, said):
    given = {
        "--step": "提醒",
        "--person": JUDGE,
        "--absent-on": DAYS[3],
        "--reason": "没有到岗",
        "--as-of": "2026-03-17",
    }
    given |= dict([words])
    answer = office.run("attendance", "record", *[word for pair in given.items() for word in pair])
    assert answer.status == status
    assert said in answer.err
    assert not (office.path / "ledger.db").exists() or office.ask("incidents", "list").status == 0


# --- names


@pytest.mark.parametrize(
    "name", ["王 平", "王　平", "王平法官", "法官王平", "王平同志", "王平 0951-0000000", "F01"]
)
def test_every_way_of_writing_a_name_is_known(office, name):
    sign(office, line(DAYS[3], name), *others(DAYS[3]))
    take_in(office)
    assert duty(show(office))["status"] == "present"


def test_several_names_in_a_cell_each_count(office):
    sign(office, line(DAYS[3], "王平、周正、张文"))
    take_in(office)
    assert {one["status"] for one in show(office)["duties"]} == {"present"}


@pytest.mark.parametrize("name", ["王法官", "王萍", "王"])
def test_a_surname_or_a_slip_is_nobody_and_nobodys_absence(office, name):
    sign(office, line(DAYS[3], name), *others(DAYS[3]))
    take_in(office)
    answer = office.ask("attendance", "show", "--month", "2026-03")
    finding = answer.finding("PERSON-UNKNOWN")
    assert answer.status == 1
    assert "王平（F01" in finding["message"]
    assert duty(answer.json)["status"] == "unknown"
    assert [one["person"] for one in answer.json["unresolved"]] == [name]
    assert steps(answer.json) == {}


def test_a_name_like_nobodys_excuses_nobody(office):
    sign(office, line(DAYS[3], "欧阳长空"), *others(DAYS[3]))
    take_in(office)
    answer = office.ask("attendance", "show", "--month", "2026-03")
    assert "没有当作任何人" in answer.finding("PERSON-UNKNOWN")["message"]
    assert duty(answer.json)["status"] == "absent"


def test_two_of_one_name_are_told_apart_by_unit_or_not_at_all(office):
    hire(office, ["L02", "王平", "律师", "长河律师事务所", None, None, 0])
    sign(
        office,
        line(DAYS[3], "王平", 单位="县人民法院"),
        line("2026-03-19", "王平", 单位="长河律师事务所"),
        line("2026-03-20", "王平"),
        line("2026-03-23", "王平", 单位="长河律师事务所", 角色="法官"),
    )
    take_in(office)
    answer = office.ask("attendance", "show", "--month", "2026-03")
    assert duty(answer.json)["status"] == "present"
    assert [(one["date"], one["person_ids"]) for one in answer.json["unplanned"]] == [("2026-03-19", ["L02"])]
    assert [one["date"] for one in answer.json["unresolved"]] == ["2026-03-20", "2026-03-23"]
    assert answer.codes.count("PERSON-AMBIGUOUS") == 1


# --- whose roster


def test_a_units_own_table_goes_before_the_registers(office):
    hire(office, without=())
    office.sheet(
        "duty_roster",
        [{"乡镇(街道)": "青山镇", "进驻法官": "李安", "固定进驻日": "每月第3个周三"}],
        title="云岭县2026年进驻值班表",
        headers=["乡镇(街道)", "进驻法官", "固定进驻日"],
    )
    sign(office, *others(DAYS[3]), line("2026-03-18", "李安"))
    take_in(office)
    document = show(office)
    seen = {
        one["role"]: (one["date"], one["person"], one["basis"], one["status"]) for one in document["duties"]
    }
    assert seen == {
        "judge": ("2026-03-18", "李安", "sheet", "present"),
        "prosecutor": (DAYS[3], "周正", "generated", "present"),
        "lawyer": (DAYS[3], "张文", "generated", "present"),
    }


def test_mediators_go_by_their_offices_table_two_days_in_a_cell(office):
    first, second = office.county.villages_of("青山镇")
    office.sheet(
        "mediator_roster",
        [
            {
                "人民调解员": "赵和",
                "进驻村(社区)": first,
                "每月固定值班日": "每月10日、25日",
                "值班时间": "9:00—12:00",
            }
        ],
        title="青山司法所2026年人民调解员进驻值班表",
        headers=["人民调解员", "进驻村(社区)", "每月固定值班日", "值班时间"],
    )
    sign(
        office, line("2026-03-10", "赵和", place=first, go="12:00"), line("2026-03-25", "赵和", place=second)
    )
    take_in(office)
    seen = [
        (one["date"], one["area_code"], one["status"])
        for one in show(office)["duties"]
        if one["role"] == "mediator"
    ]
    code = office.county.code(first)
    assert seen == [("2026-03-10", code, "present"), ("2026-03-25", code, "absent")]


def test_sign_ins_in_a_village_say_nothing_of_the_townships_day(office):
    village = office.county.villages_of("青山镇")[0]
    sign(office, line("2026-03-10", "赵和", place=village))
    take_in(office)
    assert {one["status"] for one in show(office)["duties"]} == {"unknown"}


# --- figures


def test_a_sum_with_blank_cells_is_a_lower_bound(office):
    told = {"接待咨询(人次)": 3, "参与调解(件)": "无"}
    sign(
        office,
        line(DAYS[3], "王平", **told),
        line("2026-03-19", "王平", **{"接待咨询(人次)": 2}),
        line(DAYS[3], "周正", **told),
    )
    take_in(office)
    figures = {one["key"]: one for one in show(office)["figures"]}
    assert figures[JUDGE]["consulted"] == {"low": 5, "high": 5, "blank": 0, "lines": 2}
    assert figures[JUDGE]["mediated"] == {"low": 0, "high": None, "blank": 1, "lines": 2}
    assert figures[LAWYER]["consulted"] == {"low": 0, "high": 0, "blank": 0, "lines": 0}
    (april, *_) = show(office, 4)["figures"]
    assert april["consulted"] == {"low": 0, "high": None, "blank": 0, "lines": 0}
    assert figures[LAWYER]["absent"] == 1
    units = {one["name"]: one for one in show(office, 3, None, "--by", "unit")["figures"]}
    assert units["县人民法院"]["consulted"]["low"] == 5
    (town,) = show(office, 3, None, "--by", "township")["figures"]
    assert (town["name"], town["duties"], town["consulted"]["low"]) == ("青山镇", 3, 8)


@pytest.mark.parametrize("by", ["person", "unit", "township", "month"])
def test_the_kinds_add_up_to_the_duties(office, by):
    miss(office, 1, 2, 3)
    answer = office.ask("attendance", "show", "--quarter", "2026-1", "--by", by)
    kinds = ("present", "made_up", "on_leave", "substituted", "unknown", "pending", "absent")
    for one in answer.json["figures"]:
        assert sum(one[kind] for kind in kinds) == one["duties"]
    assert sum(one["duties"] for one in answer.json["figures"]) == 9


def test_the_screen_is_eighty_columns_wide(office):
    miss(office, 1, 2, 3)
    answer = office.run("attendance", "show", "--month", "2026-03")
    table = answer.out.splitlines()
    assert "缺勤" in answer.out
    assert max(measure_width(text) for text in table) <= 80


def test_csv_and_workbook_are_written_the_same_every_time(office, tmp_path):
    miss(office, 1, 2, 3)
    out = tmp_path / "考勤.xlsx"
    assert office.run("attendance", "show", "--year", "2026", "-o", out).status == 0
    assert out.stat().st_size > 0
    again = tmp_path / "again.xlsx"
    office.run("attendance", "show", "--year", "2026", "-o", again)
    assert out.read_bytes() == again.read_bytes()
    rows = office.run("attendance", "show", "--month", "2026-03", "--by", "duty", "--format", "csv").out
    assert rows.splitlines()[0].lstrip("\ufeff").startswith("日期,")
    assert len(rows.splitlines()) == 4


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--month", "2026-03", "--year", "2026"),
        ("--quarter", "2026-5"),
        ("--month", "2026-03", "--by", "天"),
    ],
)
def test_a_wrong_command_line_is_refused_in_words(office, words):
    answer = office.run("attendance", "show", *words)
    assert answer.status == 2
    assert answer.err


# --- publishing


def test_a_published_month_is_never_built_anew(office):
    first = office.ask("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27")
    assert first.status == 0, first.err
    assert first.json["run"] == 1
    assert office.ask("roster", "publish", "--month", "2026-03").json["run"] is None
    hire(office, without=("F01",))
    duties = office.ask("roster", "generate", "--month", "2026-03").json["duties"]
    assert {one["frozen"] for one in duties} == {True}
    assert "王平" in {one["person"] for one in duties}
    refused = office.run("roster", "publish", "--month", "2026-03")
    assert refused.status == 77
    assert "王平→李安" in refused.err


def test_a_replaced_roster_stays_and_comes_back_by_undo(office):
    office.run("roster", "publish", "--month", "2026-03")
    hire(office, without=("F01",))
    assert office.run("roster", "publish", "--month", "2026-03", "--replace").status == 2
    done = office.ask("roster", "publish", "--month", "2026-03", "--replace", "--reason", "法官调整")
    assert (done.json["run"], done.json["replaced_run"]) == (2, 1)
    assert "李安" in judges(office)
    assert office.run("incidents", "undo").status == 0
    assert judges(office) == {"王平"}
    assert office.run("incidents", "undo", "1").status == 0
    assert judges(office) == {"李安"}


def judges(office):
    duties = office.ask("roster", "generate", "--month", "2026-03").json["duties"]
    return {one["person"] for one in duties if one["role"] == "judge"}


def test_a_draft_and_an_empty_roster_are_not_published(office):
    assert office.run("roster", "publish", "--month", "2040-03").status == 77
    office.register("进驻日", [])
    assert office.run("roster", "publish", "--month", "2026-03").status == 66
    assert not (office.path / "ledger.db").exists() or not office.ask("incidents", "list").json["incidents"]


def test_publishing_disturbs_nothing_else_in_the_ledger(office):
    office.run("roster", "publish", "--month", "2026-03")
    remind(office, "2026-03-17")
    assert office.ask("incidents", "list").json["incidents"] == []
    assert office.score()["villages"]
    path = office.path / "out" / "台账.xlsx"
    assert office.run("incidents", "export", "-o", path).status == 0
    take_in_again = office.ask("records", "import", office.path / "inbox")
    assert take_in_again.status == 0
    assert json.dumps(show(office), ensure_ascii=False)
    assert date.fromisoformat(show(office)["as_of"]) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("told", "as_of", "asked"),
    [
        ("否", "2026-03-31", set()),
        ("否", "2026-04-01", {("2026-03-17", "feedback")}),
        ("", "2026-04-01", set()),
        ("是", "2026-04-01", set()),
    ],
)
def test_a_reminder_about_conduct_goes_on_only_where_it_was_denied_a_correction(office, told, as_of, asked):
    sign(office, line(DAYS[3], "王平"), *others(DAYS[3]))
    office.sheet(
        "reminder",
        [{"日期": "2026-03-17", "人员编号": JUDGE, "事由": "值班时不接待", "是否整改": told}],
        title="提醒整改登记表",
        to="提醒/reminder.xlsx",
    )
    take_in(office)
    assert set(steps(show(office, 3, as_of))) == asked


def test_the_canonical_sheet_has_its_step_and_its_day_in_the_reason(office):
    miss(office, 1, 2)
    office.sheet(
        "reminder",
        [
            {"日期": "2026-02-12", "人员编号": JUDGE, "事由": "1月13日没有到岗"},
            {"日期": "2026-02-27", "人员编号": JUDGE, "事由": "2月10日又没有到岗，反馈派驻单位"},
        ],
        title="提醒整改登记表",
        to="提醒/reminder.xlsx",
    )
    take_in(office)
    found = {key: state for key, (_, state) in steps(show(office, 2, "2026-02-27")).items()}
    assert found == {
        (DAYS[1], "reminder"): "done",
        (DAYS[2], "reminder"): "overdue",
        (DAYS[2], "feedback"): "done",
    }


@pytest.mark.parametrize(("needed", "answers"), [(1, ("met", "not_met")), (2, ("not_met", "not_met"))])
def test_t24_a_village_is_short_only_where_a_sheet_speaks_for_its_whole_month(office, needed, answers):
    office.configure(f'[readings]\n"T-24" = {{ days_per_month = {needed} }}\n')
    first = office.county.villages_of("青山镇")[0]
    sign(
        office, line("2026-03-10", "赵和", place=first), line("2026-03-10", "赵和", place=first, come="14:00")
    )
    take_in(office)
    march, april = show(office)["villages"], show(office, 4)["villages"]
    assert tuple(one["answer"] for one in march) == answers
    assert [(one["days"]["low"], one["days"]["high"]) for one in march] == [(1, 1), (0, 0)]
    assert {one["answer"] for one in april} == {"unknown"}
    assert show(office, 3, "2026-03-30")["villages"] == []


def test_t24_a_line_in_doubt_may_be_a_mediators_a_judge_is_none(office):
    first, second = office.county.villages_of("青山镇")
    sign(
        office,
        line("2026-03-10", "赵禾", place=first),
        line("2026-03-11", "王平", place=second),
        line("2026-03-12", "赵和", place="青山镇综治中心"),
    )
    take_in(office)
    assert [one["days"] for one in show(office)["villages"]] == [{"low": 0, "high": 1}, {"low": 0, "high": 0}]


def test_a_reminder_may_name_the_person_and_a_name_nobody_bears_is_told(office):
    sign(office, *others(DAYS[3]))
    office.sheet(
        "reminder",
        [
            {"日期": "2026-03-17", "姓名": "王 平", "事由": "没有到岗", "是否整改": "否"},
            {"日期": "2026-03-17", "姓名": "欧阳长空", "事由": "没有到岗", "是否整改": "否"},
        ],
        headers=["日期", "姓名", "事由", "是否整改"],
        title="提醒整改登记表",
        to="提醒/reminder.xlsx",
    )
    taken = take_in(office)
    assert [one["new"] for one in taken.sheets if one["id"] == "reminder"] == [2]
    answer = office.ask("attendance", "show", "--month", "2026-03")
    assert steps(answer.json)[DAYS[3], "reminder"][1] == "done"
    assert "欧阳长空" in answer.finding("PERSON-UNKNOWN")["message"]


@pytest.mark.parametrize(
    ("reading", "day"), [("next_workday", "2026-08-17"), ("previous_workday", "2026-08-14")]
)
def test_t25_a_units_own_rule_moves_off_days_off_the_way_the_office_chose(office, reading, day):
    office.configure(f'[readings]\n"T-25" = "{reading}"\n')
    office.sheet(
        "duty_roster",
        [{"乡镇(街道)": "青山镇", "进驻法官": "王平", "固定进驻日": "每月15日"}],
        title="云岭县2026年进驻值班表",
        headers=["乡镇(街道)", "进驻法官", "固定进驻日"],
    )
    take_in(office)
    (found,) = [one for one in show(office, 8)["duties"] if one["role"] == "judge"]
    assert (found["date"], found["basis"]) == (day, "sheet")


def test_an_office_without_persons_or_ledger_sees_nothing_and_no_error(office):
    (office.path / "registers" / "人员.xlsx").unlink()
    answer = office.ask("attendance", "show", "--month", "2026-03")
    assert answer.status == 0, answer.err
    assert (answer.json["duties"], answer.json["proposals"]) == ([], [])
    assert office.run("attendance", "show", "--month", "2026-03").status == 0


# --- names with their titles, and what `due` makes of it


@pytest.mark.parametrize(
    "signed", ["王平法官", "法官王平", "法官 王平", "王平 法官", "法官\n王平", "法官 王 平", "F01"]
)
def test_a_title_written_beside_the_name_changes_nothing(office, signed):
    sign(office, *others(DAYS[3]), line(DAYS[3], signed))
    take_in(office)
    seen = show(office)
    assert not [one for one in seen["findings"] if one["code"] == "PERSON-UNKNOWN"]
    assert duty(seen)["status"] == "present"
    due = office.ask("due", "--month", "2026-03", "--as-of", "2026-04-01").json["items"]
    assert [one["state"] for one in due if one["obligation"] == "O-12"] == ["done"]


def test_two_persons_with_their_titles_in_one_cell_are_both_there(office):
    sign(office, line(DAYS[3], "周正"), line(DAYS[3], "法官 王平 律师 张文"))
    take_in(office)
    seen = show(office)
    assert [duty(seen, who)["status"] for who in (JUDGE, PROSECUTOR, LAWYER)] == ["present"] * 3
    due = office.ask("due", "--month", "2026-03", "--as-of", "2026-04-01").json["items"]
    assert {one["state"] for one in due if one["obligation"] in ("O-12", "O-13", "O-14")} == {"done"}


def test_due_names_the_person_and_the_day_of_each_step(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    answer = office.ask("due", "--as-of", "2026-03-20")
    (item,) = [one for one in answer.json["items"] if one["obligation"] == "O-38"]
    assert (item["who"], item["person"], item["state"]) == ("青山镇", "王平（县人民法院）", "overdue")
    assert (item["what"], item["why"]) == (
        "提醒 王平（县人民法院），3月10日缺勤",
        "无假也无人顶替，没有到岗",
    )
    out = "".join(office.run("due", "--as-of", "2026-03-20").out.split())
    assert "O-38青山镇：提醒王平（县人民法院），3月10日缺勤〔六(三)〕" in out


def test_mediators_days_in_villages_are_told_in_plain_words(office):
    sign(office, *others(DAYS[3]))
    take_in(office)
    out = office.run("attendance", "show", "--month", "2026-03", "--as-of", "2026-04-30").out
    assert "人民调解员到村（每月至少1天）：看不出够不够" in out
    sheet = [line(DAYS[3], "赵和", "青禾村"), line("2026-03-11", "赵和", "青山镇综治中心")]
    sign(office, *sheet, title="青山镇2026年3月人民调解员签到表", to="3月/调解员.xlsx")
    take_in(office)
    out = office.run("attendance", "show", "--month", "2026-03", "--as-of", "2026-04-30").out
    assert "人民调解员到村（每月至少1天）：够的1个村(社区)，不够的1" in out


def test_before_the_first_sign_in_nothing_is_proposed_and_no_roster_is_made(office, monkeypatch):
    span = Period(Month(2026, 1), Month(2026, 3))

    def propose():
        workspace = open_workspace(office.path)
        return list_proposals(workspace, read_registers(workspace), span, as_of=date(2026, 3, 31))

    workspace = open_workspace(office.path)
    whole = open_attendance(workspace, read_registers(workspace), span)
    assert whole.outcomes
    assert not whole.proposals
    with monkeypatch.context() as patch:
        patch.setattr(duties, "build_roster", lambda *_, **__: pytest.fail("a roster was made"))
        assert propose() == ()
    sign(office, *others(DAYS[3]))
    take_in(office)
    assert [one.person_id for one in propose()] == [JUDGE]
