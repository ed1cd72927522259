"""A folder of forty files as an office gets them: good, messy, hostile, unknown; with the count of each.

`make_folder(path)` writes the files and gives, for each, how many lines it wrote of which kind. The counts come
from the writing, never from reading. Secrets stand in every column that may hold them.
"""

# Seeded and written out on purpose.
# ruff: noqa: E501, S314, S324

from __future__ import annotations

import csv
import hashlib
import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import xlrd
import xlsxwriter
import xlwt
from planted import SECRETS, VILLAGES, make_sheet, save
from workspaces import SHEETS, TITLES

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("赵秘甲", "钱秘乙", "孙秘丙", "李秘丁")
STORIES = ("反映邻里旧事密不外传", "某日在家中密谈", "住址在密巷三号")
EVERY_SECRET = (*SECRETS, *NAMES, *STORIES)
PLANTED_SEEDS = (1, 3, 4, 5, 7, 8, 10, 12, 15)
# By department: what stands before and behind the columns of the form, as departments keep it.
PERSONAL_HEADS = {
    "petition": ["信访人", "身份证号", "联系电话", "信访内容"],
    "crime": ["嫌疑人", "身份证号", "联系电话", "简要案情"],
    "suit": ["原告", "身份证号", "联系电话", "基本案情"],
}
_VILLAGE_NAMES = list(VILLAGES)


@dataclass(frozen=True)
class Wrote:
    """How many lines of a sheet are data, layout, above the data (titles, header), and, of a sheet nobody reads, all."""

    sheet: str
    kind: str | None
    data: int = 0
    layout: int = 0
    above: int = 0
    unread: int = 0

    @property
    def filled(self) -> int:
        return self.data + self.layout + self.above + self.unread


@dataclass
class Made:
    """A file of the folder: its name, whether it can be opened, its sheets, the case numbers it tells."""

    name: str
    sheets: list[Wrote] = field(default_factory=list)
    is_readable: bool = True
    numbers: set[str] = field(default_factory=set)


Rows = list[list[object]]


