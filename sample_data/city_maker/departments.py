"""The monthly sheets of the three departments: which file holds which cases, and how each is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from city_maker.cases import (
    CRIME,
    CUMULATIVE_MONTH,
    MISSING_TOWNSHIP,
    PETITION,
    PETITION_NIL,
    SPLIT_MONTH,
    SUIT,
    SUIT_NIL,
    CaseBook,
)
from city_maker.layout import Look, Page, lay_out
from city_maker.places import CITY, FARM, YEAR, Place
from city_maker.sheets import (
    SIGNED,
    Entry,
    File,
    inbox_path,
    make_detail,
    make_look,
    make_nil,
    make_record,
    write_unit,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def make_monthly_files(book: CaseBook) -> list[File]:
    """Make what the three departments sent, month by month."""
    return [*_make_petitions(book), *_make_suits(book), *_make_crimes(book)]


def make_late_file(book: CaseBook) -> File:
    """Make the missing sheet, as it arrives after the year's end."""
    town = book.gazetteer.by_code[MISSING_TOWNSHIP]
    entries = [(case, dict(case.fields)) for case in book.cases if case.late]
    return _make_township_crimes(
        town, entries, f"late/{SPLIT_MONTH}月刑事案件台账（{town.name}）.xls", "export"
    )


# -- 信访局 --------------------------------------------------------------------------------------------


def _make_petitions(book: CaseBook) -> list[File]:
    ledger = f"{CITY}越级上访台账"
    plans = {
        1: (
            "信访局越级上访台账2026年1月.xlsx",
            "Sheet1",
            make_look("petition", "plain", title=f"{ledger}（2026年1月）"),
        ),
        2: (
            "2026年2月越级上访台账.xlsx",
            "Sheet1",
            make_look(
                "petition",
                "bureau",
                title=f"{CITY}2026年2月越级上访登记表",
                unit=write_unit("信访局", "2026年3月2日"),
                dates="dots",
                numbered=True,
                footer=SIGNED,
            ),
        ),
        3: (
            "越级上访台账.xlsx",
            "3月",
            make_look("petition", "plain", title=ledger, dates="chinese", total="end"),
        ),
        4: (
            "越级上访情况（4月）.xlsx",
            "Sheet1",
            make_look("petition", "two", unit=write_unit("信访局", "2026.5.4"), dates="cell", total="before"),
        ),
        5: (
            "2026年5月越级上访台账.xlsx",
            "5月",
            make_look(
                "petition", "broken", title=f"{CITY}2026年5月越级上访台账", dates="day", spelling="suffix"
            ),
        ),
        6: (
            "信访局6月报表.xlsx",
            "6月",
            make_look(
                "petition",
                "bureau",
                title=f"{CITY}２０２６年６月越级上访登记表",
                dates="wide",
                spelling="wide",
                total="end",
                footer=SIGNED,
            ),
        ),
        10: ("越级上访台账.xlsx", "Sheet1", make_look("petition", "plain", title=ledger, dates="slashes")),
        11: (
            "信访局2026年11月越级上访台账.xlsx",
            "越级上访",
            make_look(
                "petition", "two", title=f"{CITY}2026年11月越级上访台账", dates="weekday", merge_towns=True
            ),
        ),
        12: (
            "信访局2026年12月越级上访台账.xlsx",
            "12月",
            make_look("petition", "broken", title=f"{ledger}（12月）", dates="short", footer=SIGNED),
        ),
    }
    files = [
        File(
            inbox_path(month, name),
            [make_detail("petition", sheet, look, book.entries(PETITION, month), (month, month))],
        )
        for month, (name, sheet, look) in plans.items()
    ]
    span = (PETITION_NIL[0], PETITION_NIL[-1])
    nil = make_nil("信访局", PETITION, span, f"{CITY}信访局越级上访零报告")
    files.append(File(inbox_path(PETITION_NIL[-1], "信访局零报告（7—8月）.xlsx"), [nil]))
    return files


