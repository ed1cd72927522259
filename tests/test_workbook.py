"""Workbooks: read to the exact grid or to exactly one finding; written so that they read back the same."""

# ruff: noqa: E501 - a case of a table stays on one line
from __future__ import annotations

import gc
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.packaging.custom import StringProperty

from sanwu_cli.grid import Grid, Merge
from sanwu_cli.workbook import facts, quick, write
from sanwu_cli.workbook.cells import display_width, safe_cell
from sanwu_cli.workbook.form import FormColumn, FormSpec, write_form
from sanwu_cli.workbook.read import read_book
from sanwu_cli.workbook.refusal import Refused
from sanwu_cli.workbook.write import TableSheet, write_tables
from sanwu_cli.workbook.xlsx import read_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = (
    f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
STYLES = f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs>{{}}</cellXfs></styleSheet>'


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(*texts: str, attributes: str = "") -> str:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{HEAD}<sst xmlns="{MAIN}"{attributes}>{items}</sst>'


def package(sheet: str | bytes = "", parts: dict[str, str] | None = None) -> bytes:
    """A hand-made .xlsx of one sheet; `parts` are further parts, or other contents of the usual ones."""
    contents: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet or worksheet(ONE_CELL),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (contents | (parts or {})).items():
            archive.writestr(name, content)
    return stream.getvalue()


def read(tmp_path: Path, data: bytes, name: str = "表.xlsx"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_book(path, shown_as=name)


def read_grid(tmp_path: Path, data: bytes, name: str = "表.xlsx") -> Grid:
    book, findings = read(tmp_path, data, name)
    assert findings == ()
    assert book is not None
    return book.grids[0]


def save(workbook: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def save_xls(workbook: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def compound(stream: str) -> bytes:
    """The shape of a compound file with one stream in its directory."""
    name = (stream + "\0").encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HB", len(name), 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(128, b"\0") * 4


# --- values and facts of .xlsx -------------------------------------------------------------------


def test_values_arrive_typed_and_in_their_place(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["C3"], sheet["C4"], sheet["D4"] = " 甲　村 ", 640181100201, 12.5
    sheet["E4"], sheet["E5"], sheet["E6"] = date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), True  # noqa: DTZ001 - cells know no zone
    sheet["E9"].font = openpyxl.styles.Font(bold=True)
    grid = read_grid(tmp_path, save(workbook))
    assert len(grid.rows) == 6
    assert {len(row) for row in grid.rows} == {5}
    assert grid.rows[2] == (None, None, " 甲　村 ", None, None)
    assert grid.rows[3] == (None, None, 640181100201, 12.5, date(2026, 3, 4))
    assert type(grid.rows[3][2]) is int
    assert type(grid.rows[3][4]) is date
    assert grid.rows[4][4] == datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001 - the same
    assert grid.rows[5][4] is True


@pytest.mark.parametrize("number", [*range(27, 37), *range(50, 59), 14, 22])
def test_builtin_date_formats_of_chinese_offices_give_dates(tmp_path, number):
    styles = STYLES.format(f'<xf numFmtId="0"/><xf numFmtId="{number}"/>')
    sheet = worksheet('<row r="1"><c r="A1" s="1"><v>45365</v></c><c r="B1"><v>45365</v></c></row>')
    relation = f'<Relationship Id="rId3" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>'
    links = RELATIONS.replace("</Relationships>", relation)
    data = package(sheet, {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": links})
    assert read_grid(tmp_path, data).rows == ((date(2024, 3, 14), 45365),)


def test_a_book_of_the_1904_epoch(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active["A1"] = date(2024, 6, 9)
    assert read_grid(tmp_path, save(workbook)).rows == ((date(2024, 6, 9),),)


def test_errors_uncached_formulas_and_long_numbers_are_facts_not_blanks(tmp_path):
    sheet = worksheet(
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>SUM(C1:C2)</f></c>'
        '<c r="C1"><f>1/0</f><v></v></c><c r="D1"><f>1+1</f><v>2</v></c><c r="E1" t="str"><f>""</f><v></v></c></row>'
        '<row r="2"><c r="A2"><v>640181101201234567</v></c><c r="B2"><v>6.4018110120123456E+17</v></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D2"><v>0.30000000000000004</v></c></row>'
    )
    grid = read_grid(tmp_path, package(sheet))
    assert grid.error_cells == {(0, 0): "#N/A", (1, 2): "#DIV/0!"}
    assert grid.uncached == {(0, 1), (0, 2)}
    assert grid.long_numbers == {(1, 0): "640181101201234567", (1, 1): "6.4018110120123456E+17"}
    assert grid.rows[0] == (None, None, None, 2)
    assert grid.rows[1][0] == 640181101201234567
    assert grid.rows[1][2] is None


def test_an_error_alone_in_the_last_row_keeps_its_row(tmp_path):
    sheet = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3" t="e"><v>#REF!</v></c></row>'
    )
    grid = read_grid(tmp_path, package(sheet))
    assert grid.rows == ((1, None, None), (None, None, None), (None, None, None))


def test_hidden_sheets_rows_columns_and_merges(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in range(1, 7):
        sheet.append([row, "x", "y", "z"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A5:A6")
    sheet.merge_cells("A1:Z1")
    sheet.merge_cells("H20:J30")
    workbook.create_sheet("旧表").sheet_state = "hidden"
    book, _ = read(tmp_path, save(workbook))
    first, second = book.grids
    assert (first.hidden_rows, first.hidden_columns) == ({2}, {1})
    assert first.merges == (Merge(0, 0, 0, 3), Merge(4, 0, 5, 0))
    assert (first.hidden, second.hidden, second.rows) == (False, True, ())


def test_custom_properties_are_marks(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = 1
    workbook.custom_doc_props.append(StringProperty(name="sanwu_form", value="petition/1"))
    book, _ = read(tmp_path, save(workbook))
    assert book.marks == {"sanwu_form": "petition/1"}


def test_a_chart_sheet_between_is_left_out(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "前"
    workbook.create_chartsheet("图")
    workbook.create_sheet("后")["A1"] = "后"
    book, findings = read(tmp_path, save(workbook))
    assert findings == ()
    assert [(grid.name, grid.rows) for grid in book.grids] == [("Sheet", (("前",),)), ("后", (("后",),))]


@pytest.mark.parametrize("name", ["表.xls", "表.et", "表", "表.csv"])
def test_the_name_is_never_asked(tmp_path, name):
    assert read_grid(tmp_path, package(), name).rows == ((1,),)


def test_control_characters_in_text_are_dropped(tmp_path):
    data = package(
        worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
        {"xl/sharedStrings.xml": strings("甲_x0001__x0000_乙")},
    )
    assert read_grid(tmp_path, data).rows == (("甲乙",),)


def test_a_sheet_formatted_to_the_bottom_is_cut(tmp_path):
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(1048500, 1048577))
    grid = read_grid(tmp_path, package(worksheet(ONE_CELL + styled)))
    assert grid.rows == ((1,),)


def test_a_value_far_down_in_a_narrow_sheet_is_read(tmp_path):
    sheet = worksheet(ONE_CELL + '<row r="1048576"><c r="B1048576"><v>2</v></c></row>')
    grid = read_grid(tmp_path, package(sheet))
    assert (len(grid.rows), grid.rows[-1]) == (1_048_576, (None, 2))


def test_rows_that_only_carry_a_format_are_cut_off_before_reading():
    styled = "".join(
        f'<row r="{row}"><c r="A{row}" s="0"/><c r="B{row}" s="0"/></row>' for row in range(3, 40_001)
    )
    for value in ("<v>1</v>", '<f t="shared" si="0"/>', "<x:v>1</x:v>", "<is><t>a</t></is>"):
        kept = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2">{value}</c></row>'
        assert quick.trim(worksheet(kept + styled).encode()) == worksheet(kept).encode()
    full = worksheet(styled + ONE_CELL).encode()
    assert quick.trim(full) == full


def test_a_false_dimension_and_a_giant_merge_do_no_harm(tmp_path):
    sheet = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        before='<dimension ref="A1:XFD1048576"/>',
        after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    )
    grid = read_grid(tmp_path, package(sheet))
    assert (grid.rows, grid.merges) == (((1,), (2,)), (Merge(0, 0, 1, 0),))


def test_a_header_over_all_columns_is_read(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append([f"第{column}列" for column in range(16384)])
    assert read_grid(tmp_path, save(workbook)).rows[0][16383] == "第16383列"


# --- the two spellings of one sheet --------------------------------------------------------------

ODD_SPELLINGS = {
    "plain": lambda xml: xml,
    "single quotes": lambda xml: xml.replace('"', "'"),
    "prefix": lambda xml: xml.replace("<c ", "<x:c ").replace("</c>", "</x:c>").replace("xmlns=", f'xmlns:x="{MAIN}" xmlns='),
    "comment": lambda xml: xml.replace("<sheetData>", "<sheetData><!-- a -->"),
    "instruction": lambda xml: xml.replace("<sheetData>", "<?a b?><sheetData>"),
    "cdata": lambda xml: xml.replace("<v>#N/A</v>", "<v><![CDATA[#N/A]]></v>"),
    "blanks": lambda xml: xml.replace('t="e"', 't = "e"').replace("<row r", "<row\n r"),
    "attribute order": lambda xml: xml.replace('<c r="A1" t="e">', '<c t="e" r="A1">'),
}  # fmt: skip


@pytest.mark.parametrize("spelling", ODD_SPELLINGS)
def test_every_spelling_of_a_sheet_gives_the_same(tmp_path, spelling):
    xml = worksheet(
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>A1</f></c></row>'
        '<row r="2" hidden="1"><c r="A2" s="0"/><c r="C2"><v>1234567890123456789</v></c><c r="D2"><v>12</v></c></row>',
        after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
    )
    changed = ODD_SPELLINGS[spelling](xml)
    assert spelling == "plain" or changed != xml
    grid = read_grid(tmp_path, package(changed))
    assert grid == read_grid(tmp_path, package(xml))
    assert (grid.error_cells, grid.uncached) == ({(0, 0): "#N/A"}, {(0, 1)})
    assert (grid.hidden_rows, grid.merges) == ({1}, (Merge(0, 0, 0, 1),))
    assert grid.rows[1] == (None, None, 1234567890123456789, 12)


def test_quick_scan_and_parser_agree_on_random_sheets():
    dice = random.Random(7)  # noqa: S311 - the same sheets at every run
    contents = (
        "<v>1</v>", "<v></v>", "", "<f>A1</f>", "<f>A1</f><v>3</v>", '<f t="shared" si="0"/><v/>', "<v>#N/A</v>",
        "<f>1/0</f><v>#DIV/0!</v>", "<v>12345678901234567</v>", "<v>1.5E+20</v>", "<v>1.5E-20</v>",
    )  # fmt: skip
    kinds = ("", ' t="n"', ' t="e"', ' t="str"', ' s="3"', ' s="3" t="e"')
    hidden = ("", ' hidden="1"', ' ht="9" hidden="true"', ' hidden="0"')
    for _ in range(300):
        rows = ""
        for row in sorted(dice.sample(range(1, 200_000), 5)):
            cells = "".join(
                f'<c r="{column}{row}"{dice.choice(kinds)}>{dice.choice(contents)}</c>'
                for column in ("A", "B", "Z", "AA")
            )
            rows += f'<row r="{row}"{dice.choice(hidden)}>{cells}</row>'
        xml = worksheet(rows).encode()
        assert quick.find_rows(xml) is not None
        one, other = quick.scan(xml, ()), facts.scan_sheet(xml, ())
        for name in ("errors", "uncached", "long_numbers", "hidden_rows"):
            assert getattr(one, name) == getattr(other, name), (name, xml)
        assert one.bottom >= other.bottom
        assert one.right >= other.right


def test_a_number_that_is_no_utf_8_is_damage_and_no_traceback(tmp_path):
    for cell in (b"<v>1+\x97</v>", b"<v>1234567890123456\x97</v>"):
        sheet = worksheet('<row r="1"><c r="A1">?</c></row>').encode().replace(b">?<", b">" + cell + b"<")
        book, findings = read(tmp_path, package(sheet))
        assert (book, [finding.code for finding in findings]) == (None, ["BOOK-DAMAGED"])


# --- .xls ------------------------------------------------------------------------------------------


def make_xls() -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("台账")
    sheet.write_merge(0, 0, 0, 3, "标题")
    sheet.write_merge(1, 3, 0, 0, "东塔镇")
    sheet.write(1, 1, 640181100201)
    sheet.write(2, 1, date(2026, 3, 4), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(3, 1, 0.5, xlwt.easyxf(num_format_str="h:mm"))
    sheet.row(1).set_cell_error(2, 0x2A)
    sheet.write(2, 2, 640181101201234567)
    sheet.write(3, 2, xlwt.Formula("1+1"))
    sheet.write(1, 3, True)  # noqa: FBT003 - a cell that holds a truth value
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    workbook.add_sheet("旧表").visibility = 1
    return save_xls(workbook)


@pytest.mark.parametrize("name", ["表.xls", "表.et", "表.xlsx"])
def test_an_old_workbook_gives_the_same_grid(tmp_path, name):
    book, findings = read(tmp_path, make_xls(), name)
    first, second = book.grids
    assert (findings, book.kind) == ((), "xls")
    assert first.merges == (Merge(0, 0, 0, 3), Merge(1, 0, 3, 0))
    assert first.rows[1][:2] == ("东塔镇", 640181100201)
    assert first.rows[1][3] is True
    assert (first.rows[2][1], first.rows[3][1]) == (date(2026, 3, 4), time(12))
    assert first.error_cells == {(1, 2): "#N/A"}
    assert set(first.long_numbers) == {(2, 2)}
    assert (first.hidden_rows, first.hidden_columns) == ({2}, {3})
    assert (first.hidden, second.hidden) == (False, True)


@pytest.mark.parametrize("number", [27, 31, 36, 50, 57, 58])
def test_chinese_date_formats_in_an_old_workbook(tmp_path, number):
    workbook = xlwt.Workbook()
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    workbook._Workbook__styles._num_formats["yyyy-mm-dd"] = number
    workbook.add_sheet("表").write(0, 0, 45365, style)
    assert read_grid(tmp_path, save_xls(workbook), "表.xls").rows == ((date(2024, 3, 14),),)


def test_an_old_workbook_of_the_1904_epoch(tmp_path):
    workbook = xlwt.Workbook()
    workbook.dates_1904 = True
    workbook.add_sheet("表").write(0, 0, 43990, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    assert read_grid(tmp_path, save_xls(workbook), "表.xls").rows == ((date(2024, 6, 9),),)


# --- delimited text --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_delimited_text_is_a_grid_of_text(tmp_path, encoding):
    text = '编号\t乡镇\t备注\r\n007\t东塔镇\t\r\n008\t\t"多\n行"\r\n'
    grid = read_grid(tmp_path, text.encode(encoding), "表.csv")
    assert grid.rows == (("编号", "乡镇", "备注"), ("007", "东塔镇", None), ("008", None, "多\n行"))


def test_delimited_text_under_a_workbooks_name_is_told(tmp_path):
    book, findings = read(tmp_path, "编号,乡镇\n007,东塔镇\n".encode("gb18030"), "表.xls")
    assert book.grids[0].rows[1] == ("007", "东塔镇")
    assert [finding.code for finding in findings] == ["BOOK-IS-CSV"]


# --- what is not read, and why ---------------------------------------------------------------------


def damaged_part() -> bytes:
    data = package()
    at = data.index(b"xl/worksheets/sheet1.xml") + 40
    return data[:at] + b"\xff" * 20 + data[at + 20 :]


def zip_of(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, package())
    return stream.getvalue()


def shared_cells(count: int, index: str = "0", quote: str = '"') -> str:
    cells = "".join(
        f"<c r={quote}A{row}{quote} t={quote}s{quote}><v>{index}</v></c>" for row in range(1, count)
    )
    return worksheet(f'<row r="1">{cells}</row>')


REFUSED = {
    "blank": (lambda: b"\0\0 \n" * 100, "BOOK-EMPTY", ""),
    "prose": ("关于报送台账的通知\n请各乡镇于月底前报送\n".encode, "BOOK-NOT-A-TABLE", "纯文本"),
    "docx": (lambda: zip_of("word/document.xml"), "BOOK-NOT-A-TABLE", "Word"),
    "doc": (lambda: compound("WordDocument"), "BOOK-NOT-A-TABLE", "Word 97"),
    "xlsb": (lambda: zip_of("xl/workbook.bin"), "BOOK-KIND", "xlsb"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "BOOK-NOT-A-TABLE", "图片"),
    "pdf": (lambda: b"%PDF-1.7\n\x00\x01", "BOOK-NOT-A-TABLE", "PDF"),
    "noise": (lambda: bytes(range(128, 256)) * 9 + b"\0", "BOOK-NOT-A-TABLE", "无法识别"),
    "cut xls": (lambda: make_xls()[:900], "BOOK-NOT-A-TABLE", "复合文档"),
    "bad deflate": (damaged_part, "BOOK-DAMAGED", "压缩数据"),
    "false end tag": (lambda: package(worksheet(ONE_CELL + '<row r="1048576"><c r="XFD1048576" s="a/>b"><v>1</v></c></row>')), "BOOK-UNSAFE", "过远"),
    "false style count": (lambda: package(parts={"xl/styles.xml": STYLES.format("").replace("<cellXfs", '<cellXfs count="99999999999"')}), "BOOK-UNSAFE", "条目数"),
    "the same, other quotes": (lambda: package(shared_cells(9000, quote="'"), {"xl/sharedStrings.xml": strings("字" * 20_000)}), "BOOK-UNSAFE", "文字"),
    "no such string": (lambda: package(shared_cells(3, "77"), {"xl/sharedStrings.xml": strings("a")}), "BOOK-DAMAGED", ""),
    "shared part": (lambda: package(parts={"xl/workbook.xml": BOOK.replace("</sheets>", '<sheet name="b" sheetId="2" r:id="rId1"/></sheets>')}), "BOOK-UNSAFE", "共用"),
    "no relation": (lambda: package(parts={"xl/workbook.xml": BOOK.replace("rId1", "rId9")}), "BOOK-DAMAGED", "没有内容"),
    "utf-16 inside": (lambda: package(worksheet(ONE_CELL).replace("UTF-8", "UTF-16").encode("utf-16")), "BOOK-DAMAGED", "UTF-8"),
    "broken xml": (lambda: package(worksheet("<row r='1'><c></row>")), "BOOK-DAMAGED", "XML"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_read_gives_one_finding(tmp_path, case):
    make, code, word = REFUSED[case]
    book, findings = read(tmp_path, make())
    assert book is None
    assert [finding.code for finding in findings] == [code]
    assert word in findings[0].message
    assert findings[0].remedy
    assert findings[0].file == "表.xlsx"


def test_what_is_no_file_gives_one_finding(tmp_path):
    for path in (tmp_path, tmp_path / "没有.xlsx"):
        book, findings = read_book(path, shown_as="x")
        assert (book, [finding.code for finding in findings]) == (None, ["BOOK-UNREADABLE"])


def test_a_refused_book_leaves_nothing_open_behind(monkeypatch):
    """A half-made copy must not complain on the screen when it is swept up, however late."""
    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)

    def read_and_keep():
        try:
            read_xlsx(package("<worksheet><sheetData><row>"), file="a.xlsx", sha256="")
        except Refused as refused:
            kept = refused  # noqa: F841 - holds the frames of the reader in a cycle

    read_and_keep()
    gc.collect()
    assert complaints == []


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "大.xlsx"
    with path.open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    assert read_book(path, shown_as="x")[1][0].code == "BOOK-TOO-LARGE"


def test_too_many_values_are_refused_before_any_library_sees_them(monkeypatch):
    monkeypatch.setattr(facts, "MAX_VALUES", 100)
    xml = worksheet(
        '<row r="1">' + "".join(f'<c r="A{row}"><v>1</v></c>' for row in range(1, 103)) + "</row>"
    )
    for scan in (quick.scan, facts.scan_sheet):
        with pytest.raises(Refused):
            scan(xml.encode(), ())


# --- writing tables ---------------------------------------------------------------------------------

TABLE = TableSheet(
    name="名单",
    headers=("序号", "代码", "名称", "日期", "数量"),
    rows=(
        (1, "640181101201", "甲村", date(2026, 3, 1), 12),
        (2, "007", "=1+1", date(1899, 1, 1), None),
        (3, "http://a.b", "@x", None, Decimal("96.50")),
    ),
    title="三无村(居)名单",
    subtitle="2026年度",
    notes=("注：草稿。",),
    number_columns=frozenset({4}),
)


def load(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_table_reads_back_as_it_was(tmp_path):
    book, findings = read(tmp_path, write_tables((TABLE,), marks={"sanwu_run": "1"}))
    assert findings == ()
    assert book.marks == {"sanwu_run": "1"}
    rows = book.grids[0].rows
    assert rows[0][0] == "三无村(居)名单"
    assert rows[2] == TABLE.headers
    assert rows[3] == (1, "640181101201", "甲村", date(2026, 3, 1), 12)
    assert rows[4] == (2, "007", "=1+1", "1899-01-01", None)
    assert rows[5] == (3, "http://a.b", "@x", None, 96.5)
    assert rows[6][0] == "注：草稿。"
    assert book.grids[0].merges == tuple(Merge(row, 0, row, 4) for row in (0, 1, 6))


def test_nothing_in_a_table_is_a_formula_or_a_link():
    texts = (
        "=1+1",
        "{=1+1}",
        "+1",
        "-1",
        "@a",
        "=HYPERLINK(1)",
        "http://a",
        "mailto:a@b.c",
        "internal:A1",
        "#N/A",
        "_x0041_",
    )
    sheet = load(write_tables((TableSheet("表", ("甲",), tuple((text,) for text in texts)),))).active
    cells = [sheet.cell(row, 1) for row in range(2, len(texts) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("甲\r\n乙\0\x1b\ufffe", "甲\n乙"),
        ("\ud800甲", "甲"),
        ("字" * 40_000, "字" * 32_766 + "…"),
        ("😀" * 20_000, "😀" * 16_383 + "…"),
        (640181100201, 640181100201),
        (640181101201234567, "640181101201234567"),
        (Decimal("96.50"), 96.5),
        (Decimal("1.234567890123456789"), "1.234567890123456789"),
        (Fraction(142, 203), "142/203"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30"),  # noqa: DTZ001 - cells know no zone
        (True, True),
        (None, None),
    ],
)
def test_a_safe_cell(tmp_path, value, written):
    assert safe_cell(value) == written
    grid = read_grid(tmp_path, write_tables((TableSheet("表", ("甲", "乙"), ((value, "末"),)),)))
    assert grid.rows[1][0] == ("是" if written is True else written)


def test_a_table_is_ready_for_the_printer():
    sheet = load(write_tables((TABLE,))).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert sheet["A3"].font.b
    assert sheet["B4"].border.left.style == "thin"
    assert sheet["D4"].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions["B"].width > display_width("640181101201")


def test_wide_tables_lie_across_and_long_texts_get_room():
    wide = TableSheet("表", tuple(f"第{column}列的名称" for column in range(12)), (("字" * 100,) * 12,))
    sheet = load(write_tables((wide,))).active
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.row_dimensions[2].height > 3 * 16


def test_a_title_longer_than_its_table_is_wide_gets_lines():
    narrow = TableSheet(
        "表", ("月份", "班数"), (), title="法官、检察官、律师值班表公布记录", subtitle="内部使用"
    )
    rows = load(write_tables((narrow,))).active.row_dimensions
    # 32 half-width letters of 20 points, in two columns of six digits each: six to a line.
    assert abs(rows[1].height - (36 + 5 * 28)) < 1  # kept in whole pixels
    assert abs(rows[2].height - 22) < 1
    wide = TableSheet("表", tuple("一二三四五六七八"), (), title="法官、检察官、律师", subtitle="内部使用")
    assert load(write_tables((wide,))).active.row_dimensions[1].height == 36


def test_sheet_names_are_made_acceptable():
    names = ("一/二", "一:二", "长" * 40, "长" * 40, "", "a", "A")
    sheets = tuple(TableSheet(name, ("甲",), ()) for name in names)
    assert load(write_tables(sheets)).sheetnames == [
        "一_二", "一_二(2)", "长" * 31, "长" * 28 + "(2)", "Sheet", "a", "A(2)",
    ]  # fmt: skip


def test_written_bytes_depend_on_the_content_only():
    code = (
        "import hashlib; from test_workbook import FORM, TABLE; from datetime import date\n"
        "from sanwu_cli.workbook.form import write_form\nfrom sanwu_cli.workbook.write import write_tables\n"
        "data = write_tables((TABLE, TABLE), marks={'b': '1', 'a': '2'}, dated=date(2026, 3, 31)) + write_form(FORM)\n"
        "print(hashlib.sha256(data).hexdigest())"
    )
    seen = set()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Shanghai"), ("77", "America/New_York")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_the_date_inside_is_the_documents_own():
    with zipfile.ZipFile(io.BytesIO(write_tables((TABLE,), dated=date(2026, 3, 31)))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert archive.read("docProps/core.xml").count(b"2026-03-31T00:00:00Z") == 2


# --- writing forms ----------------------------------------------------------------------------------

TOWNS = tuple(f"第{number}乡镇" for number in range(90))
FORM = FormSpec(
    sheet_id="petition",
    version=1,
    title="越级上访台账",
    unit_line="填报单位：　　　　填报时间：　　年　月　日",
    columns=(
        FormColumn("登记日期", "信访系统登记的日期", kind="date", required=True),
        FormColumn("信访编号", "系统里的编号", kind="code", required=True),
        FormColumn("乡镇(街道)", choices=TOWNS, required=True),
        FormColumn("是否越级", "长" * 300, choices=("是", "否")),
        FormColumn("人次", kind="count"),
        FormColumn("备注", width=24),
    ),
    notes=("说明：每行一件。", "红色表头为必填。"),
    rows=50,
)


def test_a_blank_form_knows_what_it_is(tmp_path):
    book, findings = read(tmp_path, write_form(FORM))
    assert findings == ()
    assert book.marks == {"sanwu_form": "petition/1"}
    assert [grid.name for grid in book.grids] == ["越级上访台账"]
    assert book.grids[0].rows[3] == tuple(column.header for column in FORM.columns)
    assert len(book.grids[0].rows) == 4


def test_the_mark_survives_the_loss_of_the_properties(tmp_path):
    workbook = load(write_form(FORM))
    workbook.custom_doc_props = openpyxl.packaging.custom.CustomPropertyList()
    assert workbook["_sanwu"].sheet_state == "veryHidden"
    book, _ = read(tmp_path, save(workbook))
    assert book.marks == {"sanwu_form": "petition/1"}
    assert len(book.grids) == 1


def test_a_form_guides_the_hand():
    workbook = load(write_form(FORM))
    sheet = workbook["越级上访台账"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert set(rules) == {f"{column}5:{column}54" for column in "ABCDE"}
    assert rules["C5:C54"].formula1 == "'_sanwu'!$F$1:$F$90"
    assert [workbook["_sanwu"].cell(row, 6).value for row in range(1, 91)] == list(TOWNS)
    assert (rules["A5:A54"].type, rules["A5:A54"].errorStyle) == ("date", "warning")
    assert rules["E5:E54"].type == "whole"
    assert len(rules["D5:D54"].prompt) == 255
    assert sheet["A4"].comment.text == "信访系统登记的日期"
    assert [sheet.cell(5, column).number_format for column in (1, 2, 5)] == ["yyyy-mm-dd", "@", "0"]
    assert sheet["A4"].font.color.rgb != (sheet["F4"].font.color and sheet["F4"].font.color.rgb)


def test_a_filled_form_reads_back(tmp_path):
    workbook = load(write_form(FORM))
    sheet = workbook["越级上访台账"]
    for column, value in enumerate((date(2026, 3, 4), "0012", "第1乡镇", "是", 3, None), start=1):
        sheet.cell(5, column).value = value
    book, _ = read(tmp_path, save(workbook))
    assert book.grids[0].rows[4] == (date(2026, 3, 4), "0012", "第1乡镇", "是", 3, None)


# --- through an office program ----------------------------------------------------------------------


def convert(tmp_path: Path, data: bytes, target: str) -> Path:
    source = tmp_path / "本.xlsx"
    source.write_bytes(data)
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", target, "--outdir",
         str(tmp_path / "out"), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return tmp_path / "out" / f"本.{target}"


needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("target", ["xlsx", "xls"])
def test_an_office_program_keeps_a_form(tmp_path, target):
    path = convert(tmp_path, write_form(FORM), target)
    book, findings = read_book(path, shown_as="x")
    assert findings == ()
    assert book.kind == target
    assert book.marks == {"sanwu_form": "petition/1"}
    assert [grid.name for grid in book.grids] == ["越级上访台账"]
    assert book.grids[0].rows[3] == tuple(column.header for column in FORM.columns)


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("target", ["xlsx", "xls"])
def test_an_office_program_keeps_a_table(tmp_path, target):
    expected, _ = read(tmp_path, write_tables((TABLE,)))
    book, _ = read_book(convert(tmp_path, write_tables((TABLE,)), target), shown_as="x")
    assert book.grids[0].rows == expected.grids[0].rows
    assert book.grids[0].merges == expected.grids[0].merges


# --- the rest ---------------------------------------------------------------------------------------


def test_inline_rich_and_escaped_texts(tmp_path):
    sheet = worksheet(
        '<row r="1" x14ac:dyDescent="0.25"><c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>'
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="str"><f>A1</f><v>果</v></c></row>'
    ).replace("<worksheet ", '<worksheet xmlns:x14ac="x" ')
    shared = strings("一_x000D_\n二").replace("<t>", '<t xml:space="preserve">')
    grid = read_grid(tmp_path, package(sheet, {"xl/sharedStrings.xml": shared}))
    assert grid.rows == (("甲乙", "一\n二", True, "果"),)


def test_an_old_workbook_with_a_password_is_told(tmp_path):
    """FILEPASS (0x2F) marks an encrypted stream; put in the place of the record of the last writer."""
    data = make_xls().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)
    book, findings = read(tmp_path, data, "表.xls")
    assert (book, [finding.code for finding in findings]) == (None, ["BOOK-ENCRYPTED"])


def test_no_spreadsheet_library_is_loaded_before_it_is_needed():
    code = (
        "import sys, sanwu_cli.workbook\n"
        "print(sorted({'python_calamine', 'xlrd', 'xlsxwriter', 'openpyxl', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_table_longer_than_a_worksheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(write, "_MOST_ROWS", 4)
    rows = tuple((f"第{number}行", number) for number in range(10))
    table = TableSheet("台账", ("名称", "数"), rows, title="刑事案件", notes=("说明",))
    book = load(write_tables((table, TableSheet("另表", ("甲",), (("乙",),)))))
    assert book.sheetnames == ["台账", "台账(2)", "台账(3)", "另表"]
    parts = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[:3]]
    assert [part[0][0] for part in parts] == [f"刑事案件（{number}/3）" for number in (1, 2, 3)]
    assert all(part[1] == ("名称", "数") for part in parts)
    told = [row for part in parts for row in part[2:]]
    assert told == [*rows, ("说明", None)]
