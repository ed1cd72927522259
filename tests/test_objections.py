"""Objections and rulings, by sheet or by command, in time or late: an open question decides nothing."""

from __future__ import annotations

import itertools
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import County, Office, case

from sanwu_cli.console.text import measure_width
from sanwu_cli.errors import ExitStatus

A, B, C, D = "青禾村", "松岗村", "白鹭村", "芦花村"
CASE, OTHER = "A64981", "A64982"
PAPER = "云政法〔2026〕3号"
GROUNDS = ("--reason", "查明发案地", "--document", PAPER)
BY = ("--unit", "石桥镇", "--reason", "发案地不在本村")


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "w", County.of(石桥镇=3, 云峰街道=2), capsys.readouterr)


@pytest.fixture
def year(office):
    """A whole year reported, one crime in A in March."""
    office.year([("crime", A, "2026-03-05")])
    office.take_in()
    return office


def ruling(number, matter, target="", **more):
    row = {"指标": "刑事案件", "案件编号": number, "事项": matter, "改归区域代码": target}
    return row | {"理由": "查明发案地", "文号": PAPER, "日期": date(2026, 4, 2)} | more


def objection(number=CASE, **more):
    row = {"理由": "发案地不在本村", "文号": None, "提出单位": "石桥镇"}
    return ruling(number, "异议", **(row | more))


def decide(office, *rows, to="认定.xlsx"):
    return office.ask("records", "import", office.sheet("ruling", rows, to=to, title="认定(异议)登记表"))


def list_sent(office, *rows, to="报告.xlsx"):
    """Record when lists went out: (subject, day)."""
    listed = [{"单位": "政法委", "事项": name, "文号": "", "报送日期": day} for name, day in rows]
    path = office.sheet("report_filed", listed, to=to, title="书面报告登记表")
    assert office.ask("records", "import", path).status == 0


def march(office, *numbers):
    office.month("crime", "2026-03", [case("crime", n, "2026-03-05", "石桥镇", A) for n in numbers or (1,)])
    office.take_in()


def count_of(village):
    state = village["indicators"]["criminal_case"]
    return state["low"], state["high"]


def known(office, number=CASE):
    return office.ask("incidents", "show", number).json


def objections(office, *more):
    return office.ask("incidents", "objections", *more).json["objections"]


# -- the commands write what the sheet would ------------------------------------------------------------


def test_an_objection_by_command_is_the_same_as_one_by_sheet(year):
    answer = year.ask("incidents", "object", CASE, *BY, "--on", "2026-04-02")
    assert answer.json["applied"] is True
    assert known(year)["objection_pending"] is True
    later = decide(year, objection())
    assert [later.sheets[0][name] for name in ("new", "same", "changed")] == [0, 1, 0]
    assert len(objections(year)) == 1
    assert objections(year)[0]["unit"] == "石桥镇"


@pytest.mark.parametrize(
    ("words", "row"),
    [
        (("剔除",), ruling(CASE, "剔除")),
        (("改归", "--to", B), ruling(CASE, "改归", B)),
        (("维持",), ruling(CASE, "维持")),
        (("计入",), ruling(CASE, "计入")),
        (("挂账",), ruling(CASE, "挂账")),
    ],
)
def test_a_ruling_by_command_is_the_same_as_one_by_sheet(year, words, row):
    year.ask("incidents", "rule", CASE, "--matter", *words, *GROUNDS, "--on", "2026-04-02")
    before = known(year)
    later = decide(year, row)
    assert [later.sheets[0][name] for name in ("new", "same", "changed")] == [0, 1, 0]
    after = known(year)
    assert {k: v for k, v in after.items() if k != "changes"} == {
        k: v for k, v in before.items() if k != "changes"
    }
    assert len(after["changes"]) == 1
    again = year.run("incidents", "rule", CASE, "--matter", *words, *GROUNDS, "--on", "2026-04-02")
    assert "没有重复写入" in again.err


