"""Files made to hurt, or gone wrong: one small function each, nothing of them is committed; and how they are read.

Run as a script with a folder, it reads every file there in a process of its own with bounded memory and
prints a line of JSON for each: how it ended, CPU seconds, growth of the peak memory, findings, grids.
"""

# ruff: noqa: E501 - a file is described in one line where it can be
from __future__ import annotations

import base64
import io
import json
import os
import random
import struct
import sys
import zipfile
import zlib
from collections import Counter
from datetime import date
from pathlib import Path

MEGABYTE = 1 << 20
# Seconds for a damaged small file, on a machine with other work.
SLOWEST = 15
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BOOK = (
    f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
SHEET_PART = "xl/worksheets/sheet1.xml"
STRINGS_PART = "xl/sharedStrings.xml"
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
LAUGHS = "<!DOCTYPE a [" + '<!ENTITY a0 "哈哈哈哈">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY a "{"x" * 50_000}">]>'

Part = str | bytes | tuple[str, str, int, str]


# --- a workbook of the zip kind, by hand ------------------------------------------------------------


def worksheet(rows: str, *, before: str = "", after: str = "", doctype: str = "") -> str:
    head = f'{HEAD}{doctype}<worksheet xmlns="{MAIN}">'
    return f"{head}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def strings(*texts: str, attributes: str = "") -> str:
    return (
        f'{HEAD}<sst xmlns="{MAIN}"{attributes}>{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'
    )


def package(
    sheet: Part = "", parts: dict[str, Part] | None = None, more: tuple[tuple[str, Part], ...] = ()
) -> bytes:
    """A workbook of one sheet; `parts` replace the usual ones, `more` come last, under any name again."""
    usual: dict[str, Part] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        SHEET_PART: sheet or worksheet(ONE_CELL),
    }
    return zip_parts([*(usual | (parts or {})).items(), *more])


def zip_parts(parts: list[tuple[str, Part]]) -> bytes:
    """A zip of parts; a part in four pieces is its beginning, a piece, how often that comes, its end.

    Gigabytes are made in no time: a piece is deflated once, with a full flush, and its bytes are repeated.
    """
    body, directory = bytearray(), bytearray()
    for name, part in parts:
        packed, checksum, size = _deflate(part)
        encoded = name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 33, checksum, len(packed), size, len(encoded), 0)
        at = len(body)
        body += b"PK\x03\x04" + common + encoded + packed
        directory += b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + encoded
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def _deflate(part: Part) -> tuple[bytes, int, int]:
    first, unit, times, last = (part, "", 0, "") if isinstance(part, (str, bytes)) else part
    pieces = [piece.encode() if isinstance(piece, str) else piece for piece in (first, unit, last)]
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = [packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH) for piece in pieces]
    packed[2] += packer.flush()
    size = len(pieces[0]) + len(pieces[1]) * times + len(pieces[2])
    return (
        packed[0] + packed[1] * times + packed[2],
        _check(pieces, times) if size < 512 * MEGABYTE else 0,
        size,
    )


def _check(pieces: list[bytes], times: int) -> int:
    """Sum a part up; beyond what is ever inflated nobody looks at it."""
    checksum = zlib.crc32(pieces[0])
    for _ in range(times):
        checksum = zlib.crc32(pieces[1], checksum)
    return zlib.crc32(pieces[2], checksum)


def long_part(unit: str, *, times: int = 0, megabytes: int = 0, rows: str = "") -> Part:
    """A worksheet with a unit repeated inside its rows, so often or until it is so large."""
    in_block = max(1, MEGABYTE // len(unit.encode()))
    first, last = worksheet(rows + "\0").split("\0")
    return first, unit * in_block, megabytes or times // in_block, last


def cell(reference: str, value: str = "1", kind: str = "") -> str:
    return f'<row><c r="{reference}"{kind}><v>{value}</v></c></row>'


def shared_cells(count: int, index: int = 0) -> str:
    return "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{index}</v></c></row>' for row in range(1, count + 1)
    )


