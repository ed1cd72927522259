"""Sheets that hold numbers and findings instead of cases: 月报表, and what 政法委 attests at year end."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date

from city_maker.cases import COUNT_MONTH, COUNTED_PETITIONS, CRIME, PETITION, SUIT, CaseBook
from city_maker.layout import Look, lay_out
from city_maker.places import CITY, FARM, YEAR, Place, write_paper
from city_maker.sheets import LABELS, NOTE, SIGNED, File, Sheet, inbox_path


def make_number_files(book: CaseBook) -> list[File]:
    """Make the monthly tables of numbers and the two sheets of the year's end."""
    return [*_make_counts(book), *_make_year_end(book)]


def _make_counts(book: CaseBook) -> list[File]:
    every = (PETITION, SUIT, CRIME)
    return [
        _count_file(book, 4, "649901101", every, "长桥镇4月三无指标月报表.xlsx", total="before"),
        _count_file(
            book,
            COUNT_MONTH,
            "",
            (PETITION,),
            "信访局2026年9月三无指标月报表.xlsx",
            merge_towns=True,
            total="end",
        ),
        _count_file(book, 10, "649901201", every, "双井乡三无指标月报表.xlsx", spelling="suffix"),
    ]


def _count_file(
    book: CaseBook, month: int, town: str, indicators: tuple[str, ...], name: str, **details: object
) -> File:
    gazetteer = book.gazetteer
    last = date(YEAR, month, monthrange(YEAR, month)[1])
    villages = [v for v in gazetteer.existing(last, villages=True) if town in {"", v.parent}]
    headers = [("seq", "序号"), ("town", "乡镇（街道）"), ("village", "村（社区）")]
    headers += [(indicator, f"{LABELS[indicator]}（起）") for indicator in indicators]
    sender = f"{gazetteer.by_code[town].name}人民政府" if town else f"{CITY}信访局"
    who = gazetteer.by_code[town].name if town else CITY
    look = Look(tuple(headers), f"{who}{YEAR}年{month}月三无指标月报表", f"填报单位：{sender}", footer=SIGNED)
    look = replace(look, **details)  # type: ignore[arg-type]  # the details are Look's own fields
    records: list[dict[str, object]] = []
    counts = []
    for village in villages:
        numbers = {indicator: _count(book, village, indicator, month) for indicator in indicators}
        counts += [(village.code, indicator, number) for indicator, number in numbers.items()]
        names = {"town": gazetteer.by_code[village.parent].name, "village": village.name_on(last)}
        records.append(names | numbers)
    page = lay_out("月报表", look, records)
    sheet = Sheet(
        page, "indicator_count", (month, month), indicators, town, records=len(records), counts=counts
    )
    return File(inbox_path(month, name), [sheet])


def _count(book: CaseBook, village: Place, indicator: str, month: int) -> int:
    """Count a village's month: from the cases, or what only the monthly table knows."""
    if indicator == PETITION and month == COUNT_MONTH:
        known = {book.gazetteer.village(town, name).code: n for town, name, n in COUNTED_PETITIONS}
        return known.get(village.code, 0)
    return sum(
        1
        for case in book.cases
        if case.indicator == indicator and case.area == village.code and not case.reason
        if (case.filed.year, case.filed.month) == (YEAR, month)
    )


# -- 政法委 --------------------------------------------------------------------------------------------

SCORES = {
    "649901001": ("92.50", "93.00"),
    "649901002": ("88.40", "87.60"),
    "649901100": ("97.00", "96.00"),
    "649901101": ("95.40", "95.00"),
    "649901102": ("93.00", "93.20"),
    "649901103": ("94.80", "95.60"),
    "649901104": ("94.50", "94.10"),
    "649901201": ("90.10", "90.00"),
    FARM: ("96.60", "97.00"),
}
BINDING_NAMES = tuple(f"约束性指标{number}（示例）" for number in "一二三四")
BREACHED_BINDING = ("649901104", BINDING_NAMES[1])


def _make_year_end(book: CaseBook) -> list[File]:
    towns = [book.gazetteer.by_code[code] for code in sorted(SCORES)]
    binding = [_attest(town, name) for town in towns for name in BINDING_NAMES]
    headers = "town:乡镇(街道) name:指标名称 breached:是否突破 paper:依据文号 date:日期"
    look = Look(
        _pairs(headers),
        f"{CITY}2026年度四项约束性指标认定表",
        dates="chinese",
        footer=NOTE,
        merge_towns=True,
    )
    attested = Sheet(lay_out("认定表", look, binding), "binding", (1, 12), records=len(binding))
    scores = [_score(town) for town in towns]
    headers = "seq:序号 town:乡镇(街道) centre:一中心两所六进驻得分 other:其他得分 total:综合得分"
    look = Look(_pairs(headers), f"{CITY}2026年度平安建设考核评分表", footer=SIGNED)
    assessed = Sheet(lay_out("评分表", look, scores), "assessment", (1, 12), records=len(scores))
    return [
        File(inbox_path(12, "2026年度四项约束性指标认定表.xlsx"), [attested]),
        File(inbox_path(12, "2026年度平安建设考核评分表.xlsx"), [assessed]),
    ]


def _pairs(headers: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, name) for key, name in (item.split(":") for item in headers.split(" ")))


def _attest(town: Place, name: str) -> dict[str, object]:
    answer = "是" if (town.code, name) == BREACHED_BINDING else "否"
    paper = write_paper("清政法示例", 12)
    return {"town": town.name, "name": name, "breached": answer, "paper": paper, "date": date(YEAR, 12, 28)}


def _score(town: Place) -> dict[str, object]:
    centre, other = (float(part) for part in SCORES[town.code])
    return {"town": town.name, "centre": centre, "other": other, "total": round((centre + other) / 2, 2)}
