"""Department sheets made from a seed, in every spelling the descriptions know, with faults planted at known cells.

`make_sheet(seed)` gives a `Planted`: the cells to write, and beside them, worked out here and never by
reading, what the reader must find: every value, every finding with its address, the kind of every line.
"""

# Seeded random on purpose; the tables are read across, with full-width forms as departments type them.
# ruff: noqa: S311, DTZ001, E501, C901, PLR0912, PLR0917

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.utils import get_column_letter

from sanwu_cli.model import Area
from sanwu_cli.periods import Month
from sanwu_cli.places import Places
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOWNS = {
    "青禾镇": ["上渠村", "下渠村", "高台村"],
    "白杨镇": ["梁湾村", "石桥村", "大河村", "沙坡村"],
    "沙枣街道": ["兴业社区", "康宁社区"],
}
CODES = {"青禾镇": "640181100", "白杨镇": "640181101", "沙枣街道": "640181001"}
KINDS = {town: AreaKind.SUBDISTRICT if town.endswith("街道") else AreaKind.TOWN for town in TOWNS}
VILLAGES = {
    name: f"{CODES[town]}{201 + number}" for town, names in TOWNS.items() for number, name in enumerate(names)
}
AREAS = (
    *(Area(CODES[town], town, KINDS[town], "640181") for town in TOWNS),
    *(
        Area(
            VILLAGES[name], name, AreaKind.VILLAGE if name.endswith("村") else AreaKind.COMMUNITY, CODES[town]
        )
        for town, names in TOWNS.items()
        for name in names
    ),
)
PLACES = Places.of(AREAS, county="灵武市")
SCHEMAS = load_schemas()
KIND_TITLES = {
    "petition": ["越级上访台账", "信访事项登记表", "群众上访情况表"], "suit": ["行政诉讼案件台账", "行政应诉案件登记表"],
    "crime": ["刑事案件台账", "公安局案件登记表"], "indicator_count": ["三无指标月报表", "三无指标统计表"],
}  # fmt: skip
SECRETS = ("秘名甲乙", "11010519491231002X", "13900001111", "密情丙丁")
INDICATORS = ("skip_level_petition", "administrative_suit", "criminal_case")
FIELDS = {
    "petition": (["filed_on", "case_number", "township", "village", "is_skip_level"], ["person_count", "petition_form", "attribution_basis", "handling_unit", "area_code", "serial", "remark", "personal"]),
    "suit": (["filed_on", "case_number", "township", "village", "instance", "defendant"], ["cause", "court", "attribution_basis", "area_code", "serial", "remark", "personal"]),
    "crime": (["filed_on", "case_number", "township", "village", "case_type", "handling_unit"], ["case_category", "attribution_basis", "occurred_on", "area_code", "serial", "remark", "personal"]),
    "indicator_count": (["township", "village", *INDICATORS], ["area_code", "serial", "remark"]),
}  # fmt: skip
MISLEADING = (
    "合计",
    "共计5人",
    "累计",
    "注：补报",
    "说明：见附件",
    "负责人：某某",
    "无",
    "零报告",
    "要求支付工资合计",
)
SUMMED = {"petition": ("person_count",), "indicator_count": INDICATORS}
TEXTS = {
    "petition_form": ["走访", "集体走访", "个人访"], "attribution_basis": ["户籍地", "事发地", "居住地"], "handling_unit": ["某派出所", "某科室"],
    "defendant": ["灵武市某局", "灵武市某委"], "cause": ["行政征收", "行政处罚"], "court": ["某法院"], "case_category": ["盗窃", "诈骗"],
}  # fmt: skip
FREE_TEXTS = frozenset({"attribution_basis", "handling_unit", "defendant", "cause", "court"})


@dataclass
class Cell:
    """What is written into one cell: plain value, a date with a number format, a formula with or without result, an error."""

    content: object = None
    form: str = "plain"  # plain, date, formula, uncached, error
    style: object = None


@dataclass
class Line:
    """One line of the table: its role, cells by field, the values the reader must give, fields it cannot read."""

    role: str
    cells: dict[str, Cell] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    place: str | None = None
    town: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    row: int = 0