def false_size() -> bytes:
    """A part of 600 MB that says it has 1,000 bytes."""
    data = package(long_part("<c><v>1</v></c>", megabytes=600))
    size = struct.pack("<I", len(worksheet("")) + 600 * len("<c><v>1</v></c>") * (MEGABYTE // 15))
    assert data.count(size) == 2, "the size stands once with the part, once in the directory"
    return data.replace(size, struct.pack("<I", 1000))


def zip_of_zips(depth: int) -> bytes:
    data = package()
    for _ in range(depth):
        data = zip_parts([("台账.xlsx", data)])
    return data


def random_bytes(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - the same bytes at every run


# --- old workbooks ----------------------------------------------------------------------------------


def record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def number_record(row: int, column: int) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, 1.0))


def biff(cells: bytes, *, settings: bytes = b"", sheets: int = 1) -> bytes:
    """The stream of an old workbook; all sheets lie in one place."""
    begin = [record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6)) for kind in (5, 0x10)]
    head = begin[0] + record(0x42, b"\xb0\x04") + record(0xE0, bytes(20)) * 16 + settings
    place = len(head) + 16 * sheets + 4
    names = b"".join(
        record(0x85, struct.pack("<iBBBB", place, 0, 0, 4, 0) + b"%04d" % n) for n in range(sheets)
    )
    return head + names + record(0x0A) + begin[1] + cells + record(0x0A)


def doubling_names() -> bytes:
    """Names each of which is the one before twice over."""
    text = b"\x17\xff\x00" + b"x" * 255
    names = []
    for number in range(60):
        formula = text if not number else (b"\x23" + struct.pack("<HH", number, 0)) * 2 + b"\x08"
        name = b"n%02d" % number
        names.append(
            record(
                0x18,
                struct.pack("<HBBHHHBBBB", 0, 0, len(name), len(formula), 0, 0, 0, 0, 0, 0)
                + b"\0"
                + name
                + formula,
            )
        )
    return biff(number_record(0, 0), settings=b"".join(names))


def compound(stream: str) -> bytes:
    """The shape of a compound file with one stream in its directory."""
    name = (stream + "\0").encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HB", len(name), 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(128, b"\0") * 4


def endless_sectors() -> bytes:
    """A compound file whose table of tables of sectors goes on and on."""
    data = bytearray(compound("Workbook") + b"".join((n + 2).to_bytes(4, "little") * 128 for n in range(200)))
    data[30:34], data[68:72] = b"\x09\0\x06\0", b"\1\0\0\0"
    return bytes(data)


def many_strings() -> bytes:
    text = b"\x01\r\n" * 10 + b"x" * 8000
    table = record(0xFC, struct.pack("<iiHB", 1, 1, len(text), 0) + text)
    return biff(
        b"".join(record(0xFD, struct.pack("<HHHi", row, 0, 0, 0)) for row in range(65_000)), settings=table
    )


# --- text in disguise -------------------------------------------------------------------------------


def page(table: str, *, head: str = "") -> str:
    return f"<html><head>{head}</head><body><table>{table}</table></body></html>"


TWO_ROWS = "<tr><td>编号<td>乡镇</tr><tr><td>007<td>东塔镇</tr>"


def mime(*parts: tuple[str, str, bytes], boundary: str = "----=_Part") -> bytes:
    """A web page in a single file of parts: place, transfer encoding, content."""
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="{boundary}"\r\n\r\n'
    pieces = [
        f"--{boundary}\r\nContent-Location: file:///C:/{place}\r\nContent-Transfer-Encoding: {way}\r\n"
        f'Content-Type: text/html; charset="utf-8"\r\n\r\n'.encode()
        + (base64.encodebytes(content) if way == "base64" else content)
        + b"\r\n"
        for place, way, content in parts
    ]
    return head.encode() + b"".join(pieces) + f"--{boundary}--\r\n".encode()


def xml_2003(rows: str, *, doctype: str = "", encoding: str = "UTF-8", sheet: str = "表") -> str:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="{sheet}"><Table>{rows}</Table></Worksheet></Workbook>'
    )


def data_cell(text: str, kind: str = "String", attributes: str = "") -> str:
    return f'<Cell{attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