# -- 司法局 --------------------------------------------------------------------------------------------


def _make_suits(book: CaseBook) -> list[File]:
    title = f"{CITY}行政诉讼案件台账"
    plans = {
        1: ("行政诉讼案件台账（1月）.xlsx", make_look("suit", "plain", title=f"{title}（2026年1月）")),
        3: (
            "司法局3月行政诉讼台账.xlsx",
            make_look("suit", "bureau", title=f"{CITY}2026年3月行政诉讼案件台账", dates="dots0"),
        ),
        4: (
            "行政诉讼案件台账.xlsx",
            make_look("suit", "plain", title=title, dates="number", total="end", footer=SIGNED),
        ),
        5: (
            "司法局2026年5月行政诉讼案件台账.xlsx",
            make_look("suit", "two", title=f"{CITY}2026年5月行政诉讼案件台账", dates="cell", numbered=True),
        ),
        6: (
            "行政诉讼案件台账（2026年6月）.xlsx",
            make_look(
                "suit",
                "bureau",
                title=title,
                unit=write_unit("司法局", "2026-07-02"),
                dates="numerals",
                footer=SIGNED,
            ),
        ),
        7: (
            "司法局7月行政诉讼台账.xlsx",
            make_look("suit", "plain", title=f"{title}（7月）", dates="chinese"),
        ),
        8: (
            "行政诉讼台账2026年8月.xlsx",
            make_look("suit", "full", title=title, dates="clock", spelling="wide"),
        ),
        11: ("行政诉讼案件台账（11月）.xlsx", make_look("suit", "plain", title=title, dates="serial")),
        12: (
            "司法局2026年12月行政诉讼案件台账.xlsx",
            make_look("suit", "two", title=f"{CITY}2026年12月行政诉讼案件台账", dates="dots", total="before"),
        ),
    }
    files = [
        File(
            inbox_path(month, name),
            [make_detail("suit", "Sheet1", look, book.entries(SUIT, month), (month, month))],
        )
        for month, (name, look) in plans.items()
    ]
    month = SUIT_NIL[0]
    files.append(
        File(
            inbox_path(month, "司法局2月零报告.xlsx"),
            [make_nil("司法局", SUIT, (month, month), f"{CITY}司法局行政诉讼零报告")],
        )
    )
    look = make_look(
        "suit", "full", title=f"{CITY}2026年1—10月行政诉讼案件台账（累计）", merge_towns=True, total="end"
    )
    entries = book.entries(SUIT, CUMULATIVE_MONTH)
    sheet = make_detail("suit", "Sheet1", look, entries, (1, CUMULATIVE_MONTH))
    files.append(File(inbox_path(CUMULATIVE_MONTH, "司法局1—10月行政诉讼案件台账.xlsx"), [sheet]))
    return files


# -- 公安局 --------------------------------------------------------------------------------------------