def test_a_trial_run_shows_both_units_and_how_their_verdicts_change_and_writes_nothing(year):
    words = ("incidents", "rule", CASE, "--matter", "改归", "--to", B, *GROUNDS, "--dry-run")
    answer = year.ask(*words).json
    assert (answer["applied"], answer["run"]) == (False, None)
    assert (answer["before"], answer["after"]) == ([year.county.code(A)], [year.county.code(B)])
    by_name = {one["name"]: one for one in answer["standings"]}
    assert (by_name[A]["verdict_before"], by_name[A]["verdict_after"]) == ("not_designated", "designated")
    assert (by_name[B]["verdict_before"], by_name[B]["verdict_after"]) == ("designated", "not_designated")
    assert by_name[B]["number_after"] == {"low": 1, "high": 1}
    assert "石桥镇" in by_name
    shown = year.run(*words).out
    assert f"{A} → {B}" in shown
    assert max(map(measure_width, shown.splitlines())) <= 80
    assert known(year)["changes"] == []


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("object", "没有这号", *BY), ExitStatus.INPUT_MISSING, "没有这号"),
        (("object", CASE, "--unit", " ", "--reason", "理由"), ExitStatus.USAGE, "提出单位"),
        (("object", CASE, "--unit", "石桥镇", "--reason", " "), ExitStatus.USAGE, "理由"),
        (("rule", CASE, "--matter", "改归", *GROUNDS), ExitStatus.USAGE, "--to"),
        (("rule", CASE, "--matter", "剔除", "--to", B, *GROUNDS), ExitStatus.USAGE, "--to"),
        (("rule", CASE, "--matter", "改归", "--to", "无此村", *GROUNDS), ExitStatus.INPUT_MISSING, "无此村"),
        (("rule", CASE, "--matter", "异议", *GROUNDS), ExitStatus.USAGE, "incidents object"),
        (("rule", CASE, "--matter", "胡来", *GROUNDS), ExitStatus.USAGE, "胡来"),
        (("rule", CASE, "--matter", "剔除", "--reason", "理由", "--document", " "), ExitStatus.USAGE, "文号"),
        (("rule", CASE, "--matter", "剔除", *GROUNDS, "--on", "2026-02-30"), ExitStatus.USAGE, "2026-02-30"),
    ],
)
def test_what_cannot_be_said_is_refused_in_chinese_and_nothing_is_written(year, words, status, says):
    answer = year.run("incidents", *words)
    assert answer.status == status
    assert says in answer.err
    assert known(year)["changes"] == []


def test_a_telephone_in_the_reason_is_refused_and_never_stored(year):
    answer = year.run("incidents", "object", CASE, "--unit", "石桥镇", "--reason", "电话13800000000")
    assert answer.status == ExitStatus.REFUSED
    assert "13800000000" not in answer.out + answer.err
    assert b"13800000000" not in (year.path / "ledger.db").read_bytes()


def test_a_withdrawn_case_needs_no_ruling(year):
    year.run("incidents", "withdraw", CASE, *GROUNDS)
    answer = year.run("incidents", "rule", CASE, "--matter", "计入", *GROUNDS)
    assert answer.status == ExitStatus.USAGE
    assert "已经撤回" in answer.err


def test_what_a_command_wrote_is_undone_like_an_import(year):
    year.run("incidents", "rule", CASE, "--matter", "剔除", *GROUNDS)
    assert known(year)["status"] == "not_counted"
    year.run("incidents", "undo")
    assert (known(year)["status"], known(year)["changes"]) == ("counted", [])


def test_a_ruling_of_an_earlier_day_than_another_only_leaves_its_trace(year):
    year.ask("incidents", "rule", CASE, "--matter", "改归", "--to", C, *GROUNDS, "--on", "2026-05-02")
    grounds = ("--reason", "查明", "--document", "云政法〔2026〕2号")
    late = year.run("incidents", "rule", CASE, "--matter", "改归", "--to", B, *grounds, "--on", "2026-04-02")
    assert "以更晚的为准" in late.err
    assert known(year)["area_code"] == year.county.code(C)
    assert len(known(year)["changes"]) == 2


# -- pending: the month counts it, the year keeps both answers -------------------------------------------


