"""Tables in disguise are read like any other: web pages, MHTML, XML Spreadsheet 2003 and text, whatever the name."""

# ruff: noqa: E501 - a piece of markup stays on one line, with the signs departments use
from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hostile import data_cell, make_good_files, mime, page, xml_2003
from test_workbook import make_xls, package
from text_tables import call_json, make_workspace

from sanwu_cli.grid import Book, Grid, Merge
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from pathlib import Path


def read(tmp_path: Path, content: str | bytes, name: str = "表.xls") -> tuple[Book | None, tuple[str, ...]]:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    book, findings = read_book(path, shown_as=name)
    return book, tuple(finding.code for finding in findings)


def read_grid(tmp_path: Path, content: str | bytes) -> Grid:
    book, codes = read(tmp_path, content)
    assert book is not None, codes
    assert len(book.grids) == 1
    return book.grids[0]


def rows_of(*rows: str) -> str:
    return "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row.split('|'))}</tr>" for row in rows)


TABLE = rows_of("编号|乡镇", "007|东塔镇")
ROWS = (("编号", "乡镇"), ("007", "东塔镇"))


# --- what it is, and what is said of it -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "honest"),
    [
        (page(TABLE), "html", "表.html"),
        (mime(("a.htm", "7bit", page(TABLE).encode())), "mhtml", "表.mht"),
        (
            xml_2003("".join(f"<Row>{''.join(map(data_cell, row))}</Row>" for row in ROWS)),
            "spreadsheet_xml",
            "表.xml",
        ),
        ("编号,乡镇\n007,东塔镇\n", "csv", "表.csv"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_table_in_disguise_is_read_and_told(tmp_path, content, kind, honest):
    for name in ("表.xls", "表.xlsx", "表.et", "表"):
        book, codes = read(tmp_path, content, name)
        assert (book.kind, book.grids[0].rows) == (kind, ROWS)
        assert codes == ("BOOK-IS-CSV" if kind == "csv" else "BOOK-DISGUISED",)
    assert read(tmp_path, content, honest)[1] == ()


def test_the_finding_names_what_the_file_really_is(tmp_path):
    path = tmp_path / "表.xls"
    for content, what in (
        (page(TABLE).encode(), "网页（HTML）"),
        (mime(("a", "7bit", page(TABLE).encode())), "MHTML"),
        (xml_2003("<Row/>").encode(), "XML 表格 2003"),
    ):
        path.write_bytes(content)
        (finding,) = read_book(path, shown_as="表.xls")[1]
        assert what in finding.message
        assert ".xlsx" in finding.remedy


@pytest.mark.parametrize("name", ["表.et", "表.xls", "表.xlsx"])
def test_both_kinds_of_wps_tables_are_told_by_their_content(tmp_path, name):
    assert [read(tmp_path, data, name)[0].kind for data in (package(), make_xls())] == ["xlsx", "xls"]


# --- pages ------------------------------------------------------------------------------------------


def test_codes_and_long_numbers_stay_text(tmp_path):
    grid = read_grid(tmp_path, page(rows_of("编号|证号", "007|649901201001011234", "1e5|0001")))
    assert grid.rows[1:] == (("007", "649901201001011234"), ("1e5", "0001"))


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", ""),
        ("gb18030", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'),
        ("big5", "<META charset=big5>"),
        ("utf-8", '<meta charset="gb2312">'),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, head):
    text = page(rows_of("編號|鄉鎮", "007|東塔鎮"), head=head)
    assert read_grid(tmp_path, text.encode(encoding)).rows == (("編號", "鄉鎮"), ("007", "東塔鎮"))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff\r\n\r\n  <HTML><BODY><TABLE><TR><TD>编号</TD><TD>乡镇</TD></TR><TR><TD>007</TD><TD>东塔镇</TD></TR></TABLE></BODY></HTML>",
        "<table><tr><th>编号<th>乡镇<tr><td>007<td>东塔镇</table>",
        "<!-- 导出 --><!DOCTYPE html>\n<table><thead><tr><th>编号</th><th>乡镇</th></tr></thead><tbody><tr><td>007</td><td>东塔镇</td></tr></tbody></table>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><table><tr><td>编号</td><td>乡镇</td></tr><tr><td>007</td><td>东塔镇</td></tr></table></body></html>",
        "<style>td{a:b}</style><script>if(a<b){document.write('<td>x</td>')}</script><table><tr><td><b>编</b>号<td><font size=2>乡镇</font><tr><td>0<i>07</i><td><div>东塔镇</div></table>",
        "<table><tr><td>编号<td>乡镇<tr><td>007<td>东塔镇</body></html>",
        "<table><tr><td title=\"<td>x\">编号<td title='a>b' x=it's>乡镇<tr><td>0&#48;7<td>&#x4e1c;塔镇</table>",
        "<table><tfoot><tr><td>007<td>东塔镇</tfoot><tbody><tr><td>编号<td>乡镇</tbody></table>",
        "<table><tr><td>编号<td>乡\n    镇<tr><td>\n  007\n<td>东塔镇&nbsp;</table>",
    ],
)
def test_every_way_to_write_a_page_gives_the_same(tmp_path, text):
    assert read_grid(tmp_path, text).rows == ROWS


