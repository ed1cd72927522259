"""An Excel form of an office's own: filled as it is, rows added without loss, mistakes told at their cell."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table
from PIL import Image as Picture
from roster_office import make_office

from sanwu_cli.cli.app import run
from sanwu_cli.documents.forms.texts import FileText
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.gate import guard_file_texts
from sanwu_cli.workbook.form_filling import fill_own_form
from sanwu_cli.workbook.form_slots import find_slots
from sanwu_cli.workbook.form_texts import list_book_texts
from sanwu_cli.workbook.own_form import open_own_form
from sanwu_cli.workbook.references import Shift, move_formula, move_ranges, translate_formula

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [{"序号": n, "乡镇": f"{n}镇", "法官": f"法官{n}", "备注": ""} for n in (1, 2, 3)]
VALUES = {"标题": "七月表", "单位": "政法委 & <办>", "月": 7}
SHEET = "值班 表"
DATED = date(2026, 7, 1)


def make(build=None, *, pattern: bool = True) -> bytes:
    """A form: a merged title, a head, a pattern row 5 with a merge, a sum in row 6, a foot in row 7."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.merge_cells("A1:E1")
    sheet["A1"] = "{{标题}}"
    sheet["A4"], sheet["B4"] = "序号", "乡镇"
    if pattern:
        for cell, text in zip(
            ("A5", "B5", "C5"), ("{{序号}}", "{{乡镇}}：{{ 法官 }}", "{{备注}}"), strict=True
        ):
            sheet[cell] = text
            sheet[cell].border = Border(bottom=Side(style="double"))
        sheet["B5"].font = Font(bold=True, color="C00000")
        sheet.merge_cells("D5:E5")
        sheet.row_dimensions[5].height = 33
    sheet["A6"] = "=SUM(A5:A5)"
    sheet["A7"] = "审核人"
    sheet.merge_cells("A7:B7")
    if build:
        build(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill(data: bytes, rows=ROWS, values=VALUES) -> bytes:
    form = open_own_form(data, place="表样.xlsx")
    names = {*VALUES, *ROWS[0]}
    slots = find_slots(form, row_names=set(ROWS[0]), names=names)
    return fill_own_form(form, slots, values=values, rows=rows, dated=DATED)


def open_filled(data: bytes, **options):
    return openpyxl.load_workbook(io.BytesIO(fill(data, **options)), rich_text=True)


def refuse(data: bytes) -> SanwuError:
    with pytest.raises(SanwuError) as caught:
        fill(data)
    return caught.value


def name(book, word: str, target: str) -> None:
    book.defined_names[word] = DefinedName(word, attr_text=f"'{SHEET}'!{target}")


# --- what is filled


def test_the_pattern_row_is_repeated_with_its_look_and_what_lies_below_moves():
    sheet = open_filled(make())[SHEET]
    assert [sheet.cell(row, 1).value for row in range(5, 11)] == [1, 2, 3, "=SUM(A5:A7)", "审核人", None]
    assert [sheet.cell(row, 2).value for row in (5, 6, 7)] == ["1镇：法官1", "2镇：法官2", "3镇：法官3"]
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:E1", "D5:E5", "D6:E6", "D7:E7", "A9:B9"}
    assert [sheet.row_dimensions[row].height for row in (5, 6, 7, 8)] == [33, 33, 33, None]
    assert all(sheet.cell(row, 2).font.color.rgb == "00C00000" for row in (5, 6, 7))
    assert all(sheet.cell(row, 3).border.bottom.style == "double" for row in (5, 6, 7))
    assert sheet["A1"].value == "七月表"


@pytest.mark.parametrize("count", [0, 1])
def test_no_line_leaves_one_empty_row_and_one_line_moves_nothing(count):
    sheet = open_filled(make(), rows=ROWS[:count])[SHEET]
    assert [sheet.cell(5, column).value for column in (1, 2)] == (
        [1, "1镇：法官1"] if count else [None, "："]
    )
    assert sheet["A6"].value == "=SUM(A5:A5)"
    assert sheet["A7"].value == "审核人"


def test_values_are_texts_and_never_formulas():
    rows = [
        {**ROWS[0], "备注": text} for text in ("=1+1", "+1", "@x", "-2", '=HYPERLINK("x")', "a\nb", "<&>")
    ]
    data = fill(make(), rows=rows, values={**VALUES, "标题": "=cmd|' /C calc'!A0"})
    sheet = openpyxl.load_workbook(io.BytesIO(data))[SHEET]
    assert [sheet.cell(row, 3).value for row in range(5, 12)] == [row["备注"] for row in rows]
    assert {sheet.cell(row, 3).data_type for row in range(5, 12)} == {"s"}
    assert sheet["A1"].data_type == "s"
    assert [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"] == ["A12"]


def test_named_cells_and_named_rows_are_filled_like_tags():
    def build(book, sheet) -> None:
        sheet["B2"].font = Font(bold=True)
        name(book, "单位", "$B$2")
        name(book, "月", "$E$2")
        name(book, "法官", "$C$5")
        name(book, "乡镇", "$B$5")
        name(book, "值班行", "$A$5:$E$6")
        name(book, "下拉", "$H$1:$H$9")  # the form's own, for a list of choices
        name(book, "税率", "$H$1")
        sheet["A7"] = "=税率*2"

    sheet = open_filled(make(build, pattern=False))[SHEET]
    assert (sheet["B2"].value, sheet["B2"].font.bold, sheet["E2"].value) == ("政法委 & <办>", True, 7)
    assert [sheet.cell(row, 2).value for row in (5, 7, 9)] == ["1镇", "2镇", "3镇"]
    assert [sheet.cell(row, 1).value for row in (6, 8, 10, 11)] == [
        "=SUM(A5:A5)", "=SUM(A7:A7)", "=SUM(A9:A9)", "=税率*2",
    ]  # fmt: skip


def test_a_name_on_a_merged_cell_is_that_cell():
    def build(book, sheet) -> None:
        sheet.merge_cells("B2:D2")
        name(book, "单位", "$B$2:$D$2")

    assert open_filled(make(build))[SHEET]["B2"].value == "政法委 & <办>"


def test_everything_on_the_sheet_follows_its_row(tmp_path):
    Picture.new("RGB", (40, 20), (200, 0, 0)).save(tmp_path / "章.png")

    def build(book, sheet) -> None:
        sheet.print_title_rows, sheet.print_area = "4:4", "A1:E7"
        sheet.page_setup.orientation, sheet.freeze_panes = "landscape", "A5"
        sheet.oddHeader.left.text = "{{单位}}"
        choices = DataValidation(type="list", formula1='"是,否"')
        choices.add("C5")
        sheet.add_data_validation(choices)
        sheet.conditional_formatting.add("A5:C5", FormulaRule(formula=['$B5="缺"'], font=Font(bold=True)))
        sheet.conditional_formatting.add(
            "A7", FormulaRule(formula=["$A$6>2"], fill=PatternFill("solid", "FFFF00"))
        )
        sheet["A7"].comment = Comment("说明", "甲")
        sheet.row_breaks.append(Break(id=6))
        sheet.add_image(Image(tmp_path / "章.png"), "B9")
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=5, max_row=5))
        sheet.add_chart(chart, "G1")
        other = book.create_sheet("汇总")
        other["A1"] = f"=COUNTA('{SHEET}'!B5:B5)"
        other["A2"] = f"='{SHEET}'!A6&A6"

    data = fill(make(build))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[SHEET]
    assert (sheet.print_title_rows, sheet.print_area) == ("$4:$4", f"'{SHEET}'!$A$1:$E$9")
    assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "A5")
    assert sheet.oddHeader.left.text.replace("&&", "&") == "政法委 & <办>"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "C5:C7"
    assert {str(one.sqref): one.rules[0].formula for one in sheet.conditional_formatting} == {
        "A5:C7": ['$B5="缺"'],
        "A9": ["$A$8>2"],
    }
    assert sheet["A9"].comment.text == "说明"
    assert [one.id for one in sheet.row_breaks.brk] == [8]
    assert sheet._images[0].anchor._from.row == 10
    assert [book["汇总"][cell].value for cell in ("A1", "A2")] == [
        f"=COUNTA('{SHEET}'!B5:B7)",
        f"='{SHEET}'!A8&A6",
    ]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        chart = next(one for one in archive.namelist() if one.startswith("xl/charts/"))
        assert "$A$5:$A$7" in archive.read(chart).decode()
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()


