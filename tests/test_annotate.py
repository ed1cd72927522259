"""Marked copies: the department's own workbook intact, marks at the right cells, nothing else touched."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from text_tables import TABLE, call_json, make_workspace, save_book

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.jobs import annotating
from sanwu_cli.jobs.annotating import annotate_files
from sanwu_cli.model import Finding
from sanwu_cli.terms import Severity
from sanwu_cli.workbook import inventory
from sanwu_cli.workbook.annotate import (
    REMARKS_HEADERS,
    REMARKS_SHEET,
    REMARKS_TITLE,
    list_findings,
    mark_book,
)
from sanwu_cli.workbook.form import FormColumn, FormSpec, write_form

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

RED, YELLOW = "00FFC7CE", "00FFEB9C"
TITLE = ["2026年3月刑事案件台账"]
HEADERS = ["立案日期", "案件编号", "案件类型", "乡镇(街道)", "村(社区)", "备注"]
BAD_ROW = ["2026-02-30", "A001", "刑事", "甲镇", "东堤村", ""]
GOOD_ROW = [date(2026, 3, 9), "A002", "刑事", "甲镇", "西渠村", ""]
BAD_BOOK: TABLE = {"rows": [TITLE, HEADERS, BAD_ROW, GOOD_ROW]}


def tell(cell: str, *, sheet: str = "三月", severity: Severity = Severity.ERROR, message: str = "这里不对"):
    return Finding("SAMPLE", severity, message, "请改正", file="inbox/a.xlsx", sheet=sheet, cell=cell)


def save(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def load(data: bytes, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), **options)


def mark(data: bytes, *findings: Finding) -> openpyxl.Workbook:
    marked = mark_book(data, findings)
    assert marked is not None
    return load(marked.data, rich_text=True)


def colour(cell: Any) -> str:
    return cell.fill.fgColor.rgb if cell.fill.fill_type else ""


def make_rich_book() -> openpyxl.Workbook:
    """A sheet as a department keeps it: everything a clerk adds that must come back."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "三月"
    fill_rich_sheet(sheet)
    dress_rich_sheet(sheet)
    other = workbook.create_sheet("底表")
    other["A1"] = "=三月!D3*2"
    other.append(["甲", "乙"])
    other.append([1, 2])
    other.add_table(Table(displayName="表一", ref="A2:B3"))
    other.sheet_state = "hidden"
    workbook.create_sheet("很隐蔽").sheet_state = "veryHidden"
    workbook.defined_names["合计"] = DefinedName("合计", attr_text="三月!$D$3")
    workbook.custom_doc_props.append(StringProperty(name="sanwu_form", value="crime/1"))
    return workbook