class Folder:
    """Writes the files; numbers cases anew through the whole folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.made: list[Made] = []
        self._number = 0
        path.mkdir(parents=True, exist_ok=True)

    def table(
        self, kind: str, month: int, count: int, *, title: str = "", footer: bool = True, total: bool = False
    ) -> tuple[Rows, Wrote, set[str]]:
        """Make a department's month: title, unit, header, rows with personal columns, total, footer."""
        heads = [*PERSONAL_HEADS.get(kind, []), *SHEETS[kind]]
        rows: Rows = [
            [title or f"灵武市2026年{month}月{TITLES[kind]}"],
            ["填报单位：灵武市某局", None, f"填表人：{NAMES[0]}"],
            list(heads),
        ]
        numbers: set[str] = set()
        people = 0
        for step in range(count):
            cells = self._row(kind, month, step)
            number = str(cells.get("信访编号") or cells.get("案号") or cells.get("案件编号") or "")
            numbers |= {number} - {""}
            people += step + 1 if kind == "petition" else 0
            rows.append([cells.get(head) for head in heads])
        layout = 0
        if total:
            line: list[object] = [None] * len(heads)
            line[0] = "合计"
            if kind == "petition":
                line[heads.index("人次")] = people
            rows.append(line)
            layout += 1
        if footer:
            rows += [[], [f"填表人：{NAMES[1]}    联系电话：13900001111"], [f"备注：{STORIES[0]}"]]
            layout += 2
        return rows, Wrote("", kind, count, layout, 3), numbers

    def _row(self, kind: str, month: int, step: int) -> dict[str, object]:
        self._number += 1
        number, village = self._number, _VILLAGE_NAMES[self._number % len(_VILLAGE_NAMES)]
        town = next(
            town
            for town, code in (("青禾镇", "640181100"), ("白杨镇", "640181101"), ("沙枣街道", "640181001"))
            if VILLAGES[village].startswith(code)
        )
        cells: dict[str, object] = {
            "乡镇(街道)": town,
            "村(社区)": village,
            "归属依据": "事发地",
            "备注": STORIES[2],
        }
        cells |= dict(
            zip(
                PERSONAL_HEADS.get(kind, []),
                (NAMES[step % 4], SECRETS[1], SECRETS[2], STORIES[step % 3]),
                strict=False,
            )
        )
        day = date(2026, month, 1 + number % 28)
        if kind == "petition":
            return cells | {
                "登记日期": day,
                "信访编号": f"MX-{number:04}",
                "到访层级": "地市级",
                "是否越级": "是",
                "人次": step + 1,
                "办理状态": "办结",
            }
        if kind == "suit":
            return cells | {
                "立案日期": day,
                "案号": f"（2026）宁0181行初{number}号",
                "审级": "一审",
                "被告": "灵武市某局",
                "案由": "行政征收",
            }
        if kind == "crime":
            return cells | {
                "立案日期": day,
                "案件编号": f"A6401812026{number:05}",
                "案件类型": "刑事",
                "案件类别": "盗窃",
                "办案单位": "某派出所",
                "案件状态": "立案",
            }
        return cells | {"越级上访": 0, "行政诉讼": 0, "刑事案件": step}

    def add(
        self,
        name: str,
        pages: dict[str, tuple[Rows, Wrote, set[str]]],
        writer: str = "openpyxl",
        hidden: str = "",
    ) -> None:
        """Write tables as the sheets of one workbook."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        {"openpyxl": _write_openpyxl, "xlsxwriter": _write_xlsxwriter, "xlwt": _write_xlwt}[writer](
            target, pages, hidden
        )
        sheets = []
        for page, (rows, wrote, _) in pages.items():
            filled = sum(1 for row in rows if any(cell is not None for cell in row))
            sheets.append(
                Wrote(page, None, unread=filled)
                if page == hidden or wrote.kind is None
                else Wrote(page, wrote.kind, wrote.data, wrote.layout, wrote.above, wrote.unread)
            )
        self.made.append(
            Made(
                name,
                sheets,
                numbers={n for page, (_, _, numbers) in pages.items() if page != hidden for n in numbers},
            )
        )

    def add_text(
        self, name: str, table: tuple[Rows, Wrote, set[str]], encoding: str, delimiter: str = ","
    ) -> None:
        """Write a table as delimited text, whatever the name says."""
        rows, wrote, numbers = table
        stream = io.StringIO()
        csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(
            [["" if cell is None else cell for cell in row] for row in rows]
        )
        (self.path / name).write_bytes(stream.getvalue().encode(encoding))
        self.made.append(
            Made(name, [Wrote("", wrote.kind, wrote.data, wrote.layout, wrote.above)], numbers=numbers)
        )

    def add_markup(self, name: str, table: tuple[Rows, Wrote, set[str]], form: str) -> None:
        """Write a table as markup that a system exports under the name of a workbook."""
        rows, wrote, numbers = table
        (self.path / name).write_bytes(_WRITERS[form](rows))
        page = "表" if form == "xml_2003" else ""
        self.made.append(
            Made(name, [Wrote(page, wrote.kind, wrote.data, wrote.layout, wrote.above)], numbers=numbers)
        )

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write a file that cannot be read."""
        (self.path / name).write_bytes(data)
        self.made.append(Made(name, is_readable=False))

    def add_planted(self, seed: int) -> None:
        """Write a messy sheet with planted faults."""
        sheet = make_sheet(seed)
        name = f"messy/{sheet.period or '无月份'}/{seed}{sheet.name}.xlsx"
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        save(sheet, self.path / name)
        above = sheet.filled_rows - len(sheet.rows) - sheet.layout_rows
        self.made.append(
            Made(name, [Wrote(sheet.sheet, sheet.kind, len(sheet.rows), sheet.layout_rows, above)])
        )


def _write_openpyxl(path: Path, pages: dict[str, tuple[Rows, Wrote, set[str]]], hidden: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (rows, _, _) in pages.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        if len(rows) > 2 and len(rows[2]) > 3:
            page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(rows[2]))
        page.sheet_state = "hidden" if name == hidden else "visible"
    book.save(path)


def _write_xlsxwriter(path: Path, pages: dict[str, tuple[Rows, Wrote, set[str]]], hidden: str) -> None:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, (rows, _, _) in pages.items():
            page = book.add_worksheet(name)
            if name == hidden:
                page.hide()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        page.write(number, column, cell)


def _write_xlwt(path: Path, pages: dict[str, tuple[Rows, Wrote, set[str]]], hidden: str) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    dated = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    for name, (rows, _, _) in pages.items():
        page = book.add_sheet(name)
        page.visibility = int(name == hidden)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell, *([dated] if isinstance(cell, date) else []))
    book.save(str(path))


def _html(rows: Rows) -> bytes:
    """Write a page as old systems do: tags in capitals, no ends of cells, blanks as entities."""
    lines = (
        "<TR>" + "".join(f"<TD>{'&nbsp;' if cell is None else cell}" for cell in row) + "</TR>"
        for row in rows
    )
    head = "<HTML><HEAD><META charset=gb2312></HEAD><BODY><TABLE border=1>"
    return f"{head}{''.join(lines)}</TABLE></BODY></HTML>".encode("gb18030")