def _make_crimes(book: CaseBook) -> list[File]:
    title = f"{CITY}刑事案件台账"
    plans = {
        1: (
            "公安局2026年1月刑事案件台账.xls",
            "Sheet1",
            make_look("crime", "export", title=f"{title}（2026年1月）"),
        ),
        2: ("公安局2026年2月刑事案件台账.xls", "Sheet1", make_look("crime", "export", dates="digits")),
        4: (
            "刑事案件台账（4月）.xlsx",
            "4月",
            make_look(
                "crime",
                "two",
                title=f"{CITY}2026年4月刑事案件台账",
                dates="short",
                merge_towns=True,
                total="end",
            ),
        ),
        7: (
            "公安局2026年7月刑事案件台账.xls",
            "Sheet1",
            make_look(
                "crime",
                "broken",
                title=f"{CITY}2026年7月刑事案件台账",
                dates="cell",
                merge_towns=True,
                footer=SIGNED,
            ),
        ),
        8: (
            "刑事案件台账.xlsx",
            "8月",
            make_look(
                "crime",
                "two",
                title=f"{CITY}2026年8月刑事案件台账",
                unit=write_unit("公安局", "2026年9月1日"),
                total="before",
            ),
        ),
        9: (
            "公安局2026年9月刑事案件台账.xls",
            "Sheet1",
            make_look("crime", "export", dates="chinese", numbered=True),
        ),
        10: (
            "公安局10月刑事案件台账.xlsx",
            "Sheet1",
            make_look("crime", "plain", title=f"{title}（10月）", dates="dots", spelling="blanks"),
        ),
        11: (
            "公安局2026年11月刑事案件台账.xlsx",
            "11月",
            make_look(
                "crime", "broken", title=f"{CITY}2026年11月刑事案件台账", dates="weekday", spelling="suffix"
            ),
        ),
        12: (
            "公安局2026年12月刑事案件台账.xls",
            "Sheet1",
            make_look(
                "crime",
                "export",
                title=f"{CITY}2026年12月刑事案件台账",
                dates="slashes",
                total="end",
                footer=SIGNED,
            ),
        ),
    }
    files = {
        month: File(
            inbox_path(month, name),
            [make_detail("crime", sheet, look, book.entries(CRIME, month), (month, month))],
        )
        for month, (name, sheet, look) in plans.items()
    }
    files[11].hidden.append(_draft(book, plans[10][2]))
    return [*files.values(), _two_months(book), *_split_month(book)]


def _draft(book: CaseBook, look: Look) -> Page:
    """Make the hidden sheet: last month's table, left behind in this month's workbook."""
    records = [make_record(case, fields, (10, 10), look.dates) for case, fields in book.entries(CRIME, 10)]
    page = lay_out("10月底稿", look, records)
    page.hidden = True
    return page


def _two_months(book: CaseBook) -> File:
    sheets = []
    for month, dates in ((5, "iso"), (6, "chinese")):
        look = make_look(
            "crime", "plain", title=f"{CITY}刑事案件台账", dates=dates, spelling="suffix", total="end"
        )
        sheets.append(make_detail("crime", f"{month}月", look, book.entries(CRIME, month), (month, month)))
    return File(inbox_path(6, "公安局刑事案件台账（分月）.xlsx"), sheets)


def _split_month(book: CaseBook) -> list[File]:
    """Make the month in which each township's crimes came by themselves; one of them never came."""
    entries = book.entries(CRIME, SPLIT_MONTH)
    files = []
    for turn, town in enumerate(book.gazetteer.existing(date(YEAR, SPLIT_MONTH, 1), villages=False)):
        own = [entry for entry in entries if entry[0].town.code == town.code]
        if town.code in {MISSING_TOWNSHIP, FARM}:
            continue
        name = f"{SPLIT_MONTH}月刑事案件台账（{town.name}）" + (".xlsx" if turn % 2 else ".xls")
        files.append(
            _make_township_crimes(town, own, inbox_path(SPLIT_MONTH, name), "plain" if turn % 2 else "export")
        )
    farm = book.gazetteer.by_code[FARM]
    nil = make_nil("公安局", CRIME, (SPLIT_MONTH, SPLIT_MONTH), f"{farm.name}刑事案件零报告", FARM)
    return [*files, File(inbox_path(SPLIT_MONTH, f"公安局3月零报告（{farm.name}）.xlsx"), [nil])]


def _make_township_crimes(town: Place, entries: Sequence[Entry], path: str, variant: str) -> File:
    month = SPLIT_MONTH
    look = make_look(
        "crime",
        variant,
        title=f"{CITY}公安局{town.name}{YEAR}年{month}月刑事案件台账",
        unit=f"填报单位：{CITY}公安局（{town.name}）　　填报时间：{YEAR}年4月1日",
    )
    sheet = make_detail("crime", f"{month}月", look, entries, (month, month))
    sheet.coverage = town.code
    return File(path, [sheet])