def test_breaks_blanks_and_entities(tmp_path):
    grid = read_grid(
        tmp_path,
        page(
            rows_of(
                "甲&amp;乙|a&nbsp;b", "一<br>二<BR/>三|<p>四</p><p>五</p>", "&nbsp;&#160;|  ", "甲　村|x y"
            )
        ),
    )
    assert grid.rows == (("甲&乙", "a b"), ("一\n二\n三", "四\n\n五"), (None, None), ("甲　村", "x y"))


def test_spans_become_merges(tmp_path):
    grid = read_grid(
        tmp_path,
        "<table><tr><td colspan=3>标题<tr><td rowspan='2'>甲镇<td>1<td>2<tr><td>3<td>4<tr><td>乙镇<td colspan=2 rowspan=2>5<tr><td>丙镇</table>",
    )
    assert grid.rows == (
        ("标题", None, None),
        ("甲镇", "1", "2"),
        (None, "3", "4"),
        ("乙镇", "5", None),
        ("丙镇", None, None),
    )
    assert grid.merges == (Merge(0, 0, 0, 2), Merge(1, 0, 2, 0), Merge(3, 1, 4, 2))


def test_hidden_rows_columns_and_tables(tmp_path):
    text = (
        "<table><col><col span=2 style='width:0;display:none'><col>" + rows_of("一|二|三|四", "1|2|3|4")
        + "<tr style='display:none;mso-height-source:userset'><td>5<td>6<td>7<td>8</tr></table>"
    )  # fmt: skip
    grid = read_grid(tmp_path, text)
    assert (grid.hidden_rows, grid.hidden_columns) == ({2}, {1, 2})
    inline = (
        "<table>" + "".join(f"<tr><td>{n}<td style='DISPLAY: none'>x{n}<td>y" for n in range(3)) + "</table>"
    )
    assert read_grid(tmp_path, inline).hidden_columns == {1}
    book, _ = read(tmp_path, f"<table>{TABLE}</table><table style='display:none'>{TABLE}{TABLE}</table>")
    assert [grid.hidden for grid in book.grids] == [False, True]


def test_cells_that_carry_their_value(tmp_path):
    cells = (
        ("<td x:num>1,234.5", 1234.5), ("<td x:num='0.96'>96%", 0.96), ("<td x:num='45365'>2024年3月14日", date(2024, 3, 14)),
        ("<td x:num='45365.5'>2024/3/14 12:00", datetime(2024, 3, 14, 12)), ("<td x:num='0.5'>12:00", time(12)),  # noqa: DTZ001 - cells know no zone
        ("<td x:num='45365'>45365", 45365), ("<td x:num x:str>007", "007"), ("<td x:num style=\"mso-number-format:'\\@'\">007", "007"),
        ("<td x:bool='TRUE'>TRUE", True), ("<td x:num>无", "无"), ("<td x:err='#N/A'>#N/A", None), ("<td x:fmla='=A1'>", None),
        ("<td x:num='649901201001011234'>6.49E+17", 649901201001011234),
    )  # fmt: skip
    grid = read_grid(
        tmp_path, "<table><tr><td>甲<td>乙" + "".join(f"<tr><td>x{cell}" for cell, _ in cells) + "</table>"
    )
    assert [row[1] for row in grid.rows[1:]] == [value for _, value in cells]
    assert [type(row[1]) for row in grid.rows[1:]] == [type(value) for _, value in cells]
    assert grid.error_cells == {(11, 1): "#N/A"}
    assert grid.uncached == {(12, 1)}
    assert grid.long_numbers == {(13, 1): "649901201001011234"}