def test_a_pending_objection_counts_in_the_month_and_is_open_in_the_year_at_both_levels(year):
    decide(year, objection())
    village, town = year.village(A), year.township("石桥镇")
    assert (count_of(village), village["verdict"]) == ((0, 1), "unknown")
    assert "objection_pending" in village["flags"]
    assert "objection_pending" in town["flags"]
    assert town["unbreached"] == {"low": 2, "high": 3}
    assert "objection_pending" not in year.township("云峰街道")["flags"]
    month = year.ask("score", "month", "2026-03").json
    mine = next(one for one in month["villages"] if one["code"] == year.county.code(A))
    assert mine["indicators"]["criminal_case"]["month"] == {"low": 1, "high": 1}
    explained = year.run("score", "explain", A, "--year", 2026).out
    assert "有异议未决1件" in explained


def test_an_objection_that_names_another_village_leaves_that_one_open_too(year):
    assert year.village(B)["verdict"] == "designated"
    year.ask("incidents", "object", CASE, *BY, "--to", B)
    assert (count_of(year.village(B)), year.village(B)["verdict"]) == ((0, 1), "unknown")
    assert year.village(C)["verdict"] == "designated"


def test_an_objection_to_a_move_leaves_both_villages_open(year):
    decide(year, ruling(CASE, "改归", B))
    assert (year.village(A)["verdict"], year.village(B)["verdict"]) == ("designated", "not_designated")
    decide(year, objection(日期=date(2026, 4, 8)), to="二.xlsx")
    assert (count_of(year.village(A)), count_of(year.village(B))) == ((0, 1), (0, 1))
    decide(year, ruling(CASE, "维持", 日期=date(2026, 4, 20), 文号="云政法〔2026〕5号"), to="三.xlsx")
    assert (count_of(year.village(A)), count_of(year.village(B))) == ((0, 0), (1, 1))


def test_an_objection_to_a_removal_leaves_the_village_open(year):
    decide(year, ruling(CASE, "剔除"))
    assert year.village(A)["verdict"] == "designated"
    decide(year, objection(日期=date(2026, 4, 8)), to="二.xlsx")
    assert (count_of(year.village(A)), year.village(A)["verdict"]) == ((0, 1), "unknown")


def test_a_case_put_off_stays_open_is_shown_so_and_names_nobody(year):
    decide(year, objection())
    decide(year, ruling(CASE, "挂账", 日期=date(2026, 12, 20)), to="二.xlsx")
    one = known(year)
    assert (one["objection_pending"], one["suspended"]) == (True, True)
    village = year.village(A)
    assert (count_of(village), village["verdict"]) == ((0, 1), "unknown")
    assert "挂账1件" in year.run("score", "explain", A, "--year", 2026).out
    (listed,) = objections(year, "--pending")
    assert listed["state"] == "suspended"
    decide(year, ruling(CASE, "维持", 日期=date(2027, 1, 10), 文号="云政法〔2027〕1号"), to="三.xlsx")
    assert (known(year)["suspended"], count_of(year.village(A))) == (False, (1, 1))


def test_a_case_put_off_without_an_objection_is_open_as_well(year):
    year.ask("incidents", "rule", CASE, "--matter", "挂账", *GROUNDS)
    assert (count_of(year.village(A)), year.village(A)["verdict"]) == ((0, 1), "unknown")
    assert objections(year) == []


def test_a_case_of_the_township_itself_flags_the_township_only(office):
    office.year([])
    rows = [case("suit", 1, "2026-03-05", "石桥镇", None)]
    office.month("suit", "2026-03", rows, to="2026-03/诉讼.xlsx")
    office.take_in()
    number = office.incidents()[0]["id"]
    office.ask("incidents", "object", number, *BY)
    assert "objection_pending" in office.township("石桥镇")["flags"]
    assert "objection_pending" not in office.village(A)["flags"]
    assert office.village(A)["verdict"] == "designated"


# -- objections to counted numbers -----------------------------------------------------------------------


def counted(office, number, *, village=A):
    row = {"乡镇(街道)": "石桥镇", "村(社区)": village, "刑事案件": number}
    office.month("indicator_count", "2026-03", [row])
    office.take_in()


