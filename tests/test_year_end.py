"""The year's end, what the readings decide, a month's early warning, two months compared: by the commands."""

from __future__ import annotations

import json
from datetime import date

import openpyxl
import pytest
from workspaces import BINDING_NAMES, SHEETS, County, Office, case

SHEET_NAMES = ["命名名单", "待定", "向谁要什么", "取消资格和整改", "奖励拨付清单", "口径影响"]


def find(rows, **wanted):
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "云岭", County.of(青山镇=3, 绿水乡=2), capsys.readouterr)


def fill(office, *, without=(), left_out=(), **scores):
    """Report the year but for some (kind, month), attest and assess; two breached villages in 绿水乡."""
    for month in range(1, 13):
        for kind in ("petition", "suit", "crime"):
            if (kind, month) not in without:
                village = office.county.villages_of("绿水乡")[0]
                rows = [case(kind, 1, "2026-02-03", "绿水乡", village)] if month == 2 else []
                office.month(kind, f"2026年{month}月", rows)
    office.attest(left_out=left_out)
    office.assess(**(scores or {"青山镇": 90, "绿水乡": 80}))
    office.take_in_all()


def end(office, *more):
    return office.ask("score", "year-end", "--year", 2026, *more).json


def test_a_closed_year_names_bars_and_pays_and_asks_for_nothing(office):
    fill(office)
    told = end(office)
    assert told["schema"] == "sanwu/year-end/1"
    assert [area["name"] for area in told["named"]["townships"]] == ["青山镇"]
    assert len(told["named"]["villages"]) == 4
    assert (told["open"], told["requests"]) == ([], [])
    assert (
        told["awards"]["low"]
        == told["awards"]["high"]
        == {
            "townships": 1,
            "villages": 4,
            "total_yuan": 220_000,
        }
    )
    assert sum(unit["yuan"] for unit in told["awards"]["units"]) == 220_000
    barred = find(told["disqualified"], level="village")
    assert barred["name"] == office.county.villages_of("绿水乡")[0]
    assert "1件" in barred["seen"]
    assert "整改" in barred["order"]
    assert find(told["disqualified"], level="township")["seen"] == "1/2"


def test_a_missing_month_is_asked_of_its_department_once_and_widens_the_sum(office):
    fill(office, without=[("crime", 5)])
    told = end(office)
    (group,) = told["requests"]
    (item,) = group["items"]
    assert (group["sender"], item["sheet"], item["months"]) == ("公安局", "crime", ["2026-05"])
    assert item["whole_county"] is True
    waiting = {one["name"] for one in told["open"]}
    assert waiting == {"青山镇", *office.county.villages_of("青山镇"), office.county.villages_of("绿水乡")[1]}
    assert all(one["needs"] == [item["id"]] for one in told["open"])
    assert told["awards"]["low"]["total_yuan"] == 0
    assert told["awards"]["high"]["total_yuan"] == 220_000
    assert office.score()["awards"]["total_yuan"] == 0
    office.month("crime", "2026年5月")
    office.take_in()
    assert end(office)["open"] == []


def test_missing_attestations_scores_and_held_cases_are_asked_of_whom_they_belong_to(office):
    fill(office, left_out=BINDING_NAMES[2:], 绿水乡=80)
    row = {**case("crime", 7, "2026-03-03", "青山镇", "青山脚下不认得的村")}
    office.month("crime", "2026年3月", [row])
    office.take_in_all()
    told = end(office)
    asked = {(group["sender"], item["kind"]) for group in told["requests"] for item in group["items"]}
    assert asked == {("公安局", "held"), ("政法委", "binding"), ("政法委", "score")}
    items = [item for group in told["requests"] for item in group["items"]]
    town = office.county.code("青山镇")
    assert find(items, kind="binding")["names"] == list(BINDING_NAMES[2:])
    assert find(items, kind="score")["townships"] == [town]
    assert find(items, kind="held")["case"] == "A64987"
    assert set(find(items, kind="held")["decides"]) == {
        town,
        *map(office.county.code, office.county.villages_of("青山镇")),
    }
    printed = office.run("score", "year-end", "--year", 2026)
    assert "要问政法委" in printed.out
    assert "A64987" in printed.out