@dataclass
class Planted:
    """A made sheet: what to write (1-based cells and merges) and what must be read from it."""

    seed: int
    kind: str
    sheet: str
    file: str
    writer: str
    period: str | None
    name: str = ""
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: list[Line] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    findings: set[tuple[str, str]] = field(default_factory=set)
    sheet_codes: set[str] = field(default_factory=set)
    header_row: int = 0
    header_bottom: int = 0
    layout_rows: int = 0
    filled_rows: int = 0
    merged_towns: dict[int, int] = field(default_factory=dict)

    def address(self, row: int, name: str) -> str:
        """Give the A1 address that speaks for a field in a row."""
        top = self.merged_towns.get(row, row) if name == "township" else row
        return f"{get_column_letter(self.fields[name])}{top}"


# spellings


def spell_date(rnd: random.Random, day: date, *, writer: str, knows_month: bool) -> Cell:
    """Spell a day in one of the ways departments do; without its year only where the sheet says the month."""
    y, m, d = day.year, day.month, day.day
    chinese = _chinese(m), _chinese(d)
    digits = "".join("〇一二三四五六七八九"[int(n)] for n in str(y))
    texts = [
        f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}", f"{y}.{m:02}.{d:02}", f"{y}/{m}/{d}", f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}号",
        f"{y}{m:02}{d:02}", f"{y} 年 {m} 月 {d} 日", f"{digits}年{chinese[0]}月{chinese[1]}日", f"{digits.replace('〇', '零')}年{chinese[0]}月{chinese[1]}日",
        f"{y}-{m}-{d} 9:30", f"{y}年{m}月{d}日 上午9:30", f"{y}-{m:02}-{d:02}T08:05:09", f"{y}年{m}月{d}日（周{'一二三四五六日'[day.weekday()]}）",
        f"{y}-{m}-{d} 星期{'一二三四五六日'[day.weekday()]}", f"{y}—{m:02}—{d:02}", f"{y}、{m}、{d}", f"{y % 100:02}年{m}月{d}日", str(_serial(day)),
        f"{y}{m:02}{d:02}093000", _widen(f"{y}年{m}月{d}日"), f"{y}.{m}.{d}。",
    ]  # fmt: skip
    if knows_month:
        texts += [
            f"{m}月{d}日",
            f"{chinese[0]}月{chinese[1]}日",
            f"{m}.{d}",
            f"{m}/{d}",
            f"{m}-{d}",
            f"{d}日",
            f"{chinese[1]}日",
            f"{m} 月 {d} 日",
            _widen(f"{m}月{d}日"),
        ]
    kind = rnd.randrange(10)
    if kind < 5:
        return Cell(rnd.choice(texts))
    if kind == 5:
        return Cell(rnd.choice([int(f"{y}{m:02}{d:02}"), _serial(day), _serial(day) + 0.5]))
    if kind == 6 and knows_month and d >= 4 and d % 10:
        return Cell(float(f"{m}.{d:02}") if d < 10 else float(f"{m}.{d}"))
    if writer == "xlsxwriter":
        return Cell(
            datetime(y, m, d), "date", rnd.choice([14, 22, *range(27, 37), *range(50, 59), "yyyy-mm-dd"])
        )
    formats = [
        'yyyy"年"m"月"d"日"',
        "yyyy/m/d",
        "yyyy\\-mm\\-dd\\ hh:mm",
        '[$-804]yyyy"年"m"月"d"日";@',
        "m/d",
        '[DBNum1][$-804]yyyy"年"m"月"d"日"',
    ]
    return Cell(datetime(y, m, d), "date", rnd.choice(formats))


def _chinese(number: int) -> str:
    ones = ["", *"一二三四五六七八九"]
    tens, rest = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else ones[tens] + "十") + ones[rest]


def _serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def _widen(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() and char.isascii() else char for char in text)


def spell_count(rnd: random.Random, number: int, *, writer: str) -> Cell:
    """Spell a count; nought as 无, a dash or a nought."""
    if writer == "xlsxwriter" and not rnd.randrange(8):
        return Cell((f"=SUM({number},0)", number), "formula")
    if number == 0:
        return Cell(rnd.choice([0, 0, 0.0, "0", "无", "—", "——", "-", "/", "零", "〇", "０", "0件", "没有"]))
    return Cell(
        rnd.choice(
            [
                number,
                number,
                float(number),
                str(number),
                f"{number}件",
                f" {number} 起",
                _widen(str(number)),
                _widen(str(number)) + "人次",
                f"共{number}件",
                _chinese(number),
                f"{_chinese(number)}件",
                f"{number}.0",
            ]
        )
    )


