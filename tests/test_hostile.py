"""Files made to hurt, or gone wrong, are one finding or a good book: no abort, at most 1 GiB, at most 10 s.

Every line of spreadsheets.md §3 stands here under a name of its own. BOMBS: 1 GB string · 20 M small cells ·
2 GB of white space · a part that lies about its size. ENTITIES: billion laughs · XXE · quadratic blow-up, in
each part they may stand in. SHAPES: last cell in row 1,048,576 · A1 and XFD1048576 · false dimension · cell
beyond the grid · 16,384-column header · shared-string count 10^14 · shared-string index out of range · one
merge over the whole sheet · 100,000 merges. ZIPS: truncated, empty · zip of zips · deep zip as a part and
`../` · two entries of one name · password-protected. MARKUP: 200,000-deep XML · raw NUL and `&#11;` ·
40,000-character cell · .xlsm with macro, external link. OLD: what drives a reader of .xls into memory or
loops. DISGUISED: the names that lie (CSV as .xlsx, GBK as .xls, HTML, MHTML, SpreadsheetML, UTF-16), and the
same turned hostile. Random damage: 1,000 mutants of good files of every kind, read to typed rows.
"""

# ruff: noqa: E501, PLW0108 - a case of a table stays on one line; a file is made when it is needed, not before
from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile import (
    GOOD_TABLE,
    HEAD,
    LAUGHS,
    MEGABYTE,
    ONE_CELL,
    OUTSIDE,
    QUADRATIC,
    RELATIONS,
    SHEET_PART,
    STRINGS_PART,
    TWO_ROWS,
    biff,
    cell,
    compound,
    damage,
    data_cell,
    doubling_names,
    endless_sectors,
    false_size,
    long_part,
    make_good_files,
    many_strings,
    mime,
    number_record,
    package,
    page,
    random_bytes,
    record,
    shared_cells,
    strings,
    worksheet,
    xml_2003,
    zip_of_zips,
)
from text_tables import make_workspace

HERE = Path(__file__).parent
UNSAFE, DAMAGED, FOREIGN, READ = "BOOK-UNSAFE", "BOOK-DAMAGED", "BOOK-NOT-A-TABLE", "book"
MOST_MEMORY, MOST_SECONDS = 1024, 10.0

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded and measured as on Linux")


def after_first(rows: str) -> bytes:
    return package(worksheet(ONE_CELL + rows))


def with_part(name: str, content: Any) -> bytes:
    return package(parts={name: content})


def placed(**places: object) -> bytes:
    """An XML Spreadsheet 2003 of one cell with these attributes."""
    attributes = "".join(f' ss:{name}="{value}"' for name, value in places.items())
    return xml_2003(f"<Row>{data_cell('1', 'Number', attributes)}</Row>").encode()


def with_doctype(doctype: str, part: str) -> bytes:
    """A workbook with a document type in one of its parts, and something that refers to it."""
    use = "&a;" if "<!ENTITY a " in doctype else "&a9;"
    many = use * (20_000 if "xxx" in doctype else 1)
    content = {
        SHEET_PART: worksheet(f'<row r="1"><c r="A1" t="str"><v>{many}</v></c></row>', doctype=doctype),
        STRINGS_PART: strings(many).replace(HEAD, HEAD + doctype),
        "xl/workbook.xml": None,
    }[part] or f'{HEAD}{doctype}<workbook><sheets><sheet name="{use}"/></sheets></workbook>'
    return (
        package(worksheet(shared_cells(1)), {part: content})
        if part == STRINGS_PART
        else with_part(part, content)
    )


