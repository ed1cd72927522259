"""Held cases are shown with their clues and answered, and rulings hold whatever the order things come in."""

from __future__ import annotations

import itertools
from datetime import date

import openpyxl
import pytest
from workspaces import County, Office, case, read_everything

from sanwu_cli.console.text import measure_width
from sanwu_cli.errors import ExitStatus

A, B, C = "青禾村", "松岗村", "白鹭村"
D = "芦花村"


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "w", County.of(石桥镇=3, 云峰街道=2), capsys.readouterr)


def police(office, month, rows, **more):
    """Write the police's list of a month without a village column: number, day, unit."""
    listed = [
        {"立案日期": day, "案件编号": number, "案件类型": "刑事", "案件状态": "立案", "办案单位": unit}
        for number, day, unit in rows
    ]
    headers = ["立案日期", "案件编号", "案件类型", "案件状态", "办案单位"]
    more.setdefault("title", f"云岭县{month}刑事案件台账")
    return office.sheet(
        "crime", listed, to=f"{month}/{more.pop('name', '刑案')}.xlsx", headers=headers, **more
    )


HELD = [
    ("A1", date(2026, 3, 5), "石桥派出所"),
    ("A2", date(2026, 3, 6), "石桥派出所"),
    ("A3", date(2026, 3, 7), "云峰派出所"),
]


def ruling(number, matter, target="", **more):
    row = {"案件编号": number, "事项": matter, "改归区域代码": target, "理由": "查明属地"}
    return row | {"文号": "云政法〔2026〕3号", "日期": date(2026, 4, 2)} | more


def decide(office, *rows, to="认定.xlsx"):
    path = office.sheet("ruling", rows, to=to, title="认定(异议)登记表")
    return office.ask("records", "import", path)


def known(office, number):
    return office.ask("incidents", "show", number).json


# -- held cases and their clues ------------------------------------------------------------------------


def test_a_list_without_villages_is_held_with_the_unit_as_the_clue(office):
    police(office, "2026-03", HELD)
    answer = office.take_in()
    assert answer.sheets[0]["held"] == answer.sheets[0]["rows"] == 3
    listed = office.ask("incidents", "list", "--status", "held").json["incidents"]
    assert [one["clue"] for one in listed] == ["石桥派出所", "石桥派出所", "云峰派出所"]
    assert listed[0]["candidates"] == [{"code": office.county.code("石桥镇"), "name": "石桥镇"}]
    assert {one["why"] for one in listed} == {"没有写明村(社区)"}
    assert listed[0]["source"] == {"file": "inbox/2026-03/刑案.xlsx", "sheet": "Sheet1", "row": 3}
    shown = office.run("incidents", "list", "--status", "held").out
    for word in (
        "A1",
        "石桥派出所",
        "石桥镇",
        "没有写明村(社区)",
        "inbox/2026-03/刑案.xlsx:Sheet1：第3行 A1",
    ):
        assert word in shown
    assert office.ask("incidents", "held").json["incidents"] == listed


def test_a_village_nobody_knows_is_held_with_names_like_it(office):
    rows = [case("crime", 1, "2026-03-05", "石桥镇", "青河村")]
    office.month("crime", "2026-03", rows)
    office.take_in()
    (held,) = office.ask("incidents", "held").json["incidents"]
    assert held["candidates"] == [{"code": office.county.code(A), "name": A}]
    assert "青河村" in held["clue"]


def test_held_cases_fit_a_terminal_of_80_columns(office):
    police(office, "2026-03", HELD, name="公安局2026年3月刑事案件台账（石桥、云峰两所合并）")
    office.take_in()
    lines = office.run("incidents", "held").out.splitlines()
    table = [line for line in lines if not line.startswith("来源")]
    assert len(table) == 2 + 3
    assert max(map(measure_width, table)) <= 80
    (sources,) = [line for line in lines if line.startswith("来源")]
    assert sources.endswith("云峰两所合并）.xlsx:Sheet1：第3行 A1、第4行 A2、第5行 A3")