def _mhtml(rows: Rows) -> bytes:
    message = EmailMessage()
    message.add_attachment(
        _html(rows), maintype="text", subtype="html", cte="base64", params={"charset": "gb18030"}
    )
    message["MIME-Version"] = "1.0"
    return message.as_bytes()


def _xml_2003(rows: Rows) -> bytes:
    ET.register_namespace("ss", XML_2003)
    book = ET.Element(f"{{{XML_2003}}}Workbook")
    page = ET.SubElement(book, f"{{{XML_2003}}}Worksheet", {f"{{{XML_2003}}}Name": "表"})
    table = ET.SubElement(page, f"{{{XML_2003}}}Table")
    for row in rows:
        line = ET.SubElement(table, f"{{{XML_2003}}}Row")
        for cell in row:
            place = ET.SubElement(line, f"{{{XML_2003}}}Cell")
            if cell is not None:
                kind = "Number" if isinstance(cell, int) else "String"
                data = ET.SubElement(place, f"{{{XML_2003}}}Data", {f"{{{XML_2003}}}Type": kind})
                data.text = str(cell)
    return ET.tostring(book, encoding="utf-8", xml_declaration=True)


XML_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_WRITERS = {"html": _html, "mhtml": _mhtml, "xml_2003": _xml_2003}


# hostile content


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _spoil_part(path: Path, name: str, data: bytes) -> bytes:
    """Give a workbook's bytes with one part replaced."""
    with zipfile.ZipFile(path) as archive:
        return _zip({one: data if one == name else archive.read(one) for one in archive.namelist()})


def _page_without_its_sheets() -> bytes:
    """Give a page saved by an office program whose sheets lie in a folder beside it."""
    remark = f"<x:ExcelWorksheet><x:Name>{NAMES[3]}</x:Name><x:WorksheetSource HRef='a.files/sheet001.htm'/></x:ExcelWorksheet>"
    return f"<html><head><!--[if gte mso 9]><xml>{remark}</xml><![endif]--></head><frameset rows='*,39'></frameset></html>".encode()


def _encrypted() -> bytes:
    name = "EncryptedPackage\0".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HB", len(name), 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(128, b"\0") * 4


def _entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    return f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "x">{levels}]><worksheet><sheetData><row><c><v>&e8;</v></c></row></sheetData></worksheet>'.encode()


