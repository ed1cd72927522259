"""Indicators an office adds (T-01), and limits by indicator, kind of area and unit (T-02)."""

from __future__ import annotations

import itertools
from datetime import date

import openpyxl
import pytest
from workspaces import County, Office, case

ADDED = """
[[indicator]]
id = "safety_accident"
name = "安全事故"
headers = ["安全生产事故"]
limit = 1
source = "云政法〔2026〕9号"
sender = "应急管理局"
"""
LIMITS = ["指标", "适用", "限额", "依据文号", "启用日期", "停用日期"]


@pytest.fixture
def make_office(tmp_path, capsys):
    numbers = itertools.count()

    def make(text="", **sizes):
        county = County.of(**(sizes or {"青山镇": 3}))
        office = Office(tmp_path / f"云岭{next(numbers)}", county, lambda: tuple(capsys.readouterr()))
        office.configure(text)
        office.save_areas()
        return office

    return make


def _report_accidents(office, *rows, header="安全事故"):
    office.sheet(
        "indicator_count",
        [{"乡镇(街道)": office.township_of(name), "村(社区)": name, header: number} for name, number in rows],
        headers=["乡镇(街道)", "村(社区)", header],
        to="全年/安全事故.xlsx",
        title="云岭县2026年1—12月安全事故统计表",
    )


@pytest.mark.parametrize(
    ("number", "verdict", "answer"),
    [(0, "designated", "met"), (1, "designated", "met"), (2, "not_designated", "not_met")],
)
@pytest.mark.parametrize("header", ["安全事故", "安全生产事故"])
def test_an_added_indicator_is_judged_by_its_own_limit(make_office, number, verdict, answer, header):
    office = make_office(ADDED)
    first, *others = office.county.villages_of("青山镇")
    office.year()
    _report_accidents(office, (first, number), *((name, 0) for name in others), header=header)
    office.take_in_all()
    village = office.village(first)
    assert village["indicators"]["safety_accident"] == {
        "low": number,
        "high": number,
        "limit": 1,
        "answer": answer,
    }
    assert village["verdict"] == verdict


def test_an_added_indicator_nobody_reported_leaves_the_year_open(make_office):
    office = make_office(ADDED)
    office.year()
    office.take_in_all()
    village = office.village(office.county.villages_of("青山镇")[0])
    assert village["verdict"] == "unknown"
    assert "safety_accident:2026-12" in village["missing"]


def test_without_the_setting_the_column_means_nothing(make_office):
    office = make_office()
    office.year()
    office.take_in_all()
    assert set(office.village(office.county.villages_of("青山镇")[0])["indicators"]) == {
        "skip_level_petition",
        "administrative_suit",
        "criminal_case",
    }


def test_all_breached_asks_for_the_added_one_too(make_office):
    office = make_office(ADDED)
    first, *others = office.county.villages_of("青山镇")
    office.year(
        [("petition", first, "2026-02-01"), ("suit", first, "2026-03-01"), ("crime", first, "2026-04-01")]
    )
    _report_accidents(office, (first, 1), *((name, 0) for name in others))
    office.take_in_all()
    assert office.village(first)["verdict"] == "not_designated"
    _report_accidents(office, (first, 2), *((name, 0) for name in others))
    office.take_in_all()
    assert office.village(first)["verdict"] == "disqualified"


def test_a_nil_report_may_name_an_added_indicator_and_all_means_the_three(make_office):
    office = make_office(ADDED)
    office.year()
    office.sheet(
        "nil_report",
        [{"月份": "2026-12", "报送单位": "应急管理局", "指标": "安全事故", "起止月份": "2026-01 至 2026-12"}],
        to="全年/零报告.xlsx",
        title="零报告",
    )
    office.take_in_all()
    village = office.village(office.county.villages_of("青山镇")[0])
    assert village["indicators"]["safety_accident"]["answer"] == "met"
    other = make_office(ADDED)
    other.sheet(
        "nil_report",
        [{"月份": "2026-12", "报送单位": "县政法委", "指标": "全部", "起止月份": "2026-01 至 2026-12"}],
        to="全年/零报告.xlsx",
        title="零报告",
    )
    other.take_in_all()
    village = other.village(other.county.villages_of("青山镇")[0])
    assert village["indicators"]["criminal_case"]["answer"] == "met"
    assert village["indicators"]["safety_accident"]["answer"] == "unknown"