def test_texts_around_a_table_are_its_titles_and_its_foot(tmp_path):
    grid = read_grid(
        tmp_path,
        f"<html><title>窗口</title><h2>2026年3月台账</h2><p>单位：信访局</p><table>{TABLE}</table><div>填表人：</div></html>",
    )
    assert grid.rows == (("2026年3月台账", None), ("单位：信访局", None), *ROWS, ("填表人：", None))


def test_several_tables_are_several_sheets(tmp_path):
    book, _ = read(
        tmp_path,
        f"<p>一月</p><table>{TABLE}</table><p>二月</p><table>{rows_of('编号|乡镇', '008|西渠镇', '009|西渠镇')}</table>",
    )
    assert [(grid.name, len(grid.rows), grid.rows[0][0]) for grid in book.grids] == [
        ("Sheet", 3, "一月"),
        ("Sheet(2)", 4, "二月"),
    ]


def test_two_tables_of_one_kind_are_not_taken_for_a_header_and_its_rows(tmp_path):
    book, _ = read(tmp_path, f"<table>{TABLE}</table><table>{TABLE}</table>")
    assert [grid.rows for grid in book.grids] == [ROWS, ROWS]


def test_a_table_that_only_lays_out_others_gives_way(tmp_path):
    layout = f"<table><tr><td>2026年3月台账</td></tr><tr><td><table><tr><td><table>{TABLE}</table></td></tr></table></td></tr><tr><td>填表人：</td></tr></table>"
    assert read_grid(tmp_path, layout).rows == (("2026年3月台账", None), *ROWS, ("填表人：", None))


def test_a_small_table_in_a_cell_is_the_cells_text(tmp_path):
    data = rows_of("编号|乡镇", "1|甲", "2|乙", "3|丙") + "<tr><td>4<td><table><tr><td>丁<td>镇</table></tr>"
    assert read_grid(tmp_path, page(data)).rows[4] == ("4", "丁 镇")


def test_a_frozen_header_is_joined_to_its_rows(tmp_path):
    header, body = rows_of("编号|乡镇", "(一)|(二)"), rows_of(*(f"{n}|甲镇" for n in range(9)))
    assert len(read_grid(tmp_path, f"<table>{header}</table><table>{body}</table>").rows) == 11
    single = f"<table>{rows_of('编号|乡镇')}</table><table>{body}</table>"
    assert len(read_grid(tmp_path, single).rows) == 10


def test_a_sheet_is_called_what_the_page_says(tmp_path):
    remark = "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>三月&amp;四月</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
    assert read_grid(tmp_path, page(TABLE, head=remark)).name == "三月&四月"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html><body><p>关于报送台账的通知</p></body></html>", "BOOK-NOT-A-TABLE"),
        ("<html><table><tr><td>只有一格</td></tr></table></html>", "BOOK-NOT-A-TABLE"),
        (
            "<html><!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>一</x:Name><x:WorksheetSource HRef='a.files/sheet001.htm'/></x:ExcelWorksheet></xml><![endif]--><frameset></frameset></html>",
            "BOOK-KIND",
        ),
        (page(TABLE)[:-30], "BOOK-DAMAGED"),
        (page(TABLE)[:-20], "BOOK-DAMAGED"),
    ],
)
def test_a_page_without_a_whole_table_is_refused(tmp_path, text, code):
    assert read(tmp_path, text) == (None, (code,))


# --- a page in a single file ------------------------------------------------------------------------

WORKBOOK = (
    "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets>"
    '<x:ExcelWorksheet><x:Name>二月</x:Name><x:WorksheetSource HRef=3D"a.files/sheet002.htm"/></x:ExcelWorksheet>'
    '<x:ExcelWorksheet><x:Name>一月</x:Name><x:WorksheetSource HRef=3D"a.files/sheet001.htm"/></x:ExcelWorksheet>'
    "</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></head></html>"
)  # fmt: skip
TABS = "<html><table><tr><td>一月<td>二月<tr><td>x<td>y</table></html>"