# -- placing by command --------------------------------------------------------------------------------


def test_a_held_case_is_placed_by_one_command_and_leaves_a_trace(office):
    police(office, "2026-03", HELD)
    office.take_in()
    answer = office.ask("incidents", "place", "A1", A)
    assert answer.status == 0
    assert answer.json["placed"] == [{"id": "A1", "area_codes": [office.county.code(A)]}]
    one = known(office, "A1")
    assert (one["status"], one["area_code"]) == ("counted", office.county.code(A))
    (change,) = one["changes"]
    assert (change["before"], change["after"]) == ([], [office.county.code(A)])
    again = office.run("incidents", "place", "A1", B)
    assert again.status == ExitStatus.USAGE
    assert "incidents correct A1" in again.err
    office.run("incidents", "undo")
    assert known(office, "A1")["status"] == "held"


def test_a_case_of_two_villages_is_placed_in_both_and_counted_once(office):
    police(office, "2026-03", HELD)
    office.take_in()
    office.ask("incidents", "place", "A1", A, office.county.code(B), "--reason", "跨村")
    one = known(office, "A1")
    assert one["area_codes"] == [office.county.code(A), office.county.code(B)]
    assert one["changes"][0]["reason"] == "跨村"
    assert office.village(A)["indicators"]["criminal_case"]["low"] == 1
    assert office.village(B)["indicators"]["criminal_case"]["low"] == 1