def test_a_cell_of_several_looks_keeps_them():
    def build(_book, sheet) -> None:
        sheet["C5"] = CellRichText("备注：", TextBlock(InlineFont(b=True), "{{法"), "官}}（完）")

    stream = io.BytesIO(make(build))
    value = open_filled(stream.getvalue())[SHEET]["C6"].value
    assert str(value) == "备注：法官2（完）"
    assert [str(part) for part in value if isinstance(part, TextBlock)] == ["法官2"]


def test_what_nobody_tagged_stays_byte_for_byte_and_same_bytes_come_out():
    data = make(lambda book, _sheet: book.create_sheet("别的").append(["甲", 1.5, True]))
    filled = fill(data)
    assert filled == fill(data)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(filled)) as new:
        assert set(old.namelist()) == set(new.namelist())
        changed = {one for one in old.namelist() if old.read(one) != new.read(one)}
        assert {one.date_time for one in new.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert changed <= {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/workbook.xml",
        "docProps/core.xml",
    }
    assert openpyxl.load_workbook(io.BytesIO(filled))["别的"]["B1"].value == 1.5


# --- formulas


@pytest.mark.parametrize(
    ("formula", "outside", "third"),
    [
        ("SUM(B5:B5)", "SUM(B5:B12)", "SUM(B7:B7)"),
        ("SUM($B$5:$B$5)", "SUM($B$5:$B$12)", "SUM($B$5:$B$12)"),
        ("B5+C$4+A4", "B5+C$4+A4", "B7+C$4+A6"),
        ("'表 1'!B7&\"B7\"", "'表 1'!B14&\"B7\"", "'表 1'!B14&\"B7\""),
        ("Other!B7+LOG10(B7)", "Other!B7+LOG10(B14)", "Other!B7+LOG10(B14)"),
        ("COUNTA(B:B)+SUM(5:5)", "COUNTA(B:B)+SUM(5:12)", "COUNTA(B:B)+SUM(7:7)"),
        ('IF(B5="A6",A6,名称B7)', 'IF(B5="A6",A13,名称B7)', 'IF(B7="A6",A13,名称B7)'),
    ],
)
def test_references_follow_the_rows(formula, outside, third):
    shift = Shift("表 1", 5, 5, 8)
    assert move_formula(formula, shift, own_sheet="表 1") == outside
    assert move_formula(formula, shift, own_sheet="表 1", copy=2) == third


def test_ranges_and_shared_formulas_follow():
    assert move_ranges("A5:C5 B7 A:C A1:C20 D5", Shift("甲", 5, 5, 8)) == "A5:C12 B14 A:C A1:C27 D5:D12"
    assert translate_formula('SUM(B5:B$5)+$A1&"B1"', 1, 2) == 'SUM(D6:D$5)+$A2&"B1"'


# --- what is told


@pytest.mark.parametrize(
    ("cell", "text", "message", "remedy"),
    [
        ("C2", "{{标提}}", "没有的名称“标提”", "您是不是想写“标题”"),
        ("C5", "{{法宫}}", "没有的名称“法宫”", "您是不是想写“法官”"),
        ("C2", "{{法官}}", "样板行不清楚", "值班行"),
        ("C2", "{% for r in rows %}", "“{%”看不懂", "写一行样板"),
        ("C2", "{{标题", "“{{”看不懂", ""),
        ("C2", "\uff5b\uff5b标题\uff5d\uff5d", "全角的花括号", "半角"),
        ("C2", '="{{标题}}"', "公式里不能写标记", ""),
    ],
)
def test_a_mistake_is_told_with_its_cell(cell, text, message, remedy):
    def build(_book, sheet) -> None:
        sheet[cell] = text

    error = refuse(make(build))
    assert message in error.message
    assert remedy in error.remedy
    assert error.place.startswith(f"表样.xlsx {SHEET}")
    assert error.place.endswith(cell) or "样板行" in error.message


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda book, _: name(book, "单位名称", "$B$2"), "没有的名称“单位名称”"),
        (lambda book, _: name(book, "单位", "$B$2:$C$3"), "指的不是一个单元格"),
        (lambda book, _: name(book, "单位", "$B$1"), "指的不是一个单元格"),
        (lambda book, _: name(book, "单位", "$A$6"), "这一格里是公式"),
        (lambda book, _: name(book, "单位", "$A$1"), "既起了名称又写了标记"),
        (lambda book, _: name(book, "值班行", "$A$3:$E$4"), "不在样板行里"),
        (lambda _, sheet: sheet.merge_cells("C5:C6"), "跨过了样板行的边"),
        (lambda _, sheet: sheet.add_table(Table(displayName="表1", ref="G4:H9")), "超级表"),
        (lambda book, _: setattr(book.properties, "subject", "{{标题}}"), "填不了"),
    ],
)
def test_what_cannot_be_filled_without_a_loss_is_refused(build, message):
    def prepare(book, sheet) -> None:
        if "超级表" in message:
            for row in range(4, 10):
                sheet.cell(row, 7, f"甲{row}")
                sheet.cell(row, 8, f"乙{row}")
        build(book, sheet)

    assert message in refuse(make(prepare)).message


