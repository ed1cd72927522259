"""The tables by month and the year's workbook, held against a count by hand and against the JSON."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import COUNTY, County, Office

from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.jobs.year_list import TOWNSHIP_HEADERS, write_year_list
from sanwu_cli.model import Place, Source
from sanwu_cli.records import Incident
from sanwu_cli.tables import count_by_month
from sanwu_cli.terms import Answer, Flag, IncidentStatus, Indicator, Verdict

TOWNS = {"649801101": "平川镇", "649801102": "高地镇"}
VILLAGE_HEADERS = ("代码", "村(社区)", "乡镇(街道)", *(i.label for i in Indicator), "结论", "标记", "未报")
SOURCE = Source("表.xlsx", "0" * 64, "Sheet1", 4)

# -- by month ----------------------------------------------------------------------------------------------


def place(town, village):
    return Place(f"{town}20{village}" if village else town, town)


PLACES = st.lists(
    st.builds(place, st.sampled_from(sorted(TOWNS)), st.integers(0, 2)), min_size=1, max_size=3, unique=True
)
INCIDENTS = st.lists(
    st.builds(
        lambda number, indicator, day, places, status: Incident(
            str(number), indicator, str(number), day, tuple(places), status, None, (SOURCE,)
        ),
        st.integers(),
        st.sampled_from(list(Indicator)),
        st.one_of(st.none(), st.dates(date(2025, 11, 1), date(2026, 12, 31))),
        PLACES,
        st.sampled_from(list(IncidentStatus)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(INCIDENTS)
def test_every_counted_case_stands_once_in_its_month_and_township(incidents):
    headers, rows = count_by_month(incidents, TOWNS)
    assert headers == ("月份", "乡镇(街道)", "越级上访", "行政诉讼", "刑事案件")
    expected = Counter(
        (f"{i.filed_on:%Y-%m}", TOWNS[code], i.indicator)
        for i in incidents
        if i.status is IncidentStatus.COUNTED and i.filed_on is not None
        for code in {p.township_code for p in i.places}
    )
    seen = {
        (month, town, i): number
        for month, town, *numbers in rows
        for i, number in zip(Indicator, numbers, strict=True)
    }
    assert {key: number for key, number in seen.items() if number} == dict(expected)
    assert [row[:2] for row in rows] == sorted({key[:2] for key in expected})
    assert all(type(number) is int for row in rows for number in row[2:])


def test_a_township_without_a_name_stands_under_its_code():
    incident = Incident(
        "1",
        Indicator.CRIMINAL_CASE,
        "1",
        date(2026, 3, 5),
        (place("649801109", 1),),
        IncidentStatus.COUNTED,
        None,
        (SOURCE,),
    )
    assert count_by_month([incident], TOWNS)[1] == [("2026-03", "649801109", 0, 0, 1)]


def test_nothing_counted_is_a_table_without_rows():
    held = Incident(
        "1",
        Indicator.CRIMINAL_CASE,
        "1",
        None,
        (place("649801101", 1),),
        IncidentStatus.HELD,
        None,
        (SOURCE,),
    )
    assert count_by_month([held], TOWNS)[1] == []
    assert count_by_month([], {})[1] == []


# -- the year's workbook ----------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """A year with a breached, an open, a shared, a tied and a non-competing unit in it."""
    office = Office(tmp_path / "云岭", County.of(平川镇=5, 高地镇=4, 松林农场=1), capsys.readouterr)
    ours, theirs = office.county.villages_of("平川镇"), office.county.villages_of("高地镇")
    office.year([("petition", ours[0], "2026-05-06"), ("suit", theirs[0], "2026-02-03")])
    crimes = [
        {
            "立案日期": date(2026, 7, 8),
            "案件编号": "A1",
            "案件类型": "刑事",
            "案件类别": "盗窃",
            "乡镇(街道)": "高地镇",
            "村(社区)": v,
        }
        for v in (theirs[0], theirs[1])
    ]
    crimes.append({**crimes[0], "案件编号": "A2", "村(社区)": "没有这个村"})
    office.month("crime", "2026年7月", crimes)
    office.attest(left_out=("指标丁",))
    office.assess(平川镇=95, 高地镇=95)
    office.take_in_all()
    return office


def make_list(office):
    workspace = open_workspace(office.path)
    return write_year_list(score_year(open_scoring(workspace, read_registers(workspace), year=2026)))


def read_sheet(book, name, headers=None):
    """Give the rows under the header as dictionaries, and what stands around them."""
    rows = [list(row) for row in book[name].iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(rows) if row[: len(headers)] == list(headers)) if headers else 1
    body = [row for row in rows[at + 1 :] if sum(cell is not None for cell in row) > 1]
    return [dict(zip(rows[at], row, strict=True)) for row in body], rows[:at]


def label(enum, value):
    return enum(value).label


def test_every_village_of_the_json_stands_in_the_workbook_with_the_same_words(office):
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    answer = office.score()
    rows, above = read_sheet(book, "村(社区)", VILLAGE_HEADERS)
    assert f"{COUNTY}2026年" in str(above[0][0])
    assert [row["代码"] for row in rows] == [village["code"] for village in answer["villages"]]
    towns = {town["code"]: town["name"] for town in answer["townships"]}
    for row, village in zip(rows, answer["villages"], strict=True):
        assert (row["村(社区)"], row["乡镇(街道)"]) == (village["name"], towns[village["township"]])
        for indicator in Indicator:
            state = village["indicators"][indicator.value]
            text = str(row[indicator.label])
            assert all(str(state[end]) in text for end in ("low", "high") if state[end] is not None)
            assert ("待定" in text) == (state["answer"] == Answer.UNKNOWN.value)
        assert row["结论"] == label(Verdict, village["verdict"])
        assert (row["标记"] or "") == "、".join(label(Flag, flag) for flag in village["flags"])
        assert (row["未报"] or "").count("2026") == len(village["missing"])
    assert {row["结论"] for row in rows} >= {"符合命名条件", "不符合", "待定", "不参评"}


def test_every_township_of_the_json_stands_in_the_workbook_with_the_same_words(office):
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    answer = office.score()
    rows, _ = read_sheet(book, "乡镇(街道)", TOWNSHIP_HEADERS)
    assert [row["代码"] for row in rows] == [town["code"] for town in answer["townships"]]
    columns = {"约束性指标": "binding_indicators", "前列": "safety_rank", "未突破占比": "unbreached_share"}
    for row, town in zip(rows, answer["townships"], strict=True):
        assert row["乡镇(街道)"] == town["name"]
        assert int(row["村(社区)数"]) == town["village_count"]
        for header, key in (("未突破", "unbreached"), ("全部突破", "all_breached")):
            low, high = town[key]["low"], town[key]["high"]
            assert str(row[header]) == (str(low) if low == high else f"{low}…{high}")
        for header, key in columns.items():
            expected = label(Answer, town["conditions"][key]) if town["competes"] else "—"
            assert row[header] == expected
        assert str(row["综合得分"]) == (town["safety_score"] or "—")
        assert str(row["排名"]) == str(town["safety_rank"] or "—")
        assert row["结论"] == label(Verdict, town["verdict"])
        assert (row["标记"] or "") == "、".join(label(Flag, flag) for flag in town["flags"])


def test_the_list_names_those_of_the_json_and_sums_the_awards(office):
    office.attest()
    office.take_in_all()
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    answer = office.score()
    named, _ = read_sheet(book, "建议名单", ("乡镇(街道)", "结论", "标记"))
    wanted = ("designated", "disqualified")
    assert [(row["乡镇(街道)"], row["结论"]) for row in named] == [
        (t["name"], label(Verdict, t["verdict"])) for t in answer["townships"] if t["verdict"] in wanted
    ]
    assert named, "there is somebody to name"
    sums, _ = read_sheet(book, "奖励测算", ("项目", "数"))
    assert [int(row["数"]) for row in sums] == [
        answer["awards"][k] for k in ("townships", "villages", "total_yuan")
    ]


def test_the_workbook_says_that_it_is_a_draft_and_what_it_rests_on(office):
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    for page in book.worksheets:
        text = "".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell)
        assert "不是认定结论" in text, page.title
    readings, _ = read_sheet(book, "口径", ("编号", "事项", "采用", "状态"))
    assert [row["编号"] for row in readings] == [f"T-{number:02d}" for number in range(1, 31)]
    assert {row["状态"] for row in readings} == {"默认，待确认"}
    office.configure('[readings]\n"T-03" = "at_least"')
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    readings, _ = read_sheet(book, "口径", ("编号", "事项", "采用", "状态"))
    assert [row["编号"] for row in readings if row["状态"] != "默认，待确认"] == ["T-03"]


def test_the_workbook_is_the_same_to_the_byte_under_another_clock_and_hash_seed(office):
    script = (
        "import hashlib, pathlib, sys\n"
        "from sanwu_cli.jobs.scoring import open_scoring, score_year\n"
        "from sanwu_cli.jobs.workspace import open_workspace, read_registers\n"
        "from sanwu_cli.jobs.year_list import write_year_list\n"
        "w = open_workspace(pathlib.Path(sys.argv[1]))\n"
        "data = write_year_list(score_year(open_scoring(w, read_registers(w), year=2026)))\n"
        "sys.stdout.write(hashlib.sha256(data).hexdigest())\n"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script, str(office.path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(seen) == 1


def test_no_text_of_the_workbook_is_taken_for_a_formula(office):
    office.county.row(office.county.villages_of("平川镇")[1])[1] = "=1+1村"
    office.save_areas()
    book = openpyxl.load_workbook(io.BytesIO(make_list(office)))
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