def make_folder(path: Path) -> list[Made]:
    """Write the forty files; give what was written of each."""
    folder = Folder(path)
    for seed in PLANTED_SEEDS:
        folder.add_planted(seed)
    # good ones, by every writer
    folder.add("2026-01/信访局1月.xlsx", {"Sheet1": folder.table("petition", 1, 7, total=True)})
    folder.add("2026-02/信访局2月.xlsx", {"Sheet1": folder.table("petition", 2, 3)}, "xlsxwriter")
    folder.add("2026-03/公安局3月.xls", {"Sheet1": folder.table("crime", 3, 11, total=True)}, "xlwt")
    folder.add("2026-04/公安局4月.et", {"Sheet1": folder.table("crime", 4, 5)}, "xlwt")
    folder.add("2026-05/司法局5月.xlsm", {"Sheet1": folder.table("suit", 5, 4)})
    folder.add("2026-06/空表.xlsx", {"Sheet1": folder.table("suit", 6, 0, footer=False)})
    folder.add("2026-07/月报表.xls", {"Sheet1": folder.table("indicator_count", 7, 6, footer=False)}, "xlwt")
    # several sheets in a workbook
    folder.add(
        "一月一表.xlsx", {f"{month}月": folder.table("petition", month, month) for month in (8, 9, 10)}
    )
    folder.add(
        "一镇一表.xlsx",
        {
            town: folder.table("crime", 9, 3, title=f"{town}2026年9月刑事案件台账")
            for town in ("青禾镇", "白杨镇", "沙枣街道")
        },
        "xlsxwriter",
    )
    folder.add(
        "有隐藏表.xlsx",
        {"11月": folder.table("petition", 11, 4), "旧表": folder.table("petition", 11, 6)},
        hidden="旧表",
    )
    folder.add(
        "有隐藏表.xls",
        {"11月": folder.table("crime", 11, 2), "旧表": folder.table("crime", 11, 5)},
        "xlwt",
        hidden="旧表",
    )
    # text
    folder.add_text("utf8.csv", folder.table("petition", 12, 5), "utf-8-sig")
    folder.add_text("gb.csv", folder.table("crime", 12, 5), "gb18030")
    folder.add_text("制表符.xls", folder.table("suit", 12, 2), "utf-16", "\t")
    # what systems export under the name of a workbook
    folder.add_markup("系统导出.xls", folder.table("petition", 12, 4, total=True), "html")
    folder.add_markup("网页存档.xls", folder.table("crime", 10, 3), "mhtml")
    folder.add_markup("旧系统.xls", folder.table("suit", 9, 3), "xml_2003")
    # readable, but nobody's, or another command's
    menu: Rows = [["食堂菜单", "星期一", "星期二"], [STORIES[1], "面", "饭"], [NAMES[2], "汤", None]]
    folder.add("菜单.xlsx", {"Sheet1": (menu, Wrote("", None), set())})
    scores: Rows = [
        ["2026年平安建设考核评分表"],
        ["乡镇(街道)", "综合得分"],
        ["青禾镇", 96.5],
        ["白杨镇", 91],
    ]
    folder.add("评分.xlsx", {"Sheet1": (scores, Wrote("", "assessment", unread=2, above=2), set())})
    folder.add("没有内容.xlsx", {"Sheet1": ([], Wrote("", None), set())})
    folder.made[-1].sheets.clear()
    nil: Rows = [
        ["零报告"],
        ["月份", "报送单位", "指标"],
        ["2026-11", "司法局", "行政诉讼"],
        ["2026-10", "司法局", "行政诉讼"],
    ]
    folder.add("零报告.xlsx", {"Sheet1": (nil, Wrote("", "nil_report", 2, 0, 2), set())})
    # cannot be read
    good = (path / "2026-01/信访局1月.xlsx").read_bytes()
    folder.add_bytes("加密.xlsx", _encrypted())
    folder.add_bytes("空文件.xlsx", b"")
    folder.add_bytes("截断.xlsx", good[: len(good) // 2])
    folder.add_bytes("网页.xls", _page_without_its_sheets())
    folder.add_bytes("文稿.xlsx", _zip({"word/document.xml": NAMES[0].encode()}))
    folder.add_bytes("图片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    folder.add_bytes(
        "实体炸弹.xlsx",
        _spoil_part(path / "2026-01/信访局1月.xlsx", "xl/worksheets/sheet1.xml", _entity_bomb()),
    )
    folder.add_bytes("乱码.xls", b"".join(hashlib.sha1(bytes([n])).digest() for n in range(200)))
    assert len(folder.made) == 38
    # the same bytes once more, and one under a name of its own
    for name, first in (
        ("重发/信访局1月（再报）.xlsx", "2026-01/信访局1月.xlsx"),
        ("重发/公安局.xls", "2026-03/公安局3月.xls"),
    ):
        target = path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((path / first).read_bytes())
        same = next(made for made in folder.made if made.name == first)
        folder.made.append(Made(name, same.sheets, numbers=same.numbers))
    return folder.made


def count_filled(path: Path) -> dict[str, int] | None:
    """Count the lines of each sheet that hold anything, with other libraries than the reader's; None for text."""
    data = path.read_bytes()
    if path.suffix == ".xls" and data[:1] in {b"<", b"C", b"M"}:
        return _count_markup(data)
    if zipfile.is_zipfile(io.BytesIO(data)):
        book = openpyxl.load_workbook(io.BytesIO(data))
        return {
            page.title: sum(
                1 for row in page.iter_rows(values_only=True) if any(cell is not None for cell in row)
            )
            for page in book.worksheets
        }
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        old = xlrd.open_workbook(file_contents=data)
        return {
            page.name: sum(1 for n in range(page.nrows) if any(page.row_values(n))) for page in old.sheets()
        }
    return None


def _count_markup(data: bytes) -> dict[str, int]:
    """Count the lines of a page, a single-file page or an XML workbook of 2003 that show any text."""
    if data.startswith(b"<?xml"):
        book = ET.fromstring(data)
        return {
            page.get(f"{{{XML_2003}}}Name", ""): sum(
                1 for line in page.iter(f"{{{XML_2003}}}Row") if "".join(line.itertext()).strip()
            )
            for page in book.iter(f"{{{XML_2003}}}Worksheet")
        }
    if not data.startswith(b"<"):
        part = next(one for one in message_from_bytes(data).walk() if one.get_content_type() == "text/html")
        data = part.get_payload(decode=True)
    lines = re.split(r"(?i)<tr\b[^>]*>", data.decode("gb18030"))[1:]
    return {"": sum(1 for line in lines if unescape(re.sub(r"<[^>]*>", "", line)).strip())}
