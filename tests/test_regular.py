"""A sheet taken apart by pattern, and the same sheet read the usual way: one Grid, or one refusal.

The pieces, the small sheet and the size from which a part is taken apart are made small, so that small sheets
go through everything a large one goes through.
"""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter
from hostile import HEAD, MAIN, SHEET_PART, STRINGS_PART, package, strings, worksheet

from sanwu_cli.workbook import regular, tokens, xlsx
from sanwu_cli.workbook.refusal import Refused
from sanwu_cli.workbook.xlsx import read_xlsx

STYLES_PART = "xl/styles.xml"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/m/d"/>'
    '<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts><cellXfs count="6"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/><xf numFmtId="9"/>'
    "</cellXfs></styleSheet>"
)
TEXTS = ("东塔镇", "甲 ", " 乙", "", "a_x000D_b", "a&lt;b", "行一\n行二", "1", "丙")
RELATIONS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(
        f'<Relationship Id="rId{number}" Target="{target}"'
        f' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
        for number, (target, kind) in enumerate(
            (
                ("worksheets/sheet1.xml", "worksheet"),
                ("sharedStrings.xml", "sharedStrings"),
                ("styles.xml", "styles"),
            ),
            start=1,
        )
    )
    + "</Relationships>"
)
WHOLE = 1 << 40


def make_book(sheet: str | bytes, **parts: str) -> bytes:
    more = {STRINGS_PART: strings(*TEXTS), STYLES_PART: STYLES, "xl/_rels/workbook.xml.rels": RELATIONS}
    return package(sheet, more | parts)


def tell(data: bytes):
    """What is read, with the type of each value, or the words of the refusal."""
    try:
        book = read_xlsx(data, file="表.xlsx", sha256="")
    except Refused as refused:
        return refused.code, refused.values
    return [
        (
            *(
                grid.name,
                [repr(row) for row in grid.rows],
                grid.merges,
                grid.hidden_rows,
                grid.hidden_columns,
            ),
            *(list(grid.error_cells.items()), grid.uncached, list(grid.long_numbers.items()), grid.is_1904),
        )
        for grid in book.grids
    ]


@pytest.fixture
def both(monkeypatch):
    """Read a workbook both ways; answer what both tell, and how many sheets were taken apart."""

    def read_both(data: bytes, *, piece: int = 400):
        taken = []
        take = regular._take_apart

        def note(*arguments):
            taken.append(sheet := take(*arguments))
            return sheet

        with monkeypatch.context() as patch:
            patch.setattr(xlsx, "WORTH_BYTES", WHOLE)
            usual = tell(data)
            patch.setattr(xlsx, "WORTH_BYTES", 0)
            for name, value in (("_PIECE", piece), ("_WIDTH", 3), ("_take_apart", note)):
                patch.setattr(regular, name, value)
            quick = tell(data)
        assert quick == usual
        return quick, len(taken)

    return read_both


def read_regular(both, rows: str, **around: str):
    told, taken = both(make_book(worksheet(rows, **around)))
    assert taken == 1, "the sheet was read the usual way"
    (sheet,) = told
    return sheet


def row(number: int, cells: str, attributes: str = "") -> str:
    return f'<row r="{number}"{attributes}>{cells}</row>'


def test_values_of_every_kind_are_those_of_the_value_reader(both):
    cells = (
        "<v>1</v>", "<v>1.5</v>", "<v>-0</v>", "<v>1E3</v>", "<v>45292</v>", "<v>0.25</v>", "<v>0</v>",
    )  # fmt: skip
    styles = ("", *(f' s="{style}"' for style in range(6)))
    rows = "".join(
        row(
            number,
            "".join(
                f'<c r="{letters}{number}"{style}>{cell}</c>'
                for letters, style in zip("ABCDEFG", styles, strict=True)
            ),
        )
        for number, cell in enumerate(cells, start=1)
    )
    told = read_regular(both, rows)
    first_day = "datetime.date(1900, 1, 1)"
    assert told[1][0] == f"(1, 1, {first_day}, {first_day}, {first_day}, datetime.timedelta(days=1), 1)"
    others = (
        ' t="s"><v>0', ' t="s"><v>1', ' t="s"><v>3', ' t="s"><v>4', ' t="s"><v>5', ' t="s"><v>6',
        ' t="b"><v>1', ' t="b"><v>0',
        ' t="str"><v>文字', ' t="str"><v>', ' t="n"><v>7', ' s="1" t="s"><v>7',
    )  # fmt: skip
    read_regular(
        both, "".join(row(n, f'<c r="B{n}"{other}</v></c>') for n, other in enumerate(others, start=3))
    )