def test_every_worksheet_of_a_single_file_page_is_read_in_its_order(tmp_path):
    sheets = [page(rows_of("编号|乡镇", f"00{n}|东塔镇")) for n in (1, 2)]
    hidden = sheets[1].replace("<head>", "<head><xml><x:Visible>SheetHidden</x:Visible></xml>")
    data = mime(
        ("a.htm", "quoted-printable", WORKBOOK.encode()), ("a.files/sheet001.htm", "base64", sheets[0].encode()),
        ("a.files/sheet002.htm", "8bit", hidden.encode()), ("a.files/tabstrip.htm", "8bit", TABS.encode()),
    )  # fmt: skip
    book, codes = read(tmp_path, data)
    assert codes == ("BOOK-DISGUISED",)
    assert [(grid.name, grid.rows[1][0], grid.hidden) for grid in book.grids] == [
        ("二月", "002", True),
        ("一月", "001", False),
    ]


def test_soft_breaks_and_charsets_of_parts(tmp_path):
    quoted = "".join(f"={byte:02X}" for byte in page(TABLE).encode("gb18030"))
    lines = "=\r\n".join(quoted[at : at + 72] for at in range(0, len(quoted), 72))
    data = mime(("a.htm", "quoted-printable", lines.encode())).replace(b'charset="utf-8"', b"charset=gb2312")
    assert read_grid(tmp_path, data).rows == ROWS


def test_a_single_file_page_with_a_sheet_missing_is_refused(tmp_path):
    data = mime(
        ("a.htm", "quoted-printable", WORKBOOK.encode()),
        ("a.files/sheet001.htm", "7bit", page(TABLE).encode()),
    )
    path = tmp_path / "表.mht"
    path.write_bytes(data)
    book, (finding,) = read_book(path, shown_as="表.mht")
    assert (book, finding.code) == (None, "BOOK-DAMAGED")
    assert "二月" in finding.message


# --- XML Spreadsheet 2003 ---------------------------------------------------------------------------


def test_typed_cells_of_xml_2003(tmp_path):
    cells = (
        data_cell("007") + data_cell("12", "Number") + data_cell("0.5", "Number") + data_cell("1", "Boolean") + data_cell("2026-03-04T00:00:00.000", "DateTime")
        + data_cell("2026-03-04T09:30:00.000", "DateTime") + data_cell("1899-12-31T09:30:00.000", "DateTime") + data_cell("#DIV/0!", "Error")
        + '<Cell ss:Formula="=A1"/>' + data_cell("3", "Number", ' ss:Formula="=1+2"') + data_cell("649901201001011234", "Number")
        + "<Cell><ss:Data ss:Type='String' xmlns='http://www.w3.org/TR/REC-html40'><B>甲</B><Font>乙&#10;丙</Font></ss:Data><Comment><ss:Data>批注</ss:Data></Comment></Cell>"
    )  # fmt: skip
    grid = read_grid(tmp_path, xml_2003(f"<Row>{cells}</Row>"))
    assert grid.rows == (
        (
            "007",
            12,
            0.5,
            True,
            date(2026, 3, 4),
            datetime(2026, 3, 4, 9, 30),  # noqa: DTZ001 - cells know no zone
            time(9, 30),
            None,
            None,
            3,
            649901201001011234,
            "甲乙\n丙",
        ),
    )
    assert (grid.error_cells, grid.uncached) == ({(0, 7): "#DIV/0!"}, {(0, 8)})
    assert grid.long_numbers == {(0, 10): "649901201001011234"}


def test_places_merges_and_hidden_parts_of_xml_2003(tmp_path):
    rows = (
        '<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/>'
        '<Row ss:Index="2"><Cell ss:Index="2" ss:MergeAcross="2" ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell><Cell><Data ss:Type="String">乙</Data></Cell></Row>'
        '<Row ss:Index="4" ss:Hidden="1" ss:Span="1"/><Row><Cell><Data ss:Type="String">丙</Data></Cell></Row>'
    )
    grid = read_grid(tmp_path, xml_2003(rows))
    assert grid.rows[1] == (None, "甲", None, None, "乙")
    assert grid.rows[5][0] == "丙"
    assert grid.merges == (Merge(1, 1, 2, 3),)
    assert (grid.hidden_rows, grid.hidden_columns) == ({3, 4}, {1, 2})


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB2312"])
def test_sheets_and_encodings_of_xml_2003(tmp_path, encoding):
    second = '</Table></Worksheet><Worksheet ss:Name="旧表"><Table><Row><Cell><Data ss:Type="String">乙</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>'
    text = xml_2003(f"<Row>{data_cell('甲')}</Row>", encoding=encoding).replace(
        "</Table></Worksheet></Workbook>", second
    )
    book, _ = read(tmp_path, text.encode(encoding))
    assert [(grid.name, grid.rows, grid.hidden) for grid in book.grids] == [
        ("表", (("甲",),), False),
        ("旧表", (("乙",),), True),
    ]