def fill_rich_sheet(sheet: Worksheet) -> None:
    sheet.merge_cells("A1:F1")
    sheet["A1"] = "刑事案件台账"
    sheet["A1"].font = Font(name="黑体", size=20, bold=True)
    for column, text in enumerate(HEADERS, start=1):
        cell = sheet.cell(2, column, text)
        cell.border = Border(bottom=Side("double"))
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    sheet["A3"] = date(2026, 3, 9)
    sheet["A3"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["B3"] = 640181100201202512
    sheet["C3"] = CellRichText("一半", TextBlock(InlineFont(b=True, color="FF0000"), "红的"))
    sheet["D3"] = 0.1 + 0.2
    sheet["E3"].value, sheet["E3"].data_type = "=1+1", "s"
    sheet["F3"] = "=SUM(D3:D3)"
    sheet["A4"] = -1
    sheet["A4"].number_format = "yyyy-mm-dd"
    sheet["B4"] = 46090
    sheet["B4"].number_format = "yyyy-mm-dd"
    sheet["B4"]._style.numFmtId = 31
    sheet["C4"].value, sheet["C4"].data_type = "#N/A", "s"
    sheet["D4"].fill = PatternFill("solid", start_color="00CCFFCC")
    sheet["D4"].comment = Comment("李科长：数字再核一遍", "李科长")
    sheet["F4"].comment = Comment("别处的批注", "王")
    sheet["D4"] = datetime(2026, 3, 9, 8, 30)  # noqa: DTZ001 - a cell has no time zone
    sheet["A9"] = "见网页"
    sheet["A9"].hyperlink = "https://example.invalid/x"
    sheet.merge_cells("A6:B8")
    sheet["A6"] = "合并的"


def dress_rich_sheet(sheet: Worksheet) -> None:
    sheet.row_dimensions[5].hidden = True
    sheet.row_dimensions[3].height = 33
    sheet.column_dimensions["C"].width = 27.5
    sheet.column_dimensions["E"].hidden = True
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = "A2:F4"
    sheet.print_title_rows = "1:2"
    sheet.print_area = "A1:F8"
    sheet.page_setup.orientation = "landscape"
    sheet.oddFooter.center.text = "第&P页"
    sheet.protection.sheet = True
    sheet.sheet_properties.tabColor = "00FF0000"
    rule = DataValidation("list", formula1='"刑事,治安"', allow_blank=True)
    rule.add("C3:C100")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("D3:D100", CellIsRule("greaterThan", ["5"], font=Font(bold=True)))


def describe(workbook: openpyxl.Workbook, skip: frozenset[tuple[str, str]] = frozenset()) -> TABLE:
    """Everything we promise to keep, as plain values; the marked cells keep all but fill and comment."""
    told: TABLE = {"sheets": [(s.title, s.sheet_state) for s in workbook if s.title != REMARKS_SHEET]}
    told["names"] = {name: one.attr_text for name, one in workbook.defined_names.items()}
    told["properties"] = {one.name: one.value for one in workbook.custom_doc_props.props}
    for sheet in workbook:
        if sheet.title == REMARKS_SHEET:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                place = (sheet.title, cell.coordinate)
                value = repr(cell.value), cell.data_type, cell.number_format, cell._style.numFmtId
                look = cell.font.name, cell.font.sz, cell.font.b, cell.border.bottom.style
                look += cell.alignment.horizontal, cell.alignment.wrap_text, cell.protection.locked
                link = cell.hyperlink.target if cell.hyperlink else None
                comment = (cell.comment.text, cell.comment.author) if cell.comment else None
                if value[0] != "None" or look[0] or comment:
                    told[place] = (value, look, link)
                if place not in skip:
                    told[*place, "mark"] = (comment, colour(cell))
        told[sheet.title] = [
            {key: one.width for key, one in sheet.column_dimensions.items()},
            {key: one.hidden for key, one in sheet.column_dimensions.items()},
            {key: (one.height, one.hidden) for key, one in sheet.row_dimensions.items() if key in (3, 5)},
            sorted(map(str, sheet.merged_cells.ranges)), sheet.freeze_panes, sheet.auto_filter.ref,
            sheet.print_title_rows, sheet.print_area, sheet.page_setup.orientation,
            sheet.oddFooter.center.text, sheet.protection.sheet,
            sheet.sheet_properties.tabColor and sheet.sheet_properties.tabColor.rgb,
            [(str(r.sqref), r.type, r.formula1) for r in sheet.data_validations.dataValidation],
            [(str(f.sqref), [r.formula for r in f.rules]) for f in sheet.conditional_formatting],
            dict(sheet.tables.items()),
        ]  # fmt: skip
    return told


def test_the_departments_own_content_is_intact() -> None:
    original = save(make_rich_book())
    places = ("A3", "D3", "D4", "A6", "G9")
    marked = mark(original, *map(tell, places))
    skip = frozenset(("三月", place) for place in places)
    before, after = describe(load(original, rich_text=True), skip), describe(marked, skip)
    assert len(before) > 50
    assert {key: after.get(key) for key in before} == before


def stored(data: bytes, cell: str) -> str:
    """The cell's value as it stands in the first worksheet part."""
    part = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    found = re.search(rf'<c r="{cell}"[^>]*>.*?<v>([^<]*)</v>', part)
    assert found
    return found[1]


def write_numbers(*numbers: str) -> bytes:
    """A workbook with these digits in column A, as some exporting program wrote them."""
    workbook = openpyxl.Workbook()
    for number in range(len(numbers)):
        cell = workbook.active.cell(number + 1, 1, 1000 + number)
        cell.number_format = "yyyy-mm-dd"
    data = save(workbook)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            for number, digits in enumerate(numbers):
                content = content.replace(f"<v>{1000 + number}</v>", f"<v>{digits}</v>")
            target.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "digits",
    ["640181100201202512", "0.30000000000000004", "-1", "0.5", "9999999", "46090.123456789012", "60"],
)
def test_numbers_keep_their_digits_even_as_impossible_dates(digits: str) -> None:
    marked = mark_book(write_numbers(digits), (tell("B1", sheet="Sheet"),))
    assert marked is not None
    kept = stored(marked.data, "A1")
    assert float(kept) == float(digits) if "." in digits else kept == digits