def number_of(office, village=A):
    return f"月报数-2026-03-{office.county.code(village)}"


@pytest.mark.parametrize("by_sheet", [True, False])
def test_an_objection_to_a_counted_number_keeps_the_year_with_it_and_without_it(office, by_sheet):
    office.year([])
    counted(office, 2)
    assert count_of(office.village(A)) == (0, 2)  # the cases say none, the count says two
    number = number_of(office)
    if by_sheet:
        assert "RULING-HELD" not in decide(office, objection(number)).codes
    else:
        assert office.ask("incidents", "object", number, *BY, "--on", "2026-04-02").status == 0
    assert count_of(office.village(A)) == (0, 2)
    assert "objection_pending" in office.village(A)["flags"]
    decide(office, ruling(number, "剔除", 日期=date(2026, 4, 20)), to="二.xlsx")
    village = office.village(A)
    assert (count_of(village), village["verdict"], village["flags"]) == ((0, 0), "designated", [])


def test_a_number_nobody_else_reports_is_unknown_while_it_is_doubted_and_once_it_is_out(office):
    counted(office, 0)
    before = office.ask("score", "month", "2026-03").json
    mine = next(one for one in before["villages"] if one["code"] == office.county.code(A))
    assert mine["indicators"]["criminal_case"]["month"] == {"low": 0, "high": 0}
    decide(office, objection(number_of(office)))
    assert "crime:2026-03" in office.village(A)["missing"]
    assert count_of(office.village(A)) == (0, None)
    decide(office, ruling(number_of(office), "剔除", 日期=date(2026, 4, 20)), to="二.xlsx")
    after = office.ask("score", "month", "2026-03").json
    mine = next(one for one in after["villages"] if one["code"] == office.county.code(A))
    assert mine["indicators"]["criminal_case"]["month"] == {"low": 0, "high": None}


def test_an_objection_to_taking_a_number_out_keeps_the_year_with_it_and_without_it(office):
    office.year([])
    counted(office, 2)
    decide(
        office,
        ruling(number_of(office), "剔除"),
        objection(number_of(office), 日期=date(2026, 4, 8)),
    )
    assert count_of(office.village(A)) == (0, 2)
    assert [one["state"] for one in objections(office)] == ["pending"]
    month = office.ask("score", "month", "2026-03").json
    mine = next(one for one in month["villages"] if one["code"] == office.county.code(A))
    assert mine["indicators"]["criminal_case"]["month"] == {"low": 0, "high": 0}
    assert [one["matter"] for one in office.score()["rulings"]] == ["remove", "object"]


def test_a_counted_number_cannot_be_moved(office):
    counted(office, 2)
    answer = decide(office, ruling(number_of(office), "改归", B))
    assert "更正的月报表" in answer.finding("RULING-HELD")["message"]
    by_command = office.run("incidents", "rule", number_of(office), "--matter", "改归", "--to", B, *GROUNDS)
    assert by_command.status == ExitStatus.USAGE
    assert "更正的月报表" in by_command.err


def test_a_second_ruling_of_one_paper_replaces_the_first_and_says_so(year):
    year.ask("incidents", "rule", CASE, "--matter", "改归", "--to", C, *GROUNDS, "--on", "2026-04-02")
    again = year.run("incidents", "rule", CASE, "--matter", "改归", "--to", B, *GROUNDS, "--on", "2026-04-02")
    assert "原来的一条留在台账里" in again.err
    assert known(year)["area_code"] == year.county.code(B)
    year.run("incidents", "undo")
    assert known(year)["area_code"] == year.county.code(C)


# -- the window ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "timing"),
    # Qingming is off on Monday, April 6, 2026: five working days after Friday, April 3, end on the 13th.
    [(date(2026, 4, 3), "in_time"), (date(2026, 4, 13), "in_time"), (date(2026, 4, 14), "late")],
)
def test_an_objection_has_five_working_days_after_the_list_went_out(office, day, timing):
    march(office)
    list_sent(office, ("2026年3月三无情况通报", date(2026, 4, 3)))
    answer = decide(office, objection(日期=day))
    (one,) = objections(office)
    assert (one["opened_on"], one["window_end"], one["timing"]) == ("2026-04-03", "2026-04-13", timing)
    assert ("OBJECTION-LATE" in answer.codes) is (timing == "late")