def test_the_workbook_of_the_year_has_the_sheets_of_its_end(office):
    fill(office, without=[("crime", 5)])
    for command in ("year", "year-end"):
        path = office.path / f"{command}.xlsx"
        office.run("score", command, "--year", 2026, "-o", path)
        book = openpyxl.load_workbook(path)
        assert book.sheetnames[-len(SHEET_NAMES) :] == SHEET_NAMES
        texts = [str(cell) for row in book["向谁要什么"].iter_rows(values_only=True) for cell in row]
        assert any("补报《刑事案件台账》2026年5月（全部乡镇(街道)）" in text for text in texts)
    first, second = (office.path / f"{name}.xlsx" for name in ("year", "year-end"))
    assert first.read_bytes() == second.read_bytes()


def test_a_year_that_is_not_over_asks_for_its_coming_months_of_nobody(office):
    fill(office, without=[(kind, m) for kind in ("petition", "suit", "crime") for m in (11, 12)])
    told = end(office, "--as-of", "2026-11-30")
    months = {
        group["sender"]: sorted({month for item in group["items"] for month in item["months"]})
        for group in told["requests"]
    }
    assert months.pop("（月份还没有过完）") == ["2026-12"]
    assert set(map(tuple, months.values())) == {("2026-11",)}


# -- readings ----------------------------------------------------------------------------------------------


@pytest.fixture
def rich(tmp_path, capsys):
    """A county in which most readings decide something."""
    county = County.of(青山镇=10, 绿水乡=2, 高地镇=4, 南坡镇=1, 柳滩农场=2)
    for name in ("柳滩农场", *county.villages_of("柳滩农场")):
        county.row(name)[4] = None  # 参评 left open: T-18 says
    county.row(county.villages_of("高地镇")[3])[5] = date(2026, 12, 10)
    office = Office(tmp_path / "云岭", county, capsys.readouterr)
    villages = {town: county.villages_of(town) for _, town, _ in county.townships}
    crimes = [case("crime", n, "2026-02-03", "青山镇", name) for n, name in enumerate(villages["青山镇"][:3])]
    crimes += [case("crime", 9, "2026-02-03", "绿水乡", villages["绿水乡"][0])]
    crimes += [
        case("crime", 8, "2026-01-03", "南坡镇", villages["南坡镇"][0]) | {"发案日期": date(2025, 12, 30)}
    ]
    suits = [case("suit", 1, "2026-04-05", "高地镇", None)]
    suits += [case("suit", 3, "2026-04-06", "绿水乡", villages["绿水乡"][1])]
    petitions = [
        case("petition", n, "2026-05-06", "绿水乡", name) for n, name in enumerate(villages["绿水乡"])
    ]
    for kind, rows in (("crime", crimes), ("suit", suits), ("petition", petitions)):
        more = ["发案日期"] if kind == "crime" else []
        title = (
            "云岭县2026年1—12月" + {"crime": "刑事案件", "suit": "行政诉讼案件", "petition": "越级上访"}[kind]
        )
        office.sheet(kind, rows, to=f"全年/{kind}.xlsx", title=f"{title}台账", headers=[*SHEETS[kind], *more])
    office.attest()
    rows = [
        {"乡镇(街道)": "青山镇", "综合得分": 95},
        {"乡镇(街道)": "高地镇", "一中心两所六进驻得分": 96, "其他得分": 94},
        {"乡镇(街道)": "南坡镇", "综合得分": 90},
        {"乡镇(街道)": "绿水乡", "一中心两所六进驻得分": 99, "其他得分": 97},
        {"乡镇(街道)": "柳滩农场", "综合得分": 60},
    ]
    office.sheet("assessment", rows, to="年终/assessment.xlsx", title="2026年平安建设考核评分表")
    office.take_in_all()
    return office


def list_verdicts(score):
    return {area["code"]: area["verdict"] for area in (*score["townships"], *score["villages"])}