def test_levels_have_their_colours_and_an_error_outweighs_a_warning() -> None:
    warning = Severity.WARNING
    workbook = mark(
        save(make_rich_book()),
        tell("A3"),
        tell("B3", severity=warning, message="请看看"),
        tell("C3", severity=warning, message="头一件"),
        tell("C3", message="第二件"),
    )
    sheet = workbook["三月"]
    assert [colour(sheet[cell]) for cell in ("A3", "B3", "C3", "D3")] == [RED, YELLOW, RED, ""]
    assert (
        "【警告】请看看。请改正。" in sheet["B3"].comment.text
        or "请看看。请改正。" in sheet["B3"].comment.text
    )
    text = sheet["C3"].comment.text
    assert text.index("头一件") < text.index("第二件"), "one comment says both"


def test_a_comment_of_the_departments_is_continued() -> None:
    comment = mark(save(make_rich_book()), tell("D4"))["三月"]["D4"].comment
    assert comment.text.startswith("李科长：数字再核一遍\n")
    assert "这里不对。请改正。" in comment.text
    assert comment.author == "李科长"


@pytest.mark.parametrize("cell", ["A6", "B6", "A8", "B8"])
def test_a_merged_range_is_marked_at_its_corner(cell: str) -> None:
    sheet = mark(save(make_rich_book()), tell(cell))["三月"]
    assert colour(sheet["A6"]) == RED
    assert "这里不对" in sheet["A6"].comment.text
    assert "A6:B8" in map(str, sheet.merged_cells.ranges)


def test_the_last_sheet_lists_every_finding_with_links() -> None:
    whole = tell("", message="整张表的问题", severity=Severity.WARNING)
    lost = tell("A1", sheet="没有这张表")
    workbook = mark(save(make_rich_book()), tell("D4", message="=1+1"), whole, lost)
    sheet = workbook.worksheets[-1]
    assert sheet.title == REMARKS_SHEET
    assert sheet["A1"].value == REMARKS_TITLE
    assert tuple(cell.value for cell in sheet[2]) == REMARKS_HEADERS
    rows = [tuple(cell.value or "" for cell in row) for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ("三月", "D4", Severity.ERROR.label, "=1+1", "请改正"),
        ("三月", "", Severity.WARNING.label, "整张表的问题", "请改正"),
        ("没有这张表", "A1", Severity.ERROR.label, "这里不对", "请改正"),
    ]
    assert sheet["D3"].data_type == "s", "a text that begins with = stays text"
    assert sheet["B3"].hyperlink.location == "'三月'!D4"
    assert sheet["B5"].hyperlink is None


def test_the_list_of_remarks_prints_one_page_wide() -> None:
    sheet = mark(save(make_rich_book()), tell("D4")).worksheets[-1]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToHeight, sheet.page_setup.orientation) == (0, "landscape")


def test_quotes_in_a_sheets_name_do_not_break_the_link() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "甲's 表"
    sheet = mark(save(workbook), tell("B2", sheet="甲's 表")).worksheets[-1]
    assert sheet["B3"].hyperlink.location == "'甲''s 表'!B2"


def test_a_sheet_of_our_name_is_left_alone_and_an_earlier_round_gives_way() -> None:
    workbook = make_rich_book()
    workbook.create_sheet(REMARKS_SHEET)["A1"] = "单位自己的"
    first = mark_book(save(workbook), (tell("D4"),))
    assert first is not None
    names = load(first.data).sheetnames
    assert names[-2:] == [REMARKS_SHEET, f"{REMARKS_SHEET}(2)"]
    again = mark_book(save(make_rich_book()), (tell("D4", message="头一回"),))
    assert again is not None
    second = mark(again.data, tell("D4", message="第二回"))
    assert [name for name in second.sheetnames if name.startswith(REMARKS_SHEET)] == [REMARKS_SHEET]
    text = second["三月"]["D4"].comment.text
    assert text.startswith("李科长：")
    assert "头一回" not in text
    assert "第二回" in text