def test_a_late_objection_is_listed_asks_who_decides_and_widens_until_it_is_answered(office):
    office.year([])
    march(office)
    list_sent(office, ("2026年3月三无情况通报", date(2026, 4, 3)))
    answer = office.ask("incidents", "object", CASE, *BY, "--on", "2026-05-08")
    assert "由政法委决定是否受理" in answer.finding("OBJECTION-LATE")["message"]
    assert answer.json["objection"]["timing"] == "late"
    assert (answer.status, answer.json["applied"]) == (0, True)
    assert (count_of(office.village(A)), office.village(A)["verdict"]) == ((0, 1), "unknown")
    shown = office.run("incidents", "objections", "--as-of", "2026-05-20")
    assert "逾期，未决" in shown.out
    assert "12" in shown.out  # days waited
    office.ask("incidents", "rule", CASE, "--matter", "维持", *GROUNDS, "--on", "2026-05-20")
    assert count_of(office.village(A)) == (1, 1)
    assert "OBJECTION-LATE" not in office.ask("incidents", "objections").codes


def test_when_no_list_is_recorded_nobody_is_late_and_it_is_said(office):
    march(office)
    answer = decide(office, objection(日期=date(2026, 11, 2)))
    (one,) = objections(office)
    assert (one["timing"], one["window_end"]) == ("unknown", None)
    assert "没有登记2026年3月的清单" in answer.finding("OBJECTION-WINDOW-UNKNOWN")["message"]


def test_an_objection_without_a_day_or_a_reason_is_kept_and_named(office):
    march(office)
    list_sent(office, ("3月月度清单", date(2026, 4, 3)))
    answer = decide(office, objection(日期=None, 理由=None))
    assert "没有写提出的日期" in answer.finding("OBJECTION-WINDOW-UNKNOWN")["message"]
    assert CASE in answer.finding("OBJECTION-NO-REASON")["message"]
    (one,) = objections(office)
    assert (one["raised_on"], one["timing"], one["state"], one["days_waiting"]) == (
        None,
        "unknown",
        "pending",
        None,
    )
    assert known(office)["objection_pending"] is True


def test_a_case_told_late_is_on_the_list_of_the_month_that_told_it(office):
    late = [case("crime", 1, "2026-03-05", "石桥镇", A)]
    office.month("crime", "2026-05", late, title="云岭县2026年1—5月刑事案件台账")
    office.take_in()
    sent = [(f"2026年{n}月三无情况通报", date(2026, n + 1, 3)) for n in (3, 4, 5)]
    list_sent(office, *sent)
    decide(office, objection(日期=date(2026, 6, 8)))
    (one,) = objections(office)
    assert (one["month"], one["opened_on"], one["timing"]) == ("2026-05", "2026-06-03", "in_time")


def test_a_decision_that_moves_the_case_opens_the_window_anew(office):
    march(office)
    list_sent(office, ("2026年3月三无情况通报", date(2026, 4, 3)))
    decide(office, ruling(CASE, "改归", B, 日期=date(2026, 6, 1)), objection(日期=date(2026, 6, 8)))
    (one,) = objections(office)
    assert (one["opened_on"], one["window_end"], one["timing"]) == ("2026-06-01", "2026-06-08", "in_time")


def test_in_a_year_whose_holidays_are_not_published_the_end_of_the_window_is_a_draft(office):
    office.month("crime", "2090-03", [case("crime", 1, "2090-03-05", "石桥镇", A)])
    office.take_in()
    list_sent(office, ("2090年3月三无情况通报", date(2090, 4, 3)))
    decide(office, objection(日期=date(2090, 4, 8)))
    assert objections(office)[0]["window_draft"] is True
    assert "（草案）" in office.run("incidents", "objections").out