# Name: how it is made, what comes of it, a word of the message or the size of the first grid.
BOMBS = {
    "string of 1 GB": (
        lambda: package(long_part("x", megabytes=1024, rows='<row r="1"><c r="A1" t="str"><v>')),
        UNSAFE,
        "过大",
    ),
    "string of 200 MB": (lambda: package(long_part("x", megabytes=200)), UNSAFE, "过长"),
    "shared string of 200 MB": (
        lambda: with_part(
            STRINGS_PART, (strings("\0").split("\0")[0], "x" * MEGABYTE, 200, strings("\0").split("\0")[1])
        ),
        UNSAFE,
        "过长",
    ),
    "20 million cells": (
        lambda: package(long_part("<row><c><v>1</v></c></row>", times=20_000_000)),
        UNSAFE,
        "过大",
    ),
    "9 million cells within the size": (
        lambda: package(long_part("<row><c><v>1</v></c></row>", times=9_000_000)),
        UNSAFE,
        "过多",
    ),
    "2 GB of white space": (lambda: package(long_part(" ", megabytes=2048)), UNSAFE, "过大"),
    "250 MB of white space": (lambda: package(long_part(" ", megabytes=250)), UNSAFE, "过长"),
    "a part that lies about its size": (false_size, DAMAGED, "压缩数据"),
    "one text many times": (
        lambda: package(worksheet(shared_cells(9_000)), {STRINGS_PART: strings("字" * 20_000)}),
        UNSAFE,
        "文字",
    ),
}
ENTITIES = {
    f"{what} in {part.rpartition('/')[2]}": (
        lambda doctype=doctype, part=part: with_doctype(doctype, part),
        UNSAFE,
        "文档类型",
    )
    for what, doctype in (("billion laughs", LAUGHS), ("xxe", OUTSIDE), ("quadratic entities", QUADRATIC))
    for part in (SHEET_PART, STRINGS_PART, "xl/workbook.xml")
}
SHAPES = {
    "last row of all": (lambda: after_first(cell("A2") + cell("A1048576")), READ, (1_048_576, 1)),
    "far apart": (lambda: after_first(cell("XFD1048576")), UNSAFE, "过远"),
    "far apart, without addresses": (
        lambda: after_first('<row r="1048576">' + "<c/>" * 16_000 + "<c><v>1</v></c></row>"),
        UNSAFE,
        "过远",
    ),
    "false dimension": (
        lambda: package(worksheet(ONE_CELL, before='<dimension ref="A1:XFD1048576"/>')),
        READ,
        (1, 1),
    ),
    "beyond the grid": (lambda: after_first(cell("ZZZZZ99999999")), UNSAFE, "范围"),
    "column beyond": (lambda: after_first(cell("XFE2")), UNSAFE, "范围"),
    "row beyond": (lambda: after_first(cell("A1048577")), UNSAFE, "范围"),
    "header over all columns": (
        lambda: package(worksheet("<row>" + "<c><v>1</v></c>" * 16_384 + "</row>")),
        READ,
        (1, 16_384),
    ),
    "string count of 10^14": (
        lambda: package(
            worksheet(shared_cells(3)),
            {STRINGS_PART: strings("a", attributes=' count="100000000000000" uniqueCount="100000000000000"')},
        ),
        UNSAFE,
        "条目数",
    ),
    "string index out of range": (
        lambda: package(worksheet(shared_cells(1, 7)), {STRINGS_PART: strings("a")}),
        DAMAGED,
        "",
    ),
    "one merge over everything": (
        lambda: package(
            worksheet(ONE_CELL, after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
        ),
        READ,
        (1, 1),
    ),
    "100,000 merges": (
        lambda: package(
            worksheet(
                ONE_CELL,
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 100_001))
                + "</mergeCells>",
            )
        ),
        READ,
        (1, 1),
    ),
    "140,000 merges": (
        lambda: package(
            worksheet(ONE_CELL, after="<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 140_000 + "</mergeCells>")
        ),
        UNSAFE,
        "合并",
    ),
}
ZIPS = {
    "empty": (lambda: b"", "BOOK-EMPTY", ""),
    "cut at the end": (lambda: package()[:-30], DAMAGED, "没有传完"),
    "cut in the middle": (lambda: package()[: len(package()) // 2], DAMAGED, ""),
    "an end alone": (lambda: package()[-22:], DAMAGED, ""),
    "zip of zips": (lambda: zip_of_zips(1), FOREIGN, "压缩包"),
    "zips in zips, ten deep": (lambda: zip_of_zips(10), FOREIGN, "压缩包"),
    "a deep zip beside": (lambda: package(more=(("xl/media/deep.zip", zip_of_zips(10)),)), READ, (1, 1)),
    "an entry that climbs": (lambda: package(more=(("../../../tmp/x", "x"), ("/etc/x", "x"))), READ, (1, 1)),
    "two entries of one name": (
        lambda: package(more=((SHEET_PART, worksheet(cell("A1", "2"))),)),
        UNSAFE,
        "同名",
    ),
    "two entries, other letters": (
        lambda: package(more=((SHEET_PART.upper(), worksheet(cell("A1", "2"))),)),
        UNSAFE,
        "同名",
    ),
    "20,000 entries": (lambda: package(more=tuple((f"xl/x{n}", "x") for n in range(20_000))), UNSAFE, "过多"),
    "with a password": (lambda: compound("EncryptedPackage"), "BOOK-ENCRYPTED", "密码"),
    "noise after the signature": (lambda: b"PK\x03\x04" + random_bytes(5000), DAMAGED, ""),
}
MARKUP = {
    "200,000 deep": (
        lambda: package(worksheet(ONE_CELL, after="<a>" * 200_000 + "</a>" * 200_000)),
        READ,
        (1, 1),
    ),
    "200,000 deep in a cell": (
        lambda: after_first(
            '<row r="2"><c r="A2" t="inlineStr"><is>' + "<a>" * 200_000 + "</a>" * 200_000 + "</is></c></row>"
        ),
        READ,
        (1, 1),
    ),
    "raw nul": (
        lambda: package(worksheet(shared_cells(1)), {STRINGS_PART: strings("甲\0乙")}),
        DAMAGED,
        "XML",
    ),
    "raw nul in the sheet": (lambda: after_first(cell("A2", "甲\0乙", ' t="str"')), DAMAGED, ""),
    "forbidden character number": (
        lambda: package(worksheet(shared_cells(1)), {STRINGS_PART: strings("甲&#11;乙")}),
        DAMAGED,
        "XML",
    ),
    "40,000 letters": (
        lambda: package(worksheet(shared_cells(1)), {STRINGS_PART: strings("字" * 40_000)}),
        READ,
        (1, 1),
    ),
    "macros": (
        lambda: package(more=(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + random_bytes(500)),)),
        READ,
        (1, 1),
    ),
    "a link to another book": (
        lambda: package(
            worksheet('<row r="1"><c r="A1"><f>[1]表!A1</f><v>5</v></c></row>'),
            {
                "xl/externalLinks/externalLink1.xml": f"{HEAD}<externalLink/>",
                "xl/_rels/workbook.xml.rels": RELATIONS.replace(
                    "</Relationships>",
                    '<Relationship Id="rId9" Type="x/externalLinkPath" Target="file:///c:/x.xlsx" TargetMode="External"/></Relationships>',
                ),
            },
        ),
        READ,
        (1, 1),
    ),
    "sheet outside the package": (
        lambda: with_part(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.replace(
                'Target="worksheets/sheet1.xml"', 'Target="file:///etc/hostname" TargetMode="External"'
            ),
        ),
        DAMAGED,
        "",
    ),
}
OLD = {
    "cells and rows": (lambda: biff(number_record(0, 0) + number_record(3, 2)), READ, (4, 3)),
    "link over four billion cells": (
        lambda: biff(
            number_record(0, 0)
            + record(
                0x1B8,
                bytes(2)
                + b"\xff\xff\0\0\xff\xff"
                + b"\xd0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
                + b"\2\0\0\0\0\0\0\0",
            )
        ),
        READ,
        (1, 1),
    ),
    "names that double": (doubling_names, READ, (1, 1)),
    "dimensions again and again": (
        lambda: biff((record(0x200, bytes(14)) + number_record(65_535, 0)) * 500),
        READ,
        (65_536, 1),
    ),
    "a cell at the end of every row": (
        lambda: biff(b"".join(number_record(row, 255) for row in range(65_536))),
        UNSAFE,
        "过远",
    ),
    "900 sheets in one place": (
        lambda: biff(b"".join(number_record(row, 0) for row in range(9_000)), sheets=900),
        UNSAFE,
        "共用",
    ),
    "70,000 formats": (
        lambda: biff(number_record(0, 0), settings=record(0xE0, bytes(20)) * 70_000),
        UNSAFE,
        "格式",
    ),
    "a billion strings": (
        lambda: biff(number_record(0, 0), settings=record(0xFC, b"\0\0\0\x40" * 2)),
        UNSAFE,
        "条目",
    ),
    "one text 65,000 times": (many_strings, UNSAFE, ""),
    "140,000 merges": (
        lambda: biff(number_record(0, 0) + record(0xE5, b"\xe8\x03" + b"\0\0\1\0\0\0\1\0" * 1_000) * 140),
        UNSAFE,
        "合并",
    ),
    "three million records and more": (lambda: biff(record(0x999) * 3_100_000), UNSAFE, ""),
    "a table of sectors without end": (endless_sectors, UNSAFE, "分配表"),
    "hollow": (lambda: compound("Workbook"), DAMAGED, ""),
}
TEXTS = "编号\t乡镇\n007\t东塔镇\n"
DISGUISED = {
    "CSV.xlsx": (lambda: TEXTS.replace("\t", ",").encode(), READ, (2, 2)),
    "CSV of GBK.xls": (lambda: TEXTS.replace("\t", ",").encode("gbk"), READ, (2, 2)),
    "UTF-16.xls": (lambda: TEXTS.encode("utf-16"), READ, (2, 2)),
    "UTF-16 without its mark.xls": (lambda: TEXTS.encode("utf-16-le"), READ, (2, 2)),
    "HTML.xls": (lambda: page(TWO_ROWS).encode("gbk"), READ, (2, 2)),
    "MHTML.xls": (lambda: mime(("a.htm", "base64", page(TWO_ROWS).encode())), READ, (2, 2)),
    "SpreadsheetML.xls": (lambda: xml_2003(f"<Row>{data_cell('甲')}</Row>").encode(), READ, (1, 1)),
    "wide as a page.xls": (
        lambda: page(f"<tr><td colspan=10000000 rowspan=99999999999>题{TWO_ROWS}").encode(),
        READ,
        (3, 1002),
    ),
    "spans on spans.xls": (
        lambda: page(TWO_ROWS + "<tr>" + "<td rowspan=60000 colspan=1000>1" * 30).encode(),
        UNSAFE,
        "范围",
    ),
    "spans everywhere.xls": (
        lambda: page(TWO_ROWS + "<tr><td rowspan=2 colspan=1000>1" * 200_000).encode(),
        UNSAFE,
        "合并",
    ),
    "a million wide rows.xls": (
        lambda: page(TWO_ROWS + "<tr><td colspan=1000><td>1" * 100_000).encode(),
        UNSAFE,
        "",
    ),
    "200,000 open tags.xls": (
        lambda: b"<html>" + b"<div><b>" * 100_000 + page(TWO_ROWS).encode(),
        READ,
        (2, 2),
    ),
    "200,000 open tables.xls": (lambda: b"<table><tr><td>" * 200_000, UNSAFE, "嵌套"),
    "open comments.xls": (lambda: (page(TWO_ROWS) + "<!--" * 3_000_000).encode(), UNSAFE, ""),
    "open comments, fewer.xls": (lambda: (page(TWO_ROWS) + "<!--" * 1_000_000).encode(), READ, (2, 2)),
    "open tags.xls": (lambda: (page(TWO_ROWS) + "<a " * 1_000_000).encode(), DAMAGED, "没有传完"),
    "open quotes.xls": (lambda: (page(TWO_ROWS) + "<a b='\"" * 1_000_000).encode(), DAMAGED, "没有传完"),
    "open scripts.xls": (lambda: (page(TWO_ROWS) + "<script>" * 1_000_000).encode(), READ, (2, 2)),
    "a million attributes.xls": (
        lambda: page(f"<tr><td {'x:a=1 ' * 1_000_000}>甲<td>乙{TWO_ROWS}").encode(),
        READ,
        (3, 2),
    ),
    "a character number without end.xls": (
        lambda: page(f"<tr><td>&#{'9' * 1_000_000};<td>乙{TWO_ROWS}").encode(),
        DAMAGED,
        "字符",
    ),
    "a cell of 30 MB.xls": (
        lambda: page(f"<tr><td>{'甲 ' * 8_000_000}<td>😀{TWO_ROWS}").encode(),
        UNSAFE,
        "过长",
    ),
    "a million cells and more.xls": (lambda: page("<tr>" + "<td>1" * 2_600_000).encode(), UNSAFE, "过多"),
    "laughing page.xls": (
        lambda: page(f"<tr><td>&a9;<td>乙{TWO_ROWS}").replace("<html>", LAUGHS + "<html>").encode(),
        READ,
        (4, 2),
    ),
    "MHTML with a bomb.xls": (
        lambda: mime(("a.htm", "base64", page("<tr>" + "<td>1" * 2_600_000).encode())),
        UNSAFE,
        "过多",
    ),
    "MHTML of 20,000 parts.xls": (lambda: mime(*[("a.htm", "7bit", b"x")] * 20_000), UNSAFE, "过多"),
    "MHTML cut.xls": (
        lambda: mime(("a.htm", "base64", page(TWO_ROWS * 100).encode()))[:-200],
        DAMAGED,
        "没有传完",
    ),
    "MHTML of one boundary.xls": (
        lambda: mime(("a.htm", "7bit", b"--x\n" * 2_000_000), boundary="x"),
        UNSAFE,
        "过多",
    ),
    "SpreadsheetML, laughing.xls": (
        lambda: xml_2003(f"<Row>{data_cell('&a9;')}</Row>", doctype=LAUGHS).encode(),
        UNSAFE,
        "文档类型",
    ),
    "SpreadsheetML, outside.xls": (
        lambda: xml_2003(f"<Row>{data_cell('&a;')}</Row>", doctype=OUTSIDE).encode(),
        UNSAFE,
        "文档类型",
    ),
    "SpreadsheetML beyond the grid.xls": (
        lambda: xml_2003(f'<Row ss:Index="99999999">{data_cell("1")}</Row>').encode(),
        UNSAFE,
        "范围",
    ),
    "SpreadsheetML beyond the columns.xls": (lambda: placed(Index="9" * 5_000), UNSAFE, "范围"),
    "SpreadsheetML far apart.xls": (
        lambda: placed(Index=1).replace(
            b"</Row>", b'</Row><Row ss:Index="1048576"><Cell ss:Index="16384"><Data>1</Data></Cell></Row>'
        ),
        UNSAFE,
        "过远",
    ),
    "SpreadsheetML, 900 empty giants.xls": (
        lambda: xml_2003(
            '<Row ss:Index="1048576" ss:Hidden="1" ss:Span="1048575"/></Table></Worksheet><Worksheet><Table>'
            * 899
        ).encode(),
        READ,
        (0, 0),
    ),
    "SpreadsheetML, five million tags.xls": (lambda: xml_2003("<Row/>" * 5_100_000).encode(), UNSAFE, "过多"),
    "SpreadsheetML, merged over everything.xls": (
        lambda: placed(MergeAcross=16_383, MergeDown=99_999_999_999),
        READ,
        (1, 1),
    ),
    "a quotation mark left open.csv": (
        lambda: ('编号,乡镇\n007,"东塔镇\n' + "008,西塔镇\n" * 5_000).encode(),
        DAMAGED,
        "引号",
    ),
    "a field of a megabyte.csv": (lambda: ("编号,乡镇\n007," + "x" * MEGABYTE + "\n").encode(), DAMAGED, ""),
    "60 MB of blank lines.csv": (
        lambda: "编号,乡镇\n007,甲\n".encode() + b"\n" * (60 * MEGABYTE),
        UNSAFE,
        "行数",
    ),
    "60 MB of commas.csv": (lambda: b"a,b\nc,d\n" + b"," * (60 * MEGABYTE), UNSAFE, ""),
    "a wide header and many rows.csv": (lambda: (b"a," * 16_000 + b"\n") + b"1,2\n" * 1_000, UNSAFE, ""),
}
GROUPS = {
    "bombs": BOMBS, "entities": ENTITIES, "shapes": SHAPES, "zips": ZIPS, "markup": MARKUP, "old": OLD,
    "disguised": DISGUISED,
}  # fmt: skip


def run_script(*arguments: str) -> list[dict[str, Any]]:
    """Run the helper beside this file in a process of its own; every line of its answer is an object."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE.parent), str(HERE)))}
    done = subprocess.run(
        [sys.executable, str(HERE / "hostile.py"), *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@linux_only
@pytest.mark.parametrize("group", GROUPS)
def test_a_hostile_file_is_one_finding_within_memory_and_time(tmp_path: Path, group: str) -> None:
    """Time is of the processor: others may share the machine. What cannot be had beyond 2 GiB ends as an abort."""
    cases = GROUPS[group]
    for name, (make, _, _) in cases.items():
        (tmp_path / (name if "." in name else f"{name}.xlsx")).write_bytes(make())
    told = {
        one["name"].removesuffix(".xlsx") if one["name"].removesuffix(".xlsx") in cases else one["name"]: one
        for one in run_script(str(tmp_path), str(2048 * MEGABYTE))
    }
    assert set(told) == set(cases)
    wrong = {
        name: told[name]
        for name, (_, expected, word) in cases.items()
        if not fits(told[name], expected, word)
    }
    assert not wrong


def fits(told: dict[str, Any], expected: str, word: Any) -> bool:
    if told["status"] != 0 or told["cpu"] > MOST_SECONDS or told["growth"] > MOST_MEMORY:
        return False
    if expected == READ:
        return told["grids"] is not None and told["grids"][0] == list(word)
    codes = [code for code, _ in told["findings"]]
    return told["grids"] is None and codes == [expected] and word in told["findings"][0][1]


# --- random damage ----------------------------------------------------------------------------------


def read_mutants(folder: Path, first: int, last: int) -> dict[str, int]:
    (answers,) = run_script("mutants", str(folder), str(first), str(last))
    return answers


def test_a_thousand_damaged_files_give_a_book_or_one_finding(tmp_path: Path) -> None:
    """The worker catches nothing: an exception, an abort or a hang of a minute would end it."""
    answers = read_mutants(tmp_path, 0, 1_000)
    kinds = sorted(make_good_files())
    assert sum(answers.get(f"{kind} {end}", 0) for kind in kinds for end in ("read", "refused")) == 1_000
    for kind in kinds:
        assert answers.get(f"{kind} read", 0) >= 5, (
            f"almost no mutant of {kind} is read: the damage is too coarse"
        )
        assert answers.get(f"{kind} refused", 0) >= 5, f"almost no mutant of {kind} is refused"
    assert answers["rows"] > 200, "too few get as far as typed rows"


def test_thousands_of_columns_without_a_header_take_no_minutes(tmp_path: Path) -> None:
    """A run of commas made five thousand columns of a text; each went through every row again."""
    assert read_mutants(tmp_path, 5_981, 5_982)["text.csv read"] == 1


@pytest.mark.office
def test_twenty_thousand_damaged_files_do_so_too(tmp_path: Path) -> None:
    answers = read_mutants(tmp_path, 1_000, 21_000)
    assert answers["rows"] > 4_000


# --- beside other files -----------------------------------------------------------------------------


@linux_only
def test_hostile_files_are_one_line_each_and_the_others_go_through(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "w", {})
    good = make_good_files()
    hostile = {
        "炸弹.xlsx": BOMBS["string of 1 GB"][0](), "实体.xlsx": with_doctype(LAUGHS, SHEET_PART), "空.xlsx": b"",
        "远.xlsx": SHAPES["far apart"][0](), "断.xlsx": ZIPS["cut at the end"][0](), "链接.xls": many_strings(),
        "深.xls": DISGUISED["200,000 open tables.xls"][0](), "实体.xml": DISGUISED["SpreadsheetML, laughing.xls"][0](),
        "密码.xlsx": ZIPS["with a password"][0](), "坏.xlsx": damage(good["openpyxl.xlsx"][:4000], b"x", random.Random(1)),  # noqa: S311 - the same damage at every run
    }  # fmt: skip
    for number, (name, data) in enumerate((good | hostile).items()):
        (workspace / f"inbox/{number:02}{name}").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "sanwu_cli", "-w", str(workspace), "--format", "json", "incidents", "import", str(workspace / "inbox")],
        env={**os.environ, "PYTHONPATH": str(HERE.parent)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    files = {file["file"][len("inbox/00") :]: file for file in document["files"]}
    assert {name for name, file in files.items() if not file["readable"]} == set(hostile)
    for name in hostile:
        assert sum(one["file"].endswith(name) for one in document["findings"]) == 1, name
        assert files[name]["sheets"] == []
    rows = {name: sum(sheet["rows"] for sheet in files[name]["sheets"]) for name in good}
    assert rows == dict.fromkeys(
        good, sum(1 for row in GOOD_TABLE if row[1] and row[0] not in {"登记日期", "合计"})
    )