def test_books_of_another_writer_and_our_own_forms_come_back_whole() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("三月")
        sheet.write_row(0, 0, HEADERS, workbook.add_format({"bold": True, "bg_color": "#EEEEEE"}))
        sheet.write_formula("B3", "=1+1", None, 2)
        sheet.write_comment("C3", "原有的", {"author": "赵"})
        sheet.data_validation("C3:C9", {"validate": "list", "source": ["刑事", "治安"]})
        sheet.write_string("D3", "640181100201")
    book = mark(stream.getvalue(), tell("C3"))["三月"]
    assert [cell.value for cell in book[1]] == HEADERS
    assert book["A1"].font.b
    assert book["B3"].value == "=1+1"
    assert book["D3"].value == "640181100201"
    assert book["C3"].comment.text.startswith("原有的\n")
    assert len(book.data_validations.dataValidation) == 1

    form = write_form(
        FormSpec("crime", 1, "台账", "填报单位：", (FormColumn("类型", choices=("刑事", "治安")),))
    )
    marked = mark_book(form, (tell("A4", sheet="台账"),))
    assert marked is not None
    assert marked.lost == ()
    assert load(marked.data)["_sanwu"].sheet_state == "veryHidden"


def test_the_same_input_gives_the_same_bytes() -> None:
    data, findings = save(make_rich_book()), (tell("A3"), tell("D4"), tell(""))
    first, second = mark_book(data, findings), mark_book(data, findings)
    assert first is not None
    assert first == second
    assert b"2026" not in zipfile.ZipFile(io.BytesIO(first.data)).read("docProps/core.xml")


def test_formulas_are_worked_out_when_the_copy_is_opened() -> None:
    assert mark(save(make_rich_book()), tell("A3")).calculation.fullCalcOnLoad


def add_parts(data: bytes, parts: dict[str, bytes], *, sheet_end: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml" and sheet_end:
                content = content.replace(b"</worksheet>", sheet_end.encode() + b"</worksheet>")
            target.writestr(name, content)
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


SPARKLINES = '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><a/></ext></extLst>'
LISTS = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><a/></ext></extLst>'


@pytest.mark.parametrize(
    ("parts", "sheet_end", "lost"),
    [
        ({}, "", ()),
        ({"xl/cellimages.xml": b"<a/>"}, "", ("WPS 单元格图片",)),
        ({"customXml/item1.xml": b"<a/>"}, "", ("自定义 XML 数据",)),
        ({"xl/richData/rdrichvalue.xml": b"<a/>"}, "", ("单元格内的图片",)),
        ({"xl/ctrlProps/ctrlProp1.xml": b"<a/>"}, "", ("按钮等控件",)),
        ({"xl/embeddings/a.bin": b"x"}, "", ("嵌入的对象",)),
        ({"xl/drawings/drawing9.xml": b"<wsDr><sp/></wsDr>"}, "", ("文本框和图形",)),
        ({}, SPARKLINES, ("迷你图",)),
        ({}, LISTS, ("引用其他工作表的下拉列表",)),
        ({}, '<extLst><ext uri="{0}"/></extLst>', ("扩展设置",)),
        ({}, '<ignoredErrors><ignoredError sqref="A1"/></ignoredErrors>', ("忽略错误的标记",)),
    ],
    ids=repr,
)
def test_what_the_copy_cannot_keep_is_named(parts: Any, sheet_end: str, lost: tuple[str, ...]) -> None:
    data = add_parts(save(make_rich_book()), parts, sheet_end=sheet_end)
    marked = mark_book(data, (tell("A3"),))
    assert marked is not None
    assert marked.lost == lost


def test_pictures_are_named_when_they_cannot_be_kept(monkeypatch: Any) -> None:
    drawing = {"xl/drawings/drawing9.xml": b"<wsDr><pic/></wsDr>"}
    data = add_parts(save(make_rich_book()), drawing)
    for spec, lost in ((None, ("图片",)), (object(), ())):
        monkeypatch.setattr(inventory, "find_spec", lambda _, spec=spec: spec)
        marked = mark_book(data, (tell("A3"),))
        assert marked is not None
        assert marked.lost == lost


def test_macros_stay_and_ask_for_their_own_suffix() -> None:
    data = add_parts(save(make_rich_book()), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})
    marked = mark_book(data, (tell("A3"),))
    assert marked is not None
    assert marked.suffix == ".xlsm"
    archive = zipfile.ZipFile(io.BytesIO(marked.data))
    assert archive.read("xl/vbaProject.bin") == b"\xd0\xcf\x11\xe0macro"
    assert b"macroEnabled" in archive.read("[Content_Types].xml")
    assert len(archive.namelist()) == len(set(archive.namelist()))