def test_all_cases_of_a_unit_are_placed_at_once_and_shown_first(office):
    police(office, "2026-03", HELD)
    office.take_in()
    dry = office.run("incidents", "place", "--all-of", "石桥派出所", C, "--dry-run")
    assert "A1" in dry.out
    assert "A2" in dry.out
    assert "A3" not in dry.out
    assert {one["status"] for one in office.incidents()} == {"held"}
    done = office.ask("incidents", "place", "--all-of", "石桥派出所", C)
    assert [one["id"] for one in done.json["placed"]] == ["A1", "A2"]
    assert [one["status"] for one in office.incidents()] == ["counted", "counted", "held"]
    office.run("incidents", "undo")
    assert {one["status"] for one in office.incidents()} == {"held"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["A1", "青河村"], A),
        (["A1"], "没有写归到哪里"),
        (["A9", A], "A9"),
        (["--all-of", "城东派出所", A], "石桥派出所"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_a_hint_and_nothing_is_written(office, words, says):
    police(office, "2026-03", HELD)
    office.take_in()
    answer = office.run("incidents", "place", *words)
    assert answer.status in (ExitStatus.USAGE, ExitStatus.INPUT_MISSING)
    assert says in answer.err
    assert {one["status"] for one in office.incidents()} == {"held"}


# -- the worksheet -------------------------------------------------------------------------------------


def test_the_worksheet_is_filled_in_part_and_read_back(office):
    police(office, "2026-03", HELD)
    office.take_in()
    path = office.path / "待归属.xlsx"
    assert office.run("incidents", "held", "-o", path).status == 0
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    header = next(row for row in page.iter_rows() if row[0].value == "编号")
    columns = {cell.value: cell.column for cell in header}
    assert list(columns)[:8] == ["编号", "指标", "案件编号", "事项", "改归区域代码", "理由", "文号", "日期"]
    first = header[0].row + 1
    assert page.cell(first, columns["线索"]).value == "石桥派出所"
    page.cell(first, columns["改归区域代码"]).value = f"石桥镇{A}（{office.county.code(A)}）"
    page.cell(first + 2, columns["改归区域代码"]).value = D
    book.save(path)
    answer = office.ask("records", "import", path)
    (sheet,) = answer.sheets
    assert (sheet["id"], sheet["rows"], sheet["new"], sheet["ignored"]) == ("ruling", 3, 2, 1)
    assert answer.status == 0
    assert [one["area_code"] for one in office.incidents()] == [
        office.county.code(A),
        None,
        office.county.code(D),
    ]
    page.cell(first + 1, columns["改归区域代码"]).value = int(office.county.code(B))
    book.save(path)
    again = office.ask("records", "import", path)
    assert "ROWS-GONE" not in again.codes
    assert [again.sheets[0][name] for name in ("new", "same", "ignored")] == [1, 2, 0]
    assert known(office, "A2")["area_code"] == office.county.code(B)
    assert office.ask("incidents", "held").json["incidents"] == []


def test_the_areas_of_the_worksheet_are_offered_and_not_forced(office):
    police(office, "2026-03", HELD)
    office.take_in()
    office.run("incidents", "held", "-o", office.path / "w.xlsx")
    book = openpyxl.load_workbook(office.path / "w.xlsx")
    rules = {str(rule.sqref)[0]: rule for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules["E"].type == "list"
    assert not rules["E"].showErrorMessage
    assert rules["D"].showErrorMessage
    offered = [cell.value for cell in book.worksheets[1][column_of(rules["E"])] if cell.value]
    assert offered[1] == f"石桥镇{A}（{office.county.code(A)}）"


def column_of(rule):
    return rule.formula1.split("!$")[1].split("$")[0]


# -- what a ruling does --------------------------------------------------------------------------------


def test_each_matter_of_a_ruling_has_its_effect_and_is_undone_with_its_run(office):
    office.month("crime", "2026-03", [case("crime", n, "2026-03-05", "石桥镇", A) for n in (1, 2)])
    office.take_in()
    first, second = "A64981", "A64982"
    decide(office, ruling(first, "改归", B), ruling(second, "剔除"))
    one, two = known(office, first), known(office, second)
    assert one["area_code"] == office.county.code(B)
    assert (one["changes"][0]["before"], one["changes"][0]["after"]) == (
        [office.county.code(A)],
        [office.county.code(B)],
    )
    assert one["changes"][0]["document_number"] == "云政法〔2026〕3号"
    assert (two["status"], two["reason"], two["counts"]) == ("not_counted", "by_ruling", False)
    shown = office.run("incidents", "show", first).out
    assert f"改归 2026-04-02 {A} → {B}" in shown
    office.run("incidents", "undo")
    assert [one["status"] for one in office.incidents()] == ["counted", "counted"]
    assert {one["area_code"] for one in office.incidents()} == {office.county.code(A)}


def test_a_case_ruled_in_counts_whatever_the_sheet_says(office):
    office.configure('[count]\nexclude_causes = ["盗窃"]\n')
    rows = [
        case("crime", 1, "2026-03-05", "石桥镇", A) | {"案件类型": "行政"},
        case("crime", 2, "2026-03-05", "石桥镇", A),
        case("crime", 3, "2026-03-05", "石桥镇", A) | {"案件类型": "某某", "案件类别": "故意伤害"},
    ]
    office.month("crime", "2026-03", rows)
    office.take_in()
    assert [one["status"] for one in office.incidents()] == ["not_counted"] * 2 + ["held"]
    decide(office, *[ruling(f"A6498{n}", "计入") for n in (1, 2, 3)])
    assert [one["status"] for one in office.incidents()] == ["counted"] * 3


def test_a_ruling_stands_against_later_sheets(office):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
    office.take_in()
    decide(office, ruling("A64981", "改归", B))
    later = case("crime", 1, "2026-03-05", "石桥镇", C) | {"案件状态": "侦查终结"}
    office.month("crime", "2026-04", [later], title="云岭县2026年1—4月刑事案件台账")
    office.take_in()
    assert known(office, "A64981")["area_code"] == office.county.code(B)


def test_the_later_decision_of_two_is_in_force_whichever_came_first(office, tmp_path, capsys):
    for order in ((0, 1), (1, 0)):
        other = Office(tmp_path / f"o{order[0]}", office.county, capsys.readouterr)
        other.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
        other.take_in()
        rulings = (
            ruling("A64981", "改归", B, 日期=date(2026, 4, 2)),
            ruling("A64981", "改归", C, 日期=date(2026, 5, 2), 文号="云政法〔2026〕9号"),
        )
        for step in order:
            decide(other, rulings[step], to=f"认定{step}.xlsx")
        assert known(other, "A64981")["area_code"] == office.county.code(C)


def test_a_ruling_waits_for_its_case_and_then_takes_effect(office):
    first = decide(office, ruling("A64981", "改归", B))
    assert first.sheets[0]["held"] == 1
    assert first.status == ExitStatus.FINDINGS
    assert "A64981" in first.finding("RULING-HELD")["message"]
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
    office.take_in()
    assert known(office, "A64981")["area_code"] == office.county.code(B)
    again = office.ask("records", "import", office.path / "inbox")
    assert [sheet["same"] for sheet in again.sheets if sheet["id"] == "ruling"] == [1]
    assert "RULING-HELD" not in again.codes


def test_the_order_of_two_sheets_and_a_ruling_does_not_matter(tmp_path, capsys):
    county = County.of(石桥镇=3)
    seen = []
    for number, order in enumerate(itertools.permutations(range(3))):
        office = Office(tmp_path / f"w{number}", county, capsys.readouterr)
        march = office.month(
            "crime", "2026-03", [case("crime", n, "2026-03-05", "石桥镇", A) for n in (1, 2)]
        )
        april = office.month(
            "crime",
            "2026-04",
            [case("crime", n, "2026-03-05", "石桥镇", C) for n in (1, 2, 3)],
            title="云岭县2026年1—4月刑事案件台账",
        )
        decided = office.sheet(
            "ruling",
            [ruling("A64981", "改归", B), ruling("A64982", "异议"), ruling("A64983", "剔除", 日期=None)],
            to="认定.xlsx",
            title="认定(异议)登记表",
        )
        steps = [("incidents", march), ("incidents", april), ("records", decided)]
        for step in order:
            office.ask(steps[step][0], "import", steps[step][1], "--as-of", "2026-05-01")
        seen.append([{k: v for k, v in one.items() if k != "sources"} for one in office.incidents()])
    assert [one["area_code"] for one in seen[0]] == [county.code(B), county.code(C), county.code(C)]
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ruling("A64981", "改归", "青河村"), "青河村"),
        (ruling("A64981", "剔除", 文号=None), "理由和文号"),
        (ruling("A64981", "剔除", 理由=None), "理由和文号"),
        (ruling("A64981", "看看"), "没读出来"),
    ],
)
def test_a_ruling_that_cannot_be_used_is_held_and_changes_nothing(office, row, why):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
    office.take_in()
    answer = decide(office, row)
    assert answer.sheets[0]["held"] == 1
    assert why in answer.finding("RULING-HELD")["message"]
    assert (known(office, "A64981")["status"], known(office, "A64981")["area_code"]) == (
        "counted",
        office.county.code(A),
    )