def test_explain_and_the_month_name_the_added_indicator_and_its_paper(make_office):
    office = make_office(ADDED)
    first = office.county.villages_of("青山镇")[0]
    office.year()
    _report_accidents(office, (first, 2))
    office.take_in_all()
    tree = office.ask("score", "explain", office.county.code(first), "--year", 2026).json
    (part,) = [
        child
        for reason in tree["reasons"]
        for child in reason["children"]
        if child["rule"] == "village.safety_accident"
    ]
    assert (part["clause"], part["answer"]) == ("云政法〔2026〕9号", "not_met")
    listed = office.run("score", "month", "2026-12", "-v")
    assert "安全事故" in listed.out
    assert office.run("score", "year", "--year", 2026, "-v").status == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[[indicator]]\nid = "criminal_case"\nname = "刑案"\nsource = "x"', "已经有了"),
        ('[[indicator]]\nid = "Accident"\nname = "事故"\nsource = "x"', "写法不对"),
        ('[[indicator]]\nid = "accident"\nname = "事故"', "source"),
        ('[[indicator]]\nid = "accident"\nname = "事故"\nsource = "x"\nlimit = -1', "小于0"),
        ('[[indicator]]\nid = "accident"\nname = "事故"\nsource = "x"\nlimits = 1', "limits"),
        ('[[indicator]]\nid = "designated"\nname = "事故"\nsource = "x"', "程序自己要用"),
        ("indicator = 3", "写法不对"),
    ],
)
def test_an_indicator_nobody_can_follow_is_refused_with_its_place(make_office, text, word):
    office = make_office()
    path = office.path / "sanwu.toml"
    body = path.read_text("utf-8")
    path.write_text(
        text + "\n" + body if text.startswith("indicator") else body + "\n" + text + "\n", "utf-8"
    )
    answer = office.run("score", "year", "--year", 2026)
    assert answer.status == 2
    assert word in answer.err
    assert "sanwu.toml" in answer.err


# -- limits by kind of area and unit -----------------------------------------------------------------


def _limits(office, *rows):
    office.register("限额", list(rows))


def _breach(office, name, times):
    office.year([("crime", name, f"2026-0{month}-02") for month in range(1, times + 1)])
    office.take_in_all()
    return office.village(name)["indicators"]["criminal_case"]


def test_the_nearest_limit_holds(make_office):
    office = make_office(青山镇=3, 绿水乡=1)
    first, second, third = office.county.villages_of("青山镇")
    (far,) = office.county.villages_of("绿水乡")
    _limits(
        office,
        ["刑事案件", None, 1, "云政法〔2026〕2号"],
        ["刑事案件", "村", 2, "云政法〔2026〕3号"],
        ["刑事案件", office.county.code("青山镇"), 3, "云政法〔2026〕4号"],
        ["刑事案件", office.county.code(first), 4, "云政法〔2026〕5号"],
    )
    office.year()
    office.take_in_all()
    limits = {
        name: office.village(name)["indicators"]["criminal_case"]["limit"] for name in (first, second, far)
    }
    assert limits == {first: 4, second: 3, far: 2}
    assert office.village(third)["indicators"]["skip_level_petition"]["limit"] == 0


@pytest.mark.parametrize(("times", "answer"), [(2, "met"), (3, "not_met")])
def test_a_limit_may_be_reached_and_not_passed(make_office, times, answer):
    office = make_office()
    first = office.county.villages_of("青山镇")[0]
    _limits(office, ["刑事案件", office.county.code(first), 2, "云政法〔2026〕5号"])
    assert _breach(office, first, times) == {"low": times, "high": times, "limit": 2, "answer": answer}
    tree = office.ask("score", "explain", office.county.code(first), "--year", 2026).out
    assert "云政法〔2026〕5号" in tree


def test_a_limit_of_another_year_does_not_hold_and_a_later_one_goes_before(make_office):
    office = make_office()
    first = office.county.villages_of("青山镇")[0]
    _limits(
        office,
        ["刑事案件", None, 9, "旧", date(2024, 1, 1), date(2025, 12, 31)],
        ["刑事案件", None, 2, "新", date(2026, 1, 1)],
        ["刑事案件", None, 3, "更新", date(2026, 7, 1)],
    )
    office.year()
    office.take_in_all()
    assert office.village(first)["indicators"]["criminal_case"]["limit"] == 3


def test_the_blank_form_of_limits_is_read_back(make_office, tmp_path):
    office = make_office()
    form = tmp_path / "form.xlsx"
    assert office.run_anywhere("sheet", "form", "register_limit", "-o", form).status == 0
    page = openpyxl.load_workbook(form).worksheets[0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows(max_row=8)]
    assert LIMITS in rows


def test_cases_of_a_month_do_not_mix_with_the_added_column(make_office):
    """A police list does not speak for the added indicator."""
    office = make_office(ADDED)
    first = office.county.villages_of("青山镇")[0]
    office.month("crime", "2026年3月", [case("crime", 1, "2026-03-02", "青山镇", first)])
    office.take_in_all()
    assert office.village(first)["indicators"]["safety_accident"] == {
        "low": 0,
        "high": None,
        "limit": 1,
        "answer": "unknown",
    }