GIANT = "A1:XFD1048576"
HOSTILE = {
    "merge": {"sheet_end": f'<mergeCells><mergeCell ref="{GIANT}"/></mergeCells>'},
    "links": {"sheet_end": f'<hyperlinks><hyperlink ref="{GIANT}" location="A1"/></hyperlinks>'},
    "note": {"parts": {"xl/comments9.xml": f'<comments><comment ref="{GIANT}"/></comments>'.encode()}},
    "table": {"parts": {"xl/tables/table9.xml": f'<table ref="{GIANT}"/>'.encode()}},
    "whole columns": {"sheet_end": '<hyperlinks><hyperlink ref="A:XFD" location="A1"/></hyperlinks>'},
    "entities": {"parts": {"xl/comments9.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}},
    "broken part": {"parts": {"xl/styles2.xml": b"<a><b></a>"}},
    "links into merges": {
        "sheet_end": "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 2000 + "</mergeCells><hyperlinks>"
        + '<hyperlink ref="B1" location="A1"/>' * 2000 + "</hyperlinks>"
    },
    "shared formulas": {
        "parts": {
            "xl/worksheets/x.xml": b'<worksheet><f t="shared">' + b"A1+" * 2000 + b"A1</f>"
            + b'<f t="shared"/>' * 2000 + b"</worksheet>"
        }
    },
    "too large": {"parts": {"xl/worksheets/x.xml": b"<a>" + b" " * inventory.MAX_LOADED_BYTES + b"</a>"}},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_book_that_would_hurt_is_not_loaded(name: str, monkeypatch: Any) -> None:
    case = HOSTILE[name]
    data = add_parts(save(make_rich_book()), case.get("parts", {}), sheet_end=case.get("sheet_end", ""))
    monkeypatch.setattr("sanwu_cli.workbook.annotate._load", lambda _: pytest.fail("it was loaded"))
    assert mark_book(data, (tell("A3"),)) is None


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_what_is_no_xlsx_is_not_marked(data: bytes) -> None:
    assert mark_book(data, (tell("A3"),)) is None


def test_the_list_has_a_line_for_every_finding() -> None:
    sheet = load(list_findings((tell("A3", message="=1+1"), tell("")), file="甲.xls")).active
    texts = [[cell.value for cell in row] for row in sheet.iter_rows(values_only=False)]
    assert texts[:3] == [
        [REMARKS_TITLE, *[None] * 4],
        ["甲.xls", *[None] * 4],
        list(REMARKS_HEADERS),
    ]
    assert texts[3] == ["三月", "A3", Severity.ERROR.label, "=1+1", "请改正"]
    assert sheet["D4"].data_type == "s"
    assert len(texts) == 6


# --- the command


def check(capsys: Any, workspace: Path, *arguments: str) -> TABLE:
    return call_json(capsys, workspace, "check", "--annotate", *arguments)[1]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_command_writes_marked_copies_and_touches_nothing_else(tmp_path: Path, capsys: Any) -> None:
    books = [
        {"file": "inbox/2026-03/刑案.xlsx", **BAD_BOOK},
        {"file": "inbox/2026-03/刑案老表.xls", **BAD_BOOK},
        {"file": "inbox/2026-03/没事.xlsx", "rows": [TITLE, [*HEADERS, "嫌疑人"], GOOD_ROW]},
    ]
    raw = [{"file": "inbox/坏.xlsx", "hex": "504b030414000000"}]
    workspace = make_workspace(tmp_path / "w", {"book": books, "raw": raw})
    before = snapshot(workspace)
    document = check(capsys, workspace)
    assert document["annotated"] == [
        "out/核对/2026-03/刑案（核对意见）.xlsx",
        "out/核对/2026-03/刑案老表（核对清单）.xlsx",
        "out/核对/坏（核对清单）.xlsx",
    ]
    told = {f["severity"] for f in document["findings"] if f["file"].endswith("没事.xlsx")}
    assert told == {"info"}, "a mere remark is no reason to send a sheet back"
    after = snapshot(workspace)
    assert {name: after.pop(name) for name in document["annotated"]}
    assert after == before
    sheet = openpyxl.load_workbook(workspace / document["annotated"][0])["Sheet1"]
    places = {f["cell"] for f in document["findings"] if f["file"].endswith("/刑案.xlsx") and f["cell"]}
    assert "A3" in places
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} == places
    listed = openpyxl.load_workbook(workspace / document["annotated"][1]).active
    assert [listed["A4"].value, listed["B4"].value] == ["Sheet1", "A3"]


def test_a_second_run_writes_the_same_bytes(tmp_path: Path, capsys: Any) -> None:
    books = [{"file": f"inbox/{name}", **BAD_BOOK} for name in ("甲.xlsx", "乙.xls")]
    workspace = make_workspace(tmp_path / "w", {"book": books})
    check(capsys, workspace)
    first = snapshot(workspace / "out")
    assert len(first) == 2
    check(capsys, workspace)
    assert snapshot(workspace / "out") == first


def test_without_the_option_nothing_is_written(tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {"book": [{"file": "inbox/甲.xlsx", **BAD_BOOK}]})
    _, document = call_json(capsys, workspace, "check")
    assert document["annotated"] == []
    assert not snapshot(workspace / "out")


def test_files_from_elsewhere_are_copied_into_the_workspace(
    tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    for folder in ("一", "二"):
        save_book(tmp_path / folder / "甲.xlsx", BAD_BOOK)
    monkeypatch.chdir(tmp_path)
    document = check(capsys, workspace, "一/甲.xlsx", str(tmp_path / "二/甲.xlsx"))
    assert document["annotated"] == ["out/核对/甲（核对意见）.xlsx", "out/核对/甲（核对意见）(2).xlsx"]
    assert set(snapshot(tmp_path / "一")) == {"甲.xlsx"}


def test_a_file_that_changed_in_between_is_listed_not_marked(
    tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    workspace = make_workspace(tmp_path / "w", {"book": [{"file": "inbox/甲.xlsx", **BAD_BOOK}]})

    def change_first(opened: Any, files: Any) -> Any:
        save_book(workspace / "inbox/甲.xlsx", {"rows": [TITLE, *BAD_BOOK["rows"]]})
        return annotate_files(opened, files)

    monkeypatch.setattr(annotating, "annotate_files", change_first)
    assert check(capsys, workspace)["annotated"] == ["out/核对/甲（核对清单）.xlsx"]


def test_no_comment_quotes_a_personal_value(tmp_path: Path, capsys: Any) -> None:
    number = "11010519491231002X"
    row = [*BAD_ROW[:1], number, *BAD_ROW[2:]]
    book = {"file": "inbox/甲.xlsx", "rows": [TITLE, HEADERS, row]}
    workspace = make_workspace(tmp_path / "w", {"book": [book]})
    (path,) = check(capsys, workspace)["annotated"]
    workbook = openpyxl.load_workbook(workspace / path)
    said = [cell.comment.text for sheet in workbook for row in sheet for cell in row if cell.comment]
    said += [str(cell.value) for row in workbook[REMARKS_SHEET] for cell in row]
    assert said
    assert not [text for text in said if number in text]
    assert workbook["Sheet1"]["B3"].value == number, "what the department wrote stays its own"


def test_a_copy_open_elsewhere_says_what_to_do(tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {"book": [{"file": "inbox/甲.xlsx", **BAD_BOOK}]})
    (workspace / "out/核对").mkdir()
    (workspace / "out/核对/甲（核对意见）.xlsx").mkdir()
    status = run(["-w", str(workspace), "check", "--annotate"])
    assert status == ExitStatus.IO_FAILED
    assert "甲（核对意见）.xlsx" in capsys.readouterr().err