def test_the_office_sets_its_own_span_and_a_wrong_one_is_refused(office):
    march(office)
    list_sent(office, ("2026年3月三无情况通报", date(2026, 4, 3)))
    decide(office, objection(日期=date(2026, 4, 14)))
    office.configure("[objections]\nwindow_workdays = 10\n")
    assert objections(office)[0]["timing"] == "in_time"
    for wrong in ("0", "true", '"5"'):
        office.configure(f"[objections]\nwindow_workdays = {wrong}\n")
        answer = office.run("incidents", "objections")
        assert answer.status == ExitStatus.USAGE
        assert "不小于1的整数" in answer.err


@pytest.mark.parametrize(
    ("subject", "filed_on", "month"),
    [
        ("三无情况通报", date(2026, 4, 3), "2026-03"),
        ("12月三无指标通报", date(2027, 1, 5), "2026-12"),
        ("1月月度清单", date(2026, 1, 31), "2026-01"),
        ("2026年1—3月三无通报（第3期）", date(2026, 4, 3), "2026-03"),
        ("关于报送2026-02月度清单的通知", date(2026, 3, 3), "2026-02"),
    ],
)
def test_which_month_a_list_is_for_is_read_from_its_name_else_from_the_day_before(
    office, subject, filed_on, month
):
    year, number = (int(part) for part in month.split("-"))
    office.month("crime", month, [case("crime", 1, f"{month}-05", "石桥镇", A)])
    office.take_in()
    list_sent(office, (subject, filed_on))
    decide(office, objection(日期=date(year, number, 28)))
    assert objections(office)[0]["opened_on"] == filed_on.isoformat()


# -- the list --------------------------------------------------------------------------------------------


def test_the_list_says_who_until_when_how_it_stands_and_how_it_was_decided(office):
    march(office, 1, 2)
    list_sent(office, ("2026年3月三无情况通报", date(2026, 4, 3)))
    decide(
        office,
        objection(日期=date(2026, 4, 8)),
        objection(OTHER, 提出单位="云峰街道", 日期=date(2026, 4, 9)),
        ruling(CASE, "改归", B, 日期=date(2026, 4, 20)),
    )
    listed = objections(office, "--year", 2026, "--as-of", "2026-04-30")
    assert [(one["id"], one["unit"], one["state"], one["days_waiting"]) for one in listed] == [
        (CASE, "石桥镇", "decided", None),
        (OTHER, "云峰街道", "pending", 21),
    ]
    assert listed[0]["decision"]["matter"] == "move"
    assert listed[0]["decision"]["document_number"] == PAPER
    assert [one["id"] for one in objections(office, "--pending")] == [OTHER]
    assert [one["state"] for one in objections(office, "--as-of", "2026-04-10")] == ["pending", "pending"]
    assert [one["id"] for one in objections(office, "--as-of", "2026-04-08")] == [CASE]
    assert objections(office, "--year", 2025) == []
    shown = office.run("incidents", "objections", "--as-of", "2026-04-30").out
    assert "已改归" in shown
    assert max(map(measure_width, shown.splitlines())) <= 80
    table = office.run("incidents", "objections", "--format", "csv").out
    assert table.splitlines()[0].startswith("编号,指标,提出单位")


def test_an_objection_whose_case_is_not_there_yet_is_listed_and_finds_it_later(office):
    decide(office, objection())
    (one,) = objections(office)
    assert (one["state"], one["id"], one["timing"]) == ("no_case", CASE, "unknown")
    march(office)
    assert objections(office)[0]["state"] == "pending"


def test_two_units_object_to_one_case_and_one_answer_settles_both(office):
    march(office)
    decide(office, objection(提出单位="石桥镇"), objection(提出单位="云峰街道"))
    assert [one["unit"] for one in objections(office)] == ["云峰街道", "石桥镇"] or len(
        objections(office)
    ) == 2
    decide(office, ruling(CASE, "维持", 日期=date(2026, 4, 20)), to="二.xlsx")
    assert {one["state"] for one in objections(office)} == {"decided"}


