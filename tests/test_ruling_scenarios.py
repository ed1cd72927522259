"""Rulings and objections told in ruling_scenarios.toml: what month and year say, by sheet and by command."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from workspaces import SHEETS, TITLES, County, Office, case

from sanwu_cli.terms import Indicator, Verdict

SCENARIOS = tomllib.loads((Path(__file__).parent / "ruling_scenarios.toml").read_text("utf-8"))["scenario"]
KINDS = {"刑事案件": "crime", "越级上访": "petition", "行政诉讼": "suit"}
COUNTY = County.of(石桥镇=3, 云峰街道=2)
TOWNS = {name for _, name, _ in COUNTY.townships}
FORCED = {"改归", "剔除", "维持", "计入", "挂账", "异议"}


def name_of(told):
    return told["name"]


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "w", COUNTY, capsys.readouterr)


def report(office, told):
    """Report the year, month by month where something happened; give the cases' numbers."""
    for kind in KINDS.values():
        rows = [
            case(
                kind, number, day, *((where, None) if where in TOWNS else (office.township_of(where), where))
            )
            for number, (name, where, day) in enumerate(told["cases"], start=1)
            if KINDS[name] == kind
        ]
        office.sheet(kind, rows, to=f"2026/{kind}.xlsx", title=f"云岭县2026年1—12月{TITLES[kind]}")
    office.take_in()
    by_day = {one["filed_on"]: one["id"] for one in office.incidents()}
    return [by_day[day.isoformat()] for _, _, day in told["cases"]]


def decide_by_sheet(office, told, numbers):
    rows = [
        {
            "指标": told["cases"][one["case"] - 1][0],
            "案件编号": numbers[one["case"] - 1],
            "事项": one["matter"],
            "改归区域代码": one.get("to", ""),
            "理由": one["reason"],
            "文号": one["paper"],
            "日期": one["on"],
            "提出单位": one.get("unit"),
        }
        for one in told["decisions"]
    ]
    path = office.sheet("ruling", rows, to="认定.xlsx", title="认定(异议)登记表", headers=SHEETS["ruling"])
    assert office.ask("records", "import", path).sheets[0]["new"] == len(rows)


def decide_by_command(office, told, numbers):
    for one in told["decisions"]:
        words = ["incidents", "object" if one["matter"] == "异议" else "rule", numbers[one["case"] - 1]]
        words += ["--unit", one["unit"]] if one["matter"] == "异议" else ["--matter", one["matter"]]
        words += ["--reason", one["reason"], "--document", one["paper"], "--on", one["on"].isoformat()]
        words += ["--to", one["to"]] if "to" in one else []
        answer = office.ask(*words)
        assert (answer.status, answer.json["applied"]) == (0, True), answer.err


def show(interval):
    low, high = interval["low"], interval["high"]
    return str(low) if low == high else f"{low}…{high}"


def check(office, told):
    county, indicator = office.county, Indicator.of_label(told["cases"][0][0]).value
    month = office.ask("score", "month", str(told["cases"][0][2])[:7]).json
    mine = {one["code"]: one["indicators"][indicator]["month"] for one in month["villages"]}
    assert {name: show(mine[county.code(name)]) for name in told["month"]} == told["month"]
    score = office.score()
    villages = {one["name"]: one for one in score["villages"]}
    towns = {one["name"]: one for one in score["townships"]}
    for name, (count, verdict) in told["year"].items():
        one = villages[name]
        assert [show(one["indicators"][indicator]), Verdict(one["verdict"]).label] == [count, verdict], name
    for name, (low, high) in told.get("unbreached", {}).items():
        assert towns[name]["unbreached"] == {"low": low, "high": high}, name
    flagged = {name for name, one in (villages | towns).items() if "objection_pending" in one["flags"]}
    assert flagged == set(told["flags"])
    papers = [one["document_number"] for one in score["rulings"]]
    assert sorted(papers) == sorted(one["paper"] for one in told["decisions"])


@pytest.mark.parametrize("decide", [decide_by_sheet, decide_by_command])
@pytest.mark.parametrize("told", SCENARIOS, ids=name_of)
def test_what_is_told_of_a_ruling_comes_out_by_sheet_and_by_command(office, told, decide):
    decide(office, told, report(office, told))
    check(office, told)


def test_every_matter_is_told_of():
    assert {one["matter"] for told in SCENARIOS for one in told["decisions"]} == FORCED