def rezip(data: bytes, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return stream.getvalue()


def _array(parts: dict[str, bytes]) -> None:
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"<f>SUM(A5:A5)</f>", b'<f t="array" ref="A6">SUM(A5:A5)</f>')


def _link(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" TargetMode="External" Target="http://example.invalid" Type="x/hyperlink"/>'
        b"</Relationships>"
    )


@pytest.mark.parametrize(
    ("change", "message", "status"),
    [
        (lambda parts: parts.update({"xl/vbaProject.bin": b"x"}), "有宏", ExitStatus.REFUSED),
        (
            lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
            "别的工作簿",
            ExitStatus.REFUSED,
        ),
        (lambda parts: parts.update({"xl/embeddings/a.bin": b"x"}), "嵌有别的文件", ExitStatus.REFUSED),
        (_link, "文件外面的链接", ExitStatus.REFUSED),
        (_array, "数组公式", ExitStatus.USAGE),
        (
            lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<worksheet"}),
            "XML 有错",
            ExitStatus.USAGE,
        ),
        (lambda parts: parts.update({"xl/a.xml": b"<!DOCTYPE a []><a/>"}), "文档类型", ExitStatus.USAGE),
        (lambda parts: parts.update({"xl/a.xml": b" " * (40 << 20)}), "过大", ExitStatus.USAGE),
        (lambda parts: parts.pop("xl/workbook.xml"), "这份表样不能用", ExitStatus.USAGE),
    ],
)
def test_a_form_not_to_be_trusted_is_refused(change, message, status):
    error = refuse(rezip(make(), change))
    assert message in error.message
    assert error.status is status
    assert error.place.startswith("表样.xlsx")


