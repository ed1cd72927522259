"""H1 to H22: every header row seen in the field goes into the right fields, or is refused for the right reason."""

# What is expected is read across like the sheets themselves.
# ruff: noqa: E501, ISC004

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from real_sheets import ID_NUMBER, NOBODY, PHONE, SHEETS
from sheet_tables import filled_below, read_table
from text_tables import call_json, make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.grid import column_letters
from sanwu_cli.jobs.reading import read_files
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.ledger.claims import make_claims
from sanwu_cli.periods import Month
from sanwu_cli.sheets.layout import Layout, identify
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Intake
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from pathlib import Path

    from sanwu_cli.model import SheetReading

DEPARTMENTS = {i: s for i, s in load_schemas().items() if s.intake is not Intake.REGISTER}
JULY = Month(2026, 7)

# By sheet: its description, the header's rows, every column (! never read because personal, - known and not
# kept, ? unknown), the class of each row, the lines that are no data, the findings with their cells.
READ: dict[str, tuple[str, str, str, str, int, str]] = {
    "H1": ("petition", "3-3",
           "case_number=A handling_unit=B petition_form=C personal!=D filed_on=E ?=F,G,I,J,L,M,N,O township=H case_status-=K",
           "4held 5ignored 6held", 1,
           "COLUMN-PLACE-MISSING COLUMN-UNDECIDED COLUMN-UNMAPPED PERSONAL-COLUMN-SKIPPED"),
    "H2": ("petition", "2-2",
           "case_number=A petition_form=B filed_on=C personal!=D,E,F,G case_status-=H",
           "3held 4ignored", 1, "COLUMN-PLACE-MISSING COLUMN-UNDECIDED PERSONAL-COLUMN-SKIPPED"),
    "H3": ("petition", "1-1", "filed_on=A is_skip_level=B visited_body=C visit_level=D personal!=E",
           "2held 3ignored", 0, "A1:COLUMN-MISSING COLUMN-PLACE-MISSING PERSONAL-COLUMN-SKIPPED"),
    "H5": ("indicator_count", "3-4",
           "serial-=A township=B village=C visit_part-=D,F,H visitor_count-=E,G,I,K skip_level_petition=J remark-=L",
           "6new 7new 8new", 2, ""),
    "H5-flat": ("indicator_count", "2-3",
                "serial-=A township=B village=C visit_part-=D,F,H visitor_count-=E,G,I skip_level_petition=J remark-=K",
                "5new 6new 7new", 1, ""),
    "H6": ("petition", "3-3",
           "serial-=A filed_on=B case_number=C township=D village=E petition_form=F visited_body=G visit_level=H is_skip_level=I "
           "is_group=J handling_unit=K ?=L case_status-=M remark-=N",
           "4new 5ignored 6held", 1, "COLUMN-UNMAPPED E6:AREA-VILLAGE-BLANK"),
    "H7": ("suit", "2-2",
           "serial-=A case_number=B plaintiff!=C defendant=D personal!=E cause=F court=G instance=H filed_on=I hearing_on-=J "
           "leader_appeared-=K handling_unit=L ruling_result=M closed_on=N township=O remark-=P",
           "3new 4new 5ignored", 1, "PERSONAL-COLUMN-SKIPPED"),
    "H8": ("crime", "1-1",
           "serial-=A case_number=B personal!=C,I,J case_category=D handling_unit=E officer-=F case_status=G occurred_on=H is_open-=K",
           "2held 3ignored", 0, "A1:COLUMN-MISSING COLUMN-ASSUMED COLUMN-PLACE-MISSING PERSONAL-COLUMN-SKIPPED"),
    "H9": ("crime", "2-2",
           "case_number=A alarm_number-=B personal!=C case_type=D case_status=E case_category=F cause_code-=G occurred_on=H filed_on=I "
           "?=J handling_unit=K region-=L is_open-=M source-=N",
           "3held 4ignored 5ignored", 0, "COLUMN-PLACE-MISSING COLUMN-UNMAPPED PERSONAL-COLUMN-SKIPPED"),
    "H11": ("indicator_count", "3-3", "township=A village=B criminal_case=C ?=D,E,F,G,H,I remark-=J",
            "4held 5new 6new", 2, "A4:AREA-TOWNSHIP-UNKNOWN COLUMN-UNMAPPED"),
    "H12": ("dispute_count", "2-4", "township=A total_count=B open_count=C type_resolved-=D,F type_open-=E,G",
            "6new 7new", 2, ""),
    "H13a": ("dispute", "2-2", "case_number=A personal!=B dispute_type=C dispute_level=D township=E registered_on=F",
             "3new 4new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H13b": ("dispute", "1-1",
             "case_number=A status=B dispute_level=C dispute_type=D entered_by-=E responsible_unit=F personal!=G registered_on=H township=I",
             "2new 3new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H14": ("dispute", "2-2",
            "serial-=A registered_on=B township=C village=D grid=E dispute_type=F personal!=G,H person_count=I responsible_unit=J "
            "responsible_person-=K measures-=L due_on=M is_resolved=N resolved_on=O remark-=P",
            "3new 4new 5new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H15": ("duty_list", "2-2",
            "serial-=A leader=B position=C staff=D personal!=E duty_phone-=F month=G days=H",
            "3new 4new 5new", 1, "PERSONAL-COLUMN-SKIPPED"),
    "H16": ("duty_roster", "2-2",
            "serial-=A township=B judge=C judge_phone!=D prosecutor=E prosecutor_phone!=F lawyer=G lawyer_phone!=H rule=I remark-=J",
            "3new 4new", 1, "HIDDEN-COLUMNS PERSONAL-COLUMN-SKIPPED"),
    "H17": ("mediator_roster", "2-2",
            "serial-=A judicial_office=B mediator=C village=D rule=E hours=F place=G personal!=H",
            "3new 4new 5new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H18": ("sign_in", "2-2",
            "serial-=A signed_on=B person=C unit=D venue=E signed_in_at=F signed_out_at=G consulted_count=H mediated_count=I work-=J "
            "signature-=K remark-=L",
            "3new 4new 5new", 1, ""),
    "H19a": ("grid", "2-2",
             "serial-=A township=B village=C grid_name=D grid_number=E worker=F personal!=G,H,I is_full_time=J remark-=K",
             "3new 4new 5new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H19b": ("grid", "2-2", "village=A worker=B personal!=C,E police_officer=D",
             "3new 4new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H20": ("centre", "2-2",
            "serial-=A township=B name=C level=D has_sign=E floor_area=F coordination_centre=G mediation_centre=H grid_centre=I "
            "reception_window=J staff_count=K camera_count=L built_on=M remark-=N",
            "3new 4new", 0, ""),
    "H20-village": ("centre", "2-2",
                    "serial-=A township=B village=C name=D level=E governance_room=F mediation_room=G police_room=H service_window=I "
                    "personal!=J remark-=K",
                    "3new 4new", 0, "PERSONAL-COLUMN-SKIPPED"),
    "H22-fits": ("indicator_count", "3-5",
                 "serial-=A township=B village=C skip_level_petition=D administrative_suit=E criminal_case=F remark-=G",
                 "6new 7new", 1, ""),
}  # fmt: skip

# The first and the last row of each: value by address; None is an empty cell of a column that is read.
VALUES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "H1": ({"A4": "XF20260302001", "B4": "一科", "C4": "来访", "E4": date(2026, 3, 2), "H4": "甲镇"},
           {"A6": "XF20260327003", "B6": "一科", "C6": "来访", "E6": date(2026, 3, 27), "H6": "甲 镇"}),
    "H2": ({"A3": "XF-001", "B3": "来访", "C3": date(2026, 3, 4)}, {"A4": "XF-002", "B4": "来电", "C4": date(2026, 3, 9)}),
    "H3": ({"A2": date(2026, 3, 3), "B2": True, "C2": "自治区信访局", "D2": "自治区级"},
           {"A3": date(2026, 3, 16), "B3": False, "C3": "县信访局", "D3": "县级"}),
    "H5": ({"B6": "甲镇", "C6": "东堤村", "J6": 2}, {"B8": "乙镇", "C8": "南湾村", "J8": 1}),
    "H5-flat": ({"B5": "甲镇", "C5": "东堤村", "J5": 2}, {"B7": "乙镇", "C7": "南湾村", "J7": 1}),
    "H6": ({"B4": date(2026, 3, 9), "C4": "XF20260309001", "D4": "甲镇", "E4": "东堤村民委员会", "F4": "走访", "G4": "自治区信访局",
            "H4": "自治区级", "I4": True, "J4": False, "K4": "自然资源局"},
           {"B6": date(2026, 3, 25), "C6": "XF20260325003", "D6": "乙镇", "E6": None, "F6": "走访", "G6": "国家信访局", "H6": "国家级",
            "I6": True, "J6": False, "K6": "住建局"}),
    "H7": ({"B3": "（2026）宁0181行初12号", "D3": "甲镇人民政府", "F3": "行政强制", "G3": "某法院", "H3": "first", "I3": date(2026, 3, 5),
            "L3": "综合执法办", "M3": None, "N3": None, "O3": "甲镇"},
           {"B5": "（2026）宁0181行审7号", "D5": "城管局", "F5": "非诉审查", "G5": "某法院", "H5": "non_litigation_execution",
            "I5": date(2026, 3, 19), "L5": "法规股", "M5": None, "N5": None, "O5": None}),
    "H8": ({"B2": "A6499012026030001", "D2": "盗窃", "E2": "甲镇派出所", "G2": "立案", "H2": date(2026, 3, 2)},
           {"B3": "A6499012026030002", "D3": "诈骗", "E3": "刑警大队", "G3": "已撤销", "H3": date(2026, 3, 11)}),
    "H9": ({"A3": "A649901001", "D3": "刑事", "E3": "侦查", "F3": "盗窃", "H3": date(2026, 3, 1), "I3": date(2026, 3, 2), "K3": "刑警大队"},
           {"A5": "A649901003", "D5": "刑事", "E5": "已并案", "F5": "诈骗", "H5": date(2026, 3, 8), "I5": date(2026, 3, 9), "K5": "刑警大队"}),
    "H11": ({"A4": "甲镇派出所", "B4": "东堤村", "C4": 1}, {"A6": "乙镇", "B6": "南湾村", "C6": 2}),
    "H12": ({"A6": "甲镇", "B6": 3, "C6": 1}, {"A7": "乙 镇", "B7": 2, "C7": 1}),
    "H13a": ({"A3": "MD2026030001", "C3": "邻里", "D3": "一般", "E3": "甲镇", "F3": date(2026, 3, 3)},
             {"A4": "MD2026030002", "C4": "婚姻家庭", "D4": "较大", "E4": "乙镇", "F4": date(2026, 3, 20)}),
    "H13b": ({"A2": "649901202603010001", "B2": "办理中", "C2": "三级", "D2": "土地承包", "F2": "甲镇司法所", "H2": date(2026, 3, 1), "I2": "甲镇"},
             {"A3": "649901202603120002", "B3": "已办结", "C3": "四级", "D3": "邻里", "F3": "乙镇司法所", "H3": date(2026, 3, 12), "I3": "乙镇"}),
    "H14": ({"B3": date(2026, 3, 2), "C3": "甲镇", "D3": "东堤村", "E3": "第一网格", "F3": "邻里", "I3": 2, "J3": "东堤村调委会",
             "M3": date(2026, 4, 2), "N3": True, "O3": date(2026, 3, 9)},
            {"B5": date(2026, 3, 19), "C3": "甲镇", "D5": "西渠村", "E5": "第一网格", "F5": "婚姻家庭", "I5": 2, "J5": "西渠村调委会",
             "M5": date(2026, 4, 19), "N5": False, "O5": None}),
    "H15": ({"B3": "甲书记", "C3": "书记", "D3": "乙干", "G3": JULY, "H3": ("1", "17")},
            {"B5": "己副主任", "C5": "副主任", "D5": "庚干事、辛干事", "G3": JULY, "H5": ("3", "4", "5")}),
    "H16": ({"B3": "甲镇", "C3": "甲法官", "E3": "乙检察官", "G3": "丙律师", "I3": "每月第2个周二"},
            {"B4": "乙镇", "C4": "丁法官", "E4": "戊检", "G4": "己律师、庚律师", "I4": "每月15日"}),
    "H17": ({"B3": "甲镇司法所", "C3": "甲调解员", "D3": "东堤村", "E3": "每月10日", "F3": "9:00—12:00", "G3": "村调解室"},
            {"B5": "乙镇司法所", "C5": "丙调解员", "D5": "南湾村", "E5": "每月20日", "F5": "全天", "G5": "村委会"}),
    "H18": ({"B3": date(2026, 3, 10), "C3": "甲法官", "D3": "人民法院", "E3": "甲镇综治中心", "F3": "08:55", "G3": "17:30", "H3": 3, "I3": 1},
            {"B5": date(2026, 3, 12), "C5": "丙调解员", "D5": "司法所", "E5": "甲镇东堤村村委会", "F5": "08:50", "G5": None, "H5": 2, "I5": None}),
    "H19a": ({"B3": "甲镇", "C3": "东堤村", "D3": "第一网格", "E3": "64990110120101", "F3": "甲网格员", "J3": "full_time"},
             {"B5": "乙镇", "C5": "南湾村", "D5": "第一网格", "E5": "64990110220101", "F5": "丙网格员", "J5": "full_time"}),
    "H19b": ({"A3": "东堤村", "B3": "甲网格员", "D3": "甲民警"}, {"A4": "南湾村", "B4": "乙网格员", "D4": "乙民警"}),
    "H20": ({"B3": "甲镇", "C3": "甲镇综治中心", "D3": "township", "E3": True, "F3": Decimal("120.5"), "G3": True, "H3": True, "I3": True,
             "J3": True, "K3": 3, "L3": 26, "M3": "2019年6月"},
            {"B4": "乙镇", "C4": "乙镇综治中心", "D4": "township", "E4": False, "F4": Decimal(80), "G4": True, "H4": False, "I4": None,
             "J4": False, "K4": 2, "L4": 0, "M4": "2026-05-01"}),
    "H20-village": ({"B3": "甲镇", "C3": "东堤村", "D3": "东堤村综治中心", "E3": "village", "F3": True, "G3": True, "H3": False, "I3": True},
                    {"B3": "甲镇", "C4": "西渠村", "D4": "西渠村综治中心", "E4": "village", "F4": True, "G4": None, "H4": False, "I4": True}),
    "H22-fits": ({"B6": "甲镇", "C6": "东堤村", "D6": 0, "E6": 1, "F6": 0}, {"B7": "甲镇", "C7": "西渠村", "D7": 0, "E7": 0, "F7": 2}),
}  # fmt: skip

# What is not read, the finding that says so, and words of its reason.
REFUSED: dict[str, tuple[str, list[str]]] = {
    "H4a": ("SHEET-UNKNOWN", ["最像“越级上访台账”", "缺少“登记日期”"]),
    "H4b": ("SHEET-UNKNOWN", ["最像“越级上访台账”", "缺少“登记日期”"]),
    "H4c": ("SHEET-UNKNOWN", ["最像“越级上访台账”", "“登记日期”", "“信访编号”"]),
    "H10": ("SHEET-PERSONAL", ["涉诈案件登记表", "个人信息"]),
    "H21": ("SHEET-NOT-OURS", ["流动人口核查月报", "不是三无指标"]),
    "H22": ("SHEET-UNKNOWN", ["最像“三无指标月报表”", "缺少“越级上访”"]),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "w", {})


def read(workspace: Path, name: str) -> SheetReading:
    """Read one of the sheets as the program does; the file has nothing to complain of itself."""
    opened = open_workspace(workspace)
    path = SHEETS[name].save(workspace)
    (file,) = read_files(opened, read_registers(opened), [path])
    assert file.findings == ()
    (reading,) = file.sheets
    return reading


def show_columns(layout: Layout) -> str:
    """Write the columns of a layout as the tables above do."""
    shown: dict[str, list[str]] = {}
    for column in layout.columns:
        spec = column.field
        mark = "" if spec is None else "!" if spec.personal else "" if spec.stored else "-"
        shown.setdefault(spec.name + mark if spec else "?", []).append(column_letters(column.index))
    return " ".join(f"{name}={','.join(letters)}" for name, letters in shown.items())


def test_all_header_rows_of_the_research_are_here() -> None:
    numbers = {int("".join(filter(str.isdigit, name))) for name in SHEETS}
    assert numbers == set(range(1, 23))
    assert set(SHEETS) == set(READ) | set(REFUSED)
    assert set(READ) == set(VALUES)


@pytest.mark.parametrize("name", READ)
def test_every_column_goes_to_its_field(name: str, workspace: Path) -> None:
    schema, rows, columns, _, _, _ = READ[name]
    path = SHEETS[name].save(workspace)
    book, _ = read_book(path, shown_as=SHEETS[name].file)
    assert book is not None
    layout = identify(book.grids[0], DEPARTMENTS, names=(book.grids[0].name, path.stem))
    assert isinstance(layout, Layout), layout
    assert layout.schema.id == schema
    assert f"{layout.top + 1}-{layout.bottom + 1}" == rows
    assert show_columns(layout) == columns


@pytest.mark.parametrize("name", READ)
def test_first_and_last_row_with_their_addresses(name: str, workspace: Path) -> None:
    reading = read(workspace, name)
    for row, expected in zip((reading.rows[0], reading.rows[-1]), VALUES[name], strict=True):
        assert {cell: row.values[field] for field, cell in row.cells.items()} == expected


@pytest.mark.parametrize("name", READ)
def test_every_line_is_a_row_or_named_as_layout(name: str, workspace: Path) -> None:
    schema, rows, _, classes, layout_rows, findings = READ[name]
    reading = read(workspace, name)
    claims = make_claims(reading, DEPARTMENTS[schema]).claims
    natures = {claim.source.row: claim.nature.value for claim in claims}
    assert " ".join(f"{row}{nature}" for row, nature in natures.items()) == classes
    assert len({claim.key for claim in claims}) == len(claims)
    assert reading.layout_rows == layout_rows
    told = sorted(f"{f.cell}:{f.code}" if f.cell else f.code for f in reading.findings)
    assert told == sorted(findings.split())
    book, _ = read_book(workspace / SHEETS[name].file, shown_as=name)
    assert book is not None
    bottom = int(rows.partition("-")[2])
    assert filled_below(book.grids[0], bottom) == len(reading.rows) + reading.layout_rows


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_says_why(name: str, workspace: Path) -> None:
    code, words = REFUSED[name]
    reading = read(workspace, name)
    assert reading.schema_id is None
    assert reading.rows == ()
    assert reading.unread_rows >= len(SHEETS[name].rows)
    (finding,) = reading.findings
    assert finding.code == code
    assert finding.remedy
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_personal_is_read_or_printed_or_stored(name: str, workspace: Path, capsys: Any) -> None:
    reading = read(workspace, name)
    texts = [repr(reading)]
    for arguments in (
        ["check"],
        ["incidents", "import", "inbox"],
        ["records", "import", "inbox"],
        ["incidents", "list"],
    ):
        for form in ("json", "table"):
            run(["-w", str(workspace), "--format", form, "-v", *arguments])
            printed = capsys.readouterr()
            texts += [printed.out, printed.err]
    ledger = workspace / "ledger.db"
    texts.append(ledger.read_bytes().decode("utf-8", "replace") if ledger.exists() else "")
    for secret in (NOBODY, PHONE, ID_NUMBER):
        assert not [text for text in texts if secret in text]


def test_a_whole_inbox_is_taken_in_once_and_every_row_is_accounted_for(workspace: Path, capsys: Any) -> None:
    for sheet in SHEETS.values():
        sheet.save(workspace)
    taken: dict[str, int] = {}
    for command in ("incidents", "records"):
        _, document = call_json(capsys, workspace, command, "import", "inbox")
        assert document["applied"]
        for file in document["files"]:
            for sheet in file["sheets"]:
                parts = [sheet[part] for part in ("new", "same", "changed", "held", "ignored")]
                assert sheet["rows"] == sum(parts)
                taken[file["file"]] = taken.get(file["file"], 0) + sheet["rows"]
        _, again = call_json(capsys, workspace, command, "import", "inbox")
        assert (
            sum(sheet["new"] + sheet["changed"] for file in again["files"] for sheet in file["sheets"]) == 0
        )
    expected = {SHEETS[name].file: len(classes.split()) for name, (_, _, _, classes, _, _) in READ.items()}
    assert {file: rows for file, rows in taken.items() if rows} == expected


def test_no_administrative_case_of_the_police_is_a_suit(workspace: Path, capsys: Any) -> None:
    SHEETS["H9"].save(workspace)
    call_json(capsys, workspace, "incidents", "import", "inbox")
    _, document = call_json(capsys, workspace, "incidents", "list")
    listed = {i["case_number"]: (i["indicator"], i["status"]) for i in document["incidents"]}
    assert listed["A649901002"] == ("criminal_case", "not_counted")
    assert {indicator for indicator, _ in listed.values()} == {"criminal_case"}


@pytest.mark.parametrize("name", ["H1", "H2"])
def test_an_ordinary_petition_never_counts_and_is_never_lost(name: str, workspace: Path, capsys: Any) -> None:
    SHEETS[name].save(workspace)
    call_json(capsys, workspace, "incidents", "import", "inbox")
    _, document = call_json(capsys, workspace, "incidents", "list")
    assert document["incidents"]
    assert {incident["status"] for incident in document["incidents"]} == {"held", "not_counted"}


def test_disputes_without_a_number_are_told_apart_and_dated_by_their_rows() -> None:
    table = "矛盾纠纷台账\n编号|登记日期|乡镇|村|纠纷类型\n{}|2025-12-30|青禾镇|上渠村|邻里\n{}|2026-01-05|青禾镇|上渠村|邻里\n{}|2026-01-05|青禾镇|上渠村|邻里"
    for numbers in (("", "", ""), ("1", "2", "3"), ("1", "1", "1")):
        reading = read_table(table.format(*numbers), file="纠纷.xlsx")
        claims = make_claims(reading, DEPARTMENTS["dispute"]).claims
        assert len({claim.key for claim in claims}) == len(claims) == 3
        assert [json.loads(claim.content)["year"] for claim in claims] == [2025, 2026, 2026]


def test_monthly_figures_of_two_months_are_two_records() -> None:
    table = "2026年{}月矛盾纠纷统计表\n乡镇|纠纷总数|未化解总数\n青禾镇|3|1"
    keys = set()
    for month in (3, 4):
        reading = read_table(table.format(month), file="统计.xlsx")
        (claim,) = make_claims(reading, DEPARTMENTS["dispute_count"]).claims
        assert json.loads(claim.content)["period"] == f"2026-{month:02d}"
        keys.add(claim.key)
    assert len(keys) == 2


def test_a_case_without_a_village_waits_with_its_unit_as_the_clue(workspace: Path) -> None:
    reading = read(workspace, "H8")
    (held, _) = reading.rows
    assert held.place is not None
    assert held.place.area_code is None
    assert held.values["handling_unit"] == "甲镇派出所"


def test_visits_are_counted_once_whatever_the_columns(workspace: Path) -> None:
    counts = [
        [row.values["skip_level_petition"] for row in read(workspace, name).rows]
        for name in ("H5", "H5-flat")
    ]
    assert counts == [[2, 1, 1], [2, 1, 1]]


@pytest.mark.parametrize("schema", [s for s in DEPARTMENTS.values() if s.form], ids=lambda schema: schema.id)
def test_a_blank_form_comes_back_as_itself(schema: Any, workspace: Path, capsys: Any) -> None:
    path = workspace / "inbox" / "表.xlsx"
    assert run(["-w", str(workspace), "sheet", "form", schema.id, "-o", str(path)]) == 0
    capsys.readouterr()
    opened = open_workspace(workspace)
    (file,) = read_files(opened, read_registers(opened), [path])
    (reading,) = [sheet for sheet in file.sheets if sheet.schema_id]
    assert reading.schema_id == schema.id
    assert set(reading.fields) == {name for name in schema.form if schema.by_name[name].is_read}
    assert not [
        finding
        for finding in reading.findings
        if finding.severity.value == "error" and finding.code != "PERIOD-UNKNOWN"
    ]
