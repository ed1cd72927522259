"""How offices lay a table out: titles, header rows, spellings, sums, footers; and the two file formats."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import xlsxwriter
import xlwt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Cell = object
Merge = tuple[int, int, int, int]
STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed stamp so that the files come out byte-identical
_FULL_WIDTH = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WEEKDAYS = "一二三四五六日"


@dataclass(slots=True)
class Page:
    """One worksheet ready to write: rows of cells, merges (top, left, bottom, right; 0-based), visibility."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How one sheet looks; `headers` is (field, spelling), where 组//名 makes two header rows."""

    headers: tuple[tuple[str, str], ...]
    title: str = ""
    unit: str = ""
    dates: str = "iso"
    numbered: bool = False
    total: str = ""
    footer: tuple[str, ...] = ()
    merge_towns: bool = False
    spelling: str = "plain"


def spell_date(day: date, style: str) -> Cell:
    """Write a day the way an office might (domain research 2.3)."""
    numerals = (str(day.year).translate(_NUMERALS), *map(_spell_number, (day.month, day.day)))
    chinese = f"{day.year}年{day.month}月{day.day}日"
    return {
        "cell": day,
        "iso": day.isoformat(),
        "dots": f"{day.year}.{day.month}.{day.day}",
        "dots0": f"{day:%Y.%m.%d}",
        "slashes": f"{day.year}/{day.month}/{day.day}",
        "chinese": chinese,
        "wide": chinese.translate(_FULL_WIDTH),
        "weekday": f"{chinese}（周{_WEEKDAYS[day.weekday()]}）",
        "short": f"{day.month}月{day.day}日",
        "day": f"{day.day}日",
        "digits": f"{day:%Y%m%d}",
        "number": int(f"{day:%Y%m%d}"),
        "clock": f"{day.isoformat()} 09:30",
        "serial": (day - date(1899, 12, 30)).days,
        "numerals": "{}年{}月{}日".format(*numerals),
    }[style]


def _spell_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{'〇一二三'[tens]}十")
    return head + ("" if ones == 0 else "〇一二三四五六七八九"[ones])


def spell_place(name: str, spelling: str, turn: int) -> str:
    """Write an area's name with an office suffix, inner blanks, or as it is; `turn` varies the rows."""
    if spelling == "suffix" and name.endswith("村"):
        return name + ("村委会", "民委员会", "")[turn % 3]
    if spelling == "suffix" and name.endswith("社区"):
        return name + ("居委会", "居民委员会", "")[turn % 3]
    if spelling == "blanks" and turn % 2:
        return "　".join(name)
    return name


def lay_out(name: str, look: Look, records: Sequence[dict[str, object]]) -> Page:
    """Lay records out as one worksheet, with the mess the look asks for."""
    page = Page(name, [])
    _write_head(page, look)
    if look.total == "before":
        page.rows.append(_sum_up(look, records))
    start = len(page.rows)
    for turn, record in enumerate(records):
        page.rows.append([_write_cell(look, key, record, turn) for key, _ in look.headers])
    if look.merge_towns:
        _merge_towns(page, look, start)
    if look.total == "end":
        page.rows.append(_sum_up(look, records))
    for line in look.footer:
        page.rows.append([line])
    return page


def _write_head(page: Page, look: Look) -> None:
    width = len(look.headers)
    for line in (look.title, look.unit):
        if line:
            page.merges.append((len(page.rows), 0, len(page.rows), width - 1))
            page.rows.append([line])
    pairs = [spelling.split("//") for _, spelling in look.headers]
    two_rows = any(len(pair) > 1 for pair in pairs)
    top = len(page.rows)
    page.rows.append([pair[0] for pair in pairs])
    if two_rows:
        page.rows.append([pair[1] if len(pair) > 1 else None for pair in pairs])
        _merge_head(page, pairs, top)
    if look.numbered:
        page.rows.append(list(range(1, width + 1)))


def _merge_head(page: Page, pairs: list[list[str]], top: int) -> None:
    column = 0
    while column < len(pairs):
        end = column
        if len(pairs[column]) == 1:
            page.merges.append((top, column, top + 1, column))
        else:
            while end + 1 < len(pairs) and len(pairs[end + 1]) > 1 and pairs[end + 1][0] == pairs[column][0]:
                end += 1
                page.rows[top][end] = None
            if end > column:
                page.merges.append((top, column, top, end))
        column = end + 1


def _write_cell(look: Look, key: str, record: dict[str, object], turn: int) -> Cell:
    value = turn + 1 if key == "seq" else record.get(key)
    if isinstance(value, date):
        return spell_date(value, str(record.get("date_style") or look.dates))
    if key in {"town", "village"} and isinstance(value, str):
        return spell_place(value, look.spelling, turn) if key == "village" else value
    if key == "number" and look.spelling == "wide":
        return str(value).translate(_FULL_WIDTH)
    return value if value != "" else None


def _merge_towns(page: Page, look: Look, start: int) -> None:
    column = [key for key, _ in look.headers].index("town")
    row = start
    while row < len(page.rows):
        end = row
        while end + 1 < len(page.rows) and page.rows[end + 1][column] == page.rows[row][column]:
            end += 1
            page.rows[end][column] = None if end > row else page.rows[end][column]
        if end > row:
            page.merges.append((row, column, end, column))
        row = end + 1


def _sum_up(look: Look, records: Sequence[dict[str, object]]) -> list[Cell]:
    keys = [key for key, _ in look.headers]
    sums: list[Cell] = []
    for key in keys:
        numbers = [record[key] for record in records if isinstance(record.get(key), int)]
        sums.append(sum(numbers) if numbers and key != "seq" else None)
    if "number" in keys:
        sums[keys.index("number")] = f"共{len(records)}件"
    sums[0] = "合计"
    return sums


def write_workbook(path: Path, pages: Sequence[Page]) -> None:
    """Write the pages as .xlsx or .xls, by the path's suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (_write_xls if path.suffix == ".xls" else _write_xlsx)(path, pages)


def _write_xlsx(path: Path, pages: Sequence[Page]) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "虚构示例", "comments": "虚构示例数据", "created": STAMP})
    plain, day = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    clock = book.add_format({"border": 1, "num_format": "h:mm"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        sheet.set_column(0, 20, 14)
        for top, left, bottom, right in page.merges:
            sheet.merge_range(top, left, bottom, right, "", plain)
        for row, cells in enumerate(page.rows):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, time):
                    sheet.write_datetime(row, column, value, clock)
                elif value is not None:
                    sheet.write(row, column, value, plain)
        if page.hidden:
            sheet.hide()
    book.close()


def _write_xls(path: Path, pages: Sequence[Page]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    plain, day = xlwt.Style.default_style, xlwt.easyxf(num_format_str="yyyy-mm-dd")
    clock = xlwt.easyxf(num_format_str="h:mm")
    for page in pages:
        sheet = book.add_sheet(page.name)
        corners = {(top, left): (bottom, right) for top, left, bottom, right in page.merges}
        for row, cells in enumerate(page.rows):
            for column, value in enumerate(cells):
                style = day if isinstance(value, date) else clock if isinstance(value, time) else plain
                if (row, column) in corners:
                    bottom, right = corners[row, column]
                    sheet.write_merge(row, bottom, column, right, value, style)
                elif value is not None:
                    sheet.write(row, column, value, style)
        if page.hidden:
            sheet.visibility = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(str(path))