@pytest.mark.parametrize("as_of", ["2026-12-31", "2026-11-30"])
def test_every_answer_tried_says_what_the_year_says_when_the_office_chooses_it(rich, as_of):
    """The other side of each reading, beside a year scored anew with that answer in sanwu.toml."""
    tried = rich.ask("score", "readings", "--year", 2026, "--as-of", as_of, "--set", "T-02.criminal_case=1",
                     "--set", "T-16.min_months=6", "--set", "T-01=criminal_case").json  # fmt: skip
    before = list_verdicts(rich.score("--as-of", as_of))
    assert len(tried["answers"]) >= 16
    deciding = set()
    for answer in tried["answers"]:
        value = answer["answer"]
        if isinstance(value, dict):
            value = "{ " + ", ".join(f"{key} = {number}" for key, number in value.items()) + " }"
        else:
            value = json.dumps(value)
        rich.configure(f'[readings]\n"{answer["id"]}" = {value}\n')
        score = rich.score("--as-of", as_of)
        after = list_verdicts(score)
        changed = {code for code in before | after if before.get(code) != after.get(code)}
        assert {unit["code"] for unit in answer["units"]} == changed, answer["id"]
        for unit in answer["units"]:
            assert unit["here"]["verdict"] == before.get(unit["code"])
            assert unit["there"]["verdict"] == after.get(unit["code"])
        assert answer["awards"]["low"]["total_yuan"] == score["awards"]["total_yuan"], answer["id"]
        if changed:
            deciding.add(answer["id"])
    rich.configure()
    assert {"T-01", "T-02", "T-03", "T-04", "T-05", "T-08", "T-12", "T-18", "T-19", "T-21"} <= deciding
    assert as_of == "2026-12-31" or {"T-13"} <= deciding


def test_the_flag_stands_at_every_unit_a_reading_nobody_confirmed_decides(rich):
    tried = rich.ask("score", "readings", "--year", 2026).json
    hanging = {unit["code"] for answer in tried["answers"] for unit in answer["units"]}
    score = rich.score()
    flagged = {
        area["code"]
        for area in (*score["townships"], *score["villages"])
        if "reading_assumed" in area["flags"]
    }
    assert flagged == hanging & set(list_verdicts(score))
    town = rich.county.code(rich.county.villages_of("南坡镇")[0])
    assert town in flagged  # by the day of the event
    rich.configure('[readings]\n"T-12" = "filed_on"\n')
    assert "reading_assumed" not in rich.village(rich.county.villages_of("南坡镇")[0])["flags"]


def test_both_answers_stand_side_by_side_with_their_numbers_and_the_money(rich):
    (answer,) = rich.ask("score", "readings", "--year", 2026, "--reading", "T-03").json["answers"]
    (unit,) = answer["units"]
    assert unit["name"] == "青山镇"
    assert "未突破7/10（≥ 7/10）" in unit["here"]["numbers"]
    assert "未突破7/10（> 7/10）" in unit["there"]["numbers"]
    assert (answer["not_named"], answer["named"]) == ([unit["code"]], [])
    assert answer["change_yuan"] == {"low": -100_000, "high": -100_000}
    printed = rich.run("score", "readings", "--year", 2026, "--reading", "T-03").out
    assert "青山镇" in printed
    assert "-100,000" in printed
    told = rich.ask("score", "explain", "青山镇", "--year", 2026).json
    assert "T-03" in {one["id"] for one in told["deciding_readings"]}
    assert "口径一换，结论就变" in rich.run("score", "explain", "青山镇", "--year", 2026).out