def test_an_objection_after_the_answer_opens_the_question_again_and_both_stay_listed(office):
    march(office)
    days = [(4, 2), (4, 20), (5, 6)]
    rows = [
        objection(日期=date(2026, *days[0])),
        ruling(CASE, "维持", 文号=None, 日期=date(2026, *days[1])),
        objection(日期=date(2026, *days[2])),
    ]
    decide(office, *rows)
    assert [one["state"] for one in objections(office)] == ["decided", "pending"]
    assert known(office)["objection_pending"] is True
    assert len(known(office)["changes"]) == 3


def test_an_objection_on_the_day_of_the_decision_is_taken_as_the_earlier_and_the_command_says_so(office):
    march(office)
    office.ask("incidents", "rule", CASE, "--matter", "维持", *GROUNDS, "--on", "2026-04-20")
    answer = office.run("incidents", "object", CASE, *BY, "--on", "2026-04-20")
    assert answer.status == ExitStatus.USAGE
    assert "--on" in answer.err
    assert len(known(office)["changes"]) == 1


# -- order, and what may never happen --------------------------------------------------------------------


def shape(office):
    """What is in force, without where it was read."""
    cases = [
        {k: v for k, v in one.items() if k not in ("sources", "source", "changes")}
        | {"changes": [{k: v for k, v in c.items() if k != "source"} for c in one["changes"]]}
        for one in office.incidents()
    ]
    score = office.score()
    for one in score["rulings"]:
        one.pop("source"), one.pop("run")
    return cases, score["villages"], score["townships"], score["rulings"]


def test_the_order_in_which_decisions_arrive_does_not_matter_not_even_on_one_day(tmp_path, capsys):
    county = County.of(石桥镇=3)
    seen = []
    rows = [
        ruling(CASE, "改归", B, 文号="云政法〔2026〕10号"),
        ruling(CASE, "改归", C, 文号="云政法〔2026〕9号"),
        objection(),
        ruling(OTHER, "挂账", 文号="云政法〔2026〕9号"),
    ]
    for number, order in enumerate(itertools.permutations(range(5), 5)):
        if number % 5:
            continue  # every fifth of the orders
        office = Office(tmp_path / f"w{number}", county, capsys.readouterr)
        march_file = office.month(
            "crime", "2026-03", [case("crime", n, "2026-03-05", "石桥镇", A) for n in (1, 2)]
        )
        sheets = [
            office.sheet("ruling", [row], to=f"认定{n}.xlsx", title="认定(异议)登记表")
            for n, row in enumerate(rows)
        ]
        steps = [("incidents", march_file), *(("records", sheet) for sheet in sheets)]
        for step in order:
            office.ask(steps[step][0], "import", steps[step][1], "--as-of", "2026-05-01")
        seen.append(shape(office))
    assert seen[0][0][0]["area_code"] == county.code(B)  # the later number of one day
    assert all(one == seen[0] for one in seen)


MATTERS = ("异议", "改归", "剔除", "维持", "计入", "挂账")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    made=st.lists(
        st.tuples(st.sampled_from(MATTERS), st.sampled_from((A, B, C, D)), st.integers(1, 28)),
        max_size=4,
    ),
    question=st.tuples(st.sampled_from(("异议", "挂账")), st.sampled_from(("", B, D)), st.booleans()),
)
def test_an_open_question_never_makes_anybody_designated(tmp_path_factory, capsys, made, question):
    opened, to, is_missing = question
    office = Office(tmp_path_factory.mktemp("w"), County.of(石桥镇=3, 云峰街道=2), capsys.readouterr)
    office.year([("crime", A, "2026-03-05"), ("petition", D, "2026-03-06")])
    if is_missing:
        (office.path / "inbox" / "2026" / "suit.xlsx").unlink()
    office.take_in()
    rows = [
        ruling(CASE, matter, target if matter in ("改归", "计入") else "", 文号=f"政〔2026〕{n}号")
        | {"日期": date(2026, 4, day)}
        for n, (matter, target, day) in enumerate(made)
    ]
    if rows:
        decide(office, *rows)
    score = office.score()
    before = {one["code"]: one["verdict"] for one in score["villages"]}
    towns = {one["code"]: one["unbreached"] for one in score["townships"]}
    target = to if opened == "异议" else ""
    decide(office, ruling(CASE, opened, target, 文号="政〔2026〕99号", 日期=date(2026, 6, 1)), to="后.xlsx")
    score = office.score()
    for one in score["townships"]:
        assert one["unbreached"]["low"] <= towns[one["code"]]["low"]
        assert one["unbreached"]["high"] >= towns[one["code"]]["high"]
    after = {one["code"]: one["verdict"] for one in score["villages"]}
    for code, verdict in after.items():
        assert verdict in (before[code], "unknown") or before[code] == "disqualified"
        assert verdict != "designated" or before[code] == "designated"