def test_a_prefix_of_its_own_in_xml_2003(tmp_path):
    text = xml_2003('<Row><Cell ss:Index="3"><Data ss:Type="Number">7</Data></Cell></Row>')
    assert read_grid(tmp_path, text.replace("ss:", "q:").replace(":ss", ":q")).rows == ((None, None, 7),)


# --- delimited text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", "\t", ";", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_text_of_every_delimiter_and_encoding(tmp_path, mark, encoding):
    text = f'编号{mark}乡镇{mark}备注\r\n007{mark}东塔镇{mark}\r\n008{mark}{mark}"多\r\n行"\r\n'
    assert read_grid(tmp_path, text.encode(encoding)).rows == (
        ("编号", "乡镇", "备注"),
        ("007", "东塔镇", None),
        ("008", None, "多\n行"),
    )


def test_the_delimiter_is_the_one_that_gives_even_rows(tmp_path):
    text = "编号,事由,乡镇\n1,因甲；乙；丙；丁，来访；未果；再来；又来,东塔镇\n2,“一，二，三；四；五；六；七；八”,西渠镇\n"
    assert [len(row) for row in read_grid(tmp_path, text).rows] == [3, 3, 3]


def test_what_exports_do_to_keep_zeros_and_name_the_delimiter(tmp_path):
    assert read_grid(tmp_path, 'sep=;\r\n编号;乡镇\r\n="007";甲,乙\r\n').rows == (
        ("编号", "乡镇"),
        ("007", "甲,乙"),
    )


def test_a_code_that_begins_like_a_picture_is_text(tmp_path):
    assert read_grid(tmp_path, "BM,乡镇\nBM01,东塔镇\n").rows[1] == ("BM01", "东塔镇")


def test_prose_with_commas_is_no_table(tmp_path):
    assert read(tmp_path, "各乡镇，各街道，各部门：\n请于月底前报送，逾期通报\n特此通知\n") == (
        None,
        ("BOOK-NOT-A-TABLE",),
    )


# --- through the commands ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(make_good_files()))
def test_every_form_of_a_sheet_is_taken_in_alike(name: str, tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    (workspace / "inbox" / name).write_bytes(make_good_files()[name])
    _, document = call_json(capsys, workspace, "incidents", "import", "inbox")
    (file,) = document["files"]
    assert [(sheet["id"], sheet["rows"], sheet["new"]) for sheet in file["sheets"] if sheet["id"]] == [
        ("petition", 3, 1)
    ]
    _, listed = call_json(capsys, workspace, "incidents", "list")
    assert {"0012", "A001"} <= {case["case_number"] for case in listed["incidents"]}


@pytest.mark.parametrize("name", ["page.xls", "single.mht", "2003.xml", "text.csv"])
def test_a_marked_copy_of_what_cannot_be_marked_is_a_list(name: str, tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    good = (
        make_good_files()[name]
        .replace("甲镇".encode("gb18030"), "丙镇".encode("gb18030"))
        .replace("甲镇".encode(), "丙镇".encode())
        .replace(b"=E7=94=B2", b"=E4=B8=99")
    )
    (workspace / "inbox" / name).write_bytes(good)
    call_json(capsys, workspace, "check", "inbox", "--annotate")
    (path,) = (workspace / "out/核对").iterdir()
    assert path.name == f"{name.partition('.')[0]}（核对清单）.xlsx"
    listed = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]
    assert any("丙镇" in str(row) and "C3" in row for row in listed), listed


def test_a_month_end_reads_them_like_any_other(tmp_path: Path, capsys: Any) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    (workspace / "inbox/信访.xls").write_bytes(make_good_files()["page.xls"])
    call_json(capsys, workspace, "month-end", "2026-03")
    _, listed = call_json(capsys, workspace, "incidents", "list")
    assert {case["source"]["file"] for case in listed["incidents"]} == {"inbox/信访.xls"}