def spell_town(rnd: random.Random, name: str) -> str:
    return rnd.choice(
        [name, name, f" {name}", f"{name[0]} {name[1:]}", f"{name}\u3000", f"{name[:-1]}\n{name[-1]}"]
    )


def spell_village(rnd: random.Random, name: str) -> str:
    body = "村民委员会" if name.endswith("村") else "居民委员会"
    stem = name.removesuffix("村") if name.endswith("村") else name
    return rnd.choice(
        [
            name,
            name,
            f"{name}委会" if name.endswith("村") else name,
            f"{stem}{body}" if name.endswith("村") else f"{name}{body}",
            f"{name[0]} {name[1:]}",
            f"{name}\n",
        ]
    )


def spell_header(rnd: random.Random, text: str) -> str:
    """Dress a header as departments do: blanks, line breaks, full-width brackets, a star or a colon after it."""
    if len(text) > 2 and not rnd.randrange(3):
        cut = rnd.randrange(1, len(text))
        text = text[:cut] + rnd.choice([" ", "\n", "\u3000", "\u00a0"]) + text[cut:]
    if not rnd.randrange(3):
        text = text.replace("(", "（").replace(")", "）")
    return rnd.choice([text, text, text, text + rnd.choice(["*", "：", " "]), "*" + text])


# faults: each gives the cell and the code of the finding, and changes what is expected of the line

_NOT_A_DAY = ["2024/6/31", "2026-02-30", "2026年13月1日", 20260231, "2026.4.31", "不详", "三月中旬"]
_SEVERAL_DAYS = ["3月9日、10日", "2026-03-09\n2026-03-10", "9日\n17日", "6月1日-6月5日", "2026.3.9-2026.3.12"]
_NOT_A_COUNT = ["若干", "约3件", "3.5", "3人5批", -2, 2.5, "5-6起", "1-2", "十余件", "13900001111", True]
_ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"]


def _spoil_date(rnd: random.Random, sheet: Planted, line: Line, name: str) -> str | None:
    choice = rnd.choice(["day", "several", "lost nought", "month only"])
    content = {
        "day": rnd.choice(_NOT_A_DAY), "several": rnd.choice(_SEVERAL_DAYS), "lost nought": rnd.choice([3.1, 6.1, 10.2, 12.3]),
        "month only": rnd.choice(["2026年3月", "2026-03", "2026.3"]),
    }[choice]  # fmt: skip
    if sheet.period is None and not rnd.randrange(2):
        content = rnd.choice(["3月9日", "三月九日", "3.9", "9日", 3.15])
    return _lose(line, name, Cell(content), "VALUE-DATE")


def _lose(line: Line, name: str, cell: Cell, code: str) -> str:
    line.cells[name], line.values[name] = cell, None
    line.unreadable.add(name)
    return code