def test_facts_are_found_among_the_tokens(both):
    told = read_regular(
        both,
        row(2, '<c r="B2" t="e"><v>#N/A</v></c><c r="D2"><v>1234567890123456789</v></c>')
        + row(3, '<c r="A3"><v>1.5E+20</v></c><c r="B3" s="1"/><c r="D3"></c>', ' spans="1:4" hidden="1"')
        + row(7, '<c r="B7" t="e"><v>#N/A</v></c>', ' ht="20"')
        + '<row r="9" hidden="true"/>',
        before='<cols><col min="3" max="3" hidden="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A4:B5"/></mergeCells>',
    )
    assert told[3] == {2}
    assert told[4] == {2}
    assert told[5] == [((1, 1), "#N/A"), ((6, 1), "#N/A")]
    assert told[7] == [((1, 3), "1234567890123456789"), ((2, 0), "1.5E+20")]
    assert told[1][1].endswith("1234567890123456789)")
    assert len(told[1]) == 7


def test_results_of_formulas_are_values(both):
    told = read_regular(
        both,
        row(
            1,
            '<c r="A1"><f>SUM(B1:B9)</f><v>3</v></c>'
            '<c r="B1" t="str"><f t="shared" ref="B1:B2" si="0">A1</f><v>三</v></c>',
        )
        + row(
            2,
            '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            '<c r="B2" s="1"><f t="shared" si="0"/><v>45000</v></c>',
        ),
    )
    assert told[1] == ["(3, '三')", "(None, datetime.date(2023, 3, 15))"]
    assert told[5] == [((1, 0), "#DIV/0!")]


def test_columns_that_come_late_are_learned(both):
    rows = "".join(row(n, f'<c r="B{n}"><v>{n}</v></c>') for n in range(1, 40))
    rows += row(40, '<c r="A40"><v>1</v></c><c r="AA40"><v>2</v></c>') + row(41, '<c r="B41"><v>41</v></c>')
    told = read_regular(both, rows)
    assert told[1][39].startswith("(1, None, None")
    assert told[1][40].startswith("(None, 41, None")


# What the pattern must leave to the usual way, or what nobody reads.
IRREGULAR = {
    "formula behind its result": row(1, '<c r="A1"><v>2</v><f>1+1</f></c>'),
    "formula with an empty result": row(1, '<c r="A1" t="str"><f>1+1</f><v></v></c>'),
    "two formulas": row(1, '<c r="A1"><f>1+1</f><f>2</f><v>2</v></c>'),
    "formula that is open": row(1, '<c r="A1"><f>1+1<v>2</v></c>'),
    "formula without value": row(1, '<c r="A1"><f>1+1</f></c>'),
    "inline text": row(1, '<c r="A1" t="inlineStr"><is><t>甲</t></is></c>'),
    "character number": row(1, '<c r="A1" t="str"><v>a&#66;</v></c>'),
    "cell of another row": row(1, '<c r="A2"><v>1</v></c>') + row(2, '<c r="B2"><v>1</v></c>'),
    "columns out of order": row(1, '<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>'),
    "one cell twice": row(1, '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'),
    "rows out of order": row(2, '<c r="A2"><v>1</v></c>') + row(1, '<c r="A1"><v>2</v></c>'),
    "one row twice": row(1, '<c r="A1"><v>1</v></c>') + row(1, '<c r="B1"><v>2</v></c>'),
    "no row number": '<row><c r="A1"><v>1</v></c></row>',
    "no address": row(1, "<c><v>1</v></c>"),
    "text between rows": row(1, '<c r="A1"><v>1</v></c>') + "\n" + row(2, '<c r="A2"><v>1</v></c>'),
    "comment": row(1, '<c r="A1"><v>1</v></c>') + "<!-- x -->",
    "words as a number": row(1, '<c r="A1"><v>甲</v></c>'),
    "no such text": row(1, '<c r="A1" t="s"><v>99</v></c>'),
    "a kind nobody knows": row(1, '<c r="A1" t="zz"><v>1</v></c>'),
    "a style that is none": row(1, '<c r="A1" s="999999"><v>1</v></c>'),
    "column beyond the last": row(1, '<c r="XFE1"><v>1</v></c>'),
    "row beyond the last": row(1_048_577, '<c r="A1048577"><v>1</v></c>'),
    "no row": "",
    "sheet in a sheet": row(1, '<c r="A1"><v>1</v></c>') + "</sheetData><sheetData>",
    "a row is open": '<row r="1"><c r="A1"><v>1</v></c>',
    "an attribute twice": row(1, '<c r="A1" s="1" s="2"><v>1</v></c>'),
    "a tag in a tag": row(1, '<c r="A1" <b>><v>1</v></c>'),
}


