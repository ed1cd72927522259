"""`sanwu grassroots show`: sheets in, what stands and what is lacking out, in every format."""

from __future__ import annotations

import csv
import io
from datetime import date

import docx
import openpyxl
import pytest
from workspaces import County, Office

PLACES = ("综治工作协调中心", "矛盾纠纷调解中心", "网格化管理中心", "群众来访接待窗口")
ROOMS = ("综治工作室", "矛盾纠纷调解室", "一村双警警务室", "公共服务窗口")
MECHANISMS = ("矛盾联调", "治安联防", "工作联动", "问题联治", "平安联创", "治理联抓")
DAY = ("--as-of", "2026-04-10")


@pytest.fixture
def office(tmp_path, capsys):
    county = County.of(青山镇=3, 绿水乡=2, 无村街道=0)
    made = Office(tmp_path / "云岭", county, capsys.readouterr)
    first, second, _ = county.villages_of("青山镇")
    made.sheet(
        "centre",
        [
            centre("青山镇综治中心", "乡镇", "青山镇", PLACES),
            centre("甲综治中心", "村", f"青山镇{first}", ROOMS),
            centre("乙综治中心", "村", f"青山镇{second}", ROOMS, 一村双警警务室="否", 公共服务窗口=None),
        ],
        headers=["名称", "级别", "所在区域", *PLACES, *ROOMS, *MECHANISMS],
        title="2026年综治中心建设台账",
    )
    made.sheet(
        "office",
        [
            {"名称": "青山派出所", "类型": "派出所", "所在乡镇": "青山镇", "标准化": "是", "枫桥式": "否"},
            {"名称": "绿水司法所", "所在乡镇": "绿水乡", "标准化": "否", "警力/人员": 2},
        ],
        title="2026年两所建设台账",
    )
    made.register(
        "网格",
        [
            ["01", "一格", county.code(first), "赵一", "专职", None, None],
            ["02", "二格", county.code(second), None, None, None, None],
        ],
    )
    made.sheet(
        "dispute",
        [
            dispute("JF-1", first, resolved="是", on="2026-03-09"),
            dispute("JF-2", first, resolved="否", due="2026-03-31"),
            dispute("JF-3", second, due="2026-05-01"),
            {**dispute("JF-4", None, resolved="否"), "当事人": "某甲", "责任人": "某乙"},
        ],
        title="2026年3月矛盾纠纷排查化解台账",
    )
    made.sheet(
        "dispute_count",
        [{"乡镇(街道)": "青山镇", "纠纷总数": 9, "化解总数": 1, "未化解总数": 8}],
        headers=["乡镇(街道)", "纠纷总数", "化解总数", "未化解总数"],
        title="2026年3月矛盾纠纷排查化解统计表",
    )
    made.ask("records", "import", made.path / "inbox")
    return made


def centre(name, level, place, own, **changed):
    return {
        "名称": name,
        "级别": level,
        "所在区域": place,
        **dict.fromkeys((*own, *MECHANISMS), "是"),
    } | changed


def dispute(number, village, *, day="2026-03-02", due=None, resolved=None, on=None):
    return {
        "登记日期": day,
        "编号": number,
        "乡镇(街道)": "青山镇",
        "村(社区)": village,
        "纠纷类型": "邻里",
        "责任单位": "青山司法所",
        "化解时限": due,
        "是否化解": resolved,
        "化解日期": on,
    }


def show(office, *more):
    return office.ask("grassroots", "show", *more, *DAY)


def test_the_four_topics_answer_in_one_document(office):
    answer = show(office, "--year", 2026)
    told = answer.json
    assert answer.status == 0
    assert told["schema"] == "sanwu/grassroots/1"
    assert set(told) >= {"centres", "offices", "grids", "disputes", "findings", "counts", "as_of"}
    town = told["centres"]["townships"][0]
    assert town["own"]["state"] == "complete"
    assert town["states"] == {"complete": 1, "lacking": 1, "not_verified": 0, "no_record": 1}
    assert town["share"] == {"low": "1/3", "high": "2/3"}
    assert town["villages"][1]["lacking"] == ["police_room"]
    assert town["villages"][1]["unverified"] == ["service_window"]
    assert town["villages"][1]["sources"] == [{"file": "inbox/centre.xlsx", "sheet": "Sheet1", "row": 5}]
    assert told["offices"]["totals"]["judicial_office"]["fengqiao"] == {"low": 0, "high": 1}
    grids = told["grids"]["townships"][0]
    assert grids["grids_by_state"] == {"staffed": 1, "vacant": 1, "unknown": 0}
    assert grids["villages_by_presence"] == {"present": 2, "absent": 1, "unknown": 0}
    disputes = told["disputes"]
    assert disputes["total"]["settled_share"] == {"low": "1/4", "high": "1/2"}
    assert disputes["counted"][0]["total_count"] == 9
    assert answer.codes == ["DISPUTE-COUNT-DIFFERS"]