@pytest.mark.parametrize("data", [b"", b"{{title}}", b"PK\x03\x04oops", make()[:-60]])
def test_what_is_no_workbook_is_refused(data):
    assert "这份表样不能用" in refuse(data).message


@pytest.mark.parametrize("where", ["cell", "number", "header", "comment", "property", "sheet", "list"])
def test_the_privacy_gate_looks_into_every_part(where):
    number = "138" + "0" * 8

    def build(book, sheet) -> None:
        if where == "cell":
            sheet["H20"] = f"找{number}"
        if where == "number":
            sheet["H20"] = int(number)
        if where == "header":
            sheet.oddFooter.right.text = number
        if where == "comment":
            sheet["A7"].comment = Comment(number, "甲")
        if where == "property":
            book.properties.description = number
        if where == "sheet":
            book.create_sheet(number)
        if where == "list":
            choices = DataValidation(type="list", formula1=f'"{number},否"')
            choices.add("H1")
            sheet.add_data_validation(choices)

    texts = [FileText(*pair) for pair in list_book_texts(fill(make(build)), place="甲.xlsx")]
    with pytest.raises(SanwuError, match="个人信息") as caught:
        guard_file_texts("甲.xlsx", texts)
    assert caught.value.status is ExitStatus.REFUSED
    assert number not in caught.value.message + caught.value.place
    clean = [FileText(*pair) for pair in list_book_texts(fill(make()), place="甲.xlsx")]
    guard_file_texts("甲.xlsx", clean)


