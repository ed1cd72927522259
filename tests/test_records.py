"""`sanwu records`: every record listed, traced to its rows, corrected, withdrawn, undone, exported."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from workspaces import County, Office

GROUNDS = ("--reason", "查明", "--document", "云政法〔2026〕8号")


@pytest.fixture
def office(tmp_path, capsys):
    county = County.of(青山镇=3, 绿水乡=2)
    made = Office(tmp_path / "云岭", county, capsys.readouterr)
    made.sheet(
        "dispute",
        [
            dispute("JF-1", "青山镇", county.villages_of("青山镇")[0], due="2026-04-01"),
            dispute("JF-2", "绿水乡", None, day="2026-04-05", resolved="是", on="2026-04-09"),
            dispute("JF-3", "清水镇", county.villages_of("青山镇")[1]),
        ],
        title="矛盾纠纷排查化解台账",
    )
    made.sheet(
        "office",
        [{"名称": "青山派出所", "类型": "派出所", "所在乡镇": "青山镇", "标准化": "是", "警力/人员": 7}],
        title="2026年两所建设台账",
    )
    made.ask("records", "import", made.path / "inbox")
    return made


def dispute(number, township, village, *, day="2026-03-02", due=None, resolved=None, on=None):
    return {
        "登记日期": day,
        "编号": number,
        "乡镇(街道)": township,
        "村(社区)": village,
        "纠纷类型": "邻里",
        "责任单位": "司法所",
        "化解时限": due,
        "是否化解": resolved,
        "化解日期": on,
    }


def list_all(office, *more):
    return office.ask("records", "list", *more).json["records"]


def show(office, number):
    return office.ask("records", "show", number).json


def test_every_record_is_listed_with_its_place_values_and_source(office):
    records = list_all(office)
    assert [record["sheet"] for record in records] == ["dispute"] * 3 + ["office"]
    first = records[0]
    assert first["township_code"] == office.county.code("青山镇")
    assert first["area_code"] == office.county.code(office.county.villages_of("青山镇")[0])
    assert first["values"]["due_on"] == "2026-04-01"
    assert first["source"] == {"file": "inbox/dispute.xlsx", "sheet": "Sheet1", "row": 3}
    assert [record["status"] for record in records] == ["counted", "counted", "held", "counted"]


@pytest.mark.parametrize(
    ("more", "count"),
    [
        (("--sheet", "dispute"), 3),
        (("--sheet", "两所建设台账"), 1),
        (("--year", 2026), 4),
        (("--year", 2025), 0),
        (("--month", "2026-04"), 1),
        (("--area", "绿水乡"), 1),
        (("--area", "松岗村"), 1),  # the held one may belong there
        (("--status", "held"), 1),
        (("--status", "挂起"), 1),
        (("--status", "withdrawn"), 0),
    ],
)
def test_what_is_listed_is_what_was_asked_for(office, more, count):
    assert len(list_all(office, *more)) == count


def test_a_sheet_of_incidents_or_rulings_is_not_listed_here(office):
    for sheet in ("crime", "ruling"):
        answer = office.run("records", "list", "--sheet", sheet)
        assert answer.status == 2
        assert "incidents" in answer.err


def test_the_table_is_readable_and_csv_says_everything(office):
    table = office.run("records", "list").out
    assert "JF-1 " in table, "the shortest name by which records show finds it"
    assert "|" not in table
    assert "矛盾纠纷排查化解台账" in table
    assert "挂起" in table
    lines = office.run("records", "list", "--sheet", "dispute", "--format", "csv").out.splitlines()
    assert len(lines) == 4
    assert "纠纷类型：邻里；责任单位：司法所" in lines[1]


def test_a_record_names_every_row_and_run_that_spoke_of_it(office):
    village = office.county.villages_of("青山镇")[0]
    office.sheet(
        "dispute", [dispute("JF-1", "青山镇", village, resolved="是")], to="4月/纠纷.xlsx", title="纠纷台账"
    )
    office.ask("records", "import", office.path / "inbox/4月")
    office.run("records", "correct", "JF-1", "--set", "责任单位=青山司法所", *GROUNDS)
    told = show(office, "JF-1")
    assert [(e["kind"], e["run"]) for e in told["entries"]] == [("claim", 1), ("claim", 2), ("correction", 3)]
    assert told["entries"][1]["source"]["file"] == "inbox/4月/纠纷.xlsx"
    assert told["entries"][2]["document_number"] == "云政法〔2026〕8号"
    table = office.run("records", "show", "JF-1").out
    assert "第2次 导入其他表" in table
    assert "责任单位：青山司法所" in table


def test_a_correction_reads_the_value_by_the_type_of_its_column(office):
    done = office.run(
        *("records", "correct", "JF-1", "--set", "是否化解=已化解", "--set", "化解日期=2026年3月20日"),
        *GROUNDS,
    )
    assert done.status == 0, done.err
    assert "是否化解：（空） → 是" in done.out
    values = show(office, "JF-1")["values"]
    assert values["is_resolved"] is True
    assert values["resolved_on"] == "2026-03-20"


def test_a_correction_of_one_column_leaves_the_others_to_later_sheets(office):
    village = office.county.villages_of("青山镇")[0]
    office.run("records", "correct", "JF-1", "--set", "化解时限=2026-05-01", *GROUNDS)
    row = dispute("JF-1", "青山镇", village, due="2026-04-02", resolved="是", on="2026-04-20")
    office.sheet("dispute", [row], to="4月/纠纷.xlsx", title="纠纷台账")
    office.ask("records", "import", office.path / "inbox/4月")
    values = show(office, "JF-1")["values"]
    assert values["due_on"] == "2026-05-01", "a correction goes before later sheets"
    assert values["resolved_on"] == "2026-04-20", "what it does not name is what the later sheet says"


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ("化解期限了=2026-05-01", 2, "化解时限"),  # unknown, with what is close
        ("当事人=某某", 77, "个人信息"),
        ("备注=无", 2, "不保存"),
        ("化解时限=五月某日", 2, "读不成日期"),
        ("是否化解=也许", 2, "看不出"),
        ("责任单位=找13800000000", 77, "个人信息"),
        ("登记日期=", 2, "不能空着"),
        ("乡镇=无名镇", 66, "定不下来"),
        ("化解时限=2026-04-01", 2, "一样"),
        ("化解时限", 2, "栏目=值"),
    ],
)
def test_what_cannot_be_corrected_so_is_refused_and_nothing_is_written(office, change, status, says):
    answer = office.run("records", "correct", "JF-1", "--set", change, *GROUNDS)
    assert answer.status == status
    assert says in answer.err
    assert "13800000000" not in answer.err
    assert len(show(office, "JF-1")["entries"]) == 1


def test_no_reason_or_no_document_is_refused(office):
    answer = office.run(
        "records", "correct", "JF-1", "--set", "化解时限=2026-05-01", "--reason", " ", "--document", "x"
    )
    assert answer.status == 2
    assert "文号" in answer.err


def test_a_held_record_is_released_by_correcting_its_township(office):
    (held,) = list_all(office, "--status", "held")
    assert held["why"]
    done = office.run("records", "correct", "JF-3", "--set", "乡镇=青山镇", *GROUNDS)
    assert done.status == 0, done.err
    assert not list_all(office, "--status", "held")
    told = show(office, "JF-3")
    assert told["township_code"] == office.county.code("青山镇")
    assert told["area_code"] == office.county.code(office.county.villages_of("青山镇")[1]), (
        "the village stays"
    )


def test_a_place_may_be_corrected_by_code_and_a_village_inside_its_township(office):
    wanted = office.county.villages_of("青山镇")[2]
    office.run("records", "correct", "JF-1", "--set", f"村={wanted}", *GROUNDS)
    assert show(office, "JF-1")["area_code"] == office.county.code(wanted)
    other = office.county.villages_of("绿水乡")[1]
    office.run("records", "correct", "JF-1", "--set", f"区划代码={office.county.code(other)}", *GROUNDS)
    assert show(office, "JF-1")["township_code"] == office.county.code("绿水乡")


def test_a_date_corrected_takes_the_record_into_its_year(office):
    office.run("records", "correct", "JF-1", "--set", "登记日期=2025-12-30", *GROUNDS)
    assert [record["year"] for record in list_all(office, "--year", 2025)] == [2025]


def test_a_record_without_a_year_is_released_by_naming_it(office):
    row = {"名称": "绿水司法所", "类型": "司法所", "所在乡镇": "绿水乡", "标准化": "否"}
    office.sheet("office", [row], to="两所.xlsx", title="两所建设台账")
    office.ask("records", "import", office.path / "inbox/两所.xlsx")
    (held,) = list_all(office, "--status", "held", "--sheet", "office")
    assert held["year"] is None
    done = office.run("records", "correct", "绿水司法所", "--set", "年度=2026", *GROUNDS)
    assert done.status == 0, done.err
    assert show(office, "绿水司法所")["status"] == "counted"


def test_a_withdrawn_record_stays_listed_and_comes_back_by_undoing(office):
    office.run("records", "withdraw", "JF-2", *GROUNDS)
    (gone,) = list_all(office, "--status", "withdrawn")
    assert gone["id"].endswith("JF-2")
    again = office.run("records", "withdraw", "JF-2", *GROUNDS)
    assert again.status == 2
    assert "已经撤回" in again.err
    undone = office.run("incidents", "undo")
    assert "撤回其他表" in undone.out
    assert not list_all(office, "--status", "withdrawn")
    assert [e["undone_by"] for e in show(office, "JF-2")["entries"]] == [None, 3]


def test_a_number_nobody_knows_and_one_that_two_sheets_have_are_told(office):
    answer = office.run("records", "show", "JF-99")
    assert answer.status == 66
    assert "records list" in answer.err
    village = office.county.villages_of("绿水乡")[0]
    office.sheet("dispute", [dispute("JF-1", "绿水乡", village)], to="乡.xlsx", title="纠纷台账")
    office.ask("records", "import", office.path / "inbox/乡.xlsx")
    answer = office.run("records", "show", "JF-1")
    assert answer.status == 2
    assert "不止一条" in answer.err


def test_the_workbook_has_a_sheet_a_kind_and_names_the_runs_in_chinese(office):
    office.run("records", "correct", "JF-1", "--set", "化解时限=2026-05-01", *GROUNDS)
    path = office.path / "out/其他台账.xlsx"
    assert office.run("records", "export").out.strip() == str(path)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert book.sheetnames == ["矛盾纠纷排查化解台账", "两所建设台账", "收到的表", "操作记录"]
    rows = list(book["矛盾纠纷排查化解台账"].values)
    header = next(row for row in rows if "编号" in row)
    first = dict(zip(header, rows[rows.index(header) + 1], strict=True))
    assert first["化解时限"].date() == date(2026, 5, 1)
    assert (first["状态"], first["行"]) == ("有效", 3)
    runs = [row[1] for row in book["操作记录"].values]
    assert "更正其他表" in runs
    assert "导入其他表" in runs


def test_the_incidents_export_names_runs_of_records_in_chinese(office):
    office.run("records", "withdraw", "JF-2", *GROUNDS)
    office.run("incidents", "export")
    book = openpyxl.load_workbook(office.path / "out/三无台账.xlsx")
    assert "撤回其他表" in [row[1] for row in book["操作记录"].values]


def test_an_empty_ledger_lists_and_exports_nothing_and_says_so(tmp_path, capsys):
    bare = Office(tmp_path / "空", County.of(青山镇=1), capsys.readouterr)
    assert list_all(bare) == []
    assert "共0条" in bare.run("records", "list").err
    assert bare.run("records", "export").status == 0


@pytest.mark.parametrize(
    "text", ["11010119900307721X", "电话13800000000", "１３８００００００００", "138 0000 0000"]
)
@pytest.mark.parametrize("option", ["--reason", "--document"])
@pytest.mark.parametrize("command", [("correct", "JF-1", "--set", "是否化解=是"), ("withdraw", "JF-1")])
def test_a_persons_number_in_the_grounds_is_refused_and_not_kept(office, command, option, text):
    grounds = [
        word for pair in ({"--reason": "查明", "--document": "8号"} | {option: text}).items() for word in pair
    ]
    answer = office.run("records", *command, *grounds)
    assert answer.status == 77
    assert text not in answer.err
    assert text.encode() not in (office.path / "ledger.db").read_bytes()
    assert len(show(office, "JF-1")["entries"]) == 1


def test_grounds_are_kept_without_control_characters_and_not_endless(office):
    change = ("records", "withdraw", "JF-1", "--document", "8号")
    assert office.run(*change, "--reason", "长" * 501).status == 2
    assert office.run(*change, "--reason", "重复\x1b[31m登记\x07").status == 0
    assert b"\x1b[31m" not in (office.path / "ledger.db").read_bytes()


def test_a_message_shows_no_persons_number_somebody_typed_and_cuts_what_is_endless(office):
    for text in ("11010119900307721X", "13800000000"):
        answer = office.run("records", "show", text)
        assert answer.status == 66
        assert text not in answer.err
        assert "号码不显示" in answer.err
    assert len(office.run("records", "list", "--sheet", "长" * 5000).err) < 1000


def test_a_record_kept_by_a_command_is_listed_and_exported_without_a_sheet(office):
    office.register("人员", [["F01", "方知远", "法官", "法院", None, None, None, None, None, None]])
    step = ("--step", "提醒", "--person", "F01", "--absent-on", "2026-03-10", "--reason", "没有到岗")
    made = office.run("attendance", "record", *step, "--as-of", "2026-03-11")
    assert made.status == 0, made.err
    (record,) = list_all(office, "--sheet", "reminder")
    assert (record["source"], record["sources"]) == (None, [])
    assert "命令登记" in office.run("records", "list", "--format", "csv").out
    assert office.run("records", "show", record["id"]).status == 0
    assert office.run("records", "export", "-o", office.path / "其他.xlsx").status == 0
    book = openpyxl.load_workbook(office.path / "其他.xlsx")
    assert "命令登记" in [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