def test_a_township_without_villages_shares_nothing_and_says_so(office):
    told = show(office, "centres").json["centres"]["townships"][2]
    assert (told["village_count"], told["share"]) == (0, None)
    assert "没有村" in office.run("grassroots", "show", "centres", *DAY).out


def test_one_topic_is_shown_alone(office):
    told = show(office, "offices").json
    assert "offices" in told
    assert not {"centres", "grids", "disputes"} & set(told)
    assert told["findings"] == [], "findings of other topics are theirs"


def test_the_topic_may_be_said_in_chinese(office):
    assert "grids" in show(office, "网格").json


def test_a_month_counts_what_was_taken_in_during_it(office):
    assert show(office, "disputes", "--month", "2026-03").json["disputes"]["total"]["intake"]["low"] == 4
    april = show(office, "disputes", "--month", "2026-04").json["disputes"]
    assert (april["reported"], april["total"]) == (False, None)
    assert "未报" in office.run("grassroots", "show", "disputes", "--month", "2026-04", *DAY).out


def test_the_overdue_list_has_numbers_units_and_days_and_no_person(office):
    told = show(office, "--overdue").json["disputes"]["overdue"]
    assert [(one["case_number"], one["days_overdue"], one["state"]) for one in told] == [("JF-2", 10, "open")]
    text = office.run("grassroots", "show", "--overdue", *DAY).out
    assert "青山司法所" in text
    for name in ("某甲", "某乙"):
        assert name not in text
        assert name.encode() not in (office.path / "ledger.db").read_bytes()
    later = office.ask("grassroots", "show", "--overdue", "--as-of", "2026-05-02").json["disputes"]["overdue"]
    assert [(one["case_number"], one["state"]) for one in later] == [("JF-2", "open"), ("JF-3", "unknown")]


def test_without_a_day_an_ended_year_is_seen_from_its_end(office):
    told = office.ask("grassroots", "show", "disputes", "--year", 2026, "--as-of", "2026-12-31").json
    assert {one["case_number"]: one["days_overdue"] for one in told["disputes"]["overdue"]} == {
        "JF-2": 275,
        "JF-3": 244,
    }
    assert office.ask("grassroots", "show", "--month", "2026-03").json["as_of"] == "2026-03-31"


def test_the_overdue_of_an_ended_month_are_seen_from_its_last_day_and_the_day_is_said(office):
    month = ("grassroots", "show", "--overdue", "--month", "2026-03")
    assert "截至2026-03-31" in office.run(*month).out
    assert "截至2026-03-31" in office.run(*month, "--format", "csv").err
    assert office.ask(*month).json["as_of"] == "2026-03-31"
    assert office.ask(*month, "--as-of", "2026-04-20").json["as_of"] == "2026-04-20"


def test_csv_is_one_table_whichever_is_asked_for(office):
    def read(*more):
        return list(
            csv.reader(io.StringIO(office.run("grassroots", "show", *more, *DAY, "--format", "csv").out))
        )

    centres = read("centres")
    assert centres[0][:4] == ["乡镇(街道)", "村(社区)", "级别", "情况"]
    assert len(centres) == 1 + 3 + 5
    assert read("--overdue")[1][0] == "JF-2"
    gaps = read()
    assert gaps[0][0].endswith("事项")
    assert [
        "综治中心",
        "青山镇",
        "松岗村",
        "一村双警警务室",
        "没有",
        "inbox/centre.xlsx:Sheet1!第5行",
    ] in gaps
    assert {row[0] for row in gaps[1:]} == {"综治中心", "两所", "网格", "矛盾纠纷"}