# --- the command


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    return make_office(tmp_path_factory.mktemp("own") / "w")


def export(office: Path, data: bytes, *words: str) -> tuple[int, list[Path]]:
    (office / "市表.xlsx").write_bytes(data)
    shutil.rmtree(office / "表", ignore_errors=True)
    status = run(
        ["-w", str(office), "roster", "export", "--form", "市表.xlsx", "-o", str(office / "表"), *words]
    )
    return status, sorted((office / "表").glob("*"))


def test_a_roster_is_exported_in_the_form(office, capsys):
    status, made = export(office, make(), "--month", "2026-07")
    assert (status, [path.name for path in made]) == (0, ["附件3 2026年7月值班表（市表）.xlsx"])
    sheet = openpyxl.load_workbook(made[0])[SHEET]
    assert "（未公布）" in sheet["A1"].value
    lines = [sheet.cell(row, 2).value for row in range(5, sheet.max_row + 1)]
    own = next(row for row in range(5, 40) if sheet.cell(row, 1).value == f"=SUM(A5:A{row - 1})")
    assert own == 9
    assert all(re.fullmatch(r".镇：[\u4e00-\u9fff]*", line) for line in lines[:4])
    assert made[0].read_bytes() == export(office, make(), "--month", "2026-07")[1][0].read_bytes()
    assert "市表" in capsys.readouterr().out


def test_the_names_say_which_roster_is_meant_and_the_state_is_never_lost(office):
    def build(_book, sheet) -> None:
        sheet["A1"] = "{{月份}}"
        sheet["B5"] = "{{村}}：{{姓名}}"
        sheet["C5"] = "{{place}}"

    status, made = export(office, make(build), "--month", "2026-07")
    assert (status, [path.name for path in made]) == (0, ["2026年7月人民调解员值班表（市表）（未公布）.xlsx"])
    assert openpyxl.load_workbook(made[0])[SHEET]["C5"].value in {"村委会", "村调解室"}


def test_a_form_that_mixes_rosters_or_asks_for_nothing_is_told(office, capsys):
    def mix(_book, sheet) -> None:
        sheet["C5"] = "{{姓名}}"

    assert export(office, make(mix), "--month", "2026-07") == (2, [])
    assert "两种值班分两张表样填" in capsys.readouterr().err
    assert export(
        office, make(lambda _, sheet: sheet.__setitem__("A1", "甲"), pattern=False), "--month", "2026-07"
    ) == (2, [])
    assert "没有要填的名称" in capsys.readouterr().err
    assert export(office, make(mix), "--month", "2026-07", "--role", "人民调解员")[0] == 2
    assert "没有的名称“法官”" in capsys.readouterr().err
    assert export(office, make(), "--month", "2026-07", "--by", "person")[0] == 2
    (office / "市表.xlsx").unlink()
    assert run(["-w", str(office), "roster", "export", "--form", "市表.xlsx", "--month", "2026-07"]) == 66


def test_a_form_with_something_personal_in_it_is_not_written(office, capsys):
    data = make(lambda _, sheet: sheet.__setitem__("H9", "138" + "0" * 8))
    assert export(office, data, "--month", "2026-07") == (77, [])
    assert f"{SHEET}!H12" in capsys.readouterr().err


def test_the_names_are_listed(capsys):
    assert run(["roster", "form-fields", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "sanwu/roster-form-fields/1"
    assert {"name": "法官", "identifier": "judge"}.items() <= next(
        one for one in told["names"] if one["name"] == "法官"
    ).items()
    assert run(["roster", "form-fields"]) == 0
    assert "每次值班" in capsys.readouterr().out