def test_moving_a_placed_case_without_grounds_is_named(office):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
    police(office, "2026-03", HELD)
    office.take_in()
    answer = decide(
        office,
        ruling("A64981", "改归", B, 理由=None, 文号=None),
        ruling("A1", "改归", B, 理由=None, 文号=None),
    )
    assert "A64981" in answer.finding("RULING-NO-GROUNDS")["message"]


def test_one_number_in_two_indicators_needs_the_indicator(office):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A) | {"案件编号": "X-1"}])
    office.month(
        "petition", "2026-03", [case("petition", 1, "2026-03-05", "石桥镇", A) | {"信访编号": "X-1"}]
    )
    office.take_in()
    assert "指标" in decide(office, ruling("X-1", "改归", B)).finding("RULING-HELD")["message"]
    decide(office, ruling("X-1", "改归", B, 指标="刑事案件"), to="二.xlsx")
    assert [one["area_code"] for one in office.incidents()] == [
        office.county.code(A),
        office.county.code(B),
    ] or [one["area_code"] for one in office.incidents()] == [office.county.code(B), office.county.code(A)]


# -- objections ----------------------------------------------------------------------------------------


def test_an_objection_counts_for_the_month_and_leaves_the_year_open_until_it_is_settled(office):
    office.year([("crime", A, "2026-03-05")])
    office.take_in()
    number = "A64981"
    decide(office, ruling(number, "异议", 日期=date(2026, 4, 2)))
    assert known(office, number)["objection_pending"] is True
    village = office.village(A)
    assert village["indicators"]["criminal_case"] == {"low": 0, "high": 1, "limit": 0, "answer": "unknown"}
    assert "objection_pending" in village["flags"]
    month = office.ask("score", "month", "2026-03").json
    mine = next(one for one in month["villages"] if one["code"] == office.county.code(A))
    assert mine["indicators"]["criminal_case"]["month"] == {"low": 1, "high": 1}
    decide(office, ruling(number, "维持", 日期=date(2026, 4, 20)), to="二.xlsx")
    assert known(office, number)["objection_pending"] is False
    settled = office.village(A)
    assert settled["indicators"]["criminal_case"]["low"] == 1
    assert "objection_pending" not in settled["flags"]