# --- small good files of every kind, to be damaged --------------------------------------------------

GOOD_TABLE: tuple[tuple[str, ...], ...] = (
    ("2026年3月越级上访台账", "", "", "", ""),
    ("登记日期", "信访编号", "乡镇(街道)", "村(社区)", "是否越级"),
    ("2026-03-04", "0012", "甲镇", "东堤村", "是"),
    ("2026年3月9日", "A001", "甲镇", "西渠村", "否"),
    ("", "A002", "乙镇", "", "是"),
    ("合计", "3", "", "", ""),
)


def make_good_files() -> dict[str, bytes]:
    """The same small table in every form that is read; needs openpyxl, xlsxwriter and xlwt."""
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>\n" for row in GOOD_TABLE)
    html = page(rows.replace("<td>2026年3月越", "<td colspan=5>2026年3月越"), head='<meta charset="utf-8">')
    cells = "".join(f"<Row>{''.join(map(data_cell, row))}</Row>" for row in GOOD_TABLE)
    text = "\n".join(",".join(row) for row in GOOD_TABLE) + "\n"
    quoted = html.encode("utf-8").replace(b"=", b"=3D")
    return {
        "openpyxl.xlsx": _write_openpyxl(),
        "xlsxwriter.xlsx": _write_xlsxwriter(),
        "xlwt.xls": _write_xlwt(),
        "page.xls": html.encode("gb18030"),
        "single.mht": mime(("sheet001.htm", "quoted-printable", quoted)),
        "single64.mht": mime(("sheet001.htm", "base64", html.encode())),
        "2003.xml": xml_2003(cells).encode(),
        "text.csv": text.encode("gb18030"),
        "text.txt": text.replace(",", "\t").encode("utf-16"),
    }


def _write_openpyxl() -> bytes:
    import openpyxl  # noqa: PLC0415 - the reading script runs without it

    workbook = openpyxl.Workbook()
    for row in GOOD_TABLE:
        workbook.active.append([text or None for text in row])
    workbook.active["A3"] = date(2026, 3, 4)
    workbook.active.merge_cells("A1:E1")
    workbook.create_sheet("说明")["B2"] = "=1+1"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _write_xlsxwriter() -> bytes:
    import xlsxwriter  # noqa: PLC0415 - as above

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet("台账")
    for number, row in enumerate(GOOD_TABLE):
        sheet.write_row(number, 0, row)
    sheet.write_formula("B6", "=COUNTA(B3:B5)", value=3)
    workbook.close()
    return stream.getvalue()