def test_the_workbook_has_a_sheet_a_topic_the_overdue_and_what_is_missing(office):
    path, again = office.path / "out/基层.xlsx", office.path / "out/再.xlsx"
    for one in (path, again):
        office.run("grassroots", "show", "--year", 2026, *DAY, "-o", one)
    assert path.read_bytes() == again.read_bytes()
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["综治中心", "两所", "网格", "矛盾纠纷", "超期纠纷", "缺什么"]
    assert "JF-2" in [row[0] for row in book["超期纠纷"].values]
    disputes = [row[1] for row in book["矛盾纠纷"].values if row[0] == "乡镇(街道)" and row[2] == "未报"]
    assert disputes == ["绿水乡", "无村街道"]


def test_the_screen_leaves_out_what_nobody_recorded_and_counts_it(office):
    answer = office.run("grassroots", "show", *DAY)
    assert "没有本年记录" not in answer.out
    assert "加 -v 列出" in answer.err
    whole = office.run("grassroots", "show", "-v", *DAY).out
    assert "没有本年记录" in whole
    assert "纠纷类型" in whole


def test_a_corrected_and_a_withdrawn_record_change_what_is_shown(office):
    grounds = ("--reason", "查明", "--document", "云政法〔2026〕8号")
    office.run("records", "correct", "JF-2", "--set", "化解日期=2026-03-20", "--set", "是否化解=是", *grounds)
    office.run("records", "withdraw", "JF-3", *grounds)
    told = show(office, "disputes").json["disputes"]["total"]
    assert told["intake"] == {"low": 3, "high": 3}
    assert told["settled"] == {"low": 2, "high": 2}
    assert told["overdue"] == {"low": 0, "high": 0}


def test_a_corrected_item_completes_a_centre(office):
    grounds = ("--reason", "已建", "--document", "云政法〔2026〕8号")
    changes = ("--set", "警务室=已建", "--set", "公共服务窗口=是")
    done = office.run("records", "correct", "乙综治中心", *changes, *grounds)
    assert done.status == 0, done.err
    assert show(office, "centres").json["centres"]["townships"][0]["states"]["complete"] == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("village",), "centres（综治中心）"),
        (("centres", "--overdue"), "矛盾纠纷"),
        (("--year", "2025", "--month", "2026-03"), "2025年"),
        (("--month", "2019-03"), "2020年"),
        (("--month", "2026-08"), "还没有开始"),
        (("--month", "三月"), "看不懂"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(office, more, says):
    answer = office.run("grassroots", "show", *more, *DAY)
    assert answer.status == 2
    assert says in answer.err


def test_an_empty_workspace_knows_nothing_and_lacks_nothing_for_sure(tmp_path, capsys):
    bare = Office(tmp_path / "空", County.of(青山镇=1), capsys.readouterr)
    told = bare.ask("grassroots", "show", "--as-of", date(2026, 3, 31)).json
    assert told["centres"]["townships"][0]["complete"] == {"low": 0, "high": 1}
    assert told["grids"]["townships"][0]["villages_by_presence"]["unknown"] == 1
    assert told["disputes"]["reported"] is False
    assert told["findings"] == []


def read_circular(office, month):
    office.run("report", "render", "monthly_circular", "--month", month)
    (path,) = (office.path / "out" / month).glob("*通报.docx")
    document = docx.Document(path)
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), cells


def test_the_circular_shows_settlement_beside_the_counts_and_says_why(office):
    text, cells = read_circular(office, "2026-03")
    assert ["越级上访（件）", "≥0（待报）", "≥0（待报）"] in cells
    assert ["其中已化解（件）", "1…2", "1…2"] in cells
    assert ["化解率", "25%…50%", "25%…50%"] in cells
    assert "单凭件数比高低" in text
    assert "没有报矛盾纠纷台账的有绿水乡、无村街道" in text
    assert [row[-1] for row in cells if row[1:2] == ["青山镇"]] == ["1…2/4"]
    assert [row[-1] for row in cells if row[1:2] == ["绿水乡"]] == ["未报"]


def test_a_month_without_dispute_records_is_unreported_and_still_names_the_overdue(office):
    text, cells = read_circular(office, "2026-04")
    assert ["化解率", "未报", "25%…50%"] in cells
    assert "本月没有收到矛盾纠纷台账" in text
    assert "超过化解时限还没有化解的1件" in text