def test_an_objection_and_its_answer_may_stand_in_one_sheet_without_days(office):
    office.year([("crime", A, "2026-03-05")])
    office.take_in()
    decide(office, ruling("A64981", "改归", B, 日期=None), ruling("A64981", "异议", 日期=None))
    one = known(office, "A64981")
    assert (one["objection_pending"], one["area_code"]) == (False, office.county.code(B))


def test_a_corrected_date_settles_no_objection_and_a_corrected_place_does(office):
    office.year([("crime", A, "2026-03-05")])
    office.take_in()
    decide(office, ruling("A64981", "异议", 日期=date(2026, 4, 2)))
    grounds = ("--reason", "查明", "--document", "云政法〔2026〕5号", "--as-of", "2026-05-01")
    office.run("incidents", "correct", "A64981", "--filed-on", "2026-03-06", *grounds)
    assert known(office, "A64981")["objection_pending"] is True
    office.run("incidents", "correct", "A64981", "--area", B, *grounds)
    assert known(office, "A64981")["objection_pending"] is False


def test_the_circular_and_the_export_name_what_was_decided(office):
    office.year([("crime", A, "2026-03-05"), ("crime", B, "2026-03-06")])
    office.take_in()
    decide(office, ruling("A64981", "异议", 日期=date(2026, 4, 2)), ruling("A64982", "剔除"))
    out = office.path / "公文"
    office.run("report", "render", "monthly_circular", "--month", "2026-03", "-o", out)
    assert "有1件有异议未决，当月照计" in read_everything(out)
    path = office.path / "台账.xlsx"
    office.run("incidents", "export", "-o", path)
    page = openpyxl.load_workbook(path)["认定和更正"]
    rows = [[cell for cell in row if cell] for row in page.iter_rows(min_row=2, values_only=True)]
    assert [row[2:4] for row in rows[1:]] == [["异议", "2026-04-02"], ["剔除", "2026-04-02"]]
    assert rows[2][-3:-1] == ["查明属地", "云政法〔2026〕3号"]


def test_a_later_sheet_that_says_otherwise_is_shown_and_said_not_to_move_the_case(office):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", A)])
    office.take_in()
    decide(office, ruling("A64981", "改归", B))
    later = [case("crime", 1, "2026-03-05", "石桥镇", C)]
    office.month("crime", "2026-04", later, title="云岭县2026年1—4月刑事案件台账")
    answer = office.take_in()
    (detail,) = [one for sheet in answer.sheets for one in sheet["details"] if one["class"] == "changed"]
    assert "归属仍按认定" in detail["why"]


def test_every_listed_case_has_the_keys_of_the_held_ones(office):
    office.month("petition", "2026-03", [case("petition", 1, "2026-03-05", "石桥镇", A)])
    police(office, "2026-03", HELD[:1])
    office.take_in()
    by_status = {one["status"]: one for one in office.incidents()}
    assert (by_status["counted"]["clue"], by_status["counted"]["candidates"]) == (None, [])
    assert by_status["held"]["clue"] == "石桥派出所"