def _write_xlwt() -> bytes:
    import xlwt  # noqa: PLC0415 - as above

    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("台账")
    for number, row in enumerate(GOOD_TABLE):
        for column, text in enumerate(row):
            if (number, column) == (2, 0):
                sheet.write(2, 0, date(2026, 3, 4), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
            else:
                sheet.write(number, column, text)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def damage(good: bytes, other: bytes, dice: random.Random) -> bytes:
    """Damage a file, or every other time one part of a zip, so that the damage gets past its checksums."""
    if not good.startswith(b"PK") or dice.random() < 0.5:
        return _damage_bytes(good, other, dice)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts: list[tuple[str, Part]] = [(name, archive.read(name)) for name in archive.namelist()]
    at = dice.randrange(len(parts))
    parts[at] = (parts[at][0], _damage_bytes(bytes(parts[at][1]), other, dice))
    return zip_parts(parts)


def _damage_bytes(good: bytes, other: bytes, dice: random.Random) -> bytes:
    """Flip bytes, cut, insert a run, swap two blocks, or put in a piece of another file."""
    data = bytearray(good)
    way = dice.randrange(10)
    at = dice.randrange(len(data))
    end = min(len(data), at + dice.randrange(1, 200))
    if way < 5:
        for _ in range(dice.choice((1, 1, 2, 8, 40))):
            data[dice.randrange(len(data))] = dice.choice((dice.randrange(256), *b"<>\"'&;=/ 0\0\xff"))
    elif way == 5:
        del data[at:end]
    elif way == 6:
        data[at:at] = bytes([dice.choice((dice.randrange(256), *b"<,0 "))]) * dice.choice((1, 7, 300, 5000))
    elif way == 7:
        data = data[:at] + data[end:] + data[at:end]
    elif way == 8:
        start = dice.randrange(len(other))
        data[at:end] = other[start : start + dice.randrange(1, 400)]
    else:
        del data[dice.choice((at, len(data) - 1 - dice.randrange(40))) :]
    return bytes(data)


# --- reading them -----------------------------------------------------------------------------------


def read_folder(folder: Path, *, limit: int) -> None:
    """Read each file in a child of its own, in which more than `limit` bytes cannot be had."""
    from sanwu_cli.workbook import biff, xlsx  # noqa: F401, PLC0415 - loaded before memory is measured
    from sanwu_cli.workbook.read import read_book  # noqa: PLC0415 - only the script reads

    for path in sorted(folder.iterdir()):
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            _read_in_child(read_book, path, send, limit)
        os.close(send)
        with os.fdopen(receive) as stream:
            told = stream.read()
        _, status, usage = os.wait4(child, 0)
        told = json.loads(told) if told else {}
        cpu = usage.ru_utime + usage.ru_stime
        print(json.dumps({"name": path.name, "status": status, "cpu": cpu, **told}), flush=True)


def _read_in_child(read_book, path: Path, send: int, limit: int) -> None:
    import resource  # noqa: PLC0415 - not there on every system

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + limit, used + limit))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    book, findings = read_book(path, shown_as=path.name)
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    grids = [(len(grid.rows), len(grid.rows[0]) if grid.rows else 0) for grid in book.grids] if book else None
    told = {"growth": growth, "findings": [(one.code, one.message) for one in findings], "grids": grids}
    os.write(send, json.dumps(told).encode())
    os._exit(0)


def read_mutants(folder: Path, first: int, last: int) -> None:
    """Damage good files and read each to typed rows; print how often each answer came. Nothing is caught."""
    import faulthandler  # noqa: PLC0415 - only here

    from sanwu_cli.model import Area  # noqa: PLC0415 - only the script reads
    from sanwu_cli.places import Places  # noqa: PLC0415 - as above
    from sanwu_cli.sheets.read import read_all  # noqa: PLC0415 - as above
    from sanwu_cli.sheets.schema import load_schemas  # noqa: PLC0415 - as above
    from sanwu_cli.terms import AreaKind  # noqa: PLC0415 - as above
    from sanwu_cli.workbook.read import read_book  # noqa: PLC0415 - as above

    places = Places.of(
        (
            Area("649901101", "甲镇", AreaKind.TOWN, "649901"),
            Area("649901101201", "东堤村", AreaKind.VILLAGE, "649901101"),
            Area("649901102", "乙镇", AreaKind.TOWN, "649901"),
        )
    )
    schemas, good = load_schemas(), make_good_files()
    names, answers = sorted(good), Counter[str]()
    for number in range(first, last):
        # A file that takes so long hangs; the traceback shows where, and the run fails.
        faulthandler.dump_traceback_later(SLOWEST, exit=True)
        dice = random.Random(number)  # noqa: S311 - the same damage at every run
        name = names[number % len(names)]
        path = folder / f"{number}-{name}"
        path.write_bytes(damage(good[name], good[dice.choice(names)], dice))
        book, findings = read_book(path, shown_as=path.name)
        if book is None:
            assert len(findings) == 1, f"mutant {number} has {len(findings)} findings"
            answers[findings[0].code] += 1
        else:
            readings = read_all(book, schemas=schemas, places=places)
            answers["rows" if any(reading.rows for reading in readings) else "book"] += 1
        answers[f"{name} {'read' if book else 'refused'}"] += 1
        path.unlink()
    faulthandler.cancel_dump_traceback_later()
    print(json.dumps(answers))


if __name__ == "__main__":
    if sys.argv[1] == "mutants":
        read_mutants(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        read_folder(Path(sys.argv[1]), limit=int(sys.argv[2]))