# -- the annex of the year-end list ----------------------------------------------------------------------


def test_the_annex_of_the_year_holds_every_change_with_both_units_and_its_paper(office):
    cases = [("crime", A, "2026-03-05"), ("crime", A, "2026-03-06"), ("crime", B, "2026-03-07")]
    office.year([*cases, ("petition", C, "2026-03-08")])
    office.take_in()
    decide(
        office,
        objection(文号="石政〔2026〕2号", 日期=date(2026, 4, 1)),
        ruling(CASE, "改归", B),
        ruling(OTHER, "剔除", 文号="云政法〔2026〕4号"),
        ruling(OTHER, "计入", 文号="云政法〔2026〕5号", 日期=date(2026, 5, 2)),
        ruling("没有报来的1号", "剔除", 文号="云政法〔2026〕6号", 日期=date(2026, 5, 3)),
    )
    grounds = ("--reason", "日期登错", "--document", "云政法〔2026〕7号", "--as-of", "2026-06-01")
    office.run("incidents", "correct", "A64983", "--filed-on", "2026-03-09", *grounds)
    office.run("incidents", "withdraw", "XF-4", *grounds)
    office.ask("incidents", "rule", "A64983", "--matter", "挂账", *GROUNDS, "--on", "2026-12-01")
    path = office.path / "年终.xlsx"
    office.run("score", "year", "--year", 2026, "-o", path)
    page = openpyxl.load_workbook(path)["认定和异议"]
    rows = [["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    header = next(n for n, row in enumerate(rows) if row[0] == "编号")
    told = {(row[0], row[2]): row for row in rows[header + 1 :] if row[2]}
    assert set(told) == {
        (CASE, "异议"),
        (CASE, "改归"),
        (OTHER, "剔除"),
        (OTHER, "计入"),
        ("没有报来的1号", "剔除"),
        ("A64983", "更正"),
        ("A64983", "挂账"),
        ("XF-4", "撤回"),
    }
    assert told[CASE, "改归"][3:8] == ["2026-04-02", A, B, "查明发案地", PAPER]
    assert told[CASE, "异议"][7:10] == ["石政〔2026〕2号", "石桥镇", "已改归（2026-04-02）"]
    assert told[OTHER, "剔除"][4:6] == [A, f"{A}（不计）"]
    assert told[OTHER, "计入"][4:6] == [f"{A}（不计）", A]
    assert told["A64983", "更正"][4:6] == [f"{B} 2026-03-07", f"{B} 2026-03-09"]
    assert told["A64983", "更正"][7] == "云政法〔2026〕7号"
    assert told["A64983", "挂账"][9] == "未决"
    assert told["XF-4", "撤回"][4:6] == [C, f"{C}（不计）"]
    assert told["没有报来的1号", "剔除"][9] == "台账里没有这件案件"
    assert told[CASE, "改归"][10] == "inbox/认定.xlsx:Sheet1!第4行"
    assert told["XF-4", "撤回"][10].startswith("命令")
    listed = office.score()["rulings"]
    assert len(listed) == len(told)
    moved = next(one for one in listed if one["matter"] == "move")
    assert (moved["before"], moved["after"]) == ([office.county.code(A)], [office.county.code(B)])


def test_a_case_of_another_year_is_not_in_the_annex(office):
    office.month("crime", "2025-03", [case("crime", 1, "2025-03-05", "石桥镇", A)])
    office.take_in()
    decide(office, ruling(CASE, "改归", B, 日期=date(2025, 4, 2)))
    assert office.score()["rulings"] == []
    assert len(office.score(year=2025)["rulings"]) == 1