def _spoil_count(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    return _lose(line, name, Cell(rnd.choice(_NOT_A_COUNT)), "VALUE-COUNT")


def _spoil_error(rnd: random.Random, sheet: Planted, line: Line, name: str) -> str | None:
    if sheet.writer == "openpyxl" and rnd.randrange(2):
        return _lose(line, name, Cell("=SUM(1,2)", "uncached"), "CELL-FORMULA-UNCACHED")
    return _lose(line, name, Cell(rnd.choice(_ERRORS), "error"), "CELL-ERROR")


def _spoil_number(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    kind = rnd.randrange(4)
    if kind == 0:
        return _lose(line, name, Cell(640181202603000112 + rnd.randrange(1000)), "CELL-LONG-NUMBER")
    if kind == 1:
        return _lose(line, name, Cell(rnd.choice(["待编", "无编号", "见附件"])), "VALUE-CASE-NUMBER")
    if kind == 2:
        return _lose(
            line, name, Cell(rnd.choice(["电话13900001111", "11010519491231002X"])), "PERSONAL-VALUE"
        )
    return _lose(line, name, Cell(None), "VALUE-MISSING")


def _spoil_code(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    content, code = rnd.choice(
        [
            ("6.40181E+11", "VALUE-CODE"),
            ("6.4E+11", "VALUE-CODE"),
            ("6401811", "VALUE-AREA-CODE"),
            (640181.5, "VALUE-CODE"),
        ]
    )
    return _lose(line, name, Cell(content), code)


def _spoil_village(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    if "area_code" in line.cells:
        return None
    text = rnd.choice(["火星村", "无名屯村", "某某社区"])
    line.cells[name], line.values[name], line.place = Cell(text), text, None
    return "AREA-VILLAGE-UNKNOWN"


def _blank_village(_rnd: random.Random, sheet: Planted, line: Line, name: str) -> str | None:
    if "area_code" in line.cells or sheet.kind not in {"petition", "crime"}:
        return None
    line.cells[name], line.values[name], line.place = Cell(None), None, None
    return "AREA-VILLAGE-BLANK"


def _spoil_town(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    if "area_code" in line.cells:
        return None
    text = rnd.choice(["火星镇", "东海乡"])
    line.cells[name], line.values[name], line.place = Cell(text), text, None
    return "AREA-TOWNSHIP-UNKNOWN"


def _spoil_text(rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    return _lose(
        line,
        name,
        Cell(
            rnd.choice(
                [
                    "某局 电话13900001111",
                    "证号11010519491231002X",
                    "139 0000 1111",
                    "联系１３９００００１１１１",
                ]
            )
        ),
        "PERSONAL-VALUE",
    )


def _spoil_decision(rnd: random.Random, sheet: Planted, line: Line, name: str) -> str | None:
    if sheet.kind == "petition":
        if rnd.randrange(2):
            return _lose(line, name, Cell(rnd.choice(["也许", "待核", "是/否", "？"])), "VALUE-YES-NO")
        line.cells[name], line.values[name] = Cell(None), None
        return "ROW-UNCLEAR"
    if rnd.randrange(2) and "刑事" not in sheet.name:  # else the title says it
        return _lose(line, name, Cell(None), "VALUE-MISSING")
    line.cells[name], line.values[name] = Cell("另案"), "另案"
    return "ROW-UNCLEAR"


def _move_day(rnd: random.Random, sheet: Planted, line: Line, name: str) -> str | None:
    if sheet.period is None:
        return None
    year, month = map(int, sheet.period.split("-"))
    day = date(year, month, 1) - timedelta(days=rnd.randrange(1, 60))
    line.cells[name] = spell_date(rnd, day, writer=sheet.writer, knows_month=False)
    line.values[name] = day
    return "ROW-OUTSIDE-PERIOD"


def _blank_count(_rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    line.cells[name], line.values[name] = Cell(None), None
    return "COUNT-BLANK"


def _blank_day(_rnd: random.Random, _sheet: Planted, line: Line, name: str) -> str | None:
    return _lose(line, name, Cell(None), "VALUE-MISSING")


Spoiler = "Callable[[random.Random, Planted, Line, str], str | None]"


def _spoilers(kind: str, fields: dict[str, int]) -> list[tuple[str, Callable[..., str | None]]]:
    """List what can be spoiled in a sheet of a kind: the field, and how."""
    found: list[tuple[str, Callable[..., str | None]]] = []
    if kind == "indicator_count":
        for name in INDICATORS:
            found += [(name, _spoil_count), (name, _spoil_error), (name, _blank_count)]
    else:
        found += [
            ("filed_on", one) for one in (_spoil_date, _spoil_date, _spoil_error, _move_day, _blank_day)
        ]
        found += [("case_number", _spoil_number), ("case_number", _spoil_error), ("village", _blank_village)]
    if kind == "petition":
        found += [
            ("is_skip_level", _spoil_decision),
            ("is_skip_level", _spoil_error),
            ("person_count", _spoil_count),
            ("person_count", _spoil_error),
        ]
    if kind == "crime":
        found += [("case_type", _spoil_decision), ("occurred_on", _spoil_date)]
    found += [("village", _spoil_village), ("township", _spoil_town), ("area_code", _spoil_code)]
    found += [(name, _spoil_text) for name in fields if name in FREE_TEXTS]
    return [(name, how) for name, how in found if name in fields]


# the sheet


def make_sheet(seed: int, *, faults: bool = True) -> Planted:
    """Make one sheet from a seed."""
    rnd = random.Random(seed)
    kind = rnd.choice(list(FIELDS))
    month = date(rnd.choice([2024, 2025, 2026]), rnd.randrange(1, 13), 1)
    has_period = kind == "indicator_count" or rnd.randrange(8) > 0
    sheet = Planted(
        seed,
        kind,
        "",
        "",
        rnd.choice(["openpyxl", "xlsxwriter", "xlwt"]),
        f"{month:%Y-%m}" if has_period else None,
    )
    where = rnd.choice(["title", "sheet", "file", "folder"])
    said = _spell_month(rnd, month) if has_period else ""
    title_rows = rnd.choice([0, 1, 2, 3]) if where != "title" else rnd.choice([1, 2, 3])
    name = rnd.choice(KIND_TITLES[kind])
    sheet.name = name
    sheet.sheet = (
        f"{said}月报" if where == "sheet" and has_period else rnd.choice(["Sheet1", "Sheet2", "上报"])
    )
    sheet.file = f"{'inbox/' + month.strftime('%Y-%m') + '/' if where == 'folder' and has_period else ''}{said if where == 'file' else ''}{name}.xlsx"
    if not has_period:
        sheet.sheet_codes.add("PERIOD-UNKNOWN")
    required, optional = FIELDS[kind]
    names = [*required, *(one for one in optional if rnd.randrange(5) < 3)]
    rnd.shuffle(names)
    if rnd.randrange(4) == 0:
        names.insert(rnd.randrange(len(names) + 1), "unmapped")
        sheet.sheet_codes.add("COLUMN-UNMAPPED")
    if "personal" in names:
        sheet.sheet_codes.add("PERSONAL-COLUMN-SKIPPED")
    left = rnd.choice([0, 0, 0, 1, 2])
    sheet.fields = {one: left + place + 1 for place, one in enumerate(names)}
    row = _write_titles(rnd, sheet, f"灵武市{said if where == 'title' else ''}{name}", title_rows, month)
    row = _write_header(rnd, sheet, row)
    lines = _make_lines(rnd, sheet, month, faults=faults)
    _write_lines(rnd, sheet, row, lines)
    sheet.filled_rows = len({r for (r, _), cell in sheet.cells.items() if cell.content is not None})
    return sheet


def _spell_month(rnd: random.Random, month: date) -> str:
    y, m = month.year, month.month
    return rnd.choice([f"{y}年{m}月", f"{y}年{m:02}月份", f"{y} 年 {m} 月", _widen(f"{y}年{m}月")])


def _put(
    sheet: Planted, row: int, column: int, content: object, form: str = "plain", style: object = None
) -> None:
    sheet.cells[row, column] = Cell(content, form, style)


def _write_titles(rnd: random.Random, sheet: Planted, title: str, count: int, month: date) -> int:
    """Write title, unit and note lines; give the row after them."""
    row = rnd.choice([1, 1, 1, 2, 3])
    first, last = min(sheet.fields.values()), max(sheet.fields.values())
    for number in range(count):
        if number == 0:
            text = title if rnd.randrange(2) else " ".join(title)
        elif number == 1:
            text = f"填报单位（盖章）：灵武市某局    填报时间：{month.year}年{month.month}月28日"
        else:
            text = rnd.choice(["（本表每月报送）", "单位：件、人次", "报送要求：按时、据实"])
        _put(sheet, row, first, text)
        if last - first > 1 and rnd.randrange(2):
            sheet.merges.append((row, first, row, last))
        row += 1
        row += rnd.choice([0, 0, 0, 1])
    if rnd.randrange(8) == 0:
        _write_numbers(sheet, row)
        row += 1
    return row


def _write_numbers(sheet: Planted, row: int) -> None:
    for number, column in enumerate(sorted(sheet.fields.values()), start=1):
        _put(sheet, row, column, number)


def _pick_header(rnd: random.Random, sheet: Planted, name: str) -> str:
    if name == "unmapped":
        return rnd.choice(["网办流水", "录入批号"])
    spec = SCHEMAS[sheet.kind].by_name[name]
    return spell_header(rnd, rnd.choice(spec.spellings))


def _write_header(rnd: random.Random, sheet: Planted, row: int) -> int:
    """Write a header of one to three levels, merged across and down; give the row after it."""
    sheet.header_row = row
    columns = sorted(sheet.fields.items(), key=lambda one: one[1])
    levels = rnd.choice([1, 1, 1, 2, 3])
    size = rnd.randrange(2, max(3, len(columns) - 1))
    start = rnd.randrange(0, len(columns) - size)
    grouped = {column for _, column in columns[start : start + size]} if levels > 1 else set()
    for name, column in columns:
        top = row + levels - 1 if column in grouped else row
        _put(sheet, top, column, _pick_header(rnd, sheet, name))
        if levels > 1 and column not in grouped:
            sheet.merges.append((row, column, row + levels - 1, column))
    for step in range(levels - 1):
        if grouped:
            _put(
                sheet,
                row + step,
                min(grouped),
                rnd.choice(["归口栏目", "有关事项"]) if step == 0 else "填写栏",
            )
            sheet.merges.append((row + step, min(grouped), row + step, max(grouped)))
    row += levels
    sheet.header_bottom = row - 1
    if rnd.randrange(5) == 0:
        _write_numbers(sheet, row)
        sheet.layout_rows += 1
        row += 1
    return row


def _make_lines(rnd: random.Random, sheet: Planted, month: date, *, faults: bool) -> list[Line]:
    """Make the data lines, townships together, and spoil some of their cells."""
    lines: list[Line] = []
    towns = [town for town in TOWNS if rnd.randrange(4)] or ["白杨镇"]
    for town in towns:
        names = [name for name in TOWNS[town] if rnd.randrange(4)] or TOWNS[town][:1]
        for name in names:
            for _ in range(1 if sheet.kind == "indicator_count" else rnd.choice([1, 1, 2])):
                lines.append(_make_line(rnd, sheet, month, town, name, len(lines) + 1))
    if not sheet.period and sheet.kind != "indicator_count" and len(lines) < 2:
        lines.append(_make_line(rnd, sheet, month, towns[-1], TOWNS[towns[-1]][0], len(lines) + 1))
    if not sheet.period:  # days of two months, so that the rows do not tell the span either
        for line, shift in zip(lines, (0, 45), strict=False):
            day = month + timedelta(days=shift)
            line.cells["filed_on"], line.values["filed_on"] = Cell(f"{day:%Y-%m-%d}"), day
    if faults:
        fixed = set() if sheet.period else {id(line) for line in lines[:2]}
        for _ in range(rnd.choice([0, 1, 2, 3, 5, 8])):
            line = rnd.choice(lines)
            name, how = rnd.choice(_spoilers(sheet.kind, sheet.fields))
            free = name not in line.faults and not (name == "filed_on" and id(line) in fixed)
            if free and not (
                {"village", "township", "area_code"} & set(line.faults)
                and name in {"village", "township", "area_code"}
            ):
                code = how(rnd, sheet, line, name)
                if code is not None:
                    line.faults[name] = code
        if sheet.kind != "indicator_count" and rnd.randrange(3) == 0:
            _repeat_line(rnd, sheet, lines)
    return lines


def _repeat_line(rnd: random.Random, sheet: Planted, lines: list[Line]) -> None:
    """Repeat a sound line further down: the same in all, or with another day."""
    sound = [line for line in lines if not line.faults]
    if not sound or not sheet.period:
        return
    first = rnd.choice(sound)
    second = Line("data", dict(first.cells), dict(first.values), set(), first.place, first.town)
    code = "ROW-REPEATED"
    if rnd.randrange(2):
        day = first.values["filed_on"]
        other = day.replace(day=day.day % 28 + 1)
        second.cells["filed_on"], second.values["filed_on"], code = (
            Cell(f"{other:%Y-%m-%d}"),
            other,
            "ROW-DUPLICATE",
        )
    second.faults["case_number"] = code
    lines.insert(lines.index(first) + 1, second)


def _make_line(rnd: random.Random, sheet: Planted, month: date, town: str, village: str, number: int) -> Line:
    line = Line("data", place=VILLAGES[village], town=town)
    day = month.replace(day=rnd.randrange(1, 29))
    for name in sheet.fields:
        if name in {"filed_on", "occurred_on"}:
            line.cells[name], line.values[name] = (
                spell_date(rnd, day, writer=sheet.writer, knows_month=bool(sheet.period)),
                day,
            )
        elif name == "case_number":
            line.cells[name], line.values[name] = _spell_number(rnd, sheet.kind, month.year, number)
        elif name == "township":
            text = spell_town(rnd, town)
            line.cells[name], line.values[name] = Cell(text), " ".join(text.split())
        elif name == "village":
            text = spell_village(rnd, village)
            line.cells[name], line.values[name] = Cell(text), " ".join(text.split())
        elif name == "area_code":
            code = VILLAGES[village]
            line.cells[name] = Cell(
                rnd.choice(
                    [code, int(code), float(code), f"{code} ", f"{code[0]}.{code[1:]}E+11", _widen(code)]
                )
            )
            line.values[name] = code
        elif name == "is_skip_level":
            is_skip = rnd.randrange(5) > 0
            words = ["是", "√", "Y", "越级", "是（二次）", 1] if is_skip else ["否", "×", "n", "不越级", 0]
            line.cells[name], line.values[name] = Cell(rnd.choice(words)), is_skip
        elif name == "person_count" or name in INDICATORS:
            count = rnd.randrange(0 if name in INDICATORS else 1, 30)
            line.cells[name], line.values[name] = spell_count(rnd, count, writer=sheet.writer), count
        elif name == "instance":
            line.cells[name], line.values[name] = (
                Cell(rnd.choice(["一审", "第一审", "一审程序", "初审"])),
                "first",
            )
        elif name == "case_type":
            text = rnd.choice(["刑事", "刑事案件", "刑事", "行政", "治安"])
            line.cells[name], line.values[name] = Cell(text), text
        elif name in TEXTS:
            text = rnd.choice(TEXTS[name])
            line.cells[name], line.values[name] = Cell(text), text
        elif name == "serial":
            line.cells[name] = Cell(rnd.choice([number, str(number)]))
        else:  # remark, personal, unmapped: never read
            line.cells[name] = Cell(rnd.choice([*SECRETS, None, *MISLEADING]))
    if not _counts(sheet.kind, line):  # what does not count is not asked where it belongs
        line.faults["village"] = line.faults["township"] = ""
    return line


def _counts(kind: str, line: Line) -> bool:
    if kind == "petition":
        return line.values["is_skip_level"] is not False
    return kind != "crime" or line.values["case_type"] not in {"行政", "治安"}


def _spell_number(rnd: random.Random, kind: str, year: int, number: int) -> tuple[Cell, str]:
    if kind == "suit":
        core = f"宁0181行初{number}号"
        text = rnd.choice(
            [
                f"（{year}）{core}",
                f"({year}){core}",
                f"〔{year}〕{core}",
                f"【{year}】 {core}",
                f"（{_widen(str(year))}）{core}",
            ]
        )
        return Cell(text), f"（{year}）{core}"
    if kind == "crime":
        text = f"A640181{year}{number:06}"
        return Cell(rnd.choice([text, text.lower(), _widen(text), f" {text}"])), text
    digits = f"{year}{number:05}"
    if rnd.randrange(3) == 0:
        return Cell(rnd.choice([int(digits), float(digits)])), digits
    return Cell(
        rnd.choice([f"XF-{digits}", f"xf-{digits}", f"XF—{digits}", f"XF-{digits}\n"])
    ), f"XF-{digits}"


def _write_lines(rnd: random.Random, sheet: Planted, row: int, lines: list[Line]) -> None:
    """Write data lines with totals above or below, subtotals, blank lines, merged townships and a footer."""
    summed = [name for name in SUMMED.get(sheet.kind, ()) if name in sheet.fields]
    label = _label_column(sheet, summed)
    position = rnd.choice(["above", "below", "none", "none"]) if label else "none"
    has_subtotals = rnd.randrange(3) == 0 and bool(label)
    has_merges = not any(line.faults.get("township") for line in lines) and rnd.randrange(2) == 0
    if position == "above":
        _write_total(
            rnd, sheet, row, rnd.choice(["合计", "合  计", "总计", "全市合计"]), label, lines, summed
        )
        row += 1
    groups: list[list[Line]] = []
    for line in lines:
        if not groups or groups[-1][0].town != line.town:
            groups.append([])
        groups[-1].append(line)
    for group in groups:
        top = row
        for line in group:
            if not has_merges and rnd.randrange(12) == 0:
                row += 1
            line.row = row
            _write_line(sheet, line)
            row += 1
        if has_merges and len(group) > 1:
            for line in group[1:]:
                sheet.cells.pop((line.row, sheet.fields["township"]), None)
                sheet.merged_towns[line.row] = top
                line.values["township"] = group[0].values["township"]
            sheet.merges.append((top, sheet.fields["township"], row - 1, sheet.fields["township"]))
        if has_subtotals:
            _write_total(rnd, sheet, row, "小计", label, group, summed)
            row += 1
    if position == "below":
        _write_total(rnd, sheet, row, rnd.choice(["合计", "合　计", "总计", "共计"]), label, lines, summed)
        row += 1
    first = min(sheet.fields.values())
    for text in rnd.sample(
        [
            "填表人：某某    审核人：某某",
            "说明：1.本表每月报送。",
            "负责人：    联系电话：0951-0000000",
            "备注：无",
        ],
        rnd.randrange(3),
    ):
        row += rnd.randrange(2)
        _put(sheet, row, first, text)
        sheet.layout_rows += 1
        row += 1
    sheet.rows = lines


def _label_column(sheet: Planted, summed: list[str]) -> str:
    """Choose where 合计 stands: one of the first four columns, or a place column, that is no summed one."""
    order = sorted(sheet.fields, key=lambda name: sheet.fields[name])
    fit = [
        name for name in order[:4] if name not in summed and name not in {"unmapped", "personal", "remark"}
    ]
    return next(
        (name for name in fit if name in {"township", "village", "serial"}), fit[0] if fit else "township"
    )


def _write_line(sheet: Planted, line: Line) -> None:
    for name, column in sheet.fields.items():
        cell = line.cells.get(name)
        if cell is not None and cell.content is not None:
            sheet.cells[line.row, column] = cell
    for name, code in line.faults.items():
        if code:
            sheet.findings.add((code, sheet.address(line.row, name)))


def _write_total(
    rnd: random.Random, sheet: Planted, row: int, text: str, label: str, lines: list[Line], summed: list[str]
) -> None:
    """Write a total; sometimes a wrong one, which must be told unless a cell of its column cannot be read."""
    _put(sheet, row, sheet.fields[label], text)
    for name in summed:
        if rnd.randrange(6) == 0:
            continue  # a total need not speak of every column
        true = sum(line.values[name] or 0 for line in lines)
        wrong = rnd.choice([-1, 1, 10])
        stated = true + (wrong if rnd.randrange(5) == 0 else 0)
        stated = max(stated, 0)
        sheet.cells[row, sheet.fields[name]] = (
            spell_count(rnd, stated, writer=sheet.writer) if stated < 100 else Cell(stated)
        )
        if stated != true and not any(name in line.unreadable for line in lines):
            sheet.findings.add(("TOTAL-MISMATCH", f"{get_column_letter(sheet.fields[name])}{row}"))
    sheet.layout_rows += 1


# writing


def save(sheet: Planted, path: Path) -> None:
    """Write the sheet with the library its seed chose."""
    {"openpyxl": _save_openpyxl, "xlsxwriter": _save_xlsxwriter, "xlwt": _save_xlwt}[sheet.writer](
        sheet, path
    )


def _save_openpyxl(sheet: Planted, path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet.sheet
    for (row, column), cell in sorted(sheet.cells.items()):
        target = page.cell(row, column)
        target.value = cell.content
        if cell.form == "plain" and isinstance(cell.content, str):
            target.data_type = "s"
        if cell.form == "error":
            target.data_type = "e"
        if cell.form == "date":
            target.number_format = str(cell.style)
    for top, left, bottom, right in sheet.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    book.save(path)


def _save_xlsxwriter(sheet: Planted, path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        page = book.add_worksheet(sheet.sheet)
        plain = book.add_format()
        for top, left, bottom, right in sheet.merges:
            if (top, left) != (bottom, right):
                page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", plain)
        for (row, column), cell in sorted(sheet.cells.items()):
            place = row - 1, column - 1
            if cell.form == "date":
                page.write_datetime(*place, cell.content, book.add_format({"num_format": cell.style}))
            elif cell.form == "formula":
                page.write_formula(*place, cell.content[0], None, cell.content[1])
            elif cell.form == "error":
                page.write_formula(*place, "=NA()", None, cell.content)
            elif isinstance(cell.content, str):
                page.write_string(*place, cell.content)
            else:
                page.write(*place, cell.content)


def _save_xlwt(sheet: Planted, path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet.sheet)
    for (row, column), cell in sorted(sheet.cells.items()):
        if cell.form == "error":
            page.row(row - 1).set_cell_error(column - 1, str(cell.content).replace("#N/A", "#N/A!"))
        elif cell.form == "date":
            page.write(row - 1, column - 1, cell.content, xlwt.easyxf(num_format_str=str(cell.style)))
        else:
            page.write(row - 1, column - 1, cell.content)
    for top, left, bottom, right in sheet.merges:
        page.merge(top - 1, bottom - 1, left - 1, right - 1)
    book.save(str(path))


def period_of(sheet: Planted) -> Month | None:
    """Give the month the sheet is for."""
    return None if sheet.period is None else Month(*map(int, sheet.period.split("-")))
