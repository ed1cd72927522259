"""`sanwu assess` on whole workspaces: rules taken in, townships scored, the year fed, marks kept."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from workspaces import County, Office, case

CENTRE, OTHER = "一中心两所六进驻", "其他"
TOWNS = ("青山镇", "绿水乡", "白石镇")


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "云岭", County.of(青山镇=3, 绿水乡=2, 白石镇=1, 北山农场=1), capsys.readouterr)


def rule(number, item, points, way, source="人工", *, part=OTHER, **more):
    told = {"编号": number, "项目": item, "分值": points, "计分方式": way, "数据来源": source, "部分": part}
    return told | more


RULES = [
    rule(1, "两所建设", 100, "人工评分", part="", 依据="三2"),
    rule(2, "越级上访", 40, "每件扣8分，扣完为止", "越级上访件数"),
    rule(3, "其他工作", 60, "人工评分"),
]


def save_rules(office, rows=RULES, *, title="2026年考核细则", to="细则.xlsx"):
    office.sheet("assessment_item", rows, to=to, title=title)


def save_points(office, rows, *, to="分项得分.xlsx"):
    lines = [{"乡镇(街道)": town, "编号": number, "得分": points} for town, number, points in rows]
    office.sheet("item_score", lines, to=to, title="2026年考核分项得分表")


ALL_POINTS = [
    (town, number, points)
    for town, *own in (("青山镇", 90, 50), ("绿水乡", 80, 55), ("白石镇", 70, 40))
    for number, points in zip((1, 3), own, strict=True)
]


def town(answer, name):
    return next(one for one in answer.json["townships"] if one["name"] == name)


def total(answer, name):
    return tuple(town(answer, name)["total"].values())


def test_rules_measures_and_points_make_every_total_and_rank(office):
    office.year([("petition", office.county.villages_of("青山镇")[0], "2026-05-06")])
    save_rules(office)
    save_points(office, ALL_POINTS)
    office.take_in_all()
    answer = office.ask("assess", "score", "--year", 2026)
    assert answer.status == 0
    assert answer.json["schema"] == "sanwu/assessment/1"
    assert (answer.json["is_example"], answer.json["one_centre_share"]) == (False, "1/2")
    assert [total(answer, name) for name in TOWNS] == [("86", "86"), ("87.5", "87.5"), ("75", "75")]
    assert [town(answer, name)["rank"]["low"] for name in TOWNS] == [2, 1, 3]
    petition = town(answer, "青山镇")["items"][1]
    assert (petition["points"], petition["origin"]) == ({"low": "32", "high": "32"}, "measure")
    assert petition["evidence"][0]["file"] == "inbox/2026/petition.xlsx"
    assert petition["evidence"][0]["row"] == 3


def test_the_total_by_items_feeds_the_score_of_the_year_where_nobody_attested_one(office):
    office.year()
    office.attest()
    save_rules(office)
    save_points(office, ALL_POINTS)
    office.take_in_all()
    scored = office.ask("score", "year", "--year", 2026)
    assert [town(scored, name)["safety_score"] for name in TOWNS] == ["90.00", "87.50", "75.00"]
    assert town(scored, "青山镇")["verdict"] == "designated"
    assert town(scored, "白石镇")["conditions"]["safety_rank"] == "not_met"
    assert not {"ASSESSMENT-MISSING", "ASSESS-OPEN"} & set(scored.codes)
    told = office.run("score", "explain", "青山镇", "--year", 2026).out
    assert "细则.xlsx:Sheet1 按考核细则计算" in told


def test_an_attested_total_goes_before_the_items_and_a_difference_is_told(office):
    office.year()
    office.assess(青山镇=88, 绿水乡="87.5")
    save_rules(office)
    save_points(office, ALL_POINTS)
    office.take_in_all()
    scored = office.ask("score", "year", "--year", 2026)
    assert [town(scored, name)["safety_score"] for name in TOWNS] == ["88.00", "87.50", "75.00"]
    assert "青山镇" in scored.finding("ASSESSMENT-ITEMS-DIFFER")["message"]


def test_only_attested_totals_count_where_the_office_reads_it_so(office):
    office.configure('[readings]\n"T-21" = "ready_total"\n')
    office.year()
    save_rules(office)
    save_points(office, ALL_POINTS)
    office.take_in_all()
    scored = office.ask("score", "year", "--year", 2026)
    assert town(scored, "青山镇")["safety_score"] is None
    assert "ASSESSMENT-MISSING" in scored.codes


def test_a_month_nobody_reported_leaves_the_total_open_and_the_year_undecided(office):
    office.month("petition", "2026年1月")
    save_rules(office)
    save_points(office, ALL_POINTS)
    office.take_in_all()
    answer = office.ask("assess", "score", "--year", 2026)
    assert total(answer, "青山镇") == ("70", "90")
    assert town(answer, "青山镇")["rank"] == {"low": 1, "high": 3}
    scored = office.ask("score", "year", "--year", 2026)
    assert town(scored, "青山镇")["safety_score"] is None
    assert "青山镇、绿水乡、白石镇" in scored.finding("ASSESS-OPEN")["message"]


def test_one_more_case_never_raises_a_total_and_a_held_one_counts_once(office):
    villages = office.county.villages_of("青山镇")
    save_rules(office)
    save_points(office, ALL_POINTS)
    before = None
    for number in range(4):
        office.year([("petition", villages[n % 3], f"2026-0{n + 1}-06") for n in range(number)])
        office.take_in_all()
        low, high = map(float, total(office.ask("assess", "score", "--year", 2026), "青山镇"))
        assert low == high == 90 - 4 * number
        assert before is None or high <= before
        before = high
    held = case("petition", 9, "2026-08-08", "青山镇", None)
    office.month("petition", "2026年8月", [held])
    office.take_in_all()
    assert total(office.ask("assess", "score", "--year", 2026), "青山镇") == ("74", "78")


def test_a_veto_without_rank_is_behind_everybody_in_the_score_of_the_year(office):
    office.year()
    office.attest()
    save_rules(office, [*RULES, rule(4, "瞒报", None, "一票否决，不参加排名")])
    save_points(office, ALL_POINTS)
    lines = [{"乡镇(街道)": name, "编号": 4, "实际数": int(name == "青山镇")} for name in TOWNS]
    office.sheet("item_score", lines, to="否决.xlsx", title="2026年考核分项得分表（一票否决）")
    office.take_in_all()
    answer = office.ask("assess", "score", "--year", 2026)
    assert [town(answer, name)["rank"] and town(answer, name)["rank"]["low"] for name in TOWNS] == [
        None,
        1,
        2,
    ]
    scored = office.ask("score", "year", "--year", 2026)
    assert [town(scored, n)["conditions"]["safety_rank"] for n in TOWNS] == ["not_met", "met", "met"]
    assert "不参加排名" in office.run("score", "explain", "青山镇", "--year", 2026).out


@pytest.mark.parametrize("where", ["title", "file", "cell"])
def test_an_example_says_so_wherever_its_result_is_printed_and_names_nobody(office, where, tmp_path):
    rows = [{**row, "说明": "示例" if where == "cell" else None} for row in RULES]
    title = f"2026年考核细则{'（草案）' if where == 'title' else ''}"
    save_rules(office, rows, title=title, to="细则（示例）.xlsx" if where == "file" else "细则.xlsx")
    office.year()
    save_points(office, ALL_POINTS)
    office.take_in_all()
    mark = "示例，不是附1原文"
    out = tmp_path / "得分.xlsx"
    answer = office.ask("assess", "score", "--year", 2026, "-o", out)
    assert (answer.json["is_example"], answer.json["mark"]) == (True, mark)
    assert "ASSESS-EXAMPLE" in answer.codes
    assert mark in office.run("assess", "score", "--year", 2026).out
    assert mark in office.run("assess", "score", "--year", 2026, "--format", "csv").out
    assert mark in office.run("assess", "explain", "青山镇", "--year", 2026).out
    assert office.ask("assess", "explain", "青山镇", "--year", 2026).json["mark"] == mark
    book = openpyxl.load_workbook(out)
    assert len(book.sheetnames) == 3
    assert all(mark in sheet["A1"].value for sheet in book)
    scored = office.ask("score", "year", "--year", 2026)
    assert town(scored, "青山镇")["safety_score"] is None
    assert "ASSESS-EXAMPLE" in scored.codes


def test_the_shipped_example_is_taken_in_as_it_is_and_checks_clean(office):
    path = office.path / "inbox" / "年终" / "细则.xlsx"
    path.parent.mkdir()
    assert office.run("assess", "example", "--year", 2026, "-o", path).status == 0
    before = path.read_bytes()
    office.run("assess", "example", "--year", 2026, "-o", path)
    assert path.read_bytes() == before
    shown = office.ask("assess", "check", "--year", 2026, path)
    assert (shown.status, shown.codes) == (0, ["ASSESS-EXAMPLE"])
    office.take_in_all()
    taken = office.ask("assess", "check", "--year", 2026)
    assert [one["number"] for one in taken.json["items"]] == [str(n) for n in range(1, 15)]
    assert all(one["is_scored"] for one in taken.json["items"])
    assert taken.json["is_example"]


def test_the_years_work_is_measured(office):
    office.year()
    measured = [
        rule(2, "化解", 20, "按比例得分", "矛盾纠纷化解率"),
        rule(3, "逾期", 20, "每件扣5分", "逾期未化解纠纷件数"),
        rule(4, "会议", 20, "分档：达到2次得20分、达到1次得10分、其余得0分", "联席会议次数"),
        rule(5, "中心", 20, "逐项得分", "乡镇综治中心齐备项"),
        rule(6, "网格", 20, "按比例得分", "网格员配备率"),
    ]
    save_rules(office, [RULES[0], *measured])
    disputes = [
        ("JF-1", "2026-03-02", "2026-04-01", "是", "2026-03-20"),
        ("JF-2", "2026-03-03", "2026-04-01", "否", None),
        ("JF-3", "2026-12-01", "2027-01-31", "否", None),
        ("JF-4", "2026-05-03", "2026-06-01", None, None),
    ]
    heads = ("编号", "登记日期", "化解时限", "是否化解", "化解日期")
    rows = [{**dict(zip(heads, row, strict=True)), "乡镇(街道)": "青山镇"} for row in disputes]
    office.sheet("dispute", rows, title="2026年矛盾纠纷排查化解台账")
    meetings = [
        {"日期": date(2026, month, 25), "类型": "联席会议", "单位": "青山镇", "议题": "纠纷"}
        for month in (3, 6)
    ]
    office.sheet("meeting", meetings, title="会议登记表")
    office.sheet(
        "grid",
        [
            {"乡镇(街道)": "青山镇", "网格编号": "W1", "网格员姓名": "甲某"},
            {"乡镇(街道)": "青山镇", "网格编号": "W2", "网格员姓名": None},
        ],
        headers=["乡镇(街道)", "网格编号", "网格员姓名"],
        title="2026年网格员花名册",
    )
    office.take_in_all()
    answer = office.ask("assess", "score", "--year", 2026)
    got = {one["number"]: tuple(one["points"].values()) for one in town(answer, "青山镇")["items"]}
    assert got["2"] == ("5", "10"), "one of four is settled, of another nobody says"
    assert got["3"] == ("10", "15"), "one is overdue, of another nobody says"
    assert got["4"] == ("20", "20")
    assert got["5"] == ("0", "20"), "no centre was told of: unknown, neither nothing nor full marks"
    earlier = office.ask("assess", "score", "--year", 2026, "--as-of", "2026-03-15")
    settled = next(one for one in town(earlier, "青山镇")["items"] if one["number"] == "2")
    assert settled["points"] == {"low": "0", "high": "0"}, "on that day neither of the two was settled"
    nobody = {one["number"]: tuple(one["points"].values()) for one in town(answer, "绿水乡")["items"]}
    assert [nobody[n] for n in "23456"] == [("0", "20")] * 5


def test_rules_without_parts_go_by_their_clause_or_are_told(office):
    told = ("三2", "五(二)", None, "三1、六(三)")
    rows = [
        {k: v for k, v in row.items() if k != "部分"} | {"编号": n, "依据": basis}
        for n, (row, basis) in enumerate(zip([*RULES, RULES[2]], told, strict=True), start=1)
    ]
    headers = ["编号", "项目", "分值", "计分方式", "数据来源", "依据"]
    office.sheet("assessment_item", rows, headers=headers, to="细则.xlsx", title="2026年考核细则")
    office.take_in_all()
    answer = office.ask("assess", "check", "--year", 2026)
    parts = [one["part"] for one in answer.json["items"]]
    assert parts == ["one_centre", "other", None, None], "a clause says the part, but no clause or two do not"
    assert [f["cell"] for f in answer.json["findings"] if f["code"] == "ASSESS-ITEM"] == ["第5行", "第6行"]
    assert answer.status == 1


def test_two_items_of_one_number_are_both_kept_and_told(office):
    save_rules(office, [*RULES[:2], rule(2, "其他工作", 60, "人工评分")])
    office.take_in_all()
    answer = office.ask("assess", "check", "--year", 2026)
    assert [one["item"] for one in answer.json["items"]] == ["两所建设", "越级上访", "其他工作"]
    assert "ASSESS-ITEM" in answer.codes
    assert answer.status == 1


def test_cells_nobody_can_read_leave_their_items_out_and_no_traceback(office):
    odd = [
        rule("一、1", "甲", "十分", "每次扣2分"),
        rule("A2", "乙", -5, "每次扣2分"),
        rule(None, "丙", 5, "人工评分"),
        rule("A4", "丁", 5, "每次扣" + "9" * 300 + "分"),
    ]
    save_rules(office, odd)
    office.take_in_all()
    answer = office.ask("assess", "check", "--year", 2026)
    assert (answer.status, [one["is_scored"] for one in answer.json["items"]]) == (
        1,
        [False, False, False, True],
    )
    assert office.run("assess", "score", "--year", 2026).status == 1


def test_old_workbooks_keep_their_numbers(office):
    office.year()
    office.sheet("assessment_item", RULES, to="细则.xls", title="2026年考核细则", writer="xlwt")
    lines = [{"乡镇(街道)": name, "编号": n, "得分": p} for name, n, p in ALL_POINTS]
    office.sheet("item_score", lines, to="分.xls", title="2026年考核分项得分表", writer="xlwt")
    office.take_in_all()
    assert total(office.ask("assess", "score", "--year", 2026), "青山镇") == ("90", "90")


def test_without_rules_of_the_year_the_remedy_is_said(office):
    for command in ("check", "score"):
        answer = office.run("assess", command, "--year", 2026)
        assert answer.status == 66
        assert "sanwu sheet form assessment_item" in answer.err


def test_a_unit_that_does_not_compete_has_no_score(office):
    save_rules(office)
    office.take_in_all()
    assert len(office.ask("assess", "score", "--year", 2026).json["townships"]) == 3
    assert office.run("assess", "explain", "北山农场", "--year", 2026).status == 2


def test_the_lines_as_csv_have_every_item_of_every_township(office):
    save_rules(office)
    office.take_in_all()
    rows = list(
        csv.DictReader(io.StringIO(office.run("assess", "score", "--year", 2026, "--format", "csv").out))
    )
    assert len(rows) == 9
    assert rows[0]["乡镇(街道)"] == "青山镇"
    assert rows[0]["得分"] == "0.00～100.00"


def test_the_measures_are_listed_with_what_they_fit(office):
    listed = office.ask("assess", "measures").json["measures"]
    assert {"越级上访件数", "矛盾纠纷化解率", "联席会议次数", "进驻出勤率"} <= {
        one["label"] for one in listed
    }
    assert "越级上访件数" in office.run("assess", "measures").out