@pytest.mark.parametrize(
    "arguments", [["--set", "T-02=1"], ["--set", "T-99.a=1"], ["--set", "T-03=maybe"], ["--reading", "T-25"]]
)
def test_an_answer_that_does_not_exist_is_refused_with_the_remedy(rich, arguments):
    answer = rich.run("score", "readings", "--year", 2026, *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert "Traceback" not in answer.err


# -- early warning -----------------------------------------------------------------------------------------


def test_a_month_says_how_many_more_villages_may_be_breached_and_who_is_silent(rich):
    told = rich.ask("score", "month", "2026-06").json
    town = find(told["townships"], name="青山镇")
    assert town["may_still_be_breached"] == {"low": 0, "high": 0}
    assert town["share_reachable"] == "met"
    assert find(told["townships"], name="绿水乡")["share_reachable"] == "not_met"
    assert find(told["townships"], name="绿水乡")["to_barred_line"] == {"low": 1, "high": 1}
    outside = find(told["townships"], name="柳滩农场")
    assert {outside[key] for key in ("may_still_be_breached", "share_reachable", "to_barred_line")} == {None}
    risky = {(one["name"], one["why"]) for one in told["villages_at_risk"]}
    assert risky == {(name, "one_left") for name in rich.county.villages_of("绿水乡")}
    assert told["unreported"] == []


def test_a_silent_department_is_named_with_its_month_and_the_room_becomes_an_interval(office):
    fill(office, without=[("crime", 3)])
    told = office.ask("score", "month", "2026-04").json
    (silent,) = told["unreported"]
    assert (silent["sender"], silent["sheet"], silent["month"]) == ("公安局", "crime", "2026-03")
    town = find(told["townships"], name="青山镇")
    assert (town["may_still_be_breached"], town["share_reachable"]) == ({"low": 0, "high": 0}, "unknown")
    assert "看待定的村" in office.run("score", "month", "2026-04").out


def test_the_month_end_writes_the_warnings_and_in_december_the_years_end(office):
    fill(office)
    office.run("month-end", "2026-06", "--as-of", "2026-07-02")
    book = openpyxl.load_workbook(office.path / "out/2026-06/预警（截至2026年6月）.xlsx")
    assert book.sheetnames == ["离线还有多远", "只差一步的村", "谁没有报"]
    office.run("month-end", "2026-12", "--as-of", "2027-01-04")
    book = openpyxl.load_workbook(office.path / "out/2026/2026年三无名单（核算）.xlsx")
    assert book.sheetnames[-len(SHEET_NAMES) :] == SHEET_NAMES
    assert not list(office.path.glob("out/2026-12/预警*"))


# -- two months --------------------------------------------------------------------------------------------


def test_an_unknown_month_compares_as_unknown_never_as_zero(office):
    fill(office, without=[("crime", 3)])
    told = office.ask("score", "compare", "2026-02", "2026-03").json
    assert told["schema"] == "sanwu/compare/1"
    crime = told["county"]["criminal_case"]
    assert (crime["first"], crime["second"]["high"], crime["change"]) == ({"low": 1, "high": 1}, None, None)
    assert told["county"]["skip_level_petition"]["change"] == -1
    town = find(told["townships"], name="青山镇")
    assert town["breached"] == {
        "first": {"low": 0, "high": 0},
        "second": {"low": 0, "high": 3},
        "change": None,
    }
    assert town["share_reachable"] == {"first": "met", "second": "unknown"}


def test_only_villages_that_changed_are_told_and_what_they_breached_anew(office):
    fill(office)
    told = office.ask("score", "compare", "2026-01", "2026-02").json
    (village,) = told["villages"]
    assert village["name"] == office.county.villages_of("绿水乡")[0]
    assert village["status"] == {"first": "unbreached", "second": "all_breached"}
    assert {(new["indicator"], new["was"]) for new in village["new_breaches"]} == {
        ("skip_level_petition", "met"),
        ("administrative_suit", "met"),
        ("criminal_case", "met"),
    }
    assert office.ask("score", "compare", "2026-03", "2026-04").json["villages"] == []
    assert village["name"] in office.run("score", "compare", "2026-01", "2026-02").out


def test_a_sheet_that_came_after_the_following_month_is_late(office):
    office.month("crime", "2026年3月")
    office.run("incidents", "import", office.path / "inbox", "--as-of", "2026-04-20")
    office.month("suit", "2026年3月")
    office.run("incidents", "import", office.path / "inbox", "--as-of", "2026-05-02")
    (late,) = office.ask("score", "compare", "2026-03", "2026-04").json["late_reports"]
    assert (late["id"], late["taken_in_on"], late["period"]) == ("suit", "2026-05-02", "2026-03")


def test_two_years_compare_by_the_codes_and_a_month_with_itself_is_refused(office):
    fill(office)
    told = office.ask("score", "compare", "2025-02", "2026-02").json
    assert told["county"]["criminal_case"]["first"] == {"low": 0, "high": None}
    village = find(told["villages"], name=office.county.villages_of("绿水乡")[0])
    assert village["status"] == {"first": "unknown", "second": "all_breached"}
    assert {new["was"] for new in village["new_breaches"]} == {"unknown"}
    assert office.run("score", "compare", "2026-02", "2026年2月").status == 2