@pytest.mark.parametrize("name", IRREGULAR)
def test_what_is_not_regular_is_read_the_usual_way(both, name):
    both(make_book(worksheet(IRREGULAR[name])))


AROUND = {
    "a false dimension": {"before": '<dimension ref="A1:XFD1048576"/>'},
    "a dimension that is none": {"before": '<dimension ref="甲"/>'},
    "cells before the rows": {"before": '<x:sheetData xmlns:x="a"><c r="C1"><v>9</v></c></x:sheetData>'},
    "cells after the rows": {"after": '<sheetData><row r="1"><c r="C1"><v>9</v></c></row></sheetData>'},
    "not well-formed before": {"before": "<cols>"},
    "not well-formed after": {"after": "<mergeCells>"},
    "a comment": {"after": "<!-- <sheetData> -->"},
    "a false count": {"after": '<mergeCells count="99999999"/>'},
    "a document type": {"doctype": "<!DOCTYPE a>"},
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_what_stands_around_the_rows_is_told_alike(both, name):
    both(make_book(worksheet(row(1, '<c r="A1"><v>1</v></c>'), **AROUND[name])))


def make_random_rows(dice: random.Random) -> str:
    letters = sorted(
        dice.sample(("A", "B", "C", "H", "Z", "AA"), dice.randrange(1, 6)), key=lambda x: (len(x), x)
    )
    tokens = (
        "><v>1</v></c>", "><v>2.50</v></c>", ' s="1"><v>45000</v></c>', ' s="2"><v>45000.5</v></c>',
        ' t="s"><v>0</v></c>', ' s="1"><f t="shared" si="0"/><v>45001</v></c>',
        ' t="str"><f>A1&amp;"x"</f><v>7x</v></c>',
        ' t="s"><v>2</v></c>', ' s="3" t="s"><v>4</v></c>', ' s="1"/>', "></c>", ' t="b"><v>1</v></c>',
        ' t="str"><v>丙</v></c>',
        ' t="e"><v>#REF!</v></c>', "><v>12345678901234567</v></c>", "><v>0.1234567890123456</v></c>",
        ' s="1" t="n"><v>3</v></c>',
    )  # fmt: skip
    attributes = ("", "", ' hidden="1"', ' spans="1:3" ht="9"', ' hidden="0"', ' x14ac:dyDescent="0.2"')
    numbers = sorted(dice.sample(range(1, dice.choice((31, 300))), 30))
    return "".join(
        row(
            number,
            "".join(f'<c r="{one}{number}"{dice.choice(tokens)}' for one in letters if dice.random() < 0.8),
            dice.choice(attributes),
        )
        if dice.random() < 0.95
        else f'<row r="{number}" ht="9"/>'
        for number in numbers
    )


def test_random_sheets_are_read_alike(both):
    dice = random.Random(11)  # noqa: S311 - the same sheets at every run
    taken = sum(
        both(make_book(worksheet(make_random_rows(dice))), piece=dice.choice((400, 3000, 1 << 18)))[1]
        for _ in range(150)
    )
    assert taken > 120


def test_damaged_sheets_are_read_or_refused_alike(both):
    dice = random.Random(12)  # noqa: S311 - the same damage at every run
    taken = read = 0
    for _ in range(600):
        xml = bytearray(worksheet(make_random_rows(dice)).encode())
        at = dice.randrange(len(xml))
        way = dice.randrange(4)
        if way == 0:
            xml[at] = dice.choice((dice.randrange(256), *b"<>\"'&;=/ 0\0\xff"))
        elif way == 1:
            del xml[at : at + dice.randrange(1, 60)]
        elif way == 2:
            start = dice.randrange(len(xml))
            xml[at:at] = xml[start : start + dice.randrange(1, 90)]
        else:
            xml[at:at] = dice.choice(
                (b"<row>", b"</row>", b"</c>", b"<v>", b'"', b"  ", b"<sheetData>", b"&amp;")
            )
        told, times = both(make_book(bytes(xml)), piece=dice.choice((400, 1 << 18)))
        taken += times
        read += isinstance(told, list)
    assert taken > 15
    assert read > 30


def test_a_workbook_of_another_program_is_taken_apart(both):
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy/m/d"})
    sheet = workbook.add_worksheet("台账")
    for number in range(300):
        day = date(2026, 1, 1) + timedelta(number % 40)
        sheet.write_row(number, 0, (number, f"案{number}", day, number / 8, None, number % 3 == 0))
    workbook.add_worksheet("二").write(3, 3, "甲")
    workbook.close()
    told, taken = both(stream.getvalue(), piece=2000)
    assert taken == 2
    assert told[0][1][299] == "(299, '案299', datetime.date(2026, 1, 20), 37.375, None, False)"


def test_a_part_that_ends_too_early_or_does_not_add_up_is_damaged(both):
    rows = "".join(row(n, f'<c r="A{n}"><v>{n}</v></c>') for n in range(1, 200))
    data = bytearray(make_book(worksheet(rows)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        at = archive.getinfo(SHEET_PART).header_offset
    data[at + 2000 : at + 2001] = bytes([data[at + 2000] ^ 1])
    told, _ = both(bytes(data))
    assert told[0] == "BOOK-DAMAGED"


@pytest.mark.parametrize(
    "limit",
    [
        "MAX_AREA",
        "MAX_TAGS",
        "MAX_STRING_BYTES",
        "_MOST_TOKENS",
        "_MOST_COLUMNS",
        "_LONGEST_ROW",
        "_MOST_IDLE",
    ],
)
def test_near_a_limit_a_sheet_is_read_the_usual_way(both, monkeypatch, limit):
    rows = "".join(row(n, "".join(f'<c r="{c}{n}"><v>{n}</v></c>' for c in "ABC")) for n in range(1, 90))
    data = make_book(worksheet(rows))
    assert both(data)[1] == 1
    monkeypatch.setattr(tokens if hasattr(tokens, limit) else regular, limit, -WHOLE)
    assert both(data)[1] == 0


def test_too_many_remarkable_cells_and_too_much_text_are_refused_alike(both, monkeypatch):
    from sanwu_cli.workbook import facts, quick  # noqa: PLC0415 - only to set their limits

    errors = "".join(row(n, f'<c r="A{n}" t="e"><v>#N/A</v></c>') for n in range(1, 30))
    texts = "".join(row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(1, 90))
    for module in (facts, quick, regular):
        for name, value in (("MAX_REMARKABLE", 20), ("MAX_TEXT_BYTES", 1000)):
            monkeypatch.setattr(module, name, value, raising=False)
    for rows in (errors, texts):
        told, taken = both(make_book(worksheet(rows)))
        assert (told[0], taken) == ("BOOK-UNSAFE", 0)
